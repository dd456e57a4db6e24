"""The first step of a pipeline, as a table: what each class, each answer or each row costs.

A row of ``LOSSES`` names the mistake that it makes, or none (""). A new mistake is a new row in the table of the step
where it happens, here or in ``targets`` or ``reductions``, and its words in ``mistakes``. Costs are float64 and in
nats; where a row imitates a lower precision it rounds on purpose.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from enum import StrEnum
from functools import cached_property, partial

import numpy as np

from explorer.detective.readings import Kind, Reading, Task, View
from explorer.dialects import pytorch
from explorer.numerics import Array, Indices, entropy, log_sigmoid, log_softmax, sigmoid, xlogp

EPSILONS = {  # what probabilities are clipped at, and who does
    "1e-7": 1e-7,  # Keras
    "1e-8": 1e-8,
    "1e-10": 1e-10,
    "1e-12": 1e-12,
    "1e-15": 1e-15,  # scikit-learn before 1.3
    "finfo(float64).eps": float(np.finfo(np.float64).eps),  # scikit-learn
    "finfo(float32).eps": float(np.finfo(np.float32).eps),  # ... on float32
}
_MOST_AXES = 5  # of a batch: examples, classes, and up to three of a volume


class Costs:
    """What each class costs, (M, C): ``of(base)``, element by element, and no more of it than is asked for."""

    def __init__(self, base: Array, of: Callable[[Array], Array] | None = None) -> None:
        self._base, self._of = base, of

    @cached_property
    def table(self) -> Array:
        """All of them."""
        return self._base if self._of is None else self._of(self._base)

    def at(self, index: Indices) -> Array:
        """Those of one class a row (M,), or for an index (V, M) of V classes a row."""
        picked = self._base[np.arange(len(self._base)), index]
        return picked if self._of is None else self._of(picked)

    @cached_property
    def total(self) -> Array:
        """The sum over the classes of each row (M,)."""
        return self.table.sum(axis=1)


@dataclasses.dataclass(frozen=True, eq=False)
class Answers:
    """What a yes and what a no cost, for each label of each row (M, K)."""

    yes: Costs
    no: Costs


class Family(StrEnum):
    """What a loss gives, and what its mean divides by."""

    CLASS = "class"  # Costs of each class; rows
    KL = "kl"  # the same, less the entropy of the target; PyTorch's mean divides by elements
    ELEMENT = "element"  # Answers; elements
    ROW = "row"  # finished rows, (M,); rows

    def width(self, view: View) -> int:
        """Return how many elements of a row a mean over elements counts."""
        return view.classes if self in {Family.ELEMENT, Family.KL} else 1


@dataclasses.dataclass(frozen=True)
class Function:
    """How a function is called with inputs and targets of one shape: ``{x}`` and ``{t}``, as factors ``{X}``, ``{T}``.

    ``{w}`` stands for weights, ``{o}`` for torch's reduction and ``{r}`` for one that is "none" by default.
    ``linear``: in its target, so that it may be any number, or with ``unit`` one from 0 to 1. ``signed``: its labels
    are -1 and 1. ``by_label``: of rows, a mean of their labels. ``has_rows`` is False where it only gives their mean.
    """

    call: str = ""
    takes_pos_weight: bool = False
    linear: bool = True
    unit: bool = False
    signed: bool = False
    by_label: bool = False
    has_rows: bool = True

    @property
    def takes_weight(self) -> bool:
        """Whether it takes a weight."""
        return "{w}" in self.call


# Of classes, which take their targets in their own ways.
CROSS_ENTROPY, NLL, KL_DIV, BY_ROW = (
    Function("cross_entropy"),
    Function("nll_loss"),
    Function("kl_div"),
    Function("rows"),
)
BY_LABEL, ONLY_MEAN = Function("rows", by_label=True), Function("mean", has_rows=False)
BCE = Function("binary_cross_entropy({x}, {t}{w}{o})", unit=True)
BCE_WITH_LOGITS = Function("binary_cross_entropy_with_logits({x}, {t}{w}{o})", takes_pos_weight=True)
BCE_OF_SIGNED = Function("binary_cross_entropy_with_logits({x}, {t}{w}{o})", signed=True)
SOFT_MARGIN = Function("soft_margin_loss({x}, {t}{o})", linear=False, signed=True)
SOFT_MARGIN_OF_ZERO = Function("soft_margin_loss({x}, {t}{o})", linear=False)
HINGE = Function("clamp(1 - {T} * {X}, min=0)", linear=False, signed=True)
HINGE_OF_ZERO = Function("clamp(1 - {T} * {X}, min=0)", linear=False)
SQUARED_HINGE_OF_ZERO = Function("clamp(1 - {T} * {X}, min=0) ** 2", linear=False)


def _clipping(epsilon: str) -> Function:
    """Return the binary loss of clipped probabilities, written out."""
    yes, no = (f"log(clip({x}, {epsilon}, 1 - {epsilon}))" for x in ("{x}", "1 - {x}"))
    return Function(f"-({{T}} * {yes} + (1 - {{T}}) * {no})")


def _adding(epsilon: str) -> Function:
    return Function(f"-({{T}} * log({{x}} + {epsilon}) + (1 - {{T}}) * log(1 - {{x}} + {epsilon}))")


@dataclasses.dataclass(frozen=True, eq=False)
class Loss:
    """What is computed from the scores. ``through`` is the function in its code, and ``code`` what that is fed.

    Of classes that are logits for cross_entropy, else log-probabilities; ``rows`` is another function that gives the
    same rows for targets without options. Of finished rows it is all of the code. ``note`` is a comment behind it.
    ``across_rows``: what a row costs depends on the others, so that in another batch it is another number.

    ``share`` scales the plausibility of the mistake: below 1 for the rarer ways to make it, far above for what is no
    mistake but says more about the number than that the call is right. ``logarithmic``: in nats, so that another base
    makes sense. ``precise`` is False for clipping and rounding, which count only where they change the value. ``cell``
    is the function and what it is fed. ``why`` says why its number gives it away, where the mistake's own words, which
    are those for most of its losses, do not hold.
    """

    key: str
    mistake: str
    family: Family
    code: str
    costs: Callable[[View], Costs | Answers | Array]
    when: Callable[[View], bool]
    share: float = 1.0
    logarithmic: bool = True
    precise: bool = True
    cell: tuple[str, str] = ("", "")
    why: str = ""
    through: Function = BY_ROW
    rows: str = ""
    note: str = ""
    across_rows: bool = False


# ------------------------------------------------------------------------------------------------ when they apply


def _classes(view: View) -> bool:
    return view.task is Task.CLASSES and view.classes > 1


def _labels(view: View) -> bool:
    return view.task is Task.LABELS


def _scores(view: View) -> bool:
    """Whether the inputs are logits, or log-probabilities, which are logits too."""
    return view.reading in (Reading.LOGITS, Reading.LOG_P)


def _class_scores(view: View) -> bool:
    return _classes(view) and _scores(view)


def _class_logits(view: View) -> bool:
    """Whether the inputs are logits that could be nothing else."""
    return _classes(view) and view.reading is Reading.LOGITS and not view.could_be_p


def _label_logits(view: View) -> bool:
    return _labels(view) and view.reading is Reading.LOGITS and not view.could_be_p


def _hard(view: View) -> bool:
    return _classes(view) and view.hard


def _soft(view: View) -> bool:
    return _classes(view) and not view.hard


def _hard_unweighted(view: View) -> bool:
    """Whether a divergence is the right call too: it has no weights."""
    return _hard(view) and not view.weighted and view.reading is not Reading.COLUMNS


def _soft_unweighted(view: View) -> bool:
    return _soft(view) and not view.weighted and view.reading is not Reading.COLUMNS


def _hard_in_range(view: View) -> bool:
    return _hard(view) and view.in_range


def _plain_labels(view: View) -> bool:
    """Whether labels have no options, which the textbook's formula does not know."""
    return _labels(view) and not view.weighted and view.pos_weight is None and not view.smoothing


