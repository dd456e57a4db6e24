"""The shape of an array from its brackets alone: a text in which 0 stands for every number."""

from __future__ import annotations

import re

import numpy as np

from explorer.reading.numbers import CALL
from explorer.reading.unreadable import Unreadable
from explorer.spelling import counted

MAX_DEPTH = 16  # brackets within brackets, those of calls included

ONE_TUPLE = "}"  # stands for a closing parenthesis after a comma
_STEPS = np.zeros(256, dtype=np.int8)
_STEPS[list(b"[({")] = 1
_STEPS[list(b"])}")] = -1
_INNERMOST = re.compile(r"[\[({]([^\[\](){}]*+)[\])}]")
_SEVERAL = "it holds more than one array; paste one at a time"
UNEQUALLY_DEEP = "not every number is in as many brackets; write each row as a list, as in [[1, 2], [3, 4]]"
_LISTS = {"[]", "()", "(" + ONE_TUPLE}


def check_brackets(skeleton: str) -> None:
    """Refuse brackets that do not match or are too deep, and several arrays in calls beside each other."""
    signs = np.frombuffer(skeleton.encode("ascii"), dtype=np.uint8)
    steps = _STEPS[signs]
    depth = np.cumsum(steps, dtype=np.int32)
    if depth.min() < 0 or depth[-1] != 0:
        raise Unreadable("its brackets do not match; copy all of it, from the first bracket to the last")
    if depth.max() > MAX_DEPTH:
        raise Unreadable(f"its brackets are {depth.max():,} deep, and at most {MAX_DEPTH} are read")
    outermost = signs[(depth == 1) & (steps == 1)]
    beside = np.count_nonzero((depth == 0) & (signs == ord("0")))
    if len(outermost) + beside > 1 and ord(CALL) in outermost:
        raise Unreadable(_SEVERAL)


def shape_of(skeleton: str) -> tuple[int, ...]:
    """Return the shape of nested lists from their brackets.

    The innermost lists must all be alike. Each becomes one item of the next kind (0 for a number, 1 for a list of
    numbers, 2 for a list of those), until no brackets are left: as many rounds as there are dimensions.
    """
    sizes: list[int] = []
    item = "0"
    while True:
        # A tuple of arrays is what functions return: (logits, labels). Numbers in calls are NumPy's print of a tuple,
        # and a tuple within a call is one array.
        if sizes and re.search(rf"(?<!\{{)\(\{{{re.escape(item)}[)}}]\{{", skeleton):
            raise Unreadable(_SEVERAL)
        skeleton = _unwrapped(skeleton, item)
        lists = {match.group() for match in _INNERMOST.finditer(skeleton)}
        if not lists:
            break
        size = len(min(lists)) - 2
        if not size or any(text[1:-1] != item * size for text in lists):
            raise Unreadable(_unlike(skeleton, item))
        following = chr(ord(item) + 1)
        for text in lists:
            if text[0] == CALL:
                raise Unreadable("several values stand in one call; write them as a list, as in tensor([1, 2])")
            if text[0] + text[-1] not in _LISTS:
                raise Unreadable("a round bracket meets a square one; close each with its own kind")
            skeleton = skeleton.replace(text, following)
        sizes.insert(0, size)
        item = following
    if skeleton.strip(item) or (len(skeleton) > 1 and not sizes):
        raise Unreadable(_unlike(skeleton, item))
    return (len(skeleton), *sizes) if len(skeleton) > 1 else tuple(sizes)


def _unwrapped(skeleton: str, item: str) -> str:
    """Take off parentheses around a single item: those of calls, and those that only group."""
    wrappings = (f"({item})", f"{CALL}{item})", f"{CALL}{item}{ONE_TUPLE}")
    while any(wrapping in skeleton for wrapping in wrappings):
        for wrapping in wrappings:
            skeleton = skeleton.replace(wrapping, item)
    return skeleton


def _unlike(skeleton: str, item: str) -> str:
    """Say which of the innermost lists is the first to be empty, to hold not only items, or to have another size."""
    row, of = ("row", "number") if item == "0" else ("part", "row")
    size = 0
    for number, match in enumerate(_INNERMOST.finditer(skeleton), 1):
        content = match.group(1)
        size = size or len(content)
        if not content:
            return "a pair of brackets is empty; write at least one number in each"
        if content.strip(item):
            break
        if len(content) != size:
            first = counted(size, of)
            return f"{row} 1 has {first} and {row} {number:,} has {len(content):,}; give every {row} the same length"
    return UNEQUALLY_DEEP
