"""Record what Optax answers, for ``tests/test_golden.py``. Only needed to record again.

Optax is no dependency of the project, so this runs in an environment of its own, from the repository's root::

    python -m venv recorder && recorder/bin/pip install optax==0.2.8 jax==0.10.2 numpy
    recorder/bin/python tests/golden/record_optax.py

It writes ``tests/golden/optax.json``, in the format of ``encoding.py``; JAX runs with 64 bits.

Left out on purpose: losses so close to zero that ``log(sum of exp) - z`` no longer holds twelve digits, and the lists
and numbers that Optax refuses because they are no arrays.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from encoding import Arguments, Case, record

os.environ["JAX_ENABLE_X64"] = "1"
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import optax

VERSION = "0.2.8"
TARGET = Path(__file__).with_name("optax.json")
PLAIN, SAFE = "softmax_cross_entropy", "safe_softmax_cross_entropy"
INTEGER, BINARY = "softmax_cross_entropy_with_integer_labels", "sigmoid_binary_cross_entropy"
INF, NAN = math.inf, math.nan

LOGITS = np.array([[2.0, 1.0, 0.1], [0.5, 2.5, -1.0], [1.0, -1.0, 3.0], [0.0, 0.0, 0.0]])
LABELS = np.array([0, 1, 1, 2])
ONE_HOT = np.eye(3)[LABELS]
SOFT = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.0, 1.0, 0.0], [0.25, 0.25, 0.5]])
RNG = np.random.default_rng(20240229)
RANDOM = RNG.normal(scale=3.0, size=(12, 5)).round(3)
RANDOM_LABELS = RNG.integers(0, 5, size=12)
RANDOM_SOFT = RNG.dirichlet(np.ones(5), size=12).round(6)
STACKED = np.stack([LOGITS, LOGITS[::-1] + SOFT])  # (2, 4, 3)
STACKED_LABELS = np.stack([LABELS, LABELS[::-1]])
# One row a kind of trouble; the target of each is its first class.
BROKEN = [[0, -INF, 1], [-INF, 0, 1], [-INF] * 3, [INF, 0, 1], [0, INF, 1], [INF, INF, 0], [NAN, 0, 1], [0, NAN, 1]]
ROWS = np.array([*BROKEN, [-INF, INF, 0], [0, 1000, -1000], [1, 1, 1]])
FIRST = np.tile([1.0, 0.0, 0.0], (len(ROWS), 1))
POINTS = np.array([0.0, 1.0, -1.0, 20.0, -20.0, 750.0, -750.0, INF, -INF, NAN])


def case(function: str, about: str, logits: object, labels: object) -> Case:
    return function, about, {"logits": logits, "labels": labels}


def distributions() -> Iterator[Case]:
    for function in (PLAIN, SAFE):
        yield case(function, "one-hot", LOGITS, ONE_HOT)
        yield case(function, "one-hot, integers", LOGITS, ONE_HOT.astype(np.int64))
        yield case(function, "one-hot, true and false", LOGITS, ONE_HOT == 1.0)
        yield case(function, "soft", LOGITS, SOFT)
        yield case(function, "random, soft", RANDOM, RANDOM_SOFT)
        yield case(function, "labels that are no distributions", LOGITS, 5.0 * SOFT - 0.5)
        yield case(function, "one row", LOGITS[0], SOFT[0])
        yield case(function, "(2, 4, 3)", STACKED, np.eye(3)[STACKED_LABELS])
        yield case(function, "one label for all rows", LOGITS, SOFT[0])
        yield case(function, "one row for all labels", LOGITS[0], SOFT)
        yield case(function, "labels (4, 1)", LOGITS[:, :1] + [0.0, 1.0], SOFT[:, :1])
        yield case(function, "labels a number", LOGITS, 1.0)
        yield case(function, "labels of higher rank", LOGITS, np.stack([ONE_HOT, SOFT]))
        # As many classes as rows: class indices pass for one row of labels that all rows share.
        yield case(function, "class indices, three of three", LOGITS[:3], LABELS[:3])
        yield case(function, "one class", LOGITS[:, :1], np.ones((4, 1)))
        yield case(function, "empty batch", np.zeros((0, 3)), np.zeros((0, 3)))
        yield case(function, "no classes", np.zeros((2, 0)), np.zeros((2, 0)))
        yield case(function, "infinities", ROWS, FIRST)
        yield case(function, "infinities, soft", ROWS, FIRST / 2 + [0.0, 0.5, 0.0])
        yield case(function, "infinities, labels of 0", ROWS, 0.0 * FIRST)
        yield case(function, "negative label against -inf", np.array([[0.0, -INF]]), np.array([[1.0, -1.0]]))
        yield case(function, "label nan", np.array([[0.0, 1.0], [0.0, -INF]]), np.array([[NAN, 1.0], [1.0, NAN]]))
        yield case(function, "label inf", np.array([[0.0, 1.0]]), np.array([[INF, 0.0]]))
        yield case(function, "logits as float32", np.array([[0.5, -0.25, 2.0]], dtype=np.float32), SOFT[0])


def integers() -> Iterator[Case]:
    yield case(INTEGER, "labels", LOGITS, LABELS)
    yield case(INTEGER, "random", RANDOM, RANDOM_LABELS)
    yield case(INTEGER, "labels as uint8", LOGITS, LABELS.astype(np.uint8))
    yield case(INTEGER, "labels as int32", LOGITS, LABELS.astype(np.int32))
    yield case(INTEGER, "one row", LOGITS[0], 1)
    yield case(INTEGER, "one label for all rows", LOGITS, np.array([1]))
    yield case(INTEGER, "one row for all labels", LOGITS[:1], LABELS)
    yield case(INTEGER, "(2, 4, 3)", STACKED, STACKED_LABELS)
    yield case(INTEGER, "(2, 4, 3), labels (2, 1)", STACKED, STACKED_LABELS[:, :1])
    yield case(INTEGER, "(2, 4, 3), labels (1, 4)", STACKED, STACKED_LABELS[:1])
    yield case(INTEGER, "labels count from the end", LOGITS, np.array([-1, -2, -3, 0]))
    for label in (3, 100, -4, -100):
        yield case(INTEGER, f"class {label}", LOGITS, np.array([0, label, 1, 2]))
    yield case(INTEGER, "class 200 as uint8", LOGITS, np.array([0, 200, 1, 2], dtype=np.uint8))
    yield case(INTEGER, "one class", LOGITS[:, :1], np.zeros(4, dtype=np.int64))
    yield case(INTEGER, "empty batch", np.zeros((0, 3)), np.zeros(0, dtype=np.int64))
    yield case(INTEGER, "no classes", np.zeros((2, 0)), np.zeros(2, dtype=np.int64))
    for label in (0, 1, -1, 3):
        yield case(INTEGER, f"infinities, class {label}", ROWS, np.full(len(ROWS), label))
    yield case(INTEGER, "logits as float32", np.array([[0.5, -0.25, 2.0]], dtype=np.float32), np.array([1]))


def binary() -> Iterator[Case]:
    yield case(BINARY, "plain", LOGITS, ONE_HOT)
    yield case(BINARY, "labels as integers", LOGITS, ONE_HOT.astype(np.int64))
    yield case(BINARY, "labels as true and false", LOGITS, ONE_HOT == 1.0)
    yield case(BINARY, "soft", LOGITS, SOFT)
    yield case(BINARY, "random, soft", RANDOM, RANDOM_SOFT)
    yield case(BINARY, "(2, 4, 3)", STACKED, np.eye(3)[STACKED_LABELS])
    yield case(BINARY, "labels (3,)", LOGITS, SOFT[0])
    yield case(BINARY, "labels a number", LOGITS, 1.0)
    yield case(BINARY, "a column against a row", LOGITS[:, :1], ONE_HOT[:, 0])
    yield case(BINARY, "empty batch", np.zeros((0, 3)), np.zeros((0, 3)))
    for label in (1.0, 0.0, 0.25, -1.0, 2.0, NAN, INF):
        yield case(BINARY, f"points, label {label}", POINTS, np.full_like(POINTS, label))
    yield case(BINARY, "logits as float32", np.array([0.5, -0.25], dtype=np.float32), np.array([1.0, 0.0]))


def errors() -> Iterator[Case]:
    for function in (PLAIN, SAFE, BINARY):
        yield case(function, "logits as integers", LOGITS.astype(np.int64), ONE_HOT)
        yield case(function, "logits as true and false", ONE_HOT == 1.0, ONE_HOT)
        yield case(function, "another width", LOGITS, ONE_HOT[:, :2])
        yield case(function, "another length", LOGITS, ONE_HOT[:3])
        yield case(function, "class indices", LOGITS, LABELS)
    for function in (PLAIN, SAFE):
        yield case(function, "a single logit", 1.0, 1.0)
    yield case(INTEGER, "logits as integers", LOGITS.astype(np.int64), LABELS)
    yield case(INTEGER, "labels as floats", LOGITS, LABELS + 0.0)
    yield case(INTEGER, "labels as true and false", LOGITS, LABELS == 1)
    yield case(INTEGER, "no labels, as floats", np.zeros((0, 3)), np.zeros(0))
    yield case(INTEGER, "one-hot", LOGITS, ONE_HOT)
    yield case(INTEGER, "one-hot, integers", LOGITS, ONE_HOT.astype(np.int64))
    yield case(INTEGER, "labels as a column", LOGITS, LABELS[:, None])
    yield case(INTEGER, "another length", LOGITS, LABELS[:3])
    yield case(INTEGER, "one label for a batch", LOGITS, 0)
    yield case(INTEGER, "a label (1,) for one row", LOGITS[0], np.array([1]))
    yield case(INTEGER, "(2, 4, 3), labels (4,)", STACKED, LABELS)
    yield case(INTEGER, "a single logit", 1.0, 0)


def call(function: str, arguments: Arguments) -> jax.Array:
    return getattr(optax, function)(**{name: jnp.asarray(value) for name, value in arguments.items()})


def main() -> None:
    if optax.__version__ != VERSION:
        raise SystemExit(f"This records Optax {VERSION}; found {optax.__version__}.")
    record(TARGET, "optax", VERSION, call, (distributions, integers, binary), (errors,))


if __name__ == "__main__":
    main()
