"""Pasted text and files as arrays: what people copy from a console, a notebook, a spreadsheet or a forum post.

Nothing is evaluated. What surrounds the numbers is taken off piece by piece; one regular expression checks that
numbers, brackets and separators are all that is left; the brackets alone then give the shape. Every pattern takes
linear time, whatever is pasted. A text that could mean two things is refused rather than guessed at.

| what is pasted                              | what it is read as                                                   |
| ------------------------------------------- | -------------------------------------------------------------------- |
| a print or a list, in brackets              | its shape as printed; ``tensor(0.5)`` has the shape ()               |
| rows in brackets, below one another         | one array; several prints are refused                                |
| one line of numbers, or one column of them  | one dimension: ``0.5`` is (1,), a column of N labels is (N,)         |
| several lines of several numbers            | (lines, numbers in a line); ``1 2; 3 4`` and ``1,2,3;4,5,6`` as well |
| a header, or names before the rows          | left out                                                             |
| an index column                             | left out where its name is empty, missing, ``id`` or ``index``       |
| ``0,5`` between tabs, or ``;`` in a table   | decimal commas; ``0,5;1,2`` alone could also be rows: refused        |
| ``2,1`` alone, or below one another         | two numbers, as labels and logits are typed                          |
| ``2,31`` or ``1.000,5`` or ``1,234.5``      | refused where every cell could be one number, as these could;        |
|                                             | ``2, 31``, ``[2,31]``, ``1.0,2.5`` and ``100,101,102`` are lists     |
| ``0, 1, 2`` above decimals only             | numbers, or the header that pandas writes: refused                   |
| what R or Julia prints                      | vectors and matrices, without the places and sizes                   |
| ``True``, ``1_000``, ``2.``, ``.5``, ``−∞`` | 1, 1000, 2, 0.5, -inf                                                |
| ``1e-02 *`` before the numbers              | a factor of all of them                                              |
| two arrays in a tuple, or of two kinds      | outputs and labels: refused; ``[array, array]`` of one kind is rows  |
| ``1e400``, ``1e-400``                       | refused: they would become inf and 0                                 |
| ``...``, text, a gap, rows unlike another   | refused                                                              |
"""

from __future__ import annotations

import codecs
import math
import re
from typing import NamedTuple

import numpy as np

from explorer.errors import InvalidCase
from explorer.numerics import Array
from explorer.spelling import counted, excerpt, range_problem

MAX_LENGTH = 20_000_000  # bytes of a file, or characters of a text
MAX_NUMBERS = 5_000_000
MAX_DEPTH = 16  # brackets within brackets, those of calls included
_MAX_NUMBER_TEXT = 10_000  # characters around a single number: some lines of a log
_LONGEST_HEADER = 1_000_000  # characters of a first line
_LONGEST_FOOTER = 300  # characters: [torch.FloatTensor of size 2x3]


class _Unreadable(Exception):
    """Why a text cannot be read: the second half of the sentence that a student sees."""


def read_array(text_or_bytes: str | bytes, name: str = "") -> Array:
    """Return the numbers of a pasted text or an uploaded file as a float64 array, in the shape in which they stand.

    Shapes: as printed for anything in brackets; a single line or a single column of plain numbers is (N,), a table of
    them (rows, columns). ``name`` is what messages call the array ("logits"), and the ``part`` of the error. Bytes
    must be UTF-8, or UTF-16 with its mark. Time and memory grow in proportion to the text.
    Raises InvalidCase, one sentence, for what is not one array of numbers: text in between, rows of different lengths,
    shortened prints, numbers that float64 cannot hold, other kinds of files, more than 20 MB or 5,000,000 numbers.
    Source: the printed forms of PyTorch, NumPy, JAX, TensorFlow, Keras and pandas; JSON; CSV as spreadsheets save it.
    """
    try:
        return _array(_plain(_decoded(text_or_bytes)))
    except _Unreadable as problem:
        raise InvalidCase(f"The {name or 'text'} could not be read: {problem}.", name) from None


