"""Which function takes what: the loss to call, and what every function makes of the case, however it is fed."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from explorer import feeding
from explorer.breakdown import evaluate
from explorer.case import Case, Setup
from explorer.dialects.catalogue import FUNCTIONS, Feed, Function, Library
from explorer.explain import html_text, number
from explorer.feeding import Cell, Row, Verdict
from explorer.share import View
from explorer.spelling import excerpt
from explorer.ui import state
from explorer.ui.board import board_data, show_board
from explorer.ui.header import frame, live_visit, show_header
from explorer.ui.matrix import cell_id, class_name, matrix_data, show_matrix
from explorer.ui.names import breakable
from explorer.ui.relay import relay_html, show_relay
from explorer.ui.style import heading, paragraph, show_heading, show_text

_READ_AS = {
    Setup.MULTICLASS: "one of several classes",
    Setup.BINARY: "yes or no",
    Setup.MULTILABEL: "any of several labels",
}


def page() -> None:
    """Draw the page from the state of the visit."""
    visit = state.visit()
    _drop_unknown_filters(visit)
    show_header("Which function takes what", visit, state.write_link(visit, filters=True))
    _filters(visit)
    visit.frame = frame(visit)
    with st.container(key="functions"):
        with st.container(key="case"):
            with st.container(key="board"):
                show_board(compact=True)
            _live()
        with st.container(key="matrix_place"):
            show_matrix()
    _equivalents()


def _drop_unknown_filters(visit: state.Visit) -> None:
    """Leave out what the link says of filters that there are not, and say so."""
    known: dict[str, set[str]] = {
        "library": set(Library),
        "ends": {feed.ending for feed in Feed},
        "cell": {cell_id(function.id, feed) for function in FUNCTIONS for feed in Feed},
    }
    for part, values in known.items():
        said = getattr(visit.view, part)
        if said and said not in values:
            state.drop_view(visit, part, f"It is {excerpt(said)}, which this page does not have.")


# ------------------------------------------------------------------------------------------ which loss do I call?


def _filters(visit: state.Visit) -> None:
    show_heading("Which loss do I call?")
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        for label, part, options in (
            ("My library", "library", list(Library)),
            ("My model ends with", "ends", [feed.ending for feed in Feed]),
        ):
            key = f"filter_{part}"
            state.set_widget(key, getattr(visit.view, part) or None)
            st.segmented_control(label, options, key=key, on_change=_filter, args=(part, key))
    libraries = [Library(visit.view.library)] if visit.view.library else list(Library)
    feed = _feed(visit.view.ends) if visit.view.ends else Feed.LOGITS
    lines = "".join(_recommended(library, visit.case, feed) for library in libraries)
    read = _READ_AS[visit.case.setup]
    ending = f"The model ends with {feed.ending}" + ("" if visit.view.ends else ", as it should")
    st.html(paragraph(f"{ending}; the targets are {read}.", "faint") + f'<div class="explorer-calls">{lines}</div>')


def _filter(part: str, key: str) -> None:
    state.set_view(**{part: state.widget(key) or "", "cell": ""})


def _feed(ending: str) -> Feed:
    return next(feed for feed in Feed if feed.ending == ending)


def _recommended(library: Library, case: Case, feed: Feed) -> str:
    soft = case.setup is Setup.MULTICLASS and not case.has_index_targets
    found = feeding.recommend(library, case.setup, feed, "distributions" if soft else None)
    codes = [code for code in (found.code, found.as_class) if code]
    listed = "".join(f"<code>{breakable(code)}</code>" for code in codes)
    return f"<section>{heading(library, 3)}<div>{listed}</div>{paragraph(found.sentence, 'faint')}</section>"


# -------------------------------------------------------------------------------------------------- the live part


@st.fragment
def _live() -> None:
    """Draw what a drag or a click on a cell changes. An edit of the board runs this part alone."""
    with live_visit(filters=True) as visit:
        rows = _shown(feeding.matrix(visit.case, visit.view.row), visit.view.library)
        row, cell = _chosen(rows, visit.view)
        relay = relay_html(
            link=visit.link,
            board=board_data(evaluate(visit.case), visit.view.row, edited=visit.edited),
            matrix=matrix_data(rows, visit.view.ends, cell_id(row.function.id, cell.feed), visit.case.unit),
        )
        explanation = _explanation(row, cell)
        with st.container(key="explanation"):
            st.html(explanation + relay)
            st.code(cell.call, language="python", wrap_lines=True)
            st.latex(_in_lines(row.function.formula))
            show_text(row.function.note, "faint")
            st.link_button(f"{row.function.library}’s own page", row.function.source)
        show_relay(on_edits=state.catch_up, on_cell=state.apply_chosen_cell)


def _shown(rows: Iterable[Row], library: str) -> list[Row]:
    """The rows of the chosen library, or all; those that are meant for the set-up come first."""
    return sorted((row for row in rows if library in {"", row.function.library}), key=lambda row: not row.meant)


def _chosen(rows: list[Row], view: View) -> tuple[Row, Cell]:
    """The cell that was clicked; else a right one, of the column that is asked about where it has one.

    Of the right ones it is the first that gives the loss of the case, where there is one: some clip, or say nan.
    """
    cells = [(row, cell) for row in rows for cell in row.cells]
    clicked = [(row, cell) for row, cell in cells if cell_id(row.function.id, cell.feed) == view.cell]
    right = [(row, cell) for row, cell in cells if cell.verdict is Verdict.RIGHT]
    right.sort(key=lambda each: not each[1].agrees)
    asked = [(row, cell) for row, cell in right if cell.feed.ending == view.ends]
    return [*clicked, *asked, *right, *cells][0]


def _in_lines(formula: str) -> str:
    """A loss and its reduction below each other, for a narrow panel."""
    lines = formula.replace(r", \quad ", r"\\ &")
    return rf"\begin{{aligned}}&{lines}\end{{aligned}}"


def _explanation(row: Row, cell: Cell) -> str:
    value = "" if cell.value is None else f"<b>{number(cell.value)}</b> "
    verdict = f'<span class="{cell.verdict.name.lower()}">{cell.verdict}</span>'
    title = heading(f"{row.function.title}, fed with {cell.feed}")
    return f"{title}<p class='explorer-verdict'>{value}{verdict}</p>{paragraph(cell.explanation)}"


# ------------------------------------------------------------------------------------- the same in other libraries


def _equivalents() -> None:
    """A line for each thing that the libraries have a function for."""
    head = "".join(f"<th>{html_text(library)}</th>" for library in Library)
    lines = []
    for each in feeding.equivalents():
        cells = "".join(f"<td>{_named(each.functions.get(library, ()))}</td>" for library in Library)
        lines.append(f"<tr><th>{html_text(each.title)}<small>{html_text(each.note)}</small></th>{cells}</tr>")
    st.html(
        heading("The same thing in other libraries")
        + f'<div class="explorer-equivalents"><table><thead><tr><th></th>{head}</tr></thead>'
        + f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _named(functions: Iterable[Function]) -> str:
    """Functions under each of their names: the functional one, and the class."""
    names = [name for function in functions for name in (function.title, class_name(function)) if name]
    return "".join(f"<code>{breakable(name)}</code>" for name in names) or "—"
