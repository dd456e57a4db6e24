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


def test_nothing_else_is_served(look: Opener, address: str) -> None:
    request = look().page.context.request
    assert request.get(f"{address.rstrip('/')}{PATHS}board/board.js").status == 200
    for other in (
        f"{PATHS}state.py",
        f"{PATHS}board/__init__.py",
        f"{PATHS}page.css",
        "/component/explorer.ui.component.files/state.py",
    ):
        assert request.get(address.rstrip("/") + other).status == 404, other


def test_what_stands_below_the_board_waits_for_it(visit: Opener) -> None:
    page = visit()
    held: list[Any] = []
    page.page.route("**/board/board.js", lambda route: held.append(route))  # noqa: PLW0108 - it asks for a function of ours
    for title, below in (("Explore", ".st-key-below"), ("Compare", ".st-key-comparisons")):
        page.page.reload()
        page.eventually(lambda: len(held), 1)
        names = page.page.locator(f"{below} .explorer-names").first
        names.wait_for(state="attached")
        assert not names.is_visible(), title
        held.pop().continue_()
        page.ready()
        assert names.is_visible()
        if title == "Explore":
            page.follow("Compare")
