"""What every function makes of a case: the values are those of the code, and the verdicts are true."""

import dataclasses
import functools
import itertools
import math
import re
import warnings
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import cases

from explorer import Case, Setup, evaluate, numerics
from explorer.dialects import keras, optax, pytorch, sklearn
from explorer.dialects.catalogue import BY_ID, FUNCTIONS, Family, Feed, Library, Target
from explorer.feeding import Cell, Row, Verdict, equivalents, matrix, recommend
from explorer.presets import PRESETS

INF = math.inf
X = [[2, 1, 0.1], [0.5, 2.5, -1], [1, -1, 3], [0, 0, 0]]
Y = [0, 1, 1, 2]
SOFT = [[0.7, 0.2, 0.1], [0, 1, 0], [0.5, 0.5, 0], [1, 0, 0]]
K_HOT = [[1, 0, 1], [0, 0, 1], [1, 1, 1], [0, 0, 0]]
W = [1, 2, 0.5]
Z = [2, -1, 0.5]

CASES = {
    "demo": Case("multiclass", X, Y),
    "sum in bits": Case("multiclass", X, Y, reduction="sum", unit="bits"),
    "none": Case("multiclass", X, [0, 1, -100, 2], reduction="none"),
    "weights": Case("multiclass", X, Y, weight=W),
    "weights and smoothing": Case("multiclass", X, Y, weight=W, label_smoothing=0.1),
    "smoothing": Case("multiclass", X, Y, label_smoothing=0.1),
    "ignored": Case("multiclass", X, [0, 1, -100, 2]),
    "a class ignored": Case("multiclass", X, Y, ignore_index=1, weight=W),
    "far ignore_index": Case("multiclass", X, [0, 1, 255, 2], ignore_index=255, weight=W, reduction="sum"),
    "all ignored": Case("multiclass", X, [-100] * 4),
    "no weight at all": Case("multiclass", X, Y, weight=[0, 0, 0]),
    "soft": Case("multiclass", X, SOFT, temperature=3),
    "soft weights": Case("multiclass", X, SOFT, weight=W, label_smoothing=0.1),
    "one-hot": Case("multiclass", X, np.eye(3)[Y]),
    "one-hot weights": Case("multiclass", X, np.eye(3)[Y], weight=W),
    "two classes": Case("multiclass", [[2, 1], [0, -1], [3, 4]], [0, 1, 0]),
    "one class": Case("multiclass", [[2], [1]], [0, 0]),
    "one row": Case("multiclass", [2, 1, 0.1], 2, reduction="none"),
    "a mask": Case("multiclass", [2, 1, -INF], 0),
    "a masked label": Case("multiclass", [2, 1, -INF], 2),
    "infinite": Case("multiclass", [2, INF, 1], 1),
    "nan": Case("multiclass", [2, math.nan, 1], 1),
    "tiny temperature": Case("multiclass", [20, 10, 1], 1, temperature=1e-307),
    "binary": Case("binary", Z, [1, 0, 1]),
    "binary in bits": Case("binary", Z, [1, 0, 1], unit="bits", temperature=2),
    "binary sum": Case("binary", Z, [1, 0, 1], weight=[1, 2, 3], reduction="sum"),
    "binary none": Case("binary", Z, [1, 0, 1], weight=[1, 2, 3], reduction="none"),
    "binary weights": Case("binary", Z, [1, 0, 1], weight=[1, 2, 3], pos_weight=3),
    "binary smoothing": Case("binary", Z, [1, 0, 1], label_smoothing=0.2),
    "binary soft": Case("binary", Z, [1, 0, 0.3]),
    "binary yes": Case("binary", [2.0], [1.0]),
    "binary saturated": Case("binary", [1000, -1000, INF], [0, 1, 1]),
    "multilabel": Case("multilabel", X, K_HOT),
    "multilabel sum": Case("multilabel", X, K_HOT, reduction="sum"),
    "multilabel none": Case("multilabel", X, K_HOT, reduction="none", weight=W, pos_weight=[1, 2, 3]),
    "multilabel smoothing": Case("multilabel", X, K_HOT, label_smoothing=0.1, weight=W),
    "multilabel soft": Case("multilabel", X, np.array(K_HOT) * 0.9),
    "one label": Case("multilabel", [[2], [1]], [[0], [1]]),
} | {preset.title: preset.case for preset in PRESETS}

each_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def own_loss(case: Case, row: int) -> float:
    breakdown = evaluate(case)
    return float(breakdown.per_example[row] if case.reduction == "none" else np.asarray(breakdown.loss))


def cells(case: Case, row: int = 0) -> dict[tuple[str, Feed], Cell]:
    return {(line.function.id, cell.feed): cell for line in matrix(case, row) for cell in line.cells}


def rows_of(case: Case) -> range:
    return range(case.examples if case.reduction == "none" else 1)


# ------------------------------------------------------------------------------------ the code gives the values


