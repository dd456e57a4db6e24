"""What the board and the answer bar are sent, and what happens to the edits that come back; nothing runs Streamlit."""

import dataclasses
import json
import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from strategies import alone

from explorer import Case, Setup, evaluate, share
from explorer.edits import with_setup
from explorer.explain import number
from explorer.palette import CLASS_COLOURS
from explorer.presets import PRESETS
from explorer.share import DEFAULT_QUERY
from explorer.ui import state
from explorer.ui.board import MOST_LEDGER_ROWS, Edited, Problem, answer_data, board_data
from explorer.ui.relay import RELAY_KEY

INF, NAN = math.inf, math.nan
DEFAULT = share.from_query(DEFAULT_QUERY)[0]
BATCH = Case("multiclass", [[2, 1, 0], [0, 3, 1], [1, 1, 1]], [0, 1, 2], ["cat", "dog", "fox"])
SPECIAL = {
    "an infinite loss": Case("multiclass", [[2, 1, -INF]], [2]),
    "a logit of inf": Case("multiclass", [[INF, 1, 0]], [0]),
    "a logit of nan": Case("multiclass", [[NAN, 1, 0]], [0]),
    "nothing but -inf": Case("multiclass", [[-INF, -INF]], [0]),
    "the largest floats": Case("multiclass", [[1.7e308, -1.7e308]], [1]),
    "the smallest float": Case("multiclass", [[5e-324, 0.0]], [1]),
    "every row ignored": Case("multiclass", [[1, 2], [3, 4]], [-100, -100]),
    "weights of 0": Case("multiclass", [[1, 2]], [0], weight=[0, 0]),
    "infinite binary logits": Case("binary", [INF, -INF, NAN], [0, 1, 0]),
    "infinite labels": Case("multilabel", [[INF, -INF, NAN]], [[0, 1, 0.5]]),
    "one class": Case("multiclass", [[3.0]], [0]),
    "one label": Case("multilabel", [[3.0]], [[1]]),
    "twenty classes": Case("multiclass", [np.arange(20)], [3]),
}
PRESET_CASES = {preset.title: preset.case for preset in PRESETS}
REDUCTIONS = {
    f"{title}, {reduction}, {unit}": dataclasses.replace(PRESET_CASES[title], reduction=reduction, unit=unit)
    for title in ("A batch with class weights", "Rare positives: pos_weight", "Any of several: multi-label")
    for reduction in ("sum", "none")
    for unit in ("nats", "bits")
}
UNREDUCED = {
    "weights of examples, not reduced": Case("binary", [3, -1], [1, 1], weight=[10, 1], reduction="none"),
    "an ignored row, not reduced": Case("multiclass", np.eye(4, 3), [0, 1, -100, 2], reduction="none"),
    "a certain row and a uniform one": Case(
        "multiclass", [[9, 0, 0], [0, 0, 0]], [[1, 0, 0], np.full(3, 1 / 3)], reduction="none"
    ),
}
CASES = PRESET_CASES | SPECIAL | REDUCTIONS | UNREDUCED
each_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())


def numbers(values: list[float | str]) -> list[float]:
    """Numbers as the browser reads them: infinities and nan travel as texts."""
    return [float(value) for value in values]


def same(sent: Any, expected: Any) -> None:
    np.testing.assert_array_equal(np.asarray(sent, dtype=np.float64), expected)


# ------------------------------------------------------------------------------------------------- what is sent


@each_case
def test_everything_sent_is_json(case: Case) -> None:
    breakdown = evaluate(case)
    for row in range(case.examples):
        for data in (board_data(breakdown, row), answer_data(breakdown, row)):
            assert json.loads(json.dumps(data, allow_nan=False))["names"] == list(case.names)


