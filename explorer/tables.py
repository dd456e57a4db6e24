"""A breakdown as data frames: the text twin of the board and of every chart."""

from __future__ import annotations

import numpy as np
import pandas as pd

from explorer.breakdown import Breakdown
from explorer.case import Setup


def stages(breakdown: Breakdown, row: int) -> pd.DataFrame:
    """Return every stage of one example: a row for each class, full precision, logarithms in the case's unit."""
    case = breakdown.case
    logits = np.atleast_1d(case.logits[row])
    slopes = np.atleast_1d(breakdown.gradient[row])
    if case.setup is Setup.BINARY:  # the negative class has the logit 0 and, being fixed, no gradient
        logits, slopes = np.append(0.0, logits), np.append(np.nan, slopes)
    return pd.DataFrame(
        {
            "class": case.names,
            "logit": logits,
            "shifted": breakdown.shifted[row],
            "exp": breakdown.exponentials[row],
            "p": breakdown.probabilities[row],
            "log_p": breakdown.log_probabilities[row],
            "nll": breakdown.nll[row],
            "target": breakdown.target_distribution[row],
            "share": breakdown.share[row],
            "gradient": slopes,
        }
    )


def examples(breakdown: Breakdown) -> pd.DataFrame:
    """Return the ledger of the batch: a row for each example, its loss and its parts, in the case's unit."""
    return pd.DataFrame(
        {
            "example": np.arange(1, breakdown.case.examples + 1),
            "loss": breakdown.per_example,
            "divisor": breakdown.divisor_parts,
            "entropy": breakdown.entropy,
            "kl": breakdown.kl,
            "cross_entropy": breakdown.cross_entropy,
        }
    )


def csv(frame: pd.DataFrame) -> str:
    """Return a table as CSV, every number in full; a text that a spreadsheet would run as a formula stays a text.

    Source for the apostrophe: OWASP, *CSV Injection*.
    """
    texts = frame.select_dtypes(exclude="number").columns
    safe = frame.assign(**{name: frame[name].map(_no_formula) for name in texts})
    return safe.to_csv(index=False)


def _no_formula(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
