"""Every pipeline that the detective can print gives the value that stands beside it."""

import functools
import itertools
import math
import re
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from explorer import detective, numerics
from explorer.detective.calls import code
from explorer.detective.losses import Family
from explorer.detective.mistakes import facts
from explorer.detective.readings import Kind, View
from explorer.detective.search import Pipeline
from explorer.detective.wording import fix
from explorer.dialects import keras, pytorch, sklearn

RNG = np.random.default_rng(11)
X = RNG.normal(scale=2.0, size=(5, 3))
Y = np.array([0, 2, 1, 1, 0])
Q = RNG.dirichlet(np.ones(3), 5)
K_HOT = np.array([[1, 1, 0], [0, 1, 0], [0, 0, 0], [1, 1, 1], [0, 1, 1]])
Z, B = X[:, 0], np.array([1, 0, 1, 1, 0])
SOFT = np.array([0.9, 0.2, 0.7, 0.4, 0.1])
W = [1.0, 2.0, 0.5]
BY_EXAMPLE = [0.3, 2.0, 1.5, 0.7, 1.1]
HIDDEN = np.array([False, True, False, False, True])
IGNORED = np.where(HIDDEN, -100, Y)
ONE_HOT = np.eye(3)[Y]
P, LOG_P, S = numerics.softmax(X, 1), numerics.log_softmax(X, 1), numerics.sigmoid(Z)


def hidden(targets: Any) -> Any:
    return np.where(HIDDEN.reshape(-1, *[1] * (np.ndim(targets) - 1)), -100, targets)


MULTICLASS = {"index": Y, "index, some ignored": IGNORED, "one-hot": ONE_HOT, "one-hot, some ignored": hidden(ONE_HOT),
              "soft": Q, "soft, some ignored": hidden(Q), "not normalised": 2.0 * Q, "labels from 1": Y + 1,
              "labels from 1, some ignored": np.where(HIDDEN, -100, Y + 1), "labels from -1": Y - 1}  # fmt: skip
LABELS = {"k-hot": K_HOT, "k-hot, some ignored": hidden(K_HOT), "soft labels": 0.1 + 0.7 * K_HOT,
          "signed labels": 2 * K_HOT - 1}  # fmt: skip
BINARY = {"binary": B, "binary, some ignored": hidden(B), "binary soft": SOFT, "signed": 2 * B - 1}
WEIGHTS = {
    "": {},
    "weight": {"weight": W},
    "one weight": {"weight": [2.0]},
    "by example": {"weight": BY_EXAMPLE},
    "smoothed": {"label_smoothing": 0.1},
    "smoothed, weight": {"label_smoothing": 0.1, "weight": W},
    "smoothed, by example": {"label_smoothing": 0.1, "weight": BY_EXAMPLE},
    "a class ignored": {"ignore_index": 1},
    "a class ignored, weight": {"ignore_index": 1, "weight": W},
}
OF_LABELS = {
    "": {},
    "weight": {"weight": W},
    "by example": {"weight": BY_EXAMPLE},
    "of all": {"weight": 1.0 + RNG.random((5, 3))},
    "pos_weight": {"pos_weight": W},
    "both, smoothed": {"pos_weight": W, "weight": BY_EXAMPLE, "label_smoothing": 0.1},
}
OF_ONE = {
    "": {},
    "one weight": {"weight": [2.0]},
    "by answer": {"weight": [0.5, 2.0]},
    "by example": {"weight": BY_EXAMPLE},
    "pos_weight": {"pos_weight": 3.0},
    "both, smoothed": {"pos_weight": 3.0, "weight": BY_EXAMPLE, "label_smoothing": 0.1},
}
CASES = {
    ": ".join(filter(None, (fed, target, options))): (inputs, targets, given)
    for feeds, kinds, weights in (
        ({"logits": X, "log-probabilities": LOG_P, "probabilities": P}, MULTICLASS, WEIGHTS),
        ({"sigmoids": numerics.sigmoid(X)}, {"index": Y, "one-hot": ONE_HOT, "soft": Q},
         {"": {}, "weight": {"weight": W}}),
        ({"columns": numerics.softmax(X, 0)}, {"index": Y, "soft": Q}, {"": {}, "weight": {"weight": W}}),
        ({"logits": X, "sigmoids": numerics.sigmoid(X)}, LABELS, OF_LABELS),
        ({"logits": X}, {"one-hot or labels": ONE_HOT}, {key: OF_LABELS[key] for key in ("of all", "pos_weight")}),
        ({"logits": Z, "sigmoids": S}, BINARY, OF_ONE),
    )
    for fed, inputs in feeds.items()
    for target, targets in kinds.items()
    for options, given in weights.items()
    if not (given.get("ignore_index") == 1 and target != "index")
}  # fmt: skip

QUICK = [name for name in CASES if name.count(": ") < 2]  # without options
LOGITS = [
    pytest.param(name, marks=() if name in QUICK else pytest.mark.slow)
    for name in CASES
    if name in QUICK or name.startswith("logits")
]


