"""The Functions page, run without a browser: what it says is what the core says of the case that its link holds."""

import html
import json
from collections.abc import Callable
from typing import Any

import pytest
from links import BATCH, BINARY, MULTILABEL, SETUPS, SOFT
from markup import HOSTILE_NAMES, PAGE_TAGS, Tags, text
from shown import assert_shows, calls, explained, matrix, verdict, view_of

from explorer import Case, feeding, share
from explorer.dialects.catalogue import FUNCTIONS, Feed, Library
from explorer.feeding import Verdict
from explorer.presets import PRESETS
from explorer.share import DEFAULT_QUERY, View

Opener = Callable[..., Any]

ENDINGS = ["nothing", "log-softmax", "softmax", "sigmoid"]


@pytest.fixture
def open_functions(open_page: Opener) -> Opener:
    """Open the Functions page at a link."""
    return lambda query="": open_page(query, at="functions")


# ------------------------------------------------------------------------------------------------- opening


def test_it_opens_on_the_default_case(open_functions: Opener) -> None:
    page = open_functions()
    assert page.query == DEFAULT_QUERY
    assert any(">Which function takes what</h1>" in body for body in page.html)
    assert page.texts("notice") == []
    assert len(page.sent["matrix"]["rows"]) == len(FUNCTIONS)
    assert page.sent["matrix"]["chosen"] == "pytorch.cross_entropy.nothing"
    assert "loss = F.cross_entropy(logits, targets)" in calls(page)
    assert_shows(page, share.from_query(DEFAULT_QUERY)[0])


@pytest.mark.parametrize(
    "link",
    [
        BATCH + "&w=1,2,0.5&reduction=sum&unit=bits&row=3",
        BATCH + "&reduction=none&row=2",
        SOFT + "&smoothing=0.1&T=2",
        BINARY + "&pw=3&size=large",
        MULTILABEL + "&w=1,2,0",
    ],
)
def test_options_and_rows_reach_the_matrix(link: str, open_functions: Opener) -> None:
    page = open_functions(link)
    assert page.query == link
    assert_shows(page, share.from_query(link)[0])


# ------------------------------------------------------------------------------------------------- the filters


# What the link says, and the cell that is explained: the one it names, else the first right one.
VIEWS = {
    "": "pytorch.cross_entropy.nothing",
    "&library=Keras": "keras.categorical_crossentropy.softmax",
    "&library=scikit-learn": "sklearn.log_loss.softmax",
    "&ends=nothing": "pytorch.cross_entropy.nothing",
    "&ends=log-softmax": "pytorch.nll_loss.log-softmax",
    "&ends=sigmoid": "pytorch.cross_entropy.nothing",  # of several classes, no function is right with it
    "&cell=pytorch.nll_loss.softmax": "pytorch.nll_loss.softmax",
    "&ends=nothing&cell=keras.categorical_crossentropy.from_logits.sigmoid":
        "keras.categorical_crossentropy.from_logits.sigmoid",
    "&row=2&size=large&library=Optax&ends=softmax&cell=optax.softmax_cross_entropy.sigmoid":
        "optax.softmax_cross_entropy.sigmoid",
    "&library=Keras&cell=pytorch.nll_loss.softmax": "keras.categorical_crossentropy.softmax",  # not of this library
}  # fmt: skip


@pytest.mark.parametrize(("view", "chosen"), VIEWS.items())
def test_the_filters_and_the_cell_are_in_the_link(view: str, chosen: str, open_functions: Opener) -> None:
    page = open_functions(BATCH + view)
    assert page.query == BATCH + view
    assert page.texts("notice") == []
    said = view_of(page)
    assert page.test.segmented_control(key="filter_library").value == (said.library or None)
    assert page.test.segmented_control(key="filter_ends").value == (said.ends or None)
    assert_shows(page, share.from_query(BATCH)[0])
    assert page.sent["matrix"]["chosen"] == chosen


