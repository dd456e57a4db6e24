# ruff: noqa: A002 - `input` is what torch calls this argument, and calls by keyword must work here too
"""The losses of ``torch.nn.functional`` (and torchvision's focal loss), in NumPy and float64.

Names, order and defaults of the parameters, shapes, results, infinities and error types are PyTorch 2.13's. Whatever
``np.asarray`` takes is an input; a reduced loss is a ``np.float64``, an unreduced one has torch's shape. Losses are in
nats. Four things are our own:

* Finite losses are exact. torch forms ``z - log(sum of exp)``, which rounds a confident answer's tiny loss away.
* Any real input is read as float64 and any whole-number target as int64, where torch wants matching dtypes.
* The deprecated ``size_average``, ``reduce`` and ``"elementwise_mean"`` are left out.
* Nothing warns: torch does for ``kl_div(reduction="mean")`` and for a softmax without ``dim``.
"""

from __future__ import annotations

import math
import operator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from explorer import numerics
from explorer.numerics import Array, Indices

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "hinge_embedding_loss",
    "kl_div",
    "log_softmax",
    "logsigmoid",
    "multi_margin_loss",
    "multilabel_margin_loss",
    "multilabel_soft_margin_loss",
    "nll_loss",
    "sigmoid",
    "sigmoid_focal_loss",
    "soft_margin_loss",
    "softmax",
]

Loss = Array | np.float64
"""An array where nothing was reduced, else one number."""

LOG_FLOOR = -100.0
"""Below this no logarithm in ``binary_cross_entropy`` falls."""


# ---------------------------------------------------------------------------------------------- class targets