def _focal_applies(view: View) -> bool:
    return _class_scores(view) or (_labels(view) and not (view.one_each and view.element_weight is None))


def _one_label(view: View) -> bool:
    return _labels(view) and view.classes == 1


def _signed(view: View) -> bool:
    return view.kind is Kind.SIGNED


def _zero_one(view: View) -> bool:
    return view.kind is Kind.HARD


def _nothing(view: View, *, labels: bool) -> bool:
    return not view.kept.any() and labels == _labels(view)


def _masked(view: View) -> bool:
    return _class_scores(view) and bool(np.isneginf(view.z).any())


# ---------------------------------------------------------------------------------------------- what they compute


def _nll(view: View) -> Costs:
    return Costs(view.nll)


def _answers(view: View) -> Answers:
    return Answers(Costs(view.nll), Costs(view.not_nll))


def _logistic_of_z(view: View) -> Answers:
    return Answers(Costs(view.logistic[0]), Costs(view.logistic[1]))


def _logistic(scores: Array) -> Answers:
    """Return the costs of the logistic loss: -log sigmoid(z) for a yes, -log sigmoid(-z) for a no."""
    return Answers(Costs(scores, lambda z: 0.0 - log_sigmoid(z)), Costs(scores, lambda z: 0.0 - log_sigmoid(-z)))


