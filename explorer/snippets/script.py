"""What a script is made of: its style and its draft, and how arrays, numbers, calls and options are written.

What the files of the libraries ask of a case before they write it is here too.
"""

from __future__ import annotations

import dataclasses
import math
import textwrap
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from explorer.case import IGNORE_INDEX, Case, Reduction, Setup, Unit
from explorer.numerics import Array
from explorer.spelling import number_text

_WIDTH = 88  # of a line of code; a comment behind it may go on to 100


@dataclasses.dataclass(frozen=True)
class Style:
    """How the users of a library write arrays, infinity, and the numbers in ``loss`` and ``losses``."""

    draft: Callable[[Case], Draft]
    filename: str
    module: str  # that holds inf and nan
    array: str  # the function that makes one
    scalar: str
    items: str
    item: str = "loss"
    dtype: str = ""  # of floats, where it has to be said
    log_2: str = "np.log(2)"


@dataclasses.dataclass(frozen=True)
class Draft:
    """A script without its arrays and its print, and the loss that it computes, in nats."""

    header: Sequence[str]
    steps: Sequence[str]
    value: float | Array
    error: float = 0.0  # how far the library's rounding may take the value
    relative_error: float = 1e-12
    lacks: Sequence[str] = ()  # what the code spells out
    differs: str = ""  # why the value may be another than the exact one
    has_columns: bool = False  # binary logits and targets are (N, 1)
    is_numpy: bool = False  # the loss is a number of NumPy's, whatever the library


def assign_arrays(case: Case, style: Style, draft: Draft) -> list[str]:
    """Write the arrays of a case: its logits and targets, and the weights that it has."""
    targets = case.targets
    if case.setup is not Setup.MULTICLASS and case.is_hard and not style.dtype:
        targets = targets.astype(np.int64)  # shorter, and as good where the dtype is free
    shape = (-1, 1) if draft.has_columns and case.setup is Setup.BINARY else case.logits.shape
    arrays = {
        "logits": case.logits.reshape(shape),
        "targets": targets if case.has_index_targets else targets.reshape(shape),
        "weight": case.weight,
        "pos_weight": case.pos_weight,
    }
    return [line for name, array in arrays.items() if array is not None for line in _assign(name, style, array)]


def _assign(name: str, style: Style, values: npt.NDArray[np.generic]) -> list[str]:
    """Write an array: on one line where it fits, else each row on its own."""
    floats = values.dtype.kind == "f"
    rows = [
        ", ".join(literal(value, style.module) if floats else str(value) for value in row)
        for row in np.atleast_2d(values).tolist()
    ]
    if values.ndim == 2:
        rows = [f"[{row}]" for row in rows]
    opening, closing = f"{name} = {style.array}([", f"], {style.dtype})" if floats and style.dtype else "])"
    line = opening + ", ".join(rows) + closing
    if len(line) <= _WIDTH:
        return [line]
    wrapper = textwrap.TextWrapper(
        _WIDTH,
        initial_indent="    ",
        subsequent_indent=" " * (3 + values.ndim),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [opening, *(line for row in rows for line in wrapper.wrap(f"{row},")), closing]


def literal(value: float, module: str = "") -> str:
    """Write a float in the shortest way that Python reads back exactly; inf and nan as the module's."""
    if not math.isfinite(value):
        return f"{module}.nan" if math.isnan(value) else f"{'-' if value < 0 else ''}{module}.inf"
    text = number_text(value)
    return text if "." in text or "e" in text else f"{text}.0"


def call(function: str, *arguments: str) -> list[str]:
    """Write a call: on one line where it fits, else each argument on its own."""
    line = f"{function}({', '.join(arguments)})"
    if len(line) <= _WIDTH:
        return [line]
    return [f"{function}(", *(f"    {argument}," for argument in arguments), ")"]


def comment(text: str) -> list[str]:
    """Write a comment on lines of its own."""
    return [f"# {line}" for line in textwrap.wrap(text, _WIDTH - 2)]


def listed(lacks: Sequence[str]) -> str:
    """Join what a library lacks, each beginning with a verb, into what its name goes before."""
    text = " and ".join(lacks)
    return text.replace(" and has no ", " and no ") if text.startswith("has no ") else text


def keyword_arguments(case: Case, *names: str) -> list[str]:
    """Write those of the named options that are set as keyword arguments."""
    values = {
        "weight": "" if case.weight is None else "weight",
        "pos_weight": "" if case.pos_weight is None else "pos_weight",
        "ignore_index": "" if case.ignore_index == IGNORE_INDEX else str(case.ignore_index),
        "label_smoothing": literal(case.label_smoothing) if case.label_smoothing else "",
        "reduction": "" if case.reduction is Reduction.MEAN else f'"{case.reduction}"',
    }
    return [f"{name}={values[name]}" for name in names if values[name]]


def divide_by_temperature(case: Case) -> list[str]:
    """Write the temperature; nothing where it is 1."""
    return [] if case.temperature == 1.0 else [f"logits = logits / {literal(case.temperature)}  # temperature"]


def without_temperature(case: Case) -> Case:
    """The case whose logits ``divide_by_temperature`` has divided, in nats."""
    return dataclasses.replace(case, logits=case.logits / case.temperature, temperature=1.0, unit=Unit.NATS)


def smooth_binary(case: Case) -> list[str]:
    """Smooth binary targets in advance: of the libraries, only Keras can do it."""
    e = literal(case.label_smoothing)
    return [f"targets = (1 - {e}) * targets + {e} / 2  # label smoothing"] if case.label_smoothing else []


def smoothed_binary(case: Case) -> Array:
    """The targets that ``smooth_binary`` leaves."""
    e, targets = case.label_smoothing, np.asarray(case.targets, dtype=np.float64)
    return (1.0 - e) * targets + e / 2.0 if e else targets


def result_name(case: Case) -> str:
    """What the script calls the number, or the numbers, that it prints."""
    return "losses" if case.reduction is Reduction.NONE else "loss"


def is_plain(case: Case) -> bool:
    """Whether each target is one class, or a yes or no, and stays so without smoothing."""
    return case.is_hard and not case.label_smoothing


def ignores(case: Case) -> bool:
    """Whether the script needs an ignore_index: rows are ignored, or a label of its own is named for it."""
    return case.ignore_index != IGNORE_INDEX or not case.kept.all()
