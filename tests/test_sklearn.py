"""The scikit-learn dialect against slow loops and identities: nothing here needs scikit-learn."""

import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from explorer import numerics
from explorer.dialects import pytorch, sklearn
from explorer.dialects.sklearn import hinge_loss, log_loss

X = np.array([[2.0, 1.0, 0.1], [0.5, 2.5, -1.0], [1.0, -1.0, 3.0], [0.0, 0.0, 0.0]])
Y = np.array([0, 1, 1, 2])
P = numerics.softmax(X)
NAMES = np.array(["cat", "dog", "dog", "fox"])
ONE_HOT = np.eye(3)[Y]
W = np.array([1.0, 2.0, 0.5, 0.0])
HIT, CHANCE = np.array([1, 0, 1]), numerics.sigmoid([2.0, -1.0, 0.5])
EPS = np.finfo(np.float64).eps
BINARY = sum(math.log1p(math.exp(-z)) for z in (2.0, 1.0, 0.5)) / 3.0

# ------------------------------------------------------------------------------------------- values and quirks

VALUES = {
    "the demo batch": (lambda: log_loss(Y, P), 1.4529380351420286),
    "sum": (lambda: log_loss(Y, P, normalize=False), 5.8117521405681145),
    "texts": (lambda: log_loss(NAMES, P), 1.4529380351420286),
    "one-hot": (lambda: log_loss(ONE_HOT, P), 1.4529380351420286),
    "a column of labels": (lambda: log_loss(Y[:, None], P), 1.4529380351420286),
    "binary": (lambda: log_loss(HIT, CHANCE), BINARY),
    "binary, one column": (lambda: log_loss(HIT, CHANCE[:, None]), BINARY),
    "four certainties": (lambda: log_loss([0, 1, 1], [0.0, 1.0, 1.0]), EPS),
    "0 costs 36.04": (lambda: log_loss([1, 0], [0.0, 1.0]), 36.04365338911715),
    "and 15.94 in float32": (lambda: log_loss([1, 0], np.array([0, 1], np.float32)), -math.log(2.0**-23)),
    "and 6.93 in float16": (lambda: log_loss([1, 0], np.array([0, 1], np.float16)), -math.log(2.0**-10)),
    "columns are read in sorted order": (lambda: log_loss(["b", "a"], [[1.0, 0.0], [0.0, 1.0]]), 36.04365338911715),
    "whatever the order of labels": (
        lambda: log_loss(["b", "a"], [[1.0, 0.0], [0.0, 1.0]], labels=["b", "a"]),
        36.04365338911715,
    ),
    "texts sort as texts": (lambda: log_loss(["10", "9"], [[1.0, 0.0], [0.0, 1.0]]), EPS),
    "one label, if the others are named": (lambda: log_loss([1], [[0.5, 0.5]], labels=[0, 1]), math.log(2.0)),
    "rows are not normalised": (lambda: log_loss([0, 1], [[0.25, 0.25], [0.25, 0.25]]), math.log(4.0)),
    "several hits add up": (lambda: log_loss([[1, 1], [0, 1]], [[0.5, 0.5], [0.5, 0.5]]), 1.5 * math.log(2.0)),
    "no hit costs nothing": (lambda: log_loss([[0, 0], [0, 0]], [[0.5, 0.5], [0.5, 0.5]]), 0.0),
    "weights divide by their sum": (lambda: log_loss([0, 1], [0.5, 0.25], sample_weight=[0, 3]), math.log(4.0)),
    "or by nothing": (
        lambda: log_loss([0, 1], [0.5, 0.25], normalize=False, sample_weight=[0, 3]),
        3.0 * math.log(4.0),
    ),
    "Crammer and Singer": (lambda: hinge_loss(Y, X), 1.5),
    "PyTorch sums and divides by C": (lambda: pytorch.multi_margin_loss(X, Y), 0.8333333333333334),
    "binary hinge": (lambda: hinge_loss(HIT, [2.0, -1.0, 0.5]), 0.5 / 3.0),
    "two labels of any kind": (lambda: hinge_loss(["yes", "no", "yes"], [2.0, -1.0, 0.5]), 0.5 / 3.0),
    "one label is the negative one": (lambda: hinge_loss([1, 1], [3.0, 3.0]), 4.0),
    "even if another is named": (lambda: hinge_loss([1, 1], [3.0, 3.0], labels=[0, 1]), 4.0),
    "of three labels the least is positive": (lambda: hinge_loss([0, 1, 2], [3.0, -3.0, -3.0], labels=[0, 1]), 0.0),
}


