"""What a case takes, what it refuses and with which words, and that nothing changes it afterwards."""

import dataclasses
import math
import re
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from explorer import Case, InvalidCase, Reduction, Setup, Unit

INF, NAN = math.inf, math.nan
CAT = [2.0, 1.0, 0.1]
TWO_ROWS = [CAT, [0.0, 0.0, 3.0]]
M, B, L = "multiclass", "binary", "multilabel"


class WithGradient:
    """What a model returns: PyTorch refuses to make an array of it."""

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        raise RuntimeError("Can't call numpy() on Tensor that requires grad.")


# ------------------------------------------------------------------------------------------------ what is taken

VALID: dict[str, tuple[tuple[Any, ...], dict[str, Any], tuple[int, ...], tuple[int, ...]]] = {
    # arguments, options, shape of the logits, shape of the targets
    "one row and its label": ((M, CAT, 0), {}, (1, 3), (1,)),
    "one row with its N": ((M, [CAT], [2]), {}, (1, 3), (1,)),
    "one row and a distribution": ((M, CAT, [0.7, 0.2, 0.1]), {}, (1, 3), (1, 3)),
    "one row and a distribution with its N": ((M, CAT, [[0.7, 0.2, 0.1]]), {}, (1, 3), (1, 3)),
    "rounded probabilities": ((M, CAT, [0.3333333, 0.3333333, 0.3333333]), {}, (1, 3), (1, 3)),
    "rounded to six decimals": ((M, CAT, [0.333333, 0.333333, 0.333333]), {}, (1, 3), (1, 3)),
    "rounded to six decimals, six of them": ((M, [0.0] * 6, [0.166667] * 6), {}, (1, 6), (1, 6)),
    "nothing masked": ((M, np.ma.array(CAT), 0), {}, (1, 3), (1,)),
    "two rows": ((M, TWO_ROWS, [0, 2]), {}, (2, 3), (2,)),
    "two rows and distributions": ((M, TWO_ROWS, [[1, 0, 0], [0.5, 0.5, 0]]), {}, (2, 3), (2, 3)),
    "three rows of three": ((M, [CAT] * 3, [0, 1, 2]), {}, (3, 3), (3,)),
    "labels that are floats": ((M, TWO_ROWS, [0.0, 2.0]), {}, (2, 3), (2,)),
    "a label that is a fraction": ((M, CAT, Fraction(2, 1)), {}, (1, 3), (1,)),
    "one class": ((M, [5.0], 0), {}, (1, 1), (1,)),
    "an ignored row": ((M, TWO_ROWS, [0, -100]), {}, (2, 3), (2,)),
    "every row ignored": ((M, TWO_ROWS, [7, 7]), {"ignore_index": 7}, (2, 3), (2,)),
    "a class ignored": ((M, TWO_ROWS, [1, 2]), {"ignore_index": 1}, (2, 3), (2,)),
    "infinities and nan": ((M, [INF, -INF, NAN], 0), {}, (1, 3), (1,)),
    "whole numbers": ((M, [2, 1, 0], 0), {}, (1, 3), (1,)),
    "twenty-one classes": ((M, [0.0] * 21, 20), {}, (1, 21), (1,)),
    "one binary logit": ((B, 1.5, 1), {}, (1,), (1,)),
    "one binary logit with its N": ((B, [1.5], [1]), {}, (1,), (1,)),
    "binary": ((B, [1.5, -2.0], [1, 0]), {}, (2,), (2,)),
    "binary, soft": ((B, [1.5, -2.0], [0.25, 1.0]), {}, (2,), (2,)),
    "binary, yes and no": ((B, [1.5, -2.0], [True, False]), {}, (2,), (2,)),
    "one multi-label row": ((L, CAT, [1, 1, 0]), {}, (1, 3), (1, 3)),
    "one label": ((L, [5.0], [1]), {}, (1, 1), (1, 1)),
    "multi-label": ((L, TWO_ROWS, [[1, 1, 0], [0, 0, 0.5]]), {}, (2, 3), (2, 3)),
    "class weights": ((M, CAT, 0), {"weight": [1, 2, 0.5]}, (1, 3), (1,)),
    "one weight for all": ((M, CAT, 0), {"weight": 2}, (1, 3), (1,)),
    "weights of zero": ((M, CAT, 0), {"weight": [0, 0, 0]}, (1, 3), (1,)),
    "a weight for each example": ((B, [1.5, -2.0], [1, 0]), {"weight": [1, 3]}, (2,), (2,)),
    "pos_weight": ((B, [1.5, -2.0], [1, 0]), {"pos_weight": 3}, (2,), (2,)),
    "a pos_weight for each label": ((L, CAT, [1, 1, 0]), {"pos_weight": [1, 2, 3], "weight": 2}, (1, 3), (1, 3)),
    "smoothing, all the way": ((M, CAT, 0), {"label_smoothing": 1}, (1, 3), (1,)),
    "any temperature above 0": ((M, CAT, 0), {"temperature": 5e-324}, (1, 3), (1,)),
    "every option": (
        (M, CAT, 0),
        {"names": ["cat", "dog", "fox"], "label_smoothing": 0.1, "temperature": 2, "reduction": "sum", "unit": "bits"},
        (1, 3),
        (1,),
    ),
    "names that look alike to a computer only": ((M, CAT, 0), {"names": ["cat", "Cat", "CAT"]}, (1, 3), (1,)),
    "the longest name": ((M, [0.0, 1.0], 0), {"names": ["x" * 60, "🦊" * 60]}, (1, 2), (1,)),
    "names in any script": ((M, CAT, 0), {"names": ["кот", "שועל", "👩‍🔬"]}, (1, 3), (1,)),
}