def _constant(view: View, yes: float, no: float) -> Answers:
    return Answers(Costs(np.full(view.scores.shape, yes)), Costs(np.full(view.scores.shape, no)))


def _against_zero(view: View, of: Callable[[Array], Array], constant: float) -> Answers:
    """Return a margin loss on a label of 1, and what it makes of a label of 0: a constant."""
    return Answers(Costs(view.z, of), _constant(view, constant, constant).no)


def _answers_to_minus_one(view: View) -> Answers:
    """Return the costs with a label of -1 for a no: y * yes + (1 - y) * no at y = -1."""
    return Answers(Costs(view.nll), Costs(2.0 * view.not_nll - view.nll))


def _hinge(z: Array) -> Array:
    return np.maximum(1.0 - z, 0.0)


def _softmax_along(axis: int, view: View) -> Costs:
    """Return -log softmax over one axis of the inputs as they were given; the first is that of the examples."""
    if view.layout.axis == 0:
        return Costs(np.zeros(view.scores.shape))  # a batch of one: its softmax is 1 throughout
    costs = 0.0 - log_softmax(view.inputs, axis)
    return Costs(np.moveaxis(costs, view.layout.axis or 0, -1).reshape(view.scores.shape))


def _has_other_axis(axis: int, view: View) -> bool:
    return _class_scores(view) and view.inputs.ndim > axis and view.layout.axis != axis


def _softmax_of_everything(view: View) -> Costs:
    return Costs(0.0 - log_softmax(view.scores.ravel()).reshape(view.scores.shape))


def _clipped(epsilon: float, p: Array) -> Array:
    return 0.0 - np.log(np.clip(p, epsilon, 1.0 - epsilon))


def _added(epsilon: float, p: Array) -> Array:
    return 0.0 - np.log(p + epsilon)


def _of_p(of: Callable[[Array], Array], view: View) -> Costs | Answers:
    """Return costs that are a function of each probability."""
    yes = Costs(view.p, of)
    return yes if view.task is Task.CLASSES else Answers(yes, Costs(1.0 - view.p, of))


def _over_sum(view: View) -> Array:
    return view.scores / view.scores.sum(axis=1, keepdims=True)


def _keras_on_logits(view: View) -> Costs | Answers:
    clip = partial(_clipped, EPSILONS["1e-7"])
    if view.task is Task.CLASSES:
        return Costs(_over_sum(view), clip)
    return Answers(Costs(view.scores, clip), Costs(1.0 - view.scores, clip))


def _clamped(view: View) -> Answers:
    """Return BCELoss's costs: each logarithm held at -100."""
    rest = view.not_nll if view.task is Task.CLASSES else 0.0 - np.log1p(-view.p)  # a p that rounds to 1 is the point
    return Answers(*(Costs(costs, lambda c: np.minimum(c, 100.0)) for costs in (view.nll, rest)))


def _low_clamped(view: View) -> Answers:
    yes, no = _low_sigmoid("float32", view)
    return Answers(Costs(np.minimum(yes, 100.0)), Costs(np.minimum(no, 100.0)))


def _focal(gamma: float, alpha: float, view: View) -> Answers:
    yes, no = view.logistic
    on, off = (1.0, 1.0) if alpha < 0.0 else (alpha, 1.0 - alpha)
    if gamma == 0.0:
        return Answers(Costs(yes, lambda x: on * x), Costs(no, lambda x: off * x))
    # 1 - p = exp(-no), p = exp(-yes)
    return Answers(Costs(on * np.exp(-gamma * no) * yes), Costs(off * np.exp(-gamma * yes) * no))


def _focal_softmax(alpha: float, view: View) -> Costs:
    return Costs(view.nll, lambda nll: alpha * np.expm1(-nll) ** 2 * np.where(nll == 0.0, 0.0, nll))


def _violations(view: View) -> Array:
    """Return by how much each wrong class comes within 1 of the right one; 0 for the right one itself."""
    row = np.arange(view.rows)
    gaps = np.maximum(1.0 - view.z[row, view.index][:, np.newaxis] + view.z, 0.0)
    gaps[row, view.index] = 0.0
    return gaps


def _margin(reduce: Callable[[Array], Array], view: View) -> Array:
    return reduce(_violations(view))


def _swapped(epsilon: float, floor: float, view: View) -> Array:
    """Return -sum p log q, or for labels both its terms, with the logarithm of the *labels* clipped or clamped."""

    def log(q: Array) -> Array:
        return np.maximum(np.log(np.clip(q, epsilon, 1.0 - epsilon) if epsilon else q), floor)

    p, q = view.p, view.hot
    if view.task is Task.CLASSES:
        return 0.0 - (p * log(q)).sum(axis=1)
    return 0.0 - (p * log(q) + (1.0 - p) * log(1.0 - q)).mean(axis=1)


