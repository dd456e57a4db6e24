"""The options of the loss: every control of the popover, each showing what the case says and saying what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from explorer.case import IGNORE_INDEX, Case, Reduction, Setup, Unit
from explorer.edits import with_distributions, with_indices
from explorer.numerics import Array
from explorer.spelling import number_text, parse_number, parse_numbers
from explorer.ui import state
from explorer.ui.style import show_text

_TARGETS = ("class indices", "probabilities")


def show_options(visit: state.Visit) -> None:
    """Draw the options popover; its controls are drawn when it is open."""
    with st.popover("Options", on_change=state.catch_up, key="options") as popover:
        if not popover.open:
            return
        _choice("Unit", "unit", list(Unit), visit)
        _choice("Reduction", "reduction", list(Reduction), visit)
        _number("Temperature", "temperature", 1.0, visit)
        _smoothing(visit)
        _weights(visit)
        if visit.case.setup is Setup.MULTICLASS:
            _target_kind(visit.case)
        if visit.case.has_index_targets:
            _number("ignore_index", "ignore_index", IGNORE_INDEX, visit)


def _choice(label: str, name: str, options: list[Any], visit: state.Visit) -> None:
    key = f"option_{name}"
    state.set_widget(key, getattr(visit.case, name))
    st.segmented_control(
        label, options, key=key, required=True, on_change=lambda: state.set_option(name, state.widget(key))
    )


def _text(label: str, name: str, shown: str, read: Callable[[str], Any], visit: state.Visit, hint: str) -> None:
    key = f"option_{name}"
    typed, problem = visit.refused.get(name, (shown, ""))
    state.set_widget(key, typed)
    st.text_input(label, key=key, placeholder=hint, on_change=lambda: state.set_option(name, state.widget(key), read))
    if problem:
        show_text(problem, "problem")


def _number(label: str, name: str, default: float, visit: state.Visit) -> None:
    def read(text: str) -> float:
        return parse_number(text) if text.strip() else default

    _text(label, name, number_text(getattr(visit.case, name)), read, visit, f"default: {number_text(default)}")


def _smoothing(visit: state.Visit) -> None:
    key = "option_label_smoothing"
    state.set_widget(key, visit.case.label_smoothing)
    st.slider(
        "Label smoothing",
        0.0,
        1.0,
        step=0.01,
        key=key,
        on_change=lambda: state.set_option("label_smoothing", state.widget(key)),
    )
    if visit.case.label_smoothing and visit.case.setup is not Setup.MULTICLASS:
        show_text("As in Keras: y (1 − e) + e / 2. PyTorch’s binary losses have no label smoothing.", "faint")


def _weights(visit: state.Visit) -> None:
    case = visit.case
    each = case.setup.weighed
    hint = f"none; or one for each {each}: 1, 2, 0.5"
    _text(f"{each.capitalize()} weights", "weight", _row_text(case.weight), _read_row, visit, hint)
    if case.setup is not Setup.MULTICLASS:
        _text("pos_weight", "pos_weight", _row_text(case.pos_weight), _read_row, visit, "none; or a number: 3")


def _row_text(values: Array | None) -> str:
    return "" if values is None else ", ".join(number_text(value) for value in values)


def _read_row(text: str) -> list[float] | None:
    return parse_numbers(text) if text.strip() else None


def _target_kind(case: Case) -> None:
    state.set_widget("option_targets", _TARGETS[0] if case.has_index_targets else _TARGETS[1])
    st.segmented_control(
        "Targets as",
        _TARGETS,
        key="option_targets",
        required=True,
        help="One-hot probabilities and class indices part ways when classes have weights: only with indices does the "
        "mean divide by the weights.",
        on_change=lambda: state.change(
            (with_indices if state.widget("option_targets") == _TARGETS[0] else with_distributions)(case)
        ),
    )
