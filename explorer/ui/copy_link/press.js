// What was typed reaches Python before what is pressed next.
//
// A field hands over what was typed in it when it is left, and Streamlit passes that on a moment after the press which left
// it. A press with no time between down and up, as a tap has it, would overtake it: what was typed would be lost, and the
// page that was opened would be left empty by the answer to it. So such a press waits that moment.

const MOMENT = 60; // milliseconds
let left = -Infinity; // when a field or a slider was last left

document.addEventListener("focusout", ({ target }) => {
  if (target.matches?.("input, textarea, [role=slider]")) left = performance.now();
}, { capture: true });

document.addEventListener("click", (event) => {
  const control = event.target.closest?.("a[href], button");
  const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey; // another tab or window
  if (!control || !event.isTrusted || elsewhere || performance.now() - left > MOMENT) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  setTimeout(() => control.click(), MOMENT);
}, { capture: true });