@each_case
def test_the_board_is_sent_the_breakdown(case: Case) -> None:
    breakdown = evaluate(case)
    for row in range(case.examples):
        data = board_data(breakdown, row)
        stages = {stage: numbers(values) for stage, values in data["stages"].items()}
        same(numbers(data["logits"]), np.atleast_1d(case.logits[row]))
        same(stages["shifted"], breakdown.shifted[row])
        same(stages["exp"], breakdown.exponentials[row])
        same(stages["p"], breakdown.probabilities[row])
        same(stages["log_p"], breakdown.log_probabilities[row])
        same(stages["nll"], breakdown.nll[row])
        same(stages["target"], breakdown.target_distribution[row])
        same(stages["share"], breakdown.share[row])
        same(data["perExample"], breakdown.per_example[row])
        same(data["numerator"], breakdown.numerator)
        same(data["divisor"], breakdown.divisor)
        if case.setup is not Setup.MULTILABEL:
            same(data["partition"], breakdown.partition[row, 0])
        if case.reduction == "none":
            assert data["loss"] is None
        else:
            same(data["loss"], breakdown.loss)
        assert data["names"] == list(case.names)
        assert data["colours"] == list(CLASS_COLOURS[: case.classes])


@each_case
def test_the_answer_is_sent_the_loss_and_its_marks(case: Case) -> None:
    breakdown = evaluate(case)
    for row in range(case.examples):
        data = answer_data(breakdown, row)
        shown = breakdown
        if case.reduction == "none":  # the example as a batch of its own
            shown = evaluate(dataclasses.replace(alone(case, row), reduction="sum"))
        for sent, expected in (("loss", shown.loss), ("uniform", shown.uniform_loss), ("floor", shown.floor)):
            np.testing.assert_allclose(float(data[sent]), expected, rtol=1e-15, err_msg=sent)
        same(numbers(data["p"]), breakdown.probabilities[row])


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@each_case
def test_the_parts_of_the_batch_make_its_loss(case: Case, reduction: str) -> None:
    """While a logit is dragged the browser adds the open row to these."""
    case = dataclasses.replace(case, reduction=reduction)
    breakdown = evaluate(case)
    for row in range(case.examples):
        data = board_data(breakdown, row)
        numerator = float(data["others"]["numerator"]) + float(data["perExample"])
        divisor = data["others"]["divisor"] + data["ownDivisor"]
        with np.errstate(invalid="ignore", divide="ignore"):
            loss = numerator if reduction == "sum" else float(np.float64(numerator) / divisor)
        np.testing.assert_allclose(loss, float(data["loss"]), rtol=1e-14)


def test_the_targets_are_as_typed_and_smoothing_comes_on_top() -> None:
    case = dataclasses.replace(DEFAULT, label_smoothing=0.3)
    data = board_data(evaluate(case), 0)
    assert data["targets"] == [1.0, 0.0, 0.0]
    assert data["stages"]["target"] == pytest.approx([0.8, 0.1, 0.1])
    assert (data["hard"], data["label"]) == (True, 0)


def test_an_ignored_row_has_no_target() -> None:
    case = share.from_query("z=2,1;1,2&y=-100,1")[0]
    data = board_data(evaluate(case), 0)
    assert (data["kept"], data["targets"], data["label"]) == (False, [0.0, 0.0], -100)
    assert data["ledger"][0]["label"] == "ignored"
    assert data["ledger"][0]["right"] is None


def test_each_set_up_is_sent_its_weights() -> None:
    multiclass = Case("multiclass", [[1, 2], [2, 1]], [0, 1], weight=[1, 3])
    binary = Case("binary", [1, 2], [0, 1], weight=[1, 3], pos_weight=[4])
    multilabel = Case("multilabel", [[1, 2]], [[0, 1]], weight=[1, 3], pos_weight=[4, 5])
    options = [board_data(evaluate(case), case.examples - 1)["options"] for case in (multiclass, binary, multilabel)]
    assert [option["weight"] for option in options] == [[1.0, 3.0], [3.0], [1.0, 3.0]]
    assert [option["posWeight"] for option in options] == [[1.0, 1.0], [4.0], [4.0, 5.0]]
    assert all(board_data(evaluate(case), 0)["weighted"] for case in (multiclass, binary, multilabel))


