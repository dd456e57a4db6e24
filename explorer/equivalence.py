"""Five names, one number: the loss of a case under each of its names, every one computed by its own path.

Where a name gives another number, or none, its note says why.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import numpy as np

from explorer.breakdown import Breakdown
from explorer.case import Case, Reduction, Setup
from explorer.dialects import REFUSALS, keras, optax, pytorch, sklearn
from explorer.numerics import Array, entropy, is_same, kl_divergence, log_sigmoid, log_softmax, sigmoid, softmax


@dataclasses.dataclass(frozen=True)
class Name:
    """One name of the loss: its call, whose it is, its value in the case's unit (None: it has none), why it differs."""

    call: str
    source: str
    value: float | None
    agrees: bool
    note: str = ""


@dataclasses.dataclass(frozen=True)
class _Path:
    """How one name is computed: ``losses`` gives the reduced loss in nats; ``refusal`` says why it cannot."""

    call: str
    source: str
    losses: Callable[[], float | Array]
    why: str = ""
    refusal: str = ""


def equivalence(breakdown: Breakdown, row: int) -> tuple[Name, ...]:
    """Return the loss of a case under its names, in its unit.

    With reduction "none" it is the loss of one example (``row``). Source: each library's function as in
    ``explorer.dialects``; the identities of Cover & Thomas (2006), section 2.3.
    """
    case = breakdown.case
    paths = {Setup.MULTICLASS: _multiclass, Setup.BINARY: _binary, Setup.MULTILABEL: _multilabel}[case.setup]
    own = float(breakdown.per_example[row]) if case.reduction is Reduction.NONE else float(np.asarray(breakdown.loss))
    with np.errstate(all="ignore"):  # what overflows or has no value is the point of showing it
        return tuple(_name(path, own, case, row) for path in paths(case))


def _name(path: _Path, own: float, case: Case, row: int) -> Name:
    if path.refusal:
        return Name(path.call, path.source, None, agrees=False, note=path.refusal)
    try:
        losses = np.asarray(path.losses(), dtype=np.float64)
    except REFUSALS as refusal:  # in the library's own words
        return Name(path.call, path.source, None, agrees=False, note=str(refusal))
    value = float(losses[row] if losses.ndim else losses) * case.unit.per_nat
    agrees = is_same(value, own)
    return Name(path.call, path.source, value, agrees, "" if agrees else path.why or _BEYOND)


_BEYOND = "a step on its way leaves the range or the digits of float64"
_MASKED = "0 · ∞ is nan in PyTorch; here what never happens costs nothing"
_NO_WEIGHTS = "it has no class weights"
_NO_SMOOTHING = "it has no label smoothing"
_UNDERFLOW = "probabilities round, and their product underflows: sum logarithms instead"
_NO_DISTRIBUTIONS = "it takes labels, not probabilities"
_ALWAYS_REDUCES = "it always reduces to one number"
_CLIPS = "it clips each p to [2.2e−16, 1 − 2.2e−16]"
_KERAS_REDUCTION = {Reduction.MEAN: "sum_over_batch_size", Reduction.SUM: "sum", Reduction.NONE: "none"}
_DIVIDES_BY_N = "it divides by the number of examples, not by the weights of the labels"


