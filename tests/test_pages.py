"""What the pages of a case have in common, run without a browser: links, controls, the board, and each other."""

import html
from collections.abc import Callable
from typing import Any

import pytest
from links import BATCH, BINARY, MULTILABEL, PAGES, SETUPS, SOFT
from shown import assert_shows

from explorer import share
from explorer.presets import PRESETS
from explorer.share import DEFAULT_QUERY

Opener = Callable[..., Any]

each_page = pytest.mark.parametrize("at", PAGES)
each_preset = pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.title)


# ------------------------------------------------------------------------------------------------- opening


@each_page
@each_preset
def test_every_preset_opens_from_its_link(preset: Any, at: str, open_page: Opener) -> None:
    page = open_page(preset.query, at=at)
    assert page.query == preset.query
    assert page.texts("notice") == []
    assert_shows(page, preset.case)


@each_page
@pytest.mark.parametrize(
    ("view", "row", "large"),
    [("", 0, False), ("&row=3", 2, False), ("&size=large", 0, True), ("&row=4&size=large", 3, True)],
)
def test_the_link_holds_the_view(view: str, row: int, large: bool, at: str, open_page: Opener) -> None:
    page = open_page(BATCH + view, at=at)
    assert page.query == BATCH + view
    assert page.board["row"] == row
    assert page.test.toggle(key="large").value is large
    assert any("font-size: max(21px" in body for body in page.html) is large
    assert_shows(page, share.from_query(BATCH)[0])