@pytest.mark.parametrize(("arguments", "options", "logits", "targets"), VALID.values(), ids=VALID)
def test_valid(
    arguments: tuple[Any, ...], options: dict[str, Any], logits: tuple[int, ...], targets: tuple[int, ...]
) -> None:
    case = Case(*arguments, **options)
    assert case.logits.shape == logits
    assert case.logits.dtype == np.float64
    assert case.targets.shape == targets
    assert case.has_index_targets == (case.setup is Setup.MULTICLASS and len(targets) == 1)
    assert case.targets.dtype == (np.int64 if case.has_index_targets else np.float64)
    assert case.examples == len(case.kept) == logits[0]
    assert case.classes == len(case.names) == (2 if case.setup is Setup.BINARY else logits[1])
    assert isinstance(case.setup, Setup)
    assert isinstance(case.reduction, Reduction)
    assert isinstance(case.unit, Unit)


def test_defaults() -> None:
    case = Case("multiclass", CAT, 0)
    assert (case.weight, case.pos_weight, case.ignore_index) == (None, None, -100)
    assert (case.label_smoothing, case.temperature) == (0.0, 1.0)
    assert (case.reduction, case.unit) == (Reduction.MEAN, Unit.NATS)


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ((M, CAT, 0), ("class 0", "class 1", "class 2")),
        ((L, CAT, [0, 0, 0]), ("label 0", "label 1", "label 2")),
        ((B, 1.5, 1), ("negative", "positive")),
    ],
)
def test_default_names(arguments: tuple[Any, ...], names: tuple[str, ...]) -> None:
    assert Case(*arguments).names == names


@pytest.mark.parametrize("names", [[" cat ", "dog\n"], ("cat", "dog"), iter(["cat", "dog"]), np.array(["cat", "dog"])])
def test_names_are_a_tuple_without_space_around_them(names: Any) -> None:
    assert Case(M, [1.0, 2.0], 0, names).names == ("cat", "dog")


@pytest.mark.parametrize(
    ("targets", "ignore_index", "kept"),
    [([0, -100], -100, [True, False]), ([0, 2], 2, [True, False]), ([1, 1], 1, [False, False]), ([0, 2], 9, [1, 1])],
)
def test_kept(targets: list[int], ignore_index: int, kept: list[bool]) -> None:
    case = Case(M, TWO_ROWS, targets, ignore_index=ignore_index)
    assert case.kept.tolist() == kept
    assert case.labels.tolist() == [label if counts else 0 for label, counts in zip(targets, kept, strict=True)]


@pytest.mark.parametrize(
    ("case", "hard"),
    [
        (Case(M, CAT, 0, label_smoothing=0.1), True),
        (Case(M, CAT, [1, 0, 0]), False),
        (Case(B, [2, 1], [0, 1]), True),
        (Case(B, [2, 1], [0, 0.5]), False),
        (Case(L, CAT, [0, 1, 1]), True),
        (Case(L, CAT, [0, 1, 0.5]), False),
    ],
)
def test_a_target_is_hard_as_an_index_or_a_yes_or_no(case: Case, hard: bool) -> None:
    assert case.is_hard is hard


# ---------------------------------------------------------------------------------------------- what is refused

