"""The PyTorch dialect against identities, slow loops and mpmath: nothing here needs torch."""

import inspect
import itertools
import math
import tracemalloc
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from explorer import numerics
from explorer.dialects import pytorch as F  # noqa: N812 - as PyTorch users import it

INF, NAN = math.inf, math.nan
X = np.array([[2.0, 1.0, 0.1], [0.5, 2.5, -1.0], [1.0, -1.0, 3.0], [0.0, 0.0, 0.0]])
Y = np.array([0, 1, 1, 2])
W = np.array([1.0, 2.0, 0.5])
Z, HIT = np.array([2.0, -1.0, 0.5]), np.array([1.0, 0.0, 1.0])
ONE_HOT = np.eye(3)[Y]
REDUCTIONS = ("none", "mean", "sum")

# ------------------------------------------------------------------------------------------- the demo batch

DEMO = {
    "cross-entropy": (lambda: F.cross_entropy(X, Y), 1.452938),
    "sum": (lambda: F.cross_entropy(X, Y, reduction="sum"), 5.811752),
    "weighted mean: the weights are in the divisor": (lambda: F.cross_entropy(X, Y, W), 1.737919),
    "one-hot and weighted: they are not": (lambda: F.cross_entropy(X, ONE_HOT, W), 2.389639),
    "smoothing": (lambda: F.cross_entropy(X, Y, label_smoothing=0.1), 1.472938),
    "smoothing and weights": (lambda: F.cross_entropy(X, Y, W, label_smoothing=0.1), 1.703771),
    "class 1 ignored": (lambda: F.cross_entropy(X, Y, ignore_index=1), 0.757821),
    "softmax twice": (lambda: F.cross_entropy(F.softmax(X, 1), Y), 1.010286),
    "softmax over the batch": (lambda: F.nll_loss(F.log_softmax(X, 0), Y), 1.935151),
    "probabilities into nll_loss": (lambda: F.nll_loss(F.softmax(X, 1), Y), -0.466547),
    "logits into nll_loss": (lambda: F.nll_loss(X, Y), -0.875),
    "KL with mean": (lambda: F.kl_div(F.log_softmax(X, 1), ONE_HOT), 0.484313),
    "KL with batchmean": (lambda: F.kl_div(F.log_softmax(X, 1), ONE_HOT, reduction="batchmean"), 1.452938),
    "BCE over softmax": (lambda: F.binary_cross_entropy(F.softmax(X, 1), ONE_HOT), 0.774546),
    "BCE of logits over one-hot": (lambda: F.binary_cross_entropy_with_logits(X, ONE_HOT), 0.942114),
    "hinge": (lambda: F.multi_margin_loss(X, Y), 0.833333),
    "binary": (lambda: F.binary_cross_entropy_with_logits(Z, HIT), 0.304756),
    "binary from probabilities": (lambda: F.binary_cross_entropy(F.sigmoid(Z), HIT), 0.304756),
    "sigmoid twice": (lambda: F.binary_cross_entropy_with_logits(F.sigmoid(Z), HIT), 0.537654),
    "labels of -1 in BCE": (lambda: F.binary_cross_entropy_with_logits(Z, 2.0 * HIT - 1.0), -0.028578),
    "pos_weight": (lambda: F.binary_cross_entropy_with_logits(Z, HIT, pos_weight=3.0), 0.705426),
    "weight for pos_weight": (lambda: F.binary_cross_entropy_with_logits(Z, HIT, 3.0), 0.914267),
    "labels of 0 in soft margin": (lambda: F.soft_margin_loss([-1.0], [0.0]), math.log(2.0)),
    "several labels under one softmax": (lambda: F.cross_entropy(X[0], np.array([1.0, 1.0, 0.0])), 1.834060),
    "several labels, a sigmoid each": (lambda: F.multilabel_soft_margin_loss(X[:1], [[1.0, 1.0, 0.0]]), 0.394862),
}


@pytest.mark.parametrize(("call", "value"), DEMO.values(), ids=DEMO)
def test_demo_batch(call: Callable[[], Any], value: float) -> None:
    assert call() == pytest.approx(value, abs=5.1e-7)


# ---------------------------------------------------------------------------------------- mpmath, the oracle


def exact_nll(row: np.ndarray, label: int) -> mpmath.mpf:
    """-log softmax in fifty digits."""
    terms = [mpmath.exp(mpmath.mpf(float(z)) - mpmath.mpf(float(row[label]))) for z in row]
    return mpmath.log(mpmath.fsum(terms))


