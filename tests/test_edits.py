"""Every edit of a case: what it changes, what follows, what it refuses, and that the case it got stays as it was."""

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import cases

from explorer import Case, InvalidCase, Setup, edits, evaluate, share

INF, NAN = math.inf, math.nan
M, B, L = "multiclass", "binary", "multilabel"
CAT = Case(M, [2, 1, 0.1], 0, ["cat", "dog", "fox"], weight=[1, 2, 3])
SOFT = Case(M, [2, 1, 0.1], [0.7, 0.2, 0.1])
BATCH = Case(M, [[2, 1, 0.1], [0, 5, 3], [1, 1, 2]], [0, 2, -100], ["cat", "dog", "fox"])
SPAM = Case(B, [1.5, -2], [1, 0], ["ham", "spam"], weight=[1, 2], pos_weight=3)
TAGS = Case(L, [[2, 1, 0.1], [0, 0, 3]], [[1, 1, 0], [0, 0.5, 1]], weight=[1, 2, 3], pos_weight=[4, 5, 6])
Edit = Callable[[], Case]


def changed(case: Case, **fields: Any) -> Case:
    return dataclasses.replace(case, **fields)


# --------------------------------------------------------------------------------------------------- one example

ROWS: dict[str, tuple[Edit, Case]] = {
    "logits": (lambda: edits.with_row(CAT, 0, [3, -INF, 1e3], 0, CAT.names), changed(CAT, logits=[3, -INF, 1e3])),
    "a label": (lambda: edits.with_row(CAT, 0, [2, 1, 0.1], 2, CAT.names), changed(CAT, targets=2)),
    "a name": (
        lambda: edits.with_row(CAT, 0, [2, 1, 0.1], 0, ["cat", "wolf", "fox"]),
        changed(CAT, names=("cat", "wolf", "fox")),
    ),
    "a label becomes soft": (
        lambda: edits.with_row(CAT, 0, [2, 1, 0.1], [0.5, 0.5, 0], CAT.names),
        changed(CAT, targets=[0.5, 0.5, 0]),
    ),
    "a soft target changes": (
        lambda: edits.with_row(SOFT, 0, [2, 1, 0.1], [0, 0.5, 0.5], SOFT.names),
        changed(SOFT, targets=[0, 0.5, 0.5]),
    ),
    "a soft target becomes certain": (
        lambda: edits.with_row(SOFT, 0, [2, 1, 0.1], 1, SOFT.names),
        changed(SOFT, targets=[0, 1, 0]),
    ),
    "a row of a batch": (
        lambda: edits.with_row(BATCH, 1, [9, 9, 9], 1, BATCH.names),
        changed(BATCH, logits=[[2, 1, 0.1], [9, 9, 9], [1, 1, 2]], targets=[0, 1, -100]),
    ),
    "a row is ignored": (
        lambda: edits.with_row(BATCH, 1, BATCH.logits[1], -100, BATCH.names),
        changed(BATCH, targets=[0, -100, -100]),
    ),
    "an ignored row is labelled": (
        lambda: edits.with_row(BATCH, 2, BATCH.logits[2], 1, BATCH.names),
        changed(BATCH, targets=[0, 2, 1]),
    ),
    "one soft target turns the others into distributions, the ignored one into no opinion": (
        lambda: edits.with_row(BATCH, 1, BATCH.logits[1], [0.25, 0.75, 0], BATCH.names),
        changed(BATCH, targets=[[1, 0, 0], [0.25, 0.75, 0], [1 / 3, 1 / 3, 1 / 3]]),
    ),
    "which takes ignore_index with it": (
        lambda: edits.with_row(changed(BATCH, targets=[0, 2, 7], ignore_index=7), 1, [0, 5, 3], [0, 1, 0], BATCH.names),
        changed(BATCH, targets=[[1, 0, 0], [0, 1, 0], [1 / 3, 1 / 3, 1 / 3]]),
    ),
    "binary": (
        lambda: edits.with_row(SPAM, 1, [4], [0.25], ["no", "yes"]),
        changed(SPAM, logits=[1.5, 4], targets=[1, 0.25], names=("no", "yes")),
    ),
    "binary, a label": (lambda: edits.with_row(SPAM, 0, [1.5], 0, SPAM.names), changed(SPAM, targets=[0, 0])),
    "multi-label": (
        lambda: edits.with_row(TAGS, 1, [1, 2, 3], [1, 0, 0.5], TAGS.names),
        changed(TAGS, logits=[[2, 1, 0.1], [1, 2, 3]], targets=[[1, 1, 0], [1, 0, 0.5]]),
    ),
}


