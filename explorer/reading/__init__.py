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

``unreadable``  why a text cannot be read
``plain``       bytes and signs: a file or a pasted text in plain signs
``numbers``     what a number looks like, and what else a word may be
``brackets``    the shape that brackets give
``tables``      lines of numbers, with headers, names and decimal commas
``prints``      what consoles, libraries and languages print around the numbers
``logged``      the one number in a line of a log

No line imports from a line below it.
"""

from __future__ import annotations

import math

from explorer.errors import InvalidCase
from explorer.numerics import Array
from explorer.reading.logged import only_number
from explorer.reading.plain import decoded, in_plain_signs
from explorer.reading.prints import array_of
from explorer.reading.unreadable import Unreadable

__all__ = ["read_array", "read_number"]


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
        return array_of(in_plain_signs(decoded(text_or_bytes)))
    except Unreadable as problem:
        raise InvalidCase(f"The {name or 'text'} could not be read: {problem}.", name) from None


def read_number(text: str) -> tuple[float, int | None]:
    """Return the one number in a line of a log, such as ``loss: 0.5514``, and how many decimals it was given with.

    The decimals are counted from the point: "0.5500" and "5.514e-01" have four, "1e-3" has three, "7" has none; of inf
    and nan they are None. A comma may stand for the point. Among several numbers the one after the word "loss" is
    meant. The number has no unit of its own: it is in the unit of the log.
    Raises InvalidCase, one sentence, for no number, or several. Source: the printed forms as in ``read_array``.
    """
    try:
        word = only_number(in_plain_signs(text))
    except Unreadable as problem:
        raise InvalidCase(f"The observed value could not be read: {problem}.", "observed") from None
    value = float(word)
    if not math.isfinite(value):
        return value, None
    mantissa, _, exponent = word.lower().partition("e")
    return value, max(0, len(mantissa.partition(".")[2]) - int(exponent or 0))
