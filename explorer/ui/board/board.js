// The board and the answer bar: one module for both, so that they share their formats and the preview.
//
// Python is the one source of truth. It sends `data`; the page shows it. While a logit or a soft target is dragged,
// `preview` below recomputes the open example in the browser, in the same frame; on release the new state goes to
// Python, whose answer replaces the preview. Everything that comes from outside is set as text, never as markup.

const UNDO_KEYS = (event) => (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
const NUMBER = /^[+-]?((\d+\.?\d*|\.\d+)(e[+-]?\d+)?|inf(inity)?|nan)$/i;
const NICE = [5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 1e4, 2e4, 5e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e12, 1e20, 1e60];
const PREVIEW_EVENT = "explorer:preview";

// ---------------------------------------------------------------- numbers

const number = (value) => (typeof value === "string" ? Number(value) : value);
const numbers = (values) => values.map(number);

/** The same digits as explain.number in Python. */
function format(value) {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  let text;
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) text = value.toExponential(2).replace("e+", "e");
  else text = value.toFixed(size < 100 ? 4 : size < 1e3 ? 3 : size < 1e4 ? 2 : 1);
  return (Number(text) === 0 ? text.replace("-", "") : text).replaceAll("-", "−");
}

/** The shortest text that reads back exactly, as Python's share.number_text. */
function shortest(value) {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return Object.is(value, -0) ? "-0" : String(value).replace("e+", "e");
}

/** How a logit stands in its field: as typed, with one decimal where it is a whole number. */
const field = (value) => {
  const text = shortest(value).replace("-", "−").replace("inf", "∞");
  return Number.isInteger(value) && Math.abs(value) < 1e6 ? `${text}.0` : text;
};

function percent(p) {
  if (Number.isNaN(p)) return "nan";
  if (p > 0 && p < 0.0005) return "< 0.1 %";
  if (p >= 0.9995 && p < 1) return "> 99.9 %";
  return `${(100 * p).toFixed(1)} %`;
}

function parse(text) {
  const plain = text.trim().replaceAll("−", "-").replace("∞", "inf");
  if (!NUMBER.test(plain)) return null;
  const infinite = /^([+-]?)inf/i.exec(plain);
  return infinite ? (infinite[1] === "-" ? -Infinity : Infinity) : Number(plain);
}

const sum = (values) => values.reduce((total, value) => total + value, 0);
const nice = (size) => NICE.find((step) => step >= size) ?? 1e308;

// ---------------------------------------------------------------- the preview: a few lines, held against Python's by a test

const xlogp = (x, logP) => (x === 0 && !Number.isNaN(logP) ? 0 : x * logP);
const minusProduct = (x, logP) => 0 - xlogp(x, logP);

function softmaxStages(z, temperature) {
  const peak = z.some(Number.isNaN) ? NaN : Math.max(...z);
  const shifted = z.map((value) => (value - peak) / temperature);
  const exp = shifted.map(Math.exp);
  const top = z.indexOf(peak);
  const rest = sum(exp.filter((_, index) => index !== top));
  const finite = Number.isFinite(peak);
  return {
    shifted,
    exp,
    partition: sum(exp),
    p: exp.map((value) => (finite ? value / (1 + rest) : NaN)),
    log_p: shifted.map((value) => (finite ? value - Math.log1p(rest) : NaN)),
  };
}

function sigmoidStages(z, temperature) {
  const scaled = z / temperature;
  const logSigmoid = (value) => Math.min(value, 0) - Math.log1p(Math.exp(-Math.abs(value)));
  const sigmoid = (value) => Math.exp(Math.min(value, 0)) / (1 + Math.exp(-Math.abs(value)));
  const shifted = [Math.min(-scaled, 0), Math.min(scaled, 0)];
  return {
    shifted,
    exp: shifted.map(Math.exp),
    partition: sum(shifted.map(Math.exp)),
    p: [sigmoid(-scaled), sigmoid(scaled)],
    log_p: [logSigmoid(-scaled), logSigmoid(scaled)],
  };
}

/** Every stage of the open example, from its logits and targets. Mirrors explorer.breakdown.evaluate. */
function preview(data, z, target) {
  const { temperature, smoothing, perNat, weight, posWeight, kept } = data.options;
  const smooth = (q) => q.map((value) => value * (1 - smoothing) + smoothing / q.length);
  const counted = (value) => (kept ? value : 0);
  let stages;
  if (data.setup === "multilabel") {
    const rows = z.map((value) => sigmoidStages(value, temperature));
    const q = target.map((value) => smooth([1 - value, value]));
    stages = {
      shifted: rows.map((row) => row.shifted[1]),
      exp: rows.map((row) => row.exp[1]),
      p: rows.map((row) => row.p[1]),
      log_p: rows.map((row) => row.log_p[1] * perNat),
      nll: rows.map((row, k) => (minusProduct(q[k][0], row.log_p[0]) + minusProduct(q[k][1], row.log_p[1])) * perNat),
      target: q.map((pair) => pair[1]),
      share: rows.map(
        (row, k) =>
          (minusProduct(weight[k] * q[k][0], row.log_p[0]) +
            minusProduct(weight[k] * posWeight[k] * q[k][1], row.log_p[1])) * perNat,
      ),
      partition: null,
    };
  } else {
    const binary = data.setup === "binary";
    const row = binary ? sigmoidStages(z[0], temperature) : softmaxStages(z, temperature);
    const q = kept ? smooth(binary ? [1 - target[0], target[0]] : target) : target.map(() => 0);
    const factor = binary ? [weight[0], weight[0] * posWeight[0]] : weight;
    stages = {
      ...row,
      log_p: row.log_p.map((value) => value * perNat),
      nll: row.log_p.map((value) => (0 - value) * perNat),
      target: q,
      share: row.log_p.map((value, k) => counted(minusProduct(factor[k] * q[k], value) * perNat)),
    };
  }
  stages.perExample = sum(stages.share);
  return stages;
}