def cross_entropy(
    input: npt.ArrayLike,
    target: npt.ArrayLike,
    weight: npt.ArrayLike | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Loss:
    """Return the cross-entropy between the softmax of logits and class indices or class probabilities, in nats.

    Shapes: ``input`` (C,), (N, C) or (N, C, d1, ...); ``target`` integers of that shape without C, or floats of
    exactly that shape, which are then neither checked nor normalised; ``weight`` (C,). "none" gives the shape
    without C. The mean divides by the sum of the targets' weights for indices, by the number of rows for
    probabilities. Beyond the result, indices without smoothing need one cache-sized block of memory.
    Raises ValueError for an unknown reduction or a batch size that differs; IndexError for a class out of range;
    RuntimeError for any other shape, for a dtype, a smoothing above 1 (one below 0 is taken as 0, as torch does),
    or an ``ignore_index`` >= 0 together with probabilities.
    Source: ``torch.nn.functional.cross_entropy``; row: (1 - e) w[y] (-log p[y]) + (e / C) sum_c w[c] (-log p[c]).
    """
    _check_reduction(reduction)
    logits, labels = _floats(input), np.asarray(target)
    if label_smoothing > 1.0:
        raise RuntimeError(f"label_smoothing is {label_smoothing}; it must lie between 0 and 1.")
    if logits.shape == labels.shape:
        return _soft_cross_entropy(logits, labels, weight, ignore_index, reduction, label_smoothing)
    if logits.ndim == 0:
        raise IndexError("input is a single number; cross_entropy needs a class dimension.")
    picked = _pick_classes(logits, labels, weight, ignore_index)
    if label_smoothing > 0.0:
        return _smoothed_cross_entropy(picked, reduction, label_smoothing)
    return _class_loss(picked, numerics.log_softmax_at(picked.rows, picked.read), reduction)


def nll_loss(
    input: npt.ArrayLike,
    target: npt.ArrayLike,
    weight: npt.ArrayLike | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Loss:
    """Return minus the entry of each target class, weighted: in nats when ``input`` holds log-probabilities.

    Shapes: ``input`` (C,), (N, C) or (N, C, d1, ...); ``target`` integers of that shape without C; ``weight`` (C,).
    "none" gives the target's shape; the mean divides by the sum of the targets' weights. What ``input`` holds is
    not checked: probabilities or logits give a number too.
    Raises ValueError, RuntimeError and IndexError as ``cross_entropy`` does.
    Source: ``torch.nn.functional.nll_loss``; row: -w[y] input[y].
    """
    _check_reduction(reduction)
    scores = _floats(input)
    if scores.ndim == 0:
        raise ValueError("input is a single number; nll_loss needs at least a class dimension.")
    picked = _pick_classes(scores, np.asarray(target), weight, ignore_index)
    return _class_loss(picked, picked.rows[np.arange(len(picked.read)), picked.read], reduction)


def _soft_cross_entropy(
    logits: Array,
    target: npt.NDArray[np.generic],
    weight: npt.ArrayLike | None,
    ignore_index: int,
    reduction: str,
    label_smoothing: float,
) -> Loss:
    """Cross-entropy against class probabilities: the target is taken as it comes, and the mean counts rows."""
    if target.dtype.kind != "f":
        raise RuntimeError(
            f"target has input's shape {logits.shape}, so it is read as class probabilities, which must be floats; "
            f"got {target.dtype}. Class indices have no class dimension."
        )
    if ignore_index >= 0:
        raise RuntimeError(f"ignore_index is {ignore_index}, but a target of class probabilities has no index.")
    if logits.ndim == 0:
        raise IndexError("input is a single number; cross_entropy needs a class dimension.")
    axis = 0 if logits.ndim == 1 else 1
    classes = logits.shape[axis]
    q = _floats(target)
    terms = numerics.log_softmax(logits, axis)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        if label_smoothing > 0.0:
            q = (1.0 - label_smoothing) * q + label_smoothing / max(classes, 1)
        terms *= q  # 0 * -inf is nan, as in torch: a target of 0 does not switch its class off
        if weight is not None:
            per_class = _class_weight(weight, classes)
            terms *= per_class.reshape((-1,) + (1,) * (logits.ndim - axis - 1))
        losses = 0.0 - terms.sum(axis=axis)
        number_of_rows = np.float64(logits.size) / classes  # nan, not 0, where there are no classes
    return _reduce(losses, reduction, number_of_rows)


class _Picked(NamedTuple):
    """Scores with one class picked a row, every shape reduced to (M, C) and (M,)."""

    rows: Array  # (M, C)
    read: Indices  # (M,): the class; 0 where the row is ignored
    ignored: npt.NDArray[np.bool_] | None  # (M,), or None when no row is
    weight: Array | None  # (C,)
    shape: tuple[int, ...]  # the shape of the unreduced loss


def _pick_classes(
    scores: Array, target: npt.NDArray[np.generic], weight: npt.ArrayLike | None, ignore_index: int
) -> _Picked:
    """Check a target of class indices against its scores, in the order in which torch does."""
    one_example = scores.ndim == 1
    if not one_example and target.shape[:1] != scores.shape[:1]:
        raise ValueError(
            f"input has {scores.shape[0]} examples and target has shape {target.shape}; the first sizes must agree."
        )
    index = _indices(target).ravel()
    if one_example and target.ndim == 1 and target.size != 1:
        raise ValueError(f"input is one example, of shape {scores.shape}; target must be one index, not {target.size}.")
    if target.ndim > 1 if one_example else target.shape[1:] != scores.shape[2:]:
        raise RuntimeError(
            f"target has shape {target.shape}; class indices for an input of shape {scores.shape} "
            f"have shape {() if one_example else scores.shape[:1] + scores.shape[2:]}."
        )
    class_axis = 0 if one_example else 1
    classes = scores.shape[class_axis]
    per_class = None if weight is None else _class_weight(weight, classes)
    index, ignored = _keep_in_range(index, classes, ignore_index)
    rows = np.moveaxis(scores, class_axis, -1).reshape(len(index), classes)  # a copy beyond two dimensions only
    if classes == 0:  # every row is ignored, or there is none: a made-up class gives them something to read
        rows, per_class = np.zeros((len(index), 1)), None if per_class is None else np.ones(1)
    return _Picked(rows, index, ignored, per_class, () if one_example else target.shape)


def _keep_in_range(index: Indices, classes: int, ignore_index: int) -> tuple[Indices, npt.NDArray[np.bool_] | None]:
    """Return the indices with 0 for the ignored ones, and which those are; IndexError if one is out of range.

    A batch whose least and greatest index are in order is not looked at again: that is the fast way.
    """
    if index.size == 0:
        return index, None
    low, high = int(index.min()), int(index.max())
    ignored = index == ignore_index if low <= ignore_index <= high else None
    if low < 0 or high >= classes:
        outside = (index < 0) | (index >= classes)
        if ignored is not None:
            outside &= ~ignored
        if outside.any():
            raise IndexError(
                f"target holds the class {index[outside][0]}; with {classes} classes an index must lie "
                f"in 0..{classes - 1}, or be ignore_index ({ignore_index})."
            )
    if ignored is None:
        return index, None
    return np.where(ignored, 0, index), ignored


def _class_loss(picked: _Picked, log_p: Array, reduction: str) -> Loss:
    """Weight and reduce minus the picked entries (M,), which are overwritten."""
    losses = np.subtract(0.0, log_p, out=log_p)
    weights = None if picked.weight is None else picked.weight[picked.read]
    if weights is not None:
        with np.errstate(invalid="ignore", over="ignore"):  # a weight of 0 on an infinite loss is nan
            losses *= weights
    return _reduce_kept(picked, losses, weights, reduction)


def _smoothed_cross_entropy(picked: _Picked, reduction: str, label_smoothing: float) -> Loss:
    """Cross-entropy of class indices with smoothing: the even share counts every class's weight."""
    nll = 0.0 - numerics.log_softmax(picked.rows)
    at_target = nll[np.arange(len(nll)), picked.read]
    weights = None if picked.weight is None else picked.weight[picked.read]
    with np.errstate(invalid="ignore", over="ignore"):  # 0 * inf is nan, as in torch
        if weights is not None:
            at_target *= weights
        everywhere = nll.sum(axis=1) if picked.weight is None else (nll * picked.weight).sum(axis=1)
        losses = (1.0 - label_smoothing) * at_target + label_smoothing / nll.shape[1] * everywhere
    return _reduce_kept(picked, losses, weights, reduction)


def _reduce_kept(picked: _Picked, losses: Array, weights: Array | None, reduction: str) -> Loss:
    """Reduce row losses (M,): ignored rows give 0 and count nothing; the mean divides by the weights kept."""
    if picked.ignored is not None:
        losses[picked.ignored] = 0.0
        if weights is not None:
            weights[picked.ignored] = 0.0
    if weights is not None:
        with np.errstate(invalid="ignore", over="ignore"):  # weights of inf and -inf
            divisor = float(weights.sum()) or math.nan  # torch divides what is smoothed in two parts, one of them 0 / 0
    else:
        divisor = losses.size - (0 if picked.ignored is None else int(picked.ignored.sum()))
    return _reduce(losses.reshape(picked.shape), reduction, divisor)


# ---------------------------------------------------------------------------------------- binary, multi-label


def binary_cross_entropy(
    input: npt.ArrayLike, target: npt.ArrayLike, weight: npt.ArrayLike | None = None, reduction: str = "mean"
) -> Loss:
    """Return the binary cross-entropy of probabilities, with each logarithm held at -100 or above, in nats.

    Shapes: ``input`` and ``target`` any, alike; ``weight`` one that broadcasts to it. "none" gives that shape; the
    mean divides by the number of elements, whatever the weights.
    Raises ValueError for an unknown reduction or shapes that differ; RuntimeError for anything outside [0, 1] or a
    weight that does not broadcast.
    Source: ``torch.nn.functional.binary_cross_entropy``; -w (y max(log p, -100) + (1 - y) max(log(1 - p), -100)).
    """
    _check_reduction(reduction)
    p, y = _floats(input), _floats(target)
    _check_same_shape(p, y)
    for name, values in (("input", p), ("target", y)):
        if not ((values >= 0.0) & (values <= 1.0)).all():
            raise RuntimeError(f"{name} must lie between 0 and 1 everywhere; it holds {_first_outside_unit(values)}.")
    with np.errstate(divide="ignore"):  # log 0 is -inf, and is raised to the floor at once
        log_p = np.maximum(np.log(p), LOG_FLOOR)
        log_not_p = np.maximum(np.log1p(-p), LOG_FLOOR)
    return _weigh_and_reduce(0.0 - (y * log_p + (1.0 - y) * log_not_p), weight, reduction)


def binary_cross_entropy_with_logits(
    input: npt.ArrayLike,
    target: npt.ArrayLike,
    weight: npt.ArrayLike | None = None,
    reduction: str = "mean",
    pos_weight: npt.ArrayLike | None = None,
) -> Loss:
    """Return the binary cross-entropy of logits, in nats; ``pos_weight`` multiplies the positive term alone.

    Shapes: ``input`` and ``target`` any, alike; ``weight`` and ``pos_weight`` broadcast to it. "none" gives that
    shape; the mean divides by the number of elements. Any target is taken: -1 can make the loss negative.
    Raises ValueError for an unknown reduction or shapes that differ; RuntimeError for weights that do not broadcast.
    Source: ``torch.nn.functional.binary_cross_entropy_with_logits``;
    -w (pos_weight y log sigmoid(z) + (1 - y) log sigmoid(-z)).
    """
    _check_reduction(reduction)
    z, y = _floats(input), _floats(target)
    _check_same_shape(z, y)
    positive = _broadcast(1.0 if pos_weight is None else pos_weight, z.shape, "pos_weight")
    log_p = numerics.log_sigmoid(z)
    with np.errstate(invalid="ignore", over="ignore"):  # inf - inf and 0 * inf are nan where torch has nan
        exact = 0.0 - (positive * y * log_p + (1.0 - y) * numerics.log_sigmoid(-z))
        # torch's own arrangement cancels for large -z, but it alone decides what an infinite logit or target gives.
        scale = 1.0 if pos_weight is None else 1.0 + (positive - 1.0) * y
        arranged = (1.0 - y) * z - scale * log_p
    return _weigh_and_reduce(np.where(np.isinf(z) | np.isinf(y), arranged, exact), weight, reduction)


def multilabel_soft_margin_loss(
    input: npt.ArrayLike, target: npt.ArrayLike, weight: npt.ArrayLike | None = None, reduction: str = "mean"
) -> Loss:
    """Return the binary cross-entropy of logits averaged over the classes of each example, in nats.

    Shapes: ``input`` (C,), (N, C) or (..., C); ``target`` and ``weight`` broadcast with it. "none" gives the shape
    without C, and the sum is therefore C times smaller than that of the element-wise loss.
    Raises ValueError for an unknown reduction; RuntimeError for shapes that do not broadcast; IndexError without C.
    Source: ``torch.nn.functional.multilabel_soft_margin_loss``;
    -(1 / C) sum_c w[c] (y[c] log sigmoid(z[c]) + (1 - y[c]) log sigmoid(-z[c])).
    """
    z = _floats(input)
    if z.ndim == 0:
        raise IndexError("input is a single number; multilabel_soft_margin_loss needs a class dimension.")
    axis, classes = z.ndim - 1, np.float64(z.shape[-1])
    z, y, weights = _broadcast_together(z, _floats(target), _floats(1.0 if weight is None else weight))
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):  # 0 * inf, 0 classes: nan, as in torch
        losses = 0.0 - weights * (y * numerics.log_sigmoid(z) + (1.0 - y) * numerics.log_sigmoid(-z))
        losses = losses.sum(axis=axis) / classes
    _check_reduction(reduction)  # last, as in torch
    return _reduce(losses, reduction)


def sigmoid_focal_loss(
    inputs: npt.ArrayLike,
    targets: npt.ArrayLike,
    alpha: float = 0.25,
    gamma: float = 2.0,
    reduction: str = "none",
) -> Loss:
    """Return the focal loss: binary cross-entropy of logits, turned down where the answer is already right; in nats.

    Shapes: ``inputs`` and ``targets`` any, alike; "none", the default, gives that shape. ``alpha`` weights the
    positives and 1 - alpha the negatives; -1 leaves both at 1. ``gamma`` 0 turns nothing down.
    Raises ValueError for an unknown reduction, an alpha neither in [0, 1] nor -1, or shapes that differ.
    Source: ``torchvision.ops.sigmoid_focal_loss``; Lin et al., *Focal Loss for Dense Object Detection* (2017),
    equation (5): alpha_t (1 - p_t)^gamma (-log p_t).
    """
    _check_reduction(reduction)
    if not 0.0 <= alpha <= 1.0 and alpha != -1:
        raise ValueError(f"alpha is {alpha}; it must lie between 0 and 1, or be -1 for no balancing.")
    z, y = _floats(inputs), _floats(targets)
    losses = binary_cross_entropy_with_logits(z, y, reduction="none")
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):  # a negative base or power, and 0 * inf
        # 1 - p_t, without the cancellation of taking p_t from 1.
        wrong = (1.0 - y) * numerics.sigmoid(z) + y * numerics.sigmoid(-z)
        losses = losses * wrong**gamma
        if alpha >= 0.0:
            losses = (alpha * y + (1.0 - alpha) * (1.0 - y)) * losses
    return _reduce(losses, reduction)


