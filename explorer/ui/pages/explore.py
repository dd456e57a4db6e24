"""The front page: the answer bar and the board, and below them where the numbers come from."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from explorer import explain, figures, tables
from explorer.breakdown import Breakdown, evaluate
from explorer.case import Setup, Unit
from explorer.equivalence import equivalence
from explorer.presets import PRESETS, preset_of
from explorer.ui import state
from explorer.ui.board import board_data, show_answer, show_board
from explorer.ui.chart import show_chart
from explorer.ui.options import show_options
from explorer.ui.sharing import show_sharing
from explorer.ui.style import show_heading, show_style, show_text

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
    breakdown = evaluate(visit.case)
    with st.container(key="answer"):
        show_answer(breakdown, visit.row, large=visit.large)
    with st.container(key="board"):
        show_board(
            board_data(
                breakdown,
                visit.row,
                seq=visit.seq,
                can_undo=bool(visit.history),
                large=visit.large,
                problem=visit.problem,
            ),
            state.apply_board_edits,
        )
    _origins(breakdown, visit.row)
    _slopes(breakdown, visit.row)
    _numbers(breakdown, visit.row)


def _controls(visit: state.Visit) -> None:
    preset = preset_of(visit.case_query)
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
        state.set_widget("preset", preset.title if preset else None)
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
        show_text(preset.lesson if preset else explain.options_summary(visit.case), "faint")


def _origins(breakdown: Breakdown, row: int) -> None:
    """The names of the loss, its two sources and its curve."""
    names, sources, curve = st.columns([1.15, 1, 1], gap="large")
    with names, st.container(key="equivalence"):
        show_heading("Five names, one number")
        st.html(_names_table(breakdown, row))
    with sources, st.container(key="breakdown"):
        show_heading("Where the loss comes from")
        show_chart(figures.sources(breakdown, row), "sources", "Cross-entropy as entropy plus divergence")
        show_text(explain.sources_sentence(breakdown, row), "faint")
    with curve, st.container(key="curve_panel"):
        log = "−log p" if breakdown.case.unit is Unit.NATS else "−log₂ p"
        show_heading(f"{log}: each class on the curve")
        show_chart(figures.curve(breakdown, row), "curve", "The loss of each class against its probability")


def _slopes(breakdown: Breakdown, row: int) -> None:
    """The gradient, the simplex where there are three classes, and the formula."""
    case = breakdown.case
    three = case.setup is Setup.MULTICLASS and case.classes == 3
    formula, gradient, *simplex = st.columns([1.15, 1, 1] if three else [1.15, 2], gap="large")
    with formula:
        show_heading("The formula, with these numbers")
        st.latex(explain.formula(breakdown, row))
    with gradient:
        show_heading("The gradient: what each logit should do")
        show_chart(figures.gradient(breakdown, row), "gradient", "The gradient of the loss by each logit")
    if simplex:
        with simplex[0]:
            show_heading("All distributions over three classes")
            show_chart(figures.simplex(breakdown, row), "simplex", "Prediction and target on the simplex")


def _numbers(breakdown: Breakdown, row: int) -> None:
    """Every number as a table, for those who cannot see the charts or want to take it away."""
    with st.expander("Every number, in full precision", on_change="rerun", key="numbers") as expander:
        if not expander.open:
            return
        frame = tables.stages(breakdown, row)
        st.dataframe(frame, hide_index=True, column_config=_plain(frame))
        st.download_button("Download as CSV", frame.to_csv(index=False), "stages.csv", "text/csv", on_click="ignore")
        if breakdown.case.examples > 1:
            ledger = tables.examples(breakdown)
            st.dataframe(ledger, hide_index=True, column_config=_plain(ledger))
            st.download_button(
                "Download the batch as CSV", ledger.to_csv(index=False), "examples.csv", "text/csv", on_click="ignore"
            )


def _plain(frame: pd.DataFrame) -> dict[str, Any]:
    """Show every number with all its digits."""
    return {name: st.column_config.NumberColumn(format="plain") for name in frame.columns[1:]}


def _names_table(breakdown: Breakdown, row: int) -> str:
    lines = []
    for name in equivalence(breakdown, row):
        value = "—" if name.value is None else explain.number(name.value)
        mark = '<span class="same">✓</span>' if name.agrees else '<span class="other">✗</span>'
        why = f'<span class="why">{explain.html_text(name.note)}</span>' if name.note else ""
        lines.append(
            f"<tr><td><code>{explain.html_text(name.call)}</code>{why}</td>"
            f'<td class="source">{explain.html_text(name.source)}</td><td class="amount">{value} {mark}</td></tr>'
        )
    return f'<table class="explorer-names">{"".join(lines)}</table>'
