"""Every preset is a good link, and what its sentence claims is so."""

import math
import re
from collections.abc import Callable

import numpy as np
import pytest

from explorer import Breakdown, Case, Setup, evaluate, share
from explorer.explain import number
from explorer.presets import PRESETS, Preset, preset_of

TITLES = {preset.title: preset for preset in PRESETS}


def by_setup(setup: Setup) -> list[str]:
    return [preset.title for preset in PRESETS if preset.case.setup is setup]


def test_there_are_enough() -> None:
    assert len(PRESETS) >= 10
    assert len(TITLES) == len({preset.query for preset in PRESETS}) == len(PRESETS)
    assert all(by_setup(setup) for setup in Setup)
    assert PRESETS[0].query == share.DEFAULT_QUERY


@pytest.mark.parametrize("preset", PRESETS, ids=TITLES)
def test_the_link_is_canonical(preset: Preset) -> None:
    case, notices = share.from_query(preset.query)
    assert notices == []
    assert preset.case == case
    assert share.to_query(case) == preset.query
    assert preset_of(preset.query) is preset


@pytest.mark.parametrize("preset", PRESETS, ids=TITLES)
def test_the_words(preset: Preset) -> None:
    assert 5 <= len(preset.title) <= 32
    assert re.fullmatch(r"[A-Z].{40,130}\.", preset.lesson) or preset.lesson.startswith(("e^", "pos_weight"))
    assert not re.search(r"[<>*`\[\]$]", preset.lesson)  # plain text, wherever it is shown


def test_preset_of_another_link() -> None:
    assert preset_of("setup=multiclass&z=1,2&y=0") is None
    assert preset_of("") is None


# -------------------------------------------------------------------------------------------------- their claims


def fairly_sure(b: Breakdown) -> None:
    assert b.loss == pytest.approx(-math.log(b.probabilities[0, 0]), rel=1e-15)
    assert number(b.loss) == "0.4170"


def confident_and_right(b: Breakdown) -> None:
    assert number(b.loss) in TITLES["Confident and right"].lesson  # 4.12e-9
    assert b.loss == pytest.approx(math.log1p(2.0 * math.exp(-20.0)), rel=1e-15)
    shifted = np.array([0.0, -20.0, -20.0], dtype=np.float32)
    assert np.log(np.exp(shifted).sum()) == 0.0  # what float32 says


def confident_and_wrong(b: Breakdown) -> None:
    assert number(b.loss) == "9.0005"
    assert b.case.logits.max() - b.case.logits[0, 0] == 9.0
    further = evaluate(Case("multiclass", [0, 90, 1], 0)).loss
    assert further == pytest.approx(90.0, rel=1e-12)


def uniform(b: Breakdown) -> None:
    assert b.loss == b.uniform_loss == math.log(4.0)
    assert (b.probabilities == 0.25).all()


def tie(b: Breakdown) -> None:
    assert b.probabilities[0, 0] == b.probabilities[0, 1] == b.probabilities.max()
    assert math.log(2.0) < b.loss < math.log(2.0) + 0.001


def soft(b: Breakdown) -> None:
    assert 0.0 < b.floor == b.entropy[0] < b.loss
    ideal = evaluate(Case("multiclass", np.log(b.case.targets), b.case.targets))
    assert ideal.loss == pytest.approx(b.floor, rel=1e-14)


def smoothed(b: Breakdown) -> None:
    assert b.target_distribution[0].tolist() == pytest.approx([0.9 + 0.1 / 3, 0.1 / 3, 0.1 / 3], rel=1e-15)
    assert b.gradient[0, 0] > 0.0  # a larger logit for the right class would cost more
    hard = evaluate(Case("multiclass", b.case.logits, 0))
    assert hard.gradient[0, 0] < 0.0
    assert b.loss > hard.loss


def masked(b: Breakdown) -> None:
    assert b.probabilities[0, 2] == 0.0
    assert b.gradient[0, 2] == 0.0
    assert b.loss == evaluate(Case("multiclass", [2, 1], 0)).loss


