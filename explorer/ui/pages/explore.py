"""The front page: the answer bar and the board, and below them where the numbers come from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import streamlit as st

from explorer import explain, figures, tables
from explorer.breakdown import Breakdown, evaluate
from explorer.case import Setup, Unit
from explorer.equivalence import equivalence
from explorer.presets import PRESETS, preset_of
from explorer.ui import state
from explorer.ui.board import answer_data, board_data, show_answer, show_board
from explorer.ui.charts import Chart, chart_data, show_charts
from explorer.ui.options import show_options
from explorer.ui.sharing import show_sharing
from explorer.ui.style import heading, show_heading, show_style, show_text

_SETUP_NAMES = {Setup.MULTICLASS: "Multi-class", Setup.BINARY: "Binary", Setup.MULTILABEL: "Multi-label"}


def page() -> None:
    """Draw the front page from the state of the visit."""
    visit = state.visit()
    too_long = state.write_link(visit)
    show_style(large=visit.large)
    with st.container(horizontal=True, vertical_alignment="center", key="title"):
        show_heading("Cross-Entropy Explorer", level=1)
        show_sharing(visit)
    _controls(visit)
    for notice in [*visit.notices, *([too_long] if too_long else [])]:
        show_text(notice, "notice")
    visit.frame = _frame(visit)
    _live()
    _numbers(visit)


def _frame(visit: state.Visit) -> tuple[object, ...]:
    """What stands around the live part: where an edit of the board changes any of it, the whole page is drawn."""
    shows_case = state.is_open("options") or state.is_open("numbers")
    shareable = visit.case_query != ""
    return visit.case.setup, tuple(visit.notices), shareable, (visit.case, visit.row) if shows_case else None


@st.fragment
def _live() -> None:
    """Draw everything that a drag changes. An edit of the board runs this part alone."""
    visit = state.visit()
    state.write_link(visit)
    if _frame(visit) != visit.frame:
        st.rerun()
    # Everything is made first and then drawn at once: what reaches the browser within a few milliseconds is one redraw
    # of the page there, what comes later is a second one.
    breakdown, row = evaluate(visit.case), visit.row
    answer = answer_data(breakdown, row)
    board = board_data(
        breakdown, row, line=_line(visit), seq=visit.seq, can_undo=bool(visit.history), problem=visit.problem
    )
    names = heading("Five names, one number") + _names_table(breakdown, row)
    names += heading("The formula, with these numbers")
    formula = explain.formula(breakdown, row)
    charts = _charts(breakdown, row)
    drawn = chart_data(charts)

    with st.container(key="answer"):
        show_answer(answer)
    with st.container(key="board"):
        show_board(board, state.apply_board_edits)
    with st.container(key="below"):  # a grid, by style.py: st.columns would be three more elements to redraw
        with st.container(key="equivalence"):
            st.html(names)
            st.latex(formula)
        with st.container(key="breakdown"):
            show_charts(charts, drawn, "charts", state.keep)


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
        state.set_widget("preset", None)  # a menu, not a mode: the case may change at once
        st.selectbox(
            "Start from",
            [preset.title for preset in PRESETS],
            index=None,
            key="preset",
            placeholder="Start from an example…",
            label_visibility="collapsed",
            width=290,
            on_change=lambda: state.choose_preset(state.widget("preset")),
        )
        show_options(visit)


def _line(visit: state.Visit) -> str:
    """What the chosen example teaches; else the options that are not at their default."""
    preset = preset_of(visit.case_query)
    return preset.lesson if preset else explain.options_summary(visit.case)


def _charts(breakdown: Breakdown, row: int) -> list[Chart]:
    """The sources of the loss, its curve, its gradient and, for three classes, the simplex."""
    case = breakdown.case
    log = "−log p" if case.unit is Unit.NATS else "−log₂ p"
    charts = [
        Chart("Where the loss comes from", figures.sources(breakdown, row), explain.sources_sentence(breakdown, row)),
        Chart(f"{log}: each class on the curve", figures.curve(breakdown, row)),
        Chart("The gradient: what each logit should do", figures.gradient(breakdown, row)),
    ]
    if case.setup is Setup.MULTICLASS and case.classes == 3:
        charts.append(Chart("All distributions over three classes", figures.simplex(breakdown, row)))
    return charts


def _numbers(visit: state.Visit) -> None:
    """Every number as a table, for those who cannot see the charts or want to take it away."""
    with st.expander("Every number, in full precision", on_change=state.keep, key="numbers") as expander:
        if not expander.open:
            return
        breakdown = evaluate(visit.case)
        tables_shown = {"stages": tables.stages(breakdown, visit.row)}
        if visit.case.examples > 1:
            tables_shown["examples"] = tables.examples(breakdown)
        for name, frame in tables_shown.items():
            st.dataframe(frame, hide_index=True, column_config=_plain(frame.columns[1:]))
            st.download_button(f"Download {name}.csv", tables.csv(frame), f"{name}.csv", on_click="ignore")


def _plain(names: Iterable[str]) -> dict[str, Any]:
    """Show every number with all its digits."""
    return {name: st.column_config.NumberColumn(format="plain") for name in names}


def _names_table(breakdown: Breakdown, row: int) -> str:
    lines = []
    for name in equivalence(breakdown, row):
        value = "—" if name.value is None else explain.number(name.value)
        mark = '<span class="same">✓</span>' if name.agrees else '<span class="other">✗</span>'
        why = f'<span class="why">{explain.html_text(name.note)}</span>' if name.note else ""
        lines.append(
            f"<tr><td><code>{_breakable(name.call)}</code>"
            f' <span class="source">{explain.html_text(name.source)}</span>{why}</td>'
            f'<td class="amount">{value} {mark}</td></tr>'
        )
    return f'<table class="explorer-names">{"".join(lines)}</table>'


def _breakable(call: str) -> str:
    """Return a call as HTML that a narrow column breaks between its words, not inside them."""
    return re.sub(r"(?<=_)(?=\w)|(?<=[a-z])(?=[A-Z])|(?=\()", "<wbr>", explain.html_text(call))
