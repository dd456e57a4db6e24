"""Every number between the logits and the loss: against PyTorch's rules, finite differences and its own identities."""

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from strategies import alone, cases

from explorer import Breakdown, Case, Reduction, Setup, Unit, evaluate
from explorer.dialects import pytorch
from explorer.numerics import softmax

INF, NAN = math.inf, math.nan
X = [[2.0, 1.0, 0.1], [0.5, 2.5, -1.0], [1.0, -1.0, 3.0], [0.0, 0.0, 0.0]]
Y = [0, 1, 1, 2]
W = [1.0, 2.0, 0.5]
Z, HIT = [2.0, -1.0, 0.5], [1.0, 0.0, 1.0]
ONE_HOT = np.eye(3)[Y]
M, B, L = "multiclass", "binary", "multilabel"

LOGITS = st.floats(-40.0, 40.0)


def sane(case: Case) -> Case:
    """The same case with options of an ordinary size, on which no sum overflows or loses its digits."""

    def tame(values: Any) -> Any:
        return None if values is None else np.round(values % 5.0, 3)

    return dataclasses.replace(
        case,
        temperature=0.25 + tame(case.temperature),
        label_smoothing=min(1.0, tame(case.label_smoothing)),
        weight=tame(case.weight),
        pos_weight=tame(case.pos_weight),
    )


def labelled(case: Case) -> Case:
    """The same case with a label that counts in every row."""
    targets = case.targets.argmax(axis=1) if case.targets.ndim == 2 else np.where(case.kept, case.targets, 0)
    return dataclasses.replace(case, targets=targets, ignore_index=-100)


SANE = cases(logits=LOGITS).map(sane)
SANE_MULTICLASS = cases(setups=[Setup.MULTICLASS], logits=LOGITS).map(sane)
SANE_BINARY = cases(setups=[Setup.BINARY, Setup.MULTILABEL], logits=LOGITS).map(sane)


def close(actual: Any, expected: Any, rtol: float = 1e-12, atol: float = 0.0) -> None:
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=atol, equal_nan=True)


def total(case: Case) -> float:
    return float(np.sum(evaluate(case).loss))


# ---------------------------------------------------------------------------------------------- the demo batches

DEMO: dict[str, tuple[Case, float]] = {
    "the first screen": (Case(M, X[0], 0), 0.417030),
    "the first screen in bits": (Case(M, X[0], 0, unit="bits"), 0.601647),
    "cross-entropy": (Case(M, X, Y), 1.452938),
    "sum": (Case(M, X, Y, reduction="sum"), 5.811752),
    "bits": (Case(M, X, Y, unit="bits"), 2.096146),
    "weighted mean: the weights are in the divisor": (Case(M, X, Y, weight=W), 1.737919),
    "one-hot and weighted: they are not": (Case(M, X, ONE_HOT, weight=W), 2.389639),
    "one-hot": (Case(M, X, ONE_HOT), 1.452938),
    "smoothing": (Case(M, X, Y, label_smoothing=0.1), 1.472938),
    "smoothing and weights": (Case(M, X, Y, weight=W, label_smoothing=0.1), 1.703771),
    "class 1 ignored": (Case(M, X, Y, ignore_index=1), 0.757821),
    "two rows ignored": (Case(M, X, [0, -100, -100, 2]), 0.757821),
    "every row ignored": (Case(M, X, [-100] * 4), NAN),
    "every row ignored, summed": (Case(M, X, [-100] * 4, reduction="sum"), 0.0),
    "no weight at all": (Case(M, X, Y, weight=0), NAN),
    "a label without weight, and smoothing": (Case(M, X[0], 0, weight=[0, 1, 1], label_smoothing=0.1), NAN),
    "binary": (Case(B, Z, HIT), 0.304756),
    "binary, pos_weight": (Case(B, Z, HIT, pos_weight=3), 0.705426),
    "binary, weight": (Case(B, Z, HIT, weight=3), 0.914267),
    "several labels": (Case(L, X[0], [1, 1, 0]), 0.394862),
    "several labels, one-hot": (Case(L, X, ONE_HOT), 0.942114),
}


