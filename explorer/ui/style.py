"""The page's own styles, for what Streamlit's theme cannot say, and plain text as HTML."""

from __future__ import annotations

import streamlit as st

from explorer.explain import html_text
from explorer.palette import NEUTRAL
from explorer.ui.component import styles

# Not on a phone that follows a projector's link: its own type is large enough for its screen.
_LARGE = "<style>@media (min-width: 800px) { html { font-size: max(21px, 1.1vw); } }</style>"


def show_style(*, large: bool) -> None:
    """Put the page's styles in place; ``large`` makes everything readable from the back of a room."""
    st.html(f"<style>{_colours()}{styles()}</style>" + (_LARGE if large else ""))


def _colours() -> str:
    """The colours that are settled elsewhere, as variables: the theme's reaches the components only."""
    primary = [st.get_option(f"theme.{scheme}.primaryColor") for scheme in ("light", "dark")]
    return f":root {{ --primary: light-dark({', '.join(primary)}); --neutral: {NEUTRAL}; }}\n"


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
