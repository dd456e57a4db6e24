"""Sharing the page: copy its link, show it as a QR code, and large type for the projector."""

from __future__ import annotations

from urllib.parse import urlsplit

import segno
import streamlit as st

from explorer.explain import html_text
from explorer.ui import state
from explorer.ui.copy_link import show_copy_link
from explorer.ui.style import show_text


def show_sharing(visit: state.Visit) -> None:
    """Draw the sharing controls in a row."""
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", key="share"):
        state.set_widget("large", visit.view.large)
        st.toggle(
            "Large type",
            key="large",
            help="For the projector: everything a third larger, and in the link too.",
            on_change=lambda: state.set_view(large=state.widget("large")),
        )
        show_copy_link(state.catch_up)
        if st.button("QR code", key="qr", on_click=state.catch_up):
            _qr_code(state.address(visit))


@st.dialog("Open this on your phone", width="large")
def _qr_code(link: str) -> None:
    try:
        code = segno.make(link, error="m", micro=False)
    except segno.DataOverflowError:
        show_text("This link is too long for a QR code. Copy it, or use fewer examples.", "problem")
        return
    picture = code.svg_data_uri(border=4, light="white", omitsize=True)
    st.html(f'<img class="explorer-qr" alt="QR code of the link below" src="{html_text(picture)}">')
    st.code(link, language=None, wrap_lines=True)
    if urlsplit(link).hostname in {"localhost", "127.0.0.1", "::1"}:
        show_text(
            "This address works on this computer only; open the page by its network address to share it.", "faint"
        )
