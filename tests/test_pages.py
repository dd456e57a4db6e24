"""The pages beside the first one, run without a browser: they open from their links, and all of them hold one case."""

import html
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from test_app import BATCH, BINARY, HOSTILE_LINKS, HOSTILE_NAMES, MULTILABEL, OPTIONS, PAGE_TAGS, SETUPS, Tags

from explorer import Case, compare, share
from explorer.explain import html_text
from explorer.palette import NEUTRAL
from explorer.presets import PRESETS
from explorer.share import DEFAULT_QUERY
from explorer.ui.names import names_table

Opener = Callable[..., Any]

SOFT = DEFAULT_QUERY.replace("y=0", "q=0.7,0.2,0.1")


@pytest.fixture
def open_compare(open_page: Opener) -> Opener:
    """Open the Compare page at a link."""
    return lambda query="": open_page(query, at="compare")


def numbers(values: Any) -> list[float]:
    """Numbers as the browser reads them: infinities and nan travel as texts."""
    return [float(value) for value in np.atleast_1d(values)]


def assert_reads(page: Any, case: Case) -> None:
    """The link and the board are this case's, the panels its three readings, and the cards what is compared of it."""
    assert not page.test.exception
    assert page.case == case
    row = page.board["row"]
    np.testing.assert_array_equal(numbers(page.board["logits"]), np.atleast_1d(case.logits[row]))
    for sent, reading in zip(page.readings, compare.readings(case), strict=True):
        breakdown = reading.breakdown
        assert [sent[text] for text in ("title", "question", "meaning")] == [
            reading.title,
            reading.question,
            reading.meaning,
        ]
        assert (sent["setup"], sent["names"]) == (breakdown.case.setup, list(breakdown.case.names))
        assert [tuple(source) for source in sent["sources"]] == list(reading.sources)
        unreduced = breakdown.case.reduction == "none"
        expected = {
            "p": breakdown.probabilities[row],
            "nll": breakdown.nll[row],
            "target": breakdown.target_distribution[row],
            "gradient": np.atleast_1d(breakdown.gradient[row]),
            "loss": [breakdown.per_example[row] if unreduced else breakdown.loss],
        }
        found = {**sent["stages"], "gradient": sent["gradient"], "loss": sent["perExample" if unreduced else "loss"]}
        for what, values in expected.items():
            np.testing.assert_array_equal(numbers(found[what]), values, err_msg=f"{what} of {reading.title}")
    (cards,) = [body for body in page.html if "explorer-cards" in body and "<section>" in body]
    for comparison in compare.comparisons(case, row):
        assert f">{html_text(comparison.title)}</h2>" in cards
        assert f">{html_text(comparison.sentence)}</p>" in cards
        assert names_table(comparison.names) in cards


# ------------------------------------------------------------------------------------------------- Compare: opening


def test_it_opens_on_the_default_case(open_compare: Opener) -> None:
    page = open_compare()
    assert page.query == DEFAULT_QUERY
    assert_reads(page, share.from_query(DEFAULT_QUERY)[0])
    assert [reading["title"] for reading in page.readings] == ["Softmax", "One sigmoid", "3 sigmoids"]
    assert [round(reading["loss"], 4) for reading in page.readings] == [0.4170, 0.1269, 0.7282]
    assert any(">One set of logits, read three ways</h1>" in body for body in page.html)
    assert page.texts("notice") == []


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.title)
def test_every_preset_opens_from_its_link(preset: Any, open_compare: Opener) -> None:
    page = open_compare(preset.query)
    assert page.query == preset.query
    assert page.texts("notice") == []
    assert_reads(page, preset.case)


@pytest.mark.parametrize(("link", "state", "notice"), HOSTILE_LINKS.values(), ids=HOSTILE_LINKS.keys())
def test_a_bad_link_is_told_and_falls_back(link: str, state: str, notice: str, open_compare: Opener) -> None:
    page = open_compare(link)
    assert page.query == state
    assert_reads(page, share.from_query(state)[0])
    notices = "".join(page.texts("notice"))
    assert bool(notices) is bool(notice)
    assert notice in html.unescape(notices) or notice in notices


@pytest.mark.parametrize("view", ["", "&row=3", "&size=large", "&row=4&size=large"])
def test_the_link_holds_the_view(view: str, open_compare: Opener) -> None:
    page = open_compare(BATCH + view)
    assert page.query == BATCH + view
    assert page.board["row"] == (int(view[5]) - 1 if "row" in view else 0)
    assert any("font-size: 21px" in body for body in page.html) is ("large" in view)
    assert_reads(page, share.from_query(BATCH)[0])


