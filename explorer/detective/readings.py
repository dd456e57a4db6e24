"""How inputs and targets are read: every reading that fits, as a ``View`` of one row of scores for each example.

The same array can be logits, log-probabilities or probabilities; the same targets a distribution or the labels of
several sigmoids. ``read`` names each reading that fits, the likeliest first (plausibility 1). What a mistake gives is
then computed from the view alone, so that it need not know what shapes a person had.
"""

from __future__ import annotations

import dataclasses
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from explorer.case import IGNORE_INDEX, as_label_smoothing, as_numbers, as_whole_number, check_weights
from explorer.errors import InvalidCase
from explorer.numerics import Array, Indices, log_sigmoid, log_softmax, sigmoid, softmax
from explorer.spelling import counted, extent, number_text

Mask = npt.NDArray[np.bool_]

# A (1, C) row of random logits lies in [0, 1] now and then; three or more scores that all do are probabilities.
_FEW_SCORES = 3
_PAIR = 2  # classes of which scikit-learn takes one score
_TABLE = 2  # dimensions of a batch with one row for each example
_MOST_DECIMALS = 6  # printed or float32 probabilities: what is left of their sum is smaller than this
_LARGEST_SUM_ERROR = 0.02
_ANOTHER = 0.3  # the plausibility of a second layout or reading that fits as well
_BY_CHANCE = 0.006  # ... of labels of which each row has just one: rarer than the mistake to take classes for them
_HARDLY = 0.01  # ... of one that the numbers speak against


class Task(StrEnum):
    """One of C classes, or a yes or no for each of K labels (a binary loss has K = 1)."""

    CLASSES = "classes"
    LABELS = "labels"


class Kind(StrEnum):
    """What the targets are."""

    INDEX = "class indices"
    ONE_HOT = "one-hot"
    SOFT = "distributions"
    UNNORMALISED = "unnormalised distributions"
    HARD = "0/1 labels"
    FRACTIONS = "soft labels"
    SIGNED = "-1/1 labels"


class Reading(StrEnum):
    """What the inputs are."""

    LOGITS = "logits"
    LOG_P = "log-probabilities"
    P = "probabilities"
    UNNORMALISED = "probabilities that do not sum to 1"
    COLUMNS = "probabilities whose columns sum to 1"


@dataclasses.dataclass(frozen=True, eq=False)
class Problem:
    """What the person has: ``inputs`` and ``targets`` as float64 arrays of any fitting shapes, and the options."""

    inputs: Array
    targets: Array
    weight: Array | None = None
    pos_weight: Array | None = None
    smoothing: float | None = None
    ignore_index: int = IGNORE_INDEX


@dataclasses.dataclass(frozen=True)
class Layout:
    """One way to see a problem: which axis holds the classes (None: one score each), and what everything is.

    ``samples`` says that ``weight`` has one entry an example, not one a class.
    """

    axis: int | None
    task: Task
    kind: Kind
    reading: Reading
    samples: bool
    plausibility: float

    def view(self, problem: Problem) -> View:
        """Return the problem's arrays in this layout."""
        scores = _rows(problem.inputs, self.axis)
        classes = scores.shape[1]
        labels = q = None
        if self.kind is Kind.INDEX:
            labels = np.asarray(problem.targets.ravel(), dtype=np.int64)
            kept = labels != problem.ignore_index
        else:
            q = _rows(problem.targets.reshape(problem.inputs.shape), self.axis)
            kept = (q != problem.ignore_index).all(axis=1)
            q = np.where(kept[:, np.newaxis], (q + 1.0) / 2.0 if self.kind is Kind.SIGNED else q, 0.0)
        class_weight = sample_weight = element_weight = None
        if problem.weight is not None and self.task is Task.LABELS:
            element_weight = _element_weight(problem.weight, scores.shape, q)
        elif problem.weight is not None and self.samples:
            sample_weight = problem.weight.ravel()
        elif problem.weight is not None:
            class_weight = np.broadcast_to(problem.weight.ravel(), (classes,)).astype(np.float64)
        return View(
            layout=self,
            inputs=problem.inputs,
            scores=scores,
            labels=labels,
            q=q,
            kept=kept,
            weight=problem.weight,
            class_weight=class_weight,
            sample_weight=sample_weight,
            element_weight=element_weight,
            pos_weight=None if problem.pos_weight is None else np.broadcast_to(problem.pos_weight.ravel(), (classes,)),
            smoothing=problem.smoothing,
            ignore_index=problem.ignore_index,
        )


