"""What several test files share: the order of the tests, and the app without a browser."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from explorer import Case, share
from explorer.ui.board import BOARD_KEY

APP = Path(__file__).parent.parent / "app.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what needs a browser last: what it finds is seldom worth waiting for before the rest is right."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


class Page:
    """The app as one visit sees it: its link, its controls, and what its components were sent."""

    def __init__(self, query: str) -> None:
        self.test = AppTest.from_file(APP, default_timeout=60)
        self.test.context["url"] = "https://example.org/"
        self.go(query)

    def go(self, query: str) -> None:
        """Open a link in this tab, as the Back button or an edited address does."""
        self.test.query_params = parse_qs(query, keep_blank_values=True)
        self.test.run()

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

    def sent(self, key: str) -> Any:
        """What a component was sent."""
        proto = self.test.get_by_key(key).proto
        return json.loads(proto.bytes or proto.json)

    @property
    def board(self) -> dict[str, Any]:
        return self.sent(BOARD_KEY)

    @property
    def answer(self) -> dict[str, Any]:
        return self.sent("answer_bar")

    @property
    def html(self) -> list[str]:
        return [element.proto.body for element in self.test.html]

    def texts(self, kind: str) -> list[str]:
        """The plain texts of one kind on the page, as HTML: notice, problem, faint."""
        return [body for body in self.html if body.startswith(f'<p class="explorer-text {kind}"')]

    def open(self, key: str) -> None:
        """Open a popover or an expander."""
        self.test.session_state[key] = True
        self.test.run()

    def edit(self, *edits: dict[str, Any]) -> None:
        """Send edits from the board, as the browser does."""
        widgets = self.test._tree.get_widget_states()
        state = json.dumps({"edits": list(edits)})
        widgets.widgets.append(WidgetState(id=self.test.get_by_key(BOARD_KEY).proto.id, json_value=state))
        self.test._run(widgets)

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
    """Open the app at a link, in a visit of its own."""

    def opened(query: str = "") -> Page:
        page = Page(query)
        assert not page.test.exception
        return page

    return opened
