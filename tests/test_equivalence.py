"""Five names, one number: they agree where they should, and say why where they do not."""

import dataclasses
import itertools
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
OVER_LN_2 = " / ln\N{NO-BREAK SPACE}2"


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


ALL_CAUSES = {
    Case("multiclass", X, [-100] * 4): {
        "SparseCategoricalCrossentropy(from_logits=True)": "Keras gives 0 where nothing is left"
    },
    Case("multiclass", X, [-100] * 4, weight=[1, 2, 0.5]): {
        "SparseCategoricalCrossentropy(from_logits=True)": "Keras gives 0 where nothing is left"
    },
    Case("multiclass", X, Y, weight=[1, 2, 0.5], label_smoothing=0.1): {
        "−log p[y]": "it has no class weights; it has no label smoothing",
        "NLLLoss(log_softmax(z), y)": "it has no label smoothing",
    },
    Case("multiclass", [[2, 1, -math.inf]], [0], weight=[1, 1, 1]): {
        "SparseCategoricalCrossentropy(from_logits=True)": "0 · ∞ is nan in Keras on JAX"
    },
    Case("multiclass", [[math.inf, 1]], [1]): {
        "softmax_cross_entropy_with_integer_labels(z, y).mean()": "a softmax over +∞ is nan, but Optax takes ∞ less "
        "the logit of the label"
    },
    Case("binary", [math.inf], [0]): {
        "CrossEntropyLoss([0, z], y)": "a softmax over +∞ is nan, a sigmoid of it is not"
    },
    Case("binary", [-math.inf], [0]): {
        "−[y log p + (1−y) log(1−p)]": "0 · ∞ is nan, where what never happens should cost nothing"
    },
    Case("binary", [50, 0], [0, 1], weight=[2, 2]): {
        "log_loss(y, sigmoid(z))": "it divides by the sum of the weights; it clips each p to [2.2e−16, 1 − 2.2e−16]"
    },
    Case("binary", [50, 0], [0, 1], weight=[2, 2], reduction="sum"): {
        "log_loss(y, sigmoid(z))": "it clips each p to [2.2e−16, 1 − 2.2e−16]"
    },
    Case("multilabel", [[-math.inf, 1]], [[0, 1]]): {"MultiLabelSoftMarginLoss(z, y)": "0 · ∞ is nan in PyTorch"},
}


@pytest.mark.parametrize(("case", "notes"), ALL_CAUSES.items(), ids=range(len(ALL_CAUSES)))
def test_all_causes_are_told_and_no_other(case, notes):
    assert {call: names_of(case)[call].note for call in notes} == notes


@pytest.mark.parametrize(
    "case",
    [
        Case("multiclass", [1e10, 1e10, -math.inf], 0, temperature=1e-300),
        Case("multiclass", [1e10, 1e10], [0.5, 0.5], temperature=1e-300),
        Case("binary", [1e10, math.inf], [1, 1], temperature=1e-300),
    ],
)
def test_what_the_temperature_takes_out_of_the_range_is_no_fault_of_a_name(case):
    names = equivalence(evaluate(case), 0)
    notes = {name.note for name in names if name.value is not None and math.isnan(name.value)}
    assert notes == {"a step on its way leaves the range or the digits of float64"}


def test_a_temperature_that_keeps_far_logits_in_the_range_needs_no_excuse():
    names = names_of(Case("multiclass", [1e308, -1e308], 1, temperature=10.0))
    assert names["CrossEntropyLoss(z, y)"].value == pytest.approx(2e307, rel=1e-15)
    excused = {name.note for name in names.values() if not name.agrees}
    assert excused == {"exp overflows or rounds: why log-softmax exists"} | {
        note for note in BLAMED if note.startswith(("it clips", "probabilities round"))
    }


# What can be done to a plain case, and which of it each note blames.
def _set(array, place, value):
    changed = np.array(array, dtype=float)
    changed[place] = value
    return changed


