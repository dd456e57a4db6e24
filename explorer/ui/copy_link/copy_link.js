// Copies the address of the page.

import "./press.js";
import "./address.js";

export default function mount({ parentElement }) {
  if (parentElement.querySelector("button")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "explorer-copy";
  const say = (text) => { button.textContent = text; };
  say("Copy link");
  button.addEventListener("click", async () => {
    const copied = await copy(window.location.href);
    say(copied ? "Copied" : "Press Ctrl + C in the address bar");
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
