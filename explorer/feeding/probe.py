"""A case with generic logits: it tells an identity from a tie by chance, and a rule of a library from an accident."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Mapping

import numpy as np

from explorer.breakdown import evaluate
from explorer.case import IGNORE_INDEX, Case, Reduction, Setup, Unit
from explorer.dialects.catalogue import FUNCTIONS, Feed
from explorer.feeding.sheet import Sheet

_SAME = 1e-6  # relative; paths differ in their rounding, mistakes by far more


@dataclasses.dataclass(frozen=True)
class Tie:
    """How a cell compares on generic logits: with the loss, and with the same function fed as it is meant.

    ``factor`` times its value is the loss (None: by no known rule is it), and ``rule`` says why that is not 1.
    """

    factor: float | None
    rule: str
    twin: bool


def probe_of(case: Case, row: int) -> Case:
    """Return the case with generic logits; where it still has no loss to compare with, with generic targets too.

    Its logits depend on their shape alone, lie on both sides of [0, 1], and are far from any that saturate.
    """
    logits = 2.3 * np.sin(1.0 + 2.0 * np.arange(case.logits.size)).reshape(case.logits.shape)
    probe = dataclasses.replace(case, logits=logits, temperature=1.0, unit=Unit.NATS)
    breakdown = evaluate(probe)
    loss = breakdown.per_example[row] if probe.reduction is Reduction.NONE else breakdown.loss
    if math.isfinite(float(np.asarray(loss))) and loss != 0.0:
        return probe
    targets = np.zeros_like(case.targets) if case.has_index_targets else case.targets
    return dataclasses.replace(probe, targets=targets, weight=None, pos_weight=None, ignore_index=IGNORE_INDEX)


@functools.lru_cache(maxsize=64)
def ties_on(probe: Case, row: int) -> Mapping[tuple[str, Feed], Tie]:
    """Return how every cell compares on a probe, by function and feed.

    The answer is kept, for a probe does not change while logits are edited. Only its loss, or that of ``row`` where
    nothing is reduced, is looked at.
    """
    sheet = Sheet(probe, row)
    rules = _rules(sheet)
    ties = {}
    for function in FUNCTIONS:
        with np.errstate(all="ignore"):  # logits taken for probabilities, for example
            values = {feed: sheet.run(function, feed).value for feed in Feed}
        meant = values[function.expects(probe.setup)]
        for feed, value in values.items():
            rule, factor = next(
                ((rule, factor) for rule, factor in rules if value is not None and close(value * factor, sheet.loss)),
                ("", None),
            )
            ties[function.id, feed] = Tie(factor, rule, twin=close(value, meant) and math.isfinite(value or 0.0))
    return ties


def _rules(sheet: Sheet) -> list[tuple[str, float]]:
    """The rules by which a right value is a multiple of the loss of the case."""
    case, divisor = sheet.case, sheet.breakdown.divisor
    rules = [("", 1.0)]
    if case.reduction is not Reduction.MEAN:
        if case.setup is Setup.MULTILABEL:
            rules.append((f"averages over the {case.classes} labels first", float(case.classes)))
    elif case.weight is not None and case.setup is not Setup.MULTILABEL:
        rows = int(case.kept.sum())
        by_row = sheet.row_weights()
        total = divisor if by_row is None else float(by_row.sum())
        rules.append((f"divides by the {rows} rows, not by the weights, {total:g}", rows / divisor))
        rules.append((f"divides by the weights, {total:g}, not by the {rows} rows", total / divisor))
    return rules


def close(value: float | None, other: float | None, absolute: float = 0.0) -> bool:
    """Whether two values are one number, within a millionth of it; nan is nan, and None is nothing."""
    if value is None or other is None:
        return False
    if math.isnan(value) and math.isnan(other):
        return True
    return math.isclose(value, other, rel_tol=_SAME, abs_tol=absolute)