/** The loss of the whole batch, of which only the open example has changed. */
function previewLoss(data, stages, target) {
  if (data.reduction === "none") return stages.perExample;
  const numerator = number(data.others.numerator) + stages.perExample;
  if (data.reduction === "sum") return numerator;
  const label = target.indexOf(1);
  const own = data.hard && data.options.kept ? data.options.weight[Math.max(label, 0)] : data.ownDivisor;
  const divisor = data.others.divisor + own;
  return divisor === 0 ? NaN : numerator / divisor;
}

// ---------------------------------------------------------------- elements

function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

const ICONS = {
  undo: "M5 8h9a5 5 0 0 1 0 10h-3M5 8l4-4M5 8l4 4",
  plus: "M12 5v14M5 12h14",
  close: "M6 6l12 12M18 6L6 18",
  copy: "M8 8h11v11H8zM5 15V5h10",
};

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

const button = (name, label, onclick, text = null) =>
  el("button", { type: "button", class: text ? "tool" : "tool only", "aria-label": label, title: label, onclick }, icon(name), text);

// ---------------------------------------------------------------- what stands where

const STAGES = ["logit", "shifted", "exp", "p", "log_p", "nll", "target", "share"];
const LIVE = ["shifted", "exp", "p", "log_p", "nll", "target", "share"];

/** Heading, symbol and the sentence that explains a stage, for the set-up and options at hand. */
function headings(data) {
  const { temperature } = data.options;
  const one = data.setup === "multiclass";
  const each = data.setup === "multilabel";
  const log = data.unit === "bits" ? "log₂" : "log";
  const rival = each ? "max(z, 0)" : "max";
  const shift = temperature === 1 ? `z − ${rival}` : `(z − ${rival}) / ${shortest(temperature)}`;
  const weights = data.weighted ? "w · " : "";
  return {
    logit: ["logit", "z", "The raw score. Drag it, press the arrow keys, or type it."],
    shifted: ["shift", shift, each
      ? "Each label competes with 0 alone. Subtracting the larger of the two changes no probability."
      : "Subtracting the largest logit changes no probability, and keeps exp from overflowing."],
    exp: ["exponentiate", `e^(${temperature === 1 ? "z − max" : "shift"})`, "Every score becomes positive; the largest becomes 1."],
    p: [one ? "softmax" : "sigmoid", "p", one
      ? "The share of each class in the sum Z. Raise one class and the others give way."
      : each ? "Each label's own probability: its exponential against that of 0. The rows do not share."
        : "A softmax over two classes, one of which has its logit fixed at 0."],
    log_p: [one ? "log-softmax" : "log-sigmoid", `${log} p`, "The logarithm of the probability, computed without ever rounding p to 0 or 1."],
    nll: ["NLL", each ? `−${log} p or −${log}(1 − p)` : `−${log} p`, each
      ? "Minus the log-probability of what the label says: of p where it is 1, of 1 − p where it is 0."
      : "What this class would cost if it were the label."],
    target: [data.hard || !one ? "label" : "target", one ? "q" : "y", one
      ? "Click a class to make it the label. Drag to share the target among classes."
      : "Click to switch between 0 and 1. Drag for a soft label."],
    share: ["share", each ? `${weights}NLL` : `${weights}q · −${log} p`, "What this class adds to the loss of this example."],
  };
}

