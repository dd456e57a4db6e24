"""Cross-Entropy Explorer: run with `streamlit run app.py`.

Streamlit imports this file once, as the server starts, and runs it as the main script for every visit and change.
"""

from pathlib import Path

import streamlit as st

ICON = Path(__file__).parent / "explorer" / "ui" / "icon.svg"  # our own: a named icon is fetched from elsewhere

if __name__ == "__main__":
    from explorer.ui import state  # with its components, which can be registered only once the server is there
    from explorer.ui.pages import compare, detective, explore, functions

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
else:
    from explorer.ui import server

    app = st.App(__file__, lifespan=server.lifespan)
