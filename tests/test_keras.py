"""The Keras dialect against slow loops, mpmath and identities: nothing here needs Keras."""

import inspect
import itertools
import math
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from explorer import numerics
from explorer.dialects import keras, pytorch

INF, NAN = math.inf, math.nan
X = np.array([[2.0, 1.0, 0.1], [0.5, 2.5, -1.0], [1.0, -1.0, 3.0], [0.0, 0.0, 0.0]])
Y = np.array([0, 1, 1, 2])
P = numerics.softmax(X)
ONE_HOT = np.eye(3)[Y]
W = np.array([1.0, 2.0, 0.5, 0.0])
ALL_REDUCTIONS = ("none", None, "sum", "sum_over_batch_size", "mean", "mean_with_sample_weight")
# The same four rows for every loss.
CALLS: dict[str, Callable[..., Any]] = {
    "categorical": lambda **options: keras.categorical_crossentropy(ONE_HOT, P, **options),
    "categorical, logits": lambda **options: keras.categorical_crossentropy(ONE_HOT, X, from_logits=True, **options),
    "sparse": lambda **options: keras.sparse_categorical_crossentropy(Y, P, **options),
    "sparse, logits": lambda **options: keras.sparse_categorical_crossentropy(Y, X, from_logits=True, **options),
    "binary": lambda **options: keras.binary_crossentropy(ONE_HOT, P, **options),
    "binary, logits": lambda **options: keras.binary_crossentropy(ONE_HOT, X, from_logits=True, **options),
    "hinge": lambda **options: keras.hinge(ONE_HOT, X, **options),
    "squared hinge": lambda **options: keras.squared_hinge(ONE_HOT, X, **options),
}
FLOOR, CEILING = -math.log(1.0 - 1e-7), -math.log(1e-7)


def cce(y: Any, p: Any, **options: Any) -> Any:
    return keras.categorical_crossentropy(y, p, **options)


def sparse(y: Any, p: Any, **options: Any) -> Any:
    return keras.sparse_categorical_crossentropy(y, p, **options)


def bce(y: Any, p: Any, **options: Any) -> Any:
    return keras.binary_crossentropy(y, p, **options)


# ------------------------------------------------------------------------------------------- values and quirks

DEMO = {
    "cross-entropy": (lambda: cce(ONE_HOT, X, from_logits=True), 1.452938),
    "from probabilities": (lambda: cce(ONE_HOT, P), 1.452938),
    "from indices": (lambda: sparse(Y, X, from_logits=True), 1.452938),
    "sum": (lambda: sparse(Y, X, from_logits=True, reduction="sum"), 5.811752),
    "smoothing": (lambda: cce(ONE_HOT, X, from_logits=True, label_smoothing=0.1), 1.472938),
    "class 1 ignored": (lambda: sparse(Y, X, from_logits=True, ignore_class=1), 0.757821),
    "class 1 with a weight of 0": (lambda: sparse(Y, X, from_logits=True, sample_weight=Y != 1), 0.378911),
    "probabilities for logits": (lambda: sparse(Y, P, from_logits=True), 1.010286),
    "BCE over softmax": (lambda: bce(ONE_HOT, P), 0.774546),
    "BCE of logits over one-hot": (lambda: bce(ONE_HOT, X, from_logits=True), 0.942114),
    "binary": (lambda: bce([1.0, 0.0, 1.0], [2.0, -1.0, 0.5], from_logits=True), 0.304756),
    "sigmoid twice": (lambda: bce([1, 0, 1], numerics.sigmoid([2.0, -1.0, 0.5]), from_logits=True), 0.537654),
    "labels of -1 in BCE": (lambda: bce([1.0, -1.0, 1.0], [2.0, -1.0, 0.5], from_logits=True), -0.028578),
    "several labels under one softmax": (lambda: cce([1.0, 1.0, 0.0], X[0], from_logits=True), 1.834060),
    "several labels, a sigmoid each": (lambda: bce([1.0, 1.0, 0.0], X[0], from_logits=True), 0.394862),
}


