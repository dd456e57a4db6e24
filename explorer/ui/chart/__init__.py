"""A Plotly figure on the page, redrawn in place.

``st.plotly_chart`` gives a changed figure a new identity, so the browser throws the old chart away and builds another:
25 to 30 ms each, however small. This component hands the same figure to ``Plotly.react`` instead, which changes what
differs. plotly.js comes from the installed plotly package, so that both sides are of one version.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import streamlit as st
import streamlit.components.v1 as assets

from explorer.figures import Figure

_FOLDER = Path(__file__).parent
_CSS = """
.explorer-chart { width: 100%; }
.explorer-chart .modebar { display: none; }
"""
_chart = st.components.v2.component(
    "explorer_chart", css=_CSS, js=(_FOLDER / "chart.js").read_text(encoding="utf-8"), isolate_styles=False
)
# Only for its file server: the folder that plotly ships its JavaScript in becomes reachable under /component/.
_plotly = assets.declare_component("plotly_js", path=str(resources.files("plotly") / "package_data"))


def show_chart(figure: Figure, key: str, alt: str) -> None:
    """Draw a figure, with ``alt`` as its accessible name."""
    base = st.get_option("server.baseUrlPath").strip("/")
    source = "/".join(["", *([base] if base else []), "component", _plotly.name, "plotly.min.js"])
    height = figure["layout"]["height"]
    _chart(data={"figure": figure, "plotly": source, "alt": alt}, key=key, height=height)