@pytest.mark.parametrize(("call", "value"), VALUES.values(), ids=VALUES)
def test_value(call: Callable[[], Any], value: float) -> None:
    assert call() == pytest.approx(value, rel=1e-13, abs=0.0)


# ---------------------------------------------------------------------------------- slow and obvious: the loops


def slow_log_loss(labels: list[Any], p: np.ndarray, weights: list[float]) -> float:
    order = sorted(set(labels))
    losses = [-math.log(min(max(p[i, order.index(label)], EPS), 1 - EPS)) for i, label in enumerate(labels)]
    return math.fsum(w * loss for w, loss in zip(weights, losses, strict=True)) / math.fsum(weights)


def slow_hinge_loss(labels: list[Any], scores: np.ndarray, weights: list[float]) -> float:
    order, losses = sorted(set(labels)), []
    for row, label in zip(scores, labels, strict=True):
        right = order.index(label)
        losses.append(max(0.0, 1.0 - row[right] + max(z for j, z in enumerate(row) if j != right)))
    return math.fsum(w * loss for w, loss in zip(weights, losses, strict=True)) / math.fsum(weights)


@pytest.mark.parametrize("kind", [int, float, str, lambda label: -3 * label, lambda label: "zyxw"[label]])
def test_against_loops(kind: Callable[[int], Any]) -> None:
    rng = np.random.default_rng(5)
    scores, weights = rng.normal(scale=4.0, size=(30, 4)), rng.uniform(0.1, 2.0, size=30)
    labels = [kind(label) for label in [0, 1, 2, 3, *rng.integers(0, 4, size=26).tolist()]]
    p = numerics.softmax(scores)
    p[5] = [0.0, 1.0, 0.0, 0.0]
    assert log_loss(labels, p, sample_weight=weights) == pytest.approx(
        slow_log_loss(labels, p, weights.tolist()), rel=1e-13
    )
    assert hinge_loss(labels, scores, sample_weight=weights) == pytest.approx(
        slow_hinge_loss(labels, scores, weights.tolist()), rel=1e-13
    )


# ------------------------------------------------------------------------------------------------- identities