def _swapped_bce(view: View) -> Array:
    return 100.0 * np.abs(view.p - view.hot).mean(axis=1)


def _swapped_ce(view: View) -> Array:
    return 0.0 - (view.p * log_softmax(view.hot)).sum(axis=1)


def _swapped_kl(view: View) -> Array:
    return (xlogp(view.p, -view.nll) - xlogp(view.p, np.log(view.hot))).sum(axis=1)


def _raw_product(view: View, e: float) -> Array:
    """Return -sum q log p, smoothed, with 0 * inf as nan, as PyTorch, Keras and Optax have it."""
    return (((1.0 - e) * view.hot + e / view.classes) * view.nll).sum(axis=1)


def _float16(values: Array) -> Array:
    return values.astype(np.float16).astype(np.float64)


def _float32(values: Array) -> Array:
    return values.astype(np.float32).astype(np.float64)


def _bfloat16(values: Array) -> Array:
    """Round to bfloat16: a float32 without its lower 16 bits, to nearest even."""
    bits = values.astype(np.float32).view(np.uint32).astype(np.uint64)
    rounded = ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16 << 16).astype(np.uint32).view(np.float32)
    return np.where(np.isnan(values), np.nan, rounded).astype(np.float64)


ROUNDED: dict[str, Callable[[Array], Array]] = {"float16": _float16, "bfloat16": _bfloat16, "float32": _float32}


def _low_log_softmax(dtype: str, view: View) -> Costs:
    """Return -log_softmax as a library forms it in a low precision: z - max - log(sum of exp), then rounded."""
    z = ROUNDED[dtype](view.z)
    shifted = (z - z.max(axis=1, keepdims=True)).astype(np.float32)
    costs = np.log(np.exp(shifted).sum(axis=1, keepdims=True)) - shifted
    return Costs(costs.astype(np.float64), ROUNDED[dtype])


def _low_logits(dtype: str, view: View) -> Costs | Answers:
    z = ROUNDED[dtype](view.z)
    return Costs(0.0 - log_softmax(z)) if view.task is Task.CLASSES else _logistic(z)


def _low_p(dtype: str, view: View) -> Costs:
    return Costs(view.p, lambda p: 0.0 - np.log(ROUNDED[dtype](p)))


def _naive_softmax(dtype: type[np.floating], view: View) -> Costs:
    powers = np.exp(view.z.astype(dtype))
    return Costs(powers / powers.sum(axis=1, keepdims=True, dtype=dtype), lambda p: 0.0 - np.log(p.astype(np.float64)))


def _low_sigmoid(dtype: str, view: View) -> tuple[Array, Array]:
    p = ROUNDED[dtype](view.p)
    return 0.0 - np.log(p), 0.0 - np.log(ROUNDED[dtype](1.0 - p))


def _naive_binary(dtype: str, view: View) -> Array:
    """Return -(y log p + (1 - y) log(1 - p)) with 0 * inf as nan."""
    yes, no = _low_sigmoid(dtype, view)
    return (view.hot * yes + (1.0 - view.hot) * no).mean(axis=1)


# ------------------------------------------------------------------------------------------------------ the table

_KNOWN_FOR_IT = 5.0  # such rows are a doubtful reading, but this is what they are known for
_NO_SOFTMAX = 2.0  # rows that do not sum to 1 come from a sigmoid rather than from a softmax
_TELLS_MORE = 50.0  # plausible enough to come before "nothing is wrong"

_Z, _P, _LOG_P = "{z}", "{p}", "{log_p}"
_KL_SWAPPED = 'kl_div({q}.log(), {p}, reduction="none")'
_NAIVE = "-({y} * log({p}) + (1 - {y}) * log(1 - {p}))"

_CE_OF_LOGITS = ("pytorch.cross_entropy", "logits")
_BCE_OF_LOGITS = ("pytorch.binary_cross_entropy_with_logits", "logits")

