"""The three panels of the Compare page, which follow the board in the browser's own arithmetic, against Python's."""

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from arithmetic import ATOL, RTOL, random_case
from looks import PHONE, assert_legible, overhang
from visit import NEXT_TASK, READINGS, blank

from explorer import Case, Setup, compare, evaluate, explain, share
from explorer.edits import with_row
from explorer.presets import PRESETS
from explorer.share import DEFAULT_QUERY
from explorer.ui import component
from explorer.ui.board import Edited
from explorer.ui.readings import readings_data
from explorer.ui.relay import relay_html

Opener = Callable[..., Any]


@pytest.fixture
def open_compare(visit: Opener, address: str) -> Opener:
    """Open the Compare page at a link."""
    return lambda query="", **options: visit(query, at=f"{address}compare", **options)


@pytest.fixture
def look_at_compare(look: Opener, address: str) -> Opener:
    """Show the Compare page at a link to a test that touches nothing."""
    return lambda query="", **options: look(query, at=f"{address}compare", **options)


def expected(case: Case, row: int) -> list[dict[str, Any]]:
    """What the panels show of a case."""
    return [
        {
            "loss": [breakdown.per_example[row] if case.reduction == "none" else breakdown.loss],
            "p": breakdown.probabilities[row],
            "nll": breakdown.nll[row],
            "gradient": np.atleast_1d(breakdown.gradient[row]),
        }
        for breakdown in (reading.breakdown for reading in compare.readings(case))
    ]


def assert_shows(found: list[dict[str, Any]], case: Case, row: int = 0, rtol: float = RTOL, atol: float = ATOL) -> None:
    """The panels hold the numbers of a case's readings: the browser's, or with no tolerance Python's own."""
    for panel, wanted, setup in zip(found, expected(case, row), Setup, strict=True):
        assert set(panel) == set(wanted)
        for what, values in wanted.items():
            told = f"{what} of {setup}: {share.to_query(case)}"
            np.testing.assert_allclose(panel[what], values, rtol=rtol, atol=atol, err_msg=told)


def assert_settled(found: list[dict[str, Any]], case: Case, row: int = 0) -> None:
    assert_shows(found, case, row, rtol=0, atol=0)


def exactly(case: Case, row: int = 0) -> list[dict[str, list[float]]]:
    return [{what: np.asarray(values).tolist() for what, values in panel.items()} for panel in expected(case, row)]


# ------------------------------------------------------------------------------------- the panels without a server

MOUNT = """async () => {
  const [{ default: mount }, relay] =
    await Promise.all([import("http://board.test/readings/readings.js"), import("http://board.test/relay/relay.js")]);
  document.body.innerHTML = '<div class="st-key-board"></div><div class="stVerticalBlock"></div>';
  document.querySelector(".stVerticalBlock").innerHTML = '<div class="stHtml"></div><div class="relay"></div>';
  mount({ parentElement: document.querySelector(".st-key-board") });
  relay.default({ parentElement: document.querySelector(".relay"), setStateValue: () => {} });
  window.answer = (html) => { document.querySelector(".stHtml").innerHTML = html; };
}"""


