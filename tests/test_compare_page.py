"""The Compare page, run without a browser: the three readings of the case that its link holds."""

from collections.abc import Callable
from typing import Any

import pytest
from links import BINARY, MULTILABEL, SETUPS
from markup import HOSTILE_NAMES, PAGE_TAGS, Tags
from shown import assert_shows

from explorer import Case, share
from explorer.palette import NEUTRAL
from explorer.share import DEFAULT_QUERY

Opener = Callable[..., Any]


@pytest.fixture
def open_compare(open_page: Opener) -> Opener:
    """Open the Compare page at a link."""
    return lambda query="": open_page(query, at="compare")


def test_it_opens_on_the_default_case(open_compare: Opener) -> None:
    page = open_compare()
    assert page.query == DEFAULT_QUERY
    assert_shows(page, share.from_query(DEFAULT_QUERY)[0])
    assert [reading["title"] for reading in page.readings] == ["Softmax", "One sigmoid", "3 sigmoids"]
    assert [round(reading["loss"], 4) for reading in page.readings] == [0.4170, 0.1269, 0.7282]
    assert any(">One set of logits, read three ways</h1>" in body for body in page.html)
    assert page.texts("notice") == []


@pytest.mark.parametrize("name", HOSTILE_NAMES)
@pytest.mark.parametrize("setup", SETUPS)
def test_names_are_text_everywhere(name: str, setup: str, open_compare: Opener) -> None:
    logits, target = ([1.0], [1.0]) if setup == "binary" else ([[1.0, 2.0]], [[0.0, 1.0]])
    case = Case(setup, logits, target, [name, "other"])
    page = open_compare(share.to_query(case))
    assert_shows(page, case)
    assert page.readings[0]["names"] == [name, "other"]
    tags = Tags()
    for body in page.html:
        tags.feed(body)
    assert tags.found <= PAGE_TAGS | {"div", "section"}
    assert f"Between {name} and other alone" in tags.text


def test_classes_and_examples_are_added_and_removed(open_compare: Opener) -> None:
    page = open_compare()
    page.edit({"op": "add", "seq": 1}, {"op": "remove", "class": 0, "seq": 2})
    page.edit({"op": "add-example", "row": 0, "seq": 3})
    assert page.query == "setup=multiclass&z=1,0.1,0;1,0.1,0&y=0,0&names=dog,fox,class%203&row=2"
    assert_shows(page, page.case)


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