def _multiclass(case: Case) -> list[_Path]:
    z, targets = case.logits / case.temperature, case.targets
    reduction = case.reduction.value
    hard = case.has_index_targets
    q = _kept_distribution(case)
    unweighted = "" if case.weight is None else _NO_WEIGHTS
    shown = f"[{case.names[int(targets[0])]}]" if hard and case.examples == 1 and case.kept[0] else "[y]"
    return [
        _Path(
            "CrossEntropyLoss(z, y)",
            "PyTorch",
            lambda: pytorch.cross_entropy(
                z, targets, case.weight, case.ignore_index, reduction, label_smoothing=case.label_smoothing
            ),
            why=_MASKED,
        ),
        _Path(
            "NLLLoss(log_softmax(z), y)",
            "PyTorch",
            lambda: pytorch.nll_loss(pytorch.log_softmax(z, dim=1), targets, case.weight, case.ignore_index, reduction),
            why=_NO_SMOOTHING,
            refusal="" if hard else "it takes class indices, not distributions",
        ),
        _Path(
            f"−log p{shown}",
            "definition",
            lambda: _reduced(case, -np.log(_naive_softmax(z)[np.arange(len(z)), np.where(case.kept, targets, 0)])),
            why=unweighted
            or (_NO_SMOOTHING if case.label_smoothing else "exp overflows or rounds: why log-softmax exists"),
            refusal="" if hard else "the target is a distribution, so there is no single y",
        ),
        _Path(
            "H(q) + KL(q‖p)",
            "information theory",
            lambda: _reduced(case, entropy(q) + kl_divergence(q, log_softmax(z))),
            why=unweighted,
        ),
        _Path(
            "−log-likelihood / N" if case.reduction is Reduction.MEAN else "−log-likelihood",
            "statistics",
            lambda: _log_likelihood(case, softmax(z), q),
            why=unweighted or _UNDERFLOW,
        ),
        _Path(
            "log_loss(y, softmax(z))",
            "scikit-learn",
            lambda: sklearn.log_loss(
                targets[case.kept],
                softmax(z)[case.kept],
                normalize=case.reduction is Reduction.MEAN,
                sample_weight=None if case.weight is None else case.weight[targets[case.kept].astype(np.int64)],
                labels=np.arange(case.classes),
            ),
            why=_NO_SMOOTHING if case.label_smoothing else _CLIPS,
            refusal=_ALWAYS_REDUCES if case.reduction is Reduction.NONE else "" if hard else _NO_DISTRIBUTIONS,
        ),
        _keras_path(case, z),
        _optax_path(case, z, q),
    ]


def _keras_path(case: Case, z: Array) -> _Path:
    """Keras's loss for class indices, or the one for distributions where there are any, or smoothing."""
    reduction = _KERAS_REDUCTION[case.reduction]
    why = _DIVIDES_BY_N if case.weight is not None else "0 · ∞ is nan in Keras on JAX"
    if case.has_index_targets and not case.label_smoothing:
        weight = None if case.weight is None else case.weight[np.where(case.kept, case.targets, 0).astype(np.int64)]
        return _Path(
            "SparseCategoricalCrossentropy(from_logits=True)",
            "Keras",
            lambda: keras.sparse_categorical_crossentropy(
                case.targets, z, True, case.ignore_index, reduction, None if weight is None else weight * case.kept
            ),
            why=why,
        )
    return _Path(
        "CategoricalCrossentropy(from_logits=True)",
        "Keras",
        lambda: keras.categorical_crossentropy(
            _distribution(case), z, True, case.label_smoothing, reduction, sample_weight=case.kept.astype(np.float64)
        ),
        why=_NO_WEIGHTS
        if case.weight is not None
        else why
        if case.kept.all()
        else "it counts ignored rows in the mean",
    )


def _optax_path(case: Case, z: Array, q: Array) -> _Path:
    """Optax leaves the reduction to the caller, who here takes the mean or sum over the kept rows."""
    reduce = "" if case.reduction is Reduction.NONE else f".{case.reduction}()"
    why = _NO_WEIGHTS if case.weight is not None else "one-hot against −∞ is nan in Optax"
    if case.has_index_targets and not case.label_smoothing:
        labels = np.where(case.kept, case.targets, 0).astype(np.int64)
        return _Path(
            f"softmax_cross_entropy_with_integer_labels(z, y){reduce}",
            "Optax",
            lambda: _reduced(case, np.asarray(optax.softmax_cross_entropy_with_integer_labels(z, labels))),
            why=why,
        )
    return _Path(
        f"softmax_cross_entropy(z, q){reduce}",
        "Optax",
        lambda: _reduced(case, np.asarray(optax.softmax_cross_entropy(z, q))),
        why=why,
    )