@dataclasses.dataclass(frozen=True, eq=False)
class View:
    """One reading of a problem, as M rows of C scores. Everything derived is computed once.

    ``labels`` (M,) are class indices as given, or None where ``q`` (M, C) holds distributions or 0..1 labels.
    ``kept`` (M,): rows that are not ignored. ``weight`` is as it was given.
    """

    layout: Layout
    inputs: Array
    scores: Array
    labels: Indices | None
    q: Array | None
    kept: Mask
    weight: Array | None
    class_weight: Array | None
    sample_weight: Array | None
    element_weight: Array | None
    pos_weight: Array | None
    smoothing: float | None
    ignore_index: int

    @property
    def task(self) -> Task:
        """One class of several, or a yes or no for each label."""
        return self.layout.task

    @property
    def kind(self) -> Kind:
        """What the targets are."""
        return self.layout.kind

    @property
    def reading(self) -> Reading:
        """What the inputs are."""
        return self.layout.reading

    @property
    def rows(self) -> int:
        """M, the number of rows, ignored ones included."""
        return len(self.scores)

    @property
    def classes(self) -> int:
        """C, the number of classes, or K, the number of labels of a row."""
        return self.scores.shape[1]

    @property
    def hard(self) -> bool:
        """Whether each row of a multi-class view has one right class."""
        return self.kind in (Kind.INDEX, Kind.ONE_HOT)

    @property
    def weighted(self) -> bool:
        """Whether classes, examples or labels have weights."""
        return not (self.class_weight is None and self.sample_weight is None and self.element_weight is None)

    @property
    def class_axis(self) -> int:
        """Which axis of the inputs holds the classes."""
        return 0 if self.inputs.ndim == 1 and self.classes > 1 else self.layout.axis or 1

    @property
    def examples(self) -> int:
        """How many inputs there are: fewer than rows where each one has several positions, as an image has pixels."""
        return len(self.inputs) if self.inputs.ndim > _TABLE else self.rows

    @cached_property
    def one_each(self) -> bool:
        """Whether the targets are rows with one 1 among several classes or labels, and 0 otherwise."""
        several = self.kind is Kind.HARD and self.classes > 1
        return self.kind is Kind.ONE_HOT or (several and bool((self.hot[self.kept].sum(axis=1) == 1.0).all()))

    @cached_property
    def could_be_p(self) -> bool:
        """Whether the scores could be probabilities, whatever they are read as."""
        return _unit(self.scores) and (self.task is Task.LABELS or _sums_to_one(self.scores))

    @cached_property
    def index(self) -> Indices:
        """The right class of each row (M,), with something in range where the row is ignored or the label is not."""
        if self.labels is None:
            return np.asarray(self.hot.argmax(axis=1))
        return np.where(self.kept, self.labels, 0) % self.classes

    @cached_property
    def in_range(self) -> bool:
        """Whether every class index that counts lies in 0..C-1."""
        counted = np.zeros(1) if self.labels is None else self.labels[self.kept]
        return bool(((counted >= 0) & (counted < self.classes)).all())

    @cached_property
    def hot(self) -> Array:
        """The targets as an (M, C) array: distributions, 0..1 labels, or one-hot rows."""
        if self.q is not None:
            return self.q
        hot = np.zeros(self.scores.shape)
        hot[np.arange(self.rows), self.index] = 1.0
        return hot * self.kept[:, np.newaxis]

    @cached_property
    def label_weights(self) -> Array:
        """The weight of each row that counts: its label's, or its own; 1 without weights."""
        if self.class_weight is not None:
            weights = self.class_weight[self.index] if self.hard else self.hot @ self.class_weight
        elif self.sample_weight is not None:
            weights = self.sample_weight
        elif self.element_weight is not None:
            weights = self.element_weight.sum(axis=1)
        else:
            weights = np.ones(self.rows)
        return np.where(self.kept, weights, 0.0)

    @cached_property
    def label_weight(self) -> Array | None:
        """The weight of each label of each row, (M, C) or in a shape that broadcasts to it, for element-wise losses."""
        if self.class_weight is not None:
            return self.class_weight
        if self.sample_weight is not None:
            return self.sample_weight[:, np.newaxis]
        return self.element_weight

    # ---- scores as logits, log-probabilities and probabilities, whichever they came as

    @cached_property
    def z(self) -> Array:
        """The scores as logits."""
        if self.reading in (Reading.LOGITS, Reading.LOG_P):
            return self.scores
        with np.errstate(divide="ignore", invalid="ignore"):
            log_p = np.log(self.scores)
            return log_p if self.task is Task.CLASSES else log_p - np.log1p(-self.scores)

    @cached_property
    def p(self) -> Array:
        """The scores as probabilities."""
        if self.reading in (Reading.LOGITS, Reading.LOG_P):
            return softmax(self.scores) if self.task is Task.CLASSES else sigmoid(self.scores)
        return self.scores

    @cached_property
    def nll(self) -> Array:
        """What each class costs, -log p (M, C); for labels what a yes costs."""
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.reading not in (Reading.LOGITS, Reading.LOG_P):
                return 0.0 - np.log(self.scores)
            return 0.0 - (log_softmax(self.scores) if self.task is Task.CLASSES else log_sigmoid(self.scores))

    @cached_property
    def not_nll(self) -> Array:
        """What a no costs, -log(1 - p) (M, C)."""
        if self.task is Task.LABELS and self.reading is Reading.LOGITS:
            return 0.0 - log_sigmoid(-self.scores)
        with np.errstate(divide="ignore", invalid="ignore"):
            return 0.0 - np.log1p(-self.p)

    @cached_property
    def logistic(self) -> tuple[Array, Array]:
        """What a yes and what a no cost each score as a logit of its own, -log sigmoid(z) and -log sigmoid(-z)."""
        with np.errstate(invalid="ignore"):
            return 0.0 - log_sigmoid(self.z), 0.0 - log_sigmoid(-self.z)

    def names_of(self, only: str = "") -> dict[str, str]:
        """Return what the scores and targets are called in code; ``only`` picks rows of them, as "[kept]" does.

        ``y`` are labels from 0 to 1 or whatever else stands for the targets, ``given`` those that were given, ``index``
        the class of each row, ``q`` a row of classes or labels; ``target`` is what cross_entropy takes.
        """
        array = {Reading.LOGITS: "z", Reading.LOG_P: "log_p"}.get(self.reading, "p")
        scores = array + only
        activation = f"softmax({scores}, {self.class_axis})" if self.task is Task.CLASSES else f"sigmoid({scores})"
        log = "log" if self.task is Task.CLASSES else "logit"
        named = {
            Reading.LOGITS: {"z": scores, "p": activation, "log_p": f"log_{activation}".replace("log_sig", "logsig")},
            Reading.LOG_P: {"z": scores, "p": f"exp({scores})", "log_p": scores},
        }.get(self.reading, {"z": f"{log}({scores})", "p": scores, "log_p": f"log({scores})"})
        given = ("q" if self.kind in (Kind.SOFT, Kind.UNNORMALISED) else "y") + only
        by_index = self.kind is Kind.INDEX
        one, z = self.inputs.ndim == 1, named["z"]
        margin = f"{z}[:, 1] - {z}[:, 0]" if self.classes == _PAIR else z
        index = given if by_index else f"{given}.argmax({self.class_axis})"
        return {
            **named,
            "y": f"(({given} + 1) / 2)" if self.kind is Kind.SIGNED else given,
            "given": given,
            "index": index,
            "q": f"one_hot{only}" if by_index else given,
            "target": given,
            "scores": scores,
            "all": f"{array}[None]" if one and self.classes > 1 else array,
            "only": only,
            "softmax_of_one": f"softmax({z}.unsqueeze(1), 1).squeeze(1)" if one else f"softmax({z}, 1)",
            "hinge_loss": f"hinge_loss({index}, {margin}, labels=range({self.classes}))",
        }

    @cached_property
    def names(self) -> dict[str, str]:
        """What the scores and targets are called in code, with all rows."""
        return self.names_of()

    @cached_property
    def target_is_prediction(self) -> bool:
        """Whether a soft target is exactly what was predicted."""
        if self.kind is not Kind.SOFT or self.q is None:
            return False
        return bool(np.allclose(self.p, self.q, rtol=1e-6, atol=1e-6 if self.reading is Reading.LOGITS else 1e-9))


