"""The detective: which mistake gives the loss that a person saw?"""

from __future__ import annotations

import re
import time

import streamlit as st

from explorer import evidence, share
from explorer.case import Case
from explorer.detective import MISTAKES, NONE, NOT_REPRODUCED, OUT_OF_REACH, Finding, Report, Suspects
from explorer.dialects.catalogue import Feed
from explorer.errors import InvalidCase
from explorer.evidence import FIELDS, Evidence
from explorer.explain import html_text, number
from explorer.spelling import counted
from explorer.threads import THREADS
from explorer.ui import state
from explorer.ui.code import show_code
from explorer.ui.header import show_notices, show_title
from explorer.ui.matrix import cell_id
from explorer.ui.menu import show_menu
from explorer.ui.style import heading, paragraph, show_text

_FIRST = 3  # findings that are shown at once
_MOST_EDITED = 200_000  # characters; a longer text is not drawn
_TELL_EVERY = 0.25  # seconds; what is done sooner needs no telling
_DOUBTFUL = 0.01  # the chance of an accident from which more digits are asked for

_LABELS = {
    "inputs": "What the model gave: logits, log-probabilities or probabilities",
    "targets": "Targets: class indices, one-hot, soft, 0/1 or −1/1",
    "observed": "The loss in the log, with all its digits",
    "weight": "weight: one a class, or one an example",
    "pos_weight": "pos_weight: one a label",
    "label_smoothing": "label_smoothing",
    "ignore_index": "ignore_index",
    "more_inputs": "What the model gave for it",
    "more_targets": "Its targets",
    "more_observed": "Its loss",
}
_PLACEHOLDERS = {
    "inputs": "tensor([[2.0, 1.0, 0.1],\n        [0.5, 2.5, -1.0]])",
    "targets": "tensor([0, 1])",
    "observed": "0.5514",
}
_OPTIONS = ("weight", "pos_weight", "label_smoothing", "ignore_index")
_SECOND = ("more_inputs", "more_targets", "more_observed")


def page() -> None:
    """Draw the page from the state of the visit."""
    visit = state.detective_visit()
    too_long = state.write_evidence_link(visit)
    show_title("Which mistake gives the number I saw?", visit)
    show_notices(visit, too_long)
    visit.frame = _frame(visit, too_long)
    _live()


@st.fragment
def _live() -> None:
    """Draw what is given and what is found. A change of a field runs this part alone."""
    visit = state.detective_visit()
    if _frame(visit, state.write_evidence_link(visit)) != visit.frame:
        st.rerun()
    with st.container(key="detective"):
        with st.container(key="evidence"):
            known = visit.investigated is not None and visit.investigated[0] == visit.evidence
            problems = {} if known else evidence.problems_of(visit.evidence)
            report = _investigated(visit, problems)
            _fields(visit, problems)
        with st.container(key="findings"):
            _findings(visit, report, problems)


def _frame(visit: state.Visit, too_long: str | None) -> tuple[object, ...]:
    """What stands around the live part: where a change of a field changes it, the whole page is drawn."""
    return tuple(visit.notices), too_long


# ---------------------------------------------------------------------------------------------------- the evidence


def _fields(visit: state.Visit, problems: dict[str, str]) -> None:
    show_menu("Start from a real question…", [thread.title for thread in THREADS], state.choose_thread)
    _about(visit.evidence)
    _area("inputs", visit, problems, 170)
    _area("targets", visit, problems, 90)
    _line("observed", visit, problems)
    _files()
    given = [name for name in _OPTIONS if getattr(visit.evidence, name)]
    with st.expander("Options that the loss was given", expanded=bool(given)):
        for name in _OPTIONS:
            _line(name, visit, problems)
    with st.expander("A second batch through the same code", expanded=visit.evidence.has_more):
        show_text("What two batches have in common is hardly ever an accident.", "faint")
        _area("more_inputs", visit, problems, 110)
        _area("more_targets", visit, problems, 68)
        _line("more_observed", visit, problems)


