"""Record what scikit-learn answers, for ``tests/test_golden.py``. Only needed to record again.

The project itself does without scikit-learn, so this runs in an environment of its own, from the repository's root::

    python -m venv recorder && recorder/bin/pip install scikit-learn==1.9.1 numpy
    recorder/bin/python tests/golden/record_sklearn.py

It writes ``tests/golden/sklearn.json``, in the format of ``encoding.py``.

Left out on purpose: what scikit-learn computes in the precision of its input (the digits of a float32 beyond the
seventh, and integer scores that overflow), ``labels`` in the form of indicators, and the errors of other types that
mixed lists happen to run into.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import sklearn
from encoding import Arguments, Case, record
from sklearn import metrics

VERSION = "1.9.1"
TARGET = Path(__file__).with_name("sklearn.json")
INF, NAN = math.inf, math.nan

CHANCES = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.3, 0.3, 0.4], [0.25, 0.25, 0.5]])
LABELS = np.array([0, 1, 1, 2])
TEXTS = np.array(["cat", "dog", "dog", "fox"])
ONE_HOT = np.eye(3)[LABELS]
SCORES = np.array([[2.0, 1.0, 0.1], [0.5, 2.5, -1.0], [1.0, -1.0, 3.0], [0.0, 0.0, 0.0]])
WEIGHT = np.array([1.0, 2.0, 0.5, 0.0])
POSITIVE, HITS = np.array([0.2, 0.8, 0.5, 0.9]), np.array([0, 1, 1, 0])
TWO_COLUMNS = np.stack([1.0 - POSITIVE, POSITIVE], axis=1)
MARGINS = np.array([-0.3, 0.2, 3.0, 1.5])
RNG = np.random.default_rng(20240229)
RANDOM = RNG.dirichlet(np.ones(6), size=40).round(6)
RANDOM /= RANDOM.sum(axis=1, keepdims=True)
RANDOM_LABELS = RNG.integers(0, 6, size=40)
RANDOM_WEIGHT = RNG.uniform(0.1, 3.0, size=40).round(3)
RANDOM_SCORES = RNG.normal(scale=3.0, size=(40, 6)).round(3)


def log_loss(about: str, y_true: object, y_proba: object, **options: object) -> Case:
    return "log_loss", about, {"y_true": y_true, "y_proba": y_proba, **options}


def hinge_loss(about: str, y_true: object, pred_decision: object, **options: object) -> Case:
    return "hinge_loss", about, {"y_true": y_true, "pred_decision": pred_decision, **options}


def both(about: str, y_true: object, y_proba: object, **options: object) -> Iterator[Case]:
    """The mean and the sum."""
    for normalize in (True, False):
        yield log_loss(f"{about}, {'mean' if normalize else 'sum'}", y_true, y_proba, normalize=normalize, **options)


def log_losses() -> Iterator[Case]:
    yield from both("labels", LABELS, CHANCES)
    yield from both("weights", LABELS, CHANCES, sample_weight=WEIGHT)
    yield from both("random", RANDOM_LABELS, RANDOM)
    yield from both("random, weights", RANDOM_LABELS, RANDOM, sample_weight=RANDOM_WEIGHT)
    yield from both("negative weights", LABELS, CHANCES, sample_weight=np.array([-1.0, 2.0, 1.0, 1.0]))
    yield log_loss(
        "weights that sum to 0, sum", HITS, POSITIVE, sample_weight=np.array([-1, 1, 1, -1]), normalize=False
    )
    yield log_loss("weights of true and false", HITS, POSITIVE, sample_weight=np.array([True, False, True, True]))
    yield from both("labels as a column", LABELS[:, None], CHANCES)
    yield log_loss("texts", TEXTS, CHANCES)
    yield log_loss("texts, sorted by letter", np.array(["b", "a", "c", "a"]), CHANCES)
    yield log_loss("labels as floats", LABELS + 0.0, CHANCES)
    yield log_loss("labels as true and false", HITS == 1, POSITIVE)
    yield log_loss("labels of any numbers", np.array([7, -3, 7, 100]), CHANCES)
    yield log_loss("a label that does not occur", np.array([0, 1, 0, 1]), CHANCES, labels=np.array([0, 1, 2]))
    yield log_loss("labels out of order change nothing", LABELS, CHANCES, labels=np.array([2, 0, 1]))
    yield log_loss("texts out of order change nothing", TEXTS, CHANCES, labels=np.array(["fox", "cat", "dog"]))
    yield log_loss("integers as labels, floats named", LABELS, CHANCES, labels=np.array([0.0, 1.0, 2.0]))
    yield log_loss("one row", np.array([0]), CHANCES[:1], labels=np.array([0, 1, 2]))
    # One probability a row is that of the greater label.
    yield from both("(N,)", HITS, POSITIVE)
    yield log_loss("(N, 1)", HITS, POSITIVE[:, None])
    yield log_loss("two columns", HITS, TWO_COLUMNS)
    yield log_loss("(N,), labels -1 and 1", 2 * HITS - 1, POSITIVE)
    yield log_loss("(N,), texts", np.array(["n", "y", "y", "n"]), POSITIVE)
    yield log_loss("(N,), one label named with another", np.ones(4, dtype=np.int64), POSITIVE, labels=np.array([0, 1]))
    yield log_loss("(N,), weights", HITS, POSITIVE, sample_weight=WEIGHT)
    # Indicators: their entries multiply the logarithms, whatever they are.
    yield from both("one-hot", ONE_HOT, CHANCES)
    yield log_loss("one-hot, integers, weights", ONE_HOT.astype(np.int64), CHANCES, sample_weight=WEIGHT)
    yield log_loss("one-hot, true and false", ONE_HOT == 1.0, CHANCES)
    yield log_loss("one-hot of two", np.eye(2)[HITS], TWO_COLUMNS)
    yield log_loss("one-hot of two against (N,)", np.eye(2)[HITS], POSITIVE)
    yield log_loss("k-hot", np.array([[1, 1, 0], [0, 1, 0], [0, 0, 0], [1, 1, 1]]), CHANCES)
    yield log_loss("indicators all 0", np.zeros((4, 3)), CHANCES)
    yield log_loss("indicators of -1 and 1", 2 * ONE_HOT - 1, CHANCES)
    yield log_loss("indicators of 1 and 2", ONE_HOT + 1, CHANCES)
    # Clipping, and rows that are no distributions.
    edges = np.array([1.0, 0.0, 1e-20, 1e-15, 1.0 - 1e-16, 0.5])
    for label in (0, 1):
        for place in range(len(edges)):
            yield log_loss(
                f"clipped: {edges[place]} against {label}",
                np.array([label]),
                edges[place : place + 1],
                labels=np.array([0, 1]),
            )
    yield log_loss("certain and right", HITS, np.eye(2)[HITS])
    yield log_loss("certain and wrong", HITS, np.eye(2)[1 - HITS])
    yield log_loss("probabilities as integers", HITS, 1 - HITS)
    yield log_loss("rows that do not sum to 1", HITS, 0.3 * TWO_COLUMNS)
    yield log_loss("rows of zeros", LABELS, np.zeros((4, 3)))
    yield log_loss("two columns of three, labels of two", HITS, CHANCES[:, :2])


def single_precision() -> Iterator[Case]:
    for dtype in (np.float32, np.float16):
        for label, chance in ((1, 0.0), (0, 1.0)):
            yield log_loss(
                f"{np.dtype(dtype).name} is clipped at its own eps: {chance} against {label}",
                np.array([label]),
                np.array([chance], dtype=dtype),
                labels=np.array([0, 1]),
            )


def log_loss_errors() -> Iterator[Case]:
    named = {"labels": np.array([0, 1, 2])}
    yield log_loss("one label", np.ones(4, dtype=np.int64), POSITIVE)
    yield log_loss("one label named", np.ones(4, dtype=np.int64), POSITIVE, labels=np.array([1]))
    yield log_loss("no label named", HITS, POSITIVE, labels=np.zeros(0, dtype=np.int64))
    yield log_loss("a label named twice", HITS, POSITIVE, labels=np.array([0, 1, 1]))
    yield log_loss("a label that does not occur, none named", HITS, CHANCES)
    yield log_loss("a label that was not named", np.array([0, 1, 2, 3]), CHANCES, **named)
    yield log_loss("texts, numbers named", TEXTS, CHANCES, **named)
    yield log_loss("numbers, texts named", LABELS, CHANCES, labels=np.array(["a", "b", "c"]))
    yield log_loss("more labels than columns", LABELS, TWO_COLUMNS)
    yield log_loss("more columns than names", HITS, CHANCES, labels=np.array([0, 1]))
    yield log_loss("three labels against (N,)", LABELS, POSITIVE)
    yield log_loss("fractions as labels", LABELS + 0.5, CHANCES)
    yield log_loss("fractions as names", LABELS, CHANCES, labels=np.array([0.0, 0.5, 2.0]))
    yield log_loss("nan as a label", np.array([0.0, NAN, 1.0, 2.0]), CHANCES)
    yield log_loss("inf as a label", np.array([0.0, INF]), POSITIVE[:2])
    yield log_loss("a single label", 0, POSITIVE[:1])
    yield log_loss("soft targets", CHANCES, CHANCES)
    yield log_loss("indicators of three values", np.arange(12).reshape(4, 3) % 3, CHANCES)
    yield log_loss("indicators of halves", ONE_HOT / 2, CHANCES)
    yield log_loss("one-hot and labels", ONE_HOT, CHANCES, **named)
    yield log_loss("one-hot of another width", ONE_HOT, TWO_COLUMNS)
    yield log_loss("three dimensions of labels", np.zeros((4, 2, 2)), CHANCES)
    yield log_loss("above 1", HITS, POSITIVE + 0.2)
    yield log_loss("below 0", HITS, POSITIVE - 0.3)
    yield log_loss("logits", LABELS, SCORES)
    yield log_loss("nan", HITS, np.array([0.2, NAN, 0.5, 0.9]))
    yield log_loss("inf", HITS, np.array([0.2, INF, 0.5, 0.9]))
    yield log_loss("empty batch", np.zeros(0, dtype=np.int64), np.zeros(0))
    yield log_loss("empty batch, labels named", np.zeros(0, dtype=np.int64), np.zeros((0, 3)), **named)
    yield log_loss("no columns", HITS, np.zeros((4, 0)))
    yield log_loss("three dimensions", LABELS, CHANCES[:, :, None])
    yield log_loss("a single probability", HITS, 0.5)
    yield log_loss("too few labels", HITS[:3], POSITIVE)
    yield log_loss("too few weights", HITS, POSITIVE, sample_weight=WEIGHT[:3])
    yield log_loss("weights as a column", HITS, POSITIVE, sample_weight=WEIGHT[:, None])
    yield log_loss("a single weight", HITS, POSITIVE, sample_weight=2.0)
    yield log_loss("weights of 0", HITS, POSITIVE, sample_weight=np.zeros(4))
    yield log_loss("weights of 0, sum", HITS, POSITIVE, sample_weight=np.zeros(4), normalize=False)
    yield log_loss("weights that sum to 0", HITS, POSITIVE, sample_weight=np.array([-1, 1, 1, -1]))
    yield log_loss("weight nan", HITS, POSITIVE, sample_weight=np.array([NAN, 1.0, 1.0, 1.0]))
    yield log_loss("weight inf", HITS, POSITIVE, sample_weight=np.array([INF, 1.0, 1.0, 1.0]))
    yield log_loss("normalize a text", HITS, POSITIVE, normalize="mean")
    yield log_loss("normalize 1", HITS, POSITIVE, normalize=1)


def hinge_losses() -> Iterator[Case]:
    yield hinge_loss("labels", LABELS, SCORES)
    yield hinge_loss("weights", LABELS, SCORES, sample_weight=WEIGHT)
    yield hinge_loss("random", RANDOM_LABELS, RANDOM_SCORES)
    yield hinge_loss("random, weights", RANDOM_LABELS, RANDOM_SCORES, sample_weight=RANDOM_WEIGHT)
    yield hinge_loss("labels as a column", LABELS[:, None], SCORES)
    yield hinge_loss("texts", TEXTS, SCORES)
    yield hinge_loss("fractions as labels", LABELS + 0.5, SCORES)
    yield hinge_loss("a label that does not occur", HITS, SCORES, labels=np.array([0, 1, 2]))
    yield hinge_loss("labels out of order change nothing", LABELS, SCORES, labels=np.array([2, 0, 1]))
    yield hinge_loss("a label named twice", LABELS, SCORES, labels=np.array([2, 0, 1, 1]))
    yield hinge_loss("scores as integers", LABELS, np.array([[2, 1, 0], [0, 3, -1], [1, -1, 3], [0, 0, 0]]))
    yield hinge_loss("large scores", LABELS, 1e6 * SCORES)
    yield hinge_loss("scores beyond the range", LABELS[:3], np.array([[-1e308, 1e308, 0.0]] * 3), labels=np.arange(3))
    yield hinge_loss("two labels", HITS, MARGINS)
    yield hinge_loss("two labels, weights", HITS, MARGINS, sample_weight=WEIGHT)
    yield hinge_loss("two labels, scores as a column", HITS, MARGINS[:, None])
    yield hinge_loss("two labels, -1 and 1", 2 * HITS - 1, MARGINS)
    yield hinge_loss("two labels, texts", np.array(["n", "y", "y", "n"]), MARGINS)
    yield hinge_loss("two labels, true and false", HITS == 1, MARGINS)
    yield hinge_loss("two labels, named in the other order", HITS, MARGINS, labels=np.array([1, 0]))
    yield hinge_loss("two labels that were not named", HITS + 5, MARGINS, labels=np.array([0, 1]))
    yield hinge_loss("two labels, scores beyond the range", HITS, 1e308 * np.array([1.0, -1.0, -1.0, 1.0]))
    yield hinge_loss("one label is taken for the negative one", np.ones(4, dtype=np.int64), MARGINS)
    yield hinge_loss("one label of two named", np.ones(4, dtype=np.int64), MARGINS, labels=np.array([0, 1]))
    yield hinge_loss("three labels, two of them named", LABELS, MARGINS, labels=np.array([0, 1]))
    yield hinge_loss("negative weights", HITS, MARGINS, sample_weight=np.array([-1.0, 3.0, 1.0, 1.0]))
    yield hinge_loss("weight nan", HITS, MARGINS, sample_weight=np.array([NAN, 1.0, 1.0, 1.0]))
    yield hinge_loss("weight inf", HITS, MARGINS, sample_weight=np.array([INF, 1.0, 1.0, 1.0]))


def hinge_loss_errors() -> Iterator[Case]:
    yield hinge_loss("a label that does not occur, none named", HITS, SCORES)
    yield hinge_loss("a label that was not named", np.array([0, 1, 1, 5]), SCORES, labels=np.arange(3))
    yield hinge_loss("texts, numbers named", TEXTS, SCORES, labels=np.arange(3))
    yield hinge_loss("more names than columns", LABELS, SCORES, labels=np.arange(4))
    yield hinge_loss("more labels than columns", LABELS, SCORES[:, :2])
    yield hinge_loss("three labels against (N,)", LABELS, MARGINS)
    yield hinge_loss("three names against (N,)", HITS, MARGINS, labels=np.arange(3))
    yield hinge_loss("two labels against two columns", HITS, TWO_COLUMNS)
    yield hinge_loss("two labels that are fractions", HITS + 0.5, MARGINS)
    yield hinge_loss("one-hot", ONE_HOT, SCORES)
    yield hinge_loss("nan as a label", np.array([0.0, NAN, 0.0, 0.0]), MARGINS)
    yield hinge_loss("a single label", 0, MARGINS)
    yield hinge_loss("nan", HITS, np.array([NAN, 0.0, 0.0, 0.0]))
    yield hinge_loss("inf", LABELS, np.where(SCORES == 3.0, INF, SCORES))
    yield hinge_loss("-inf", HITS, np.array([-INF, 0.0, 0.0, 0.0]))
    yield hinge_loss("texts as scores", HITS, np.array(["1", "2", "3", "4"]))
    yield hinge_loss("empty batch", np.zeros(0, dtype=np.int64), np.zeros(0))
    yield hinge_loss("no columns", HITS, np.zeros((4, 0)))
    yield hinge_loss("three dimensions", LABELS, SCORES[:, :, None])
    yield hinge_loss("too few labels", HITS[:3], MARGINS)
    yield hinge_loss("too few weights", HITS, MARGINS, sample_weight=WEIGHT[:3])
    yield hinge_loss("weights as a column", HITS, MARGINS, sample_weight=WEIGHT[:, None])
    yield hinge_loss("weights of 0", HITS, MARGINS, sample_weight=np.zeros(4))
    yield hinge_loss("weights that sum to 0", HITS, MARGINS, sample_weight=np.array([-1, 1, 1, -1]))


def call(function: str, arguments: Arguments) -> float:
    return getattr(metrics, function)(**arguments)


def main() -> None:
    if sklearn.__version__ != VERSION:
        raise SystemExit(f"This records scikit-learn {VERSION}; found {sklearn.__version__}.")
    record(
        TARGET,
        "scikit-learn",
        VERSION,
        call,
        (log_losses, single_precision, hinge_losses),
        (log_loss_errors, hinge_loss_errors),
    )


if __name__ == "__main__":
    main()
