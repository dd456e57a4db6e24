"""What stands above every page of one case: title and sharing, set-up, an example to start from, options, code."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import streamlit as st

from explorer.case import Setup
from explorer.presets import PRESETS
from explorer.ui import state
from explorer.ui.code import show_code
from explorer.ui.menu import show_menu
from explorer.ui.options import show_options
from explorer.ui.sharing import show_sharing
from explorer.ui.style import paragraph, show_heading, show_style

_SETUP_NAMES = {Setup.MULTICLASS: "Multi-class", Setup.BINARY: "Binary", Setup.MULTILABEL: "Multi-label"}


def show_header(title: str, visit: state.Visit, too_long: str | None) -> None:
    """Draw it, and below it the notices of the link; ``too_long`` is why there is none."""
    show_title(title, visit)
    _controls(visit)
    show_notices(visit, too_long)


def frame(visit: state.Visit, *parts: str) -> tuple[object, ...]:
    """Return what stands around the live part of a page: where an edit changes any of it, the whole page is drawn.

    ``parts`` are the keys of what shows the whole case where it is open, as the options do.
    """
    shows_case = any(state.is_open(key) for key in ("options", *parts))
    return (
        visit.case.setup,
        visit.case.has_index_targets,
        tuple(visit.notices),
        visit.case_query != "",
        (visit.case, visit.view.row) if shows_case else None,
    )


@contextlib.contextmanager
def live_visit(*parts: str, filters: bool = False) -> Iterator[state.Visit]:
    """Give the state of the visit to what draws the live part of a page, and put its link into the address after that.

    In that order the browser gets the address with what was drawn, and not as a change of the page before it. Where
    what stands around the live part is not as it was drawn, the whole page is drawn instead. ``parts`` are those of
    ``frame``, ``filters`` is that of ``state.write_link``.
    """
    visit = state.visit()
    state.compose_link(visit, filters=filters)
    if frame(visit, *parts) != visit.frame:
        state.put_link(visit)  # what the next run would read otherwise is older than the visit
        st.rerun()
    yield visit
    state.put_link(visit)


def show_title(title: str, visit: state.Visit) -> None:
    """Draw the title and the sharing, and put the page's styles in place."""
    show_style(large=visit.view.large)
    with st.container(horizontal=True, vertical_alignment="center", key="title"):
        show_heading(title, level=1)
        show_sharing(visit)


def show_notices(visit: state.Visit, too_long: str | None) -> None:
    """Say what was wrong with the link that was opened, and why there is none now."""
    if notices := [*visit.notices, *([too_long] if too_long else [])]:
        st.html("".join(paragraph(notice, "notice") for notice in notices))


def _controls(visit: state.Visit) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="controls"):
        state.set_widget("setup", visit.case.setup)
        st.segmented_control(
            "Set-up",
            list(Setup),
            format_func=_SETUP_NAMES.__getitem__,
            key="setup",
            required=True,
            label_visibility="collapsed",
            on_change=lambda: state.choose_setup(state.widget("setup")),
        )
        show_menu("Start from an example…", [preset.title for preset in PRESETS], state.choose_preset, width=290)
        show_options(visit)
        show_code(visit.case)
