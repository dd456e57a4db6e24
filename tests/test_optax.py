"""The Optax dialect against mpmath and identities: nothing here needs Optax."""

import inspect
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
from explorer.dialects import optax, pytorch

INF, NAN = math.inf, math.nan
X = np.array([[2.0, 1.0, 0.1], [0.5, 2.5, -1.0], [1.0, -1.0, 3.0], [0.0, 0.0, 0.0]])
Y = np.array([0, 1, 1, 2])
ONE_HOT = np.eye(3)[Y]
Z, HIT = np.array([2.0, -1.0, 0.5]), np.array([1.0, 0.0, 1.0])

plain = optax.softmax_cross_entropy
safe = optax.safe_softmax_cross_entropy
integer = optax.softmax_cross_entropy_with_integer_labels
binary = optax.sigmoid_binary_cross_entropy

# ------------------------------------------------------------------------------------------- the demo batch

DEMO = {
    "one-hot": (lambda: plain(X, ONE_HOT).mean(), 1.452938),
    "safe": (lambda: safe(X, ONE_HOT).mean(), 1.452938),
    "integer labels": (lambda: integer(X, Y).mean(), 1.452938),
    "1 taken from labels that begin at 0: -1 wraps": (lambda: integer(X, Y - 1).mean(), 1.927938),
    "probabilities for logits": (lambda: integer(numerics.softmax(X), Y).mean(), 1.010286),
    "several labels": (lambda: plain(X[0], np.array([1.0, 1.0, 0.0])), 1.834060),
    "binary over one-hot": (lambda: binary(X, ONE_HOT).mean(), 0.942114),
    "binary": (lambda: binary(Z, HIT).mean(), 0.304756),
    "sigmoid twice": (lambda: binary(numerics.sigmoid(Z), HIT).mean(), 0.537654),
    "labels of -1": (lambda: binary(Z, 2.0 * HIT - 1.0).mean(), -0.028578),
    "a column against a row": (lambda: binary(Z[:, None], HIT).mean(), 0.804756),
}


@pytest.mark.parametrize(("call", "value"), DEMO.values(), ids=DEMO)
def test_demo_batch(call: Callable[[], Any], value: float) -> None:
    assert call() == pytest.approx(value, abs=5.1e-7)


# ---------------------------------------------------------------------------------- the quirks, one line each

QUIRKS = {
    "a label of 0 meets -inf": (lambda: plain([[0.0, -INF]], [[1.0, 0.0]]), [NAN]),
    "the safe form passes it by": (lambda: safe([[0.0, -INF]], [[1.0, 0.0]]), [0.0]),
    "so does an index": (lambda: integer([[0.0, -INF]], [0]), [0.0]),
    "-inf on the label": (lambda: safe([[-INF, 0.0]], [[1.0, 0.0]]), [INF]),
    "any +inf": (lambda: plain([[INF, 0.0], [0.0, INF]], [[1.0, 0.0]] * 2), [NAN, NAN]),
    "safe or not": (lambda: safe([[INF, 0.0], [0.0, INF]], [[1.0, 0.0]] * 2), [NAN, NAN]),
    "an index sees the difference": (lambda: integer([[INF, 0.0], [0.0, INF]], [0, 0]), [NAN, INF]),
    "nothing but -inf": (lambda: integer([[-INF, -INF]], [0]), [NAN]),
    "safe labels of 0 pass by everything": (lambda: safe([[NAN, INF]], [[0.0, 0.0]]), [0.0]),
    "a class out of range": (lambda: integer([[0.0, 0.0]] * 2, [2, -3]), [NAN, NAN]),
    "-1 is the last class": (lambda: integer([[5.0, 0.0]], [-1]), [5.0 + math.log1p(math.exp(-5.0))]),
    "labels are not normalised": (lambda: plain([[0.0, 0.0]], [[2.0, 3.0]]), [5.0 * math.log(2.0)]),
    "no classes": (lambda: integer(np.zeros((1, 0)), [0]), [-INF]),
    "no classes, no labels": (lambda: plain(np.zeros((1, 0)), np.zeros((1, 0))), [0.0]),
    "class indices for three of three": (
        lambda: plain(np.zeros((3, 3)), np.array([0, 1, 2])),
        [3.0 * math.log(3.0)] * 3,
    ),
    "one label for all": (lambda: integer([[0.0, 0.0]] * 2, [1]), [math.log(2.0)] * 2),
    "+inf on a positive, on a negative": (lambda: binary([INF, INF], [1.0, 0.0]), [NAN, INF]),
    "-inf on a positive, on a negative": (lambda: binary([-INF, -INF], [1.0, 0.0]), [INF, NAN]),
    "nothing is clipped": (lambda: binary([-1e9], [1.0]), [1e9]),
}