def _rows(values: Array, axis: int | None) -> Array:
    if axis is None:
        return values.reshape(-1, 1)
    return np.moveaxis(values, axis, -1).reshape(-1, values.shape[axis])


def problem_of(
    inputs: npt.ArrayLike,
    targets: npt.ArrayLike,
    weight: npt.ArrayLike | None,
    pos_weight: npt.ArrayLike | None,
    label_smoothing: float | None,
    ignore_index: int,
) -> Problem:
    """Return what the person has as arrays. Raises InvalidCase where it is not numbers, or an option out of range."""
    problem = Problem(
        as_numbers(inputs, "inputs", "The inputs"),
        as_numbers(targets, "targets", "The targets"),
        None if weight is None else as_numbers(weight, "weight", "weight"),
        None if pos_weight is None else as_numbers(pos_weight, "pos_weight", "pos_weight"),
        None if label_smoothing is None else as_label_smoothing(label_smoothing),
        as_whole_number(ignore_index, "ignore_index", "ignore_index"),
    )
    if problem.inputs.size == 0 or problem.targets.size == 0:
        raise InvalidCase("There must be at least one input and one target.", "inputs")
    if np.isnan(problem.targets).any() or np.isinf(problem.targets).any():
        raise InvalidCase("The targets hold something that is not finite; a target must be a number.", "targets")
    for part, values in (("weight", problem.weight), ("pos_weight", problem.pos_weight)):
        if values is not None:
            check_weights(values, part)
    return problem


