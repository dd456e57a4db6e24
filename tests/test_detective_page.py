"""The Detective's page, run without a browser: what is pasted, what is found, what is refused, and where it leads."""

import dataclasses
import html
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
import streamlit as st
from markup import HOSTILE_NAMES, PAGE_TAGS, Tags, text

from explorer import detective, evaluate, evidence, share
from explorer.evidence import FIELDS, Evidence
from explorer.explain import number
from explorer.share import DEFAULT_QUERY
from explorer.threads import THREADS
from explorer.ui.pages import detective as detective_page

Opener = Callable[..., Any]

X = "[[2.0, 1.0, 0.1],\n [0.5, 2.5, -1.0],\n [1.0, -1.0, 3.0],\n [0.0, 0.0, 0.0]]"
Y = "[0, 1, 1, 2]"
SOFTMAX_TWICE = Evidence(X, Y, "1.010286")
QUERY = "x=2,1,0.1;0.5,2.5,-1;1,-1,3;0,0,0&t=0,1,1,2&seen=1.010286"
AREAS = ["inputs", "targets", "more_inputs", "more_targets"]


@pytest.fixture
def open_detective(open_page: Opener) -> Opener:
    """Open the Detective at a link, or at some evidence."""

    def opened(given: str | Evidence = "") -> Any:
        return open_page(given if isinstance(given, str) else evidence.to_query(given), at="detective")

    return opened


def field(page: Any, name: str) -> Any:
    fields = page.test.text_area if name in AREAS else page.test.text_input
    return fields(key=f"evidence_{name}")


def given_by(page: Any) -> Evidence:
    """What stands in the fields."""
    return Evidence(**{name: field(page, name).value for name in FIELDS})


def cards(page: Any) -> list[str]:
    """The findings on the page, in order, as HTML."""
    return [
        f'<section class="explorer-finding{card}'
        for body in page.html
        if "<style>" not in body
        for card in body.split('<section class="explorer-finding')[1:]
    ]


def titles(page: Any) -> list[str]:
    return [html.unescape(re.findall(r"<h3[^>]*>(.*?)</h3>", card)[0]) for card in cards(page)]


def assert_finds(page: Any, given: Evidence) -> detective.Report:
    """The findings on the page are the core's, in its order and with its words."""
    assert not page.test.exception
    report = evidence.report(given, evidence.suspects(given))
    assert titles(page) == [finding.title for finding in report.findings]
    for card, finding in zip(cards(page), report.findings, strict=True):
        assert f"{finding.pipeline} = {number(finding.value)}" in text(card)
        assert (f"write instead{finding.fix}" in text(card)) is (finding.mistake != "none")
        assert finding.explanation in text(card)
        assert all(detective.MISTAKES[other].title in text(card) for other in finding.tied_with)
        assert not finding.tied_with or finding.tie in text(card)
    assert ['class="explorer-finding leading"' in card for card in cards(page)] == [True] + [False] * (
        len(report.findings) - 1
    )
    faint = text("".join(page.texts("faint")))
    decimals = "1 decimal" if report.decimals == 1 else f"{report.decimals} decimals"
    assert f"{report.pipelines:,} pipelines were tried; with {decimals}, some" in faint
    return report


def heading(page: Any) -> str:
    """What stands above the first finding."""
    (first,) = [body for body in page.html if "explorer-finding leading" in body and "<style>" not in body]
    return text(first.split("<section")[0])


def problems(page: Any) -> list[str]:
    return [text(body) for body in page.texts("problem")]


def beside(page: Any, name: str) -> str:
    """What stands right below a field."""
    elements = list(page.test.main)
    (place,) = [at for at, element in enumerate(elements) if getattr(element, "key", "") == f"evidence_{name}"]
    return text(elements[place + 1].proto.body)


# ------------------------------------------------------------------------------------------------- opening


