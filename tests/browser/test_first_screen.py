"""What a visitor sees first, in every size and colour."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from links import MULTILABEL
from looks import PHONE, assert_legible, overhang, overlaps
from PIL import Image, ImageColor
from visit import NEXT_TASK

from explorer import evaluate, share
from explorer.palette import DIVERGENCE
from explorer.presets import PRESETS
from explorer.share import DEFAULT_QUERY

Opener = Callable[..., Any]


def test_the_first_screen(look: Opener) -> None:
    page = look()
    page.eventually(lambda: page.query, DEFAULT_QUERY)
    assert page.page.locator(".st-key-answer output").inner_text() == "0.4170"
    sliders = page.page.get_by_role("slider")
    assert sliders.count() == 3
    for name, value in {"cat": 2.0, "dog": 1.0, "fox": 0.1}.items():
        slider = page.slider(name)
        assert slider.is_visible()
        assert float(slider.get_attribute("aria-valuenow")) == value
    breakdown = evaluate(page.case)
    stages = {
        "logit": breakdown.case.logits,
        "shifted": breakdown.shifted,
        "exp": breakdown.exponentials,
        "p": breakdown.probabilities,
        "log_p": breakdown.log_probabilities,
        "nll": breakdown.nll,
        "target": breakdown.target_distribution,
        "share": breakdown.share,
    }
    cells = page.cells
    assert set(cells) == set(stages)
    for stage, expected in stages.items():
        np.testing.assert_allclose(cells[stage], expected[0], rtol=1e-12, atol=0, err_msg=stage)
    assert page.loss == breakdown.loss
    for key in ("answer", "board", "breakdown", "equivalence", "share"):
        page.page.locator(f".st-key-{key}").wait_for()
    for chart in page.page.locator(".st-key-breakdown svg").all():
        box = chart.bounding_box()
        assert box["width"] > 200
        assert box["height"] > 100
        assert chart.locator("path, rect, circle").count() > 1


KL_BAR = ".st-key-breakdown svg rect:has(title)"


@pytest.mark.parametrize("large", [False, True])
def test_an_infinite_divergence_is_hatched(large: bool, look: Opener) -> None:
    page = look("setup=multiclass&z=2,1,-inf&y=2" + "&size=large" * large)
    bar = page.page.locator(KL_BAR).filter(has_text="divergence KL(q‖p) = ∞")
    page.eventually(bar.count, 1)
    row = np.asarray(Image.open(io.BytesIO(bar.screenshot())).convert("RGB"), dtype=int)
    middle = row[len(row) // 2]
    striped = np.abs(middle - np.array(ImageColor.getrgb(DIVERGENCE))).sum(axis=1) < 30
    clear = np.abs(middle - 255).sum(axis=1) < 30
    stripe = {False: 0.55 * 16, True: 0.55 * 21}[large] * np.sqrt(2)  # across stripes that run aslant
    assert np.count_nonzero(np.diff(striped.astype(int)) == 1) == pytest.approx(len(middle) / stripe, abs=2)
    assert striped.mean() > 0.4
    assert clear.mean() > 0.3


def test_a_finite_divergence_is_a_plain_bar(look: Opener) -> None:
    bar = look().page.locator(KL_BAR).filter(has_text="divergence KL(q‖p) = 0.4170")
    assert bar.get_attribute("fill") == DIVERGENCE


# By how many pixels the last formula of the page is cut: at its right, and at its top.
_CUT = """() => {
  const display = [...document.querySelectorAll(".st-key-equivalence .katex-display")].at(-1);
  const tops = [...display.querySelectorAll(".katex-html .mord")].map((part) => part.getBoundingClientRect().top);
  const above = display.getBoundingClientRect().top - Math.min(...tops);
  return [display.scrollWidth - display.clientWidth, Math.max(0, above)];
}"""
# Pairs of texts of one chart, its title among them, of which one covers a part of the other. Spaces cover nothing.
_OVERLAPS = """() => [...document.querySelectorAll(".st-key-breakdown figure")].flatMap((figure) => {
  const texts = [...figure.querySelectorAll("h2, svg text")].map((node) => {
    const range = document.createRange();
    const parts = [...node.childNodes].map((child) => child.firstChild ?? child).filter((part) => part.data.trim());
    range.setStart(parts[0], parts[0].length - parts[0].data.trimStart().length);
    range.setEnd(parts.at(-1), parts.at(-1).data.trimEnd().length);
    return [node.textContent, range.getBoundingClientRect()];
  });
  const apart = (a, b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
  return texts.flatMap(([text, box], index) => texts.slice(index + 1)
    .filter(([, other]) => !apart(box, other)).map(([other]) => [text, other]));
})"""
CLOSE = {
    "a near-tie of two": "setup=binary&z=0.2&y=1&names=ham,spam",
    "a near-tie of three": "setup=multiclass&z=1,0.7,-3&y=0&names=cat,dog,fox",
    "at the top": "setup=multiclass&z=-inf,-inf,-8.5,-8,-7.5,-7,-6.5,0&y=0",
    "twenty": "setup=multiclass&z=-5,-4,-3,-2,-1,0,1,2,3,4,5,4.5,3,2,1,0,1,2,1,1&y=3",
}


def test_formulas_are_whole_and_no_text_of_a_chart_covers_another(look: Opener) -> None:
    """In large type their column is narrowest, and the texts are largest; the closest ones are tried in both sizes."""
    found = {}
    links = {preset.title: f"{preset.query}&size=large" for preset in PRESETS}
    links |= {f"{title}, large": f"{query}&size=large" for title, query in CLOSE.items()} | CLOSE
    for title, query in links.items():
        page = look(query)
        page.page.locator(".st-key-equivalence .katex-html .mord").first.wait_for()
        found[title] = page.page.evaluate(_OVERLAPS)
        if title in {preset.title for preset in PRESETS}:
            found[title] += [cut for cut in page.page.evaluate(_CUT) if cut > 0]
    assert {title: each for title, each in found.items() if each} == {}


def test_what_lies_behind_a_text_of_a_chart_does_not_strike_it_through(look: Opener) -> None:
    seen = """([text]) => {
      const { paintOrder, stroke } = getComputedStyle(text);
      return [paintOrder, stroke, getComputedStyle(document.querySelector("[data-testid=stApp]")).backgroundColor];
    }"""
    for scheme in ("light", "dark"):
        texts = look(color_scheme=scheme).page.locator(".st-key-breakdown svg text")
        order, stroke, background = texts.evaluate_all(seen)
        assert order.startswith("stroke")
        assert stroke == background


TEXTS = ", ".join(
    f".st-key-{part} {what}"
    for part, what in [
        ("board", ".number"),
        ("board", "input"),
        ("board", ".pill"),
        ("board", ".sums b"),
        ("board", ".sums span"),
        ("board", ".head b"),
        ("board", ".head span"),
        ("board", ".line"),
        ("board", ".caption"),
        ("answer", "output"),
        ("answer", "span"),
        ("answer", "p"),
    ]
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_numbers_stand_out_from_what_is_behind_them(scheme: str, look: Opener) -> None:
    page = look(color_scheme=scheme)
    assert_legible(page, TEXTS, scheme, least=40)


@pytest.mark.parametrize("query", ["", MULTILABEL, DEFAULT_QUERY + "&size=large"])
def test_a_phone_shows_it_all_without_scrolling_sideways(query: str, visit: Opener) -> None:
    page = visit(query, **PHONE)
    assert overhang(page) == [0, 0]
    for slider in page.page.get_by_role("slider").all():
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    name = page.case.names[0]
    before = page.logits[0]
    page.slider(name).press("ArrowRight")
    page.eventually(lambda: page.logits[0], before + 0.1)
    page.eventually(lambda: float(page.case.logits[0, 0]), before + 0.1)


WINDOWS = {
    "wide": ({}, ""),
    "narrow": ({"viewport": {"width": 1024, "height": 900}}, ""),
    "large type": ({}, "&size=large"),
    "phone": ({**PHONE, "viewport": {"width": 390, "height": 1800}}, ""),  # no row is behind the caption
}
CROWDED = [
    *(preset.query for preset in PRESETS if preset.title in ("Confident and wrong", "Any of several: multi-label")),
    DEFAULT_QUERY,
    "setup=multiclass&z=2,1,0.1&q=0.7,0.2,0.1&smoothing=0.1",
    "setup=multiclass&z=0,30,1&q=0.9,0.05,0.05",
    "setup=multiclass&z=2,1,-inf&y=2",
    "setup=multiclass&z=1e300,0&y=1",
]


@pytest.mark.parametrize(("window", "size"), WINDOWS.values(), ids=WINDOWS)
@pytest.mark.parametrize("query", CROWDED)
def test_no_text_is_printed_over_another(query: str, window: dict[str, Any], size: str, look: Opener) -> None:
    page = look(query + size, **window)
    page.page.locator(".explorer-answer .mark").first.wait_for(state="attached")
    page.eventually(lambda: overlaps(page, ".explorer-answer, .explorer-board"), [])
    edge, last = (page.page.locator(f".explorer-answer {part}").last.bounding_box() for part in ("", ".mark span"))
    assert edge["x"] <= last["x"]
    assert last["x"] + last["width"] <= edge["x"] + edge["width"]


def test_the_texts_on_the_ruler_are_as_long_as_there_is_room_for(look: Opener) -> None:
    page = look()
    marks = page.page.locator(".explorer-answer .mark span")
    page.eventually(marks.all_inner_texts, ["certain and right · 0", "uniform guess, ln 3 · 1.0986"])
    look("z=0,9,1&y=0")
    page.eventually(marks.all_inner_texts, ["0", "uniform guess, ln 3 · 1.0986"])
    look("z=2,1,0.1&q=0.7,0.2,0.1")
    page.eventually(marks.all_inner_texts, ["floor H(q) · 0.8018", "uniform guess, ln 3 · 1.0986"])
    floor, uniform = (mark.bounding_box() for mark in marks.all())
    ticks = [tick.bounding_box()["x"] for tick in page.page.locator(".explorer-answer .mark i").all()]
    assert floor["x"] < ticks[0] < floor["x"] + floor["width"] < uniform["x"] < ticks[1] + uniform["width"] / 2


ROWS = """() => [...document.querySelectorAll(".st-key-board .row, .explorer-answer, .st-key-breakdown")]
  .map((part) => part.getBoundingClientRect()).filter((box) => box.height > 0)
  .flatMap(({ top, height }) => [Math.round(top), Math.round(height)])"""


@pytest.mark.parametrize(
    ("window", "size"), [({}, ""), ({"viewport": {"width": 1280, "height": 900}}, ""), ({}, "&size=large"), (PHONE, "")]
)
def test_nothing_moves_away_from_a_hand_that_drags(window: dict[str, Any], size: str, visit: Opener) -> None:
    page = visit(DEFAULT_QUERY + size, **window)
    track = page.track("logit", 0)
    y = track["y"] + track["height"] / 2
    page.page.mouse.move(track["x"] + 0.7 * track["width"], y)
    page.page.mouse.down()
    before = page.page.evaluate(ROWS)
    said = []
    for part in (0.6, 0.5, 0.4, 0.1, 0.95, 0.599):
        page.page.mouse.move(track["x"] + part * track["width"], y, steps=2)
        page.eventually(lambda: page.page.locator(".lifted").count() > 0, True)
        assert page.page.evaluate(ROWS) == before
        said.append(page.text("answer"))
    assert any("the label is" in text for text in said)
    page.page.mouse.up()


TWENTY = "z=" + ",".join(str(k % 7 - 3) for k in range(20)) + "&y=0"


@pytest.mark.parametrize(
    ("window", "query", "index"),
    [({"viewport": {"width": 1440, "height": 900}}, TWENTY, 9), (PHONE, DEFAULT_QUERY, 0)],
    ids=["twenty classes", "phone"],
)
def test_what_a_number_comes_from_is_in_sight_together_with_it(
    window: dict[str, Any], query: str, index: int, visit: Opener
) -> None:
    page = visit(query, **window)
    cell, caption = page.cell("p", index), page.page.locator(".explorer-board .caption")
    cell.tap() if "has_touch" in window else cell.hover()
    page.eventually(lambda: caption.inner_text().startswith("p("), True)
    number, line = cell.bounding_box(), caption.bounding_box()
    assert page.page.evaluate("() => document.querySelector('.stMain').scrollTop") == 0
    assert number["y"] + number["height"] <= line["y"]
    assert line["y"] + line["height"] <= window["viewport"]["height"]
    page.cell("log_p", 2).focus()
    page.cell("log_p", 2).press("ArrowDown")
    for _ in range(15):
        page.page.keyboard.press("ArrowDown")
        focused = page.page.locator(":focus").bounding_box()
        assert focused["y"] + focused["height"] <= caption.bounding_box()["y"]


def test_many_classes_have_each_number_and_its_bar_on_one_line(visit: Opener) -> None:
    page = visit(TWENTY)
    rows = page.page.locator(".explorer-board .row:not(.head, .sums)").all()
    assert len(rows) == 20
    assert all(row.bounding_box()["height"] < 34 for row in rows)
    assert overlaps(page, ".explorer-board .table") == []


def test_a_handle_says_that_it_can_be_dragged_until_something_is_edited(visit: Opener) -> None:
    page = visit("z=4.4,-1,2&y=0")
    said = """() => [...document.querySelectorAll(".explorer-board .handle")]
      .map((handle) => getComputedStyle(handle, "::before").content)"""
    assert ["drag" in content for content in page.page.evaluate(said)] == [False, True, False]
    assert "logit of" in page.page.locator(".handle.untouched").get_attribute("aria-label")
    page.label("class 2").click()
    page.eventually(lambda: page.page.evaluate(said), ["none"] * 3)
    page.eventually(lambda: int(page.case.targets[0]), 2)
    assert page.page.evaluate(said) == ["none"] * 3


def test_what_a_tapped_number_comes_from_stays(visit: Opener) -> None:
    page = visit(**PHONE)
    caption = page.page.locator(".explorer-board .caption")
    assert "tap" in caption.inner_text()
    height = caption.bounding_box()["height"]
    page.cell("p", 0).tap()
    page.eventually(caption.inner_text, "p(cat) = 1.0000 / 1.5174 = 0.6590")
    page.cell("nll", 1).tap()
    page.eventually(caption.inner_text, "−log p(dog) = 1.4170")
    assert page.cell("log_p", 1).evaluate("(cell) => cell.classList.contains('feeds')")
    page.field("type the logit of cat").tap()
    page.eventually(caption.inner_text, "z(cat) is what the model gave: drag it, press the arrow keys, or type it")
    page.page.evaluate(NEXT_TASK)
    assert caption.inner_text().startswith("z(cat)")
    assert caption.bounding_box()["height"] == height


def test_the_keyboard_reaches_every_number_by_one_tab_stop(visit: Opener) -> None:
    page = visit()
    caption = page.page.locator(".explorer-board .caption")
    focused = "() => [document.activeElement.dataset.stage, document.activeElement.dataset.class]"
    assert page.page.locator('.explorer-board [role=cell][tabindex="0"]').count() == 1
    page.slider("cat").press("Tab")
    assert page.page.evaluate(focused) == ["p", "0"]
    assert caption.inner_text() == "p(cat) = 1.0000 / 1.5174 = 0.6590"
    for key, cell in {"ArrowDown": ["p", "1"], "ArrowRight": ["log_p", "1"], "ArrowUp": ["log_p", "0"]}.items():
        page.page.keyboard.press(key)
        assert page.page.evaluate(focused) == cell
    assert caption.inner_text() == "log p(cat) = log 0.6590 = −0.4170"
    page.page.keyboard.press("ArrowUp")
    for stage in ("nll", "share", "share"):
        page.page.keyboard.press("ArrowRight")
        assert page.page.evaluate(focused) == [stage, "0"]
    described = page.page.evaluate("() => document.activeElement.getAttribute('aria-describedby')")
    assert described == caption.get_attribute("id")
    page.page.keyboard.press("Shift+Tab")
    page.page.keyboard.press("Tab")
    assert page.page.locator('.explorer-board [role=cell][tabindex="0"]').count() == 1


HUGE = """() => [...document.querySelectorAll(".st-key-board [data-stage=nll] .bar")]
  .map((bar) => bar.getBoundingClientRect().width / bar.parentElement.getBoundingClientRect().width > 0.3)"""


@pytest.mark.parametrize("z", ["1e13,1", "1e61,1", "1.7e308,1"])
def test_a_number_of_any_size_has_a_bar(z: str, look: Opener) -> None:
    page = look(f"setup=multiclass&z={z}&y=1")
    assert page.page.evaluate(HUGE) == [False, True]
    track, handle = page.track("logit", 0), page.slider("class 0").bounding_box()
    assert (handle["x"] + handle["width"] / 2 - track["x"]) / track["width"] > 0.7


@pytest.mark.parametrize(("motion", "seconds"), [("reduce", "0s"), ("no-preference", "0.2s")])
def test_bars_glide_only_for_those_who_like_it(motion: str, seconds: str, visit: Opener) -> None:
    page = visit(reduced_motion=motion)
    page.page.get_by_role("combobox").click()
    page.page.get_by_role("option", name="Confident and right").click()  # a change that no hand on the board made
    page.eventually(lambda: page.logits, [20.0, 0.0, 0.0])
    durations = (
        "() => getComputedStyle(document.querySelector('.explorer-board .bar')).transitionDuration.split(', ')[0]"
    )
    page.eventually(lambda: page.page.evaluate(durations), seconds)


def test_a_qr_code_large_enough_for_the_back_row(visit: Opener) -> None:
    page = visit()
    page.page.get_by_role("button", name="QR code").click()
    picture = page.page.get_by_role("dialog").get_by_role("img")
    picture.wait_for()
    page.eventually(lambda: picture.evaluate("(image) => image.complete && image.naturalWidth > 0"), True)
    box = picture.bounding_box()
    assert box["width"] == pytest.approx(box["height"], abs=1)
    assert box["width"] > 500
    link = share.join(share.split(DEFAULT_QUERY))
    page.eventually(lambda: link in page.page.get_by_role("dialog").inner_text(), True)


def test_a_chart_opens_in_plotly_and_stays_closed_when_it_was_closed(visit: Opener) -> None:
    page = visit()
    page.page.get_by_role("button", name="Open in Plotly: Where the loss comes from").click()
    dialog = page.page.get_by_role("dialog")
    dialog.locator(".js-plotly-plot .bars path").first.wait_for(state="attached")
    assert "Where the loss comes from" in dialog.inner_text()
    dialog.get_by_role("button", name="Close").click()
    page.eventually(dialog.count, 0)
    page.slider("cat").press("ArrowRight")
    page.eventually(lambda: page.case.logits[0, 0], 2.1)
    page.eventually(lambda: page.loss == evaluate(page.case).loss, True)
    assert dialog.count() == 0


def test_an_enlarged_chart_has_larger_type_in_the_colour_of_the_page(visit: Opener) -> None:
    page = visit()
    page.page.get_by_role("button", name="Open in Plotly: The gradient").click()
    texts = page.page.locator(".js-plotly-plot :is(.textpoint, .xtick, .ytick) text")
    texts.last.wait_for()
    look = "(texts) => texts.map((text) => [getComputedStyle(text).fill, getComputedStyle(text).fontSize])"
    page.eventually(lambda: {tuple(each) for each in texts.evaluate_all(look)}, {("rgb(26, 29, 35)", "19.2px")})
    assert texts.count() > 6
