// The answer bar: the loss on its ruler, and what the prediction is. It follows the board's preview.

import { el, setAttribute, setText } from "./elements.js";
import { clamp, format, number, numbers, percent } from "./numbers.js";
import { PREVIEW_EVENT } from "./preview.js";
import { place } from "../relay/relay.js";

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
    this.rail = el("span", { class: "rail" }, this.here); // as wide as the ruler, so that it moves in per cent
    this.marks = el("div", { class: "marks" });
    this.ruler.append(el("i", { class: "line" }), this.fill, this.marks, this.rail);
    this.verdict = el("p", { class: "verdict" });
    this.meaning = el("p", { class: "meaning" });
    root.replaceChildren(
      el("div", { class: "value" }, this.caption, el("div", {}, this.loss, this.unit), this.fraction),
      this.ruler,
      el("div", { class: "words" }, this.verdict, this.meaning),
      this.spoken,
    );
    this.narrow = false;
    this.onpreview = (event) => this.draw(event.detail);
    window.addEventListener(PREVIEW_EVENT, this.onpreview);
    this.watch = new ResizeObserver(([{ contentRect }]) => {
      this.narrow = contentRect.width < 28 * parseFloat(getComputedStyle(this.ruler).fontSize);
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
    this.data = data;
    this.draw({ loss: number(data.loss), p: numbers(data.p), target: numbers(data.targets) });
    setText(this.fraction, data.fraction);
    setText(this.spoken, `${data.caption} ${format(number(data.loss))} ${data.unit}`);
  }

  draw(drawn) {
    const { data } = this;
    const { loss, p, target } = drawn;
    this.drawn = drawn;
    setText(this.caption, data.caption);
    setText(this.loss, format(loss));
    setAttribute(this.loss, "data-value", loss);
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
    this.fill.style.transform = `scaleX(${(position / 100).toFixed(5)})`;
    this.rail.style.transform = `translateX(${position.toFixed(3)}%)`;
    this.here.hidden = Number.isNaN(loss);
    this.here.classList.toggle("late", position > 80);
    this.here.classList.toggle("early", position < 12);
    this.here.classList.toggle("infinite", loss === Infinity);
    const { narrow } = this;
    const marks = [[0, narrow ? "0" : "certain and right · 0", "zero"]];
    if (Number.isFinite(floor) && floor > 1e-12) marks[0] = [floor, `${narrow ? "H(q)" : "floor H(q)"} · ${format(floor)}`, at(floor) < 12 ? "zero" : "mid"];
    if (Number.isFinite(uniform) && uniform > 0) marks.push([uniform, `${narrow ? "uniform" : data.uniformText} · ${format(uniform)}`, "mid"]);
    if (marks.length > 1 && marks[0][2] === "mid" && at(uniform) - at(floor) < (narrow ? 32 : 30)) { // no room for two texts side by side
      marks[0][2] = "end";
      marks[1][2] = "zero";
    }
    if (loss === Infinity) marks.push([Infinity, "infinite", "end"]);
    this.drawMarks(marks.map(([value, text, kind]) => ({ text, kind, left: `${(value === Infinity ? 100 : at(value)).toFixed(3)}%` })));
    const texts = marks.map((mark) => mark[1]).join("; ");
    setAttribute(this.ruler, "aria-label", `The loss ${format(loss)} on a ruler from 0; ${texts}`);
  }

  drawMarks(marks) {
    const wanted = JSON.stringify(marks);
    if (wanted === this.marked) return;
    this.marked = wanted;
    this.marks.replaceChildren(...marks.map(({ text, kind, left }) => {
      const mark = el("span", { class: `mark ${kind}` }, el("i"), el("span", {}, text));
      mark.style.left = left;
      return mark;
    }));
  }

  /** The words change seldom, the percentages in them with every move: only those are written then. */
  drawVerdict(p, target) {
    const { data } = this;
    if (p.some(Number.isNaN)) {
      this.say([data.prefix, "no prediction: the softmax has no value here"]);
      return;
    }
    if (data.setup === "multilabel") {
      const agree = p.filter((value, k) => (value > 0.5) === (target[k] > 0.5)).length;
      this.say([data.prefix, `${agree} of ${p.length} labels right at the threshold 0.5`, { right: agree === p.length }]);
      return;
    }
    const top = p.indexOf(Math.max(...p));
    const tied = p.filter((value) => value === p[top]).length > 1;
    const q = data.setup === "binary" ? [1 - target[0], target[0]] : target;
    const label = q.indexOf(Math.max(...q));
    const parts = [data.prefix, tied ? "tie: first of the equals is " : "predicted ", { name: top }, " at ", { percent: p[top] }];
    if (!data.kept) parts.push(" · ignored");
    else if (top === label) parts.push({ right: true });
    else parts.push({ right: false }, " the label is ", { label }, " at ", { percent: p[label] });
    this.say(parts);
  }

  say(parts) {
    const { data } = this;
    const wanted = JSON.stringify([data.names, parts.map((part) => (part.percent === undefined ? part : "%"))]);
    if (wanted !== this.said) {
      this.said = wanted;
      this.percentages = [];
      this.verdict.replaceChildren(...parts.map((part) => {
        if (typeof part === "string") return part;
        if (part.right !== undefined) return el("b", { class: part.right ? "right" : "wrong" }, part.right ? " ✓" : " ✗");
        if (part.label !== undefined) return el("b", {}, data.names[part.label]);
        if (part.name !== undefined) {
          const name = el("b", { class: "class" }, data.names[part.name]);
          name.style.setProperty("--class", data.colours[part.name]);
          return name;
        }
        this.percentages.push(el("span"));
        return this.percentages.at(-1);
      }));
    }
    parts.filter((part) => part.percent !== undefined).forEach((part, index) => setText(this.percentages[index], percent(part.percent)));
  }
}

export default place("answer", ({ parentElement }) => {
  const root = el("div", { class: "explorer-answer" });
  parentElement.append(root);
  return new Answer(root);
});