def read_number(text: str) -> tuple[float, int | None]:
    """Return the one number in a line of a log, such as ``loss: 0.5514``, and how many decimals it was given with.

    The decimals are counted from the point: "0.5500" and "5.514e-01" have four, "1e-3" has three, "7" has none; of inf
    and nan they are None. A comma may stand for the point. Among several numbers the one after the word "loss" is
    meant. The number has no unit of its own: it is in the unit of the log.
    Raises InvalidCase, one sentence, for no number, or several. Source: the printed forms as in ``read_array``.
    """
    try:
        word = _only_number(_plain(text))
    except _Unreadable as problem:
        raise InvalidCase(f"The observed value could not be read: {problem}.", "observed") from None
    value = float(word)
    if not math.isfinite(value):
        return value, None
    mantissa, _, exponent = word.lower().partition("e")
    return value, max(0, len(mantissa.partition(".")[2]) - int(exponent or 0))


# -------------------------------------------------------------------------------------------------- bytes and signs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before that of UTF-16, which begins alike
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"", "utf-8"),
)
_OTHER_FILES = (
    (b"PK\x03\x04", "an Excel workbook or another archive (.xlsx, .npz, .pt)"),
    (b"\x93NUMPY", "a NumPy file (.npy)"),
    (b"\x80", "a pickle"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x1f\x8b", "a compressed file (.gz)"),
    (b"%PDF", "a PDF"),
)
_TO_PLAIN_SIGNS = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d", "-"),
        **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000", " "),
        **dict.fromkeys("\u0085\u2028\u2029", "\n"),
        **dict.fromkeys("\u200b\u200e\u200f\u2060\ufeff", ""),
        **dict.fromkeys("\u2018\u2019", "'"),
        **dict.fromkeys("\u201c\u201d", '"'),
        **dict.fromkeys("\u2026\u22ee\u22ef\u22f1", "..."),
        "\u221e": "inf",
        "\uff0c": ",",
        "\uff1b": ";",
    }
)
# As 1234 is printed in French, and 0.123456 in tables of constants.
_THOUSANDS_SPACE = re.compile(r"(?:(?<![\d.])[1-9]\d{0,2}|(?<=\.)\d{3})[\u00a0\u2009\u202f]\d{3}(?!\d)", re.ASCII)


