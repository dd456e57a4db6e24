"""The browser's own arithmetic, which is shown while something is dragged, against Python's."""

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from arithmetic import ATOL, RTOL, random_case

from explorer import Case, Setup, evaluate, explain, share
from explorer.edits import with_row
from explorer.errors import InvalidCase
from explorer.presets import PRESETS
from explorer.ui import board

Opener = Callable[..., Any]
Change = tuple[Case, int, Any, Any]  # a case, the open row, and what its logits and its target become

STAGES = ("shifted", "exp", "p", "log_p", "nll", "target", "share", "perExample", "partition", "loss", "gradient")


def plain(value: float) -> float | str:
    """A number as JSON can carry it."""
    return value if math.isfinite(value) else "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


PREVIEWS = """async (changes) => {
  const { preview, previewGradient, previewLoss } = await import("http://board.test/board/preview.js");
  const texts = (value) => (value === null ? null : Array.isArray(value) ? value.map(texts) : String(value));
  return changes.map(([data, z, target]) => {
    const stages = preview(data, z.map(Number), target);
    const loss = previewLoss(data, stages, target);
    const gradient = previewGradient(data, stages, target);
    return Object.fromEntries(
      Object.entries({ ...stages, loss, gradient }).map(([stage, value]) => [stage, texts(value)]));
  });
}"""


def previews(script: Any, changes: list[Change]) -> list[dict[str, Any]]:
    """What the browser makes of each change."""
    sent = []
    for case, row, logits, target in changes:
        data = board.board_data(evaluate(case), row)
        hard = np.ndim(target) == 0
        shown = np.eye(case.classes)[int(target)] if hard else target
        data["kept"] = True  # a click on a label makes an ignored row count
        sent.append([data, [plain(float(z)) for z in logits], [float(q) for q in shown]])
    return script.evaluate(PREVIEWS, sent)


def assert_same(found: dict[str, Any], change: Change, rtol: float = RTOL, atol: float = ATOL) -> None:
    case, row, logits, target = change
    after = evaluate(with_row(case, row, logits, target, case.names))
    expected = {
        "shifted": after.shifted[row],
        "exp": after.exponentials[row],
        "p": after.probabilities[row],
        "log_p": after.log_probabilities[row],
        "nll": after.nll[row],
        "target": after.target_distribution[row],
        "share": after.share[row],
        "perExample": after.per_example[row],
        "partition": None if case.setup is Setup.MULTILABEL else after.partition[row, 0],
        "loss": after.per_example[row] if case.reduction == "none" else after.loss,
        "gradient": np.atleast_1d(after.gradient[row]),
    }
    assert set(found) == set(STAGES)
    for stage, value in expected.items():
        if value is None:
            assert found[stage] is None
            continue
        shown = np.array(found[stage], dtype=np.float64)
        np.testing.assert_allclose(shown, value, rtol=rtol, atol=atol, err_msg=f"{stage} of {change}")


# ------------------------------------------------------------------------------------------------- any change


def random_change(rng: np.random.Generator) -> Change:
    """One row of a case, with one of its logits moved and perhaps its target."""
    case = random_case(rng)
    row = int(rng.integers(case.examples))
    logits = np.atleast_1d(case.logits[row]).copy()
    logits[rng.integers(len(logits))] = rng.choice([rng.normal(0, 5), 0.0, -np.inf])
    target: Any = case.targets[row]
    soft = rng.dirichlet(np.ones(case.classes))
    if rng.random() < 0.5:
        if case.has_index_targets:
            others_count = np.delete(case.kept, row).all()  # else they become distributions too, which takes Python
            target = rng.integers(case.classes) if rng.random() < 0.6 or not others_count else soft
        elif case.setup is Setup.MULTICLASS:
            target = soft
        else:
            target = rng.choice([0.0, 1.0, 0.4], len(logits))
    return case, row, logits, np.asarray(target) if case.has_index_targets else np.atleast_1d(target)


def keeps_an_ignored_row(change: Change) -> bool:
    case, _, _, target = change
    return case.has_index_targets and np.ndim(target) == 0 and int(target) == case.ignore_index


@pytest.mark.parametrize("seed", range(8))
def test_the_preview_is_what_python_computes(seed: int, script: Any) -> None:
    rng = np.random.default_rng(seed)
    changes = [change for _ in range(300) if not keeps_an_ignored_row(change := random_change(rng))]
    for found, change in zip(previews(script, changes), changes, strict=True):
        assert_same(found, change)


