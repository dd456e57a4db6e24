"""Five names, one number: they agree where they should, and say why where they do not."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from strategies import cases

from explorer import Case, evaluate
from explorer.dialects import keras, optax, pytorch, sklearn
from explorer.dialects.catalogue import Library
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


# What computes each name of a library, by set-up and targets; the other names are computed from their definitions.
HARD, SMOOTHED = Case("multiclass", X, Y), Case("multiclass", X, Y, label_smoothing=0.1)
BINARY, MULTILABEL = Case("binary", [2, -1, 0.5], [1, 0, 1]), Case("multilabel", X, np.eye(3)[Y])
PATHS = [
    (HARD, pytorch, "cross_entropy", "CrossEntropyLoss(z, y)"),
    (HARD, pytorch, "nll_loss", "NLLLoss(log_softmax(z), y)"),
    (HARD, sklearn, "log_loss", "log_loss(y, softmax(z))"),
    (HARD, keras, "sparse_categorical_crossentropy", "SparseCategoricalCrossentropy(from_logits=True)"),
    (
        HARD,
        optax,
        "softmax_cross_entropy_with_integer_labels",
        "softmax_cross_entropy_with_integer_labels(z, y).mean()",
    ),
    (SMOOTHED, keras, "categorical_crossentropy", "CategoricalCrossentropy(from_logits=True)"),
    (SMOOTHED, optax, "softmax_cross_entropy", "softmax_cross_entropy(z, q).mean()"),
    (BINARY, pytorch, "binary_cross_entropy_with_logits", "BCEWithLogitsLoss(z, y)"),
    (BINARY, pytorch, "binary_cross_entropy", "BCELoss(sigmoid(z), y)"),
    (BINARY, pytorch, "cross_entropy", "CrossEntropyLoss([0, z], y)"),
    (BINARY, pytorch, "soft_margin_loss", "SoftMarginLoss(z, 2y − 1)"),
    (BINARY, sklearn, "log_loss", "log_loss(y, sigmoid(z))"),
    (BINARY, keras, "binary_crossentropy", "BinaryCrossentropy(from_logits=True)"),
    (BINARY, optax, "sigmoid_binary_cross_entropy", "sigmoid_binary_cross_entropy(z, y).mean()"),
    (MULTILABEL, pytorch, "binary_cross_entropy_with_logits", "BCEWithLogitsLoss(z, y)"),
    (MULTILABEL, pytorch, "binary_cross_entropy", "BCELoss(sigmoid(z), y)"),
    (MULTILABEL, pytorch, "multilabel_soft_margin_loss", "MultiLabelSoftMarginLoss(z, y)"),
    (MULTILABEL, keras, "binary_crossentropy", "BinaryCrossentropy(from_logits=True)"),
    (MULTILABEL, optax, "sigmoid_binary_cross_entropy", "sigmoid_binary_cross_entropy(z, y).mean()"),
]


@pytest.mark.parametrize(
    ("case", "library", "function", "call"), PATHS, ids=[f"{path[0].setup}, {path[2]}" for path in PATHS]
)
def test_a_wrong_answer_in_one_path_does_not_show_in_the_others(case, library, function, call, monkeypatch):
    before = names_of(case)
    wrong = np.full(case.logits.shape if call.startswith("sigmoid") else len(case.logits), 1e9)  # Optax reduces nothing
    monkeypatch.setattr(library, function, lambda *_, **__: wrong if library is optax else 1e9)
    after = names_of(case)
    assert {name for name in before if after[name] != before[name]} == {call}
    assert after[call].value == pytest.approx(1e9)
    assert not after[call].agrees


@pytest.mark.parametrize("case", [HARD, SMOOTHED, BINARY, MULTILABEL], ids=["hard", "smoothed", "binary", "multilabel"])
def test_every_name_of_a_library_has_such_a_path(case):
    names = equivalence(evaluate(case), 0)
    assert len({name.call for name in names}) == len(names)
    assert {name.call for name in names if name.source in set(Library)} <= {call for *_, call in PATHS}
    assert {name.source for name in names} >= {"PyTorch", "Keras", "Optax", "information theory", "definition"}


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