def _decoded(text_or_bytes: str | bytes) -> str:
    is_text = isinstance(text_or_bytes, str)
    if len(text_or_bytes) > MAX_LENGTH:
        size = f"{len(text_or_bytes):,} {'characters' if is_text else 'bytes'}"
        raise _Unreadable(f"it has {size}, and at most {MAX_LENGTH:,} are read; use fewer rows")
    if isinstance(text_or_bytes, str):
        return text_or_bytes
    for start, what in _OTHER_FILES:
        if text_or_bytes.startswith(start):
            raise _Unreadable(f"it is {what}, not text; save the numbers as CSV")
    mark, encoding = next((mark, encoding) for mark, encoding in _MARKS if text_or_bytes.startswith(mark))
    try:
        return text_or_bytes[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        where = f"{encoding[:6].upper()} text (byte {error.start + len(mark):,})"
        raise _Unreadable(f"it is not {where}; save it as UTF-8 (in Excel: CSV UTF-8)") from None


def _plain(text: str) -> str:
    """Write line ends, spaces, minus signs and quotes in the one way that the patterns below know."""
    if "\0" in text:
        raise _Unreadable("it holds NUL characters, so it is no plain text; save it as UTF-8 (in Excel: CSV UTF-8)")
    if not text.isascii() and (grouped := _THOUSANDS_SPACE.search(text)):
        word = excerpt(re.sub(r"\s", " ", grouped.group()))
        raise _Unreadable(f"{word} could be one number or two; write no space within a number, and a comma between two")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isascii() else text.translate(_TO_PLAIN_SIGNS)


# ---------------------------------------------------------------------------------------- what surrounds the numbers

# Possessive (++, *+): what was matched is never tried again, which keeps the time linear. A look-ahead for one sign
# before a look-behind lets the engine skip at once what cannot begin a match.
_NUMBER = r"[+-]?(?:(?:\d++(?:_\d++)*+(?:\.\d*+)?|\.\d++)(?:e[+-]?\d{1,5}+)?|inf(?:inity)?|nan)"
_FLAGS = re.ASCII | re.IGNORECASE

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
_FACTOR = re.compile(rf"(\s*+\{{?+\s*+)({_NUMBER})\s*+\*", _FLAGS)
_QUOTED_NUMBER = re.compile(rf"""(["'])\s*+({_NUMBER})\s*+\1""", _FLAGS)

# What R and Julia print above and before the numbers.
_R_VECTOR = re.compile(r"(?:\s*+\[\d{1,9}\][ \t]++[^\s\[\]][^\n\[\]]*+(?:\n\s*+|\Z))++")
_R_COLUMNS = re.compile(r"\s*+\[,1\](?:[ \t]++\[,\d{1,9}\])*+[ \t]*+\n")
_R_ROW = re.compile(r"^[ \t]*+\[(\d{1,9}),\][ \t]", re.MULTILINE)
_R_BLOCK = re.compile(r"^[ \t]*+\[,\d", re.MULTILINE)
_JULIA_HEADER = re.compile(r"\s*+(?:(\d{1,9})-element|(\d{1,9}(?:×\d{1,9}){1,15}+)) [A-Za-z][^\n]{0,200}:[ \t]*+\n")

_CALL = "{"  # stands for the opening parenthesis of a call that only wraps: tensor(
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
_OPTION = re.compile(rf"(?=[a-z])(?<![\w.])(?:{_OPTION_NAME}) ?=(?!=) ?{_OPTION_VALUE} *+,?")
# What is taken off, in this order: a sign that tells whether to look, what to look for, and what is left of it.
_SURROUNDINGS = (
    # Comments, but not 1.#INF, #N/A, #DIV/0! and column #.
    ("#", re.compile(r"(?<![^\s\[\](){},])#(?!N/A|[A-Z0-9/]++[!?]|[,;\t])[^\n]*"), ""),
    ("=", _OPTION, ""),
    ("(", re.compile(rf",\s*+(?:[A-Za-z_]\w*+\.)?{_KIND}\s*+(?=\))"), ""),  # np.array([1, 2], np.float32)
    ("<", re.compile(r"<[\w.'\":/, ]{0,200}?\b(?:numpy|value)="), _CALL),  # <tf.Tensor: shape=(2,), numpy=...>
    ("_", re.compile(r"(?=n)(?<![\w.])(?:np|numpy)\.(True|False)_(?!\w)"), r"\1"),
    ("=", re.compile(r"(?=[dv])(?<![\w.])(?:data|value) ?=(?!=)"), ""),
    ("(", re.compile(rf"(?=[A-Za-z_])(?<![\w.])(?:[A-Za-z_]\w*+\.){{0,4}}+(?:{_ARRAY})\("), _CALL),
    (").", re.compile(rf"\)(?:\.(?:{_SAME_VALUES})\([^()]*\))+"), ")"),
)


def _array(text: str) -> Array:
    text = _output(text)
    if ".." in text and _LEFT_OUT.search(text):
        raise _Unreadable(
            "the print is shortened with '...'; print all of it after torch.set_printoptions(profile=\"full\") or"
            " np.set_printoptions(threshold=sys.maxsize), or paste x.tolist()"
        )
    if printed := _JULIA_HEADER.match(text):
        body = text[printed.end() :].rstrip()
        if "[" in body:  # lists in a list
            return _nested(body)
        return _reshaped(_table(body, is_series=False), printed.group(1) or printed.group(2))
    text = _from_r(text)
    tail = max(0, len(text) - _LONGEST_FOOTER)
    size, series = _SIZE_FOOTER.search(text, tail), _SERIES_FOOTER.search(text, tail)
    if footer := size or series:
        text = text[: footer.start()]
    text, factor = _bare(text)
    first_line, _, others = text.partition("\n")
    is_nested = any(bracket in (others or first_line) for bracket in "[](){")  # a header may hold them: p(cat),p(dog)
    numbers = _nested(text) if is_nested else _table(text, is_series=series is not None)
    if factor != 1.0:
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):  # 0 * inf is nan
            product = numbers * factor
        is_limit, was_limit = (np.isinf(values) | (values == 0.0) for values in (product, numbers))
        if math.isfinite(factor) and factor and np.any(is_limit & ~was_limit):
            raise _Unreadable("one of its numbers, times the factor before them, is beyond what float64 holds")
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
                raise _Unreadable("its lines do not continue one another; paste one vector at a time, and all of it")
            following += len(numbers.split())
        return f"[{' '.join(numbers for _, numbers in lines)}]"
    header, _, body = text.lstrip().partition("\n")
    is_matrix = _R_COLUMNS.match(text) or (_R_ROW.match(body) and all(map(_is_name, header.split())))
    if not is_matrix and not header.startswith(", , "):
        return text
    if not is_matrix or _R_BLOCK.search(body):
        raise _Unreadable(_IN_BLOCKS)
    places = [int(place) for place in _R_ROW.findall(body)]
    if places != list(range(1, len(places) + 1)):
        raise _Unreadable("the rows of its matrix are not numbered from 1; copy all of it")
    rows = (_R_ROW if places else _FIRST_CELL[" "]).sub("", body).split("\n")
    return f"[{' '.join(f'[{row}]' for row in rows if row.strip())}]"


