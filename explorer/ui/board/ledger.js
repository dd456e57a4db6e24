// The ledger under the board: what each example adds to the loss of the batch.

import { button, el } from "./elements.js";
import { format, number, shortest } from "./numbers.js";
import { setBar } from "./overlay.js";

/** Draw a line for each example; a click on it sends the edit that opens it in the board. */
export function drawLedger(ledger, data, send) {
  const refocus = focused(ledger);
  if (data.examples === 1) {
    ledger.replaceChildren();
    return;
  }
  const total = Math.max(...data.ledger.map((row) => number(row.loss)).filter(Number.isFinite), 1e-300);
  const mean = data.reduction === "mean";
  const head = el("div", { role: "row", class: "entry head" },
    ...["example", "label", "predicted", "loss", mean ? "divisor" : null].filter(Boolean).map((text) => el("span", { role: "columnheader" }, text)));
  const entries = data.ledger.map((row) => {
    const bar = el("i", { class: "bar" });
    setBar(bar, number(row.loss), 0, total);
    const open = row.row === data.row;
    const entry = el("div", { role: "row", class: open ? "entry open" : "entry" },
      el("span", { role: "cell" }, el("button", { type: "button", class: "open", "aria-pressed": open, "aria-label": `open example ${row.row + 1} in the board`, onclick: () => send({ op: "open", row: row.row }) }, `${row.row + 1}`)),
      el("span", { role: "cell" }, row.label),
      el("span", { role: "cell" }, `${row.predicted} `, el("b", { class: row.right === null ? "" : row.right ? "right" : "wrong" }, row.right === null ? "" : row.right ? "✓" : "✗")),
      el("span", { role: "cell", class: "amount" }, el("span", { class: "number" }, format(number(row.loss))), el("div", { class: "track" }, bar)),
      mean ? el("span", { role: "cell" }, shortest(number(row.divisor))) : null,
      button("close", `Remove example ${row.row + 1}`, () => send({ op: "remove-example", row: row.row })));
    entry.addEventListener("click", (event) => {
      if (event.target.closest("button") === null && !open) send({ op: "open", row: row.row });
    });
    return entry;
  });
  const sums = el("div", { role: "row", class: "entry sums" }, el("span", {}, "sum"), el("span"), el("span"),
    el("b", { role: "cell" }, format(number(data.numerator))), mean ? el("b", { role: "cell" }, format(number(data.divisor))) : null);
  const loss = mean ? `${format(number(data.numerator))} / ${format(number(data.divisor))} = ${format(number(data.loss))}`
    : data.reduction === "sum" ? `sum = ${format(number(data.loss))}` : "no reduction: one loss for each example";
  const more = data.hidden > 0 ? el("p", { class: "caption" }, `${data.hidden} more examples are counted and not listed.`) : null;
  ledger.replaceChildren(...[el("h3", {}, `The batch of ${data.examples}: ${loss}`), el("div", { role: "table", class: "entries", "aria-label": "The examples of the batch" }, head, ...entries, sums), more].filter(Boolean));
  refocus?.();
}

/** How to put the focus back on its button, or on the like of it in the entry that has taken its place. */
function focused(ledger) {
  const buttons = () => [...ledger.querySelectorAll(".entry button")]; // two in each entry
  const index = buttons().indexOf(document.activeElement);
  if (index === -1) return null;
  const scrolled = ledger.querySelector(".entries").scrollTop;
  return () => {
    ledger.querySelector(".entries").scrollTop = scrolled;
    const successors = buttons().filter((_, other) => other % 2 === index % 2);
    successors[Math.min(index >> 1, successors.length - 1)].focus({ preventScroll: true });
  };
}
