// A Plotly figure, drawn once and then changed in place. Colours of text and grid are the page's.

const CONFIG = { displayModeBar: false, scrollZoom: false, responsive: true, doubleClick: false };

/** Load plotly.js once for the whole page. */
function plotly(source) {
  window.explorerPlotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = source;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      window.explorerPlotly = undefined; // another chart may try again
      reject(new Error("plotly.js could not be loaded"));
    };
    document.head.append(script);
  });
  return window.explorerPlotly;
}

function themed(figure, node) {
  const style = getComputedStyle(node);
  const read = (name) => style.getPropertyValue(name).trim();
  const { layout } = figure;
  const axis = { gridcolor: read("--st-border-color-light") || "rgba(128,138,159,0.25)", ...{ linecolor: read("--st-border-color") } };
  const size = parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.8;
  return {
    ...layout,
    font: { color: read("--st-text-color"), family: read("--st-font"), size, ...layout.font },
    hoverlabel: { bgcolor: read("--st-secondary-background-color"), bordercolor: read("--st-border-color"), font: { color: read("--st-text-color") } },
    xaxis: { ...axis, ...layout.xaxis },
    yaxis: { ...axis, ...layout.yaxis },
  };
}

export default async function mount({ data, parentElement }) {
  let node = parentElement.querySelector(".explorer-chart");
  if (node === null) {
    node = document.createElement("div");
    node.className = "explorer-chart";
    node.setAttribute("role", "img");
    parentElement.append(node);
  }
  node.setAttribute("aria-label", data.alt);
  node.style.height = `${data.figure.layout.height}px`;
  node.latest = data;
  try {
    const Plotly = await plotly(data.plotly);
    if (node.latest === data) await Plotly.react(node, data.figure.data, themed(data.figure, node), CONFIG);
  } catch (error) {
    node.textContent = `The chart could not be drawn: ${error.message}.`;
  }
  return () => {
    window.Plotly?.purge(node);
    node.remove();
  };
}
