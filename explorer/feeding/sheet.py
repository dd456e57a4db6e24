"""A case as the functions get it: inputs, targets and options in every form, each together with its code."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from explorer import numerics
from explorer.breakdown import Breakdown, evaluate
from explorer.case import IGNORE_INDEX, Case, Reduction, Setup, Unit
from explorer.dialects import REFUSALS
from explorer.dialects.catalogue import VOCABULARY, Feed, Function, Layout, Library, Options, Target, Vocabulary
from explorer.explain import number
from explorer.numerics import Array
from explorer.spelling import number_text, plural

_ACTIVATIONS: Mapping[Feed, Callable[[Array], Array]] = {
    Feed.LOG_SOFTMAX: numerics.log_softmax,
    Feed.SOFTMAX: numerics.softmax,
    Feed.SIGMOID: numerics.sigmoid,
}


@dataclasses.dataclass(frozen=True, eq=False)
class Term:
    """A value together with the code that gives it, so that neither can be changed without the other."""

    value: Any
    code: str


@dataclasses.dataclass(frozen=True, eq=False)
class Outcome:
    """What a call came to: a value in the case's unit, or an error."""

    code: str
    value: float | None
    error: Exception | None = None


@dataclasses.dataclass(frozen=True)
class _Pick:
    """Which rows a function is given: all, all that are not ignored, or one."""

    rows: Any
    code: str


_ALL_ROWS = _Pick(slice(None), "")