def test_the_ledger_lists_the_batch() -> None:
    data = board_data(evaluate(BATCH), 1)
    assert [entry["row"] for entry in data["ledger"]] == [0, 1, 2]
    assert [entry["label"] for entry in data["ledger"]] == ["cat", "dog", "fox"]
    assert [entry["right"] for entry in data["ledger"]] == [True, True, False]
    assert data["ledger"][2]["predicted"] == "cat 33.3 %"
    assert board_data(evaluate(DEFAULT), 0)["ledger"] == []


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
def test_the_ledger_has_the_label_as_typed(smoothing: float) -> None:
    """Smoothed by 1, a target has no likeliest class."""
    hard = dataclasses.replace(BATCH, label_smoothing=smoothing)
    soft = Case("binary", [1, -1], [1.0, 0.25], label_smoothing=smoothing)
    entries = [*board_data(evaluate(hard), 1)["ledger"], *board_data(evaluate(soft), 1)["ledger"]]
    assert [entry["label"] for entry in entries] == ["cat", "dog", "fox", "positive", "negative 75.0 %"]
    assert [entry["right"] for entry in entries] == [True, True, False, True, True]


@pytest.mark.parametrize(("row", "last"), [(0, 99), (150, 150), (99, 99), (100, 100)])
def test_a_long_ledger_is_cut_and_keeps_the_open_row(row: int, last: int) -> None:
    case = Case("multiclass", np.zeros((200, 2)), np.zeros(200))
    data = board_data(evaluate(case), row)
    assert len(data["ledger"]) == MOST_LEDGER_ROWS
    assert data["ledger"][-1]["row"] == last
    assert data["hidden"] == 100


@pytest.mark.parametrize(
    ("link", "caption", "fraction"),
    [
        (DEFAULT_QUERY, "cross-entropy loss", ""),
        ("z=1,2;2,1&y=0,0", "cross-entropy loss, mean of 2", "/ 2 examples"),
        ("z=1,2;2,1&y=0,0&w=3,1", "cross-entropy loss, mean of 2", "/ 6, the weights of the labels"),
        ("z=1,2;2,1&y=0,0&reduction=sum", "cross-entropy loss, sum of 2", "the sum of 2 examples"),
        ("z=1,2;2,1&y=0,0&reduction=none", "cross-entropy loss, example 1", "not reduced: one loss for each example"),
        ("z=1,2&reduction=none", "cross-entropy loss", ""),
        ("setup=binary&z=1,2&y=1,0", "binary cross-entropy, mean of 2", "/ 2 examples"),
        ("setup=multilabel&z=1,2&y=1,0", "multi-label binary cross-entropy", "/ 2 labels"),
        ("setup=multilabel&z=1,2;1,2&y=1,0;0,1", "multi-label binary cross-entropy, mean of 2", "examples × labels"),
    ],
)
def test_the_answer_says_what_was_divided(link: str, caption: str, fraction: str) -> None:
    case, notices = share.from_query(link)
    assert notices == []
    breakdown = evaluate(case)
    data = answer_data(breakdown, 0)
    assert data["caption"] == caption
    assert data["fraction"].endswith(fraction)
    if "/" in fraction:
        assert data["fraction"].startswith(f"= {number(breakdown.numerator)} / ")


@pytest.mark.parametrize(
    ("case", "perplexity", "note"),
    [
        (DEFAULT, True, ""),
        (dataclasses.replace(DEFAULT, weight=[1, 2, 3]), False, ""),
        (dataclasses.replace(BATCH, reduction="sum"), False, ""),
        (dataclasses.replace(BATCH, reduction="none"), True, ""),
        (dataclasses.replace(BATCH, reduction="none", weight=[1, 2, 3]), False, ""),
        (PRESET_CASES["Spam or not: binary"], False, ""),
        (SPECIAL["every row ignored"], True, "no mean: every example is ignored"),
    ],
)
def test_the_perplexity_is_shown_where_it_has_a_meaning(case: Case, perplexity: bool, note: str) -> None:
    data = answer_data(evaluate(case), 0)
    assert data["perplexity"] is perplexity
    assert note in data["note"]
    assert bool(note) is bool(data["note"])