def _about(given: Evidence) -> None:
    """What was asked in the thread whose numbers these are."""
    thread = next((thread for thread in THREADS if evidence.of_thread(thread) == given), None)
    if thread is None:
        return
    source = _link(thread.source, "the thread") if thread.source else "a forum"
    asked = f"<code>{html_text(thread.call)}</code> {html_text(thread.question)} <small>From {source}."
    st.html(f'<p class="explorer-question">{asked} {html_text(thread.chosen)}</small></p>')


def _area(name: str, visit: state.Visit, problems: dict[str, str], height: int) -> None:
    text = getattr(visit.evidence, name)
    if isinstance(text, bytes) or len(text) > _MOST_EDITED:
        size = counted(len(text), "byte" if isinstance(text, bytes) else "character")
        show_text(f"{_LABELS[name]}: {size}", "faint")
        st.button("Clear", key=f"clear_{name}", on_click=lambda: state.set_evidence(**{name: ""}))
        _problem(name, problems)
        return
    key = _shown(name, visit)
    st.text_area(
        _LABELS[name],
        key=key,
        height=height,
        placeholder=_PLACEHOLDERS.get(name),
        on_change=lambda: state.set_evidence(**{name: state.widget(key)}),
    )
    _problem(name, problems)


def _files() -> None:
    with st.expander("From files: CSV, TSV, JSON, or a print saved as text"):
        for name in ("inputs", "targets"):
            key = f"file_{name}"
            st.file_uploader(
                FIELDS[name].title.capitalize(),
                ["csv", "tsv", "txt", "json"],
                key=key,
                on_change=_take_file,
                args=(name, key),
            )


def _take_file(name: str, key: str) -> None:
    file = state.widget(key)
    if file is not None:
        state.set_evidence(**{name: file.getvalue()})


def _line(name: str, visit: state.Visit, problems: dict[str, str]) -> None:
    key = _shown(name, visit)
    st.text_input(
        _LABELS[name],
        key=key,
        placeholder=_PLACEHOLDERS.get(name, "not set"),
        on_change=lambda: state.set_evidence(**{name: state.widget(key)}),
    )
    _problem(name, problems)


def _shown(name: str, visit: state.Visit) -> str:
    key = f"evidence_{name}"
    state.set_widget(key, getattr(visit.evidence, name))
    return key


def _problem(name: str, problems: dict[str, str]) -> None:
    if name in problems:
        show_text(problems[name], "problem")


def _investigated(visit: state.Visit, problems: dict[str, str]) -> Report | None:
    """The report on the evidence, or None; what does not fit together is added to the problems of its field."""
    if problems or not visit.evidence.complete:
        return None
    if visit.investigated is None or visit.investigated[0] != visit.evidence:
        try:
            visit.investigated = visit.evidence, evidence.report(visit.evidence, _suspects(visit))
        except InvalidCase as error:
            problems[error.part if error.part in FIELDS else "inputs"] = str(error)
            return None
    return visit.investigated[1]


def _suspects(visit: state.Visit) -> Suspects:
    """Every pipeline on the evidence; another loss is held against those that there are."""
    unasked = visit.evidence.unasked
    if visit.suspects is None or visit.suspects[0] != unasked:
        place, told = None, time.monotonic()  # no place on the page for what is done before it could be seen

        def tell(done: float) -> None:
            nonlocal place, told
            if time.monotonic() - told > _TELL_EVERY:
                told = time.monotonic()
                place = place or st.empty()
                place.progress(min(done, 1.0), "Trying every pipeline…")

        try:
            visit.suspects = unasked, evidence.suspects(visit.evidence, tell)
        finally:
            if place:
                place.empty()
    return visit.suspects[1]


# ---------------------------------------------------------------------------------------------------- the findings