@pytest.mark.parametrize("name", HOSTILE_NAMES)
@pytest.mark.parametrize("setup", SETUPS)
def test_names_are_text_everywhere(name: str, setup: str, open_compare: Opener) -> None:
    logits, target = ([1.0], [1.0]) if setup == "binary" else ([[1.0, 2.0]], [[0.0, 1.0]])
    case = Case(setup, logits, target, [name, "other"])
    page = open_compare(share.to_query(case))
    assert_reads(page, case)
    assert page.readings[0]["names"] == [name, "other"]
    tags = Tags()
    for body in page.html:
        tags.feed(body)
    assert tags.found <= PAGE_TAGS | {"div", "section"}
    assert f"Between {name} and other alone" in tags.text


# ------------------------------------------------------------------------------------------------- Compare: changing


@pytest.mark.parametrize(
    ("link", "changes", "expected"),
    [
        (DEFAULT_QUERY, {"logits": ["-3", "1", "0.1"]}, DEFAULT_QUERY.replace("z=2", "z=-3")),
        (DEFAULT_QUERY, {"logits": ["inf", "nan", "-inf"]}, DEFAULT_QUERY.replace("z=2,1,0.1", "z=inf,nan,-inf")),
        (DEFAULT_QUERY, {"target": ["2"]}, DEFAULT_QUERY.replace("y=0", "y=2")),
        (DEFAULT_QUERY, {"target": ["0.7", "0.2", "0.1"], "hard": False}, SOFT),
        (DEFAULT_QUERY, {"names": ["cat", "dog", "wolf"]}, DEFAULT_QUERY.replace("fox", "wolf")),
        (BATCH + "&row=2", {"logits": ["0", "0", "9"]}, BATCH.replace("0.5,2.5,-1", "0,0,9") + "&row=2"),
        (BINARY, {"logits": ["-2"]}, BINARY.replace("1.5", "-2")),
        (BINARY, {"target": ["0"]}, BINARY.replace("y=1", "y=0")),
        (MULTILABEL, {"logits": ["2", "0.5", "7"], "target": ["1", "0", "1"]},
         MULTILABEL.replace("-1&y=1,1,0", "7&y=1,0,1")),
    ],
)  # fmt: skip
def test_an_edit_of_the_board_moves_every_reading(
    link: str, changes: dict[str, Any], expected: str, open_compare: Opener
) -> None:
    page = open_compare(link)
    page.edit(page.row(1, **changes))
    assert page.query == expected
    assert page.board["seq"] == 1
    assert_reads(page, share.from_query(expected)[0])
    page.edit({"op": "undo", "seq": 2})
    assert page.query == link
    assert_reads(page, share.from_query(link)[0])


def test_classes_and_examples_are_added_and_removed(open_compare: Opener) -> None:
    page = open_compare()
    page.edit({"op": "add", "seq": 1}, {"op": "remove", "class": 0, "seq": 2})
    page.edit({"op": "add-example", "row": 0, "seq": 3})
    assert page.query == "setup=multiclass&z=1,0.1,0;1,0.1,0&y=0,0&names=dog,fox,class%203&row=2"
    assert_reads(page, page.case)


def test_a_refused_edit_says_why_and_keeps_the_readings(open_compare: Opener) -> None:
    page = open_compare()
    page.edit(page.row(1, logits=["abc", "1", "0.1"], field="logit", text="abc", **{"class": 0}))
    assert "'abc' is not a number" in page.board["error"]["message"]
    assert page.query == DEFAULT_QUERY
    assert_reads(page, share.from_query(DEFAULT_QUERY)[0])


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.title)
def test_switching_the_set_up_there_and_back_loses_nothing(preset: Any, open_compare: Opener) -> None:
    page = open_compare(preset.query)
    start = preset.case.setup.value
    for setup in [*(other for other in SETUPS if other != start), start]:
        page.test.segmented_control(key="setup").set_value(setup).run()
        assert page.board["setup"] == page.case.setup == setup
        assert_reads(page, page.case)
    assert page.query == preset.query


@pytest.mark.parametrize(("link", "control", "expected"), OPTIONS.values(), ids=OPTIONS.keys())
def test_an_option_changes_the_link_and_the_readings(
    link: str, control: Any, expected: str, open_compare: Opener
) -> None:
    page = open_compare(link)
    page.open("options")
    control(page)
    assert page.query == expected
    assert page.texts("problem") == []
    assert_reads(page, share.from_query(expected)[0])


def test_a_preset_from_the_menu(open_compare: Opener) -> None:
    page = open_compare(BATCH + "&row=3")
    page.test.selectbox(key="preset").select("Rare positives: pos_weight").run()
    (preset,) = [preset for preset in PRESETS if preset.title == "Rare positives: pos_weight"]
    assert page.query == preset.query
    assert_reads(page, preset.case)


# link: the colours of the rows of each panel; None for what is a plain 0, set against one of the board's classes
COLOURS: dict[str, tuple[list[int | None], list[int | None], list[int | None]]] = {
    DEFAULT_QUERY: ([0, 1, 2], [None, 0], [0, 1, 2]),
    BINARY: ([0, 1], [0, 1], [0, 1]),
    "z=2,1&y=0": ([0, 1], [0, 1], [0, 1]),
    "z=2&y=0": ([0], [None, 0], [0]),
    MULTILABEL: ([0, 1, 2], [None, 0], [0, 1, 2]),
    "setup=multilabel&z=2&y=1": ([None, 0], [None, 0], [0]),
}