@pytest.mark.parametrize(
    ("link", "agree", "right"),
    [("z=nan,1&y=0,1", "1 of 2", False), ("z=nan,1&y=0,0", "0 of 2", False), ("z=inf,1&y=1,1", "2 of 2", True)],
)
def test_a_label_without_a_value_is_not_right(link: str, agree: str, right: bool) -> None:
    case = share.from_query(f"setup=multilabel&{link.replace('&y', ';0,0&y')};0,0")[0]
    entry = board_data(evaluate(case), 0)["ledger"][0]
    assert (entry["predicted"], entry["right"]) == (agree, right)


def test_a_problem_is_sent_with_its_place() -> None:
    problem = Problem("It is wrong.", 1, "target", "0.5", ("0.5", "0.2"), {"op": "row"})
    data = board_data(evaluate(DEFAULT), 0, line="<b>line</b>", edited=Edited(7, can_undo=True, problem=problem))
    assert data["error"] == {
        "message": "It is wrong.",
        "class": 1,
        "field": "target",
        "text": "0.5",
        "draft": ("0.5", "0.2"),
        "normalise": {"op": "row"},
    }
    assert (data["seq"], data["canUndo"], data["line"]) == (7, True, "<b>line</b>")


# ------------------------------------------------------------------------------------------------- a visit


class Address(dict[str, str]):
    """The query of the address, as Streamlit gives it."""

    def get_all(self, key: str) -> list[str]:
        return [self[key]] if key in self else []

    writes = 0

    def from_dict(self, parts: dict[str, str]) -> None:
        self.writes += 1
        self.clear()
        self.update(parts)


class Tab:
    """A browser tab: its session and its address, in place of Streamlit's."""

    def __init__(self, query: str = DEFAULT_QUERY) -> None:
        self.session_state: dict[str, Any] = {}
        self.query_params = Address(share.split(query))
        self.context = SimpleNamespace(url="https://example.org/explore?old=1")

    @property
    def query(self) -> str:
        return share.join(self.query_params.items())

    def edit(self, *edits: dict[str, Any]) -> state.Visit:
        """Bring edits from the board, and write what comes of them to the address, as a run of the page does."""
        self.session_state[RELAY_KEY] = {"edits": list(edits)}
        state.catch_up()
        visit = state.visit()
        state.write_link(visit)
        return visit


@pytest.fixture
def tab(monkeypatch: pytest.MonkeyPatch) -> Tab:
    fake = Tab()
    monkeypatch.setattr(state, "st", fake)
    return fake


def opened(tab: Tab, query: str) -> state.Visit:
    tab.query_params.from_dict(dict(share.split(query)))
    visit = state.visit()
    state.write_link(visit)
    return visit


def row_edit(seq: int, **changes: Any) -> dict[str, Any]:
    """One edit of the default example."""
    edit = {"op": "row", "row": 0, "logits": ["2", "1", "0.1"], "target": ["0"], "hard": True}
    return {**edit, "names": ["cat", "dog", "fox"], "seq": seq, **changes}


def test_the_first_visit_is_the_default_case(tab: Tab) -> None:
    tab.query_params.clear()
    visit = state.visit()
    state.write_link(visit)
    assert visit.case == DEFAULT
    assert tab.query == DEFAULT_QUERY
    assert state.address(visit) == "https://example.org/explore/?" + DEFAULT_QUERY


def test_a_visit_is_kept_until_the_address_changes(tab: Tab) -> None:
    visit = opened(tab, DEFAULT_QUERY)
    assert state.visit() is visit
    other = opened(tab, "setup=multiclass&z=5,4&y=1&row=9")
    assert other is not visit
    assert other.case == share.from_query("z=5,4&y=1")[0]
    assert len(other.notices) == 1