ROWS = ";".join(["0,0"] * 3000)
# link -> the link that the page falls back to, and what a notice says ("" where nothing is wrong)
HOSTILE_LINKS: dict[str, tuple[str, str, str]] = {
    "a logit that is no number": ("z=1,abc,3", "setup=multiclass&z=2,1,0.1&y=0&names=cat,dog,fox", "is not a number"),
    "no logits": ("z=&y=0", DEFAULT_QUERY, "A number is missing"),
    "an empty logit": ("z=1,,3", DEFAULT_QUERY, "A number is missing"),
    "rows of different lengths": ("z=1,2;3", DEFAULT_QUERY, "different lengths"),
    "21 classes": ("z=" + ",".join(["0"] * 21), DEFAULT_QUERY, "There are 21 classes"),
    "100 kB": ("z=" + "1," * 50_000 + "1", DEFAULT_QUERY, "100,003 characters"),
    "a label out of range": ("z=1,2&y=7", "setup=multiclass&z=1,2&y=0", "out of range"),
    "a negative label": ("z=1,2&y=-1", "setup=multiclass&z=1,2&y=0", "out of range"),
    "half a label": ("z=1,2&y=0.5", "setup=multiclass&z=1,2&y=0", "whole number"),
    "a label that is nan": ("z=1,2&y=nan", "setup=multiclass&z=1,2&y=0", "whole number"),
    "a huge label": ("z=1,2&y=1e300", "setup=multiclass&z=1,2&y=0", "out of range"),
    "targets that sum to 0.8": ("z=1,2&q=0.5,0.3", "setup=multiclass&z=1,2&y=0", "sum to 0.8"),
    "a negative target": ("z=1,2&q=1.5,-0.5", "setup=multiclass&z=1,2&y=0", "between 0 and 1"),
    "too few targets": ("z=1,2&q=1", "setup=multiclass&z=1,2&y=0", "one target for each logit"),
    "a target above 1": (BINARY.replace("y=1", "y=2"), BINARY, "between 0 (no) and 1 (yes)"),
    "two names alike": ("z=1,2&y=0&names=a,a", "setup=multiclass&z=1,2&y=0", "must be different"),
    "an empty name": ("z=1,2&y=0&names=a,", "setup=multiclass&z=1,2&y=0", "is empty"),
    "a name of 500 characters": ("z=1,2&y=0&names=a," + "b" * 500, "setup=multiclass&z=1,2&y=0", "500 characters"),
    "a line break in a name": ("z=1,2&y=0&names=a,b%0Ac", "setup=multiclass&z=1,2&y=0", "control character"),
    "a null in a name": ("z=1,2&y=0&names=a,b%00c", "setup=multiclass&z=1,2&y=0", "control character"),
    "a name that turns the text": ("z=1,2&y=0&names=a,%E2%80%AEb", "setup=multiclass&z=1,2&y=0", "control character"),
    "a negative weight": ("z=1,2&y=0&w=1,-1", "setup=multiclass&z=1,2&y=0", "not negative"),
    "an infinite weight": ("z=1,2&y=0&w=1,inf", "setup=multiclass&z=1,2&y=0", "must be finite"),
    "too many weights": ("z=1,2&y=0&w=1,2,3", "setup=multiclass&z=1,2&y=0", "one for each class"),
    "pos_weight among classes": ("z=1,2&y=0&pw=3", "setup=multiclass&z=1,2&y=0", "pos_weight belongs to"),
    "a temperature of 0": ("z=1,2&y=0&T=0", "setup=multiclass&z=1,2&y=0", "above 0"),
    "a temperature of nan": ("z=1,2&y=0&T=nan", "setup=multiclass&z=1,2&y=0", "above 0"),
    "a temperature beyond floats": ("z=1,2&y=0&T=1e999", "setup=multiclass&z=1,2&y=0", "beyond what float64 holds"),
    "smoothing above 1": ("z=1,2&y=0&smoothing=2", "setup=multiclass&z=1,2&y=0", "between 0 and 1"),
    "half an ignore_index": ("z=1,2&y=0&ignore=0.5", "setup=multiclass&z=1,2&y=0", "whole number"),
    "an unknown reduction": ("z=1,2&y=0&reduction=median", "setup=multiclass&z=1,2&y=0", "one of mean, sum, none"),
    "an unknown unit": ("z=1,2&y=0&unit=hartleys", "setup=multiclass&z=1,2&y=0", "one of nats, bits"),
    "an unknown set-up": ("setup=ordinal&z=1,2&y=0", "setup=multiclass&z=1,2&y=0", "one of multiclass"),
    "an unknown part": ("z=1,2&y=0&utm_source=mail", "setup=multiclass&z=1,2&y=0", "means nothing here"),
    "markup as a part": ("z=1,2&y=0&<script>alert(1)</script>=1", "setup=multiclass&z=1,2&y=0", "&lt;script&gt;alert"),
    "markup as a number": ("z=<img src=x>,2&y=0", DEFAULT_QUERY, "&lt;img src=x&gt;"),
    "a part twice": ("z=1,2&z=3,4&y=0", "setup=multiclass&z=1,2&y=0", "gives z twice"),
    "labels and distributions": ("z=1,2&y=0&q=0.5,0.5", "setup=multiclass&z=1,2&q=0.5,0.5", "both y and q"),
    "example 0": (BATCH + "&row=0", BATCH, "numbered from 1 to 4"),
    "example 5 of 4": (BATCH + "&row=5", BATCH, "numbered from 1 to 4"),
    "example 1e9": (BATCH + "&row=1e9", BATCH, "numbered from 1 to 4"),
    "example ²": (BATCH + "&row=%C2%B2", BATCH, "numbered from 1 to 4"),
    "an unknown size": (BATCH + "&size=huge", BATCH, "must be large or normal"),
    "stray percent signs": ("z=1,2&y=0&names=%,%zz", "setup=multiclass&z=1,2&y=0&names=%25,%25zz", ""),
    "bytes that are no text": ("z=1,2&y=0&names=%FF%FE,b", "setup=multiclass&z=1,2&y=0&names=%EF%BF%BD%EF%BF%BD,b", ""),
    "nothing but separators": ("&&&=&=1&;", DEFAULT_QUERY, "means nothing here"),
    "huge logits": ("z=1e308,-1e308,0&y=1", "setup=multiclass&z=1e308,-1e308,0&y=1", ""),
    "logits beyond floats": ("z=1e400,0&y=0", DEFAULT_QUERY, "beyond what float64 holds"),
    "infinite logits": ("z=inf,-inf,0&y=1", "setup=multiclass&z=inf,-inf,0&y=1", ""),
    "logits of nan": ("z=nan,0&y=1", "setup=multiclass&z=nan,0&y=1", ""),
    "nothing but -inf": ("z=-inf,-inf&y=1", "setup=multiclass&z=-inf,-inf&y=1", ""),
    "an infinite binary logit": ("setup=binary&z=-inf&y=1", "setup=binary&z=-inf&y=1", ""),
    "infinite labels": ("setup=multilabel&z=inf,-inf,nan&y=0,1,1", "setup=multilabel&z=inf,-inf,nan&y=0,1,1", ""),
    "one class": ("z=5&y=0", "setup=multiclass&z=5&y=0", ""),
    "weights of 0": ("z=1,2&y=0&w=0,0", "setup=multiclass&z=1,2&y=0&w=0,0", ""),
    "every row ignored": ("z=1,2&y=-100", "setup=multiclass&z=1,2&y=-100", ""),
    "3000 rows": (f"z={ROWS}", f"setup=multiclass&z={ROWS}&y={','.join(['0'] * 3000)}", ""),
}


@each_page
@pytest.mark.parametrize(("link", "state", "notice"), HOSTILE_LINKS.values(), ids=HOSTILE_LINKS.keys())
def test_a_bad_link_is_told_and_falls_back(link: str, state: str, notice: str, at: str, open_page: Opener) -> None:
    page = open_page(link, at=at)
    assert page.query == state
    assert_shows(page, share.from_query(state)[0])
    notices = "".join(page.texts("notice"))
    assert bool(notices) is bool(notice)
    assert notice in html.unescape(notices) or notice in notices


# ------------------------------------------------------------------------------------------------- changing the case


@each_page
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
def test_an_edit_of_the_board_is_in_the_link_and_on_the_page(
    link: str, changes: dict[str, Any], expected: str, at: str, open_page: Opener
) -> None:
    page = open_page(link, at=at)
    page.edit(page.row(1, **changes))
    assert page.query == expected
    assert page.board["seq"] == 1
    assert_shows(page, share.from_query(expected)[0])
    page.edit({"op": "undo", "seq": 2})
    assert page.query == link
    assert_shows(page, share.from_query(link)[0])