class Sheet:
    """One case as the functions get it: inputs, targets and options in every form, each with its code."""

    def __init__(self, case: Case, row: int) -> None:
        self.case = case
        self.row = row
        self.breakdown: Breakdown = evaluate(case)
        reduced = case.reduction is not Reduction.NONE
        self.loss = float(np.asarray(self.breakdown.loss)) if reduced else float(self.breakdown.per_example[row])
        with np.errstate(over="ignore", invalid="ignore"):  # a tiny temperature
            self.scaled = case.logits / case.temperature
        self.binary = case.setup is Setup.BINARY
        self.kept = case.kept
        self.ignores = not self.kept.all()
        self.hard = case.has_index_targets or bool(np.isin(case.targets, (0.0, 1.0)).all())
        self.given = (
            Target.INDICES
            if case.has_index_targets
            else Target.DISTRIBUTIONS
            if case.setup is Setup.MULTICLASS
            else Target.LABELS
        )
        self.is_ignored = not reduced and not self.kept[row]
        self._one_row = _Pick(slice(row, row + 1), f"[{row}:{row + 1}]")
        self._kept_rows = _Pick(self.kept, f"[y != {case.ignore_index}]")
        self._refusals: dict[str, str] = {}
        self._options: dict[str, tuple[Options, dict[str, str]]] = {}
        self._inputs: dict[tuple[Library, Layout, Feed, str], Term] = {}
        self._targets: dict[tuple[Library, Layout, tuple[Target, ...], bool, str], tuple[Term, Target | None]] = {}

    @functools.cached_property
    def numbers(self) -> dict[str, str]:
        """The numbers of the case that the tables of mistakes speak of, whatever the function."""
        classes, per_nat = self.case.classes, self.case.unit.per_nat
        return {
            "C": str(classes),
            "rest": str(classes - 1),
            "top": number(math.e / (math.e + classes - 1)),
            "low": number(math.log1p(math.exp(-1.0)) * per_nat),
            "half": number(math.log(2.0) * per_nat),
            "high": number(math.log1p(math.e) * per_nat),
            "mean_of": {"mean": "a mean of", "sum": "a sum of", "none": "one of the"}[self.case.reduction],
            "of_labels": {"mean": "the mean of the labels'", "sum": "the sum of the labels'", "none": "the label's"}[
                self.case.reduction
            ],
        }

    # ---- rows

    def pick(self, function: Function) -> _Pick:
        """Which rows a function is given: one where it always reduces, and none that it cannot ignore."""
        if self._takes_one_row(function):
            return self._one_row
        return self._kept_rows if self.ignores and "ignore_index" not in function.parameters else _ALL_ROWS

    def _takes_one_row(self, function: Function) -> bool:
        always_reduces = bool(function.reductions) and "none" not in function.reductions
        return always_reduces and self.case.reduction is Reduction.NONE

    # ---- inputs

    def inputs(self, function: Function, feed: Feed) -> Term:
        """What the model gives: (N, C), or for one logit a row in the function's layout."""
        pick = self.pick(function)
        key = function.library, function.binary if self.binary else Layout.FLAT, feed, pick.code
        if key not in self._inputs:
            self._inputs[key] = self._fed(VOCABULARY[function.library], key[1], feed, pick)
        return self._inputs[key]

    def _fed(self, words: Vocabulary, layout: Layout, feed: Feed, pick: _Pick) -> Term:
        code = "z" + pick.code
        if self.case.temperature != 1.0:
            code += f" / {number_text(self.case.temperature)}"
        z = Term(self.scaled[pick.rows], code)
        if not self.binary:
            return _activated(z, feed, words)
        if layout is Layout.PAIR:
            if feed is Feed.SIGMOID:
                p = _activated(z, feed, words)
                return _stacked(Term(1.0 - p.value, f"1 - {p.code}"), p, words)
            zero = Term(np.zeros_like(z.value), written(words.zeros_like, z.code))
            return _activated(_stacked(zero, z, words), feed, words)
        if layout is Layout.FLAT and feed in {Feed.LOGITS, Feed.SIGMOID}:
            return _activated(z, feed, words)
        column = _activated(_column(z), feed, words)
        return column if layout is Layout.COLUMN else Term(column.value[:, 0], f"{column.code}[:, 0]")

    # ---- targets

    def targets(self, function: Function) -> tuple[Term, Target | None]:
        """The targets in a form that the function takes; (as they are, None) where they have none."""
        pick = self.pick(function)
        layout = function.binary if self.binary else Layout.FLAT
        smooths = self.case.label_smoothing > 0.0 and "label_smoothing" not in function.parameters
        key = function.library, layout, function.targets, smooths, pick.code
        if key not in self._targets:
            self._targets[key] = self._told(VOCABULARY[function.library], function.targets, layout, smooths, pick)
        return self._targets[key]

    def _told(
        self, words: Vocabulary, wanted: tuple[Target, ...], layout: Layout, smooths: bool, pick: _Pick
    ) -> tuple[Term, Target | None]:
        y = Term(self.case.targets[pick.rows], "y" + pick.code)
        forms = self._pair_forms(y, words) if layout is Layout.PAIR else self._forms(y, words, layout)
        kind = next((kind for kind in (self.given, *wanted) if kind in wanted and kind in forms), None)
        if kind is None:
            return y, None
        told = forms[kind]
        if smooths and kind in {Target.DISTRIBUTIONS, Target.LABELS}:
            e, outcomes = self.case.label_smoothing, self.outcomes
            text = number_text(e)
            told = Term(
                told.value * (1.0 - e) + e / outcomes, f"{bracketed(told.code)} * (1 - {text}) + {text} / {outcomes}"
            )
        return told, kind

    def _pair_forms(self, y: Term, words: Vocabulary) -> dict[Target, Term]:
        """A yes or no as one of two classes."""
        forms = {Target.DISTRIBUTIONS: _stacked(Term(1.0 - y.value, f"1 - {y.code}"), y, words)}
        if self.hard:
            forms[Target.INDICES] = Term(y.value.astype(np.int64), written(words.integer, y.code))
        return forms

    def _forms(self, y: Term, words: Vocabulary, layout: Layout) -> dict[Target, Term]:
        """Every form that the targets have."""
        classes = self.case.logits.shape[-1] if not self.binary else 1
        if layout is Layout.COLUMN:
            y = _column(y)
        each = y  # a number for each element
        forms = {}
        if self.given is Target.INDICES:
            forms[Target.INDICES] = y
            each = Term((y.value[:, None] == np.arange(classes)) * 1.0, words.one_hot.format(y.code, classes, "z"))
            padded = np.pad(y.value[:, None], ((0, 0), (0, classes - 1)), constant_values=-1)
            forms[Target.INDEX_LISTS] = Term(padded, f"F.pad({y.code}[:, None], (0, {classes - 1}), value=-1)")
        elif self.hard:
            if self.given is Target.DISTRIBUTIONS:
                forms[Target.INDICES] = Term(y.value.argmax(axis=1), written(words.argmax, y.code))
            if y.value.ndim == 2:
                listed = -np.sort(-np.where(y.value == 1.0, np.arange(classes), -1), axis=1)
                code = f"torch.where({y.code} == 1, torch.arange({classes}), -1).sort(dim=1, descending=True).values"
                forms[Target.INDEX_LISTS] = Term(listed, code)
        if self.binary and layout is Layout.FLAT:
            forms[Target.INDICES] = y  # 0 and 1 are classes too
        forms[Target.DISTRIBUTIONS] = forms[Target.LABELS] = each
        forms[Target.SIGNS] = Term(2.0 * each.value - 1.0, f"2 * {each.code} - 1")
        return forms

    @property
    def outcomes(self) -> int:
        """Between how many outcomes label smoothing shares: C classes, or yes and no."""
        return self.case.classes if self.case.setup is Setup.MULTICLASS else 2

    # ---- options

    def options(self, function: Function) -> tuple[Options, dict[str, str]]:
        """The options that the case sets and the function has, and how they are written."""
        if function.id not in self._options:
            self._options[function.id] = self._set(function)
        return self._options[function.id]

    def _set(self, function: Function) -> tuple[Options, dict[str, str]]:
        case, pick = self.case, self.pick(function)
        terms = {
            "weight": self._weight(function, pick),
            "sample_weight": self._sample_weight(VOCABULARY[function.library], pick),
            "pos_weight": None if case.pos_weight is None else Term(case.pos_weight, "pw"),
            "label_smoothing": Term(case.label_smoothing, number_text(case.label_smoothing))
            if case.label_smoothing
            else None,
            "ignore_index": Term(case.ignore_index, str(case.ignore_index))
            if case.ignore_index != IGNORE_INDEX or (self.ignores and function.library is Library.KERAS)
            else None,
        }
        used = {name: term for name, term in terms.items() if term is not None and name in function.parameters}
        reduction = "sum" if self._takes_one_row(function) else case.reduction.value
        values: dict[str, Any] = {name: term.value for name, term in used.items()}
        codes = {name: term.code for name, term in used.items()}
        labels = self.targets(function)[0].value
        if "labels" in function.parameters and labels.ndim == 1 and len(np.unique(labels)) < case.classes:
            values["labels"], codes["labels"] = range(case.classes), f"range({case.classes})"
        return Options(**values, reduction=reduction), codes

    def _weight(self, function: Function, pick: _Pick) -> Term | None:
        """The weights as torch takes them: for each class, label or element."""
        if self.case.weight is None or (self.binary and function.binary is Layout.PAIR):
            return None
        if not self.binary:
            return Term(self.case.weight, "w")
        w = Term(self.case.weight[pick.rows], "w" + pick.code)
        return w if function.binary is Layout.FLAT else _column(w)

    def _sample_weight(self, words: Vocabulary, pick: _Pick) -> Term | None:
        """The weights as one a row: where a row has one label, that label's."""
        case = self.case
        if case.weight is None or case.setup is Setup.MULTILABEL:
            return None
        if self.binary:
            return Term(case.weight[pick.rows], "w" + pick.code)
        y, kind = self._told(words, (Target.INDICES,), Layout.FLAT, smooths=False, pick=pick)
        if kind is None:
            return None
        code, index = y.code, y.value
        if self.ignores and pick is not self._kept_rows and not 0 <= case.ignore_index < case.classes:
            code = f"{code} * ({code} != {case.ignore_index})"
            index = index * (index != case.ignore_index)
        return Term(case.weight[index], f"w[{code}]")

    def row_weights(self) -> Array | None:
        """The weights of the rows that count, where each row has one."""
        term = self._sample_weight(VOCABULARY[Library.SKLEARN], self._kept_rows)
        return None if term is None else np.asarray(term.value)

    def lacking(self, function: Function) -> list[str]:
        """What the case asks for and the function cannot do, in words."""
        case, (options, _), (_, kind) = self.case, self.options(function), self.targets(function)
        lacks = {
            f"weights for {plural(case.setup.weighed)}": (
                case.weight is not None and options.weight is None and options.sample_weight is None
            ),
            "pos_weight": case.pos_weight is not None and options.pos_weight is None,
            "label smoothing": case.label_smoothing > 0.0
            and not options.label_smoothing
            and kind not in {Target.DISTRIBUTIONS, Target.LABELS},
        }
        return [option for option, lacked in lacks.items() if lacked]

    # ---- the call

    def run(self, function: Function, feed: Feed) -> Outcome:
        """Call a function, fed in one way."""
        return self._called(function, self.inputs(function, feed), self.targets(function)[0])

    def level(self, function: Function) -> float:
        """What a function gives for equal logits."""
        inputs = self.inputs(function, Feed.LOGITS)
        value = self._called(function, Term(np.zeros_like(inputs.value), ""), self.targets(function)[0]).value
        return math.nan if value is None else value

    def refusal_of_indices(self, function: Function) -> str:
        """What a function says to class indices that it cannot take; empty where it takes them, or is not given any."""
        if self.given is not Target.INDICES or Setup.MULTICLASS in function.setups:
            return ""
        if function.id not in self._refusals:
            y = self.case.targets[self.pick(function).rows]
            self._refusals[function.id] = ""
            try:
                function.compute(self.inputs(function, function.feed).value, y, self.options(function)[0])
            except REFUSALS as error:
                self._refusals[function.id] = str(error)
        return self._refusals[function.id]

    def _called(self, function: Function, inputs: Term, targets: Term) -> Outcome:
        if self.is_ignored and "ignore_index" not in function.parameters:
            return Outcome("0.0  # this row is ignored, so it is left out", 0.0)
        options, settings = self.options(function)
        code = function.call(inputs.code, targets.code, options.reduction, **settings)
        try:
            losses = np.asarray(function.compute(inputs.value, targets.value, options))
        except REFUSALS as error:
            return Outcome(code, None, error)
        if losses.ndim and options.reduction == "none":
            position = int(self.kept[: self.row].sum()) if self.pick(function).code else self.row
            losses, code = losses[position], f"{code}[{position}]"
        if losses.ndim:  # one for each label of the row; or none at all, for Keras does not reduce an empty batch
            losses, code = losses.sum(), f"{code}.sum()"
        value = float(losses)
        if function.in_nats and self.case.unit is Unit.BITS:
            value, code = value * Unit.BITS.per_nat, f"{code} / math.log(2)"
        return Outcome(code, value)


def _activated(z: Term, feed: Feed, words: Vocabulary) -> Term:
    if feed is Feed.LOGITS:
        return z
    return Term(_ACTIVATIONS[feed](z.value), written(getattr(words, feed.name.lower()), z.code))


def _stacked(first: Term, second: Term, words: Vocabulary) -> Term:
    return Term(np.stack([first.value, second.value], axis=1), words.stack.format(first.code, second.code))


def _column(term: Term) -> Term:
    return Term(term.value[:, np.newaxis], written("{}[:, None]", term.code))


def written(template: str, code: str) -> str:
    """Return a template with code in it, in brackets where the template goes on with a method or an index."""
    return template.format(bracketed(code) if template.startswith("{") else code)


def bracketed(code: str) -> str:
    """Return code in brackets where it has an operator outside of all brackets."""
    depth = 0
    for character in code:
        depth += (character in "([") - (character in ")]")
        if character == " " and depth == 0:
            return f"({code})"
    return code
