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
from tabs import Tabs
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


@pytest.fixture(scope="session")
def tabs(chromium: Any) -> Tabs:
    """The tabs of the Chromium that all tests share."""
    return Tabs(chromium)


@pytest.fixture
def visit(tabs: Tabs, address: str, request: pytest.FixtureRequest) -> Iterator[Callable[..., Visit]]:
    """Open the app at a link in a tab that is this test's alone; whatever the console calls an error fails the test.

    The tab is emptied for another test, unless this one failed or could hold the server back. ``others``: the tabs of
    another Chromium.
    """
    visits: list[tuple[Visit, Tabs]] = []
    failed = request.session.testsfailed

    def opened(
        query: str = "", *, at: str = address, hold: bool = False, others: Tabs | None = None, **window: Any
    ) -> Visit:
        among = others or tabs
        visits.append((Visit(among.take(new=hold, **window), at, hold=hold), among))
        visits[-1][0].open(query)
        return visits[-1][0]

    yield opened
    for each, among in visits:
        each.stop_listening()
        if each.page.is_closed():
            continue
        if each.can_hold or request.session.testsfailed > failed:
            among.forget(each)
        else:
            among.give_back(each.page)
    assert [error for each, _ in visits for error in each.errors] == []


@pytest.fixture
def look(tabs: Tabs, address: str, request: pytest.FixtureRequest) -> Iterator[Callable[..., Visit]]:
    """Show the app at a link to a test that touches nothing; all tests that only look share the tab.

    Its size and its colours are changed as it stands open, and a link that is open already is not loaded again. What
    the console calls an error fails the test.
    """
    looked: list[Visit] = []
    failed = request.session.testsfailed

    def shown(query: str = "", *, at: str = address, **window: Any) -> Visit:
        looked.append(tabs.show(at, query, **window))
        return looked[-1]

    yield shown
    errors = [error for each in {id(each): each for each in looked}.values() for error in each.errors]
    for each in looked:
        each.errors.clear()
        if request.session.testsfailed > failed and not each.page.is_closed():
            tabs.forget(each)
    assert errors == []


@pytest.fixture(scope="module")
def script(chromium: Any) -> Iterator[Any]:
    """A blank page that can import the modules of the components."""
    page = chromium.new_page()
    blank(page)
    yield page
    page.close()
