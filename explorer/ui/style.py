"""The page's own styles, for what Streamlit's theme cannot say, and plain text as HTML."""

from __future__ import annotations

import streamlit as st

from explorer.explain import html_text
from explorer.ui.component import styles

_CSS = """
.stAppHeader { height: 3rem; min-height: 3rem; }
.stMainBlockContainer { padding: 3.6rem 3rem 4rem; max-width: 120rem; }
div:has(> .st-key-answer) { position: sticky; top: 3.1rem; z-index: 90; }
.st-key-relay { display: none; }
.st-key-below { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 2.1fr); gap: 1rem 2.5rem; }
.explorer-heading { margin: 0; padding: 0; line-height: 1.3; }
h1.explorer-heading { font-size: 1.5rem; font-weight: 700; white-space: nowrap; }
h2.explorer-heading { font-size: 1.06rem; font-weight: 600; }
.explorer-qr { display: block; width: min(68vh, 100%); margin: 0 auto; background: #fff; border-radius: 0.5rem; }
.katex-display { text-align: left; font-size: 0.92rem; overflow: auto hidden; }
.explorer-text { margin: 0; line-height: 1.45; overflow-wrap: anywhere; }
.explorer-text.faint { opacity: 0.72; }
.explorer-text.problem { color: light-dark(#b3261e, #ff8a80); font-size: 0.9rem; }
.explorer-text.notice {
  padding: 0.4rem 0.8rem; border-left: 0.25rem solid #c77700; background: rgba(230, 159, 0, 0.12);
}
.explorer-names + .explorer-heading { margin-top: 1.4rem; }
.explorer-names { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
.explorer-names td {
  padding: 0.34rem 0.5rem 0.34rem 0; border: 0; border-top: 1px solid rgba(128, 138, 159, 0.28); vertical-align: top;
}
.explorer-names tr:first-child td { border-top: 0; }
.explorer-names code { overflow-wrap: anywhere; font-size: 0.86rem; padding: 0; background: none; color: inherit; }
.explorer-names .amount { text-align: right; white-space: nowrap; font-weight: 600; }
.explorer-names .why { display: block; opacity: 0.72; font-size: 0.86rem; font-weight: 400; }
.explorer-names .source { display: inline-block; padding-left: 0.5rem; opacity: 0.72; font-size: 0.86rem; }
.explorer-names .same { color: light-dark(#047a56, #34d399); }
.explorer-names .other { color: light-dark(#b3261e, #ff8a80); }
h3.explorer-heading { font-size: 0.95rem; font-weight: 600; }
.st-key-functions { display: grid; grid-template-columns: minmax(0, 2.6fr) minmax(19rem, 1fr); gap: 1rem 2.2rem; }
div:has(> .st-key-case) { order: 1; position: sticky; top: 3.4rem; align-self: start; }
.explorer-calls section {
  display: grid; grid-template-columns: 6.2rem minmax(0, 1.3fr) minmax(0, 1fr); gap: 0 1.6rem; padding: 0.35rem 0;
  border-top: 1px solid rgba(128, 138, 159, 0.28);
}
.explorer-calls code { display: block; padding: 0; background: none; color: inherit; font-weight: 600; }
.explorer-calls code, .explorer-equivalents code { overflow-wrap: anywhere; font-size: 0.88rem; }
.explorer-calls code + code { font-weight: 400; }
.explorer-calls .explorer-text { font-size: 0.88rem; }
.explorer-verdict { margin: 0.2rem 0; font-size: 1.05rem; }
.explorer-verdict .right, .explorer-verdict .same { color: light-dark(#047a56, #34d399); }
.explorer-verdict .wrong, .explorer-verdict .refused { color: light-dark(#b3261e, #ff8a80); }
.explorer-equivalents { overflow-x: auto; }
.explorer-equivalents table { width: 100%; min-width: 50rem; border-collapse: collapse; font-size: 0.92rem; }
.explorer-equivalents :is(th, td) { padding: 0.4rem 1rem 0.4rem 0; border: 0; text-align: left; vertical-align: top; }
.explorer-equivalents tbody tr { border-top: 1px solid rgba(128, 138, 159, 0.28); }
.explorer-equivalents th { font-weight: 600; }
.explorer-equivalents small { display: block; max-width: 22rem; opacity: 0.72; font-weight: 400; }
.explorer-equivalents code { display: block; padding: 0; background: none; color: inherit; }
.st-key-detective { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1.35fr); gap: 1rem 3rem; }
.explorer-question { margin: 0; line-height: 1.5; }
.explorer-question small { opacity: 0.72; }
.explorer-question code, .explorer-finding code { overflow-wrap: anywhere; font-size: 0.9rem; }
.explorer-finding { margin-top: 0.7rem; padding: 0.9rem 1.2rem; border: 1px solid rgba(128, 138, 159, 0.35); }
.explorer-finding { border-radius: 0.75rem; }
.explorer-finding.leading { border: 2px solid light-dark(#0067a6, #5cb3ee); }
.explorer-finding.leading h3 { font-size: 1.3rem; }
.explorer-finding .explorer-text { margin: 0.35rem 0; }
.explorer-finding dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.4rem 1rem; }
.explorer-finding dl, .explorer-finding :is(dt, dd) { margin: 0; padding: 0; }
.explorer-finding dl { margin: 0.7rem 0; }
.explorer-finding dt { opacity: 0.72; font-weight: 400; }
.explorer-finding dd code { padding: 0; background: none; color: inherit; font-weight: 600; }
.explorer-ways { margin: 0.6rem 0 0; }
.explorer-ways a {
  display: inline-block; margin: 0.2rem 0.6rem 0.2rem 0; padding: 0.25rem 0.75rem; border-radius: 0.5rem;
  border: 1px solid rgba(128, 138, 159, 0.45); color: inherit !important; font-size: 0.9rem; text-decoration: none;
}
.explorer-ways a:is(:hover, :focus-visible) { border-color: light-dark(#0067a6, #5cb3ee); }
.explorer-cards { columns: 26rem; column-gap: 2.5rem; margin-top: 0.6rem; }
.explorer-cards section { padding-bottom: 1.8rem; break-inside: avoid; }
.explorer-cards section > .explorer-text { margin: 0.3rem 0 0.5rem; opacity: 0.85; font-size: 0.95rem; }
@media (max-width: 64rem) {
  .st-key-detective { grid-template-columns: minmax(0, 1fr); }
  .explorer-calls section { grid-template-columns: minmax(0, 1fr); }
  .st-key-functions { grid-template-columns: minmax(0, 1fr); }
  div:has(> .st-key-case) { order: 0; position: static; }
}
@media (max-width: 48rem) {
  .stMainBlockContainer { padding: 3.6rem 0.9rem 3rem; }
  .st-key-below { grid-template-columns: minmax(0, 1fr); }
  h1.explorer-heading { white-space: normal; }
  .explorer-finding dl { grid-template-columns: minmax(0, 1fr); gap: 0.1rem; }
  .explorer-finding dd { padding-bottom: 0.4rem !important; }
}
"""
# Not on a phone that follows a projector's link: its own type is large enough for its screen.
_LARGE = "<style>@media (min-width: 800px) { html { font-size: 21px; } }</style>"


def show_style(*, large: bool) -> None:
    """Put the page's styles in place; ``large`` makes everything readable from the back of a room."""
    st.html(f"<style>{_CSS}{styles()}</style>" + (_LARGE if large else ""))


def show_text(text: str, kind: str = "") -> None:
    """Show outside or computed text as plain text: no Markdown, no HTML, no links. ``kind``: faint, problem, notice."""
    st.html(paragraph(text, kind))


def paragraph(text: str, kind: str = "") -> str:
    """Return plain text as HTML; see ``show_text``."""
    role = {"problem": ' role="alert"', "notice": ' role="status"'}.get(kind, "")
    return f'<p class="explorer-text {kind}"{role}>{html_text(text)}</p>'


def heading(text: str, level: int = 2) -> str:
    """Return a heading as HTML: level 1 for the page, 2 for what stands on it."""
    return f'<h{level} class="explorer-heading">{html_text(text)}</h{level}>'


def show_heading(text: str, level: int = 2) -> None:
    """Show a heading; see ``heading``."""
    st.html(heading(text, level))
