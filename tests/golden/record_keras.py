"""Record what Keras answers, for ``tests/test_golden.py``. Only needed to record again.

Keras is no dependency of the project, so this runs in an environment of its own, from the repository's root::

    python -m venv recorder && recorder/bin/pip install keras==3.15.1 jax==0.10.2 numpy
    recorder/bin/python tests/golden/record_keras.py

It writes ``tests/golden/keras.json``, in the format of ``encoding.py``. A function of the dialect is the class of
``keras.losses`` of the same name, called on labels, predictions and sample weights. The back end is JAX with 64 bits.
Even so Keras takes the mean over a row in float32 there, as everywhere but on TensorFlow; the recorder makes it keep
float64.

Left out on purpose: losses from logits so close to zero that ``z - log(sum of exp)`` no longer holds twelve digits,
labels of nan, and the mismatched shapes for which each back end raises an exception of another type.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from encoding import Arguments, Case, record

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"
os.environ["JAX_PLATFORMS"] = "cpu"

import keras
from keras.src.backend.common import dtypes

VERSION = "3.15.1"
TARGET = Path(__file__).with_name("keras.json")
CLASSES = {
    "categorical_crossentropy": keras.losses.CategoricalCrossentropy,
    "sparse_categorical_crossentropy": keras.losses.SparseCategoricalCrossentropy,
    "binary_crossentropy": keras.losses.BinaryCrossentropy,
    "hinge": keras.losses.Hinge,
    "squared_hinge": keras.losses.SquaredHinge,
}
CCE, SPARSE, BCE = list(CLASSES)[:3]
REDUCTIONS = ("none", "sum", "sum_over_batch_size", "mean_with_sample_weight")
INF, NAN = math.inf, math.nan

LOGITS = np.array([[2.0, 1.0, 0.1], [0.5, 2.5, -1.0], [1.0, -1.0, 3.0], [0.0, 0.0, 0.0]])
CHANCES = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.3, 0.3, 0.4], [0.25, 0.25, 0.5]])
LABELS = np.array([0, 1, 1, 2])
ONE_HOT = np.eye(3)[LABELS]
WEIGHT = np.array([1.0, 2.0, 0.5, 0.0])
RNG = np.random.default_rng(20240229)
RANDOM = RNG.normal(scale=3.0, size=(12, 5)).round(3)
RANDOM_LABELS = RNG.integers(0, 5, size=12)
RANDOM_CHANCES = RNG.dirichlet(np.ones(5), size=12).round(6)
RANDOM_SOFT = RNG.dirichlet(np.ones(5), size=12).round(6)
RANDOM_WEIGHT = RNG.uniform(0.1, 3.0, size=12).round(3)
SEQUENCE = np.stack([LOGITS, LOGITS[::-1] + CHANCES], axis=1)  # (4, 2, 3)
SEQUENCE_LABELS = np.stack([LABELS, LABELS[::-1]], axis=1)
# One row a kind of trouble; the target of each is its first class.
BROKEN = [[0, -INF, 1], [-INF, 0, 1], [-INF] * 3, [INF, 0, 1], [0, INF, 1], [INF, INF, 0], [NAN, 0, 1], [0, NAN, 1]]
ROWS = np.array([*BROKEN, [0, 1000, -1000], [1, 1, 1]])
FIRST = np.tile([1.0, 0.0, 0.0], (len(ROWS), 1))
CERTAIN = [[1, 0, 0], [0, 0, 1], [1e-9, 1, 0]]
SUMS_OF_0 = [[0, 0, 0], [0.5, -0.5, 0]]
NO_CHANCES = np.array(
    [*CERTAIN, *SUMS_OF_0, [-1, 1, 1], [-0.5, -0.5, 0], [2, -1, 0.5], [NAN, 1, 0], [INF, 1, 0], [-INF, 1, 1]]
)
FIRST_CHANCES = np.tile([1.0, 0.0, 0.0], (len(NO_CHANCES), 1))
POINTS = np.array([[0.0], [1.0], [-1.0], [20.0], [-20.0], [750.0], [-750.0], [INF], [-INF], [NAN]])


def case(function: str, about: str, y_true: object, y_pred: object, **options: object) -> Case:
    return function, about, {"y_true": y_true, "y_pred": y_pred, **options}


def reduced(function: str, about: str, y_true: object, y_pred: object, **options: object) -> Iterator[Case]:
    """One case in each of the reductions; "mean" is another name for "sum_over_batch_size"."""
    for reduction in REDUCTIONS:
        yield case(function, f"{about}, {reduction}", y_true, y_pred, reduction=reduction, **options)


def unreduced(function: str, about: str, y_true: object, y_pred: object, **options: object) -> Case:
    return case(function, about, y_true, y_pred, reduction="none", **options)


def every_loss() -> Iterator[Case]:
    for function, labels, scores, sequence in (
        (CCE, ONE_HOT, CHANCES, np.eye(3)[SEQUENCE_LABELS]),
        (SPARSE, LABELS, CHANCES, SEQUENCE_LABELS),
        (BCE, ONE_HOT, CHANCES, np.eye(3)[SEQUENCE_LABELS]),
        ("hinge", ONE_HOT, LOGITS, np.eye(3)[SEQUENCE_LABELS]),
        ("squared_hinge", ONE_HOT, LOGITS, np.eye(3)[SEQUENCE_LABELS]),
    ):
        chances = np.abs(SEQUENCE) / 4.0 if function in (CCE, SPARSE, BCE) else SEQUENCE
        yield case(function, "defaults", labels, scores)
        yield case(function, "reduction None", labels, scores, reduction=None)
        yield case(function, "mean, weights", labels, scores, reduction="mean", sample_weight=WEIGHT)
        yield from reduced(function, "plain", labels, scores)
        yield from reduced(function, "weights", labels, scores, sample_weight=WEIGHT)
        yield from reduced(function, "(N, T, K)", sequence, chances)
        empty = np.zeros(0, dtype=np.int64) if function == SPARSE else np.zeros((0, 3))
        yield from reduced(function, "empty batch", empty, np.zeros((0, 3)))
        yield case(function, "empty batch, weights", empty, np.zeros((0, 3)), sample_weight=np.zeros(0))
        empty = np.zeros((0, 2), dtype=np.int64) if function == SPARSE else np.zeros((0, 2, 3))
        yield from reduced(function, "empty batch, (0, T, K)", empty, np.zeros((0, 2, 3)))
        one = 1 if function == SPARSE else labels[1]
        yield from reduced(function, "one row", one, scores[1])
        empty = np.zeros(2, dtype=np.int64) if function == SPARSE else np.zeros((2, 0))
        yield unreduced(function, "no classes", empty, np.zeros((2, 0)))


def sample_weights() -> Iterator[Case]:
    weights = {
        "as a column": WEIGHT[:, None],
        "one": 2.0,
        "one, (1,)": np.array([2.0]),
        "of 0": np.zeros(4),
        "negative": np.array([-1.0, 2.0, 1.0, 1.0]),
        "that sum to 0": np.array([-1.0, 1.0, 1.0, -1.0]),
        "of true and false": WEIGHT >= 1.0,
        "of nan and inf": np.array([NAN, INF, 0.0, 1.0]),
    }
    for about, weight in weights.items():
        yield from reduced(CCE, f"weights {about}", ONE_HOT, CHANCES, sample_weight=weight)
        yield from reduced(SPARSE, f"ignored, weights {about}", LABELS, CHANCES, ignore_class=1, sample_weight=weight)
    sequence = {"(N, 1)": WEIGHT[:, None], "(N, T)": np.stack([WEIGHT, WEIGHT + 1.0], axis=1), "(T,)": WEIGHT[:2]}
    logits = {"from_logits": True}
    for about, weight in sequence.items():
        options = {"sample_weight": weight, **logits}
        yield from reduced(SPARSE, f"(N, T, K), weights {about}", SEQUENCE_LABELS, SEQUENCE, **options)
        yield from reduced(
            SPARSE, f"ignored, (N, T, K), weights {about}", SEQUENCE_LABELS, SEQUENCE, ignore_class=0, **options
        )
    yield from reduced(CCE, "one row, one weight", ONE_HOT[0], CHANCES[0], sample_weight=3.0)


def categorical() -> Iterator[Case]:
    logits = {"from_logits": True}
    yield from reduced(CCE, "logits", ONE_HOT, LOGITS, **logits)
    yield from reduced(CCE, "logits, weights", ONE_HOT, LOGITS, sample_weight=WEIGHT, **logits)
    yield from reduced(CCE, "random logits, soft, weights", RANDOM_SOFT, RANDOM, sample_weight=RANDOM_WEIGHT, **logits)
    yield from reduced(CCE, "random, soft, weights", RANDOM_SOFT, RANDOM_CHANCES, sample_weight=RANDOM_WEIGHT)
    for smoothing in (0.1, 1.0, 1.5, -0.1):
        yield unreduced(CCE, f"smoothing {smoothing}", ONE_HOT, CHANCES, label_smoothing=smoothing)
        yield unreduced(CCE, f"logits, smoothing {smoothing}", ONE_HOT, LOGITS, label_smoothing=smoothing, **logits)
    yield case(CCE, "smoothing, weights", ONE_HOT, CHANCES, label_smoothing=0.2, sample_weight=WEIGHT)
    yield unreduced(CCE, "labels that are no distributions", 5.0 * CHANCES - 0.5, CHANCES)
    yield unreduced(CCE, "labels as integers", ONE_HOT.astype(np.int64), CHANCES)
    yield unreduced(CCE, "labels as true and false", ONE_HOT == 1.0, CHANCES)
    yield unreduced(CCE, "probabilities as integers", ONE_HOT, np.eye(3, dtype=np.int64)[LABELS[::-1]])
    yield unreduced(CCE, "rows are divided by their sum", ONE_HOT, 7.0 * CHANCES)
    yield unreduced(CCE, "logits for probabilities", ONE_HOT, LOGITS)
    yield unreduced(CCE, "probabilities for logits", ONE_HOT, CHANCES, **logits)
    yield unreduced(CCE, "no probabilities", FIRST_CHANCES, NO_CHANCES)
    yield unreduced(CCE, "infinities", FIRST, ROWS, **logits)
    yield unreduced(CCE, "infinities, soft", FIRST / 2 + [0.0, 0.5, 0.0], ROWS, **logits)
    yield unreduced(CCE, "infinities, smoothing", FIRST, ROWS, label_smoothing=0.1, **logits)
    yield from reduced(CCE, "infinite loss", FIRST[:2], ROWS[[1, 9]], **logits)
    yield from reduced(
        CCE, "infinite loss, weight of 0", FIRST[:2], ROWS[[1, 9]], sample_weight=np.array([0.0, 1.0]), **logits
    )
    yield unreduced(CCE, "one class", np.ones((2, 1)), np.array([[0.3], [0.6]]))
    yield unreduced(CCE, "labels (N,) against (N, 1)", np.ones(2), np.array([[0.3], [0.6]]))


def sparse() -> Iterator[Case]:
    logits = {"from_logits": True}
    yield from reduced(SPARSE, "logits", LABELS, LOGITS, **logits)
    yield from reduced(SPARSE, "random logits, weights", RANDOM_LABELS, RANDOM, sample_weight=RANDOM_WEIGHT, **logits)
    yield from reduced(SPARSE, "random, weights", RANDOM_LABELS, RANDOM_CHANCES, sample_weight=RANDOM_WEIGHT)
    yield from reduced(SPARSE, "ignored", LABELS, CHANCES, ignore_class=1)
    yield from reduced(SPARSE, "ignored, logits", LABELS, LOGITS, ignore_class=1, **logits)
    yield from reduced(SPARSE, "ignored, weights", LABELS, CHANCES, ignore_class=1, sample_weight=WEIGHT)
    yield from reduced(SPARSE, "ignored, (N, T, K)", SEQUENCE_LABELS, SEQUENCE, ignore_class=0, **logits)
    yield from reduced(SPARSE, "all ignored", np.ones(4, dtype=np.int64), CHANCES, ignore_class=1)
    yield from reduced(
        SPARSE, "all ignored, weights", np.ones(4, dtype=np.int64), CHANCES, ignore_class=1, sample_weight=WEIGHT
    )
    yield from reduced(SPARSE, "ignored, empty batch", np.zeros(0, dtype=np.int64), np.zeros((0, 3)), ignore_class=1)
    yield from reduced(SPARSE, "none ignored", LABELS, CHANCES, ignore_class=9)
    yield case(SPARSE, "ignored -100", np.array([0, -100, 1, 2]), CHANCES, ignore_class=-100)
    yield case(SPARSE, "ignored as a float", LABELS, CHANCES, ignore_class=1.0)
    yield case(SPARSE, "ignored, labels as a column", LABELS[:, None], CHANCES, ignore_class=1)
    nan_row = np.array([[NAN, NAN], [0.5, 0.5]])
    yield case(SPARSE, "nan row ignored", np.array([1, 0]), nan_row, ignore_class=1)
    yield case(SPARSE, "nan row ignored, logits", np.array([1, 0]), nan_row, ignore_class=1, **logits)
    yield unreduced(SPARSE, "labels as a column", LABELS[:, None], CHANCES)
    yield unreduced(SPARSE, "labels as floats are cut", np.array([0.0, 1.9, -0.5, 2.0]), CHANCES)
    yield unreduced(SPARSE, "labels as true and false", LABELS == 1, CHANCES)
    yield unreduced(SPARSE, "(N, T, K), labels (N, T, 1)", SEQUENCE_LABELS[..., None], SEQUENCE, **logits)
    yield unreduced(SPARSE, "one class", np.zeros(2, dtype=np.int64), np.array([[0.3], [0.6]]))
    yield unreduced(SPARSE, "one row, label (1,)", np.array([2]), CHANCES[0])
    for label in (3, -1, -3, -100):
        labels = np.array([0, 1, 1, label])
        yield unreduced(SPARSE, f"class {label}", labels, CHANCES)
        yield unreduced(SPARSE, f"class {label}, logits", labels, LOGITS, **logits)
    first = np.zeros(len(ROWS), dtype=np.int64)
    yield unreduced(SPARSE, "infinities", first, ROWS, **logits)
    yield unreduced(SPARSE, "infinities, class out of range", first - 1, ROWS, **logits)
    yield unreduced(SPARSE, "infinities, ignored", first, ROWS, ignore_class=0, **logits)
    first = np.zeros(len(NO_CHANCES), dtype=np.int64)
    yield unreduced(SPARSE, "no probabilities", first, NO_CHANCES)
    yield unreduced(SPARSE, "no probabilities, ignored", first, NO_CHANCES, ignore_class=0)


def binary() -> Iterator[Case]:
    logits = {"from_logits": True}
    yield from reduced(BCE, "logits", ONE_HOT, LOGITS, **logits)
    yield from reduced(BCE, "random logits, soft, weights", RANDOM_SOFT, RANDOM, sample_weight=RANDOM_WEIGHT, **logits)
    yield from reduced(BCE, "random, soft, weights", RANDOM_SOFT, RANDOM_CHANCES, sample_weight=RANDOM_WEIGHT)
    for smoothing in (0.1, 1.0, 1.5, -0.1):
        yield unreduced(BCE, f"smoothing {smoothing}", ONE_HOT, CHANCES, label_smoothing=smoothing)
        yield unreduced(BCE, f"logits, smoothing {smoothing}", ONE_HOT, LOGITS, label_smoothing=smoothing, **logits)
    y, p = np.array([0.0, 1.0, 1.0, 0.0]), np.array([0.2, 0.7, 0.4, 0.9])
    # A vector is one row: its mean is the only value, and sample weights multiply that.
    for about, labels, chances in (
        ("(N,)", y, p),
        ("(N, 1)", y[:, None], p[:, None]),
        ("(N,) against (N, 1)", y, p[:, None]),
        ("(N, 1) against (N,)", y[:, None], p),
    ):
        yield from reduced(BCE, about, labels, chances)
        yield from reduced(BCE, f"{about}, weights", labels, chances, sample_weight=WEIGHT)
    yield from reduced(BCE, "empty, (N,)", np.zeros(0), np.zeros(0))
    for label in (1.0, 0.0, 0.5, -1.0, 2.0):
        labels = np.full_like(POINTS, label)
        kept = np.abs(POINTS[:, 0]) < 30.0 if label == 0.5 else np.ones(len(POINTS), dtype=bool)
        yield unreduced(BCE, f"points, label {label}", labels, POINTS)
        yield unreduced(BCE, f"logits, points, label {label}", labels[kept], POINTS[kept], **logits)
    yield unreduced(BCE, "no probabilities", FIRST_CHANCES, NO_CHANCES)
    yield unreduced(BCE, "infinities", FIRST, ROWS, **logits)


def hinges() -> Iterator[Case]:
    for function in ("hinge", "squared_hinge"):
        yield from reduced(function, "random, weights", np.sign(RANDOM_SOFT - 0.2), RANDOM, sample_weight=RANDOM_WEIGHT)
        yield unreduced(function, "labels -1 and 1", 2.0 * ONE_HOT - 1.0, LOGITS)
        yield unreduced(function, "labels as integers", ONE_HOT.astype(np.int64), LOGITS)
        yield unreduced(function, "labels as true and false", ONE_HOT == 1.0, LOGITS)
        yield unreduced(function, "labels all 1", np.ones((4, 3)), LOGITS)
        yield unreduced(function, "labels all 0", np.zeros((4, 3)), LOGITS)
        yield unreduced(function, "one -1 keeps every 0", np.where(LOGITS == -1.0, -1.0, ONE_HOT), LOGITS)
        yield unreduced(function, "soft labels", CHANCES, LOGITS)
        yield unreduced(function, "label nan", np.where(LOGITS == -1.0, NAN, ONE_HOT), LOGITS)
        yield unreduced(function, "labels (N, 1)", ONE_HOT[:, :1], LOGITS)
        yield unreduced(function, "labels (K,)", ONE_HOT[0], LOGITS)
        yield unreduced(function, "infinities", FIRST, ROWS)
        yield unreduced(function, "infinities, labels -1, 0 and 1", FIRST - [0.0, 0.0, 1.0], ROWS)
        y, z = np.array([0.0, 1.0, 1.0, 0.0]), np.array([0.2, 0.7, -0.4, 3.0])
        yield from reduced(function, "(N,)", y, z)
        yield from reduced(function, "(N,), weights", y, z, sample_weight=WEIGHT)
        yield from reduced(function, "(N,) against (N, 1)", y, z[:, None])
        yield from reduced(function, "(N, 1) against (N,), weights", y[:, None], z, sample_weight=WEIGHT)


def errors() -> Iterator[Case]:
    for function in CLASSES:
        labels = LABELS if function == SPARSE else ONE_HOT
        yield case(function, "bad reduction", labels, CHANCES, reduction="average")
        yield case(function, "batchmean", labels, CHANCES, reduction="batchmean")
        yield case(function, "a single number", 1.0, 0.5)
        yield case(function, "weights of another rank", labels, CHANCES, sample_weight=CHANCES)
        yield case(function, "texts", np.array(["a", "b", "c", "d"]), CHANCES)
    for function in (CCE, BCE):
        yield case(function, "another width", ONE_HOT[:, :2], CHANCES)
        yield case(function, "another length", ONE_HOT[:3], CHANCES)
        yield case(function, "class indices", LABELS, CHANCES)
        yield case(function, "class indices as a column", LABELS[:, None], CHANCES)
        yield case(function, "bad reduction before another length", ONE_HOT[:3], CHANCES, reduction="")
    for function in ("hinge", "squared_hinge"):
        yield case(function, "class indices", LABELS, LOGITS)
    yield case(BCE, "vectors of other lengths", np.ones(2), np.full(3, 0.5))
    yield case(SPARSE, "one-hot", ONE_HOT, CHANCES)
    yield case(SPARSE, "one-hot, ignored", ONE_HOT, CHANCES, ignore_class=1)
    yield case(SPARSE, "another length", LABELS[:3], CHANCES)
    yield case(SPARSE, "labels as a row", LABELS[None], CHANCES)
    yield case(SPARSE, "one label for a batch", 0, CHANCES)
    yield case(SPARSE, "weights of another length, (N, T, K)", SEQUENCE_LABELS, np.abs(SEQUENCE), sample_weight=WEIGHT)
    yield case(SPARSE, "labels (N, T) against (N, T, 1)", SEQUENCE_LABELS, np.abs(SEQUENCE[..., :1]))


def call(function: str, arguments: Arguments) -> np.ndarray:
    tensors = {name: arguments[name] for name in ("y_true", "y_pred", "sample_weight") if name in arguments}
    options = {name: value for name, value in arguments.items() if name not in tensors}
    tensors = {name: np.asarray(value) for name, value in tensors.items()}
    return keras.ops.convert_to_numpy(CLASSES[function](dtype="float64", **options)(**tensors))


def main() -> None:
    if keras.__version__ != VERSION:
        raise SystemExit(f"This records Keras {VERSION}; found {keras.__version__}.")
    dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"
    keras.config.set_floatx("float64")
    record(TARGET, "keras", VERSION, call, (every_loss, sample_weights, categorical, sparse, binary, hinges), (errors,))


if __name__ == "__main__":
    main()
