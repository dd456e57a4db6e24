"""The front page: the answer bar and the board, and below them where the numbers come from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import streamlit as st

from explorer import explain, figures, tables
from explorer.breakdown import Breakdown, evaluate
from explorer.case import Case, Setup, Unit
from explorer.equivalence import equivalence
from explorer.presets import preset_of
from explorer.ui import state
from explorer.ui.board import answer_data, board_data, show_answer, show_board
from explorer.ui.charts import Chart, chart_data, show_charts, show_enlarged
from explorer.ui.header import frame, live_visit, show_header
from explorer.ui.names import names_table
from explorer.ui.relay import relay_html, show_relay
from explorer.ui.style import heading

_HOW_TO_READ = "Each row is a class: follow it from its logit to what it adds to the loss."


def page() -> None:
    """Draw the front page from the state of the visit."""
    visit = state.visit()
    show_header("Cross-Entropy Explorer", visit, state.write_link(visit))
    visit.frame = frame(visit, "numbers")
    with st.container(key="answer"):
        show_answer()
    with st.container(key="board"):
        show_board()
    with st.container(key="below"):
        with st.container(key="equivalence"):
            _live()
        with st.container(key="breakdown"):
            enlarged = show_charts(state.catch_up)
    if enlarged is not None:
        charts = _charts(evaluate(visit.case), visit.view.row)
        show_enlarged(charts[min(enlarged, len(charts) - 1)])
    _numbers(visit)


@st.fragment
def _live() -> None:
    """Draw what a drag changes. An edit of the board runs this part alone."""
    with live_visit("numbers") as visit:
        # Everything is made first and then drawn at once: what reaches the browser within a few milliseconds is one
        # redraw of the page there, what comes later is a second one.
        breakdown, row = evaluate(visit.case), visit.view.row
        relay = relay_html(
            link=visit.link,
            answer=answer_data(breakdown, row),
            board=board_data(breakdown, row, line=_line(visit), edited=visit.edited),
            charts=chart_data(_charts(breakdown, row)),
        )
        names = heading("Five names, one number") + names_table(equivalence(breakdown, row))
        names += heading("The formula, with these numbers")
        formula = explain.formula(breakdown, row)
        st.html(names + relay)
        st.latex(formula)
        show_relay(on_edits=state.catch_up)


def _line(visit: state.Visit) -> str:
    """What the chosen example teaches; else the options that are not at their default, or how to read the board.

    Never empty: the board would move under the hand that makes the first change.
    """
    preset = preset_of(visit.case_query)
    return preset.lesson if preset else explain.options_summary(visit.case) or _HOW_TO_READ


def _charts(breakdown: Breakdown, row: int) -> list[Chart]:
    """The sources of the loss, its curve, its gradient and, for three classes, the simplex."""
    case = breakdown.case
    log = "−log p" if case.unit is Unit.NATS else "−log₂ p"
    charts = [
        Chart(
            f"Where the loss{_of(case, row)} comes from",
            figures.sources(breakdown, row),
            explain.sources_sentence(breakdown, row),
        ),
        Chart(f"{log}: each class on the curve", figures.curve(breakdown, row)),
        Chart("The gradient: what each logit should do", figures.gradient(breakdown, row)),
    ]
    if case.setup is Setup.MULTICLASS and case.classes == 3:
        charts.append(Chart("All distributions over three classes", figures.simplex(breakdown, row)))
    return charts


def _of(case: Case, row: int) -> str:
    """Of what the chart shows the loss, where that is not the loss of the case."""
    of = [f"example {row + 1}"] if case.examples > 1 else []
    if case.setup is Setup.MULTILABEL and case.classes > 1:
        of.append(f"all {case.classes} labels")
    return f" of {', '.join(of)}" + "," * (len(of) - 1) if of else ""


def _numbers(visit: state.Visit) -> None:
    """Every number as a table, for those who cannot see the charts or want to take it away."""
    with st.expander("Every number, in full precision", on_change=state.catch_up, key="numbers") as expander:
        if not expander.open:
            return
        breakdown = evaluate(visit.case)
        tables_shown = {"stages": tables.stages(breakdown, visit.view.row)}
        if visit.case.examples > 1:
            tables_shown["examples"] = tables.examples(breakdown)
        for name, frame in tables_shown.items():
            st.dataframe(frame, hide_index=True, column_config=_plain(frame.columns[1:]))
            st.download_button(f"Download {name}.csv", tables.csv(frame), f"{name}.csv", on_click="ignore")


def _plain(names: Iterable[str]) -> dict[str, Any]:
    """Show every number with all its digits."""
    return {name: st.column_config.NumberColumn(format="plain") for name in names}
