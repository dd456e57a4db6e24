"""The draggable board and the answer bar: what they are sent, and how they are mounted.

``board_data`` and ``answer_data`` turn a breakdown into JSON; ``board.js`` and ``answer.js`` draw it. What a breakdown
does not say is decided here: what the other examples add to the loss, how its divisor is worded, and, for the ledger,
which class is predicted and whether it is right. Of the open example ``answer.js`` decides that, as a hand can move it;
a test holds the two to one verdict. JSON has no infinity and no nan, so those travel as the texts that JavaScript's
Number() reads.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from explorer.breakdown import Breakdown
from explorer.case import Case, Reduction, Setup
from explorer.edits import FEWEST_CLASSES
from explorer.explain import no_value, number, percent, typed
from explorer.numerics import Array
from explorer.palette import colours
from explorer.ui.component import component

Json = dict[str, Any]

MOST_LEDGER_ROWS = 100

_board = component("explorer_board", "board/board.js")
_answer = component("explorer_answer", "board/answer.js")


@dataclasses.dataclass(frozen=True)
class Problem:
    """An edit that was refused: where it stands on the board, what was typed, and the sentence for it.

    ``draft`` keeps typed target cells while they do not sum to 1 yet; ``normalise`` is the edit that would mend that.
    """

    message: str
    row_class: int | None = None
    field: str = ""
    text: str = ""
    draft: tuple[str, ...] | None = None
    normalise: Json | None = None


@dataclasses.dataclass(frozen=True)
class Edited:
    """What has become of a person's edits: the last that the numbers contain, and the one that was refused, if any."""

    seq: int = 0
    can_undo: bool = False
    problem: Problem | None = None


_UNEDITED = Edited()


def show_answer() -> None:
    """Mount the answer bar, the relay's place "answer"."""
    _answer(key="answer_bar")


def show_board(*, compact: bool = False) -> None:
    """Mount the board, the relay's place "board"; ``compact`` shows logits and labels only. Edits come by the relay."""
    _board(data={"compact": compact}, key="board_view")


def answer_data(breakdown: Breakdown, row: int) -> Json:
    """Return what the answer bar shows: the loss, its marks, and what the prediction is."""
    case = breakdown.case
    return {
        "setup": case.setup.value,
        "caption": _caption(case, row),
        "loss": _json(_for_row(breakdown.loss, row)),
        "unit": case.unit.value,
        "perNat": case.unit.per_nat,
        "fraction": _fraction(breakdown),
        "uniform": _json(_for_row(breakdown.uniform_loss, row)),
        "uniformText": _uniform_text(case),
        "floor": _json(_for_row(breakdown.floor, row)),
        "perplexity": case.setup is Setup.MULTICLASS and case.weight is None and case.reduction is not Reduction.SUM,
        "note": _note(breakdown),
        "noValue": no_value(case.setup),
        "prefix": f"example {row + 1}: " if case.examples > 1 else "",
        **_row_data(breakdown, row),
        "p": json_list(breakdown.probabilities[row]),
    }


def board_data(breakdown: Breakdown, row: int, *, line: str = "", edited: Edited = _UNEDITED) -> Json:
    """Return what the board shows: every stage of one example, its options, and the ledger of the batch.

    ``line`` is a line of plain text above it; ``edited`` what has become of the edits that it sent.
    """
    case = breakdown.case
    counted = np.arange(case.examples) != row
    stages = {
        "shifted": breakdown.shifted,
        "exp": breakdown.exponentials,
        "p": breakdown.probabilities,
        "log_p": breakdown.log_probabilities,
        "nll": breakdown.nll,
        "target": breakdown.target_distribution,
        "share": breakdown.share,
    }
    listed = _listed_rows(case.examples, row)
    return {
        "seq": edited.seq,
        "canUndo": edited.can_undo,
        "line": line,
        "row": row,
        "examples": case.examples,
        "logits": json_list(np.atleast_1d(case.logits[row])),
        "hard": case.has_index_targets,
        "label": int(case.targets[row]) if case.has_index_targets else None,
        "stages": {stage: json_list(values[row]) for stage, values in stages.items()},
        "partition": None if case.setup is Setup.MULTILABEL else _json(breakdown.partition[row, 0]),
        "perExample": _json(breakdown.per_example[row]),
        "reduction": case.reduction.value,
        "unit": case.unit.value,
        "weighted": case.weight is not None or case.pos_weight is not None,
        "fewest": FEWEST_CLASSES[case.setup],
        "options": {
            "temperature": case.temperature,
            "smoothing": case.label_smoothing,
            "perNat": case.unit.per_nat,
            "weight": _weights(case, row),
            "posWeight": [1.0] * case.classes if case.pos_weight is None else case.pos_weight.tolist(),
        },
        "others": {
            "numerator": _json(breakdown.per_example[counted].sum()),
            "divisor": float(breakdown.divisor_parts[counted].sum()),
        },
        "ownDivisor": float(breakdown.divisor_parts[row]),
        "numerator": _json(breakdown.numerator),
        "divisor": _json(breakdown.divisor),
        "loss": None if case.reduction is Reduction.NONE else _json(breakdown.loss),
        "ledger": [_entry(breakdown, index) for index in listed] if case.examples > 1 else [],
        "hidden": case.examples - len(listed),
        "error": None if edited.problem is None else _problem(edited.problem),
        **_row_data(breakdown, row),
    }