def test_it_opens_on_its_first_thread(open_detective: Opener) -> None:
    page = open_detective()
    given = evidence.of_thread(THREADS[0])
    assert page.query == evidence.to_query(given) == "x=0,1,0;&t=1&seen=0.5514"
    assert given_by(page) == given
    assert any(">Which mistake gives the number I saw?</h1>" in body for body in page.html)
    assert heading(page) == "This is how the number comes about"
    assert titles(page)[0] == "Softmax before cross_entropy"
    assert page.texts("notice") == page.texts("problem") == []
    assert_finds(page, given)


@pytest.mark.parametrize("thread", THREADS, ids=lambda thread: thread.title)
def test_a_thread_from_the_menu_is_diagnosed_and_is_its_link(thread: Any, open_detective: Opener) -> None:
    page = open_detective(QUERY)
    page.menu.select(thread.title).run()
    given = evidence.of_thread(thread)
    assert given_by(page) == given
    assert page.menu.value is None  # the menu is ready for the next
    report = assert_finds(page, given)
    assert report.findings[0].mistake == thread.mistakes[0]
    assert titles(page)[0] == detective.MISTAKES[thread.mistakes[0]].title
    assert set(thread.mistakes) <= {finding.mistake for finding in report.findings[:3]}
    (question,) = [body for body in page.html if 'class="explorer-question"' in body and "<style>" not in body]
    assert thread.question in text(question)
    assert thread.call in text(question)
    assert (f'href="{html.escape(thread.source)}"' in question) is bool(thread.source)
    again = open_detective(page.query)
    assert again.query == page.query == evidence.to_query(given)
    assert (titles(again), cards(again)) == (titles(page), cards(page))
    assert question in again.html


@pytest.mark.parametrize(
    "link",
    [
        QUERY + "&w=1,2,0.5",
        QUERY + "&smoothing=0.1&ignore=-1",
        "x=2,-1,0.5&t=1,0,1&seen=0.304756&pw=2",
        QUERY + "&x2=1,2;&t2=0&seen2=1.22",
        QUERY + "&size=large",
        "x=%5B%5B%5B1,2%5D,%5B3,4%5D%5D%5D&t=0,1;&seen=0.5",
    ],
)
def test_the_link_holds_the_evidence(link: str, open_detective: Opener) -> None:
    page = open_detective(link)
    assert page.query == link
    assert page.texts("notice") == page.texts("problem") == []
    given = given_by(page)
    assert evidence.to_query(given) == link.removesuffix("&size=large")
    assert any("font-size: max(21px" in body for body in page.html) is ("large" in link)
    assert_finds(page, given)


OPENING = evidence.to_query(evidence.of_thread(THREADS[0]))