def test_the_preview_of_every_example_case(script: Any) -> None:
    changes = []
    for preset in PRESETS:
        case = preset.case
        for row in range(case.examples):
            if case.kept[row]:
                changes += [
                    (case, row, np.atleast_1d(case.logits[row]) + shift, np.asarray(case.targets[row]) * np.ones(size))
                    for shift in (0.0, 0.1, -1.0)
                    for size in [() if case.has_index_targets else np.atleast_1d(case.targets[row]).shape]
                ]
    for found, change in zip(previews(script, changes), changes, strict=True):
        assert_same(found, change)


def test_the_preview_of_an_ignored_row_is_zero(script: Any) -> None:
    case = share.from_query("z=2,1,0;1,2,3&y=-100,1&w=1,2,3")[0]
    data = board.board_data(evaluate(case), 0)
    (found,) = script.evaluate(PREVIEWS, [[data, [5.0, 1.0, 0.0], [0.0, 0.0, 0.0]]])
    assert [float(value) for value in found["share"]] == [0.0, 0.0, 0.0]
    assert float(found["loss"]) == pytest.approx(float(np.asarray(evaluate(case).loss)), rel=1e-12)


def test_a_confident_right_answer_keeps_its_tiny_loss(script: Any) -> None:
    """1 - p has lost every digit there; log1p over the other classes has not, nor has expm1 of the logarithm."""
    rows = [[20.0, 0.0, 0.0], [100.0, 1.0, 0.0], [700.0, 0.0, 0.0], [40.0, 0.0, 0.0]]
    one = Case("multiclass", [[1.0, 0, 0]], [0])
    changes: list[Change] = [(one, 0, np.array(z), np.asarray(0)) for z in rows]
    changes += [(dataclasses.replace(one, weight=[0.3, 2, 1], unit="bits"), 0, np.array(rows[0]), np.asarray(0))]
    changes += [(Case("binary", [1.0], [1.0]), 0, np.array([z]), np.array([1.0])) for z in (20.0, 40.0, 700.0)]
    labels = Case("multilabel", [[1.0, 1.0]], [[1.0, 0.0]], pos_weight=[3, 2])
    changes += [(labels, 0, np.array([z, -z]), np.array([1.0, 0.0])) for z in (20.0, 40.0, 700.0)]
    for found, change in zip(previews(script, changes), changes, strict=True):
        assert float(found["loss"]) > 0.0
        assert_same(found, change, rtol=1e-12, atol=0.0)


def test_logits_whose_difference_only_the_temperature_keeps_in_the_range(script: Any) -> None:
    changes: list[Change] = [
        (Case("multiclass", [[0.0, 0.0]], [1], temperature=t), 0, np.array([1e308, -1e308]), np.asarray(1))
        for t in (10.0, 1.0, 0.5)
    ]
    found = previews(script, changes)
    assert [float(each["loss"]) for each in found] == [2e307, math.inf, math.inf]
    for each, change in zip(found, changes, strict=True):
        assert_same(each, change)


# ------------------------------------------------------------------------------------------------- the verdict

VERDICTS = """async (answers) => {
  const { verdict } = await import("http://board.test/board/answer.js");
  return answers.map((data) => verdict(data, data.p.map(Number), data.targets.map(Number), data.kept));
}"""


def test_the_answer_bar_and_the_ledger_have_one_verdict(script: Any) -> None:
    rng = np.random.default_rng(0)
    batches = [case for _ in range(300) if (case := random_case(rng)).examples > 1]
    batches.append(share.from_query("z=2,1,0;0,1,0&y=1,1&names=cat,dog,fox&smoothing=1")[0])  # no class is likelier
    rows = [(breakdown, row) for case in batches for breakdown in [evaluate(case)] for row in range(case.examples)]
    found = script.evaluate(VERDICTS, [board.answer_data(breakdown, row) for breakdown, row in rows])
    for (breakdown, row), parts in zip(rows, found, strict=True):
        case = breakdown.case
        entry = board.board_data(breakdown, row)["ledger"][row]
        words = [part for part in parts if isinstance(part, str)]
        said = {key: part[key] for part in reversed(parts) if part not in words for key in part}  # the first of a kind
        if case.setup is Setup.MULTILABEL:
            assert words[-1].startswith(f"{entry['predicted']} labels right")
        elif entry["predicted"] == "no value":
            assert words[-1] == "no prediction: p is nan"
            continue
        else:
            assert entry["predicted"] == f"{case.names[said['name']]} {said['amount']}"
            label = case.names[said.get("label", said["name"])]
            assert entry["label"].startswith(label if case.kept[row] else "ignored")
        assert said.get("right") == entry["right"], (case, row)


# ------------------------------------------------------------------------------------------------- numbers as texts

TEXTS = """async ([values, texts]) => {
  const { format, shortest, percent, parse } = await import("http://board.test/board/numbers.js");
  const numbers = values.map(Number);
  return [numbers.map(format), numbers.map(percent), numbers.map(shortest),
          texts.map((text) => { const value = parse(text); return value === null ? null : String(value); })];
}"""


