"""The second step of a pipeline, as a table: what the costs are multiplied with.

Every loss here is linear in its target, so one table of costs serves all targets, smoothed, shifted, weighted or not.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple

import numpy as np

from explorer.detective.losses import EPSILONS, Answers, Costs, Family, Loss
from explorer.detective.readings import Kind, Reading, Task, View
from explorer.numerics import Array, Indices, entropy

SMOOTHINGS = (0.1, 0.05, 0.2, 0.01, 0.15, 0.3)  # tried where none is given
_MOST_PERMUTED = 6  # classes of which every order is tried: 720 orders
_MOST_SWAPS = 200_000  # entries that exchanging every two of more classes may take


class Rows(NamedTuple):
    """Weighted losses (V, M) of V variants of a target, and what each row counts in the mean, (M,) or by variant."""

    losses: Array
    counts: Array

    def variant(self, place: int) -> Rows:
        """Return the rows of one variant."""
        return Rows(self.losses[place : place + 1], self.counts if self.counts.ndim == 1 else self.counts[place])


class Smoothed(Enum):
    """Which label smoothing a target has."""

    GIVEN = "given"
    VARIANT = "variant"
    NONE = "none"


@dataclasses.dataclass(frozen=True, eq=False)
class Target:
    """What the costs are multiplied with: ``rows`` takes what the loss gave.

    Where a target has V variants, ``variants`` names them. In code ``index`` is the class that is picked instead of
    the label, ``q`` or for labels ``y`` what stands for the target, ``e`` how it is smoothed (``smoothing``),
    ``weights`` which ones there are: those given ("classes"), the label's own ("label"), "exchanged", or
    "none". ``wrap`` is what a variant does with the rows, ``note`` a comment. ``ordered``: the variant is an order of
    the columns.
    ``counts_ignored``: no row is ignored. ``across_rows``: a row's target depends on the others.
    """

    key: str
    mistake: str
    family: Family
    rows: Callable[[View, Any], Rows]
    when: Callable[[View, Loss], bool]
    share: float = 1.0
    variants: Callable[[View], tuple[str, ...]] = lambda _: ("",)
    index: str = ""
    q: str = ""
    y: str = ""
    e: Smoothed = Smoothed.GIVEN
    weights: str = "classes"
    wrap: Mapping[str, str] = dataclasses.field(default_factory=dict)
    note: str = ""
    ordered: bool = False
    counts_ignored: bool = False
    across_rows: bool = False

    def smoothing(self, view: View, variant: str) -> float:
        """Return the label smoothing in one variant."""
        if self.e is Smoothed.VARIANT:
            return float(variant)
        return view.smoothing or 0.0 if self.e is Smoothed.GIVEN else 0.0


# -------------------------------------------------------------------------------------------- classes, one or soft


def _smoothing(view: View) -> float:
    return view.smoothing or 0.0


def _counted(view: View, losses: Array, counts: Array | None = None) -> Rows:
    """Return losses with ignored rows as 0, which count nothing."""
    counts = np.ones(view.rows) if counts is None else counts
    return Rows(np.where(view.kept, np.atleast_2d(losses), 0.0), np.where(view.kept, counts, 0.0))


def _stacked(rows: Sequence[Rows]) -> Rows:
    return Rows(np.concatenate([each.losses for each in rows]), np.stack([each.counts for each in rows]))


def _class_rows(view: View, costs: Costs, e: float, **how: Any) -> Rows:
    hard = view.task is Task.CLASSES and (view.hard or "index" in how)
    return _hard_rows(view, costs, e, **how) if hard else _soft_rows(view, costs, e, **how)


def _hard_rows(
    view: View, costs: Costs, e: float, *, weights: str = "classes", others: bool = False, index: Indices | None = None
) -> Rows:
    """Return the costs of the labels, with a share e for every class, or for every ``others``.

    ``weights``: "classes" weighs the smooth term by each class's own weight, as PyTorch does, "label" by the label's;
    "none" leaves weights out.
    """
    index = view.index if index is None else index
    at = costs.at(index)
    counts = np.ones(view.rows)
    if weights != "none" and view.class_weight is not None:
        counts = view.class_weight[index]
    elif weights != "none" and view.sample_weight is not None:
        counts = view.sample_weight
    losses = counts * at
    if e:
        own = view.class_weight if weights == "classes" else None
        spread = counts * costs.total if own is None else costs.table @ own
        share = (spread - losses) / (view.classes - 1) if others else spread / view.classes
        losses = (1.0 - e) * losses + e * share
    # PyTorch takes one-hot targets for distributions, whose mean divides by the rows.
    by_rows = view.kind is Kind.ONE_HOT and view.class_weight is not None
    return _counted(view, losses, None if by_rows else counts)


def _soft_rows(view: View, costs: Costs, e: float, *, weights: str = "classes") -> Rows:
    """Return the costs under a distribution; 0 * inf is 0."""
    q = (1.0 - e) * view.hot + e / view.classes if e else view.hot
    terms = np.where(q == 0.0, 0.0, q * costs.table)
    if weights != "none" and view.class_weight is not None:
        terms *= view.class_weight
    losses = terms.sum(axis=1)
    if weights != "none" and view.sample_weight is not None:
        return _counted(view, losses * view.sample_weight, view.sample_weight)
    return _counted(view, losses)


def _kl_rows(view: View, costs: Costs, e: float) -> Rows:
    if view.hard and not e:
        return _counted(view, costs.at(view.index))
    q = (1.0 - e) * view.hot + e / view.classes if e else view.hot
    return _counted(view, np.where(q == 0.0, 0.0, q * costs.table).sum(axis=1) - entropy(q))


def _normalised(view: View) -> View:
    return dataclasses.replace(view, q=np.nan_to_num(view.hot / view.hot.sum(axis=1, keepdims=True)))


def _one_sided(view: View) -> tuple[float, ...]:
    """Return the smoothing that only one side has: none where it is given, else the common ones."""
    return (0.0,) if view.smoothing else SMOOTHINGS


def _tried(view: View) -> tuple[float, ...]:
    return (view.smoothing,) if view.smoothing else SMOOTHINGS


def _mixed(rows: Callable[[float], Rows], smoothings: Sequence[float]) -> Rows:
    """Return rows for several smoothings, of which they are linear functions."""
    hard = rows(0.0)
    if not any(smoothings):
        return hard
    spread = rows(1.0).losses
    e = np.array(smoothings)[:, np.newaxis]
    return Rows((1.0 - e) * hard.losses + e * spread, hard.counts)


def _one_sided_rows(view: View, costs: Any) -> Rows:
    smoothed = _element_rows if isinstance(costs, Answers) else _class_rows
    return _mixed(lambda e: smoothed(view, costs, e), _one_sided(view))


def _others_rows(view: View, costs: Costs) -> Rows:
    return _mixed(lambda e: _hard_rows(view, costs, e, others=True), _tried(view))


def shortest(value: float) -> str:
    """Return a smoothing or what it leaves as it would be written, without the rounding of its last digit."""
    return f"{value:.12g}"


def _one_sided_names(view: View) -> tuple[str, ...]:
    return tuple(map(shortest, _one_sided(view)))


def _tried_names(view: View) -> tuple[str, ...]:
    return tuple(map(shortest, _tried(view)))


# ---------------------------------------------------------------------------------------------------------- labels


_SHIFTED = ("({index} + 1) % {C}", "({index} - 1) % {C}", "clip({index} + 1, 0, {last})")


def _shifted_rows(view: View, costs: Costs) -> Rows:
    up, classes = view.index + 1, view.classes
    shifted = (up % classes, (up - 2) % classes, np.minimum(up, classes - 1))
    return _stacked([_hard_rows(view, costs, _smoothing(view), index=index) for index in shifted])


def _raw(view: View) -> Indices:
    """Return the class indices as they were given; 0 for ignored rows."""
    return view.index if view.labels is None else np.where(view.kept, view.labels, 0)


def _out_of_range_rows(view: View, costs: Costs) -> Rows:
    """Return what labels of -1 or C give: moved back into range, wrapped round, clipped, costing nothing, or nan."""
    raw, classes = _raw(view), view.classes
    moved = (raw + (1 if raw.min() < 0 else -1)) % classes, raw % classes, np.clip(raw, 0, classes - 1)
    rows = [_hard_rows(view, costs, _smoothing(view), index=index) for index in moved]
    inside = (raw >= 0) & (raw < classes)
    rows += [rows[1]._replace(losses=np.where(inside, rows[1].losses, fill)) for fill in (0.0, np.nan)]
    return _stacked(rows)


_ZERO, _NAN = "{index} % {C}", "({index} % {C})"  # one index, but for what an index out of range costs
_INSIDE = "where((0 <= {index}) & ({index} < {C}), {rows}, %s)"
_FILLED = {_ZERO + " ": _INSIDE % "0", _NAN: _INSIDE % 'float("nan")'}


def _out_of_range_names(view: View) -> tuple[str, ...]:
    back = "({index} + 1) % {C}" if _raw(view).min() < 0 else "({index} - 1) % {C}"
    return back, _ZERO, "clip({index}, 0, {last})", *_FILLED


@functools.cache
def _orders(classes: int, *, swaps: bool) -> Indices:
    """Return the orders (V, C) in which the columns may have been meant, the right one left out."""
    right = np.arange(classes)
    if classes <= _MOST_PERMUTED:
        return np.array(list(itertools.permutations(range(classes)))[1:])
    as_text = np.argsort([str(k) for k in right])  # 0, 1, 10, 11, 2, ...
    orders = [right[::-1], as_text, np.argsort(as_text), np.roll(right, 1), np.roll(right, -1)]
    if swaps:
        for pair in itertools.combinations(range(classes), 2):
            swapped = right.copy()
            swapped[list(pair)] = pair[::-1]
            orders.append(swapped)
    different = np.unique(np.array(orders), axis=0)
    return different[(different != right).any(axis=1)]


def _orders_of(view: View) -> Indices:
    return _orders(view.classes, swaps=_swaps(view))


def _swaps(view: View) -> bool:
    return math.comb(view.classes, 2) * view.rows <= _MOST_SWAPS


def _ordered_rows(view: View, costs: Costs) -> Rows:
    """Return the costs with the columns in every order, clipped as scikit-learn clips."""
    epsilon = EPSILONS["finfo(float64).eps"]
    losses = np.clip(costs.at(_orders_of(view)[:, view.index]), -math.log1p(-epsilon), -math.log(epsilon))
    return Rows(np.where(view.kept, losses * view.label_weights, 0.0), view.label_weights)


@functools.cache
def _named_orders(classes: int, *, swaps: bool) -> tuple[str, ...]:
    orders = _orders(classes, swaps=swaps).tolist()
    return tuple(", ".join(map(str, order)) for order in orders)


def _order_names(view: View) -> tuple[str, ...]:
    return _named_orders(view.classes, swaps=_swaps(view))


def _unignored_rows(view: View, costs: Costs) -> Rows:
    everything = dataclasses.replace(view, kept=np.ones_like(view.kept))
    return _hard_rows(everything, costs, _smoothing(view), index=view.labels)


# --------------------------------------------------------------------------------------------- a yes or no a label


def _element_rows(
    view: View,
    costs: Answers,
    e: float = 0.0,
    *,
    y: Array | None = None,
    weighted: bool = True,
    exchanged: bool = False,
) -> Rows:
    """Return the cost of yes where y is 1, of no where it is 0, and their mix between, summed over a row's labels.

    ``exchanged``: weight and pos_weight each in the other's place.
    """
    weight, pos_weight = (view.label_weight, view.pos_weight) if weighted else (None, None)
    if exchanged:
        weight, pos_weight = pos_weight, weight
    one_yes = view.hard or (view.one_each and weight is None)
    if y is None and not e and one_yes and pos_weight is None:
        return _counted(view, _one_yes(view, costs, weight))
    if y is None:
        y = view.hot * (1.0 - e) + e / _outcomes(view) if e else view.hot
    terms = np.where(y == 0.0, 0.0, y * costs.yes.table)
    if pos_weight is not None:
        terms *= pos_weight
    terms += np.where(y == 1.0, 0.0, (1.0 - y) * costs.no.table)
    if weight is not None:
        terms *= weight
    return _counted(view, terms.sum(axis=1))


def _one_yes(view: View, costs: Answers, weight: Array | None) -> Array:
    """Return the costs (M,) of one yes and C - 1 times no a row: the same as below, without (M, C) in between."""
    row = np.arange(view.rows)
    no = costs.no.table.copy()
    no[row, view.index] = 0.0
    yes = costs.yes.at(view.index)
    if weight is None:
        return no.sum(axis=1) + yes
    if weight.ndim == 1:
        return no @ weight + yes * weight[view.index]
    return (no.sum(axis=1) + yes) * weight[:, 0]


def _outcomes(view: View) -> float:
    """Return among how many outcomes a smoothed target shares: yes and no for a label, else the classes."""
    return 2.0 if view.task is Task.LABELS else float(view.classes)


def _broadcast_rows(view: View, costs: Answers) -> Rows:
    """Return for each score its mean over all labels; the loss being linear in the label, that of the mean label."""
    mean = view.hot[view.kept].mean(axis=0)
    return _element_rows(view, costs, y=np.broadcast_to(mean, view.hot.shape))


# ------------------------------------------------------------------------------------------------------- the table


def _given(view: View, _: Loss) -> bool:
    return view.in_range and view.kind is not Kind.UNNORMALISED


def _unnormalised(view: View, _: Loss) -> bool:
    return view.kind is Kind.UNNORMALISED


def _hard(view: View, _: Loss) -> bool:
    return view.hard and view.in_range


def _smoothed_by_weights(view: View, _: Loss) -> bool:
    return view.hard and view.in_range and view.class_weight is not None and bool(view.smoothing)


def _out_of_range(view: View, _: Loss) -> bool:
    return not view.in_range


def _any_order(view: View, loss: Loss) -> bool:
    return _hard(view, loss) and not loss.mistake and view.reading is not Reading.COLUMNS


def _one_zero_one(view: View, loss: Loss) -> bool:
    return view.kind is Kind.HARD and view.classes == 1 and not loss.mistake


def _zero_one(view: View, loss: Loss) -> bool:
    return view.kind is Kind.HARD and loss.logarithmic


def _column(view: View, _: Loss) -> bool:
    return view.classes == 1 and int(view.kept.sum()) > 1


def _index_in_range(view: View, _: Loss) -> bool:
    in_range = view.labels is not None and view.in_range and 0 <= view.ignore_index < view.classes
    return in_range and not view.kept.all()


def _weighted(view: View, loss: Loss) -> bool:
    return view.weighted and _given(view, loss)


def _weighted_labels(view: View, _: Loss) -> bool:
    return view.task is Task.LABELS and (view.weighted or view.pos_weight is not None)


def _only_weight(view: View, _: Loss) -> bool:
    return view.task is Task.LABELS and view.weighted and view.pos_weight is None


_NORMALISED = "{q} / {q}.sum({axis}, keepdim=True)"
_OTHERS = "(1 - {variant}) * {q} + {variant} / {others_of_C} * (1 - {q})"

# fmt: off
TARGETS: tuple[Target, ...] = (
    Target("given", "", Family.CLASS, lambda v, c: _class_rows(v, c, _smoothing(v)), _given),
    Target("given", "", Family.KL, lambda v, c: _kl_rows(v, c, _smoothing(v)), _given),
    Target("given", "", Family.ELEMENT, lambda v, c: _element_rows(v, c, _smoothing(v)), _given),
    Target("given", "", Family.ROW, _counted, lambda *_: True),
    # ---- distributions that do not sum to 1: right once they do
    Target(
        "normalised", "", Family.CLASS, lambda v, c: _class_rows(_normalised(v), c, _smoothing(v)), _unnormalised,
        q=_NORMALISED,
    ),
    Target(
        "normalised", "", Family.KL, lambda v, c: _kl_rows(_normalised(v), c, 0.0), _unnormalised, q=_NORMALISED,
        e=Smoothed.NONE,
    ),
    Target("raw", "target_not_normalised", Family.CLASS, lambda v, c: _class_rows(v, c, _smoothing(v)), _unnormalised),
    Target(
        "raw", "target_not_normalised", Family.KL, lambda v, c: _kl_rows(v, c, 0.0), _unnormalised, e=Smoothed.NONE,
    ),
    Target("raw", "target_not_normalised", Family.ELEMENT, _element_rows, _unnormalised, e=Smoothed.NONE),
    # ---- smoothing
    Target(
        "smoothed", "smoothing_with_weights", Family.CLASS, lambda v, c: _class_rows(v, c, _smoothing(v)),
        _smoothed_by_weights,
    ),
    Target(
        "smoothed_by_label", "smoothing_with_weights", Family.CLASS,
        lambda v, c: _class_rows(v, c, _smoothing(v), weights="label"), _smoothed_by_weights, 0.5, weights="label",
        note="the smooth term weighed by the label's weight",
    ),
    Target(
        "one_sided", "smoothing_ignored", Family.CLASS, _one_sided_rows, _given, variants=_one_sided_names,
        e=Smoothed.VARIANT,
    ),
    Target(
        "one_sided", "smoothing_ignored", Family.ELEMENT, _one_sided_rows, _given, variants=_one_sided_names,
        e=Smoothed.VARIANT,
    ),
    Target(
        "others", "smoothing_over_others", Family.CLASS, _others_rows, _hard, variants=_tried_names, q=_OTHERS,
        e=Smoothed.NONE,
    ),
    # ---- labels
    Target(
        "shifted", "label_off_by_one", Family.CLASS, _shifted_rows, _hard, variants=lambda _: _SHIFTED,
        index="{variant}",
    ),
    Target(
        "moved", "label_off_by_one", Family.CLASS, _out_of_range_rows, _out_of_range, 5.0,
        variants=_out_of_range_names, index="{variant}", wrap=_FILLED,
    ),
    Target(
        "ordered", "sklearn_label_order", Family.CLASS, _ordered_rows, _any_order, variants=_order_names,
        e=Smoothed.NONE, ordered=True,
    ),
    Target(
        "ordered", "sklearn_label_order", Family.ELEMENT, lambda v, c: _element_rows(v, c, y=1.0 - v.hot),
        _one_zero_one, y="1 - {y}", e=Smoothed.NONE,
    ),
    Target(
        "signed", "minus_one_labels_in_bce", Family.ELEMENT, lambda v, c: _element_rows(v, c, y=2.0 * v.hot - 1.0),
        _zero_one, y="2 * {y} - 1", e=Smoothed.NONE,
    ),
    Target(
        "broadcast", "broadcast", Family.ELEMENT, _broadcast_rows, _column, y="full_like({scores}, {y}.mean())",
        e=Smoothed.NONE, note="what (N, 1) against (N,) comes to", across_rows=True,
    ),
    Target(
        "unignored", "ignored_in_divisor", Family.CLASS, _unignored_rows, _index_in_range, 0.5, counts_ignored=True,
    ),
    # ---- weights
    Target(
        "unweighted", "weighted_mean_divisor", Family.CLASS,
        lambda v, c: _class_rows(v, c, _smoothing(v), weights="none"), _weighted, 0.3, weights="none",
        note="without the weights",
    ),
    Target(
        "unweighted", "weight_for_pos_weight", Family.ELEMENT,
        lambda v, c: _element_rows(v, c, _smoothing(v), weighted=False), _weighted_labels, 0.3, weights="none",
        note="without the weights",
    ),
    Target(
        "exchanged", "weight_for_pos_weight", Family.ELEMENT,
        lambda v, c: _element_rows(v, c, _smoothing(v), exchanged=True), _weighted_labels, weights="exchanged",
    ),
    Target(
        "weight", "weight_for_pos_weight", Family.ELEMENT, lambda v, c: _element_rows(v, c, _smoothing(v)),
        _only_weight,
    ),
)
# fmt: on