# link -> the link that is left, what a notice says, and what problems say
HOSTILE_LINKS: dict[str, tuple[str, str, str, str]] = {
    "no number": ("x=1,abc&t=0&seen=1", "x=1,abc&t=0&seen=1", "", "'abc' is not a number"),
    "a blank": ("x=%0D&t=0&seen=1", "t=0&seen=1", "", ""),
    "nothing but separators": ("x=;;&t=0&seen=1", "x=;;&t=0&seen=1", "", "it holds no numbers"),
    "rows of different lengths": ("x=1,2;3&t=0&seen=1", "x=1,2;3&t=0&seen=1", "", "output could not be read"),
    "brackets without end": ("x=[[[[1&t=0&seen=1", "x=[[[[1&t=0&seen=1", "", "output could not be read"),
    "markup": ("x=<img src=x>&t=0&seen=1", "x=<img src=x>&t=0&seen=1", "", "'<img' is not a"),
    "a label out of range": ("x=1,2;&t=9&seen=1", "x=1,2;&t=9&seen=1", "", "The label 9 is out of range"),
    "an ignore_index of nan": (QUERY + "&ignore=nan", QUERY + "&ignore=nan", "", "must be a whole number"),
    "an ignore_index of 1e400": (QUERY + "&ignore=1e400", QUERY + "&ignore=1e400", "", "beyond what float64 holds"),
    "half a second batch": ("x=1,2;&t=0&seen=1&x2=1,2", "x=1,2;&t=0&seen=1&x2=1,2", "", "The second batch needs"),
    "no loss": ("x=1,2;&t=0&seen=dunno", "x=1,2;&t=0&seen=dunno", "", "it holds no number"),
    "an unknown part": (QUERY + "&utm=1", QUERY, "a part 'utm' that means nothing here", ""),
    "markup as a part": (QUERY + "&<b>=1", QUERY, "a part '<b>' that means nothing here", ""),
    "a part twice": (QUERY + "&x=7", QUERY, "gives x twice", ""),
    "a case": (DEFAULT_QUERY, OPENING, "a part 'setup' that means nothing here", ""),
    "large type alone": ("size=large", OPENING + "&size=large", "", ""),
    "an unknown size": (QUERY + "&size=huge", QUERY, "must be large or normal", ""),
    "100 kB": ("x=" + "1," * 50_000 + "1", OPENING, "at most 32,000 are read", ""),
    "infinite logits": ("x=inf,-inf,nan;&t=0&seen=nan", "x=inf,-inf,nan;&t=0&seen=nan", "", ""),
    "a loss of 99,999 decimals": (QUERY.replace("1.010286", "0e-99999"), QUERY.replace("1.010286", "0"), "", ""),
    "a loss below floats": (*[QUERY.replace("1.010286", "1e-99999")] * 2, "", "closer to 0 than float64 holds"),
    "a huge loss": (QUERY.replace("1.010286", "1e300"), QUERY.replace("1.010286", "1e300"), "", ""),
    "one number": ("x=5&t=1&seen=0.0067", "x=5&t=1&seen=0.0067", "", ""),
}  # fmt: skip


@pytest.mark.parametrize(("link", "left", "notice", "problem"), HOSTILE_LINKS.values(), ids=HOSTILE_LINKS)
def test_a_bad_link_is_told(link: str, left: str, notice: str, problem: str, open_detective: Opener) -> None:
    page = open_detective(link)
    assert share.split(page.query) == share.split(left)
    for kind, said in (("notice", notice), ("problem", problem)):
        told = "".join(map(text, page.texts(kind)))
        assert bool(told) is bool(said)
        assert said in told
    assert bool(cards(page)) is not bool(problem or not evidence.from_query(left)[0].complete)


def test_a_name_in_the_code_that_is_not_typed_is_explained(open_detective: Opener) -> None:
    ignored = "x=2,1,0.1;0.5,2.5,-1;1,-1,3;0,0,0&t=0,1,-100,2&seen="
    explained = "Here kept says of each row"
    page = open_detective(ignored + "0.9")
    assert any("[kept]" in card for card in cards(page))
    assert all((explained in card) == ("kept" in card) for card in cards(page))


# ------------------------------------------------------------------------------------------------- what is typed


def test_every_field_changes_the_link_and_the_findings(open_detective: Opener) -> None:
    page = open_detective()
    given = evidence.of_thread(THREADS[0])
    for name, pasted in [
        ("inputs", f"tensor({X}, device='cuda:0', grad_fn=<AddmmBackward0>)"),
        ("targets", "tensor([0, 1, 1, 2])"),
        ("observed", "epoch 3: loss=1.7379"),
        ("weight", "1, 2, 0.5"),
        ("label_smoothing", "0.0"),
        ("ignore_index", "-1"),
        ("more_inputs", "[[1, 2, 0]]"),
        ("more_targets", "[0]"),
        ("more_observed", "1.4076"),
    ]:
        field(page, name).set_value(pasted).run()
        given = dataclasses.replace(given, **{name: pasted})
        assert given_by(page) == given
        assert page.query == evidence.to_query(given)
    assert page.query == QUERY.replace("1.010286", "1.7379") + (
        "&w=1,2,0.5&smoothing=0.0&ignore=-1&x2=1,2,0;&t2=0&seen2=1.4076"
    )
    assert page.texts("problem") == []
    assert assert_finds(page, given).findings[0].mistake == "none"
    assert heading(page) == "This is the right call"


