"""The link is the state: reloading, going back, opening it elsewhere and losing the server lose nothing."""

from collections.abc import Callable
from typing import Any

from links import VIEWED

from explorer import evaluate, share
from explorer.share import DEFAULT_QUERY

Opener = Callable[..., Any]


def assert_shows(page: Any, query: str) -> None:
    page.eventually(lambda: page.query, query)
    case = share.from_query(query)[0]
    row = share.view_from_query(query, case.examples)[0].row
    breakdown = evaluate(case)
    page.eventually(lambda: page.cells.get("nll"), breakdown.nll[row].tolist())
    page.eventually(lambda: page.loss, breakdown.loss)


def test_a_reload_restores_the_page(visit: Opener) -> None:
    page = visit(VIEWED)
    page.slider("dog").press("ArrowLeft")
    edited = VIEWED.replace("2.5", "2.4")
    assert_shows(page, edited)
    page.page.reload()
    page.ready()
    assert_shows(page, edited)
    page.eventually(page.page.get_by_role("switch", name="Large type").is_checked, True)


def test_another_window_shows_the_same(visit: Opener) -> None:
    page = visit(VIEWED)
    page.type("name of class 0", "a, b & c+d %")
    page.eventually(lambda: page.case.names[0], "a, b & c+d %")
    page.eventually(lambda: "%2C" in page.page.url, False)  # readable, for a person to edit
    other = visit(page.page.url.split("?", 1)[1])
    assert_shows(other, page.query)
    assert other.cells == page.cells
    assert other.field("name of class 0").input_value() == "a, b & c+d %"


def test_the_back_button_goes_back_and_forward(visit: Opener) -> None:
    page = visit()
    steps = [DEFAULT_QUERY, DEFAULT_QUERY.replace("z=2,", "z=3,"), DEFAULT_QUERY.replace("z=2,", "z=4,")]
    for step in steps[1:]:
        page.slider("cat").press("PageUp")
        assert_shows(page, step)
    page.page.go_back()
    assert_shows(page, steps[1])
    page.page.go_back()
    assert_shows(page, steps[0])
    page.page.go_forward()
    assert_shows(page, steps[1])
    page.slider("dog").press("PageUp")  # and goes on from there
    assert_shows(page, steps[1].replace(",1,", ",2,"))


def test_going_back_while_an_edit_is_on_its_way_leaves_the_address_of_what_is_shown(visit: Opener) -> None:
    page = visit(hold=True)
    page.slider("dog").press("PageUp")
    assert_shows(page, DEFAULT_QUERY.replace(",1,", ",2,"))
    page.hold()
    page.slider("fox").press("PageUp")
    page.page.wait_for_timeout(300)  # the server has answered
    page.page.go_back()
    page.page.wait_for_timeout(300)
    page.release()
    page.eventually(lambda: page.logits, [2.0, 1.0, 0.1])
    assert_shows(page, DEFAULT_QUERY)
    page.slider("cat").press("PageUp")
    assert_shows(page, DEFAULT_QUERY.replace("z=2,", "z=3,"))


def test_an_address_is_written_once_it_is_drawn_but_before_the_next_press(visit: Opener) -> None:
    page = visit()
    other = DEFAULT_QUERY.replace("z=2,", "z=7,")
    seen = page.page.evaluate(
        """(other) => {
            const seen = [];
            const look = () => seen.push(location.search);
            for (const press of ["pointerdown", "keydown", "click"]) {
                const before = location.href;
                history.pushState({}, "", "?" + other);
                look();
                document.body.dispatchEvent(new Event(press, { bubbles: true }));
                look();
                history.replaceState({}, "", before);
            }
            return seen;
        }""",
        other,
    )
    assert seen == [f"?{DEFAULT_QUERY}", f"?{other}"] * 3
    page.page.evaluate("(other) => history.pushState({}, '', '?' + other)", other)
    page.eventually(lambda: page.query, other)  # by itself


