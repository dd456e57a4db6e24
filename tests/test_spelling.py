"""Numbers as text and back: exact, no digit too long, and forgiving of how people type them."""

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer import InvalidCase
from explorer.spelling import counted, excerpt, extent, number_text, parse_number, parse_numbers

INF, NAN = math.inf, math.nan

TEXTS = {
    0.0: "0",
    2.0: "2",
    -1.0: "-1",
    0.1: "0.1",
    -0.5: "-0.5",
    0.1 + 0.2: "0.30000000000000004",
    1e-7: "1e-7",
    1e16: "1e16",
    1.5e300: "1.5e300",
    1000.0: "1000",
    5e-324: "5e-324",
    1.7976931348623157e308: "1.7976931348623157e308",
    INF: "inf",
    -INF: "-inf",
}


@pytest.mark.parametrize(
    ("count", "noun", "text"),
    [(0, "row", "0 rows"), (1, "row", "1 row"), (2, "class", "2 classes"), (10_000, "row", "10,000 rows")],
)
def test_counted(count: int, noun: str, text: str) -> None:
    assert counted(count, noun) == text


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        ((), "1 number"),
        ((1,), "1 number"),
        ((3,), "3 numbers"),
        ((10_000,), "10,000 numbers"),
        ((1, 3), "1 row of 3"),
        ((2, 1), "2 rows of 1"),
        ((2, 3, 4), "2 × 3 × 4 numbers"),
    ],
)
def test_extent(shape: tuple[int, ...], text: str) -> None:
    assert extent(shape) == text


@pytest.mark.parametrize(("value", "text"), TEXTS.items(), ids=TEXTS.values())
def test_number_text(value: float, text: str) -> None:
    assert number_text(value) == text


def test_number_text_of_the_others() -> None:
    assert number_text(-0.0) == "-0"
    assert number_text(NAN) == "nan"
    assert number_text(np.float64(0.1)) == "0.1"
    assert number_text(np.int64(-100)) == "-100"


@settings(max_examples=500)
@given(st.floats(allow_nan=False) | st.integers(-(10**17), 10**17).map(float))
def test_number_text_is_exact_and_no_digit_too_long(value: float) -> None:
    text = number_text(value)
    assert parse_number(text) == value
    assert math.copysign(1.0, float(text)) == math.copysign(1.0, value)
    assert not re.search(r"\.0$|\+|e-?0|\s", text)
    digits = re.sub(r"\D", "", text.partition("e")[0]).strip("0")
    if len(digits) > 1:  # one digit less is another number
        assert float(f"{value:.{len(digits) - 2}e}") != value


NUMBERS = {
    "2": 2.0,
    " 2 ": 2.0,
    "-0.5": -0.5,
    ".5": 0.5,
    "5.": 5.0,
    "+3": 3.0,
    "1e3": 1000.0,
    "1E-3": 0.001,
    "1e+3": 1000.0,
    "007": 7.0,
    "-0": -0.0,
    "1e308": 1e308,
    "5e-324": 5e-324,
    "0e-999": 0.0,
    "0.0E999": 0.0,
    "inf": INF,
    "-INF": -INF,
    "+Infinity": INF,
    "∞": INF,
    "-∞": -INF,
    "−∞": -INF,
    "−2": -2.0,
    "nan": NAN,
    "NaN": NAN,
    "0.1000000000000000055511151231257827": 0.1,
}
# fmt: off
NOT_NUMBERS = [
    "two", "1,5", "--1", "+-1", "1e", "e1", ".", "-", "0x10", "1_000", "1e1.5", "1/2", "50%", "½", "infinit",
    "nan()", "$1", "None", "True", "1j",
]
# fmt: on


@pytest.mark.parametrize(("text", "value"), NUMBERS.items(), ids=list(NUMBERS))
def test_parse_number(text: str, value: float) -> None:
    np.testing.assert_array_equal(parse_number(text), value)
    assert math.copysign(1.0, parse_number(text)) == math.copysign(1.0, value)


@pytest.mark.parametrize("text", ["", " ", "1 2", "1\n2", "\0", "\u0661", "\uff11", "2" * 50 + "x", *NOT_NUMBERS])
def test_not_a_number(text: str) -> None:
    with pytest.raises(InvalidCase) as caught:
        parse_number(text)
    assert re.fullmatch(
        r"(A number is missing|'.{1,40}' is not a number; write it like 2, -0.5, 1e3 or -inf)\.", str(caught.value)
    )


BEYOND = {
    "1e999": "'1e999' is beyond what float64 holds; write inf if you mean infinity.",
    "−1e309": "'-1e309' is beyond what float64 holds; write -inf if you mean infinity.",
    "9" * 400 + ".": "'999999999999999999999999999...' is beyond what float64 holds; write inf if you mean infinity.",
    "1E-999": "'1E-999' is closer to 0 than float64 holds; write 0 if you mean zero.",
    "0." + "0" * 400 + "1": f"'0.{'0' * 25}...' is closer to 0 than float64 holds; write 0 if you mean zero.",
    "1e" + "9" * 5000: "'1e9999999999999999999999999...' is beyond what float64 holds; write inf if you mean infinity.",
}


@pytest.mark.parametrize(("text", "sentence"), BEYOND.items(), ids=[text[:9] for text in BEYOND])
def test_a_number_that_a_float_would_change_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(InvalidCase) as caught:
        parse_number(text)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a", "'a'"),
        ("a\nb\0", r"'a\nb\x00'"),
        ("x" * 30, f"'{'x' * 30}'"),
        ("x" * 31, f"'{'x' * 27}...'"),
        ("\u202e", r"'\u202e'"),
    ],
)
def test_excerpt(text: str, shown: str) -> None:
    assert excerpt(text) == shown


@pytest.mark.parametrize(
    ("text", "values"),
    [("2", [2.0]), ("1, 2,0.5", [1.0, 2.0, 0.5]), ("1;2", [1.0, 2.0]), ("-inf,∞", [-INF, INF])],
)
def test_parse_numbers(text: str, values: list[float]) -> None:
    assert parse_numbers(text) == values


@pytest.mark.parametrize("text", ["", "1,", ",1", "1,,2", "1 2", "1,a"])
def test_not_a_row_of_numbers(text: str) -> None:
    with pytest.raises(InvalidCase):
        parse_numbers(text)