class Tensor(np.ndarray):
    """As much of a torch tensor as the code on the page uses."""

    def softmax(self, dim: int) -> Any:
        return tensor(numerics.softmax(self, dim))

    def log_softmax(self, dim: int) -> Any:
        return tensor(numerics.log_softmax(self, dim))

    def sigmoid(self) -> Any:
        return tensor(numerics.sigmoid(self))

    def float(self) -> Any:
        return self.astype(np.float64)

    def to(self, other: Any) -> Any:
        return self.astype(other.dtype)

    def long(self) -> Any:
        return self.astype(np.int64)

    def argmax(self, dim: int) -> Any:
        return np.asarray(self).argmax(dim)

    def sum(self, dim: int | None = None) -> Any:
        return tensor(np.asarray(self).sum(dim))

    def sort(self, dim: int, *, descending: bool) -> Any:
        assert descending
        return SimpleNamespace(values=tensor(-np.sort(-np.asarray(self), dim)))


def tensor(values: Any) -> Tensor:
    return np.asarray(values).view(Tensor)


def one_hot(indices: Any, classes: int) -> Any:
    assert (np.asarray(indices) >= 0).all()
    return np.eye(classes)[np.asarray(indices)]


def keras_class(name: str) -> Any:
    def options(**given: Any) -> Any:
        return lambda y_true, y_pred, sample_weight=None: getattr(keras, name)(
            y_true, y_pred, **given, sample_weight=sample_weight
        )

    return options


def logit(p: Any) -> Any:
    return np.log(p / (1.0 - p))


STACK = {"stack": np.stack, "zeros_like": np.zeros_like}
PYTORCH = {
    "F": SimpleNamespace(
        **{name: getattr(pytorch, name) for name in pytorch.__all__},
        one_hot=lambda y, classes: tensor(one_hot(y, classes).astype(np.int64)),
        pad=lambda y, widths, value: np.pad(y, ((0, 0), widths), constant_values=value),
    ),
    "torch": SimpleNamespace(
        stack=lambda tensors, dim: tensor(np.stack(tensors, dim)),
        zeros_like=np.zeros_like,
        where=lambda *arguments: tensor(np.where(*arguments)),
        arange=np.arange,
        log=np.log,
        logit=logit,
    ),
    "torchvision": SimpleNamespace(ops=pytorch),
    "nn": SimpleNamespace(
        **{
            function.as_class.removeprefix("nn."): functools.partial(getattr, pytorch, function.id.split(".")[1])
            for function in FUNCTIONS
            if function.as_class.startswith("nn.")
        }
    ),
}
KERAS = {
    "keras": SimpleNamespace(
        losses=SimpleNamespace(
            **{
                re.split(r"[.(]", function.as_class)[2]: keras_class(function.id.split(".")[1])
                for function in FUNCTIONS
                if function.library is Library.KERAS
            }
        ),
        ops=SimpleNamespace(
            **STACK,
            softmax=numerics.softmax,
            log_softmax=numerics.log_softmax,
            sigmoid=numerics.sigmoid,
            log=np.log,
            one_hot=one_hot,
            argmax=np.argmax,
            sum=np.sum,
            cast=lambda y, dtype: np.asarray(y).astype(dtype),
        ),
    )
}
SKLEARN = {
    "log_loss": sklearn.log_loss,
    "hinge_loss": sklearn.hinge_loss,
    "softmax": numerics.softmax,
    "log_softmax": numerics.log_softmax,
    "expit": numerics.sigmoid,
    "log_expit": numerics.log_sigmoid,
    "logit": logit,
    "np": np,
}
OPTAX = {
    "optax": optax,
    "jax": SimpleNamespace(
        nn=SimpleNamespace(
            softmax=numerics.softmax,
            log_softmax=numerics.log_softmax,
            sigmoid=numerics.sigmoid,
            one_hot=one_hot,
        ),
        scipy=SimpleNamespace(special=SimpleNamespace(logit=logit)),
    ),
    "jnp": SimpleNamespace(**STACK, log=np.log),
}
LIBRARIES = {Library.PYTORCH: PYTORCH, Library.KERAS: KERAS, Library.SKLEARN: SKLEARN, Library.OPTAX: OPTAX}


def run(code: str, library: Library, **names: Any) -> Any:
    """Run one line of the page's code on stand-ins of its library, whose losses are the dialect's."""
    kind = tensor if library is Library.PYTORCH else np.asarray
    arrays = {name: None if value is None else kind(value) for name, value in names.items()}
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Mean of empty slice")
        return eval(code, {"math": math, **LIBRARIES[library]}, arrays)


@each_case
def test_the_code_of_a_cell_gives_its_value(case: Case) -> None:
    ran = 0
    for row in rows_of(case):
        for line in matrix(case, row):
            for cell in line.cells:
                names = {"z": case.logits, "y": case.targets, "w": case.weight, "pw": case.pos_weight}
                if cell.value is None:
                    with pytest.raises((ValueError, RuntimeError, IndexError, TypeError, ZeroDivisionError)) as refusal:
                        run(cell.call, line.function.library, **names)
                    assert cell.phrase == str(refusal.value)
                else:
                    value = run(cell.call, line.function.library, **names)
                    assert float(value) == pytest.approx(cell.value, rel=1e-12, nan_ok=True), cell.call
                ran += 1
    assert ran == len(FUNCTIONS) * len(Feed) * len(rows_of(case))


