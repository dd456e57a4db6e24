// What moves under a hand, painted on a canvas over its own place.
//
// A number that changes is laid out again, and so is what stands around it, through all of Streamlit's document: most of
// what a frame costs. A canvas is only painted. So while a hand moves something, texts, bars and what slides on a rail go
// through here: they are painted where they stand, in their own font and colour. When the hand rests or lets go,
// everything is written, for whoever reads the page by other means than its pixels.

import { clamp } from "./numbers.js";

const REST = 80; // ms
const ROOM = 12; // pixels around what is painted: a handle sticks out of its track

export class Overlay {
  /**
   * Over `root`; `leaves` gives the elements that are painted: { texts, amounts, bars, rails }; words follow an amount.
   * `onresize` is called when `root` has another size.
   */
  constructor(root, leaves, onresize = () => {}) {
    this.root = root;
    this.leaves = leaves;
    this.lifted = [];
    this.resting = null;
    this.stale = true; // something was laid out since everything was measured
    new ResizeObserver(() => {
      onresize();
      this.land(); // what is painted stands elsewhere now
    }).observe(root);
  }

  /** Show what was set since the last frame. */
  paint() {
    if (this.stale) this.lift();
    const { context, canvas, origin: [left, top], ratio } = this;
    context.clearRect(left, top, canvas.width / ratio, canvas.height / ratio);
    for (const leaf of this.lifted) leaf.paint(context, this.set);
    this.painted = performance.now();
    this.resting ??= window.setTimeout(() => this.rest(), REST);
  }

  rest() {
    const left = this.painted + REST - performance.now();
    this.resting = left > 1 ? window.setTimeout(() => this.rest(), left) : null;
    if (this.resting === null) this.write();
  }

  /** Take the elements from the page onto the canvas. */
  lift() {
    this.lower();
    if (!this.canvas) {
      this.canvas = document.createElement("canvas");
      this.canvas.className = "explorer-overlay";
      this.canvas.setAttribute("aria-hidden", "true");
      this.context = this.canvas.getContext("2d");
    }
    this.root.append(this.canvas);
    const frame = this.root.getBoundingClientRect(); // read everything before anything is written
    const { texts, amounts, bars, rails } = this.leaves();
    this.lifted = [
      ...bars.filter((node) => !node.infinite).map((node) => new Bar(node, frame)),
      ...[...texts, ...amounts].map((node) => new Text(node, frame, this.context)).sort((one, other) => one.font.localeCompare(other.font)),
      ...rails.map((node) => new Rail(node, frame, this.context)),
    ].filter((leaf) => leaf.shown);
    this.cover(frame.width);
    for (const leaf of this.lifted) {
      leaf.overlay = this;
      leaf.followed = amounts.includes(leaf.node);
      leaf.node.leaf = leaf;
      leaf.node.classList.add("lifted");
    }
    this.stale = false;
  }

  /** Lay the canvas over what is lifted, pixel on pixel, and no further: what it costs is its area. */
  cover(width) {
    const top = snapped(Math.min(...this.lifted.map((leaf) => leaf.top)) - ROOM);
    const bottom = snapped(Math.max(...this.lifted.map((leaf) => leaf.bottom)) + ROOM);
    const left = snapped(Math.min(...this.lifted.map((leaf) => leaf.left)) - ROOM);
    this.origin = [left, top];
    this.ratio = window.devicePixelRatio;
    const size = [snapped(width) + ROOM - left, bottom - top];
    [this.canvas.width, this.canvas.height] = size.map((pixels) => Math.round(pixels * this.ratio));
    this.set = changing(this.context);
    this.context.setTransform(this.ratio, 0, 0, this.ratio, -left * this.ratio, -top * this.ratio);
    this.canvas.style.cssText = `left: ${left}px; top: ${top}px; width: ${size[0]}px; height: ${size[1]}px`;
  }

  /** Write what was only painted so far. */
  write() {
    for (const leaf of this.lifted) leaf.write();
  }

