"""How numbers are written and read, in links, fields and code, and how outside text is quoted."""

from __future__ import annotations

import math
import re

from explorer.errors import InvalidCase

_NUMBER = re.compile(r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|inf(?:inity)?|nan)", re.IGNORECASE | re.ASCII)


def number_text(value: float) -> str:
    """Return the shortest text that reads back as exactly this float: 2, 0.1, 1e-7, inf."""
    text = repr(float(value)).removesuffix(".0")
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if e else text


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: 1 row, 3 rows, 10,000 rows."""
    return f"{count:,} {noun if count == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """Return the plural of a noun that forms it with -s or -es."""
    return noun + ("es" if noun.endswith("s") else "s")


def extent(shape: tuple[int, ...]) -> str:
    """Return in words how much an array of a shape holds: 1 number, 3 numbers, 2 rows of 3, 2 × 3 × 4 numbers."""
    if len(shape) > 2:
        return f"{' × '.join(map(str, shape))} numbers"
    return f"{counted(shape[0], 'row')} of {shape[1]}" if len(shape) == 2 else counted(math.prod(shape), "number")


def parse_number(text: str) -> float:
    """Read one number as people type it: 2, -0.5, .5, 1e3, inf, -inf, nan. Raises InvalidCase."""
    stripped = text.strip().replace("\u2212", "-").replace("\u221e", "inf")  # a pasted minus sign or infinity sign
    if not stripped:
        raise InvalidCase("A number is missing.")
    if not _NUMBER.fullmatch(stripped):
        raise InvalidCase(f"{excerpt(text)} is not a number; write it like 2, -0.5, 1e3 or -inf.")
    if problem := range_problem(stripped):
        raise InvalidCase(f"{problem}.")
    return float(stripped)


def range_problem(text: str) -> str:
    """Say why a number's text cannot be a float64, or nothing where it can: it would become infinite, or 0."""
    value = float(text)
    if math.isinf(value) and "inf" not in text.lower():
        return f"{excerpt(text)} is beyond what float64 holds; write {number_text(value)} if you mean infinity"
    if value == 0.0 and re.search("[1-9]", text.lower().partition("e")[0]):
        return f"{excerpt(text)} is closer to 0 than float64 holds; write 0 if you mean zero"
    return ""


def parse_numbers(text: str) -> list[float]:
    """Read a row of numbers, separated by commas or semicolons. Raises InvalidCase."""
    return [parse_number(part) for part in text.replace(";", ",").split(",")]


def excerpt(text: str) -> str:
    """Quote outside text for a message: on one line, at most 30 characters, control characters shown as such."""
    return repr(text if len(text) <= 30 else text[:27] + "...")
