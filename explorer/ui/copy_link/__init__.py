"""A button that copies the address of the page, which always holds its whole state."""

from __future__ import annotations

from explorer.ui.component import component

_copy_link = component("explorer_copy_link", "copy_link/copy_link.js")


def show_copy_link() -> None:
    """Mount the button."""
    _copy_link(key="copy_link", width="content")
