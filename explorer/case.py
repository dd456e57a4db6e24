"""What the person typed, validated and frozen: logits, targets and every option of the loss."""

from __future__ import annotations

import dataclasses
import math
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

from explorer.errors import InvalidCase
from explorer.numerics import Array, Indices
from explorer.spelling import counted, excerpt, extent, number_text

IGNORE_INDEX = -100  # torch's default: no class has this index, so nothing is ignored
MAX_CLASSES = 20  # what the board can show, a class can read and a link carries; a Case itself takes any number
MAX_NAME_LENGTH = 60
# How far rounding to six decimals takes each target probability: 0.333333 three times are meant to sum to 1, 0.33
# three times are not quite.
TARGET_ROUNDING = 0.5e-6 * (1.0 + 1e-9)

LARGEST_INDEX = 2**53  # beyond it float64 skips whole numbers
_NO_INK = frozenset(map(chr, (0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0, *range(0xFE00, 0xFE10))))  # fillers, selectors
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


class Setup(StrEnum):
    """How the logits are read: one of K classes, yes or no, or any of K labels."""

    MULTICLASS = "multiclass"
    BINARY = "binary"
    MULTILABEL = "multilabel"

    @property
    def weighed(self) -> str:
        """What each number of ``weight`` belongs to: a class, an example or a label."""
        return {Setup.MULTICLASS: "class", Setup.BINARY: "example", Setup.MULTILABEL: "label"}[self]


class Reduction(StrEnum):
    """How the examples' losses become one number."""

    MEAN = "mean"
    SUM = "sum"
    NONE = "none"


class Unit(StrEnum):
    """The base of the logarithm: e (nats) or 2 (bits)."""

    NATS = "nats"
    BITS = "bits"

    @property
    def per_nat(self) -> float:
        """How many of this unit make one nat: 1, or 1 / ln 2."""
        return 1.0 if self is Unit.NATS else 1.0 / math.log(2.0)


@dataclasses.dataclass(frozen=True, eq=False)
class Case:
    """One set of logits and targets, and how their loss is to be computed.

    Shapes for N examples of K classes (a single example may be given without its N):
    multiclass: ``logits`` (N, K); ``targets`` class indices (N,) or distributions (N, K).
    binary: ``logits`` (N,); ``targets`` 0..1 (N,). K is 2: the negative class, whose logit is 0, and the positive.
    multilabel: ``logits`` (N, K); ``targets`` 0..1 (N, K).

    ``logits`` may hold infinities and nan; they are shown for what they give. ``weight``: one a class (multiclass),
    one a label (multilabel), one an example (binary), as torch broadcasts them. ``pos_weight``: one a label, binary
    and multilabel only. ``ignore_index``: multiclass with class indices only. After construction every array has its
    N and is read-only, and ``names`` are filled in. Raises InvalidCase, a sentence for a student, for all else.
    Source: the arguments of torch.nn.CrossEntropyLoss and torch.nn.BCEWithLogitsLoss, and a temperature.
    """

    setup: Setup
    logits: Array
    targets: Array | Indices
    names: tuple[str, ...]
    weight: Array | None
    pos_weight: Array | None
    ignore_index: int
    label_smoothing: float
    temperature: float
    reduction: Reduction
    unit: Unit

    def __init__(
        self,
        setup: Setup | str,
        logits: npt.ArrayLike,
        targets: npt.ArrayLike,
        names: Sequence[str] | None = None,
        weight: npt.ArrayLike | None = None,
        pos_weight: npt.ArrayLike | None = None,
        ignore_index: int = IGNORE_INDEX,
        label_smoothing: float = 0.0,
        temperature: float = 1.0,
        reduction: Reduction | str = "mean",
        unit: Unit | str = "nats",
    ) -> None:
        def keep(**fields: object) -> None:
            for field, value in fields.items():
                if isinstance(value, np.ndarray):
                    value.flags.writeable = False
                object.__setattr__(self, field, value)

        keep(setup=_choice(Setup, setup, "setup", "The set-up"))
        keep(reduction=_choice(Reduction, reduction, "reduction", "The reduction"))
        keep(unit=_choice(Unit, unit, "unit", "The unit"))
        keep(label_smoothing=as_label_smoothing(label_smoothing), temperature=_temperature(temperature))
        keep(ignore_index=as_whole_number(ignore_index, "ignore_index", "ignore_index"))
        keep(logits=_logits(self.setup, logits))
        keep(targets=_targets(self, targets))
        if self.ignore_index != IGNORE_INDEX and not self.has_index_targets:
            raise InvalidCase(
                f"ignore_index is {self.ignore_index}, but it only works with class indices as targets: "
                f"set it back to {IGNORE_INDEX}.",
                "ignore_index",
            )
        keep(names=_names(names, self.setup, self.classes))
        keep(weight=_weight(self, weight), pos_weight=_pos_weight(self, pos_weight))

    @property
    def examples(self) -> int:
        """N, the number of examples."""
        return len(self.logits)

    @property
    def classes(self) -> int:
        """K, the number of classes or labels; 2 for binary."""
        return 2 if self.setup is Setup.BINARY else self.logits.shape[1]

    @property
    def has_index_targets(self) -> bool:
        """Whether the targets are class indices, as opposed to distributions or 0..1 values."""
        return self.setup is Setup.MULTICLASS and self.targets.ndim == 1

    @property
    def kept(self) -> npt.NDArray[np.bool_]:
        """Which examples (N,) count: all but those whose class index is ``ignore_index``."""
        if self.has_index_targets:
            return cast("npt.NDArray[np.bool_]", self.targets != self.ignore_index)
        return np.ones(self.examples, dtype=bool)

    @property
    def labels(self) -> Indices:
        """The class index (N,) of each example, 0 where it is ignored; for class indices as targets."""
        return np.where(self.kept, self.targets, 0).astype(np.int64)

    @property
    def is_hard(self) -> bool:
        """Whether each target, before smoothing, is one class index, or a yes or no."""
        if self.setup is Setup.MULTICLASS:
            return self.has_index_targets
        return bool(np.isin(self.targets, (0.0, 1.0)).all())

    def _values(self) -> tuple[Any, ...]:
        return tuple(_hashable(getattr(self, field.name)) for field in dataclasses.fields(self))

    def __eq__(self, other: object) -> bool:
        """Compare every field exactly, bit for bit; nan equals nan."""
        return self._values() == other._values() if isinstance(other, Case) else NotImplemented

    def __hash__(self) -> int:
        """Hash every field, so that a case can key a cache."""
        return hash(self._values())