@pytest.mark.parametrize(
    ("link", "chosen"),
    [
        ("setup=binary&z=-1000&y=1", "pytorch.binary_cross_entropy_with_logits.nothing"),  # binary_cross_entropy: 100
        ("setup=multiclass&z=-inf,1,2&q=0,0.5,0.5", "keras.categorical_crossentropy.softmax"),  # cross_entropy: nan
        ("setup=binary&z=-1000&y=1&ends=sigmoid", "pytorch.binary_cross_entropy.sigmoid"),  # what is asked about
    ],
)
def test_of_right_cells_one_that_gives_the_loss_is_explained(link: str, chosen: str, open_functions: Opener) -> None:
    page = open_functions(link)
    assert page.sent["matrix"]["chosen"] == chosen
    assert_shows(page, page.case)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.id)
def test_every_function_can_be_linked(function: Any, open_functions: Opener) -> None:
    feed = list(Feed)[FUNCTIONS.index(function) % len(Feed)]
    link = f"{DEFAULT_QUERY}&cell={function.id}.{feed.ending}"
    page = open_functions(link)
    assert page.query == link
    assert page.texts("notice") == []
    assert_shows(page, share.from_query(DEFAULT_QUERY)[0])
    assert page.sent["matrix"]["chosen"] == f"{function.id}.{feed.ending}"


@pytest.mark.parametrize("part", ["library", "ends", "cell"])
@pytest.mark.parametrize("said", ["pytorch", "logits", "pytorch.nll_loss", "<b>x</b>" + "a" * 99])
def test_what_the_page_does_not_have_is_told_and_dropped(part: str, said: str, open_functions: Opener) -> None:
    page = open_functions(f"{BATCH}&row=2&{share.join([(part, said)])}")
    assert page.query == BATCH + "&row=2"
    (notice,) = page.texts("notice")
    sentence = f"In the link, {part} was left at its default. It is {share.excerpt(said)}, which this page does not"
    assert html.escape(sentence) in notice
    assert_shows(page, share.from_query(BATCH)[0])


def test_each_bad_filter_has_its_own_notice(open_functions: Opener) -> None:
    page = open_functions(DEFAULT_QUERY + "&library=Theano&ends=tanh&cell=keras")
    assert page.query == DEFAULT_QUERY
    assert [notice.split(" was left")[0].rsplit(" ", 1)[1] for notice in page.texts("notice")] == [
        "library",
        "ends",
        "cell",
    ]
    page.edit(page.row(1, logits=["3", "1", "0.1"]))
    assert page.texts("notice") == []


@pytest.mark.parametrize("library", Library)
@pytest.mark.parametrize("link", [BATCH, BINARY], ids=["several classes", "binary"])
def test_a_library_leaves_its_rows_and_its_line(library: Library, link: str, open_functions: Opener) -> None:
    page = open_functions(link + "&cell=pytorch.nll_loss.softmax")
    page.test.segmented_control(key="filter_library").set_value(library.value).run()
    assert page.query == f"{link}&library={library}"  # and another cell is explained
    assert {line["library"] for line in page.sent["matrix"]["rows"]} == {library}
    assert len(page.sent["matrix"]["rows"]) == sum(function.library is library for function in FUNCTIONS)
    assert_shows(page, share.from_query(link)[0])
    page.test.segmented_control(key="filter_library").set_value(None).run()
    assert page.query == link
    assert len(page.sent["matrix"]["rows"]) == len(FUNCTIONS)


@pytest.mark.parametrize("ends", ENDINGS)
@pytest.mark.parametrize("link", [SOFT, BINARY, MULTILABEL], ids=["several classes", "binary", "multilabel"])
def test_an_ending_marks_its_column_and_changes_the_lines(ends: str, link: str, open_functions: Opener) -> None:
    page = open_functions(link)
    page.test.segmented_control(key="filter_ends").set_value(ends).run()
    assert page.query == f"{link}&ends={ends}"
    assert f"The model ends with {ends};" in html.unescape("".join(page.html))
    assert_shows(page, share.from_query(link)[0])
    _, cell = explained(page)
    assert cell.verdict is Verdict.RIGHT
    right = {
        cell.feed.ending for row in matrix(page.case, View()) for cell in row.cells if cell.verdict is Verdict.RIGHT
    }
    assert cell.feed.ending == ends or ends not in right


# ------------------------------------------------------------------------------------------------- a click on a cell


