"""The one number in a line of a log: the loss, among times, epochs and percentages."""

from __future__ import annotations

import re

from explorer.reading.numbers import FLAGS, NUMBER
from explorer.reading.prints import OPTION
from explorer.reading.unreadable import Unreadable
from explorer.spelling import excerpt, range_problem

_MAX_NUMBER_TEXT = 10_000  # characters around a single number: some lines of a log

_ALONE = rf"(?<![\w.+\-/])({NUMBER})(?![\w+\-/]|\.?#|[.,]\d|\s*%)"
_ANY_NUMBER = re.compile(_ALONE, FLAGS)
_AFTER_LOSS = re.compile(
    rf"loss[^\w\[(]{{0,9}}?(?:(?:is|was|of)\s)?(?:[\w.]{{1,40}}\()?\s{{0,9}}{_ALONE}(?!\s*[:=])", FLAGS
)
_COMMA = re.compile(r"(?<=\d),(?=\d)")
_THOUSANDS = re.compile(r"(?<![\d.])[1-9]\d{0,2},\d{3}(?!\d)")
_GROUPED = re.compile(r"(?<![\d.,])\d{1,20}(?:,\d{1,20}){1,20}(?:\.\d{1,20})?")


def only_number(text: str) -> str:
    """Return the digits of the one number in a line that is meant. Raises Unreadable for none, or several."""
    if len(text) > _MAX_NUMBER_TEXT:
        raise Unreadable(f"it has {len(text):,} characters; give the loss alone, such as 0.5514")
    text = OPTION.sub("", text)
    if "." not in text and len(_COMMA.findall(text)) == 1:
        if thousands := _THOUSANDS.search(text):
            raise Unreadable(
                f"the comma in {excerpt(thousands.group())} could be a decimal point; if so, write a point"
            )
        text = _COMMA.sub(".", text)
    found = _ANY_NUMBER.findall(text)
    if len(found) > 1:
        found = _AFTER_LOSS.findall(text) or found
    if len(found) != 1:
        what = f"{len(found)} numbers" if found else "no number"
        raise Unreadable(f"it holds {what}; give the loss alone, such as 0.5514")
    for grouped in _GROUPED.finditer(text):
        if found[0] in grouped.group():
            raise Unreadable(f"{excerpt(grouped.group())} has commas in it; write one number without them")
    word = str(found[0]).replace("_", "")
    if problem := range_problem(word):
        raise Unreadable(problem)
    return word
