"""The Detective's page in a real browser: what is pasted, typed and uploaded, and the pages that a finding leads to."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from looks import PHONE, assert_legible, fitting, overhang

from explorer import evidence
from explorer.explain import number
from explorer.threads import THREADS

Opener = Callable[..., Any]

QUERY = "x=2,1,0.1;0.5,2.5,-1;1,-1,3;0,0,0&t=0,1,1,2&seen=1.010286"
PRINT = """tensor([[ 2.0000,  1.0000,  0.1000],
        [ 0.5000,  2.5000, -1.0000],
        [ 1.0000, -1.0000,  3.0000],
        [ 0.0000,  0.0000,  0.0000]], device='cuda:0', grad_fn=<AddmmBackward0>)"""
LABELS = {
    "inputs": "What the model gave: logits, log-probabilities or probabilities",
    "targets": "Targets: class indices, one-hot, soft, 0/1 or −1/1",
    "observed": "The loss in the log, with all its digits",
}


@pytest.fixture
def open_detective(visit: Opener, address: str) -> Opener:
    """Open the Detective at a link."""
    return lambda query="", **options: visit(query, at=f"{address}detective", **options)


def paste(page: Any, name: str, text: str) -> None:
    """Put a text into a field, and leave it."""
    page.field(LABELS[name]).fill(text)
    page.field(LABELS[name]).press("Enter" if name == "observed" else "Control+Enter")


def titles(page: Any) -> list[str]:
    """The findings that are unfolded."""
    return [title for title in page.page.locator(".explorer-finding h3").all_inner_texts() if title]


def problems(page: Any) -> list[str]:
    return page.page.locator(".stMain [role=alert]").all_inner_texts()


def test_from_a_print_and_a_loss_to_the_mistake(open_detective: Opener) -> None:
    page = open_detective()
    assert page.query == evidence.to_query(evidence.of_thread(THREADS[0]))
    paste(page, "inputs", PRINT)
    page.eventually(lambda: page.query.startswith(QUERY.split("&", maxsplit=1)[0]), True)
    page.eventually(
        lambda: ["and the targets 1 number;" in said for said in problems(page)], [True]
    )  # of the thread's targets
    page.eventually(lambda: "for what was there before" in page.text("findings"), True)
    paste(page, "targets", "tensor([0, 1, 1, 2], device='cuda:0')")
    page.eventually(lambda: problems(page), [])
    paste(page, "observed", "1.010286")
    page.eventually(lambda: page.query, QUERY)
    page.eventually(lambda: titles(page)[:1], ["Softmax before cross_entropy"])
    page.eventually(lambda: "cross_entropy(softmax(z, 1), y) = 1.0103" in page.text("findings"), True)
    page.eventually(lambda: "%2C" in page.page.url, False)
    page.eventually(lambda: page.connected, True)  # all of it is there
    found = page.text("findings")
    page.page.reload()
    page.ready()
    page.eventually(lambda: page.text("findings"), found)
    assert page.query == QUERY
    paste(page, "observed", "<b>about 1</b> or 2")
    page.eventually(lambda: ["holds 2 numbers" in said for said in problems(page)], [True])
    assert titles(page)[:1] == ["Softmax before cross_entropy"]
    assert page.query == QUERY  # the address never holds what cannot be read


def test_a_thread_from_the_menu(open_detective: Opener) -> None:
    page = open_detective(QUERY)
    thread = next(thread for thread in THREADS if thread.mistakes[0] == "kl_input_probabilities")
    page.page.get_by_role("combobox", name="Start from a real question").click()
    page.page.get_by_role("option", name=thread.title, exact=True).click()
    page.eventually(lambda: page.query, evidence.to_query(evidence.of_thread(thread)))
    page.eventually(lambda: titles(page)[:1], [thread.findings()[0].title])
    page.eventually(lambda: page.field(LABELS["observed"]).input_value(), thread.observed)
    page.page.go_back()
    page.eventually(lambda: page.query, QUERY)
    page.eventually(lambda: page.field(LABELS["observed"]).input_value(), "1.010286")


def test_files_are_uploaded(open_detective: Opener, tmp_path: Path) -> None:
    page = open_detective("seen=1.010286")
    assert titles(page) == []
    files = {"inputs": "cat,dog,fox\n2,1,0.1\n0.5,2.5,-1\n1,-1,3\n0,0,0\n", "targets": "label\n0\n1\n1\n2\n"}
    page.page.get_by_text("From files").click()
    for name, table in files.items():
        file = tmp_path / f"{name}.csv"
        file.write_text(table, encoding="utf-8")
        page.page.locator(f".st-key-file_{name} input[type=file]").set_input_files(file)
        page.page.locator(f".st-key-clear_{name}").wait_for()
    page.eventually(lambda: page.query, QUERY)
    page.eventually(lambda: titles(page)[:1], ["Softmax before cross_entropy"])
    page.page.reload()
    page.ready()
    page.eventually(lambda: page.field(LABELS["targets"]).input_value(), "[0, 1, 1, 2]")  # the link has what was in it


def test_the_buttons_of_a_finding_lead_to_its_numbers(open_detective: Opener) -> None:
    page = open_detective(QUERY)
    given, _ = evidence.from_query(QUERY)
    finding = evidence.report(given, evidence.suspects(given)).findings[0]
    case = evidence.right_case(given)
    leading = page.page.locator(".explorer-finding.leading")
    leading.get_by_role("link", name="Open in Functions").click()
    page.arrive("Functions")
    page.eventually(lambda: page.case, case)
    page.eventually(lambda: number(finding.value) in page.text("explanation"), True)
    pressed = page.page.locator(".explorer-matrix [data-cell]:has([aria-pressed=true])")
    page.eventually(lambda: pressed.get_attribute("data-cell"), "pytorch.cross_entropy.softmax")
    page.eventually(pressed.locator("b").inner_text, number(finding.value))
    page.page.go_back()
    page.eventually(lambda: page.query, QUERY)
    page.eventually(lambda: titles(page)[:1], [finding.title])
    leading.get_by_role("link", name="Open on the board").click()
    page.arrive("Explore")
    page.eventually(lambda: page.case, case)
    page.eventually(lambda: round(page.loss, 6), 1.452938)


PARTS = ".explorer-finding, .explorer-finding :is(code, dd, p, a), .explorer-question, textarea, .st-key-evidence input"


def test_a_phone_shows_it_all_without_scrolling_sideways(open_detective: Opener) -> None:
    page = open_detective(QUERY.replace("1.010286", "1.0") + "&w=1,2,0.5&size=large", **PHONE)
    page.page.locator("summary", has_text="more").click()
    page.eventually(lambda: len(titles(page)) > 3, True)
    assert overhang(page) == [0, 0]
    beside = fitting(page, PARTS)
    assert len(beside) > 40
    assert all(beside)
    for scheme in ("light", "dark"):
        page.page.emulate_media(color_scheme=scheme)
        assert_legible(page, f"{PARTS}, .explorer-finding dt, .explorer-text, h1, h2, h3", scheme)
