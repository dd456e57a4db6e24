"""Everything a person can do on the board: with the mouse, the keys, a finger, and by typing."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from links import BATCH
from looks import PHONE
from visit import NEXT_TASK

from explorer import Case, evaluate, share
from explorer.share import DEFAULT_QUERY

Opener = Callable[..., Any]

UNDO, ADD_EXAMPLE = "Undo the last change (Ctrl + Z)", "Add an example: a copy of this one"


def with_z(z: str, rest: str = "y=0&names=cat,dog,fox") -> str:
    return f"setup=multiclass&z={z}&{rest}"


def assert_settled(page: Any, expected: str) -> None:
    """The address is this one, and the board, the answer and the names of the loss all say what Python says of it."""
    page.eventually(lambda: page.query, expected)
    case, notices = share.from_query(expected)
    assert notices == []
    breakdown = evaluate(case)
    row = share.view_from_query(expected, case.examples)[0].row
    page.eventually(lambda: page.cells["p"], breakdown.probabilities[row].tolist())
    page.eventually(lambda: page.cells["share"], breakdown.share[row].tolist())
    page.eventually(lambda: page.loss, breakdown.loss)
    digits = page.page.locator(".st-key-answer output").inner_text()
    page.eventually(lambda: page.page.locator(".explorer-names .amount").first.inner_text().split(" ")[0], digits)


def focused(page: Any) -> str | None:
    """The name of what has the focus."""
    return page.page.evaluate("() => document.activeElement.getAttribute('aria-label')")


# ------------------------------------------------------------------------------------------------- logits


def test_dragging_a_logit_with_the_mouse(visit: Opener) -> None:
    page = visit()
    mouse, handle = page.page.mouse, page.slider("cat").bounding_box()
    charts, names = page.charts, page.text("equivalence")
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    mouse.move(x, y)
    mouse.down()
    for z, share_of_track in [(2.5, 0.05), (3.0, 0.1), (-1.0, -0.3)]:  # the track is 10 wide
        mouse.move(x + share_of_track * page.track("logit", 0)["width"], y, steps=4)
        expected = evaluate(Case("multiclass", [[z, 1.0, 0.1]], [0]))
        assert page.logits[0] == z
        np.testing.assert_allclose(page.cells["nll"], expected.nll[0], rtol=1e-12)
        assert page.loss == pytest.approx(expected.loss, rel=1e-12)
        assert float(page.slider("cat").get_attribute("aria-valuenow")) == z
    assert page.query == DEFAULT_QUERY  # nothing has settled while it is held
    assert page.charts == charts
    assert page.text("equivalence") == names
    mouse.up()
    assert_settled(page, with_z("-1,1,0.1"))
    page.eventually(lambda: [now != before for now, before in zip(page.charts, charts, strict=True)], [True] * 4)
    assert page.text("equivalence") != names


def test_a_drag_goes_on_in_a_window_of_another_size(visit: Opener) -> None:
    page = visit()
    handle = page.slider("cat").bounding_box()
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    page.page.mouse.move(x + 10, y)
    lifted = page.page.locator(".explorer-board .lifted")
    assert lifted.count() > 0
    page.page.set_viewport_size({"width": 1100, "height": 1000})
    page.eventually(lifted.count, 0)  # nothing is painted where it was
    track = page.track("logit", 0)
    page.page.mouse.move(track["x"] + 0.8 * track["width"], y)
    assert page.logits[0] == 3.0
    table, painted = (
        page.page.locator(f".explorer-board .{part}").bounding_box() for part in ("table", "explorer-overlay")
    )
    assert painted["x"] + painted["width"] == pytest.approx(table["x"] + table["width"] + 12, abs=1)
    page.page.mouse.up()
    assert_settled(page, with_z("3,1,0.1"))


def test_pressing_on_the_track_moves_the_logit_there(visit: Opener) -> None:
    page = visit()
    track = page.track("logit", 1)
    page.page.mouse.click(track["x"] + 0.3 * track["width"], track["y"] + track["height"] / 2)
    assert_settled(page, with_z("2,-2,0.1"))


def test_dragging_beyond_the_track_stops_at_its_end(visit: Opener) -> None:
    page = visit()
    handle = page.slider("fox").bounding_box()
    page.page.mouse.move(handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2)
    page.page.mouse.down()
    page.page.mouse.move(1439, 5, steps=3)
    page.page.mouse.up()
    assert_settled(page, with_z("2,1,5"))


def finger_of(page: Any) -> Callable[..., None]:
    """A finger: "touchStart", "touchMove" and "touchEnd", each with where it is."""
    session = page.page.context.new_cdp_session(page.page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        session.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": at[0], "y": at[1]} for at in points]}
        )

    return touch


def test_dragging_a_logit_with_a_finger(visit: Opener) -> None:
    page = visit(has_touch=True)
    handle = page.slider("cat").bounding_box()
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    step = page.track("logit", 0)["width"] / 10
    touch = finger_of(page)
    touch("touchStart", (x, y))
    for part in range(1, 11):
        touch("touchMove", (x + part / 10 * step, y + part % 2))
    page.eventually(lambda: page.logits[0], 3.0)
    assert page.query == DEFAULT_QUERY
    touch("touchEnd")
    assert_settled(page, with_z("3,1,0.1"))


SCROLLED = "() => document.querySelector('.stMain').scrollTop"
WHAT_ENDED = """() => {
  window.ended = [];
  for (const type of ["pointerup", "pointercancel"]) {
    document.addEventListener(type, (event) => window.ended.push(event.type), true);
  }
}"""


@pytest.mark.parametrize("stage", ["logit", "target"])
def test_a_finger_that_scrolls_from_a_track_changes_nothing(stage: str, visit: Opener) -> None:
    soft = DEFAULT_QUERY.replace("y=0", "q=0.6,0.3,0.1")
    page = visit(soft, **PHONE)
    track = page.track(stage, 1)
    before = page.cells
    x, y = track["x"] + 0.8 * track["width"], track["y"] + track["height"] / 2
    page.page.evaluate(WHAT_ENDED)
    touch = finger_of(page)
    touch("touchStart", (x, y))
    assert page.cells == before
    for part in range(1, 11):
        touch("touchMove", (x + part % 2, y - 15 * part))
    page.eventually(lambda: page.page.evaluate("window.ended"), ["pointercancel"])
    page.eventually(lambda: page.page.evaluate(SCROLLED) > 50, True)
    touch("touchEnd")
    page.page.evaluate(NEXT_TASK)
    assert page.cells == before
    page.slider("cat").press("ArrowRight")  # what was sent before this has been answered too
    assert_settled(page, soft.replace("z=2", "z=2.1"))


def test_a_drag_that_the_browser_takes_over_is_put_back(visit: Opener) -> None:
    soft = DEFAULT_QUERY.replace("y=0", "q=0.6,0.3,0.1")
    page = visit(soft)
    for stage in ("logit", "target"):
        before = page.cells, page.loss
        track = page.track(stage, 0)
        x, y = track["x"] + 0.6 * track["width"], track["y"] + track["height"] / 2
        page.page.mouse.move(x, y)
        page.page.mouse.down()
        page.page.mouse.move(x - 30, y, steps=3)
        assert page.cells != before[0]
        page.cell(stage, 0).locator(".track").dispatch_event("pointercancel", {"pointerId": 1, "bubbles": True})
        page.eventually(lambda: (page.cells, page.loss), before)
        page.page.mouse.up()
    page.page.locator(".explorer-board.dragging").wait_for(state="detached")
    page.slider("dog").press("ArrowRight")
    assert_settled(page, soft.replace("z=2,1,", "z=2,1.1,"))


def test_a_tap_on_the_track_moves_the_logit_there(visit: Opener) -> None:
    page = visit(**PHONE)
    track = page.track("logit", 1)
    x, y = track["x"] + 0.3 * track["width"], track["y"] + track["height"] / 2
    touch = finger_of(page)
    touch("touchStart", (x, y))
    assert page.logits == [2.0, 1.0, 0.1]
    touch("touchEnd")
    assert_settled(page, with_z("2,-2,0.1"))


def test_keys_move_a_logit(visit: Opener) -> None:
    page = visit()
    steps = {"ArrowRight": 2.1, "ArrowUp": 2.2, "ArrowLeft": 2.1, "ArrowDown": 2.0}
    steps |= {"Shift+ArrowRight": 3.0, "Shift+ArrowLeft": 2.0, "PageUp": 3.0, "PageDown": 2.0}
    for key, value in steps.items():
        page.slider("cat").press(key)
        assert page.logits[0] == value
        assert_settled(page, with_z(f"{value:g},1,0.1"))
    page.slider("cat").press("a")
    assert page.logits[0] == 2.0


def test_home_and_end_go_to_the_ends_of_the_range(visit: Opener) -> None:
    page = visit()
    slider = page.slider("dog")
    low, high = (float(slider.get_attribute(f"aria-value{end}")) for end in ("min", "max"))
    assert low == -high
    slider.press("End")
    assert_settled(page, with_z(f"2,{high:g},0.1"))
    low = float(slider.get_attribute("aria-valuemin"))
    slider.press("Home")
    assert_settled(page, with_z(f"2,{low:g},0.1"))


def test_a_held_key_settles_when_it_is_let_go(visit: Opener) -> None:
    page = visit()
    page.slider("cat").focus()
    for _ in range(10):
        page.page.keyboard.down("ArrowRight")  # after the first, these are repeats
    assert page.logits[0] == 3.0
    page.page.keyboard.up("ArrowRight")
    assert_settled(page, with_z("3,1,0.1"))


TYPED = [("-inf", -np.inf), ("−inf", -np.inf), ("1e3", 1000.0), (".5", 0.5), ("inf", np.inf), ("nan", np.nan),
         (" -2 ", -2.0), ("1e-300", 1e-300), ("−0.25", -0.25)]  # fmt: skip


def test_typing_a_logit(visit: Opener) -> None:
    page = visit()
    for typed, value in TYPED:
        page.type("type the logit of dog", typed)
        case = Case("multiclass", [[2.0, value, 0.1]], [0], ["cat", "dog", "fox"])
        page.eventually(lambda: page.query, share.to_query(case))
        np.testing.assert_array_equal(page.logits[1], value)
        page.eventually(lambda: str(page.loss), str(evaluate(case).loss))
        page.eventually(lambda: str(page.cells["p"]), str(evaluate(case).probabilities[0].tolist()))
        page.eventually(page.problem.is_hidden, True)


@pytest.mark.parametrize(("typed", "sentence"), [("abc", "'abc' is not a number"), ("", "A number is missing")])
def test_a_logit_that_is_no_number(typed: str, sentence: str, visit: Opener) -> None:
    page = visit()
    before = page.cells
    page.type("type the logit of dog", typed)
    page.problem.wait_for()
    assert sentence in page.problem.inner_text()
    assert page.field("type the logit of dog").input_value() == typed
    assert page.field("type the logit of dog").get_attribute("aria-invalid") == "true"
    row, problem = page.cell("logit", 1).bounding_box(), page.problem.bounding_box()
    assert 0 <= problem["y"] - row["y"] < 3 * row["height"]  # the sentence stands below its row
    assert page.query == DEFAULT_QUERY
    assert page.cells == before
    page.type("type the logit of dog", "4")
    assert_settled(page, with_z("2,4,0.1"))
    page.eventually(page.problem.is_hidden, True)


@pytest.mark.parametrize(
    ("label", "typed", "shown"),
    [("type the logit of dog", "abc", "1.0"), ("name of class 1", "cat", "dog"), ("target of dog", "0.9", "0.3")],
)
def test_escape_takes_back_what_was_refused(label: str, typed: str, shown: str, visit: Opener) -> None:
    soft = DEFAULT_QUERY.replace("y=0", "q=0.6,0.3,0.1")
    page = visit(soft)
    field = page.field(label)
    page.type(label, typed)
    page.problem.wait_for()
    assert field.get_attribute("aria-invalid") == "true"
    said_by = field.get_attribute("aria-describedby")
    assert page.problem.get_attribute("id") == said_by
    field.press("Escape")
    assert field.input_value() == shown
    assert page.problem.is_hidden()
    assert field.get_attribute("aria-invalid") is None
    assert field.get_attribute("aria-describedby") is None
    page.type(label, typed)  # refused again
    page.problem.wait_for()
    field.press("Escape")
    page.slider("cat").press("ArrowRight")
    assert_settled(page, soft.replace("z=2", "z=2.1"))
    assert page.problem.is_hidden()


@pytest.mark.parametrize(
    ("link", "name", "typed", "said"),
    [
        (
            "z=2,1,0&y=0&names=cat,dog,fox",
            "dog",
            "inf",
            "no prediction: p is nan\na logit of +∞ or nan, or nothing but −∞",
        ),
        (
            "setup=binary&z=1.5&y=1&names=ham,spam",
            "spam",
            "nan",
            "no prediction: p is nan\na logit of nan has no sigmoid",
        ),
        ("setup=binary&z=1.5&y=1&names=ham,spam", "spam", "inf", "predicted spam at 100.0 % ✓"),
        (
            "setup=multilabel&z=2,1&y=0,1&names=cat,dog",
            "cat",
            "nan",
            "1 of 2 labels right at the threshold 0.5 ✗\na logit",
        ),
        ("setup=multilabel&z=2,1&y=1,1&names=cat,dog", "cat", "inf", "2 of 2 labels right at the threshold 0.5 ✓"),
    ],
)
def test_what_is_said_of_a_logit_without_a_value(link: str, name: str, typed: str, said: str, visit: Opener) -> None:
    page = visit(link, hold=True)
    page.hold()  # the same before the server has answered and after
    page.type(f"type the logit of {name}", typed)
    page.eventually(lambda: said in page.text("answer").replace("\n\n", "\n"), True)
    page.release()
    page.eventually(lambda: typed in page.query, True)
    assert said in page.text("answer").replace("\n\n", "\n")


def test_escape_leaves_a_field_as_it_was(visit: Opener) -> None:
    page = visit(DEFAULT_QUERY.replace("y=0", "q=0.6,0.3,0.1"))
    for label, shown in {"type the logit of dog": "1.0", "name of class 1": "dog", "target of dog": "0.3"}.items():
        page.field(label).fill("77")
        page.field(label).press("Escape")
        assert page.field(label).input_value() == shown
        assert focused(page) == label
    page.slider("cat").press("ArrowRight")
    assert_settled(page, with_z("2.1,1,0.1", "q=0.6,0.3,0.1&names=cat,dog,fox"))


@pytest.mark.parametrize("by", ["key", "button"])
def test_the_first_edit_is_undone_before_it_is_answered(by: str, visit: Opener) -> None:
    page = visit(hold=True)
    page.hold()
    page.slider("cat").press("PageUp")
    page.eventually(lambda: page.logits[0], 3.0)
    if by == "key":
        page.page.keyboard.press("Control+z")
    else:
        page.button(UNDO).click()
    page.release()
    page.eventually(lambda: page.logits[0], 2.0)
    assert_settled(page, DEFAULT_QUERY)
    page.eventually(page.button(UNDO).is_disabled, True)


def test_a_field_keeps_the_focus_and_the_keys_undo_what_it_has_sent(visit: Opener) -> None:
    page = visit()
    keys, field = page.page.keyboard, page.field("type the logit of dog")
    page.type("type the logit of dog", "3")
    assert_settled(page, with_z("2,3,0.1"))
    keys.type("4")  # over what was there
    keys.press("Enter")
    assert_settled(page, with_z("2,4,0.1"))
    assert field.input_value() == "4.0"
    keys.press("Control+z")
    assert_settled(page, with_z("2,3,0.1"))
    assert focused(page) == "type the logit of dog"
    keys.type("5")
    keys.press("Control+z")  # the browser's
    page.eventually(field.input_value, "3.0")
    keys.press("Tab")
    keys.press("Control+z")
    assert_settled(page, DEFAULT_QUERY)
    page.eventually(page.button(UNDO).is_disabled, True)  # each was sent once
    page.page.get_by_role("combobox").click()
    page.page.get_by_role("option", name="Confident and right").click()
    page.eventually(page.button(UNDO).is_enabled, True)
    page.eventually(lambda: page.query == DEFAULT_QUERY, False)
    chosen = page.query
    page.page.get_by_role("button", name="QR code").click()
    dialog = page.page.get_by_role("dialog")
    dialog.press("Control+z")  # there is nothing to undo in a dialog
    dialog.press("Escape")
    dialog.wait_for(state="hidden")
    page.slider("cat").press("ArrowRight")
    page.eventually(lambda: page.query == chosen, False)
    for before in (chosen, DEFAULT_QUERY):
        page.page.get_by_role("combobox").focus()
        keys.press("Control+z")
        assert_settled(page, before)


# ------------------------------------------------------------------------------------------------- targets


def test_a_click_makes_a_class_the_label(visit: Opener) -> None:
    page = visit()
    page.label("dog").click()
    assert_settled(page, DEFAULT_QUERY.replace("y=0", "y=1"))
    assert page.label("dog").get_attribute("aria-checked") == "true"
    assert page.label("cat").get_attribute("aria-checked") == "false"
    page.label("fox").press("Enter")
    assert_settled(page, DEFAULT_QUERY.replace("y=0", "y=2"))


def test_the_labels_of_classes_are_one_group_of_radios(visit: Opener) -> None:
    page = visit()
    group = page.page.get_by_role("radiogroup", name="label")
    owned = group.get_attribute("aria-owns").split()
    radios = page.page.get_by_role("radio").locator("xpath=self::button[@id]")
    assert radios.evaluate_all("(nodes) => nodes.map((node) => node.id)") == owned
    stops = "(nodes) => nodes.filter((node) => node.tabIndex === 0).map((node) => node.getAttribute('aria-label'))"
    assert radios.evaluate_all(stops) == ["label cat"]
    page.label("cat").press("ArrowUp")
    assert_settled(page, DEFAULT_QUERY.replace("y=0", "y=2"))
    assert radios.evaluate_all(stops) == ["label fox"]
    assert focused(page) == "label fox"
    page.page.keyboard.press("ArrowRight")
    page.page.keyboard.press("ArrowDown")
    assert_settled(page, DEFAULT_QUERY.replace("y=0", "y=1"))
    page.open(DEFAULT_QUERY.replace("y=0", "q=0.6,0.3,0.1"))
    assert radios.evaluate_all(stops) == ["label cat"]
    page.open("setup=multilabel&z=2,0.5,-1&y=1,1,0")
    assert group.count() == 0
    switches = page.page.locator(".st-key-board [role=switch]")
    assert switches.evaluate_all(stops) == ["label label 0", "label label 1", "label label 2"]


def test_a_click_switches_a_label_of_several(visit: Opener) -> None:
    link = "setup=multilabel&z=2,0.5,-1&y=1,1,0&names=comedy,drama,action"
    page = visit(link)
    page.label("action").click()
    page.label("comedy").click()
    assert_settled(page, link.replace("y=1,1,0", "y=0,1,1"))


def test_a_click_changes_a_binary_label(visit: Opener) -> None:
    link = "setup=binary&z=1.5&y=1&names=ham,spam"
    page = visit(link)
    assert page.page.get_by_role("slider").count() == 1
    page.label("ham").click()
    assert_settled(page, link.replace("y=1", "y=0"))
    page.slider("spam").press("PageDown")
    assert_settled(page, link.replace("y=1", "y=0").replace("1.5", "0.5"))


def test_dragging_a_soft_target_keeps_the_sum_at_1(visit: Opener) -> None:
    page = visit(DEFAULT_QUERY.replace("y=0", "q=0.6,0.3,0.1"))
    track = page.track("target", 0)
    mouse, y = page.page.mouse, track["y"] + track["height"] / 2
    mouse.move(track["x"] + 0.6 * track["width"], y)
    mouse.down()
    for part in (0.5, 0.4, 0.2):
        mouse.move(track["x"] + part * track["width"], y, steps=3)
        target = page.cells["target"]
        assert sum(target) == pytest.approx(1.0, abs=1e-12)
        assert target[0] == pytest.approx(part, abs=0.01)
        assert target[1] == pytest.approx(3 * target[2], abs=2e-4)  # the others keep their proportion
    assert "q=0.6,0.3,0.1" in page.query
    mouse.up()
    dropped = page.cells["target"]
    page.eventually(lambda: dropped == page.case.targets[0].tolist(), True)
    assert page.case.targets[0, 0] == pytest.approx(0.2, abs=0.01)
    assert_settled(page, page.query)


def test_a_drag_turns_a_label_into_a_distribution(visit: Opener) -> None:
    page = visit()
    track = page.track("target", 1)
    y = track["y"] + track["height"] / 2
    page.page.mouse.move(track["x"] + 1, y)
    page.page.mouse.down()
    page.page.mouse.move(track["x"] + 0.25 * track["width"], y, steps=4)
    page.page.mouse.up()
    page.eventually(lambda: page.case.has_index_targets, False)
    target = page.case.targets[0]
    assert target.sum() == pytest.approx(1.0)
    assert target[1] == pytest.approx(0.25, abs=0.011)
    assert_settled(page, page.query)


def test_a_typed_target_that_breaks_the_sum_can_be_normalised(visit: Opener) -> None:
    page = visit(DEFAULT_QUERY.replace("y=0", "q=0.6,0.3,0.1"))
    page.type("target of cat", "0.2")
    page.problem.wait_for()
    assert "sum to 0.6; they must sum to 1" in page.problem.inner_text()
    assert "q=0.6,0.3,0.1" in page.query
    page.button("Normalise to 1").click()
    page.eventually(lambda: page.query == DEFAULT_QUERY.replace("y=0", "q=0.6,0.3,0.1"), False)
    assert page.case.targets[0] == pytest.approx(np.array([0.2, 0.3, 0.1]) / 0.6)
    assert_settled(page, page.query)
    page.eventually(page.problem.is_hidden, True)


def test_a_smoothed_target_is_shown_as_what_it_becomes(visit: Opener) -> None:
    page = visit("setup=multiclass&z=8,0,0&y=0&names=cat,dog,fox&smoothing=0.1")
    pills = [page.label(name) for name in ("cat", "dog", "fox")]
    assert [pill.inner_text() for pill in pills] == ["0.9333", "0.0333", "0.0333"]
    page.label("dog").click()
    page.eventually(lambda: [pill.inner_text() for pill in pills], ["0.0333", "0.9333", "0.0333"])
    page.open("setup=multiclass&z=8,0,0&q=0.7,0.2,0.1&names=cat,dog,fox&smoothing=0.1")
    assert [page.field(f"target of {name}").input_value() for name in ("cat", "dog", "fox")] == ["0.7", "0.2", "0.1"]
    assert [pill.inner_text() for pill in pills] == ["0.6633", "0.2133", "0.1233"]
    assert [pill.evaluate("(pill) => getComputedStyle(pill).opacity") for pill in pills] == ["1"] * 3
    page.open("setup=multiclass&z=8,0,0;1,2,3&y=-100,1&names=cat,dog,fox&smoothing=0.1")  # ignored: nothing to smooth
    assert [pill.inner_text() for pill in pills] == ["0", "0", "0"]


def test_keys_move_a_target(visit: Opener) -> None:
    page = visit(DEFAULT_QUERY.replace("y=0", "q=0.5,0.25,0.25"))
    page.field("target of cat").press("ArrowUp")
    assert_settled(page, DEFAULT_QUERY.replace("y=0", "q=0.55,0.225,0.225"))


def test_keys_make_a_label_soft_and_keep_the_focus_where_it_is_hard(visit: Opener) -> None:
    link = "setup=binary&z=2&y=0.8&names=ham,spam"
    page = visit(link)
    keys = page.page.keyboard
    page.field("target of spam").press("PageUp")
    assert_settled(page, link.replace("0.8", "1"))
    keys.press("PageDown")
    assert_settled(page, link.replace("0.8", "0.75"))
    keys.press("PageUp")
    assert focused(page) == "target of spam"
    page.label("spam").focus()
    assert page.field("target of spam").is_hidden()
    keys.press("ArrowDown")
    assert focused(page) == "target of spam"
    keys.press("ArrowDown")
    assert_settled(page, link.replace("0.8", "0.9"))


def test_a_key_labels_after_a_drag_too(visit: Opener) -> None:
    link = "setup=multilabel&z=2,0.5,-1&y=1,1,0&names=comedy,drama,action"
    page = visit(link)
    track = page.track("target", 0)
    y = track["y"] + track["height"] / 2
    page.page.mouse.move(track["x"] + track["width"] - 2, y)
    page.page.mouse.down()
    page.page.mouse.move(track["x"] + 0.5 * track["width"], y, steps=3)
    page.page.mouse.up()
    page.eventually(lambda: page.query, link.replace("y=1,", "y=0.5,"))
    page.label("action").press("Enter")
    assert_settled(page, link.replace("y=1,1,0", "y=0.5,1,1"))


# ------------------------------------------------------------------------------------------------- classes, examples


def test_a_double_click_removes_one_class(visit: Opener) -> None:
    start = with_z("4,3,2,1", "y=0&names=a,b,c,d")
    page = visit(start)
    page.button("remove b").dblclick()
    page.eventually(lambda: page.query, with_z("4,2,1", "y=0&names=a,c,d"))
    page.button(UNDO).click()  # after whatever the second click did
    assert_settled(page, start)
    page.eventually(page.button(UNDO).is_disabled, True)


def test_a_press_on_a_tool_counts_when_it_ends_what_was_typed(visit: Opener) -> None:
    page = visit()
    tool = page.button("Add a class").bounding_box()
    page.field("type the logit of cat").fill("3")
    page.page.mouse.move(tool["x"] + tool["width"] / 2, tool["y"] + tool["height"] / 2)
    page.page.mouse.down()
    page.eventually(lambda: page.query, with_z("3,1,0.1"))  # the answer is here before the button is let go
    page.eventually(page.button(UNDO).is_enabled, True)
    page.page.mouse.up()
    assert_settled(page, with_z("3,1,0.1,0", "y=0&names=cat,dog,fox,class%203"))


def test_classes_are_added_removed_and_renamed_and_all_of_it_undone(visit: Opener) -> None:
    page = visit()
    steps = [DEFAULT_QUERY, with_z("2,1,0.1,0", "y=0&names=cat,dog,fox,class%203")]
    page.button("Add a class").click()
    assert_settled(page, steps[-1])
    steps.append(with_z("2,1,0.1,0", "y=0&names=cat,dog,fox,owl"))
    page.type("name of class 3", "owl")
    assert_settled(page, steps[-1])
    page.slider("owl").wait_for()
    steps.append(with_z("2,0.1,0", "y=0&names=cat,fox,owl"))
    page.cell("logit", 1).hover()
    page.button("remove dog").click()
    assert_settled(page, steps[-1])
    steps.append(with_z("2.1,0.1,0", "y=0&names=cat,fox,owl"))
    page.slider("cat").press("ArrowRight")
    assert_settled(page, steps[-1])
    page.button(UNDO).click()
    assert_settled(page, steps[-2])
    page.slider("cat").press("Control+z")
    assert_settled(page, steps[-3])
    page.slider("cat").press("Control+z")
    page.slider("cat").press("Control+z")  # before the first has come back
    assert_settled(page, steps[0])
    page.eventually(page.button(UNDO).is_disabled, True)


def test_the_keys_rebuild_the_board_and_keep_the_focus(visit: Opener) -> None:
    page = visit()
    keys = page.page.keyboard
    page.button("Add a class").focus()
    for classes in (4, 5):
        keys.press("Enter")
        page.eventually(lambda: len(page.logits), classes)
    page.button("remove dog").focus()
    keys.press("Enter")
    page.eventually(lambda: page.query, with_z("2,0.1,0,0", "y=0&names=cat,fox,class%203,class%204"))
    page.eventually(lambda: focused(page), "remove fox")
    page.button(UNDO).focus()
    for classes in (5, 4, 3):
        page.eventually(page.button(UNDO).is_enabled, True)
        keys.press("Enter")
        page.eventually(lambda: len(page.logits), classes)
    page.eventually(page.button(UNDO).is_disabled, True)
    assert focused(page) == UNDO
    page.button(ADD_EXAMPLE).focus()
    for examples in (2, 3):
        keys.press("Enter")
        page.eventually(lambda: page.case.examples, examples)
    page.button("open example 2 in the board").focus()
    keys.press("Enter")
    page.eventually(lambda: "row=2" in page.query, True)
    assert focused(page) == "open example 2 in the board"
    page.button("Remove example 3").focus()
    keys.press("Enter")
    page.eventually(lambda: focused(page), "Remove example 2")
    keys.press("Enter")
    page.eventually(lambda: focused(page), ADD_EXAMPLE)


@pytest.mark.parametrize(
    ("typed", "sentence"), [("dog", "each name must be different"), ("", "is empty"), ("a" * 500, "500 characters")]
)
def test_a_name_that_cannot_be(typed: str, sentence: str, visit: Opener) -> None:
    page = visit()
    page.type("name of class 0", typed)
    page.problem.wait_for()
    assert sentence in page.problem.inner_text()
    assert page.query == DEFAULT_QUERY
    assert page.field("name of class 0").get_attribute("aria-invalid") == "true"
    page.type("name of class 0", "wolf")
    assert_settled(page, DEFAULT_QUERY.replace("cat", "wolf"))
    page.eventually(page.problem.is_hidden, True)


HOSTILE = "<b>bold</b> [link](https://example.org/) $x$ <img src=x>"
IN_CHARTS = """(name) => [...document.querySelectorAll(".st-key-breakdown svg")].map((chart) =>
  [...chart.querySelectorAll("text, title")].map((node) => node.textContent.trim())
    .filter((text) => text.includes(name)))"""


def test_a_name_is_text_wherever_it_stands(visit: Opener) -> None:
    page = visit()
    page.type("name of class 0", HOSTILE)
    page.eventually(lambda: page.case.names[0], HOSTILE)
    page.eventually(lambda: HOSTILE in page.text("answer"), True)
    page.eventually(lambda: HOSTILE in page.text("equivalence").replace("\u200b", ""), True)
    assert page.field("name of class 0").input_value() == HOSTILE
    assert page.slider(HOSTILE).count() == 1
    page.cell("p", 0).hover()
    assert HOSTILE in page.text("board")
    page.eventually(
        lambda: page.page.evaluate(IN_CHARTS, HOSTILE[:6]),
        [
            [],
            [f"{HOSTILE}: p = 0.6590, loss 0.4170", "<b>bold</…g src=x> 0.4170"],
            ["<b>bol…rc=x>", f"{HOSTILE}: 0.6590 − 1.0000 = −0.3410: raise this logit"],
            ["<b>bold…src=x>"],
        ],
    )
    made = ".st-key-answer, .st-key-board, .st-key-equivalence, .st-key-breakdown"
    found = page.page.evaluate(
        "(made) => [...document.querySelectorAll(made)]"
        ".flatMap((part) => [...part.querySelectorAll('a, img, b, tspan')])"
        ".filter((node) => node.tagName === 'A' || node.tagName === 'IMG' || node.textContent === 'bold').length",
        made,
    )
    assert found == 0


def test_twenty_classes_are_the_most(visit: Opener) -> None:
    page = visit(f"setup=multiclass&z={','.join(['0'] * 19)}&y=0")
    page.button("Add a class").click()
    page.eventually(lambda: page.page.get_by_role("slider").count(), 20)
    page.button("Add a class").click()
    page.problem.wait_for()
    assert "at most 20" in page.problem.inner_text()
    assert page.page.get_by_role("slider").count() == 20


def test_two_classes_are_the_fewest(visit: Opener) -> None:
    page = visit("setup=multiclass&z=1,2,3&y=2&names=a,b,c")
    page.cell("logit", 0).hover()
    page.button("remove a").click()
    assert_settled(page, "setup=multiclass&z=2,3&y=1&names=b,c")
    assert page.button("remove b").count() == 0


def test_examples_of_a_batch_are_opened_from_the_ledger(visit: Opener) -> None:
    page = visit(BATCH)
    page.button("open example 3 in the board").click()
    assert_settled(page, BATCH + "&row=3")
    assert page.logits == [1.0, -1.0, 3.0]
    page.slider("dog").press("PageUp")
    assert_settled(page, BATCH.replace("1,-1,3", "1,0,3") + "&row=3")
    page.button("Remove example 1").click()
    assert_settled(page, "setup=multiclass&z=0.5,2.5,-1;1,0,3;0,0,0&y=1,1,2&names=cat,dog,fox&row=2")
    page.button(ADD_EXAMPLE).click()
    assert_settled(page, "setup=multiclass&z=0.5,2.5,-1;1,0,3;1,0,3;0,0,0&y=1,1,1,2&names=cat,dog,fox&row=3")


def test_a_long_ledger_shows_that_there_is_more_and_keeps_its_head_and_its_sums(visit: Opener) -> None:
    page = visit("z=" + ";".join(["2,1"] * 30) + "&y=" + ",".join(["0"] * 30))
    assert page.page.locator(".ledger h3").inner_text().startswith("The batch of 30: ")
    entries = page.page.locator(".entries")
    parts = [entries.locator(part) for part in (".head", ".sums")]
    for scrolled in (0, 9999):
        entries.evaluate("(entries, scrolled) => { entries.scrollTop = scrolled; }", scrolled)
        shown = entries.bounding_box()
        head, sums = (part.bounding_box() for part in parts)
        assert head["y"] == pytest.approx(shown["y"], abs=1)
        assert sums["y"] + sums["height"] == pytest.approx(shown["y"] + shown["height"], abs=1)
        rows = [row.bounding_box() for row in entries.locator(".entry:not(.head, .sums)").all()]
        cut = [row for row in rows if row["y"] + 8 < sums["y"] < row["y"] + row["height"] - 8]
        assert len(cut) == (1 if scrolled == 0 else 0)


# ------------------------------------------------------------------------------------------- fast hands, slow wires


def test_two_clicks_before_the_first_has_come_back(visit: Opener) -> None:
    page = visit(hold=True)
    page.hold()
    page.button("Add a class").click()
    page.eventually(lambda: bool(page.held), True)
    page.button("Add a class").click()
    page.release()
    assert_settled(page, with_z("2,1,0.1,0,0", "y=0&names=cat,dog,fox,class%203,class%204"))


def test_what_is_edited_while_a_class_is_being_added_counts(visit: Opener) -> None:
    page = visit(hold=True)
    page.hold()
    page.button("Add a class").click()
    page.slider("cat").press("ArrowRight")
    page.label("dog").click()
    page.type("name of class 2", "owl")
    handle = page.slider("cat").bounding_box()
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    page.page.mouse.move(x + 0.1 * page.track("logit", 0)["width"], y, steps=3)
    assert page.logits == [3.1, 1.0, 0.1]
    page.release()
    page.eventually(lambda: "class%203" in page.query, True)
    page.page.mouse.up()
    assert_settled(page, with_z("3.1,1,0.1,0", "y=1&names=cat,dog,owl,class%203"))
    page.eventually(page.problem.is_hidden, True)
    page.hold()
    page.button("Add a class").click()
    page.field("type the logit of dog").fill("7")
    page.release()
    page.slider("class 4").wait_for()
    page.page.keyboard.type("5")  # what is being typed goes on
    page.page.keyboard.press("Enter")
    assert_settled(page, with_z("3.1,75,0.1,0,0", "y=1&names=cat,dog,owl,class%203,class%204"))


def test_an_edit_is_made_on_a_row_that_has_more_classes(script: Any) -> None:
    def made(setup: str, edit: dict[str, Any]) -> tuple[Any, ...]:
        row = {"logits": ["1", "2", "0"], "target": ["0"], "hard": True, "names": ["a", "b", "c"]}
        if setup == "multilabel":
            row |= {"target": ["1", "0", "0"], "hard": False}
        module = 'import("http://board.test/board/rows.js")'
        call = f"async ([row, edit, setup]) => (await {module}).onMoreClasses(row, edit, setup)"
        edited = script.evaluate(call, [row, edit, setup])
        return edited["logits"], edited["target"], edited["hard"], edited["names"]

    edit = {"class": 1, "logits": ["8", "9"], "target": ["0.5", "0.5"], "hard": False, "names": ["y", "z"]}
    old = ["1", "2", "0"], ["0"], True, ["a", "b", "c"]
    assert made("multiclass", {**edit, "field": "logit"}) == (["1", "9", "0"], *old[1:])
    assert made("multiclass", {**edit, "field": "names"}) == (*old[:3], ["a", "z", "c"])
    assert made("multiclass", {**edit, "field": "target"}) == (old[0], ["0.5", "0.5", "0"], False, old[3])
    hard = {**edit, "field": "target", "target": ["1"], "hard": True}
    assert made("multiclass", hard) == (old[0], ["1"], True, old[3])
    assert made("multilabel", {**edit, "field": "target"}) == (old[0], ["1", "0.5", "0"], False, old[3])


def test_what_is_edited_on_an_example_that_goes_is_dropped_without_a_complaint(visit: Opener) -> None:
    page = visit(BATCH, hold=True)
    page.hold()
    page.button("Remove example 1").click()
    page.slider("cat").press("ArrowRight")
    assert page.logits == [2.0, 1.0, 0.1]
    page.release()
    left = BATCH.replace("2,1,0.1;", "").replace("y=0,", "y=")
    assert_settled(page, left)
    page.eventually(page.problem.is_hidden, True)


def test_keys_while_the_server_is_slow_all_count(visit: Opener) -> None:
    page = visit(hold=True)
    page.hold()
    for presses in range(1, 6):
        page.slider("cat").press("ArrowRight")
        assert page.logits[0] == pytest.approx(2.0 + presses / 10)
    page.slider("dog").press("PageUp")
    page.release()
    assert_settled(page, with_z("2.5,2,0.1"))
    assert page.logits == [2.5, 2.0, 0.1]


def test_an_answer_while_a_key_is_held_takes_nothing_back(visit: Opener) -> None:
    page = visit(hold=True)
    page.hold()
    page.slider("cat").focus()
    page.page.keyboard.down("ArrowRight")  # sent
    for _ in range(4):
        page.page.keyboard.down("ArrowRight")  # repeats: not sent yet
    page.eventually(lambda: bool(page.held), True)
    page.release()
    page.eventually(lambda: page.query, with_z("2.1,1,0.1"))  # the answer to the first is here
    page.page.keyboard.down("ArrowRight")
    assert page.logits[0] == pytest.approx(2.6)
    page.page.keyboard.up("ArrowRight")
    assert_settled(page, with_z("2.6,1,0.1"))


def test_an_answer_during_a_drag_takes_nothing_back(visit: Opener) -> None:
    page = visit(hold=True)
    page.hold()
    page.slider("dog").press("PageUp")
    page.eventually(lambda: bool(page.held), True)
    handle = page.slider("cat").bounding_box()
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    page.page.mouse.move(x + 0.1 * page.track("logit", 0)["width"], y, steps=3)
    page.release()
    page.eventually(lambda: page.query, with_z("2,2,0.1"))
    assert page.logits == [3.0, 2.0, 0.1]
    page.page.mouse.up()
    assert_settled(page, with_z("3,2,0.1"))


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("", [".st-key-below"]),
        ("compare", [".st-key-comparisons"]),
        ("functions", [".st-key-matrix_place", ".st-key-explanation"]),
    ],
)
def test_what_python_has_not_worked_out_again_is_faint_until_it_has(
    path: str, parts: list[str], address: str, visit: Opener
) -> None:
    page = visit(at=address + path, hold=True)
    shown = lambda: [page.page.locator(part).evaluate("(part) => getComputedStyle(part).opacity") for part in parts]  # noqa: E731
    page.hold()
    page.slider("cat").press("ArrowRight")
    page.eventually(shown, ["0.45"] * len(parts))
    page.slider("cat").press("ArrowRight")
    page.release()
    page.eventually(lambda: float(page.case.logits[0, 0]), 2.2)
    page.eventually(shown, ["1"] * len(parts))
    handle = page.slider("cat").bounding_box()
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    page.page.mouse.move(x + 20, y)
    page.eventually(shown, ["0.45"] * len(parts))
    page.page.mouse.move(x, y)
    page.page.mouse.up()  # where it was: there is nothing to wait for
    page.eventually(shown, ["1"] * len(parts))
