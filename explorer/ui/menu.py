"""A menu: what is chosen from it is done once, and it is ready for the next choice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import streamlit as st

from explorer.ui import state


def show_menu(
    label: str, titles: list[str], on_choice: Callable[[str], None], width: int | Literal["stretch"] = "stretch"
) -> None:
    """Draw it. After each choice it is a control of its own, under another key, rather than one that is emptied.

    A busy browser may not have heard yet that a control was emptied, and send what was chosen again with whatever a
    person does next: that would be a choice once more, and undo what was done.
    """
    key = state.menu_key()

    def choose() -> None:
        if (title := state.take_choice(key)) is not None:
            on_choice(title)

    st.selectbox(
        label.rstrip("…"),
        titles,
        index=None,
        key=key,
        placeholder=label,
        label_visibility="collapsed",
        width=width,
        on_change=choose,
    )