@pytest.mark.parametrize(("case", "loss"), DEMO.values(), ids=DEMO)
def test_demo_batch(case: Case, loss: float) -> None:
    assert evaluate(case).loss == pytest.approx(loss, abs=5.1e-7, nan_ok=True)


FIRST_SCREEN: dict[str, Any] = {
    "shifted": [[0.0, -1.0, -1.9]],
    "exponentials": [[1.0, 0.36787944117144233, 0.14956861922263506]],
    "partition": [[1.5174480603940774]],
    "probabilities": [[0.6590011388859680, 0.2424329707047139, 0.09856589040931818]],
    "log_probabilities": [[-0.41703001627783348, -1.4170300162778335, -2.3170300162778335]],
    "nll": [[0.41703001627783348, 1.4170300162778335, 2.3170300162778335]],
    "target_distribution": [[1.0, 0.0, 0.0]],
    "share": [[0.41703001627783348, 0.0, 0.0]],
    "per_example": [0.41703001627783348],
    "entropy": [0.0],
    "cross_entropy": [0.41703001627783348],
    "kl": [0.41703001627783348],
    "numerator": 0.41703001627783348,
    "divisor": 1.0,
    "divisor_parts": [1.0],
    "loss": 0.41703001627783348,
    "uniform_loss": math.log(3.0),
    "floor": 0.0,
    "gradient": [[-0.3409988611140320, 0.2424329707047139, 0.09856589040931818]],
    # 4 eps p (1 - ln p) (1 - p): the label is exact
    "gradient_rounding": [[2.8282536759361247e-16, 3.9427115848276619e-16, 2.6176420300733083e-16]],
}


@pytest.mark.parametrize("field", FIRST_SCREEN)
def test_every_number_of_the_first_screen(field: str) -> None:
    close(getattr(evaluate(Case(M, X[0], 0)), field), FIRST_SCREEN[field], rtol=1e-14)


# ------------------------------------------------------------------------------------------ PyTorch's own rules


def torch_loss(case: Case, reduction: str) -> Any:
    """The same loss by the dialect, which evaluate does not use; in nats."""
    logits = case.logits / case.temperature
    if case.setup is Setup.MULTICLASS:
        return pytorch.cross_entropy(
            logits, case.targets, case.weight, case.ignore_index, reduction, case.label_smoothing
        )
    smooth = case.label_smoothing
    targets = case.targets * (1.0 - smooth) + smooth / 2.0
    return pytorch.binary_cross_entropy_with_logits(logits, targets, case.weight, reduction, case.pos_weight)


def agrees_with_torch(case: Case) -> None:
    b = evaluate(case)
    unreduced = torch_loss(case, "none") * case.unit.per_nat
    per_example = unreduced.sum(axis=1) if case.setup is Setup.MULTILABEL else unreduced
    close(b.per_example, per_example, rtol=1e-11, atol=1e-13)
    close(b.numerator, torch_loss(case, "sum") * case.unit.per_nat, rtol=1e-11, atol=1e-13)
    if case.reduction is Reduction.NONE:
        close(b.loss, b.per_example)
    else:
        close(b.loss, torch_loss(case, case.reduction.value) * case.unit.per_nat, rtol=1e-11, atol=1e-13)


@settings(max_examples=150)
@given(SANE_MULTICLASS)
def test_multiclass_is_torch_cross_entropy(case: Case) -> None:
    agrees_with_torch(case)


@settings(max_examples=150)
@given(SANE_BINARY)
def test_binary_and_multilabel_are_torch_bce_with_logits(case: Case) -> None:
    agrees_with_torch(case)


@settings(max_examples=50)
@given(SANE)
def test_a_temperature_divides_the_logits(case: Case) -> None:
    divided = dataclasses.replace(case, logits=case.logits / case.temperature, temperature=1.0)
    one, other = evaluate(case), evaluate(divided)
    close(one.loss, other.loss, atol=1e-13)
    close(one.probabilities, other.probabilities)
    close(one.gradient, other.gradient / case.temperature, atol=1e-13)


