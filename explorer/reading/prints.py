"""What consoles, libraries and languages print around the numbers, which is taken off piece by piece."""

from __future__ import annotations

import math
import re

import numpy as np

from explorer.numerics import Array
from explorer.reading.brackets import ONE_TUPLE, check_brackets, shape_of
from explorer.reading.numbers import CALL, FLAGS, IN_BLOCKS, NUMBER, TRUTH, skeleton_of, values_of
from explorer.reading.tables import FIRST_CELL, is_name, table_of
from explorer.reading.unreadable import Unreadable
from explorer.spelling import range_problem

_LONGEST_FOOTER = 300  # characters: [torch.FloatTensor of size 2x3]

_CODE_LINE = re.compile(r"^(?:>>>|\.\.\.|In \[\d+\]:|   +\.\.\.+:)(?: |$)", re.MULTILINE)
_LEFT_OUT = re.compile(r"\.{3}|^[ \t]*+\.\.(?:[ \t]|$)", re.MULTILINE)
_SIZE = r"(\d{1,9}(?:[x,] ?\d{1,9}){0,15})"
_SIZE_FOOTER = re.compile(
    rf"\s*+(?:\[ *(?:torch\.[\w.]+ of (?:size|dimension) |[\w\[\]]+\{{){_SIZE}[^\[\]]*\]|<NDArray[^<>]*>)\s*$"
)
_SERIES_FOOTER = re.compile(r"\n(?:(?:Name|Length|Freq): [^\n]*, )?dtype: \w+\s*$")
_JSON_OBJECT = re.compile(r"""\s*+\{\s*+(?:"[^"]{0,80}"|'[^']{0,80}')\s*+:([^{}]*+)\}\s*+""")
_JSON_NAME = re.compile(r"""["']\s*+:""")

# "logits =", "Out[3]: x =", "Parameter containing:"; or words before the first bracket.
_LABEL = re.compile(
    r"\s*+(?:(?:[A-Za-z_][\w .\-]{0,80}(?:\[\d*\])? ?[:=](?!=)\s*+){1,3}|[A-Za-z_][\w .]{0,80}\s(?=[\[{]))"
)
_FACTOR = re.compile(rf"(\s*+\{{?+\s*+)({NUMBER})\s*+\*", FLAGS)
_QUOTED_NUMBER = re.compile(rf"""(["'])\s*+({NUMBER})\s*+\1""", FLAGS)

# What R and Julia print above and before the numbers.
_R_VECTOR = re.compile(r"(?:\s*+\[\d{1,9}\][ \t]++[^\s\[\]][^\n\[\]]*+(?:\n\s*+|\Z))++")
_R_COLUMNS = re.compile(r"\s*+\[,1\](?:[ \t]++\[,\d{1,9}\])*+[ \t]*+\n")
_R_ROW = re.compile(r"^[ \t]*+\[(\d{1,9}),\][ \t]", re.MULTILINE)
_R_BLOCK = re.compile(r"^[ \t]*+\[,\d", re.MULTILINE)
_JULIA_HEADER = re.compile(r"\s*+(?:(\d{1,9})-element|(\d{1,9}(?:×\d{1,9}){1,15}+)) [A-Za-z][^\n]{0,200}:[ \t]*+\n")

_KIND = r"(?:float|double|half|bfloat|int|uint|long|short|bool)\d*_?"
_ARRAY = (
    "(?:as_?|nd|Float|Double|Half|BFloat16|Long|Int|Short|Byte|Char|Bool|Device|ShardedDevice)?(?:[Tt]ensor|[Aa]rray)"
    rf"|constant|convert_to_tensor|matrix|[Vv]ariable|[Pp]arameter|list|tuple|{_KIND}"
)
_SAME_VALUES = "float|double|long|to|type|astype|cuda|cpu|detach|clone|contiguous|requires_grad_|numpy|item|tolist"
_OPTION_NAME = (
    "dtype|device|grad_fn|requires_grad|shape|size|weak_type|sharding|id|path|name|trainable|copy|place|stop_gradient"
)
_OPTION_VALUE = r"""(?:'[^'\n]*'|"[^"\n]*"|(?:<|&lt;)[^<>&\n]*(?:>|&gt;)|\[[^\[\]]*\]|[\w.:]*(?:\([^()]*\))?)"""
OPTION = re.compile(rf"(?=[a-z])(?<![\w.])(?:{_OPTION_NAME}) ?=(?!=) ?{_OPTION_VALUE} *+,?")