def test_notices_leave_with_the_next_change(open_detective: Opener) -> None:
    page = open_detective(QUERY + "&utm=1")
    assert len(page.texts("notice")) == 1
    field(page, "observed").set_value("1.4529").run()
    assert page.texts("notice") == []
    assert page.query == QUERY.replace("1.010286", "1.4529")


BAD = {
    "inputs": ("[[1, 2], [3]]", "The model's output could not be read: "),
    "targets": ("cat, dog", "The targets could not be read: "),
    "observed": ("0.5 or 0.6", "The observed value could not be read: "),
    "weight": ("<b>1</b>", "The weights could not be read: "),
    "pos_weight": ("tensor([1., 2.", "The pos_weight could not be read: "),
    "label_smoothing": ("a tenth", "The label smoothing could not be read: 'a tenth' is not a number"),
    "ignore_index": ("0.5", "The ignore_index is 0.5; it must be a whole number."),
    "more_inputs": ("...", "The second output could not be read: the print is shortened"),
    "more_targets": ("[", "The second targets could not be read: "),
    "more_observed": ("", "The second batch needs its output, its targets and its loss."),
}
UNFITTING = {
    "targets": ("[0, 1, 1, 7]", "The label 7 is out of range"),
    "weight": ("[1, 2]", "weight has 2 numbers"),
    "pos_weight": ("1 2", "pos_weight has 2 numbers"),
    "label_smoothing": ("1.5", "Label smoothing is 1.5; it must lie between 0 and 1."),
    "more_targets": ("[7]", "In the second batch: The label 7 is out of range"),
}
REFUSED = [(name, *rest) for table in (BAD, UNFITTING) for name, rest in table.items()]


@pytest.mark.parametrize(("name", "typed", "sentence"), REFUSED)
def test_what_is_refused_is_told_beside_its_field_and_the_last_findings_stay(
    name: str, typed: str, sentence: str, open_detective: Opener
) -> None:
    second = {"more_inputs": "[[1, 2, 0]]", "more_targets": "[0]", "more_observed": "1.2177"}
    start = dataclasses.replace(SOFTMAX_TWICE, **(second if name.startswith("more_") else {}))
    page = open_detective(start)
    before = cards(page)
    assert len(before) >= 1
    field(page, name).set_value(typed).run()
    assert not page.test.exception
    (said,) = problems(page)
    assert said.startswith(sentence)
    assert said.endswith(".")
    assert beside(page, "more_inputs" if name == "more_observed" else name) == said
    assert field(page, name).value == typed  # to be mended, not typed again
    assert cards(page) == before
    assert "These are the findings for what was there before:" in "".join(map(text, page.texts("faint")))
    field(page, name).set_value(getattr(start, name)).run()
    assert problems(page) == []
    assert cards(page) == before
    assert "what was there before" not in "".join(page.texts("faint"))


def test_each_bad_field_has_its_own_sentence(open_detective: Opener) -> None:
    page = open_detective(SOFTMAX_TWICE)
    for name in FIELDS:
        field(page, name).set_value("?").run()
    assert len(problems(page)) == len(FIELDS)
    for name in FIELDS:
        assert beside(page, name) in problems(page)
    assert titles(page) == ["Softmax before cross_entropy"]
    assert page.query == QUERY  # the last that could be linked


def test_a_visit_that_begins_with_what_cannot_be_read_has_no_findings(open_detective: Opener) -> None:
    page = open_detective("x=cat&t=0&seen=1")
    assert len(problems(page)) == 1
    assert cards(page) == []
    assert "What gives the number will stand here." in "".join(page.texts("faint"))


