"""The mean cross-entropy of the core against PyTorch, SciPy and scikit-learn: time, and memory.

The three are no dependencies of the project, so this runs in an environment of its own, from the repository's root::

    python -m venv benchmark && benchmark/bin/pip install numpy torch==2.13.0 scipy scikit-learn
    benchmark/bin/python -m benchmarks.core

Every library gets the same float64 logits and int64 labels and gives the mean loss; torch is held to one thread, as
NumPy's ``exp`` is. scikit-learn starts from probabilities, so it is given the time of its loss alone, with the softmax
already done. The rounds are interleaved in one process, so that a busy machine slows all of them alike; medians are
compared.

Memory is what ``tracemalloc`` sees allocated at the worst moment of one of our calls, on top of the input: NumPy
reports its arrays to it. It is given, input included, as a multiple of the input's size.

What is asked for, and checked at the end: at most 1.1 times torch's time, less than the others', and at most twice the
input's memory.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch and NumPy are loaded

import gc
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.special
import sklearn.metrics
import torch

from explorer.dialects import pytorch

SIZES = ((100_000, 10), (1_000_000, 10), (10_000, 1_000))
ROUNDS = 15
SLOW_ROUNDS = 5  # for those that take several times as long
MOST_TIME, MOST_MEMORY = 1.1, 2.0


def scipy_loss(logits: np.ndarray, labels: np.ndarray) -> float:
    log_p = scipy.special.log_softmax(logits, axis=1)
    return -float(np.take_along_axis(log_p, labels[:, None], axis=1).mean())


def contenders(logits: np.ndarray, labels: np.ndarray) -> dict[str, Callable[[], Any]]:
    tensors = torch.from_numpy(logits), torch.from_numpy(labels)
    probabilities = scipy.special.softmax(logits, axis=1)
    classes = range(logits.shape[1])
    return {
        "ours": lambda: pytorch.cross_entropy(logits, labels),
        "torch": lambda: torch.nn.functional.cross_entropy(*tensors).item(),
        "scipy": lambda: scipy_loss(logits, labels),
        "scikit-learn": lambda: sklearn.metrics.log_loss(labels, probabilities, labels=classes),
    }


def medians(calls: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """Seconds a call, the contenders taking turns."""
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for turn in range(ROUNDS + 1):
        for name, call in calls.items():
            if name in ("scipy", "scikit-learn") and turn > SLOW_ROUNDS:
                continue
            gc.disable()
            start = time.perf_counter()
            call()
            elapsed = time.perf_counter() - start
            gc.enable()
            if turn:  # the first turn warms up
                seconds[name].append(elapsed)
    return {name: statistics.median(times) for name, times in seconds.items()}


def memory_ratio(logits: np.ndarray, labels: np.ndarray) -> float:
    """The input and the peak of what one call allocates, over the input."""
    tracemalloc.start()
    pytorch.cross_entropy(logits, labels)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return 1.0 + peak / logits.nbytes


def main() -> int:
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    print(f"NumPy {np.__version__}, torch {torch.__version__}, SciPy {scipy.__version__}, ", end="")
    print(f"scikit-learn {sklearn.__version__}; float64, one thread, median of {ROUNDS} interleaved rounds\n")
    names = ("ours", "torch", "scipy", "scikit-learn")
    print(f"{'rows x classes':>16}" + "".join(f"{name + ', ms':>17}" for name in names), end="")
    print(f"{'ours / torch':>15}{'memory / input':>17}")
    good = True
    for rows, classes in SIZES:
        logits, labels = rng.normal(scale=3.0, size=(rows, classes)), rng.integers(0, classes, size=rows)
        calls = contenders(logits, labels)
        values = [float(call()) for call in calls.values()]
        if not np.allclose(values, values[0], rtol=1e-10):
            raise AssertionError(f"the contenders do not agree: {dict(zip(calls, values, strict=True))}")
        seconds = medians(calls)
        memory = memory_ratio(logits, labels)
        ratio = seconds["ours"] / seconds["torch"]
        good &= ratio <= MOST_TIME and memory <= MOST_MEMORY
        good &= seconds["ours"] < min(seconds["scipy"], seconds["scikit-learn"])
        print(f"{f'{rows:,} x {classes:,}':>16}" + "".join(f"{seconds[name] * 1e3:17.2f}" for name in names), end="")
        print(f"{ratio:15.2f}{memory:17.3f}", flush=True)
    print(
        f"\n{'as asked for' if good else 'NOT as asked for'}: at most {MOST_TIME} x torch, ahead of the others, ",
        end="",
    )
    print(f"at most {MOST_MEMORY} x the input's memory")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