/** The live sentence for one cell: its formula with its numbers, and the cells that feed it. */
function derivation(data, stages, z, stage, k) {
  const name = data.names[k];
  const log = data.unit === "bits" ? "log₂" : "log";
  const s = (key) => format(stages[key][k]);
  const partition = stages.partition === null ? format(stages.exp[k] / stages.p[k]) : format(stages.partition);
  const logit = data.setup === "binary" ? [0, z[0]][k] : z[k];
  const peak = data.setup === "multilabel" ? Math.max(logit, 0) : data.setup === "binary" ? Math.max(0, z[0]) : Math.max(...z);
  const over = data.options.temperature === 1 ? "" : ` / ${shortest(data.options.temperature)}`;
  const negative = data.setup === "multilabel" && stages.target[k] === 0;
  const soft = data.setup === "multilabel" && stages.target[k] > 0 && stages.target[k] < 1;
  const lines = {
    logit: [`${name}: z = ${field(logit)}`, []],
    shifted: [`${name}: z − max = ${field(logit)} − ${field(peak)}${over} = ${s("shifted")}`, ["logit"]],
    exp: [`${name}: exp(${s("shifted")}) = ${s("exp")}`, ["shifted"]],
    p: [`p(${name}) = ${s("exp")} / ${partition} = ${s("p")}`, ["exp", "sum"]],
    log_p: [`${log} p(${name}) = ${log} ${s("p")} = ${s("log_p")}`, ["p"]],
    nll: soft
      ? [`${name}: −y ${log} p − (1 − y) ${log}(1 − p) = ${s("nll")}`, ["p", "target"]]
      : negative
        ? [`${name} is labelled 0: −${log}(1 − ${s("p")}) = ${s("nll")}`, ["p", "target"]]
        : [`−${log} p(${name}) = ${s("nll")}`, ["log_p"]],
    target: [`${name}: target ${s("target")}`, []],
    share: data.setup === "multilabel"
      ? [`${name}: ${s("share")} of this example's ${format(stages.perExample)}`, ["nll"]]
      : [`${name}: ${data.weighted ? "w · " : ""}${s("target")} · ${s("nll")} = ${s("share")}`, ["target", "nll"]],
  };
  return lines[stage];
}

// ---------------------------------------------------------------- the board

class Board {
  constructor(root) {
    this.root = root;
    this.queue = []; // edits that Python has not confirmed yet
    this.sequence = 0;
    this.drag = null;
    this.structure = "";
    this.hovered = null;
    this.root.addEventListener("keydown", (event) => {
      if (UNDO_KEYS(event) && event.target.tagName !== "INPUT" && this.data.canUndo) {
        event.preventDefault();
        this.send({ op: "undo" });
      }
    });
  }

  /** Take over what Python says, unless it answers an edit that is older than what the person has done since. */
  receive(data, setStateValue) {
    this.setStateValue = setStateValue;
    const elsewhere = this.data !== undefined && data.seq === this.data.seq;
    this.root.classList.toggle("glide", elsewhere);
    this.sequence = Math.max(this.sequence, data.seq);
    this.queue = this.queue.filter((edit) => edit.seq > data.seq);
    this.pending = data;
    if (this.drag === null && !this.queue.some((edit) => edit.op === "row")) this.settle();
  }

  settle() {
    const data = this.pending;
    this.data = data;
    this.z = numbers(data.logits);
    this.target = numbers(data.targets);
    this.stages = Object.fromEntries(LIVE.map((stage) => [stage, numbers(data.stages[stage])]));
    this.stages.partition = data.partition === null ? null : number(data.partition);
    this.stages.perExample = number(data.perExample);
    const structure = JSON.stringify([data.setup, data.logits.length, data.options.temperature, data.unit, data.weighted, data.hard, data.examples > 1]);
    if (structure !== this.structure) this.build();
    this.structure = structure;
    this.range = nice(1.1 * Math.max(4.5, ...this.z.filter(Number.isFinite).map(Math.abs)));
    setText(this.line, data.line);
    this.draw();
    this.drawNames();
    this.drawTools();
    this.drawLedger();
    this.drawError();
    window.setTimeout(readableAddress, 500); // after Streamlit has written it
  }

  /** Queue an edit; a newer state of the same row replaces an unsent older one. Python applies what it has not seen. */
  send(edit) {
    this.sequence += 1;
    this.queue = this.queue.filter((other) => !(edit.op === "row" && other.op === "row"));
    this.queue.push({ ...edit, seq: this.sequence });
    this.setStateValue("edits", this.queue);
  }

  sendRow(extra = {}) {
    const hard = this.data.hard && this.target.filter((value) => value === 1).length === 1;
    this.send({
      op: "row",
      row: this.data.row,
      logits: this.z.map(shortest),
      target: hard ? [String(this.target.indexOf(1))] : this.target.map(shortest),
      hard,
      names: this.data.names,
      ...extra,
    });
  }

  // ------------------------------------------------------------ building

  build() {
    const data = this.data;
    const rows = data.names.length;
    const titles = headings(data);
    this.cells = STAGES.reduce((cells, stage) => ({ ...cells, [stage]: [] }), {});
    this.headers = {};
    const head = el("div", { role: "row", class: "row head" }, el("div", { role: "columnheader", class: "name" }, el("b", {}, "class")));
    for (const stage of STAGES) {
      const [title, symbol, hint] = titles[stage];
      const header = el("div", { role: "columnheader", class: `stage ${stage}`, title: hint }, el("b", {}, title), el("span", {}, symbol));
      this.headers[stage] = header;
      head.append(header);
    }
    const table = el("div", { role: "table", class: "table", "aria-label": "From logits to loss: a row for each class, a column for each stage" }, head);
    this.names = [];
    this.rows = [];
    for (let k = 0; k < rows; k += 1) table.append(this.buildRow(k, titles));
    table.append(this.buildSums());
    this.error = el("div", { class: "error", role: "alert", hidden: true });
    this.caption = el("p", { class: "caption" });
    this.tools = el("div", { class: "tools" });
    this.ledger = el("div", { class: "ledger" });
    this.line = el("p", { class: "line" });
    this.explain(null);
    this.root.replaceChildren(this.line, table, el("div", { class: "below" }, this.caption, this.tools), this.error, this.ledger);
  }