# -------------------------------------------------------------------------------------------------- what fits


def read(problem: Problem) -> tuple[Layout, ...]:
    """Return every layout that fits a problem, the likeliest first. Raises InvalidCase where none does."""
    found: list[Layout] = []
    refusals: list[InvalidCase] = []
    for axis, fits in _axes(problem):
        try:
            kinds = _kinds(problem, axis)
        except InvalidCase as refusal:
            refusals.append(refusal)
            continue
        for task, kind, likely in kinds:
            try:
                found += [
                    Layout(axis, task, kind, reading, samples, fits * likely * meant * weighs)
                    for reading, meant in _readings(_rows(problem.inputs, axis), task)
                    for samples, weighs in _weightings(problem, axis, task)
                ]
            except InvalidCase as refusal:
                refusals.append(refusal)
    if not found:
        raise refusals[0]
    likeliest = max(layout.plausibility for layout in found)
    scaled = (dataclasses.replace(layout, plausibility=layout.plausibility / likeliest) for layout in found)
    return tuple(sorted(scaled, key=lambda layout: -layout.plausibility))


def _axes(problem: Problem) -> list[tuple[int | None, float]]:
    """Return which axis of the inputs the classes can be (None: one score each), with plausibilities."""
    inputs, targets = problem.inputs, problem.targets
    if inputs.size == targets.size and inputs.shape in ((), (1,), (inputs.size, 1)):
        return [(None, 1.0)]
    if inputs.ndim == 1 and targets.size == inputs.size:
        if (targets == problem.ignore_index).any():
            return [(None, 1.0)]  # a class of a row cannot be ignored
        one_row = _one_row(problem)
        return [(0, 1.0 if one_row else _ANOTHER), (None, _ANOTHER if one_row else 1.0)]
    if inputs.ndim == 1 and targets.size == 1:
        return [(0, 1.0)]
    found: list[tuple[int | None, float]] = []
    for axis in sorted({1, inputs.ndim - 1} if inputs.ndim > 1 else ()):
        index_shape = inputs.shape[:axis] + inputs.shape[axis + 1 :]
        fitting = {inputs.shape, index_shape}
        if inputs.shape[0] == 1:
            fitting |= {shape[1:] for shape in fitting}
        if targets.shape in fitting or (inputs.ndim == 2 and targets.shape == (*index_shape, 1)):
            found.append((axis, _ANOTHER if found else 1.0))
    if not found:
        raise InvalidCase(
            f"The inputs are {extent(inputs.shape)} and the targets {extent(targets.shape)}; give one class index for "
            "each row of inputs, or targets of the inputs' own shape.",
            "targets",
        )
    return found