def _binary(case: Case) -> list[_Path]:
    z, y = case.logits / case.temperature, np.asarray(case.targets, dtype=np.float64)
    y = y * (1.0 - case.label_smoothing) + case.label_smoothing / 2.0
    reduction = case.reduction.value
    no_pos_weight = "" if case.pos_weight is None else "it has no pos_weight"
    unweighted = no_pos_weight or ("" if case.weight is None else _NO_WEIGHTS.replace("class ", ""))
    hard = bool(np.isin(y, (0.0, 1.0)).all())
    pair = np.stack([1.0 - y, y], axis=1)
    return [
        _Path(
            "BCEWithLogitsLoss(z, y)",
            "PyTorch",
            lambda: pytorch.binary_cross_entropy_with_logits(z, y, case.weight, reduction, case.pos_weight),
            why="PyTorch gives nan at an infinite logit",
        ),
        _Path(
            "BCELoss(sigmoid(z), y)",
            "PyTorch",
            lambda: pytorch.binary_cross_entropy(sigmoid(z), y, case.weight, reduction),
            why=no_pos_weight or "the sigmoid rounds to 0 or 1, and each log is clamped at −100",
        ),
        _Path(
            "CrossEntropyLoss([0, z], y)",
            "PyTorch",
            lambda: pytorch.cross_entropy(np.stack([np.zeros_like(z), z], axis=1), pair, reduction=reduction),
            why=unweighted or _MASKED,
        ),
        _Path(
            "−[y log p + (1−y) log(1−p)]",
            "definition",
            lambda: _reduced(case, -(y * np.log(sigmoid(z)) + (1.0 - y) * np.log(1.0 - sigmoid(z)))),
            why=unweighted or "1 − p rounds: why the loss starts from the logit",
        ),
        _Path(
            "SoftMarginLoss(z, 2y − 1)",
            "PyTorch",
            lambda: pytorch.soft_margin_loss(z, 2.0 * y - 1.0, reduction=reduction),
            why=unweighted or "it is not stabilised: exp overflows",
            refusal="" if hard else "it takes hard labels −1 and 1",
        ),
        _Path(
            "H(q) + KL(q‖p)",
            "information theory",
            lambda: _reduced(case, entropy(pair) + kl_divergence(pair, log_sigmoid(np.stack([-z, z], axis=1)))),
            why=unweighted,
        ),
        _Path(
            "−log-likelihood / N" if case.reduction is Reduction.MEAN else "−log-likelihood",
            "statistics",
            lambda: _log_likelihood(case, sigmoid(np.stack([-z, z], axis=1)), pair),
            why=unweighted or _UNDERFLOW,
        ),
        _Path(
            "log_loss(y, sigmoid(z))",
            "scikit-learn",
            lambda: sklearn.log_loss(
                y, sigmoid(z), normalize=case.reduction is Reduction.MEAN, sample_weight=case.weight, labels=[0, 1]
            ),
            why=no_pos_weight or ("it divides by the sum of the weights" if case.weight is not None else _CLIPS),
            refusal=_ALWAYS_REDUCES if case.reduction is Reduction.NONE else "" if hard else _NO_DISTRIBUTIONS,
        ),
        _Path(
            "BinaryCrossentropy(from_logits=True)",
            "Keras",
            lambda: keras.binary_crossentropy(
                y[:, np.newaxis], z[:, np.newaxis], True, 0.0, _KERAS_REDUCTION[case.reduction], case.weight
            ),
            why=no_pos_weight or "0 · ∞ is nan in Keras",
        ),
        _Path(
            "sigmoid_binary_cross_entropy(z, y)" + ("" if reduction == "none" else f".{reduction}()"),
            "Optax",
            lambda: _reduced(case, np.asarray(optax.sigmoid_binary_cross_entropy(z, y))),
            why=unweighted or "0 · ∞ is nan in Optax",
        ),
    ]


