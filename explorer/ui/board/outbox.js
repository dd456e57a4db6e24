// The edits that Python has not answered yet.
//
// They outlive the board that they were made on: where another page is opened at once, Python may never have seen them, and
// the board of that page sends them again, unless something else is on it.

const PATIENCE = 2000; // milliseconds until an edit that has no answer is sent again

let last = null; // the outbox of the last board

export class Outbox {
  constructor() {
    this.edits = [];
    this.sequence = 0;
    this.before = last; // of the board on the page that was left
    last = this;
  }

  /** Take over what Python has answered, and how it is told of edits: the way to it changes with each answer. */
  answered(data, setStateValue) {
    this.setStateValue = setStateValue;
    this.sequence = Math.max(this.sequence, data.seq);
    this.edits = this.edits.filter((edit) => edit.seq > data.seq);
    const shown = JSON.stringify([data.setup, data.names, data.examples, data.row, data.logits, data.targets]);
    if (this.before !== null && this.before.shown === shown) {
      this.edits = this.before.edits.filter((edit) => edit.seq > data.seq);
      this.sequence = Math.max(this.sequence, this.before.sequence);
      if (this.edits.length) this.ask(1);
    }
    this.before?.close();
    this.before = null;
    this.shown = shown; // what edits are made on
  }

  /** Queue an edit; a newer state of the same row replaces an unsent older one. Python applies what it has not seen. */
  send(edit) {
    this.sequence += 1;
    this.edits = this.edits.filter((other) => !(edit.op === "row" && other.op === "row"));
    this.edits.push({ ...edit, seq: this.sequence });
    this.ask();
  }

  /**
   * Hand the edits to Python, and again for as long as there is no answer: what reaches a server that has just been
   * restarted, or one that is away, is lost. Streamlit passes on only what differs, hence the number of the attempt.
   */
  ask(attempt = 0) {
    clearTimeout(this.asking);
    this.setStateValue("edits", this.edits.map((edit) => ({ ...edit, attempt })));
    this.asking = setTimeout(() => { if (this.edits.length) this.ask(attempt + 1); }, PATIENCE);
  }

  /** Whether the open example was edited and Python has not answered. */
  get waiting() {
    return this.edits.some((edit) => edit.op === "row");
  }

  /** Whether anything else was edited, so that the classes or examples are about to change. */
  get rebuilding() {
    return this.edits.some((edit) => edit.op !== "row");
  }

  /** Whether classes are about to be added, and nothing else to happen but edits of the open example. */
  get growing() {
    return this.rebuilding && this.edits.every((edit) => ["row", "add"].includes(edit.op));
  }

  close() {
    clearTimeout(this.asking);
  }
}