# ---------------------------------------------------------------------------------------------- every verdict


def check(case: Case, row: int) -> None:
    """What must hold of every matrix."""
    loss = own_loss(case, row)
    lines = matrix(case, row)
    assert [line.function for line in lines] == list(FUNCTIONS)
    for line in lines:
        assert [cell.feed for cell in line.cells] == list(Feed)
        assert line.meant == (case.setup in line.function.setups)
        for cell in line.cells:
            check_cell(line, cell, loss)


def check_cell(line: Row, cell: Cell, loss: float) -> None:
    assert cell.phrase
    assert cell.call
    assert not re.search(r"[{}]", cell.phrase + cell.explanation)  # no place left unfilled
    assert re.match(r"[A-Za-z.]+", cell.explanation)
    assert cell.explanation.endswith((".", ")", "]", "w[y]", "log(2)")) or re.search(
        "write|usual way", cell.explanation
    )
    assert (cell.value is None) == (cell.verdict is Verdict.REFUSED)
    if cell.value is None:
        assert cell.phrase in cell.explanation
        return
    same = math.isnan(cell.value) and math.isnan(loss)
    assert cell.agrees == (same or math.isclose(cell.value, loss, rel_tol=1e-6))
    if not math.isfinite(cell.value) and not cell.agrees:
        assert re.search("nan|infinite|∞|overflows|a float|the weights, 0,", cell.phrase)
    if cell.verdict is Verdict.RIGHT:
        assert line.meant
        assert cell.agrees or cell.phrase != "the loss of this case"
    if cell.phrase == "the loss of this case":
        assert cell.verdict is Verdict.RIGHT
    if line.function.family in {Family.MARGIN, Family.DISTANCE, Family.FOCAL}:
        assert cell.verdict in {Verdict.OTHER, Verdict.WRONG}


@each_case
def test_every_cell_is_well_formed(case: Case) -> None:
    for row in rows_of(case):
        check(case, row)


@pytest.mark.parametrize("title", ["demo", "sum in bits", "binary", "multilabel", "two classes", "ignored"])
def test_in_every_library_something_is_right(title: str) -> None:
    right = {
        line.function.library
        for line in matrix(CASES[title])
        for cell in line.cells
        if cell.verdict is Verdict.RIGHT and cell.agrees
    }
    assert right == set(Library) - ({Library.SKLEARN} if title == "multilabel" else set())