  /** Give the elements back to the page. */
  lower() {
    this.write();
    for (const { node } of this.lifted) {
      node.leaf = null;
      node.classList.remove("lifted");
    }
    this.lifted = [];
  }

  /** The hand has let go: everything is the page's again. */
  land() {
    this.lower();
    this.canvas?.remove();
    this.stale = true;
  }
}

// ---------------------------------------------------------------- what is set, and goes to the page or to the canvas

/** Set what an element or a field says. */
export function setText(node, text) {
  const { leaf } = node;
  if (leaf) {
    if (leaf.followed && leaf.text.length !== text.length) leaf.overlay.stale = true;
    leaf.text = text;
  } else putText(node, text);
}

/** Set where a bar starts and how long it is, as parts of its track; infinity is hatched. */
export function setSpan(bar, start, length, infinite = false) {
  const { leaf } = bar;
  if (leaf) leaf.span = [start, length];
  else putSpan(bar, start, length);
  if (bar.infinite === infinite) return;
  if (leaf) leaf.overlay.stale = true;
  bar.classList.toggle("infinite", infinite);
  bar.infinite = infinite;
}

/** Set a value as a bar from the left (0) or the right edge (1) of its track; infinity fills it, hatched. */
export function setBar(bar, value, from, size) {
  const infinite = Math.abs(value) === Infinity;
  const length = Number.isNaN(value) ? 0 : clamp(Math.abs(value) / size, 0, 1);
  setSpan(bar, from === 1 ? 1 - length : 0, length, infinite);
}

/** Set how far along its rail something stands, from 0 to 1. */
export function setRail(rail, position) {
  if (rail.leaf) rail.leaf.position = position;
  else putRail(rail, position);
}

/** Write only what differs, and into the text that is there: a new text node would cost a layout of its own. */
function putText(node, text) {
  if (node instanceof HTMLInputElement) {
    if (node.value === text || node.typing) return;
    node.value = text;
    if (document.activeElement === node) node.select();
  } else if (node.firstChild === null) node.append(text);
  else if (node.firstChild.data !== text) node.firstChild.data = text;
}

/** A bar is as wide as its track and is moved and scaled into place: a transform needs no layout. */
function putSpan(bar, start, length) {
  bar.style.transform = `translateX(${(100 * start).toFixed(3)}%) scaleX(${length.toFixed(5)})`;
  bar.span = [start, length];
}

/** A rail is as wide as its track; what it carries stands at its end. */
function putRail(rail, position) {
  rail.style.transform = `translateX(${(100 * position).toFixed(3)}%)`;
  rail.position = position;
}

// ---------------------------------------------------------------- what is painted

class Text {
  constructor(node, frame, context) {
    const style = getComputedStyle(node);
    const field = node instanceof HTMLInputElement;
    const box = field ? innerBox(node, style) : textBox(node);
    this.node = node;
    this.text = field ? node.value : node.textContent;
    this.shown = box.width > 0;
    this.colour = style.color;
    this.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const ratio = window.devicePixelRatio; // the browser rounds an ascent to the screen's pixels, so it is measured in these
    context.font = `${style.fontStyle} ${style.fontWeight} ${parseFloat(style.fontSize) * ratio}px ${style.fontFamily}`;
    const ascent = context.measureText("0").fontBoundingBoxAscent / ratio;
    this.left = this.x = box.x - frame.x;
    this.top = box.y - frame.y;
    this.bottom = this.top + box.height;
    this.y = snapped(box.y + ascent) - snapped(frame.y);
  }

  paint(context, set, dx = 0) {
    set("font", this.font);
    set("fillStyle", this.colour);
    context.fillText(this.text, this.x + dx, this.y);
  }

  write() {
    putText(this.node, this.text);
  }
}

