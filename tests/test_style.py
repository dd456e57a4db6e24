"""The page's styles: a colour that stands in several places is written down in one."""

import collections
import re
from pathlib import Path

import pytest
import streamlit as st

from explorer.palette import NEUTRAL
from explorer.ui import component, style

FOLDER = Path(style.__file__).parent
SHEETS = {path.name: re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S) for path in FOLDER.rglob("*.css")}
COLOUR = re.compile(r"light-dark\([^()]*\)|#[0-9a-f]{3,8}\b|rgba?\([^()]*\)", re.I)
DEFINED = re.compile(r"(--(?!st-|class\b)[\w-]+)\s*:")
USED = re.compile(r"var\((--(?!st-|class\b)[\w-]+)")


@pytest.fixture
def page_styles(monkeypatch: pytest.MonkeyPatch) -> str:
    """All the rules that a page puts in place."""
    drawn: list[str] = []
    monkeypatch.setattr(st, "html", drawn.append)
    style.show_style(large=False)
    return drawn[0]


def test_every_sheet_is_on_the_page(page_styles: str) -> None:
    assert len(SHEETS) > 5
    for path in FOLDER.rglob("*.css"):
        assert path.read_text() in page_styles
    assert component.styles() in page_styles


def test_a_colour_is_written_down_once(page_styles: str) -> None:
    rules = re.sub(r"/\*.*?\*/", "", page_styles, flags=re.S)
    written = collections.Counter(colour.lower() for colour in COLOUR.findall(rules))
    assert len(written) > 4
    assert [colour for colour, times in written.items() if times > 1] == []


def test_a_variable_is_defined_once_and_used(page_styles: str) -> None:
    rules = re.sub(r"/\*.*?\*/", "", page_styles, flags=re.S)
    defined = collections.Counter(DEFINED.findall(rules))
    assert [name for name, times in defined.items() if times > 1] == []
    assert set(defined) == set(USED.findall(rules)) > {"--primary", "--neutral"}


def test_the_colours_of_the_theme_and_of_the_charts_reach_the_page(page_styles: str) -> None:
    light, dark = (st.get_option(f"theme.{scheme}.primaryColor") for scheme in ("light", "dark"))
    assert re.fullmatch(r"#[0-9a-f]{6}", light)
    assert f"--primary: light-dark({light}, {dark});" in page_styles
    assert f"--neutral: {NEUTRAL};" in page_styles


@pytest.mark.parametrize("sheet", SHEETS)
def test_no_selector_stands_twice_in_the_same_place(sheet: str) -> None:
    """Two blocks of one selector, one after the other, are one rule in two places."""
    depth, prelude, around, found = 0, "", "", []
    for piece in re.split(r"([{}])", SHEETS[sheet]):
        if piece == "{":
            depth += 1
            if prelude.startswith("@"):
                around = prelude
            else:
                found.append((around, prelude))
        elif piece == "}":
            depth -= 1
            around = around if depth else ""
        else:
            prelude = " ".join(piece.rpartition(";")[2].split())
    assert depth == 0
    repeated = [place for place, times in collections.Counter(found).items() if times > 1]
    assert repeated == []