# Which verdicts the functions get, fed logits, log-probabilities, probabilities and sigmoids: R(ight), S(ame), O(ther),
# W(rong), or "-" for refused.
VERDICTS = {
    "demo": {
        "pytorch.cross_entropy": "RSWW",
        "pytorch.nll_loss": "WRWW",
        "pytorch.binary_cross_entropy": "--WW",
        "pytorch.binary_cross_entropy_with_logits": "WWWW",
        "pytorch.multilabel_soft_margin_loss": "WWWW",
        "pytorch.multi_margin_loss": "OOWW",
        "pytorch.multilabel_margin_loss": "OOWW",
        "pytorch.soft_margin_loss": "WWWW",
        "pytorch.hinge_embedding_loss": "OWWW",
        "pytorch.kl_div": "WRWW",
        "pytorch.sigmoid_focal_loss": "OWWW",
        "keras.categorical_crossentropy": "WWRW",
        "keras.categorical_crossentropy.from_logits": "RSWW",
        "keras.sparse_categorical_crossentropy": "WWRW",
        "keras.sparse_categorical_crossentropy.from_logits": "RSWW",
        "keras.binary_crossentropy": "WWWW",
        "keras.binary_crossentropy.from_logits": "WWWW",
        "keras.hinge": "OWWW",
        "keras.squared_hinge": "OWWW",
        "sklearn.log_loss": "--RW",
        "sklearn.hinge_loss": "OOWW",
        "optax.softmax_cross_entropy": "RSWW",
        "optax.safe_softmax_cross_entropy": "RSWW",
        "optax.softmax_cross_entropy_with_integer_labels": "RSWW",
        "optax.sigmoid_binary_cross_entropy": "WWWW",
    },
    "two classes": {
        "pytorch.binary_cross_entropy": "--SW",
        "pytorch.binary_cross_entropy_with_logits": "WWWW",
        "keras.binary_crossentropy": "WWSW",
        "sklearn.hinge_loss": "----",
    },
    "soft": {
        "pytorch.cross_entropy": "RSWW",
        "pytorch.nll_loss": "----",
        "pytorch.multi_margin_loss": "----",
        "pytorch.kl_div": "WOWW",
        "keras.sparse_categorical_crossentropy": "----",
        "keras.categorical_crossentropy": "WWRW",
        "sklearn.log_loss": "----",
        "optax.softmax_cross_entropy": "RSWW",
        "optax.softmax_cross_entropy_with_integer_labels": "----",
    },
    "one-hot": {"pytorch.nll_loss": "WRWW", "pytorch.kl_div": "WRWW", "sklearn.log_loss": "--RW"},
    "smoothing": {
        "pytorch.cross_entropy": "RSWW",
        "pytorch.nll_loss": "WOWW",
        "pytorch.kl_div": "WOWW",
        "keras.categorical_crossentropy": "WWRW",
        "keras.sparse_categorical_crossentropy.from_logits": "OOWW",
        "sklearn.log_loss": "--OW",
        "optax.softmax_cross_entropy": "RSWW",  # of smoothed targets
    },
    "weights": {
        "pytorch.cross_entropy": "RSWW",
        "pytorch.nll_loss": "WRWW",
        "pytorch.kl_div": "WOWW",
        "keras.categorical_crossentropy.from_logits": "RSWW",  # divided by N, as the phrase says
        "sklearn.log_loss": "--RW",
        "optax.softmax_cross_entropy": "OOWW",
    },
    "weights and smoothing": {
        "pytorch.cross_entropy": "RSWW",
        "pytorch.nll_loss": "WOWW",
        "keras.categorical_crossentropy.from_logits": "OOWW",  # it weighs rows
        "optax.softmax_cross_entropy": "OOWW",
    },
    "all ignored": {
        "pytorch.cross_entropy": "RSWW",
        "keras.sparse_categorical_crossentropy": "WWRW",
        "sklearn.log_loss": "----",
    },
    "binary": {
        "pytorch.cross_entropy": "SSWW",
        "pytorch.nll_loss": "WSWW",
        "pytorch.binary_cross_entropy": "-WWR",
        "pytorch.binary_cross_entropy_with_logits": "RWWW",
        "pytorch.multilabel_soft_margin_loss": "SWWW",
        "pytorch.soft_margin_loss": "RWWW",
        "pytorch.hinge_embedding_loss": "OWWW",
        "pytorch.kl_div": "WSWW",
        "keras.categorical_crossentropy": "WWSS",
        "keras.binary_crossentropy": "WWWR",
        "keras.binary_crossentropy.from_logits": "RWWW",
        "keras.hinge": "OWWW",
        "sklearn.log_loss": "-WWR",
        "sklearn.hinge_loss": "OWWW",
        "optax.sigmoid_binary_cross_entropy": "RWWW",
    },
    "binary weights": {
        "pytorch.binary_cross_entropy_with_logits": "RWWW",
        "pytorch.binary_cross_entropy": "-WWO",  # no pos_weight
        "keras.binary_crossentropy.from_logits": "OWWW",
        "sklearn.log_loss": "-WWO",
    },
    "binary soft": {
        "pytorch.cross_entropy": "SSWW",
        "pytorch.nll_loss": "----",
        "pytorch.soft_margin_loss": "WWWW",
        "keras.sparse_categorical_crossentropy": "WWWW",  # cuts 0.3 to 0
        "sklearn.log_loss": "----",
    },
    "multilabel": {
        "pytorch.cross_entropy": "WWWW",
        "pytorch.nll_loss": "----",
        "pytorch.binary_cross_entropy": "--WR",
        "pytorch.binary_cross_entropy_with_logits": "RWWW",
        "pytorch.multilabel_soft_margin_loss": "RWWW",
        "pytorch.multilabel_margin_loss": "OOWW",
        "pytorch.soft_margin_loss": "RWWW",
        "keras.categorical_crossentropy": "WWWW",
        "keras.binary_crossentropy": "WWWR",
        "sklearn.log_loss": "--WW",
        "sklearn.hinge_loss": "----",
        "optax.sigmoid_binary_cross_entropy": "RWWW",
    },
    "A masked class": {
        "pytorch.cross_entropy": "RSWW",
        "keras.categorical_crossentropy.from_logits": "RSWW",  # nan, as the phrase says
        "optax.safe_softmax_cross_entropy": "RSWW",
        "sklearn.log_loss": "--RW",
    },
    "An impossible label": {"pytorch.cross_entropy": "RSWW", "keras.categorical_crossentropy": "WWRW"},
    "No idea: uniform": {"pytorch.cross_entropy": "RSWW"},  # the same number for softmax twice, but by chance
}
LETTER = {
    Verdict.RIGHT: "R",
    Verdict.SAME: "S",
    Verdict.OTHER: "O",
    Verdict.WRONG: "W",
    Verdict.REFUSED: "-",
}


@pytest.mark.parametrize("title", VERDICTS)
def test_verdicts(title: str) -> None:
    found = {line.function.id: "".join(LETTER[cell.verdict] for cell in line.cells) for line in matrix(CASES[title])}
    assert {id_: found[id_] for id_ in VERDICTS[title]} == VERDICTS[title]