/** A box with a background, a border, round corners, and the ring of what has the keyboard. */
class Box {
  constructor(node, frame) {
    const style = getComputedStyle(node);
    const outer = node.getBoundingClientRect();
    const round = style.borderTopLeftRadius;
    this.shown = outer.width > 0;
    this.x = outer.x - frame.x;
    this.y = this.top = snapped(outer.y) - snapped(frame.y);
    this.width = outer.width;
    this.height = outer.height;
    this.bottom = this.y + this.height;
    this.radius = round.endsWith("%") ? this.height / 2 : parseFloat(round);
    this.fill = style.backgroundColor;
    this.border = { colour: style.borderTopColor, width: parseFloat(style.borderTopWidth) };
    this.ring = style.outlineStyle === "solid" ? { colour: style.outlineColor, width: parseFloat(style.outlineWidth), offset: parseFloat(style.outlineOffset) } : null;
  }

  paint(context, set, dx = 0) {
    const { border, ring } = this;
    this.trace(context, dx, -border.width / 2);
    set("fillStyle", this.fill);
    context.fill();
    this.stroke(context, set, border);
    if (!ring) return;
    this.trace(context, dx, ring.offset + ring.width / 2);
    this.stroke(context, set, ring);
  }

  trace(context, dx, beyond) {
    context.beginPath();
    context.roundRect(this.x + dx - beyond, this.y - beyond, this.width + 2 * beyond, this.height + 2 * beyond, Math.max(this.radius + beyond, 0));
  }

  stroke(context, set, { colour, width }) {
    set("strokeStyle", colour);
    set("lineWidth", width);
    context.stroke();
  }
}

class Bar {
  constructor(node, frame) {
    const style = getComputedStyle(node);
    const track = node.parentElement;
    const outer = node.getBoundingClientRect(); // its height and where it is vertically: a bar is scaled along the other way
    this.node = node;
    this.span = node.span;
    this.x = this.left = track.getBoundingClientRect().x + track.clientLeft + node.offsetLeft - frame.x;
    this.y = this.top = snapped(outer.y) - snapped(frame.y);
    this.width = parseFloat(style.width);
    this.height = snapped(outer.bottom) - snapped(outer.y);
    this.bottom = this.y + this.height;
    this.shown = this.width > 0;
    this.colour = style.backgroundColor;
    this.alpha = Number(style.opacity);
  }

  paint(context, set) {
    const [start, length] = this.span;
    set("fillStyle", this.colour);
    set("globalAlpha", this.alpha);
    context.fillRect(this.x + start * this.width, this.y, length * this.width, this.height);
    set("globalAlpha", 1);
  }

  write() {
    putSpan(this.node, ...this.span);
  }
}

/** What slides along: boxes, and the text that one of them may have. */
class Rail {
  constructor(node, frame, context) {
    this.node = node;
    this.position = this.origin = node.position;
    this.width = node.offsetWidth;
    this.carried = [...node.querySelectorAll(".carried")]
      .map((part) => (part.firstChild ? new Text(part, frame, context) : new Box(part, frame)))
      .filter((part) => part.shown);
    this.shown = this.carried.length > 0;
    this.left = node.parentElement.getBoundingClientRect().x - frame.x;
    this.top = Math.min(...this.carried.map((part) => part.top));
    this.bottom = Math.max(...this.carried.map((part) => part.bottom));
  }

  paint(context, set) {
    for (const part of this.carried) part.paint(context, set, (this.position - this.origin) * this.width);
  }

  write() {
    putRail(this.node, this.position);
  }
}

/** Sets what differs from what was set before: a context takes as long for what it has already. */
function changing(context) {
  const known = {};
  return (what, value) => {
    if (known[what] !== value) context[what] = known[what] = value;
  };
}

const snapped = (length) => Math.round(length * window.devicePixelRatio) / window.devicePixelRatio;

function textBox(node) {
  const range = document.createRange();
  range.selectNodeContents(node);
  return range.getBoundingClientRect();
}

function innerBox(node, style) {
  const outer = node.getBoundingClientRect();
  const [left, top] = [node.clientLeft + parseFloat(style.paddingLeft), node.clientTop + parseFloat(style.paddingTop)];
  return new DOMRect(outer.x + left, outer.y + top, outer.width - 2 * left, outer.height - 2 * top);
}
