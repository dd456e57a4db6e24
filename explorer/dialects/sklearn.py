"""The losses of ``sklearn.metrics``, in NumPy.

Names and defaults of the parameters, shapes, results, clipping and error types are scikit-learn 1.9's. Whatever
``np.asarray`` takes is an input; a loss is a ``np.float64``. Log losses are in nats, hinge losses in the scores' unit.
Labels are numbers or texts, and columns always belong to them in **sorted** order. Four things are our own:

* Nothing warns: scikit-learn does for rows that do not sum to 1 and for ``labels`` out of order, and goes on alike.
* Scores and logarithms are float64. Only the clipping of ``log_loss`` follows the dtype of the probabilities.
* Every parameter may be given by position; the deprecated name ``y_pred`` is left out.
* Labels that mix numbers and texts are refused everywhere, and so are ``labels`` of more than one dimension.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from explorer.numerics import Array, Indices

__all__ = ["hinge_loss", "log_loss"]

Labels = npt.NDArray[np.generic]
"""Class labels: numbers or texts."""


def log_loss(
    y_true: npt.ArrayLike,
    y_proba: npt.ArrayLike,
    normalize: bool = True,
    sample_weight: npt.ArrayLike | None = None,
    labels: npt.ArrayLike | None = None,
) -> np.float64:
    """Return the cross-entropy between labels and predicted probabilities, averaged over the examples, in nats.

    Shapes: ``y_proba`` (N, K), or (N,) or (N, 1) with the probability of the greater of two labels; ``y_true`` (N,) or
    (N, 1) labels, or (N, K) indicators, whose entries multiply the logarithms as they are; ``labels`` (K,);
    ``sample_weight`` (N,). The mean divides by the sum of the sample weights; ``normalize=False`` gives the sum.
    Probabilities are clipped to [eps, 1 - eps] with the eps of their dtype (anything but a float is read as float64):
    0 costs 36.04 there, 15.94 in float32. Rows need not sum to 1, and nothing is divided by their sum.
    Raises ValueError for a probability outside [0, 1], anything not finite, no examples, lengths that differ, fewer
    than two labels, labels that are fractions or not in ``labels``, or a number of labels other than K;
    ZeroDivisionError where sample weights that are not all 0 sum to 0.
    Source: ``sklearn.metrics.log_loss``; row: -log clip(p[y]).
    """
    if not isinstance(normalize, (bool, np.bool_)):
        raise ValueError(f"normalize is {normalize!r}; it must be True or False.")
    p = _probabilities(y_proba)
    truth = _labels(y_true, "y_true")
    weights = None if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
    _check_lengths(y_true=truth, y_proba=p, sample_weight=weights)
    _check_weights(weights)
    known = None if labels is None else _column(_labels(labels, "labels"), "labels")
    is_indicator = truth.ndim == 2 and truth.shape[1] > 1
    if is_indicator:
        _check_indicator(truth, known)
        classes: Labels = np.arange(truth.shape[1])
    else:
        truth = _column(truth, "y_true")
        classes = _two_or_more_classes(truth, known)
    if p.ndim == 1 or p.shape[1] == 1:
        # The rounding of 1 - p is scikit-learn's own, and decides what a tiny p costs.
        p = np.stack([1 - p.ravel(), p.ravel()], axis=1)
    if p.shape[1] != len(classes):
        raise ValueError(
            f"y_proba has {p.shape[1]} columns for {len(classes)} labels, {_listed(classes)}; it must have one "
            "a label. Labels that do not occur in y_true must be named in labels."
        )
    if is_indicator:
        losses = 0.0 - (truth.astype(np.float64) * _clipped_log(p)).sum(axis=1)
    else:
        losses = 0.0 - _clipped_log(p[np.arange(len(p)), _positions(truth, classes)])
    if normalize:
        return _average(losses, weights)
    with np.errstate(over="ignore", invalid="ignore"):  # weights near the largest float
        return np.float64((losses if weights is None else losses * weights).sum())


def hinge_loss(
    y_true: npt.ArrayLike,
    pred_decision: npt.ArrayLike,
    labels: npt.ArrayLike | None = None,
    sample_weight: npt.ArrayLike | None = None,
) -> np.float64:
    """Return the mean hinge loss of decision scores: how far each right answer falls short of a margin of 1.

    Shapes: ``y_true`` (N,) or (N, 1) labels; ``pred_decision`` (N, K) for more than two labels, else (N,) or (N, 1)
    with positive scores for the greater label; ``labels`` the labels that there are, by default those of ``y_true``;
    ``sample_weight`` (N,). The mean divides by the sum of the sample weights. No unit: scores.
    With more than two labels only the best wrong class of each row counts. Two quirks of the binary case: ``labels``
    only tells that it is binary, so a ``y_true`` of one single label is taken for the negative one, and of three labels
    the least is taken for the positive one.
    Raises ValueError for a score that is not finite, no examples, lengths or shapes that do not fit, labels that are
    not in ``labels``, or two labels that are fractions; TypeError for sample weights that are not (N,);
    ZeroDivisionError where they sum to 0.
    Source: ``sklearn.metrics.hinge_loss``; max(0, 1 - y z) for y = -1 or 1, and Crammer & Singer, *On the Algorithmic
    Implementation of Multiclass Kernel-based Vector Machines* (2001): max(0, 1 - z[y] + max_{j != y} z[j]).
    """
    scores, truth = _scores(pred_decision), _labels(y_true, "y_true")
    weights = None if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
    _check_lengths(y_true=truth, pred_decision=scores, sample_weight=weights)
    truth = _column(truth, "y_true")
    classes = np.unique(truth if labels is None else _labels(labels, "labels"))
    with np.errstate(over="ignore"):  # scores so large that their difference, or the sum, is infinite
        if len(classes) > 2:
            margin = _best_wrong_margin(scores, truth, classes)
        else:
            margin = _signs(truth) * _score_column(scores)
        return _average(np.maximum(1.0 - margin, 0.0), weights)


def _best_wrong_margin(scores: Array, truth: Labels, classes: Labels) -> Array:
    """Return how far the score of the right class lies above the best of the others: (N, K) to (N,)."""
    if scores.ndim != 2 or scores.shape[1] != len(classes):
        raise ValueError(
            f"pred_decision has shape {scores.shape}; with {len(classes)} labels, {_listed(classes)}, it must be "
            f"({len(truth)}, {len(classes)}). Labels that do not occur in y_true must be named in labels."
        )
    at = (np.arange(len(truth)), _positions(truth, classes))
    others = scores.copy()
    others[at] = -np.inf
    return scores[at] - others.max(axis=1)


def _signs(truth: Labels) -> Array:
    """Return 1 for the greater of two labels and -1 for the lesser, in scikit-learn's way for one label and three."""
    _check_whole(truth, "y_true")
    classes = np.unique(truth)
    if len(classes) == 1:
        return np.full(len(truth), -1.0)
    return np.where(truth == (classes[1] if len(classes) == 2 else classes[0]), 1.0, -1.0)


