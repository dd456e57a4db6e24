"""The caption under the board: the arithmetic that it shows for a number comes to that number, as it is written."""

import itertools
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from equations import NotArithmetic, evaluate, shown_as
from visit import STAGES

import explorer
from explorer import Case, explain, share
from explorer.presets import PRESETS
from explorer.ui.board import board_data

Opener = Callable[..., Any]

CAPTIONS = """async (all) => {
  const { Board } = await import("http://board.test/board/board.js");
  const root = document.createElement("div");
  document.body.replaceChildren(root);
  const board = new Board(root);
  return all.map((data) => {
    board.receive(data, () => {});
    return [...root.querySelectorAll("[data-stage]")].map((cell) => {
      cell.dispatchEvent(new PointerEvent("pointerenter"));
      return [cell.dataset.stage, Number(cell.dataset.class), root.querySelector(".caption").textContent];
    });
  });
}"""
WITHOUT_ARITHMETIC = {"logit", "target"}


def captions(script: Any, cases: list[Case]) -> dict[tuple[int, int], list[tuple[str, int, str]]]:
    """What stands under the board when each of its cells is pointed at, by the number of the case and of the row."""
    rows = [(number, row) for number, case in enumerate(cases) for row in range(case.examples)]
    said = script.evaluate(CAPTIONS, [board_data(explorer.evaluate(cases[number]), row) for number, row in rows])
    return dict(zip(rows, said, strict=True))


def worked(caption: str) -> tuple[list[Decimal], str]:
    """What each part of a line that is arithmetic comes to, and the result that it shows, if any."""
    line = caption.split(": ", 1)[-1].partition(" of this example's ")[0]
    *parts, result = line.split(" = ")
    values = []
    for part in parts:
        try:
            values.append(evaluate(part))
        except NotArithmetic:
            continue
    return values, result if parts else ""


def assert_true(said: dict[tuple[int, int], list[tuple[str, int, str]]], cases: list[Case]) -> int:
    """Each line comes to the number of its cell; how many lines of arithmetic there were."""
    lines = 0
    for (number, row), cells in said.items():
        breakdown = explorer.evaluate(cases[number])
        numbers = {
            "shifted": breakdown.shifted,
            "exp": breakdown.exponentials,
            "p": breakdown.probabilities,
            "log_p": breakdown.log_probabilities,
            "nll": breakdown.nll,
            "share": breakdown.share,
        }
        assert {stage for stage, _, _ in cells} == set(STAGES)
        for stage, k, caption in cells:
            told = f"{caption!r} of {share.to_query(cases[number])}"
            values, result = worked(caption)
            if stage in WITHOUT_ARITHMETIC:
                assert not values, told
                continue
            assert values or stage in {"nll", "share"}, told
            if result:
                assert result == explain.number(float(numbers[stage][row, k])), told
            assert all(shown_as(value, result) for value in values), told
            lines += bool(values)
    return lines


def test_every_example_case(script: Any) -> None:
    cases = [preset.case for preset in PRESETS]
    assert assert_true(captions(script, cases), cases) > 300


LOGITS = {
    "multiclass": ["2,1,0.1", "-3,-2,-7.5", "20,0,0", "1000,998,0", "9.3,2.2,1e-7", "-inf,1,2", "inf,1,0", "nan,1,0"],
    "binary": ["1.5", "-1.5", "0", "20", "-45", "1000", "-1000", "inf", "-inf", "nan"],
    "multilabel": ["2,0.5,-1", "0,20,-20", "45,-45,6.7", "1000,-1000,1", "-inf,1,2", "inf,-1,0", "nan,1,0"],
}
TARGETS = {
    "multiclass": ["y=0", "y=2", "y=-100", "q=0.7,0.2,0.1", "q=1,0,0"],
    "binary": ["y=0", "y=1", "y=0.25"],
    "multilabel": ["y=1,0,1", "y=0,0,0", "y=0.3,1,0.9"],
}
WEIGHTS = {
    "multiclass": ["w=3,1,0.5", "w=0,2,1.37"],
    "binary": ["w=2.5", "pw=3", "w=2.5&pw=3", "w=0"],
    "multilabel": ["w=3,1,0.5", "pw=2,1,3.3", "w=3,1,0&pw=2,0,3.3"],
}
OPTIONS = ["", "T=3", "T=0.5", "smoothing=0.1", "unit=bits", "T=3&smoothing=0.1&unit=bits"]


@pytest.mark.parametrize("setup", LOGITS)
def test_any_options(setup: str, script: Any) -> None:
    links = itertools.product(LOGITS[setup], TARGETS[setup], ["", *WEIGHTS[setup]], OPTIONS)
    cases = []
    for z, target, weights, options in links:
        query = "&".join(filter(None, [f"setup={setup}", f"z={z}", target, weights, options]))
        case, notices = share.from_query(query)
        assert notices == [], query
        cases.append(case)
    assert assert_true(captions(script, cases), cases) > 4 * len(cases)


