"""The whole app, run without a browser: every link opens, every control changes the link and the loss."""

import html
import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import segno
from links import BATCH, BINARY, MULTILABEL, SETUPS
from markup import HOSTILE_NAMES, PAGE_TAGS, Tags
from shown import assert_shows
from streamlit.proto.WidgetStates_pb2 import WidgetState

from explorer import Case, evaluate, explain, share
from explorer.presets import PRESETS
from explorer.share import DEFAULT_QUERY

Opener = Callable[..., Any]


# ------------------------------------------------------------------------------------------------- opening


def test_it_opens_on_the_default_case(open_page: Opener) -> None:
    page = open_page()
    assert page.query == DEFAULT_QUERY
    assert page.answer["loss"] == evaluate(page.case).loss == pytest.approx(0.4170300162778335, rel=1e-15)
    assert page.texts("notice") == []
    assert page.board["logits"] == [2.0, 1.0, 0.1]
    assert page.board["names"] == ["cat", "dog", "fox"]
    assert [chart["title"] for chart in page.sent["charts"]] == [
        "Where the loss comes from",
        "−log p: each class on the curve",
        "The gradient: what each logit should do",
        "All distributions over three classes",
    ]


def test_the_names_of_the_loss_all_say_the_same_number(open_page: Opener) -> None:
    table = next(body for body in open_page().html if "Five names, one number" in body)
    assert set(re.findall(r'class="amount">([^ <]+)', table)) == {"0.4170"}
    assert table.count('class="same"') >= 5
    assert 'class="other"' not in table


def test_a_hand_written_link_works(open_page: Opener) -> None:
    page = open_page("?setup=multiclass&z=2, 1, .1&y=0&names=cat, dog, fox".lstrip("?"))
    assert page.query == DEFAULT_QUERY
    assert page.texts("notice") == []


# ------------------------------------------------------------------------------------------------- hostile links


def test_every_bad_part_has_its_own_notice(open_page: Opener) -> None:
    page = open_page("z=1,2&y=9&T=-1&w=x&names=a,a&colour=red")
    assert page.query == "setup=multiclass&z=1,2&y=0"
    assert len(page.texts("notice")) == 5


def test_notices_leave_with_the_next_change(open_page: Opener) -> None:
    page = open_page("z=1,2&y=9")
    page.edit(page.row(1, logits=["3", "2"]))
    assert page.texts("notice") == []
    assert page.query == "setup=multiclass&z=3,2&y=0"


def test_the_back_button_brings_back_the_earlier_link(open_page: Opener) -> None:
    page = open_page()
    page.edit(page.row(1, logits=["5", "1", "0.1"]))
    assert page.query == "setup=multiclass&z=5,1,0.1&y=0&names=cat,dog,fox"
    page.go(DEFAULT_QUERY)
    assert page.query == DEFAULT_QUERY
    assert_shows(page, share.from_query(DEFAULT_QUERY)[0])


# ------------------------------------------------------------------------------------------------- names are text


@pytest.mark.parametrize("name", HOSTILE_NAMES)
@pytest.mark.parametrize("setup", SETUPS)
def test_names_are_text_everywhere(name: str, setup: str, open_page: Opener) -> None:
    logits, target = ([1.0], [1.0]) if setup == "binary" else ([[1.0, 2.0]], [[0.0, 1.0]])
    case = Case(setup, logits, target, ["other", name])
    page = open_page(share.to_query(case))
    page.open("options")
    page.open("numbers")
    page.test.button(key="qr").click().run()
    assert not page.test.exception
    assert page.case == case
    tags = Tags()
    for body in page.html:
        tags.feed(body)
    assert tags.found <= PAGE_TAGS
    for element in page.test.main:
        kind = element.type
        if kind in {"bidi_component", "html", "arrow_data_frame", "dataframe"} or not hasattr(element, "proto"):
            continue  # set as text in the browser, escaped above, and a table of texts
        if kind == "latex":
            assert name not in element.value.replace(explain.latex_text(name), "")
        else:
            assert name not in str(element.proto).encode().decode("unicode_escape"), kind
    assert page.board["names"] == ["other", name]
    for chart in page.sent["charts"]:
        texts = json.dumps(chart["figure"], ensure_ascii=False)
        assert name not in texts or not set(name) & set("<>&${")


def test_a_hostile_name_reaches_the_names_of_the_loss_escaped(open_page: Opener) -> None:
    page = open_page("z=2,1&y=0&names=<b>bold</b>,dog")
    table = next(body for body in page.html if "explorer-names" in body and "<table" in body)
    assert "−log p[&lt;b&gt;bold&lt;/b&gt;]" in table