@each_page
def test_a_refused_edit_says_why_and_changes_nothing(at: str, open_page: Opener) -> None:
    page = open_page(at=at)
    page.edit(page.row(1, logits=["abc", "1", "0.1"], field="logit", text="abc", **{"class": 0}))
    assert "'abc' is not a number" in page.board["error"]["message"]
    assert page.query == DEFAULT_QUERY
    assert_shows(page, share.from_query(DEFAULT_QUERY)[0])


@each_page
@each_preset
def test_a_preset_from_the_menu(preset: Any, at: str, open_page: Opener) -> None:
    page = open_page(BATCH + "&row=3&size=large", at=at)
    page.menu.select(preset.title).run()
    assert page.query == preset.query + "&size=large"
    assert page.board["canUndo"]
    assert page.menu.value is None  # the menu is ready for the next
    assert_shows(page, preset.case)


@each_page
@each_preset
def test_switching_the_set_up_there_and_back_loses_nothing(preset: Any, at: str, open_page: Opener) -> None:
    page = open_page(preset.query, at=at)
    start = preset.case.setup.value
    for setup in [*(other for other in SETUPS if other != start), start]:
        page.test.segmented_control(key="setup").set_value(setup).run()
        assert page.board["setup"] == page.case.setup == setup
        assert_shows(page, page.case)
    assert page.query == preset.query


def set_segment(key: str, value: str) -> Callable[[Any], Any]:
    return lambda page: page.test.segmented_control(key=key).set_value(value).run()


def set_text(key: str, value: str) -> Callable[[Any], Any]:
    return lambda page: page.test.text_input(key=key).set_value(value).run()


def set_slider(key: str, value: float) -> Callable[[Any], Any]:
    return lambda page: page.test.slider(key=key).set_value(value).run()


OPTIONS: dict[str, tuple[str, Callable[[Any], Any], str]] = {
    "bits": (DEFAULT_QUERY, set_segment("option_unit", "bits"), DEFAULT_QUERY + "&unit=bits"),
    "back to nats": (DEFAULT_QUERY + "&unit=bits", set_segment("option_unit", "nats"), DEFAULT_QUERY),
    "sum": (BATCH, set_segment("option_reduction", "sum"), BATCH + "&reduction=sum"),
    "no reduction": (BATCH, set_segment("option_reduction", "none"), BATCH + "&reduction=none"),
    "temperature": (DEFAULT_QUERY, set_text("option_temperature", "2"), DEFAULT_QUERY + "&T=2"),
    "temperature as 2e-1": (DEFAULT_QUERY, set_text("option_temperature", " 2e-1 "), DEFAULT_QUERY + "&T=0.2"),
    "smoothing": (DEFAULT_QUERY, set_slider("option_label_smoothing", 0.1), DEFAULT_QUERY + "&smoothing=0.1"),
    "weights": (BATCH, set_text("option_weight", "1, 2, 0.5"), BATCH + "&w=1,2,0.5"),
    "one weight for all": (BATCH, set_text("option_weight", "2"), BATCH + "&w=2,2,2"),
    "no weights": (BATCH + "&w=1,2,0.5", set_text("option_weight", " "), BATCH),
    "pos_weight": (BINARY, set_text("option_pos_weight", "3"), BINARY + "&pw=3"),
    "label pos_weight": (MULTILABEL, set_text("option_pos_weight", "1,2,3"), MULTILABEL + "&pw=1,2,3"),
    "example weight": (BINARY, set_text("option_weight", "0.5"), BINARY + "&w=0.5"),
    "ignore_index": (BATCH, set_text("option_ignore_index", "1"), BATCH + "&ignore=1"),
    "all ignored": (DEFAULT_QUERY, set_text("option_ignore_index", "0"), DEFAULT_QUERY + "&ignore=0"),
    "probabilities": (DEFAULT_QUERY, set_segment("option_targets", "probabilities"),
                      DEFAULT_QUERY.replace("y=0", "q=1,0,0")),
    "class indices": (DEFAULT_QUERY.replace("y=0", "q=0.2,0.8,0"), set_segment("option_targets", "class indices"),
                      DEFAULT_QUERY.replace("y=0", "y=1")),
}  # fmt: skip


@each_page
@pytest.mark.parametrize(("link", "control", "expected"), OPTIONS.values(), ids=OPTIONS.keys())
def test_an_option_changes_the_link_and_the_page(
    link: str, control: Any, expected: str, at: str, open_page: Opener
) -> None:
    page = open_page(link, at=at)
    page.open("options")
    control(page)
    assert page.query == expected
    assert page.texts("problem") == []
    assert page.board["canUndo"]
    assert_shows(page, share.from_query(expected)[0])
    page.edit({"op": "undo", "seq": 1})
    assert page.query == link


# ------------------------------------------------------------------------------------------------- between the pages

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
    assert_shows(page, share.from_query(BATCH)[0])


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