def test_another_link_keeps_the_count_of_edits_and_the_history(tab: Tab) -> None:
    opened(tab, DEFAULT_QUERY)
    tab.edit(row_edit(1, logits=["3", "1", "0.1"]))
    edited = state.visit().case
    visit = opened(tab, "setup=multiclass&z=5,4,3&y=1")
    assert visit.seq == 1
    assert visit.history == [(DEFAULT, 0), (edited, 0)]


def test_undo_after_going_back_goes_further_back(tab: Tab) -> None:
    links = [opened(tab, DEFAULT_QUERY).query]
    for seq in (1, 2, 3):
        links.append(tab.edit(row_edit(seq, logits=[str(2 + seq), "1", "0.1"])).query)
    visit = opened(tab, links[1])
    assert [share.to_query(case) for case, _ in visit.history] == links[:1]
    assert tab.edit({"op": "undo", "seq": 4}).case == DEFAULT


def test_an_address_that_lags_behind_is_put_right(tab: Tab) -> None:
    """There and back so fast that the browser, when it sends the second edit, has not heard of the first one's link."""
    opened(tab, DEFAULT_QUERY)
    tab.edit(row_edit(1, logits=["3", "1", "0.1"]))
    tab.query_params.update(share.split(DEFAULT_QUERY))
    told = tab.query_params.writes
    tab.edit(row_edit(2))
    assert tab.query_params.writes == told + 1
    assert tab.query == DEFAULT_QUERY
    tab.edit()
    assert tab.query_params.writes == told + 1  # and no more than once


def test_what_was_done_on_the_board_comes_before_what_is_done_next(tab: Tab) -> None:
    opened(tab, DEFAULT_QUERY)
    edited = row_edit(1, logits=["7", "1", "0.1"])
    tab.session_state[RELAY_KEY] = {"edits": [edited]}
    state.choose_setup(Setup.BINARY)
    seven = dataclasses.replace(DEFAULT, logits=[[7.0, 1.0, 0.1]])
    assert state.visit().case == with_setup(seven, Setup.BINARY)
    assert [case for case, _ in state.visit().history] == [DEFAULT, seven]
    assert tab.edit(edited).case == with_setup(seven, Setup.BINARY)  # once


def test_an_edit_that_comes_when_its_board_has_gone_is_left_to_the_next(tab: Tab) -> None:
    visit = opened(tab, DEFAULT_QUERY)
    state.catch_up()  # the session has let go of what the board told
    assert (visit.seq, visit.case) == (0, DEFAULT)


def test_an_edit_is_applied_and_can_be_undone(tab: Tab) -> None:
    visit = tab.edit(row_edit(1, logits=["-inf", "1e3", "−2.5"], target=["1"], names=["a", "b", "c"]))
    assert visit.case == Case("multiclass", [[-INF, 1000.0, -2.5]], [1], ["a", "b", "c"])
    assert visit.history == [(DEFAULT, 0)]
    assert visit.problem is None
    assert tab.edit({"op": "undo", "seq": 2}).case == DEFAULT
    assert tab.query == DEFAULT_QUERY


def test_an_edit_that_was_seen_is_ignored(tab: Tab) -> None:
    first, second = {"op": "add", "seq": 1}, {"op": "add", "seq": 2}
    assert tab.edit(first).case.classes == 4
    assert tab.edit(first).case.classes == 4
    assert tab.edit(first, second).case.classes == 5
    assert tab.edit().seq == 2


def test_edits_are_applied_in_their_order(tab: Tab) -> None:
    visit = tab.edit({"op": "remove", "class": 0, "seq": 1}, {"op": "remove", "class": 0, "seq": 2})
    assert visit.case.names == ("dog", "fox")
    assert visit.problem is not None  # two classes are the fewest
    assert "needs at least 2 classes" in visit.problem.message
    assert visit.seq == 2