@pytest.mark.parametrize(("link", "panels"), COLOURS.items(), ids=list(COLOURS))
def test_a_class_has_one_colour_on_the_board_and_in_every_panel(link: str, panels: Any, open_compare: Opener) -> None:
    page = open_compare(link)
    of_board = page.board["colours"]
    for sent, classes in zip(page.readings, panels, strict=True):
        assert sent["colours"] == [NEUTRAL if index is None else of_board[index] for index in classes]


# ------------------------------------------------------------------------------------------------- between the pages

PAGES = ("explore", "compare", "functions")  # those that show the case
BETWEEN = [(start, other) for start in PAGES for other in PAGES if start != other]


def parts(page: Any) -> set[str]:
    """What a page has on it beside the board, by which it is known."""
    return set(page.sent) & {"answer", "readings", "matrix"}


OF_PAGE = {"explore": {"answer"}, "compare": {"readings"}, "functions": {"matrix"}}


@pytest.mark.parametrize("link", [BATCH + "&row=3&size=large", SOFT + "&T=2&unit=bits", BINARY, MULTILABEL])
def test_a_click_in_the_navigation_takes_the_case_along(link: str, open_page: Opener) -> None:
    page = open_page(link)
    row = page.board["row"]
    for at in ("compare", "functions", "explore", "functions", "compare", "explore"):
        page.follow(at)
        assert not page.test.exception
        assert parts(page) == OF_PAGE[at]
        assert page.query == link
        assert page.board["row"] == row
        assert page.texts("notice") == []


def test_a_look_at_a_page_without_the_case_loses_nothing(open_page: Opener) -> None:
    page = open_page(BATCH + "&row=3")
    page.follow("detective")
    assert not page.test.exception
    assert BATCH not in page.query
    page.follow("compare")
    assert page.query == BATCH + "&row=3"
    assert_reads(page, share.from_query(BATCH)[0])


@pytest.mark.parametrize(("start", "other"), BETWEEN)
def test_what_is_changed_on_one_page_is_changed_on_the_other(start: str, other: str, open_page: Opener) -> None:
    page = open_page(at=start)
    page.edit(page.row(1, logits=["5", "1", "0.1"]))
    page.follow(other)
    assert page.board["logits"] == [5.0, 1.0, 0.1]
    assert page.board["seq"] == 1  # the other page's board goes on counting
    page.edit(page.row(2, target=["1"]))
    page.test.segmented_control(key="setup").set_value("multilabel").run()
    page.follow(start)
    assert page.query == "setup=multilabel&z=5,1,0.1&y=0,1,0&names=cat,dog,fox"
    page.edit({"op": "undo", "seq": 3}, {"op": "undo", "seq": 4}, {"op": "undo", "seq": 5})
    assert page.query == DEFAULT_QUERY  # and so does the history


def test_the_controls_of_the_next_page_say_what_the_case_is(open_page: Opener) -> None:
    page = open_page(MULTILABEL + "&size=large")
    for at in ("compare", "functions", "explore"):
        page.follow(at)
        assert page.test.segmented_control(key="setup").value == "multilabel"
        assert page.test.toggle(key="large").value is True


@pytest.mark.parametrize(("start", "other"), BETWEEN)
def test_a_link_on_arrival_is_read(start: str, other: str, open_page: Opener) -> None:
    """Back and forward between pages, and a link to another page that is pasted into the same tab."""
    page = open_page(BINARY, at=start)
    page.follow(other)
    page.turn_to(start)
    page.go(MULTILABEL)
    assert page.query == MULTILABEL
    assert page.board["names"] == ["comedy", "drama", "action"]
    page.turn_to(other)
    page.go("z=1,abc&y=0")
    assert page.query == DEFAULT_QUERY
    assert "is not a number" in html.unescape("".join(page.texts("notice")))


@pytest.mark.parametrize("at", PAGES)
def test_an_address_without_a_link_is_the_default_case(at: str, open_page: Opener) -> None:
    """The address of the page one is on, typed anew or reached by Back, unlike a click that leads there."""
    page = open_page(BINARY, at=at)
    page.go("")
    assert page.query == DEFAULT_QUERY


@pytest.mark.parametrize("at", PAGES)
def test_the_qr_code_leads_to_its_page(at: str, open_page: Opener) -> None:
    page = open_page(BATCH + "&row=2", at=at)
    page.test.button(key="qr").click().run()
    address = "https://example.org/" + ("" if at == "explore" else f"{at}/")
    assert f"{address}?{BATCH}&row=2" in [code.value for code in page.test.code]
