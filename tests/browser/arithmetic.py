"""How close the browser's own arithmetic is to Python's, and cases to try it on, many in one call of the browser."""

from typing import Any

import numpy as np

from explorer import Case, Setup

RTOL = 1e-9  # far closer than any digit on the page
ATOL = 1e-14  # a bit of a probability near 1: what remains of 1 - p


def random_case(rng: np.random.Generator) -> Case:
    """Any set-up, any options, now and then an infinite logit."""
    setup = str(rng.choice(list(Setup)))
    n, k = int(rng.integers(1, 4)), int(rng.integers(2, 6))
    shape = (n,) if setup == "binary" else (n, k)
    logits = rng.normal(0, rng.choice([0.3, 3.0, 300.0]), shape).round(int(rng.integers(0, 17)))
    logits = np.where(rng.random(shape) < 0.04, rng.choice([-np.inf, np.inf, np.nan], shape), logits)
    options: dict[str, Any] = {
        "temperature": float(rng.choice([1.0, 0.5, 3.0])),
        "label_smoothing": float(rng.choice([0.0, 0.0, 0.1, 1.0])),
        "reduction": str(rng.choice(["mean", "mean", "sum", "none"])),
        "unit": str(rng.choice(["nats", "bits"])),
    }

    def weights(size: int) -> Any:
        return None if rng.random() < 0.4 else rng.choice([0.0, 0.5, 1.0, 2.0, 3.7], size, p=[0.1, 0.2, 0.3, 0.2, 0.2])

    if setup == "multiclass":
        options["weight"] = weights(k)
        targets = rng.integers(0, k, n) if rng.random() < 0.6 else rng.dirichlet(np.ones(k), n)
        if targets.ndim == 1:
            targets = np.where(rng.random(n) < 0.15, -100, targets)
    else:
        targets = rng.choice([0.0, 1.0, 0.25, 0.7], shape)
        options["weight"] = weights(n if setup == "binary" else k)
        options["pos_weight"] = weights(1 if setup == "binary" else k)
    return Case(setup, logits, targets, **options)