@pytest.mark.parametrize("empty", [["inputs"], ["targets"], ["observed"], ["inputs", "targets", "observed"]], ids=str)
def test_what_is_missing_is_named(empty: list[str], open_detective: Opener) -> None:
    labels = {
        "inputs": "What the model gave",
        "targets": "Targets",
        "observed": "The loss in the log, with all its digits",
    }
    missing = f"Still missing: {'; '.join(labels[name] for name in empty)}."
    page = open_detective(SOFTMAX_TWICE)
    for name in empty:
        field(page, name).set_value(" ").run()
    faint = "".join(page.texts("faint"))
    assert missing in faint
    assert "These are the findings for what was there before:" in faint
    assert titles(page) == ["Softmax before cross_entropy"]
    left = dataclasses.replace(SOFTMAX_TWICE, **dict.fromkeys(empty, ""))
    assert page.query == evidence.to_query(left)
    if page.query:  # an address alone opens the first thread
        page = open_detective(page.query)
        assert missing in "".join(page.texts("faint"))
        assert cards(page) == problems(page) == []
        assert evidence.to_query(given_by(page)) == page.query


def test_what_has_left_before_the_address_was_written_loses_nothing(open_detective: Opener) -> None:
    """Two quick changes: the browser sends the second with the address that it had before the first."""
    page = open_detective(SOFTMAX_TWICE)
    field(page, "observed").set_value("1.7379").run()
    page.test.query_params = dict(share.split(QUERY))
    field(page, "weight").set_value("1 2 0.5").run()
    assert page.query == QUERY.replace("1.010286", "1.7379") + "&w=1,2,0.5"
    page.test.query_params = dict(share.split(QUERY))
    page.test.toggle(key="large").set_value(True).run()
    assert page.query == QUERY.replace("1.010286", "1.7379") + "&w=1,2,0.5&size=large"


def test_the_back_button_brings_back_the_earlier_evidence(open_detective: Opener) -> None:
    page = open_detective(SOFTMAX_TWICE)
    field(page, "observed").set_value("1.4529").run()
    page.go(QUERY)
    assert page.query == QUERY
    assert field(page, "observed").value == "1.010286"
    assert_finds(page, SOFTMAX_TWICE)


# ------------------------------------------------------------------------------------------------- what is found


def test_a_second_batch_narrows_the_findings(open_detective: Opener) -> None:
    short = dataclasses.replace(SOFTMAX_TWICE, observed="1.0")
    page = open_detective(short)
    alone = assert_finds(page, short).findings
    assert "Give more digits, or a second batch, to be sure." in "".join(page.texts("faint"))
    more = {"more_inputs": "[[1, 2, 0]]", "more_targets": "[0]", "more_observed": "1.2"}
    for name, typed in more.items():
        field(page, name).set_value(typed).run()
    both = assert_finds(page, dataclasses.replace(short, **more)).findings
    assert both[0].mistake == "softmax_before_ce"
    assert len(both) < len(alone)


def test_without_a_match_the_nearest_are_named(open_detective: Opener) -> None:
    given = dataclasses.replace(SOFTMAX_TWICE, observed="my loss: 1.010386")
    page = open_detective(given)
    report = assert_finds(page, given)
    assert len(report.findings) == 3
    assert not any(finding.matches for finding in report.findings)
    assert heading(page) == "No pipeline gives exactly 1.010386. The nearest:"
    assert any(">Further away</h2>" in body for body in page.html)
    assert "Close, within 0.0001" in text(cards(page)[0])
    assert "more digits" not in "".join(page.texts("faint"))


def test_beyond_the_first_three_findings_are_folded_away(open_detective: Opener) -> None:
    page = open_detective(dataclasses.replace(SOFTMAX_TWICE, observed="1.0"))
    count = len(titles(page))
    assert count > 3
    assert [expander.label for expander in page.test.expander if "more" in expander.label] == [f"{count - 3} more"]


