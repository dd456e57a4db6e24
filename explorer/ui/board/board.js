// The board: rows are classes, columns are the stages from logit to loss.
//
// Python is the one source of truth. It sends `data`; the board shows it. While a logit or a soft target is dragged, the
// preview recomputes the open example in the same frame; on release the new state goes to Python, whose answer replaces
// the preview.

import { derivation } from "./derivation.js";
import { button, el, icon, setAttribute, setNumber, textField } from "./elements.js";
import { drawLedger } from "./ledger.js";
import { clamp, field, format, nice, number, numbers, parse, shortest, sum } from "./numbers.js";
import { Outbox } from "./outbox.js";
import { Overlay, setBar, setRail, setSpan, setText } from "./overlay.js";
import { PREVIEW_EVENT, preview, previewLoss } from "./preview.js";
import { isFixed, logitOf, onMoreClasses, rowLogits, rowOf, rowTargets } from "./rows.js";
import { giveTarget, labelTarget, typeTarget } from "./targets.js";
import { INVITATION, LIVE, STAGES, headings } from "./words.js";
import { place } from "../relay/relay.js";

/** Whether a pointer has left the place of its press sideways; what it does before that may yet be a tap or a scroll. */
const sideways = (press, next) => Math.abs(next.clientX - press.clientX) >= 5;

const LANDING = 250; // ms in which most answers are there, and with them what a hand has let go is laid out in one go

const MANY = 8; // rows: more of them are lower, each number beside its bar

/** Whether the keys for undo have another meaning there: in what is being typed, in other fields, under a dialog. */
const undoesItself = (node, root) => {
  if (node.typing || document.querySelector("[role=dialog]")) return true;
  const shut = "[type=checkbox], [type=radio], [type=range], [role=combobox]:not([aria-expanded=true])"; // nothing is typed there
  return !root.contains(node) && node.matches(`input:not(${shut}), textarea, [contenteditable=true]`);
};

