"""The mathematics against mpmath, in enough digits for every difference between 1e300 and 1e-324."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from explorer import numerics

INF, NAN = math.inf, math.nan
SMALLEST = 5e-324  # below the normal range a float has fewer digits: one step of them is allowed
RNG = np.random.default_rng(11)

ROWS = {
    "the first screen": [2.0, 1.0, 0.1],
    "a gap of 20": [20.0, 0.0, 0.0],
    "a gap of 700": [700.0, 0.0],
    "a gap of 745": [0.0, 745.0, 3.0],
    "a gap of 1000": [0.0, 1000.0],
    "huge": [1e300, -1e300, 0.0],
    "huge and close": [1e300, 1e300, -1e300],
    "beyond the range of a difference": [1.7e308, -0.5e307],
    "tiny": [1e-300, 0.0, -1e-300],
    "ties": [5.0, 5.0, -3.0, 5.0],
    "ten alike": [0.1] * 10,
    "far from zero": [1e9, 1e9 + 1.0, 1e9 - 0.5],
    "one class": [3.7],
    "masked": [2.0, -INF, 1.0, -INF],
    "all but one masked": [0.0, -INF],
    "fifty classes": np.linspace(-30.0, 30.0, 50).tolist(),
    **{f"random, spread {spread:g}": RNG.normal(scale=spread, size=12).tolist() for spread in (1e-3, 1.0, 30.0, 400.0)},
}
SCALARS = [0.0, -0.0, 1e-300, 1e-9, 0.5, 2.0, 20.0, 36.8, 37.5, 700.0, 709.8, 745.0, 800.0, 1e300, INF]
SIGNED = [sign * z for z in SCALARS for sign in (1.0, -1.0)]


@pytest.fixture(autouse=True)
def many_digits() -> Iterator[None]:
    with mpmath.workdps(700):
        yield


def exact(values: Any) -> list[mpmath.mpf]:
    return [mpmath.mpf(float(value)) for value in values]


def exp(z: mpmath.mpf) -> mpmath.mpf:
    return mpmath.mpf(0) if z == -mpmath.inf else mpmath.exp(z)


def exact_logsumexp(row: list[float]) -> mpmath.mpf:
    return mpmath.log(mpmath.fsum(exp(z) for z in exact(row)))


def exact_log_softmax(row: list[float]) -> list[mpmath.mpf]:
    return [z - exact_logsumexp(row) for z in exact(row)]


def exact_softmax(row: list[float]) -> list[mpmath.mpf]:
    total = mpmath.fsum(exp(z) for z in exact(row))
    return [exp(z) / total for z in exact(row)]


def floats(values: list[mpmath.mpf]) -> list[float]:
    return [float(value) for value in values]


def close(actual: Any, expected: Any, rtol: float = 1e-13, atol: float = SMALLEST) -> None:
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=atol, equal_nan=True)


# ---------------------------------------------------------------------------------------------- the oracle


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_row_against_mpmath(row: list[float]) -> None:
    close(numerics.softmax(row), floats(exact_softmax(row)))
    log_p = floats(exact_log_softmax(row))
    close(numerics.log_softmax(row), log_p)
    # Where the terms cancel, the logits' own rounding is the limit.
    close(numerics.logsumexp(row), float(exact_logsumexp(row)), atol=2.0**-52 * max(row))
    for label in range(len(row)):
        close(numerics.log_softmax_at(np.array([row]), np.array([label])), [log_p[label]])


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2])
def test_any_axis(axis: int) -> None:
    logits = RNG.normal(scale=5.0, size=(3, 4, 5))
    for function in (numerics.softmax, numerics.log_softmax):
        close(np.moveaxis(function(logits, axis), axis, -1), function(np.moveaxis(logits, axis, -1)), rtol=1e-15)
    close(numerics.logsumexp(logits, axis), numerics.logsumexp(np.moveaxis(logits, axis, -1)), rtol=1e-15)


@pytest.mark.parametrize("z", SIGNED)
def test_the_sigmoid_against_mpmath(z: float) -> None:
    z_exact = mpmath.mpf(z)
    close(numerics.sigmoid(z), float(1 / (1 + mpmath.exp(-z_exact))))
    expected = z_exact if z == -INF else -mpmath.log1p(mpmath.exp(-z_exact))
    close(numerics.log_sigmoid(z), float(expected))
    if math.isfinite(z):  # a sigmoid is a softmax over [0, z]
        close(numerics.log_sigmoid(z), numerics.log_softmax([0.0, z])[1])
        close(numerics.sigmoid(z), numerics.softmax([0.0, z])[1])


DISTRIBUTIONS = {
    "one-hot": [0.0, 1.0, 0.0],
    "uniform": [1 / 3, 1 / 3, 1 / 3],
    "soft": [0.7, 0.2, 0.1],
    "two of three": [0.5, 0.5, 0.0],
    "nearly certain": [1.0 - 1e-12, 1e-12, 0.0],
    "with the smallest float": [1.0, 5e-324, 0.0],
    "not normalised": [0.2, 0.2, 0.2],
}


@pytest.mark.parametrize("q", DISTRIBUTIONS.values(), ids=DISTRIBUTIONS)
@pytest.mark.parametrize("row", [[2.0, 1.0, 0.1], [0.0, 700.0, -700.0], [20.0, 0.0, -INF], [0.1, 0.2, 0.3]], ids=str)
def test_the_divergences_against_mpmath(q: list[float], row: list[float]) -> None:
    log_p = numerics.log_softmax(row)
    terms = [(a, b) for a, b in zip(exact(q), exact(log_p), strict=True) if a > 0]
    entropy = -mpmath.fsum(a * mpmath.log(a) for a, _ in terms)
    cross_entropy = -mpmath.fsum(a * b for a, b in terms)
    close(numerics.entropy(q), float(entropy))
    close(numerics.cross_entropy(q, log_p), float(cross_entropy))
    # The divergence is a difference: where q has entropy, it keeps what is left of the cross-entropy's digits.
    atol = 2.0**-50 * (1.0 + float(entropy)) if entropy > 1e-300 else 0.0
    close(numerics.kl_divergence(q, log_p), float(cross_entropy - entropy), atol=atol)


# ----------------------------------------------------------------------------------------------- known values

KNOWN = {
    "the loss of the first screen": (lambda: -numerics.log_softmax([2.0, 1.0, 0.1])[0], 0.41703001627783348),
    "[0, 1000]": (lambda: numerics.log_softmax([0.0, 1000.0]), [-1000.0, 0.0]),
    "[0, -inf]": (lambda: numerics.log_softmax([0.0, -INF]), [0.0, -INF]),
    "a gap of 20 keeps its loss": (lambda: -numerics.log_softmax([20.0, 0.0])[0], 2.061153620314381e-09),
    "a gap of 700 keeps its loss": (lambda: -numerics.log_softmax([700.0, 0.0])[0], 9.85967654375977e-305),
    "a loss of 1e9 is 1e9": (lambda: -numerics.log_softmax([0.0, 1e9])[0], 1e9),
    "logsumexp of a thousand zeros": (lambda: numerics.logsumexp(np.zeros(1000)), math.log(1000.0)),
    "entropy of a fair coin": (lambda: numerics.entropy([0.5, 0.5]), math.log(2.0)),
    "divergence from itself": (lambda: numerics.kl_divergence([0.25, 0.75], np.log([0.25, 0.75])), 0.0),
}


@pytest.mark.parametrize(("call", "value"), KNOWN.values(), ids=KNOWN)
def test_known_value(call: Callable[[], Any], value: Any) -> None:
    np.testing.assert_allclose(call(), value, rtol=1e-15, atol=0)


def test_certainty_has_an_entropy_of_plain_zero() -> None:
    assert str(numerics.entropy([1.0, 0.0])) == "0.0"  # not -0.0
    assert str(numerics.cross_entropy([1.0, 0.0], [0.0, -INF])) == "0.0"


# ------------------------------------------------------------------------------------------ infinities and nan

UNUSUAL = {
    # row: logsumexp, softmax, log_softmax
    "one +inf": ([INF, 0.0], INF, [NAN, NAN], [NAN, NAN]),
    "two +inf": ([INF, INF, 1.0], INF, [NAN] * 3, [NAN] * 3),
    "both infinities": ([INF, -INF], INF, [NAN, NAN], [NAN, NAN]),
    "all -inf": ([-INF, -INF], -INF, [NAN, NAN], [NAN, NAN]),
    "one nan": ([NAN, 0.0, 1.0], NAN, [NAN] * 3, [NAN] * 3),
    "nan and +inf": ([INF, NAN], NAN, [NAN, NAN], [NAN, NAN]),
    "one -inf": ([-INF, 0.0, 0.0], math.log(2.0), [0.0, 0.5, 0.5], [-INF, -math.log(2.0), -math.log(2.0)]),
    "a difference beyond the range": ([1.7e308, -1.7e308], 1.7e308, [1.0, 0.0], [0.0, -INF]),
}


@pytest.mark.parametrize(("row", "total", "p", "log_p"), UNUSUAL.values(), ids=UNUSUAL)
def test_infinities_and_nan(row: list[float], total: float, p: list[float], log_p: list[float]) -> None:
    close(numerics.logsumexp(row), total, rtol=1e-15)
    close(numerics.softmax(row), p, rtol=1e-15)
    close(numerics.log_softmax(row), log_p, rtol=1e-15)
    both = np.array([row, list(range(len(row)))])
    close(numerics.log_softmax(both)[0], log_p, rtol=1e-15)  # and the row beside it is not touched
    close(numerics.log_softmax(both)[1], numerics.log_softmax(both[1]), rtol=1e-15)
    for label, expected in enumerate(log_p):
        at = numerics.log_softmax_at(both, np.array([label, 0]))
        close(at, [expected, numerics.log_softmax(both[1])[0]], rtol=1e-15)


@pytest.mark.parametrize(
    ("function", "values"),
    [(numerics.sigmoid, [NAN, 0.0, 1.0]), (numerics.log_sigmoid, [NAN, -INF, 0.0])],
    ids=["sigmoid", "log_sigmoid"],
)
def test_the_sigmoid_at_the_ends(function: Callable[[Any], Any], values: list[float]) -> None:
    np.testing.assert_array_equal(function([NAN, -INF, INF]), values)


@pytest.mark.parametrize("function", [numerics.softmax, numerics.log_softmax])
@pytest.mark.parametrize("shape", [(0,), (3, 0), (0, 3)])
def test_nothing_gives_nothing(function: Callable[[Any], Any], shape: tuple[int, ...]) -> None:
    assert function(np.zeros(shape)).shape == shape
    assert numerics.log_softmax_at(np.zeros((0, 3)), np.zeros(0, dtype=np.int64)).shape == (0,)


@pytest.mark.parametrize(
    ("x", "log_p", "expected"),
    [
        (0.0, -INF, 0.0),
        (-0.0, -INF, 0.0),
        (0.0, INF, 0.0),
        (0.0, NAN, NAN),
        (0.5, -INF, -INF),
        (1.0, 0.0, 0.0),
        (2.0, -3.0, -6.0),
        (NAN, 1.0, NAN),
    ],
)
def test_zero_times_log_zero_is_zero(x: float, log_p: float, expected: float) -> None:
    np.testing.assert_array_equal(numerics.xlogp(x, log_p), expected)


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [(0.0, 0.0, 0.0), (0.0, 5.0, 0.0), (0.0, INF, 0.0), (1.0, 0.0, -INF), (2.0, math.e, 2.0), (0.0, -1.0, NAN)],
)
def test_xlogy(x: float, y: float, expected: float) -> None:
    np.testing.assert_array_equal(numerics.xlogy(x, y), expected)


IMPOSSIBLE = {
    # q against p = (1, 0): the entropy, the cross-entropy and the divergence
    "what never happens costs nothing": ([1.0, 0.0], 0.0, 0.0, 0.0),
    "what cannot happen but does": ([0.5, 0.5], math.log(2.0), INF, INF),
    "nan stays nan": ([NAN, 0.0], NAN, NAN, NAN),
}


@pytest.mark.parametrize(("q", "entropy", "cross_entropy", "kl"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_an_impossible_outcome(q: list[float], entropy: float, cross_entropy: float, kl: float) -> None:
    log_p = np.array([0.0, -INF])
    close(numerics.entropy(q), entropy, rtol=1e-15)
    close(numerics.cross_entropy(q, log_p), cross_entropy, rtol=1e-15)
    close(numerics.kl_divergence(q, log_p), kl, rtol=1e-15)


# ------------------------------------------------------------------------------------------------- properties

SHAPES = hnp.array_shapes(min_dims=2, max_dims=2, max_side=6)
LOGITS = hnp.arrays(np.float64, SHAPES, elements=st.floats(-800.0, 800.0))
# Steps of 1/1024 up to 2**30, shifted by such a step: every sum is exact, so nothing but the shift changes.
STEPS = st.integers(-(2**40), 2**40)


@given(hnp.arrays(np.int64, SHAPES, elements=STEPS), STEPS)
def test_a_shift_changes_not_one_bit(steps: np.ndarray, shift: int) -> None:
    logits, shifted = steps / 1024.0, (steps + shift) / 1024.0
    np.testing.assert_array_equal(numerics.softmax(shifted), numerics.softmax(logits))
    np.testing.assert_array_equal(numerics.log_softmax(shifted), numerics.log_softmax(logits))
    first = np.zeros(len(logits), dtype=np.int64)
    np.testing.assert_array_equal(numerics.log_softmax_at(shifted, first), numerics.log_softmax_at(logits, first))


@given(LOGITS)
def test_softmax_is_a_distribution(logits: np.ndarray) -> None:
    p = numerics.softmax(logits)
    assert (p >= 0.0).all()
    np.testing.assert_allclose(p.sum(axis=1), 1.0, rtol=1e-15)
    log_p = numerics.log_softmax(logits)
    assert (log_p <= 0.0).all()
    np.testing.assert_allclose(numerics.log_softmax(log_p), log_p, rtol=1e-12, atol=1e-15)  # idempotent


@given(LOGITS, st.data())
def test_gibbs(logits: np.ndarray, data: st.DataObject) -> None:
    """H(q) <= H(q, p), and their difference is KL(q || p), which is never below zero."""
    scores = data.draw(hnp.arrays(np.float64, logits.shape, elements=st.floats(-50.0, 50.0)))
    q, log_p = numerics.softmax(scores), numerics.log_softmax(logits)
    entropy, cross_entropy, kl = numerics.entropy(q), numerics.cross_entropy(q, log_p), numerics.kl_divergence(q, log_p)
    np.testing.assert_allclose(entropy + kl, cross_entropy, rtol=1e-13, atol=1e-15)
    assert (kl >= 0.0).all()


@given(hnp.arrays(np.float64, hnp.array_shapes(min_dims=2, max_dims=2), elements=st.floats(1e-6, 1.0)))
def test_a_distribution_has_no_divergence_from_itself(weights: np.ndarray) -> None:
    """However its logarithm was computed: what rounding leaves over is 0, never -1e-17."""
    q = weights / weights.sum(axis=1, keepdims=True)
    assert (numerics.kl_divergence(q, numerics.log_softmax(np.log(weights))) == 0.0).all()


# --------------------------------------------------------------------------------------------- log_softmax_at

BLOCK = 32_768  # elements of a block
TABLES = {
    "one row": (1, 5),
    "one class": (7, 1),
    "one number": (1, 1),
    "the last of the few classes": (BLOCK // 64 + 1, 64),
    "the first of the many": (BLOCK // 65 + 1, 65),
    "exactly one block": (BLOCK // 4, 4),
    "one row less": (BLOCK // 4 - 1, 4),
    "one row more": (BLOCK // 4 + 1, 4),
    "several blocks and a rest": (3 * (BLOCK // 3) + 5, 3),
    "a row that fills a block": (3, BLOCK),
    "a row larger than a block": (3, BLOCK + 1),
}


@pytest.mark.parametrize("order", ["C", "F", "strided"])
@pytest.mark.parametrize("shape", TABLES.values(), ids=TABLES)
def test_log_softmax_at_reads_the_table(shape: tuple[int, int], order: str) -> None:
    rng = np.random.default_rng(5)
    logits = rng.normal(scale=20.0, size=shape)
    if order == "strided":
        logits = np.repeat(np.repeat(logits, 2, axis=0), 2, axis=1)[::2, ::2]
    else:
        logits = np.asarray(logits, order=order)
    before = logits.copy()
    logits.flags.writeable = False
    rows = np.arange(shape[0])
    for index in (rng.integers(0, shape[1], size=shape[0]), np.zeros_like(rows), np.full_like(rows, shape[1] - 1)):
        close(numerics.log_softmax_at(logits, index), numerics.log_softmax(logits)[rows, index], rtol=1e-13)
    np.testing.assert_array_equal(logits, before)


@settings(max_examples=50)
@given(hnp.arrays(np.float64, SHAPES, elements=st.floats()), st.data())
def test_log_softmax_at_agrees_on_any_float(logits: np.ndarray, data: st.DataObject) -> None:
    index = data.draw(hnp.arrays(np.int64, len(logits), elements=st.integers(0, logits.shape[1] - 1)))
    before = logits.copy()
    expected = numerics.log_softmax(logits)[np.arange(len(logits)), index]
    close(numerics.log_softmax_at(logits, index), expected, rtol=1e-13)
    np.testing.assert_array_equal(logits, before)