INVALID: dict[str, tuple[tuple[Any, ...], dict[str, Any], str, str]] = {
    # arguments, options, the part at fault, and words that the sentence contains
    "set-up: unknown": (("softmax", CAT, 0), {}, "setup", "multiclass, binary, multilabel"),
    "set-up: not a text": ((None, CAT, 0), {}, "setup", "None"),
    "set-up: very long": (("x" * 5000, CAT, 0), {}, "setup", "..."),
    "logits: a word": ((M, ["two", 1.0], 0), {}, "logits", "numbers"),
    "logits: an empty text": ((M, ["", 1.0], 0), {}, "logits", "numbers"),
    "logits: missing": ((M, None, 0), {}, "logits", "numbers"),
    "logits: one missing": ((M, [None, 1.0], 0), {}, "logits", "numbers"),
    "logits: missing, binary": ((B, None, 1), {}, "logits", "numbers"),
    "logits: ragged": ((M, [[1.0, 2.0], [3.0]], [0, 0]), {}, "logits", "equal length"),
    "logits: complex": ((M, [1j, 0.0], 0), {}, "logits", "numbers"),
    "logits: too large for a float": ((M, [10**400, 0], 0), {}, "logits", "numbers"),
    "logits: a mapping": ((M, {"cat": 1.0}, 0), {}, "logits", "numbers"),
    "logits: none": ((M, [], 0), {}, "logits", "at least one"),
    "logits: rows of nothing": ((M, [[], []], [0, 0]), {}, "logits", "at least one"),
    "logits: no row": ((M, np.zeros((0, 3)), []), {}, "logits", "at least one"),
    "logits: a single number": ((M, 1.0, 0), {}, "logits", "row"),
    "logits: three dimensions": ((M, [[CAT]], 0), {}, "logits", "1 × 1 × 3 numbers"),
    "logits: a table, binary": ((B, [CAT], 0), {}, "logits", "1 row of 3"),
    "logits: three dimensions, multi-label": ((L, [[CAT]], [[CAT]]), {}, "logits", "row"),
    "logits: a tensor with a gradient": ((M, WithGradient(), 0), {}, "logits", ".detach()"),
    "logits: masked": ((M, np.ma.array(CAT, mask=[0, 1, 0]), 0), {}, "logits", "numbers"),
    "logits: dates": ((M, np.array(["2020-01-01", "2021-01-01"], "M8[D]"), 0), {}, "logits", "numbers"),
    "logits: bytes": ((M, bytearray(b"ab"), 0), {}, "logits", "numbers"),
    "label: too large": ((M, CAT, 3), {}, "targets", "0 to 2"),
    "label: negative": ((M, CAT, -1), {}, "targets", "-1"),
    "label: out of range, and what is ignored": ((M, CAT, 3), {"ignore_index": 9}, "targets", "or 9 to ignore"),
    "label: -100 when it is not ignored": ((M, CAT, -100), {"ignore_index": 9}, "targets", "-100"),
    "label: not whole": ((M, CAT, 0.5), {}, "targets", "whole number"),
    "label: not quite whole": ((M, CAT, 1.0000001), {}, "targets", "not 1.0000001"),
    "label: of a single class": ((M, [2.0], 5), {}, "targets", "with 1 class,"),
    "label: nan": ((M, CAT, NAN), {}, "targets", "nan"),
    "label: infinite": ((M, CAT, INF), {}, "targets", "inf"),
    "label: a name": ((M, CAT, "cat"), {}, "targets", "numbers"),
    "label: missing": ((M, CAT, None), {}, "targets", "numbers"),
    "labels: too few": ((M, TWO_ROWS, [0]), {}, "targets", "2 rows"),
    "labels: too many": ((M, TWO_ROWS, [0, 1, 2]), {}, "targets", "2 rows and the targets 3 numbers"),
    "labels: none": ((M, CAT, []), {}, "targets", "one class index"),
    "labels: as a column": ((M, TWO_ROWS, [[0], [1]]), {}, "targets", "2 rows of 1"),
    "distribution: sums to 0.9": ((M, CAT, [0.7, 0.2, 0.0]), {}, "targets", "sum to 0.9"),
    "distribution: sums to 0.99": ((M, CAT, [0.33, 0.33, 0.33]), {}, "targets", "sum to 0.99"),
    "distribution: sums to 1.000002": ((M, CAT, [0.5, 0.500002, 0]), {}, "targets", "sum to 1.000002"),
    "distribution: k-hot": ((M, CAT, [1, 1, 0]), {}, "targets", "sum to 2"),
    "distribution: zeros": ((M, CAT, [0, 0, 0]), {}, "targets", "sum to 0"),
    "distribution: negative": ((M, CAT, [1.5, -0.5, 0]), {}, "targets", "-0.5"),
    "distribution: nan": ((M, CAT, [NAN, 1, 0]), {}, "targets", "nan"),
    "distribution: infinite": ((M, CAT, [INF, 0, 0]), {}, "targets", "between 0 and 1"),
    "distribution: beyond the range": ((M, CAT, [1e308, 1e308, 0]), {}, "targets", "sum to inf"),
    "distribution: of other classes": ((M, TWO_ROWS, [[1, 0], [0, 1]]), {}, "targets", "2 rows of 2"),
    "distribution: three dimensions": ((M, CAT, [[[1, 0, 0]]]), {}, "targets", "1 × 1 × 3 numbers"),
    "binary target: 2": ((B, 1.5, 2), {}, "targets", "between 0"),
    "binary target: just above 1": ((B, 1.5, 1.0000001), {}, "targets", "is 1.0000001"),
    "binary target: -1": ((B, [1.5, 0.0], [1, -1]), {}, "targets", "-1"),
    "binary target: nan": ((B, 1.5, NAN), {}, "targets", "nan"),
    "binary targets: too many": ((B, [1.5], [1, 0]), {}, "targets", "1 number and the targets 2 numbers"),
    "multi-label target: 2": ((L, CAT, [1, 2, 0]), {}, "targets", "2"),
    "multi-label target: an index": ((L, CAT, 1), {}, "targets", "3 numbers and the targets 1 number;"),
    "multi-label targets: one row for two": ((L, TWO_ROWS, [1, 0, 0]), {}, "targets", "each logit"),
    "names: too few": ((M, CAT, 0, ["cat", "dog"]), {}, "names", "3 classes and 2 names"),
    "names: none": ((M, CAT, 0, []), {}, "names", "0 names"),
    "names: too many for binary": ((B, 1.5, 1, ["no", "maybe", "yes"]), {}, "names", "3 names"),
    "names: one text": ((M, CAT, 0, "abc"), {}, "names", "list"),
    "names: a number": ((M, CAT, 0, 5), {}, "names", "list"),
    "names: numbers": ((M, CAT, 0, [1, 2, 3]), {}, "names", "list"),
    "names: bytes": ((M, CAT, 0, b"abc"), {}, "names", "list"),
    "names: an empty one": ((M, CAT, 0, ["cat", "", "fox"]), {}, "names", "empty"),
    "names: a blank one": ((M, CAT, 0, ["cat", " \t ", "fox"]), {}, "names", "empty"),
    "names: nothing to be seen": ((M, CAT, 0, ["cat", "\u200b", "fox"]), {}, "names", "can be seen"),
    "names: fillers": ((M, CAT, 0, ["cat", "\u2800\u3164\ufe0f", "fox"]), {}, "names", "can be seen"),
    "names: alike to the eye": ((M, CAT, 0, ["cat", "cat\u200b", "fox"]), {}, "names", "different"),
    "names: an array without a dimension": ((M, CAT, 0, np.array("x")), {}, "names", "list"),
    "names: 61 characters": ((M, CAT, 0, ["cat", "d" * 61, "fox"]), {}, "names", "61"),
    "names: 500 characters": ((M, CAT, 0, ["cat", "d" * 500, "fox"]), {}, "names", "at most 60"),
    "names: twice the same": ((M, CAT, 0, ["cat", "dog", "cat"]), {}, "names", "'cat'"),
    "names: the same but for space": ((M, CAT, 0, ["cat", "dog", " cat"]), {}, "names", "'cat'"),
    "names: the same, spelt otherwise": ((M, CAT, 0, ["é", "dog", "e\u0301"]), {}, "names", "different"),
    "names: a line break": ((M, CAT, 0, ["cat", "d\nog", "fox"]), {}, "names", "line break"),
    "names: a null": ((M, CAT, 0, ["cat", "d\0g", "fox"]), {}, "names", "control"),
    "names: a line separator": ((M, CAT, 0, ["cat", "d\u2028g", "fox"]), {}, "names", "control"),
    "names: half a character": ((M, CAT, 0, ["cat", "\ud800", "fox"]), {}, "names", "control"),
    "names: text turned round": ((M, CAT, 0, ["cat", "d\u202eg", "fox"]), {}, "names", "control"),
    "weight: negative": ((M, CAT, 0), {"weight": [1, -1, 1]}, "weight", "-1"),
    "weight: hardly negative": ((M, CAT, 0), {"weight": [1, -1.0000001, 1]}, "weight", "contains -1.0000001;"),
    "weight: infinite": ((M, CAT, 0), {"weight": [1, INF, 1]}, "weight", "inf"),
    "weight: nan": ((M, CAT, 0), {"weight": [1, NAN, 1]}, "weight", "nan"),
    "weight: too few": ((M, CAT, 0), {"weight": [1, 2]}, "weight", "one for each class"),
    "weight: a table": ((M, CAT, 0), {"weight": [[1, 2, 3]]}, "weight", "3"),
    "weight: words": ((M, CAT, 0), {"weight": ["a", "b", "c"]}, "weight", "numbers"),
    "weight: none": ((M, CAT, 0), {"weight": []}, "weight", "0 numbers"),
    "weight: by class, binary": ((B, [1.5, 1.0, 0.0], [1, 0, 1]), {"weight": [1, 2]}, "weight", "each example"),
    "weight: too many, multi-label": ((L, CAT, [1, 0, 0]), {"weight": [1] * 4}, "weight", "each label"),
    "pos_weight: multi-class": ((M, CAT, 0), {"pos_weight": 2}, "pos_weight", "use weight"),
    "pos_weight: negative": ((B, 1.5, 1), {"pos_weight": -2}, "pos_weight", "-2"),
    "pos_weight: two for one": ((B, 1.5, 1), {"pos_weight": [1, 2]}, "pos_weight", "give 1"),
    "ignore_index: half": ((M, CAT, 0), {"ignore_index": 0.5}, "ignore_index", "whole number"),
    "ignore_index: nan": ((M, CAT, 0), {"ignore_index": NAN}, "ignore_index", "whole number"),
    "ignore_index: infinite": ((M, CAT, 0), {"ignore_index": INF}, "ignore_index", "whole number"),
    "ignore_index: beyond exact floats": ((M, CAT, 0), {"ignore_index": 2**60}, "ignore_index", "at most"),
    "ignore_index: a word": ((M, CAT, 0), {"ignore_index": "none"}, "ignore_index", "number"),
    "ignore_index: missing": ((M, CAT, 0), {"ignore_index": None}, "ignore_index", "number"),
    "ignore_index: with distributions": ((M, CAT, [1, 0, 0]), {"ignore_index": 0}, "ignore_index", "class indices"),
    "ignore_index: binary": ((B, 1.5, 1), {"ignore_index": 0}, "ignore_index", "-100"),
    "label_smoothing: above 1": ((M, CAT, 0), {"label_smoothing": 1.5}, "label_smoothing", "1.5"),
    "label_smoothing: negative": ((M, CAT, 0), {"label_smoothing": -0.1}, "label_smoothing", "between 0 and 1"),
    "label_smoothing: nan": ((M, CAT, 0), {"label_smoothing": NAN}, "label_smoothing", "nan"),
    "label_smoothing: two": ((M, CAT, 0), {"label_smoothing": [0.1, 0.2]}, "label_smoothing", "one number"),
    "temperature: 0": ((M, CAT, 0), {"temperature": 0}, "temperature", "above 0"),
    "temperature: negative": ((M, CAT, 0), {"temperature": -1}, "temperature", "-1"),
    "temperature: infinite": ((M, CAT, 0), {"temperature": INF}, "temperature", "finite"),
    "temperature: nan": ((M, CAT, 0), {"temperature": NAN}, "temperature", "nan"),
    "temperature: a word": ((M, CAT, 0), {"temperature": "hot"}, "temperature", "a number"),
    "reduction: unknown": ((M, CAT, 0), {"reduction": "batchmean"}, "reduction", "mean, sum, none"),
    "reduction: missing": ((M, CAT, 0), {"reduction": None}, "reduction", "None"),
    "unit: unknown": ((M, CAT, 0), {"unit": "bans"}, "unit", "nats, bits"),
}


