"""The line of HTML that carries the data of the page's parts."""

import html
import json
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from explorer.ui.relay import relay_html

names = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("<>&\"'\\/;=!-\n\r\0")), max_size=30)


class Reader(HTMLParser):
    """Notes the elements and the texts of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@given(st.lists(names, max_size=5))
def test_names_stay_text(found: list[str]) -> None:
    line = relay_html(board={"names": found})
    reader = Reader()
    reader.feed(line)
    assert reader.tags == ["p"]
    assert json.loads("".join(reader.texts)) == {"board": {"names": found}}
    assert html.unescape(line) == line  # nothing in it that a browser would read as another character
