"""A case in NumPy alone: every step spelled out."""

from __future__ import annotations

from explorer.case import Case
from explorer.snippets.script import Draft, Style
from explorer.snippets.spelled import Arrays, exact_loss, quiet, spelled_out

ARRAYS = Arrays(
    "np",
    "nll = np.logaddexp.reduce(shifted, axis=1, keepdims=True) - shifted  # -log softmax",
    "nll_yes = np.logaddexp(0, -logits)  # -log sigmoid",
    "nll_no = np.logaddexp(0, logits)  # -log(1 - sigmoid)",
    shifts=True,
)


def _draft(case: Case) -> Draft:
    return Draft(["import numpy as np", *quiet(case)], spelled_out(case, ARRAYS), exact_loss(case))


STYLE = Style(_draft, "cross_entropy_numpy.py", "np", "np.array", "loss", "losses")
