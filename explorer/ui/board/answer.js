// The answer bar: the loss on its ruler, and what the prediction is. It follows the board's preview.

import { el, setAttribute, setNumber } from "./elements.js";
import { clamp, format, number, numbers, percent } from "./numbers.js";
import { Overlay, setRail, setSpan, setText } from "./overlay.js";
import { PREVIEW_EVENT } from "./preview.js";
import { rowTargets } from "./rows.js";
import { place } from "../relay/relay.js";

const GAP = 0.03; // between two texts on the ruler, as a part of it

/** Where texts start, each over its mark if it can be, none over another or beyond the ends if they are short enough. */
function spread(texts) {
  const placed = texts.map((text) => ({ ...text, start: clamp(text.at - text.width / 2, 0, Math.max(0, 1 - text.width)) }));
  const pairs = placed.slice(1).map((right, index) => [placed[index], right]);
  const clash = ([left, right]) => Math.max(0, left.start + left.width + GAP - right.start);
  for (const [left, right] of pairs) {
    const half = clash([left, right]) / 2;
    left.start = Math.max(0, left.start - half);
    right.start += half;
  }
  for (const pair of pairs) pair[1].start += clash(pair);
  const last = placed.at(-1);
  last.start = Math.min(last.start, 1 - last.width);
  for (const pair of pairs.reverse()) pair[0].start -= clash(pair);
  return placed;
}