# ---------------------------------------------------------------------------------------------------- margins


def multi_margin_loss(
    input: npt.ArrayLike,
    target: npt.ArrayLike,
    p: int = 1,
    margin: float = 1.0,
    weight: npt.ArrayLike | None = None,
    reduction: str = "mean",
) -> Loss:
    """Return the multi-class hinge loss: how far each wrong class comes within ``margin`` of the right one.

    Shapes: ``input`` (C,) or (N, C); ``target`` integers () or (N,); ``weight`` (C,). "none" gives the target's
    shape. The sum over classes is divided by C, not C - 1, and the mean by N, not by the weights. No unit: scores.
    Raises ValueError for an unknown reduction, p other than 1 and 2, or a weight that is not 1-D; RuntimeError for
    other shapes, for no classes, and for a class out of range.
    Source: ``torch.nn.functional.multi_margin_loss``; (1 / C) sum_{j != y} w[y] max(0, margin - z[y] + z[j])^p.
    """
    _check_reduction(reduction)
    if p not in (1, 2):
        raise ValueError(f"p is {p}; it must be 1 or 2.")
    scores, labels = _floats(input), np.asarray(target)
    weights = None if weight is None else _floats(weight)
    if weights is not None and weights.ndim != 1:
        raise ValueError(f"weight has shape {weights.shape}; it must have one dimension.")
    rows = _margin_rows(scores)
    alone = labels.size == 1 and labels.ndim < 2 and len(rows) == 1  # one row's index may do without its dimension
    if not alone and (scores.ndim < 2 or labels.shape != rows.shape[:1]):
        raise RuntimeError(
            f"target has shape {labels.shape}; with an input of shape {scores.shape} it must be one index a row."
        )
    if weights is not None and weights.size != rows.shape[1]:
        raise RuntimeError(f"weight has {weights.size} entries for {rows.shape[1]} classes; it must have one a class.")
    index = _indices(labels).ravel()
    _check_margin_range(index, 0, rows.shape[1])
    at = (np.arange(len(index)), index)
    with np.errstate(invalid="ignore", over="ignore"):  # inf - inf is nan, which is no violation: as in torch
        gap = margin - rows[at][:, None] + rows
        losses = gap if p == 1 else gap * gap
        if weights is not None:
            losses = losses * weights[index][:, None]
        losses = np.where(gap > 0.0, losses, 0.0)
        losses[at] = 0.0
        per_row = losses.sum(axis=1) / rows.shape[1]
    return _reduce(per_row.reshape(labels.shape), reduction)


