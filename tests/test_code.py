"""The Code dialog, on every page of a case: the case as a script in each library, to copy and to download."""

import html
from collections.abc import Callable
from typing import Any

import pytest
from links import BATCH, BINARY, MULTILABEL, PAGES, SOFT
from markup import HOSTILE_NAMES

from explorer import Case, share
from explorer.share import DEFAULT_QUERY
from explorer.snippets import LIBRARIES, snippet

Opener = Callable[..., Any]

CASES = {
    "the first screen": DEFAULT_QUERY,
    "every option": BATCH + "&w=1,2,0.5&ignore=1&smoothing=0.1&T=2&reduction=sum&unit=bits",
    "no reduction": BATCH + "&reduction=none&row=2",
    "soft": SOFT,
    "binary": BINARY + "&pw=3",
    "multi-label": MULTILABEL,
    "not finite": "setup=multiclass&z=-inf,nan,1&y=2",
}


def open_code(page: Any, library: str | None = None) -> None:
    """Press Code, and choose a library in the dialog; where a browser runs the dialog alone, Code is pressed again."""
    page.test.button(key="code").click().run()
    if library is not None:
        page.test.button(key="code").click()
        page.test.segmented_control(key="code_library").set_value(library).run()
    assert not page.test.exception


def assert_is_script(page: Any, library: str) -> None:
    """The dialog shows and offers the script of the case in the address."""
    script = snippet(page.case, library)
    (dialog,) = page.test.get("dialog")
    assert dialog.proto.dialog.title == "This case as code"
    assert [code.value for code in dialog.code] == [script.code.strip()]
    assert dialog.code[0].language == "python"
    (download,) = dialog.get("download_button")
    assert download.label == f"Download {script.filename}"
    notices = [element.proto.body for element in dialog.get("html")]
    assert len(notices) == bool(script.note)
    assert all(html.escape(script.note) in notice for notice in notices)


@pytest.mark.parametrize("at", PAGES)
@pytest.mark.parametrize("link", [CASES["the first screen"], CASES["no reduction"]], ids=["plain", "no reduction"])
def test_it_opens_on_the_first_library(at: str, link: str, open_page: Opener) -> None:
    page = open_page(link, at=at)
    assert page.test.get("dialog") == []
    open_code(page)
    assert page.query == link
    control = page.test.segmented_control(key="code_library")
    assert (control.options, control.value) == (list(LIBRARIES), LIBRARIES[0])
    assert_is_script(page, LIBRARIES[0])


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("link", CASES.values(), ids=CASES)
def test_every_library_has_its_script(library: str, link: str, open_page: Opener) -> None:
    page = open_page(link)
    open_code(page, library)
    assert page.query == link
    assert_is_script(page, library)


@pytest.mark.parametrize("at", PAGES)
def test_what_is_changed_is_in_the_script(at: str, open_page: Opener) -> None:
    page = open_page(at=at)
    page.edit(page.row(1, logits=["7.5", "1", "0.1"], target=["2"]))
    page.test.segmented_control(key="setup").set_value("multilabel").run()
    open_code(page, "NumPy")
    assert page.query == "setup=multilabel&z=7.5,1,0.1&y=0,0,1&names=cat,dog,fox"
    assert "7.5" in page.test.get("dialog")[0].code[0].value
    assert_is_script(page, "NumPy")
    page.test.run()  # it is closed
    assert page.test.get("dialog") == []


@pytest.mark.parametrize("at", PAGES)
def test_it_opens_before_the_address_was_written(at: str, open_page: Opener) -> None:
    """A quick click after an edit: the browser sends it with the address that it had before the edit."""
    page = open_page(at=at)
    page.edit(page.row(1, logits=["7.5", "1", "0.1"]))
    page.test.query_params = dict(share.split(DEFAULT_QUERY))
    open_code(page)
    assert page.query == DEFAULT_QUERY.replace("z=2", "z=7.5")
    assert_is_script(page, LIBRARIES[0])


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_no_name_gets_into_code(name: str, open_page: Opener) -> None:
    page = open_page(share.to_query(Case("multiclass", [2, 1], 0, [name, "dog"])))
    assert page.case.names[0] == name
    for library in LIBRARIES:
        open_code(page, library)
        assert name not in page.test.get("dialog")[0].code[0].value
        assert_is_script(page, library)


def test_a_case_too_long_for_a_link_is_a_script(open_page: Opener) -> None:
    page = open_page("z=" + ";".join(["1.125,2"] * 3300))
    page.test.button(key="code").click().run()
    assert not page.test.exception
    assert page.test.get("dialog")[0].code[0].value.startswith("import")


def test_the_detective_has_the_right_call_as_a_script(open_page: Opener) -> None:
    page = open_page("x=2,1,0.1;0.5,2.5,-1&t=0,1&seen=0.8", at="detective")
    page.test.button(key="code").click().run()
    (dialog,) = page.test.get("dialog")
    case = Case("multiclass", [[2, 1, 0.1], [0.5, 2.5, -1]], [0, 1])
    assert [code.value for code in dialog.code] == [snippet(case, LIBRARIES[0]).code.strip()]


def test_where_there_is_no_case_there_is_no_script(open_page: Opener) -> None:
    page = open_page("x=2,1&t=5&seen=0.8", at="detective")
    assert [button.key for button in page.test.button if button.key == "code"] == []