def test_what_no_logits_can_tell_is_said(open_detective: Opener) -> None:
    assert detective.OUT_OF_REACH in text("".join(open_detective().texts("faint")))


@pytest.mark.parametrize(
    ("observed", "shown"),
    [("-7.25", "-7.25"), ("12345.678", "12345.678"), ("1e300", "1e300"), ("<b>loss</b> 9.75", "9.75")],
)
def test_any_number_may_have_been_seen(observed: str, shown: str, open_detective: Opener) -> None:
    page = open_detective()
    for name, pasted in (("inputs", X), ("targets", Y), ("observed", observed)):
        field(page, name).set_value(pasted).run()
    assert page.texts("problem") == []
    assert heading(page) == f"No pipeline gives exactly {shown}. The nearest:"
    assert_finds(page, dataclasses.replace(SOFTMAX_TWICE, observed=observed))


# ------------------------------------------------------------------------------------------------- where it leads

BINARY = Evidence("[2, -1, 0.5]", "[1, 0, 1]")
LEADS = {
    **{thread.title: evidence.of_thread(thread) for thread in THREADS},
    **{
        f"the demo batch, {seen}": dataclasses.replace(SOFTMAX_TWICE, observed=seen)
        for seen in ("1.010286", "-0.466547", "0.774546", "5.811752", "2.096146", "1.577938", "1.4529", "0.484313")
    },
    "weights": dataclasses.replace(SOFTMAX_TWICE, observed="2.389639", weight="1 2 0.5"),
    **{f"binary, {seen}": dataclasses.replace(BINARY, observed=seen) for seen in ("0.537654", "-0.028578", "0.914267")},
}


@pytest.mark.parametrize("given", LEADS.values(), ids=LEADS)
def test_the_links_of_a_finding_lead_to_its_numbers(given: Evidence, open_page: Opener) -> None:
    page = open_page(evidence.to_query(given), at="detective")
    case = evidence.right_case(given)
    for card, finding in zip(cards(page), evidence.report(given, evidence.suspects(given)).findings, strict=True):
        links = {text(link): html.unescape(link.split('"')[0]) for link in re.findall(r'<a href="(.*?</a>)', card)}
        links = {said.partition(">")[2] or said: address for said, address in links.items()}
        if case is None or (
            finding.mistake == "none" and finding.value != pytest.approx(evaluate(case).loss, nan_ok=True)
        ):
            assert links == {}
            continue
        ways = {said: (*urlsplit(address)[2:4],) for said, address in links.items()}
        path, query = ways.pop("Open on the board")
        assert path == "./"
        board = open_page(query)
        assert board.texts("notice") == []
        assert board.case == case
        np.testing.assert_equal(float(board.answer["loss"]), float(evaluate(case).loss))
        ((said, (path, query)),) = ways.items()
        assert path == "functions"
        functions = open_page(query, at="functions")
        assert functions.texts("notice") == []
        assert functions.query == query
        chosen = functions.sent["matrix"]["chosen"]
        cells = {cell["id"]: cell for row in functions.sent["matrix"]["rows"] for cell in row["cells"]}
        if said == "Open in Functions":
            assert chosen.startswith(f"{finding.function}.")
            assert cells[chosen]["value"] == number(finding.value)
        else:
            assert said == "The right call in Functions"
            assert cells[chosen]["verdict"] == "right"
            assert cells[chosen]["value"] == number(float(evaluate(case).loss))


def test_most_mistakes_have_a_cell_of_their_own(open_detective: Opener) -> None:
    """So that the test above sees something: sums and bits are opened as such."""
    for seen, part in [("1.010286", "cell=pytorch.cross_entropy.softmax"), ("5.811752", "reduction=sum"),
                       ("2.096146", "unit=bits"), ("-0.875", "cell=pytorch.nll_loss.nothing")]:  # fmt: skip
        card = html.unescape(cards(open_detective(dataclasses.replace(SOFTMAX_TWICE, observed=seen)))[0])
        (address,) = re.findall(r'href="functions\?([^"]*)"', card)
        assert part in address.split("&")