def multilabel_margin_loss(input: npt.ArrayLike, target: npt.ArrayLike, reduction: str = "mean") -> Loss:
    """Return the multi-label hinge loss: how far each wrong class comes within 1 of each right one.

    Shapes: ``input`` (C,) or (N, C); ``target`` integers of the same shape: the right classes of each row, in
    front of its first -1; what follows is not read. "none" gives () or (N,). No unit: scores.
    Raises ValueError for an unknown reduction; RuntimeError for other shapes, no classes, a class out of range.
    Source: ``torch.nn.functional.multilabel_margin_loss``;
    (1 / C) sum over right y and wrong j of max(0, 1 - z[y] + z[j]).
    """
    _check_reduction(reduction)
    scores, labels = _floats(input), np.asarray(target)
    rows = _margin_rows(scores)
    if (labels.size != rows.size or labels.ndim > 1) if scores.ndim < 2 else labels.shape != rows.shape:
        raise RuntimeError(f"target has shape {labels.shape}; it must have input's, {scores.shape}, filled up with -1.")
    index = _indices(labels).reshape(rows.shape)
    _check_margin_range(index, -1, rows.shape[1])
    read = np.logical_and.accumulate(index >= 0, axis=1)
    row = np.arange(len(rows))
    right = np.zeros(rows.shape, dtype=bool)
    right[np.broadcast_to(row[:, None], rows.shape)[read], index[read]] = True
    per_row = np.zeros(len(rows))
    with np.errstate(invalid="ignore", over="ignore"):  # inf - inf is nan, which is no violation: as in torch
        for position in range(rows.shape[1] if read.size else 0):
            gap = 1.0 - rows[row, index[:, position]][:, None] + rows
            violates = (gap > 0.0) & ~right & read[:, position, None]
            per_row += np.where(violates, gap, 0.0).sum(axis=1)
        per_row /= rows.shape[1]
    return _reduce(per_row.reshape(scores.shape[:-1]), reduction)


