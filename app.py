"""Cross-Entropy Explorer: run with `streamlit run app.py`."""

from pathlib import Path

import streamlit as st

from explorer.ui.pages import explore

ICON = Path(__file__).parent / "explorer" / "ui" / "icon.svg"  # our own: a named icon is fetched from elsewhere

st.set_page_config(page_title="Cross-Entropy Explorer", page_icon=str(ICON), layout="wide")
st.navigation([st.Page(explore.page, title="Explore", url_path="explore", default=True)], position="top").run()
