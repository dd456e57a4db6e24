"""Every number between the logits and the loss of a case, computed once."""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from explorer.case import Case, Reduction, Setup
from explorer.numerics import (
    ROUNDING,
    Array,
    cross_entropy,
    entropy,
    kl_divergence,
    log_sigmoid,
    log_softmax,
    sigmoid,
    softmax,
    xlogp,
    xlogy,
)


@dataclasses.dataclass(frozen=True, eq=False)
class Breakdown:
    """The stages of one case. N examples, K classes (binary: K = 2, columns [negative, positive]).

    Logarithms, losses and gradients are in the case's unit. A row that is ignored has zeros for its target, its
    shares and its losses, whatever its logits.
    """

    case: Case
    shifted: Array  # (N, K) z - max, after the temperature; multilabel: against max(z, 0)
    exponentials: Array  # (N, K) exp(shifted)
    partition: Array  # (N, 1) the sum of exponentials; multilabel (N, K): exp(shifted) + exp(-max(z, 0))
    probabilities: Array  # (N, K)
    log_probabilities: Array  # (N, K)
    nll: Array  # (N, K) -log p; multilabel: of what the label says, -log p where it is 1 and -log(1 - p) where it is 0
    target_distribution: Array  # (N, K) after label smoothing; multilabel: the 0..1 targets
    share: Array  # (N, K) weight * target * nll: each row of it sums to per_example
    per_example: Array  # (N,) weighted
    entropy: Array  # (N,) H(q), unweighted
    cross_entropy: Array  # (N,) H(q) + KL(q || p), unweighted
    kl: Array  # (N,) KL(q || p), unweighted
    numerator: float  # sum of per_example
    divisor: float  # what the reduction divides by
    divisor_parts: Array  # (N,) what each example adds to the divisor; 0 throughout unless the mean is taken
    loss: float | Array  # numerator / divisor, nan where that is 0; (N,) for reduction "none"
    uniform_loss: float | Array  # what equal logits would give, reduced as the loss: ln C for an unweighted example
    floor: float | Array  # the least that any logits could give, reduced as the loss: H(q) for an unweighted example
    gradient: Array  # d loss / d logits, the shape of the logits; reduction "none": of the sum
    gradient_rounding: Array  # how large rounding can make a gradient that should be 0, in the same shape


def evaluate(case: Case) -> Breakdown:
    """Compute every stage of a case, in its unit, exactly and in log space.

    Every set-up is a softmax over *outcomes*: the K classes of a row, or, for a binary logit and for each label of a
    multi-label row, the pair [no, yes] with logits [0, z]. With A = weight * target as the coefficient of each outcome,
    the loss of a row is sum A (-log p) and its gradient is p sum(A) - A: the rest is book-keeping.
    Never raises for a valid case; what exceeds float64 is inf, what has no value is nan. Source: cross_entropy and
    binary_cross_entropy_with_logits of torch.nn.functional for the weights and divisors; 0 * log 0 is 0
    (``numerics.xlogp``), where torch gives nan.
    """
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return _evaluate(case)


def _evaluate(case: Case) -> Breakdown:
    shifted, p, log_p = _stages(case)
    exponentials = np.exp(shifted)
    q = _target_distribution(case)
    coefficients = q * _outcome_weights(case)
    total = coefficients.sum(axis=-1, keepdims=True)
    kept = case.kept.reshape((-1,) + (1,) * (q.ndim - 1))
    unit = case.unit.per_nat
    multilabel = case.setup is Setup.MULTILABEL

    def yes(outcomes: Array) -> Array:
        """Of a label's two outcomes, the one that has a column; other set-ups have a column for each."""
        return outcomes[..., 1] if multilabel else outcomes

    share = np.where(kept, 0.0 - xlogp(coefficients, log_p), 0.0) * unit
    per_example = _over_row(share.sum(axis=-1))
    uniform, floor = _marks(coefficients, total)
    parts = _divisor_parts(case)
    divisor = float(parts.sum()) if case.reduction is Reduction.MEAN else 1.0
    own, whole, divergence = _split(q, np.where(kept, log_p, 0.0))
    gradient = np.where(kept, _outcome_gradient(p, log_p, coefficients, total), 0.0)
    rounding = _gradient_rounding(p, log_p, coefficients, total)
    if case.setup is not Setup.MULTICLASS:
        gradient, rounding = gradient[..., 1], rounding[..., 1]  # the logit of "no" is fixed
    per_logit = case.temperature * (divisor or math.nan)
    return Breakdown(
        case=case,
        shifted=yes(shifted),
        exponentials=yes(exponentials),
        partition=exponentials.sum(axis=-1, keepdims=not multilabel),
        probabilities=yes(p),
        log_probabilities=yes(log_p) * unit,
        nll=cross_entropy(q, log_p) * unit if multilabel else (0.0 - log_p) * unit,
        target_distribution=yes(q),
        share=share.sum(axis=-1) if multilabel else share,
        per_example=per_example,
        entropy=_over_row(own) * unit,
        cross_entropy=_over_row(whole) * unit,
        kl=_over_row(divergence) * unit,
        numerator=float(per_example.sum()),
        divisor=divisor,
        divisor_parts=parts,
        loss=_reduced(case, per_example, divisor),
        uniform_loss=_reduced(case, uniform * unit, divisor),
        floor=_reduced(case, floor * unit, divisor),
        gradient=gradient * unit / per_logit,
        gradient_rounding=rounding * unit / per_logit,
    )