@pytest.mark.parametrize(("arguments", "options", "part", "words"), INVALID.values(), ids=INVALID)
def test_invalid(arguments: tuple[Any, ...], options: dict[str, Any], part: str, words: str) -> None:
    with pytest.raises(InvalidCase) as caught:
        Case(*arguments, **options)
    sentence = str(caught.value)
    assert caught.value.part == part
    assert words in sentence
    assert caught.value.__cause__ is None
    assert re.fullmatch(
        r"([A-Z]|(ignore_index|(pos_)?weight)\b).{15,200}\.", sentence
    )  # one readable sentence, on one line
    assert not re.search(r"array|dtype|Error|object|ufunc|numpy|\[|<|\bNaN\b", sentence)


def test_a_batch_is_not_printed_in_a_message() -> None:
    with pytest.raises(InvalidCase) as caught:
        Case(M, np.zeros((500, 20)), np.full((500, 20), 0.5))
    assert len(str(caught.value)) < 100


# ------------------------------------------------------------------------------------------------------- frozen


def test_a_case_is_frozen() -> None:
    case = Case(L, TWO_ROWS, [[1, 0, 0], [0, 1, 1]], weight=[1, 2, 3], pos_weight=2)
    for field in dataclasses.fields(case):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(case, field.name, None)
    for array in (case.logits, case.targets, case.weight, case.pos_weight):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 9.0


