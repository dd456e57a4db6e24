"""The search: every pipeline that the tables allow with its value, and which of them give one value always."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from explorer.detective.losses import LOSSES, Loss
from explorer.detective.mistakes import MISTAKES
from explorer.detective.readings import Layout, Problem, View, another_like
from explorer.detective.reductions import REDUCTIONS, SCALES, Reduction, Scale
from explorer.detective.targets import TARGETS, Rows, Target
from explorer.numerics import Array

_MOST_MISTAKES = 2  # in one pipeline
_LEAST_PLAUSIBLE = 2e-4  # a pipeline of two mistakes that is less is not tried
_OF_NOTHING = ("", "all_ignored", "sum_for_mean")  # what there is to find where every row is ignored
_ALIKE = 1e-9  # relative: one value, computed in two ways
_OTHER_PROBLEMS = 2  # random ones, on which a tie must hold too

Ends = tuple[list[tuple[Reduction, tuple[str, ...]]], list[Scale]]
"""Reductions, each with the names of its variants, and scales."""


@dataclasses.dataclass(frozen=True, eq=False)
class Steps:
    """One row of each table, on one reading, and how plausible they are together; the right call is 1."""

    layout: Layout
    loss: Loss
    target: Target
    reduction: Reduction
    scale: Scale
    mistakes: tuple[str, ...]  # the most telling first
    plausibility: float

    @property
    def key(self) -> tuple[object, ...]:
        """What the same steps on another batch have in common with these."""
        layout = self.layout
        return (layout.task, layout.reading, layout.samples, self.loss, self.target, self.reduction, self.scale)


class Pipeline(NamedTuple):
    """Steps, one variant of the target and one of the reduction, and the value that they give."""

    steps: Steps
    target_variant: str
    reduction_variant: str
    value: float
    plausibility: float

    @property
    def key(self) -> tuple[object, ...]:
        """What the same pipeline on another batch has in common with this one."""
        return (*self.steps.key, self.target_variant, self.reduction_variant)

    @property
    def mistakes(self) -> tuple[str, ...]:
        """The mistakes in it, the most telling first."""
        return self.steps.mistakes


class Block(NamedTuple):
    """The values (V, B) of the same steps, for each variant of the target and each of the reduction.

    ``effect``: how far what rounds or clips in them changes the values; infinite where nothing does.
    """

    steps: Steps
    values: Array
    target_variants: tuple[str, ...]
    reduction_variants: tuple[str, ...]
    effect: float

    def pipeline(self, place: int) -> Pipeline:
        """Return the pipeline at a place of the flattened values."""
        target, reduction = divmod(place, self.values.shape[1])
        return Pipeline(
            self.steps,
            self.target_variants[target],
            self.reduction_variants[reduction],
            float(self.values[target, reduction]),
            self.steps.plausibility / self.values.size,
        )

    def pipelines(self) -> Iterator[Pipeline]:
        """Yield all pipelines."""
        return map(self.pipeline, range(self.values.size))


def evaluate_all(
    problem: Problem, layouts: Sequence[Layout], progress: Callable[[float], None] | None = None
) -> list[Block]:
    """Return the values of every pipeline that is plausible enough, on every reading of a problem.

    ``progress`` is called with the part that is done, 0 to 1.
    """
    blocks: list[Block] = []
    steps_done, steps_all = 0, len(layouts) * len(LOSSES)
    with np.errstate(all="ignore"):  # what overflows or has no value is the point of trying it
        for layout in layouts:
            view = layout.view(problem)
            usual: float | None = None
            for loss in LOSSES:
                steps_done += 1
                if not loss.when(view) or not (view.kept.any() or loss.mistake in _OF_NOTHING):
                    continue
                found, mean = _of_loss(view, loss, usual)
                blocks += found
                usual = mean if usual is None else usual
                if progress is not None:
                    progress(steps_done / steps_all)
    if progress is not None:
        progress(1.0)
    return blocks


def _of_loss(view: View, loss: Loss, usual: float | None) -> tuple[list[Block], float | None]:
    """Return the blocks of one loss, and the mean of it: the first one's is what clipping and rounding start from."""
    if view.layout.plausibility * _odds(loss) < _LEAST_PLAUSIBLE:
        return [], None
    blocks: list[Block] = []
    costs = loss.costs(view)
    mean: float | None = None
    effect = np.inf
    nothing = not view.kept.any()
    ends = _ends(view, loss)
    for target in TARGETS:
        if loss.family is not target.family or not target.when(view, loss) or (nothing and target.mistake):
            continue
        mistakes = _distinct(loss.mistake, target.mistake)
        odds = view.layout.plausibility * _odds(loss) * _odds(target)
        variants = target.variants(view)
        if not _worth_trying(mistakes, odds / len(variants)):
            continue
        rows = target.rows(view, costs)
        if mean is None:
            mean = _plain_mean(view, rows, loss)
            if not loss.precise and usual is not None:
                effect = _effect(np.array([usual]), np.array([mean]))
            if effect == 0.0:
                return [], mean
        blocks += _reduced(view, loss, target, rows, variants, odds, effect, ends)
    return blocks, mean


