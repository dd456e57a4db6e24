// The edits that Python has not answered yet.

const PATIENCE = 2000; // milliseconds until an edit that has no answer is sent again

export class Outbox {
  constructor() {
    this.edits = [];
    this.sequence = 0;
  }

  /** Take over what Python has answered, and how it is told of edits: the way to it changes with each answer. */
  answered(seq, setStateValue) {
    this.setStateValue = setStateValue;
    this.sequence = Math.max(this.sequence, seq);
    this.edits = this.edits.filter((edit) => edit.seq > seq);
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

  close() {
    clearTimeout(this.asking);
  }
}
