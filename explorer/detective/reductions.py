"""The last steps of a pipeline, as two tables: how rows become one number, and on which scale."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import numpy as np

from explorer.detective.losses import ROUNDED, Family, Loss
from explorer.detective.readings import Kind, Task, View
from explorer.detective.targets import Rows
from explorer.numerics import Array

_EVERY_BATCH_SIZE = 256  # rows up to which every batch size is tried
_BATCH_SIZES = sorted({*(2**k for k in range(1, 17)), *(d * 10**k for d in (1, 2, 5) for k in range(1, 5)), 25, 250})


@dataclasses.dataclass(frozen=True, eq=False)
class Reduction:
    """How rows become one number: ``value`` takes rows and how many elements a row has, and gives (V, B).

    ``by_batch``: of several batches.
    B variants of its own are named by ``variants``. ``code`` has the mean over what the rows count as ``{mean}``, over
    the labels' weights as ``{label_mean}``, the sum as ``{sum}`` and the unreduced rows as ``{rows}``.
    """

    key: str
    mistake: str
    families: frozenset[Family]
    value: Callable[[View, Rows, int], Array]
    code: str
    when: Callable[[View, Loss], bool] = lambda *_: True
    share: float = 1.0
    variants: Callable[[View], tuple[str, ...]] = lambda _: ("",)
    by_batch: bool = False


@dataclasses.dataclass(frozen=True, eq=False)
class Scale:
    """What is done with the reduced number. ``precise`` is False for rounding, which counts where it shows."""

    key: str
    mistake: str
    of: Callable[[Array], Array]
    code: str
    when: Callable[[View, Loss], bool] = lambda *_: True
    share: float = 1.0
    precise: bool = True


def _over(rows: Rows, divisor: float | Array) -> Array:
    return (rows.losses.sum(axis=1) / np.float64(divisor))[:, np.newaxis]


def _sum(_view: View, rows: Rows, _width: int) -> Array:
    return _over(rows, 1.0)


def _over_elements(_view: View, rows: Rows, width: int) -> Array:
    return _over(rows, rows.counts.sum(axis=-1) * width)


def _over_counts(_view: View, rows: Rows, _width: int) -> Array:
    return _over(rows, rows.counts.sum(axis=-1))


def _over_width(_view: View, rows: Rows, width: int) -> Array:
    return _over(rows, width)


def _over_weights(view: View, rows: Rows, _width: int) -> Array:
    return _over(rows, view.label_weights.sum())


def _over_kept(view: View, rows: Rows, _width: int) -> Array:
    return _over(rows, view.kept.sum())


def _over_examples(view: View, rows: Rows, _width: int) -> Array:
    return _over(rows, view.examples)


def _over_all(view: View, rows: Rows, width: int) -> Array:
    return _over(rows, view.rows * width)


# --------------------------------------------------------------------------------------------------------- batches


def _sizes(view: View) -> list[int]:
    """Return the sizes of a batch that are tried: all of them for few rows, else the usual ones."""
    rows = view.rows
    return list(range(2, rows)) if rows <= _EVERY_BATCH_SIZE else [size for size in _BATCH_SIZES if size < rows]


def _uneven_sizes(view: View) -> list[int]:
    """Return the sizes for which a mean of means is another number: those that leave batches that count less."""
    by_index = view.class_weight is not None and view.labels is not None
    uneven = by_index or view.sample_weight is not None or not view.kept.all()
    rows = view.rows
    return [size for size in _sizes(view) if uneven or rows % size]


def _batch_means(rows: Rows, size: int, width: int) -> Array:
    starts = np.arange(0, rows.losses.shape[1], size)
    return np.add.reduceat(rows.losses, starts, axis=1) / (np.add.reduceat(rows.counts, starts, axis=-1) * width)


def _mean_of_means(view: View, rows: Rows, width: int) -> Array:
    columns = [_batch_means(rows, size, width).mean(axis=1) for size in _uneven_sizes(view)]
    return np.stack(columns, axis=1) if columns else np.empty((len(rows.losses), 0))


def _means_over_dataset(view: View, rows: Rows, width: int) -> Array:
    sizes = [*_sizes(view), view.rows]
    return np.stack([_batch_means(rows, size, width).sum(axis=1) for size in sizes], axis=1) / view.rows


# ------------------------------------------------------------------------------------------------------ the tables


def _weighted_one_hot(view: View, loss: Loss) -> bool:
    """Whether PyTorch divides by the rows, where for the same targets as indices it divides by their weights."""
    return loss.family is Family.CLASS and view.kind is Kind.ONE_HOT and view.class_weight is not None


def _one_mean(view: View, loss: Loss) -> bool:
    return not _weighted_one_hot(view, loss)


def _weighted_classes(view: View, _: Loss) -> bool:
    return view.task is Task.CLASSES and view.weighted


def _class_weighted(view: View, _: Loss) -> bool:
    return view.task is Task.CLASSES and view.class_weight is not None


def _weighted_labels(view: View, _: Loss) -> bool:
    return view.task is Task.LABELS and view.weighted


def _right(_: View, loss: Loss) -> bool:
    return not loss.mistake


def _several_labels(view: View, _: Loss) -> bool:
    return view.classes > 1


def _several_rows_and_labels(view: View, _: Loss) -> bool:
    return view.classes > 1 and view.rows > 1


def _some_ignored(view: View, _: Loss) -> bool:
    return bool(view.kept.any()) and not view.kept.all()


def _several_batches(view: View, loss: Loss) -> bool:
    """Whether a batch of fewer rows makes sense: what cannot ignore a row refuses one without any that counts."""
    return view.rows > 1 and not loss.across_rows and (loss.through.has_rows or bool(view.kept.all()))


def _several_positions(view: View, _: Loss) -> bool:
    return 1 < view.examples < view.rows


def _in_nats(_: View, loss: Loss) -> bool:
    return loss.logarithmic


def _per_class(view: View, loss: Loss) -> bool:
    return loss.logarithmic and view.task is Task.CLASSES and loss.family in (Family.CLASS, Family.KL)


_CLASS, _KL, _ELEMENT = (frozenset({family}) for family in (Family.CLASS, Family.KL, Family.ELEMENT))
_MEANS = frozenset({Family.CLASS, Family.ELEMENT, Family.ROW})
_ALL = frozenset(Family)
_BY_N = "{sum} / {N}"

# fmt: off
REDUCTIONS: tuple[Reduction, ...] = (
    Reduction("mean", "", _MEANS, _over_elements, "{mean}", _one_mean),
    Reduction("batchmean", "", _KL, _over_counts, "{batchmean}"),
    Reduction("mean", "kl_mean", _KL, _over_elements, "{mean}"),
    # ---- weights in the divisor, or not
    Reduction("index_mean", "", _CLASS, _over_weights, "{label_mean}", _weighted_one_hot),
    Reduction("soft_mean", "", _CLASS, _over_counts, "{mean}", _weighted_one_hot, 0.9),
    Reduction("soft_mean", "soft_target_weighted_mean", _CLASS, _over_counts, "{mean}", _weighted_one_hot, 30.0),
    Reduction("weighted_mean", "weighted_mean_divisor", _CLASS, _over_weights, "{label_mean}", _weighted_classes),
    Reduction("over_rows", "soft_target_weighted_mean", _CLASS, _over_kept, _BY_N, _class_weighted, 4.0),
    Reduction("over_rows", "keras_sample_weight", _CLASS, _over_kept, _BY_N, _weighted_classes, 2.5),
    Reduction("over_rows", "weighted_mean_divisor", _CLASS, _over_kept, _BY_N, _weighted_classes, 0.5),
    Reduction("over_weights", "weighted_mean_divisor", _ELEMENT, _over_weights, "{sum} / {weights}", _weighted_labels),
    # ---- the other reduction
    Reduction("sum", "sum_for_mean", _ALL, _sum, "{sum}"),
    Reduction("mean", "mean_for_sum", _CLASS | _ELEMENT, _over_elements, "{mean}", _right),
    Reduction(
        "over_rows", "multilabel_sum_for_mean", _ELEMENT, _over_counts, "{rows}.sum({axis}).mean()", _several_labels,
    ),
    Reduction(
        "sum_of_means", "sum_for_mean", _ELEMENT, _over_width, "{rows}.mean({axis}).sum()",
        _several_rows_and_labels, 0.3,
    ),
    # ---- several positions in each example
    Reduction("over_examples", "summed_over_positions", _ALL, _over_examples, "{sum} / {examples}", _several_positions),
    # ---- rows that should not count
    Reduction("over_all", "ignored_in_divisor", _ALL, _over_all, "{sum} / {elements}", _some_ignored),
    # ---- batches
    Reduction(
        "means", "mean_of_batch_means", _MEANS, _mean_of_means, "mean of {mean} over batches of {size}",
        _several_batches,
        variants=lambda v: tuple(map(str, _uneven_sizes(v))), by_batch=True,
    ),
    Reduction(
        "means_over_rows", "batch_means_over_dataset", _MEANS, _means_over_dataset,
        "sum of {mean} over batches of {size} / {M}", _several_batches,
        variants=lambda v: tuple(map(str, [*_sizes(v), v.rows])), by_batch=True,
    ),
)

SCALES: tuple[Scale, ...] = (
    Scale("nats", "", lambda x: x, "{value}"),
    Scale("bits", "bits", lambda x: x / math.log(2.0), "{value} / log(2)", _in_nats),
    Scale("log10", "log10", lambda x: x / math.log(10.0), "{value} / log(10)", _in_nats),
    Scale("exp", "perplexity_base", np.exp, "exp({value})", _per_class),
    Scale("power", "perplexity_base", np.exp2, "2 ** {single}", _per_class),
    Scale("exp_bits", "perplexity_base", lambda x: np.exp(x / math.log(2)), "exp({value} / log(2))", _per_class, 0.3),
    Scale("float16", "half_precision", ROUNDED["float16"], "{single}.half()", share=0.3, precise=False),
    Scale("bfloat16", "half_precision", ROUNDED["bfloat16"], "{single}.bfloat16()", share=0.2, precise=False),
)
# fmt: on
