"""Cross-Entropy Explorer: run with `streamlit run app.py`."""

import gc

import streamlit as st

from explorer.ui.pages import explore

gc.freeze()  # the imports live as long as the server: no collection need look at them again

st.set_page_config(page_title="Cross-Entropy Explorer", page_icon=":material/query_stats:", layout="wide")
st.navigation([st.Page(explore.page, title="Explore", url_path="explore", default=True)], position="top").run()
