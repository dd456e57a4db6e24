"""A button that copies the address of the page, which always holds its whole state."""

from __future__ import annotations

from collections.abc import Callable

from explorer.ui.component import component

_copy_link = component("explorer_copy_link", "copy_link/copy_link.js")


def show_copy_link(on_reconnect: Callable[[], None]) -> None:
    """Mount the button. When a lost connection is there again, the page is drawn anew, after ``on_reconnect``."""
    _copy_link(key="copy_link", width="content", on_reconnected_change=on_reconnect)
