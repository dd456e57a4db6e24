"""The matrix of functions and what they are fed: a table whose cells can be asked what they mean."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from explorer.dialects.catalogue import Feed, Function
from explorer.explain import number
from explorer.feeding import Cell, Row, Verdict
from explorer.ui.component import component
from explorer.ui.names import pieces

_matrix = component("explorer_matrix", "matrix/matrix.js")


def show_matrix() -> None:
    """Mount it, the relay's place "matrix"; the cell that is clicked comes back through the relay."""
    _matrix(key="matrix")


def cell_id(function: str, feed: Feed) -> str:
    """Return the name of a cell, as the link has it, from the id of its function and what that is fed."""
    return f"{function}.{feed.ending}"


def class_name(function: Function) -> str:
    """Return the class of a function that goes by another name too, or ""."""
    return "" if function.as_class.endswith(function.title) else function.as_class


def matrix_data(rows: Iterable[Row], ends: str, chosen: str, unit: str) -> dict[str, Any]:
    """Return what the matrix shows: its rows, the column of ``ends`` (an ending, or "") and the ``chosen`` cell.

    Names of functions are lists of the pieces between which they may be broken.
    """
    return {
        "columns": [{"feed": feed.value, "ending": feed.ending, "marked": feed.ending == ends} for feed in Feed],
        "rows": [_row(row) for row in rows],
        "chosen": chosen,
        "unit": unit,
        "words": {_key(verdict): verdict.value for verdict in Verdict},
    }


def _row(row: Row) -> dict[str, Any]:
    function = row.function
    return {
        "title": pieces(function.title),
        "library": function.library.value,
        "asClass": pieces(class_name(function)),
        "targets": " or ".join(target.value for target in function.targets),
        "reduction": function.default_reduction,
        "meant": row.meant,
        "cells": [_cell(function, cell) for cell in row.cells],
    }


def _cell(function: Function, cell: Cell) -> dict[str, Any]:
    return {
        "id": cell_id(function.id, cell.feed),
        "value": "error" if cell.value is None else number(cell.value),
        "verdict": _key(cell.verdict),
        "phrase": cell.phrase,
    }


def _key(verdict: Verdict) -> str:
    """What a verdict is called in scripts and styles."""
    return verdict.name.lower()