IN_NATS = ("log_probabilities", "nll", "share", "per_example", "entropy", "cross_entropy", "kl")
IN_NATS += ("numerator", "loss", "uniform_loss", "floor", "gradient", "gradient_rounding")
UNITLESS = ("shifted", "exponentials", "partition", "probabilities", "target_distribution", "divisor", "divisor_parts")


@settings(max_examples=50)
@given(SANE)
def test_a_bit_is_ln_2_nats(case: Case) -> None:
    nats = evaluate(dataclasses.replace(case, unit=Unit.NATS))
    bits = evaluate(dataclasses.replace(case, unit=Unit.BITS))
    for field in IN_NATS:
        close(getattr(bits, field), np.divide(getattr(nats, field), math.log(2.0)), rtol=1e-14, atol=1e-15)
    for field in UNITLESS:
        np.testing.assert_array_equal(getattr(bits, field), getattr(nats, field))
    assert {*IN_NATS, *UNITLESS, "case"} == {field.name for field in dataclasses.fields(Breakdown)}


# -------------------------------------------------------------------------------------------------- identities


@settings(max_examples=150)
@given(SANE)
def test_the_parts_make_the_whole(case: Case) -> None:
    b = evaluate(case)
    close(b.cross_entropy, b.entropy + b.kl)
    close(b.share.sum(axis=1), b.per_example)
    close(b.per_example.sum(), b.numerator)
    if case.reduction is Reduction.MEAN:
        close(b.divisor_parts.sum(), b.divisor)
        # Labels without weight: PyTorch's own part is 0 / 0, so the mean is nan whatever the smoothing adds to it.
        close(b.loss, np.float64(b.numerator) / b.divisor if b.divisor else np.nan)
    else:
        assert b.divisor == 1.0
        assert not b.divisor_parts.any()
        close(np.sum(b.loss), b.numerator)
    assert (b.kl >= 0.0).all()
    assert (b.entropy >= 0.0).all()
    if case.weight is None and case.pos_weight is None:
        close(b.per_example, b.cross_entropy, rtol=1e-12, atol=1e-15)


@given(hnp.arrays(np.float64, hnp.array_shapes(min_dims=2, max_dims=2), elements=st.floats(-60.0, 60.0)))
def test_a_target_that_is_predicted_has_no_divergence(logits: np.ndarray) -> None:
    """However confident it is: what rounding leaves over is in neither part, and the parts still make the whole."""
    b = evaluate(Case("multiclass", logits, softmax(logits)))
    close(b.cross_entropy, b.entropy + b.kl)
    close(b.kl, 0.0, atol=1e-15)
    assert (b.kl >= 0.0).all()
    assert (b.entropy >= 0.0).all()


# Taken as rounded probabilities, and their loss is PyTorch's: whatever they sum to.
JUST_OFF = [[0.333333] * 3, [0.3333333] * 3, [0.166667] * 6, [1.0000009, 0.0, 0.0], [0.4999996, 0.4999996, 0.0]]


@pytest.mark.parametrize("target", JUST_OFF, ids=str)
@pytest.mark.parametrize("first", [0.0, 2.0])
def test_targets_that_sum_to_1_but_for_their_digits(target: list[float], first: float) -> None:
    logits = [first, *[0.0] * (len(target) - 1)]
    b = evaluate(Case("multiclass", logits, target))
    close(b.loss, pytorch.cross_entropy([logits], [target]))
    close(b.cross_entropy, b.entropy + b.kl)
    assert b.kl >= 0.0
    assert b.entropy >= 0.0


def test_without_a_mean_there_is_no_gradient() -> None:
    """The label has weight 0, and smoothing alone leaves something to sum: 0 divides it, as in PyTorch."""
    b = evaluate(Case("multiclass", [2.0, 1.0], 0, weight=[0.0, 0.5], label_smoothing=0.5))
    assert b.numerator > 0.0
    assert math.isnan(b.loss)
    assert np.isnan(b.gradient).all()


