// Copies the address of the page.

import "./press.js";
import { address } from "./address.js";
import { whenReconnected } from "./reconnect.js";
import { upToDate } from "../relay/relay.js";

const PATIENCE = 3000; // ms in which an answer to the last edit comes, or does not
const SHORTLY = 25; // ms

export default function mount({ parentElement, setTriggerValue }) {
  whenReconnected(() => setTriggerValue("reconnected", true));
  if (parentElement.querySelector("button")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "explorer-copy";
  const say = (text) => { button.textContent = text; };
  say("Copy link");
  button.addEventListener("click", async () => {
    const until = performance.now() + PATIENCE;
    while (!upToDate() && performance.now() < until) await new Promise((go) => { window.setTimeout(go, SHORTLY); });
    if (!upToDate()) say("No answer yet: try again");
    else say((await copy(address().href)) ? "Copied" : "Press Ctrl + C in the address bar");
    window.setTimeout(() => say("Copy link"), 2000);
  });
  parentElement.append(button);
}

async function copy(text) {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch { /* not allowed: try the old way */ }
  }
  const field = document.createElement("textarea"); // the clipboard needs https, a classroom's address may be http
  field.value = text;
  field.style.position = "fixed";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