@pytest.mark.parametrize(("call", "value"), DEMO.values(), ids=DEMO)
def test_demo_batch(call: Callable[[], Any], value: float) -> None:
    assert call() == pytest.approx(value, abs=5.1e-7)


VALUES = {
    "logits for probabilities, divided by their sum": (lambda: cce([[1.0, 0.0]], [[3.0, 1.0]]), -math.log(0.75)),
    "and clipped where they are negative": (lambda: sparse([1], [[3.0, -1.0]]), CEILING),
    "and nan where they sum to 0": (lambda: sparse([0], [[0.0, 0.0]]), NAN),
    "0 costs 16.118": (lambda: sparse([0], [[0.0, 1.0]]), CEILING),
    "certainty costs 1e-7": (lambda: sparse([1], [[0.0, 1.0]]), FLOOR),
    "binary certainty": (lambda: bce([[1.0, 0.0]], [[1.0, 0.0]]), FLOOR),
    "binary 0": (lambda: bce([[1.0]], [[0.0]]), CEILING),
    "from logits nothing is clipped": (lambda: sparse([0], [[0.0, 1e9]], from_logits=True), 1e9),
    "binary from logits neither": (lambda: bce([[1.0]], [[-1e9]], from_logits=True), 1e9),
    "a label of 0 meets -inf": (lambda: cce([[1.0, 0.0]], [[0.0, -INF]], from_logits=True), NAN),
    "an index meets it too": (lambda: sparse([0], [[0.0, -INF]], from_logits=True), NAN),
    "-inf on the target": (lambda: sparse([0], [[-INF, 0.0]], from_logits=True), INF),
    "a class out of range costs 0": (lambda: sparse([2, -1], [[0.5, 0.5]] * 2, reduction="sum"), 0.0),
    "indices are cut": (lambda: sparse([1.9], [[0.25, 0.75]]), -math.log(0.75)),
    "all ignored is 0": (lambda: sparse([1, 1], [[0.5, 0.5]] * 2, ignore_class=1), 0.0),
    "a nan row that is ignored": (lambda: sparse([1, 0], [[NAN, 1.0], [0.5, 0.5]], ignore_class=1), math.log(2.0)),
    "ignored rows leave the divisor": (lambda: sparse([1, 0], [[0.5, 0.5]] * 2, ignore_class=1), math.log(2.0)),
    "weights of 0 do not": (lambda: sparse([1, 0], [[0.5, 0.5]] * 2, sample_weight=[0, 1]), math.log(2.0) / 2),
    "except with their own mean": (
        lambda: sparse([1, 0], [[0.5, 0.5]] * 2, sample_weight=[0, 1], reduction="mean_with_sample_weight"),
        math.log(2.0),
    ),
    "one weight for all is in that mean once": (
        lambda: sparse([1, 0], [[0.5, 0.5]] * 2, sample_weight=5.0, reduction="mean_with_sample_weight"),
        2.0 * math.log(2.0),
    ),
    "all weights 0": (
        lambda: sparse(Y, P, sample_weight=np.zeros(4), reduction="mean_with_sample_weight"),
        0.0,
    ),
    "a vector is one row: its sum is its mean": (lambda: bce([1.0, 1.0], [0.5, 0.5], reduction="sum"), math.log(2.0)),
    "no elements have no mean": (lambda: bce([], []), NAN),
    "labels of 0 and 1 in a hinge": (lambda: keras.hinge([[0.0, 1.0]], [[-0.5, 0.5]]), 0.5),
    "are those of -1 and 1": (lambda: keras.hinge([[-1.0, 1.0]], [[-0.5, 0.5]]), 0.5),
    "unless there is one -1 in the batch": (lambda: keras.hinge([[0.0, 1.0], [-1.0, 1.0]], [[-0.5, 0.5]] * 2), 0.625),
    "squared": (lambda: keras.squared_hinge([[0.0, 1.0]], [[-0.5, -1.0]]), (0.25 + 4.0) / 2.0),
}


@pytest.mark.parametrize(("call", "value"), VALUES.values(), ids=VALUES)
def test_value(call: Callable[[], Any], value: float) -> None:
    assert call() == pytest.approx(value, rel=1e-13, abs=0.0, nan_ok=True)


