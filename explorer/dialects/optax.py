"""The cross-entropies of ``optax``, in NumPy and float64.

Names and order of the parameters, shapes, results, infinities and error types are Optax 0.2.8's. Nothing is ever
reduced: there is one loss for each example, or for each element. Logits and labels broadcast, silently. A loss without
dimensions is a ``np.float64``. Losses are in nats. Three things are our own:

* Losses are exact; JAX forms ``z - log(sum of exp)``, which rounds a confident answer's tiny loss away.
* Optax takes arrays only. Here lists and numbers are read too, and whole numbers in them as floats where logits are
  meant. An array of logits must hold floats, as there.
* ``axis`` and ``where`` are left out: classes are the last axis.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from explorer import numerics
from explorer.numerics import Array

__all__ = [
    "safe_softmax_cross_entropy",
    "sigmoid_binary_cross_entropy",
    "softmax_cross_entropy",
    "softmax_cross_entropy_with_integer_labels",
]

Loss = Array | np.float64
"""An array, or one number where there are no dimensions left."""


def softmax_cross_entropy(logits: npt.ArrayLike, labels: npt.ArrayLike) -> Loss:
    """Return the cross-entropy between the softmax of logits and one-hot or soft labels, for each example; in nats.

    Shapes: ``logits`` (..., K) and ``labels`` broadcast together; the result is without K. Labels are neither checked
    nor normalised. A label of 0 does not switch its class off: with a logit of -inf it gives nan.
    Raises TypeError for logits that are not floats, or shapes of one rank that do not broadcast; ValueError for any
    other shapes that do not, and for a single logit.
    Source: ``optax.softmax_cross_entropy``; -sum_c y[c] log p[c].
    """
    q, log_p = _labels_and_log_p(logits, labels)
    with np.errstate(invalid="ignore", over="ignore"):  # 0 * -inf is nan, as in Optax
        return _as_result(0.0 - (q * log_p).sum(axis=-1))


def safe_softmax_cross_entropy(logits: npt.ArrayLike, labels: npt.ArrayLike) -> Loss:
    """Return ``softmax_cross_entropy`` with 0 for every class whose label is 0, whatever its logit; in nats.

    Shapes and errors as in ``softmax_cross_entropy``. A row without a softmax, as +inf, nan or nothing but -inf leave
    it, is still nan under every label that is not 0.
    Source: ``optax.safe_softmax_cross_entropy``; -sum_c y[c] log p[c] over y[c] != 0.
    """
    q, log_p = _labels_and_log_p(logits, labels)
    with np.errstate(invalid="ignore", over="ignore"):  # 0 * -inf, replaced at once
        terms = np.where(q == 0.0, 0.0, q * log_p)
        return _as_result(0.0 - terms.sum(axis=-1))


def softmax_cross_entropy_with_integer_labels(logits: npt.ArrayLike, labels: npt.ArrayLike) -> Loss:
    """Return minus the logarithm of the softmax at each example's class, in nats.

    Shapes: ``logits`` (..., K) and ``labels`` integers of as many dimensions without K; those broadcast together. An
    index counts from the end where it is negative, so that -1 is the last class; out of -K..K-1 it gives nan.
    A logit of -inf off the label does no harm, and one of +inf gives inf.
    Raises TypeError for logits that are not floats or labels that are not integers; ValueError for shapes that do not
    fit, and for a single logit.
    Source: ``optax.softmax_cross_entropy_with_integer_labels``; log(sum of exp(z)) - z[y].
    """
    z, y = _logits(logits), np.asarray(labels)
    if y.dtype.kind not in "iu" and (y.size or hasattr(labels, "dtype")):
        raise TypeError(f"labels have dtype {y.dtype}; class indices must be integers.")
    _check_classes(z)
    if y.ndim != z.ndim - 1:
        raise ValueError(
            f"labels have shape {y.shape} and logits {z.shape}; labels must have one dimension less, {z.shape[:-1]}."
        )
    try:
        shape = np.broadcast_shapes(z.shape[:-1], y.shape)
    except ValueError:
        raise ValueError(
            f"labels have shape {y.shape}; it must broadcast to that of the logits without K, {z.shape[:-1]}."
        ) from None
    classes = z.shape[-1]
    if classes == 0:
        return _as_result(np.full(shape, -np.inf))  # the logarithm of an empty sum
    rows = np.broadcast_to(z, (*shape, classes)).reshape(-1, classes)
    index = np.broadcast_to(y, shape).ravel()
    known = (index < classes) & (index >= -classes)
    index = np.where(known, index, 0).astype(np.int64) % classes
    losses = 0.0 - numerics.log_softmax_at(rows, index)
    # Without a softmax there may still be a difference: log(sum of exp) is the maximum, and inf - z is inf.
    odd = np.flatnonzero(np.isnan(losses))
    with np.errstate(invalid="ignore"):  # inf - inf is nan
        losses[odd] = rows[odd].max(axis=1) - rows[odd, index[odd]]
    losses[~known] = np.nan
    return _as_result(losses.reshape(shape))


def sigmoid_binary_cross_entropy(logits: npt.ArrayLike, labels: npt.ArrayLike) -> Loss:
    """Return the binary cross-entropy of each logit, in nats.

    Shapes: ``logits`` and ``labels`` broadcast together; the result has that shape. Labels are not checked: -1 passes
    silently, and the loss can be negative.
    Raises TypeError for logits that are not floats, or shapes of one rank that do not broadcast; ValueError for any
    other shapes that do not.
    Source: ``optax.sigmoid_binary_cross_entropy``; -y log sigmoid(z) - (1 - y) log sigmoid(-z).
    """
    z, y = _broadcast_together(_logits(logits), np.asarray(labels, dtype=np.float64))
    with np.errstate(invalid="ignore", over="ignore"):  # 0 * -inf is nan, as in Optax
        return _as_result(0.0 - (y * numerics.log_sigmoid(z) + (1.0 - y) * numerics.log_sigmoid(-z)))


# ------------------------------------------------------------------------------------------------ shared parts


def _labels_and_log_p(logits: npt.ArrayLike, labels: npt.ArrayLike) -> tuple[Array, Array]:
    z = _logits(logits)
    _check_classes(z)
    return _broadcast_together(np.asarray(labels, dtype=np.float64), numerics.log_softmax(z))


def _logits(logits: npt.ArrayLike) -> Array:
    z = np.asarray(logits)
    if z.dtype.kind != "f" and hasattr(logits, "dtype"):
        raise TypeError(f"logits have dtype {z.dtype}; they must be floats.")
    return z.astype(np.float64)


def _check_classes(z: Array) -> None:
    if z.ndim == 0:
        raise ValueError("logits are a single number; they need a class dimension.")


def _broadcast_together(first: Array, second: Array) -> tuple[Array, Array]:
    try:
        shape = np.broadcast_shapes(first.shape, second.shape)
    except ValueError:
        message = f"the shapes {first.shape} and {second.shape} of logits and labels do not broadcast together."
        raise (TypeError if first.ndim == second.ndim else ValueError)(message) from None  # as JAX tells them apart
    return np.broadcast_to(first, shape), np.broadcast_to(second, shape)


def _as_result(values: Array) -> Loss:
    """Return an array as it is, and one without dimensions as a number."""
    result: Loss = np.asarray(values)[()]
    return result