  buildRow(k, titles) {
    const name = el("input", {
      class: "name-field", type: "text", spellcheck: "false", autocomplete: "off", title: "Rename",
      onchange: (event) => this.rename(k, event.target.value),
      onkeydown: (event) => this.fieldKeys(event, () => { event.target.value = this.data.names[k]; }),
    });
    const remove = el("button", { type: "button", class: "remove", onclick: () => this.send({ op: "remove", class: k }) }, icon("close"));
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
      onpointerleave: () => this.explain(null),
    });
    const text = el("span", { class: "number" });
    const bar = el("i", { class: "bar" });
    const track = el("div", { class: "track" }, bar);
    const cell = { node, text, bar, track };
    if (stage === "logit") this.buildLogit(cell, k);
    else if (stage === "target") this.buildTarget(cell, k);
    else node.append(text, track);
    return cell;
  }

  buildLogit(cell, k) {
    const fixed = this.data.setup === "binary" && k === 0;
    if (fixed) {
      cell.node.append(el("span", { class: "number", title: "A sigmoid is a softmax against a class whose logit is 0" }, "0 (fixed)"), cell.track);
      return;
    }
    const index = this.data.setup === "binary" ? 0 : k;
    cell.field = el("input", {
      class: "number-field", type: "text", inputmode: "text", spellcheck: "false", autocomplete: "off",
      onfocus: (event) => event.target.select(),
      onchange: (event) => this.typeLogit(index, event.target.value),
      onkeydown: (event) => this.fieldKeys(event, () => this.draw()),
    });
    cell.handle = el("span", {
      class: "handle", role: "slider", tabindex: "0", "aria-orientation": "horizontal",
      title: "Drag, or use the keys: arrows 0.1 · Shift + arrows 1 · Page Up and Down 1 · Home and End the ends of the range",
      onkeydown: (event) => this.logitKeys(event, index),
      onkeyup: (event) => this.releaseKey(event),
    });
    cell.track.append(cell.handle);
    cell.track.classList.add("draggable");
    cell.track.addEventListener("pointerdown", (event) => this.startLogit(event, cell, index));
    cell.node.append(cell.field, cell.track);
  }

  buildTarget(cell, k) {
    const index = this.data.setup === "binary" ? 0 : k;
    const exclusive = this.data.setup === "multiclass";
    cell.pill = el("button", { type: "button", class: "pill", role: exclusive ? "radio" : "switch" });
    cell.field = el("input", {
      class: "number-field", type: "text", role: "spinbutton", "aria-valuemin": "0", "aria-valuemax": "1",
      spellcheck: "false", autocomplete: "off",
      onfocus: (event) => event.target.select(),
      onchange: (event) => this.typeTarget(k, event.target.value),
      onkeydown: (event) => this.targetKeys(event, k),
    });
    cell.node.append(el("div", { class: "label-line" }, cell.pill, cell.field), cell.track);
    cell.track.classList.add("draggable");
    cell.node.addEventListener("pointerdown", (event) => this.startTarget(event, cell, k));
    cell.node.addEventListener("click", (event) => {
      if (event.target === cell.field || this.dragged) return;
      this.label(index, k);
    });
  }

  buildSums() {
    const each = this.data.setup === "multilabel";
    const row = el("div", { role: "row", class: "row sums" }, el("div", { role: "rowheader", class: "name" }, "sum"));
    this.sums = {};
    for (const stage of STAGES) {
      const value = el("b");
      const note = el("span");
      const node = el("div", { role: "cell", class: `stage ${stage}`, "data-sum": stage }, value, note);
      this.sums[stage] = { node, value, note };
      if (stage === "exp" && !each) setText(note, " = Z");
      row.append(node);
    }
    return row;
  }

  // ------------------------------------------------------------ drawing

  draw() {
    const { data, stages, z } = this;
    const binary = data.setup === "binary";
    const logits = binary ? [0, z[0]] : z;
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
      this.drawLogit(k, logits[k]);
      for (const [stage, { from, size }] of Object.entries(plan)) {
        const cell = this.cells[stage][k];
        const value = stages[stage][k];
        cell.node.setAttribute("data-value", value);
        setText(cell.text, format(value));
        drawBar(cell.bar, value, from, size);
      }
      this.drawTarget(k);
    }
    this.drawSums();
    if (this.hovered) this.explain(...this.hovered);
  }

  drawLogit(k, value) {
    const cell = this.cells.logit[k];
    cell.node.setAttribute("data-value", value);
    const at = (clamp(value, -this.range, this.range) / this.range + 1) / 2;
    const position = Number.isNaN(value) ? 0.5 : at;
    drawSpan(cell.bar, Math.min(0.5, position), Math.abs(position - 0.5), !Number.isFinite(value));
    if (!cell.handle) return;
    if (document.activeElement !== cell.field) cell.field.value = field(value);
    cell.handle.style.left = `${100 * position}%`;
    cell.handle.setAttribute("aria-valuemin", -this.range);
    cell.handle.setAttribute("aria-valuemax", this.range);
    cell.handle.setAttribute("aria-valuenow", Number.isNaN(value) ? 0 : clamp(value, -this.range, this.range));
    if (Number.isFinite(value)) cell.handle.removeAttribute("aria-valuetext");
    else cell.handle.setAttribute("aria-valuetext", Number.isNaN(value) ? "not a number" : value > 0 ? "infinity" : "minus infinity");
  }

  drawTarget(k) {
    const { data, stages, target } = this;
    const cell = this.cells.target[k];
    const own = data.setup === "binary" ? (k === 1 ? target[0] : 1 - target[0]) : target[k];
    const on = own === 1;
    cell.node.setAttribute("data-value", stages.target[k]);
    cell.pill.setAttribute("aria-checked", on);
    cell.pill.classList.toggle("on", on);
    const soft = data.setup === "multiclass" ? !data.hard || (data.options.kept && Math.max(...target) < 1) : own > 0 && own < 1;
    cell.node.classList.toggle("soft", soft);
    setText(cell.pill, on ? (data.setup === "multilabel" ? "yes" : "label") : data.setup === "multilabel" && own === 0 ? "no" : "0");
    if (document.activeElement !== cell.field) cell.field.value = shortest(own);
    cell.field.setAttribute("aria-valuenow", own);
    drawSpan(cell.bar, 0, stages.target[k], false);
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
    this.sums.share.node.setAttribute("data-value", total.share);
    this.sums.exp.node.setAttribute("data-value", stages.partition ?? "");
    this.sums.p.node.setAttribute("data-value", total.p);
  }

  drawNames() {
    const { data } = this;
    for (const [k, { name, remove }] of this.names.entries()) {
      if (document.activeElement !== name) name.value = data.names[k];
      name.setAttribute("aria-label", `name of class ${k}`);
      name.title = data.names[k];
      remove.setAttribute("aria-label", `remove ${data.names[k]}`);
      remove.title = `Remove ${data.names[k]}`;
      remove.hidden = data.setup === "binary" || data.names.length <= data.fewest;
      this.rows[k].style.setProperty("--class", data.colours[k]);
      const { logit, target } = { logit: this.cells.logit[k], target: this.cells.target[k] };
      logit.handle?.setAttribute("aria-label", `logit of ${data.names[k]}`);
      logit.field?.setAttribute("aria-label", `type the logit of ${data.names[k]}`);
      target.pill.setAttribute("aria-label", `label ${data.names[k]}`);
      target.field.setAttribute("aria-label", `target of ${data.names[k]}`);
    }
  }

  drawTools() {
    const { data } = this;
    const state = JSON.stringify([data.canUndo, data.setup, data.row]);
    if (this.tools.dataset.state === state) return;
    this.tools.dataset.state = state;
    const undo = button("undo", "Undo the last change (Ctrl + Z)", () => this.send({ op: "undo" }), "Undo");
    undo.disabled = !data.canUndo;
    const add = data.setup === "binary" ? null : button("plus", data.setup === "multilabel" ? "Add a label" : "Add a class", () => this.send({ op: "add" }), data.setup === "multilabel" ? "Label" : "Class");
    const example = button("plus", "Add an example: a copy of this one", () => this.send({ op: "add-example", row: data.row }), "Example");
    this.tools.replaceChildren(...[undo, add, example].filter(Boolean));
  }

  /** One line for each example; a click opens it in the board. */
  drawLedger() {
    const { data } = this;
    if (data.examples === 1) {
      this.ledger.replaceChildren();
      return;
    }
    const total = Math.max(...data.ledger.map((row) => number(row.loss)).filter(Number.isFinite), 1e-300);
    const mean = data.reduction === "mean";
    const head = el("div", { role: "row", class: "entry head" },
      ...["example", "label", "predicted", "loss", mean ? "divisor" : null].filter(Boolean).map((text) => el("span", { role: "columnheader" }, text)));
    const entries = data.ledger.map((row) => {
      const bar = el("i", { class: "bar" });
      drawBar(bar, number(row.loss), 0, total);
      const open = row.row === data.row;
      const entry = el("div", { role: "row", class: open ? "entry open" : "entry" },
        el("span", { role: "cell" }, el("button", { type: "button", class: "open", "aria-pressed": open, "aria-label": `open example ${row.row + 1} in the board`, onclick: () => this.send({ op: "open", row: row.row }) }, `${row.row + 1}`)),
        el("span", { role: "cell" }, row.label),
        el("span", { role: "cell" }, `${row.predicted} `, el("b", { class: row.right === null ? "" : row.right ? "right" : "wrong" }, row.right === null ? "" : row.right ? "✓" : "✗")),
        el("span", { role: "cell", class: "amount" }, el("span", { class: "number" }, format(number(row.loss))), el("div", { class: "track" }, bar)),
        mean ? el("span", { role: "cell" }, shortest(number(row.divisor))) : null,
        button("close", `Remove example ${row.row + 1}`, () => this.send({ op: "remove-example", row: row.row })));
      entry.addEventListener("click", (event) => {
        if (event.target.closest("button") === null && !open) this.send({ op: "open", row: row.row });
      });
      return entry;
    });
    const sums = el("div", { role: "row", class: "entry sums" }, el("span", {}, "sum"), el("span"), el("span"),
      el("b", { role: "cell" }, format(number(data.numerator))), mean ? el("b", { role: "cell" }, format(number(data.divisor))) : null);
    const loss = mean ? `${format(number(data.numerator))} / ${format(number(data.divisor))} = ${format(number(data.loss))}`
      : data.reduction === "sum" ? `sum = ${format(number(data.loss))}` : "no reduction: one loss for each example";
    const more = data.hidden > 0 ? el("p", { class: "caption" }, `${data.hidden} more examples are counted and not listed.`) : null;
    this.ledger.replaceChildren(...[el("h3", {}, `The batch: ${loss}`), el("div", { role: "table", class: "entries", "aria-label": "The examples of the batch" }, head, ...entries, sums), more].filter(Boolean));
  }

  drawError() {
    const { data } = this;
    const problem = data.error;
    this.error.hidden = problem === null;
    this.root.querySelectorAll("[aria-invalid]").forEach((node) => node.removeAttribute("aria-invalid"));
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
    if (cell) {
      cell.setAttribute("aria-invalid", "true");
      cell.value = problem.text;
    }
  }

  // ------------------------------------------------------------ hovering: which numbers feed this one

  explain(stage, k) {
    this.hovered = stage === null ? null : [stage, k];
    this.root.querySelectorAll(".feeds").forEach((node) => node.classList.remove("feeds"));
    if (stage === null) {
      setText(this.caption, "Point at a number to see where it comes from.");
      return;
    }
    const [text, feeds] = derivation(this.data, this.stages, this.z, stage, k);
    setText(this.caption, text);
    for (const source of feeds) {
      const node = source === "sum" ? this.sums.exp.node : this.cells[source][k].node;
      node.classList.add("feeds");
    }
  }

  // ------------------------------------------------------------ editing

  /** Redraw from the browser's own arithmetic, in this frame. */
  showPreview() {
    this.stages = preview(this.data, this.z, this.target);
    this.draw();
    const loss = previewLoss(this.data, this.stages, this.target);
    window.dispatchEvent(new CustomEvent(PREVIEW_EVENT, { detail: { loss, p: this.stages.p, target: this.target } }));
  }

  setLogit(index, value) {
    this.z[index] = value;
    this.showPreview();
  }

  startLogit(event, cell, index) {
    if (event.button !== 0) return;
    event.preventDefault();
    cell.handle.focus({ preventScroll: true });
    const box = cell.track.getBoundingClientRect();
    const perPixel = (2 * this.range) / box.width;
    const step = this.range / 50 >= 1 ? this.range / 50 : 0.1;
    const grabbed = event.target === cell.handle && Number.isFinite(this.z[index]);
    const origin = grabbed ? this.z[index] : (event.clientX - box.left - box.width / 2) * perPixel;
    const before = this.z[index];
    const move = (x) => {
      const exact = origin + (x - event.clientX) * perPixel;
      this.setLogit(index, clamp(Number((Math.round(exact / step) * step).toFixed(1)), -this.range, this.range));
    };
    if (!grabbed) move(event.clientX);
    this.follow(event, cell.track, (next) => move(next.clientX), () => {
      if (!Object.is(this.z[index], before)) this.sendRow({ class: index, field: "logit" });
    });
  }

  startTarget(event, cell, k) {
    this.dragged = false;
    if (event.button !== 0 || event.target === cell.field) return;
    const box = cell.track.getBoundingClientRect();
    const before = [...this.target];
    this.follow(event, cell.node, (next) => {
      if (!this.dragged && Math.abs(next.clientX - event.clientX) < 5) return;
      this.dragged = true;
      this.share(k, clamp((next.clientX - box.left) / box.width, 0, 1), before);
    }, () => {
      if (this.dragged) this.sendRow({ class: k, field: "target" });
    });
  }

  /** Follow one pointer from press to release; Python's answers wait until then. */
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
      this.root.classList.remove("dragging");
      onrelease();
      if (!this.queue.some((edit) => edit.op === "row") && this.pending !== this.data) this.settle();
    };
    node.addEventListener("pointerup", end, options);
    node.addEventListener("pointercancel", end, options);
  }

  /** Give class k this much of the target; the others keep their proportions of the rest. */
  share(k, value, before) {
    const q = Math.round(value * 100) / 100;
    if (this.data.setup === "binary") this.target = [k === 1 ? q : Math.round((1 - q) * 100) / 100];
    else if (this.data.setup === "multilabel") this.target[k] = q;
    else {
      const rest = sum(before.filter((_, index) => index !== k));
      const others = before.length - 1;
      this.target = before.map((old, index) => {
        if (index === k) return q;
        return Math.round((rest > 0 ? (old / rest) * (1 - q) : (1 - q) / others) * 1e4) / 1e4;
      });
      const largest = this.target.reduce((best, old, index) => (index !== k && (best === k || old > this.target[best]) ? index : best), k);
      if (largest !== k) this.target[largest] = Number((1 - sum(this.target.filter((_, index) => index !== largest))).toFixed(4));
    }
    this.showPreview();
  }

  label(index, k) {
    const { data } = this;
    if (data.setup === "multiclass") this.target = this.target.map((_, other) => Number(other === k));
    else if (data.setup === "binary") this.target = [this.target[0] === 1 && k === 1 ? 0 : k];
    else this.target[index] = this.target[index] === 1 ? 0 : 1;
    this.data.options.kept = true;
    this.showPreview();
    this.sendRow({ class: k, field: "target" });
  }

  typeLogit(index, text) {
    const value = parse(text);
    const k = this.data.setup === "binary" ? 1 : index;
    const typed = this.z.map((old, other) => (other === index ? text : shortest(old)));
    if (value !== null) this.setLogit(index, value);
    this.sendRow({ logits: typed, class: k, field: "logit", text });
  }

  typeTarget(k, text) {
    const index = this.data.setup === "binary" ? 0 : k;
    let typed = text;
    if (this.data.setup === "binary" && k === 0 && parse(text) !== null) typed = shortest(1 - parse(text));
    const target = this.target.map((old, other) => (other === index ? typed : shortest(old)));
    this.sendRow({ target, hard: false, class: k, field: "target", text });
  }

  rename(k, text) {
    if (text === this.data.names[k]) return;
    this.sendRow({ names: this.data.names.map((old, other) => (other === k ? text : old)), class: k, field: "names", text });
  }

  fieldKeys(event, revert) {
    if (event.key === "Enter") event.target.blur();
    else if (event.key === "Escape") {
      event.target.blur();
      revert();
    }
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
    const edit = { class: this.data.setup === "binary" ? 1 : index, field: "logit" };
    if (event.repeat) this.held = edit; // a held key settles when it is let go
    else this.sendRow(edit);
  }

  releaseKey() {
    if (!this.held) return;
    this.sendRow(this.held);
    this.held = null;
  }

  targetKeys(event, k) {
    const index = this.data.setup === "binary" ? 0 : k;
    const step = { ArrowUp: 0.05, ArrowDown: -0.05, PageUp: 0.25, PageDown: -0.25 }[event.key];
    if (step === undefined) {
      this.fieldKeys(event, () => this.draw());
      return;
    }
    event.preventDefault();
    const own = this.data.setup === "binary" && k === 0 ? 1 - this.target[0] : this.target[index];
    this.share(k, clamp(own + step, 0, 1), [...this.target]);
    event.target.value = shortest(this.data.setup === "binary" && k === 0 ? 1 - this.target[0] : this.target[index]);
    this.sendRow({ class: k, field: "target" });
  }
}

