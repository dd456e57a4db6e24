"""A case as a short script for each library, and the line that running the script prints.

    snippet(case, "PyTorch").code  # import torch ... print(f"{loss.item():.6g}")  # 0.41703

Each script is what the library's users would write, in float64. What a library has no option for is spelled out with
its arrays. The printed number is the library's own: where it is not the exact loss, the note says why. Class names are
left out, so that nothing but numbers gets from a case into code.

``script``    what a script is made of: arrays, numbers, calls, options
``rounding``  how far a library's rounding may take a loss
``spelled``   the loss as sums of -log p, where a library has no function or option for it
``printed``   the digits that are certain, and what differs from the exact loss
``pytorch``, ``keras``, ``sklearn``, ``optax``, ``numpy``  what the users of each library write
"""

from __future__ import annotations

import dataclasses

import numpy as np

from explorer.case import Case, Unit
from explorer.dialects.catalogue import Library
from explorer.snippets import keras, numpy, optax, pytorch, sklearn
from explorer.snippets.printed import certain_format, difference, print_call, printed_numbers, shortcomings, uncertainty
from explorer.snippets.script import Style, assign_arrays, result_name

_NUMPY = "NumPy"
_STYLES: dict[str, Style] = {
    Library.PYTORCH: pytorch.STYLE,
    Library.KERAS: keras.STYLE,
    Library.SKLEARN: sklearn.STYLE,
    Library.OPTAX: optax.STYLE,
    _NUMPY: numpy.STYLE,
}

LIBRARIES = (*(library.value for library in Library), _NUMPY)
"""The libraries that a script can be had for, in the order in which they are shown."""


@dataclasses.dataclass(frozen=True)
class Snippet:
    """A complete script: its library, its code, a name for its file, what it prints, and what to know about it.

    ``output`` is also the comment behind the last line of ``code``. ``note`` is one sentence where the library lacks
    what the case asks for, or gives another number; else empty.
    """

    library: str
    code: str
    filename: str
    output: str
    note: str


def snippet(case: Case, library: str) -> Snippet:
    """Return the script that computes the loss of a case with one of ``LIBRARIES``, in the case's unit.

    With reduction "none" it prints the losses of all examples. Raises ValueError for any other library.
    Source: the expected number is that of the library's function in ``explorer.dialects``, or that of ``evaluate``
    where the script spells the loss out.
    """
    if library not in LIBRARIES:
        raise ValueError(f"library is {library!r}; it must be one of {', '.join(LIBRARIES)}.")
    style = _STYLES[library]
    with np.errstate(all="ignore"):  # what overflows or has no value is printed as it is
        draft = style.draft(case)
        values = np.atleast_1d(draft.value) * case.unit.per_nat
        slack = uncertainty(case, draft, values)
        form = certain_format(values, slack)
        output = printed_numbers(values, *form)
        note = difference(case, library, draft, values, output) or shortcomings(library, draft)
    may_be_zero = bool((np.isfinite(values) & (slack > 0.0) & (values <= slack)).any())
    name = result_name(case)
    code = [
        *draft.header,
        "",
        *assign_arrays(case, style, draft),
        "",
        *draft.steps,
        *([f"{name} = {name} / {style.log_2}  # nats to bits"] if case.unit is Unit.BITS else []),
        f"{print_call(case, style, draft, form, may_be_zero=may_be_zero)}  # {output}",
        "",
    ]
    return Snippet(library, "\n".join(code), style.filename, output, note)
