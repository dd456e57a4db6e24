"""A button that copies the address of the page, which always holds its whole state."""

from __future__ import annotations

import streamlit as st

_JS = """
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
"""
_CSS = """
.explorer-copy {
  min-height: 2.5rem;
  padding: 0.25rem 0.75rem;
  border: 1px solid var(--st-border-color);
  border-radius: var(--st-button-radius);
  background: var(--st-background-color);
  color: var(--st-text-color);
  font: inherit;
  font-family: var(--st-font);
  font-size: 0.875rem;
  white-space: nowrap;
  cursor: pointer;
}
.explorer-copy:hover, .explorer-copy:focus-visible {
  border-color: var(--st-primary-color);
  color: var(--st-primary-color);
}
"""
_copy_link = st.components.v2.component("explorer_copy_link", css=_CSS, js=_JS, isolate_styles=False)


def show_copy_link() -> None:
    """Mount the button."""
    _copy_link(key="copy_link", width="content")