def soft_margin_loss(input: npt.ArrayLike, target: npt.ArrayLike, reduction: str = "mean") -> Loss:
    """Return the logistic loss of scores against labels of -1 and 1, in nats, overflowing where torch's does.

    Shapes: ``input`` any, ``target`` one that broadcasts to it; "none" gives that shape. From about y z = -710 the
    exponential, and so the loss, is infinite: torch does not stabilise it. Labels are not checked.
    Raises ValueError for an unknown reduction; RuntimeError for a target that does not broadcast.
    Source: ``torch.nn.functional.soft_margin_loss``; log(1 + exp(-y z)).
    """
    _check_reduction(reduction)
    z = _floats(input)
    y = _broadcast(target, z.shape, "target")
    with np.errstate(over="ignore", invalid="ignore"):  # the overflow that this loss is known for, and 0 * inf
        losses = np.log1p(np.exp(-y * z))
    return _reduce(losses, reduction)


def hinge_embedding_loss(
    input: npt.ArrayLike, target: npt.ArrayLike, margin: float = 1.0, reduction: str = "mean"
) -> Loss:
    """Return the distance itself for a label of 1, and what it lacks to ``margin`` for a label of -1.

    Shapes: ``input`` and ``target`` broadcast together; "none" gives that shape. Any other label gets both terms.
    No unit: that of ``input``.
    Raises ValueError for an unknown reduction; RuntimeError for shapes that do not broadcast.
    Source: ``torch.nn.functional.hinge_embedding_loss``; x where y = 1, max(0, margin - x) where y = -1.
    """
    _check_reduction(reduction)
    x, y = _broadcast_together(_floats(input), _floats(target))
    with np.errstate(invalid="ignore", over="ignore"):  # -inf + inf, under a label that gets both terms
        losses = np.where(y == -1.0, 0.0, x) + np.where(y == 1.0, 0.0, np.maximum(margin - x, 0.0))
    return _reduce(losses, reduction)


