"""The scripts as a browser gets them: all of one version, and nothing else of what lies beside them."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from explorer.ui import component

Opener = Callable[..., Any]

PATHS = f"/component/explorer.ui.component.{component.version(component.scripts())}/"


def test_every_script_has_the_version_in_its_address(visit: Opener) -> None:
    page = visit()
    asked: list[str] = []
    page.page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.page.reload()
    page.ready()
    for title in ("Compare", "Functions"):
        page.follow(title)
    served = {path for path in asked if path.startswith("/component/")}
    assert served == {PATHS + script for script in component.scripts()}


def test_nothing_else_is_served(visit: Opener, address: str) -> None:
    request = visit().page.context.request
    assert request.get(f"{address.rstrip('/')}{PATHS}board/board.js").status == 200
    for other in (
        f"{PATHS}state.py",
        f"{PATHS}board/__init__.py",
        f"{PATHS}page.css",
        "/component/explorer.ui.component.files/state.py",
    ):
        assert request.get(address.rstrip("/") + other).status == 404, other
