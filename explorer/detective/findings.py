"""From the values of all pipelines to findings: those that match, ranked, tied and put into words."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np

from explorer.detective.calls import code
from explorer.detective.mistakes import MISTAKES, NONE, NOT_REPRODUCED, facts
from explorer.detective.observed import Observed
from explorer.detective.readings import Layout, Problem
from explorer.detective.search import Block, Pipeline, alike, values_elsewhere
from explorer.detective.wording import CHECK, close, explanation, fix, not_reproduced, tie_reason
from explorer.numerics import Array

_NEAREST = 3
# What PyTorch does and people do not expect: it does not change the right call's value.
_COMPOUND = 2
_REMARKS = frozenset({"weighted_mean_divisor", "smoothing_with_weights"})
_NEAREST_TRIED = 300  # of which the three best mistakes are taken
_PER_MISTAKE = 3  # pipelines of one mistake that are compared with those of the others
_SECOND = 0.9  # a mistake beside a more telling one in the same pipeline
_ROUNDED_BY_HAND = 1e-3  # how far published values are off where intermediate results were rounded
_NEIGHBOURHOOD = 0.25  # around the observed value, relative and absolute, where the density of values is counted
_ONE_VALUE = 1e-9  # relative: values nearer than this are one

Ranked = tuple[str, Pipeline, float]
"""A mistake, its best pipeline, and how plausible that is."""


@dataclasses.dataclass(frozen=True)
class Finding:
    """One explanation of an observed value.

    ``mistake`` is a key of ``MISTAKES``, "none" where the call is right, and ``title`` its name. ``pipeline`` is what
    was computed and ``fix`` what to write instead, as code. ``value`` is what the pipeline gives, ``distance`` how far
    that is from the observed value, and ``matches`` whether it rounds to it. ``tied_with`` names the mistakes that give
    the same value on all inputs of this kind, for the reason in ``tie``. ``also`` names another mistake in the same
    pipeline, ``reading`` how the inputs were read. ``plausibility`` is how common and simple this is, the right call
    being 1. ``function`` and ``feed`` name a function of a library and what it was fed, or are empty.

    Where no pipeline gives a value that is not finite, or comes near a finite one, ``mistake`` is "not_reproduced",
    ``pipeline`` the right call and ``fix`` what to check.
    """

    mistake: str
    title: str
    pipeline: str
    value: float
    fix: str
    explanation: str
    tied_with: tuple[str, ...]
    tie: str
    also: tuple[str, ...]
    reading: str
    matches: bool
    distance: float
    plausibility: float
    function: str
    feed: str


@dataclasses.dataclass(frozen=True)
class Report:
    """The findings, best first, and what they are worth.

    ``chance``: how likely some pipeline gives an unrelated value in this place, 0 to 1. ``pipelines``: how many were
    tried. ``decimals``: how many decimals of the observed values are known; of several the least.
    """

    findings: tuple[Finding, ...]
    chance: float
    pipelines: int
    decimals: int


@dataclasses.dataclass(frozen=True, eq=False)
class Batch:
    """One observed value, what it was computed from, and what every pipeline gives for it."""

    observed: Observed
    problem: Problem
    layouts: Sequence[Layout]
    blocks: Sequence[Block]

    @cached_property
    def values(self) -> Array:
        """The values of all pipelines, in one row."""
        return np.concatenate([block.values.ravel() for block in self.blocks])

    def right(self, layout: Layout) -> float | None:
        """Return what the right call gives on one reading."""
        rights = (b.values[0, 0] for b in self.blocks if b.steps.mistakes == (NONE,) and b.steps.layout is layout)
        return next(map(float, rights), None)

    def usual(self) -> Pipeline:
        """Return the right call on the likeliest reading, or the most plausible pipeline where no call is right."""
        return max(self.blocks, key=lambda b: (b.steps.mistakes == (NONE,), b.steps.plausibility)).pipeline(0)

    def matching(self) -> list[Pipeline]:
        """Return the pipelines that give the observed value."""
        return self._pick(np.flatnonzero(self.observed.matches(self.values)))

    def nearest(self, most: int) -> list[Pipeline]:
        """Return the pipelines that come nearest; of those a rounded intermediate away, the most plausible.

        None is near nan or infinity, and none near anything where it gives them.
        """
        odds = np.concatenate([np.full(b.values.size, b.steps.plausibility / b.values.size) for b in self.blocks])
        distances = self.observed.distances(self.values)
        close = distances <= _ROUNDED_BY_HAND
        with np.errstate(over="ignore"):
            effort = (distances + self.observed.tolerance + 1e-12) / odds
        nearest = np.lexsort((np.where(close, effort, distances), ~close))[:most]
        return self._pick(nearest[np.isfinite(distances[nearest])])

    def chance(self) -> float:
        """Return how likely some pipeline gives an unrelated value as near as this, from the density around it."""
        if not math.isfinite(self.observed.value):
            return 0.0  # nan and infinity have no neighbours
        values = np.unique(self.values[np.isfinite(self.values)])
        reach = _NEIGHBOURHOOD * (1.0 + abs(self.observed.value))
        near = values[np.abs(values - self.observed.value) <= reach]
        distinct = 1 + int((np.diff(near) > _ONE_VALUE * reach).sum()) if near.size else 0
        window = 2.0 * min(self.observed.tolerance, reach)
        return -math.expm1(-distinct * window / (2.0 * reach))

    def _pick(self, places: Iterable[int]) -> list[Pipeline]:
        ends = np.cumsum([block.values.size for block in self.blocks])
        found = []
        for place in places:
            block_number = int(np.searchsorted(ends, place, side="right"))
            block = self.blocks[block_number]
            found.append(block.pipeline(int(place - ends[block_number] + block.values.size)))
        return found


def findings_of(batches: Sequence[Batch]) -> Report:
    """Return the report on one batch, or on several that went through the same pipeline."""
    first = batches[0]
    found = first.matching()
    for batch in batches[1:]:
        keys = {pipeline.key for pipeline in batch.matching()}
        found = [pipeline for pipeline in found if pipeline.key in keys]
    found = _simplest(found)
    matches = bool(found)
    if not matches:
        found = _nearest(batches)
    ranked = _best_of_each(found) if matches else _first_of_each(first.observed, found)
    return Report(
        tuple(_words(first, ranked, found, matches=matches)) or (_not_reproduced(batches),),
        math.prod(batch.chance() for batch in batches),
        sum(block.values.size for block in first.blocks),
        min(batch.observed.decimals for batch in batches),
    )


def _simplest(found: Sequence[Pipeline]) -> list[Pipeline]:
    """Leave out the pipelines that need a mistake more than another one does; but some are worth a word even so."""
    enough: dict[frozenset[str], float] = {}
    for pipeline in found:
        needed = _needed(pipeline)
        enough[needed] = max(enough.get(needed, 0.0), pipeline.plausibility)
    return [
        pipeline
        for pipeline in found
        if len(_needed(pipeline)) < _COMPOUND
        or not any(fewer < _needed(pipeline) and odds >= pipeline.plausibility for fewer, odds in enough.items())
    ]


def _needed(pipeline: Pipeline) -> frozenset[str]:
    return frozenset(pipeline.mistakes) - _REMARKS - {NONE}


def _nearest(batches: Sequence[Batch]) -> list[Pipeline]:
    """Return the pipelines nearest to the first observed value that exist for the other batches too."""
    found = batches[0].nearest(_NEAREST_TRIED) if math.isfinite(batches[0].observed.value) else []
    for batch in batches[1:]:
        keys = {pipeline.key for block in batch.blocks for pipeline in block.pipelines()}
        found = [pipeline for pipeline in found if pipeline.key in keys]
    return found


def _best_of_each(found: Sequence[Pipeline]) -> list[Ranked]:
    """Return each mistake with its most plausible pipeline, the best first."""
    best: dict[str, Ranked] = {}
    for pipeline in found:
        for rank, mistake in enumerate(pipeline.mistakes):
            plausibility = pipeline.plausibility * _SECOND**rank
            if mistake not in best or plausibility > best[mistake][2]:
                best[mistake] = (mistake, pipeline, plausibility)
    return sorted(best.values(), key=lambda each: -each[2])


def _first_of_each(observed: Observed, found: Sequence[Pipeline]) -> list[Ranked]:
    """Return the first three mistakes, each with the pipeline that brought it, the nearest first."""
    first: dict[str, Ranked] = {}
    for pipeline in found:
        mistake = pipeline.mistakes[0]
        first.setdefault(mistake, (mistake, pipeline, pipeline.plausibility))
    return sorted(list(first.values())[:_NEAREST], key=lambda each: observed.distance(each[1].value))


def _ties(batch: Batch, found: Sequence[Pipeline], ranked: Sequence[Ranked]) -> dict[str, tuple[str, ...]]:
    """Return for each mistake those that always give its value, decided on random problems of the same kind."""
    by_mistake: dict[str, list[Pipeline]] = {mistake: [] for mistake, _, _ in ranked}
    for pipeline in sorted(found, key=lambda each: -each.plausibility):
        for mistake in pipeline.mistakes:
            if len(by_mistake[mistake]) < _PER_MISTAKE:
                by_mistake[mistake].append(pipeline)
    compared = list(dict.fromkeys(pipeline for each in by_mistake.values() for pipeline in each))
    values = dict(zip(compared, values_elsewhere(batch.problem, batch.layouts, compared), strict=True))
    return {
        mistake: tuple(
            other
            for other, others in by_mistake.items()
            if other != mistake
            and any(mistake not in each.mistakes and alike(values[best], values[each]) for each in others)
        )
        for mistake, best, _ in ranked
    }


def _words(batch: Batch, ranked: Sequence[Ranked], found: Sequence[Pipeline], *, matches: bool) -> list[Finding]:
    tied = _ties(batch, found, ranked) if matches else {}
    views = {layout: layout.view(batch.problem) for layout in {pipeline.steps.layout for _, pipeline, _ in ranked}}
    findings = []
    for mistake, pipeline, plausibility in ranked:
        view = views[pipeline.steps.layout]
        right = batch.right(pipeline.steps.layout)
        known = facts(view, right)
        text = explanation(mistake, pipeline, view, known, right)
        title = MISTAKES[mistake].title
        if mistake == NONE and not matches:
            title, text = "The right call", "This is what the right call gives."
        distance = batch.observed.distance(pipeline.value)
        together = tied.get(mistake, ())
        findings.append(
            Finding(
                mistake=mistake,
                title=title,
                pipeline=code(pipeline, view),
                value=pipeline.value,
                fix=fix(mistake, pipeline, view, known),
                explanation=text if matches else f"{close(distance)} {text}",
                tied_with=together,
                tie=tie_reason(mistake, together, view),
                also=tuple(other for other in pipeline.mistakes if other != mistake),
                reading=view.reading.value,
                matches=matches,
                distance=distance,
                plausibility=plausibility,
                function=pipeline.steps.loss.cell[0],
                feed=pipeline.steps.loss.cell[1],
            )
        )
    return findings


def _not_reproduced(batches: Sequence[Batch]) -> Finding:
    """Return the finding that there is none: an answer in the form of the others."""
    first = batches[0]
    pipeline = first.usual()
    view = pipeline.steps.layout.view(first.problem)
    right = pipeline.value if pipeline.mistakes == (NONE,) else None
    title, text = not_reproduced(first.observed.value, right, len(batches))
    return Finding(
        mistake=NOT_REPRODUCED,
        title=title,
        pipeline=code(pipeline, view),
        value=pipeline.value,
        fix=CHECK,
        explanation=text,
        tied_with=(),
        tie="",
        also=(),
        reading=view.reading.value,
        matches=False,
        distance=first.observed.distance(pipeline.value),
        plausibility=pipeline.plausibility,
        function=pipeline.steps.loss.cell[0],
        feed=pipeline.steps.loss.cell[1],
    )