def test_an_empty_batch_stays_one() -> None:
    for reduction in ALL_REDUCTIONS:
        for call in (cce, bce, keras.hinge, keras.squared_hinge):
            assert call(np.zeros((0, 3)), np.zeros((0, 3)), reduction=reduction).shape == (0,)
        assert sparse([], np.zeros((0, 3)), reduction=reduction).shape == (0,)
        assert np.shape(sparse(np.zeros((0, 2)), np.zeros((0, 2, 3)), reduction=reduction)) == (
            (0, 2) if reduction in (None, "none") else ()
        )


def test_sample_weights_of_a_vector_multiply_its_mean() -> None:
    y, p, weights = [1.0, 1.0, 0.0], [0.9, 0.5, 0.2], np.array([1.0, 2.0, 3.0])
    mean = bce(y, p)
    np.testing.assert_allclose(bce(y, p, sample_weight=weights, reduction="none"), mean * weights)
    # As a column each element is a row of its own, and has its own weight.
    column = bce(np.reshape(y, (3, 1)), np.reshape(p, (3, 1)), reduction="none")
    np.testing.assert_allclose(bce(y, np.reshape(p, (3, 1)), sample_weight=weights, reduction="none"), column * weights)
    assert mean == pytest.approx(column.mean())


def test_weights_as_a_column_make_the_losses_one() -> None:
    for call in CALLS.values():
        losses = call(reduction="none", sample_weight=W)
        np.testing.assert_array_equal(call(reduction="none", sample_weight=W[:, None]), losses[:, None])
        assert call(sample_weight=W[:, None]) == call(sample_weight=W)


# ---------------------------------------------------------------------------------------------- the reductions


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("weights", [None, W, np.ones(4), np.zeros(4)], ids=["none", "some", "ones", "zeros"])
def test_every_reduction_is_one_of_the_losses(call: Callable[..., Any], weights: np.ndarray | None) -> None:
    plain, factor = call(reduction="none"), np.ones(4) if weights is None else weights
    assert plain.shape == (4,)
    total, mean = np.sum(plain * factor), np.mean(plain * factor)
    expected = {
        "none": plain * factor,
        None: plain * factor,
        "sum": total,
        "mean": mean,
        "sum_over_batch_size": mean,
        "mean_with_sample_weight": total / factor.sum() if factor.any() else 0.0,
    }
    for reduction, value in expected.items():
        np.testing.assert_allclose(call(reduction=reduction, sample_weight=weights), value, rtol=1e-14)
    assert call(sample_weight=weights) == call(reduction="sum_over_batch_size", sample_weight=weights)


@pytest.mark.parametrize("weights", [None, W, np.ones(4)], ids=["none", "some", "ones"])
def test_ignored_rows_are_rows_that_are_not_there(weights: np.ndarray | None) -> None:
    for ignored, from_logits in itertools.product((0, 1, 2, -100), (False, True)):
        kept = ignored != Y
        options = {"from_logits": from_logits, "sample_weight": weights}
        left = options | {"sample_weight": None if weights is None else weights[kept]}
        scores = X if from_logits else P
        for reduction in ("sum", "mean", "sum_over_batch_size", "mean_with_sample_weight"):
            result = sparse(Y, scores, ignore_class=ignored, reduction=reduction, **options)
            np.testing.assert_allclose(result, sparse(Y[kept], scores[kept], reduction=reduction, **left), rtol=1e-14)
        every = sparse(Y, scores, ignore_class=ignored, reduction="none", **options)
        np.testing.assert_allclose(every, sparse(Y, scores, reduction="none", **options) * kept, rtol=1e-14)


# ------------------------------------------------------------------------------------------ mpmath, the oracle


