"""What a number looks like: the check that a text is numbers, brackets and separators only, and their values."""

from __future__ import annotations

import re

import numpy as np

from explorer.numerics import Array
from explorer.reading.unreadable import Unreadable
from explorer.spelling import excerpt, range_problem

MAX_NUMBERS = 5_000_000

# Possessive (++, *+): what was matched is never tried again, which keeps the time linear. A look-ahead for one sign
# before a look-behind lets the engine skip at once what cannot begin a match.
NUMBER = r"[+-]?(?:(?:\d++(?:_\d++)*+(?:\.\d*+)?|\.\d++)(?:e[+-]?\d{1,5}+)?|inf(?:inity)?|nan)"
FLAGS = re.ASCII | re.IGNORECASE

CALL = "{"  # stands for the opening parenthesis of a call that only wraps: tensor(

TRUTH = "true|false"
IN_BLOCKS = "it was printed in blocks; paste one list, as x.tolist() prints it"
MISSING = r"none|null|na|<na>|n/a|#n/a|nat|--?|\?"
_BODY = re.compile(rf"(?:[\s,\[\](){{]++|(?:{NUMBER}|{TRUTH})(?![\w.+\-\[({{]))*+", FLAGS)
_WORD = re.compile(r"[^\s,;\[\](){]{1,60}(?:[\[(][^\s,;{]{0,60})?|.", re.DOTALL)

# What a word that is not a number most likely is, and what to do about it.
_ADVICE = tuple(
    (re.compile(kind, FLAGS | re.DOTALL), problem)
    for kind, problem in (
        (MISSING, "{word} stands where a number is missing; write nan, or leave that row out"),
        (r"[a-z_][\w.]*\(.*", "{word} is code, and code is not run here; paste what it prints"),
        (r"[\d.e+-]+j", "{word} is a complex number; only real ones can be read"),
        (r"columns?|\\|\.|:", IN_BLOCKS),
        (r"[\d.]+[\[(].*", "a bracket follows a number in {word}; write the number alone"),
        (r";", "a semicolon stands inside brackets; write each row as a list, as in [[1, 2], [3, 4]]"),
        (r".*", "{word} is not a number; numbers are written like 2, -0.5, 1e-3, nan or -inf"),
    )
)
_GAP = re.compile(r"(?:\A|[\[({,\n]),")
ONE_NUMBER = (
    "{word} looks like one number; write decimals with a point, thousands without a comma, and a space after each"
    " comma between numbers"
)
_ZERO_AFTER_COMMA = re.compile(r"\d,0\d\w{0,20}")

_DIGIT, _SPACE = ord("0"), ord(" ")
_KINDS = np.full(256, _DIGIT, dtype=np.uint8)  # what a character becomes in the skeleton
_KINDS[list(b" \t\v\f")] = _SPACE
_KINDS[list(b"\n,[](){")] = list(b"\n,[](){")

# The only numbers that float64 may not hold: three digits in the exponent, or very many before it.
_FAR_FROM_1 = re.compile(rb"(?<![\d.])[+-]?(?:[\d.]++e[+-]?0*+[1-9]\d\d++|[\d.]{200,}+(?:e[+-]?\d++)?)")
_TO_SPACES = bytes.maketrans(b"\n\t\v\f,[](){", b" " * 10)


def skeleton_of(text: str) -> str:
    """Check that a text is numbers and separators only; return it with 0 for every number, and without spaces."""
    check_words(text)
    kinds = _KINDS[np.frombuffer(text.encode("ascii"), dtype=np.uint8)]
    keep = kinds != _SPACE
    keep[1:] &= (kinds[1:] != _DIGIT) | (kinds[:-1] != _DIGIT)  # of each number its first character only
    skeleton = kinds[keep].tobytes().decode("ascii")
    count = skeleton.count("0")
    if count == 0:
        raise Unreadable("it holds no numbers; paste at least one")
    if count > MAX_NUMBERS:
        raise Unreadable(f"it holds {count:,} numbers, and at most {MAX_NUMBERS:,} are read; use fewer rows")
    if _GAP.search(skeleton):
        raise Unreadable("a number is missing before a separator; write nan, or leave that row out")
    if "0,0" in skeleton and "00" in skeleton:
        raise Unreadable("commas stand between some numbers and spaces between others; use one of them throughout")
    if "." not in text and (odd := _ZERO_AFTER_COMMA.search(text)):
        raise Unreadable(ONE_NUMBER.format(word=excerpt(odd.group())))
    return skeleton


def check_words(text: str) -> None:
    """Refuse what is neither a number nor a bracket or separator, and say what it seems to be."""
    match = _BODY.match(text)
    end = match.end() if match else 0
    if end == len(text):
        return
    start = end - len(re.split(r"[\s,;\[\](){]", text[max(0, end - 60) : end])[-1])
    match = _WORD.match(text, start)
    if match is None or match.end() <= end:
        match = _WORD.match(text, end)
    word = match.group() if match else ""
    raise Unreadable(next(problem.format(word=excerpt(word)) for kind, problem in _ADVICE if kind.fullmatch(word)))


def values_of(text: str, count: int) -> Array:
    """Convert the numbers of a text that has been checked."""
    words = text.encode("ascii").translate(_TO_SPACES, b"_").lower().replace(b"true", b"1").replace(b"false", b"0")
    numbers = np.fromstring(words, dtype=np.float64, sep=" ", count=count)
    if not numbers.all() or np.isinf(numbers).any():
        for match in _FAR_FROM_1.finditer(words):
            if problem := range_problem(match.group().decode("ascii")):
                raise Unreadable(problem)
    numbers[np.isnan(numbers)] = np.nan  # one nan, without a sign
    return numbers
