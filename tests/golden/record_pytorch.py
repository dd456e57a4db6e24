"""Record what PyTorch answers, for ``tests/test_golden.py``. Only needed to record again.

PyTorch is no dependency of the project, so this runs in an environment of its own, from the repository's root::

    python -m venv recorder && recorder/bin/pip install torch==2.13.0 numpy
    recorder/bin/python tests/golden/record_pytorch.py

It writes ``tests/golden/pytorch.json``, in the format of ``encoding.py``; everything is float64 and int64. The seed is
fixed, so a second run writes the same file.

Left out on purpose: losses so close to zero that torch's ``z - log(sum of exp)`` no longer holds twelve digits (ours
are held against mpmath instead), and the reduced empty batch of the two margin losses over classes, for which torch
returns memory that nobody has written to.

``sigmoid_focal_loss`` lives in torchvision. It is recorded here from torch's own operations, after the published
formula: Lin et al., *Focal Loss for Dense Object Detection* (2017), equation (5), and the documentation of
``torchvision.ops.sigmoid_focal_loss``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the name that every PyTorch user knows it by
from encoding import Arguments, Case, record

VERSION = "2.13.0"
TARGET = Path(__file__).with_name("pytorch.json")
TENSORS = {"input", "target", "weight", "pos_weight", "inputs", "targets"}
REDUCTIONS = ("none", "mean", "sum")
INF, NAN = math.inf, math.nan

RNG = np.random.default_rng(20240229)
# The demo batch that the documentation uses, and a random one.
LOGITS = np.array([[2.0, 1.0, 0.1], [0.5, 2.5, -1.0], [1.0, -1.0, 3.0], [0.0, 0.0, 0.0]])
LABELS = np.array([0, 1, 1, 2])
ONE_HOT = np.eye(3)[LABELS]
SOFT = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.0, 1.0, 0.0], [0.25, 0.25, 0.5]])
WEIGHT = np.array([1.0, 2.0, 0.5])
RANDOM = RNG.normal(scale=2.0, size=(6, 5)).round(3)
RANDOM_LABELS = RNG.integers(0, 5, size=6)
RANDOM_WEIGHT = RNG.uniform(0.2, 3.0, size=5).round(3)
SPATIAL = RNG.normal(scale=2.0, size=(2, 3, 4)).round(3)
SPATIAL_LABELS = RNG.integers(0, 3, size=(2, 4))
IMAGE = RNG.normal(scale=2.0, size=(2, 3, 2, 2)).round(3)
IMAGE_LABELS = RNG.integers(0, 3, size=(2, 2, 2))
VOLUME = RNG.normal(scale=2.0, size=(1, 2, 2, 1, 2)).round(3)
VOLUME_LABELS = RNG.integers(0, 2, size=(1, 2, 1, 2))
SCORES = np.array([[2.0, -1.0, 0.5], [0.0, 3.0, -4.0]])
HITS = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.3]])
CHANCES = np.array([[0.2, 0.7, 0.1], [0.9, 0.5, 0.35]])
CHANCE_WEIGHT = np.array([[1.0, 2.0, 3.0], [0.5, 0.0, 1.0]])
NO_ROWS, NO_LABELS = np.zeros((0, 3)), np.zeros(0, dtype=np.int64)


def log_softmax(logits: np.ndarray, axis: int = 1) -> np.ndarray:
    return torch.from_numpy(logits).log_softmax(axis).numpy().round(6)


def sigmoid_focal_loss(
    inputs: torch.Tensor, targets: torch.Tensor, alpha: float = 0.25, gamma: float = 2.0, reduction: str = "none"
) -> torch.Tensor:
    if reduction not in REDUCTIONS or not (0 <= alpha <= 1 or alpha == -1):
        raise ValueError
    loss = F.binary_cross_entropy_with_logits(inputs, targets, reduction="none")
    chance = torch.sigmoid(inputs)
    wrong = 1 - (chance * targets + (1 - chance) * (1 - targets))
    loss = loss * wrong**gamma
    if alpha >= 0:
        loss = loss * (alpha * targets + (1 - alpha) * (1 - targets))
    return {"none": loss, "mean": loss.mean(), "sum": loss.sum()}[reduction]


def reduced(function: str, about: str, **arguments: Any) -> Iterator[Case]:
    """One case in each of the three reductions."""
    for reduction in REDUCTIONS:
        yield function, f"{about}, {reduction}", {**arguments, "reduction": reduction}


def class_losses() -> Iterator[Case]:
    log_p = log_softmax(LOGITS)
    ignoring = np.array([0, -100, 1, -100])
    for function, rows in (("cross_entropy", LOGITS), ("nll_loss", log_p)):
        yield from reduced(function, "indices", input=rows, target=LABELS)
        yield from reduced(function, "weights", input=rows, target=LABELS, weight=WEIGHT)
        yield from reduced(function, "random rows, weights", input=RANDOM, target=RANDOM_LABELS, weight=RANDOM_WEIGHT)
        yield from reduced(function, "ignored rows", input=rows, target=ignoring)
        yield from reduced(function, "ignored rows, weights", input=rows, target=ignoring, weight=WEIGHT)
        yield from reduced(function, "ignored class", input=rows, target=LABELS, ignore_index=1, weight=WEIGHT)
        yield from reduced(function, "all ignored", input=rows, target=np.full(4, -100))
        yield from reduced(function, "weights of zero", input=rows, target=LABELS, weight=np.zeros(3))
        yield from reduced(function, "empty batch", input=NO_ROWS, target=NO_LABELS, weight=WEIGHT)
        yield from reduced(function, "one example", input=rows[0], target=np.array(1), weight=WEIGHT)
        yield function, "one example, one-element target", {"input": rows[0], "target": np.array([2])}
        yield function, "one example, ignored", {"input": rows[0], "target": np.array(-100)}
        yield from reduced(function, "(N, C, d)", input=SPATIAL, target=SPATIAL_LABELS)
        yield from reduced(
            function, "(N, C, d), weights, ignored", input=SPATIAL, target=SPATIAL_LABELS, weight=WEIGHT, ignore_index=0
        )
        yield from reduced(function, "(N, C, h, w), weights", input=IMAGE, target=IMAGE_LABELS, weight=WEIGHT)
        yield from reduced(function, "(N, C, d, h, w)", input=VOLUME, target=VOLUME_LABELS)
        yield function, "no positions", {"input": np.zeros((2, 3, 0)), "target": np.zeros((2, 0), dtype=np.int64)}
        yield (
            function,
            "ignore_index beside a class out of range",
            {"input": rows, "target": np.array([0, 7, 1, 2]), "ignore_index": 7},
        )
        yield function, "negative weights", {"input": rows, "target": LABELS, "weight": -WEIGHT}
        yield (
            function,
            "no classes, all ignored",
            {"input": np.zeros((2, 0)), "target": np.full(2, -100), "reduction": "none"},
        )
    nan_row = np.array([[0.0, NAN, 1.0], [2.0, 1.0, 0.0]])
    yield from reduced("nll_loss", "infinities", input=np.array([[-INF, 0.0], [INF, 0.0]]), target=np.array([0, 1]))
    yield "nll_loss", "nan beside the target", {"input": nan_row, "target": np.array([0, 0])}
    yield "nll_loss", "logits by mistake", {"input": LOGITS, "target": LABELS}
    yield (
        "nll_loss",
        "weight of zero on an infinite entry",
        {"input": np.array([[-INF, 0.0]]), "target": np.array([0]), "weight": np.array([0.0, 1.0])},
    )


def smoothed_and_soft_targets() -> Iterator[Case]:
    ce = "cross_entropy"
    yield from reduced(ce, "smoothing", input=LOGITS, target=LABELS, label_smoothing=0.1)
    yield from reduced(ce, "smoothing, weights", input=LOGITS, target=LABELS, weight=WEIGHT, label_smoothing=0.1)
    yield from reduced(
        ce,
        "smoothing, weights, ignored",
        input=LOGITS,
        target=LABELS,
        weight=WEIGHT,
        label_smoothing=0.3,
        ignore_index=1,
    )
    yield from reduced(ce, "smoothing, all ignored", input=LOGITS, target=np.full(4, -100), label_smoothing=0.1)
    yield from reduced(ce, "smoothing of 1", input=LOGITS, target=LABELS, label_smoothing=1.0)
    yield ce, "smoothing below 0 is none", {"input": LOGITS, "target": LABELS, "label_smoothing": -0.1}
    yield from reduced(
        ce, "smoothing, (N, C, d), weights", input=SPATIAL, target=SPATIAL_LABELS, weight=WEIGHT, label_smoothing=0.2
    )
    yield from reduced(
        ce, "smoothing, one example", input=LOGITS[0], target=np.array(1), weight=WEIGHT, label_smoothing=0.2
    )
    yield from reduced(ce, "smoothing, empty batch", input=NO_ROWS, target=NO_LABELS, label_smoothing=0.2)
    yield from reduced(ce, "one-hot", input=LOGITS, target=ONE_HOT)
    yield from reduced(ce, "soft", input=LOGITS, target=SOFT)
    yield from reduced(ce, "soft, weights", input=LOGITS, target=SOFT, weight=WEIGHT)
    yield from reduced(ce, "one-hot, weights", input=LOGITS, target=ONE_HOT, weight=WEIGHT)
    yield from reduced(ce, "soft, smoothing", input=LOGITS, target=SOFT, label_smoothing=0.2)
    yield from reduced(ce, "soft, smoothing, weights", input=LOGITS, target=SOFT, weight=WEIGHT, label_smoothing=0.2)
    yield from reduced(ce, "soft, (N, C, d), weights", input=SPATIAL, target=np.abs(SPATIAL), weight=WEIGHT)
    yield from reduced(ce, "soft, one example", input=LOGITS[0], target=SOFT[0], weight=WEIGHT)
    yield from reduced(ce, "soft, empty batch", input=NO_ROWS, target=NO_ROWS, weight=WEIGHT)
    yield ce, "soft, negative ignore_index", {"input": LOGITS, "target": SOFT, "ignore_index": -1}
    yield ce, "soft, not normalised", {"input": LOGITS, "target": 5.0 * SOFT - 0.5}
    yield from reduced(ce, "soft, no classes", input=np.zeros((2, 0)), target=np.zeros((2, 0)))
    yield from reduced(ce, "one class", input=LOGITS[:, :1], target=np.zeros(4, dtype=np.int64))
    yield (
        ce,
        "large logits",
        {
            "input": np.array([[0.0, 1000.0, -1000.0], [1000.0, 0.0, 0.0]]),
            "target": np.array([0, 0]),
            "reduction": "none",
        },
    )


def infinite_logits() -> Iterator[Case]:
    ce = "cross_entropy"
    rows = np.array(
        [[0, -INF, 1], [-INF, 0, 1], [-INF] * 3, [INF, 0, 1], [0, INF, 1], [INF, INF, 0], [NAN, 0, 1], [0, NAN, 1]]
    )
    first = np.zeros(len(rows), dtype=np.int64)
    onehot = np.tile([1.0, 0.0, 0.0], (len(rows), 1))
    yield from reduced(ce, "infinities", input=rows, target=first)
    yield from reduced(ce, "infinities, ignored", input=rows, target=first, ignore_index=0)
    yield ce, "infinities, smoothing", {"input": rows, "target": first, "label_smoothing": 0.1, "reduction": "none"}
    yield (
        ce,
        "infinities, smoothing of 1",
        {"input": rows, "target": first, "label_smoothing": 1.0, "reduction": "none"},
    )
    yield (
        ce,
        "infinities, weight of zero",
        {"input": rows, "target": first, "weight": np.array([0.0, 1.0, 1.0]), "reduction": "none"},
    )
    yield (
        ce,
        "infinities, smoothing, weights of zero",
        {
            "input": rows,
            "target": first,
            "weight": np.array([1.0, 0.0, 0.0]),
            "label_smoothing": 0.1,
            "reduction": "none",
        },
    )
    yield ce, "infinities, one-hot", {"input": rows, "target": onehot, "reduction": "none"}
    yield (
        ce,
        "infinities, soft",
        {"input": rows, "target": np.tile([0.5, 0.5, 0.0], (len(rows), 1)), "reduction": "none"},
    )
    yield ce, "infinity beside the target, mean", {"input": rows[:1], "target": first[:1]}
    yield ce, "infinite loss, mean", {"input": rows[:2], "target": first[:2]}
    yield ce, "nan row ignored", {"input": np.array([[NAN, 0.0], [1.0, 2.0]]), "target": np.array([-100, 0])}


def class_errors() -> Iterator[Case]:
    for function in ("cross_entropy", "nll_loss"):
        yield function, "class out of range", {"input": LOGITS, "target": LABELS + 1}
        yield function, "class -1", {"input": LOGITS, "target": LABELS - 1}
        yield (
            function,
            "class -100, another ignored",
            {"input": LOGITS, "target": np.array([0, -100, 1, 2]), "ignore_index": 1},
        )
        yield function, "class out of range, (N, C, d)", {"input": SPATIAL, "target": SPATIAL_LABELS + 2}
        yield function, "no classes", {"input": np.zeros((2, 0)), "target": np.zeros(2, dtype=np.int64)}
        yield function, "too few targets", {"input": LOGITS, "target": LABELS[:3]}
        yield function, "target (N, 1)", {"input": LOGITS, "target": LABELS[:, None]}
        yield function, "one target for a batch", {"input": LOGITS, "target": np.array(0)}
        yield function, "two targets for one example", {"input": LOGITS[0], "target": np.array([0, 1])}
        yield function, "target (1, 1) for one example", {"input": LOGITS[0], "target": np.array([[0]])}
        yield function, "float indices", {"input": LOGITS, "target": LABELS.astype(float)}
        yield function, "spatial target too long", {"input": SPATIAL, "target": np.zeros((2, 5), dtype=np.int64)}
        yield function, "spatial target missing", {"input": IMAGE, "target": np.array([0, 1])}
        yield function, "weights too short", {"input": LOGITS, "target": LABELS, "weight": WEIGHT[:2]}
        yield function, "weight a number", {"input": LOGITS, "target": LABELS, "weight": np.array(1.0)}
        yield function, "bad reduction", {"input": LOGITS, "target": LABELS, "reduction": "average"}
        yield function, "batchmean", {"input": LOGITS, "target": LABELS, "reduction": "batchmean"}
        yield function, "no class dimension", {"input": np.array(1.0), "target": np.array([0])}
        yield (
            function,
            "bad reduction before a class out of range",
            {"input": LOGITS, "target": LABELS + 1, "reduction": ""},
        )
    yield "nll_loss", "soft target", {"input": LOGITS, "target": SOFT}
    ce = "cross_entropy"
    yield ce, "smoothing above 1", {"input": LOGITS, "target": LABELS, "label_smoothing": 1.5}
    yield ce, "soft, smoothing above 1", {"input": LOGITS, "target": SOFT, "label_smoothing": 1.5}
    yield ce, "smoothing, class out of range", {"input": LOGITS, "target": LABELS + 1, "label_smoothing": 0.1}
    yield ce, "soft, ignore_index", {"input": LOGITS, "target": SOFT, "ignore_index": 1}
    yield ce, "soft, of another width", {"input": LOGITS, "target": SOFT[:, :2]}
    yield ce, "integers in the shape of the input", {"input": LOGITS, "target": ONE_HOT.astype(np.int64)}
    yield ce, "soft, weights too short", {"input": LOGITS, "target": SOFT, "weight": WEIGHT[:2]}


def binary_losses() -> Iterator[Case]:
    bce = "binary_cross_entropy"
    yield from reduced(bce, "plain", input=CHANCES, target=HITS)
    yield from reduced(bce, "weights", input=CHANCES, target=HITS, weight=CHANCE_WEIGHT)
    yield bce, "weights a class", {"input": CHANCES, "target": HITS, "weight": WEIGHT}
    yield bce, "weights a row", {"input": CHANCES, "target": HITS, "weight": np.array([[1.0], [3.0]])}
    yield (
        bce,
        "clamped at 100",
        {"input": np.array([0.0, 1.0, 0.0, 1.0]), "target": np.array([0.0, 1.0, 1.0, 0.0]), "reduction": "none"},
    )
    yield (
        bce,
        "tiny probabilities",
        {"input": np.array([1e-50, 1e-40, 1.0 - 1e-16]), "target": np.array([1.0, 1.0, 0.0]), "reduction": "none"},
    )
    yield from reduced(bce, "empty", input=np.zeros(0), target=np.zeros(0))
    yield bce, "a number", {"input": np.array(0.3), "target": np.array(1.0), "reduction": "none"}

    logits = "binary_cross_entropy_with_logits"
    yield from reduced(logits, "plain", input=SCORES, target=HITS)
    yield from reduced(logits, "weights", input=SCORES, target=HITS, weight=CHANCE_WEIGHT)
    yield from reduced(logits, "pos_weight", input=SCORES, target=HITS, pos_weight=WEIGHT)
    yield from reduced(
        logits, "weights, pos_weight", input=SCORES, target=HITS, weight=WEIGHT, pos_weight=np.array(3.0)
    )
    yield from reduced(logits, "labels of -1", input=SCORES[0], target=np.array([1.0, -1.0, 1.0]))
    yield from reduced(logits, "empty", input=np.zeros(0), target=np.zeros(0))
    yield logits, "a number", {"input": np.array(2.0), "target": np.array(1.0)}
    yield (
        logits,
        "large logits",
        {
            "input": np.array([1000.0, -1000.0, 750.0, -750.0]),
            "target": np.array([0.0, 1.0, 0.5, 0.5]),
            "reduction": "none",
        },
    )
    edges = np.repeat([INF, -INF, NAN], 5)
    labels = np.tile([0.0, 1.0, 0.5, -1.0, 2.0], 3)
    yield logits, "infinities", {"input": edges, "target": labels, "reduction": "none"}
    yield (
        logits,
        "infinities, pos_weight",
        {"input": edges, "target": labels, "pos_weight": np.array(2.0), "reduction": "none"},
    )
    yield (
        logits,
        "infinities, pos_weight 0",
        {"input": edges, "target": labels, "pos_weight": np.array(0.0), "reduction": "none"},
    )
    yield (
        logits,
        "infinite targets",
        {"input": np.array([2.0, -700.0, -700.0]), "target": np.array([INF, INF, -INF]), "reduction": "none"},
    )
    yield (
        logits,
        "infinities, weight 0",
        {"input": edges, "target": labels, "weight": np.array(0.0), "reduction": "none"},
    )

    soft = "multilabel_soft_margin_loss"
    yield from reduced(soft, "plain", input=SCORES, target=HITS)
    yield from reduced(soft, "weights", input=SCORES, target=HITS, weight=WEIGHT)
    yield from reduced(soft, "one example", input=SCORES[0], target=HITS[0])
    yield from reduced(soft, "empty batch", input=NO_ROWS, target=NO_ROWS)
    yield from reduced(soft, "one row of targets for all", input=SCORES, target=HITS[0])
    yield from reduced(soft, "three dimensions", input=SCORES[None], target=HITS[None])
    yield soft, "no classes", {"input": np.zeros((2, 0)), "target": np.zeros((2, 0)), "reduction": "none"}
    yield soft, "infinities", {"input": edges[:, None], "target": labels[:, None], "reduction": "none"}

    focal = "sigmoid_focal_loss"
    yield from reduced(focal, "plain", inputs=SCORES, targets=HITS)
    yield focal, "defaults", {"inputs": SCORES, "targets": HITS}
    yield from reduced(focal, "no alpha", inputs=SCORES, targets=HITS, alpha=-1)
    yield from reduced(focal, "other gamma", inputs=SCORES, targets=HITS, alpha=0.75, gamma=1.5)
    yield focal, "gamma 0", {"inputs": SCORES, "targets": HITS, "alpha": -1, "gamma": 0.0}
    yield focal, "infinities", {"inputs": edges, "targets": labels}
    yield focal, "empty", {"inputs": np.zeros(0), "targets": np.zeros(0), "reduction": "mean"}


def binary_errors() -> Iterator[Case]:
    bce, logits, soft = "binary_cross_entropy", "binary_cross_entropy_with_logits", "multilabel_soft_margin_loss"
    for about, chance in (("above 1", 1.1), ("below 0", -0.1), ("nan", NAN)):
        yield bce, f"input {about}", {"input": np.array([chance]), "target": np.array([1.0])}
        yield bce, f"target {about}", {"input": np.array([0.5]), "target": np.array([chance])}
    for function in (bce, logits):
        rows = CHANCES if function == bce else SCORES
        yield function, "target of another shape", {"input": rows, "target": HITS[0]}
        yield function, "(N, 1) against (N,)", {"input": rows[:, :1], "target": HITS[:, 0]}
        yield function, "weight does not broadcast", {"input": rows, "target": HITS, "weight": WEIGHT[:2]}
        yield function, "weight larger than the input", {"input": rows[0], "target": HITS[0], "weight": CHANCE_WEIGHT}
        yield function, "bad reduction", {"input": rows, "target": HITS, "reduction": "average"}
    yield logits, "pos_weight does not broadcast", {"input": SCORES, "target": HITS, "pos_weight": WEIGHT[:2]}
    yield (
        logits,
        "pos_weight larger than the input",
        {"input": SCORES[0], "target": HITS[0], "pos_weight": CHANCE_WEIGHT},
    )
    yield soft, "target does not broadcast", {"input": SCORES, "target": HITS[:, :2]}
    yield soft, "weight does not broadcast", {"input": SCORES, "target": HITS, "weight": WEIGHT[:2]}
    yield soft, "no class dimension", {"input": np.array(1.0), "target": np.array(1.0)}
    yield soft, "bad reduction", {"input": SCORES, "target": HITS, "reduction": "average"}
    yield soft, "bad reduction, no class dimension", {"input": np.array(1.0), "target": np.array(1.0), "reduction": "x"}
    yield "sigmoid_focal_loss", "target of another shape", {"inputs": SCORES, "targets": HITS[0]}
    yield "sigmoid_focal_loss", "bad reduction", {"inputs": SCORES, "targets": HITS, "reduction": "average"}
    yield "sigmoid_focal_loss", "alpha above 1", {"inputs": SCORES, "targets": HITS, "alpha": 1.5}


def margin_losses() -> Iterator[Case]:
    edges = np.array([[INF, 0, 1], [-INF, 0, 1], [0, INF, 1], [0, -INF, 2], [NAN, 0, 1], [INF, INF, 0], [0, NAN, 1]])
    multi = "multi_margin_loss"
    alone = {"input": LOGITS[:1], "target": np.array(0), "reduction": "none"}
    yield multi, "one row, its index without a dimension", alone
    yield from reduced(multi, "plain", input=LOGITS, target=LABELS)
    yield from reduced(multi, "squared, weights", input=LOGITS, target=LABELS, p=2, weight=WEIGHT)
    yield from reduced(multi, "random rows, margin", input=RANDOM, target=RANDOM_LABELS, margin=2.5)
    yield from reduced(multi, "weights", input=RANDOM, target=RANDOM_LABELS, weight=RANDOM_WEIGHT)
    yield from reduced(multi, "one example", input=LOGITS[0], target=np.array(1))
    yield multi, "one example, one-element target", {"input": LOGITS[0], "target": np.array([1]), "reduction": "none"}
    yield multi, "one class", {"input": LOGITS[:, :1], "target": np.zeros(4, dtype=np.int64), "reduction": "none"}
    yield multi, "empty batch", {"input": NO_ROWS, "target": NO_LABELS, "reduction": "none"}
    yield multi, "infinities", {"input": edges, "target": np.zeros(7, dtype=np.int64), "reduction": "none"}
    yield (
        multi,
        "infinities, squared",
        {"input": edges, "target": np.zeros(7, dtype=np.int64), "p": 2, "reduction": "none"},
    )
    several = np.array([[0, -1, 1], [1, 2, -1], [2, 0, 1], [-1, 0, 1]])
    label = "multilabel_margin_loss"
    yield from reduced(label, "plain", input=LOGITS, target=several)
    yield from reduced(label, "one example", input=LOGITS[0], target=several[1])
    yield label, "a class twice", {"input": LOGITS, "target": np.tile([0, 0, -1], (4, 1)), "reduction": "none"}
    yield label, "no class", {"input": LOGITS, "target": np.full((4, 3), -1), "reduction": "none"}
    yield label, "infinities", {"input": edges, "target": np.tile([0, -1, -1], (7, 1)), "reduction": "none"}
    yield label, "empty batch", {"input": NO_ROWS, "target": np.zeros((0, 3), dtype=np.int64), "reduction": "none"}
    signs = np.array([[1.0, -1.0, 1.0], [-1.0, 1.0, -1.0]])
    soft = "soft_margin_loss"
    yield from reduced(soft, "plain", input=SCORES, target=signs)
    yield from reduced(soft, "labels of 0 and 1", input=SCORES, target=(signs + 1.0) / 2.0)
    yield from reduced(soft, "overflow", input=np.array([-700.0, -800.0, 800.0]), target=np.array([1.0, 1.0, -1.0]))
    yield soft, "one row of targets for all", {"input": SCORES, "target": signs[0]}
    yield (
        soft,
        "infinities",
        {
            "input": np.array([INF, -INF, NAN, INF, -INF, 0.0]),
            "target": np.array([1.0, 1.0, 1.0, 0.0, -1.0, INF]),
            "reduction": "none",
        },
    )
    yield from reduced(soft, "empty", input=np.zeros(0), target=np.zeros(0))
    hinge = "hinge_embedding_loss"
    distances = np.array([2.0, 0.5, 0.5, -1.0, 3.0])
    yield from reduced(hinge, "plain", input=distances, target=np.array([1.0, -1.0, 1.0, -1.0, -1.0]))
    yield from reduced(hinge, "margin", input=distances, target=np.array([1.0, -1.0, 1.0, -1.0, -1.0]), margin=2.5)
    yield (
        hinge,
        "other labels",
        {"input": distances, "target": np.array([0.0, 0.0, 0.5, 2.0, NAN]), "reduction": "none"},
    )
    yield hinge, "one row of targets for all", {"input": SCORES, "target": signs[0]}
    yield hinge, "one row of distances for all", {"input": SCORES[0], "target": signs, "reduction": "none"}
    yield (
        hinge,
        "infinities",
        {
            "input": np.array([INF, -INF, NAN, INF, -INF, NAN, INF]),
            "target": np.array([1.0, 1.0, 1.0, -1.0, -1.0, -1.0, 0.0]),
            "reduction": "none",
        },
    )
    yield from reduced(hinge, "empty", input=np.zeros(0), target=np.zeros(0))


def margin_errors() -> Iterator[Case]:
    multi, label = "multi_margin_loss", "multilabel_margin_loss"
    yield multi, "class out of range", {"input": LOGITS, "target": LABELS + 1}
    yield multi, "class -100", {"input": LOGITS, "target": LABELS - 100}
    yield multi, "too few targets", {"input": LOGITS, "target": LABELS[:3]}
    yield multi, "target (N, 1)", {"input": LOGITS, "target": LABELS[:, None]}
    yield multi, "float indices", {"input": LOGITS, "target": LABELS.astype(float)}
    yield multi, "two rows, an index without a dimension", {"input": LOGITS[:2], "target": np.array(0)}
    yield multi, "p 3", {"input": LOGITS, "target": LABELS, "p": 3}
    yield multi, "weights too short", {"input": LOGITS, "target": LABELS, "weight": WEIGHT[:2]}
    yield multi, "weights in two dimensions", {"input": LOGITS, "target": LABELS, "weight": WEIGHT[None]}
    yield multi, "three dimensions", {"input": LOGITS[None], "target": LABELS[None]}
    yield multi, "no classes", {"input": np.zeros((2, 0)), "target": np.zeros(2, dtype=np.int64)}
    yield multi, "bad reduction", {"input": LOGITS, "target": LABELS, "reduction": "average"}
    several = np.tile([0, -1, 1], (4, 1))
    yield label, "class out of range", {"input": LOGITS, "target": several + np.array([0, 0, 2])}
    yield label, "class -2", {"input": LOGITS, "target": several - np.array([2, 0, 0])}
    yield label, "target of another shape", {"input": LOGITS, "target": several[:, :2]}
    yield label, "one row of targets for all", {"input": LOGITS, "target": several[0]}
    yield label, "float indices", {"input": LOGITS, "target": several.astype(float)}
    yield label, "no classes", {"input": np.zeros((2, 0)), "target": np.zeros((2, 0), dtype=np.int64)}
    yield label, "bad reduction", {"input": LOGITS, "target": several, "reduction": "average"}
    for function in ("soft_margin_loss", "hinge_embedding_loss"):
        yield function, "target does not broadcast", {"input": SCORES, "target": WEIGHT[:2]}
        yield function, "bad reduction", {"input": SCORES, "target": SCORES, "reduction": "average"}
    yield "soft_margin_loss", "target larger than the input", {"input": SCORES[0], "target": SCORES}
    yield "soft_margin_loss", "(N, 1) against (N,)", {"input": LOGITS[:, :1], "target": LOGITS[:, 0]}


def divergence_and_activations() -> Iterator[Case]:
    log_p = log_softmax(LOGITS)
    for reduction in (*REDUCTIONS, "batchmean"):
        for about, arguments in (
            ("plain", {"input": log_p, "target": SOFT}),
            ("log target", {"input": log_p, "target": log_softmax(LOGITS[::-1].copy()), "log_target": True}),
            ("one example", {"input": log_p[0], "target": SOFT[0]}),
            ("empty", {"input": NO_ROWS, "target": NO_ROWS}),
            ("one row of targets for all", {"input": log_p, "target": SOFT[0]}),
            ("one row of log-probabilities for all", {"input": log_p[0], "target": SOFT}),
        ):
            yield "kl_div", f"{about}, {reduction}", {**arguments, "reduction": reduction}
    yield "kl_div", "probabilities by mistake", {"input": np.exp(log_p), "target": SOFT}
    yield "kl_div", "negative targets", {"input": log_p, "target": -SOFT, "reduction": "none"}
    yield "kl_div", "a number", {"input": np.array(-1.0), "target": np.array(0.5), "reduction": "batchmean"}
    edges = np.array([-INF, -INF, INF, NAN, 0.0, 0.0, INF, -INF])
    yield (
        "kl_div",
        "infinities",
        {"input": edges, "target": np.array([0.0, 0.5, 0.5, 0.5, NAN, INF, 0.0, INF]), "reduction": "none"},
    )
    yield (
        "kl_div",
        "infinities, log target",
        {
            "input": edges,
            "target": np.array([0.0, -INF, 0.5, 0.5, NAN, INF, 0.0, INF]),
            "log_target": True,
            "reduction": "none",
        },
    )
    rows = np.array([[0, -INF, 1], [-INF] * 3, [INF, 0, 1], [NAN, 0, 1], [1000, 0, -1000], [5, 5, 5]])
    for function in ("softmax", "log_softmax"):
        for dim in (0, 1, -1, -2):
            yield function, f"dim {dim}", {"input": RANDOM, "dim": dim}
        yield function, "infinities", {"input": rows, "dim": 1}
        yield function, "no dim, one dimension", {"input": LOGITS[0]}
        yield function, "no dim, two dimensions", {"input": LOGITS}
        yield function, "no dim, three dimensions", {"input": SPATIAL}
        yield function, "no dim, four dimensions", {"input": IMAGE, "dim": None}
        yield function, "a number", {"input": np.array(3.0), "dim": -1}
        yield function, "an infinite number", {"input": np.array(INF), "dim": 0}
        yield function, "empty", {"input": NO_ROWS, "dim": 0}
        yield function, "no classes", {"input": np.zeros((2, 0)), "dim": 1}
    points = np.array([0.0, 1.0, -1.0, 40.0, -40.0, 750.0, -750.0, INF, -INF, NAN])
    for function in ("sigmoid", "logsigmoid"):
        yield function, "points", {"input": points}
        yield function, "a number", {"input": np.array(0.25)}
        yield function, "empty", {"input": NO_ROWS}


def divergence_and_activation_errors() -> Iterator[Case]:
    yield "kl_div", "bad reduction", {"input": LOGITS, "target": SOFT, "reduction": "average"}
    yield "kl_div", "shapes do not broadcast", {"input": LOGITS, "target": SOFT[:, :2]}
    for function in ("softmax", "log_softmax"):
        yield function, "dim too large", {"input": LOGITS, "dim": 2}
        yield function, "dim too small", {"input": LOGITS, "dim": -3}
        yield function, "dim of a number", {"input": np.array(1.0), "dim": 1}
        yield function, "dim not a whole number", {"input": LOGITS, "dim": 1.0}


def call(function: str, arguments: Arguments) -> np.ndarray:
    implementation = sigmoid_focal_loss if function == "sigmoid_focal_loss" else getattr(F, function)
    tensors = {name: torch.from_numpy(np.array(arguments[name])) for name in arguments.keys() & TENSORS}
    return implementation(**arguments | tensors).numpy()


def main() -> None:
    version = torch.__version__.split("+", maxsplit=1)[0]
    if version != VERSION:
        raise SystemExit(f"This records torch {VERSION}; found {version}.")
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    answers = (
        class_losses,
        smoothed_and_soft_targets,
        infinite_logits,
        binary_losses,
        margin_losses,
        divergence_and_activations,
    )
    errors = (class_errors, binary_errors, margin_errors, divergence_and_activation_errors)
    record(TARGET, "torch", version, call, answers, errors)


if __name__ == "__main__":
    main()