def _score_column(scores: Array) -> Array:
    if scores.ndim == 2 and scores.shape[1] != 1:
        raise ValueError(
            f"pred_decision has shape {scores.shape}; with at most two labels it must be one score an example, "
            f"({len(scores)},). Labels that do not occur in y_true must be named in labels."
        )
    return scores.ravel()


# ------------------------------------------------------------------------------------------------ shared parts


def _clipped_log(p: npt.NDArray[np.floating]) -> Array:
    """Return the logarithm of probabilities, which stay one eps of their own dtype away from 0 and 1."""
    eps = np.finfo(p.dtype).eps
    return np.log(np.clip(p, eps, 1 - eps).astype(np.float64))


def _average(losses: Array, weights: Array | None) -> np.float64:
    if weights is None:
        return np.float64(losses.mean())
    if weights.shape != losses.shape:
        raise TypeError(f"sample_weight has shape {weights.shape}; it must have one entry an example, {losses.shape}.")
    with np.errstate(over="ignore", invalid="ignore"):  # weights near the largest float, or infinite in hinge_loss
        total = weights.sum()
        if total == 0.0:
            raise ZeroDivisionError("sample_weight sums to 0; a weighted mean divides by that sum.")
        return np.float64((losses * weights).sum() / total)


def _probabilities(y_proba: npt.ArrayLike) -> npt.NDArray[np.floating]:
    p = np.asarray(y_proba)
    if p.dtype.kind != "f" or p.dtype.itemsize > 8:
        _check_real(p, "y_proba")
        p = p.astype(np.float64)
    _check_numbers(p, "y_proba")
    outside = (p < 0) | (p > 1)
    if outside.any():
        raise ValueError(f"y_proba must lie between 0 and 1 everywhere; it holds {p[outside][0]}.")
    return p


def _scores(pred_decision: npt.ArrayLike) -> Array:
    scores = np.asarray(pred_decision)
    _check_real(scores, "pred_decision")
    if scores.dtype.kind in "US":
        raise ValueError("pred_decision holds texts; it must hold numbers.")
    scores = scores.astype(np.float64)
    _check_numbers(scores, "pred_decision")
    return scores


def _labels(values: npt.ArrayLike, name: str) -> Labels:
    """Return labels as an array of numbers or of texts, in the shape in which they came."""
    labels = np.asarray(values)
    if labels.ndim == 0:
        raise ValueError(f"{name} is a single value; it must be a list of labels.")
    if labels.dtype.kind == "S":
        raise TypeError(f"{name} holds bytes; labels must be numbers or texts.")
    _check_real(labels, name)
    if labels.dtype.kind in "OU":
        if not all(isinstance(label, str) for label in np.asarray(values, dtype=object).flat):
            raise ValueError(f"{name} mixes kinds of labels, or holds objects; it must be all numbers or all texts.")
        return labels.astype(np.str_)
    if labels.dtype.kind == "f" and not np.isfinite(labels).all():
        raise ValueError(f"{name} holds {labels[~np.isfinite(labels)][0]}; a label must be finite.")
    return labels