# ------------------------------------------------------------------------------------- divergence, activations


def kl_div(input: npt.ArrayLike, target: npt.ArrayLike, reduction: str = "mean", log_target: bool = False) -> Loss:
    """Return the terms of KL(target || exp(input)), in nats; ``input`` holds log-probabilities.

    Shapes: ``input`` and ``target`` broadcast together; "none" gives that shape. "mean" divides by the number of
    elements, "batchmean" by input's first dimension: for a 1-D input that is the number of classes. Nothing is
    checked: probabilities in ``input`` give a number too. A target of 0 gives 0, but nan against an input of -inf.
    Raises ValueError for an unknown reduction; RuntimeError for shapes that do not broadcast.
    Source: ``torch.nn.functional.kl_div``; q (log q - input), or exp(t) (t - input) with ``log_target``.
    """
    _check_reduction(reduction, "none", "mean", "sum", "batchmean")
    log_p, q = _floats(input), _floats(target)
    first = log_p.shape[0] if log_p.ndim else 1
    log_p, q = _broadcast_together(log_p, q)
    with np.errstate(invalid="ignore", over="ignore"):  # 0 * inf and inf - inf are nan, as in torch
        losses = np.exp(q) * (q - log_p) if log_target else numerics.xlogy(q, q) - q * log_p
    if reduction == "batchmean":
        return _reduce(losses, "mean", first)
    return _reduce(losses, reduction)


