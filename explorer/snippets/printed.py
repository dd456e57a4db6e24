"""How the loss of a script is printed: to the digits that are certain, with a note where it is not the exact loss."""

from __future__ import annotations

import math

import numpy as np

from explorer.breakdown import evaluate
from explorer.case import Case, Reduction
from explorer.numerics import Array
from explorer.snippets.script import Draft, Style, listed, result_name

Format = tuple[str, int | None]
"""How a number is printed: its format, and to how many decimals it is rounded first."""

# Six significant digits; more or fewer where rounding makes the sixth one uncertain; and of what is all rounding, no
# more than so many decimals.
_FORMATS: tuple[Format, ...] = (
    *((spec, None) for spec in (".6g", ".7g", ".8g", ".5g", ".4g", ".3g")),
    *((".6g", decimals) for decimals in (14, 12, 9, 6, 3, 0)),
)


def uncertainty(case: Case, draft: Draft, values: Array) -> Array:
    """Bound how far what the library computes may lie from the values, in the case's unit."""
    counts = case.kept if case.reduction is Reduction.NONE else case.kept.any()
    # 1e-320: a number so small has few digits itself.
    own = np.where(values > 0.0, draft.relative_error * values + 1e-320, 0.0)
    return np.where(counts, draft.error * case.unit.per_nat + own, 0.0)


def certain_format(values: Array, slack: Array) -> Format:
    """Return the first format in which no rounding within the slack changes what is printed."""
    finite = np.isfinite(values)
    low, high = np.maximum(values - slack, 0.0)[finite], (values + slack)[finite]
    return next((way for way in _FORMATS if printed_numbers(low, *way) == printed_numbers(high, *way)), _FORMATS[-1])


def printed_numbers(values: Array, spec: str, decimals: int | None) -> str:
    """Return what the script prints, which is also the comment behind its last line."""
    return ", ".join(f"{value if decimals is None else round(value, decimals):{spec}}" for value in values.tolist())


def print_call(case: Case, style: Style, draft: Draft, form: Format, *, may_be_zero: bool) -> str:
    """Write the call that prints the loss, or all losses, as ``printed_numbers`` has them."""
    spec, decimals = form
    name = result_name(case)
    number = "loss" if draft.is_numpy else style.item if name == "losses" else style.scalar
    if decimals is not None and number == "loss":
        number = "float(loss)"
    if may_be_zero:
        number = f"abs({number})"  # what is rounded to 0 may come out as -0
    if decimals is not None:
        number = f"round({number}, {decimals})"
    shown = f'f"{{{number}:{spec}}}"'
    if name == "losses":
        shown = f'", ".join({shown} for loss in {style.items})'
    return f"print({shown})"


def difference(case: Case, library: str, draft: Draft, values: Array, output: str) -> str:
    """Say why the script prints another number than the exact loss; nothing where it does not."""
    exact = np.atleast_1d(evaluate(case).loss)
    shown = np.array([float(text) for text in output.split(", ")])
    same = np.isclose(values, exact, rtol=1e-5, atol=0.0, equal_nan=True)
    close = same & np.isclose(shown, exact, rtol=1e-2, atol=0.0, equal_nan=True)
    if close.all():
        return ""
    first = int(close.argmin())
    what_is_right = f"the exact loss is {exact[first]:.6g}."
    if (np.isinf(case.logits / case.temperature) & np.isfinite(case.logits)).any():
        return f"Dividing the logits by so small a temperature overflows before {library} sees them; {what_is_right}"
    if values[first] == np.inf and evaluate(case).divisor == 0.0:
        return f"No label has any weight, and what smoothing adds, divided by 0, is infinite; {what_is_right}"
    if draft.differs and not same[first]:
        return f"{draft.differs}; {what_is_right}"
    if math.isnan(values[first]):
        return f"In {library} infinities meet as 0 * inf or inf - inf, which is nan; {what_is_right}"
    return f"In float64 {library} loses the digits of this loss; {what_is_right}"


def shortcomings(library: str, draft: Draft) -> str:
    """Say what the script spells out; nothing where the library has it all."""
    return f"{library} {listed(draft.lacks)}, so the code spells that out." if draft.lacks else ""
