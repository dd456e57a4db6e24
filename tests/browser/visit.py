"""One window with the app in it: what a person can do there, and what stands there then."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from explorer import Case, share
from explorer.ui import component

Found = TypeVar("Found")

COMPONENTS = Path(component.__file__).parent
STAGES = ("logit", "shifted", "exp", "p", "log_p", "nll", "target", "share")
PATIENCE = 20.0  # seconds
# What a page draws last; the first one draws charts.
LAST_DRAWN = {
    "compare": ".explorer-readings [data-value]",
    "functions": ".explorer-matrix [data-cell]",
    "detective": ".st-key-findings .explorer-text",
}
OFFLINE = "net::ERR_NAME_NOT_RESOLVED"  # Streamlit asks a font server for the icon of the page

# Numbers as JavaScript reads them, as texts: JSON has no infinity.
_CELLS = """() => {
  const cells = {};
  for (const cell of document.querySelectorAll(".st-key-board [data-stage]")) {
    (cells[cell.dataset.stage] ??= [])[Number(cell.dataset.class)] = String(Number(cell.dataset.value));
  }
  return cells;
}"""
# A cell of a panel that shows no number, such as the slope of what has no logit, is left out.
READINGS = """() => [...document.querySelectorAll(".st-key-board .explorer-readings section")].map((panel) => {
  const cells = { loss: [String(Number(panel.querySelector("output").dataset.value))] };
  for (const cell of panel.querySelectorAll("[data-value][data-class]")) {
    (cells[cell.dataset.stageOf] ??= [])[Number(cell.dataset.class)] = String(Number(cell.dataset.value));
  }
  return Object.fromEntries(Object.entries(cells).map(([what, values]) => [what, values.filter(() => true)]));
})"""
NEXT_TASK = "() => new Promise((done) => setTimeout(done))"  # what follows a release: what was edited is sent before it
_CHARTS = """() => [...document.querySelectorAll(".st-key-breakdown svg")].map((chart) => chart.innerHTML)"""


def blank(page: Any) -> None:
    """Make it a page with nothing on it, which can import the modules of the components from http://board.test/."""

    def deliver(route: Any) -> None:
        path = COMPONENTS / route.request.url.removeprefix("http://board.test/")
        if path.suffix == ".js":
            route.fulfill(path=path, content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html>", content_type="text/html")

    page.route("http://board.test/**", deliver)
    page.goto("http://board.test/")


class Visit:
    """A window. With ``hold``, what the server says can be held back: the page is then on its own."""

    def __init__(self, page: Any, address: str, *, hold: bool) -> None:
        self.page = page
        self.address = address
        self.errors: list[str] = []
        self.held: list[Callable[[], None]] | None = None
        page.on("pageerror", self._on_page_error)
        page.on("console", self._on_console)
        self.can_hold = hold
        if hold:
            page.route_web_socket("**/_stcore/stream", self._relay)

    def stop_listening(self) -> None:
        """From now on the tab is another visit's, and what its console says too."""
        self.page.remove_listener("pageerror", self._on_page_error)
        self.page.remove_listener("console", self._on_console)

    def _on_page_error(self, error: Any) -> None:
        self.errors.append(str(error))

    def _on_console(self, message: Any) -> None:
        address = message.location.get("url", "")
        # Streamlit looks for its server below the address of the page first, and only then at the root.
        probing = "/_stcore/" in address and not urlsplit(address).path.startswith("/_stcore/")
        if message.type == "error" and OFFLINE not in message.text and not probing:
            self.errors.append(f"{message.text} {address}")

    def _relay(self, socket: Any) -> None:
        server = socket.connect_to_server()

        def onwards(message: Any) -> None:
            if self.held is None:
                socket.send(message)
            else:
                self.held.append(lambda: socket.send(message))

        server.on_message(onwards)
        socket.on_message(server.send)

    def hold(self) -> None:
        """From now on nothing that the server says arrives."""
        self.held = []

    def release(self) -> None:
        """Let arrive what was held back, and all that follows."""
        held, self.held = self.held or [], None
        for deliver in held:
            deliver()

    # ---------------------------------------------------------------- the whole page

    def open(self, query: str = "") -> None:
        self.page.goto(f"{self.address}?{query}" if query else self.address)
        self.ready()

    def ready(self) -> None:
        """Wait until the board, on a page that has one, and what follows it are there and the address is written."""
        boarded = self.path != "detective"
        if boarded:
            self.page.locator(".st-key-board [data-stage=logit]").first.wait_for()
        if self.path in LAST_DRAWN:
            self.page.locator(LAST_DRAWN[self.path]).last.wait_for()
        else:
            self.eventually(lambda: len(self.charts) >= 3 and all(self.charts), True)
        self.eventually(lambda: ("z=" in self.query) if boarded else self.connected, True)

    def follow(self, title: str) -> None:
        """Go to another page by its link in the navigation, and wait for it."""
        self.page.get_by_role("link", name=title, exact=True).click()
        self.arrive(title)

    def arrive(self, title: str) -> None:
        """Wait for another page."""
        self.eventually(lambda: self.path, title.lower() if title != "Explore" else "")
        self.eventually(lambda: self.connected, True)
        self.ready()

    def eventually(self, look: Callable[[], Found], wanted: Found) -> None:
        """Wait until what is looked at is as wanted; fail with both where it never is."""
        patience = time.monotonic() + PATIENCE
        while (found := look()) != wanted and time.monotonic() < patience:
            self.page.wait_for_timeout(25)  # the browser goes on meanwhile
        assert found == wanted, f"{found!r} never became {wanted!r}"

    @property
    def query(self) -> str:
        """The address's query, escaped as the app would."""
        return share.join(share.split(urlsplit(self.page.url).query))

    @property
    def path(self) -> str:
        """Which page the address is of; the first page has none."""
        return urlsplit(self.page.url).path.strip("/")

    @property
    def case(self) -> Case:
        return share.from_query(self.query)[0]

    @property
    def charts(self) -> list[str]:
        return self.page.evaluate(_CHARTS)

    @property
    def readings(self) -> list[dict[str, list[float]]]:
        """The full-precision numbers of the three panels of the Compare page: p, nll, gradient and loss."""
        found = self.page.evaluate(READINGS)
        return [{what: [float(value) for value in values] for what, values in panel.items()} for panel in found]

    @property
    def connected(self) -> bool:
        """Whether the page is connected to a server that has drawn it."""
        app = self.page.locator("[data-testid=stApp]")
        state = [app.get_attribute(f"data-test-{what}-state") for what in ("connection", "script")]
        return state == ["CONNECTED", "notRunning"]

    def text(self, key: str) -> str:
        return self.page.locator(f".st-key-{key}").inner_text()

    @property
    def loss(self) -> float:
        return float(self.page.locator(".st-key-answer output").get_attribute("data-value"))

    # ---------------------------------------------------------------- the board

    @property
    def cells(self) -> dict[str, list[float]]:
        """The full-precision numbers of every stage."""
        return {stage: [float(value) for value in values] for stage, values in self.page.evaluate(_CELLS).items()}

    @property
    def logits(self) -> list[float]:
        return self.cells["logit"]

    def slider(self, name: str) -> Any:
        return self.page.get_by_role("slider", name=f"logit of {name}", exact=True)

    def field(self, label: str) -> Any:
        return self.page.get_by_label(label, exact=True)

    def type(self, label: str, text: str) -> None:
        """Type into a field of the board and leave it."""
        self.field(label).fill(text)
        self.field(label).press("Enter")

    def button(self, name: str) -> Any:
        return self.page.locator(".st-key-board").get_by_role("button", name=name, exact=True)

    def label(self, name: str) -> Any:
        """What is clicked to make this class the label."""
        return self.page.get_by_label(f"label {name}", exact=True)

    @property
    def problem(self) -> Any:
        return self.page.locator(".st-key-board [role=alert]")

    def cell(self, stage: str, index: int) -> Any:
        return self.page.locator(f'.st-key-board [data-stage="{stage}"][data-class="{index}"]')

    def track(self, stage: str, index: int) -> dict[str, float]:
        """Where the bar of a cell can be: its box on the screen."""
        self.cell(stage, index).scroll_into_view_if_needed()
        return self.cell(stage, index).locator(".track").bounding_box()