@st.composite
def batches(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Logits (N, K), labels (N,) and positive weights (N,)."""
    rows, classes = draw(st.integers(1, 6)), draw(st.integers(2, 5))
    logits = draw(hnp.arrays(np.float64, (rows, classes), elements=st.floats(-15.0, 15.0)))
    labels = draw(hnp.arrays(np.int64, rows, elements=st.integers(0, classes - 1)))
    return logits, labels, draw(hnp.arrays(np.float64, rows, elements=st.floats(0.1, 10.0)))


@given(batches())
def test_identities(batch: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    logits, y, weights = batch
    rows, classes = logits.shape
    p, options = numerics.softmax(logits), {"labels": np.arange(classes)}
    # The rounding of p near 1 is the limit: absolute, not relative.
    same = pytest.approx(log_loss(y, p, **options), rel=1e-12, abs=1e-14)
    assert pytorch.cross_entropy(logits, y) == same
    assert log_loss(np.eye(classes)[y], p) == same
    assert log_loss(y, p, normalize=False, **options) / rows == same
    assert log_loss(y, p, sample_weight=np.full(rows, 3.0), **options) == same
    assert log_loss(y, p, labels=np.arange(classes)[::-1]) == same
    order = np.argsort([f"{label}" for label in range(classes)])
    assert log_loss(y.astype(str), p[:, order], labels=np.arange(classes).astype(str)) == same
    each = [log_loss(y[i : i + 1], p[i : i + 1], **options) for i in range(rows)]
    assert log_loss(y, p, sample_weight=weights, **options) == pytest.approx(
        np.average(each, weights=weights), rel=1e-12
    )
    assert log_loss(y, p, False, weights, **options) == pytest.approx(np.dot(each, weights), rel=1e-12)


@given(batches(), st.floats(-5.0, 5.0))
def test_hinge_identities(batch: tuple[np.ndarray, np.ndarray, np.ndarray], shift: float) -> None:
    scores, y, weights = batch
    rows, classes = scores.shape
    if classes == 2:
        # Two columns become one score, the difference; of the two labels both must occur.
        margin = np.append(scores[:, 1] - scores[:, 0], [9.0, -9.0])
        labels = np.append(y, [1, 0])
        expected = pytorch.multi_margin_loss(np.stack([0.0 * margin, margin], axis=1), labels) * 2.0
        assert hinge_loss(labels, margin) == pytest.approx(expected, rel=1e-12)
        return
    options = {"labels": range(classes)}
    plain = pytest.approx(hinge_loss(y, scores, **options), rel=1e-12, abs=1e-12)
    assert hinge_loss(y, scores + shift, **options) == plain
    assert hinge_loss(y, scores, sample_weight=np.ones(rows), **options) == plain
    each = [hinge_loss(y[i : i + 1], scores[i : i + 1], **options) for i in range(rows)]
    assert hinge_loss(y, scores, sample_weight=weights, **options) == pytest.approx(
        np.average(each, weights=weights), rel=1e-12
    )
    summed = [pytorch.multi_margin_loss(scores[i], y[i]) * classes for i in range(rows)]
    assert all(best <= total + 1e-12 for best, total in zip(each, summed, strict=True))


# ------------------------------------------------------------------------------------- what goes in, what comes out


def test_the_signatures_are_those_of_the_contract() -> None:
    expected = {
        "log_loss": "y_true, y_proba, normalize=True, sample_weight=None, labels=None",
        "hinge_loss": "y_true, pred_decision, labels=None, sample_weight=None",
    }
    for name, written in expected.items():
        parameters = inspect.signature(getattr(sklearn, name)).parameters.values()
        assert ", ".join(str(p.replace(annotation=p.empty)) for p in parameters) == written
    assert set(expected) == set(sklearn.__all__)


def test_losses_are_float64_numbers() -> None:
    for result in (
        log_loss(Y, P),
        log_loss(Y, P.astype(np.float32), normalize=False),
        log_loss(HIT, CHANCE, sample_weight=[1, 2, 3]),
        hinge_loss(Y, X),
        hinge_loss(HIT, [1, 2, 3]),
    ):
        assert type(result) is np.float64


@pytest.mark.parametrize("number", [list, tuple, np.float32, np.float16], ids=lambda kind: kind.__name__)
def test_anything_that_numpy_reads_is_an_input(number: Any) -> None:
    assert log_loss(Y.tolist(), number(P.tolist())) == pytest.approx(1.452938, abs=1e-3)
    assert hinge_loss(tuple(Y), number(X.round(1).tolist())) == pytest.approx(1.5, abs=1e-3)


def test_no_argument_is_changed() -> None:
    kept = [Y, P, X, W, HIT, CHANCE, ONE_HOT]
    before = [part.copy() for part in kept]
    log_loss(Y, P, sample_weight=W, labels=Y[[0, 1, 3]])
    log_loss(ONE_HOT, P, sample_weight=W)
    log_loss(HIT, CHANCE)
    hinge_loss(Y, X, sample_weight=W)
    hinge_loss(HIT, CHANCE)
    for array, copy in zip(kept, before, strict=True):
        np.testing.assert_array_equal(array, copy)


# ------------------------------------------------------------------------------------------- errors say what came in

ERRORS = {
    "logits": (lambda: log_loss(Y, X), ValueError, ["y_proba", "2.0", "between 0 and 1"]),
    "nan": (lambda: log_loss(HIT, [0.5, math.nan, 0.5]), ValueError, ["y_proba", "nan", "finite"]),
    "one label": (lambda: log_loss([1, 1], [0.5, 0.5]), ValueError, ["[1]", "at least two", "labels"]),
    "a label missing": (lambda: log_loss([0, 1, 0, 1], P), ValueError, ["3 columns", "[0, 1]", "labels"]),
    "a label too many": (lambda: log_loss([0, 5], P[:2], labels=[0, 1, 2]), ValueError, ["5", "[0, 1, 2]"]),
    "a text too many": (lambda: log_loss(["ox"], P[:1], labels=NAMES[[0, 1, 3]]), ValueError, ["'ox'", "'cat'"]),
    "a label twice": (lambda: log_loss(Y, P, labels=[0, 1, 2, 2]), ValueError, ["[0, 1, 2, 2]", "once"]),
    "many labels": (lambda: log_loss(np.arange(99), np.zeros((99, 2))), ValueError, ["99 labels", "9, ..."]),
    "fractions": (lambda: log_loss([0.5, 1.0], [0.5, 0.5]), ValueError, ["0.5", "whole number"]),
    "soft targets": (lambda: log_loss(P, P), ValueError, ["(4, 3)", "soft targets"]),
    "numbers and texts": (lambda: log_loss(["a", 1], [0.5, 0.5]), ValueError, ["y_true", "numbers", "texts"]),
    "objects": (lambda: log_loss([None, 1], [0.5, 0.5]), ValueError, ["y_true", "objects"]),
    "bytes": (lambda: log_loss([b"a", b"b"], [0.5, 0.5]), TypeError, ["y_true", "bytes"]),
    "complex": (lambda: log_loss([0, 1], np.array([0.5, 0.5j])), ValueError, ["y_proba", "complex"]),
    "labels in two dimensions": (lambda: log_loss(HIT, CHANCE, labels=[[0, 1]]), ValueError, ["labels", "(1, 2)"]),
    "one-hot and labels": (lambda: log_loss(ONE_HOT, P, labels=[0, 1, 2]), ValueError, ["(4, 3)", "labels"]),
    "lengths": (lambda: log_loss([0, 1], [0.5, 0.5, 0.5]), ValueError, ["y_true has 2", "y_proba has 3"]),
    "weights": (lambda: log_loss(HIT, CHANCE, sample_weight=[0, 0, 0]), ValueError, ["sample_weight", "0"]),
    "weights cancel": (lambda: log_loss(HIT, CHANCE, sample_weight=[-1, 1, 0]), ZeroDivisionError, ["sums to 0"]),
    "nothing": (lambda: log_loss([], []), ValueError, ["y_proba", "(0,)"]),
    "normalize": (lambda: log_loss(HIT, CHANCE, normalize="mean"), ValueError, ["normalize", "'mean'"]),
    "hinge, a label missing": (lambda: hinge_loss([0, 1, 0, 1], X), ValueError, ["(4, 3)", "labels"]),
    "hinge, three of one score": (lambda: hinge_loss([0, 1, 2], [1, 2, 3]), ValueError, ["(3,)", "(3, 3)"]),
    "hinge, one-hot": (lambda: hinge_loss(ONE_HOT, X), ValueError, ["y_true", "(4, 3)", "(4,)"]),
    "hinge, inf": (lambda: hinge_loss(HIT, [math.inf, 0, 0]), ValueError, ["pred_decision", "inf"]),
    "hinge, texts": (lambda: hinge_loss(HIT, ["1", "2", "3"]), ValueError, ["pred_decision", "texts"]),
    "hinge, weights": (lambda: hinge_loss(HIT, CHANCE, sample_weight=[[1], [1], [1]]), TypeError, ["(3, 1)", "(3,)"]),
}


@pytest.mark.parametrize(("call", "error", "words"), ERRORS.values(), ids=ERRORS)
def test_error(call: Callable[[], Any], error: type[Exception], words: list[str]) -> None:
    with pytest.raises(error) as caught:
        call()
    assert caught.type is error
    for word in words:
        assert word in str(caught.value)
