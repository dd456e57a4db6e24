"""A case in Optax: a function for each kind of target, and behind it weights, ignored rows and the reduction."""

from __future__ import annotations

import dataclasses

import numpy as np

from explorer.breakdown import evaluate
from explorer.case import Case, Reduction, Setup
from explorer.dialects import optax
from explorer.numerics import Array
from explorer.snippets.rounding import LARGE_LOGIT, largest_logit, rounding_error
from explorer.snippets.script import (
    Draft,
    Style,
    divide_by_temperature,
    ignores,
    is_plain,
    literal,
    smooth_binary,
    smoothed_binary,
    without_temperature,
)
from explorer.snippets.spelled import Arrays, binary_terms, drop_rows, exact_loss, keep_rows, reduce_losses

_ARRAYS = Arrays(
    "jnp",
    "nll = -jax.nn.log_softmax(logits)",
    "nll_yes = jax.nn.softplus(-logits)  # -log sigmoid",
    "nll_no = jax.nn.softplus(logits)  # -log(1 - sigmoid)",
)

_Losses = tuple[list[str], Array, float, list[str]]
"""The lines that make ``losses``, the losses, how far rounding may take the reduced loss, and what they spell out."""


def _draft(case: Case) -> Draft:
    steps, losses, error, lacks = (_classes if case.setup is Setup.MULTICLASS else _binary)(case)
    if ignores(case):
        losses = np.where(case.kept, losses, 0.0)
        lacks.append("has no ignore_index")
    per_example = losses.sum(axis=1) if losses.ndim == 2 else losses
    is_reduced = case.reduction is not Reduction.NONE
    takes_differences = case.has_index_targets and np.isposinf(case.logits).any()
    return Draft(
        ["import jax", "import jax.numpy as jnp", "import optax", "", 'jax.config.update("jax_enable_x64", True)'],
        [*divide_by_temperature(case), *steps, *reduce_losses(case)],
        np.float64(losses.sum()) / evaluate(case).divisor if is_reduced else per_example,
        error=error,
        lacks=lacks,
        differs="With a logit of inf there is no softmax, but Optax takes its distance to the others"
        if takes_differences
        else "",
    )


def _classes(case: Case) -> _Losses:
    scaled = without_temperature(case)
    size = largest_logit(scaled.logits[case.kept])
    lacks = [] if case.weight is None else ["has no class weights"]
    steps = keep_rows(case, "jnp", "  # Optax has no ignore_index")
    if is_plain(case) and size <= LARGE_LOGIT:
        steps.append("losses = optax.softmax_cross_entropy_with_integer_labels(logits, targets)")
        losses = np.asarray(optax.softmax_cross_entropy_with_integer_labels(scaled.logits, case.labels))
    else:
        size = 1.0
        q, weight, comment = "targets", "", ""
        if case.has_index_targets:
            q = "q"
            steps.append(f"q = jax.nn.one_hot(targets, {case.classes})")
        if case.label_smoothing:
            steps.append(f"q = optax.smooth_labels({q}, {literal(case.label_smoothing)})")
            q = "q"
        labels = evaluate(case).target_distribution
        if case.weight is not None and not is_plain(case):
            weight, comment = "weight * ", "  # Optax has no class weights"
            labels = case.weight * labels
        safe = "safe_" if np.isneginf(scaled.logits).any() else ""  # the plain one gives 0 * inf
        steps.append(f"losses = optax.{safe}softmax_cross_entropy(logits, {weight}{q}){comment}")
        loss = optax.safe_softmax_cross_entropy if safe else optax.softmax_cross_entropy
        losses = np.asarray(loss(scaled.logits, labels))
    if case.weight is not None and is_plain(case):
        steps.append("losses = weight[targets] * losses  # Optax has no class weights")
        losses = case.weight[case.labels] * losses
    return [*steps, *drop_rows(case, "jnp")], losses, rounding_error(scaled, size), lacks


def _binary(case: Case) -> _Losses:
    scaled = without_temperature(case)
    lacks = ["has no label smoothing for binary targets"] if case.label_smoothing else []
    if case.pos_weight is not None:
        losses = np.asarray(exact_loss(dataclasses.replace(scaled, reduction=Reduction.NONE)))
        return binary_terms(case, _ARRAYS), losses, 0.0, [*lacks, "has no pos_weight"]
    steps = [*smooth_binary(case), "losses = optax.sigmoid_binary_cross_entropy(logits, targets)"]
    losses = np.asarray(optax.sigmoid_binary_cross_entropy(scaled.logits, smoothed_binary(case)))
    if case.weight is not None:
        steps.append("losses = weight * losses  # Optax has no weights")
        losses, lacks = case.weight * losses, [*lacks, "has no weights"]
    return steps, losses, 0.0, lacks


STYLE = Style(_draft, "cross_entropy_optax.py", "jnp", "jnp.array", "loss", "losses.tolist()", log_2="jnp.log(2)")
