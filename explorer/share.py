"""A case as a link, and back: the link is the state.

    ?setup=multiclass&z=2,1,0.1&y=0&names=cat,dog,fox

Numbers are separated by commas, examples by semicolons. A part at its default is left out.

| part      | meaning                                           | default                             |
| --------- | ------------------------------------------------- | ----------------------------------- |
| setup     | multiclass, binary, multilabel                    | multiclass                          |
| z         | logits                                            | 2,1,0.1; binary: 2                  |
| y         | labels: class indices, or 0..1                    | 0; binary, multilabel: 1 each       |
| q         | target distributions, in place of y               |                                     |
| names     | class names; a comma or backslash in one as `\\,` | class 0,...; without z: cat,dog,fox |
| w, pw     | weight, pos_weight                                | none                                |
| ignore    | ignore_index                                      | -100                                |
| smoothing | label smoothing                                   | 0                                   |
| T         | temperature                                       | 1                                   |
| reduction | mean, sum, none                                   | mean                                |
| unit      | nats, bits                                        | nats                                |

What a link says of the page rather than of the case is a ``View``.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Callable, Container, Iterable
from typing import Any
from urllib.parse import parse_qsl, quote

import numpy as np
import numpy.typing as npt

from explorer.case import MAX_CLASSES, Case, Setup, default_names
from explorer.errors import InvalidCase
from explorer.numerics import Array
from explorer.spelling import excerpt, number_text, parse_number, parse_numbers

MAX_QUERY = 32_000  # characters; longer links are cut by chat programs, proxies and servers
_MOST_STRAY_PARTS = 10  # named one by one; of the others only their number

DEFAULT_QUERY = "setup=multiclass&z=2,1,0.1&y=0&names=cat,dog,fox"

_DEFAULT_LOGITS = {
    Setup.MULTICLASS: [[2.0, 1.0, 0.1]],
    Setup.BINARY: [2.0],
    Setup.MULTILABEL: [[2.0, 1.0, 0.1]],
}
_DEFAULT_NAMES = ("cat", "dog", "fox")


def _rows_text(values: npt.NDArray[Any]) -> str:
    return ";".join(",".join(number_text(value) for value in row) for row in np.atleast_2d(values))


@dataclasses.dataclass(frozen=True)
class _Option:
    """An argument of Case as a part of the link, read and written by itself and left out at its default."""

    argument: str
    part: str
    read: Callable[[str], Any] = str
    write: Callable[[Any], str] = str

    def is_default(self, value: Any) -> bool:
        default = _DEFAULTS[self.argument]
        return value is None if default is None else bool(value == default)


_DEFAULTS = {name: parameter.default for name, parameter in inspect.signature(Case).parameters.items()}
_OPTIONS = (
    _Option("weight", "w", parse_numbers, _rows_text),
    _Option("pos_weight", "pw", parse_numbers, _rows_text),
    _Option("ignore_index", "ignore", parse_number),
    _Option("label_smoothing", "smoothing", parse_number, number_text),
    _Option("temperature", "T", parse_number, number_text),
    _Option("reduction", "reduction"),
    _Option("unit", "unit"),
)
_PART_OF = {"logits": "z", "targets": "y", "names": "names", **{option.argument: option.part for option in _OPTIONS}}
_VIEW_TEXTS = ("library", "ends", "cell")  # parts that View has under the same names
_VIEW_PARTS = {"row", "size", *_VIEW_TEXTS}
_KNOWN = {"setup", "q", *_PART_OF.values(), *_VIEW_PARTS}


def to_query(case: Case) -> str:
    """Return the case as a link's query: readable, short, and exact to the last bit.

    Raises InvalidCase where a link cannot carry it: more than 20 classes or 32,000 characters.
    """
    _check_classes(case.classes)
    parts = [("setup", case.setup.value), ("z", _rows_text(case.logits))]
    soft = case.setup is Setup.MULTICLASS and not case.has_index_targets
    parts.append(("q" if soft else "y", _rows_text(case.targets)))
    if case.names != default_names(case.setup, case.classes):
        parts.append(("names", ",".join(re.sub(r"([,\\])", r"\\\1", name) for name in case.names)))
    values = [(option, getattr(case, option.argument)) for option in _OPTIONS]
    parts += [(option.part, option.write(value)) for option, value in values if not option.is_default(value)]
    return write_parts(parts)


def write_parts(parts: Iterable[tuple[str, str]]) -> str:
    """Return the parts as a query. Raises InvalidCase where it has more than 32,000 characters."""
    query = join(parts)
    if len(query) > MAX_QUERY:
        raise InvalidCase(
            f"This makes a link of {len(query):,} characters; at most {MAX_QUERY:,} can be shared. Use fewer rows."
        )
    return query


def join(parts: Iterable[tuple[str, str]]) -> str:
    """Join the parts of a query, escaping what a link cannot hold and leaving commas and semicolons readable."""
    return "&".join(f"{quote(key, safe='')}={quote(value, safe=',;')}" for key, value in parts)


def from_query(text: str) -> tuple[Case, list[str]]:
    """Return the case that a link describes, and a notice for each part of it that could not be used.

    Never raises: a bad part is named in a notice and takes its default. An empty link is the default case.
    """
    parts, notices = read_parts(text, _KNOWN)
    if "y" in parts and "q" in parts:
        notices.append("The link gives both y and q; the distribution q counts.")
        del parts["y"]
    if not parts.keys() - _VIEW_PARTS:
        return from_query(DEFAULT_QUERY)[0], notices
    arguments, problems = _arguments(parts)
    case, refused = _first_valid(arguments)
    return case, notices + problems + refused


def read_parts(text: str, known: Container[str]) -> tuple[dict[str, str], list[str]]:
    """Return the known parts of a query, and a notice for each that means nothing or comes twice. Never raises.

    Of more than 32,000 characters nothing is read.
    """
    if len(text) > MAX_QUERY:
        return {}, [f"The link has {len(text):,} characters; at most {MAX_QUERY:,} are read, so it was left out."]
    parts: dict[str, str] = {}
    notices = []
    for key, value in split(text):
        if key not in known:
            notices.append(f"The link has a part {excerpt(key)} that means nothing here; it was left out.")
        elif key in parts:
            notices.append(f"The link gives {key} twice; the first one counts.")
        else:
            parts[key] = value
    if len(notices) > _MOST_STRAY_PARTS:
        more = len(notices) - _MOST_STRAY_PARTS
        notices[_MOST_STRAY_PARTS:] = [f"The link has {more:,} more such parts; they were left out too."]
    return parts, notices


def split(query: str) -> list[tuple[str, str]]:
    """Split a query into its decoded parts, in order."""
    return parse_qsl(query.lstrip("?"), keep_blank_values=True, errors="replace")


@dataclasses.dataclass(frozen=True)
class View:
    """What a link says about the page rather than the case.

    ``row`` is the open example, counted from 0; ``large`` is large type. Of the functions page: ``library`` and
    ``ends`` are its filters, ``cell`` the explained cell; they are texts here, and that page knows which there are.
    """

    row: int = 0
    large: bool = False
    library: str = ""
    ends: str = ""
    cell: str = ""


def view_to_query(view: View) -> str:
    """Return what a link adds to the case for the page, or nothing: the open example is counted from 1 there."""
    parts = [("row", str(view.row + 1) if view.row else ""), ("size", "large" if view.large else "")]
    parts += [(part, getattr(view, part)) for part in _VIEW_TEXTS]
    return "".join("&" + join([part]) for part in parts if part[1])


def view_from_query(text: str, examples: int) -> tuple[View, list[str]]:
    """Return the view that a link describes, and a notice for each bad part, which takes its default. Never raises."""
    if len(text) > MAX_QUERY:
        return View(), []
    parts = dict(reversed(split(text)))  # the first of two counts
    notices = []
    row, size = parts.get("row", "1"), parts.get("size", "normal")
    if not (row.isascii() and row.isdigit() and len(row) < 10 and 1 <= int(row) <= examples):
        notices.append(part_notice("row", f"It is {excerpt(row)}; the examples are numbered from 1 to {examples}."))
        row = "1"
    if size not in {"normal", "large"}:
        notices.append(part_notice("size", f"It is {excerpt(size)}; it must be large or normal."))
    texts = {part: parts.get(part, "") for part in _VIEW_TEXTS}
    return View(int(row) - 1, size == "large", **texts), notices


def part_notice(part: str, problem: str) -> str:
    """Return the sentences for a part of the link that could not be used."""
    return f"In the link, {part or 'one part'} was left at its default. {problem}"


def _arguments(parts: dict[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Read each part by itself. What cannot be read is left out and noticed."""
    notices: list[str] = []

    def read(part: str, reader: Any) -> Any:
        if part not in parts:
            return None
        try:
            return reader(parts[part])
        except InvalidCase as error:
            notices.append(part_notice(part, str(error)))
            return None

    setup = read("setup", _setup) or Setup.MULTICLASS
    flat = setup is Setup.BINARY
    logits = read("z", lambda text: _logits(text, flat=flat))
    arguments: dict[str, Any] = {"setup": setup, "names": read("names", _split_names)}
    if logits is None:
        logits = np.array(_DEFAULT_LOGITS[setup])
        if "names" not in parts and not flat:
            arguments["names"] = _DEFAULT_NAMES
    arguments["logits"] = logits
    if "q" in parts and setup is not Setup.MULTICLASS:
        notices.append(part_notice("q", "A distribution needs the multi-class set-up."))
    elif "q" in parts:
        arguments["targets"] = read("q", _grid)
    if arguments.get("targets") is None:
        arguments["targets"] = read("y", lambda text: _targets(text, setup, logits.shape))
    arguments |= {option.argument: read(option.part, option.read) for option in _OPTIONS}
    return {name: value for name, value in arguments.items() if value is not None}, notices