def _one_row(problem: Problem) -> bool:
    """Whether K numbers against K targets are one example of K classes rather than K binary ones."""
    targets, row = problem.targets.ravel(), problem.inputs.reshape(1, -1)
    distribution = bool((targets >= 0).all()) and _sums_to_one(targets.reshape(1, -1))
    soft = distribution and not np.isin(targets, (0.0, 1.0)).all()
    counts = bool((targets > 1.0).any())
    normalised = (_unit(row) and _sums_to_one(row)) or _is_log_p(row)
    return soft or counts or (normalised and not (targets < 0).any())


def _kinds(problem: Problem, axis: int | None) -> list[tuple[Task, Kind, float]]:
    """Return what the targets can be along an axis, with plausibilities. Raises InvalidCase where they are nothing."""
    targets = problem.targets
    classes = 1 if axis is None else problem.inputs.shape[axis]
    if targets.size != problem.inputs.size:
        return _index_kinds(problem, classes)
    q = _rows(targets.reshape(problem.inputs.shape), axis)
    q = q[(q != problem.ignore_index).all(axis=1)]
    positive, unit, whole = bool((q >= 0).all()), _unit(q), bool(np.isin(q, (0.0, 1.0)).all())
    if np.isin(q, (-1.0, 1.0)).all() and not positive:
        return [(Task.LABELS, Kind.SIGNED, 1.0)]
    if classes == 1 and unit:
        return [(Task.LABELS, Kind.HARD if whole else Kind.FRACTIONS, 1.0)]
    if whole:
        one_each = bool((q.sum(axis=1) == 1.0).all())
        return _one_each_kinds(problem) if one_each else [(Task.LABELS, Kind.HARD, 1.0)]
    if positive and classes > 1:
        if _sums_to_one(q):
            return [(Task.CLASSES, Kind.SOFT, 1.0)]
        return [(Task.CLASSES, Kind.UNNORMALISED, 1.0), *([(Task.LABELS, Kind.FRACTIONS, 0.9)] if unit else [])]
    raise InvalidCase(
        f"The targets run from {number_text(q.min())} to {number_text(q.max())}; targets of the inputs' shape must be "
        "probabilities, 0/1 or −1/1 labels.",
        "targets",
    )


def _one_each_kinds(problem: Problem) -> list[tuple[Task, Kind, float]]:
    """Return that each row has one class, or one of several labels by chance; only a binary loss has a pos_weight."""
    one_hot, labels = (1.0, _BY_CHANCE) if problem.pos_weight is None else (_ANOTHER, 1.0)
    return [(Task.CLASSES, Kind.ONE_HOT, one_hot), (Task.LABELS, Kind.HARD, labels)]