@pytest.mark.parametrize(
    ("title", "id_", "feed", "value", "phrase"),
    [
        # the mistakes that people really make
        ("demo", "pytorch.cross_entropy", "softmax", 1.010286, "softmax twice: can never go below 0.5514"),
        ("demo", "pytorch.nll_loss", "softmax", -0.466547, "negative: minus a mean of probabilities"),
        ("demo", "pytorch.nll_loss", "logits", -0.875, "minus a mean of logits: falls without end"),
        ("demo", "pytorch.binary_cross_entropy", "softmax", 0.774546, "a softmax makes the 3 answers compete"),
        (
            "demo",
            "pytorch.binary_cross_entropy_with_logits",
            "logits",
            0.942114,
            "3 yes-or-no losses, averaged: not a softmax",
        ),
        ("demo", "pytorch.kl_div", "softmax", -0.466547, "negative: probabilities where their logarithms belong"),
        ("demo", "pytorch.multi_margin_loss", "logits", 0.833333, "another loss: a margin, not a likelihood"),
        ("demo", "sklearn.hinge_loss", "logits", 1.5, "another loss: a margin, not a likelihood"),
        (
            "binary",
            "pytorch.binary_cross_entropy_with_logits",
            "sigmoid",
            0.537654,
            "sigmoid twice: every term lies in [0.3133, 1.3133]",
        ),
        ("binary", "pytorch.binary_cross_entropy", "softmax", 100 / 3, "a softmax of one logit is always 1"),
        ("binary", "pytorch.cross_entropy", "logits", 0.304756, "as two columns, 0 and z: the same number"),
        ("multilabel", "pytorch.cross_entropy", "logits", 3.204008, "one of 3, where any of 3 may be right"),
        # rules and accidents, named where a right cell is not the loss
        (
            "weights",
            "keras.sparse_categorical_crossentropy.from_logits",
            "logits",
            2.389639,
            "divides by the 4 rows, not by the weights, 5.5",
        ),
        (
            "one-hot weights",
            "pytorch.nll_loss",
            "log_softmax",
            1.737919,
            "divides by the weights, 5.5, not by the 4 rows",
        ),
        ("multilabel sum", "keras.binary_crossentropy.from_logits", "logits", None, "averages over the 3 labels first"),
        ("a masked label", "sklearn.log_loss", "softmax", 36.043653, "it clips p, so no term is above 36.0437"),
        (
            "a masked label",
            "keras.categorical_crossentropy",
            "softmax",
            16.118096,
            "it clips p, so no term is above 16.1181",
        ),
        (
            "Confident and right",
            "keras.categorical_crossentropy",
            "softmax",
            1e-7,
            f"it clips p, so no term is below 1.00e{chr(0x2212)}7",
        ),
        ("a mask", "optax.softmax_cross_entropy", "logits", math.nan, "0 · ∞ is nan in Optax"),
        (
            "binary saturated",
            "pytorch.binary_cross_entropy_with_logits",
            "logits",
            math.nan,
            "0 · ∞ is nan in PyTorch",
        ),
        (
            "tiny temperature",
            "pytorch.cross_entropy",
            "logits",
            math.nan,
            "z / T is more than a float can hold",
        ),
        (
            "all ignored",
            "keras.sparse_categorical_crossentropy.from_logits",
            "logits",
            0.0,
            "nothing counts, and 0 / 0 is 0 in Keras",
        ),
        # what a function lacks
        ("smoothing", "pytorch.nll_loss", "log_softmax", 1.452938, "no label smoothing"),
        ("weights", "optax.softmax_cross_entropy", "logits", 1.452938, "no weights for classes"),
        ("binary weights", "pytorch.soft_margin_loss", "logits", 0.304756, "no weights for examples, no pos_weight"),
        (
            "weights and smoothing",
            "keras.categorical_crossentropy.from_logits",
            "logits",
            None,
            "it weighs rows, not classes",
        ),
        ("soft", "pytorch.kl_div", "log_softmax", None, "the loss less the entropy of the target, 0.3737"),
        ("binary soft", "pytorch.soft_margin_loss", "logits", None, "labels between −1 and 1 are not for it"),
        (
            "binary soft",
            "keras.sparse_categorical_crossentropy",
            "softmax",
            None,
            "targets between 0 and 1 are cut to whole numbers",
        ),
        (
            "binary yes",
            "sklearn.hinge_loss",
            "logits",
            3.0,
            "another loss: a margin; labels that are all 1 are read as −1",
        ),
        # equal by chance only
        (
            "No idea: uniform",
            "pytorch.cross_entropy",
            "softmax",
            math.log(4),
            "softmax twice: can never go below 0.7437; here equal by chance",
        ),
        # refusals in the function's own words
        ("soft", "pytorch.nll_loss", "log_softmax", None, "class indices must be integers"),
        ("demo", "sklearn.log_loss", "logits", None, "y_proba must lie between 0 and 1 everywhere; it holds 2.0."),
        ("two classes", "sklearn.hinge_loss", "logits", None, "pred_decision has shape (3, 2)"),
    ],
)
def test_phrases(title: str, id_: str, feed: str, value: float | None, phrase: str) -> None:
    cell = cells(CASES[title])[id_, Feed(feed)]
    assert phrase in cell.phrase
    if value is not None:
        assert cell.value == pytest.approx(value, rel=1e-5, nan_ok=True)