@settings(max_examples=100)
@given(SANE)
def test_probabilities(case: Case) -> None:
    b = evaluate(case)
    if case.setup is not Setup.MULTILABEL:
        close(b.probabilities.sum(axis=1), 1.0, rtol=1e-14)
    close(np.exp(b.log_probabilities / case.unit.per_nat), b.probabilities)
    close(b.exponentials, np.exp(b.shifted))
    close(b.exponentials / b.partition, b.probabilities, atol=1e-300)
    if case.setup is not Setup.MULTILABEL:
        np.testing.assert_array_equal(b.nll, 0.0 - b.log_probabilities)
        assert (b.shifted.max(axis=1) == 0.0).all()


@settings(max_examples=100)
@given(SANE)
def test_the_marks(case: Case) -> None:
    """Equal logits give the uniform loss; no logits give less than the floor, which the ideal ones reach."""
    b = evaluate(case)
    zeros = dataclasses.replace(case, logits=np.zeros_like(case.logits))
    close(b.uniform_loss, evaluate(zeros).loss)
    if np.isnan(b.floor).any():
        assert b.divisor == 0.0
        return
    assert np.all(b.floor <= np.multiply(b.loss, 1.0 + 1e-12) + 1e-13)
    assert np.all(b.floor <= np.multiply(b.uniform_loss, 1.0 + 1e-12))


@settings(max_examples=50)
@given(SANE_MULTICLASS)
def test_the_floor_is_reached(case: Case) -> None:
    """By the logarithm of the weighted target, for a target that leaves no class out: smoothing sees to that."""
    case = dataclasses.replace(case, label_smoothing=max(case.label_smoothing, 0.01))
    q = evaluate(case).target_distribution * (1.0 if case.weight is None else case.weight)
    assume((q > 0.0).all())
    b = evaluate(dataclasses.replace(case, logits=np.log(q) * case.temperature))
    close(b.loss, b.floor, rtol=1e-11, atol=1e-13)
    close(b.gradient, 0.0, atol=1e-12 * (1.0 + q.sum()) / min(b.divisor, 1.0))


def test_one_unweighted_example_has_simple_marks() -> None:
    b = evaluate(Case(M, X[0], [0.7, 0.2, 0.1]))
    assert b.uniform_loss == pytest.approx(math.log(3.0), rel=1e-15)
    assert b.floor == b.entropy[0] == pytest.approx(0.8018185525433372, rel=1e-15)


# ---------------------------------------------------------------------------------------------- the gradient


@settings(max_examples=60)
@given(SANE.filter(lambda case: np.isfinite(evaluate(case).loss).all()))
def test_the_gradient_against_finite_differences(case: Case) -> None:
    b = evaluate(case)
    assert b.gradient.shape == case.logits.shape
    step = 1e-3 * case.temperature
    scale = np.sum(b.uniform_loss)
    for place in np.ndindex(case.logits.shape):
        losses = []
        for change in (-2.0, -1.0, 1.0, 2.0):
            moved = case.logits.copy()
            moved[place] += change * step
            losses.append(total(dataclasses.replace(case, logits=moved)))
        slope = (losses[0] - 8.0 * losses[1] + 8.0 * losses[2] - losses[3]) / (12.0 * step)
        rounding = 1e-11 * max(map(abs, losses)) / case.temperature
        assert b.gradient[place] == pytest.approx(slope, rel=1e-6, abs=rounding + 1e-9 * scale / case.temperature)


