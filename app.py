"""Cross-Entropy Explorer: run with `streamlit run app.py`."""

import streamlit as st

from explorer.ui.pages import explore

st.set_page_config(page_title="Cross-Entropy Explorer", page_icon=":material/query_stats:", layout="wide")
st.navigation([st.Page(explore.page, title="Explore", url_path="explore", default=True)], position="top").run()
