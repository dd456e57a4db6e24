// A server that comes back may know nothing of the page that is open: it would take no edit of a part of it, and forget the
// first press of a control. So the page asks for all of itself as soon as it is connected again.

const STATE = "data-test-connection-state";

let app = null; // Streamlit's element that says how the page is connected
let ask = null;
const watch = new MutationObserver(() => { if (app.getAttribute(STATE) === "CONNECTED") ask(); });

/** Call this, the last that is given, whenever the connection is there again. */
export function whenReconnected(callback) {
  ask = callback;
  const current = document.querySelector(`[${STATE}]`);
  if (current === null || current === app) return;
  app = current;
  watch.disconnect();
  watch.observe(app, { attributeFilter: [STATE] });
}
