"""Components of our own: their JavaScript and styles, sent to a browser once.

``st.components.v2.component`` takes inline text and sends it again with every run: most of what a change would send. So
the inline text is a loader of two lines, and the files beside the components are served as they are.
"""

from __future__ import annotations

import functools
from pathlib import Path

import streamlit as st
import streamlit.components.v1 as assets
from streamlit.components.v2.types import ComponentRenderer

_FOLDER = Path(__file__).parent
# Only for its file server: what lies in this folder becomes reachable under /component/. It holds no secrets.
_files = assets.declare_component("files", path=str(_FOLDER))
_STYLES = ("page.css", *(f"{part}/{part}.css" for part in ("board", "readings", "matrix", "charts", "copy_link")))


def component(name: str, script: str) -> ComponentRenderer:
    """Register the component whose module is the file ``script`` in this folder.

    Styles are not isolated in a shadow root: the parts stay reachable for assistive tools, tests and one another, and
    every rule is scoped under the component's own class.
    """
    base = st.get_option("server.baseUrlPath").strip("/")
    address = "/".join(["", *([base] if base else []), "component", _files.name, script])
    loader = f'const module = import(new URL("{address}", window.location.origin));\n'
    loader += "export default async (component) => (await module).default(component);\n"
    return st.components.v2.component(name, js=loader, isolate_styles=False)


@functools.cache
def styles() -> str:
    """Return the rules of the page and of all components."""
    return "\n".join((_FOLDER / path).read_text(encoding="utf-8") for path in _STYLES)
