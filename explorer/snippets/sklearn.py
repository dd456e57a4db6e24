"""A case in scikit-learn: ``log_loss`` of probabilities, which SciPy makes of the logits."""

from __future__ import annotations

import dataclasses

import numpy as np

from explorer.case import Case, Reduction, Setup
from explorer.dialects import sklearn
from explorer.numerics import Array, sigmoid, softmax
from explorer.snippets.numpy import ARRAYS as NUMPY
from explorer.snippets.rounding import rounding_error
from explorer.snippets.script import (
    Draft,
    Style,
    call,
    comment,
    divide_by_temperature,
    ignores,
    is_plain,
    listed,
    without_temperature,
)
from explorer.snippets.spelled import Arrays, exact_loss, quiet, spelled_out

_SCIPY = Arrays(
    "np", "nll = -log_softmax(logits, axis=1)", "nll_yes = -log_expit(logits)", "nll_no = -log_expit(-logits)"
)


def _draft(case: Case) -> Draft:
    """Write log_loss over probabilities, or, where it refuses the case, the loss from SciPy's log-probabilities."""
    scaled, kept = without_temperature(case), case.kept
    binary = case.setup is not Setup.MULTICLASS
    p = sigmoid(scaled.logits) if binary else softmax(scaled.logits)
    weight = _sample_weight(case)
    refusals = {
        "takes no distributions": not case.is_hard,
        "has no label smoothing": bool(case.label_smoothing),
        "always reduces to one number": case.reduction is Reduction.NONE,
        "needs two classes": case.classes == 1 and not binary,
        "needs at least one example": not kept.any(),
        "refuses nan": bool(np.isnan(p[kept]).any()),
        "refuses weights that are all 0": weight is not None and not weight[kept].any(),
        "refuses infinite weights": weight is not None and not np.isfinite(weight).all(),
    }
    lacks = [reason for reason, refused in refusals.items() if refused][:2]
    if lacks:
        # Where a row has no finite maximum, SciPy's log_softmax gives other values than nan.
        arrays = _SCIPY if binary or np.isfinite(scaled.logits.max(axis=1)).all() else NUMPY
        scipy = [f"from scipy.special import {'log_expit' if binary else 'log_softmax'}"] if arrays is _SCIPY else []
        return Draft(
            ["import numpy as np", *scipy, *quiet(case)],
            [*comment(f"scikit-learn's log_loss {listed(lacks)}."), *spelled_out(case, arrays)],
            exact_loss(scaled if arrays is _SCIPY else case),
            error=0.0 if binary else rounding_error(scaled),
            lacks=lacks,
        )
    header = [
        "import numpy as np",
        f"from scipy.special import {'expit' if binary else 'softmax'}",
        "from sklearn.metrics import log_loss",
        *quiet(case),
    ]
    draft = (_log_loss_of_labels if binary else _log_loss_of_classes)(case, p, weight)
    return dataclasses.replace(
        draft,
        header=header,
        steps=[*divide_by_temperature(case), *draft.steps],
        differs="scikit-learn clips each probability to [2.2e-16, 1 - 2.2e-16]",
    )


def _sample_weight(case: Case) -> Array | None:
    """What each term of a loss of hard labels is multiplied by, in the shape of the targets; None for no weights."""
    if not is_plain(case) or (case.weight is None and case.pos_weight is None):
        return None
    weight = np.ones(1) if case.weight is None else case.weight
    if case.setup is Setup.MULTICLASS:
        return weight[case.labels]
    return weight * np.where(case.targets == 1, 1.0 if case.pos_weight is None else case.pos_weight, 1.0)


def _log_loss_of_classes(case: Case, p: Array, weight: Array | None) -> Draft:
    kept, is_mean = case.kept, case.reduction is Reduction.MEAN
    steps = []
    if ignores(case):
        steps.append(f"kept = targets != {case.ignore_index}  # scikit-learn has no ignore_index")
        steps.append("logits, targets = logits[kept], targets[kept]")
    options = [f"labels=np.arange({case.classes})"]
    options += [] if is_mean else ["normalize=False"]
    options += [] if weight is None else ["sample_weight=weight[targets]"]
    sample_weight = None if weight is None else weight[kept]
    return Draft(
        [],
        [*steps, *call("loss = log_loss", "targets", "softmax(logits, axis=1)", *options)],
        sklearn.log_loss(case.targets[kept], p[kept], is_mean, sample_weight, np.arange(case.classes)),
        error=rounding_error(case),
        lacks=["has no ignore_index"] if ignores(case) else [],
    )


def _log_loss_of_labels(case: Case, p: Array, weight: Array | None) -> Draft:
    """Take every label of every example for an example of a binary loss."""
    flat = ".ravel()" if case.setup is Setup.MULTILABEL else ""
    is_mean = case.reduction is Reduction.MEAN
    normalize = is_mean and weight is None  # log_loss would divide by the weights
    options = ["labels=[0, 1]", *([] if normalize else ["normalize=False"])]
    if case.pos_weight is not None:
        positive = "np.where(targets == 1, pos_weight, 1.0)"
        product = positive if case.weight is None else f"(weight * {positive})"
        options.append(f"sample_weight={product}{flat}")
    elif case.weight is not None:
        options.append(f"sample_weight={'np.tile(weight, len(targets))' if flat else 'weight'}")
    steps = call("loss = log_loss", f"targets{flat}", f"expit(logits){flat}", *options)
    sample_weight = None if weight is None else weight.ravel()
    value = sklearn.log_loss(case.targets.ravel(), p.ravel(), normalize, sample_weight, [0, 1])
    lacks = [] if case.pos_weight is None else ["has no pos_weight"]
    if is_mean and not normalize:
        steps.append("loss = loss / targets.size  # log_loss would divide by the weights")
        value /= case.targets.size
        lacks.append("divides by the sum of the weights")
    # Of an unlikely no only 1 - p is left, with the rounding of p; where p is 1 it is clipped.
    unlikely = float((1.0 / (1.0 - p[(case.targets == 0) & (p < 1.0)])).max(initial=1.0))
    return Draft([], steps, value, error=rounding_error(case, unlikely), lacks=lacks)


STYLE = Style(_draft, "cross_entropy_sklearn.py", "np", "np.array", "loss", "losses")