def test_going_back_before_an_address_is_written_leaves_it_unwritten(visit: Opener) -> None:
    page = visit()
    edited = DEFAULT_QUERY.replace("z=2,", "z=3,")
    page.slider("cat").press("PageUp")
    assert_shows(page, edited)
    page.page.evaluate(
        """(other) => {
            window.addEventListener("popstate", () => setTimeout(() => { window.gone = true; }, 200), { once: true });
            history.pushState({}, "", "?" + other);
            history.back();
        }""",
        DEFAULT_QUERY.replace("z=2,", "z=7,"),
    )
    page.eventually(lambda: page.page.evaluate("window.gone"), True)
    assert_shows(page, DEFAULT_QUERY)
    page.page.go_forward()  # where it would be, had it been written
    assert_shows(page, edited)


def test_the_link_is_copied(visit: Opener) -> None:
    page = visit(VIEWED, permissions=["clipboard-read", "clipboard-write"])
    page.page.get_by_role("button", name="Copy link").click()
    page.page.get_by_role("button", name="Copied").wait_for()
    assert page.page.evaluate("() => navigator.clipboard.readText()") == page.page.url


def test_the_link_that_is_copied_is_that_of_what_is_shown(visit: Opener) -> None:
    page = visit(hold=True, permissions=["clipboard-read", "clipboard-write"])
    page.hold()
    page.slider("cat").press("PageUp")
    page.page.get_by_role("button", name="Copy link").click()
    page.page.wait_for_timeout(200)
    assert page.page.get_by_role("button", name="Copied").count() == 0
    page.release()
    page.page.get_by_role("button", name="Copied").wait_for()
    assert page.page.evaluate("() => navigator.clipboard.readText()").endswith(DEFAULT_QUERY.replace("z=2,", "z=3,"))
    page.hold()
    page.slider("cat").press("PageUp")
    page.page.get_by_role("button", name="Copy link").click()
    page.page.get_by_role("button", name="No answer yet").wait_for()
    page.release()


def test_a_bad_link_shows_a_notice_and_the_rest(look: Opener) -> None:
    page = look("z=5,abc&y=0&names=<b>a</b>,b,c&T=2")
    assert_shows(page, "setup=multiclass&z=2,1,0.1&y=0&names=%3Cb%3Ea%3C%2Fb%3E,b,c&T=2")
    notice = page.page.locator(".explorer-text.notice")
    assert "'abc' is not a number" in notice.inner_text()


def test_links_that_are_far_too_long_get_a_sentence(visit: Opener, serve: Callable[..., Any], port: int) -> None:
    with serve(port) as address:
        for kilobytes in (100, 400):  # the first is the first that this server is asked for
            page = visit(f"setup=multiclass&y=0&z={'1.5,' * kilobytes * 250}2", at=address)
            notice = page.page.locator(".explorer-text.notice")
            assert "at most 32,000" in notice.inner_text()
            assert page.case.logits.tolist() == share.from_query(DEFAULT_QUERY)[0].logits.tolist()
        page.slider("cat").press("PageUp")  # and goes on from there, under an address of its own
        assert_shows(page, DEFAULT_QUERY.replace("z=2,", "z=3,"))
        page.page.close()


def test_a_restarted_server_costs_nothing(visit: Opener, serve: Callable[..., Any], port: int) -> None:
    with serve(port) as address:
        page = visit(VIEWED, at=address)
        page.slider("dog").press("PageUp")
        edited = VIEWED.replace("2.5", "3.5")
        assert_shows(page, edited)
    page.eventually(lambda: page.connected, False)
    page.slider("cat").press("PageUp")  # while nobody answers
    with serve(port):
        edited = edited.replace("0.5,", "1.5,", 1)
        assert_shows(page, edited)
        page.slider("fox").press("PageUp")
        assert_shows(page, edited.replace(",-1;1,", ",0;1,"))
        assert page.errors  # the browser called the server's absence one, and rightly so
        page.errors.clear()
        page.page.close()


def test_a_page_that_was_only_looked_at_goes_on_after_a_restart(
    visit: Opener, serve: Callable[..., Any], port: int
) -> None:
    with serve(port) as address:
        page = visit(at=address + "functions")
    page.eventually(lambda: page.connected, False)
    with serve(port):
        page.eventually(lambda: page.connected, True)
        page.slider("dog").press("PageUp")
        page.eventually(lambda: page.query, DEFAULT_QUERY.replace(",1,", ",2,"))
        page.errors.clear()  # the browser called the server's absence one
        page.page.close()