def test_a_case_that_the_board_cannot_hold_says_so(open_detective: Opener) -> None:
    classes = 25
    given = Evidence(str([[0.5] * classes]), "[3]", f"{np.log(classes):.6f}")
    page = open_detective(given)
    assert "This case is too large for the board." in text(cards(page)[0])
    assert "<a href" not in "".join(cards(page))


# ------------------------------------------------------------------------------------------------- texts are text


@pytest.mark.parametrize("pasted", [*HOSTILE_NAMES, "1 <img src=x onerror=alert(1)>", "[1]\n<script>alert(1)</script>"])
def test_what_is_pasted_is_text(pasted: str, open_detective: Opener) -> None:
    page = open_detective(SOFTMAX_TWICE)
    for name in FIELDS:
        field(page, name).set_value(pasted)
    page.test.run()
    assert not page.test.exception
    assert given_by(page) == Evidence(**dict.fromkeys(FIELDS, pasted))
    assert len(problems(page)) >= len(AREAS)
    tags = Tags()
    for body in page.html:
        tags.feed(body)
    assert tags.found <= PAGE_TAGS | {"a", "section", "small", "h3", "dl", "dt", "dd"}
    for element in [*page.test.markdown, *page.test.caption, *page.test.code, *page.test.latex]:
        assert pasted not in element.value


# ------------------------------------------------------------------------------------------------- files, and size


def upload(page: Any, name: str, content: bytes) -> None:
    page.test.file_uploader(key=f"file_{name}").set_value((f"{name}.csv", content, "text/csv")).run()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_files_are_evidence(encoding: str, open_detective: Opener) -> None:
    page = open_detective("seen=1.010286")
    upload(page, "inputs", "cat,dog,fox\r\n2,1,0.1\r\n0.5,2.5,\u22121\r\n1,-1,3\r\n0,0,0\r\n".encode(encoding))
    upload(page, "targets", "label\n0\n1\n1\n2\n".encode(encoding))
    assert page.query == QUERY
    assert page.texts("problem") == []
    assert_finds(page, SOFTMAX_TWICE)
    assert {area.key for area in page.test.text_area} == {"evidence_more_inputs", "evidence_more_targets"}
    page.test.button(key="clear_inputs").click().run()
    assert field(page, "inputs").value == ""
    assert "Still missing: What the model gave." in "".join(page.texts("faint"))


def test_a_file_that_is_no_table_says_why(open_detective: Opener) -> None:
    page = open_detective(SOFTMAX_TWICE)
    before = cards(page)
    upload(page, "inputs", b"PK\x03\x04 and the rest of a workbook")
    (said,) = problems(page)
    assert said.startswith("The model's output could not be read: it is an Excel workbook")
    assert cards(page) == before
    page.test.button(key="clear_inputs").click().run()
    assert problems(page) == []


def test_a_long_text_is_not_drawn(open_detective: Opener) -> None:
    page = open_detective(dataclasses.replace(SOFTMAX_TWICE, observed="0.417030"))
    rows = 15_000
    table = "\n".join(["2.00 1.000 0.100"] * rows)
    assert len(table) > 250_000
    field(page, "inputs").set_value(table).run()
    field(page, "targets").set_value("\n".join("0" * rows)).run()
    assert not page.test.exception
    assert {area.key for area in page.test.text_area} == {f"evidence_{name}" for name in AREAS if name != "inputs"}
    shown = "".join(page.texts("faint"))
    assert f"What the model gave: logits, log-probabilities or probabilities: {len(table):,} characters" in shown
    assert "Use fewer rows." in "".join(page.texts("notice"))
    assert titles(page)[0] == "Nothing is wrong"
    assert "2.00 1.000" not in "".join(page.html)
    page.test.button(key="clear_inputs").click().run()
    assert field(page, "inputs").value == ""
    assert page.texts("notice") == []