# ------------------------------------------------------------------------------------------------- presets, set-ups


def test_a_choice_that_a_busy_browser_sends_again_is_not_made_again(open_page: Opener) -> None:
    page = open_page()
    chosen = WidgetState(id=page.menu.proto.id, string_value=PRESETS[1].title)
    page.menu.select(PRESETS[1].title).run()
    assert_shows(page, PRESETS[1].case)
    page.send(WidgetState(id=page._relay_id, json_value=json.dumps({"edits": [{"op": "undo", "seq": 1}]})), chosen)
    assert_shows(page, share.from_query(DEFAULT_QUERY)[0])
    page.send(WidgetState(id=chosen.id))  # emptied at last
    assert not page.test.exception
    assert_shows(page, share.from_query(DEFAULT_QUERY)[0])


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.title)
def test_a_preset_says_what_it_teaches(preset: Any, open_page: Opener) -> None:
    page = open_page(preset.query)
    assert page.board["line"] == preset.lesson
    page.go(BATCH)
    assert page.board["line"] != preset.lesson
    page.menu.select(preset.title).run()
    assert page.board["line"] == preset.lesson


def test_switching_keeps_the_logits_and_translates_the_label(open_page: Opener) -> None:
    page = open_page()
    page.test.segmented_control(key="setup").set_value("multilabel").run()
    assert page.query == "setup=multilabel&z=2,1,0.1&y=1,0,0&names=cat,dog,fox"
    page.test.segmented_control(key="setup").set_value("binary").run()
    assert page.query == "setup=binary&z=2&y=1&names=not%20cat,cat"


def test_an_edit_after_a_switch_is_kept(open_page: Opener) -> None:
    page = open_page()
    page.test.segmented_control(key="setup").set_value("multilabel").run()
    page.edit(page.row(1, logits=["4", "1", "0.1"]))
    page.test.segmented_control(key="setup").set_value("multiclass").run()
    assert page.query == "setup=multiclass&z=4,1,0.1&y=0&names=cat,dog,fox"


# ------------------------------------------------------------------------------------------------- options

TARGETS = "option_targets"
REFUSED: dict[str, tuple[str, str, str, str]] = {
    "a word": (DEFAULT_QUERY, "temperature", "abc", "'abc' is not a number"),
    "a temperature of 0": (DEFAULT_QUERY, "temperature", "0", "it must be finite and above 0"),
    "a negative temperature": (DEFAULT_QUERY, "temperature", "-1", "it must be finite and above 0"),
    "a temperature of nan": (DEFAULT_QUERY, "temperature", "nan", "it must be finite and above 0"),
    "an infinite temperature": (DEFAULT_QUERY, "temperature", "inf", "it must be finite and above 0"),
    "too few weights": (DEFAULT_QUERY, "weight", "1, 2", "weight has 2 numbers; give 3, one for each class"),
    "a negative weight": (DEFAULT_QUERY, "weight", "1, 2, -3", "weights must be finite and not negative"),
    "a weight that is no number": (DEFAULT_QUERY, "weight", "1,two,3", "'two' is not a number"),
    "an empty weight": (DEFAULT_QUERY, "weight", "1,,3", "A number is missing"),
    "markup": (DEFAULT_QUERY, "weight", "<b>1</b>", "'<b>1</b>' is not a number"),
    "an infinite pos_weight": (BINARY, "pos_weight", "inf", "weights must be finite"),
    "two for one pos_weight": (BINARY, "pos_weight", "1, 2", "pos_weight has 2 numbers; give 1"),
    "half an index": (DEFAULT_QUERY, "ignore_index", "0.5", "it must be a whole number"),
    "an infinite index": (DEFAULT_QUERY, "ignore_index", "inf", "it must be a whole number"),
}


