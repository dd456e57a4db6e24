"""The mathematics between a logit and a loss: stable, exact, in natural logarithms.

Everything here is float64 and stays in log space, so nothing is clipped: a loss of 1e9 is 1e9, and a
confident right answer keeps its tiny loss instead of rounding to zero. Results are in nats. Logits may
hold infinities and nan. A row of logits whose maximum is not finite (+inf, nan, or nothing but -inf) has
no softmax, and every number of that row is nan.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

# Rows are worked on in blocks that stay in the processor's cache: `exp` is then the limit, not memory.
_BLOCK_ELEMENTS = 32_768
# Up to this many classes a block is transposed first, so that every reduction runs along the long axis.
_FEW_CLASSES = 64
# What is left of a difference of two numbers of size 1 that should be equal: four units in the last place.
ROUNDING = 4.0 * np.finfo(np.float64).eps
_SAME = 1e-6  # relative


def _peak_and_rest(logits: Array, axis: int) -> tuple[Array, Array, Array]:
    """Split logits into their maximum, the distances to it, and the sum of exp over all *other* entries.

    Leaving the maximum itself (its exp is exactly 1) out of the sum is what keeps a confident answer
    exact: log(1 + rest) becomes log1p(rest), which does not lose a rest of 1e-300.
    """
    peak = logits.max(axis=axis, keepdims=True)
    with np.errstate(invalid="ignore", over="ignore"):  # inf - inf is nan, and that is the answer
        shifted = logits - peak
    others = np.exp(shifted)
    np.put_along_axis(others, logits.argmax(axis=axis, keepdims=True), 0.0, axis=axis)
    return peak, shifted, others.sum(axis=axis, keepdims=True)


def logsumexp(logits: npt.ArrayLike, axis: int = -1) -> Array:
    """Return log(sum(exp(logits))) along an axis, in nats, without overflow.

    Shape: that of ``logits`` without ``axis``. All -inf gives -inf, any +inf gives inf, any nan gives nan.
    Source: the shift by the maximum, Blanchard, Higham & Higham, *Accurately computing the log-sum-exp and
    softmax functions* (IMA J. Numer. Anal. 2021), equation (4.8).
    """
    logits = np.asarray(logits, dtype=np.float64)
    peak, _, rest = _peak_and_rest(logits, axis)
    return np.where(np.isfinite(peak), peak + np.log1p(rest), peak).squeeze(axis)


def log_softmax(logits: npt.ArrayLike, axis: int = -1) -> Array:
    """Return the logarithm of the softmax along an axis, in nats.

    Shape: that of ``logits``. -inf gives -inf; a row whose maximum is not finite is nan throughout.
    Source: z - max - log1p(sum of exp over the others); see ``logsumexp``.
    """
    logits = np.asarray(logits, dtype=np.float64)
    if logits.shape[axis] == 0:
        return logits.copy()
    peak, shifted, rest = _peak_and_rest(logits, axis)
    return np.where(np.isfinite(peak), shifted - np.log1p(rest), np.nan)


def softmax(logits: npt.ArrayLike, axis: int = -1) -> Array:
    """Return exp(z - max) divided by its sum along an axis.

    Shape: that of ``logits``. -inf gives 0; a row whose maximum is not finite is nan throughout.
    Source: Blanchard, Higham & Higham (2021), equation (1.3) with the shift; more accurate than
    exp(log_softmax), whose error grows with the size of the logarithm.
    """
    logits = np.asarray(logits, dtype=np.float64)
    if logits.shape[axis] == 0:
        return logits.copy()
    peak, shifted, rest = _peak_and_rest(logits, axis)
    return np.where(np.isfinite(peak), np.exp(shifted) / (1.0 + rest), np.nan)


def log_softmax_at(logits: Array, index: Indices) -> Array:
    """Return log_softmax(logits)[i, index[i]] for every row i, in nats, without building the whole table.

    Shapes: (N, K) and (N,) to (N,); indices must lie in [0, K). Memory beyond the result is one block.
    Source: as ``log_softmax``; the blocks only change the order of the work, never the formula.
    """
    rows, classes = logits.shape
    result = np.empty(rows)
    block_rows = max(1, _BLOCK_ELEMENTS // max(classes, 1))
    few = classes <= _FEW_CLASSES
    for start in range(0, rows, block_rows):
        block = logits[start : start + block_rows]
        row = np.arange(len(block))
        target = index[start : start + block_rows]
        # Few classes: (K, n), reduced down the columns. Many: (n, K), reduced along the rows.
        shifted = block.T.copy() if few else block.copy()  # always a copy: it is overwritten below
        axis = 0 if few else 1
        peak = shifted.max(axis=axis)
        with np.errstate(invalid="ignore", over="ignore"):  # inf - inf is nan, and that is the answer
            shifted -= peak if few else peak[:, None]
        top = (shifted == 0.0).argmax(axis=axis)
        at_target = shifted[target, row] if few else shifted[row, target]
        others = np.exp(shifted, out=shifted)
        others[(top, row) if few else (row, top)] = 0.0
        log_p = at_target - np.log1p(others.sum(axis=axis))
        result[start : start + block_rows] = np.where(np.isfinite(peak), log_p, np.nan)
    return result


def log_sigmoid(logits: npt.ArrayLike) -> Array:
    """Return log(1 / (1 + exp(-z))), in nats, for any size of z.

    Shape: that of ``logits``. At -inf it is -inf, at +inf it is 0. log(1 - sigmoid(z)) is log_sigmoid(-z).
    Source: min(z, 0) - log1p(exp(-|z|)); Mächler, *Accurately computing log(1 - exp(-|a|))* (2012).
    """
    logits = np.asarray(logits, dtype=np.float64)
    return np.minimum(logits, 0.0) - np.log1p(np.exp(-np.abs(logits)))


def sigmoid(logits: npt.ArrayLike) -> Array:
    """Return 1 / (1 + exp(-z)), computed from exp(-|z|) so that neither side overflows.

    Shape: that of ``logits``. Source: the logistic function, with numerator exp(min(z, 0)).
    """
    logits = np.asarray(logits, dtype=np.float64)
    return np.exp(np.minimum(logits, 0.0)) / (1.0 + np.exp(-np.abs(logits)))


def xlogp(x: npt.ArrayLike, log_p: npt.ArrayLike) -> Array:
    """Return x * log_p with the convention 0 * log 0 = 0: the only place where that convention lives.

    Shapes broadcast; nats in, nats out. x = 0 gives 0 even where ``log_p`` is infinite, for it is the limit of
    x log x and an outcome that never happens costs nothing; nan stays nan.
    Source: Cover & Thomas, *Elements of Information Theory* (2006), section 2.1.
    """
    x = np.asarray(x, dtype=np.float64)
    log_p = np.asarray(log_p, dtype=np.float64)
    with np.errstate(invalid="ignore"):  # 0 * inf, replaced on the next line
        product = x * log_p
    return np.where((x == 0.0) & ~np.isnan(log_p), 0.0, product)


def xlogy(x: npt.ArrayLike, y: npt.ArrayLike) -> Array:
    """Return x * log(y) with 0 * log 0 = 0; see ``xlogp``. Shapes broadcast; in nats."""
    with np.errstate(divide="ignore", invalid="ignore"):  # log 0 is -inf; of a negative number, nan
        return xlogp(x, np.log(np.asarray(y, dtype=np.float64)))


def entropy(q: npt.ArrayLike, axis: int = -1) -> Array:
    """Return H(q) = -sum q log q along an axis, in nats.

    Shape: that of ``q`` without ``axis``. Source: Shannon (1948); Cover & Thomas (2006), equation (2.1).
    """
    return 0.0 - xlogy(q, q).sum(axis=axis)  # not a minus sign: the entropy of certainty is 0, not -0


def cross_entropy(q: npt.ArrayLike, log_p: npt.ArrayLike, axis: int = -1) -> Array:
    """Return H(q, p) = -sum q log p along an axis, in nats, from log-probabilities.

    Shapes broadcast; the result is without ``axis``. inf where q > 0 meets p = 0; 0 where q = 0 meets it.
    Source: Cover & Thomas (2006), theorem 5.4.3.
    """
    return 0.0 - xlogp(q, log_p).sum(axis=axis)


def kl_divergence(q: npt.ArrayLike, log_p: npt.ArrayLike, axis: int = -1) -> Array:
    """Return KL(q || p) = sum q (log q - log p) along an axis, in nats, from log-probabilities.

    Shapes broadcast; the result is without ``axis``. inf where q > 0 meets p = 0; 0 where q = 0 meets it. What
    rounding leaves over where p equals q is 0, and so is the -1e-17 that no divergence can be.
    Source: Kullback & Leibler (1951); Cover & Thomas (2006), equation (2.26) and theorem 2.6.3.
    """
    q = np.asarray(q, dtype=np.float64)
    log_p = np.asarray(log_p, dtype=np.float64)
    log_q = np.log(np.where(q == 0.0, 1.0, q))
    divergence = xlogp(q, log_q - log_p).sum(axis=axis)
    own = entropy(q, axis)
    # Rounding leaves the sum of q off 1, and with it the divergence off 0. Where q is all but certain, one as small can
    # be real; then it shows beside H(q).
    rounding = (np.abs(divergence) <= ROUNDING * (1.0 + own)) & (divergence <= _SAME * own)
    return np.where(rounding, 0.0, divergence)


def is_same(value: float | None, other: float | None, absolute: float = 0.0) -> bool:
    """Return whether two values are one number, computed by two paths: equal to a millionth, or to ``absolute``.

    Paths differ in their rounding, mistakes and quirks by far more. nan is nan, infinity infinity, and None nothing.
    """
    if value is None or other is None:
        return False
    if math.isnan(value) and math.isnan(other):
        return True
    return math.isclose(value, other, rel_tol=_SAME, abs_tol=absolute)
