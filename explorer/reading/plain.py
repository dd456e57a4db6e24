"""Bytes and signs: a file or a pasted text in plain signs, whichever editor or country it comes from."""

from __future__ import annotations

import codecs
import re

from explorer.reading.unreadable import Unreadable
from explorer.spelling import excerpt

MAX_LENGTH = 20_000_000  # bytes of a file, or characters of a text

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


def decoded(text_or_bytes: str | bytes) -> str:
    """Return the text of a file. Raises Unreadable for other kinds of files, and for more than is read."""
    is_text = isinstance(text_or_bytes, str)
    if len(text_or_bytes) > MAX_LENGTH:
        size = f"{len(text_or_bytes):,} {'characters' if is_text else 'bytes'}"
        raise Unreadable(f"it has {size}, and at most {MAX_LENGTH:,} are read; use fewer rows")
    if isinstance(text_or_bytes, str):
        return text_or_bytes
    for start, what in _OTHER_FILES:
        if text_or_bytes.startswith(start):
            raise Unreadable(f"it is {what}, not text; save the numbers as CSV")
    mark, encoding = next((mark, encoding) for mark, encoding in _MARKS if text_or_bytes.startswith(mark))
    try:
        return text_or_bytes[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        where = f"{encoding[:6].upper()} text (byte {error.start + len(mark):,})"
        raise Unreadable(f"it is not {where}; save it as UTF-8 (in Excel: CSV UTF-8)") from None


def in_plain_signs(text: str) -> str:
    """Write line ends, spaces, minus signs and quotes in the one way that the patterns of ``numbers`` and others know.

    Raises Unreadable for NUL characters, and for a space that could stand within a number.
    """
    if "\0" in text:
        raise Unreadable("it holds NUL characters, so it is no plain text; save it as UTF-8 (in Excel: CSV UTF-8)")
    if not text.isascii() and (grouped := _THOUSANDS_SPACE.search(text)):
        word = excerpt(re.sub(r"\s", " ", grouped.group()))
        raise Unreadable(f"{word} could be one number or two; write no space within a number, and a comma between two")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isascii() else text.translate(_TO_PLAIN_SIGNS)