def _index_kinds(problem: Problem, classes: int) -> list[tuple[Task, Kind, float]]:
    targets = problem.targets
    whole = targets == np.round(targets)
    if not whole.all():
        raise InvalidCase(
            f"A class index must be a whole number from 0 to {classes - 1}, not {number_text(targets[~whole][0])}.",
            "targets",
        )
    kept = targets[targets != problem.ignore_index]
    # One too many or one too few is a mistake of its own, which has a number in JAX; more is no label.
    outside = (kept < -1) | (kept > classes)
    if outside.any() or (kept.size and kept.min() < 0 and kept.max() >= classes):
        label = (kept[outside] if outside.any() else kept).flat[0]
        raise InvalidCase(
            f"The label {number_text(label)} is out of range: with {counted(classes, 'class')}, labels run from 0 to "
            f"{classes - 1}.",
            "targets",
        )
    return [(Task.CLASSES, Kind.INDEX, 1.0)]


def _readings(scores: Array, task: Task) -> list[tuple[Reading, float]]:
    """Return what scores (M, C) can be, with plausibilities."""
    if not _unit(scores):
        log_p = task is Task.CLASSES and _is_log_p(scores)
        return [(Reading.LOG_P if log_p else Reading.LOGITS, 1.0)]
    if task is Task.LABELS:
        if scores.size < _FEW_SCORES:
            return [(Reading.LOGITS, 1.0), (Reading.P, 0.9)]
        return [(Reading.P, 1.0), (Reading.LOGITS, _HARDLY)]
    if _sums_to_one(scores):
        return [(Reading.P, 1.0), (Reading.LOGITS, _HARDLY)]
    if len(scores) > 1 and _sums_to_one(scores.T):
        return [(Reading.COLUMNS, 1.0), (Reading.LOGITS, _ANOTHER)]
    return [(Reading.LOGITS, 1.0), (Reading.UNNORMALISED, _ANOTHER)]


