"""A real Chromium and the app as it is served. Every test here is marked ``browser``.

Without a browser these tests are skipped; with EXPLORER_REQUIRE_BROWSER=1 in the environment they fail instead.
"""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from visit import Visit, blank

from benchmarks.chromium import FLAGS, executable
from benchmarks.server import free_port, running

ROOT = Path(__file__).parent.parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


def _missing(reason: str) -> NoReturn:
    if os.environ.get("EXPLORER_REQUIRE_BROWSER") == "1":
        pytest.fail(f"EXPLORER_REQUIRE_BROWSER is set, but there is {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def launch() -> Iterator[Callable[..., Any]]:
    """Start a Chromium, with any flags beside those that all have."""
    path = executable()
    if path is None:
        _missing("no Chromium: install Debian's chromium package")
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - the other tests run without it
    except ImportError:
        _missing("no Playwright: install requirements-dev.txt")
    with sync_playwright() as playwright:
        yield lambda *flags: playwright.chromium.launch(executable_path=path, args=[*FLAGS, *flags])


@pytest.fixture(scope="session")
def chromium(launch: Callable[..., Any]) -> Iterator[Any]:
    """One Chromium for all tests."""
    browser = launch()
    yield browser
    browser.close()


@contextlib.contextmanager
def _serve(log: Path, port: int) -> Iterator[str]:
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    command += ["--server.address", "127.0.0.1", "--server.port", str(port)]
    with running(command, f"http://127.0.0.1:{port}/_stcore/health", log, ROOT):
        yield f"http://127.0.0.1:{port}/"
    assert "Traceback" not in log.read_text()


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], contextlib.AbstractContextManager[str]]:
    """Serve the app with the project's settings, and stop it again."""
    return lambda port: _serve(tmp_path_factory.mktemp("server") / "log.txt", port)


@pytest.fixture
def port() -> int:
    """A free port."""
    return free_port()


@pytest.fixture(scope="session")
def address(serve: Callable[[int], contextlib.AbstractContextManager[str]]) -> Iterator[str]:
    """The address of the app on a free port."""
    with serve(free_port()) as served:
        yield served


@pytest.fixture
def visit(chromium: Any, address: str) -> Iterator[Callable[..., Visit]]:
    """Open the app at a link in a window of its own; whatever the console calls an error fails the test."""
    visits: list[Visit] = []

    def opened(
        query: str = "", *, at: str = address, hold: bool = False, browser: Any = chromium, **window: Any
    ) -> Visit:
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 1000}, **window})
        context.set_default_timeout(20_000)
        visits.append(Visit(context.new_page(), at, hold=hold))
        visits[-1].open(query)
        return visits[-1]

    yield opened
    for each in visits:
        each.page.context.close()
    assert [error for each in visits for error in each.errors] == []


@pytest.fixture(scope="module")
def script(chromium: Any) -> Iterator[Any]:
    """A blank page that can import the modules of the components."""
    page = chromium.new_page()
    blank(page)
    yield page
    page.close()