@pytest.mark.parametrize(
    ("link", "cell", "value", "said"),
    [
        (DEFAULT_QUERY, "pytorch.cross_entropy.nothing", "0.4170", "is the loss of this case"),
        (DEFAULT_QUERY, "pytorch.cross_entropy.softmax", "0.8021", "0.5514"),
        (DEFAULT_QUERY, "pytorch.nll_loss.softmax", "−0.6590", "minus the mean"),
        (SOFT, "pytorch.nll_loss.log-softmax", "", "raises"),
        (BINARY, "pytorch.cross_entropy.nothing", "0.2014", "two of them"),
        (MULTILABEL, "pytorch.binary_cross_entropy_with_logits.sigmoid", "0.5377", "sigmoid"),
    ],
)
def test_a_click_on_a_cell_explains_it(link: str, cell: str, value: str, said: str, open_functions: Opener) -> None:
    page = open_functions(link)
    page.click("cell", cell)
    assert page.query == f"{link}&cell={cell}"
    assert page.sent["matrix"]["chosen"] == cell
    assert_shows(page, share.from_query(link)[0])
    assert f"<b>{value}</b>" in verdict(page) or not value
    assert said in text(verdict(page))
    again = open_functions(page.query)
    assert (again.query, again.sent["matrix"]) == (page.query, page.sent["matrix"])


def test_a_click_keeps_the_case_the_row_and_the_filters(open_functions: Opener) -> None:
    link = BATCH + "&row=3&library=PyTorch&ends=softmax"
    page = open_functions(link)
    page.edit(page.row(1, logits=["9", "1", "0.1"]))
    edited = link.replace("1,-1,3", "9,1,0.1")
    page.click("cell", "pytorch.kl_div.log-softmax")
    assert page.query == edited + "&cell=pytorch.kl_div.log-softmax"
    page.edit({"op": "undo", "seq": 2})
    assert page.query == link + "&cell=pytorch.kl_div.log-softmax"
    assert_shows(page, share.from_query(link)[0])


def test_a_cell_that_was_clicked_stays_explained_while_the_case_changes(open_functions: Opener) -> None:
    page = open_functions()
    page.click("cell", "pytorch.cross_entropy.softmax")
    explanations = {explained(page)[1].explanation}
    page.edit(page.row(1, logits=["5", "1", "0.1"]))
    assert_shows(page, page.case)
    explanations.add(explained(page)[1].explanation)
    for setup in ("multilabel", "binary"):
        page.test.segmented_control(key="setup").set_value(setup).run()
        assert_shows(page, page.case)
        explanations.add(explained(page)[1].explanation)
        assert page.query.endswith("&cell=pytorch.cross_entropy.softmax")
    assert len(explanations) == 4


@pytest.mark.parametrize("cell", [None, 7, ["pytorch.nll_loss.softmax"], "pytorch.nll_loss", "<script>"])
def test_what_is_no_cell_explains_nothing(cell: Any, open_functions: Opener) -> None:
    """As a forged message might say; the page does not send it."""
    page = open_functions()
    page.click("cell", cell)
    assert page.query == DEFAULT_QUERY
    assert page.sent["matrix"]["chosen"] == "pytorch.cross_entropy.nothing"
    assert_shows(page, share.from_query(DEFAULT_QUERY)[0])


# ------------------------------------------------------------------------------------------------- changing the case


@pytest.mark.parametrize("link", [BATCH, SOFT, BINARY, MULTILABEL], ids=["indices", "soft", "binary", "multilabel"])
def test_switching_the_set_up_there_and_back(link: str, open_functions: Opener) -> None:
    page = open_functions(link + "&library=PyTorch")
    start = page.case.setup.value
    for setup in [*(other for other in SETUPS if other != start), start]:
        page.test.segmented_control(key="setup").set_value(setup).run()
        assert page.board["setup"] == page.case.setup == setup
        assert page.query.endswith("&library=PyTorch")
        assert_shows(page, page.case)
    assert page.query == link + "&library=PyTorch"


def test_a_preset_from_the_menu_keeps_the_filters(open_functions: Opener) -> None:
    page = open_functions(BATCH + "&row=3&library=Keras&ends=sigmoid")
    page.menu.select("Rare positives: pos_weight").run()
    (preset,) = [preset for preset in PRESETS if preset.title == "Rare positives: pos_weight"]
    assert page.query == preset.query + "&library=Keras&ends=sigmoid"
    assert_shows(page, preset.case)