def _column(labels: Labels, name: str) -> Labels:
    """Return labels of shape (N,) or (N, 1) as (N,)."""
    if labels.ndim > 2 or (labels.ndim == 2 and labels.shape[1] != 1):
        raise ValueError(f"{name} has shape {labels.shape}; it must have one label an entry, ({len(labels)},).")
    return labels.ravel()


def _two_or_more_classes(truth: Labels, labels: Labels | None) -> Labels:
    """Return the sorted classes: those named, of which none may be named twice, or those that occur."""
    name, named = ("y_true", truth) if labels is None else ("labels", labels)
    _check_whole(named, name)
    classes = np.unique(named)
    if len(classes) < 2:
        raise ValueError(
            f"{name} has {len(classes)} different labels, {_listed(classes)}; at least two are needed."
            + (" Name all of them in labels." if labels is None else "")
        )
    if labels is not None and len(classes) != len(labels):
        raise ValueError(f"labels is {_listed(labels)}; it must name each label once.")
    return classes


def _positions(truth: Labels, classes: Labels) -> Indices:
    """Return the place of each label among the sorted classes; ValueError if it has none."""
    unknown = np.ones(len(truth), dtype=bool)
    position = np.zeros(len(truth), dtype=np.int64)
    if (truth.dtype.kind == "U") == (classes.dtype.kind == "U"):  # a text is no number, and they have no order
        position = np.minimum(np.searchsorted(classes, truth), len(classes) - 1)
        unknown = classes[position] != truth
    if unknown.any():
        raise ValueError(f"y_true holds {truth[unknown][0].item()!r}, which is not one of labels, {_listed(classes)}.")
    return position


def _check_indicator(truth: Labels, labels: Labels | None) -> None:
    if labels is not None:
        raise ValueError(
            f"y_true has shape {truth.shape}: with indicators there is a column a label; leave labels out."
        )
    if truth.dtype.kind == "U" or len(np.unique(truth)) > 2 or _fractions(truth).size:
        raise ValueError(
            f"y_true has shape {truth.shape}, so it is read as indicators, which must be two whole numbers, 0 and 1; "
            "scikit-learn takes no soft targets."
        )


def _check_whole(labels: Labels, name: str) -> None:
    fractions = _fractions(labels)
    if fractions.size:
        raise ValueError(f"{name} holds {fractions[0]}; a label must be a whole number or a text.")


def _fractions(labels: Labels) -> Array:
    """Return the labels that are numbers, but not whole ones."""
    if labels.dtype.kind != "f":
        return np.empty(0)
    numbers = labels.astype(np.float64)
    return numbers[numbers != np.round(numbers)]


def _listed(labels: Labels) -> str:
    """Return labels as text; of many, the first few."""
    text = ", ".join(repr(label) for label in labels[:10].tolist())
    return f"[{text}, ...]" if len(labels) > 10 else f"[{text}]"


def _check_weights(weights: Array | None) -> None:
    if weights is None:
        return
    if weights.ndim != 1:
        raise ValueError(f"sample_weight has shape {weights.shape}; it must have one entry an example.")
    if not np.isfinite(weights).all():
        raise ValueError(f"sample_weight holds {weights[~np.isfinite(weights)][0]}; a weight must be finite.")
    if not weights.any():
        raise ValueError("sample_weight is 0 everywhere; at least one weight must not be.")


def _check_lengths(**arrays: npt.NDArray[np.generic] | None) -> None:
    lengths = {}
    for name, array in arrays.items():
        if array is not None:
            if array.ndim == 0:
                raise ValueError(f"{name} is a single number; it must have one entry an example.")
            lengths[name] = len(array)
    if len(set(lengths.values())) > 1:
        raise ValueError(
            "The numbers of examples differ: " + ", ".join(f"{name} has {n}" for name, n in lengths.items()) + "."
        )


def _check_real(array: npt.NDArray[np.generic], name: str) -> None:
    if array.dtype.kind == "c":
        raise ValueError(f"{name} holds complex numbers.")


def _check_numbers(array: npt.NDArray[np.floating], name: str) -> None:
    """Refuse what is not one or two dimensions of at least one finite number."""
    if array.ndim not in (1, 2) or array.size == 0:
        raise ValueError(f"{name} has shape {array.shape}; it must be (N,) or (N, K), neither of them 0.")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds {array[~np.isfinite(array)].flat[0]}; every entry must be finite.")
