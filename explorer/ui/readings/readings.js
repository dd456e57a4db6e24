// The board, and beside it its logits under three set-ups. A drag on the board moves all of them in the same frame.

import { Board } from "../board/board.js";
import { el, setAttribute, setNumber } from "../board/elements.js";
import { clamp, format, number, numbers, percent } from "../board/numbers.js";
import { setSpan, setText } from "../board/overlay.js";
import { PREVIEW_EVENT, preview, previewGradient, previewLoss } from "../board/preview.js";
import { rowLogits } from "../board/rows.js";
import { place } from "../relay/relay.js";

/** One set-up: its loss, and a row for each of its classes with p, its cost and its slope. */
class Panel {
  constructor() {
    this.title = el("h2");
    this.question = el("p", { class: "question" });
    this.loss = el("output", { class: "loss", "aria-live": "off" });
    this.unit = el("span", { class: "unit" });
    this.table = el("div", { role: "table", class: "table" });
    this.sum = el("p", { class: "sum" });
    this.meaning = el("p", { class: "meaning" });
    this.node = el("section", {}, el("header", {}, this.title, this.question, el("div", {}, this.loss, this.unit)), this.table, this.sum, this.meaning);
    this.built = "";
  }

  receive(data, own) {
    this.data = data;
    this.node.classList.toggle("own", own);
    setText(this.title, data.title);
    setText(this.question, data.question);
    setText(this.unit, data.unit);
    setText(this.meaning, data.meaning);
    const wanted = JSON.stringify([data.names, data.colours, data.setup, data.sources, data.unit]);
    if (wanted !== this.built) this.build();
    this.built = wanted;
    const stages = Object.fromEntries(["p", "nll", "target"].map((stage) => [stage, numbers(data.stages[stage])]));
    const loss = data.loss === null ? number(data.perExample) : number(data.loss);
    this.draw(stages, numbers(data.gradient), loss);
  }

  build() {
    const { data } = this;
    setAttribute(this.table, "aria-label", `${data.title}: a row for each class`);
    const nll = data.unit === "bits" ? "log₂" : "log";
    const cost = data.setup === "multilabel" ? "NLL" : `−${nll} p`;
    const head = el("div", { role: "row", class: "row head" });
    for (const [kind, text] of [["name", "class"], ["p", "p"], ["nll", cost], ["target", "label"], ["gradient", "gradient"]]) {
      head.append(el("span", { role: "columnheader", class: kind }, text));
    }
    // The yes comes first where it is the board's first row; a pair stands as it does there.
    const turned = data.setup === "binary" && data.sources[0][1] === null;
    this.rows = data.names.map((name, k) => this.row(name, k));
    this.table.replaceChildren(head, ...(turned ? [...this.rows].reverse() : this.rows).map((row) => row.node));
  }

  row(name, k) {
    const { data } = this;
    const cell = (kind, ...children) => el("span", { role: "cell", class: kind, "data-reading": data.setup, "data-stage-of": kind, "data-class": k }, ...children);
    const bar = el("i", { class: "bar" });
    const slope = el("i", { class: "bar" });
    const row = { bar, slope, p: el("span", { class: "number" }), nll: cell("nll"), target: cell("target"), amount: el("span", { class: "number" }) };
    row.pCell = cell("p", row.p, el("span", { class: "track" }, bar));
    row.gradient = cell("gradient", row.amount, el("span", { class: "track" }, slope));
    row.node = el("div", { role: "row", class: "row" }, el("span", { role: "rowheader", class: "name", title: name }, el("span", { class: "swatch" }), el("span", {}, name)), row.pCell, row.nll, row.target, row.gradient);
    row.node.style.setProperty("--class", data.colours[k]);
    return row;
  }

  /** Follow the board: its logits, and where they are this set-up's own, its targets and whether they count. */
  follow({ logits, target, kept, own }) {
    const { data } = this;
    const counts = own ? kept : data.kept;
    const z = data.sources.map(([plus, minus]) => (minus === null ? logits[plus] : plus === minus ? 0 : logits[plus] - logits[minus]));
    const mine = own ? target : numbers(data.targets);
    const stages = preview(data, z, mine, counts);
    this.draw(stages, previewGradient(data, stages, mine, counts), previewLoss(data, stages, mine, counts));
  }

  draw(stages, gradient, loss) {
    const { data } = this;
    // No slope of a plain loss exceeds its part of the divisor; weights can make it steeper.
    const steepest = Math.max(...gradient.map(Math.abs).filter(Number.isFinite), 1 / data.examples);
    setText(this.loss, format(loss));
    setNumber(this.loss, loss);
    for (const [k, row] of this.rows.entries()) {
      const p = stages.p[k];
      setText(row.p, percent(p));
      setNumber(row.pCell, p);
      setSpan(row.bar, 0, Number.isNaN(p) ? 0 : clamp(p, 0, 1));
      setText(row.nll, format(stages.nll[k]));
      setNumber(row.nll, stages.nll[k]);
      setText(row.target, format(stages.target[k]).replace(/\.0+$|(\.\d*[1-9])0+$/, "$1")); // and no zero of an exponent
      row.node.classList.toggle("wanted", stages.target[k] > 0.5);
      const slope = data.setup === "binary" ? (k === 1 ? gradient[0] : undefined) : gradient[k];
      row.gradient.classList.toggle("none", slope === undefined);
      if (slope === undefined) continue;
      setText(row.amount, (slope > 0 ? "+" : "") + format(slope));
      setNumber(row.gradient, slope);
      const share = Number.isNaN(slope) ? 0 : clamp(slope / steepest, -1, 1);
      setSpan(row.slope, 0.5 + Math.min(share, 0) / 2, Math.abs(share) / 2); // from the middle to either side
    }
    const total = stages.p.reduce((sum, p) => sum + p, 0);
    const shared = data.setup !== "multilabel";
    setText(this.sum, `the probabilities sum to ${Math.abs(total - 1) < 1e-9 ? "1" : format(total)}${shared || Number.isNaN(total) ? "" : ": they need not be 1"}`);
  }
}

/** A board that tells when it takes over what Python says, which waits as long as a hand is on it. */
class SettlingBoard extends Board {
  constructor(root, onsettle) {
    super(root);
    this.onsettle = onsettle;
  }

  settle() {
    super.settle();
    this.onsettle();
  }
}

class Readings {
  constructor(parent) {
    this.root = el("div", { class: "explorer-compare" });
    const board = el("div", { class: "explorer-board compact" });
    this.panels = [new Panel(), new Panel(), new Panel()];
    this.root.append(board, el("div", { class: "explorer-readings" }, ...this.panels.map((panel) => panel.node)));
    parent.append(this.root);
    this.board = new SettlingBoard(board, () => this.settle());
    this.onpreview = ({ detail }) => {
      if (detail.settled) return; // it has told what Python says, which stands already
      const { setup } = this.board.data;
      const logits = rowLogits(setup, detail.z);
      for (const panel of this.panels) panel.follow({ logits, target: detail.target, kept: detail.kept, own: panel.data.setup === setup });
    };
    window.addEventListener(PREVIEW_EVENT, this.onpreview);
  }

  receive({ board, readings }, setStateValue) {
    this.pending = readings;
    this.board.receive(board, setStateValue);
  }

  settle() {
    const { setup } = this.board.data;
    for (const [index, panel] of this.panels.entries()) panel.receive(this.pending[index], this.pending[index].setup === setup);
  }

  remove() {
    window.removeEventListener(PREVIEW_EVENT, this.onpreview);
    this.board.remove();
    this.root.remove();
  }
}

export default place("readings", ({ parentElement }) => new Readings(parentElement));
