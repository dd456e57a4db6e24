// The functions and what they may be fed: rows are functions, columns are what a model ends with.

import { el, setAttribute } from "../board/elements.js";
import { setText } from "../board/overlay.js";
import { place } from "../relay/relay.js";

const MARKS = { right: "✓", same: "=", other: "≠", wrong: "✗", refused: "!" };

class Matrix {
  constructor(parent) {
    this.root = el("div", { class: "explorer-matrix" });
    this.built = "";
    this.cells = new Map();
    this.back = null;
    this.sight = null;
    parent.append(this.root);
  }

  remove() {
    this.root.remove();
    this.leaveWayBack();
  }

  receive(data, report) {
    this.report = report;
    const wanted = JSON.stringify([data.columns, data.rows.map(({ title, asClass, targets, reduction, meant }) => [title, asClass, targets, reduction, meant])]);
    if (wanted !== this.built) this.build(data);
    this.built = wanted;
    for (const { cells } of data.rows) {
      for (const cell of cells) this.draw(this.cells.get(cell.id), cell, data.words[cell.verdict], cell.id === data.chosen);
    }
  }

  build(data) {
    this.cells.clear();
    const table = el("table", {}, el("caption", {}, "What each function makes of this case, and of what it is fed"));
    const head = el("tr", {}, el("th", { scope: "col" }, "function"));
    for (const { feed, ending, marked } of data.columns) {
      head.append(el("th", { scope: "col", class: marked ? "marked" : "" }, feed, el("small", {}, ending === "nothing" ? "the model ends with nothing" : `the model ends with ${ending}`)));
    }
    table.append(el("thead", {}, head));
    let group = null;
    for (const row of data.rows) {
      const title = row.meant ? row.library : `${row.library}: not meant for this set-up`;
      if (title !== group) {
        group = title;
        table.append(el("tbody", { class: row.meant ? "" : "strange" }, el("tr", { class: "group" }, el("th", { colspan: 1 + data.columns.length, scope: "rowgroup" }, title))));
      }
      table.lastElementChild.append(this.buildRow(row, data.columns));
    }
    this.root.replaceChildren(table);
  }

  buildRow(row, columns) {
    const name = el("th", { scope: "row" }, el("code", {}, ...broken(row.title)),
      row.asClass.length ? el("code", { class: "class" }, ...broken(row.asClass)) : null, el("small", {}, `targets: ${row.targets} · by default ${row.reduction}`));
    const line = el("tr", {}, name);
    for (const [index, { id }] of row.cells.entries()) {
      const value = el("b");
      const mark = el("span", { class: "mark", "aria-hidden": "true" });
      const phrase = el("span", { class: "phrase" });
      const button = el("button", { type: "button", onclick: () => this.choose(id) }, el("span", { class: "feed" }, columns[index].feed), el("span", { class: "amount" }, value, mark), phrase);
      const node = el("td", { "data-cell": id, class: columns[index].marked ? "marked" : "" }, button);
      this.cells.set(id, { node, value, mark, phrase, button });
      line.append(node);
    }
    return line;
  }

  draw(cell, { value, verdict, phrase }, word, chosen) {
    setText(cell.value, value);
    setText(cell.mark, MARKS[verdict]);
    setText(cell.phrase, phrase);
    setAttribute(cell.node, "data-verdict", verdict);
    setAttribute(cell.button, "aria-pressed", chosen);
    setAttribute(cell.button, "aria-label", `${value}, ${word}: ${phrase}`);
  }

  choose(id) {
    for (const [other, { button }] of this.cells) setAttribute(button, "aria-pressed", other === id); // before Python has answered
    this.report("cell", id);
    const panel = document.querySelector(".st-key-explanation");
    const { top, bottom } = panel.getBoundingClientRect();
    if (bottom >= 0 && top <= window.innerHeight) return;
    panel.scrollIntoView({ block: "center" }); // on a phone it stands elsewhere
    this.offerWayBack(this.cells.get(id).button);
  }

  /** Show a button that brings back to a cell, for as long as the cell is out of sight. */
  offerWayBack(cell) {
    this.leaveWayBack();
    this.back = el("button", { class: "explorer-back", type: "button", onclick: () => {
      cell.scrollIntoView({ block: "center" });
      cell.focus({ preventScroll: true });
    } }, "Back to the table");
    document.body.append(this.back); // a container with queries of its own would hold it in place
    this.sight = new IntersectionObserver((seen) => seen.at(-1).isIntersecting && this.leaveWayBack());
    this.sight.observe(cell);
  }

  leaveWayBack() {
    this.sight?.disconnect();
    this.back?.remove();
  }
}

/** A name that a narrow column breaks between its pieces. */
const broken = (pieces) => pieces.flatMap((piece, index) => (index ? [el("wbr"), piece] : [piece]));

export default place("matrix", ({ parentElement }) => new Matrix(parentElement));
