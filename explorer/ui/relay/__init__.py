"""What a drag changes on the page, sent to its parts in one piece.

The parts (places) are mounted outside the fragment that an edit runs, and have no data of their own: there is nothing
in them for Streamlit to redraw. Inside it, one element without a face of its own carries the data of all of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from explorer.ui.component import component

RELAY_KEY = "relay"

_relay = component("explorer_relay", "relay/relay.js")


def relay_data(**places: Any) -> bytes:
    """Return what each place shows, as the bytes that are sent, so that they can be made before anything is drawn."""
    return json.dumps(places, allow_nan=False).encode()


def show_relay(data: bytes, **on_change: Callable[[], None]) -> None:
    """Mount the relay; ``on_edits`` runs when a person has changed the board, ``on_cell`` when a cell is clicked."""
    callbacks: dict[str, Any] = {f"{name}_change": callback for name, callback in on_change.items()}
    _relay(data=data, key=RELAY_KEY, **callbacks)
