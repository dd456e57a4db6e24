"""Five names, one number: they agree where they should, and say why where they do not."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from test_share import cases

from explorer import Case, evaluate
from explorer.equivalence import equivalence
from explorer.presets import PRESETS

X = [[2, 1, 0.1], [0.5, 2.5, -1], [1, -1, 3], [0, 0, 0]]
Y = [0, 1, 1, 2]


def names_of(case, row=0):
    return {name.call: name for name in equivalence(evaluate(case), row)}


@pytest.mark.parametrize(
    "case",
    [
        Case("multiclass", [2, 1, 0.1], 0),
        Case("multiclass", X, Y),
        Case("multiclass", X, Y, reduction="sum"),
        Case("multiclass", X, Y, unit="bits", temperature=2),
        Case("multiclass", X, [0, 1, -100, 2]),
        Case("binary", [2, -1, 0.5], [1, 0, 1]),
        Case("binary", [2, -1, 0.5], [1, 0, 1], reduction="sum"),
        Case("multilabel", X, np.eye(3)[Y]),
    ],
)
def test_every_name_gives_the_one_number(case):
    own = float(evaluate(case).loss)
    for name in equivalence(evaluate(case), 0):
        assert name.agrees, name
        assert name.value == pytest.approx(own, rel=1e-12)
        assert name.note == ""


@pytest.mark.parametrize("row", range(4))
def test_without_reduction_each_name_gives_the_open_example(row):
    case = Case("multiclass", X, Y, reduction="none")
    own = evaluate(case).per_example[row]
    values = [name.value for name in equivalence(evaluate(case), row) if name.value is not None]
    assert values == pytest.approx([own] * len(values), rel=1e-12)
    assert len(values) >= 6


@pytest.mark.parametrize(
    ("case", "call", "value", "why"),
    [
        (Case("multiclass", X, np.eye(3)[Y]), "NLLLoss(log_softmax(z), y)", None, "not distributions"),
        (Case("multiclass", X, np.eye(3)[Y]), "−log p[y]", None, "no single y"),
        (Case("multiclass", [2, 1, -math.inf], [1.0, 0, 0]), "CrossEntropyLoss(z, y)", math.nan, "nan in PyTorch"),
        (Case("multiclass", [1000, 998, 0], 1), "−log p[class 1]", math.nan, "exp overflows"),
        (Case("multiclass", [2, 1, -math.inf], 2), "log_loss(y, softmax(z))", 36.0436533891, "clips"),
        (Case("multiclass", X, Y, weight=[1, 2, 0.5]), "H(q) + KL(q‖p)", 1.4529380351, "no class weights"),
        (
            Case("multiclass", X, Y, weight=[1, 2, 0.5]),
            "SparseCategoricalCrossentropy(from_logits=True)",
            2.3896389580,
            "divides by the number of examples",
        ),
        (
            Case("multiclass", X, Y, label_smoothing=0.1),
            "NLLLoss(log_softmax(z), y)",
            1.4529380351,
            "no label smoothing",
        ),
        (Case("binary", [-1000.0], [1.0]), "BCELoss(sigmoid(z), y)", 100.0, "clamped at −100"),
        (Case("binary", [2.0], [0.5]), "SoftMarginLoss(z, 2y − 1)", None, "hard labels"),
        (
            Case("binary", [2, -1, 0.5], [1, 0, 1], pos_weight=3),
            "CrossEntropyLoss([0, z], y)",
            0.3047555610,
            "pos_weight",
        ),
        (
            Case("multilabel", X, np.eye(3)[Y], reduction="sum"),
            "MultiLabelSoftMarginLoss(z, y)",
            None,
            "averages over the labels",
        ),
    ],
)
def test_where_a_name_differs_it_says_why(case, call, value, why):
    name = names_of(case)[call]
    assert not name.agrees
    assert why in name.note
    if value is not None:
        assert name.value == pytest.approx(value, rel=1e-9, nan_ok=True)


def test_each_name_has_its_own_path():
    """A wrong answer in one of the paths does not show in the others: their functions are different objects."""
    names = equivalence(evaluate(Case("multiclass", X, Y)), 0)
    assert len({name.call for name in names}) == len(names) >= 8
    assert {name.source for name in names} >= {"PyTorch", "Keras", "Optax", "scikit-learn", "statistics", "definition"}


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.title)
def test_every_preset_has_names_and_reasons(preset):
    case = preset.case
    for row in range(case.examples):
        for reduction in ("mean", "sum", "none"):
            for name in equivalence(evaluate(dataclasses.replace(case, reduction=reduction)), row):
                assert name.agrees or name.note
                assert name.value is not None or not name.agrees


@settings(max_examples=300)
@given(cases())
@example(Case("multiclass", [[1e308, 0.0]], [0], temperature=1e-10))
@example(Case("binary", [0.0], [0.0], label_smoothing=2.6e-118))
def test_every_case_has_names_and_reasons(case):
    for name in equivalence(evaluate(case), case.examples - 1):
        assert name.agrees or name.note
        assert name.value is not None or not name.agrees