@pytest.mark.parametrize(("call", "value"), QUIRKS.values(), ids=QUIRKS)
def test_quirk(call: Callable[[], Any], value: list[float]) -> None:
    np.testing.assert_allclose(call(), value, rtol=1e-15, atol=0)


def test_certainty_costs_0_and_not_minus_0() -> None:
    for result in (
        plain([[1000.0, 0.0]], [[1.0, 0.0]]),
        safe([[1000.0, 0.0]], [[1.0, 0.0]]),
        integer([[1000.0, 0.0]], [0]),
        binary([1000.0, -1000.0], [1.0, 0.0]),
    ):
        np.testing.assert_array_equal(result, 0.0)
        assert not np.signbit(result).any()


# ---------------------------------------------------------------------------------------- mpmath, the oracle


@pytest.mark.parametrize("gap", [1e-12, 0.5, 5.0, 20.0, 36.8, 100.0, 700.0])
def test_a_confident_answer_keeps_its_loss(gap: float) -> None:
    with mpmath.workdps(350):  # 700 / ln(10) = 304 digits lie between 1 and exp(-700)
        right = float(mpmath.log1p(mpmath.exp(-mpmath.mpf(gap))))
        wrong = float(gap + mpmath.log1p(mpmath.exp(-mpmath.mpf(gap))))
    exact = pytest.approx([right, wrong], rel=1e-15, abs=0.0)
    logits = [[gap, 0.0], [0.0, gap]]
    assert integer(logits, [0, 0]) == exact
    assert plain(logits, [1.0, 0.0]) == exact
    assert safe(logits, [1.0, 0.0]) == exact
    assert binary([gap, -gap], 1.0) == exact
    assert binary([-gap, gap], 0.0) == exact


# ------------------------------------------------------------------------------------------------- identities


