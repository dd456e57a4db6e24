"""What a person brings to the detective: pasted texts, the arrays and numbers in them, and all of it as a link.

    ?x=2,1,0.1;0.5,2.5,-1&t=0,1&seen=1.0103

Numbers are separated by commas; each row of a table ends with a semicolon, and a text without one is a single row, if
only of one number. What has more than two dimensions stands there as nested brackets.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any

import numpy as np

from explorer import detective
from explorer.breakdown import evaluate
from explorer.case import IGNORE_INDEX, Case, Reduction, Unit, as_whole_number
from explorer.detective import readings
from explorer.dialects.catalogue import BY_ID, Feed
from explorer.errors import InvalidCase
from explorer.feeding.sheet import Sheet
from explorer.numerics import Array, is_same
from explorer.reading import read_array, read_number
from explorer.share import MAX_QUERY, read_parts, write_parts
from explorer.spelling import number_text, parse_number
from explorer.threads import Numbers, Thread

_LARGE = 20 * MAX_QUERY  # characters; a print has more of them than its numbers need
_LONGEST_NUMBER = 40  # characters of a loss with all its decimals
_VIEW = ("size",)  # what the detective's page shows of a link besides the evidence
_CALLED_WITH: tuple[dict[str, Any], ...] = ({}, {"reduction": Reduction.SUM}, {"unit": Unit.BITS})


@dataclasses.dataclass(frozen=True)
class Evidence:
    """Texts as they were pasted, or files as they are; an empty one says nothing.

    ``more_...`` are of a second batch through the same code.
    """

    inputs: str | bytes = ""
    targets: str | bytes = ""
    observed: str = ""
    weight: str = ""
    pos_weight: str = ""
    label_smoothing: str = ""
    ignore_index: str = ""
    more_inputs: str = ""
    more_targets: str = ""
    more_observed: str = ""

    @property
    def unasked(self) -> Evidence:
        """The evidence without the losses that were seen, but for whether a second one was: what suspects depend on."""
        return dataclasses.replace(self, observed="", more_observed="seen" if self.more_observed.strip() else "")

    @property
    def complete(self) -> bool:
        """Whether there is enough to investigate."""
        return bool(self.inputs.strip() and self.targets.strip() and self.observed.strip())

    @property
    def is_large(self) -> bool:
        """Whether this is more than a link, a text area or the board could hold."""
        return sum(map(len, dataclasses.astuple(self))) > _LARGE

    @property
    def has_more(self) -> bool:
        """Whether there is a second batch, or a part of one."""
        return any(text.strip() for text in (self.more_inputs, self.more_targets, self.more_observed))


class Kind(Enum):
    """What a field holds: an array, a number as a log prints it, or a number, or a whole one, as a person types it."""

    ARRAY = "array"
    LOGGED = "logged"
    TYPED = "typed"
    WHOLE = "whole"


@dataclasses.dataclass(frozen=True)
class Field:
    """One field of the evidence: its part in the link, its name in a sentence, and what kind of text it is."""

    part: str
    title: str
    kind: Kind


FIELDS = {
    "inputs": Field("x", "model's output", Kind.ARRAY),
    "targets": Field("t", "targets", Kind.ARRAY),
    "observed": Field("seen", "loss", Kind.LOGGED),
    "weight": Field("w", "weights", Kind.ARRAY),
    "pos_weight": Field("pw", "pos_weight", Kind.ARRAY),
    "label_smoothing": Field("smoothing", "label smoothing", Kind.TYPED),
    "ignore_index": Field("ignore", "ignore_index", Kind.WHOLE),
    "more_inputs": Field("x2", "second output", Kind.ARRAY),
    "more_targets": Field("t2", "second targets", Kind.ARRAY),
    "more_observed": Field("seen2", "second loss", Kind.LOGGED),
}


def of_thread(thread: Thread) -> Evidence:
    """Return the numbers of a thread as a person would paste them."""
    return Evidence(
        inputs=_pasted(thread.inputs),
        targets=_pasted(thread.targets),
        observed=thread.observed,
        weight="" if thread.weight is None else _pasted(thread.weight),
        label_smoothing="" if thread.label_smoothing is None else number_text(thread.label_smoothing),
    )


def read_field(name: str, text: str | bytes) -> Array | float | None:
    """Return the array or number in one field, None where it is empty.

    Raises InvalidCase, whose part is ``name``, for a text that is neither.
    """
    field = FIELDS[name]
    if not text.strip():
        return None
    try:
        if field.kind is Kind.ARRAY or isinstance(text, bytes):
            return read_array(text, field.title)
        return read_number(text)[0] if field.kind is Kind.LOGGED else _typed(field, text)
    except InvalidCase as error:
        raise InvalidCase(str(error), name) from None


def _typed(field: Field, text: str) -> float:
    try:
        number = parse_number(text)
    except InvalidCase as error:
        raise InvalidCase(f"The {field.title} could not be read: {error}") from None
    return as_whole_number(number, "", f"The {field.title}") if field.kind is Kind.WHOLE else number


def problems_of(evidence: Evidence) -> dict[str, str]:
    """Return what is wrong with each field that cannot be read, in a sentence."""
    problems = {}
    for name in FIELDS:
        try:
            read_field(name, getattr(evidence, name))
        except InvalidCase as error:
            problems[name] = str(error)
    return problems


def suspects(evidence: Evidence, progress: Callable[[float], None] | None = None) -> detective.Suspects:
    """Return every pipeline on complete evidence, whatever the loss that was seen.

    Raises InvalidCase, whose part is the field at fault or "", where it cannot be read or does not fit together.
    """
    batches = []
    options = _options(evidence)
    for prefix in _batches(evidence):
        inputs, targets = (
            read_field(prefix + name, getattr(evidence, prefix + name)) for name in ("inputs", "targets")
        )
        if inputs is None or targets is None or not getattr(evidence, f"{prefix}observed").strip():
            raise InvalidCase("The second batch needs its output, its targets and its loss.", "more_inputs")
        if prefix:
            _check_second(inputs, targets, options)
        batches.append((inputs, targets))
    return detective.suspects(batches, **options, progress=progress)


def report(evidence: Evidence, found: detective.Suspects) -> detective.Report:
    """Return the detective's report on complete evidence, of which ``found`` are the suspects.

    Errors as ``as_seen``.
    """
    return found.report([as_seen(getattr(evidence, f"{prefix}observed")) for prefix in _batches(evidence)])


def _batches(evidence: Evidence) -> tuple[str, ...]:
    """What the names of the fields of each batch begin with."""
    return ("", "more_") if evidence.has_more else ("",)


def _check_second(inputs: Array | float, targets: Array | float, options: dict[str, Any]) -> None:
    """Say of the second batch what is wrong with it: the detective does not tell two batches apart."""
    try:
        readings.read(readings.problem_of(inputs, targets, **options))
    except InvalidCase as error:
        part = f"more_{error.part}"
        raise InvalidCase(f"In the second batch: {error}", part if part in FIELDS else error.part) from None


def right_case(evidence: Evidence) -> Case | None:
    """Return the right call on the first batch as a case for the front page, or None where a case cannot hold it."""
    if evidence.is_large or not evidence.complete:
        return None
    inputs, targets = read_field("inputs", evidence.inputs), read_field("targets", evidence.targets)
    return None if inputs is None or targets is None else detective.as_case(inputs, targets, **_options(evidence))


def is_about(finding: detective.Finding, case: Case) -> bool:
    """Return whether a case is what a finding speaks of.

    A right call gives the loss of its case; where the inputs can be read in two ways, the other reading's does not.
    """
    return finding.mistake != "none" or is_same(float(evaluate(case).loss), finding.value)


def as_called(finding: detective.Finding, case: Case) -> Case | None:
    """Return the case in the reduction and unit in which a finding's cell of the functions page shows its value.

    None where no cell does: a mistake can lie in more than a function and what it is fed.
    """
    if not finding.function:
        return None
    for options in _CALLED_WITH:
        called = dataclasses.replace(case, **options) if options else case
        with np.errstate(all="ignore"):  # what overflows or has no value is a finding too
            value = Sheet(called, 0).run(BY_ID[finding.function], Feed(finding.feed)).value
        if is_same(value, finding.value):
            return called
    return None


def as_seen(text: str) -> str:
    """Return the number in a line of a log with the decimals that it has there; a long one in its shortest form.

    Raises InvalidCase for no number, or several.
    """
    value, decimals = read_number(text)
    whole = "nan" if decimals is None else f"{value:.{decimals}f}"
    return whole if len(whole) <= _LONGEST_NUMBER and float(whole) == value else number_text(value)


def _options(evidence: Evidence) -> dict[str, Any]:
    options = {name: read_field(name, getattr(evidence, name)) for name in ("weight", "pos_weight", "label_smoothing")}
    ignored = read_field("ignore_index", evidence.ignore_index)
    return options | {"ignore_index": IGNORE_INDEX if ignored is None else ignored}


# ------------------------------------------------------------------------------------------------------ the link


def to_query(evidence: Evidence) -> str:
    """Return the evidence as a link's query.

    Raises InvalidCase for what cannot be read (its part is the field), and for more than 32,000 characters.
    """
    if evidence.is_large:
        raise InvalidCase(f"This is too long for a link, which holds {MAX_QUERY:,} characters. Use fewer rows.")
    parts = [(field.part, _written(name, getattr(evidence, name))) for name, field in FIELDS.items()]
    return write_parts(part for part in parts if part[1])


def from_query(text: str) -> tuple[Evidence, list[str]]:
    """Return the evidence that a link describes, and a notice for each part that means nothing. Never raises."""
    parts, notices = read_parts(text, {*(field.part for field in FIELDS.values()), *_VIEW})
    texts = {
        name: _spread(parts[field.part]) if field.kind is Kind.ARRAY else parts[field.part]
        for name, field in FIELDS.items()
        if field.part in parts
    }
    return Evidence(**texts), notices


def _written(name: str, text: str | bytes) -> str:
    """The shortest form of a field: an array in rows, a number with the decimals that it was typed with."""
    value = read_field(name, text)
    if value is None:
        return ""
    if FIELDS[name].kind is not Kind.ARRAY and isinstance(text, str):
        return as_seen(text) if FIELDS[name].kind is Kind.LOGGED else text.strip()
    array = np.asarray(value)
    if array.ndim in {1, 2} and array.size:
        rows = (",".join(map(number_text, row)) for row in np.atleast_2d(array))
        return ";".join(rows) + (";" if array.ndim == 2 and len(array) == 1 else "")
    return _nested(array.tolist())


def _nested(value: Any) -> str:
    return f"[{','.join(map(_nested, value))}]" if isinstance(value, list) else number_text(value)


def _spread(text: str) -> str:
    """A link's rows as the text of an array."""
    if "[" in text or not text.replace(";", "").strip():
        return text
    lines = [_in_brackets(row.split(",")) for row in text.split(";") if row.strip()]
    return _below_each_other(lines) if ";" in text else lines[0]


def _pasted(numbers: Numbers) -> str:
    rows = np.asarray(numbers).tolist()
    if not isinstance(rows[0], list):
        return _in_brackets(map(number_text, rows))
    return _below_each_other(_in_brackets(map(number_text, row)) for row in rows)


def _in_brackets(numbers: Iterable[str]) -> str:
    return f"[{', '.join(number.strip() for number in numbers)}]"


def _below_each_other(rows: Iterable[str]) -> str:
    return "[" + ",\n ".join(rows) + "]"
