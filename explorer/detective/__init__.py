"""The detective: from a loss value that looks wrong to the pipelines that give exactly that value.

    inputs, targets -> read: every reading that fits -> search: every pipeline -> match, rank, tie -> findings

``readings``  what the inputs and targets can be
``losses``, ``targets``, ``reductions``  what a pipeline is made of, as tables
``mistakes``  the words and the frequency of each mistake
``search``    the pipelines' values, and ties
``observed``  the number that was seen, to as many decimals as it has
``calls``     a pipeline as a line of code that gives its value
``findings``, ``wording``  what matches, ranked, with its ties; its sentences
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy.typing as npt

from explorer.case import IGNORE_INDEX, Case
from explorer.detective.findings import Batch, Finding, Report, findings_of
from explorer.detective.mistakes import MISTAKES, NONE, NOT_REPRODUCED, Mistake
from explorer.detective.observed import Observed
from explorer.detective.readings import Layout, Problem, Task, View, problem_of, read
from explorer.detective.search import Block, evaluate_all
from explorer.errors import InvalidCase
from explorer.numerics import Array

__all__ = [
    "MISTAKES",
    "NONE",
    "NOT_REPRODUCED",
    "OUT_OF_REACH",
    "Finding",
    "Mistake",
    "Report",
    "Suspects",
    "as_case",
    "investigate",
    "suspects",
]

OUT_OF_REACH = (
    "What is not in the logits cannot be found from them: an L2 or other penalty added to the loss, a running mean "
    "over batches, or dropout that was on when the loss was computed and off when the logits were saved."
)


@dataclasses.dataclass(frozen=True, eq=False)
class Suspects:
    """Every pipeline with what it gives on one batch or more: what an observed value is held against."""

    batches: tuple[tuple[Problem, Sequence[Layout], Sequence[Block]], ...]

    def report(self, observed: Sequence[float | str], decimals: int | None = None) -> Report:
        """Return the pipelines that give the observed value on every batch: a second one leaves few accidents.

        ``observed`` has one value a batch, as a float or as text; ``decimals`` of them are known, by default those
        written. A finding's ``value``, ``distance`` and words are those of the first batch. The report's ``chance`` is
        how likely some pipeline gives an unrelated value as near as this, 0 to 1: 1 - exp(-density * window), where
        the values of pipelines are spread like a Poisson process of the density found around the observed value.
        Raises InvalidCase for a text that is no number.
        """
        seen = [Observed.read(each, decimals) for each in observed]
        # What rounds or clips is only worth a word where that changes the value by more than the decimals can tell.
        resolution = min(each.tolerance for each in seen)
        return findings_of(
            [
                Batch(each, problem, layouts, [block for block in blocks if block.effect > resolution])
                for each, (problem, layouts, blocks) in zip(seen, self.batches, strict=True)
            ]
        )


def investigate(
    observed: float | str,
    inputs: npt.ArrayLike,
    targets: npt.ArrayLike,
    *,
    weight: npt.ArrayLike | None = None,
    pos_weight: npt.ArrayLike | None = None,
    label_smoothing: float | None = None,
    ignore_index: int = IGNORE_INDEX,
    decimals: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> list[Finding]:
    """Return the pipelines that give an observed loss, best first; where none does, the nearest three.

    Nothing is near nan or infinity: where no pipeline gives one of them, the only finding is "not_reproduced".

    ``observed`` is a float or the text that was printed; ``decimals`` of it are known, by default those written.
    Shapes: ``inputs`` (C,), (N, C), (N, C, d1, ...), (N, ..., C) or, binary, (N,), as logits, log-probabilities or
    probabilities; ``targets`` class indices, or distributions, 0..1 or -1/1 labels in the shape of ``inputs``;
    ``weight`` one a class or one an example, ``pos_weight`` one a label. ``progress`` is called with the part done.
    Raises InvalidCase, a sentence for a student, where the arrays do not fit together.
    Source: the catalogue of mistakes in ``MISTAKES``; how each one computes is in the tables of this package.
    """
    found = suspects(
        [(inputs, targets)],
        weight=weight,
        pos_weight=pos_weight,
        label_smoothing=label_smoothing,
        ignore_index=ignore_index,
        progress=progress,
    )
    return list(found.report([observed], decimals).findings)


def suspects(
    batches: Sequence[tuple[npt.ArrayLike, npt.ArrayLike]],
    *,
    weight: npt.ArrayLike | None = None,
    pos_weight: npt.ArrayLike | None = None,
    label_smoothing: float | None = None,
    ignore_index: int = IGNORE_INDEX,
    progress: Callable[[float], None] | None = None,
) -> Suspects:
    """Return what every pipeline gives on batches of (inputs, targets), to be asked about any number of values.

    ``progress`` is called with the part done. Other arguments and errors as ``investigate``.
    """
    if not batches:
        raise InvalidCase("There must be at least one batch.")
    problems = [problem_of(*batch, weight, pos_weight, label_smoothing, ignore_index) for batch in batches]
    tried = []
    for done, problem in enumerate(problems):
        layouts = read(problem)
        tried.append((problem, layouts, evaluate_all(problem, layouts, _part(progress, done, len(problems)))))
    return Suspects(tuple(tried))


def _part(progress: Callable[[float], None] | None, done: int, batches: int) -> Callable[[float], None]:
    """Return the progress of one batch as a part of the whole."""
    return lambda part: progress((done + part) / batches) if progress is not None else None


def as_case(
    inputs: npt.ArrayLike,
    targets: npt.ArrayLike,
    *,
    weight: npt.ArrayLike | None = None,
    pos_weight: npt.ArrayLike | None = None,
    label_smoothing: float | None = None,
    ignore_index: int = IGNORE_INDEX,
) -> Case | None:
    """Return the right call on these arrays as a Case, or None where a Case cannot hold them.

    Probabilities become the logits that give them. Arguments as ``investigate``.
    """
    try:
        problem = problem_of(inputs, targets, weight, pos_weight, label_smoothing, ignore_index)
        view = read(problem)[0].view(problem)
        if view.sample_weight is not None or (view.labels is None and not view.kept.all()):
            return None
        binary = view.task is Task.LABELS and view.classes == 1
        weight = _case_weight(view, binary=binary)
        if weight is None and view.weighted:
            return None
        return Case(
            "binary" if binary else "multilabel" if view.task is Task.LABELS else "multiclass",
            view.z[:, 0] if binary else view.z,
            view.labels if view.labels is not None else view.hot[:, 0] if binary else view.hot,
            weight=weight,
            pos_weight=view.pos_weight if view.task is Task.LABELS else None,
            ignore_index=ignore_index if view.labels is not None else IGNORE_INDEX,
            label_smoothing=label_smoothing or 0.0,
        )
    except InvalidCase:
        return None


def _case_weight(view: View, *, binary: bool) -> Array | None:
    """Return the weight as a Case takes it: one a class or label, or for a binary loss one an example; else None."""
    if view.element_weight is None:
        return view.class_weight
    if binary:
        return view.element_weight[:, 0]
    if (view.element_weight != view.element_weight[0]).any():
        return None
    return view.element_weight[0]