def test_an_edit_without_effect_leaves_no_trace(tab: Tab) -> None:
    visit = tab.edit(row_edit(1))
    assert visit.case == DEFAULT
    assert visit.history == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"logits": ["x", "1", "0"]}, "'x' is not a number"),
        ({"logits": ["1", "2"]}, "2 logits for 3"),
        ({"target": ["1", "0"], "hard": False}, "2 targets for 3"),
        ({"target": ["0.5", "0.5", "-0.1"], "hard": False}, "between 0 and 1"),
        ({"target": ["1.5"]}, "whole number"),
        ({"names": ["a", "a", "b"]}, "must be different"),
        ({"names": ["a", "b"]}, "3 classes and 2 names"),
        ({"row": 4}, "no example number 5"),
    ],
)
def test_a_refused_edit_keeps_the_last_good_state(tab: Tab, changes: dict[str, Any], sentence: str) -> None:
    visit = tab.edit(row_edit(1, **changes, field="logit", text="typed", **{"class": 1}))
    assert visit.case == DEFAULT
    assert visit.history == []
    assert tab.query == DEFAULT_QUERY
    assert visit.problem is not None
    assert sentence in visit.problem.message
    assert (visit.problem.row_class, visit.problem.field, visit.problem.text) == (1, "logit", "typed")
    assert visit.problem.normalise is None
    assert tab.edit(row_edit(2)).problem is None  # the next good one takes the sentence away


def test_targets_that_do_not_sum_to_1_are_kept_as_a_draft_and_can_be_normalised(tab: Tab) -> None:
    edit = row_edit(1, target=["0.5", "0.2", "0.1"], hard=False, field="target", text="0.1", **{"class": 2})
    problem = tab.edit(edit).problem
    assert problem is not None
    assert problem.draft == ("0.5", "0.2", "0.1")
    assert problem.normalise == {**edit, "normalise": True}
    visit = tab.edit({**problem.normalise, "seq": 2})
    assert visit.problem is None
    np.testing.assert_allclose(visit.case.targets, [[0.625, 0.25, 0.125]], rtol=1e-15)


def test_a_single_target_has_nothing_to_be_normalised_against(tab: Tab) -> None:
    opened(tab, "setup=binary&z=1&y=1")
    edit = {"op": "row", "row": 0, "logits": ["1"], "target": ["2"], "hard": False, "seq": 1, "field": "target"}
    problem = tab.edit({**edit, "names": ["negative", "positive"]}).problem
    assert problem is not None
    assert problem.normalise is None
    assert problem.draft is None


def test_removing_an_earlier_example_keeps_the_open_one(tab: Tab) -> None:
    opened(tab, share.to_query(BATCH) + "&row=3")
    visit = tab.edit({"op": "remove-example", "row": 0, "seq": 1})
    assert visit.view.row == 1
    np.testing.assert_array_equal(visit.case.logits[visit.view.row], BATCH.logits[2])
    assert tab.query.endswith("&row=2")


@pytest.mark.parametrize(("asked", "row"), [(1, 1), (99, 2), (-5, 0)])
def test_an_example_that_is_gone_opens_the_nearest(tab: Tab, asked: int, row: int) -> None:
    opened(tab, share.to_query(BATCH))
    assert tab.edit({"op": "open", "row": asked, "seq": 1}).view.row == row


def test_undo_restores_the_open_example_too(tab: Tab) -> None:
    opened(tab, share.to_query(BATCH) + "&row=3")
    tab.edit({"op": "remove-example", "row": 2, "seq": 1})
    visit = tab.edit({"op": "undo", "seq": 2})
    assert (visit.case, visit.view.row) == (BATCH, 2)


# ------------------------------------------------------------------------------------------------- set-ups, options


