"""What stands around the time in which the web server listens."""

import asyncio
import copy
import webbrowser
from typing import Any

import pytest
from streamlit import config
from streamlit.config_option import ConfigOption
from uvicorn.protocols.http import h11_impl

from explorer.ui import server


def with_value(name: str, value: Any) -> ConfigOption:
    option = copy.deepcopy(config.get_config_options()[name])
    option.set_value(value, "a test")
    return option


@pytest.mark.parametrize(
    ("options", "opened"),
    [
        ({"server.headless": True}, []),
        ({"server.headless": False, "server.port": 8600}, ["http://localhost:8600"]),
        ({"server.headless": False, "server.port": 8600, "server.address": "0.0.0.0"}, ["http://localhost:8600"]),
        ({"server.headless": False, "server.port": 8600, "server.address": "127.0.0.2"}, ["http://127.0.0.2:8600"]),
        (
            {"server.headless": False, "browser.serverAddress": "loss.test", "server.baseUrlPath": "/loss"},
            ["http://loss.test:8501/loss"],
        ),
    ],
)
def test_the_page_opens_where_there_is_a_screen(
    options: dict[str, Any], opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in options.items():
        monkeypatch.setitem(config.get_config_options(), name, with_value(name, value))
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