@pytest.mark.parametrize("setup", Setup)
def test_the_sources_are_copied(setup: Setup) -> None:
    shape = (2,) if setup is Setup.BINARY else (2, 3)
    sources = {
        "logits": np.ones(shape),
        "targets": np.array([0, 1]) if setup is Setup.MULTICLASS else np.ones(shape),
        "weight": np.ones(shape[-1]),
    }
    case = Case(setup, **sources)
    for name, source in sources.items():
        before = getattr(case, name).copy()
        source[...] = 0  # still writable, and not the case's
        np.testing.assert_array_equal(getattr(case, name), before)


def test_a_distribution_is_copied() -> None:
    q = np.array([[0.7, 0.2, 0.1]])
    case = Case(M, CAT, q)
    q[0] = [0.0, 0.0, 1.0]
    assert case.targets.tolist() == [[0.7, 0.2, 0.1]]


def test_replace() -> None:
    case = Case(M, CAT, 0, ["cat", "dog", "fox"])
    hot = dataclasses.replace(case, temperature=2.0)
    assert (hot.temperature, hot.names, case.temperature) == (2.0, case.names, 1.0)
    with pytest.raises(InvalidCase):
        dataclasses.replace(case, temperature=0.0)


# ----------------------------------------------------------------------------------------------------- equality