/** The address as a person writes it: Streamlit escapes commas and semicolons, which a query may hold as they are. */
function readableAddress() {
  const { pathname, search, hash } = window.location;
  const readable = search.replaceAll("%2C", ",").replaceAll("%3B", ";").replaceAll("+", "%20");
  if (readable !== search) window.history.replaceState(window.history.state, "", pathname + readable + hash);
}

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** Draw a value as a bar from the left (0) or the right edge (1) of its track; infinity fills it, hatched. */
function drawBar(bar, value, from, size) {
  const infinite = !Number.isFinite(value);
  const length = Number.isNaN(value) ? 0 : infinite ? 1 : clamp(Math.abs(value) / size, 0, 1);
  drawSpan(bar, from === 1 ? 1 - length : 0, length, infinite && !Number.isNaN(value));
}

function drawSpan(bar, start, length, infinite) {
  bar.style.left = `${100 * start}%`;
  bar.style.width = `${100 * length}%`;
  bar.classList.toggle("infinite", infinite);
}

// ---------------------------------------------------------------- the answer bar

class Answer {
  constructor(root) {
    this.root = root;
    this.loss = el("output", { class: "loss", "aria-live": "off" }); // it changes with every frame of a drag
    this.spoken = el("span", { class: "spoken", role: "status" }); // this one when the page has settled
    this.unit = el("span", { class: "unit" });
    this.fraction = el("span", { class: "fraction" });
    this.caption = el("span", { class: "what" });
    this.ruler = el("div", { class: "ruler", role: "img" });
    this.fill = el("i", { class: "fill" });
    this.here = el("span", { class: "here" }, el("b", {}, "you are here"));
    this.marks = el("div", { class: "marks" });
    this.ruler.append(el("i", { class: "line" }), this.fill, this.marks, this.here);
    this.verdict = el("p", { class: "verdict" });
    this.meaning = el("p", { class: "meaning" });
    root.replaceChildren(
      el("div", { class: "value" }, this.caption, el("div", {}, this.loss, this.unit), this.fraction),
      this.ruler,
      el("div", { class: "words" }, this.verdict, this.meaning),
      this.spoken,
    );
    this.onpreview = (event) => this.draw(event.detail);
    window.addEventListener(PREVIEW_EVENT, this.onpreview);
  }

