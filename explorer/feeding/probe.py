"""A case with generic logits: it tells an identity from a tie by chance, and a rule of a library from an accident."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from explorer.breakdown import evaluate
from explorer.case import IGNORE_INDEX, Case, Reduction, Setup, Unit
from explorer.dialects.catalogue import FUNCTIONS, Feed
from explorer.feeding.sheet import Sheet
from explorer.numerics import Array, is_same


class Rule(NamedTuple):
    """A rule by which a library's loss is a part of ours: ``factor`` times it is ours, and ``text`` says why."""

    text: str
    factor: float


@dataclasses.dataclass(frozen=True)
class Tie:
    """How a cell compares on generic logits: with the loss, and with the same function fed as it is meant.

    ``rule`` is the place in ``rules`` of that by which it is the loss, or None where it is not by any of them.
    """

    rule: int | None
    twin: bool


def probe_of(case: Case, row: int) -> Case:
    """Return the case with generic logits; where it has no loss to compare with, with generic weights and labels too.

    Its logits depend on their shape alone, lie on both sides of [0, 1], and are far from any that saturate.
    """
    probe = dataclasses.replace(case, logits=2.3 * _waves(case.logits.shape), temperature=1.0, unit=Unit.NATS)
    breakdown = evaluate(probe)
    loss = breakdown.per_example[row] if probe.reduction is Reduction.NONE else breakdown.loss
    if math.isfinite(float(np.asarray(loss))) and loss != 0.0:
        return probe
    return dataclasses.replace(
        probe,
        targets=np.zeros_like(case.targets) if case.has_index_targets else case.targets,
        ignore_index=IGNORE_INDEX,
        weight=None if case.weight is None else 2.0 + _waves(case.weight.shape),
        pos_weight=None if case.pos_weight is None else 2.0 + _waves(case.pos_weight.shape),
    )


def _waves(shape: tuple[int, ...]) -> Array:
    """Numbers between -1 and 1 that have nothing to do with each other."""
    return np.sin(1.0 + 2.0 * np.arange(math.prod(shape))).reshape(shape)


@functools.lru_cache(maxsize=64)
def ties_on(probe: Case, row: int) -> Mapping[tuple[str, Feed], Tie]:
    """Return how every cell compares on a probe, by function and feed.

    The answer is kept, for a probe does not change while logits are edited. Only its loss, or that of ``row`` where
    nothing is reduced, is looked at.
    """
    sheet = Sheet(probe, row)
    factors = [rule.factor for rule in rules(sheet)]
    ties = {}
    for function in FUNCTIONS:
        with np.errstate(all="ignore"):  # logits taken for probabilities, for example
            values = {feed: sheet.run(function, feed).value for feed in Feed}
        meant = values[function.expects(probe.setup)]
        for feed, value in values.items():
            fits = (
                place
                for place, factor in enumerate(factors)
                if value is not None and is_same(value * factor, sheet.loss)
            )
            twin = value is not None and math.isfinite(value) and is_same(value, meant)
            ties[function.id, feed] = Tie(next(fits, None), twin)
    return ties


def rules(sheet: Sheet) -> tuple[Rule, ...]:
    """Return the rules by which a right value can be another number than the loss; the first is none."""
    case, divisor = sheet.case, np.float64(sheet.breakdown.divisor)
    same = Rule("", 1.0)
    if case.setup is Setup.MULTILABEL and case.reduction is not Reduction.MEAN:
        return same, Rule(f"averages over the {case.classes} labels first", float(case.classes))
    if case.reduction is not Reduction.MEAN or case.weight is None or case.setup is Setup.MULTILABEL:
        return (same,)
    rows, by_row = int(case.kept.sum()), sheet.row_weights()
    total = divisor if by_row is None else by_row.sum()
    with np.errstate(divide="ignore", invalid="ignore"):  # where all weights are 0
        return (
            same,
            Rule(f"divides by the {rows} rows, not by the weights, {total:g}", float(rows / divisor)),
            Rule(f"divides by the weights, {total:g}, not by the {rows} rows", float(total / divisor)),
        )