def default_names(setup: Setup, classes: int) -> tuple[str, ...]:
    """Return the names of unnamed classes: "class 0"..., "label 0"..., or "negative" and "positive"."""
    if setup is Setup.BINARY:
        return ("negative", "positive")
    kind = "class" if setup is Setup.MULTICLASS else "label"
    return tuple(f"{kind} {index}" for index in range(classes))


def _hashable(value: Any) -> Any:
    return (value.shape, value.tobytes()) if isinstance(value, np.ndarray) else value


_Choice = TypeVar("_Choice", bound=StrEnum)


def _choice(kind: type[_Choice], value: str, part: str, what: str) -> _Choice:
    try:
        return kind(value)
    except ValueError:
        options = ", ".join(member.value for member in kind)
        raise InvalidCase(f"{what} is {excerpt(str(value))}; it must be one of {options}.", part) from None


def as_numbers(value: npt.ArrayLike, part: str, what: str) -> Array:
    """Return real numbers as a float64 array of their own shape. Raises InvalidCase, which calls them ``what``."""
    try:
        array = np.asarray(value)
        hollow = np.ma.is_masked(value) or (array.dtype == object and any(item is None for item in array.flat))
        if hollow or array.dtype.kind not in "biufUO" or isinstance(value, bytes | bytearray | memoryview):
            raise TypeError  # NumPy would read masked numbers, None as nan, dates, bytes, half of a complex number
        numbers = np.array(array, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise InvalidCase(f"{what} must be numbers, in rows of equal length.", part) from None
    except RuntimeError:  # of a tensor that PyTorch does not hand over
        raise InvalidCase(f"{what} are a tensor with a gradient; pass .detach() of it.", part) from None
    numbers[np.isnan(numbers)] = np.nan  # one nan: inf - inf has another sign bit, and cases compare bit for bit
    return numbers


def _number(value: npt.ArrayLike, part: str, what: str) -> float:
    try:
        array = as_numbers(value, part, what)
    except InvalidCase:
        raise InvalidCase(f"{what} must be a number.", part) from None
    if array.size != 1:
        raise InvalidCase(f"{what} must be one number, not {array.size}.", part)
    return float(array.item())


def as_whole_number(value: npt.ArrayLike, part: str, what: str) -> int:
    """Return one number as an integer that a float64 holds exactly. Raises InvalidCase, which calls it ``what``."""
    number = _number(value, part, what)
    if not number.is_integer():
        raise InvalidCase(f"{what} is {number_text(number)}; it must be a whole number.", part)
    if abs(number) > LARGEST_INDEX:
        raise InvalidCase(
            f"{what} is {number_text(number)}; it can be at most {LARGEST_INDEX}, with either sign.", part
        )
    return int(number)


def as_label_smoothing(value: npt.ArrayLike) -> float:
    """Return label smoothing, which lies in [0, 1]. Raises InvalidCase."""
    smoothing = _number(value, "label_smoothing", "Label smoothing")
    if not 0.0 <= smoothing <= 1.0:
        raise InvalidCase(
            f"Label smoothing is {number_text(smoothing)}; it must lie between 0 and 1.", "label_smoothing"
        )
    return smoothing + 0.0  # -0 is 0


def _temperature(value: float) -> float:
    temperature = _number(value, "temperature", "The temperature")
    if not (0.0 < temperature < math.inf):
        raise InvalidCase(
            f"The temperature is {number_text(temperature)}; it must be finite and above 0.", "temperature"
        )
    return temperature


def _logits(setup: Setup, value: npt.ArrayLike) -> Array:
    logits = as_numbers(value, "logits", "Logits")
    full = 1 if setup is Setup.BINARY else 2
    if logits.ndim == full - 1:
        logits = logits[np.newaxis]
    if logits.ndim != full:
        wanted = "one logit for each example" if full == 1 else "one row of logits for each example"
        raise InvalidCase(f"A {setup} case takes {wanted}; this is {extent(logits.shape)}.", "logits")
    if logits.size == 0:
        raise InvalidCase("There must be at least one logit.", "logits")
    return logits


def _targets(case: Case, value: npt.ArrayLike) -> Array | Indices:
    targets = as_numbers(value, "targets", "Targets")
    shape = case.logits.shape
    if case.setup is Setup.MULTICLASS:
        # One example, K numbers: a distribution without its N. Otherwise one dimension means class indices.
        if targets.shape == shape[1:] and shape[0] == 1 and shape[1] > 1:
            targets = targets[np.newaxis]
        if targets.ndim < 2:
            return _class_indices(case, np.atleast_1d(targets))
        return _distributions(case, targets)
    if targets.ndim == len(shape) - 1 and shape[0] == 1:
        targets = targets[np.newaxis]
    _check_extent(targets, shape)
    bad = ~((targets >= 0.0) & (targets <= 1.0))
    if bad.any():
        raise InvalidCase(
            f"A target is {number_text(targets[bad][0])}; each must lie between 0 (no) and 1 (yes).", "targets"
        )
    return targets + 0.0  # -0 is 0


def _class_indices(case: Case, targets: Array) -> Indices:
    rows, classes = case.logits.shape
    if targets.shape != (rows,):
        raise InvalidCase(
            f"The logits are {counted(rows, 'row')} and the targets {counted(targets.size, 'number')}; give one class "
            "index for each row" + (f", or {classes} probabilities." if rows == 1 else "."),
            "targets",
        )
    whole = np.isfinite(targets) & (targets == np.round(targets))
    if not whole.all():
        raise InvalidCase(
            f"A class index must be a whole number from 0 to {classes - 1}, not {number_text(targets[~whole][0])}.",
            "targets",
        )
    bad = ((targets < 0) | (targets >= classes)) & (targets != case.ignore_index)
    if bad.any():
        raise InvalidCase(
            f"The label {number_text(targets[bad][0])} is out of range: with {counted(classes, 'class')}, "
            f"labels run from 0 to {classes - 1}"
            + ("." if case.ignore_index == IGNORE_INDEX else f", or {case.ignore_index} to ignore the row."),
            "targets",
        )
    return targets.astype(np.int64)


def _distributions(case: Case, targets: Array) -> Array:
    _check_extent(targets, case.logits.shape)
    bad = ~((targets >= 0.0) & (targets < math.inf))
    if bad.any():
        raise InvalidCase(
            f"A target probability is {number_text(targets[bad][0])}; it must lie between 0 and 1.", "targets"
        )
    with np.errstate(over="ignore"):  # a sum beyond the range is inf, and that is not 1
        sums = targets.sum(axis=1)
    off = np.abs(sums - 1.0) > TARGET_ROUNDING * case.classes
    if off.any():
        raise InvalidCase(f"The target probabilities sum to {sums[off][0]:.9g}; they must sum to 1.", "targets")
    return targets + 0.0  # -0 is 0


def _check_extent(targets: Array, shape: tuple[int, ...]) -> None:
    if targets.shape != shape:
        given, wanted = (
            extent(each[1:] if len(each) == 2 and each[0] == 1 else each) for each in (targets.shape, shape)
        )
        raise InvalidCase(
            f"The logits are {wanted} and the targets {given}; give one target for each logit.", "targets"
        )


def _names(value: Sequence[str] | None, setup: Setup, classes: int) -> tuple[str, ...]:
    if value is None:
        return default_names(setup, classes)
    try:
        given = None if isinstance(value, str) else tuple(value)
    except TypeError:  # a number, or an array without a dimension
        given = None
    if given is None or not all(isinstance(name, str) for name in given):
        raise InvalidCase("Class names must be a list of texts.", "names")
    names = tuple(name.strip() for name in given)
    if len(names) != classes:
        raise InvalidCase(
            f"There are {counted(classes, 'class')} and {counted(len(names), 'name')}; give one name for each class.",
            "names",
        )
    if problem := next(filter(None, map(_name_problem, names)), None):
        raise InvalidCase(problem, "names")
    alike = [_seen(name) for name in names]
    for index, name in enumerate(names):
        if alike[index] in alike[:index]:
            raise InvalidCase(f"Two classes are called {excerpt(name)}; each name must be different.", "names")
    return names


def _name_problem(name: str) -> str | None:
    """What is wrong with one class name by itself, or None."""
    if not name:
        return "A class name is empty; each class needs a name."
    if len(name) > MAX_NAME_LENGTH:
        return f"A class name has {len(name)} characters; at most {MAX_NAME_LENGTH} are allowed."
    if any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} or c in _BIDI_CONTROLS for c in name):
        return "A class name contains a control character or a line break; plain text only."
    if not _seen(name):
        return "A class name has no character that can be seen; each class needs a name."
    return None


