"""The table of what a number is called: a line for each name, with its value and whether it agrees."""

from __future__ import annotations

import re
from collections.abc import Iterable

from explorer.equivalence import Name
from explorer.explain import html_text, number

_BETWEEN_WORDS = re.compile(r"(?<=[_.])(?=[A-Za-z])|(?<=[a-z])(?=[A-Z])|(?=\()")


def names_table(names: Iterable[Name]) -> str:
    """Return names as an HTML table; every text in it is plain text."""
    lines = []
    for name in names:
        value = "—" if name.value is None else number(name.value)
        mark = '<span class="same">✓</span>' if name.agrees else '<span class="other">✗</span>'
        why = f'<span class="why">{html_text(name.note)}</span>' if name.note else ""
        lines.append(
            f"<tr><td><code>{breakable(name.call)}</code>"
            f' <span class="source">{html_text(name.source)}</span>{why}</td>'
            f'<td class="amount">{value} {mark}</td></tr>'
        )
    return f'<table class="explorer-names">{"".join(lines)}</table>'


def pieces(call: str) -> list[str]:
    """Return a call in the pieces between which a narrow column breaks it: its words, not parts of them."""
    return [piece for piece in _BETWEEN_WORDS.split(call) if piece]


def breakable(call: str) -> str:
    """Return a call as HTML that breaks between its pieces."""
    return "<wbr>".join(map(html_text, pieces(call)))
