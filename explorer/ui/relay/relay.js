// Hands each part of the page what Python says, and Python what a person does.
//
// Streamlit redraws its own elements in React, and each one that an answer brings costs the browser milliseconds. So the
// parts that a drag changes are mounted once, as places without data, and their data come in a line of HTML that is read
// as soon as it is there: Streamlit tells a component only once the rest of its answer has been drawn.

import { PREVIEW_EVENT } from "../board/preview.js";
import { address } from "../copy_link/address.js";

const places = new Map();
let data = null;
let component = null;
let told = ""; // the line that `data` was read from
const watch = new MutationObserver(() => tell());
const QUIET = 400; // ms without news after which the address is looked at
let look = null;

/**
 * The component of a place: `make` draws it once into its element and returns a view, which is handed its data with
 * `receive`, now and whenever there is more, until it is removed.
 */
export function place(name, make) {
  const mounted = new WeakMap();
  return (component) => {
    const { parentElement } = component;
    if (mounted.has(parentElement)) return mounted.get(parentElement);
    const view = make(component);
    const leave = take(name, (data, report) => view.receive(data, report));
    const unmount = () => {
      leave();
      view.remove();
      mounted.delete(parentElement);
    };
    mounted.set(parentElement, unmount);
    return unmount;
  };
}

function take(name, receive) {
  places.set(name, receive);
  if (data !== null && name in data) receive(data[name], report);
  return () => {
    if (places.get(name) === receive) places.delete(name);
  };
}

/** Edits are a state, which Python can ask for again; a click on a cell happens once. */
function report(name, value) {
  component?.[name === "edits" ? "setStateValue" : "setTriggerValue"](name, value);
  if (waiting !== null) wait(true); // the answer is on its way only now
}

const SLOW = 250; // ms in which most answers are there
let waiting = null; // since a hand changed what Python has not worked out yet

/** Let styles tell of what only Python can say that it is not there yet: not of a quick answer, which would flicker. */
function wait(whether) {
  clearTimeout(waiting);
  waiting = whether ? setTimeout(() => document.documentElement.classList.add("explorer-waiting"), SLOW) : null;
  if (!whether) document.documentElement.classList.remove("explorer-waiting");
}

window.addEventListener(PREVIEW_EVENT, ({ detail }) => {
  if (detail.settled === (waiting !== null)) wait(!detail.settled);
});

/** Hand on what Python has said since. */
function tell() {
  const line = component?.parentElement.closest(".stVerticalBlock")?.querySelector(".explorer-relay");
  if (!line || line.textContent === told) return;
  told = line.textContent;
  data = JSON.parse(told);
  wait(false);
  for (const [name, receive] of places) if (name in data) receive(data[name], report);
  const { href } = address();
  clearTimeout(look);
  look = setTimeout(() => straighten(href), QUIET);
}

/** Whether Python has answered what a hand has changed, and the address is that of what is shown. */
export const upToDate = () => waiting === null && (!data?.link || parts(address().search) === parts(data.link));

const parts = (query) => JSON.stringify([...new URLSearchParams(query)]);

/**
 * Give the address the link of what is shown. Who goes back while an edit is on its way gets the answer to the edit after
 * having gone back, and with it an address; then what was gone back to, which Python takes for the address's already.
 * Where the address has changed since, it is what is shown that is about to.
 */
function straighten(href) {
  const { history, location } = window;
  const { href: now, search } = address();
  if (!data?.link || now !== href || parts(search) === parts(data.link)) return;
  history.replaceState(history.state, "", `${location.pathname}?${data.link}`);
}

export default function mount(mounted) {
  component = mounted;
  watch.disconnect();
  watch.observe(mounted.parentElement.closest(".stVerticalBlock"), { childList: true, subtree: true });
  tell();
  return () => {
    if (component?.parentElement !== mounted.parentElement) return; // the page that came next has one of its own
    watch.disconnect();
    data = component = null;
    told = "";
    wait(false);
  };
}