def _reshaped(numbers: Array, size: str) -> Array:
    """Give numbers the shape that their print names, such as 2x3."""
    shape = tuple(map(int, re.findall(r"\d+", size)))
    if math.prod(shape) != numbers.size:
        raise _Unreadable(f"it holds {numbers.size:,} numbers and should, as it says, be {size}; copy all of it")
    if numbers.ndim == 2 and numbers.shape != shape:
        raise _Unreadable(f"its rows are not those of the size that it says, {size}; copy all of it as it was printed")
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
            raise _Unreadable("it is an object with several names; paste one list of numbers alone")
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
            raise _Unreadable(problem)
    if "'" in text or '"' in text:
        text = _QUOTED_NUMBER.sub(r"\2", text)
    return text.rstrip(" \n\t,;"), factor


# ------------------------------------------------------------------------------------- the numbers and their brackets

_TRUTH = "true|false"
_IN_BLOCKS = "it was printed in blocks; paste one list, as x.tolist() prints it"
_MISSING = r"none|null|na|<na>|n/a|#n/a|nat|--?|\?"
_BODY = re.compile(rf"(?:[\s,\[\](){{]++|(?:{_NUMBER}|{_TRUTH})(?![\w.+\-\[({{]))*+", _FLAGS)
_WORD = re.compile(r"[^\s,;\[\](){]{1,60}(?:[\[(][^\s,;{]{0,60})?|.", re.DOTALL)
# What a word that is not a number most likely is, and what to do about it.
_ADVICE = tuple(
    (re.compile(kind, _FLAGS | re.DOTALL), problem)
    for kind, problem in (
        (_MISSING, "{word} stands where a number is missing; write nan, or leave that row out"),
        (r"[a-z_][\w.]*\(.*", "{word} is code, and code is not run here; paste what it prints"),
        (r"[\d.e+-]+j", "{word} is a complex number; only real ones can be read"),
        (r"columns?|\\|\.|:", _IN_BLOCKS),
        (r"[\d.]+[\[(].*", "a bracket follows a number in {word}; write the number alone"),
        (r";", "a semicolon stands inside brackets; write each row as a list, as in [[1, 2], [3, 4]]"),
        (r".*", "{word} is not a number; numbers are written like 2, -0.5, 1e-3, nan or -inf"),
    )
)
_GAP = re.compile(r"(?:\A|[\[({,\n]),")
_ONE_NUMBER = (
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

_ONE_TUPLE = "}"  # stands for a closing parenthesis after a comma
_STEPS = np.zeros(256, dtype=np.int8)
_STEPS[list(b"[({")] = 1
_STEPS[list(b"])}")] = -1
_INNERMOST = re.compile(r"[\[({]([^\[\](){}]*+)[\])}]")
_INNERMOST_CALL = re.compile(r"\{([^{}()]*+)\)")
_FLOAT = re.compile(r"\.|\de|inf|nan", _FLAGS)
_TRUTHS = re.compile(_TRUTH, _FLAGS)
_SEVERAL = "it holds more than one array; paste one at a time"
_UNEQUALLY_DEEP = "not every number is in as many brackets; write each row as a list, as in [[1, 2], [3, 4]]"
_LISTS = {"[]", "()", "(" + _ONE_TUPLE}


def _nested(text: str) -> Array:
    """Read lists within lists, with or without commas."""
    text = text.replace("\n", " ")
    if ";" in text and (matrix := re.fullmatch(r"\s*+\[([^\[\]()]*+)\]\s*+", text)):
        return _table(matrix.group(1), is_series=False)  # [1 2; 3 4], as in MATLAB
    skeleton = _skeleton(text).replace(",)", _ONE_TUPLE).replace(",", "")
    _check_brackets(skeleton)
    if skeleton.count(_CALL) > 1 and len({_kind(call.group(1)) for call in _INNERMOST_CALL.finditer(text)}) > 1:
        raise _Unreadable(
            "whole numbers stand in one of its calls and decimals or truths in another, as labels and scores do;"
            " paste one array at a time"
        )
    shape = _shape(skeleton)
    return _values(text, math.prod(shape)).reshape(shape)


def _kind(numbers: str) -> str:
    """Name the kind of numbers that an array prints in this way."""
    return "float" if _FLOAT.search(numbers) else "bool" if _TRUTHS.search(numbers) else "int"


def _skeleton(text: str) -> str:
    """Check that a text is numbers and separators only; return it with 0 for every number, and without spaces."""
    _check_words(text)
    kinds = _KINDS[np.frombuffer(text.encode("ascii"), dtype=np.uint8)]
    keep = kinds != _SPACE
    keep[1:] &= (kinds[1:] != _DIGIT) | (kinds[:-1] != _DIGIT)  # of each number its first character only
    skeleton = kinds[keep].tobytes().decode("ascii")
    count = skeleton.count("0")
    if count == 0:
        raise _Unreadable("it holds no numbers; paste at least one")
    if count > MAX_NUMBERS:
        raise _Unreadable(f"it holds {count:,} numbers, and at most {MAX_NUMBERS:,} are read; use fewer rows")
    if _GAP.search(skeleton):
        raise _Unreadable("a number is missing before a separator; write nan, or leave that row out")
    if "0,0" in skeleton and "00" in skeleton:
        raise _Unreadable("commas stand between some numbers and spaces between others; use one of them throughout")
    if "." not in text and (odd := _ZERO_AFTER_COMMA.search(text)):
        raise _Unreadable(_ONE_NUMBER.format(word=excerpt(odd.group())))
    return skeleton


def _check_words(text: str) -> None:
    """Refuse what is neither a number nor a bracket or separator, and say what it seems to be."""
    end = _end(_BODY, text)
    if end == len(text):
        return
    start = end - len(re.split(r"[\s,;\[\](){]", text[max(0, end - 60) : end])[-1])
    match = _WORD.match(text, start)
    if match is None or match.end() <= end:
        match = _WORD.match(text, end)
    word = match.group() if match else ""
    raise _Unreadable(next(problem.format(word=excerpt(word)) for kind, problem in _ADVICE if kind.fullmatch(word)))


def _end(pattern: re.Pattern[str], text: str) -> int:
    """Return where a pattern that may match nothing stops."""
    match = pattern.match(text)
    return match.end() if match else 0


def _check_brackets(skeleton: str) -> None:
    signs = np.frombuffer(skeleton.encode("ascii"), dtype=np.uint8)
    steps = _STEPS[signs]
    depth = np.cumsum(steps, dtype=np.int32)
    if depth.min() < 0 or depth[-1] != 0:
        raise _Unreadable("its brackets do not match; copy all of it, from the first bracket to the last")
    if depth.max() > MAX_DEPTH:
        raise _Unreadable(f"its brackets are {depth.max():,} deep, and at most {MAX_DEPTH} are read")
    outermost = signs[(depth == 1) & (steps == 1)]
    beside = np.count_nonzero((depth == 0) & (signs == _DIGIT))
    if len(outermost) + beside > 1 and ord(_CALL) in outermost:
        raise _Unreadable(_SEVERAL)


def _shape(skeleton: str) -> tuple[int, ...]:
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
            raise _Unreadable(_SEVERAL)
        skeleton = _unwrapped(skeleton, item)
        lists = {match.group() for match in _INNERMOST.finditer(skeleton)}
        if not lists:
            break
        size = len(min(lists)) - 2
        if not size or any(text[1:-1] != item * size for text in lists):
            raise _Unreadable(_unlike(skeleton, item))
        following = chr(ord(item) + 1)
        for text in lists:
            if text[0] == _CALL:
                raise _Unreadable("several values stand in one call; write them as a list, as in tensor([1, 2])")
            if text[0] + text[-1] not in _LISTS:
                raise _Unreadable("a round bracket meets a square one; close each with its own kind")
            skeleton = skeleton.replace(text, following)
        sizes.insert(0, size)
        item = following
    if skeleton.strip(item) or (len(skeleton) > 1 and not sizes):
        raise _Unreadable(_unlike(skeleton, item))
    return (len(skeleton), *sizes) if len(skeleton) > 1 else tuple(sizes)


def _unwrapped(skeleton: str, item: str) -> str:
    """Take off parentheses around a single item: those of calls, and those that only group."""
    wrappings = (f"({item})", f"{_CALL}{item})", f"{_CALL}{item}{_ONE_TUPLE}")
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
    return _UNEQUALLY_DEEP


def _values(text: str, count: int) -> Array:
    """Convert the numbers of a text that has been checked."""
    words = text.encode("ascii").translate(_TO_SPACES, b"_").lower().replace(b"true", b"1").replace(b"false", b"0")
    numbers = np.fromstring(words, dtype=np.float64, sep=" ", count=count)
    if not numbers.all() or np.isinf(numbers).any():
        for match in _FAR_FROM_1.finditer(words):
            if problem := range_problem(match.group().decode("ascii")):
                raise _Unreadable(problem)
    numbers[np.isnan(numbers)] = np.nan  # one nan, without a sign
    return numbers


# ---------------------------------------------------------------------------------------------- plain lines and files

# With the comma of a decimal too, where it cannot separate; it has digits on both sides.
_DECIMAL_CELL = rf"(?:{_NUMBER}|{_TRUTH})".replace(r"(?:\.\d*+)?", r"(?:\.\d*+|,\d++)?")
_IS_NUMBER = re.compile(_DECIMAL_CELL, _FLAGS)
_NO_NAME = re.compile(rf"{_MISSING}|columns", _FLAGS)
_DECIMAL_CELLS = re.compile(rf"(?:[ ]*+{_DECIMAL_CELL}?+[ ]*+[;\t\n])*+[ ]*+{_DECIMAL_CELL}?+[ ]*+", _FLAGS)
_WORDS = re.compile(r"[^\s,;]+")
_BLANK_LINES = re.compile(r"(?:[ \t]*+\n)*+")
_FIRST_CELL = {
    " ": re.compile(r'^[ ]*+("[^"\n]*"|[^\s"]++)[ ]++', re.MULTILINE),
    **{sign: re.compile(rf'^[ ]*+("[^"\n]*"|[^\n{sign}"]++)[ ]*+{sign}', re.MULTILINE) for sign in "\t;,"},
}
_DECIMAL_COMMA = re.compile(r"(?<![\d,])(?![1-9]\d{0,2},\d{3}(?![\de]))\d++,", _FLAGS)  # cannot mark thousands
# What may be one number: 2,31 and 1.000,5 and 1,234.5, but not 100,101,102, three logits. A cell ends before a space.
_SINGLE_BODY = (
    r"(?:(?:\d++|[1-9]\d{0,2}(?:\.\d{3})++),\d++"
    r"|(?!\d{3},\d{3},[\d,]++(?!\.))[1-9]\d{0,2}(?:,\d{3})++(?:\.\d*+)?)(?:e[+-]?\d++)?"
)
_MAY_BE_SINGLE = re.compile(rf"(?:\s*+(?:[+-]?{_SINGLE_BODY}|[^\s,]++),?+(?!\S))*+\s*+", _FLAGS)
_SINGLE = re.compile(r"(?<!\S)([^\s,]++,[^\s,](?:[^\s,]|,(?=\S))*+)", _FLAGS)
_LONG_SINGLE = re.compile(rf"(?<!\S)(?![+-]?\d,\d,?+(?!\S)){_SINGLE.pattern}", _FLAGS)
_WITHOUT_COMMA = re.compile(r"(?<!\S)[^\s,]++,?+(?!\S)")
_TWO_IN_A_LINE = re.compile(r"\S[ \t\v\f]++\S")
_ZERO = re.compile(r"[ \t]*+0(?![\w.])")
_WHOLE = re.compile(r"(?<![^\s,])[+-]?[\d_]++(?![^\s,])")
_UNEQUALLY_NAMED = "some rows begin with a name or an index and others do not; write one before each, or before none"
_INDEX_NAMES = {"", "#", "id", "index", "unnamed: 0"}


class _Rows(NamedTuple):
    """Lines without their header and without what the rows begin with: names or an index, and how many of those."""

    text: str
    has_header: bool
    named: int


def _table(text: str, *, is_series: bool) -> Array:
    """Read lines of numbers: one dimension where there is one line or one column, otherwise two."""
    text = text[_end(_BLANK_LINES, text) :]
    separator = next((sign for sign in "\t;," if sign in text), " ")
    rows = _rows(text, separator, is_series=is_series)
    text = _with_commas(rows, separator)
    skeleton = _skeleton(text).strip("\n").replace(",\n", "\n").removesuffix(",")
    if skeleton.strip("0,\n"):
        raise _Unreadable(_UNEQUALLY_DEEP)
    if "\n\n" in skeleton:
        skeleton = re.sub(r"\n+", "\n", skeleton)
    shape = _shape("[[" + skeleton.replace(",", "").replace("\n", "][") + "]]")
    if rows.named not in {0, shape[0]}:
        raise _Unreadable(_UNEQUALLY_NAMED)
    if "\n" in rows.text and not (rows.has_header or rows.named) and _may_count_columns(text, shape[1]):
        raise _Unreadable(
            "its first line could be the numbers of the columns, or numbers like the others; leave it out, or write"
            " it with points, as in 0.0"
        )
    numbers = _values(text, math.prod(shape)).reshape(shape)
    return numbers.ravel() if 1 in shape else numbers


def _rows(text: str, separator: str, *, is_series: bool) -> _Rows:
    """Leave out a header, and an index column or names before the rows."""
    header, _, body = text.partition("\n")
    row = body.partition("\n")[0]
    if len(header) + len(row) > _LONGEST_HEADER:
        return _Rows(text, has_header=False, named=0)
    has_header, has_index = _header(header, row, separator)
    text = body if has_header else text
    first_cells = _FIRST_CELL[separator]
    if not (has_index or is_series):
        named = (_is_row_name(match.group(1).strip(), has_header) for match in first_cells.finditer(text))
        if not next(named, False):
            return _Rows(text, has_header, named=0)
        if not all(named):
            raise _Unreadable(_UNEQUALLY_NAMED)
    text, count = first_cells.subn("", text)
    return _Rows(text, has_header, count)


def _header(header: str, row: str, separator: str) -> tuple[bool, bool]:
    """Say whether the first of two lines is a header, and whether the first column is then an index."""
    names, cells = _cells(header, separator), _cells(row, separator)
    unnamed = len(cells) - len(names)
    if not names or unnamed not in {0, 1}:
        return False, False
    if separator == " " and len(re.split(" {2,}", header.strip())) not in {1, len(names)}:
        return False, False  # names of several words: where a column begins cannot be told
    count = [str(number) for number in range(len(names))]
    if unnamed:  # pandas and R print no name for the index; a title above the numbers is no header
        is_indented = header.startswith(" ") and not row.startswith(" ")
        has_index = _is_name(cells[0]) or (is_indented and cells[0] in {"0", "1"})
        return (True, True) if has_index and (names == count or all(map(_is_name, names))) else (False, False)
    has_index = len(names) > 1 and names[0].lower() in _INDEX_NAMES
    if has_index and (names[1:] == count[:-1] or all(map(_is_name, names[1:]))):
        return True, True
    return all(map(_is_name, names)), False


def _cells(line: str, separator: str) -> list[str]:
    line = re.sub(r'"([^"\n]*)"', lambda quoted: re.sub(r"[\s,;]", "_", quoted.group(1)), line)
    cells = line.split() if separator == " " else [cell.strip() for cell in line.split(separator)]
    return cells[:-1] if len(cells) > 1 and not cells[-1] else cells


def _is_number(cell: str) -> bool:
    return _IS_NUMBER.fullmatch(cell) is not None


def _is_name(cell: str) -> bool:
    """Whether a cell is text, rather than numbers, the sign of a missing one, or Columns 0 to 9."""
    is_text = any(map(str.isalpha, cell)) and not _NO_NAME.fullmatch(cell)
    return is_text and not all(map(_is_number, _WORDS.findall(cell)))


def _is_row_name(cell: str, has_header: bool) -> bool:
    """Whether a row begins with its name. Without a header, "logits 2.0" runs into a number, and "O.5" is mistyped."""
    if cell.startswith('"'):
        return _is_name(cell)
    is_plain = has_header or not ("." in cell or any(map(_is_number, _WORDS.findall(cell))))
    return cell[:1].isalpha() and _is_name(cell) and is_plain


def _with_commas(rows: _Rows, separator: str) -> str:
    """Write tabs and semicolons as commas, once decimal commas are points; semicolons between rows as line ends."""
    text = rows.text
    if separator == ";":
        text = re.sub(r";[ ]*+(?=\n|\Z)", "", text)  # after each row, as in MATLAB
    is_named = rows.has_header or rows.named > 0
    separates = separator in text  # rather than only a name from its number
    if separator in "\t;" and (separates or is_named):
        _check_words(text.replace(separator, " "))
        are_cells = _DECIMAL_CELLS.fullmatch(text) is not None
        may_be_rows = separates and separator == ";" and not rows.has_header and "\n" not in text
        if are_cells and not ("," in text and "." in text):
            _check_decimals(text, separator, may_be_rows=may_be_rows)
            return text.replace(",", ".").replace(separator, ",")
        if may_be_rows:
            return text.replace(";", "\n")
        if separates or are_cells:
            sign = {";": "semicolons", "\t": "tabs"}[separator]
            raise _Unreadable(f"{sign} and other signs separate its numbers; use one of them, and a point for decimals")
    if separator in "\t;" or not is_named:
        _check_commas(text)
    return text


def _check_decimals(text: str, separator: str, *, may_be_rows: bool) -> None:
    """Refuse decimal commas that could be something else: where commas are points, tables have semicolons."""
    if may_be_rows and "," in text:
        raise _Unreadable("its commas could be decimal points or stand between numbers; write decimals with a point")
    if separator == "\t" and "," in text and not _DECIMAL_COMMA.search(text):
        raise _Unreadable("its commas could be decimal points or mark thousands; write decimals with a point")


def _check_commas(text: str) -> None:
    """Refuse lines in which every comma may be part of a number: a cell that cannot be one number shows what all are.

    Labels and logits are typed as 2,1, so single digits are two numbers, unless commas with a space stand between such.
    """
    if "," not in text or not _MAY_BE_SINGLE.fullmatch(text):
        return
    single = _LONG_SINGLE.search(text)
    if not single and _TWO_IN_A_LINE.search(text) and not _WITHOUT_COMMA.search(text):
        single = _SINGLE.search(text)
    if single:
        raise _Unreadable(_ONE_NUMBER.format(word=excerpt(single.group(1))))


def _may_count_columns(text: str, columns: int) -> bool:
    """Whether the first line is 0, 1, 2, as pandas names columns, and all numbers below it are decimals."""
    first, _, others = text.partition("\n")
    if not _ZERO.match(first) or not others.strip() or _WHOLE.search(others):
        return False
    return first.replace(",", " ").split() == [str(number) for number in range(columns)]


# ----------------------------------------------------------------------------------------------------- a single number

_ALONE = rf"(?<![\w.+\-/])({_NUMBER})(?![\w+\-/]|\.?#|[.,]\d|\s*%)"
_ANY_NUMBER = re.compile(_ALONE, _FLAGS)
_AFTER_LOSS = re.compile(
    rf"loss[^\w\[(]{{0,9}}?(?:(?:is|was|of)\s)?(?:[\w.]{{1,40}}\()?\s{{0,9}}{_ALONE}(?!\s*[:=])", _FLAGS
)
_COMMA = re.compile(r"(?<=\d),(?=\d)")
_THOUSANDS = re.compile(r"(?<![\d.])[1-9]\d{0,2},\d{3}(?!\d)")
_GROUPED = re.compile(r"(?<![\d.,])\d{1,20}(?:,\d{1,20}){1,20}(?:\.\d{1,20})?")


def _only_number(text: str) -> str:
    if len(text) > _MAX_NUMBER_TEXT:
        raise _Unreadable(f"it has {len(text):,} characters; give the loss alone, such as 0.5514")
    text = _OPTION.sub("", text)
    if "." not in text and len(_COMMA.findall(text)) == 1:
        if thousands := _THOUSANDS.search(text):
            raise _Unreadable(
                f"the comma in {excerpt(thousands.group())} could be a decimal point; if so, write a point"
            )
        text = _COMMA.sub(".", text)
    found = _ANY_NUMBER.findall(text)
    if len(found) > 1:
        found = _AFTER_LOSS.findall(text) or found
    if len(found) != 1:
        what = f"{len(found)} numbers" if found else "no number"
        raise _Unreadable(f"it holds {what}; give the loss alone, such as 0.5514")
    for grouped in _GROUPED.finditer(text):
        if found[0] in grouped.group():
            raise _Unreadable(f"{excerpt(grouped.group())} has commas in it; write one number without them")
    word = str(found[0]).replace("_", "")
    if problem := range_problem(word):
        raise _Unreadable(problem)
    return word