def test_three_classes_to_bce() -> None:
    """One-hot rows can be given to it; the class indices themselves it refuses, and that is said."""
    explained = cells(CASES["demo"])["pytorch.binary_cross_entropy", Feed.SIGMOID].explanation
    with pytest.raises(ValueError, match="must be the same") as refusal:
        pytorch.binary_cross_entropy(pytorch.sigmoid(X), Y)
    assert f"The class indices themselves it refuses: {refusal.value}" in explained
    assert explained.endswith("For the loss of this case, 1.4529, write F.cross_entropy(z, y).")


@pytest.mark.parametrize("title", ["demo", "sum in bits", "weights", "soft", "soft weights", "ignored", "binary"])
@pytest.mark.parametrize("feed", [Feed.SOFTMAX, Feed.SIGMOID])
def test_the_floor_of_a_double_softmax(title: str, feed: Feed) -> None:
    """It is what the best possible probabilities cost, and a perfect model comes within reach of it."""
    case = CASES[title]
    shown = re.search(r"below ([\d.]+)", cells(case)["pytorch.cross_entropy", feed].phrase)
    assert shown is not None
    floor = float(shown[1])
    classes = case.classes
    assert floor == pytest.approx(
        (math.log(math.e + classes - 1) - 1) * evaluate(case).uniform_loss / math.log(classes), rel=1e-3
    )
    best = 60.0 * (evaluate(case).target_distribution - 0.5)
    sure = dataclasses.replace(case, logits=best[:, 1] if case.setup is Setup.BINARY else best)
    value = cells(sure)["pytorch.cross_entropy", feed].value
    assert value is not None
    assert value >= floor * (1 - 1e-3)
    if "soft" not in title:
        assert value == pytest.approx(floor, rel=2e-3)


@pytest.mark.parametrize("title", ["smoothing", "weights", "weights and smoothing", "binary weights", "soft weights"])
def test_what_lacks_an_option_is_the_loss_without_it(title: str) -> None:
    case = CASES[title]
    found = 0
    for (id_, _feed), cell in cells(case).items():
        if cell.verdict is Verdict.OTHER and cell.phrase.startswith("no ") and id_ != "pytorch.kl_div":
            options = {
                "weight": None if "no weights" in cell.phrase else case.weight,
                "pos_weight": None if "pos_weight" in cell.phrase else case.pos_weight,
                "label_smoothing": 0.0 if "label smoothing" in cell.phrase else case.label_smoothing,
            }
            without = evaluate(dataclasses.replace(case, **options))
            divisors = {
                without.divisor,
                case.examples,
                1.0 if case.weight is None else case.weight.sum(),
            }  # as each library reduces
            assert any(cell.value == pytest.approx(without.numerator / divisor, rel=1e-9) for divisor in divisors)
            found += 1
    assert found >= 2


def test_an_ignored_example_costs_nothing() -> None:
    for (id_, feed), cell in cells(CASES["none"], row=2).items():
        if BY_ID[id_].family in {Family.SOFTMAX, Family.SIGMOID, Family.DIVERGENCE} and cell.value is not None:
            assert cell.value == 0.0, (id_, feed)
            assert cell.verdict in {Verdict.RIGHT, Verdict.SAME} or "ignored example" in cell.phrase


def test_what_to_write_instead_is_right() -> None:
    """Every call that an explanation recommends is that of a right cell, in the same library."""
    recommended = 0
    for case in CASES.values():
        lines = matrix(case)
        for line in lines:
            right = {
                cell.call
                for other in lines
                if other.function.library is line.function.library
                for cell in other.cells
                if cell.verdict is Verdict.RIGHT
            }
            for cell in line.cells:
                advice = re.search(r"(?:write|way is) (.+)\.$", cell.explanation)
                if advice:
                    assert advice[1] in right
                    recommended += 1
    assert recommended > 1000


# ------------------------------------------------------------------------------------------------- any case


# Few numbers, and those of a moderate size: what is rare here would be explained by nothing but its rarity.
moderate = functools.partial(
    cases,
    most_classes=4,
    soft=st.sampled_from([1e-9, 0.1, 0.3, 0.5, 1.0]),
    weights=st.sampled_from([0.0, 0.5, 1.0, 2.0]),
    smoothings=st.sampled_from([0.1, 1.0]),
    temperatures=st.sampled_from([0.5, 3.0]),
)
WILD = st.one_of(st.floats(-60, 60), st.sampled_from([INF, -INF, math.nan, 1e300, -1e300, 0.0, 1.0]))


@settings(max_examples=100)
@given(moderate(logits=WILD), st.data())
def test_no_case_breaks_the_matrix(case: Case, data: st.DataObject) -> None:
    check(case, data.draw(st.integers(0, case.examples - 1)))


NAMED = re.compile(
    r"divides by|averages over|clips p|rounded|0 / 0|are read as"
)  # the reasons that a right cell may have with logits of a moderate size