def _seen(name: str) -> str:
    """What a reader sees of a name: neither how its accents are encoded nor what leaves no ink."""
    composed = unicodedata.normalize("NFC", name)
    return "".join(c for c in composed if unicodedata.category(c) != "Cf" and c not in _NO_INK).strip()


def _weights(value: npt.ArrayLike, part: str, count: int, each: str) -> Array:
    weights = np.atleast_1d(as_numbers(value, part, part))
    if weights.shape == (1,):
        weights = np.repeat(weights, count)
    if weights.shape != (count,):
        raise InvalidCase(f"{part} has {counted(weights.size, 'number')}; give {count:,}, one for each {each}.", part)
    check_weights(weights, part)
    return weights + 0.0  # -0 is 0


def check_weights(weights: Array, part: str) -> None:
    """Raise InvalidCase where a weight is negative, infinite or nan."""
    bad = ~((weights >= 0.0) & (weights < math.inf))
    if bad.any():
        raise InvalidCase(
            f"{part} contains {number_text(weights[bad][0])}; weights must be finite and not negative.", part
        )


def _weight(case: Case, value: npt.ArrayLike | None) -> Array | None:
    if value is None:
        return None
    count = case.examples if case.setup is Setup.BINARY else case.classes
    return _weights(value, "weight", count, case.setup.weighed)


def _pos_weight(case: Case, value: npt.ArrayLike | None) -> Array | None:
    if value is None:
        return None
    if case.setup is Setup.MULTICLASS:
        raise InvalidCase(
            "pos_weight belongs to binary and multi-label losses; with several classes use weight.", "pos_weight"
        )
    return _weights(value, "pos_weight", 1 if case.setup is Setup.BINARY else case.classes, "label")