def impossible(b: Breakdown) -> None:
    assert b.loss == math.inf
    assert b.probabilities[0, 2] == 0.0
    assert b.case.targets.tolist() == [2]


def too_big(b: Breakdown) -> None:
    with pytest.raises(OverflowError):
        math.exp(b.case.logits.max())
    assert b.loss == pytest.approx(2.0 + math.log1p(math.exp(-2.0)), rel=1e-15)
    assert b.loss == evaluate(Case("multiclass", [0, -2, -1000], 1)).loss


def hot(b: Breakdown) -> None:
    cold = evaluate(Case("multiclass", b.case.logits, 0)).probabilities[0]
    warm = b.probabilities[0]
    assert warm.max() < cold.max()
    assert warm.min() > cold.min()
    assert warm.argsort().tolist() == cold.argsort().tolist()


def next_word(b: Breakdown) -> None:
    assert math.exp(b.loss) == pytest.approx(1.0 / b.probabilities[0, b.case.targets[0]], rel=1e-14)
    assert number(math.exp(b.loss)) == "2.8271"
    assert math.exp(evaluate(Case("multiclass", [0.0] * 8, 1)).loss) == pytest.approx(8.0, rel=1e-14)


def weighted(b: Breakdown) -> None:
    assert b.divisor == b.case.weight[b.case.targets].sum() == 5.5 != b.case.examples
    assert b.loss == pytest.approx(1.737919, abs=5e-7)


def ignored(b: Breakdown) -> None:
    assert (b.divisor, b.case.examples) == (3.0, 4)
    assert b.per_example[2] == b.divisor_parts[2] == 0.0
    rest = [0, 1, 3]
    assert b.loss == evaluate(Case("multiclass", b.case.logits[rest], b.case.targets[rest])).loss


def spam(b: Breakdown) -> None:
    two = evaluate(Case("multiclass", [0, 1.5], 1))
    np.testing.assert_allclose(b.probabilities, two.probabilities, rtol=1e-15)
    assert b.loss == pytest.approx(two.loss, rel=1e-15)


def rare(b: Breakdown) -> None:
    without = evaluate(Case("binary", b.case.logits, b.case.targets))
    np.testing.assert_allclose(b.per_example / without.per_example, [3.0, 1.0, 3.0, 3.0], rtol=1e-14)
    assert b.divisor == b.case.examples == 4


def any_of_several(b: Breakdown) -> None:
    moved = evaluate(Case("multilabel", np.add(b.case.logits, [5.0, 0.0, 0.0, 0.0]), b.case.targets))
    np.testing.assert_array_equal(moved.probabilities[0, 1:], b.probabilities[0, 1:])
    np.testing.assert_array_equal(moved.share[0, 1:], b.share[0, 1:])
    assert moved.probabilities[0, 0] > b.probabilities[0, 0]


CLAIMS: dict[str, Callable[[Breakdown], None]] = {
    "A cat, fairly sure": fairly_sure,
    "Confident and right": confident_and_right,
    "Confident and wrong": confident_and_wrong,
    "No idea: uniform": uniform,
    "A tie for first place": tie,
    "A soft target": soft,
    "A smoothed label": smoothed,
    "A masked class": masked,
    "An impossible label": impossible,
    "Too big for exp": too_big,
    "Hot: temperature 3": hot,
    "The next word": next_word,
    "A batch with class weights": weighted,
    "A batch with an ignored row": ignored,
    "Spam or not: binary": spam,
    "Rare positives: pos_weight": rare,
    "Any of several: multi-label": any_of_several,
}


@pytest.mark.parametrize("title", TITLES)
def test_the_claim_holds(title: str) -> None:
    CLAIMS[title](evaluate(TITLES[title].case))


def test_no_claim_is_left_over() -> None:
    assert CLAIMS.keys() == TITLES.keys()