@pytest.mark.parametrize(("edit", "expected"), ROWS.values(), ids=ROWS)
def test_with_row(edit: Edit, expected: Case) -> None:
    assert edit() == expected


# ------------------------------------------------------------------------------------------------------- classes

CLASSES: dict[str, tuple[Edit, Case]] = {
    "add: the weight is 1": (
        lambda: edits.with_class_added(CAT),
        Case(M, [2, 1, 0.1, 0], 0, ["cat", "dog", "fox", "class 3"], weight=[1, 2, 3, 1]),
    ),
    "add: no target": (lambda: edits.with_class_added(SOFT), Case(M, [2, 1, 0.1, 0], [0.7, 0.2, 0.1, 0])),
    "add: a name that is taken": (
        lambda: edits.with_class_added(Case(M, [0, 1], 0, ["class 2", "class 3"])),
        Case(M, [0, 1, 0], 0, ["class 2", "class 3", "class 4"]),
    ),
    "add: to a batch": (
        lambda: edits.with_class_added(BATCH),
        Case(M, np.c_[BATCH.logits, np.zeros(3)], [0, 2, -100], ["cat", "dog", "fox", "class 3"]),
    ),
    "add: a label": (
        lambda: edits.with_class_added(TAGS),
        Case(L, [[2, 1, 0.1, 0], [0, 0, 3, 0]], [[1, 1, 0, 0], [0, 0.5, 1, 0]], None, [1, 2, 3, 1], [4, 5, 6, 1]),
    ),
    "remove: its weight goes with it": (
        lambda: edits.without_class(CAT, 1),
        Case(M, [2, 0.1], 0, ["cat", "fox"], weight=[1, 3]),
    ),
    "remove: labels after it move up": (
        lambda: edits.without_class(BATCH, 1),
        Case(M, [[2, 0.1], [0, 3], [1, 2]], [0, 1, -100], ["cat", "fox"]),
    ),
    "remove: the label itself, so the likeliest takes over": (
        lambda: edits.without_class(BATCH, 2),
        Case(M, [[2, 1], [0, 5], [1, 1]], [0, 1, -100], ["cat", "dog"]),
    ),
    "remove: the label itself, beside nan": (
        lambda: edits.without_class(Case(M, [0, NAN, -INF, -5], 0), 0),
        Case(M, [NAN, -INF, -5], 2, ["class 1", "class 2", "class 3"]),
    ),
    "remove: soft targets are shared out again": (
        lambda: edits.without_class(changed(SOFT, targets=[0.5, 0.25, 0.25]), 0),
        Case(M, [1, 0.1], [0.5, 0.5], ["class 1", "class 2"]),
    ),
    "remove: the whole target": (
        lambda: edits.without_class(changed(SOFT, targets=[1, 0, 0]), 0),
        Case(M, [1, 0.1], [1, 0], ["class 1", "class 2"]),
    ),
    "remove: a class under the one that is ignored": (
        lambda: edits.without_class(Case(M, [[0, 1, 2]] * 3, [2, 1, 0], ignore_index=1), 0),
        Case(M, [[1, 2]] * 3, [1, -100, 1], ["class 1", "class 2"]),
    ),
    "remove: the class that is ignored": (
        lambda: edits.without_class(Case(M, [[0, 1, 2]] * 3, [2, 1, 0], ignore_index=1), 1),
        Case(M, [[0, 2]] * 3, [1, -100, 0], ["class 0", "class 2"]),
    ),
    "remove: ignored by a number that is no class": (
        lambda: edits.without_class(Case(M, [[0, 1, 2]] * 2, [2, 9], ignore_index=9), 0),
        Case(M, [[1, 2]] * 2, [1, 9], ["class 1", "class 2"], ignore_index=9),
    ),
    "remove: a label of several": (
        lambda: edits.without_class(TAGS, 0),
        Case(L, [[1, 0.1], [0, 3]], [[1, 0], [0.5, 1]], ["label 1", "label 2"], [2, 3], [5, 6]),
    ),
    "remove: down to one label": (
        lambda: edits.without_class(Case(L, [1, 2], [0, 1]), 1),
        Case(L, [1], [0]),
    ),
}


