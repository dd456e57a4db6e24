"""Five names, one number: the loss of a case under each of its names, every one computed by its own path.

Where a name gives another number, or none, its note says why.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable, Sequence

import numpy as np

from explorer.breakdown import Breakdown, evaluate
from explorer.case import IGNORE_INDEX, Case, Reduction, Setup, Unit
from explorer.dialects import REFUSALS, keras, optax, pytorch, sklearn
from explorer.dialects.catalogue import Library
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
class _Cause:
    """Why a name gives another number: what its note says, and the case in which that is not so.

    Causes that let the same be share ``without``: by it a trial knows what it has tried.
    """

    note: str
    without: Callable[[Case], Case]


@dataclasses.dataclass(frozen=True)
class _Path:
    """How one name is computed: ``losses`` gives the reduced loss in nats; ``refusal`` says why it cannot.

    ``causes`` are what can make it differ.
    """

    call: str
    source: str
    losses: Callable[[], float | Array]
    causes: tuple[_Cause, ...] = ()
    refusal: str = ""


def equivalence(breakdown: Breakdown, row: int) -> tuple[Name, ...]:
    """Return the loss of a case under its names, in its unit.

    With reduction "none" it is the loss of one example (``row``). Source: each library's function as in
    ``explorer.dialects``; the identities of Cover & Thomas (2006), section 2.3.
    """
    trial = _Trial(breakdown.case, row, breakdown.loss)
    with np.errstate(all="ignore"):  # what overflows or has no value is the point of showing it
        return tuple(_name(trial, place) for place in range(len(trial.paths)))


def in_unit(call: str, unit: Unit) -> str:
    """Return a library's call as it gives the unit: what libraries give is in nats."""
    return call if unit is Unit.NATS else f"{call} / ln\N{NO-BREAK SPACE}2"


@dataclasses.dataclass(frozen=True, eq=False)
class _Trial:
    """The case, or what it is without some causes: the same for all names, so that each step is computed once."""

    case: Case
    row: int
    loss: float | Array | None = None  # where it is known
    tried: dict[Callable[[Case], Case], _Trial] = dataclasses.field(default_factory=dict)

    @functools.cached_property
    def paths(self) -> list[_Path]:
        """Every name's way to the number."""
        paths = {Setup.MULTICLASS: _multiclass, Setup.BINARY: _binary, Setup.MULTILABEL: _multilabel}
        return paths[self.case.setup](self.case)

    @functools.cached_property
    def own(self) -> float:
        """The number that the names should give."""
        return self._at_row(evaluate(self.case).loss if self.loss is None else self.loss)

    def value(self, place: int) -> float:
        """Return what the name in this place gives, in the case's unit."""
        return self._at_row(self.paths[place].losses()) * self.case.unit.per_nat

    def without(self, cause: _Cause) -> _Trial:
        """Return the trial without one more cause; the same one where there was nothing of it."""
        if cause.without not in self.tried:
            case = cause.without(self.case)
            self.tried[cause.without] = self if case == self.case else _Trial(case, self.row)
        return self.tried[cause.without]

    def _at_row(self, loss: float | Array) -> float:
        losses = np.asarray(loss, dtype=np.float64)
        return float(losses[self.row] if losses.ndim else losses)


def _name(trial: _Trial, place: int) -> Name:
    path = trial.paths[place]
    call = in_unit(path.call, trial.case.unit) if path.source in set(Library) else path.call
    if path.refusal:
        return Name(call, path.source, None, agrees=False, note=path.refusal)
    try:
        value = trial.value(place)
    except REFUSALS as refusal:  # in the library's own words
        return Name(call, path.source, None, agrees=False, note=str(refusal))
    agrees = is_same(value, trial.own)
    return Name(call, path.source, value, agrees, "" if agrees else _reason(trial, place))


def _reason(trial: _Trial, place: int) -> str:
    """Say what must go for a name to agree: of its causes as few as will do, found by letting each one be."""

    def agrees_without(causes: Sequence[_Cause]) -> bool:
        without = functools.reduce(_Trial.without, causes, trial)
        try:
            return not without.paths[place].refusal and is_same(without.value(place), without.own)
        except REFUSALS:
            return False

    needed = [cause for cause in trial.paths[place].causes if trial.without(cause) is not trial]
    if not needed or not agrees_without(needed):
        return _BEYOND
    for cause in reversed(needed):
        others = [other for other in needed if other is not cause]
        if others and agrees_without(others):
            needed = others
    return "; ".join(cause.note for cause in needed)


