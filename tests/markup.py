"""HTML as it reads, and names that would be more than text to a browser that was not told that they are."""

import html
import re
from html.parser import HTMLParser

HOSTILE_NAMES = [
    "<b>bold</b>",
    "<img src=x onerror=alert(1)>",
    "</td></table><script>alert(1)</script>",
    "[click](https://example.org/)",
    "https://example.org/",
    "**strong** :smile: :red[x]",
    "$\\alpha$ \\href{javascript:alert(1)}{x}",
    "%{y} <extra>&amp;</extra>",
    "=HYPERLINK(1)",
    "\"'`",
]
PAGE_TAGS = {"style", "h1", "h2", "p", "b", "table", "tbody", "tr", "td", "code", "span", "img", "wbr"}


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def text(body: str) -> str:
    """HTML as it reads."""
    return html.unescape(re.sub(r"<[^>]*>", "", body))