const UNDO_KEYS = (event) => (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";

export class Board {
  constructor(root) {
    this.root = root;
    this.outbox = new Outbox();
    this.drag = null; // the pointer that drags
    this.moving = null; // the cell of the logit that it drags
    this.box = null; // of the track that it drags on, until the board has another size
    this.landing = null; // until what a hand has let go is laid out, where the answer does not come before
    this.held = null; // the edit of a key that is held
    this.structure = "";
    this.hovered = null;
    this.untouched = null; // the handle beside which it says that it can be dragged
    this.escaped = null; // the edit whose refusal was taken back
    this.late = []; // edits of the row that wait for classes to be added
    this.undoKeys = (event) => {
      if (!UNDO_KEYS(event) || undoesItself(event.target, this.root) || !this.undoable) return;
      event.preventDefault();
      this.send({ op: "undo" });
    };
    document.addEventListener("keydown", this.undoKeys);
    for (const press of ["pointerdown", "keydown"]) root.addEventListener(press, () => { if (this.landing) this.comeToRest(); }, { capture: true });
  }

  remove() {
    clearTimeout(this.landing);
    document.removeEventListener("keydown", this.undoKeys);
    this.outbox.close();
    this.root.remove();
  }

  /** Take over what Python says, unless it answers an edit that is older than what the person has done since. */
  receive(data, setStateValue) {
    const elsewhere = this.data !== undefined && data.seq === this.data.seq;
    this.root.classList.toggle("glide", elsewhere);
    this.outbox.answered(data, setStateValue);
    this.pending = data;
    if (this.drag === null && !this.held && !this.outbox.waiting) this.catchUp();
    else if (this.previewed) this.tell(); // what a hand shows is later than what the other parts were handed
  }

  settle() {
    this.land();
    this.previewed = false;
    const data = this.pending;
    this.data = data;
    this.z = numbers(data.logits);
    this.target = numbers(data.targets);
    this.kept = data.kept; // whether the example counts: a label makes an ignored one do so
    this.stages = Object.fromEntries(LIVE.map((stage) => [stage, numbers(data.stages[stage])]));
    this.stages.partition = data.partition === null ? null : number(data.partition);
    this.stages.perExample = number(data.perExample);
    const structure = JSON.stringify([data.setup, data.logits.length, data.options.temperature, data.unit, data.weighted, data.hard, data.examples > 1]);
    const refocus = this.focused();
    if (structure !== this.structure) this.build();
    this.structure = structure;
    this.range = nice(1.1 * Math.max(4.5, ...this.z.filter(Number.isFinite).map(Math.abs)));
    setText(this.line, data.line);
    this.draw();
    this.invite();
    this.drawNames();
    this.drawUndo();
    drawLedger(this.ledger, data, (edit) => this.send(edit));
    this.drawError();
    refocus?.();
  }

  /** How to put the focus back, where what has it is made anew: on the same, or on what has taken its place. */
  focused() {
    const active = document.activeElement;
    if (!this.root.contains(active) || !this.rows) return null;
    const draft = active.typing ? active.value : "";
    const back = (successor) => () => {
      if (this.root.contains(document.activeElement)) return;
      const node = successor();
      node.focus({ preventScroll: true });
      if (!draft) return;
      node.select();
      document.execCommand("insertText", false, draft); // as if typed: to set the value would not count as a change
    };
    if (this.ledger.contains(active)) return back(() => this.tools.lastChild); // where the ledger, which keeps its own, is gone
    const node = this.error.contains(active) ? this.root.querySelector("[aria-invalid]") : active;
    const row = this.rows.findIndex((each) => each.contains(node));
    if (row === -1) return null;
    const what = Object.entries(this.controls(row)).find(([, control]) => control === node)?.[0];
    return back(() => {
      const controls = this.controls(Math.min(row, this.rows.length - 1));
      return [controls[what], controls.handle, controls.name].find((control) => control?.checkVisibility());
    });
  }

  /** What can have the focus in a row. */
  controls(k) {
    const { logit, target } = this.cells;
    const cells = Object.fromEntries(STAGES.map((stage) => [stage, this.cells[stage][k].node]));
    return { ...cells, ...this.names[k], field: logit[k].field, handle: logit[k].handle, pill: target[k].pill, given: target[k].field };
  }

  send(edit) {
    this.outbox.send(edit);
    this.drawUndo();
  }

  /** Whether the classes or examples have changed, or are about to, since what a hand is editing was drawn. */
  get outdated() {
    const place = ({ setup, names, examples, row }) => [setup, names.length, examples, row].join();
    return place(this.pending) !== place(this.data) || this.outbox.rebuilding;
  }

  sendRow(extra = {}) {
    const edit = { ...this.row, ...extra };
    if (!this.outdated && !this.late.length) this.send(edit);
    else {
      this.late.push(edit);
      this.catchUp();
    }
  }

  /** The open example as the board has it, in the words of an edit. */
  get row() {
    const hard = this.data.hard && this.target.filter((value) => value === 1).length === 1;
    return {
      op: "row",
      row: this.data.row,
      logits: this.z.map(shortest),
      target: hard ? [String(this.target.indexOf(1))] : this.target.map(shortest),
      hard,
      names: this.data.names,
    };
  }

  /** Show what Python says. Late edits are made on it where it has all their classes, perhaps among more; others are dropped. */
  catchUp() {
    const { late, data, pending } = this;
    const same = ["setup", "examples", "row"].every((what) => data?.[what] === pending[what]);
    const fits = same && pending.names.length >= data.names.length;
    if (late.length && fits && this.outbox.growing) { // not yet
      if (this.previewed) this.tell();
      return;
    }
    this.late = [];
    this.settle();
    if (!late.length) return;
    if (fits && !this.outbox.rebuilding) {
      const edit = late.reduce((row, next) => onMoreClasses(row, next, data.setup), this.row);
      this.z = this.z.map((old, index) => parse(edit.logits[index]) ?? old);
      this.target = edit.hard ? this.target.map((_, k) => Number(k === Number(edit.target[0]))) : edit.target.map((text, k) => parse(text) ?? this.target[k]);
      this.kept ||= late.some(({ field }) => field === "target");
      this.send(edit);
      this.showPreview();
    } else this.tell(!this.outbox.waiting);
  }

  // ------------------------------------------------------------ building

  /** What stands around the table: it stays, and so does the focus that is there. */
  buildFrame() {
    this.line = el("p", { class: "line" });
    this.caption = el("p", { class: "caption", id: "explorer-caption" });
    this.undo = button("undo", "Undo the last change (Ctrl + Z)", () => { if (this.undoable) this.send({ op: "undo" }); }, "Undo");
    this.addClass = button("plus", "Add a class", () => this.send({ op: "add" }), "Class");
    this.tools = el("div", { class: "tools" },
      this.undo,
      this.addClass,
      button("plus", "Add an example: a copy of this one", () => this.send({ op: "add-example", row: this.data.row }), "Example"));
    this.error = el("div", { class: "error", id: "explorer-problem", role: "alert", hidden: true });
    this.ledger = el("div", { class: "ledger" });
    this.made = []; // what stands between them, and is made anew
    this.root.replaceChildren(this.line, el("div", { class: "below" }, this.caption, this.tools, this.error), this.ledger);
  }

  build() {
    const data = this.data;
    const rows = data.names.length;
    const titles = headings(data);
    if (!this.tools) this.buildFrame();
    const [kind, addKind] = data.setup === "multilabel" ? ["Label", "Add a label"] : ["Class", "Add a class"];
    for (const name of ["aria-label", "title"]) setAttribute(this.addClass, name, addKind);
    this.addClass.lastChild.data = kind;
    this.addClass.hidden = data.setup === "binary";
    this.cells = STAGES.reduce((cells, stage) => ({ ...cells, [stage]: [] }), {});
    const head = el("div", { role: "row", class: "row head" }, el("div", { role: "columnheader", class: "name" }, el("b", {}, "class")));
    for (const stage of STAGES) {
      const [title, symbol, hint] = titles[stage];
      head.append(el("div", { role: "columnheader", class: `stage ${stage}`, title: hint }, el("b", {}, title), el("span", {}, symbol)));
    }
    const table = el("div", { role: "table", class: "table", "aria-label": "From logits to loss: a row for each class, a column for each stage" }, head);
    this.names = [];
    this.rows = [];
    for (let k = 0; k < rows; k += 1) table.append(this.buildRow(k, titles));
    table.append(this.buildSums());
    this.root.classList.toggle("many", rows > MANY);
    this.explain(null);
    this.overlay = new Overlay(table, () => this.leaves, () => { this.box = null; });
    const labels = this.cells.target.map(({ pill }) => pill.id).join(" ");
    const group = el("span", { role: "radiogroup", "aria-label": "label", "aria-owns": labels });
    this.tools.after(this.error); // out of the table that goes
    for (const old of this.made) old.remove();
    this.made = data.setup === "multiclass" ? [table, group] : [table];
    this.line.after(...this.made);
    this.stop(this.cells.p[0].node);
  }

  buildRow(k, titles) {
    const name = textField((text) => this.rename(k, text), {
      class: "name-field", title: "Rename",
      onkeydown: (event) => this.fieldKeys(event, () => this.data.names[k]),
    });
    const remove = el("button", { type: "button", class: "remove", onclick: ({ detail }) => { if (detail < 2) this.send({ op: "remove", class: k }); } }, icon("close"));
    const swatch = el("span", { class: "swatch" });
    const row = el("div", { role: "row", class: "row" }, el("div", { role: "rowheader", class: "name" }, swatch, name, remove));
    row.style.setProperty("--class", this.data.colours[k]);
    this.names.push({ name, remove });
    this.rows.push(row);
    for (const stage of STAGES) {
      const cell = this.buildCell(stage, k, titles[stage][0]);
      this.cells[stage].push(cell);
      row.append(cell.node);
    }
    return row;
  }

  buildCell(stage, k, title) {
    const node = el("div", {
      role: "cell", class: `stage ${stage}`, "data-stage": stage, "data-class": k, "data-title": title,
      onpointerenter: () => this.explain(stage, k),
      onpointerleave: ({ pointerType }) => { if (pointerType === "mouse") this.explain(null); }, // a finger leaves what it taps
    });
    const text = el("span", { class: "number" });
    const bar = el("i", { class: "bar" });
    const track = el("div", { class: "track" }, bar);
    const cell = { node, text, bar, track };
    if (stage === "logit") this.buildLogit(cell, k);
    else if (stage === "target") this.buildTarget(cell, k);
    else {
      node.append(text, track);
      node.tabIndex = -1; // one of them is a tab stop: see walk
      node.addEventListener("focus", () => {
        this.stop(node);
        this.explain(stage, k);
      });
      node.addEventListener("keydown", (event) => this.walk(event, stage, k));
    }
    return cell;
  }

  buildLogit(cell, k) {
    const { setup } = this.data;
    if (isFixed(setup, k)) {
      cell.node.append(el("span", { class: "number", title: "A sigmoid is a softmax against a class whose logit is 0" }, "0 (fixed)"), cell.track);
      return;
    }
    const index = logitOf(setup, k);
    cell.field = textField((text) => this.typeLogit(index, text), {
      class: "number-field", inputmode: "text",
      onfocus: (event) => event.target.select(),
      onkeydown: (event) => this.fieldKeys(event, () => field(this.z[index])),
    });
    cell.handle = el("span", {
      class: "handle carried", role: "slider", tabindex: "0", "aria-orientation": "horizontal",
      title: "Drag, or use the keys: arrows 0.1 · Shift + arrows 1 · Page Up and Down 1 · Home and End the ends of the range",
      onkeydown: (event) => this.logitKeys(event, index),
      onkeyup: () => this.releaseKey(),
      onblur: () => this.releaseKey(),
    });
    cell.rail = el("span", { class: "rail" }, cell.handle); // as wide as the track, so that it moves in per cent
    cell.track.append(cell.rail);
    cell.track.classList.add("draggable");
    cell.track.addEventListener("pointerdown", (event) => this.startLogit(event, cell, index));
    cell.node.append(cell.field, cell.track);
  }

  buildTarget(cell, k) {
    const exclusive = this.data.setup === "multiclass";
    cell.pill = el("button", {
      type: "button", class: "pill", id: `explorer-label-${k}`, role: exclusive ? "radio" : "switch",
      title: exclusive ? null : "Click to switch. Drag for a soft label, or use the keys: Up and Down 0.05 · Page Up and Down 0.25",
      onkeydown: (event) => (exclusive ? this.labelKeys : this.targetKeys).call(this, event, k),
    });
    cell.field = textField((text) => this.typeTarget(k, text), {
      class: "number-field", role: "spinbutton", "aria-valuemin": "0", "aria-valuemax": "1",
      onfocus: (event) => event.target.select(),
      onkeydown: (event) => this.targetKeys(event, k),
    });
    cell.node.append(el("div", { class: "label-line" }, cell.pill, cell.field), cell.track);
    cell.track.classList.add("draggable");
    cell.node.addEventListener("pointerdown", (event) => this.startTarget(event, cell, k));
    cell.node.addEventListener("click", (event) => {
      if (event.target === cell.field || (this.dragged && event.detail > 0)) return; // a key has no detail
      this.label(k);
    });
  }

  buildSums() {
    const row = el("div", { role: "row", class: "row sums" }, el("div", { role: "rowheader", class: "name" }, "sum"));
    this.sums = {};
    for (const stage of STAGES) {
      const value = el("b");
      const note = el("span");
      const node = el("div", { role: "cell", class: `stage ${stage}`, "data-sum": stage }, value, note);
      this.sums[stage] = { node, value, note };
      row.append(node);
    }
    return row;
  }

  // ------------------------------------------------------------ drawing

  draw() {
    const { data, stages } = this;
    const logits = rowLogits(data.setup, this.z);
    const scale = nice(Math.max(...stages.nll.filter(Number.isFinite), 0));
    const shiftScale = nice(Math.max(...stages.shifted.filter(Number.isFinite).map(Math.abs), 0));
    const plan = {
      shifted: { from: 1, size: shiftScale },
      exp: { from: 0, size: 1 },
      p: { from: 0, size: 1 },
      log_p: { from: 1, size: scale },
      nll: { from: 0, size: scale },
      share: { from: 0, size: nice(Math.max(scale, ...stages.share.filter(Number.isFinite))) },
    };
    for (let k = 0; k < data.names.length; k += 1) {
      if (!this.moving || this.moving === this.cells.logit[k]) this.drawLogit(k, logits[k]);
      for (const [stage, { from, size }] of Object.entries(plan)) {
        const cell = this.cells[stage][k];
        const value = stages[stage][k];
        setNumber(cell.node, value);
        setText(cell.text, format(value));
        setBar(cell.bar, value, from, size);
      }
      if (!this.moving) this.drawTarget(k);
    }
    this.drawSums();
    if (this.hovered) setText(this.caption, derivation(this, ...this.hovered)[0]);
  }

  drawLogit(k, value) {
    const cell = this.cells.logit[k];
    setNumber(cell.node, value);
    const at = (clamp(value, -this.range, this.range) / this.range + 1) / 2;
    const position = Number.isNaN(value) ? 0.5 : at;
    setSpan(cell.bar, Math.min(0.5, position), Math.abs(position - 0.5), !Number.isFinite(value));
    if (!cell.handle) return;
    const text = field(value);
    setText(cell.field, text);
    setRail(cell.rail, position);
    setAttribute(cell.handle, "aria-valuemin", -this.range);
    setAttribute(cell.handle, "aria-valuemax", this.range);
    setAttribute(cell.handle, "aria-valuenow", Number.isNaN(value) ? 0 : clamp(value, -this.range, this.range));
    if (Number.isFinite(value)) cell.handle.removeAttribute("aria-valuetext");
    else cell.handle.setAttribute("aria-valuetext", Number.isNaN(value) ? "not a number" : value > 0 ? "infinity" : "minus infinity");
  }

  drawTarget(k) {
    const { data, kept, stages, target } = this;
    const cell = this.cells.target[k];
    const own = rowTargets(data.setup, target)[k];
    const on = own === 1;
    setNumber(cell.node, stages.target[k]);
    setAttribute(cell.pill, "aria-checked", on);
    if (data.setup === "multiclass") setAttribute(cell.pill, "tabindex", on || (k === 0 && !target.includes(1)) ? 0 : -1); // radios are one tab stop
    cell.pill.classList.toggle("on", on);
    const soft = data.setup === "multiclass" ? !data.hard || (kept && Math.max(...target) < 1) : own > 0 && own < 1;
    cell.node.classList.toggle("soft", soft);
    const smoothed = kept && data.options.smoothing > 0;
    cell.node.classList.toggle("smoothed", smoothed);
    const [yes, no] = data.setup === "multilabel" ? ["yes", "no"] : ["label", "0"];
    setText(cell.pill, smoothed ? format(stages.target[k]) : on ? yes : own === 0 ? no : "0");
    setText(cell.field, shortest(own));
    setAttribute(cell.field, "aria-valuenow", own);
    setSpan(cell.bar, 0, stages.target[k]);
  }

  drawSums() {
    const { data, stages } = this;
    const total = { p: sum(stages.p), target: sum(stages.target), share: stages.perExample };
    const each = data.setup === "multilabel";
    const round = (value) => (Math.abs(value - 1) < 1e-9 ? "1" : format(value));
    setText(this.sums.exp.value, each ? "" : format(stages.partition));
    setText(this.sums.exp.note, each ? "each row has its own" : " = Z");
    setText(this.sums.p.value, round(total.p));
    setText(this.sums.p.note, each ? " need not be 1" : "");
    setText(this.sums.target.value, round(total.target));
    setText(this.sums.share.value, format(total.share));
    setText(this.sums.share.note, data.examples > 1 || each ? "this example" : " = loss");
    setNumber(this.sums.share.node, total.share);
    setNumber(this.sums.exp.node, stages.partition ?? "");
    setNumber(this.sums.p.node, total.p);
  }

  drawUndo() {
    setAttribute(this.undo, "aria-disabled", !this.undoable); // not disabled, which would take the focus from it
  }

  drawNames() {
    const { data } = this;
    for (const [k, { name, remove }] of this.names.entries()) {
      const text = data.names[k];
      const [logit, target] = [this.cells.logit[k], this.cells.target[k]];
      setText(name, text);
      setAttribute(name, "aria-label", `name of class ${k}`);
      setAttribute(name, "title", text);
      setAttribute(remove, "aria-label", `remove ${text}`);
      setAttribute(remove, "title", `Remove ${text}`);
      remove.hidden = data.setup === "binary" || data.names.length <= data.fewest;
      this.rows[k].style.setProperty("--class", data.colours[k]);
      if (logit.handle) {
        setAttribute(logit.handle, "aria-label", `logit of ${text}`);
        setAttribute(logit.field, "aria-label", `type the logit of ${text}`);
      }
      setAttribute(target.pill, "aria-label", `label ${text}`);
      setAttribute(target.field, "aria-label", `target of ${text}`);
    }
  }

  drawError() {
    const { problem } = this;
    this.error.hidden = problem === null;
    this.root.querySelectorAll("[aria-invalid]").forEach((node) => {
      node.removeAttribute("aria-invalid");
      node.removeAttribute("aria-describedby");
    });
    if (problem === null) return;
    const offer = problem.normalise
      ? el("button", { type: "button", class: "tool", onclick: () => this.send(problem.normalise) }, "Normalise to 1")
      : null;
    this.error.replaceChildren(...[el("span", {}, problem.message), offer].filter(Boolean));
    const row = problem.class === null ? null : this.rows[problem.class];
    if (!row) {
      this.tools.after(this.error);
      return;
    }
    row.after(this.error);
    const cell = problem.field === "names" ? this.names[problem.class].name : this.cells[problem.field]?.[problem.class]?.field;
    problem.draft?.forEach((text, k) => setText(this.cells.target[k].field, text));
    if (cell) {
      cell.setAttribute("aria-invalid", "true");
      cell.setAttribute("aria-describedby", this.error.id);
      setText(cell, problem.text);
    }
  }

  /** Whether anything can be undone: what Python knows of, or what is on its way there. */
  get undoable() {
    return Boolean(this.data?.canUndo || this.outbox.edits.length);
  }

  /** What Python refused, unless Escape has taken it back. */
  get problem() {
    return this.data.seq === this.escaped ? null : this.data.error;
  }

  // ------------------------------------------------------------ hovering: which numbers feed this one

  explain(stage, k) {
    this.hovered = stage === null ? null : [stage, k];
    this.root.querySelectorAll(".feeds").forEach((node) => node.classList.remove("feeds"));
    if (stage === null) {
      setText(this.caption, INVITATION);
      return;
    }
    const [text, feeds] = derivation(this, stage, k);
    setText(this.caption, text);
    for (const source of feeds) {
      const node = source === "sum" ? this.sums.exp.node : this.cells[source][k].node;
      node.classList.add("feeds");
    }
  }

  /** Make a cell the one that Tab stops at; the caption is what it is described by. */
  stop(node) {
    for (const old of this.root.querySelectorAll("[role=cell][tabindex='0']")) {
      old.tabIndex = -1;
      old.removeAttribute("aria-describedby");
    }
    node.tabIndex = 0;
    node.setAttribute("aria-describedby", this.caption.id);
  }

  /** Arrow keys go from number to number, past the columns that are edited and those that a narrow screen leaves out. */
  walk(event, stage, k) {
    const step = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const open = STAGES.filter((other) => !["logit", "target"].includes(other) && this.cells[other][k].node.checkVisibility());
    const column = open[clamp(open.indexOf(stage) + step[0], 0, open.length - 1)];
    this.cells[column][clamp(k + step[1], 0, this.rows.length - 1)].node.focus();
  }

  /** Until the first edit, say beside a handle that it can be dragged: the first that has room between it and the end. */
  invite() {
    this.touched();
    if (this.data.seq > 0) return;
    const near = (value, k) => this.cells.logit[k].handle && Math.abs(value) < 0.5 * this.range;
    const logits = rowLogits(this.data.setup, this.z);
    const k = logits.findIndex(near);
    if (k === -1) return;
    this.untouched = this.cells.logit[k].handle;
    this.untouched.classList.add("untouched");
    this.untouched.classList.toggle("negative", logits[k] < 0);
  }

  touched() {
    this.untouched?.classList.remove("untouched");
    this.untouched = null;
  }

  // ------------------------------------------------------------ editing

  /** Redraw from the browser's own arithmetic, in this frame. */
  showPreview() {
    if (this.root.classList.contains("glide")) this.root.classList.remove("glide"); // what a hand moves follows it at once
    if (this.untouched) this.touched();
    this.stages = preview(this.data, this.z, this.target, this.kept);
    this.previewed = true;
    this.draw();
    if (this.moving) this.overlay.paint();
    this.tell();
  }

  /** Tell the other parts of the page what the board shows: the preview, or again what Python said. */
  tell(settled = false) {
    const loss = previewLoss(this.data, this.stages, this.target, this.kept);
    window.dispatchEvent(new CustomEvent(PREVIEW_EVENT, { detail: { loss, p: this.stages.p, target: this.target, kept: this.kept, z: this.z, moving: this.moving !== null, settled } }));
  }

  /** What a dragged logit changes; targets stay as they are. */
  get leaves() {
    const cells = LIVE.filter((stage) => stage !== "target").flatMap((stage) => this.cells[stage]);
    return {
      texts: [this.moving.field, ...cells.map((cell) => cell.text)],
      amounts: ["exp", "p", "share"].map((stage) => this.sums[stage].value),
      bars: [this.moving, ...cells].map((cell) => cell.bar),
      rails: [this.moving.rail],
    };
  }

  setLogit(index, value) {
    this.z[index] = value;
    this.showPreview();
  }

  startLogit(event, cell, index) {
    if (event.button !== 0) return;
    event.preventDefault();
    const begin = () => {
      cell.handle.focus({ preventScroll: true }); // first: what was being typed counts now
      this.moving = cell;
      this.box = null;
      const valueAt = (x) => {
        const { left, width } = (this.box ??= cell.track.getBoundingClientRect());
        return (x - left - width / 2) * (this.range / (width / 2)); // twice the range may be more than a float holds
      };
      const step = this.range / 50 >= 1 ? this.range / 50 : 0.1;
      const before = this.z[index];
      const grabbed = event.target === cell.handle && Number.isFinite(before);
      const beside = grabbed ? before - valueAt(event.clientX) : 0; // the middle of the handle
      const move = (x) => {
        const exact = valueAt(x) + beside;
        this.setLogit(index, clamp(Number((Math.round(exact / step) * step).toFixed(1)), -this.range, this.range));
      };
      if (!grabbed) move(event.clientX);
      return { before, move };
    };
    let held = event.pointerType === "mouse" ? begin() : null; // anything else may be about to scroll the page
    this.follow(event, cell.track, (next) => {
      if (!held && !sideways(event, next)) return;
      held ??= begin();
      held.move(next.clientX);
    }, (cancelled) => {
      if (!cancelled) held ??= begin(); // a tap
      if (!held) return;
      if (cancelled) this.setLogit(index, held.before);
      this.moving = null;
      if (!Object.is(this.z[index], held.before)) this.sendRow({ class: rowOf(this.data.setup, index), field: "logit" });
    });
  }

  startTarget(event, cell, k) {
    this.dragged = false;
    if (event.button !== 0 || event.target === cell.field) return;
    this.box = null;
    const [before, kept] = [[...this.target], this.kept];
    this.follow(event, cell.node, (next) => {
      if (!this.dragged && !sideways(event, next)) return;
      this.dragged = true;
      const { left, width } = (this.box ??= cell.track.getBoundingClientRect());
      this.giveTarget(k, clamp((next.clientX - left) / width, 0, 1), before);
    }, (cancelled) => {
      if (!this.dragged) return;
      if (cancelled) {
        [this.target, this.kept] = [before, kept];
        this.showPreview();
      } else this.sendRow({ class: k, field: "target" });
    });
  }

  /** Follow one pointer from press to release, or until the browser takes it to scroll; Python's answers wait until then. */
  follow(event, node, onmove, onrelease) {
    const id = event.pointerId;
    this.drag = id;
    node.setPointerCapture(id);
    this.root.classList.add("dragging");
    const listen = new AbortController();
    const options = { signal: listen.signal };
    node.addEventListener("pointermove", (next) => { if (next.pointerId === id) onmove(next); }, options);
    const end = (next) => {
      if (next.pointerId !== id) return;
      listen.abort();
      this.drag = null;
      onrelease(next.type === "pointercancel");
      window.setTimeout(() => this.letGo()); // Streamlit sends from a timer too: what is drawn before it, it waits for
    };
    node.addEventListener("pointerup", end, options);
    node.addEventListener("pointercancel", end, options);
  }

  letGo() {
    if (this.drag !== null) return; // held again already
    this.root.classList.remove("dragging");
    if (this.outbox.waiting) {
      this.landing = window.setTimeout(() => this.comeToRest(), LANDING);
      return;
    }
    this.land();
    if (this.previewed || this.pending !== this.data) this.catchUp(); // back where it was
    this.tell(!this.late.length);
  }

  /** Lay out what was painted while a hand moved it. */
  land() {
    clearTimeout(this.landing);
    this.landing = null;
    this.overlay?.land();
  }

  /** The answer is late: lay it out without, and say that nothing moves any more. */
  comeToRest() {
    this.land();
    this.tell();
  }

  giveTarget(k, value, before) {
    this.target = giveTarget(this.data.setup, before, k, value);
    this.kept = true;
    this.showPreview();
  }

  label(k) {
    this.target = labelTarget(this.data.setup, this.target, k);
    this.kept = true;
    this.showPreview();
    this.sendRow({ class: k, field: "target" });
  }

  /** As in every group of radios, the arrow keys go to the next and choose it. */
  labelKeys(event, k) {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = (k + step + this.rows.length) % this.rows.length;
    this.label(next);
    this.cells.target[next].pill.focus();
  }

  typeLogit(index, text) {
    const value = parse(text);
    const typed = this.z.map((old, other) => (other === index ? text : shortest(old)));
    if (value !== null) this.setLogit(index, value);
    this.sendRow({ logits: typed, class: rowOf(this.data.setup, index), field: "logit", text });
  }

  typeTarget(k, text) {
    const before = this.problem?.draft ?? this.target.map(shortest); // what was typed before and does not sum to 1 yet
    this.sendRow({ target: typeTarget(this.data.setup, before, k, text), hard: false, class: k, field: "target", text });
  }

  rename(k, text) {
    if (text === this.data.names[k]) return;
    this.sendRow({ names: this.data.names.map((old, other) => (other === k ? text : old)), class: k, field: "names", text });
  }

  /** After Enter, which the browser counts as a change, what is typed next replaces it; Escape takes back what was typed or refused. */
  fieldKeys({ key, target, isComposing }, before) {
    if (isComposing) return; // the keys are those of what helps to write
    if (key === "Enter") target.select();
    if (key !== "Escape") return;
    target.typing = false;
    setText(target, before());
    target.select();
    if (this.problem === null) return;
    this.escaped = this.data.seq;
    this.drawError();
    this.draw();
    this.drawNames();
  }

  logitKeys(event, index) {
    const value = Number.isFinite(this.z[index]) ? this.z[index] : clamp(this.z[index] || 0, -this.range, this.range);
    const step = event.shiftKey ? 1 : 0.1;
    const next = {
      ArrowRight: value + step, ArrowUp: value + step, ArrowLeft: value - step, ArrowDown: value - step,
      PageUp: value + 1, PageDown: value - 1, Home: -this.range, End: this.range,
    }[event.key];
    if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.setLogit(index, Number(next.toFixed(10)));
    const edit = { class: rowOf(this.data.setup, index), field: "logit" };
    if (event.repeat) this.held = edit; // a held key settles when it is let go
    else this.sendRow(edit);
  }

  releaseKey() {
    if (!this.held) return;
    const edit = this.held;
    this.held = null;
    this.sendRow(edit);
  }

  targetKeys(event, k) {
    const step = { ArrowUp: 0.05, ArrowDown: -0.05, PageUp: 0.25, PageDown: -0.25 }[event.key];
    const own = () => rowTargets(this.data.setup, this.target)[k];
    const cell = this.cells.target[k];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) {
      if (event.target === cell.field) this.fieldKeys(event, () => shortest(own()));
      return;
    }
    event.preventDefault();
    cell.field.typing = false;
    this.giveTarget(k, clamp(own() + step, 0, 1), [...this.target]);
    this.sendRow({ class: k, field: "target" });
    if (cell.node.classList.contains("soft")) cell.field.focus(); // from the switch to the number that it has become
  }
}

export default place("board", ({ data: { compact }, parentElement }) => {
  const root = el("div", { class: compact ? "explorer-board compact" : "explorer-board" });
  parentElement.append(root);
  return new Board(root);
});
