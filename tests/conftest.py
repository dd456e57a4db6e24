"""What all tests share: their order, the time that they have, and the app without a browser."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import HealthCheck, settings
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from explorer import Case, share
from explorer.ui.relay import RELAY_KEY

APP = Path(__file__).parent.parent / "app.py"
RELAYED = re.compile(r'<p class="explorer-relay" hidden>(.*?)</p>', re.DOTALL)
FIRST = "explore"  # the page without a path of its own
# As on a server, one for all visits: AppTest would look through everything that is installed for each of them.
COMPONENTS = BidiComponentManager()

# A property holds however slow the machine is: any example may take long there, or be long in coming.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
pytest.register_assert_rewrite("shown")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the fast tests first: what the others find is seldom worth waiting for before these are right.

    What runs the whole app is slow, and what needs a browser comes last.
    """
    for item in items:
        if item.get_closest_marker("browser") or "open_page" in getattr(item, "fixturenames", ()):
            item.add_marker("slow")
    items.sort(key=lambda item: [bool(item.get_closest_marker(name)) for name in ("browser", "slow")])


class Page:
    """The app as one visit sees it: its link, its controls, and what its components were sent."""

    def __init__(self, query: str, at: str = FIRST) -> None:
        self.test = AppTest.from_file(APP, default_timeout=60)
        self.test._bidi_component_manager = COMPONENTS
        self.turn_to(at)
        self.go(query)

    def go(self, query: str) -> None:
        """Open a link in this tab, as the Back button or an edited address does."""
        self.test.query_params = parse_qs(query, keep_blank_values=True)
        self.test.run()

    def follow(self, page: str) -> None:
        """Click on a page in the navigation: the browser then asks for it without a query."""
        self.turn_to(page)
        self.go("")

    def turn_to(self, page: str) -> None:
        """Make the next link one of this page."""
        self.at = page
        self.test._page_hash = calc_hash(page)  # AppTest.switch_page knows pages that are files, and ours are functions
        self.test.context["url"] = "https://example.org/" + ("" if page == FIRST else page)

    @property
    def query(self) -> str:
        """The address's query, as it is now."""
        return share.join((key, value) for key, value in self.test.query_params.items() if isinstance(value, str))

    @property
    def case(self) -> Case:
        """The case that the address holds; there must be nothing wrong with it."""
        case, notices = share.from_query(self.query)
        assert notices == []
        return case

    @property
    def sent(self) -> Any:
        """What the page's relay was sent for each place."""
        (line,) = [found for element in self.test.html if (found := RELAYED.search(element.proto.body))]
        return json.loads(line[1])

    @property
    def board(self) -> dict[str, Any]:
        sent = self.sent
        return sent["board"] if "board" in sent else sent["readings"]["board"]

    @property
    def readings(self) -> list[dict[str, Any]]:
        """What the three panels of the Compare page were sent."""
        return self.sent["readings"]["readings"]

    @property
    def answer(self) -> dict[str, Any]:
        return self.sent["answer"]

    @property
    def html(self) -> list[str]:
        """What is drawn as HTML, without the line that carries the data of the components."""
        return [RELAYED.sub("", element.proto.body) for element in self.test.html]

    def texts(self, kind: str) -> list[str]:
        """The plain texts of one kind on the page, as HTML: notice, problem, faint."""
        return re.findall(rf'<p class="explorer-text {kind}"[^>]*>.*?</p>', "\n".join(self.html), re.DOTALL)

    @property
    def menu(self) -> Any:
        """The menu of presets, or of threads."""
        return next(each for each in self.test.selectbox if each.key.startswith("menu_"))

    def send(self, *states: WidgetState) -> None:
        """Run the app with what its controls hold, and with these states of controls too."""
        widgets = self.test._tree.get_widget_states()
        widgets.widgets.extend(states)
        self.test._run(widgets)

    def open(self, key: str) -> None:
        """Open a popover or an expander."""
        self.test.session_state[key] = True
        self.test.run()

    def edit(self, *edits: dict[str, Any]) -> None:
        """Send edits from the board, as the browser does."""
        self.send(WidgetState(id=self._relay_id, json_value=json.dumps({"edits": list(edits)})))

    def click(self, event: str, value: Any) -> None:
        """Report a click on a part of the page, as the browser does: once, beside the edits that the relay holds."""
        happened = json.dumps([{"event": event, "value": value}])
        self.send(WidgetState(id=f"$$STREAMLIT_INTERNAL_KEY_{self._relay_id}__events", json_trigger_value=happened))

    @property
    def _relay_id(self) -> str:
        return self.test.get_by_key(RELAY_KEY).proto.id

    def row(self, seq: int, **changes: Any) -> dict[str, Any]:
        """One edit of the open example as the board would send it: what it holds, with some of it changed."""
        board = self.board
        hard = board["hard"] and board["kept"]
        target = [str(board["label"])] if hard else [str(value) for value in board["targets"]]
        logits = [str(value) for value in board["logits"]]
        edit = {"op": "row", "row": board["row"], "logits": logits, "target": target, "hard": hard}
        return {**edit, "names": board["names"], "seq": seq, **changes}


@pytest.fixture
def open_page() -> Callable[..., Page]:
    """Open the app at a link, in a visit of its own; ``at`` names a page other than the first."""

    def opened(query: str = "", at: str = FIRST) -> Page:
        page = Page(query, at)
        assert not page.test.exception
        return page

    return opened