  receive(data) {
    this.data = data;
    this.draw({ loss: number(data.loss), p: numbers(data.p), target: numbers(data.targets) });
    setText(this.fraction, data.fraction);
    setText(this.spoken, `${data.caption} ${format(number(data.loss))} ${data.unit}`);
  }

  draw({ loss, p, target }) {
    const { data } = this;
    setText(this.caption, data.caption);
    setText(this.loss, format(loss));
    this.loss.setAttribute("data-value", loss);
    setText(this.unit, data.unit);
    this.drawRuler(loss);
    this.drawVerdict(p, target);
    const choices = Math.exp(loss / data.perNat);
    setText(this.meaning, !data.perplexity || Number.isNaN(loss) ? data.note
      : Number.isFinite(choices) && choices < 1e6 ? `perplexity ${choices.toFixed(2)} · as unsure as ${choices < 10 ? choices.toFixed(1) : choices.toFixed(0)} equal choices`
        : "perplexity beyond a million equal choices");
  }

  drawRuler(loss) {
    const { data } = this;
    const uniform = number(data.uniform);
    const floor = number(data.floor);
    const known = [uniform, floor].filter(Number.isFinite);
    const end = Math.max(2 * Math.max(...known, 0), Number.isFinite(loss) ? loss * 1.08 : 0, 1e-9);
    const at = (value) => 100 * clamp(value / end, 0, 1);
    const position = Number.isNaN(loss) ? 0 : Number.isFinite(loss) ? at(loss) : 100;
    this.fill.style.width = `${position}%`;
    this.here.style.left = `${position}%`;
    this.here.hidden = Number.isNaN(loss);
    this.here.classList.toggle("late", position > 80);
    this.here.classList.toggle("early", position < 12);
    this.here.classList.toggle("infinite", loss === Infinity);
    const narrow = this.ruler.clientWidth > 0 && this.ruler.clientWidth < 28 * parseFloat(getComputedStyle(this.ruler).fontSize);
    const marks = [[0, narrow ? "0" : "certain and right · 0", "zero"]];
    if (Number.isFinite(floor) && floor > 1e-12) marks[0] = [floor, `${narrow ? "H(q)" : "floor H(q)"} · ${format(floor)}`, at(floor) < 12 ? "zero" : "mid"];
    if (Number.isFinite(uniform) && uniform > 0) marks.push([uniform, `${narrow ? "uniform" : data.uniformText} · ${format(uniform)}`, "mid"]);
    if (marks.length > 1 && marks[0][2] === "mid" && at(uniform) - at(floor) < (narrow ? 32 : 30)) { // no room for two texts side by side
      marks[0][2] = "end";
      marks[1][2] = "zero";
    }
    if (loss === Infinity) marks.push([Infinity, "infinite", "end"]);
    this.marks.replaceChildren(...marks.map(([value, text, kind]) => {
      const mark = el("span", { class: `mark ${kind}` }, el("i"), el("span", {}, text));
      mark.style.left = `${value === Infinity ? 100 : at(value)}%`;
      return mark;
    }));
    this.ruler.setAttribute("aria-label", `The loss ${format(loss)} on a ruler from 0; ${marks.map((mark) => mark[1]).join("; ")}`);
  }

