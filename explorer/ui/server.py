"""The start of the web server: what is asked of it that Streamlit has no setting for."""

from __future__ import annotations

import asyncio
import contextlib
import webbrowser
from collections.abc import AsyncIterator

import streamlit as st
from uvicorn.protocols.http import h11_impl

LONGEST_REQUEST = 1 << 20  # bytes; of a link above half of it Streamlit makes the bare address
MOMENT = 0.5  # seconds after which the server listens


@contextlib.asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Be what Streamlit runs around the time in which the server listens; no connection is made before it has begun."""
    _accept_long_links()
    if not st.get_option("server.headless"):  # as Streamlit does for a script that is no app
        asyncio.get_running_loop().call_later(MOMENT, webbrowser.open, _address())
    yield


def _accept_long_links() -> None:
    """Let a link of hundreds of kilobytes reach the app, which says in a sentence what is wrong with it.

    Without this uvicorn answers a request of more than 64 KiB itself, with a line of plain text in place of the page.
    """
    h11_impl.DEFAULT_MAX_INCOMPLETE_EVENT_SIZE = LONGEST_REQUEST  # type: ignore[attr-defined]


def _address() -> str:
    base = st.get_option("server.baseUrlPath").strip("/")
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    return f"{scheme}://localhost:{st.get_option('server.port')}/{base}"