@pytest.mark.parametrize(("edit", "expected"), CLASSES.values(), ids=CLASSES)
def test_classes(edit: Edit, expected: Case) -> None:
    assert edit() == expected


@pytest.mark.parametrize("setup", [M, L])
def test_the_number_of_classes_has_limits(setup: str) -> None:
    case = Case(setup, [0.0, 1.0], 0 if setup == M else [0, 1])
    for count in range(3, 21):
        case = edits.with_class_added(case)
        assert case.classes == len(set(case.names)) == count
    with pytest.raises(InvalidCase, match="20 classes already"):
        edits.with_class_added(case)
    assert share.from_query(share.to_query(case)) == (case, [])
    for count in range(19, edits.FEWEST_CLASSES[case.setup] - 1, -1):
        case = edits.without_class(case, 0)
        assert case.classes == count
    with pytest.raises(InvalidCase, match="at least"):
        edits.without_class(case, 0)


def test_the_fewest_classes() -> None:
    assert edits.FEWEST_CLASSES == {Setup.MULTICLASS: 2, Setup.BINARY: 2, Setup.MULTILABEL: 1}


# ------------------------------------------------------------------------------------------------------ examples

EXAMPLES: dict[str, tuple[Edit, Case]] = {
    "add": (
        lambda: edits.with_example_added(BATCH, 1),
        changed(BATCH, logits=BATCH.logits[[0, 1, 1, 2]], targets=[0, 2, 2, -100]),
    ),
    "add: to a single one": (
        lambda: edits.with_example_added(CAT, 0),
        changed(CAT, logits=CAT.logits[[0, 0]], targets=[0, 0]),
    ),
    "add: soft": (
        lambda: edits.with_example_added(SOFT, 0),
        changed(SOFT, logits=SOFT.logits[[0, 0]], targets=SOFT.targets[[0, 0]]),
    ),
    "add: binary, with its weight": (
        lambda: edits.with_example_added(SPAM, 1),
        Case(B, [1.5, -2, -2], [1, 0, 0], ["ham", "spam"], [1, 2, 2], 3),
    ),
    "add: multi-label, whose weights are the labels'": (
        lambda: edits.with_example_added(TAGS, 0),
        changed(TAGS, logits=TAGS.logits[[0, 0, 1]], targets=TAGS.targets[[0, 0, 1]]),
    ),
    "remove": (
        lambda: edits.without_example(BATCH, 0),
        changed(BATCH, logits=BATCH.logits[1:], targets=[2, -100]),
    ),
    "remove: binary, with its weight": (
        lambda: edits.without_example(SPAM, 0),
        Case(B, [-2], [0], ["ham", "spam"], [2], 3),
    ),
    "remove: multi-label": (
        lambda: edits.without_example(TAGS, 0),
        changed(TAGS, logits=TAGS.logits[1:], targets=TAGS.targets[1:]),
    ),
}


@pytest.mark.parametrize(("edit", "expected"), EXAMPLES.values(), ids=EXAMPLES)
def test_examples(edit: Edit, expected: Case) -> None:
    assert edit() == expected


# ------------------------------------------------------------------------------------------------------- targets

TARGETS: dict[str, tuple[Edit, Case]] = {
    "a label as a distribution": (lambda: edits.with_distributions(CAT), changed(CAT, targets=[1, 0, 0])),
    "distributions stay": (lambda: edits.with_distributions(SOFT), SOFT),
    "binary stays": (lambda: edits.with_distributions(SPAM), SPAM),
    "an ignored row has no opinion": (
        lambda: edits.with_distributions(changed(BATCH, targets=[0, 2, 7], ignore_index=7)),
        changed(BATCH, targets=[[1, 0, 0], [0, 0, 1], [1 / 3, 1 / 3, 1 / 3]]),
    ),
    "a distribution as its largest class": (lambda: edits.with_indices(SOFT), changed(SOFT, targets=0)),
    "of two alike, the first": (
        lambda: edits.with_indices(changed(SOFT, targets=[0, 0.5, 0.5])),
        changed(SOFT, targets=1),
    ),
    "labels stay": (lambda: edits.with_indices(BATCH), BATCH),
    "multi-label stays": (lambda: edits.with_indices(TAGS), TAGS),
}


