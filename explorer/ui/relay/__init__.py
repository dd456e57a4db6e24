"""What a drag changes on the page, sent to its parts in one piece.

The parts (places) are mounted outside the fragment that an edit runs, and have no data of their own: there is nothing
in them for Streamlit to redraw. Inside it, a hidden line of HTML carries the data of all of them: Streamlit puts it
into the page together with the rest of the answer, where a component would be told a frame later.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from explorer.ui.component import component

RELAY_KEY = "relay"

_relay = component("explorer_relay", "relay/relay.js")


def relay_html(**places: Any) -> str:
    """Return what each place shows, for ``st.html`` to draw in the fragment where the relay is mounted.

    ``link`` is no place but the query of all that is shown, for the address to be held against.
    """
    data = json.dumps(places, allow_nan=False).replace("<", "\\u003c").replace("&", "\\u0026")
    return f'<p class="explorer-relay" hidden>{data}</p>'


def show_relay(**on_change: Callable[[], None]) -> None:
    """Mount the relay; ``on_edits`` runs when a person has changed the board, ``on_cell`` when a cell is clicked."""
    callbacks: dict[str, Any] = {f"{name}_change": callback for name, callback in on_change.items()}
    _relay(key=RELAY_KEY, **callbacks)