  drawVerdict(p, target) {
    const { data } = this;
    const tick = (right) => el("b", { class: right ? "right" : "wrong" }, right ? " ✓" : " ✗");
    if (p.some(Number.isNaN)) {
      this.verdict.replaceChildren(data.prefix, "no prediction: the softmax has no value here");
      return;
    }
    if (data.setup === "multilabel") {
      const agree = p.filter((value, k) => (value > 0.5) === (target[k] > 0.5)).length;
      this.verdict.replaceChildren(data.prefix, `${agree} of ${p.length} labels right at the threshold 0.5`, tick(agree === p.length));
      return;
    }
    const top = p.indexOf(Math.max(...p));
    const tied = p.filter((value) => value === p[top]).length > 1;
    const q = data.setup === "binary" ? [1 - target[0], target[0]] : target;
    const label = q.indexOf(Math.max(...q));
    const name = el("b", { class: "class" }, data.names[top]);
    name.style.setProperty("--class", data.colours[top]);
    const parts = [data.prefix, tied ? "tie: first of the equals is " : "predicted ", name, ` at ${percent(p[top])}`];
    if (data.kept) parts.push(tick(top === label));
    if (data.kept && top !== label) parts.push(` the label is `, el("b", {}, data.names[label]), ` at ${percent(p[label])}`);
    if (!data.kept) parts.push(" · ignored");
    this.verdict.replaceChildren(...parts);
  }
}

// ---------------------------------------------------------------- mounting

const mounted = new WeakMap();

export default function mount({ data, parentElement, setStateValue }) {
  let view = mounted.get(parentElement);
  if (view === undefined) {
    const root = el("div", { class: `explorer-${data.part}` });
    parentElement.append(root);
    view = data.part === "answer" ? new Answer(root) : new Board(root);
    mounted.set(parentElement, view);
  }
  view.receive(data, setStateValue);
  return () => {
    if (view.onpreview) window.removeEventListener(PREVIEW_EVENT, view.onpreview);
    view.root.remove();
    mounted.delete(parentElement);
  };
}