def _multilabel(case: Case) -> list[_Path]:
    z, y = case.logits / case.temperature, np.asarray(case.targets, dtype=np.float64)
    y = y * (1.0 - case.label_smoothing) + case.label_smoothing / 2.0
    per_row = case.classes if case.reduction is Reduction.MEAN else 1  # the mean is over rows and labels alike
    weighted = "" if case.weight is None and case.pos_weight is None else "it has no such weights"
    no_pos_weight = "" if case.pos_weight is None else "it has no pos_weight"
    pair = np.stack([1.0 - y, y], axis=-1)
    versus = np.stack([-z, z], axis=-1)
    reduction = case.reduction.value

    def over_labels(losses: float | Array) -> float | Array:
        return np.asarray(losses).sum(axis=-1) if case.reduction is Reduction.NONE else losses

    return [
        _Path(
            "BCEWithLogitsLoss(z, y)",
            "PyTorch",
            lambda: over_labels(
                pytorch.binary_cross_entropy_with_logits(
                    z, y, weight=case.weight, pos_weight=case.pos_weight, reduction=reduction
                )
            ),
            why="PyTorch gives nan at an infinite logit",
        ),
        _Path(
            "BCELoss(sigmoid(z), y)",
            "PyTorch",
            lambda: over_labels(pytorch.binary_cross_entropy(sigmoid(z), y, weight=case.weight, reduction=reduction)),
            why=no_pos_weight or "the sigmoid rounds to 0 or 1, and each log is clamped at −100",
        ),
        _Path(
            "MultiLabelSoftMarginLoss(z, y)",
            "PyTorch",
            lambda: pytorch.multilabel_soft_margin_loss(z, y, weight=case.weight, reduction=reduction),
            why=no_pos_weight or "it averages over the labels before it sums",
        ),
        _Path(
            f"{'mean' if per_row > 1 else 'sum'} of {case.classes} binary losses",
            "definition",
            lambda: _reduced(
                case, -(y * np.log(sigmoid(z)) + (1.0 - y) * np.log(1.0 - sigmoid(z))).sum(axis=1) / per_row
            ),
            why=weighted or "1 − p rounds: why the loss starts from the logit",
        ),
        _Path(
            "Σ H(q) + KL(q‖p)" + (f" / {case.classes}" if per_row > 1 else ""),
            "information theory",
            lambda: _reduced(case, (entropy(pair) + kl_divergence(pair, log_sigmoid(versus))).sum(axis=1) / per_row),
            why=weighted,
        ),
        _Path(
            "BinaryCrossentropy(from_logits=True)",
            "Keras",
            lambda: keras.binary_crossentropy(y, z, True, 0.0, _KERAS_REDUCTION[case.reduction]),
            why=weighted or ("it averages over the labels first" if per_row == 1 else "0 · ∞ is nan in Keras"),
        ),
        _Path(
            "sigmoid_binary_cross_entropy(z, y)" + ("" if reduction == "none" else f".{reduction}()"),
            "Optax",
            lambda: _reduced(case, np.asarray(optax.sigmoid_binary_cross_entropy(z, y)).sum(axis=1) / per_row),
            why=weighted or "0 · ∞ is nan in Optax",
        ),
    ]


def _distribution(case: Case) -> Array:
    """The target of each row before smoothing; class indices as one-hot rows, an ignored one as zeros."""
    targets = np.asarray(case.targets, dtype=np.float64)
    if not case.has_index_targets:
        return targets
    return ((targets[:, np.newaxis] == np.arange(case.classes)) & case.kept[:, np.newaxis]).astype(np.float64)


def _kept_distribution(case: Case) -> Array:
    """The smoothed target of each row, from the definition; ignored rows are zero."""
    q = (1.0 - case.label_smoothing) * _distribution(case) + case.label_smoothing / case.classes
    return q * case.kept[:, np.newaxis]


def _naive_softmax(z: Array) -> Array:
    """exp(z) / sum(exp(z)), as a textbook prints it."""
    powers = np.exp(z)
    return powers / powers.sum(axis=1, keepdims=True)


def _reduced(case: Case, losses: Array) -> float | Array:
    """Reduce unweighted losses (N,) over the rows that count."""
    kept = losses[case.kept]
    if case.reduction is Reduction.NONE:
        return np.where(case.kept, losses, 0.0)
    return float(kept.sum() / (len(kept) if case.reduction is Reduction.MEAN else 1.0)) if len(kept) else _nothing(case)


def _nothing(case: Case) -> float:
    return math.nan if case.reduction is Reduction.MEAN else 0.0


def _log_likelihood(case: Case, p: Array, q: Array) -> float | Array:
    """Multiply the likelihoods p^q of all rows, then take one logarithm: statistics' way round."""
    likelihood = np.where(q > 0.0, p**q, 1.0).prod(axis=1)
    if case.reduction is Reduction.NONE:
        return np.where(case.kept, -np.log(likelihood), 0.0)
    kept = int(case.kept.sum())
    whole = 0.0 - np.log(likelihood[case.kept].prod())
    return float(whole / (kept if case.reduction is Reduction.MEAN else 1)) if kept else _nothing(case)
