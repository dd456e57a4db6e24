"""The state of a visit: the case, the open example and the page's size. The only toucher of session and link.

The link is the state. Every change is written to it, and a link that this page did not write (a first visit, the
browser's Back button, an edited address) is read afresh. So nothing is lost when a session is.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, cast

import numpy as np
import streamlit as st

from explorer import edits, share
from explorer.case import Case, Setup
from explorer.detective import Report, Suspects
from explorer.errors import InvalidCase
from explorer.evidence import Evidence, of_thread
from explorer.evidence import from_query as evidence_from_query
from explorer.evidence import to_query as evidence_to_query
from explorer.numerics import Array
from explorer.presets import PRESETS
from explorer.spelling import parse_number
from explorer.threads import THREADS
from explorer.ui.board import Edited, Problem
from explorer.ui.relay import RELAY_KEY

_MOST_UNDO = 200
_VISIT = "visit"
_PAGE = "page"
_CHOICES = "choices"


@dataclasses.dataclass
class Visit:
    """What one browser tab holds.

    ``query`` is the link that was last read or written, or that came with what a person did; ``written`` is the last of
    the first two, which the address shows or is about to.
    """

    case: Case
    view: share.View = dataclasses.field(default_factory=share.View)
    query: str | None = None
    written: str | None = None
    link: str = ""  # the query of all that is shown, which the address has or is about to have; "": there is none
    case_query: str = ""  # the part of it that is the case
    notices: list[str] = dataclasses.field(default_factory=list)
    history: list[tuple[Case, int]] = dataclasses.field(default_factory=list)
    origin: Case | None = None  # what the set-ups that were switched through since the last edit are translations of
    seq: int = 0  # the last edit of the board that was applied
    problem: Problem | None = None  # what the board was refused
    frame: tuple[object, ...] = ()  # what stood around the live part of the page when it was last drawn
    refused: dict[str, tuple[str, str]] = dataclasses.field(default_factory=dict)  # option: what was typed, why not
    evidence: Evidence = dataclasses.field(default_factory=lambda: of_thread(THREADS[0]))  # what the detective has
    suspects: tuple[Evidence, Suspects] | None = None  # of the last evidence, whatever the loss that was seen
    investigated: tuple[Evidence, Report] | None = None  # the last evidence that could be, and what came of it

    @property
    def edited(self) -> Edited:
        """What the board is told of the edits that it sent."""
        return Edited(self.seq, bool(self.history), self.problem)


def enter(page: str) -> None:
    """Note which page is about to be drawn. A click on another page brings no link along: what is there is kept."""
    moved = st.session_state.get(_PAGE, page) != page
    st.session_state[_PAGE] = page
    current = _current()
    if moved and current is not None and not _link():
        current.query = ""


def _current() -> Visit | None:
    return cast("Visit | None", st.session_state.get(_VISIT))


def visit() -> Visit:
    """Return this tab's state, reading the link where it is not the one that was written here."""
    query = _link()
    current = _current()
    if current is None or query != current.query:
        current = _read(query, current)
        st.session_state[_VISIT] = current
    return current


def detective_visit() -> Visit:
    """Return this tab's state, reading the link where it is not ours: on the detective's page it is the evidence."""
    query = _link()
    current = _current()
    if current is None:
        current = _read("", None)
        current.query = None
        st.session_state[_VISIT] = current
    if query and query != current.query:
        view, problems = share.view_from_query(query, current.case.examples)
        evidence, notices = evidence_from_query(query)
        if evidence != Evidence():  # without evidence in the link, what is there is kept
            current.evidence = evidence
        current.notices = notices + problems
        current.query = current.written = query
        _set_view(current, large=view.large)
    return current


def write_evidence_link(state: Visit) -> str | None:
    """Put the evidence into the address; return why that is not possible, "" or None."""
    try:
        query = evidence_to_query(state.evidence)
    except InvalidCase as error:
        return "" if error.part else str(error)  # a field that cannot be read says so itself
    query = (query + share.view_to_query(share.View(large=state.view.large))).removeprefix("&")
    _put(state, query)
    return None


def set_evidence(**fields: Any) -> None:
    """Change what the detective was given, field by field."""
    state = _held()
    state.evidence = dataclasses.replace(state.evidence, **fields)
    state.notices = []