@settings(max_examples=100)
@given(moderate(logits=st.floats(-8, 8)), st.data())
def test_a_right_cell_is_the_loss_or_names_a_rule(case: Case, data: st.DataObject) -> None:
    row = data.draw(st.integers(0, case.examples - 1))
    loss = own_loss(case, row)
    for line in matrix(case, row):
        for cell in line.cells:
            if cell.verdict in {Verdict.RIGHT, Verdict.SAME} and not cell.agrees:
                assert NAMED.search(cell.phrase), (line.function.id, cell)
            if cell.verdict in {Verdict.RIGHT, Verdict.SAME} and cell.agrees:
                assert cell.value == pytest.approx(loss, rel=1e-6, nan_ok=True)
            if line.function.id == "pytorch.cross_entropy" and case.setup is Setup.MULTICLASS:
                assert (cell.verdict is Verdict.RIGHT) == (cell.feed is Feed.LOGITS)
            if line.function.id == "pytorch.binary_cross_entropy_with_logits" and case.setup is not Setup.MULTICLASS:
                assert (cell.verdict is Verdict.RIGHT) == (cell.feed is Feed.LOGITS)


# ---------------------------------------------------------------------------------------- which loss do I call?

RNG = np.random.default_rng(20240229)
LOGITS = {
    Setup.MULTICLASS: RNG.normal(size=(6, 4)),
    Setup.BINARY: RNG.normal(size=6),
    Setup.MULTILABEL: RNG.normal(size=(6, 4)),
}
CLASSES = np.array([0, 1, 2, 3, 1, 0])
ANSWERS = np.array([1.0, 0, 0, 1, 1, 0])
LABELS = RNG.integers(0, 2, size=(6, 4)).astype(float)
CHANCES = RNG.dirichlet(np.ones(4), size=6)
YES = RNG.random(6)


def index_lists(labels: np.ndarray) -> np.ndarray:
    return -np.sort(-np.where(labels == 1, np.arange(labels.shape[1]), -1), axis=1)


# What a person has as targets, and the same for a Case.
TARGETS = {
    (Setup.MULTICLASS, Target.INDICES): (CLASSES, CLASSES),
    (Setup.MULTICLASS, Target.DISTRIBUTIONS): (CHANCES, CHANCES),
    (Setup.MULTICLASS, Target.LABELS): (np.eye(4)[CLASSES], CLASSES),
    (Setup.MULTICLASS, Target.SIGNS): (2 * np.eye(4)[CLASSES] - 1, CLASSES),
    (Setup.MULTICLASS, Target.INDEX_LISTS): (index_lists(np.eye(4)[CLASSES]), CLASSES),
    (Setup.BINARY, Target.INDICES): (ANSWERS.astype(int), ANSWERS),
    (Setup.BINARY, Target.DISTRIBUTIONS): (np.stack([1 - YES, YES], axis=1), YES),
    (Setup.BINARY, Target.LABELS): (ANSWERS, ANSWERS),
    (Setup.BINARY, Target.SIGNS): (2 * ANSWERS - 1, ANSWERS),
    (Setup.MULTILABEL, Target.INDICES): (CLASSES, np.eye(4)[CLASSES]),
    (Setup.MULTILABEL, Target.DISTRIBUTIONS): (CHANCES, CHANCES),
    (Setup.MULTILABEL, Target.LABELS): (LABELS, LABELS),
    (Setup.MULTILABEL, Target.SIGNS): (2 * LABELS - 1, LABELS),
    (Setup.MULTILABEL, Target.INDEX_LISTS): (index_lists(LABELS), LABELS),
}


def outputs(setup: Setup, ends_with: Feed) -> dict[str, np.ndarray]:
    """What a model gives; with a softmax a yes or no has two outputs."""
    z = LOGITS[setup]
    if setup is Setup.BINARY and ends_with in {Feed.SOFTMAX, Feed.LOG_SOFTMAX}:
        z = np.stack([np.zeros_like(z), z], axis=1)
    return {
        Feed.LOGITS: {"logits": z},
        Feed.LOG_SOFTMAX: {"log_p": numerics.log_softmax(z)},
        Feed.SOFTMAX: {"p": numerics.softmax(z)},
        Feed.SIGMOID: {"p": numerics.sigmoid(z)},
    }[ends_with]


@pytest.mark.parametrize("library", Library)
@pytest.mark.parametrize(("setup", "ends_with", "kind"), list(itertools.product(Setup, Feed, Target)), ids=str)
def test_the_recommended_line_gives_the_loss(library: Library, setup: Setup, ends_with: Feed, kind: Target) -> None:
    advice = recommend(library, setup, ends_with, kind)
    assert advice.sentence.endswith(".")
    assert advice.sentence.count(". ") == 0  # one sentence
    if (setup, kind) not in TARGETS:
        assert (setup, kind) == (Setup.BINARY, Target.INDEX_LISTS)
        assert (advice.code, advice.function) == ("", None)
        return
    given, targets = TARGETS[setup, kind]
    if advice.ends_with is not ends_with:
        assert "leave it off" in advice.sentence
        assert setup is Setup.MULTILABEL
    names = {"targets": given, **outputs(setup, advice.ends_with)}
    loss = float(evaluate(Case(setup, LOGITS[setup], targets)).loss)
    assert advice.code.startswith("loss = ")
    value = run(advice.code.removeprefix("loss = "), library, **names)
    assert float(value) == pytest.approx(loss, rel=1e-9)
    if advice.function is None:
        assert (library, kind) == (Library.SKLEARN, Target.DISTRIBUTIONS)
        assert "SciPy" in advice.sentence or advice.ends_with is not ends_with
    else:
        assert advice.function.library is library
        assert advice.function.title in advice.code
    assert bool(advice.as_class) == (library is Library.PYTORCH)
    if advice.as_class:
        value = run(advice.as_class.removeprefix("loss = "), library, **names)
        assert float(value) == pytest.approx(loss, rel=1e-9)


