"""How far the rounding of a library may take a loss from the exact one."""

from __future__ import annotations

import math

import numpy as np

from explorer.case import Case, Reduction, Setup
from explorer.numerics import Array
from explorer.snippets.script import is_plain

_EPS = float(np.finfo(np.float64).eps)
SOFTPLUS_ERROR = 1e-9  # the relative error of PyTorch's softplus, which is the identity from 20 on
# From here on a difference of logits or losses, which libraries form here and there, rounds what is left of it away.
LARGE_LOGIT = 1e5


def rounding_error(case: Case, size: float = 1.0) -> float:
    """Bound what float64 rounds away from a loss, when terms of this size are added up for it."""
    terms = case.classes + 2 if case.setup is Setup.MULTICLASS else 1
    if case.setup is Setup.MULTILABEL and case.reduction is not Reduction.MEAN:
        terms *= case.classes
    if case.reduction is Reduction.SUM:
        terms *= case.examples
    return _EPS / 2.0 * size * terms * largest_weight(case)


def largest_weight(case: Case) -> float:
    """The most that a term of a loss can be multiplied by, and at least 1."""
    weights = [weight.max() for weight in (case.weight, case.pos_weight) if weight is not None]
    return math.prod(max(1.0, float(weight)) for weight in weights)


def largest_logit(logits: Array) -> float:
    """The largest size of a finite logit, and at least 1."""
    return float(np.abs(logits[np.isfinite(logits)]).max(initial=1.0))


def _adds_little(case: Case) -> bool:
    """Whether a soft target or a small pos_weight may add little to a binary loss that large terms cancel in."""
    return not is_plain(case) or (case.pos_weight is not None and bool((case.pos_weight < 1e-3).any()))


def binary_size(case: Case) -> float:
    """The size of what cancels in a binary loss: beyond 40 nothing does against a plain yes or no."""
    return max(40.0, largest_logit(case.logits)) if _adds_little(case) else 40.0


def cancels(case: Case) -> bool:
    """Whether PyTorch's binary loss, (1 - y) z + (1 + (pos_weight - 1) y) softplus(-z), may lose a small addend."""
    return _adds_little(case) and largest_logit(case.logits) > LARGE_LOGIT