SAME = {
    "with and without its N": (Case(M, CAT, 0), Case(M, [CAT], [0])),
    "a set-up and its name": (Case("binary", 1.0, 1), Case(Setup.BINARY, [1.0], [1.0])),
    "nan": (Case(M, [NAN, 1.0], 0), Case(M, [NAN, 1.0], 0)),
    "any nan, whatever its sign bit": (Case(M, [NAN, 1.0], 0), Case(M, [-NAN, 1.0], 0)),
    "names given and filled in": (Case(M, [1.0, 2.0], 0), Case(M, [1.0, 2.0], 0, ["class 0", "class 1"])),
    "one weight and all of it": (Case(M, CAT, 0, weight=2), Case(M, CAT, 0, weight=[2, 2, 2])),
    "no negative zero where it means nothing": (
        Case(B, 1.0, 0.0, weight=0.0, label_smoothing=0.0),
        Case(B, 1.0, -0.0, weight=-0.0, label_smoothing=-0.0),
    ),
}
BASE: dict[str, Any] = {"setup": M, "logits": TWO_ROWS, "targets": [0, 1]}
OTHER = {
    "logits": [CAT, [0.0, 0.0, 3.0000000000000004]],
    "targets": [0, 2],
    "names": ["a", "b", "c"],
    "weight": [1, 1, 1],
    "ignore_index": -1,
    "label_smoothing": 0.1,
    "temperature": 1.0000000000000002,
    "reduction": "sum",
    "unit": "bits",
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_equal(one: Case, other: Case) -> None:
    assert one == other
    assert hash(one) == hash(other)
    assert len({one, other}) == 1


@pytest.mark.parametrize("field", OTHER)
def test_unequal(field: str) -> None:
    assert Case(**BASE) != Case(**{**BASE, field: OTHER[field]})


def test_unequal_kinds() -> None:
    assert Case(M, [CAT] * 3, [1, 0, 0]) != Case(L, [CAT] * 3, np.eye(3))
    assert Case(M, [0.0, 1.0], 0) != Case(M, [-0.0, 1.0], 0)  # a logit keeps its sign bit
    assert Case(M, CAT, 0) != "multiclass"
    assert Case(M, CAT, 0) != CAT
