"""The current case as a script, in the library of one's choice, to copy or to download."""

from __future__ import annotations

import streamlit as st

from explorer.case import Case
from explorer.snippets import LIBRARIES, snippet
from explorer.ui import state
from explorer.ui.style import show_text


def show_code(case: Case, label: str = "Code") -> None:
    """Draw the button that opens it."""
    if st.button(label, key="code", on_click=state.catch_up):
        _code(case)


@st.dialog("This case as code", width="large")
def _code(case: Case) -> None:
    library = st.segmented_control(
        "Library", LIBRARIES, default=LIBRARIES[0], key="code_library", required=True, label_visibility="collapsed"
    )
    script = snippet(case, library)
    if script.note:
        show_text(script.note, "notice")
    st.code(script.code, language="python", wrap_lines=True)
    st.download_button(
        f"Download {script.filename}", script.code, script.filename, "text/x-python", on_click="ignore", key="code_file"
    )