class Bench:
    """The board and its panels on a blank page. What Python says is said here; what is edited goes nowhere."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.seq = 0
        page.evaluate(MOUNT)

    def show(self, case: Case, row: int = 0) -> None:
        """Answer with a case, as Python does once everything that was edited has arrived."""
        self.seq += 1000
        data = readings_data(evaluate(case), compare.readings(case), row, Edited(self.seq))
        self.page.evaluate("(html) => window.answer(html)", relay_html(readings=data))

    @property
    def readings(self) -> list[dict[str, list[float]]]:
        found = self.page.evaluate(READINGS)
        return [{what: [float(value) for value in values] for what, values in panel.items()} for panel in found]

    @property
    def logits(self) -> Any:
        """The logits of the board, as a case holds them."""
        cells = self.page.locator(".explorer-board [data-stage=logit]:has([role=slider])")
        return np.array([float(text) for text in cells.evaluate_all("(cells) => cells.map((c) => c.dataset.value)")])

    def slider(self, index: int) -> Any:
        return self.page.get_by_role("slider").nth(index)

    @contextlib.contextmanager
    def grabbed(self, index: int) -> Iterator[Callable[[float], None]]:
        """Hold a logit with the mouse, and move it to so many pixels from where it was."""
        handle = self.slider(index).bounding_box()
        x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        try:
            yield lambda distance: self.page.mouse.move(x + distance, y, steps=3)
        finally:
            self.page.mouse.up()
            self.page.evaluate(NEXT_TASK)

    def texts(self, panel: int, what: str) -> list[str]:
        cells = self.page.locator(".explorer-readings section").nth(panel).locator(f".row:not(.head) .{what}")
        return [text.strip() for text in cells.all_inner_texts()]


@pytest.fixture(scope="module")
def bench(chromium: Any) -> Iterator[Bench]:
    page = chromium.new_page(viewport={"width": 1440, "height": 1000})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    blank(page)
    page.add_style_tag(content=component.styles())
    yield Bench(page)
    page.close()
    assert errors == []


def moved(case: Case, row: int, logits: Any) -> Case:
    changed = case.logits.copy()
    changed[row] = logits.reshape(changed[row].shape)
    return dataclasses.replace(case, logits=changed)


KEYS = ["ArrowRight", "ArrowDown", "Shift+ArrowLeft", "PageUp", "Home", "End"]


@pytest.mark.parametrize("seed", range(3))
def test_the_panels_follow_a_logit_as_python_would(seed: int, bench: Bench) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(20):
        case = random_case(rng)
        row = int(rng.integers(case.examples))
        bench.show(case, row)
        assert_shows(bench.readings, case, row)
        index = int(rng.integers(np.size(case.logits[row])))
        bench.slider(index).press(str(rng.choice(KEYS)))
        assert bench.logits[index] != np.atleast_1d(case.logits[row])[index]
        assert_shows(bench.readings, moved(case, row, bench.logits), row)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.title)
def test_the_panels_follow_in_every_example_case(preset: Any, bench: Bench) -> None:
    case = preset.case
    for row in range(case.examples):
        for index in range(np.size(case.logits[row])):
            bench.show(case, row)
            assert_settled(bench.readings, case, row)
            bench.slider(index).press("Shift+ArrowRight")
            assert_shows(bench.readings, moved(case, row, bench.logits), row)


def test_the_panels_follow_the_mouse(bench: Bench) -> None:
    case = share.from_query(DEFAULT_QUERY)[0]
    bench.show(case)
    with bench.grabbed(0) as move:
        for distance in (30, -120, 7, 300):
            move(distance)
            assert_shows(bench.readings, moved(case, 0, bench.logits))
        assert bench.logits[0] == 5.0  # the end of the track


LABELS: dict[str, tuple[str, str, Any]] = {
    "a class": (DEFAULT_QUERY, "label dog", 1),
    "a class of weighted ones": (DEFAULT_QUERY + "&w=1,3,0.5&smoothing=0.1&unit=bits", "label fox", 2),
    "a class of an ignored row": ("z=2,1,0;1,2,3&y=-100,1&names=cat,dog,fox&w=1,2,3", "label fox", 2),
    "a class of one ignored row": ("z=2,1,0&y=-100&names=cat,dog,fox", "label cat", 0),
    "a binary label": ("setup=binary&z=1.5,2&y=1,0&names=ham,spam&pw=3", "label ham", [0]),
    "one label of several": ("setup=multilabel&z=2,1&y=1,0&names=a,b&pw=2,3&T=2", "label b", [1, 1]),
}


@pytest.mark.parametrize(("link", "label", "target"), LABELS.values(), ids=LABELS.keys())
def test_the_panel_of_the_board_follows_a_label(link: str, label: str, target: Any, bench: Bench) -> None:
    """The labels of the other two are translations, which take Python."""
    case, notices = share.from_query(link)
    assert notices == []
    bench.show(case)
    own = list(Setup).index(case.setup)
    bench.page.get_by_label(label, exact=True).click()
    after = with_row(case, 0, np.atleast_1d(case.logits[0]), target, case.names)
    assert after != case
    wanted = expected(after, 0)[own]
    for what, values in bench.readings[own].items():
        np.testing.assert_allclose(values, wanted[what], rtol=RTOL, atol=ATOL, err_msg=what)
    bench.show(after)
    assert_settled(bench.readings, after)


# --------------------------------------------------------------------------------- answers while a hand is on the board

OTHERS = {
    "another label": DEFAULT_QUERY.replace("y=0", "y=2"),
    "other options": DEFAULT_QUERY + "&smoothing=0.2&T=2&unit=bits",
    "another class": DEFAULT_QUERY.replace("0.1", "0.1,0").replace("fox", "fox,owl"),
    "another set-up": "setup=multilabel&z=2,1,0.1&y=1,1,0&names=cat,dog,fox",
}


@pytest.mark.parametrize("link", OTHERS.values(), ids=OTHERS.keys())
def test_an_answer_during_a_drag_that_comes_to_nothing_is_shown_after_it(link: str, bench: Bench) -> None:
    case, other = (share.from_query(query)[0] for query in (DEFAULT_QUERY, link))
    bench.show(case)
    with bench.grabbed(0) as move:
        move(50)
        bench.show(other)
        assert_shows(bench.readings, moved(case, 0, bench.logits))  # the hand is not taken by surprise
        move(0)
        assert bench.logits.tolist() == [2.0, 1.0, 0.1]
    assert_shows(bench.readings, other)


@pytest.mark.parametrize("link", OTHERS.values(), ids=OTHERS.keys())
def test_an_answer_during_a_drag_waits_for_the_answer_to_the_drag(link: str, bench: Bench) -> None:
    case, other = (share.from_query(query)[0] for query in (DEFAULT_QUERY, link))
    bench.show(case)
    with bench.grabbed(0) as move:
        move(50)
        bench.show(other)
        move(100)
        dropped = moved(case, 0, bench.logits)
        assert dropped != case
    if other.setup is not case.setup:  # an edit of a row that is no more
        dropped = other
    elif other.classes > case.classes:  # the edit is made on the row that has more
        dropped = moved(other, 0, np.append(dropped.logits[0], other.logits[0, case.classes :]))
    assert_shows(bench.readings, dropped)
    bench.show(other)
    assert_settled(bench.readings, other)


# ------------------------------------------------------------------------------------------------- what is written

WRITTEN = [DEFAULT_QUERY, *OTHERS.values(), "z=20,0&y=0", "z=2,1,-inf&y=2", "z=inf,1&y=0", "setup=binary&z=-0.4&y=0.25",
           "setup=multilabel&z=3&y=0", "z=1,2;3,4&y=0,1&reduction=none", "z=5&y=0"]  # fmt: skip


@pytest.mark.parametrize("link", WRITTEN)
def test_numbers_are_written_as_python_writes_them(link: str, bench: Bench) -> None:
    case, notices = share.from_query(link)
    assert notices == []
    bench.show(case)
    for panel, (reading, wanted) in enumerate(zip(compare.readings(case), expected(case, 0), strict=True)):
        binary = reading.breakdown.case.setup is Setup.BINARY
        turned = slice(None, None, -1 if binary and reading.sources[0][1] is None else 1)  # the yes comes first there
        assert bench.texts(panel, "p .number") == [explain.percent(p) for p in wanted["p"]][turned]
        assert bench.texts(panel, "nll") == [explain.number(cost) for cost in wanted["nll"]][turned]
        slopes = [explain.signed(slope) for slope in wanted["gradient"]]
        assert [text for text in bench.texts(panel, "gradient .number") if text] == slopes
        assert bench.texts(panel, "name") == list(reading.breakdown.case.names)[turned]
        section = bench.page.locator(".explorer-readings section").nth(panel)
        assert section.locator("output").inner_text() == explain.number(wanted["loss"][0])
        assert section.locator(".unit").inner_text() == case.unit
        assert section.locator("h2").inner_text() == reading.title
        assert section.locator(".question").inner_text() == reading.question
        assert section.locator(".meaning").inner_text() == reading.meaning
        assert ((section.get_attribute("class") or "") == "own") is (reading.breakdown.case.setup is case.setup)


@pytest.mark.parametrize(
    ("link", "labels"),
    [
        (DEFAULT_QUERY, [["1", "0", "0"], ["1", "0"], ["1", "0", "0"]]),
        (DEFAULT_QUERY + "&smoothing=0.3", [["0.8", "0.1", "0.1"], ["0.85", "0.15"], ["0.85", "0.15", "0.15"]]),
        ("z=1,2&q=0.25,0.75", [["0.25", "0.75"], ["0.25", "0.75"], ["0.25", "0.75"]]),
        ("setup=multilabel&z=1,2&y=1,1", [["0.5", "0.5"], ["1", "0"], ["1", "1"]]),
        ("setup=multilabel&z=1,2&y=2e-10,1", [["2.00e−10", "1"], ["2.00e−10", "1"], ["2.00e−10", "1"]]),
        ("z=1,2;1,2&y=-100,1", [["0", "0"], ["0.5", "0.5"], ["0.5", "0.5"]]),
    ],
)
def test_labels_are_written_without_zeros_at_their_end(link: str, labels: list[list[str]], bench: Bench) -> None:
    bench.show(share.from_query(link)[0])
    assert [bench.texts(panel, "target") for panel in range(3)] == labels


@pytest.mark.parametrize(
    ("link", "sums"),
    [
        (DEFAULT_QUERY, ["1", "1", "2.1368: they need not be 1"]),
        ("setup=multilabel&z=0,0&y=1,0", ["1", "1", "1: they need not be 1"]),
        ("z=inf,1&y=0", ["nan", "1", "1.7311: they need not be 1"]),
        ("z=nan,1&y=0", ["nan", "nan", "nan"]),
    ],
)
def test_what_the_probabilities_sum_to(link: str, sums: list[str], bench: Bench) -> None:
    bench.show(share.from_query(link)[0])
    found = bench.page.locator(".explorer-readings .sum").all_inner_texts()
    assert found == [f"the probabilities sum to {total}" for total in sums]


HOSTILE = "<b>bold</b> <img src=x onerror=alert(1)>"


@pytest.mark.parametrize("setup", ["multiclass", "binary", "multilabel"])
def test_names_are_text(setup: str, bench: Bench) -> None:
    logits, target = ([1.0], [1.0]) if setup == "binary" else ([[1.0, 2.0]], [[0.0, 1.0]])
    bench.show(Case(setup, logits, target, [HOSTILE, "other"]))
    assert bench.texts(0, "name") == [HOSTILE, "other"]
    assert bench.page.locator(".explorer-compare :is(b, img):not(.explorer-board b)").count() == 0


# ------------------------------------------------------------------------------------------------- on the page itself

LIVE = [
    "setup=multiclass&z=2,1,0.1;0.5,2.5,-1&y=0,1&names=cat,dog,fox&w=1,2,0.5&smoothing=0.1&T=2&unit=bits&row=2",
    "setup=binary&z=1.5,-1&y=0.25,1&names=ham,spam&w=2,1&pw=3&reduction=sum",
]


def cards(page: Any) -> str:
    return page.page.locator(".st-key-comparisons").inner_text()


@pytest.mark.parametrize("link", LIVE)
def test_a_drag_moves_the_panels_before_python_answers(link: str, open_compare: Opener) -> None:
    page = open_compare(link, hold=True)
    case = page.case
    row = share.view_from_query(link, case.examples)[0].row
    assert page.query == link
    assert_settled(page.readings, case, row)
    before = cards(page)
    page.hold()  # what is drawn from here on is the browser's own
    handle = page.slider(case.names[1]).bounding_box()
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    for distance in (-40, 25, 90):
        page.page.mouse.move(x + distance, y, steps=3)
        after = moved(case, row, np.array(page.logits[1:] if case.setup is Setup.BINARY else page.logits))
        assert after != case
        assert_shows(page.readings, after, row)
    page.page.mouse.up()
    assert (page.query, cards(page)) == (link, before)
    page.release()
    page.eventually(lambda: page.case, after)
    page.eventually(lambda: compare.comparisons(after, row)[0].sentence in cards(page), True)
    page.eventually(lambda: page.readings, exactly(after, row))


def test_keys_and_labels_reach_python(open_compare: Opener) -> None:
    page = open_compare()
    page.slider("cat").press("PageUp")
    page.eventually(lambda: page.query, DEFAULT_QUERY.replace("z=2", "z=3"))
    page.label("fox").click()
    page.eventually(lambda: page.query, DEFAULT_QUERY.replace("z=2", "z=3").replace("y=0", "y=2"))
    page.eventually(lambda: "for the label cat" in cards(page), True)
    page.eventually(lambda: "cat and fox are both right" in cards(page), True)
    page.eventually(lambda: page.readings, exactly(page.case))
    page.slider("cat").press("Control+z")
    page.slider("cat").press("Control+z")
    page.eventually(lambda: page.query, DEFAULT_QUERY)
    page.eventually(lambda: page.readings, exactly(page.case))


PARTS = ".explorer-readings section, .explorer-readings .row > *, .explorer-cards section, .explorer-names code"
PHONE_LINKS = [
    "setup=multiclass&z=3.2,2.9,1.4,0.8,0.3,-0.5,-1.2,-2&y=1&names=a%20name%20of%20some%20length,b,c,d,e,f,g,h&size=large",
    "setup=binary&z=1e300,-1&y=0.25,1&names=ham,spam",
]


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("link", PHONE_LINKS)
def test_a_phone_shows_it_all_without_scrolling_sideways(link: str, width: int, look_at_compare: Opener) -> None:
    page = look_at_compare(link, **PHONE | {"viewport": {"width": width, "height": 844}})
    assert overhang(page) == [0, 0]
    boxes = [part.bounding_box() for part in page.page.locator(PARTS).all()]
    assert len(boxes) > 20
    assert [box for box in boxes if box["x"] < 0 or box["x"] + box["width"] > width] == []
    tops = [panel.bounding_box()["y"] for panel in page.page.locator(".explorer-readings section").all()]
    assert len(tops) == len(set(tops)) == 3  # one below the other


@pytest.mark.parametrize("link", PHONE_LINKS)
def test_a_phone_moves_a_logit(link: str, open_compare: Opener) -> None:
    page = open_compare(link, **PHONE | {"viewport": {"width": 320, "height": 844}})
    before = page.readings
    page.slider(page.case.names[1]).press("Home")
    page.eventually(lambda: page.readings != before, True)
    page.eventually(lambda: page.query != link, True)


@pytest.mark.parametrize("width", [1280, 1366, 1440])
def test_the_panels_stand_side_by_side_in_large_type(width: int, look_at_compare: Opener) -> None:
    page = look_at_compare(PHONE_LINKS[0], viewport={"width": width, "height": 1000})
    panels = page.page.locator(".explorer-readings section")
    assert len({panel.bounding_box()["y"] for panel in panels.all()}) == 1
    beyond = "(parts) => parts.filter((part) => part.scrollWidth > part.clientWidth).map((part) => part.textContent)"
    numbers = page.page.locator(".explorer-readings .row > :not(.name), .explorer-readings section")
    assert numbers.evaluate_all(beyond) == []
    assert overhang(page) == [0, 0]


def test_a_panel_of_two_rows_is_no_empty_card_beside_those_of_many(bench: Bench) -> None:
    bench.show(share.from_query("z=" + ",".join(["1"] * 12) + "&y=0")[0])
    heights = [panel.bounding_box()["height"] for panel in bench.page.locator(".explorer-readings section").all()]
    assert heights[1] < 0.6 * heights[0]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 1920)])
def test_the_panels_stand_side_by_side_and_out_from_what_is_behind_them(
    scheme: str, width: int, look_at_compare: Opener
) -> None:
    page = look_at_compare(viewport={"width": width, "height": 1000}, color_scheme=scheme)
    boxes = [panel.bounding_box() for panel in page.page.locator(".explorer-readings section").all()]
    assert len({box["y"] for box in boxes}) == 1
    assert boxes[0]["y"] + boxes[0]["height"] <= 1000  # with the board above them, on one screen
    assert overhang(page) == [0, 0]
    texts = [f".explorer-readings {what}" for what in ("h2", "p", "output", ".unit", ".head span", ".number", ".nll")]
    assert_legible(page, ", ".join([*texts, ".explorer-cards :is(h2, p, code, span, .amount)"]), scheme, least=80)