@pytest.mark.parametrize("gap", [1e-12, 0.5, 5.0, 20.0, 36.8, 100.0, 700.0])
def test_a_confident_answer_keeps_its_loss(gap: float) -> None:
    with mpmath.workdps(350):  # 700 / ln(10) = 304 digits lie between 1 and exp(-700)
        right = float(mpmath.log1p(mpmath.exp(-mpmath.mpf(gap))))
        wrong = float(gap + mpmath.log1p(mpmath.exp(-mpmath.mpf(gap))))
    exact = pytest.approx([right, wrong], rel=1e-15, abs=0.0)
    options = {"from_logits": True, "reduction": "none"}
    logits = [[gap, 0.0], [0.0, gap]]
    assert sparse([0, 0], logits, **options) == exact
    assert cce([[1.0, 0.0]] * 2, logits, **options) == exact
    assert bce([[1.0], [1.0]], [[gap], [-gap]], **options) == exact
    assert bce([[0.0], [0.0]], [[-gap], [gap]], **options) == exact


# ------------------------------------------------------------------------------------------------- identities


@st.composite
def batches(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Logits (N, K), labels (N,) and weights (N,)."""
    rows, classes = draw(st.integers(1, 5)), draw(st.integers(2, 5))
    logits = draw(hnp.arrays(np.float64, (rows, classes), elements=st.floats(-7.0, 7.0)))
    labels = draw(hnp.arrays(np.int64, rows, elements=st.integers(0, classes - 1)))
    return logits, labels, draw(hnp.arrays(np.float64, rows, elements=st.floats(0.1, 10.0)))


@given(batches(), st.sampled_from(ALL_REDUCTIONS), st.floats(0.0, 1.0))
def test_identities(batch: tuple[np.ndarray, np.ndarray, np.ndarray], reduction: str, smoothing: float) -> None:
    logits, y, weights = batch
    classes = logits.shape[1]
    one_hot, p = np.eye(classes)[y], numerics.softmax(logits)
    options: dict[str, Any] = {"reduction": reduction, "sample_weight": weights}

    def same(result: Any, expected: Any) -> None:
        # The rounding of p near 1 is the limit: absolute, not relative.
        np.testing.assert_allclose(result, expected, rtol=1e-11, atol=1e-13)

    plain = sparse(y, logits, from_logits=True, **options)
    same(cce(one_hot, logits, from_logits=True, **options), plain)
    same(sparse(y, p, **options), plain)
    same(cce(one_hot, 3.0 * p, **options), plain)
    same(sparse(y[:, None], logits, from_logits=True, **options), plain)
    same(sparse(y, logits, from_logits=True, ignore_class=-1, **options), plain)
    smoothed = cce(one_hot, logits, from_logits=True, label_smoothing=smoothing, **options)
    same(cce((1.0 - smoothing) * one_hot + smoothing / classes, logits, from_logits=True, **options), smoothed)
    binary = bce(one_hot, logits, from_logits=True, **options)
    same(bce(one_hot, numerics.sigmoid(logits), **options), binary)
    same(bce(1.0 - one_hot, -logits, from_logits=True, **options), binary)
    same(
        bce(one_hot, logits, from_logits=True, label_smoothing=smoothing, **options),
        bce((1.0 - smoothing) * one_hot + smoothing / 2.0, logits, from_logits=True, **options),
    )
    for loss in (keras.hinge, keras.squared_hinge):
        same(loss(one_hot, logits, **options), loss(2.0 * one_hot - 1.0, logits, **options))


@given(batches())
def test_identities_with_pytorch(batch: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    logits, y, _ = batch
    one_hot = np.eye(logits.shape[1])[y]
    for ours, theirs in (("none", "none"), ("sum", "sum"), ("mean", "mean")):
        np.testing.assert_allclose(
            sparse(y, logits, from_logits=True, reduction=ours),
            pytorch.cross_entropy(logits, y, reduction=theirs),
            rtol=1e-12,
        )
    # PyTorch's mean counts elements and Keras's counts rows of means: of equal rows, the same.
    np.testing.assert_allclose(
        bce(one_hot, logits, from_logits=True), pytorch.binary_cross_entropy_with_logits(logits, one_hot), rtol=1e-12
    )
    ignored = sparse(y, logits, from_logits=True, ignore_class=0)
    expected = pytorch.cross_entropy(logits, y, ignore_index=0)
    np.testing.assert_allclose(ignored, 0.0 if np.isnan(expected) else expected, rtol=1e-12)


# ------------------------------------------------------------------------------------- what goes in, what comes out


def test_the_signatures_are_those_of_the_contract() -> None:
    tail = "reduction='sum_over_batch_size', sample_weight=None"
    expected = {
        "categorical_crossentropy": f"y_true, y_pred, from_logits=False, label_smoothing=0.0, {tail}",
        "sparse_categorical_crossentropy": f"y_true, y_pred, from_logits=False, ignore_class=None, {tail}",
        "binary_crossentropy": f"y_true, y_pred, from_logits=False, label_smoothing=0.0, {tail}",
        "hinge": f"y_true, y_pred, {tail}",
        "squared_hinge": f"y_true, y_pred, {tail}",
    }
    for name, written in expected.items():
        parameters = inspect.signature(getattr(keras, name)).parameters.values()
        assert ", ".join(str(p.replace(annotation=p.empty)) for p in parameters) == written
    assert set(expected) == set(keras.__all__)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_reduced_losses_are_float64_numbers(call: Callable[..., Any]) -> None:
    assert type(call()) is np.float64
    assert type(call(reduction="sum", sample_weight=W)) is np.float64
    assert type(call(reduction="mean_with_sample_weight", sample_weight=np.zeros(4))) is np.float64
    assert type(bce([1.0], [0.5], reduction="none")) is np.float64


@pytest.mark.parametrize("number", [list, tuple, np.float32, np.float16], ids=lambda kind: kind.__name__)
def test_anything_that_numpy_reads_is_an_input(number: Any) -> None:
    assert sparse(Y.tolist(), number(P.tolist())) == pytest.approx(1.452938, abs=1e-3)
    assert keras.hinge(number(ONE_HOT.tolist()), number(X.tolist())) == pytest.approx(1.3, abs=1e-3)


def test_no_argument_is_changed() -> None:
    kept = [X, Y, P, ONE_HOT, W]
    before = [part.copy() for part in kept]
    for call in CALLS.values():
        call(sample_weight=W)
        call(reduction="none", sample_weight=W)
    sparse(Y, P, ignore_class=1, sample_weight=W)
    cce(ONE_HOT, P, label_smoothing=0.1)
    for array, copy in zip(kept, before, strict=True):
        np.testing.assert_array_equal(array, copy)


# ------------------------------------------------------------------------------------------- errors say what came in

ERRORS = {
    "reduction": (lambda: cce(ONE_HOT, P, reduction="average"), ValueError, ["'average'", "'sum_over_batch_size'"]),
    "indices to categorical": (lambda: cce(Y, P), ValueError, ["y_true", "(4,)", "(4, 3)", "the same"]),
    "one-hot to sparse": (lambda: sparse(ONE_HOT, P), ValueError, ["(4, 3)", "class indices", "(4,)"]),
    "labels too short": (lambda: sparse(Y[:3], P), ValueError, ["(3,)", "(4, 3)"]),
    "label nan": (lambda: sparse([NAN, 0.0], P[:2]), ValueError, ["y_true", "nan", "finite"]),
    "binary, another width": (lambda: bce(ONE_HOT[:, :2], P), ValueError, ["(4, 2)", "(4, 3)"]),
    "hinge, another width": (
        lambda: keras.hinge(ONE_HOT[:, :2], X),
        ValueError,
        ["y_true", "(4, 2)", "y_pred", "(4, 3)"],
    ),
    "weights": (lambda: cce(ONE_HOT, P, sample_weight=[1, 2]), ValueError, ["sample_weight", "(2,)", "(4,)"]),
    "a number": (lambda: bce(1.0, 0.5), IndexError, ["y_pred", "single number"]),
    "a number, hinge": (lambda: keras.squared_hinge(1.0, 0.5), IndexError, ["y_pred", "single number"]),
}


@pytest.mark.parametrize(("call", "error", "words"), ERRORS.values(), ids=ERRORS)
def test_error(call: Callable[[], Any], error: type[Exception], words: list[str]) -> None:
    with pytest.raises(error) as caught:
        call()
    assert caught.type is error
    for word in words:
        assert word in str(caught.value)