# ------------------------------------------------------------------------------------------- why names differ


def _at_logits(case: Case, z: Array) -> Case:
    """The case with other logits over temperature; itself where those are its own.

    And where the temperature takes a logit out of the range: then no name's own step is the cause.
    """
    own = case.logits / case.temperature
    beyond = np.isinf(own) & np.isfinite(case.logits)
    if beyond.any() or np.array_equal(z, own, equal_nan=True):
        return case
    return dataclasses.replace(case, logits=z, temperature=1.0)


def _without_infinite(sign: float, case: Case) -> Case:
    return _at_logits(case, np.where(case.logits == sign * math.inf, sign * _NEAR, case.logits / case.temperature))


_without_plus_infinity = functools.partial(_without_infinite, 1.0)
_without_minus_infinity = functools.partial(_without_infinite, -1.0)


def _without_infinities(case: Case) -> Case:
    return _without_minus_infinity(_without_plus_infinity(case))


def _moderate(case: Case) -> Case:
    """The case with logits for which a probability keeps its digits, and so does what is left to 1."""
    return _at_logits(case, np.clip(case.logits / case.temperature, -_NEAR, _NEAR))


def _moderate_where_finite(case: Case) -> Case:
    z = case.logits / case.temperature
    return _at_logits(case, np.where(np.isinf(z), z, np.clip(z, -_NEAR, _NEAR)))


def _likely(case: Case) -> Case:
    """The case with logits that make each label likely, so that even many of them are together."""
    q = _distribution(case) if case.setup is Setup.MULTICLASS else case.targets
    odds = np.log(np.maximum(q, _RARE))
    if case.setup is not Setup.MULTICLASS:
        odds = odds - np.log(np.maximum(1.0 - q, _RARE))
    return _at_logits(case, odds + np.clip(case.logits / case.temperature, -1.0, 1.0))


def _with_every_row(case: Case) -> Case:
    """The case with the likeliest class as the label of the rows that are ignored."""
    if case.kept.all():
        return case
    targets = np.where(case.kept, case.targets, case.logits.argmax(axis=1))
    return dataclasses.replace(case, targets=targets, ignore_index=IGNORE_INDEX)


def _unweighted(case: Case) -> Case:
    return dataclasses.replace(case, weight=None)


_NEAR = 8.0  # 1 - sigmoid(8) is 3e-4: it still has twelve digits
_RARE = math.exp(1.0 - _NEAR)
_BEYOND = "a step on its way leaves the range or the digits of float64"
_NO_WEIGHTS = _Cause("it has no weights", _unweighted)
_NO_CLASS_WEIGHTS = _Cause("it has no class weights", _unweighted)
_NO_POS_WEIGHT = _Cause("it has no pos_weight", lambda case: dataclasses.replace(case, pos_weight=None))
_NO_SMOOTHING = _Cause("it has no label smoothing", lambda case: dataclasses.replace(case, label_smoothing=0.0))
_DIVIDES_BY_N = _Cause("it divides by the number of examples, not by the weights of the labels", _unweighted)
_DIVIDES_BY_WEIGHTS = _Cause("it divides by the sum of the weights", _unweighted)
_AVERAGES_LABELS = _Cause(
    "it averages over the labels before it sums", lambda case: dataclasses.replace(case, reduction=Reduction.MEAN)
)
_NOTHING_LEFT = _Cause(
    "Keras gives 0 where nothing is left", lambda case: _moderate(_with_every_row(_unweighted(case)))
)
_COUNTS_IGNORED = _Cause("it counts ignored rows in the mean", _with_every_row)
_MASKED = _Cause("0 · ∞ is nan in PyTorch: here what never happens costs nothing", _without_minus_infinity)
_MASKED_HERE = "0 · ∞ is nan, where what never happens should cost nothing"
_SOFTMAX_OF_INFINITY = _Cause("a softmax over +∞ is nan, a sigmoid of it is not", _without_plus_infinity)
_OPTAX_AT_INFINITY = _Cause(
    "a softmax over +∞ is nan, but Optax takes ∞ less the logit of the label", _without_plus_infinity
)
_CLIPS = _Cause("it clips each p to [2.2e−16, 1 − 2.2e−16]", _moderate)
_CLAMPS = _Cause("the sigmoid rounds to 0 or 1, and each log is clamped at −100", _moderate)
_NAIVE = _Cause("exp overflows or rounds: why log-softmax exists", _moderate)
_P_ROUNDS = _Cause("p or 1 − p rounds: why the loss starts from the logit", _moderate_where_finite)
_UNSTABLE = _Cause("it is not stabilised: exp overflows", _moderate)
_UNDERFLOW = _Cause("probabilities round, and their product underflows: sum logarithms instead", _likely)
_NO_DISTRIBUTIONS = "it takes labels, not probabilities"
_ALWAYS_REDUCES = "it always reduces to one number"
_KERAS_REDUCTION = {Reduction.MEAN: "sum_over_batch_size", Reduction.SUM: "sum", Reduction.NONE: "none"}