def _row_data(breakdown: Breakdown, row: int) -> Json:
    """What both parts need of one example: names, colours and the target before smoothing."""
    case = breakdown.case
    return {
        "setup": case.setup.value,
        "names": list(case.names),
        "colours": list(colours(case.classes)),
        "targets": json_list(_targets(case, row)),
        "kept": bool(case.kept[row]),
    }


def _targets(case: Case, row: int) -> Array:
    """The target of one example before smoothing, a label as one-hot; of an ignored one 0 throughout."""
    if case.has_index_targets:
        return ((np.arange(case.classes) == case.targets[row]) & case.kept[row]).astype(np.float64)
    return np.atleast_1d(np.asarray(case.targets[row], dtype=np.float64))


def _weights(case: Case, row: int) -> list[float]:
    if case.weight is None:
        return [1.0] * case.classes
    return [float(case.weight[row])] if case.setup is Setup.BINARY else [float(value) for value in case.weight]


def _listed_rows(examples: int, row: int) -> list[int]:
    """The first rows, and the open one wherever it is."""
    rows = list(range(min(examples, MOST_LEDGER_ROWS)))
    return rows if row in rows else [*rows[:-1], row]


def _entry(breakdown: Breakdown, row: int) -> Json:
    """One line of the ledger."""
    case = breakdown.case
    p = breakdown.probabilities[row]
    entry = {
        "row": row,
        "loss": _json(breakdown.per_example[row]),
        "divisor": _json(breakdown.divisor_parts[row]),
    }
    if case.setup is Setup.MULTILABEL:
        wanted = _targets(case, row) > 0.5
        agree = ((p > 0.5) == wanted) & ~np.isnan(p)
        label = ", ".join(name for name, on in zip(case.names, wanted, strict=True) if on) or "none"
        return entry | {"label": label, "predicted": f"{agree.sum()} of {len(agree)}", "right": bool(agree.all())}
    if np.isnan(p).any():
        predicted, top = "no value", None
    else:
        top = int(p.argmax())
        predicted = f"{case.names[top]} {percent(float(p[top]))}"
    if not case.kept[row]:
        return entry | {"label": "ignored", "predicted": predicted, "right": None}
    q = _targets(case, row)
    if case.setup is Setup.BINARY:
        q = np.array([1.0 - q[0], q[0]])
    answer = int(q.argmax())
    soft = "" if q[answer] == 1.0 else f" {percent(float(q[answer]))}"
    return entry | {"label": case.names[answer] + soft, "predicted": predicted, "right": top == answer}


def _caption(case: Case, row: int) -> str:
    name = {
        Setup.MULTICLASS: "cross-entropy loss",
        Setup.BINARY: "binary cross-entropy",
        Setup.MULTILABEL: "multi-label binary cross-entropy",
    }[case.setup]
    if case.reduction is Reduction.NONE:
        return f"{name}, example {row + 1}" if case.examples > 1 else name
    if case.examples > 1:
        return f"{name}, {case.reduction} of {case.examples}"
    return name


def _fraction(breakdown: Breakdown) -> str:
    """How the loss was divided, where there is something to divide."""
    case = breakdown.case
    if case.reduction is Reduction.NONE:
        return "not reduced: one loss for each example" if case.examples > 1 else ""
    if case.reduction is Reduction.SUM:
        return f"the sum of {case.examples} examples" if case.examples > 1 else ""
    if breakdown.divisor == 1.0:
        return ""
    divided = f"= {number(breakdown.numerator)} / {typed(breakdown.divisor)}"
    if case.weight is not None and case.has_index_targets:
        return f"{divided}, the weights of the labels"
    if case.setup is Setup.MULTILABEL:
        return f"{divided}, examples × labels" if case.examples > 1 else f"{divided} labels"
    return f"{divided} examples"


def _uniform_text(case: Case) -> str:
    if case.setup is not Setup.MULTICLASS:
        return "coin toss, p = ½"
    plain = case.weight is None and (case.reduction is not Reduction.SUM or case.examples == 1)
    log = "ln" if case.unit.per_nat == 1.0 else "log₂"
    return f"uniform guess, {log} {case.classes}" if plain else "uniform guess"


def _note(breakdown: Breakdown) -> str:
    """What stands in place of the perplexity where there is no mean."""
    if breakdown.case.reduction is Reduction.MEAN and breakdown.divisor == 0.0:
        return "no mean: every example is ignored, or its label has weight 0, and nothing is left to divide by"
    return ""


def _for_row(value: float | Array, row: int) -> float:
    """A number of the batch; where the losses are not reduced, each example has one."""
    return float(value[row] if isinstance(value, np.ndarray) else value)


def _problem(problem: Problem) -> Json:
    return {
        "message": problem.message,
        "class": problem.row_class,
        "field": problem.field,
        "text": problem.text,
        "draft": problem.draft,
        "normalise": problem.normalise,
    }


def _json(value: Any) -> float | str:
    value = float(value)
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def json_list(values: Iterable[float]) -> list[float | str]:
    """Return numbers as JSON can hold them."""
    return [_json(value) for value in values]