@pytest.mark.parametrize("then", ["add", "click", "filter"])
def test_what_left_before_the_address_was_written_loses_nothing(then: str, open_functions: Opener) -> None:
    """Two quick acts: the browser sends the second with the address that it had before the first."""
    page = open_functions()
    page.click("cell", "pytorch.nll_loss.softmax")
    page.test.query_params = dict(share.split(DEFAULT_QUERY))
    expected = DEFAULT_QUERY + "&cell=pytorch.nll_loss.softmax"
    if then == "add":
        page.edit({"op": "add", "seq": 1})
        expected = "setup=multiclass&z=2,1,0.1,0&y=0&names=cat,dog,fox,class%203&cell=pytorch.nll_loss.softmax"
    elif then == "click":
        page.edit(page.row(1, logits=["3", "1", "0.1"]))
        page.test.query_params = dict(share.split(DEFAULT_QUERY))
        page.click("cell", "pytorch.kl_div.nothing")
        expected = DEFAULT_QUERY.replace("z=2", "z=3") + "&cell=pytorch.kl_div.nothing"
    else:
        page.edit(page.row(1, logits=["3", "1", "0.1"]))
        page.test.query_params = dict(share.split(DEFAULT_QUERY))
        page.test.segmented_control(key="filter_ends").set_value("softmax").run()
        expected = DEFAULT_QUERY.replace("z=2", "z=3") + "&ends=softmax"
    assert page.query == expected
    assert_shows(page, share.from_query(expected)[0])


# ------------------------------------------------------------------------------------------------- texts, other pages


@pytest.mark.parametrize("name", HOSTILE_NAMES)
@pytest.mark.parametrize("setup", SETUPS)
def test_names_are_text_everywhere(name: str, setup: str, open_functions: Opener) -> None:
    logits, target = ([1.0], [1.0]) if setup == "binary" else ([[1.0, 2.0]], [[0.0, 1.0]])
    case = Case(setup, logits, target, ["other", name])
    page = open_functions(share.to_query(case))
    assert_shows(page, case)
    assert page.board["names"] == ["other", name]
    tags = Tags()
    for body in page.html:
        tags.feed(body)
    assert tags.found <= PAGE_TAGS | {"div", "section", "h3", "thead", "th", "small"}
    assert name not in json.dumps(page.sent["matrix"], ensure_ascii=False)
    assert not any(name in element.value for element in [*page.test.code, *page.test.latex])


def test_equivalents_stand_beside_each_other(open_functions: Opener) -> None:
    (table,) = [body for body in open_functions().html if "explorer-equivalents" in body and "<table" in body]
    lines = [text(line) for line in table.split("<tr>")[2:]]
    assert len(lines) == len(feeding.equivalents())
    for line, each in zip(lines, feeding.equivalents(), strict=True):
        assert line.startswith(each.title + each.note)
        for functions in each.functions.values():
            assert all(function.title in line for function in functions)


@pytest.mark.parametrize("other", ["explore", "compare"])
def test_the_filters_stay_on_their_page(other: str, open_functions: Opener) -> None:
    page = open_functions(BATCH + "&row=2&library=Keras&ends=softmax")
    page.follow(other)
    assert page.query == BATCH + "&row=2"
    page.follow("functions")
    assert page.query == BATCH + "&row=2&library=Keras&ends=softmax"  # and are there again
    assert_shows(page, share.from_query(BATCH)[0])


def test_the_qr_code_leads_to_this_page(open_functions: Opener) -> None:
    link = BATCH + "&library=Keras&cell=keras.hinge.nothing"
    page = open_functions(link)
    page.test.button(key="qr").click().run()
    shown = [code.value for code in page.test.code]
    assert any(address.replace("/?", "?") == f"https://example.org/functions?{link}" for address in shown)


def test_a_label_that_becomes_soft_changes_the_recommended_loss(open_page: Opener) -> None:
    def recommended() -> str:
        (calls,) = [body for body in page.html if '<div class="explorer-calls">' in body]
        return calls.replace("<wbr>", "")

    page = open_page(at="functions")
    assert "SparseCategoricalCrossentropy" in recommended()
    page.edit(page.row(1, target=["0.7", "0.2", "0.1"], hard=False))
    assert "SparseCategoricalCrossentropy" not in recommended()
    assert "CategoricalCrossentropy" in recommended()