def _ends(view: View, loss: Loss) -> Ends:
    """Return how the rows of a loss can become one number, and on which scales it can stand."""
    nothing = not view.kept.any()
    reductions = [
        (reduction, names)
        for reduction in REDUCTIONS
        if loss.family in reduction.families
        and reduction.when(view, loss)
        and (not nothing or reduction.mistake in _OF_NOTHING)
        and (names := reduction.variants(view))
    ]
    return reductions, [scale for scale in SCALES if scale.when(view, loss) and not (nothing and scale.mistake)]


def _reduced(
    view: View,
    loss: Loss,
    target: Target,
    rows: Rows,
    target_variants: tuple[str, ...],
    odds: float,
    effect: float,
    ends: Ends,
) -> Iterator[Block]:
    width = loss.family.width(view)
    reductions, scales = ends
    for reduction, names in reductions:
        if reduction.by_batch and target.across_rows:
            continue
        mistakes = _distinct(loss.mistake, target.mistake, reduction.mistake)
        here = odds * (_odds(reduction) if reduction.mistake not in (loss.mistake, target.mistake) else 1.0)
        if not _worth_trying(mistakes, here / (len(names) * len(target_variants))):
            continue
        values = reduction.value(view, rows, width)
        for scale in scales:
            all_mistakes = _distinct(*mistakes, scale.mistake)
            plausibility = here * (_odds(scale) if scale.mistake not in mistakes else 1.0)
            if not _worth_trying(all_mistakes, plausibility / values.size):
                continue
            scaled = scale.of(values)
            changed = effect if scale.precise else min(effect, _effect(values, scaled))
            if changed == 0.0:
                continue
            steps = Steps(view.layout, loss, target, reduction, scale, all_mistakes or ("none",), plausibility)
            yield Block(steps, scaled, target_variants, names, changed)


@functools.cache
def _distinct(*mistakes: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(mistake for mistake in mistakes if mistake))


@functools.cache
def _odds(step: Loss | Target | Reduction | Scale) -> float:
    return (MISTAKES[step.mistake].odds if step.mistake else 1.0) * step.share


def _worth_trying(mistakes: tuple[str, ...], plausibility: float) -> bool:
    return len(mistakes) <= 1 or (len(mistakes) <= _MOST_MISTAKES and plausibility >= _LEAST_PLAUSIBLE)


def _plain_mean(view: View, rows: Rows, loss: Loss) -> float:
    losses, counts = rows.variant(0)
    return float(losses.sum() / np.float64(counts.sum() * loss.family.width(view)))


def _effect(before: Array, after: Array) -> float:
    """Return the largest change of a value; from or to a nan it is infinite."""
    changes = np.where((before == after) | (np.isnan(before) & np.isnan(after)), 0.0, np.abs(after - before))
    return float(np.where(np.isnan(changes), np.inf, changes).max())


# ---------------------------------------------------------------------------------------------------------- ties


def values_elsewhere(
    problem: Problem, layouts: Sequence[Layout], pipelines: Sequence[Pipeline]
) -> list[tuple[float, ...]]:
    """Return for each pipeline its values on random problems of the same kind: equal ones are tied always."""
    rng = np.random.default_rng(0)
    columns = []
    with np.errstate(all="ignore"):
        for _ in range(_OTHER_PROBLEMS):
            other = another_like(problem, layouts[0], rng)
            views = {layout: layout.view(other) for layout in layouts}
            columns.append([_value(views[pipeline.steps.layout], pipeline) for pipeline in pipelines])
    return list(zip(*columns, strict=True))


def _value(view: View, pipeline: Pipeline) -> float:
    """Return what a pipeline gives on another view, or nan where it does not exist there."""
    steps = pipeline.steps
    rows = steps.target.rows(view, steps.loss.costs(view))
    row = steps.target.variants(view).index(pipeline.target_variant)
    rows = rows.variant(row)
    width = steps.loss.family.width(view)
    sizes = steps.reduction.variants(view)
    if pipeline.reduction_variant not in sizes:
        return math.nan
    column = sizes.index(pipeline.reduction_variant)
    return float(steps.scale.of(steps.reduction.value(view, rows, width))[0, column])


def alike(first: Sequence[float], second: Sequence[float]) -> bool:
    """Return whether two pipelines gave the same values."""
    return bool(np.allclose(first, second, rtol=_ALIKE, atol=1e-12, equal_nan=True))