@st.composite
def batches(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Logits (..., K), class indices (...) and distributions (..., K)."""
    shape = draw(hnp.array_shapes(min_dims=1, max_dims=3, max_side=4))
    logits = draw(hnp.arrays(np.float64, shape, elements=st.floats(-50.0, 50.0)))
    labels = draw(hnp.arrays(np.int64, shape[:-1], elements=st.integers(0, shape[-1] - 1)))
    soft = draw(hnp.arrays(np.float64, shape, elements=st.floats(0.01, 1.0)))
    return logits, labels, soft / soft.sum(axis=-1, keepdims=True)


def same(result: Any, expected: Any, atol: float = 0.0) -> None:
    np.testing.assert_allclose(result, expected, rtol=1e-11, atol=atol)


@given(batches(), st.floats(-1e3, 1e3))
def test_identities(batch: tuple[np.ndarray, np.ndarray, np.ndarray], shift: float) -> None:
    logits, labels, soft = batch
    classes = logits.shape[-1]
    one_hot = np.eye(classes)[labels]
    losses = integer(logits, labels)
    assert np.shape(losses) == labels.shape
    same(plain(logits, one_hot), losses)
    same(safe(logits, one_hot), losses)
    same(integer(logits, labels - classes), losses)
    same(integer(logits[..., ::-1], -1 - labels), losses)
    same(integer(logits + shift, labels), losses, atol=1e-9)
    same(safe(logits, soft), plain(logits, soft))
    same(plain(logits, 3.0 * soft), 3.0 * np.asarray(plain(logits, soft)))
    # A label of 0 takes its class out of the safe sum, but not out of the softmax.
    removed = np.where(one_hot == 1.0, -INF, logits)
    same(safe(removed, soft * (1.0 - one_hot)), plain(np.where(one_hot == 1.0, -1e9, logits), soft * (1.0 - one_hot)))
    # Two logits under one softmax are one logit, their difference, under a sigmoid.
    two = np.stack([np.zeros_like(logits), logits], axis=-1)
    same(binary(logits, one_hot), integer(two, one_hot.astype(int)))
    same(binary(logits, soft), plain(two, np.stack([1.0 - soft, soft], axis=-1)), atol=1e-13)
    same(binary(-logits, 1.0 - soft), binary(logits, soft), atol=1e-13)


@given(batches())
def test_identities_with_pytorch(batch: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    logits, labels, soft = batch
    classes = logits.shape[-1]
    rows, flat = logits.reshape(-1, classes), labels.ravel()
    same(np.ravel(integer(logits, labels)), pytorch.cross_entropy(rows, flat, reduction="none"))
    same(np.ravel(plain(logits, soft)), pytorch.cross_entropy(rows, soft.reshape(rows.shape), reduction="none"))
    same(binary(logits, soft), pytorch.binary_cross_entropy_with_logits(logits, soft, reduction="none"), atol=1e-13)


@pytest.mark.parametrize("labels", [(3,), (4, 3), (2, 4, 3)], ids=str)
@pytest.mark.parametrize("logits", [(3,), (1, 3), (4, 3), (2, 1, 3)], ids=str)
def test_shapes_broadcast(logits: tuple[int, ...], labels: tuple[int, ...]) -> None:
    rng = np.random.default_rng(4)
    z, q = rng.normal(size=logits), rng.dirichlet(np.ones(3), size=labels[:-1])
    wide_z, wide_q = np.broadcast_arrays(z, q)
    for loss in (plain, safe, binary):
        same(loss(z, q), loss(wide_z, wide_q))
    if len(logits) == len(labels):
        y = rng.integers(0, 3, size=labels[:-1])
        same(integer(z, y), integer(wide_z, np.broadcast_to(y, wide_z.shape[:-1])))


# ------------------------------------------------------------------------------------- what goes in, what comes out


def test_the_signatures_are_those_of_the_contract() -> None:
    for name in optax.__all__:
        assert list(inspect.signature(getattr(optax, name)).parameters) == ["logits", "labels"]
    assert {plain, safe, integer, binary} == {getattr(optax, name) for name in optax.__all__}


def test_nothing_is_reduced_and_no_dimensions_are_a_number() -> None:
    assert plain(X, ONE_HOT).shape == safe(X, ONE_HOT).shape == integer(X, Y).shape == (4,)
    assert binary(X, ONE_HOT).shape == (4, 3)
    for result in (plain(X[0], ONE_HOT[0]), safe(X[0], ONE_HOT[0]), integer(X[0], 0), binary(0.5, 1)):
        assert type(result) is np.float64


@pytest.mark.parametrize("number", [list, tuple, np.float32, np.float16], ids=lambda kind: kind.__name__)
def test_anything_that_numpy_reads_is_an_input(number: Any) -> None:
    assert np.mean(integer(number(X.tolist()), Y.tolist())) == pytest.approx(1.452938, abs=1e-3)
    assert np.mean(plain(number(X.tolist()), ONE_HOT.astype(int).tolist())) == pytest.approx(1.452938, abs=1e-3)
    for whole in (np.int8, np.int32, np.uint8, np.uint64):
        np.testing.assert_array_equal(integer(X, Y.astype(whole)), integer(X, Y))
    assert integer([[0, 0]], [0]) == pytest.approx([math.log(2.0)])  # whole numbers in a list, not in an array
    assert integer(np.zeros((0, 3)), []).shape == (0,)


def test_no_argument_is_changed() -> None:
    kept = [X, Y, ONE_HOT, np.full((2, 3), INF)]
    before = [part.copy() for part in kept]
    for loss in (plain, safe, binary):
        loss(X, ONE_HOT)
    integer(X, Y)
    integer(kept[3], Y[:2])
    for array, copy in zip(kept, before, strict=True):
        np.testing.assert_array_equal(array, copy)


# ------------------------------------------------------------------------------------------- errors say what came in

ERRORS = {
    "integer logits": (lambda: plain(X.astype(int), ONE_HOT), TypeError, ["int64", "floats"]),
    "float labels": (lambda: integer(X, Y + 0.0), TypeError, ["float64", "integers"]),
    "true and false": (lambda: integer(X, Y > 0), TypeError, ["bool", "integers"]),
    "one-hot to integers": (lambda: integer(X, ONE_HOT.astype(int)), ValueError, ["(4, 3)", "(4,)"]),
    "a column": (lambda: integer(X, Y[:, None]), ValueError, ["(4, 1)", "(4,)"]),
    "labels too short": (lambda: integer(X, Y[:3]), ValueError, ["(3,)", "(4,)"]),
    "indices to one-hot": (lambda: safe(X, Y), ValueError, ["(4,)", "(4, 3)"]),
    "another width": (lambda: plain(X, ONE_HOT[:, :2]), TypeError, ["(4, 2)", "(4, 3)"]),
    "binary, another width": (lambda: binary(X, ONE_HOT[:, :2]), TypeError, ["(4, 2)", "(4, 3)"]),
    "a number": (lambda: plain(0.5, 1.0), ValueError, ["single number", "class dimension"]),
}


@pytest.mark.parametrize(("call", "error", "words"), ERRORS.values(), ids=ERRORS)
def test_error(call: Callable[[], Any], error: type[Exception], words: list[str]) -> None:
    with pytest.raises(error) as caught:
        call()
    assert caught.type is error
    for word in words:
        assert word in str(caught.value)