@pytest.fixture(autouse=True)
def fifty_digits() -> Any:
    # 700 / ln(10) = 304 digits lie between 1 and exp(-700).
    with mpmath.workdps(350):
        yield


@pytest.mark.parametrize("gap", [1e-12, 0.5, 5.0, 20.0, 36.8, 100.0, 700.0])
def test_a_confident_answer_keeps_its_loss(gap: float) -> None:
    right = float(mpmath.log1p(mpmath.exp(-mpmath.mpf(gap))))
    wrong = float(gap + mpmath.log1p(mpmath.exp(-mpmath.mpf(gap))))
    exact = pytest.approx([right, wrong], rel=1e-15, abs=0.0)
    assert F.cross_entropy([[gap, 0.0], [0.0, gap]], [0, 0], reduction="none") == exact
    assert F.cross_entropy([[gap, 0.0], [0.0, gap]], [[1.0, 0.0], [1.0, 0.0]], reduction="none") == exact
    assert F.nll_loss(F.log_softmax([[gap, 0.0], [0.0, gap]], 1), [0, 0], reduction="none") == exact
    for label in (1.0, 0.0):
        sign = 1.0 if label else -1.0
        logits, labels = [sign * gap, -sign * gap], [label, label]
        assert F.binary_cross_entropy_with_logits(logits, labels, reduction="none") == exact
        assert F.multilabel_soft_margin_loss([[z] for z in logits], [[label]], reduction="none") == exact
        focal = F.sigmoid_focal_loss(logits, labels, alpha=-1, gamma=1.0)
        # 1 - p_t is 1 / (1 + exp(gap)) where the answer is right: it must not be taken from 1.
        assert focal[0] == pytest.approx(right / float(1 + mpmath.exp(gap)), rel=1e-15, abs=0.0)
    assert F.soft_margin_loss([gap], [1.0]) == pytest.approx(right, rel=1e-15, abs=0.0)


def test_the_values_at_a_gap_of_20_and_700() -> None:
    # log1p(exp(-20)) and exp(-700); float64 torch gives 2.0611536900435727e-09 and 0.
    assert F.cross_entropy([[20.0, 0.0]], [0]) == pytest.approx(2.061153620314381e-09, rel=1e-15)
    assert F.cross_entropy([[700.0, 0.0]], [0]) == pytest.approx(9.85967654375977e-305, rel=1e-15)


def test_random_rows_against_mpmath() -> None:
    rng = np.random.default_rng(7)
    logits = rng.normal(scale=15.0, size=(40, 6))
    labels = rng.integers(0, 6, size=40)
    expected = [float(exact_nll(row, label)) for row, label in zip(logits, labels, strict=True)]
    # The rounding of a logit's distance to the largest one is the limit: relative to that distance, not to the loss.
    np.testing.assert_allclose(F.cross_entropy(logits, labels, reduction="none"), expected, rtol=1e-13)


# ---------------------------------------------------------------------------------- slow and obvious: the loops


def slow_cross_entropy(
    logits: np.ndarray, labels: np.ndarray, weight: np.ndarray | None, ignored: int, smoothing: float, reduction: str
) -> Any:
    classes = logits.shape[1]
    weights = [1.0] * classes if weight is None else weight.tolist()
    losses, divisor = np.zeros(labels.shape), 0.0
    for place in np.ndindex(labels.shape):
        label = int(labels[place])
        if label == ignored:
            continue
        row = [float(logits[(place[0], c, *place[1:])]) for c in range(classes)]
        log_sum = max(row) + math.log(math.fsum(math.exp(z - max(row)) for z in row))
        nll = [log_sum - z for z in row]
        smooth = math.fsum(w * loss for w, loss in zip(weights, nll, strict=True)) / classes
        losses[place] = (1.0 - smoothing) * weights[label] * nll[label] + smoothing * smooth
        divisor += weights[label]
    if reduction == "none":
        return losses
    total = math.fsum(losses.ravel())
    return total if reduction == "sum" else total / divisor