@pytest.mark.parametrize("path", [["binary"], ["multilabel"], ["binary", "multilabel"], ["multilabel", "binary"]])
@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.title)
def test_switches_start_from_what_was_last_edited(tab: Tab, preset: Any, path: list[str]) -> None:
    start = preset.case
    opened(tab, preset.query)
    for setup in [*path, start.setup.value]:
        state.choose_setup(Setup(setup))
        assert state.visit().case == with_setup(start, Setup(setup))
    assert state.visit().case == start


def test_an_edit_makes_a_new_start_for_switches(tab: Tab) -> None:
    state.choose_setup(Setup.BINARY)
    edit = {"op": "row", "row": 0, "logits": ["-3"], "target": ["0"], "hard": False, "names": ["not cat", "cat"]}
    edited = tab.edit({**edit, "seq": 1}).case
    state.choose_setup(Setup.MULTICLASS)
    assert state.visit().case == with_setup(edited, Setup.MULTICLASS)
    np.testing.assert_array_equal(state.visit().case.logits, [[0.0, -3.0]])


def test_a_refused_option_is_kept_for_its_control(tab: Tab) -> None:
    state.set_option("temperature", "hot", share.parse_number)
    visit = state.visit()
    assert visit.refused["temperature"][0] == "hot"
    assert visit.case == DEFAULT
    state.set_option("temperature", "2", share.parse_number)
    assert visit.refused == {}
    assert visit.case.temperature == 2.0


def test_a_preset_opens_on_its_first_example(tab: Tab) -> None:
    opened(tab, share.to_query(BATCH) + "&row=3")
    state.choose_preset("A batch with class weights")
    assert state.visit().view.row == 0
    assert state.visit().history == [(BATCH, 2)]


def test_undo_remembers_two_hundred_changes(tab: Tab) -> None:
    for seq in range(1, 300):
        visit = tab.edit(row_edit(seq, logits=[str(seq), "1", "0.1"]))
    assert 200 <= len(visit.history) <= 201
    assert visit.history[-1][0].logits[0, 0] == 298.0


# ------------------------------------------------------------------------------------------------- any edits at all

WORDS = some.sampled_from(["0", "1", "-1", "0.5", "inf", "-inf", "nan", "1e3", "", "x", "−2", "1e400", "0.25", "2"])
ROWS = some.integers(-1, 3)
ANY_EDIT = some.one_of(
    some.fixed_dictionaries(
        {
            "op": some.just("row"),
            "row": ROWS,
            "logits": some.lists(WORDS, min_size=1, max_size=4),
            "target": some.lists(WORDS, min_size=1, max_size=4),
            "hard": some.booleans(),
            "names": some.lists(some.sampled_from(["cat", "dog", "fox", "class 3", "", "<b>"]), min_size=1, max_size=4),
            "field": some.sampled_from(["logit", "target", "names"]),
        }
    ),
    some.fixed_dictionaries({"op": some.sampled_from(["add", "undo"])}),
    some.fixed_dictionaries({"op": some.just("remove"), "class": ROWS}),
    some.fixed_dictionaries({"op": some.sampled_from(["open", "add-example", "remove-example"]), "row": ROWS}),
)


@given(
    start=some.sampled_from(PRESETS),
    edits=some.lists(some.one_of(ANY_EDIT, some.sampled_from(list(Setup))), max_size=12),
)
def test_whatever_is_edited_there_is_a_valid_state_and_a_way_back(start: Any, edits: list[Any]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        tab = Tab(start.query)
        patch.setattr(state, "st", tab)
        seq = 0
        for edit in edits:
            if isinstance(edit, Setup):
                state.choose_setup(edit)
                continue
            seq += 1
            visit = tab.edit({**edit, "seq": seq})
            assert visit.seq == seq
            assert 0 <= visit.view.row < visit.case.examples
            assert share.from_query(tab.query) == (visit.case, [])
            json.dumps(board_data(evaluate(visit.case), visit.view.row, edited=visit.edited), allow_nan=False)
        for _ in edits:
            state.undo()
        if not any(edit == {"op": "undo"} for edit in edits):
            assert state.visit().case == start.case
