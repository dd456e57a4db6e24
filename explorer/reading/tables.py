"""Lines of numbers: a row or column, a table with or without header and index, and decimal commas."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from explorer.numerics import Array
from explorer.reading.brackets import UNEQUALLY_DEEP, shape_of
from explorer.reading.numbers import FLAGS, MISSING, NUMBER, ONE_NUMBER, TRUTH, check_words, skeleton_of, values_of
from explorer.reading.unreadable import Unreadable
from explorer.spelling import excerpt

_LONGEST_HEADER = 1_000_000  # characters of a first line

# With the comma of a decimal too, where it cannot separate; it has digits on both sides.
_DECIMAL_CELL = rf"(?:{NUMBER}|{TRUTH})".replace(r"(?:\.\d*+)?", r"(?:\.\d*+|,\d++)?")
_IS_NUMBER = re.compile(_DECIMAL_CELL, FLAGS)
_NO_NAME = re.compile(rf"{MISSING}|columns", FLAGS)
_DECIMAL_CELLS = re.compile(rf"(?:[ ]*+{_DECIMAL_CELL}?+[ ]*+[;\t\n])*+[ ]*+{_DECIMAL_CELL}?+[ ]*+", FLAGS)
_WORDS = re.compile(r"[^\s,;]+")
_BLANK_LINES = re.compile(r"(?:[ \t]*+\n)*+")
FIRST_CELL = {
    " ": re.compile(r'^[ ]*+("[^"\n]*"|[^\s"]++)[ ]++', re.MULTILINE),
    **{sign: re.compile(rf'^[ ]*+("[^"\n]*"|[^\n{sign}"]++)[ ]*+{sign}', re.MULTILINE) for sign in "\t;,"},
}
_DECIMAL_COMMA = re.compile(r"(?<![\d,])(?![1-9]\d{0,2},\d{3}(?![\de]))\d++,", FLAGS)  # cannot mark thousands

# What may be one number: 2,31 and 1.000,5 and 1,234.5, but not 100,101,102, three logits. A cell ends before a space.
_SINGLE_BODY = (
    r"(?:(?:\d++|[1-9]\d{0,2}(?:\.\d{3})++),\d++"
    r"|(?!\d{3},\d{3},[\d,]++(?!\.))[1-9]\d{0,2}(?:,\d{3})++(?:\.\d*+)?)(?:e[+-]?\d++)?"
)
_MAY_BE_SINGLE = re.compile(rf"(?:\s*+(?:[+-]?{_SINGLE_BODY}|[^\s,]++),?+(?!\S))*+\s*+", FLAGS)
_SINGLE = re.compile(r"(?<!\S)([^\s,]++,[^\s,](?:[^\s,]|,(?=\S))*+)", FLAGS)
_LONG_SINGLE = re.compile(rf"(?<!\S)(?![+-]?\d,\d,?+(?!\S)){_SINGLE.pattern}", FLAGS)
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


def table_of(text: str, *, is_series: bool) -> Array:
    """Read lines of numbers: one dimension where there is one line or one column, otherwise two."""
    text = _BLANK_LINES.sub("", text, count=1)
    separator = next((sign for sign in "\t;," if sign in text), " ")
    rows = _rows(text, separator, is_series=is_series)
    text = _with_commas(rows, separator)
    skeleton = skeleton_of(text).strip("\n").replace(",\n", "\n").removesuffix(",")
    if skeleton.strip("0,\n"):
        raise Unreadable(UNEQUALLY_DEEP)
    if "\n\n" in skeleton:
        skeleton = re.sub(r"\n+", "\n", skeleton)
    shape = shape_of("[[" + skeleton.replace(",", "").replace("\n", "][") + "]]")
    if rows.named not in {0, shape[0]}:
        raise Unreadable(_UNEQUALLY_NAMED)
    if "\n" in rows.text and not (rows.has_header or rows.named) and _may_count_columns(text, shape[1]):
        raise Unreadable(
            "its first line could be the numbers of the columns, or numbers like the others; leave it out, or write"
            " it with points, as in 0.0"
        )
    numbers = values_of(text, math.prod(shape)).reshape(shape)
    return numbers.ravel() if 1 in shape else numbers


def _rows(text: str, separator: str, *, is_series: bool) -> _Rows:
    """Leave out a header, and an index column or names before the rows."""
    header, _, body = text.partition("\n")
    row = body.partition("\n")[0]
    if len(header) + len(row) > _LONGEST_HEADER:
        return _Rows(text, has_header=False, named=0)
    has_header, has_index = _header(header, row, separator)
    text = body if has_header else text
    first_cells = FIRST_CELL[separator]
    if not (has_index or is_series):
        named = (_is_row_name(match.group(1).strip(), has_header) for match in first_cells.finditer(text))
        if not next(named, False):
            return _Rows(text, has_header, named=0)
        if not all(named):
            raise Unreadable(_UNEQUALLY_NAMED)
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
        has_index = is_name(cells[0]) or (is_indented and cells[0] in {"0", "1"})
        return (True, True) if has_index and (names == count or all(map(is_name, names))) else (False, False)
    has_index = len(names) > 1 and names[0].lower() in _INDEX_NAMES
    if has_index and (names[1:] == count[:-1] or all(map(is_name, names[1:]))):
        return True, True
    return all(map(is_name, names)), False


def _cells(line: str, separator: str) -> list[str]:
    line = re.sub(r'"([^"\n]*)"', lambda quoted: re.sub(r"[\s,;]", "_", quoted.group(1)), line)
    cells = line.split() if separator == " " else [cell.strip() for cell in line.split(separator)]
    return cells[:-1] if len(cells) > 1 and not cells[-1] else cells


def _is_number(cell: str) -> bool:
    return _IS_NUMBER.fullmatch(cell) is not None


def is_name(cell: str) -> bool:
    """Whether a cell is text, rather than numbers, the sign of a missing one, or Columns 0 to 9."""
    is_text = any(map(str.isalpha, cell)) and not _NO_NAME.fullmatch(cell)
    return is_text and not all(map(_is_number, _WORDS.findall(cell)))


def _is_row_name(cell: str, has_header: bool) -> bool:
    """Whether a row begins with its name. Without a header, "logits 2.0" runs into a number, and "O.5" is mistyped."""
    if cell.startswith('"'):
        return is_name(cell)
    is_plain = has_header or not ("." in cell or any(map(_is_number, _WORDS.findall(cell))))
    return cell[:1].isalpha() and is_name(cell) and is_plain


def _with_commas(rows: _Rows, separator: str) -> str:
    """Write tabs and semicolons as commas, once decimal commas are points; semicolons between rows as line ends."""
    text = rows.text
    if separator == ";":
        text = re.sub(r";[ ]*+(?=\n|\Z)", "", text)  # after each row, as in MATLAB
    is_named = rows.has_header or rows.named > 0
    separates = separator in text  # rather than only a name from its number
    if separator in "\t;" and (separates or is_named):
        check_words(text.replace(separator, " "))
        are_cells = _DECIMAL_CELLS.fullmatch(text) is not None
        may_be_rows = separates and separator == ";" and not rows.has_header and "\n" not in text
        if are_cells and not ("," in text and "." in text):
            _check_decimals(text, separator, may_be_rows=may_be_rows)
            return text.replace(",", ".").replace(separator, ",")
        if may_be_rows:
            return text.replace(";", "\n")
        if separates or are_cells:
            sign = {";": "semicolons", "\t": "tabs"}[separator]
            raise Unreadable(f"{sign} and other signs separate its numbers; use one of them, and a point for decimals")
    if separator in "\t;" or not is_named:
        _check_commas(text)
    return text


def _check_decimals(text: str, separator: str, *, may_be_rows: bool) -> None:
    """Refuse decimal commas that could be something else: where commas are points, tables have semicolons."""
    if may_be_rows and "," in text:
        raise Unreadable("its commas could be decimal points or stand between numbers; write decimals with a point")
    if separator == "\t" and "," in text and not _DECIMAL_COMMA.search(text):
        raise Unreadable("its commas could be decimal points or mark thousands; write decimals with a point")


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
        raise Unreadable(ONE_NUMBER.format(word=excerpt(single.group(1))))


def _may_count_columns(text: str, columns: int) -> bool:
    """Whether the first line is 0, 1, 2, as pandas names columns, and all numbers below it are decimals."""
    first, _, others = text.partition("\n")
    if not _ZERO.match(first) or not others.strip() or _WHOLE.search(others):
        return False
    return first.replace(",", " ").split() == [str(number) for number in range(columns)]
