// Draws Plotly figures as SVG, in place: the bars, lines, markers and texts that explorer.figures makes, no more.
// Titles and texts come from outside; they are set as text, never as markup.

import { setAttribute } from "../board/elements.js";
import { setText } from "../board/overlay.js";
import { place } from "../relay/relay.js";

const SVG = "http://www.w3.org/2000/svg";
const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&", "&#36;": "$", "&#123;": "{" };
const DASHES = { dot: "2 4", dash: "7 5", solid: "none" };

function svg(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

let ids = 0; // they are the whole document's
const newId = (what) => `explorer-${what}-${(ids += 1)}`;

const each = (value, index) => (Array.isArray(value) ? value[index] : value);
const plain = (text) => text.replace(/&(lt|gt|amp|#36|#123);/g, (entity) => ENTITIES[entity]);

/** Plotly's text: the one tag in use is <b>, and names are escaped. */
function words(text, attributes) {
  const node = svg("text", attributes);
  for (const [index, part] of text.split(/<\/?b>/).entries()) {
    node.append(index % 2 ? svg("tspan", { "font-weight": 700 }, plain(part)) : plain(part));
  }
  return node;
}

const withTitle = (node, title) => {
  if (title) node.append(svg("title", {}, plain(title)));
  return node;
};

/** About `count` round numbers across a range. */
function ticks([start, end], count) {
  const [low, high] = [Math.min(start, end), Math.max(start, end)];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
  const values = [];
  for (let k = Math.ceil(low / step); k * step <= high; k += 1) values.push(Number((k * step).toPrecision(10)));
  return values;
}

/** Pixels for values: the plot's own box inside its margins, with equal units on both axes where asked for. */
function scales({ margin, height, xaxis, yaxis }, width) {
  const inner = { width: width - margin.l - margin.r, height: height - margin.t - margin.b };
  const span = (axis) => axis.range[1] - axis.range[0];
  let perX = inner.width / span(xaxis);
  let perY = inner.height / span(yaxis);
  let left = margin.l;
  if (yaxis.scaleanchor) {
    perX = perY = Math.min(perX, perY);
    left += (inner.width - perX * span(xaxis)) / 2;
  }
  return {
    x: (value) => left + (value - xaxis.range[0]) * perX,
    y: (value) => margin.t + inner.height - (value - yaxis.range[0]) * perY,
    inner, left: margin.l, top: margin.t, bottom: margin.t + inner.height, right: margin.l + inner.width, perY,
  };
}

function drawAxes({ xaxis, yaxis }, at) {
  const nodes = [];
  for (const [axis, across] of [[xaxis, true], [yaxis, false]]) {
    if (axis.visible === false) continue;
    const values = axis.tickvals ?? ticks(axis.range, axis.nticks ?? 5);
    for (const [index, value] of values.entries()) {
      const text = axis.ticktext ? axis.ticktext[index] : String(value).replace("-", "−");
      if (across) {
        if (axis.showgrid) nodes.push(svg("line", { class: "grid", x1: at.x(value), x2: at.x(value), y1: at.top, y2: at.bottom }));
        nodes.push(words(text, { x: at.x(value), y: at.bottom + 18, "text-anchor": "middle", opacity: 0.8 }));
      } else {
        if (axis.showgrid) nodes.push(svg("line", { class: "grid", x1: at.left, x2: at.right, y1: at.y(value), y2: at.y(value) }));
        nodes.push(words(text, { x: at.left - 6, y: at.y(value), dy: "0.35em", "text-anchor": "end", opacity: axis.ticktext ? 1 : 0.8 }));
      }
    }
    if (axis.zeroline && across) nodes.push(svg("line", { stroke: axis.zerolinecolor, x1: at.x(0), x2: at.x(0), y1: at.top, y2: at.bottom }));
  }
  return nodes;
}

/** Stripes from the lower left to the upper right, as the board's. */
function hatching(id, colour) {
  const stripe = svg("rect", { width: 4.8, height: 8.8, fill: colour });
  return svg("pattern", { id, width: 8.8, height: 8.8, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, stripe);
}

function drawBars(trace, at, base) {
  return trace.x.flatMap((value, index) => {
    const y = trace.y[index];
    const start = base[y] ?? 0;
    base[y] = start + value;
    const [from, to] = [at.x(Math.min(start, base[y])), at.x(Math.max(start, base[y]))];
    const size = Math.abs(at.perY) * each(trace.width, index);
    const colour = each(trace.marker.color, index);
    const hatched = trace.marker.pattern.shape && newId("hatching");
    const fill = hatched ? `url(#${hatched})` : colour;
    const bar = svg("rect", { x: from, y: at.y(y) - size / 2, width: Math.max(to - from, 0), height: size, rx: 3, fill });
    return [...(hatched ? [hatching(hatched, colour)] : []), withTitle(bar, each(trace.hovertext, index))];
  });
}

function drawLine(trace, at) {
  let pen = "M";
  const path = trace.x.map((x, index) => {
    const y = trace.y[index];
    if (x === null || y === null) {
      pen = "M";
      return "";
    }
    const step = `${pen}${at.x(x).toFixed(1)} ${at.y(y).toFixed(1)}`;
    pen = "L";
    return step;
  }).join("");
  const { color, width, dash } = trace.line;
  return svg("path", { d: path, "clip-path": `url(#${at.clip})`, fill: "none", stroke: color, "stroke-width": width, "stroke-dasharray": DASHES[dash ?? "solid"] });
}

function drawMarker(trace, at, index) {
  const { marker } = trace;
  const [x, y, r] = [at.x(trace.x[index]), at.y(trace.y[index]), each(marker.size, index) / 2];
  const look = { fill: each(marker.color, index), stroke: each(marker.line.color, index), "stroke-width": marker.line.width };
  const node = each(marker.symbol, index) === "triangle-up"
    ? svg("path", { ...look, d: `M${x} ${y - 1.3 * r}L${x + 1.2 * r} ${y + r}L${x - 1.2 * r} ${y + r}Z` })
    : svg("circle", { ...look, cx: x, cy: y, r });
  return withTitle(node, each(trace.hovertext, index));
}

const ANCHOR = { left: "end", center: "middle", right: "start" };

function drawText(trace, at, index) {
  const [vertical, side] = each(trace.textposition, index).split(" ");
  const gap = trace.mode.includes("markers") ? 10 : 0;
  const shift = side === "left" ? -gap : side === "right" ? gap : 0;
  return words(trace.text[index], {
    x: at.x(trace.x[index]) + shift,
    y: at.y(trace.y[index]) + (vertical === "top" ? -8 : 0),
    dy: vertical === "top" ? 0 : "0.35em",
    "text-anchor": ANCHOR[side],
    "font-size": `${(trace.textfont?.size ?? 12) / 12}em`,
  });
}

function drawFigure({ data, layout }, width) {
  const at = scales(layout, width);
  at.clip = newId("clip");
  const box = svg("rect", { x: at.left, y: at.top, width: at.inner.width, height: at.inner.height });
  const nodes = [svg("clipPath", { id: at.clip }, box), ...drawAxes(layout, at)];
  const base = {};
  for (const trace of data) {
    if (trace.type === "bar") nodes.push(...drawBars(trace, at, base));
    else {
      const places = trace.x.map((x, index) => (x === null || trace.y[index] === null ? -1 : index)).filter((index) => index >= 0);
      if (trace.mode.includes("lines")) nodes.push(drawLine(trace, at));
      if (trace.mode.includes("markers")) nodes.push(...places.map((index) => drawMarker(trace, at, index)));
      if (trace.mode.includes("text")) nodes.push(...places.map((index) => drawText(trace, at, index)));
    }
  }
  return nodes;
}

// ---------------------------------------------------------------- the grid of charts

class Charts {
  constructor(parent, enlarge) {
    this.enlarge = enlarge;
    this.root = document.createElement("div");
    this.root.className = "explorer-charts";
    this.charts = [];
    this.wanted = [];
    this.widths = [];
    parent.append(this.root);
    this.watch = new ResizeObserver(() => {
      this.measure();
      this.draw();
    });
    this.watch.observe(this.root);
  }

  remove() {
    this.watch.disconnect();
    this.root.remove();
  }

  receive(wanted) {
    this.wanted = wanted;
    while (this.charts.length > wanted.length) this.charts.pop().figure.remove();
    while (this.charts.length < wanted.length) this.add(this.charts.length);
    for (const [index, { title, note }] of wanted.entries()) {
      const chart = this.charts[index];
      setText(chart.title, title);
      setText(chart.note, note);
      setAttribute(chart.drawing, "aria-label", title);
      setAttribute(chart.open, "aria-label", `Open in Plotly: ${title}`);
    }
    if (this.widths.length !== wanted.length) this.measure();
    this.draw();
  }

  add(index) {
    const make = (tag) => document.createElement(tag);
    const chart = { figure: make("figure"), title: make("h2"), open: make("button"), note: make("p"), drawing: svg("svg", { role: "img" }), drawn: "" };
    const header = make("header");
    chart.open.type = "button";
    chart.open.textContent = "⤢";
    chart.open.title = "Enlarge: open in Plotly";
    chart.open.addEventListener("click", () => this.enlarge(index));
    header.append(chart.title, chart.open);
    chart.figure.append(header, chart.drawing, chart.note);
    this.charts.push(chart);
    this.root.append(chart.figure);
  }

  /** How wide the drawings are, and how large their type is: asked seldom, as the browser then lays out the whole page. */
  measure() {
    this.scale = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    this.widths = this.charts.map((chart) => chart.figure.clientWidth / this.scale);
  }

  draw() {
    const { scale, widths } = this;
    for (const [index, { figure }] of this.wanted.entries()) {
      const chart = this.charts[index];
      const text = JSON.stringify([figure, widths[index], scale]);
      if (widths[index] === 0 || text === chart.drawn) continue;
      chart.drawn = text;
      setAttribute(chart.drawing, "viewBox", `0 0 ${widths[index]} ${figure.layout.height}`);
      chart.drawing.style.height = `${figure.layout.height * scale}px`;
      chart.drawing.replaceChildren(...drawFigure(figure, widths[index]));
    }
  }
}

export default place("charts", ({ parentElement, setTriggerValue }) => new Charts(parentElement, (index) => setTriggerValue("enlarge", index)));
