"""The classes of ``keras.losses``, each as one function of the labels, the predictions and the class's own arguments.

``keras.hinge(y, z, reduction="sum", sample_weight=w)`` is ``keras.losses.Hinge(reduction="sum")(y, z, w)``. Names and
defaults of the parameters, shapes, results and clipping are those of Keras 3.15 in float64. Whatever ``np.asarray``
takes is an input; a reduced loss is a ``np.float64``. Cross-entropies are in nats, hinge losses in the scores' unit.

Every loss first gives one value for each position: the shape without its last axis. What follows is the same for all:

* Where one of labels and predictions, or of losses and sample weights, has just one axis more than the other, and that
  axis has size 1, the two are brought to one shape. Sample weights then broadcast.
* "sum_over_batch_size" and "mean" divide by the number of values, whatever their weights; "mean_with_sample_weight"
  divides by the sum of the weights as they were given; "sum" does not divide; "none" (or None) does not even add.
* 0/0 is 0 here: no weights, no rows kept. And a batch of no rows gives no rows, whatever the reduction.
* One row without a batch has one value, its mean. Sample weights of its length multiply that mean, not the elements.

Keras's back ends differ in places, and here JAX's answer is given. From logits, a class that is not the label but
has a logit of -inf gives nan (on PyTorch: no harm), and a class out of range costs 0 (on PyTorch: IndexError). Three
things are our own:

* Losses from logits are exact; Keras forms ``z - log(sum of exp)``, which rounds a confident answer's tiny loss away.
* Shapes that do not broadcast are a ValueError on every path, and so is a label that is not finite.
* Nothing warns, and there is no ``axis``: classes are the last one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from explorer import numerics
from explorer.numerics import Array

__all__ = [
    "binary_crossentropy",
    "categorical_crossentropy",
    "hinge",
    "sparse_categorical_crossentropy",
    "squared_hinge",
]

Loss = Array | np.float64
"""An array where nothing was reduced, else one number."""

Mask = npt.NDArray[np.bool_]

EPSILON = 1e-7
"""``keras.config.epsilon()``: how near to 0 and 1 a probability may come."""

_REDUCTIONS = ("sum_over_batch_size", "mean", "sum", "none", "mean_with_sample_weight")


# ---------------------------------------------------------------------------------------------- cross-entropies


def categorical_crossentropy(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    reduction: str | None = "sum_over_batch_size",
    sample_weight: npt.ArrayLike | None = None,
) -> Loss:
    """Return the cross-entropy between one-hot or soft labels and predictions, in nats.

    Shapes: ``y_true`` and ``y_pred`` (N, K) or (..., K), alike; "none" gives the shape without K. Labels are neither
    checked nor normalised. Probabilities are divided by their sum and then clipped to [1e-7, 1 - 1e-7], so that 0
    costs 16.118 and certainty 1e-7; logits passed for probabilities give a number, or nan. Any smoothing is taken.
    Raises ValueError for an unknown reduction or shapes that do not fit; IndexError for a single number.
    Source: ``keras.losses.CategoricalCrossentropy``; row: -sum_c ((1 - e) y[c] + e / K) log p[c].
    """
    _check_reduction(reduction)
    q, scores = _same_rank(_floats(y_true), _floats(y_pred))
    _check_axis(scores)
    _check_same_shape(q, scores)
    q = _smoothed(q, label_smoothing, max(scores.shape[-1], 1))
    return _reduce(_minus_q_log_p(q, _log_probabilities(scores, from_logits)), reduction, sample_weight)


def sparse_categorical_crossentropy(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    from_logits: bool = False,
    ignore_class: int | None = None,
    reduction: str | None = "sum_over_batch_size",
    sample_weight: npt.ArrayLike | None = None,
) -> Loss:
    """Return the cross-entropy between class indices and predictions, in nats.

    Shapes: ``y_pred`` (N, K) or (..., K); ``y_true`` that without K, or with a last axis of 1; "none" gives the shape
    without K. Indices may be floats, and are cut to whole numbers. Probabilities are divided by their sum and clipped
    as in ``categorical_crossentropy``. Positions of ``ignore_class`` cost 0 and are left out of every mean; where all
    are ignored the mean is 0.
    Raises ValueError for an unknown reduction, shapes that do not fit, or a label that is not finite; IndexError for a
    single number. A class out of range raises nothing and costs 0.
    Source: ``keras.losses.SparseCategoricalCrossentropy``; row: -log p[y].
    """
    _check_reduction(reduction)
    labels, scores = _same_rank(_floats(y_true), _floats(y_pred))
    _check_axis(scores)
    if labels.ndim == scores.ndim and labels.shape[-1] == 1:
        labels = labels[..., 0]
    if labels.shape != scores.shape[:-1]:
        raise ValueError(
            f"y_true has shape {labels.shape} and y_pred {scores.shape}; class indices have the shape of y_pred "
            f"without its last axis, {scores.shape[:-1]}."
        )
    if not np.isfinite(labels).all():
        raise ValueError(f"y_true holds {labels[~np.isfinite(labels)][0]}; a class index must be finite.")
    hits = np.trunc(labels)[..., None] == np.arange(scores.shape[-1])
    losses = _minus_q_log_p(hits.astype(np.float64), _log_probabilities(scores, from_logits))
    if ignore_class is None:
        return _reduce(losses, reduction, sample_weight)
    kept: Mask = labels != ignore_class
    return _reduce(np.where(kept, losses, 0.0), reduction, sample_weight, kept)


def binary_crossentropy(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    reduction: str | None = "sum_over_batch_size",
    sample_weight: npt.ArrayLike | None = None,
) -> Loss:
    """Return the binary cross-entropy of each element, averaged over the last axis, in nats.

    Shapes: ``y_true`` and ``y_pred`` (N, K) or (..., K), alike, or (N,) against (N, 1); "none" gives the shape without
    K. Probabilities are clipped to [1e-7, 1 - 1e-7], so that 0 costs 16.118 and certainty 1e-7. Labels are not
    checked: -1 passes silently, and the loss can be negative.
    Raises ValueError for an unknown reduction or shapes that do not fit; IndexError for a single number.
    Source: ``keras.losses.BinaryCrossentropy``; -(y log p + (1 - y) log(1 - p)) with (1 - e) y + e / 2 for y.
    """
    _check_reduction(reduction)
    y, scores = _same_rank(_floats(y_true), _floats(y_pred))
    _check_same_shape(y, scores)
    _check_axis(scores)
    y = _smoothed(y, label_smoothing, 2)
    if from_logits:
        log_p, log_not_p = numerics.log_sigmoid(scores), numerics.log_sigmoid(-scores)
    else:
        p = np.clip(scores, EPSILON, 1.0 - EPSILON)
        log_p, log_not_p = np.log(p), np.log(1.0 - p)  # not log1p(-p): the rounding of 1 - p is Keras's own
    with np.errstate(invalid="ignore", over="ignore"):  # 0 * inf is nan, as on JAX
        losses = 0.0 - (y * log_p + (1.0 - y) * log_not_p)
    return _reduce(_mean_of_last_axis(losses), reduction, sample_weight)


# ------------------------------------------------------------------------------------------------------- hinges


def hinge(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    reduction: str | None = "sum_over_batch_size",
    sample_weight: npt.ArrayLike | None = None,
) -> Loss:
    """Return the hinge loss of each element, averaged over the last axis.

    Shapes: ``y_true`` and ``y_pred`` broadcast together, to (..., K); "none" gives the shape without K. Labels are -1
    and 1; 0 and 1 are taken for them, but only if the whole batch holds nothing else. No unit: scores.
    Raises ValueError for an unknown reduction or shapes that do not fit; IndexError for a single number.
    Source: ``keras.losses.Hinge``; max(0, 1 - y z).
    """
    return _hinge(y_true, y_pred, 1, reduction, sample_weight)


def squared_hinge(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    reduction: str | None = "sum_over_batch_size",
    sample_weight: npt.ArrayLike | None = None,
) -> Loss:
    """Return the square of the hinge loss of each element, averaged over the last axis.

    Shapes, labels and errors as in ``hinge``. Unit: that of the scores, squared.
    Source: ``keras.losses.SquaredHinge``; max(0, 1 - y z)^2.
    """
    return _hinge(y_true, y_pred, 2, reduction, sample_weight)


def _hinge(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    power: int,
    reduction: str | None,
    sample_weight: npt.ArrayLike | None,
) -> Loss:
    _check_reduction(reduction)
    y, scores = _same_rank(_floats(y_true), _floats(y_pred))
    if ((y == 0.0) | (y == 1.0)).all():
        y = 2.0 * y - 1.0
    y, scores = _broadcast_together("y_true", y, "y_pred", scores)
    _check_axis(scores)
    with np.errstate(invalid="ignore", over="ignore"):  # a label of 0 among those of -1 and 1 meets an infinite score
        losses = np.maximum(1.0 - y * scores, 0.0) ** power
    return _reduce(_mean_of_last_axis(losses), reduction, sample_weight)


# ------------------------------------------------------------------------------------------------ shared parts


def _log_probabilities(scores: Array, from_logits: bool) -> Array:
    """Return log p from logits, or from probabilities: divided by their sum, then clipped."""
    if from_logits:
        return numerics.log_softmax(scores)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):  # a sum of 0, or infinite: nan
        p = scores / scores.sum(axis=-1, keepdims=True)
    return np.log(np.clip(p, EPSILON, 1.0 - EPSILON))


def _smoothed(y: Array, label_smoothing: float, outcomes: int) -> Array:
    with np.errstate(invalid="ignore"):  # of an infinite label nothing is left where smoothing is 1
        return y * (1.0 - label_smoothing) + label_smoothing / outcomes if label_smoothing else y


def _minus_q_log_p(q: Array, log_p: Array) -> Array:
    with np.errstate(invalid="ignore", over="ignore"):  # 0 * -inf is nan, as on JAX: a 0 does not switch a class off
        return 0.0 - (q * log_p).sum(axis=-1)


def _mean_of_last_axis(losses: Array) -> Array:
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):  # no classes: 0/0 is nan
        return np.asarray(losses.sum(axis=-1) / np.float64(losses.shape[-1]))


def _reduce(
    values: Array, reduction: str | None, sample_weight: npt.ArrayLike | None, kept: Mask | None = None
) -> Loss:
    """Weigh and reduce the values; positions that are not kept weigh nothing."""
    weights = None if sample_weight is None else _floats(sample_weight)
    if kept is not None:
        mask = _mask_weights(kept, reduction)
        weights = mask if weights is None else _times(mask, weights)
    if weights is not None:
        values, weights = _same_rank(values, weights)
        values = _times(values, weights)
    if reduction in (None, "none") or values.shape in ((), (0,)):
        return values[()]
    with np.errstate(invalid="ignore", over="ignore"):  # inf - inf in the sum
        total = np.float64(values.sum())
        if reduction == "sum":
            return total
        by_weight = reduction == "mean_with_sample_weight"
        divisor = np.float64(weights.sum() if by_weight and weights is not None else values.size)
        return total / divisor if divisor != 0.0 else np.float64(0.0)


def _mask_weights(kept: Mask, reduction: str | None) -> Array:
    """Return 0 for what is ignored and 1 for the rest, scaled up where a mean goes on to divide by all positions."""
    mask = kept.astype(np.float64)
    if reduction in ("mean", "sum_over_batch_size"):
        mask *= kept.size / max(int(kept.sum()), 1)
    return mask


def _same_rank(first: Array, second: Array) -> tuple[Array, Array]:
    """Bring two arrays to one rank, if the one that has an axis more has size 1 there.

    Against a vector the vector becomes a column; against anything else that axis is dropped.
    """
    if first.ndim == second.ndim + 1 and first.shape[-1] == 1:
        return (first, second[:, None]) if second.ndim == 1 else (first[..., 0], second)
    if second.ndim == first.ndim + 1 and second.shape[-1] == 1:
        return (first[:, None], second) if first.ndim == 1 else (first, second[..., 0])
    return first, second


def _times(values: Array, weights: Array) -> Array:
    values, weights = _same_rank(values, weights)
    values, weights = _broadcast_together("the loss", values, "sample_weight", weights)
    with np.errstate(invalid="ignore", over="ignore"):  # a weight of 0 on an infinite loss is nan
        return np.asarray(values * weights)


def _broadcast_together(first_name: str, first: Array, second_name: str, second: Array) -> tuple[Array, Array]:
    try:
        shape = np.broadcast_shapes(first.shape, second.shape)
    except ValueError:
        raise ValueError(
            f"{first_name} has shape {first.shape} and {second_name} {second.shape}, which do not broadcast together."
        ) from None
    return np.broadcast_to(first, shape), np.broadcast_to(second, shape)


def _floats(values: npt.ArrayLike) -> Array:
    return np.asarray(values, dtype=np.float64)


def _check_reduction(reduction: str | None) -> None:
    if reduction is not None and reduction not in _REDUCTIONS:
        raise ValueError(f"reduction is {reduction!r}; it must be one of {', '.join(map(repr, _REDUCTIONS))}.")


def _check_axis(scores: Array) -> None:
    if scores.ndim == 0:
        raise IndexError("y_pred is a single number; it needs at least one axis.")


def _check_same_shape(y: Array, scores: Array) -> None:
    if y.shape != scores.shape:
        raise ValueError(f"y_true has shape {y.shape} and y_pred {scores.shape}; they must be the same.")
