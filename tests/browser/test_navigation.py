"""The links between the pages: the case comes along, Back goes back, and a reload restores each page."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from links import VIEWED

from explorer import share
from explorer.share import DEFAULT_QUERY

Opener = Callable[..., Any]

FILTERED = f"{DEFAULT_QUERY}&library=Keras&ends=softmax"
TITLES = ["Explore", "Compare", "Functions"]
HEADINGS = {
    "Explore": "Cross-Entropy Explorer",
    "Compare": "One set of logits, read three ways",
    "Functions": "Which function takes what",
}


def assert_on(page: Any, title: str, query: str) -> None:
    """This page is open, at this link, and its board shows what the link says."""
    page.eventually(lambda: page.query, query)
    page.eventually(lambda: page.path, "" if title == "Explore" else title.lower())
    page.eventually(lambda: page.page.locator("h1").all_inner_texts(), [HEADINGS[title]])
    case, notices = share.from_query(query)
    assert notices == []
    view = share.view_from_query(query, case.examples)[0]
    page.eventually(lambda: page.cells.get("logit"), case.logits[view.row].tolist())
    page.eventually(lambda: page.page.locator(".explorer-text.notice").count(), 0)


def test_the_links_of_the_navigation_take_the_case_along(visit: Opener) -> None:
    page = visit(VIEWED)
    query = VIEWED
    for number, title in enumerate([*TITLES[1:], *TITLES], start=1):
        page.follow(title)
        assert_on(page, title, query)
        page.slider("fox").press("PageUp")  # and what is changed on one page is changed on the next
        query = VIEWED.replace("2.5,-1", f"2.5,{number - 1}")
        assert_on(page, title, query)
    page.slider("fox").press("Control+z")
    assert_on(page, TITLES[-1], VIEWED.replace("2.5,-1", "2.5,3"))


@pytest.mark.parametrize("title", TITLES[1:])
@pytest.mark.parametrize("tap", [False, True], ids=["click", "tap"])
def test_what_was_typed_is_on_the_page_that_is_opened_at_once(title: str, tap: bool, visit: Opener) -> None:
    page = visit(has_touch=tap)
    page.field("type the logit of cat").fill("7")
    link = page.page.get_by_role("link", name=title, exact=True)
    (link.tap if tap else link.click)()  # no time between down and up
    assert_on(page, title, DEFAULT_QUERY.replace("z=2,", "z=7,"))


@pytest.mark.parametrize("milliseconds", [2, 4, 6])
def test_an_edit_that_the_next_page_overtakes_is_made_there(milliseconds: int, visit: Opener) -> None:
    page = visit()
    page.page.evaluate(
        """(milliseconds) => {
          const field = document.querySelector('[aria-label="type the logit of cat"]');
          const link = [...document.querySelectorAll("a")].find((each) => each.textContent.trim() === "Compare");
          field.value = "7";
          field.dispatchEvent(new Event("change"));
          setTimeout(() => link.click(), milliseconds);
        }""",
        milliseconds,
    )
    assert_on(page, "Compare", DEFAULT_QUERY.replace("z=2,", "z=7,"))


def test_a_page_that_is_opened_out_of_a_field_is_there(visit: Opener) -> None:
    page = visit()
    page.follow("Detective")
    page.page.get_by_label("The loss in the log").fill("1.2345")
    page.page.get_by_role("link", name="Explore", exact=True).click()
    assert_on(page, "Explore", DEFAULT_QUERY)
    page.follow("Detective")
    page.eventually(lambda: page.page.get_by_label("The loss in the log").input_value(), "1.2345")


def test_a_dialog_opens_out_of_a_field(visit: Opener) -> None:
    page = visit()
    page.field("type the logit of cat").fill("7")
    page.page.get_by_role("button", name="QR code").click()
    page.page.get_by_role("dialog").wait_for()
    page.eventually(lambda: page.query, DEFAULT_QUERY.replace("z=2,", "z=7,"))


def test_back_goes_back_through_the_pages(visit: Opener) -> None:
    page = visit()
    moved = DEFAULT_QUERY.replace("z=2,", "z=3,")
    page.follow("Compare")
    assert_on(page, "Compare", DEFAULT_QUERY)
    page.slider("cat").press("PageUp")
    assert_on(page, "Compare", moved)
    page.follow("Explore")
    assert_on(page, "Explore", moved)
    for title, query in [("Compare", moved), ("Compare", DEFAULT_QUERY), ("Explore", DEFAULT_QUERY)]:
        page.page.go_back()
        assert_on(page, title, query)
    for title, query in [("Compare", DEFAULT_QUERY), ("Compare", moved), ("Explore", moved)]:
        page.page.go_forward()
        assert_on(page, title, query)


def test_each_state_is_one_entry_of_the_history(visit: Opener, address: str) -> None:
    """Streamlit would write an escaped address beside the readable one, and the next page's link to the page left."""
    page = visit(FILTERED, at=f"{address}functions")
    page.follow("Detective")
    page.follow("Explore")
    page.slider("cat").press("PageUp")
    moved = DEFAULT_QUERY.replace("z=2,", "z=3,")
    assert_on(page, "Explore", moved)
    page.eventually(lambda: urlsplit(page.page.url).query, moved)  # as a person reads it
    entries = page.page.evaluate("() => navigation.entries().map((entry) => entry.url)")
    assert [urlsplit(entry).path.strip("/") for entry in entries[-4:]] == ["functions", "detective", "", ""]
    assert urlsplit(entries[-4]).query == FILTERED
    assert "seen=" in entries[-3]
    assert [urlsplit(entry).query for entry in entries[-2:]] == [DEFAULT_QUERY, moved]
    assert [entry for entry in entries[:-4] if entry != "about:blank"] == []


@pytest.mark.parametrize("title", TITLES[1:])
def test_a_reload_restores_the_page(title: str, visit: Opener, address: str) -> None:
    page = visit(VIEWED, at=address + title.lower())
    page.slider("dog").press("ArrowLeft")
    edited = VIEWED.replace("2.5", "2.4")
    assert_on(page, title, edited)
    page.page.reload()
    page.ready()
    assert_on(page, title, edited)


def test_a_copied_link_and_a_qr_code_lead_to_their_page(visit: Opener, address: str) -> None:
    page = visit(VIEWED, at=f"{address}compare", permissions=["clipboard-read", "clipboard-write"])
    page.page.get_by_role("button", name="Copy link").click()
    page.page.get_by_role("button", name="Copied").wait_for()
    assert page.page.evaluate("() => navigator.clipboard.readText()") == page.page.url
    page.page.get_by_role("button", name="QR code").click()
    page.page.goto(page.page.get_by_role("dialog").locator("code").inner_text())
    page.ready()
    assert_on(page, "Compare", VIEWED)


def test_the_controls_of_the_next_page_say_what_the_case_is(visit: Opener) -> None:
    page = visit("setup=multilabel&z=2,1&y=1,0&names=a,b&size=large")
    for title in TITLES[1:]:
        page.follow(title)
        page.eventually(page.page.get_by_role("switch", name="Large type").is_checked, True)
        chosen = page.page.get_by_role("radio", name="Multi-label")
        page.eventually(lambda chosen=chosen: chosen.get_attribute("aria-checked"), "true")


def test_an_address_alone_opens_the_default_case(visit: Opener, address: str) -> None:
    assert_on(visit(at=f"{address}compare"), "Compare", DEFAULT_QUERY)