# What is taken off, in this order: a sign that tells whether to look, what to look for, and what is left of it.
_SURROUNDINGS = (
    # Comments, but not 1.#INF, #N/A, #DIV/0! and column #.
    ("#", re.compile(r"(?<![^\s\[\](){},])#(?!N/A|[A-Z0-9/]++[!?]|[,;\t])[^\n]*"), ""),
    ("=", OPTION, ""),
    ("(", re.compile(rf",\s*+(?:[A-Za-z_]\w*+\.)?{_KIND}\s*+(?=\))"), ""),  # np.array([1, 2], np.float32)
    ("<", re.compile(r"<[\w.'\":/, ]{0,200}?\b(?:numpy|value)="), CALL),  # <tf.Tensor: shape=(2,), numpy=...>
    ("_", re.compile(r"(?=n)(?<![\w.])(?:np|numpy)\.(True|False)_(?!\w)"), r"\1"),
    ("=", re.compile(r"(?=[dv])(?<![\w.])(?:data|value) ?=(?!=)"), ""),
    ("(", re.compile(rf"(?=[A-Za-z_])(?<![\w.])(?:[A-Za-z_]\w*+\.){{0,4}}+(?:{_ARRAY})\("), CALL),
    (").", re.compile(rf"\)(?:\.(?:{_SAME_VALUES})\([^()]*\))+"), ")"),
)


def array_of(text: str) -> Array:
    """Return the numbers of a plain text, in the shape in which they stand. Raises Unreadable."""
    text = _output(text)
    if ".." in text and _LEFT_OUT.search(text):
        raise Unreadable(
            "the print is shortened with '...'; print all of it after torch.set_printoptions(profile=\"full\") or"
            " np.set_printoptions(threshold=sys.maxsize), or paste x.tolist()"
        )
    if printed := _JULIA_HEADER.match(text):
        body = text[printed.end() :].rstrip()
        if "[" in body:  # lists in a list
            return _nested(body)
        return _reshaped(table_of(body, is_series=False), printed.group(1) or printed.group(2))
    text = _from_r(text)
    tail = max(0, len(text) - _LONGEST_FOOTER)
    size, series = _SIZE_FOOTER.search(text, tail), _SERIES_FOOTER.search(text, tail)
    if footer := size or series:
        text = text[: footer.start()]
    text, factor = _bare(text)
    first_line, _, others = text.partition("\n")
    is_nested = any(bracket in (others or first_line) for bracket in "[](){")  # a header may hold them: p(cat),p(dog)
    numbers = _nested(text) if is_nested else table_of(text, is_series=series is not None)
    if factor != 1.0:
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):  # 0 * inf is nan
            product = numbers * factor
        is_limit, was_limit = (np.isinf(values) | (values == 0.0) for values in (product, numbers))
        if math.isfinite(factor) and factor and np.any(is_limit & ~was_limit):
            raise Unreadable("one of its numbers, times the factor before them, is beyond what float64 holds")
        numbers = product
    return _reshaped(numbers, size.group(1)) if size and size.group(1) else numbers