DONE = {
    "weights": lambda f: f | {"weight": [1, 2, 0.5] if np.ndim(f["logits"]) > 1 else [1, 2, 0.5, 3]},
    "pos_weight": lambda f: f | {"pos_weight": 3},
    "smoothing": lambda f: f | {"label_smoothing": 0.1},
    "an ignored row": lambda f: f | {"targets": _set(f["targets"], 1, -100)},
    "only ignored rows": lambda f: f | {"targets": [-100] * 4},
    "sum": lambda f: f | {"reduction": "sum"},
    "none": lambda f: f | {"reduction": "none"},
    "a mask": lambda f: f | {"logits": _set(f["logits"], (0, 2) if np.ndim(f["logits"]) > 1 else 0, -math.inf)},
    "a far logit": lambda f: f | {"logits": _set(f["logits"], (0, 1) if np.ndim(f["logits"]) > 1 else 1, 800.0)},
}
PLAIN = {
    "multiclass": {"logits": X, "targets": Y},
    "binary": {"logits": [-2, 1, 0.5, 0], "targets": [0, 0, 1, 1]},
    "multilabel": {"logits": X, "targets": np.eye(3)[Y]},
}
ONLY = {
    "multiclass": set(DONE) - {"pos_weight"},
    "binary": set(DONE) - {"an ignored row", "only ignored rows"},
    "multilabel": set(DONE) - {"an ignored row", "only ignored rows"},
}
BLAMED = {
    "it has no class weights": {"weights"},
    "it has no weights": {"weights"},
    "it divides by the number of examples, not by the weights of the labels": {"weights"},
    "it divides by the sum of the weights": {"weights"},
    "it has no pos_weight": {"pos_weight"},
    "it has no label smoothing": {"smoothing"},
    "it counts ignored rows in the mean": {"an ignored row", "only ignored rows"},
    "Keras gives 0 where nothing is left": {"only ignored rows", "weights", "a mask"},
    "it averages over the labels before it sums": {"sum", "none"},
    "0 · ∞ is nan in PyTorch: here what never happens costs nothing": {"a mask"},
    "0 · ∞ is nan in PyTorch": {"a mask"},
    "PyTorch gives nan at an infinite logit": {"a mask"},
    "0 · ∞ is nan in Keras on JAX": {"a mask"},
    "0 · ∞ is nan in Keras": {"a mask"},
    "0 · ∞ is nan in Optax": {"a mask"},
    "one-hot against −∞ is nan in Optax": {"a mask"},
    "0 · ∞ is nan, where what never happens should cost nothing": {"a mask"},
    "it clips each p to [2.2e−16, 1 − 2.2e−16]": {"a far logit", "a mask"},
    "the sigmoid rounds to 0 or 1, and each log is clamped at −100": {"a far logit", "a mask"},
    "exp overflows or rounds: why log-softmax exists": {"a far logit"},
    "p or 1 − p rounds: why the loss starts from the logit": {"a far logit"},
    "it is not stabilised: exp overflows": {"a far logit"},
    "probabilities round, and their product underflows: sum logarithms instead": {"a far logit"},
}


def _done(setup, what):
    fields = PLAIN[setup]
    for name, do in DONE.items():  # in one order
        fields = do(fields) if name in what else fields
    return equivalence(evaluate(Case(setup, **fields)), 0)


@pytest.mark.slow
@pytest.mark.parametrize("setup", PLAIN)
def test_a_name_agrees_without_what_its_note_blames_and_not_before(setup):
    told = 0
    for what in itertools.chain.from_iterable(itertools.combinations(ONLY[setup], count) for count in (1, 2, 3)):
        if {"sum", "none"} <= set(what) or {"an ignored row", "only ignored rows"} <= set(what):
            continue
        for place, name in enumerate(_done(setup, what)):
            if name.agrees or name.value is None:
                continue
            notes = name.note.split("; ")
            blamed = [BLAMED[note] & set(what) for note in notes]
            assert all(blamed), (what, name)
            assert _done(setup, set(what).difference(*blamed))[place].agrees, (what, name)
            for left in blamed:
                others = (each for each in blamed if each is not left)
                assert not _done(setup, set(what).difference(*others))[place].agrees, (what, name)
            told += 1
    assert told > 100


@pytest.mark.parametrize(
    ("case", "calls"),
    [
        (Case("multiclass", [2, 1, 0.1], 0, unit="bits"), ["CrossEntropyLoss(z, y)" + OVER_LN_2, "−log₂ p[class 0]"]),
        (Case("multiclass", [2, 1, 0.1], 0), ["CrossEntropyLoss(z, y)", "−log p[class 0]"]),
        (
            Case("binary", [2, 1], [0, 1], unit="bits"),
            ["BCEWithLogitsLoss(z, y)" + OVER_LN_2, "−[y log₂ p + (1−y) log₂(1−p)]", "−log₂-likelihood / N"],
        ),
    ],
)
def test_a_call_gives_its_number_in_the_unit(case, calls):
    assert set(calls) <= set(names_of(case))
    in_nats = names_of(dataclasses.replace(case, unit="nats"))
    for call, name in names_of(case).items():
        assert (name.source in set(Library)) >= call.endswith(OVER_LN_2)
        if name.source in set(Library):  # what the library gives is in nats
            nats = in_nats[call.removesuffix(OVER_LN_2)].value
            assert name.value == pytest.approx(nats / (math.log(2) if call.endswith(OVER_LN_2) else 1), rel=1e-15)


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


@pytest.mark.parametrize(
    "case",
    [
        Case("multiclass", X, Y, weight=[1, 2, 0.5], label_smoothing=0.1),
        Case("binary", [2, -1, 0.5], [1, 0, 1], weight=[1, 2, 3], pos_weight=3),
        Case("multilabel", X, np.eye(3)[Y], weight=[1, 2, 0.5], pos_weight=3, reduction="none"),
    ],
    ids=["multiclass", "binary", "multilabel"],
)
def test_what_several_names_lack_is_tried_once(case, monkeypatch):
    tried = []
    monkeypatch.setattr("explorer.equivalence.evaluate", lambda case: tried.append(case) or evaluate(case))
    lacking = [name for name in equivalence(evaluate(case), 0) if name.value is not None and not name.agrees]
    assert len(lacking) > 3
    assert tried
    assert len(tried) == len(set(tried))


def test_where_every_name_agrees_nothing_is_tried(monkeypatch):
    monkeypatch.setattr("explorer.equivalence.evaluate", lambda _: pytest.fail("a case was evaluated"))
    assert all(name.agrees for name in equivalence(evaluate(Case("multiclass", X, Y)), 0))