def softmax(input: npt.ArrayLike, dim: int | None = None) -> Loss:
    """Return exp(z) over the sum of exp(z) along ``dim``.

    Shape: that of ``input``. Without ``dim`` it is 0 for 0, 1 and 3 dimensions and 1 for any other, as in torch. A
    slice whose maximum is not finite is nan.
    Raises IndexError for a dimension that does not exist; TypeError for one that is not a whole number.
    Source: ``torch.nn.functional.softmax``.
    """
    z = _floats(input)
    axis = _dimension(dim, z.ndim)
    return _as_result(numerics.softmax(np.atleast_1d(z), axis).reshape(z.shape))


def log_softmax(input: npt.ArrayLike, dim: int | None = None) -> Loss:
    """Return the logarithm of the softmax along ``dim``, in nats.

    Shape, ``dim`` and errors as in ``softmax``.
    Source: ``torch.nn.functional.log_softmax``; z - log(sum of exp(z)).
    """
    z = _floats(input)
    axis = _dimension(dim, z.ndim)
    return _as_result(numerics.log_softmax(np.atleast_1d(z), axis).reshape(z.shape))


def sigmoid(input: npt.ArrayLike) -> Loss:
    """Return 1 / (1 + exp(-z)). Shape: that of ``input``. Source: ``torch.nn.functional.sigmoid``."""
    return _as_result(numerics.sigmoid(input))


def logsigmoid(input: npt.ArrayLike) -> Loss:
    """Return log(1 / (1 + exp(-z))), in nats. Shape: that of ``input``. Source: ``torch.nn.functional.logsigmoid``."""
    return _as_result(numerics.log_sigmoid(input))


# ------------------------------------------------------------------------------------------------ shared parts


def _reduce(losses: Loss, reduction: str, divisor: float | None = None) -> Loss:
    """Return the losses, their sum, or their sum over ``divisor`` (without one: over their number).

    0/0, which is what the mean of nothing is, gives nan.
    """
    if reduction == "none":
        return _as_result(losses)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):  # inf - inf in the sum; 0/0 in the mean
        total = np.float64(np.sum(losses))
        return total if reduction == "sum" else total / np.float64(np.size(losses) if divisor is None else divisor)


