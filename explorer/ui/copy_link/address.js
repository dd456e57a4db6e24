// The address of the page, as a person writes it, with one entry in the browser's history for each state of the page.
//
// Streamlit escapes what a query may hold as it is, and takes an address that differs in nothing else for a new one: Back
// would then seem to do nothing. Of another page's address it writes the path and the query one after the other, in either
// order. So what it writes goes through here.
//
// A new entry in the history holds the browser up for longer than anything else that an answer brings. So it is made a
// moment later, when what came with it has been drawn, but before anything that a person does next.

/** The address as a person writes it. */
function readable({ pathname, search, hash }) {
  return pathname + search.replaceAll("%2C", ",").replaceAll("%3B", ";").replaceAll("+", "%20") + hash;
}

const DRAWN = 50; // ms after which what came with an address is on the screen
const PATIENCE = 10_000; // ms in which another page comes, or does not
let leaving = -Infinity; // when a link to another page was followed to which Streamlit has not gone yet
let next = null; // the entry that is about to be made: its address, and how to make it

/** The address of the page, or what is about to be. */
export const address = () => next?.url ?? new URL(window.location.href);

function write() {
  const entry = next;
  clearTimeout(entry?.timer);
  next = null;
  entry?.make();
}

function keepReadable() {
  const { history, location } = window;
  const push = history.pushState.bind(history);
  const replace = history.replaceState.bind(history);
  const target = (url) => new URL(readable(new URL(url ?? location.href, location.href)), location.href);
  history.pushState = (state, title, given) => {
    const url = target(given);
    const samePage = url.pathname === location.pathname;
    if (performance.now() - leaving < PATIENCE && samePage) return;
    leaving = -Infinity;
    if (url.href === address().href) return;
    write();
    const linkless = samePage && !location.search; // the path came first
    next = { url, make: () => (linkless ? replace : push)(state, title, url) };
    if (samePage) next.timer = setTimeout(write, DRAWN);
    else write();
  };
  history.replaceState = (state, title, given) => {
    write();
    replace(state, title, target(given));
  };
  for (const event of ["pointerdown", "keydown", "click"]) window.addEventListener(event, write, { capture: true });
  window.addEventListener("popstate", () => {
    leaving = -Infinity;
    clearTimeout(next?.timer); // it was left before it was there
    next = null;
  }, { capture: true });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    const here = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!link || !here || link.target || link.origin !== location.origin) return;
    leaving = link.pathname === location.pathname ? -Infinity : performance.now();
  }, { capture: true });
  replace(history.state, "", target(location.href));
}

keepReadable();