@pytest.mark.parametrize("gap", [20.0, 40.0, 100.0, 700.0])
def test_a_confident_right_answer_keeps_its_gradient(gap: float) -> None:
    tiny = math.exp(-gap) / (1.0 + math.exp(-gap))
    close(evaluate(Case(M, [gap, 0.0], 0)).gradient, [[-tiny, tiny]], rtol=1e-14)
    close(evaluate(Case(M, [gap, 0.0], [1.0, 0.0])).gradient, [[-tiny, tiny]], rtol=1e-14)
    close(evaluate(Case(B, [gap, -gap], [1, 0], reduction="sum")).gradient, [-tiny, tiny], rtol=1e-14)
    close(evaluate(Case(L, [gap, -gap], [1, 0], reduction="sum")).gradient, [[-tiny, tiny]], rtol=1e-14)


@settings(max_examples=50)
@given(SANE_MULTICLASS)
def test_the_gradient_of_a_softmax_sums_to_zero(case: Case) -> None:
    b = evaluate(case)
    assume(b.divisor > 0.0)
    close(b.gradient.sum(axis=1), 0.0, atol=1e-13 * (1.0 + np.sum(b.uniform_loss)) / case.temperature)


# ------------------------------------------------------------------------------------- one set-up inside another


@settings(max_examples=60)
@given(cases(setups=[Setup.BINARY], logits=LOGITS).map(sane))
def test_binary_is_two_classes_with_logits_0_and_z(case: Case) -> None:
    case = dataclasses.replace(case, weight=None, pos_weight=None)
    logits = np.stack([np.zeros_like(case.logits), case.logits], axis=1)
    targets = np.stack([1.0 - case.targets, case.targets], axis=1)
    two = dataclasses.replace(case, setup=Setup.MULTICLASS, logits=logits, targets=targets)
    binary, multiclass = evaluate(case), evaluate(two)
    for field in (
        "probabilities",
        "log_probabilities",
        "nll",
        "target_distribution",
        "share",
        "exponentials",
        "shifted",
    ):
        close(getattr(binary, field), getattr(multiclass, field), atol=1e-15)
    for field in ("per_example", "loss", "entropy", "cross_entropy", "divisor", "uniform_loss", "floor"):
        close(getattr(binary, field), getattr(multiclass, field), atol=1e-15)
    close(binary.kl, multiclass.kl, atol=1e-15)
    close(binary.gradient, multiclass.gradient[:, 1], atol=1e-15)


@settings(max_examples=60)
@given(cases(setups=[Setup.MULTILABEL], logits=LOGITS).map(sane))
def test_multilabel_is_its_binary_columns(case: Case) -> None:
    b = evaluate(case)
    per_example = np.zeros(case.examples)
    for k in range(case.classes):
        weight = None if case.weight is None else [case.weight[k]]
        pos_weight = None if case.pos_weight is None else [case.pos_weight[k]]
        one = dataclasses.replace(
            case, setup=Setup.BINARY, logits=case.logits[:, k], targets=case.targets[:, k],
            names=None, weight=weight, pos_weight=pos_weight,
        )  # fmt: skip
        column = evaluate(one)
        close(b.probabilities[:, k], column.probabilities[:, 1])
        close(b.share[:, k], column.per_example)
        ratio = case.classes if case.reduction is Reduction.MEAN else 1
        close(b.gradient[:, k], column.gradient / ratio, atol=1e-300)
        per_example += column.per_example
    close(b.per_example, per_example)


@settings(max_examples=60)
@given(SANE_MULTICLASS.map(labelled))
def test_a_label_is_a_one_hot_distribution(case: Case) -> None:
    soft = dataclasses.replace(case, targets=np.eye(case.classes)[case.targets])
    hard, one_hot = evaluate(case), evaluate(soft)
    for field in ("probabilities", "target_distribution", "share", "per_example", "entropy", "cross_entropy", "kl"):
        close(getattr(hard, field), getattr(one_hot, field))
    # Only the mean parts them: the weights of the labels, or the number of rows.
    if case.reduction is Reduction.MEAN:
        assert one_hot.divisor == case.examples
        close(hard.divisor, case.examples if case.weight is None else case.weight[case.targets].sum())