@pytest.mark.parametrize(("link", "name", "typed", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_a_refused_option_says_why_and_changes_nothing(
    link: str, name: str, typed: str, sentence: str, open_page: Opener
) -> None:
    page = open_page(link)
    page.open("options")
    page.test.text_input(key=f"option_{name}").set_value(typed).run()
    assert not page.test.exception
    assert page.query == link
    assert_shows(page, share.from_query(link)[0])
    (problem,) = page.texts("problem")
    assert html.escape(sentence) in problem
    assert page.test.text_input(key=f"option_{name}").value == typed  # to be mended, not typed again
    assert not page.board["canUndo"]


def test_a_mended_option_takes_its_sentence_away(open_page: Opener) -> None:
    page = open_page()
    page.open("options")
    page.test.text_input(key="option_temperature").set_value("-2").run()
    page.test.text_input(key="option_temperature").set_value("2").run()
    assert page.texts("problem") == []
    assert page.query == DEFAULT_QUERY + "&T=2"


@pytest.mark.parametrize("typed", ["", "  "])
@pytest.mark.parametrize(
    ("link", "name", "default"),
    [
        (DEFAULT_QUERY + "&T=2", "temperature", "1"),
        (DEFAULT_QUERY + "&ignore=0", "ignore_index", "-100"),
        (DEFAULT_QUERY + "&w=1,2,3", "weight", ""),
        (BINARY + "&pw=2", "pos_weight", ""),
        (DEFAULT_QUERY, "temperature", "1"),
    ],
)
def test_an_option_that_is_cleared_takes_its_default(
    link: str, name: str, default: str, typed: str, open_page: Opener
) -> None:
    page = open_page(link)
    page.open("options")
    page.test.text_input(key=f"option_{name}").set_value(typed).run()
    assert page.texts("problem") == []
    assert page.query == (DEFAULT_QUERY if link == DEFAULT_QUERY else link.rpartition("&")[0])
    assert page.test.text_input(key=f"option_{name}").value == default


def test_another_change_takes_the_sentence_away(open_page: Opener) -> None:
    page = open_page()
    page.open("options")
    page.test.text_input(key="option_temperature").set_value("-2").run()
    page.test.segmented_control(key="option_unit").set_value("bits").run()
    assert page.texts("problem") == []
    assert page.test.text_input(key="option_temperature").value == "1"


@pytest.mark.parametrize(
    ("link", "keys"),
    [
        (DEFAULT_QUERY, {"temperature", "weight", "ignore_index"}),
        (DEFAULT_QUERY.replace("y=0", "q=1,0,0"), {"temperature", "weight"}),
        (BINARY, {"temperature", "weight", "pos_weight"}),
        (MULTILABEL, {"temperature", "weight", "pos_weight"}),
    ],
)
def test_only_what_the_set_up_has_can_be_set(link: str, keys: set[str], open_page: Opener) -> None:
    page = open_page(link)
    assert list(page.test.text_input) == []  # drawn once the popover is open
    page.open("options")
    assert {field.key for field in page.test.text_input} == {f"option_{key}" for key in keys}
    assert {control.key for control in page.test.segmented_control} == {
        "setup",
        "option_unit",
        "option_reduction",
        *([TARGETS] if link.startswith("setup=multiclass") else []),
    }


# ------------------------------------------------------------------------------------------------- sharing


def test_large_type_is_in_the_link_there_and_back(open_page: Opener) -> None:
    page = open_page()
    page.test.toggle(key="large").set_value(True).run()
    assert page.query == DEFAULT_QUERY + "&size=large"
    assert "font-size: max(21px" in "".join(page.html)
    page.test.toggle(key="large").set_value(False).run()
    assert page.query == DEFAULT_QUERY
    assert "font-size: max(21px" not in "".join(page.html)


def test_the_qr_code_is_the_link(open_page: Opener) -> None:
    page = open_page(BATCH + "&row=2")
    page.test.button(key="qr").click().run()
    link = "https://example.org/?" + BATCH + "&row=2"
    assert page.test.code[0].value == link
    (picture,) = [body for body in page.html if body.startswith("<img")]
    code = segno.make(link, error="m", micro=False)
    assert code.svg_data_uri(border=4, light="white", omitsize=True) in html.unescape(picture)


def test_a_link_too_long_for_a_qr_code_says_so(open_page: Opener) -> None:
    page = open_page("z=" + ";".join(["1,2"] * 1500))
    page.test.button(key="qr").click().run()
    assert not page.test.exception
    assert "too long for a QR code" in "".join(page.texts("problem"))


def test_a_case_too_long_for_a_link_says_so(open_page: Opener) -> None:
    page = open_page("z=" + ";".join(["1.125,2"] * 3300))  # with the labels written out it is beyond the limit
    assert "at most 32,000 can be shared" in "".join(page.texts("notice"))
    assert page.board["examples"] == 3300


# ------------------------------------------------------------------------------------------------- every number


def test_every_number_is_there_as_a_table(open_page: Opener) -> None:
    page = open_page(BATCH + "&row=2")
    assert list(page.test.dataframe) == []
    page.open("numbers")
    breakdown = evaluate(share.from_query(BATCH)[0])
    stages, examples = (frame.value for frame in page.test.dataframe)
    assert list(stages["class"]) == ["cat", "dog", "fox"]
    np.testing.assert_array_equal(stages["nll"], breakdown.nll[1])
    np.testing.assert_array_equal(stages["gradient"], breakdown.gradient[1])
    np.testing.assert_array_equal(examples["loss"], breakdown.per_example)
    assert [button.label for button in page.test.get("download_button")] == [
        "Download stages.csv",
        "Download examples.csv",
    ]


# ------------------------------------------------------------------------------------------------- editing the board


def test_an_edit_of_the_board_reaches_every_part_of_the_page(open_page: Opener) -> None:
    page = open_page()
    before = page.sent["charts"]
    page.edit(page.row(1, logits=["-inf", "1e3", "0.1"], target=["2"], names=["cat", "dog", "wolf"]))
    expected = "setup=multiclass&z=-inf,1000,0.1&y=2&names=cat,dog,wolf"
    assert page.query == expected
    assert_shows(page, share.from_query(expected)[0])
    assert page.board["seq"] == 1
    assert page.sent["charts"] != before
    assert "−log p[wolf]" in "".join(page.html)
    assert r"\text{wolf}" in page.test.latex[0].value


def test_one_edit_is_applied_once(open_page: Opener) -> None:
    page = open_page()
    edit = {"op": "add", "seq": 1}
    page.edit(edit)
    page.edit(edit)
    assert page.board["names"] == ["cat", "dog", "fox", "class 3"]
    page.edit(edit, {"op": "add", "seq": 2})
    assert page.board["names"] == ["cat", "dog", "fox", "class 3", "class 4"]


def test_edits_apply_in_order(open_page: Opener) -> None:
    page = open_page()
    page.edit(
        {"op": "add", "seq": 1}, {"op": "remove", "class": 0, "seq": 2}, {"op": "add-example", "row": 0, "seq": 3}
    )
    assert page.query == "setup=multiclass&z=1,0.1,0;1,0.1,0&y=0,0&names=dog,fox,class%203&row=2"


STALE = {"setup": "multiclass", "z": "2,1,0.1", "y": "0", "names": "cat,dog,fox"}
FIVE = "setup=multiclass&z=2,1,0.1,0,0&y=0&names=cat,dog,fox,class%203,class%204"
FOUR_MULTILABEL = "setup=multilabel&z=2,1,0.1,0&y=1,0,0,0&names=cat,dog,fox,class%203"
FOUR = "setup=multiclass&z=2,1,0.1,0&y=0&names=cat,dog,fox,class%203"


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        (lambda page: page.edit({"op": "add", "seq": 1}, {"op": "add", "seq": 2}), FIVE),
        (lambda page: page.edit({"op": "add", "seq": 1}, {"op": "undo", "seq": 2}), DEFAULT_QUERY),
        (lambda page: page.test.segmented_control(key="setup").set_value("multilabel").run(), FOUR_MULTILABEL),
        (lambda page: page.test.toggle(key="large").set_value(True).run(), FOUR + "&size=large"),
        (lambda page: page.test.button(key="qr").click().run(), FOUR),
    ],
    ids=["add", "undo", "set-up", "large type", "QR code"],
)
def test_what_left_before_the_address_was_written_loses_nothing(then: Any, expected: str, open_page: Opener) -> None:
    """Two quick clicks: the browser sends the second with the address that it had before the first."""
    page = open_page()
    page.edit({"op": "add", "seq": 1})
    page.test.query_params = dict(STALE)
    then(page)
    assert page.query == expected
    assert_shows(page, share.from_query(expected)[0])
    assert len(page.board["names"]) == expected.count(",", expected.index("names=")) + 1