def _from_r(text: str) -> str:
    """Write a vector or matrix as R prints it, with the place of each line or row before it, as a list."""
    if "[" not in text:
        return text
    if _R_VECTOR.fullmatch(text):
        lines = [line.replace("[", "").split("]") for line in text.split("\n") if line.strip()]
        following = 1
        for place, numbers in lines:
            if int(place) != following:
                raise Unreadable("its lines do not continue one another; paste one vector at a time, and all of it")
            following += len(numbers.split())
        return f"[{' '.join(numbers for _, numbers in lines)}]"
    header, _, body = text.lstrip().partition("\n")
    is_matrix = _R_COLUMNS.match(text) or (_R_ROW.match(body) and all(map(is_name, header.split())))
    if not is_matrix and not header.startswith(", , "):
        return text
    if not is_matrix or _R_BLOCK.search(body):
        raise Unreadable(IN_BLOCKS)
    places = [int(place) for place in _R_ROW.findall(body)]
    if places != list(range(1, len(places) + 1)):
        raise Unreadable("the rows of its matrix are not numbered from 1; copy all of it")
    rows = (_R_ROW if places else FIRST_CELL[" "]).sub("", body).split("\n")
    return f"[{' '.join(f'[{row}]' for row in rows if row.strip())}]"


def _reshaped(numbers: Array, size: str) -> Array:
    """Give numbers the shape that their print names, such as 2x3."""
    shape = tuple(map(int, re.findall(r"\d+", size)))
    if math.prod(shape) != numbers.size:
        raise Unreadable(f"it holds {numbers.size:,} numbers and should, as it says, be {size}; copy all of it")
    if numbers.ndim == 2 and numbers.shape != shape:
        raise Unreadable(f"its rows are not those of the size that it says, {size}; copy all of it as it was printed")
    return numbers.reshape(shape)


def _output(text: str) -> str:
    """Of a console session only what was printed; where nothing was, what was typed."""
    text = text.lstrip("\n")
    if not text.startswith((">>>", "In [")):
        return text
    printed = "\n".join(line for line in text.split("\n") if not _CODE_LINE.match(line))
    return printed if printed.strip() else _CODE_LINE.sub("", text)


def _bare(text: str) -> tuple[str, float]:
    """Take off what surrounds the numbers: comments, options, calls, their name, and a factor, which is returned."""
    if "{" in text:
        single = _JSON_OBJECT.fullmatch(text)
        if single and not _JSON_NAME.search(single.group(1)):
            text = single.group(1)
        elif ":" in text:
            raise Unreadable("it is an object with several names; paste one list of numbers alone")
        else:
            text = text.replace("{", "[").replace("}", "]")  # as lists are written in C, Java and Mathematica
    for sign, surrounding, remains in _SURROUNDINGS:
        if sign in text:
            text, count = surrounding.subn(remains, text)
            if sign == "<" and count:
                text = text.replace(">", ")")
    if label := _LABEL.match(text):
        text = text[label.end() :]
    factor = 1.0
    if scaled := _FACTOR.match(text):
        text, factor = scaled.group(1) + text[scaled.end() :], float(scaled.group(2))
        if problem := range_problem(scaled.group(2)):
            raise Unreadable(problem)
    if "'" in text or '"' in text:
        text = _QUOTED_NUMBER.sub(r"\2", text)
    return text.rstrip(" \n\t,;"), factor


_INNERMOST_CALL = re.compile(r"\{([^{}()]*+)\)")
_FLOAT = re.compile(r"\.|\de|inf|nan", FLAGS)
_TRUTHS = re.compile(TRUTH, FLAGS)


def _nested(text: str) -> Array:
    """Read lists within lists, with or without commas."""
    text = text.replace("\n", " ")
    if ";" in text and (matrix := re.fullmatch(r"\s*+\[([^\[\]()]*+)\]\s*+", text)):
        return table_of(matrix.group(1), is_series=False)  # [1 2; 3 4], as in MATLAB
    skeleton = skeleton_of(text).replace(",)", ONE_TUPLE).replace(",", "")
    check_brackets(skeleton)
    if skeleton.count(CALL) > 1 and len({_kind(call.group(1)) for call in _INNERMOST_CALL.finditer(text)}) > 1:
        raise Unreadable(
            "whole numbers stand in one of its calls and decimals or truths in another, as labels and scores do;"
            " paste one array at a time"
        )
    shape = shape_of(skeleton)
    return values_of(text, math.prod(shape)).reshape(shape)


def _kind(numbers: str) -> str:
    """Name the kind of numbers that an array prints in this way."""
    return "float" if _FLOAT.search(numbers) else "bool" if _TRUTHS.search(numbers) else "int"