@settings(max_examples=60)
@given(SANE, st.data())
def test_a_batch_is_its_rows(case: Case, data: st.DataObject) -> None:
    row = data.draw(st.integers(0, case.examples - 1))
    whole, single = evaluate(case), evaluate(alone(case, row))
    for field in ("probabilities", "nll", "target_distribution", "share", "per_example", "kl", "divisor_parts"):
        close(getattr(whole, field)[row], getattr(single, field)[0], rtol=1e-14)
    if case.reduction is Reduction.NONE:
        for field in ("loss", "uniform_loss", "floor"):
            close(getattr(whole, field)[row], getattr(single, field)[0], rtol=1e-14)


# ----------------------------------------------------------------------------------------- ignored, infinite, nan


@pytest.mark.parametrize("bad", [NAN, INF, -INF, 1e308])
def test_an_ignored_row_does_no_harm(bad: float) -> None:
    spoilt = evaluate(Case(M, [*X, [bad, bad, 1.0]], [*Y, -100], weight=W))
    clean = evaluate(Case(M, X, Y, weight=W))
    assert spoilt.loss == clean.loss
    assert spoilt.divisor == clean.divisor
    np.testing.assert_array_equal(spoilt.gradient, [*clean.gradient, [0.0] * 3])
    for field in ("share", "target_distribution", "per_example", "entropy", "cross_entropy", "kl", "divisor_parts"):
        assert not getattr(spoilt, field)[-1].any(), field


def test_all_ignored() -> None:
    b = evaluate(Case(M, X, [-100] * 4))
    assert (b.numerator, b.divisor) == (0.0, 0.0)
    assert math.isnan(b.loss)
    assert math.isnan(b.uniform_loss)
    assert math.isnan(b.floor)
    assert np.isnan(b.gradient).all()
    assert not b.per_example.any()
    assert np.isfinite(b.probabilities).all()


def case_of(*arguments: Any, **options: Any) -> Case:
    return Case(*arguments, reduction="sum", **options)


EXTREMES: dict[str, tuple[Case, float, Any]] = {
    # case, loss, gradient
    "a loss of 1e9 is 1e9": (case_of(M, [1e9, 0.0], 1), 1e9, [[1.0, -1.0]]),
    "a loss of 1e300 is 1e300": (case_of(M, [1e300, 0.0], 1), 1e300, [[1.0, -1.0]]),
    "a loss beyond the range": (case_of(M, [1.7e308, -1.7e308], 1), INF, [[1.0, -1.0]]),
    "a difference beyond the range, and a temperature": (
        case_of(M, [1e308, -1e308, -INF], 1, temperature=10.0),
        2e307,
        [[0.1, -0.1, 0.0]],
    ),
    "a cold difference beyond the range": (case_of(M, [1e308, -1e308], 1, temperature=0.5), INF, [[2.0, -2.0]]),
    "a masked class": (case_of(M, [0.0, 0.0, -INF], 0), math.log(2.0), [[-0.5, 0.5, 0.0]]),
    "a masked label": (case_of(M, [0.0, 0.0, -INF], 2), INF, [[0.5, 0.5, -1.0]]),
    "a masked class with a soft target of 0": (case_of(M, [0.0, -INF], [1.0, 0.0]), 0.0, [[0.0, 0.0]]),
    "a masked class and smoothing": (case_of(M, [0.0, -INF], 0, label_smoothing=0.5), INF, [[0.25, -0.25]]),
    "a masked class without weight": (case_of(M, [0.0, -INF], 1, weight=[1, 0]), 0.0, [[0.0, 0.0]]),
    "+inf": (case_of(M, [INF, 0.0], 0), NAN, [[NAN, NAN]]),
    "all -inf": (case_of(M, [-INF, -INF], 0), NAN, [[NAN, NAN]]),
    "nan": (case_of(M, [NAN, 0.0], 1), NAN, [[NAN, NAN]]),
    "binary: certain and right": (case_of(B, [INF, -INF], [1, 0]), 0.0, [0.0, 0.0]),
    "binary: certain and wrong": (case_of(B, [INF, -INF], [0, 1]), INF, [1.0, -1.0]),
    "binary: certain, and a soft label": (case_of(B, INF, 0.75), INF, [0.25]),
    "binary: nan": (case_of(B, NAN, 1), NAN, [NAN]),
    "binary: 1e9": (case_of(B, [1e9, -1e9], [0, 1]), 2e9, [1.0, -1.0]),
    "binary: a cold 1e300": (case_of(B, 1e300, 0, temperature=1e-10), INF, [1e10]),
    "multi-label: one certain and wrong": (case_of(L, [-INF, 0.0], [1, 1]), INF, [[-1.0, -0.5]]),
    "multi-label: certain and right": (case_of(L, [INF, -INF], [1, 0]), 0.0, [[0.0, 0.0]]),
    "multi-label: nan beside a number": (case_of(L, [NAN, 0.0], [1, 1]), NAN, [[NAN, -0.5]]),
    "one class": (case_of(M, [5.0], 0), 0.0, [[0.0]]),
}


