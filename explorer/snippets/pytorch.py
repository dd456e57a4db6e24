"""A case in PyTorch: ``torch.nn.functional`` has an option for nearly everything."""

from __future__ import annotations

import dataclasses

import numpy as np

from explorer.case import Case, Reduction, Setup, Unit
from explorer.dialects import pytorch
from explorer.snippets.rounding import SOFTPLUS_ERROR, binary_size, cancels, rounding_error
from explorer.snippets.script import (
    Draft,
    Style,
    call,
    comment,
    divide_by_temperature,
    keyword_arguments,
    listed,
    result_name,
    smooth_binary,
    smoothed_binary,
    without_temperature,
)
from explorer.snippets.spelled import Arrays, exact_loss, reduce_losses, spelled_out

_ARRAYS = Arrays(
    "torch",
    "nll = -F.log_softmax(logits, dim=1)",
    "nll_yes = F.softplus(-logits)  # -log sigmoid",
    "nll_no = F.softplus(logits)  # -log(1 - sigmoid)",
    axis="dim",
)


def _draft(case: Case) -> Draft:
    header = ["import torch", "import torch.nn.functional as F"]
    if case.unit is Unit.BITS:
        header = ["import math", "", *header]
    draft = _classes if case.setup is Setup.MULTICLASS else _binary
    return dataclasses.replace(draft(case), header=header)


def _classes(case: Case) -> Draft:
    options = keyword_arguments(case, "weight", "ignore_index", "label_smoothing", "reduction")
    scaled = without_temperature(case)
    value = pytorch.cross_entropy(
        scaled.logits, case.targets, case.weight, case.ignore_index, case.reduction.value, case.label_smoothing
    )
    return Draft(
        [],
        [*divide_by_temperature(case), *call(f"{result_name(case)} = F.cross_entropy", "logits", "targets", *options)],
        value,
        error=rounding_error(case),
    )


def _binary(case: Case) -> Draft:
    scaled = without_temperature(case)
    lacks = ["has no label smoothing for binary targets"] if case.label_smoothing else []
    if cancels(scaled):
        lacks.append("rounds a small target or weight away at so large a logit")
        steps = [*comment(f"PyTorch {listed(lacks)}."), *spelled_out(case, _ARRAYS)]
        return Draft([], steps, exact_loss(scaled), relative_error=SOFTPLUS_ERROR, lacks=lacks)
    options = keyword_arguments(case, "weight", "pos_weight", "reduction")
    loss = call(f"{result_name(case)} = F.binary_cross_entropy_with_logits", "logits", "targets", *options)
    value = pytorch.binary_cross_entropy_with_logits(
        scaled.logits, smoothed_binary(case), case.weight, case.reduction.value, case.pos_weight
    )
    per_label = case.setup is Setup.MULTILABEL and case.reduction is Reduction.NONE
    return Draft(
        [],
        [
            *divide_by_temperature(case),
            *smooth_binary(case),
            *loss,
            *(reduce_losses(case, _ARRAYS.axis) if per_label else []),
        ],
        np.sum(value, axis=1) if per_label else value,
        error=rounding_error(case, binary_size(scaled)),
        lacks=lacks,
    )


STYLE = Style(
    _draft,
    "cross_entropy_pytorch.py",
    "torch",
    "torch.tensor",
    "loss.item()",
    "losses.tolist()",
    dtype="dtype=torch.float64",
    log_2="math.log(2)",
)