def _nan_at_infinity(note: str) -> _Cause:
    """Where the convention of a library gives nan at an infinite logit of either sign."""
    return _Cause(note, _without_infinities)


# ------------------------------------------------------------------------------------------------- the paths


def _multiclass(case: Case) -> list[_Path]:
    z, targets = case.logits / case.temperature, case.targets
    reduction = case.reduction.value
    hard = case.has_index_targets
    q = _kept_distribution(case)
    log = "log" if case.unit is Unit.NATS else "log₂"
    shown = f"[{case.names[int(targets[0])]}]" if hard and case.examples == 1 and case.kept[0] else "[y]"
    return [
        _Path(
            "CrossEntropyLoss(z, y)",
            "PyTorch",
            lambda: pytorch.cross_entropy(
                z, targets, case.weight, case.ignore_index, reduction, label_smoothing=case.label_smoothing
            ),
            (_MASKED,),
        ),
        _Path(
            "NLLLoss(log_softmax(z), y)",
            "PyTorch",
            lambda: pytorch.nll_loss(pytorch.log_softmax(z, dim=1), targets, case.weight, case.ignore_index, reduction),
            (_NO_SMOOTHING, _MASKED),
            refusal="" if hard else "it takes class indices, not distributions",
        ),
        _Path(
            f"−{log} p{shown}",
            "definition",
            lambda: _reduced(case, -np.log(_naive_softmax(z)[np.arange(len(z)), case.labels])),
            (_NO_CLASS_WEIGHTS, _NO_SMOOTHING, _NAIVE),
            refusal="" if hard else "the target is a distribution, so there is no single y",
        ),
        _Path(
            "H(q) + KL(q‖p)",
            "information theory",
            lambda: _reduced(case, entropy(q) + kl_divergence(q, log_softmax(z))),
            (_NO_CLASS_WEIGHTS,),
        ),
        _Path(
            f"−{log}-likelihood" + (" / N" if case.reduction is Reduction.MEAN else ""),
            "statistics",
            lambda: _log_likelihood(case, softmax(z), q),
            (_NO_CLASS_WEIGHTS, _UNDERFLOW),
        ),
        _Path(
            "log_loss(y, softmax(z))",
            "scikit-learn",
            lambda: sklearn.log_loss(
                targets[case.kept],
                softmax(z)[case.kept],
                normalize=case.reduction is Reduction.MEAN,
                sample_weight=None if case.weight is None else case.weight[case.labels[case.kept]],
                labels=np.arange(case.classes),
            ),
            (_NO_SMOOTHING, _CLIPS),
            refusal=_ALWAYS_REDUCES if case.reduction is Reduction.NONE else "" if hard else _NO_DISTRIBUTIONS,
        ),
        _keras_path(case, z),
        _optax_path(case, z, q),
    ]