@pytest.mark.parametrize(("case", "loss", "gradient"), EXTREMES.values(), ids=EXTREMES)
def test_extremes(case: Case, loss: float, gradient: Any) -> None:
    b = evaluate(case)
    close(b.loss, loss, rtol=1e-15)
    close(b.gradient, gradient, rtol=1e-15)
    close(b.cross_entropy.sum(), b.entropy.sum() + b.kl.sum(), rtol=1e-15)


SMALL: dict[str, tuple[Callable[[float], Case], float]] = {
    "two classes": (lambda gap: Case(M, [gap, 0.0], 0), 1.0),
    "three classes": (lambda gap: Case(M, [gap, 0.0, 0.0], 0), 2.0),
    "a distribution": (lambda gap: Case(M, [gap, 0.0], [1.0, 0.0]), 1.0),
    "binary": (lambda gap: Case(B, gap, 1), 1.0),
    "binary, no": (lambda gap: Case(B, -gap, 0), 1.0),
    "multi-label": (lambda gap: Case(L, [gap, -gap], [1, 0]), 1.0),
    "a temperature": (lambda gap: Case(M, [2.0 * gap, 0.0], 0, temperature=2.0), 1.0),
}


@pytest.mark.parametrize(("make", "others"), SMALL.values(), ids=SMALL)
@pytest.mark.parametrize("gap", [20.0, 100.0, 700.0])
def test_a_confident_right_answer_keeps_its_loss(make: Callable[[float], Case], others: float, gap: float) -> None:
    b = evaluate(make(gap))
    close(b.loss, math.log1p(others * math.exp(-gap)), rtol=1e-14)
    close(b.kl, b.cross_entropy)


@settings(max_examples=200)
@given(cases())
def test_nothing_raises_or_warns(case: Case) -> None:
    """Any logits, weights and temperature of a float: whatever has no value is nan, without a warning."""
    b = evaluate(case)
    shapes = {"gradient": case.logits.shape, "gradient_rounding": case.logits.shape, "divisor_parts": (case.examples,)}
    shapes |= dict.fromkeys(("per_example", "entropy", "cross_entropy", "kl"), (case.examples,))
    tables = ("probabilities", "log_probabilities", "nll", "target_distribution", "share", "shifted", "exponentials")
    shapes |= dict.fromkeys(tables, (case.examples, case.classes))
    columns = case.classes if case.setup is Setup.MULTILABEL else 1
    shapes |= {"partition": (case.examples, columns)}
    for field, shape in shapes.items():
        assert getattr(b, field).shape == shape, field
        assert getattr(b, field).dtype == np.float64, field
    for field in ("loss", "uniform_loss", "floor"):
        assert np.shape(getattr(b, field)) == ((case.examples,) if case.reduction is Reduction.NONE else ()), field
    for field in ("numerator", "divisor"):
        assert isinstance(getattr(b, field), float), field
    assert not (b.probabilities < 0.0).any()
    assert not (b.probabilities > 1.0 + 1e-15).any()
