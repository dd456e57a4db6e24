"""Changing a case: each edit takes a case and returns another one, or raises InvalidCase and changes nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from explorer.case import IGNORE_INDEX, MAX_CLASSES, Case, Setup, default_names
from explorer.errors import InvalidCase
from explorer.numerics import Array
from explorer.spelling import number_text

FEWEST_CLASSES = {Setup.MULTICLASS: 2, Setup.BINARY: 2, Setup.MULTILABEL: 1}


def with_row(case: Case, row: int, logits: Array, target: npt.ArrayLike, names: Sequence[str]) -> Case:
    """Return the case with one example's logits and target, and the class names, as the board has them.

    Shapes: ``logits`` (K,), binary (1,). ``target``: a class index, or K numbers (binary: one) for a distribution or
    0..1 labels. A distribution among class indices turns every target into one. Raises InvalidCase.
    """
    row = _row(case, row)
    logits, target = np.asarray(logits, dtype=np.float64), np.asarray(target, dtype=np.float64)
    rows = case.logits.copy()
    width = rows[row].size
    if logits.shape != (width,):
        raise InvalidCase(f"There are {logits.size} logits for {width}; give one for each class.", "logits")
    if target.shape != (width,) and (target.ndim or case.setup is Setup.MULTILABEL):
        raise InvalidCase(f"There are {target.size} targets for {width}; give one for each class.", "targets")
    rows[row] = logits.reshape(rows.shape[1:])
    if case.setup is Setup.MULTICLASS and target.ndim == 0:
        targets: npt.NDArray[Any] = case.targets.astype(np.float64)  # which keeps 1.5 as it is, for Case to refuse
        targets[row] = target if case.has_index_targets else _one_hot(target, case.classes)
    else:
        targets = _distributions(case) if case.has_index_targets else case.targets.copy()
        targets[row] = target.reshape(targets.shape[1:])
    ignore_index = case.ignore_index if targets.ndim == 1 and case.has_index_targets else IGNORE_INDEX
    return dataclasses.replace(case, logits=rows, targets=targets, names=tuple(names), ignore_index=ignore_index)


def with_class_added(case: Case) -> Case:
    """Return the case with one more class: logit 0, no target, weight 1. Raises InvalidCase at 20 classes."""
    if case.setup is Setup.BINARY:
        raise InvalidCase("A binary case has one logit; switch to multi-class for more classes.", "logits")
    if case.classes >= MAX_CLASSES:
        raise InvalidCase(f"There are {case.classes} classes already; the board shows at most {MAX_CLASSES}.", "logits")
    taken = set(case.names)
    number = case.classes
    while (name := default_names(case.setup, number + 1)[number]) in taken:
        number += 1

    def widened(values: npt.NDArray[Any], fill: float) -> npt.NDArray[Any]:
        return np.concatenate([values, np.full((*values.shape[:-1], 1), fill)], axis=-1)

    return dataclasses.replace(
        case,
        logits=widened(case.logits, 0.0),
        targets=case.targets if case.has_index_targets else widened(case.targets, 0.0),
        names=(*case.names, name),
        weight=None if case.weight is None else widened(case.weight, 1.0),
        pos_weight=None if case.pos_weight is None else widened(case.pos_weight, 1.0),
    )


def without_class(case: Case, index: int) -> Case:
    """Return the case without one class; rows that it labelled get their most probable remaining class.

    Rows that are ignored stay so; where ``ignore_index`` was a class, it becomes -100, which no class can be.
    Raises InvalidCase where too few classes would remain, or there is no such class.
    """
    if case.classes <= FEWEST_CLASSES[case.setup]:
        fewest = FEWEST_CLASSES[case.setup]
        raise InvalidCase(f"A {case.setup} case needs at least {fewest} class{'es' * (fewest > 1)}.", "logits")
    if not 0 <= index < case.classes:
        raise InvalidCase(f"There is no class number {index}.", "logits")

    def narrowed(values: npt.NDArray[Any] | None) -> npt.NDArray[Any] | None:
        return None if values is None else np.delete(values, index, axis=-1)

    logits = np.delete(case.logits, index, axis=1)
    likeliest = np.nan_to_num(logits, nan=-np.inf).argmax(axis=1)
    targets: npt.NDArray[Any]
    ignore_index = case.ignore_index
    if case.has_index_targets:
        kept = case.kept
        ignore_index = IGNORE_INDEX if 0 <= ignore_index < case.classes else ignore_index
        targets = np.where(kept & (case.targets > index), case.targets - 1, case.targets)
        targets = np.where(kept & (case.targets == index), likeliest, targets)
        targets = np.where(kept, targets, ignore_index)
    else:
        targets = np.delete(case.targets, index, axis=1)
        if case.setup is Setup.MULTICLASS:
            targets = normalised(
                np.where(targets.sum(axis=1, keepdims=True) > 0, targets, np.eye(len(logits[0]))[likeliest])
            )
    return dataclasses.replace(
        case,
        logits=logits,
        targets=targets,
        names=tuple(name for number, name in enumerate(case.names) if number != index),
        weight=narrowed(case.weight),
        pos_weight=narrowed(case.pos_weight),
        ignore_index=ignore_index,
    )


def with_example_added(case: Case, row: int) -> Case:
    """Return the case with a copy of one example after it."""
    row = _row(case, row)

    def repeated(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return np.insert(values, row + 1, values[row], axis=0)

    weight = case.weight
    if weight is not None and case.setup is Setup.BINARY:
        weight = repeated(weight)
    return dataclasses.replace(case, logits=repeated(case.logits), targets=repeated(case.targets), weight=weight)


def without_example(case: Case, row: int) -> Case:
    """Return the case without one example. Raises InvalidCase where it is the last one."""
    row = _row(case, row)
    if case.examples == 1:
        raise InvalidCase("The last example has to stay.", "logits")
    weight = case.weight
    if weight is not None and case.setup is Setup.BINARY:
        weight = np.delete(weight, row)
    return dataclasses.replace(
        case, logits=np.delete(case.logits, row, axis=0), targets=np.delete(case.targets, row, axis=0), weight=weight
    )


def with_distributions(case: Case) -> Case:
    """Return the case with class indices as one-hot distributions. Ignored rows become rows like any other: uniform."""
    if not case.has_index_targets:
        return case
    return dataclasses.replace(case, targets=_distributions(case), ignore_index=IGNORE_INDEX)


def with_indices(case: Case) -> Case:
    """Return the case with each distribution as the index of its largest class."""
    if case.setup is not Setup.MULTICLASS or case.has_index_targets:
        return case
    return dataclasses.replace(case, targets=case.targets.argmax(axis=1))


def with_setup(case: Case, setup: Setup) -> Case:
    """Return the case under another set-up: the logits stay, the labels are translated, class weights are dropped.

    A label becomes one-hot and a one-hot row a label; a k-hot row becomes the distribution over its k labels. Binary
    keeps one logit: of two classes the difference z1 - z0, which gives the same probabilities; of more, the first
    class against the rest. Back from binary, the negative class gets the logit 0.
    """
    if setup is case.setup:
        return case
    if setup is Setup.MULTICLASS and case.setup is Setup.MULTILABEL and case.classes == 1:
        case = with_setup(case, Setup.BINARY)  # one label is one logit against 0
    options: dict[str, Any] = {
        "label_smoothing": case.label_smoothing,
        "temperature": case.temperature,
        "reduction": case.reduction,
        "unit": case.unit,
    }
    wide = case if case.setup is not Setup.BINARY else _two_class(case)
    if setup is Setup.BINARY:
        return _one_logit(wide, options)
    labels: Any = wide.targets
    if setup is Setup.MULTILABEL:
        labels = np.clip(_distributions(wide) if wide.has_index_targets else labels, 0.0, 1.0)
    elif wide.setup is Setup.MULTILABEL:
        one_hot = ((labels == 0.0) | (labels == 1.0)).all() and (labels.sum(axis=1) == 1.0).all()
        labels = labels.argmax(axis=1) if one_hot else normalised(labels)
    named = wide.names != default_names(wide.setup, wide.classes)
    if wide.has_index_targets and setup is Setup.MULTICLASS:
        options["ignore_index"] = wide.ignore_index
    return Case(setup, wide.logits, labels, wide.names if named else None, **options)


def normalised(targets: Array) -> Array:
    """Return rows of non-negative numbers divided by their sums; a row of zeros becomes uniform. Shape (N, K)."""
    largest = targets.max(axis=-1, keepdims=True)
    scaled = np.divide(targets, largest, out=np.ones_like(targets), where=largest > 0)  # so that no sum overflows
    return scaled / scaled.sum(axis=-1, keepdims=True)


def can_be_normalised(target: Array) -> bool:
    """Return whether K > 1 numbers (K,) are a distribution but for their sum."""
    return target.size > 1 and bool((np.isfinite(target) & (target >= 0.0)).all())


def _row(case: Case, row: int) -> int:
    if not 0 <= row < case.examples:
        raise InvalidCase(f"There is no example number {row + 1}; there are {case.examples}.", "logits")
    return row


def _one_hot(index: Array, classes: int) -> Array:
    if not (0 <= index < classes and float(index).is_integer()):
        raise InvalidCase(
            f"The label {number_text(float(index))} is out of range: labels run from 0 to {classes - 1}.", "targets"
        )
    return np.eye(classes)[int(index)]


def _distributions(case: Case) -> Array:
    """Class indices as one-hot rows; an ignored row says nothing, so it becomes uniform."""
    rows = np.full(case.logits.shape, 1.0 / case.classes)
    kept = case.kept
    rows[kept] = np.eye(case.classes)[case.labels[kept]]
    return rows


def _two_class(case: Case) -> Case:
    """A binary case as two classes whose logits are 0 and z; hard labels become class indices."""
    targets = case.targets if case.is_hard else np.stack([1.0 - case.targets, case.targets], axis=1)
    logits = np.stack([np.zeros_like(case.logits), case.logits], axis=1)
    return Case(Setup.MULTICLASS, logits, targets, None if case.names == default_names(case.setup, 2) else case.names)


def _one_logit(case: Case, options: dict[str, Any]) -> Case:
    distributions = _distributions(case) if case.has_index_targets else case.targets
    if case.setup is Setup.MULTICLASS and case.classes == 2:
        with np.errstate(invalid="ignore", over="ignore"):  # inf - inf: nan, and shown as that
            logits = case.logits[:, 1] - case.logits[:, 0]
        names = None if case.names == default_names(case.setup, 2) else case.names
        return Case(Setup.BINARY, logits, np.clip(distributions[:, 1], 0.0, 1.0), names, **options)
    first = case.names[0]
    against = f"not {first}" if len(first) <= 56 else "other"
    return Case(Setup.BINARY, case.logits[:, 0], np.clip(distributions[:, 0], 0.0, 1.0), (against, first), **options)