class Tensor(np.ndarray):
    """As much of a torch tensor as the code uses."""

    def sum(self, dim: Any = None, keepdim: bool = False) -> Any:
        return tensor(np.asarray(self).sum(axis=dim, keepdims=keepdim))

    def mean(self, dim: Any = None) -> Any:
        return tensor(np.asarray(self).mean(axis=dim))

    def amax(self, dim: int) -> Any:
        return tensor(np.asarray(self).max(axis=dim))

    def argmax(self, dim: int) -> Any:
        return tensor(np.asarray(self).argmax(axis=dim))

    def all(self, dim: Any = None) -> Any:
        return tensor(np.asarray(self).all(axis=dim))

    def expand_as(self, other: Any) -> Any:
        return tensor(np.broadcast_to(self, np.shape(other)))

    def expand(self, count: int) -> Any:
        return tensor(np.broadcast_to(self, (count,)))

    def squeeze(self, dim: int) -> Any:
        return tensor(np.squeeze(np.asarray(self), dim))

    def unsqueeze(self, dim: int) -> Any:
        return tensor(np.expand_dims(np.asarray(self), dim))

    def view_as(self, other: Any) -> Any:
        return tensor(np.reshape(np.asarray(self), np.shape(other)))

    def log(self) -> Any:
        return np.log(self)

    def flatten(self) -> Any:
        return tensor(np.asarray(self).ravel())


def tensor(values: Any) -> Tensor:
    return np.asarray(values).view(Tensor)


def of_tensors(function: Any) -> Any:
    return lambda *given, **options: tensor(function(*map(np.asarray, given), **options))


def logit(p: Any) -> Any:
    return np.log(p) - np.log1p(-p)


FUNCTIONS = {
    **{name: of_tensors(getattr(pytorch, name)) for name in pytorch.__all__},
    **{name: of_tensors(function) for name, function in {
        "log": np.log, "exp": np.exp, "logit": logit, "xlogy": lambda x, y: numerics.xlogp(x, np.log(y)),
        "eye": np.eye, "where": np.where,
        "ones_like": np.ones_like, "zeros_like": np.zeros_like, "full_like": np.full_like,
        "clip": np.clip,
        "categorical_crossentropy": functools.partial(keras.categorical_crossentropy, reduction=None),
        "hinge_loss": sklearn.hinge_loss,
        "log_loss": sklearn.log_loss,
    }.items()},
    "clamp": lambda x, **bound: tensor(np.maximum(x, bound["min"])),
    "CategoricalCrossentropy": lambda **how: functools.partial(keras.categorical_crossentropy, **how),
    "BinaryCrossentropy": lambda **how: functools.partial(keras.binary_crossentropy, **how),
    "nan": math.nan,
    "range": range,
    "finfo": np.finfo,
    "float64": np.float64,
    "float32": np.float32,
    "len": len,
    "float": float,
}  # fmt: skip
BATCHES = re.compile(r"(mean|sum) of (.+) over batches of (\d+)(?: / (\d+))?")
SCALED = re.compile(r"exp\((.+?)(?: / log\(2\))?\)|2 \*\* (.+)|(.+) / log\((?:2|10)\)")


def names_of(inputs: Any, targets: Any, options: dict[str, Any]) -> dict[str, Tensor]:
    inputs, targets = np.asarray(inputs), np.asarray(targets)
    ignored = options.get("ignore_index", -100)
    kept = targets != ignored if targets.ndim == 1 else (targets != ignored).all(axis=1)
    if targets.shape == inputs.shape:
        targets = targets.astype(float)
    names = {"z": inputs, "p": inputs, "log_p": inputs, "y": targets, "q": targets, "kept": kept}
    if targets.ndim < inputs.ndim:
        names["one_hot"] = np.eye(inputs.shape[1])[np.where(kept, targets, 0) % inputs.shape[1]]
    named = {"weight": "w", "pos_weight": "pw"}
    names |= {named[key]: value for key, value in options.items() if key in named}
    return {name: tensor(value) for name, value in names.items()}


def run(line: str, names: dict[str, Tensor]) -> float:
    """The value of a line of code; batches are spelled in words, and scaled as a whole."""
    text = line.partition("  # ")[0]
    batches = BATCHES.search(text)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if batches:
            how, call, size, divisor = batches.groups()
            rows = len(names["z"])
            parts = []
            for start in range(0, rows, int(size)):
                batch = slice(start, start + int(size))
                by_row = {key: array[batch] if len(array.shape) and len(array) == rows else array
                          for key, array in names.items()}  # fmt: skip
                parts.append(run(call, by_row))
            value = np.mean(parts) if how == "mean" else np.sum(parts) / int(divisor)
            text = text[: batches.start()] + "value" + text[batches.end() :]
            names = {**names, "value": tensor(value)}
        return float(eval(text, dict(FUNCTIONS), names))


def is_low(pipeline: Pipeline) -> bool:
    """Whether a lower precision is what makes it what it is: that takes the library itself."""
    return "half_precision" in pipeline.mistakes or pipeline.steps.loss.key == "clamp_float32"