def _stages(case: Case) -> tuple[Array, Array, Array]:
    """The shifted logit of each outcome, its probability and its log-probability: (N, K), (N, 2) or (N, K, 2)."""
    if case.setup is Setup.MULTICLASS:
        shifted = _shifted(case.logits, case.temperature)
        return shifted, softmax(shifted), log_softmax(shifted)
    # The same for the logits [0, z], and also defined at z = inf.
    versus = np.stack([-case.logits, case.logits], axis=-1) / case.temperature
    return np.minimum(versus, 0.0), sigmoid(versus), log_sigmoid(versus)


def _shifted(logits: Array, temperature: float) -> Array:
    """(z - max) / T, which is inf only where it exceeds float64 itself."""
    peak = logits.max(axis=-1, keepdims=True)
    apart = logits - peak
    beyond = np.isinf(apart) & np.isfinite(logits)
    # The shift comes first, so that a small temperature cannot overflow; where the shift does, the temperature.
    return np.where(beyond, logits / temperature - peak / temperature, apart / temperature)


def _marks(coefficients: Array, total: Array) -> tuple[Array, Array]:
    """What equal logits would give each row, and the least that any logits could: (N,) each, in nats."""
    ideal = np.divide(coefficients, total, out=np.zeros_like(coefficients), where=total > 0)
    uniform = total[..., 0] * math.log(coefficients.shape[-1])
    return _over_row(uniform), _over_row((0.0 - xlogy(coefficients, ideal)).sum(axis=-1))


def _reduced(case: Case, per_example: Array, divisor: float) -> float | Array:
    if case.reduction is Reduction.NONE:
        return per_example
    # Where no label counts it is nan, as in torch: even with smoothing, whose part of the numerator may not be 0.
    return float(per_example.sum()) / divisor if divisor else math.nan


def _split(q: Array, log_p: Array) -> tuple[Array, Array, Array]:
    """H(q), the cross-entropy, and KL(q || p) of each row, of which the first and the last add up to the second.

    Targets are taken as they are, as PyTorch does. Where they sum to 1 but for rounding, or just about, the definitions
    can fall that little below 0; neither part is, and the other one is then the whole.
    """
    whole = cross_entropy(q, log_p)
    divergence = np.maximum(kl_divergence(q, log_p), 0.0)
    own = np.where(divergence == 0.0, whole, entropy(q))
    return np.maximum(own, 0.0), whole, np.where(own < 0.0, whole, divergence)


def _over_row(values: Array) -> Array:
    """Sum over the labels of a multi-label row; other set-ups have one number a row already."""
    return values.sum(axis=-1) if values.ndim == 2 else values


def _target_distribution(case: Case) -> Array:
    """The target of each outcome after smoothing: (N, K), (N, 2) or (N, K, 2). Ignored rows are 0 throughout."""
    if case.has_index_targets:
        hard = np.zeros(case.logits.shape)
        hard[np.arange(case.examples), case.labels] = 1.0
        return np.where(case.kept[:, np.newaxis], _smoothed(case, hard), 0.0)
    targets = np.asarray(case.targets, dtype=np.float64)
    if case.setup is Setup.MULTICLASS:
        return _smoothed(case, targets)
    return _smoothed(case, np.stack([1.0 - targets, targets], axis=-1))


def _smoothed(case: Case, q: Array) -> Array:
    """(1 - e) q + e / C: Szegedy et al. (2016), section 7; for two outcomes this is Keras's y (1 - e) + e / 2."""
    epsilon = case.label_smoothing
    return q * (1.0 - epsilon) + epsilon / q.shape[-1] if epsilon else q


def _outcome_weights(case: Case) -> Array:
    """What multiplies each outcome's term, in a shape that broadcasts against the target distribution."""
    if case.setup is Setup.MULTICLASS:
        return np.ones(case.classes) if case.weight is None else case.weight
    weight = np.ones(1) if case.weight is None else case.weight
    pos_weight = np.ones(1) if case.pos_weight is None else case.pos_weight
    return weight[:, np.newaxis] * np.stack(np.broadcast_arrays(np.ones(1), pos_weight), axis=-1)


def _divisor_parts(case: Case) -> Array:
    """What each row adds to PyTorch's divisor: its label's weight for class indices, otherwise its number of terms."""
    if case.reduction is not Reduction.MEAN:
        return np.zeros(case.examples)
    if not case.has_index_targets:
        return np.full(case.examples, float(case.classes if case.setup is Setup.MULTILABEL else 1))
    weight = np.ones(case.classes) if case.weight is None else case.weight
    return np.where(case.kept, weight[case.labels], 0.0)


def _outcome_gradient(p: Array, log_p: Array, coefficients: Array, total: Array) -> Array:
    """p sum(A) - A for each outcome, without cancellation.

    Where an outcome holds most of A, p - 1 is close to 0 for a confident right answer and loses its digits;
    expm1(log p) is the same number with all of them.
    """
    return np.where(
        2.0 * coefficients > total,
        total * np.expm1(log_p) + (total - coefficients),
        total * p - coefficients,
    )


def _gradient_rounding(p: Array, log_p: Array, coefficients: Array, total: Array) -> Array:
    """What p sum(A) - A can be where it should be 0: the rounding of p, and of the decimals of a target.

    p is off by more units in the last place the further its logit lies below the others. A target that is the whole
    is exact, and so is one of nothing.
    """
    of_p = (p - xlogp(p, log_p)) * -np.expm1(log_p)
    return ROUNDING * (total * of_p + np.where(coefficients < total, coefficients, 0.0))