def values() -> list[float]:
    rng = np.random.default_rng(0)
    found = [0.0, -0.0, 1.0, -1.0, 0.1, 99.99999, 100.0, 999.9999, 1e3, 1e4, 1e6, 999999.96, 1e-3, 9.99e-4, 0.0005]
    found += [0.9995, 0.00049, 1e-300, 5e-324, 1.7e308, 1e21, 1e16, 123456789.0, math.inf, -math.inf, math.nan]
    found += list(rng.normal(0, 1, 300)) + list(rng.random(300)) + list(10.0 ** rng.uniform(-12, 12, 400))
    return [float(value) for value in found]


def test_numbers_are_written_as_python_writes_them(script: Any) -> None:
    given = values()
    formats, percents, shortests, _ = script.evaluate(TEXTS, [[plain(value) for value in given], []])
    assert formats == [explain.number(value) for value in given]
    for value, percent in zip(given, percents, strict=True):
        if str(value) == "nan" or 0.0 < value <= 1.0:
            assert percent == explain.percent(value)
    np.testing.assert_array_equal([share.parse_number(text) for text in shortests], given)


TIES = [
    100.0625,
    1000.125,
    1000.375,
    12345.25,
    1 / 16,
    3 / 16,
    5 / 16,
    0.125,
    0.375,
    1 / 32,
    5 / 32,
    1 / 32768,
    2.5,
    1125000.0,
    1135000.0,
    1e6 + 5e3,
]


@pytest.mark.parametrize("value", TIES)
def test_halves_are_rounded_as_python_rounds_them(value: float, script: Any) -> None:
    """Sixteen equal classes have 6.25 % each, on the answer bar and in the ledger."""
    formats, percents, _, _ = script.evaluate(TEXTS, [[value, -value], []])
    assert formats == [explain.number(value), explain.number(-value)]
    if value <= 1:
        assert percents[0] == explain.percent(value)


def test_what_is_typed_is_read_as_python_reads_it(script: Any) -> None:
    texts = ["2", "-0.5", ".5", "5.", "1e3", "1E-3", "+1", "−2", "inf", "-inf", "∞", "−∞", "Infinity", "NaN", "nan",
             " 7 ", "1e400", "-1e400", "1e-400", "", " ", "abc", "1,5", "1 2", "0x10", "1_0", "--1", "e5", ".", "1e",
             "infin", "١", "½", "1e+3", "0b1", "true", "None", "−−1", "1d", "1.5.2", "-0"]  # fmt: skip
    *_, read = script.evaluate(TEXTS, [[], texts])
    for text, found in zip(texts, read, strict=True):
        try:
            expected = share.parse_number(text)
        except InvalidCase:
            assert found is None, text
        else:
            assert found is not None, text
            np.testing.assert_array_equal(float(found), expected, err_msg=text)


# ------------------------------------------------------------------------------------------------- on the page itself

LIVE = {
    "multi-class": "z=2,1,0.1&y=1&names=cat,dog,fox&w=1,2,0.5&smoothing=0.1&T=2&unit=bits",
    "binary": "setup=binary&z=1.5,-1&y=0.25,1&names=ham,spam&w=2,1&pw=3",
    "multi-label": "setup=multilabel&z=2,0.5,-1&y=1,0.5,0&names=cat,dog,fox&w=1,2,0.5&pw=2,1,3&T=0.5",
}


@pytest.mark.parametrize("link", LIVE.values(), ids=LIVE.keys())
def test_what_is_shown_before_python_answers(link: str, visit: Opener) -> None:
    page = visit(link, hold=True)
    page.hold()  # what is drawn from here on is the browser's own
    case = page.case
    page.slider(case.names[1]).press("Shift+ArrowLeft")
    logits = case.logits.copy()
    logits.ravel()[0 if case.setup is Setup.BINARY else 1] -= 1.0
    after = evaluate(dataclasses.replace(case, logits=logits))
    cells = page.cells
    expected = {
        "shifted": after.shifted,
        "exp": after.exponentials,
        "p": after.probabilities,
        "log_p": after.log_probabilities,
        "nll": after.nll,
        "target": after.target_distribution,
        "share": after.share,
    }
    for stage, values_ in expected.items():
        np.testing.assert_allclose(cells[stage], values_[0], rtol=RTOL, atol=ATOL, err_msg=stage)
    assert page.loss == pytest.approx(after.loss, rel=RTOL)
    page.release()
    page.eventually(lambda: page.case, after.case)
    page.eventually(lambda: page.cells["nll"], after.nll[0].tolist())
    page.eventually(lambda: page.loss, after.loss)