SHAPES = [(1, 2), (5, 4), (3, 4, 2), (2, 3, 2, 3), (2, 2, 1, 2, 3)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_cross_entropy_against_a_loop(shape: tuple[int, ...], reduction: str) -> None:
    rng = np.random.default_rng(sum(shape))
    logits = rng.normal(scale=3.0, size=shape)
    labels = rng.integers(0, shape[1], size=shape[:1] + shape[2:])
    labels.flat[0] = 0  # so that something stays when class 1 is ignored
    for weighted, ignored, smoothing in itertools.product((False, True), (-100, 1), (0.0, 0.1, 1.0)):
        weight = rng.uniform(0.1, 2.0, size=shape[1]) if weighted else None
        expected = slow_cross_entropy(logits, labels, weight, ignored, smoothing, reduction)
        result = F.cross_entropy(logits, labels, weight, ignored, reduction, smoothing)
        # The loop takes logarithms of sums, so it is good to about 1e-15 in absolute terms.
        np.testing.assert_allclose(result, expected, rtol=1e-12, atol=1e-14)
        if smoothing == 0.0:
            from_log_p = F.nll_loss(F.log_softmax(logits, 1), labels, weight, ignored, reduction)
            np.testing.assert_allclose(from_log_p, result, rtol=1e-12)


def slow_multi_margin(row: np.ndarray, label: int, p: int, margin: float, weight: np.ndarray) -> float:
    gaps = [max(0.0, margin - row[label] + row[j]) ** p for j in range(len(row)) if j != label]
    return weight[label] * math.fsum(gaps) / len(row)


def slow_multilabel_margin(row: np.ndarray, labels: np.ndarray) -> float:
    right = list(itertools.takewhile(lambda label: label >= 0, labels.tolist()))
    wrong = [j for j in range(len(row)) if j not in right]
    return math.fsum(max(0.0, 1.0 - row[i] + row[j]) for i in right for j in wrong) / len(row)


def test_margin_losses_against_loops() -> None:
    rng = np.random.default_rng(3)
    scores, labels = rng.normal(scale=2.0, size=(9, 4)), rng.integers(0, 4, size=9)
    weight = rng.uniform(0.1, 2.0, size=4)
    for p, margin in itertools.product((1, 2), (0.5, 1.0, 3.0)):
        expected = [slow_multi_margin(*pair, p, margin, weight) for pair in zip(scores, labels, strict=True)]
        for reduction, value in (("none", expected), ("sum", sum(expected)), ("mean", sum(expected) / 9)):
            result = F.multi_margin_loss(scores, labels, p, margin, weight, reduction)
            np.testing.assert_allclose(result, value, rtol=1e-12)
    several = rng.integers(-1, 4, size=(9, 4))
    expected = [slow_multilabel_margin(*pair) for pair in zip(scores, several, strict=True)]
    np.testing.assert_allclose(F.multilabel_margin_loss(scores, several, "none"), expected, rtol=1e-12)
    np.testing.assert_allclose(F.multilabel_margin_loss(scores, several), sum(expected) / 9, rtol=1e-12)


# ------------------------------------------------------------------------------------------------- identities

LOGIT = st.floats(-50.0, 50.0)
CHANCE = st.floats(0.0, 1.0)


@st.composite
def batches(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Logits (N, C) and class indices (N,)."""
    rows, classes = draw(st.integers(1, 5)), draw(st.integers(1, 6))
    logits = draw(hnp.arrays(np.float64, (rows, classes), elements=LOGIT))
    return logits, draw(hnp.arrays(np.int64, rows, elements=st.integers(0, classes - 1)))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Logits and targets from 0 to 1, both (N, C)."""
    shape = draw(hnp.array_shapes(min_dims=2, max_dims=2, max_side=5))
    return draw(hnp.arrays(np.float64, shape, elements=LOGIT)), draw(hnp.arrays(np.float64, shape, elements=CHANCE))


def same(result: Any, expected: Any, atol: float = 0.0) -> None:
    np.testing.assert_allclose(result, expected, rtol=1e-11, atol=atol)


@given(batches(), st.sampled_from(REDUCTIONS), st.floats(0.0, 1.0))
def test_class_identities(batch: tuple[np.ndarray, np.ndarray], reduction: str, smoothing: float) -> None:
    logits, labels = batch
    classes = logits.shape[1]
    one_hot = np.eye(classes)[labels]
    plain = F.cross_entropy(logits, labels, reduction=reduction)
    smoothed = F.cross_entropy(logits, labels, reduction=reduction, label_smoothing=smoothing)
    same(F.cross_entropy(logits, one_hot, reduction=reduction), plain)
    same(F.cross_entropy(logits, labels, np.ones(classes), reduction=reduction), plain)
    same(F.cross_entropy(logits, labels, np.ones(classes), reduction=reduction, label_smoothing=smoothing), smoothed)
    same(F.nll_loss(F.log_softmax(logits, 1), labels, reduction=reduction), plain)
    same(F.cross_entropy(logits, one_hot, reduction=reduction, label_smoothing=smoothing), smoothed, atol=1e-14)
    target = (1.0 - smoothing) * one_hot + smoothing / classes
    same(F.cross_entropy(logits, target, reduction=reduction), smoothed, atol=1e-14)
    twice = F.cross_entropy(logits, one_hot, np.full(classes, 2.0), reduction=reduction)
    same(twice, 2.0 * np.asarray(plain))  # weights are not in the divisor of a soft target


@given(batches(), st.floats(0.0, 1.0))
def test_a_batch_is_its_rows(batch: tuple[np.ndarray, np.ndarray], smoothing: float) -> None:
    logits, labels = batch
    weight = np.linspace(0.5, 2.0, logits.shape[1])
    for options in ({}, {"weight": weight}, {"weight": weight, "label_smoothing": smoothing}):
        together = F.cross_entropy(logits, labels, reduction="none", **options)
        one_by_one = [
            F.cross_entropy(row, label, reduction="none", **options) for row, label in zip(*batch, strict=True)
        ]
        same(together, one_by_one)
        same(F.cross_entropy(logits, labels, reduction="sum", **options), np.sum(one_by_one))
        same(
            F.cross_entropy(logits, labels, **options),
            np.sum(one_by_one) / np.sum(weight[labels] if options else labels.size),
        )
    # The class dimension comes second, so the rows may as well lie along the last dimension.
    same(F.cross_entropy(logits.T[None], labels[None], weight), F.cross_entropy(logits, labels, weight))
    soft = F.softmax(logits[::-1], 1)
    same(F.cross_entropy(logits.T[None], soft.T[None], weight), F.cross_entropy(logits, soft, weight))


@given(batches(), st.permutations(range(6)), st.floats(-1e3, 1e3))
def test_order_and_shift_of_classes_change_nothing(
    batch: tuple[np.ndarray, np.ndarray], order: list[int], shift: float
) -> None:
    logits, labels = batch
    plain = F.cross_entropy(logits, labels, reduction="none")
    order = [c for c in order if c < logits.shape[1]]
    same(F.cross_entropy(logits[:, order], np.argsort(order)[labels], reduction="none"), plain)
    same(F.cross_entropy(logits + shift, labels, reduction="none"), plain, atol=1e-9)


@given(pairs(), st.sampled_from(REDUCTIONS))
def test_binary_identities(pair: tuple[np.ndarray, np.ndarray], reduction: str) -> None:
    logits, targets = pair
    plain = F.binary_cross_entropy_with_logits(logits, targets, reduction=reduction)
    ones, options = np.ones_like(targets), {"reduction": reduction}
    same(F.binary_cross_entropy_with_logits(logits, targets, ones, pos_weight=ones, **options), plain)
    same(F.binary_cross_entropy_with_logits(-logits, 1.0 - targets, **options), plain, atol=1e-13)
    same(F.sigmoid_focal_loss(logits, targets, alpha=-1, gamma=0.0, reduction=reduction), plain)
    same(2.0 * np.asarray(F.sigmoid_focal_loss(logits, targets, alpha=0.5, gamma=0.0, reduction=reduction)), plain)
    # A logit against 0 is a two-class softmax.
    two = np.stack([np.zeros_like(logits), logits], axis=1)
    same(F.cross_entropy(two, np.stack([1.0 - targets, targets], axis=1), **options), plain)
    hits = np.round(targets)
    binary = F.binary_cross_entropy_with_logits(logits, hits, **options)
    same(F.soft_margin_loss(logits, 2.0 * hits - 1.0, **options), binary)
    same(F.multilabel_soft_margin_loss(logits, hits), F.binary_cross_entropy_with_logits(logits, hits))
    moderate = logits / 10.0
    same(
        F.binary_cross_entropy(F.sigmoid(moderate), targets, **options),
        F.binary_cross_entropy_with_logits(moderate, targets, **options),
    )


@given(pairs())
def test_divergence_identities(pair: tuple[np.ndarray, np.ndarray]) -> None:
    logits, _ = pair
    log_p = F.log_softmax(logits, 1)
    q = F.softmax(logits[::-1] / 3.0, 1)
    kl = F.kl_div(log_p, q, reduction="batchmean")
    same(kl, F.cross_entropy(logits, q) - np.mean(numerics.entropy(q)), atol=1e-12)
    same(F.kl_div(log_p, np.log(q), reduction="batchmean", log_target=True), kl, atol=1e-12)
    same(F.kl_div(log_p, q, reduction="sum"), np.sum(F.kl_div(log_p, q, reduction="none")), atol=1e-12)
    same(F.kl_div(log_p, q), kl / logits.shape[1], atol=1e-12)
    same(np.exp(log_p), F.softmax(logits, 1))
    same(np.sum(F.softmax(logits, 0), axis=0), np.ones(logits.shape[1]))
    same(F.logsigmoid(logits), np.log(F.sigmoid(logits)), atol=1e-15)


# ---------------------------------------------------------------------------------- the quirks, one line each

QUIRKS = {
    "the mean of nothing is nan": (lambda: F.cross_entropy(np.zeros((0, 3)), []), NAN),
    "the sum of nothing is 0": (lambda: F.cross_entropy(np.zeros((0, 3)), [], reduction="sum"), 0.0),
    "all ignored": (lambda: F.cross_entropy(X, [-100] * 4), NAN),
    "all weights 0": (lambda: F.cross_entropy(X, Y, np.zeros(3)), NAN),
    "a soft target of 0 meets -inf": (lambda: F.cross_entropy([[0.0, -INF]], [[1.0, 0.0]]), NAN),
    "an index passes by -inf": (lambda: F.cross_entropy([[0.0, -INF]], [0]), 0.0),
    "smoothing does not": (lambda: F.cross_entropy([[0.0, -INF]], [0], label_smoothing=0.1), INF),
    "-inf on the target": (lambda: F.cross_entropy([[-INF, 0.0]], [0]), INF),
    "any +inf": (lambda: F.cross_entropy([[INF, 0.0]], [0]), NAN),
    "a nan row that is ignored": (lambda: F.cross_entropy([[NAN, 0.0], [0.0, 0.0]], [-100, 0]), math.log(2.0)),
    "a smoothing below 0 is none": (lambda: F.cross_entropy(X, Y, label_smoothing=-0.5), F.cross_entropy(X, Y)),
    "BCE stops at 100": (lambda: F.binary_cross_entropy([0.0], [1.0]), 100.0),
    "BCE of logits does not": (lambda: F.binary_cross_entropy_with_logits([-1e9], [1.0]), 1e9),
    "+inf on a positive": (lambda: F.binary_cross_entropy_with_logits([INF], [1.0]), NAN),
    "+inf on a negative": (lambda: F.binary_cross_entropy_with_logits([INF], [0.0]), INF),
    "-inf on either": (lambda: F.binary_cross_entropy_with_logits([-INF], [0.0]), NAN),
    "soft margin overflows": (lambda: F.soft_margin_loss([-710.0], [1.0]), INF),
    "KL of 0 against 0": (lambda: F.kl_div([-INF], [0.0]), NAN),
    "KL of 0": (lambda: F.kl_div([-1.0], [0.0]), 0.0),
    "batchmean of one row divides by its classes": (lambda: F.kl_div([-1.0, -1.0], [1.0, 0.0], "batchmean"), 0.5),
    "hinge divides by C": (lambda: F.multi_margin_loss([[0.0, 0.0]], [0]), 0.5),
    "nothing is read behind -1": (lambda: F.multilabel_margin_loss([[0.0, 0.0, 9.0]], [[-1, 0, 1]]), 0.0),
}


@pytest.mark.parametrize(("call", "value"), QUIRKS.values(), ids=QUIRKS)
def test_quirk(call: Callable[[], Any], value: float) -> None:
    assert call() == pytest.approx(value, rel=1e-15, abs=0.0, nan_ok=True)


def test_certainty_costs_0_and_not_minus_0() -> None:
    results = [
        F.cross_entropy([[1000.0, 0.0]], [0], reduction="none"),
        F.cross_entropy([[1000.0, 0.0]], [[1.0, 0.0]], reduction="none"),
        F.binary_cross_entropy([1.0, 0.0], [1.0, 0.0], reduction="none"),
        F.binary_cross_entropy_with_logits([1000.0, -1000.0], [1.0, 0.0], reduction="none"),
        F.nll_loss([[0.0, -9.0]], [0], reduction="none"),
    ]
    assert not any(np.signbit(result).any() for result in results)


# ------------------------------------------------------------------------------------- what goes in, what comes out


def test_the_signatures_are_those_of_the_contract() -> None:
    expected = {
        "cross_entropy": "input, target, weight=None, ignore_index=-100, reduction='mean', label_smoothing=0.0",
        "nll_loss": "input, target, weight=None, ignore_index=-100, reduction='mean'",
        "binary_cross_entropy": "input, target, weight=None, reduction='mean'",
        "binary_cross_entropy_with_logits": "input, target, weight=None, reduction='mean', pos_weight=None",
        "multilabel_soft_margin_loss": "input, target, weight=None, reduction='mean'",
        "multi_margin_loss": "input, target, p=1, margin=1.0, weight=None, reduction='mean'",
        "multilabel_margin_loss": "input, target, reduction='mean'",
        "soft_margin_loss": "input, target, reduction='mean'",
        "hinge_embedding_loss": "input, target, margin=1.0, reduction='mean'",
        "kl_div": "input, target, reduction='mean', log_target=False",
        "softmax": "input, dim=None",
        "log_softmax": "input, dim=None",
        "sigmoid": "input",
        "logsigmoid": "input",
        "sigmoid_focal_loss": "inputs, targets, alpha=0.25, gamma=2.0, reduction='none'",
    }
    for name, written in expected.items():
        parameters = inspect.signature(getattr(F, name)).parameters.values()
        assert ", ".join(str(p.replace(annotation=p.empty)) for p in parameters) == written
    assert set(expected) == set(F.__all__)


@pytest.mark.parametrize("number", [list, tuple, np.float32, np.float16], ids=lambda kind: kind.__name__)
def test_anything_that_numpy_reads_is_an_input(number: Any) -> None:
    logits = number(X.round(1).tolist())
    assert F.cross_entropy(logits, Y.tolist()) == pytest.approx(1.452938, abs=1e-3)
    for integer in (np.int8, np.int32, np.int64, np.uint8, np.uint64):
        assert F.cross_entropy(X, Y.astype(integer)) == F.cross_entropy(X, Y)


def test_reduced_losses_are_float64_numbers() -> None:
    for result in (
        F.cross_entropy(X, Y),
        F.cross_entropy(X[0], 0, reduction="none"),
        F.softmax(1.0, 0),
        F.sigmoid(0.0),
    ):
        assert type(result) is np.float64


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("shape", [(1, 3), (4, 1), (4, 3), (1, 100), (3277, 10), (40, 1000)], ids=str)
def test_no_argument_is_changed(shape: tuple[int, int], order: Any) -> None:
    rng = np.random.default_rng(1)
    logits = np.asarray(rng.normal(size=shape), order=order)
    labels = rng.integers(0, shape[1], size=shape[0])
    labels[0] = -100
    weight = np.ones(shape[1])
    kept = [part.copy() for part in (logits, labels, weight)]
    targets = F.softmax(logits, 1)
    F.cross_entropy(logits, labels)
    F.cross_entropy(logits, labels, weight, label_smoothing=0.1)
    F.cross_entropy(logits, targets, weight, label_smoothing=0.1)
    F.nll_loss(logits, labels, weight)
    F.binary_cross_entropy(targets, targets, weight)
    F.binary_cross_entropy_with_logits(logits, targets, weight, pos_weight=weight)
    F.multi_margin_loss(logits, np.maximum(labels, 0), weight=weight)
    for before, after in zip(kept, (logits, labels, weight), strict=True):
        np.testing.assert_array_equal(after, before)


@pytest.mark.parametrize("shape", [(20_000, 3), (10_001, 64), (1_000, 65), (70, 2_000)], ids=str)
def test_large_batches_are_the_same_sums(shape: tuple[int, int]) -> None:
    """The rows are worked on in blocks; every block, the last and shorter one too, gives what one pass gives."""
    rng = np.random.default_rng(2)
    logits, labels = rng.normal(scale=4.0, size=shape), rng.integers(0, shape[1], size=shape[0])
    labels[::7] = -100
    kept = labels != -100
    expected = -numerics.log_softmax(logits)[np.arange(shape[0]), labels * kept] * kept
    np.testing.assert_allclose(F.cross_entropy(logits, labels, reduction="none"), expected, rtol=1e-13)
    # Classes from right to left, so that nothing is contiguous.
    mirrored = F.cross_entropy(logits[:, ::-1], shape[1] - 1 - labels, ignore_index=shape[1] + 99)
    np.testing.assert_allclose(mirrored, expected.sum() / kept.sum(), rtol=1e-13)


@pytest.mark.parametrize("shape", [(200_000, 10), (4_000, 500)], ids=str)
def test_memory_stays_far_below_the_input(shape: tuple[int, int]) -> None:
    logits, labels = np.zeros(shape), np.zeros(shape[0], dtype=np.int64)
    tracemalloc.start()
    try:
        F.cross_entropy(logits, labels)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 0.5 * logits.nbytes


# ------------------------------------------------------------------------------------------- errors say what came in

ERRORS = {
    "reduction": (
        lambda: F.cross_entropy(X, Y, reduction="average"),
        ValueError,
        ["'average'", "'none', 'mean', 'sum'"],
    ),
    "no reduction": (lambda: F.nll_loss(X, Y, reduction=None), ValueError, ["None"]),
    "kl_div's own": (lambda: F.kl_div(X, X, reduction="avg"), ValueError, ["'avg'", "'batchmean'"]),
    "class too large": (lambda: F.cross_entropy(X, Y + 1), IndexError, ["3", "0..2", "-100"]),
    "labels from 1": (lambda: F.cross_entropy(X, Y - 1), IndexError, ["-1", "0..2"]),
    "batch size": (lambda: F.cross_entropy(X, Y[:3]), ValueError, ["4", "(3,)"]),
    "column of labels": (lambda: F.cross_entropy(X, Y[:, None]), RuntimeError, ["(4, 1)", "(4,)"]),
    "float labels": (lambda: F.cross_entropy(X, Y + 0.0), RuntimeError, ["float64", "integers"]),
    "integers as probabilities": (lambda: F.cross_entropy(X, ONE_HOT.astype(int)), RuntimeError, ["int64", "floats"]),
    "true and false": (lambda: F.cross_entropy(X, Y > 0), RuntimeError, ["bool"]),
    "smoothing": (lambda: F.cross_entropy(X, Y, label_smoothing=1.5), RuntimeError, ["1.5", "between 0 and 1"]),
    "ignore_index": (lambda: F.cross_entropy(X, ONE_HOT, ignore_index=2), RuntimeError, ["ignore_index is 2"]),
    "weights": (lambda: F.cross_entropy(X, Y, W[:2]), RuntimeError, ["(2,)", "(3,)"]),
    "probability": (lambda: F.binary_cross_entropy([1.2], [1.0]), RuntimeError, ["input", "1.2", "between 0 and 1"]),
    "label": (lambda: F.binary_cross_entropy([0.5], [-1.0]), RuntimeError, ["target", "-1.0"]),
    "column against row": (
        lambda: F.binary_cross_entropy_with_logits(X[:, :1], X[:, 0]),
        ValueError,
        ["(4, 1)", "(4,)"],
    ),
    "pos_weight": (
        lambda: F.binary_cross_entropy_with_logits(X, X, pos_weight=[1, 2]),
        RuntimeError,
        ["pos_weight", "(2,)"],
    ),
    "p": (lambda: F.multi_margin_loss(X, Y, p=3), ValueError, ["3", "1 or 2"]),
    "margin class": (lambda: F.multi_margin_loss(X, Y + 1), RuntimeError, ["3", "0..2"]),
    "dim": (lambda: F.softmax(X, 2), IndexError, ["2", "-2..1"]),
    "alpha": (lambda: F.sigmoid_focal_loss(X, X, alpha=2.0), ValueError, ["2.0", "-1"]),
}


@pytest.mark.parametrize(("call", "error", "words"), ERRORS.values(), ids=ERRORS)
def test_error(call: Callable[[], Any], error: type[Exception], words: list[str]) -> None:
    with pytest.raises(error) as caught:
        call()
    assert caught.type is error
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize("label_smoothing", [0.0, 0.1, 1.0])
def test_labels_without_weight_have_no_mean(label_smoothing: float) -> None:
    """As torch 2.13 gives: it divides the two parts of a smoothed loss apart, and one of them is 0 / 0."""
    assert np.isnan(F.cross_entropy([[2.0, 1.0, 0.1]], [0], [0.0, 1.0, 2.0], label_smoothing=label_smoothing))
