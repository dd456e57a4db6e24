"""Cross-Entropy Explorer: run with `streamlit run app.py`."""

from pathlib import Path

import streamlit as st

from explorer.ui import server, state
from explorer.ui.pages import compare, detective, explore, functions

ICON = Path(__file__).parent / "explorer" / "ui" / "icon.svg"  # our own: a named icon is fetched from elsewhere

server.accept_long_links()
st.set_page_config(page_title="Cross-Entropy Explorer", page_icon=str(ICON), layout="wide")
page = st.navigation(
    [
        st.Page(explore.page, title="Explore", url_path="explore", default=True),
        st.Page(compare.page, title="Compare", url_path="compare"),
        st.Page(functions.page, title="Functions", url_path="functions"),
        st.Page(detective.page, title="Detective", url_path="detective"),
    ],
    position="top",
)
state.enter(page.url_path)
page.run()
