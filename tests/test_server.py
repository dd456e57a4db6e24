"""What stands around the time in which the web server listens."""

import asyncio
import webbrowser
from typing import Any

import pytest
import streamlit as st
from uvicorn.protocols.http import h11_impl

from explorer.ui import server


@pytest.mark.parametrize(
    ("options", "opened"),
    [
        ({"server.headless": True}, []),
        ({"server.headless": False, "server.port": 8600}, ["http://localhost:8600/"]),
        (
            {"server.headless": False, "server.port": 80, "server.baseUrlPath": "/loss", "server.sslCertFile": "c.pem"},
            ["https://localhost:80/loss"],
        ),
    ],
)
def test_the_page_opens_where_there_is_a_screen(
    options: dict[str, Any], opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    defaults = {"server.baseUrlPath": "", "server.sslCertFile": None}
    monkeypatch.setattr(st, "get_option", {**defaults, **options}.__getitem__)
    monkeypatch.setattr(server, "MOMENT", 0.0)
    monkeypatch.setattr(h11_impl, "DEFAULT_MAX_INCOMPLETE_EVENT_SIZE", 65536)
    addresses: list[str] = []
    monkeypatch.setattr(webbrowser, "open", addresses.append)

    async def start() -> None:
        async with server.lifespan(None):
            assert h11_impl.DEFAULT_MAX_INCOMPLETE_EVENT_SIZE == server.LONGEST_REQUEST
            await asyncio.sleep(0.01)

    asyncio.run(start())
    assert addresses == opened