def choose_thread(title: str) -> None:
    """Give the detective the numbers of a thread."""
    set_evidence(**dataclasses.asdict(of_thread(next(thread for thread in THREADS if thread.title == title))))


def _held() -> Visit:
    """Return this tab's state for something that a person has just done to it.

    It is sent with the address at the time, which lags behind where the last change has not come back yet. That is no
    link to read: what was done is done to what the page holds, after what was done on the board before it.
    """
    current = _current() or visit()
    current.query = _link()
    _apply_edits(current)
    return current


def catch_up() -> None:
    """Bring the state up to what was done on the board, for a control that changes nothing else: as ``_held`` says."""
    _held()


def _link() -> str:
    return share.join((key, value) for key in st.query_params for value in st.query_params.get_all(key))


def _read(query: str, earlier: Visit | None) -> Visit:
    case, notices = share.from_query(query)
    view, problems = share.view_from_query(query, case.examples)
    opened = Visit(case, view, query, query, notices=notices + problems)
    if earlier is not None:  # the Back button, or an edited address: the board goes on counting its edits
        opened.seq, opened.history, opened.origin = earlier.seq, _history(earlier, case), earlier.origin
    return opened


def _history(earlier: Visit, case: Case) -> list[tuple[Case, int]]:
    """Return what can be undone from a case that was opened: what came before it, or before it was opened."""
    if case == earlier.case:
        return earlier.history
    places = [place for place, (before, _) in enumerate(earlier.history) if before == case]
    return earlier.history[: places[-1]] if places else [*earlier.history, (earlier.case, earlier.view.row)]


def address(state: Visit) -> str:
    """Return the whole address of the current state."""
    return f"{(st.context.url or '').split('?')[0].rstrip('/')}/?{state.query}"


def write_link(state: Visit, *, filters: bool = False) -> str | None:
    """Put the state into the address, with the filters of the functions page where it is that page's.

    Returns why that is not possible, or None.
    """
    problem = compose_link(state, filters=filters)
    put_link(state)
    return problem


def compose_link(state: Visit, *, filters: bool = False) -> str | None:
    """Work out the link of the state and leave the address as it is; return why there is none, or None."""
    try:
        state.case_query = share.to_query(state.case)
    except InvalidCase as error:
        state.link = state.case_query = ""
        return str(error)
    view = state.view if filters else share.View(state.view.row, state.view.large)
    state.link = state.case_query + share.view_to_query(view)
    return None


def put_link(state: Visit) -> None:
    """Put the link that was worked out last into the address."""
    if state.link:
        _put(state, state.link)


def _put(state: Visit, query: str) -> None:
    if not query == state.query == state.written:
        st.query_params.from_dict(dict(share.split(query)))
        state.query = state.written = _link()


def change(case: Case, row: int | None = None) -> None:
    """Make this the current case; what was before can be undone."""
    state = _held()
    new_row = min(state.view.row if row is None else row, case.examples - 1)
    if case == state.case and new_row == state.view.row:
        return
    if case != state.case:
        state.history = [*state.history[-_MOST_UNDO:], (state.case, state.view.row)]
    _open(state, case, new_row)


def undo() -> None:
    """Go back to the case before the last change."""
    state = _held()
    if state.history:
        _open(state, *state.history.pop())


def _open(state: Visit, case: Case, row: int) -> None:
    """Show a case in place of the one to which what was refused, and what was said of the link, belonged."""
    state.case = case
    _set_view(state, row=row)
    state.problem, state.notices = None, []
    state.refused.clear()


def choose_preset(title: str) -> None:
    """Open a preset by its title."""
    change(next(preset.case for preset in PRESETS if preset.title == title), 0)


def choose_setup(setup: Setup) -> None:
    """Switch the set-up. As long as nothing else changes, every switch starts from the case that was last edited.

    So a look at the binary set-up, which has room for one logit, costs none of the others.
    """
    state = _held()
    origin = state.origin
    if origin is None or edits.with_setup(origin, state.case.setup) != state.case:
        origin = state.case
    change(edits.with_setup(origin, setup))
    state.origin = origin