/** What is predicted for the open example, and whether it is right: the parts of a sentence. */
export function verdict(data, p, target, kept) {
  if (data.setup === "multilabel") {
    const agree = p.filter((value, k) => !Number.isNaN(value) && (value > 0.5) === (target[k] > 0.5)).length;
    return [data.prefix, `${agree} of ${p.length} labels right at the threshold 0.5`, { right: agree === p.length }];
  }
  if (p.some(Number.isNaN)) return [data.prefix, "no prediction: p is nan"];
  const top = p.indexOf(Math.max(...p));
  const tied = p.filter((value) => value === p[top]).length > 1;
  const q = rowTargets(data.setup, target);
  const label = q.indexOf(Math.max(...q));
  const predicted = [data.prefix, tied ? "tie, the first is " : "predicted ", { name: top }, " at ", { amount: percent(p[top]) }];
  if (!kept) return [...predicted, " · ignored"];
  if (top === label) return [...predicted, { right: true }];
  return [...predicted, { right: false }, " the label is ", { label }, " at ", { amount: percent(p[label]) }];
}

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
    this.here = el("i", { class: "here carried" });
    this.label = el("b", { class: "label carried" }, "you are here");
    this.rails = [this.here, this.label].map((carried) => el("span", { class: "rail" }, carried));
    this.marks = el("div", { class: "marks" });
    this.ruler.append(el("i", { class: "line" }), this.fill, this.marks, ...this.rails);
    this.verdict = el("p", { class: "verdict" });
    this.meaning = el("p", { class: "meaning" });
    this.amounts = new Map(); // what changes with every move, by the sentence that it stands in
    this.overlay = new Overlay(root, () => ({
      texts: [],
      amounts: [this.loss, ...[...this.amounts.values()].flat()],
      bars: [this.fill],
      rails: this.ruler.dataset.loss === "finite" ? this.rails : [], // else an arrow at the end of the ruler
    }));
    root.replaceChildren(
      el("div", { class: "value" }, this.caption, el("div", {}, this.loss, this.unit), this.fraction),
      this.ruler,
      el("div", { class: "words" }, this.verdict, this.meaning),
      this.spoken,
    );
    this.pen = document.createElement("canvas").getContext("2d");
    this.widths = new Map(); // of the texts at the marks, as parts of the ruler: measured once, as a hand moves the marks
    this.length = 1;
    this.labelled = 0; // the part of the ruler that the label takes
    this.onpreview = ({ detail }) => {
      if (!detail.moving) this.overlay.land();
      if (detail.settled) this.receive(this.data);
      else this.draw(detail);
      if (detail.moving) this.overlay.paint();
    };
    window.addEventListener(PREVIEW_EVENT, this.onpreview);
    this.watch = new ResizeObserver(([{ contentRect }]) => {
      this.labelled = this.label.offsetWidth / contentRect.width;
      const { fontStyle, fontWeight, fontFamily, fontSize } = getComputedStyle(this.marks);
      this.pen.font = `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`;
      this.length = contentRect.width;
      this.widths.clear();
      this.marked = null;
      if (this.data) this.draw(this.drawn);
    });
    this.watch.observe(this.ruler);
  }

  remove() {
    window.removeEventListener(PREVIEW_EVENT, this.onpreview);
    this.watch.disconnect();
    this.root.remove();
  }

  receive(data) {
    this.overlay.land();
    this.data = data;
    this.draw({ loss: number(data.loss), p: numbers(data.p), target: numbers(data.targets), kept: data.kept });
    setText(this.fraction, data.fraction);
    setText(this.spoken, `${data.caption} ${format(number(data.loss))} ${data.unit}`);
  }

  draw(drawn) {
    const { data } = this;
    const { loss, p, target, kept, moving } = drawn;
    this.drawn = drawn;
    setText(this.caption, data.caption);
    setText(this.loss, format(loss));
    setNumber(this.loss, loss);
    setText(this.unit, data.unit);
    this.drawRuler(loss, moving);
    this.say(this.verdict, verdict(data, p, target, kept));
    this.drawMeaning(loss);
  }

  drawMeaning(loss) {
    const { data } = this;
    const choices = Math.exp(loss / data.perNat);
    if (!data.perplexity || Number.isNaN(loss)) this.say(this.meaning, [data.note || (Number.isNaN(loss) ? data.noValue : "")]);
    else if (choices >= 1e6) this.say(this.meaning, ["perplexity beyond a million equal choices"]);
    else {
      const few = choices < 10 ? choices.toFixed(1) : choices.toFixed(0);
      this.say(this.meaning, ["perplexity ", { amount: choices.toFixed(2) }, " · as unsure as ", { amount: few }, " equal choices"]);
    }
  }

  drawRuler(loss, moving) {
    const { data } = this;
    const uniform = number(data.uniform);
    const floor = number(data.floor);
    const known = [uniform, floor].filter(Number.isFinite);
    const end = Math.max(2 * Math.max(...known, 0), Number.isFinite(loss) ? loss * 1.08 : 0, 1e-9);
    const at = (value) => clamp(value / end, 0, 1);
    const position = Number.isNaN(loss) ? 0 : Number.isFinite(loss) ? at(loss) : 1;
    setSpan(this.fill, 0, position);
    setRail(this.rails[0], position);
    setRail(this.rails[1], clamp(position, this.labelled / 2, 1 - this.labelled / 2));
    const kind = Number.isNaN(loss) ? "none" : loss === Infinity ? "infinite" : "finite";
    if (this.ruler.dataset.loss !== kind) {
      this.ruler.dataset.loss = kind;
      this.overlay.stale = true;
    }
    const marks = [{ at: 0, text: "certain and right · 0", short: "0" }];
    if (Number.isFinite(floor) && floor > 1e-12) marks[0] = { at: at(floor), text: `floor H(q) · ${format(floor)}`, short: `H(q) · ${format(floor)}` };
    if (Number.isFinite(uniform) && uniform > 0) marks.push({ at: at(uniform), text: `${data.uniformText} · ${format(uniform)}`, short: `uniform · ${format(uniform)}` });
    if (loss === Infinity) marks.push({ at: 1, text: "infinite", short: "infinite" });
    this.drawMarks(marks);
    if (moving) return; // what follows is read aloud
    const texts = marks.map((mark) => mark.text).join("; ");
    setAttribute(this.ruler, "aria-label", `The loss ${format(loss)} on a ruler from 0; ${texts}`);
  }

  drawMarks(marks) {
    const wanted = JSON.stringify(marks);
    if (wanted === this.marked) return;
    this.marked = wanted;
    const left = (part) => `left: ${(100 * part).toFixed(3)}%`;
    this.marks.replaceChildren(...this.worded(marks).map(({ at, text, start }) =>
      el("span", { class: "mark" }, el("i", { style: left(at) }), el("span", { style: left(start) }, text))));
  }

  /** The marks with the longest texts that find room side by side, each at its mark. */
  worded(marks) {
    const wordings = [
      marks,
      marks.map((mark, index) => (index === 0 ? { ...mark, text: mark.short } : mark)),
      marks.map((mark) => ({ ...mark, text: mark.short })),
    ].map((wording) => spread(wording.map((mark) => ({ ...mark, width: this.measured(mark.text) }))));
    const fits = (wording) => wording.every(({ at, start, width }) => start >= 0 && start <= at + GAP && at <= start + width);
    return wordings.find(fits) ?? wordings.at(-1);
  }

  /** How much of the ruler a text takes. */
  measured(text) {
    if (!this.widths.has(text)) this.widths.set(text, this.pen.measureText(text).width / this.length);
    return this.widths.get(text);
  }

  /** The words change seldom, the amounts in them with every move: only those are written then. */
  say(sentence, parts) {
    const { data } = this;
    const wanted = JSON.stringify([data.names, parts.map((part) => (part.amount === undefined ? part : "#"))]);
    if (wanted !== sentence.said) {
      sentence.said = wanted;
      const amounts = [];
      sentence.replaceChildren(...parts.map((part) => {
        if (typeof part === "string") return part;
        if (part.right !== undefined) return el("b", { class: part.right ? "right" : "wrong" }, part.right ? " ✓" : " ✗");
        if (part.label !== undefined) return el("b", {}, data.names[part.label]);
        if (part.name !== undefined) {
          const name = el("b", { class: "class" }, data.names[part.name]);
          name.style.setProperty("--class", data.colours[part.name]);
          return name;
        }
        amounts.push(el("span", { class: "amount" }));
        return amounts.at(-1);
      }));
      this.amounts.set(sentence, amounts);
      this.overlay.stale = true;
    }
    parts.filter((part) => part.amount !== undefined).forEach(({ amount }, index) => setText(this.amounts.get(sentence)[index], amount));
  }
}

export default place("answer", ({ parentElement }) => {
  const root = el("div", { class: "explorer-answer" });
  parentElement.append(root);
  return new Answer(root);
});
