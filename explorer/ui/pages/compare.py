"""The same logits under the three set-ups, side by side, and what is true and what is mixed up between them."""

from __future__ import annotations

import streamlit as st

from explorer import compare
from explorer.breakdown import evaluate
from explorer.ui import state
from explorer.ui.header import frame, live_visit, show_header
from explorer.ui.names import names_table
from explorer.ui.readings import readings_data, show_readings
from explorer.ui.relay import relay_html, show_relay
from explorer.ui.style import heading, paragraph


def page() -> None:
    """Draw the page from the state of the visit."""
    visit = state.visit()
    show_header("One set of logits, read three ways", visit, state.write_link(visit))
    visit.frame = frame(visit)
    with st.container(key="board"):
        show_readings()
    with st.container(key="comparisons"):
        _live()


@st.fragment
def _live() -> None:
    """Draw everything that a drag changes. An edit of the board runs this part alone."""
    with live_visit() as visit:
        row = visit.view.row
        data = readings_data(evaluate(visit.case), compare.readings(visit.case), row, visit.edited)
        cards = "".join(
            f"<section>{heading(each.title)}{paragraph(each.sentence)}{names_table(each.names)}</section>"
            for each in compare.comparisons(visit.case, row)
        )
        st.html(f'<div class="explorer-cards">{cards}</div>{relay_html(link=visit.link, readings=data)}')
        show_relay(on_edits=state.catch_up)