def test_twenty_classes_are_the_most(open_page: Opener) -> None:
    page = open_page("z=" + ",".join("0" * 19))
    page.edit({"op": "add", "seq": 1}, {"op": "add", "seq": 2})
    assert len(page.board["names"]) == 20
    assert "at most 20" in page.board["error"]["message"]
    assert not page.test.exception


BAD_ROWS: dict[str, tuple[dict[str, Any], str]] = {
    "a logit that is a word": ({"logits": ["abc", "1", "0"], "class": 0, "field": "logit", "text": "abc"}, "'abc'"),
    "an empty logit": ({"logits": ["", "1", "0"], "class": 0, "field": "logit", "text": ""}, "A number is missing"),
    "targets that do not sum to 1": (
        {"target": ["0.5", "0.2", "0.1"], "hard": False, "class": 0, "field": "target", "text": "0.5"},
        "sum to 0.8; they must sum to 1",
    ),
    "a negative target": (
        {"target": ["-0.5", "1.5", "0"], "hard": False, "class": 0, "field": "target", "text": "-0.5"},
        "between 0 and 1",
    ),
    "a label out of range": ({"target": ["3"], "class": 0, "field": "target", "text": ""}, "out of range"),
    "two names alike": ({"names": ["cat", "cat", "fox"], "class": 1, "field": "names", "text": "cat"}, "different"),
    "an empty name": ({"names": ["", "dog", "fox"], "class": 0, "field": "names", "text": ""}, "is empty"),
    "a long name": ({"names": ["a" * 500, "dog", "fox"], "class": 0, "field": "names", "text": "a" * 500}, "500 char"),
}