def set_option(name: str, typed: Any, read: Callable[[Any], Any] = lambda value: value) -> None:
    """Change one option of the case from what was typed; a refusal is kept for its control and changes nothing else."""
    state = _held()
    try:
        change(dataclasses.replace(state.case, **{name: read(typed)}))
        state.refused.pop(name, None)
    except InvalidCase as error:
        state.refused[name] = (typed, str(error))


def set_widget(key: str, value: Any) -> None:
    """Make a control show what the state says, before it is drawn.

    Even where the session has that value already: it may be what another page's control left behind.
    """
    st.session_state[key] = value


def menu_key() -> str:
    """Return the key of the menu on the page, another one after each choice."""
    return f"menu_{st.session_state.get(_CHOICES, 0)}"


def take_choice(key: str) -> str | None:
    """Return what was chosen from the menu of this key, whose time is over then. None: of one that was before it."""
    if key != menu_key():
        return None
    st.session_state[_CHOICES] = st.session_state.get(_CHOICES, 0) + 1
    return cast("str | None", st.session_state[key])


def is_open(key: str) -> bool:
    """Return whether a popover or an expander is open."""
    return bool(st.session_state.get(key))


def widget(key: str) -> Any:
    """Return what a person has just set a control to."""
    return st.session_state[key]


def set_view(**fields: Any) -> None:
    """Change what the page shows of the case: fields of ``share.View``."""
    _set_view(_held(), **fields)


def drop_view(visit: Visit, part: str, problem: str) -> None:
    """Put a part of the view back to its default and say so."""
    _set_view(visit, **{part: ""})
    visit.notices.append(share.part_notice(part, problem))


def apply_chosen_cell() -> None:
    """Explain the cell of the functions page that was just clicked."""
    chosen = _told().get("cell")
    if isinstance(chosen, str):
        set_view(cell=chosen)


def _set_view(state: Visit, **fields: Any) -> None:
    state.view = dataclasses.replace(state.view, **fields)


def _apply_edits(state: Visit) -> None:
    """Apply the edits that the board has queued and that were not applied yet, in order."""
    edits_left = [edit for edit in _told().get("edits") or [] if int(edit["seq"]) > state.seq]
    if edits_left:
        state.seq = int(edits_left[-1]["seq"])  # at once: applying one asks for the state again
    for edit in edits_left:
        try:
            _apply(state, edit)
        except InvalidCase as error:
            state.problem = _problem(edit, error)


def _told() -> dict[str, Any]:
    """Return what the board and the cells of the page have told; nothing any more where another page is on its way."""
    return st.session_state.get(RELAY_KEY) or {}


def _apply(state: Visit, edit: dict[str, Any]) -> None:
    case, row = state.case, state.view.row
    match edit["op"]:
        case "row":
            change(_with_row(case, edit))
            state.problem = None
        case "add":
            change(edits.with_class_added(case))
        case "remove":
            change(edits.without_class(case, int(edit["class"])))
        case "add-example":
            change(edits.with_example_added(case, int(edit["row"])), int(edit["row"]) + 1)
        case "remove-example":
            removed = int(edit["row"])
            change(edits.without_example(case, removed), row - 1 if removed < row else row)
        case "open":
            change(case, int(np.clip(int(edit["row"]), 0, case.examples - 1)))
        case "undo":
            undo()


def _with_row(case: Case, edit: dict[str, Any]) -> Case:
    logits, target = _numbers(edit["logits"]), _numbers(edit["target"])
    if edit.get("normalise"):
        target = edits.normalised(target[np.newaxis])[0]
    return edits.with_row(case, int(edit["row"]), logits, target[0] if edit["hard"] else target, edit["names"])


def _numbers(texts: list[str]) -> Array:
    return np.array([parse_number(text) for text in texts])


def _problem(edit: dict[str, Any], error: InvalidCase) -> Problem:
    soft = edit.get("field") == "target" and not edit["hard"] and error.part == "targets"
    fixable = soft and edits.can_be_normalised(_numbers(edit["target"]))
    return Problem(
        message=str(error),
        row_class=edit.get("class") if edit["op"] == "row" else None,
        field=edit.get("field", ""),
        text=edit.get("text", ""),
        draft=tuple(edit["target"]) if fixable else None,
        normalise={**edit, "normalise": True} if fixable else None,
    )