def _findings(visit: state.Visit, report: Report | None, problems: dict[str, str]) -> None:
    if report is None:
        if visit.investigated is None:
            show_text("What gives the number will stand here.", "faint")
        missing = [
            _LABELS[name].split(":")[0]
            for name in ("inputs", "targets", "observed")
            if not getattr(visit.evidence, name).strip()
        ]
        if missing and not problems:
            show_text(f"Still missing: {'; '.join(missing)}.", "faint")
        if visit.investigated is None:
            return
        show_text("These are the findings for what was there before:", "faint")
        given, report = visit.investigated
    else:
        given = visit.evidence
    case = evidence.right_case(given)
    query = _query_of(case)
    first = report.findings[0]
    cards = [_card(finding, _ways_on(finding, case, query), leading=finding is first) for finding in report.findings]
    st.html(_verdict(first, given) + cards[0])
    if case is not None:
        show_code(case, "The right call as code")
    if cards[1:]:
        title = "The same number also comes from" if first.matches else "Further away"
        st.html(heading(title) + "".join(cards[1:_FIRST]))
    if cards[_FIRST:]:
        with st.expander(f"{len(cards) - _FIRST} more"):
            st.html("".join(cards[_FIRST:]))
    show_text(_odds(report, first), "faint")
    show_text(OUT_OF_REACH, "faint")


def _verdict(first: Finding, given: Evidence) -> str:
    if first.mistake == NOT_REPRODUCED:
        return heading(f"No pipeline gives {evidence.as_seen(given.observed)}")
    if not first.matches:
        return heading(f"No pipeline gives exactly {evidence.as_seen(given.observed)}. The nearest:")
    if first.mistake == NONE:
        return heading("This is the right call")
    return heading("This is how the number comes about")


def _card(finding: Finding, ways: str, *, leading: bool) -> str:
    unknown = finding.mistake == NOT_REPRODUCED
    facts = [
        (
            "what these inputs give" if unknown else "what was computed",
            f"{_code(finding.pipeline)} = <b>{number(finding.value)}</b>",
        ),
        ("check" if unknown else "" if finding.mistake == NONE else "write instead", _code(finding.fix)),
    ]
    rows = "".join(f"<dt>{term}</dt><dd>{said}</dd>" for term, said in facts if term)
    notes = ""
    if re.search(r"\bkept\b", finding.pipeline + finding.fix):
        notes = paragraph("Here kept says of each row whether it counts: y != ignore_index.", "faint")
    if finding.tied_with:
        titles = "; ".join(MISTAKES[other].title for other in finding.tied_with)
        notes += paragraph(f"Always the same number as: {titles}. {finding.tie}", "faint")
    return (
        f'<section class="explorer-finding{" leading" if leading else ""}">{heading(finding.title, 3)}'
        f"{paragraph(finding.explanation)}<dl>{rows}</dl>{notes}{ways}</section>"
    )


def _code(text: str) -> str:
    return f"<code>{html_text(text)}</code>"


def _query_of(case: Case | None) -> str:
    """The right call as a link, or "" where there is none."""
    try:
        return "" if case is None else share.to_query(case)
    except InvalidCase:
        return ""


def _ways_on(finding: Finding, case: Case | None, query: str) -> str:
    """Links to the right call on the front page, and to the cell of the functions page that is the finding's call."""
    if case is None or not evidence.is_about(finding, case):
        return ""
    if not query:
        return paragraph("This case is too large for the board.", "faint")
    called = evidence.as_called(finding, case)
    if called is None:
        functions = _link(f"functions?{query}", "The right call in Functions")
    else:
        cell = share.view_to_query(share.View(cell=cell_id(finding.function, Feed(finding.feed))))
        opened = query if called is case else share.to_query(called)
        functions = _link(f"functions?{opened}{cell}", "Open in Functions")
    return f'<p class="explorer-ways">{_link(f"./?{query}", "Open on the board")} {functions}</p>'


def _link(address: str, text: str) -> str:
    return f'<a href="{html_text(address)}" target="_self">{html_text(text)}</a>'


def _odds(report: Report, first: Finding) -> str:
    """What a match is worth at this many decimals."""
    tried = f"{counted(report.pipelines, 'pipeline')} {'was' if report.pipelines == 1 else 'were'} tried"
    if first.mistake == NOT_REPRODUCED:
        return f"{tried}."
    percent = 100.0 * report.chance
    share_text = f"{percent:.0f} %" if percent >= 1.0 else "less than 1 %" if percent >= 0.1 else "less than 0.1 %"
    decimals = counted(report.decimals, "decimal")
    said = f"{tried}; with {decimals}, some unrelated one comes this near in {share_text} of cases."
    if report.chance > _DOUBTFUL and first.matches:
        said += " Give more digits, or a second batch, to be sure."
    return said
