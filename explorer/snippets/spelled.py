"""The loss spelled out with arrays, where a library has no option for what a case asks for."""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from explorer.breakdown import evaluate
from explorer.case import Case, Reduction, Setup, Unit
from explorer.numerics import Array
from explorer.snippets.rounding import largest_logit, largest_weight
from explorer.snippets.script import divide_by_temperature, ignores, is_plain, literal, without_temperature


@dataclasses.dataclass(frozen=True)
class Arrays:
    """Arrays of NumPy's kind: their module, and how minus the logarithms of all probabilities are written."""

    module: str
    nll: str  # multi-class
    nll_yes: str  # binary and multi-label: -log p
    nll_no: str  # -log(1 - p)
    axis: str = "axis"  # what the argument is called
    shifts: bool = False  # the line for nll takes ``shifted`` logits, whose largest is 0


def spelled_out(case: Case, arrays: Arrays) -> list[str]:
    """Write the loss of a case as sums of -log p."""
    if case.setup is not Setup.MULTICLASS:
        reduced = reduce_losses(case, arrays.axis)
        return [*divide_by_temperature(case), *binary_terms(case, arrays), *reduced]
    steps = divide_by_temperature(case)
    if arrays.shifts:
        shifted = "logits - logits.max(axis=1, keepdims=True)"
        # Shifted first, so that no temperature is too small, as in ``evaluate``.
        divided = f"({shifted}) / {literal(case.temperature)}  # temperature"
        steps = [f"shifted = {divided if steps else shifted}"]
    return [*steps, arrays.nll, *_class_terms(case, arrays.module), *reduce_losses(case)]


def _class_terms(case: Case, module: str) -> list[str]:
    weight = "" if case.weight is None else "weight * "
    infinite = any(np.isinf(evaluate(same).nll).any() for same in (case, without_temperature(case)))
    steps = keep_rows(case, module)
    if is_plain(case):
        if infinite and case.weight is not None and not case.weight.all():
            steps += _costs_nothing({"nll": "weight"}, module)
        weight = weight.replace("weight", "weight[targets]")
        steps.append(f"losses = {weight}nll[{module}.arange(len(targets)), targets]")
    else:
        q = "q" if case.label_smoothing else "targets"
        steps += [f"q = {module}.eye({case.classes})[targets]"] if case.has_index_targets else []
        if case.label_smoothing:
            e, old = literal(case.label_smoothing), "q" if case.has_index_targets else "targets"
            steps.append(f"q = (1 - {e}) * {old} + {e} / {case.classes}  # label smoothing")
        steps += _costs_nothing({"nll": f"{weight}{q}"}, module) if infinite else []
        steps.append(f"losses = ({weight}{q} * nll).sum(axis=1)")
    return [*steps, *drop_rows(case, module)]


def binary_terms(case: Case, arrays: Arrays) -> list[str]:
    """Write ``losses`` of a binary or multi-label case: one for each logit, before any reduction."""
    weight = "" if case.weight is None else "weight * "
    positive = weight if case.pos_weight is None else f"{weight}pos_weight * "
    yes, no = f"{positive}targets", f"{weight}(1 - targets)"
    steps = [arrays.nll_yes, arrays.nll_no]
    if case.label_smoothing:
        e = literal(case.label_smoothing)
        steps.append(f"q_yes = (1 - {e}) * targets + {e} / 2  # label smoothing")
        steps.append(f"q_no = (1 - {e}) * (1 - targets) + {e} / 2")
        yes, no = f"{positive}q_yes", f"{weight}q_no"
    if np.isinf(case.logits / case.temperature).any():
        steps += _costs_nothing({"nll_yes": yes, "nll_no": no}, arrays.module)
    return [*steps, f"losses = {yes} * nll_yes + {no} * nll_no"]


def _costs_nothing(factors: dict[str, str], module: str) -> list[str]:
    """Write that an infinite -log p counts for nothing where the factor before it is 0."""
    steps = [
        f"{name} = {module}.where({module}.isinf({name}) & ({factor} == 0), 0.0, {name})"
        for name, factor in factors.items()
    ]
    return ["# What never happens costs nothing: 0 * inf is 0.", *steps]


def keep_rows(case: Case, module: str, comment: str = "") -> list[str]:
    """Write which rows are not ignored, as ``kept``, and give the others a label that can be looked up."""
    if not ignores(case):
        return []
    return [
        f"kept = targets != {case.ignore_index}{comment}",
        f"targets = {module}.where(kept, targets, 0)  # any class: these rows are dropped below",
    ]


def drop_rows(case: Case, module: str) -> list[str]:
    """Write that the rows that ``keep_rows`` found to be ignored cost nothing."""
    return [f"losses = {module}.where(kept, losses, 0.0)"] if ignores(case) else []


def reduce_losses(case: Case, axis: str = "axis") -> list[str]:
    """Write the reduction of ``losses``, divided as PyTorch divides."""
    if case.reduction is Reduction.NONE:
        return [f"losses = losses.sum({axis}=1)  # of each example"] if case.setup is Setup.MULTILABEL else []
    if case.reduction is Reduction.SUM:
        return ["loss = losses.sum()"]
    if case.has_index_targets and case.weight is not None:
        return [f"loss = losses.sum() / weight[targets{'[kept]' if ignores(case) else ''}].sum()"]
    return ["loss = losses.sum() / kept.sum()" if ignores(case) else "loss = losses.mean()"]


def exact_loss(case: Case) -> float | Array:
    """The loss as NumPy divides: x / 0 is inf, which torch and ``evaluate`` call nan."""
    b = evaluate(dataclasses.replace(case, unit=Unit.NATS))
    return b.loss if case.reduction is Reduction.NONE else float(np.float64(b.numerator) / b.divisor)


def quiet(case: Case) -> list[str]:
    """Switch NumPy's warnings off where infinities or nan are the point of the case."""
    b, z = evaluate(case), case.logits / case.temperature
    loud = (
        (case.setup is Setup.MULTICLASS and not np.isfinite(z.max(axis=1)).all())
        or (np.isinf(z) & np.isfinite(case.logits)).any()
        or math.isinf(
            4.0 * (largest_logit(z) + 1.0) * z.size * largest_weight(case)
        )  # of all that is added up, in bits
        or np.isnan(b.loss).any()
        or b.divisor == 0.0
    )
    return ["", 'np.seterr(all="ignore")  # infinities and nan are meant'] if loud else []