# fmt: off
# The first that applies is what imprecise arithmetic is compared with.
RIGHT = (
    Loss("ce", "", Family.CLASS, _Z, _nll, _class_scores, cell=_CE_OF_LOGITS, through=CROSS_ENTROPY),
    Loss(
        "nll", "", Family.CLASS, _LOG_P, _nll,
        lambda v: _classes(v) and v.reading in (Reading.P, Reading.UNNORMALISED),
        cell=("pytorch.nll_loss", "log_softmax"), through=NLL,
    ),
    Loss(
        "columns", "softmax_wrong_axis", Family.CLASS, _LOG_P, _nll, lambda v: v.reading is Reading.COLUMNS,
        through=NLL, note="p: a softmax over the batch",
    ),
    Loss(
        "kl", "", Family.KL, _LOG_P, _nll, _soft_unweighted, 0.9, cell=("pytorch.kl_div", "log_softmax"),
        through=KL_DIV,
    ),
    Loss(
        "kl_hard", "", Family.KL, _LOG_P, _nll, _hard_unweighted, 0.5, cell=("pytorch.kl_div", "log_softmax"),
        through=KL_DIV,
    ),
    Loss(
        "bce_logits", "", Family.ELEMENT, _Z, _answers, lambda v: _labels(v) and _scores(v) and not _signed(v),
        cell=_BCE_OF_LOGITS, through=BCE_WITH_LOGITS,
    ),
    Loss(
        "bce", "", Family.ELEMENT, _P, _answers, lambda v: _labels(v) and not _scores(v) and not _signed(v),
        cell=("pytorch.binary_cross_entropy", "sigmoid"), through=BCE,
    ),
    Loss(
        "soft_margin", "", Family.ELEMENT, _Z, _answers, _signed, cell=("pytorch.soft_margin_loss", "logits"),
        through=SOFT_MARGIN,
    ),
    Loss(
        "hinge", "", Family.ELEMENT, _Z, lambda v: Answers(Costs(v.z, _hinge), Costs(-v.z, _hinge)), _signed, 0.8,
        logarithmic=False, cell=("keras.hinge", "logits"), through=HINGE,
    ),
)

# The wrong thing fed, or the wrong activation before it.
FED = (
    Loss(
        "ce_of_p", "softmax_before_ce", Family.CLASS, _P, lambda v: Costs(0.0 - log_softmax(v.p)), _classes,
        cell=("pytorch.cross_entropy", "softmax"), through=CROSS_ENTROPY,
    ),
    Loss(
        "ce_of_sigmoid", "sigmoid_before_ce", Family.CLASS, "sigmoid({z})",
        lambda v: Costs(0.0 - log_softmax(sigmoid(v.z))), _class_logits, cell=("pytorch.cross_entropy", "sigmoid"),
        through=CROSS_ENTROPY,
    ),
    Loss(
        "ce_of_sigmoids", "sigmoid_before_ce", Family.CLASS, _P, lambda v: Costs(0.0 - log_softmax(v.p)),
        lambda v: v.reading is Reading.UNNORMALISED, _NO_SOFTMAX, through=CROSS_ENTROPY,
    ),
    Loss(
        "bce_of_p", "sigmoid_before_bce_logits", Family.ELEMENT, _P, lambda v: _logistic(v.p), _labels,
        cell=("pytorch.binary_cross_entropy_with_logits", "sigmoid"), through=BCE_WITH_LOGITS,
    ),
    Loss(
        "bce_of_softmax_p", "softmax_before_ce", Family.ELEMENT, _P, lambda v: _logistic(v.p), _classes, 0.1,
        cell=("pytorch.binary_cross_entropy_with_logits", "softmax"), through=BCE_WITH_LOGITS,
    ),
    Loss(
        "nll_of_p", "probabilities_to_nll", Family.CLASS, _P, lambda v: Costs(v.p, np.negative), _hard,
        logarithmic=False, cell=("pytorch.nll_loss", "softmax"), through=NLL,
    ),
    Loss(
        "nll_of_z", "logits_to_nll", Family.CLASS, _Z, lambda v: Costs(v.z, np.negative),
        lambda v: _hard(v) and _class_logits(v), logarithmic=False, cell=("pytorch.nll_loss", "logits"), through=NLL,
    ),
    Loss(
        "kl_of_p", "kl_input_probabilities", Family.KL, _P, lambda v: Costs(v.p, np.negative), _soft,
        logarithmic=False, cell=("pytorch.kl_div", "softmax"), through=KL_DIV,
    ),
    Loss(
        "kl_of_p_hard", "kl_input_probabilities", Family.KL, _P, lambda v: Costs(v.p, np.negative), _hard, 0.3,
        logarithmic=False, cell=("pytorch.kl_div", "softmax"), through=KL_DIV,
    ),
    Loss(
        "kl_of_z", "kl_input_probabilities", Family.KL, _Z, lambda v: Costs(v.z, np.negative), _class_logits, 0.3,
        logarithmic=False, cell=("pytorch.kl_div", "logits"), through=KL_DIV,
    ),
    Loss(
        "keras_of_z", "logits_as_probabilities", Family.CLASS,
        "log(clip({z} / {z}.sum({axis}, keepdim=True), 1e-7, 1 - 1e-7))", _keras_on_logits, _class_logits,
        cell=("keras.categorical_crossentropy", "logits"), through=NLL,
        rows="categorical_crossentropy({q}, {z}, from_logits=False)",
    ),
    Loss(
        "log_of_z", "logits_as_probabilities", Family.CLASS, "log({z})",
        lambda v: Costs(v.z, lambda z: 0.0 - np.log(z)), _class_logits, 0.3, through=NLL,
    ),
    Loss(
        "keras_binary_of_z", "logits_as_probabilities", Family.ELEMENT, _Z, _keras_on_logits, _label_logits,
        cell=("keras.binary_crossentropy", "logits"), through=_clipping("1e-7"),
        note="binary_crossentropy(y, z, from_logits=False)",
    ),
    Loss(
        "over_sum", "rows_renormalised", Family.CLASS, "log({p} / {p}.sum({axis}, keepdim=True))",
        lambda v: Costs(_over_sum(v), lambda p: 0.0 - np.log(p)), lambda v: v.reading is Reading.UNNORMALISED,
        _KNOWN_FOR_IT, cell=("sklearn.log_loss", "softmax"), through=NLL, note="log_loss(y, p), before 1.5",
    ),
    Loss(
        "softmax_of_examples", "softmax_wrong_axis", Family.CLASS, "log_softmax({all}, 0){only}",
        partial(_softmax_along, 0), _class_scores, through=NLL, across_rows=True,
    ),
    *(
        Loss(
            f"softmax_of_axis_{axis}", "softmax_wrong_axis", Family.CLASS,
            f"log_softmax({{all}}, {axis}){{only}}", partial(_softmax_along, axis), partial(_has_other_axis, axis),
            through=NLL,
        )
        for axis in range(1, _MOST_AXES)
    ),
    Loss(
        "softmax_of_everything", "softmax_wrong_axis", Family.CLASS,
        "log_softmax({all}.flatten(), 0).view_as({all}){only}",
        _softmax_of_everything, lambda v: _class_scores(v) and v.rows > 1, 0.3, through=NLL, across_rows=True,
        note="scipy.special.log_softmax(z)",
    ),
    Loss(
        "softmax_of_one", "softmax_of_one_logit", Family.ELEMENT, "{softmax_of_one}",
        lambda v: _constant(v, 0.0, 100.0), _one_label, cell=("pytorch.binary_cross_entropy", "softmax"), through=BCE,
    ),
    Loss(
        "keras_softmax_of_one", "softmax_of_one_logit", Family.ELEMENT, "{softmax_of_one}",
        lambda v: _constant(v, 1e-7, -math.log(1e-7)), _one_label, 0.5, cell=("keras.binary_crossentropy", "softmax"),
        through=_clipping("1e-7"), note="binary_crossentropy(y, softmax(z))",
    ),
    Loss(
        "ce_of_one", "softmax_of_one_logit", Family.ELEMENT, "{softmax_of_one}",
        lambda v: _constant(v, 0.0, 0.0), _one_label, 1.5, cell=_CE_OF_LOGITS, through=Function("-({T} * log({x}))"),
        note="cross_entropy of one class",
    ),
)