def _keras_path(case: Case, z: Array) -> _Path:
    """Keras's loss for class indices, or the one for distributions where there are any, or smoothing."""
    reduction = _KERAS_REDUCTION[case.reduction]
    masked = _nan_at_infinity("0 · ∞ is nan in Keras on JAX")
    if case.has_index_targets and not case.label_smoothing:
        weight = None if case.weight is None else case.weight[case.labels]
        return _Path(
            "SparseCategoricalCrossentropy(from_logits=True)",
            "Keras",
            lambda: keras.sparse_categorical_crossentropy(
                case.targets, z, True, case.ignore_index, reduction, None if weight is None else weight * case.kept
            ),
            (_DIVIDES_BY_N, masked) if case.kept.any() else (_NOTHING_LEFT,),
        )
    return _Path(
        "CategoricalCrossentropy(from_logits=True)",
        "Keras",
        lambda: keras.categorical_crossentropy(
            _distribution(case), z, True, case.label_smoothing, reduction, sample_weight=case.kept.astype(np.float64)
        ),
        (_NO_CLASS_WEIGHTS, _COUNTS_IGNORED, masked),
    )


def _optax_path(case: Case, z: Array, q: Array) -> _Path:
    """Optax leaves the reduction to the caller, who here takes the mean or sum over the kept rows."""
    reduce = "" if case.reduction is Reduction.NONE else f".{case.reduction}()"
    if case.has_index_targets and not case.label_smoothing:
        return _Path(
            f"softmax_cross_entropy_with_integer_labels(z, y){reduce}",
            "Optax",
            lambda: _reduced(case, np.asarray(optax.softmax_cross_entropy_with_integer_labels(z, case.labels))),
            (_NO_CLASS_WEIGHTS, _OPTAX_AT_INFINITY),
        )
    return _Path(
        f"softmax_cross_entropy(z, q){reduce}",
        "Optax",
        lambda: _reduced(case, np.asarray(optax.softmax_cross_entropy(z, q))),
        (_NO_CLASS_WEIGHTS, _nan_at_infinity("one-hot against −∞ is nan in Optax")),
    )


def _binary(case: Case) -> list[_Path]:
    z, y = case.logits / case.temperature, np.asarray(case.targets, dtype=np.float64)
    y = y * (1.0 - case.label_smoothing) + case.label_smoothing / 2.0
    reduction = case.reduction.value
    log = "log" if case.unit is Unit.NATS else "log₂"
    hard = bool(np.isin(y, (0.0, 1.0)).all())
    pair = np.stack([1.0 - y, y], axis=1)
    return [
        _Path(
            "BCEWithLogitsLoss(z, y)",
            "PyTorch",
            lambda: pytorch.binary_cross_entropy_with_logits(z, y, case.weight, reduction, case.pos_weight),
            (_nan_at_infinity("PyTorch gives nan at an infinite logit"),),
        ),
        _Path(
            "BCELoss(sigmoid(z), y)",
            "PyTorch",
            lambda: pytorch.binary_cross_entropy(sigmoid(z), y, case.weight, reduction),
            (_NO_POS_WEIGHT, _CLAMPS),
        ),
        _Path(
            "CrossEntropyLoss([0, z], y)",
            "PyTorch",
            lambda: pytorch.cross_entropy(np.stack([np.zeros_like(z), z], axis=1), pair, reduction=reduction),
            (_NO_POS_WEIGHT, _NO_WEIGHTS, _MASKED, _SOFTMAX_OF_INFINITY),
        ),
        _Path(
            f"−[y {log} p + (1−y) {log}(1−p)]",
            "definition",
            lambda: _reduced(case, -(y * np.log(sigmoid(z)) + (1.0 - y) * np.log(1.0 - sigmoid(z)))),
            (_NO_POS_WEIGHT, _NO_WEIGHTS, _nan_at_infinity(_MASKED_HERE), _P_ROUNDS),
        ),
        _Path(
            "SoftMarginLoss(z, 2y − 1)",
            "PyTorch",
            lambda: pytorch.soft_margin_loss(z, 2.0 * y - 1.0, reduction=reduction),
            (_NO_POS_WEIGHT, _NO_WEIGHTS, _UNSTABLE),
            refusal="" if hard else "it takes hard labels −1 and 1",
        ),
        _Path(
            "H(q) + KL(q‖p)",
            "information theory",
            lambda: _reduced(case, entropy(pair) + kl_divergence(pair, log_sigmoid(np.stack([-z, z], axis=1)))),
            (_NO_POS_WEIGHT, _NO_WEIGHTS),
        ),
        _Path(
            f"−{log}-likelihood" + (" / N" if case.reduction is Reduction.MEAN else ""),
            "statistics",
            lambda: _log_likelihood(case, sigmoid(np.stack([-z, z], axis=1)), pair),
            (_NO_POS_WEIGHT, _NO_WEIGHTS, _UNDERFLOW),
        ),
        _Path(
            "log_loss(y, sigmoid(z))",
            "scikit-learn",
            lambda: sklearn.log_loss(
                y, sigmoid(z), normalize=case.reduction is Reduction.MEAN, sample_weight=case.weight, labels=[0, 1]
            ),
            (_NO_POS_WEIGHT, _DIVIDES_BY_WEIGHTS, _CLIPS),
            refusal=_ALWAYS_REDUCES if case.reduction is Reduction.NONE else "" if hard else _NO_DISTRIBUTIONS,
        ),
        _Path(
            "BinaryCrossentropy(from_logits=True)",
            "Keras",
            lambda: keras.binary_crossentropy(
                y[:, np.newaxis], z[:, np.newaxis], True, 0.0, _KERAS_REDUCTION[case.reduction], case.weight
            ),
            (_NO_POS_WEIGHT, _nan_at_infinity("0 · ∞ is nan in Keras")),
        ),
        _Path(
            "sigmoid_binary_cross_entropy(z, y)" + ("" if reduction == "none" else f".{reduction}()"),
            "Optax",
            lambda: _reduced(case, np.asarray(optax.sigmoid_binary_cross_entropy(z, y))),
            (_NO_POS_WEIGHT, _NO_WEIGHTS, _nan_at_infinity("0 · ∞ is nan in Optax")),
        ),
    ]