@pytest.mark.parametrize(
    ("link", "stage", "k", "caption"),
    [
        ("z=4,2,0&T=3", "shifted", 0, "cat: (z − max) / 3 = (4.0 − 4.0) / 3 = 0.0000"),
        ("z=-3,-2,-7", "shifted", 0, "cat: z − max = −3.0 − (−2.0) = −1.0000"),
        ("z=2,1,0.1", "p", 0, "p(cat) = 1.0000 / 1.5174 = 0.6590"),
        ("z=2,1,0.1", "log_p", 0, "log p(cat) = log 0.6590 = −0.4170"),
        ("z=2,1,0.1&w=3,1,1", "share", 0, "cat: 3 · 1.0000 · 0.41703 = 1.2511"),
        ("z=2,1,0.1&w=3,1,1&y=1", "share", 1, "dog: 1 · 1.0000 · 1.4170 = 1.4170"),
        ("z=20,0,0", "log_p", 0, "log p(cat) = log(1 − 4.12e−9) = −4.12e−9"),
        ("z=1000,998,0", "log_p", 2, "log p(fox) = −1000.00 − log 1.1353 = −1000.13"),
        ("z=1000,998,0&unit=bits", "log_p", 2, "log₂ p(fox) = −1000.00 / ln 2 − log₂ 1.1353 = −1442.88"),
        ("z=2,1,-inf", "share", 2, "fox: adds 0.0000, as 0 · ∞ counts as 0"),
        ("z=2,1,0&y=-100", "share", 0, "cat: this example is ignored and adds nothing"),
        ("setup=binary&z=1.5", "logit", 0, "z(no) is fixed: a sigmoid is a softmax against a class whose logit is 0"),
        ("setup=binary&z=inf", "shifted", 1, "yes: z − max = min(∞, 0) = 0.0000"),
        ("setup=binary&z=2&y=1&w=2&pw=3", "share", 1, "yes: 2 · 3 · 1.0000 · 0.12693 = 0.7616"),
        ("setup=binary&z=2&y=0&w=2&pw=3", "share", 0, "no: 2 · 1.0000 · 2.12693 = 4.2539"),
        ("setup=multilabel&z=-inf,1&y=0,0", "p", 0, "p(no) = 0.0000 / (0.0000 + 1.0000) = 0.0000"),
        ("setup=multilabel&z=-1000,1&y=0,0", "p", 0, "p(no) = 0.0000 / (0.0000 + 1.0000) = 0.0000"),
        ("setup=multilabel&z=20,1&y=0,0", "nll", 0, "no is labelled 0: −log(1 − p) = −log 2.0612e−9 = 20.0000"),
        ("setup=multilabel&z=1000,1&y=0,0", "nll", 0, "no is labelled 0: −log(1 − p) = 1000.00 + log 1.0000 = 1000.00"),
        (
            "setup=multilabel&z=2,1&y=1,0&w=2,1&pw=3,1",
            "share",
            0,
            "no: 2 · 3 · 0.12693 = 0.7616 of this example's 2.0748",
        ),
    ],
)
def test_the_captions(link: str, stage: str, k: int, caption: str, script: Any) -> None:
    names = "no,yes" if "setup" in link else "cat,dog,fox"
    case, notices = share.from_query(f"{link}&names={names}" if "y=" in link else f"{link}&y=0&names={names}")
    assert notices == []
    (cells,) = captions(script, [case]).values()
    assert [said for at, row, said in cells if (at, row) == (stage, k)] == [caption]


def test_pointing_at_a_number(visit: Opener) -> None:
    page = visit("z=4,2,0&y=0&names=cat,dog,fox&T=3")
    caption = page.page.locator(".st-key-board .caption")
    page.cell("shifted", 1).hover()
    page.eventually(caption.inner_text, "dog: (z − max) / 3 = (2.0 − 4.0) / 3 = −0.6667")
    page.slider("dog").press("Shift+ArrowRight")
    page.eventually(caption.inner_text, "dog: (z − max) / 3 = (3.0 − 4.0) / 3 = −0.3333")


def test_what_is_false_is_found() -> None:
    """The arithmetic here is held to what it should say itself."""
    for false in [
        "4.0 − 4.0 / 3 = 0.0000",
        "0.0000 / nan = 0.0000",
        "3 · 1.0000 · 0.4170 = 1.2511",
        "log 1.0000 = −4.12e−9",
    ]:
        values, result = worked(f"cat: {false}")
        assert len(values) == 1
        assert not shown_as(values[0], result)
    for true in [
        "(4.0 − 4.0) / 3 = 0.0000",
        "−2 · (1 + 3) − −1 = −7.0",
        "log₂ 8 + log 1 = 3.00",
        "0 · ∞ = nan",
        "min(2, −∞) = −∞",
    ]:
        values, result = worked(f"cat: {true}")
        assert [shown_as(value, result) for value in values] == [True]
    assert worked("p(cat) = 0.5000") == ([], "0.5000")