@pytest.mark.parametrize(("changes", "sentence"), BAD_ROWS.values(), ids=BAD_ROWS.keys())
def test_a_refused_edit_says_why_beside_the_control(changes: Any, sentence: str, open_page: Opener) -> None:
    page = open_page()
    page.edit(page.row(1, **changes))
    assert not page.test.exception
    assert page.query == DEFAULT_QUERY
    assert_shows(page, share.from_query(DEFAULT_QUERY)[0])
    error = page.board["error"]
    assert sentence in error["message"]
    assert (error["class"], error["field"], error["text"]) == (changes["class"], changes["field"], changes["text"])
    assert not page.board["canUndo"]


def test_targets_can_be_normalised(open_page: Opener) -> None:
    page = open_page()
    page.edit(page.row(1, target=["0.5", "0.3", "0.2001"], hard=False, field="target", **{"class": 0, "text": "0.5"}))
    normalise = page.board["error"]["normalise"]
    page.edit({**normalise, "seq": 2})
    assert page.board["error"] is None
    assert page.case.targets.sum() == pytest.approx(1.0, abs=1e-12)
    assert page.case.targets[0] == pytest.approx(np.array([0.5, 0.3, 0.2001]) / 1.0001)


def test_undo_goes_back_step_by_step(open_page: Opener) -> None:
    page = open_page(BATCH)
    page.edit(page.row(1, logits=["9", "1", "0.1"]))
    page.edit({"op": "open", "row": 2, "seq": 2})
    page.edit({"op": "remove", "class": 0, "seq": 3})
    page.edit({"op": "undo", "seq": 4})
    assert page.query == BATCH.replace("z=2,", "z=9,") + "&row=3"
    page.edit({"op": "undo", "seq": 5})
    assert page.query == BATCH
    assert not page.board["canUndo"]
    page.edit({"op": "undo", "seq": 6})
    assert page.query == BATCH


def test_examples_are_opened_added_and_removed(open_page: Opener) -> None:
    page = open_page(BATCH)
    page.edit({"op": "open", "row": 3, "seq": 1})
    assert (page.board["row"], page.board["logits"]) == (3, [0.0, 0.0, 0.0])
    page.edit({"op": "add-example", "row": 3, "seq": 2})
    assert (page.board["row"], page.board["examples"]) == (4, 5)
    page.edit({"op": "remove-example", "row": 0, "seq": 3})
    assert (page.board["row"], page.board["examples"]) == (3, 4)
    assert page.query.endswith("&row=4")
    page.edit({"op": "open", "row": 0, "seq": 4})
    for seq in (5, 6, 7, 8):
        page.edit({"op": "remove-example", "row": 0, "seq": seq})
    assert page.board["examples"] == 1
    assert page.board["error"]["message"] == "The last example has to stay."


def test_an_edit_shows_in_the_open_options_and_tables(open_page: Opener) -> None:
    page = open_page()
    page.open("numbers")
    page.open("options")
    page.edit({"op": "add", "seq": 1})
    assert list(page.test.dataframe[0].value["class"]) == ["cat", "dog", "fox", "class 3"]
    page.edit(page.row(2, logits=["1", "2", "3", "4"], target=["0.25"] * 4, hard=False))
    assert page.test.segmented_control(key=TARGETS).value == "probabilities"
    assert {field.key for field in page.test.text_input} == {"option_temperature", "option_weight"}


def test_what_a_new_visit_is_sent_is_what_the_link_says(open_page: Opener) -> None:
    """A restarted server has lost the session: the link alone brings back the page."""
    page = open_page()
    page.edit(page.row(1, logits=["-inf", "0.30000000000000004", "1e-300"], names=["a,b", "100 %", "c+d"]))
    again = open_page(page.query)
    assert again.case == page.case
    assert again.query == page.query
    assert again.board["stages"] == page.board["stages"]
    assert again.texts("notice") == []