def _multilabel(case: Case) -> list[_Path]:
    z, y = case.logits / case.temperature, np.asarray(case.targets, dtype=np.float64)
    y = y * (1.0 - case.label_smoothing) + case.label_smoothing / 2.0
    per_row = case.classes if case.reduction is Reduction.MEAN else 1  # the mean is over rows and labels alike
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
            (_nan_at_infinity("PyTorch gives nan at an infinite logit"),),
        ),
        _Path(
            "BCELoss(sigmoid(z), y)",
            "PyTorch",
            lambda: over_labels(pytorch.binary_cross_entropy(sigmoid(z), y, weight=case.weight, reduction=reduction)),
            (_NO_POS_WEIGHT, _CLAMPS),
        ),
        _Path(
            "MultiLabelSoftMarginLoss(z, y)",
            "PyTorch",
            lambda: pytorch.multilabel_soft_margin_loss(z, y, weight=case.weight, reduction=reduction),
            (_NO_POS_WEIGHT, _AVERAGES_LABELS, _nan_at_infinity("0 · ∞ is nan in PyTorch")),
        ),
        _Path(
            f"{'mean' if per_row > 1 else 'sum'} of {case.classes} binary losses",
            "definition",
            lambda: _reduced(
                case, -(y * np.log(sigmoid(z)) + (1.0 - y) * np.log(1.0 - sigmoid(z))).sum(axis=1) / per_row
            ),
            (_NO_POS_WEIGHT, _NO_WEIGHTS, _nan_at_infinity(_MASKED_HERE), _P_ROUNDS),
        ),
        _Path(
            "Σ H(q) + KL(q‖p)" + (f" / {case.classes}" if per_row > 1 else ""),
            "information theory",
            lambda: _reduced(case, (entropy(pair) + kl_divergence(pair, log_sigmoid(versus))).sum(axis=1) / per_row),
            (_NO_POS_WEIGHT, _NO_WEIGHTS),
        ),
        _Path(
            "BinaryCrossentropy(from_logits=True)",
            "Keras",
            lambda: keras.binary_crossentropy(y, z, True, 0.0, _KERAS_REDUCTION[case.reduction]),
            (_NO_POS_WEIGHT, _NO_WEIGHTS, _AVERAGES_LABELS, _nan_at_infinity("0 · ∞ is nan in Keras")),
        ),
        _Path(
            "sigmoid_binary_cross_entropy(z, y)" + ("" if reduction == "none" else f".{reduction}()"),
            "Optax",
            lambda: _reduced(case, np.asarray(optax.sigmoid_binary_cross_entropy(z, y)).sum(axis=1) / per_row),
            (_NO_POS_WEIGHT, _NO_WEIGHTS, _nan_at_infinity("0 · ∞ is nan in Optax")),
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
