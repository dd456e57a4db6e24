"""The start of the web server: what is asked of it that Streamlit has no setting for."""

from __future__ import annotations

import asyncio
import contextlib
import webbrowser
from collections.abc import AsyncIterator

import streamlit as st
from streamlit.web.server import server_util
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
    """Return the address that Streamlit prints, too, as that of the page."""
    named, bound = st.get_option("browser.serverAddress"), st.get_option("server.address")
    return server_util.get_url(server_util.get_display_address(bound) if named == "localhost" and bound else named)
