// The address of the page, as a person writes it, with one entry in the browser's history for each state of the page.
//
// Streamlit escapes what a query may hold as it is, and takes an address that differs in nothing else for a new one: Back
// would then seem to do nothing. Of another page's address it writes the path and the query one after the other, in either
// order. So what it writes goes through here.

/** The address as a person writes it. */
function readable({ pathname, search, hash }) {
  return pathname + search.replaceAll("%2C", ",").replaceAll("%3B", ";").replaceAll("+", "%20") + hash;
}

const PATIENCE = 10_000; // ms in which another page comes, or does not
let leaving = -Infinity; // when a link to another page was followed to which Streamlit has not gone yet

function keepReadable() {
  const { history, location } = window;
  const push = history.pushState.bind(history);
  const replace = history.replaceState.bind(history);
  const target = (url) => new URL(url ?? location.href, location.href);
  history.pushState = (state, title, url) => {
    const next = target(url);
    if (performance.now() - leaving < PATIENCE && next.pathname === location.pathname) return;
    leaving = -Infinity;
    if (readable(next) === readable(location)) return;
    const linkless = next.pathname === location.pathname && !location.search; // the path came first
    (linkless ? replace : push)(state, title, readable(next));
  };
  history.replaceState = (state, title, url) => replace(state, title, readable(target(url)));
  window.addEventListener("popstate", () => { leaving = -Infinity; });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    const here = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!link || !here || link.target || link.origin !== location.origin) return;
    leaving = link.pathname === location.pathname ? -Infinity : performance.now();
  }, { capture: true });
  replace(history.state, "", readable(location));
}

keepReadable();