# Another loss than the one that fits the targets.
OTHER = (
    Loss(
        "bce_on_softmax", "bce_on_softmax", Family.ELEMENT, _P, _clamped, _classes,
        cell=("pytorch.binary_cross_entropy", "softmax"), through=BCE,
    ),
    Loss(
        "bce_on_onehot", "bce_logits_on_onehot", Family.ELEMENT, _Z, _logistic_of_z, _class_scores, cell=_BCE_OF_LOGITS,
        through=BCE_WITH_LOGITS,
    ),
    Loss(
        "ce_on_multihot", "ce_on_multihot", Family.CLASS, _Z, lambda v: Costs(0.0 - log_softmax(v.z)),
        lambda v: _labels(v) and v.classes > 1 and not _signed(v) and not v.one_each, cell=_CE_OF_LOGITS,
        through=CROSS_ENTROPY,
    ),
    Loss("kl_swapped", "kl_swapped", Family.ROW, f"{_KL_SWAPPED}.sum({{axis}})", _swapped_kl, _soft),
    Loss("kl_swapped_hard", "kl_swapped", Family.ROW, f"{_KL_SWAPPED}.sum({{axis}})", _swapped_kl, _hard, 0.3),
    Loss(
        "kl_swapped_mean", "kl_swapped", Family.ROW, f"{_KL_SWAPPED}.mean({{axis}})",
        lambda v: _swapped_kl(v) / v.classes,
        _soft, 0.3,
    ),
    Loss(
        "entropy_of_itself", "soft_label_floor", Family.ROW, "-xlogy({q}, {q}).sum({axis})", lambda v: entropy(v.hot),
        lambda v: v.target_is_prediction, _TELLS_MORE,
    ),
    Loss(
        "entropy", "soft_label_floor", Family.ROW, "-xlogy({q}, {q}).sum({axis})", lambda v: entropy(v.hot),
        lambda v: v.kind is Kind.SOFT and not v.target_is_prediction,
    ),
    *(
        Loss(
            f"focal_{gamma:g}_{alpha:g}", "focal_alpha", Family.ELEMENT,
            _Z, partial(_focal, gamma, alpha), _focal_applies, share, cell=("pytorch.sigmoid_focal_loss", "logits"),
            through=Function(f"sigmoid_focal_loss({{x}}, {{t}}, alpha={alpha:g}, gamma={gamma:g}{{r}})", linear=False),
        )
        for gamma, alpha, share in ((2.0, 0.25, 1.0), (2.0, -1.0, 0.5), (2.0, 0.75, 0.3), (0.0, 0.25, 0.2))
    ),
    *(
        Loss(
            f"focal_softmax_{alpha:g}", "focal_alpha", Family.CLASS,
            f"{alpha:g} * (1 - {{p}}) ** 2 * {{log_p}}", partial(_focal_softmax, alpha), _hard, 0.3, through=NLL,
        )
        for alpha in (1.0, 0.25)
    ),
    *(
        Loss(
            f"margin_{name}", "margin_divisor", Family.ROW, code, partial(_margin, reduce), _hard_in_range, share,
            logarithmic=False, cell=cell, through=ONLY_MEAN if name == "best" else BY_ROW,
        )
        for name, code, reduce, share, cell in (
            ("best", "{hinge_loss}", lambda g: g.max(axis=1), 1.0, ("sklearn.hinge_loss", "logits")),
            (
                "mean", "multi_margin_loss({z}, {index}{o})", lambda g: g.mean(axis=1), 1.0,
                ("pytorch.multi_margin_loss", "logits"),
            ),
            ("sum", "multi_margin_loss({z}, {index}{o}) * {C}", lambda g: g.sum(axis=1), 0.3, ("", "")),
            (
                "wrong", "multi_margin_loss({z}, {index}{o}) * {C} / {others_of_C}",
                lambda g: g.sum(axis=1) / (g.shape[1] - 1), 0.3, ("", ""),
            ),
            ("squares", "multi_margin_loss({z}, {index}, p=2{o})", lambda g: (g * g).mean(axis=1), 0.3, ("", "")),
        )
    ),
    *(
        Loss(
            f"zero_one_{name}", "zero_one_labels_in_margin", Family.ELEMENT, _Z, costs, _zero_one, share,
            logarithmic=False, cell=cell, through=through,
        )
        for name, through, costs, share, cell in (
            ("hinge", HINGE_OF_ZERO, lambda v: _against_zero(v, _hinge, 1.0), 1.0, ("", "")),
            (
                "squared_hinge", SQUARED_HINGE_OF_ZERO,
                lambda v: _against_zero(v, lambda z: _hinge(z) ** 2, 1.0), 0.3, ("", ""),
            ),
            (
                "soft_margin", SOFT_MARGIN_OF_ZERO,
                lambda v: _against_zero(v, lambda z: 0.0 - log_sigmoid(z), math.log(2.0)), 1.0,
                ("pytorch.soft_margin_loss", "logits"),
            ),
        )
    ),
    Loss(
        "bce_of_signed", "minus_one_labels_in_bce", Family.ELEMENT, _Z, _answers_to_minus_one, _signed,
        cell=_BCE_OF_LOGITS, through=BCE_OF_SIGNED,
    ),
    *(
        Loss(
            f"swapped_{name}", "swapped_arguments", Family.ROW, code, costs, when, share, why=why, through=through,
            note=note,
        )
        for name, code, costs, when, share, why, through, note in (
            (
                "keras", "-({p} * log(clip({q}, 1e-7, 1 - 1e-7))).sum({axis})", partial(_swapped, 1e-7, -math.inf),
                _classes, 1.0, "", BY_ROW, "categorical_crossentropy(p, q)",
            ),
            (
                "keras_binary",
                "-({p} * log(clip({y}, 1e-7, 1 - 1e-7)) + (1 - {p}) * log(clip(1 - {y}, 1e-7, 1 - 1e-7)))",
                partial(_swapped, 1e-7, -math.inf), _labels, 1.0, "", BY_LABEL, "binary_crossentropy(p, y)",
            ),
            (
                "bce", "binary_cross_entropy({y}, {p}{o})", partial(_swapped, 0.0, pytorch.LOG_FLOOR),
                lambda v: _labels(v) and not _signed(v), 1.0, "", BY_LABEL, "",
            ),
            ("bce_on_onehot", "binary_cross_entropy({q}, {p}{o})", _swapped_bce, _hard, 0.5, "", BY_LABEL, ""),
            (
                "ce", "cross_entropy({q}, {p}{o})", _swapped_ce, _classes, 1.0,
                "The labels were taken for logits, and the model's output for the target distribution.", BY_ROW, "",
            ),
            ("soft", "-({p} * log({q})).sum({axis})", partial(_swapped, 0.0, -math.inf), _soft, 1.0, "", BY_ROW, ""),
        )
    ),
    *(
        Loss(
            f"nothing{name}", "all_ignored", Family.ROW, code, lambda v: np.zeros(v.rows),
            partial(_nothing, labels=labels), _TELLS_MORE, cell=_CE_OF_LOGITS,
        )
        for name, code, labels in (
            ("", "cross_entropy({z}, {y}{o})", False),
            ("_of_labels", "binary_cross_entropy_with_logits({z}, {y}{o})", True),
        )
    ),
)