def _weightings(problem: Problem, axis: int | None, task: Task) -> list[tuple[bool, float]]:
    """Return whether the weight can be one an example, one a class, or neither; without a weight it does not matter."""
    weight = problem.weight
    classes = 1 if axis is None else problem.inputs.shape[axis]
    shape = (problem.inputs.size // classes, classes)
    if problem.pos_weight is not None and problem.pos_weight.size not in (1, classes):
        raise InvalidCase(
            f"pos_weight has {counted(problem.pos_weight.size, 'number')}; give {classes:,}, one for each label.",
            "pos_weight",
        )
    if weight is None:
        return [(False, 1.0)]
    if task is Task.LABELS:
        fits = [(False, 1.0)] if _element_weight(weight, shape, np.zeros(shape)) is not None else []
    else:
        fits = [(False, 1.0)] if weight.size in (1, classes) else []
        fits += [(True, _ANOTHER if fits else 1.0)] if weight.size == shape[0] > 1 else []
    if not fits:
        raise InvalidCase(
            f"weight has {counted(weight.size, 'number')}; give {classes:,}, one for each class or label, or "
            f"{shape[0]:,}, one for each example.",
            "weight",
        )
    return fits


def _element_weight(weight: Array, shape: tuple[int, ...], q: Array | None) -> Array | None:
    """Return a weight as one entry for each label of each row, or None where it does not fit."""
    rows, labels = shape
    if weight.size == rows * labels:
        return weight.reshape(shape)
    if weight.size in (1, labels):
        return np.broadcast_to(weight.ravel(), shape)
    if weight.size == rows:
        return np.broadcast_to(weight.reshape(-1, 1), shape)
    if weight.size == 2 and labels == 1 and q is not None:  # one for the negatives, one for the positives
        return np.where(q > 0.5, weight.ravel()[1], weight.ravel()[0])
    return None


def _unit(values: Array) -> bool:
    return bool(((values >= 0.0) & (values <= 1.0)).all())


def _sums_to_one(rows: Array) -> bool:
    """Whether rows sum to 1, up to what rounding to the decimals that they are written with may leave."""
    decimals = next((d for d in range(2, _MOST_DECIMALS) if (np.round(rows, d) == rows).all()), _MOST_DECIMALS)
    allowed = min(0.5 * 10.0**-decimals * rows.shape[1] + 1e-9, _LARGEST_SUM_ERROR)
    return bool((np.abs(rows.sum(axis=1) - 1.0) <= max(allowed, 2e-6)).all())


def _is_log_p(rows: Array) -> bool:
    with np.errstate(invalid="ignore"):
        return bool((rows <= 0.0).all()) and _sums_to_one(np.exp(rows))


# --------------------------------------------------------------------------------- another problem of its kind


def another_like(problem: Problem, layout: Layout, rng: np.random.Generator) -> Problem:
    """Return a random problem of the same shapes and kinds, as ``layout`` sees them."""
    view = layout.view(problem)
    targets = _targets_like(problem, view, rng)
    inputs = _inputs_like(problem, layout, rng)
    if view.target_is_prediction:
        with np.errstate(divide="ignore"):
            inputs = targets if layout.reading is Reading.P else np.log(targets)
        inputs = inputs.reshape(problem.inputs.shape)

    def weights_like(weights: Array | None) -> Array | None:
        if weights is None:
            return None
        return rng.permutation(weights.ravel()).reshape(weights.shape) * rng.uniform(0.5, 2.0, weights.shape)

    return dataclasses.replace(
        problem,
        inputs=inputs,
        targets=targets,
        weight=weights_like(problem.weight),
        pos_weight=weights_like(problem.pos_weight),
    )


def _inputs_like(problem: Problem, layout: Layout, rng: np.random.Generator) -> Array:
    inputs = problem.inputs
    if layout.reading is Reading.LOGITS:
        finite = np.isfinite(inputs)
        values = rng.permutation(inputs[finite])
        spread = 0.5 * float(values.std()) if values.size else 0.0
        drawn = inputs.copy()
        drawn[finite] = values + rng.normal(size=values.size) * (spread or 1.0)
        return drawn
    with np.errstate(divide="ignore"):
        log_p = inputs if layout.reading is Reading.LOG_P else np.log(inputs)
    if layout.reading is Reading.UNNORMALISED or layout.task is Task.LABELS:
        return rng.permutation(inputs.ravel()).reshape(inputs.shape) ** rng.uniform(0.5, 2.0, inputs.shape)
    axis = layout.axis or 0
    if layout.reading is Reading.COLUMNS:
        axis = 0
    noisy = rng.permuted(log_p, axis=axis) + rng.normal(size=inputs.shape)
    with np.errstate(divide="ignore"):
        return log_softmax(noisy, axis) if layout.reading is Reading.LOG_P else softmax(noisy, axis)


def _targets_like(problem: Problem, view: View, rng: np.random.Generator) -> Array:
    """Return the same labels in another order of the rows; for distributions other ones."""
    targets, shape = problem.targets, problem.targets.shape
    if view.labels is not None:
        return rng.permutation(targets.ravel()).reshape(shape)
    if view.kind is Kind.ONE_HOT or view.task is Task.LABELS:
        rows = _rows(targets.reshape(problem.inputs.shape), view.layout.axis)
        return _unrows(rng.permutation(rows), problem.inputs.shape, view.layout.axis).reshape(shape)
    q = rng.permuted(view.hot, axis=1) * rng.uniform(0.5, 2.0, view.hot.shape)
    if view.kind is Kind.SOFT:
        q /= q.sum(axis=1, keepdims=True)
    return _unrows(q, problem.inputs.shape, view.layout.axis).reshape(shape)


def _unrows(rows: Array, shape: tuple[int, ...], axis: int | None) -> Array:
    """Undo ``_rows``."""
    if axis is None:
        return rows.reshape(shape)
    last = (*shape[:axis], *shape[axis + 1 :], shape[axis])
    return np.moveaxis(rows.reshape(last), -1, axis)