def pipelines_of(name: str, most_mistakes: int) -> Iterator[tuple[Pipeline, View]]:
    inputs, targets, options = CASES[name]
    ((problem, layouts, blocks),) = detective.suspects([(inputs, targets)], **options).batches
    views = {layout: layout.view(problem) for layout in layouts}
    for block in blocks:
        if len(block.steps.mistakes) <= most_mistakes:
            for pipeline in itertools.islice(block.pipelines(), 5):
                if not is_low(pipeline):
                    yield pipeline, views[block.steps.layout]


def check(name: str, most_mistakes: int) -> None:
    names = names_of(*CASES[name])
    checked = 0
    for pipeline, view in pipelines_of(name, most_mistakes):
        line = code(pipeline, view)
        assert run(line, names) == pytest.approx(pipeline.value, rel=1e-6, abs=1e-9, nan_ok=True), line
        checked += 1
    assert checked > 1


@pytest.mark.parametrize("name", QUICK)
def test_a_pipeline_gives_its_value(name: str) -> None:
    check(name, most_mistakes=1)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in CASES if name not in QUICK])
def test_a_pipeline_with_options_gives_its_value(name: str) -> None:
    check(name, most_mistakes=1)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*CASES][::4])
def test_a_pipeline_of_two_mistakes_gives_its_value(name: str) -> None:
    check(name, most_mistakes=2)


# Of these the fix is the call that should have been made, and not a part of it or another loss.
MEANT = {"softmax_before_ce", "sigmoid_before_ce", "sigmoid_before_bce_logits", "probabilities_to_nll", "logits_to_nll",
         "bce_on_softmax", "bce_logits_on_onehot", "logits_as_probabilities", "bce_clamp", "clipped", "half_precision",
         "softmax_of_one_logit", "swapped_arguments", "multilabel_sum_for_mean"}  # fmt: skip
DIVERGENCE = {"kl_input_probabilities", "kl_mean", "kl_swapped"}


@pytest.mark.parametrize("name", LOGITS)
def test_a_fix_gives_what_the_right_call_gives(name: str) -> None:
    names = names_of(*CASES[name])
    right: dict[tuple[View, bool], float] = {}
    fixes: dict[tuple[View, str], str] = {}
    for pipeline, view in pipelines_of(name, most_mistakes=1):
        mistake, divergence = pipeline.mistakes[0], pipeline.steps.loss.family is Family.KL
        if mistake == "none":
            right.setdefault((view, divergence), pipeline.value)
        elif mistake in MEANT | DIVERGENCE:
            fixes[view, mistake] = fix(mistake, pipeline, view, facts(view, None))
    assert fixes
    for (view, mistake), line in fixes.items():
        expected = right.get((view, mistake in DIVERGENCE))
        if expected is not None and view.kind is not Kind.SIGNED:
            assert run(line, names) == pytest.approx(expected, rel=1e-6, abs=1e-9, nan_ok=True), line
        else:
            assert math.isfinite(run(line, names)), line


X3, Y3, W3 = [[2, 1, 0.1], [0.5, 2.5, -1], [1, -1, 3]], [0, 1, 2], [1, 2, 0.5]


@pytest.mark.parametrize(
    ("observed", "targets", "options", "mistake", "line"),
    [
        (pytorch.cross_entropy(X3, [1, 2, 0]), np.eye(3), {}, "label_off_by_one",
         "cross_entropy(z, (y.argmax(1) + 1) % 3)"),
        (pytorch.cross_entropy(X3, Y3, W3), np.eye(3), {"weight": W3}, "none",
         "cross_entropy(z, y.argmax(1), weight=w)"),
        (pytorch.nll_loss(pytorch.softmax(X3, 1), Y3), np.eye(3), {}, "probabilities_to_nll",
         "nll_loss(softmax(z, 1), y.argmax(1))"),
        (pytorch.nll_loss(X3, Y3), np.eye(3), {}, "logits_to_nll", "nll_loss(z, y.argmax(1))"),
    ],
)  # fmt: skip
def test_what_takes_classes_is_not_given_rows(
    observed: float, targets: Any, options: dict[str, Any], mistake: str, line: str
) -> None:
    found = detective.investigate(f"{float(observed):.6f}", X3, targets, **options)
    (finding,) = [each for each in found if each.mistake == mistake]
    assert finding.pipeline == line
    if mistake == "label_off_by_one":
        assert finding.fix == "y.argmax(1) - 1"


def test_labels_moved_by_one_have_weights_of_their_own() -> None:
    """Each way to move them has its own divisor: the weights of the classes that it leads to."""
    found = detective.investigate(f"{float(pytorch.cross_entropy(X, (Y - 1) % 3, W)):.6f}", X, Y, weight=W)
    assert ("label_off_by_one", True) in {(each.mistake, each.matches) for each in found}


def test_the_batches_of_a_softmax_over_the_examples_are_no_pipeline() -> None:
    """Over fewer examples it is another softmax, so that its rows cannot be put into batches afterwards."""
    ((_, _, blocks),) = detective.suspects([(X, Y)]).batches
    across = [block for block in blocks if block.steps.loss.across_rows]
    assert across
    assert not any(block.steps.reduction.by_batch for block in across)