def _first_valid(arguments: dict[str, Any]) -> tuple[Case, list[str]]:
    """Drop the arguments that Case refuses, one by one, until it takes the rest."""
    notices: list[str] = []
    remaining = dict(arguments)
    while True:
        setup, logits = remaining["setup"], remaining["logits"]
        # A row whose label is gone is labelled with its first class, or with a yes.
        unlabelled = np.zeros(len(logits)) if setup is Setup.MULTICLASS else np.ones(logits.shape)
        try:
            return Case(**{"targets": unlabelled, **remaining}), notices
        except InvalidCase as error:
            # The set-up and the logits were read well, so what is refused is one of the others: this ends.
            bad = error.part if error.part in remaining else ""
            soft = bad == "targets" and setup is Setup.MULTICLASS and np.ndim(remaining["targets"]) == 2
            notices.append(part_notice("q" if soft else _PART_OF.get(bad, ""), str(error)))
            remaining = {
                name: value for name, value in remaining.items() if name in {"setup", "logits"} or (bad and name != bad)
            }


def _setup(text: str) -> Setup:
    try:
        return Setup(text)
    except ValueError:
        raise InvalidCase(f"The set-up is {excerpt(text)}; it must be one of {', '.join(Setup)}.") from None


def _grid(text: str) -> Array:
    rows = [parse_numbers(row) for row in text.split(";")]
    if len({len(row) for row in rows}) > 1:
        raise InvalidCase("Its rows have different lengths.")
    return np.array(rows)


def _logits(text: str, *, flat: bool) -> Array:
    if flat:
        return np.array(parse_numbers(text))
    logits = _grid(text)
    _check_classes(logits.shape[1])
    return logits


def _check_classes(classes: int) -> None:
    if classes > MAX_CLASSES:
        raise InvalidCase(f"There are {classes:,} classes; the board shows at most {MAX_CLASSES}.", "logits")


def _targets(text: str, setup: Setup, shape: tuple[int, ...]) -> Array:
    """Read y: labels in the shape of the logits, or one class index a row, separated either way."""
    grid = _grid(text)
    per_class = setup is Setup.MULTILABEL or (grid.shape == shape and shape[-1] > 1)
    return grid if per_class else grid.ravel()


def _split_names(text: str) -> list[str]:
    """Split at commas; a backslash takes the next character as it is."""
    names, escaped = [""], False
    for character in text:
        if escaped or character not in ",\\":
            names[-1] += character
            escaped = False
        elif character == "\\":
            escaped = True
        else:
            names.append("")
    return names