@pytest.mark.parametrize(
    ("question", "code", "said"),
    [
        (("PyTorch", "multiclass", "logits"), "F.cross_entropy(logits, targets)", "applies log-softmax itself"),
        (("PyTorch", "multiclass", "log_softmax"), "F.nll_loss(log_p, targets)", "takes log-probabilities"),
        (
            ("PyTorch", "multiclass", "softmax"),
            "F.nll_loss(torch.log(p), targets)",
            "better end the model with nothing and write F.cross_entropy(logits, targets)",
        ),
        (("PyTorch", "multiclass", "sigmoid"), "F.cross_entropy(torch.logit(p), targets)", "the sigmoid is undone"),
        (("PyTorch", "binary", "logits"), "F.binary_cross_entropy_with_logits(logits, targets)", "sigmoid itself"),
        (("PyTorch", "binary", "sigmoid"), "F.binary_cross_entropy(p, targets)", "more exact"),
        (("PyTorch", "binary", "softmax"), "F.nll_loss(torch.log(p), targets.long())", "two outputs"),
        (
            ("PyTorch", "multilabel", "softmax"),
            "F.binary_cross_entropy_with_logits(logits, targets)",
            "No loss can undo a softmax",
        ),
        (
            ("Keras", "multiclass", "logits"),
            "keras.losses.SparseCategoricalCrossentropy(from_logits=True)(targets, logits)",
            "applies log-softmax itself",
        ),
        (
            ("Keras", "multiclass", "softmax", Target.DISTRIBUTIONS),
            "keras.losses.CategoricalCrossentropy()(targets, p)",
            "more exact",
        ),
        (("scikit-learn", "multiclass", "logits"), "log_loss(targets, softmax(logits, axis=1))", "takes probabilities"),
        (("scikit-learn", "multilabel", "sigmoid"), "log_loss(targets.ravel(), p.ravel())", "flattened"),
        (
            ("scikit-learn", "multiclass", "log_softmax", Target.DISTRIBUTIONS),
            "-(targets * log_p).sum(axis=1).mean()",
            "takes labels, not distributions",
        ),
        (
            ("Optax", "multiclass", "logits"),
            "optax.softmax_cross_entropy_with_integer_labels(logits, targets).mean()",
            "applies log-softmax itself",
        ),
        (
            ("Optax", "binary", "logits"),
            "optax.sigmoid_binary_cross_entropy(logits, targets).mean()",
            "applies the sigmoid itself",
        ),
    ],
)
def test_which_loss_do_i_call(question: tuple[str, ...], code: str, said: str) -> None:
    advice = recommend(*question)
    assert advice.code == f"loss = {code}"
    assert said in advice.sentence


def test_the_class_of_pytorch() -> None:
    assert recommend("PyTorch", "multiclass", "logits").as_class == "loss = nn.CrossEntropyLoss()(logits, targets)"


@pytest.mark.parametrize("question", [("TensorFlow", "binary", "logits"), ("Keras", "binary", "relu")])
def test_an_unknown_word(question: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"TensorFlow|relu"):
        recommend(*question)


# ----------------------------------------------------------------------------------------------- equivalents


def test_every_function_has_a_place() -> None:
    placed = [function.id for row in equivalents() for some in row.functions.values() for function in some]
    assert set(placed) == set(BY_ID)
    assert [id_ for id_ in BY_ID if placed.count(id_) > 1] == ["sklearn.log_loss"]  # of several classes, and of two
    assert len({row.title for row in equivalents()}) == len(equivalents()) == 8


@pytest.mark.parametrize("row", equivalents(), ids=lambda row: row.title)
def test_equivalents_are_one_number(row: Any) -> None:
    """Each gives the loss of a case that all of them take, fed as it expects; margins and focal do not claim to."""
    case = {
        Family.SOFTMAX: CASES["demo"],
        Family.SIGMOID: CASES["binary"],
        Family.DIVERGENCE: CASES["demo"],
    }.get(next(family for family in Family if row.title.startswith(family)))
    assert row.note.endswith(".")
    assert ("One number" in row.note) == ("cross-entropy," in row.title)
    if case is None:
        return
    found = cells(case)
    for some in row.functions.values():
        for function in some:
            cell = found[function.id, function.expects(case.setup)]
            assert cell.agrees
            assert cell.verdict in {Verdict.RIGHT, Verdict.SAME}
