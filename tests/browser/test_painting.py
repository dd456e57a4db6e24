"""What is painted over the page while a hand moves a logit: the same picture, and the same words at rest."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import Image, ImageChops
from tabs import Tabs
from visit import NEXT_TASK

from explorer import Case, evaluate, explain

Opener = Callable[..., Any]

CASES = {
    "three classes": "setup=multiclass&z=2,1,0.1&y=0&names=cat,dog,fox",
    "minus infinity": "setup=multiclass&z=2,-inf,0.1&y=0",
    "an infinite loss": "setup=multiclass&z=2,-inf,0.1&y=1",
    "a batch in bits": "setup=multiclass&z=2,1,0.1;0,1,2&y=0,1&unit=bits",
    "words that give way": "setup=multiclass&z=8,0&y=1",  # "> 99.9 %" becomes shorter, and what stands behind it moves
    "binary": "setup=binary&z=1.5&y=0",
    "large type": "setup=multilabel&z=2,-1,0.5&y=1,0,1&size=large",
}
UNPAINTED = "() => document.querySelectorAll('.explorer-overlay').forEach((canvas) => { canvas.style.opacity = 0; })"
LAID_OUT = "() => document.querySelectorAll('.lifted').forEach((node) => node.classList.remove('lifted'))"
TEXTS = "(stage) => [...document.querySelectorAll(`[data-stage=${stage}] .number`)].map((node) => node.innerText)"
BY_EYE = 40  # of 255: how far off a pixel must be to be seen


def differing(one: bytes, other: bytes, part: dict[str, float], density: float) -> float:
    """The share of the pixels of this part that are not the same by eye; density: pixels in a CSS pixel."""
    corners = (part["x"], part["y"], part["x"] + part["width"], part["y"] + part["height"])
    cut = [round(at * density) for at in corners]
    pictures = [Image.open(io.BytesIO(png)).convert("RGB").crop(cut) for png in (one, other)]
    histogram = ImageChops.difference(*pictures).convert("L").histogram()
    return sum(histogram[BY_EYE:]) / sum(histogram)


def move(page: Any, *distances: float) -> None:
    """Take the first handle and move it to these distances from where it was, in pixels, without letting go."""
    handle = page.page.locator(".st-key-board [role=slider]").first
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    for distance in distances:
        page.page.mouse.move(x + distance, y)


def canvases(page: Any) -> int:
    return page.page.locator(".explorer-overlay").count()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("link", CASES.values(), ids=CASES)
def test_what_is_painted_looks_like_what_is_laid_out(link: str, scheme: str, visit: Opener) -> None:
    assert_painted_as_laid_out(visit(link, color_scheme=scheme))


@pytest.fixture(scope="module")
def dense(launch: Callable[..., Any]) -> Iterator[Tabs]:
    """A Chromium on a screen of two pixels to a CSS pixel; a window that emulates one is laid out in another way."""
    browser = launch("--force-device-scale-factor=2", "--window-size=1440,1100")
    yield Tabs(browser)
    browser.close()


@pytest.mark.parametrize("name", ["three classes", "large type", "a batch in bits"])
def test_on_a_dense_screen_too(name: str, dense: Tabs, visit: Opener) -> None:
    assert_painted_as_laid_out(visit(CASES[name], others=dense, viewport=None, no_viewport=True), density=2.0)


def assert_painted_as_laid_out(page: Any, density: float = 1.0) -> None:
    assert page.page.evaluate("devicePixelRatio") == density
    move(page, 6, -12, -30)
    assert canvases(page) == 2  # the board's and the answer's
    # The hand rests: what was painted is written as well.
    page.eventually(lambda: page.page.evaluate(TEXTS, "p"), [explain.number(p) for p in page.cells["p"]])
    page.eventually(page.page.locator(".st-key-answer output").inner_text, explain.number(page.loss))
    painted = page.page.screenshot()
    page.page.evaluate(UNPAINTED)
    unpainted = page.page.screenshot()
    page.page.evaluate(LAID_OUT)
    laid_out = page.page.screenshot()
    table, words, loss = (
        page.page.locator(f".explorer-{part}").bounding_box()
        for part in ("board .table", "answer .words", "answer output")
    )
    assert differing(painted, laid_out, table, density) < 0.004  # the soft edges of bars and round corners
    assert differing(painted, laid_out, words, density) < 0.001
    assert differing(painted, laid_out, loss, density) < 0.001
    assert differing(unpainted, laid_out, table, density) > 0.01  # so it was the canvas that was looked at
    page.page.mouse.up()


def test_a_hand_that_rests_has_its_words_on_the_page(visit: Opener) -> None:
    page = visit()
    move(page, *range(3, 40, 3))
    logits = page.logits
    expected = evaluate(Case("multiclass", [logits], [0]))
    assert 2.0 < logits[0] < 5.0
    for stage, values in {
        "p": expected.probabilities,
        "log_p": expected.log_probabilities,
        "nll": expected.nll,
    }.items():
        page.eventually(lambda stage=stage: page.page.evaluate(TEXTS, stage), [explain.number(v) for v in values[0]])
    page.eventually(page.page.locator(".st-key-answer output").inner_text, explain.number(expected.loss))
    page.eventually(lambda: explain.percent(expected.probabilities[0, 0]) in page.text("answer"), True)
    page.eventually(lambda: float(page.field("type the logit of cat").input_value()), logits[0])
    handle, track = page.slider("cat").bounding_box(), page.track("logit", 0)
    assert (handle["x"] + handle["width"] / 2 - track["x"]) / track["width"] == pytest.approx(
        0.5 + logits[0] / 10, abs=0.01
    )
    page.page.mouse.up()


def test_on_release_everything_is_laid_out(visit: Opener) -> None:
    page = visit(hold=True)
    move(page, 12, 24)
    assert canvases(page) == 2
    page.hold()
    page.page.mouse.up()
    page.eventually(lambda: canvases(page), 0)
    assert page.page.locator(".lifted").count() == 0
    expected = evaluate(Case("multiclass", [page.logits], [0]))
    assert page.page.evaluate(TEXTS, "p") == [explain.number(p) for p in expected.probabilities[0]]
    page.release()


def test_a_hand_that_comes_back_leaves_what_python_said(visit: Opener) -> None:
    page = visit("z=2,1,0.3&y=0&T=3")
    before = page.cells, page.loss, page.text("answer"), page.query
    move(page, 30, 0)
    page.page.mouse.up()
    page.page.evaluate(NEXT_TASK)
    assert (page.cells, page.loss, page.text("answer"), page.query) == before


def test_what_a_hand_moves_does_not_glide(visit: Opener) -> None:
    page = visit(reduced_motion="no-preference")
    page.page.get_by_role("combobox").click()
    page.page.get_by_role("option", name="Confident and right").click()
    gliding = page.page.locator(".explorer-board.glide")
    page.eventually(gliding.count, 1)
    page.slider("cat").press("ArrowLeft")
    assert gliding.count() == 0


def test_a_pale_bar_stands_out_from_a_dark_page_and_is_paler_than_a_full_one(visit: Opener) -> None:
    page = visit("z=0,0&y=0", color_scheme="dark")
    picture = Image.open(io.BytesIO(page.page.screenshot())).convert("RGB")
    ground, pale, full = (
        picture.getpixel((box["x"] + dx, box["y"] + box["height"] / 2))
        for box, dx in [(page.track("nll", 0), -6), (page.track("nll", 0), 6), (page.track("p", 0), 6)]
    )
    assert contrast(pale, ground) > 3
    assert max(pale) - min(pale) < 0.8 * (max(full) - min(full))


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Of two colours, as WCAG defines it."""

    def luminance(colour: tuple[int, ...]) -> float:
        parts = [(c / 255 + 0.055) / 1.055 if c > 10 else c / 255 / 12.92 for c in colour]
        linear = [part**2.4 if c > 10 else part for part, c in zip(parts, colour, strict=True)]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
