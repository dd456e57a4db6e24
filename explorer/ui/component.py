"""Components of our own: their JavaScript and styles, sent to a browser once.

``st.components.v2.component`` takes inline text and sends it again with every run: most of what a change would send. So
the inline text is a loader of two lines, and the scripts beside the components are served as files.

What is served is a copy of the scripts alone, made when the server starts, under an address that holds a hash of them.
The modules import one another relatively, so all of them carry it: no browser mixes scripts of two versions, whatever
its cache holds and whatever happens to the files meanwhile. A changed script shows when the server is started again.
"""

from __future__ import annotations

import atexit
import functools
import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import streamlit as st
import streamlit.components.v1 as assets
from streamlit.components.v2.types import ComponentRenderer

_FOLDER = Path(__file__).parent
_STYLES = ("page.css", *(f"{part}/{part}.css" for part in ("board", "readings", "matrix", "charts", "copy_link")))
_YEAR_2100 = 4_102_444_800  # in seconds


def scripts() -> dict[str, bytes]:
    """Return the modules of all components: what each holds, by its path below this folder."""
    return {path.relative_to(_FOLDER).as_posix(): path.read_bytes() for path in sorted(_FOLDER.rglob("*.js"))}


def version(contents: Mapping[str, bytes]) -> str:
    """Return 12 characters that are others as soon as a path or what it holds is another."""
    return hashlib.sha256(repr(sorted(contents.items())).encode()).hexdigest()[:12]


def _copied(contents: Mapping[str, bytes]) -> Path:
    """Write files into a temporary folder, and remove it when the server ends."""
    folder = Path(tempfile.mkdtemp(prefix="explorer-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for path, content in contents.items():
        copy = folder / path
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(content)
        os.utime(copy, (_YEAR_2100, _YEAR_2100))  # some systems clear out of their temporary folder what is old
    return folder


_scripts = scripts()
_files = assets.declare_component(version(_scripts), path=str(_copied(_scripts)))  # only for its file server


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
