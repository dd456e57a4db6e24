"""The board and its logits under the three set-ups beside it, which follow it as it is dragged."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from explorer.breakdown import Breakdown
from explorer.case import Setup
from explorer.compare import Reading
from explorer.palette import NEUTRAL, colours
from explorer.ui.board import Edited, board_data, json_list
from explorer.ui.component import component

_readings = component("explorer_readings", "readings/readings.js")


def readings_data(
    breakdown: Breakdown,
    readings: Iterable[Reading],
    row: int,
    edited: Edited,
) -> dict[str, Any]:
    """Return what is shown: the board of a breakdown, and one example of each reading."""
    return {
        "board": board_data(breakdown, row, edited=edited),
        "readings": [
            {
                **board_data(reading.breakdown, row),
                "title": reading.title,
                "question": reading.question,
                "meaning": reading.meaning,
                "sources": reading.sources,
                "colours": _colours(reading),
                "gradient": json_list(np.atleast_1d(reading.breakdown.gradient[row])),
            }
            for reading in readings
        ],
    }


def _colours(reading: Reading) -> list[str]:
    """The colours of the board's classes; what is a plain 0 there, set against one of them, has none."""
    of_board = colours(max(index for index, _ in reading.sources) + 1)
    if reading.breakdown.case.setup is Setup.BINARY:
        plus, minus = reading.sources[0]
        return [NEUTRAL if minus is None else of_board[minus], of_board[plus]]
    return [NEUTRAL if plus == minus else of_board[plus] for plus, minus in reading.sources]


def show_readings() -> None:
    """Mount it, the relay's place "readings"; the board's edits come back through the relay."""
    _readings(key="readings")