# ------------------------------------------------------------------------------------------------- other pages


@pytest.mark.parametrize("other", ["explore", "compare", "functions"])
def test_the_evidence_and_the_case_keep_out_of_each_others_way(other: str, open_page: Opener) -> None:
    page = open_page(DEFAULT_QUERY.replace("z=2", "z=3"), at=other)
    page.follow("detective")
    assert page.query == evidence.to_query(evidence.of_thread(THREADS[0]))
    field(page, "observed").set_value("0.6").run()
    assert page.query == "x=0,1,0;&t=1&seen=0.6"
    page.follow(other)
    assert page.query == DEFAULT_QUERY.replace("z=2", "z=3")
    assert page.texts("notice") == []
    page.follow("detective")
    assert page.query == "x=0,1,0;&t=1&seen=0.6"
    assert field(page, "observed").value == "0.6"


def test_large_type_is_in_the_link_there_and_back(open_detective: Opener) -> None:
    page = open_detective(SOFTMAX_TWICE)
    page.test.toggle(key="large").set_value(True).run()
    assert page.query == QUERY + "&size=large"
    assert "font-size: max(21px" in "".join(page.html)
    page.follow("explore")
    assert page.query == DEFAULT_QUERY + "&size=large"
    page.follow("detective")
    page.test.toggle(key="large").set_value(False).run()
    assert page.query == QUERY


def test_the_qr_code_leads_to_this_page(open_detective: Opener) -> None:
    page = open_detective(SOFTMAX_TWICE)
    page.test.button(key="qr").click().run()
    assert page.test.code[0].value.replace("/?", "?") == f"https://example.org/detective?{QUERY}"


def test_another_loss_is_held_against_the_suspects_that_there_are(
    open_detective: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_detective(SOFTMAX_TWICE)
    sought: list[Evidence] = []
    suspects = evidence.suspects
    monkeypatch.setattr(evidence, "suspects", lambda given, *rest: sought.append(given) or suspects(given, *rest))
    for observed in ("1.407600", "2.197800", "1.010286"):
        field(page, "observed").input(observed).run()
        assert sought == []
        assert_finds(page, dataclasses.replace(SOFTMAX_TWICE, observed=observed))
        sought.clear()  # what the comparison has sought itself
    field(page, "weight").input("1, 2, 0.5").run()
    assert len(sought) == 1
    field(page, "more_observed").input("1.2177").run()  # a second loss without its batch
    assert not page.test.exception
    assert any("The second batch needs its output" in body for body in page.texts("problem"))


def test_a_long_search_tells_how_far_it_is_and_leaves_nothing_behind(
    open_detective: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[float] = []
    empty = st.empty
    monkeypatch.setattr(detective_page, "_TELL_EVERY", 0.0)  # as if everything took long
    monkeypatch.setattr(st, "empty", lambda: told.append(0.0) or empty())
    page = open_detective(SOFTMAX_TWICE)
    assert told == [0.0]  # one place for all of it
    assert_finds(page, SOFTMAX_TWICE)
    assert not page.test.get("progress")


def test_what_no_pipeline_gives_is_said_and_nothing_is_called_near(open_detective: Opener) -> None:
    page = open_detective(Evidence(X, Y, "-inf"))
    assert not page.test.exception
    assert heading(page) == "No pipeline gives -inf"
    assert titles(page) == ["−∞ does not come from what was given"]
    (card,) = (text(each) for each in cards(page))
    assert "what these inputs givecross_entropy(z, y) = 1.4529" in card
    assert "checktorch.isfinite(z).all()" in card
    assert "away" not in card
    faint = text("".join(page.texts("faint")))
    assert "pipelines were tried." in faint
    assert "decimals, some" not in faint