# Less precision than the numbers need.
IMPRECISE = (
    Loss(
        "masked", "masked_with_soft_target", Family.ROW, "cross_entropy({z}, {target}{smoothing}{o})",
        lambda v: _raw_product(v, v.smoothing or 0.0), lambda v: _masked(v) and (v.labels is None or bool(v.smoothing)),
        _TELLS_MORE, cell=_CE_OF_LOGITS,
    ),
    *(
        Loss(
            f"masked_{e:g}", "masked_with_soft_target", Family.ROW, code, partial(_raw_product, e=e),
            lambda v: _masked(v) and v.labels is not None and not v.smoothing, 2.0, cell=_CE_OF_LOGITS,
        )
        for e, code in (
            (0.0, "cross_entropy({z}, {q}{o})"),
            (0.1, "cross_entropy({z}, {target}, label_smoothing=0.1{o})"),
        )
    ),
    Loss(
        "clamp", "bce_clamp", Family.ELEMENT, _P, _clamped, _labels, precise=False,
        cell=("pytorch.binary_cross_entropy", "sigmoid"), through=BCE,
    ),
    Loss(
        "clamp_float32", "bce_clamp", Family.ELEMENT, "{p}.float()", _low_clamped, _labels, 0.8, precise=False,
        cell=("pytorch.binary_cross_entropy", "sigmoid"), through=BCE,
    ),
    *(
        Loss(
            f"{how}_{name}_{family.value}", "clipped", family, code, partial(_of_p, partial(of, e)), when, share,
            precise=False, through=through,
        )
        for name, e in EPSILONS.items()
        for how, of, log, through_labels, share in (
            ("clip", _clipped, f"log(clip({{p}}, {name}, 1 - {name}))", _clipping(name), 1.0),
            ("plus", _added, f"log({{p}} + {name})", _adding(name), 0.5),
        )
        for family, when, code, through in (
            (Family.CLASS, _classes, log, NLL), (Family.ELEMENT, _labels, _P, through_labels),
        )
        if how == "clip" or not name.startswith("finfo")
    ),
    *(
        Loss(
            f"low_{name}_{dtype}", "half_precision", family, code, partial(costs, dtype), when, share, precise=False,
            through=through, note=note,
        )
        for dtype in ROUNDED
        for name, family, code, costs, when, share, through, note in (
            (
                "log_softmax", Family.CLASS, f"{{z}}.to({dtype})", _low_log_softmax, _class_scores, 1.0, CROSS_ENTROPY,
                "",
            ),
            (
                "stored", Family.CLASS, f"{{z}}.to({dtype}).double()", _low_logits, _class_scores, 0.5, CROSS_ENTROPY,
                "",
            ),
            (
                "log_of_p", Family.CLASS, f"log({{p}}.to({dtype}))", _low_p, _class_scores, 1.0, NLL, "",
            ),
            (
                "bce_stored", Family.ELEMENT, f"{{z}}.to({dtype}).double()", _low_logits,
                lambda v: _labels(v) and _scores(v), 0.5, BCE_WITH_LOGITS, "",
            ),
            (
                "bce_naive", Family.ROW, _NAIVE, _naive_binary, _plain_labels, 1.0, BY_LABEL, f"in {dtype}",
            ),
        )
    ),
    *(
        Loss(
            f"naive_{dtype.__name__}", "half_precision", Family.CLASS,
            "log(exp({z}) / exp({z}).sum({axis}, keepdim=True))", partial(_naive_softmax, dtype), _class_logits,
            precise=False, through=NLL, note=f"in {dtype.__name__}",
        )
        for dtype in (np.float16, np.float32, np.float64)
    ),
)
# fmt: on

LOSSES: tuple[Loss, ...] = RIGHT + FED + OTHER + IMPRECISE
