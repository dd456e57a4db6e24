// Elements, with everything that comes from outside set as text, never as markup.

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** A field whose text is handed to `commit` when it is left and at Enter; until then it is `typing`, and is not to be written to. */
export const textField = (commit, attributes) =>
  el("input", {
    type: "text", spellcheck: "false", autocomplete: "off", enterkeyhint: "done",
    oninput: ({ target }) => { target.typing = true; },
    onchange: ({ target }) => {
      target.typing = false;
      commit(target.value);
    },
    onblur: ({ target }) => { target.typing = false; }, // back to what it was
    ...attributes,
  });

/** Write only what differs. */
export function setAttribute(node, name, value) {
  const text = String(value);
  if (node.getAttribute(name) !== text) node.setAttribute(name, text);
}

/** The number that an element shows, in full precision. */
export function setNumber(node, value) {
  if (Object.is(node.number, value)) return; // read from here, which is sooner than from the attribute
  node.number = value;
  node.dataset.value = value;
}

const ICONS = {
  undo: "M5 8h9a5 5 0 0 1 0 10h-3M5 8l4-4M5 8l4 4",
  plus: "M12 5v14M5 12h14",
  close: "M6 6l12 12M18 6L6 18",
  copy: "M8 8h11v11H8zM5 15V5h10",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

export const button = (name, label, onclick, text = null) =>
  el("button", { type: "button", class: text ? "tool" : "tool only", "aria-label": label, title: label, onclick }, icon(name), text);