@pytest.mark.parametrize(("edit", "expected"), TARGETS.values(), ids=TARGETS)
def test_targets(edit: Edit, expected: Case) -> None:
    assert edit() == expected


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ([[1, 1, 0]], [[0.5, 0.5, 0]]),
        ([[0.25, 0, 0]], [[1, 0, 0]]),
        ([[0, 0, 0, 0]], [[0.25, 0.25, 0.25, 0.25]]),
        ([[5e-324, 5e-324]], [[0.5, 0.5]]),
        ([[1e308, 1e308]], [[0.5, 0.5]]),
        ([[1, 3], [2, 0]], [[0.25, 0.75], [1, 0]]),
    ],
)
def test_normalised(given_: Any, expected: Any) -> None:
    np.testing.assert_array_equal(edits.normalised(np.array(given_, dtype=np.float64)), expected)


# ------------------------------------------------------------------------------------------------------- set-ups

OPTIONS: dict[str, Any] = {"label_smoothing": 0.1, "temperature": 2.0, "reduction": "sum", "unit": "bits"}
SETUPS: dict[str, tuple[Case, str, Case]] = {
    "a label to multi-label": (CAT, L, Case(L, [2, 1, 0.1], [1, 0, 0], ["cat", "dog", "fox"])),
    "a label without names": (Case(M, [2, 1, 0.1], 2), L, Case(L, [2, 1, 0.1], [0, 0, 1])),
    "soft to multi-label": (SOFT, L, Case(L, [2, 1, 0.1], [0.7, 0.2, 0.1])),
    "ignored to multi-label": (Case(M, [2, 1], -100), L, Case(L, [2, 1], [0.5, 0.5])),
    "one-hot to multi-class": (Case(L, [[2, 1]] * 2, [[1, 0], [0, 1]]), M, Case(M, [[2, 1]] * 2, [0, 1])),
    "k-hot to multi-class": (Case(L, [2, 1, 0.1], [1, 1, 0]), M, Case(M, [2, 1, 0.1], [0.5, 0.5, 0])),
    "nothing to multi-class": (Case(L, [2, 1], [0, 0]), M, Case(M, [2, 1], [0.5, 0.5])),
    "half a label to multi-class": (Case(L, [2, 1], [0.5, 0]), M, Case(M, [2, 1], [1.0, 0.0])),
    "two classes to binary": (Case(M, [0.5, 2], 1, ["ham", "spam"]), B, Case(B, 1.5, 1, ["ham", "spam"])),
    "two classes without names": (Case(M, [0.5, 2], 0), B, Case(B, 1.5, 0)),
    "two soft classes to binary": (Case(M, [0.5, 2], [0.25, 0.75]), B, Case(B, 1.5, 0.75)),
    "two classes, a row ignored": (Case(M, [[0.5, 2]] * 2, [1, -100]), B, Case(B, [1.5, 1.5], [1, 0.5])),
    "two infinite classes": (Case(M, [INF, INF], 0), B, Case(B, NAN, 0)),
    "three classes to the first against the rest": (CAT, B, Case(B, 2, 1, ["not cat", "cat"])),
    "three classes, another label": (changed(CAT, targets=1), B, Case(B, 2, 0, ["not cat", "cat"])),
    "a name too long for a not": (
        Case(M, [2, 1, 0], 0, ["c" * 57, "d", "e"]), B, Case(B, 2, 1, ["other", "c" * 57]),
    ),
    "labels to the first against the rest": (
        Case(L, [2, 1], [0.5, 1], ["cat", "dog"]), B, Case(B, 2, 0.5, ["not cat", "cat"]),
    ),
    "binary to multi-class": (
        Case(B, [1.5, -2], [1, 0], ["ham", "spam"]), M, Case(M, [[0, 1.5], [0, -2]], [1, 0], ["ham", "spam"]),
    ),
    "binary without names": (Case(B, 1.5, 1), M, Case(M, [0, 1.5], 1)),
    "soft binary to multi-class": (Case(B, 1.5, 0.25), M, Case(M, [0, 1.5], [0.75, 0.25])),
    "binary to multi-label": (Case(B, 1.5, 1), L, Case(L, [0, 1.5], [0, 1])),
    "the same": (CAT, M, CAT),
    "options stay, weights go": (
        changed(SPAM, **OPTIONS), M, Case(M, [[0, 1.5], [0, -2]], [1, 0], ["ham", "spam"], **OPTIONS),
    ),
    "options stay, weights go: multi-label": (
        changed(TAGS, **OPTIONS), M,
        Case(M, TAGS.logits, [[0.5, 0.5, 0], [0, 1 / 3, 2 / 3]], **OPTIONS),
    ),
    "options stay, ignore_index goes": (
        Case(M, [2, 1], 0, ignore_index=5, **OPTIONS), L, Case(L, [2, 1], [1, 0], **OPTIONS),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("case", "setup", "expected"), SETUPS.values(), ids=SETUPS)
def test_with_setup(case: Case, setup: str, expected: Case) -> None:
    translated = edits.with_setup(case, Setup(setup))
    np.testing.assert_allclose(translated.targets, expected.targets, rtol=1e-15)
    assert changed(translated, targets=expected.targets) == expected


THERE_AND_BACK = {
    "a label": (Case(M, [2, 1, 0.1], 1, ["cat", "dog", "fox"]), L),
    "a soft target": (Case(M, [2, 1, 0.1], [0.5, 0.25, 0.25]), L),
    "labels of a batch": (Case(M, [[2, 1], [0, 1]], [0, 1]), L),
    "one-hot labels": (Case(L, [[2, 1, 0.1], [0, 0, 1]], [[1, 0, 0], [0, 0, 1]]), M),
    "binary": (Case(B, [1.5, -2], [1, 0], ["ham", "spam"]), M),
    "soft binary": (Case(B, [1.5, -2], [0.25, 1]), M),
    "two classes, the first at 0": (Case(M, [0, 1.5], 1), B),
}


@pytest.mark.parametrize(("case", "setup"), THERE_AND_BACK.values(), ids=THERE_AND_BACK)
def test_there_and_back(case: Case, setup: str) -> None:
    assert edits.with_setup(edits.with_setup(case, Setup(setup)), case.setup) == case


@pytest.mark.parametrize("targets", [[1, 0, 1], [0.25, 1, 0.5]])
def test_two_classes_and_binary_are_one_loss(targets: list[float]) -> None:
    binary = Case(B, [2.0, -1.0, 0.5], targets, label_smoothing=0.1, temperature=2.0)
    two = edits.with_setup(binary, Setup.MULTICLASS)
    assert evaluate(two).loss == pytest.approx(evaluate(binary).loss, rel=1e-14)
    shifted = changed(two, logits=two.logits + 3.0)
    assert evaluate(edits.with_setup(shifted, Setup.BINARY)).loss == pytest.approx(evaluate(binary).loss, rel=1e-14)


# ------------------------------------------------------------------------------------------------------- refused

REFUSED: dict[str, tuple[Case, Callable[[Case], Case], str]] = {
    "row: none such": (CAT, lambda case: edits.with_row(case, 1, [1, 2, 3], 0, case.names), "logits"),
    "row: negative": (CAT, lambda case: edits.with_row(case, -1, [1, 2, 3], 0, case.names), "logits"),
    "row: too few logits": (CAT, lambda case: edits.with_row(case, 0, [1, 2], 0, case.names), "logits"),
    "row: one logit for all": (CAT, lambda case: edits.with_row(case, 0, [1], 0, case.names), "logits"),
    "row: no logit": (SPAM, lambda case: edits.with_row(case, 0, [], 0, case.names), "logits"),
    "row: two logits for binary": (SPAM, lambda case: edits.with_row(case, 0, [1, 2], 0, case.names), "logits"),
    "row: too few targets": (CAT, lambda case: edits.with_row(case, 0, [1, 2, 3], [0.5, 0.5], case.names), "targets"),
    "row: one target for all labels": (TAGS, lambda case: edits.with_row(case, 0, [1, 2, 3], 1, case.names), "targets"),
    "row: targets sum to 2": (CAT, lambda case: edits.with_row(case, 0, [1, 2, 3], [1, 1, 0], case.names), "targets"),
    "row: a negative target": (
        CAT, lambda case: edits.with_row(case, 0, [1, 2, 3], [1.5, -0.5, 0], case.names), "targets",
    ),
    "row: a label of 3": (CAT, lambda case: edits.with_row(case, 0, [1, 2, 3], 3, case.names), "targets"),
    "row: a label of 1.5": (CAT, lambda case: edits.with_row(case, 0, [1, 2, 3], 1.5, case.names), "targets"),
    "row: a label of nan": (CAT, lambda case: edits.with_row(case, 0, [1, 2, 3], NAN, case.names), "targets"),
    "row: a label of 3 among distributions": (
        SOFT, lambda case: edits.with_row(case, 0, [1, 2, 3], 3, case.names), "targets",
    ),
    "row: a label of nan among distributions": (
        SOFT, lambda case: edits.with_row(case, 0, [1, 2, 3], NAN, case.names), "targets",
    ),
    "row: a binary target of 2": (SPAM, lambda case: edits.with_row(case, 0, [1], 2, case.names), "targets"),
    "row: a name twice": (CAT, lambda case: edits.with_row(case, 0, [1, 2, 3], 0, ["a", "a", "b"]), "names"),
    "row: an empty name": (CAT, lambda case: edits.with_row(case, 0, [1, 2, 3], 0, ["a", " ", "b"]), "names"),
    "row: a long name": (CAT, lambda case: edits.with_row(case, 0, [1, 2, 3], 0, ["a", "b" * 500, "c"]), "names"),
    "row: too few names": (CAT, lambda case: edits.with_row(case, 0, [1, 2, 3], 0, ["a", "b"]), "names"),
    "add: binary": (SPAM, edits.with_class_added, "logits"),
    "add: a twenty-first class": (Case(M, [0.0] * 20, 0), edits.with_class_added, "logits"),
    "remove: from two classes": (Case(M, [1, 2], 0), lambda case: edits.without_class(case, 0), "logits"),
    "remove: from binary": (SPAM, lambda case: edits.without_class(case, 0), "logits"),
    "remove: from one label": (Case(L, [1], [0]), lambda case: edits.without_class(case, 0), "logits"),
    "remove: none such": (CAT, lambda case: edits.without_class(case, 3), "logits"),
    "remove: negative": (CAT, lambda case: edits.without_class(case, -1), "logits"),
    "add an example: none such": (CAT, lambda case: edits.with_example_added(case, 1), "logits"),
    "remove an example: none such": (BATCH, lambda case: edits.without_example(case, 3), "logits"),
    "remove an example: the last": (CAT, lambda case: edits.without_example(case, 0), "logits"),
}  # fmt: skip


@pytest.mark.parametrize(("case", "edit", "part"), REFUSED.values(), ids=REFUSED)
def test_refused(case: Case, edit: Callable[[Case], Case], part: str) -> None:
    before = share.to_query(case)
    with pytest.raises(InvalidCase) as caught:
        edit(case)
    assert caught.value.part == part
    assert str(caught.value).endswith(".")
    assert share.to_query(case) == before


def test_a_label_is_told_with_all_its_digits() -> None:
    with pytest.raises(InvalidCase, match=r"label 1\.0000001 is out of range"):
        edits.with_row(SOFT, 0, [2, 1, 0.1], 1.0000001, SOFT.names)


# ---------------------------------------------------------------------------------------------------- properties


@settings(max_examples=150)
@given(cases(), st.data())
def test_any_edit_of_any_case(case: Case, data: st.DataObject) -> None:
    """Gives a case or a sentence, never a warning, and leaves the case that it got."""
    row, index = data.draw(st.integers(0, case.examples - 1)), data.draw(st.integers(0, case.classes - 1))
    query, hashed = share.to_query(case), hash(case)
    options = [
        edits.with_class_added,
        edits.with_distributions,
        edits.with_indices,
        lambda case: edits.without_class(case, index),
        lambda case: edits.with_example_added(case, row),
        lambda case: edits.without_example(case, row),
        lambda case: edits.without_example(edits.with_example_added(case, row), row),
        *(lambda case, setup=setup: edits.with_setup(case, setup) for setup in Setup),
    ]
    edit = data.draw(st.sampled_from(options))
    try:
        edited = edit(case)
    except InvalidCase:
        edited = case
    assert (share.to_query(case), hash(case)) == (query, hashed)
    assert share.from_query(share.to_query(edited)) == (edited, [])
    evaluate(edited)


@settings(max_examples=60)
@given(cases(), st.data())
def test_edits_that_undo_each_other(case: Case, data: st.DataObject) -> None:
    row = data.draw(st.integers(0, case.examples - 1))
    target = case.targets[row]
    same = edits.with_row(case, row, np.atleast_1d(case.logits[row]), target, case.names)
    assert same == case
    assert edits.without_example(edits.with_example_added(case, row), row + 1) == case
    if case.setup is not Setup.BINARY and case.classes > 1 and not 0 <= case.ignore_index <= case.classes:
        back = edits.without_class(edits.with_class_added(case), case.classes)
        np.testing.assert_allclose(back.targets, case.targets, rtol=1e-15)
        assert changed(back, targets=case.targets) == case