def _weigh_and_reduce(losses: Array, weight: npt.ArrayLike | None, reduction: str) -> Loss:
    """Reduce losses times weights; the mean divides by the number of elements, whatever the weights."""
    if weight is not None:
        with np.errstate(invalid="ignore", over="ignore"):  # a weight of 0 on an infinite loss is nan
            losses = losses * _broadcast(weight, losses.shape, "weight")
    return _reduce(losses, reduction)


def _as_result(values: Loss) -> Loss:
    """Return an array as it is, and one without dimensions as a number."""
    result: Loss = np.asarray(values)[()]
    return result


def _floats(values: npt.ArrayLike) -> Array:
    return np.asarray(values, dtype=np.float64)


def _indices(target: npt.NDArray[np.generic]) -> Indices:
    """Return class indices as int64; RuntimeError for anything but whole numbers, except when there are none."""
    if target.dtype.kind not in "iu" and target.size:
        raise RuntimeError(f"target has dtype {target.dtype}; class indices must be integers.")
    return target.astype(np.int64, copy=False)


def _class_weight(weight: npt.ArrayLike, classes: int) -> Array:
    per_class = _floats(weight)
    if per_class.shape != (classes,):
        raise RuntimeError(f"weight has shape {per_class.shape}; it must have one entry a class, ({classes},).")
    return per_class


def _margin_rows(scores: Array) -> Array:
    """Return the scores of a margin loss as (N, C); there may be no rows, but not no classes."""
    if scores.ndim > 2 or (scores.ndim and scores.shape[-1] == 0):
        raise RuntimeError(f"input has shape {scores.shape}; it must be (C,) or (N, C) with at least one class.")
    return np.atleast_2d(scores)


def _check_margin_range(index: Indices, least: int, classes: int) -> None:
    outside = index[(index < least) | (index >= classes)]
    if outside.size:
        raise RuntimeError(f"target holds {outside[0]}; it must lie in {least}..{classes - 1}.")


def _check_reduction(reduction: str, *allowed: str) -> None:
    allowed = allowed or ("none", "mean", "sum")
    if reduction not in allowed:
        raise ValueError(f"reduction is {reduction!r}; it must be one of {', '.join(map(repr, allowed))}.")


def _check_same_shape(input: Array, target: Array) -> None:
    if input.shape != target.shape:
        raise ValueError(f"target has shape {target.shape} and input {input.shape}; they must be the same.")


def _first_outside_unit(values: Array) -> float:
    return float(values[~((values >= 0.0) & (values <= 1.0))].flat[0])


def _broadcast(values: npt.ArrayLike, shape: tuple[int, ...], name: str) -> Array:
    """Return values stretched to a shape, which they must not enlarge."""
    array = _floats(values)
    try:
        return np.broadcast_to(array, shape)
    except ValueError:
        raise RuntimeError(f"{name} has shape {array.shape}, which does not broadcast to input's, {shape}.") from None


def _broadcast_together(*arrays: Array) -> tuple[Array, ...]:
    try:
        return np.broadcast_arrays(*arrays)
    except ValueError:
        shapes = " and ".join(str(array.shape) for array in arrays)
        raise RuntimeError(f"the shapes {shapes} do not broadcast together.") from None


def _dimension(dim: int | None, dimensions: int) -> int:
    """Return the axis of a softmax; without ``dim``, the one that torch chooses."""
    if dim is None:
        return 0 if dimensions in (0, 1, 3) else 1
    axis = operator.index(dim)
    limit = max(dimensions, 1)
    if not -limit <= axis < limit:
        raise IndexError(f"dim is {axis}; an input of {dimensions} dimensions has {-limit}..{limit - 1}.")
    return axis
