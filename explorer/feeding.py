"""What each loss function makes of a case: its value for everything one may feed it, and what goes wrong.

``matrix`` judges every function of the catalogue on the current case, ``recommend`` answers "which loss do I call?",
and ``equivalents`` puts the functions of the four libraries beside each other.

A verdict rests on numbers. What a function computes is compared with the loss of the case, and once more on a *probe*:
the same targets and options with generic logits. Only the probe tells an identity from a tie by chance, and a rule of a
library (another divisor) from an accident of these logits (a clipped probability, 0 · ∞).
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
import math
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

import numpy as np

from explorer import numerics
from explorer.breakdown import Breakdown, evaluate
from explorer.case import IGNORE_INDEX, Case, Reduction, Setup, Unit
from explorer.dialects.catalogue import (
    FUNCTIONS,
    VOCABULARY,
    Family,
    Feed,
    Function,
    Layout,
    Library,
    Options,
    Target,
    Vocabulary,
)
from explorer.explain import number
from explorer.numerics import Array
from explorer.share import number_text

_SAME = 1e-6  # relative; paths differ in their rounding, mistakes by far more


class Verdict(StrEnum):
    """What to think of one function fed in one way."""

    RIGHT = "right"  # fed as it is meant, it gives the loss of the case, but for what the phrase names
    SAME = "same"  # not the way it is meant, yet the same number for any logits
    OTHER = "another loss"  # fed as it is meant, but it computes something else
    WRONG = "wrong"
    REFUSED = "refused"


@dataclasses.dataclass(frozen=True)
class Cell:
    """One function fed in one way: what it gives, what to think of it, and the code that gives it.

    ``value`` is in the case's unit (a margin has none), or None where the function refuses. ``agrees``: whether it is
    the loss of the case, within a millionth. ``call`` speaks of logits ``z``, targets ``y`` and weights ``w``, ``pw``.
    """

    feed: Feed
    value: float | None
    verdict: Verdict
    phrase: str
    explanation: str
    call: str
    agrees: bool


@dataclasses.dataclass(frozen=True)
class Row:
    """One function and its four cells, in the order of ``Feed``; ``meant``: whether it is for this set-up."""

    function: Function
    cells: tuple[Cell, ...]
    meant: bool


def matrix(case: Case, row: int = 0) -> tuple[Row, ...]:
    """Return what every function of the catalogue makes of a case, however it is fed.

    Values are in the case's unit; with reduction "none" they are those of one example (``row``). Targets are given in
    the form that a function takes, where they have one; otherwise as they are, and the function's refusal is shown.
    Rows that a function cannot ignore are left out before the call. Never raises for a valid case.
    Source: ``explorer.dialects.catalogue``.
    """
    sheet = _Sheet(case, row)
    ties = _ties(_probe(case, row), row)
    with np.errstate(all="ignore"):  # what overflows or has no value is the point of showing it
        judged = {function: _judged(sheet, function, ties) for function in FUNCTIONS}
    fixes = _fixes(judged, sheet.given)
    return tuple(
        Row(
            function,
            tuple(_explained(cell, fixes.get(function.id) or fixes.get(function.library)) for cell in cells),
            meant=case.setup in function.setups,
        )
        for function, cells in judged.items()
    )


# --------------------------------------------------------------------------------- a case, fed to a function

_ACTIVATIONS: Mapping[Feed, Callable[[Array], Array]] = {
    Feed.LOG_SOFTMAX: numerics.log_softmax,
    Feed.SOFTMAX: numerics.softmax,
    Feed.SIGMOID: numerics.sigmoid,
}
# What the dialects raise for what they do not take.
_REFUSALS = (ValueError, RuntimeError, IndexError, TypeError, ZeroDivisionError)


@dataclasses.dataclass(frozen=True, eq=False)
class _Term:
    """A value together with the code that gives it, so that neither can be changed without the other."""

    value: Any
    code: str


@dataclasses.dataclass(frozen=True, eq=False)
class _Outcome:
    """What a call came to: a value in the case's unit, or an error."""

    code: str
    value: float | None
    error: Exception | None = None


@dataclasses.dataclass(frozen=True)
class _Pick:
    """Which rows a function is given: all, all that are not ignored, or one."""

    rows: Any
    code: str


class _Sheet:
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
        self._refusals: dict[str, str] = {}
        self._options: dict[str, tuple[Options, dict[str, str]]] = {}
        self._inputs: dict[tuple[Library, Layout, Feed, str], _Term] = {}
        self._targets: dict[tuple[Library, Layout, tuple[Target, ...], bool, str], tuple[_Term, Target | None]] = {}

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
        }

    # ---- rows

    def pick(self, function: Function) -> _Pick:
        """Which rows a function is given: one where it always reduces, and none that it cannot ignore."""
        if self.case.reduction is Reduction.NONE and function.reductions and "none" not in function.reductions:
            return _Pick(slice(self.row, self.row + 1), f"[{self.row}:{self.row + 1}]")
        if self.ignores and "ignore_index" not in function.parameters:
            return _Pick(self.kept, f"[y != {self.case.ignore_index}]")
        return _Pick(slice(None), "")

    # ---- inputs

    def inputs(self, function: Function, feed: Feed) -> _Term:
        """What the model gives: (N, C), or for one logit a row in the function's layout."""
        pick = self.pick(function)
        key = function.library, function.binary if self.binary else Layout.FLAT, feed, pick.code
        if key not in self._inputs:
            self._inputs[key] = self._fed(VOCABULARY[function.library], key[1], feed, pick)
        return self._inputs[key]

    def _fed(self, words: Vocabulary, layout: Layout, feed: Feed, pick: _Pick) -> _Term:
        code = "z" + pick.code
        if self.case.temperature != 1.0:
            code += f" / {number_text(self.case.temperature)}"
        z = _Term(self.scaled[pick.rows], code)
        if not self.binary:
            return _activated(z, feed, words)
        if layout is Layout.PAIR:
            if feed is Feed.SIGMOID:
                p = _activated(z, feed, words)
                return _stacked(_Term(1.0 - p.value, f"1 - {p.code}"), p, words)
            zero = _Term(np.zeros_like(z.value), _written(words.zeros_like, z.code))
            return _activated(_stacked(zero, z, words), feed, words)
        if layout is Layout.FLAT and feed in {Feed.LOGITS, Feed.SIGMOID}:
            return _activated(z, feed, words)
        column = _activated(_column(z), feed, words)
        return column if layout is Layout.COLUMN else _Term(column.value[:, 0], f"{column.code}[:, 0]")

    # ---- targets

    def targets(self, function: Function) -> tuple[_Term, Target | None]:
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
    ) -> tuple[_Term, Target | None]:
        y = _Term(self.case.targets[pick.rows], "y" + pick.code)
        forms = self._pair_forms(y, words) if layout is Layout.PAIR else self._forms(y, words, layout)
        kind = next((kind for kind in (self.given, *wanted) if kind in wanted and kind in forms), None)
        if kind is None:
            return y, None
        told = forms[kind]
        if smooths and kind in {Target.DISTRIBUTIONS, Target.LABELS}:
            e, outcomes = self.case.label_smoothing, self.outcomes
            text = number_text(e)
            told = _Term(
                told.value * (1.0 - e) + e / outcomes, f"{_atom(told.code)} * (1 - {text}) + {text} / {outcomes}"
            )
        return told, kind

    def _pair_forms(self, y: _Term, words: Vocabulary) -> dict[Target, _Term]:
        """A yes or no as one of two classes."""
        forms = {Target.DISTRIBUTIONS: _stacked(_Term(1.0 - y.value, f"1 - {y.code}"), y, words)}
        if self.hard:
            forms[Target.INDICES] = _Term(y.value.astype(np.int64), _written(words.integer, y.code))
        return forms

    def _forms(self, y: _Term, words: Vocabulary, layout: Layout) -> dict[Target, _Term]:
        """Every form that the targets have."""
        classes = self.case.logits.shape[-1] if not self.binary else 1
        if layout is Layout.COLUMN:
            y = _column(y)
        each = y  # a number for each element
        forms = {}
        if self.given is Target.INDICES:
            forms[Target.INDICES] = y
            each = _Term((y.value[:, None] == np.arange(classes)) * 1.0, words.one_hot.format(y.code, classes))
            padded = np.pad(y.value[:, None], ((0, 0), (0, classes - 1)), constant_values=-1)
            forms[Target.INDEX_LISTS] = _Term(padded, f"F.pad({y.code}[:, None], (0, {classes - 1}), value=-1)")
        elif self.hard:
            if self.given is Target.DISTRIBUTIONS:
                forms[Target.INDICES] = _Term(y.value.argmax(axis=1), _written(words.argmax, y.code))
            if y.value.ndim == 2:
                listed = -np.sort(-np.where(y.value == 1.0, np.arange(classes), -1), axis=1)
                code = f"torch.where({y.code} == 1, torch.arange({classes}), -1).sort(dim=1, descending=True).values"
                forms[Target.INDEX_LISTS] = _Term(listed, code)
        if self.binary and layout is Layout.FLAT:
            forms[Target.INDICES] = y  # 0 and 1 are classes too
        forms[Target.DISTRIBUTIONS] = forms[Target.LABELS] = each
        forms[Target.SIGNS] = _Term(2.0 * each.value - 1.0, f"2 * {each.code} - 1")
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
            "pos_weight": None if case.pos_weight is None else _Term(case.pos_weight, "pw"),
            "label_smoothing": _Term(case.label_smoothing, number_text(case.label_smoothing))
            if case.label_smoothing
            else None,
            "ignore_index": _Term(case.ignore_index, str(case.ignore_index))
            if case.ignore_index != IGNORE_INDEX or (self.ignores and function.library is Library.KERAS)
            else None,
        }
        used = {name: term for name, term in terms.items() if term is not None and name in function.parameters}
        reduction = case.reduction.value
        if self.case.reduction is Reduction.NONE and function.reductions and "none" not in function.reductions:
            reduction = "sum"  # of one row
        values: dict[str, Any] = {name: term.value for name, term in used.items()}
        codes = {name: term.code for name, term in used.items()}
        labels = self.targets(function)[0].value
        if "labels" in function.parameters and labels.ndim == 1:
            values["labels"] = range(case.classes)
            if len(np.unique(labels)) < case.classes:  # otherwise the function finds them all by itself
                codes["labels"] = f"range({case.classes})"
        return Options(**values, reduction=reduction), codes

    def _weight(self, function: Function, pick: _Pick) -> _Term | None:
        """The weights as torch takes them: for each class, label or element."""
        if self.case.weight is None or (self.binary and function.binary is Layout.PAIR):
            return None
        if not self.binary:
            return _Term(self.case.weight, "w")
        w = _Term(self.case.weight[pick.rows], "w" + pick.code)
        return w if function.binary is Layout.FLAT else _column(w)

    def _sample_weight(self, words: Vocabulary, pick: _Pick) -> _Term | None:
        """The weights as one a row: where a row has one label, that label's."""
        case = self.case
        if case.weight is None or case.setup is Setup.MULTILABEL:
            return None
        if self.binary:
            return _Term(case.weight[pick.rows], "w" + pick.code)
        y, kind = self._told(words, (Target.INDICES,), Layout.FLAT, smooths=False, pick=pick)
        if kind is None:
            return None
        code, index = y.code, y.value
        if self.ignores and not pick.code and not 0 <= case.ignore_index < case.classes:
            code = f"{code} * ({code} != {case.ignore_index})"
            index = index * (index != case.ignore_index)
        return _Term(case.weight[index], f"w[{code}]")

    def row_weights(self) -> Array | None:
        """The weights of the rows that count, where each row has one."""
        term = self._sample_weight(VOCABULARY[Library.SKLEARN], _Pick(self.kept, "[kept]"))
        return None if term is None else np.asarray(term.value)

    def lacking(self, function: Function) -> list[str]:
        """What the case asks for and the function cannot do, in words."""
        case, (options, _), (_, kind) = self.case, self.options(function), self.targets(function)
        of = {Setup.MULTICLASS: "classes", Setup.BINARY: "examples", Setup.MULTILABEL: "labels"}[case.setup]
        lacks = {
            f"weights for {of}": case.weight is not None and options.weight is None and options.sample_weight is None,
            "pos_weight": case.pos_weight is not None and options.pos_weight is None,
            "label smoothing": case.label_smoothing > 0.0
            and not options.label_smoothing
            and kind not in {Target.DISTRIBUTIONS, Target.LABELS},
        }
        return [option for option, lacked in lacks.items() if lacked]

    # ---- the call

    def run(self, function: Function, feed: Feed) -> _Outcome:
        """Call a function, fed in one way."""
        ignored = self.case.reduction is Reduction.NONE and not self.kept[self.row]
        if ignored and "ignore_index" not in function.parameters:
            return _Outcome("0.0  # this row is ignored, so it is left out", 0.0)
        return self._called(function, self.inputs(function, feed), self.targets(function)[0])

    def level(self, function: Function) -> float:
        """What a function gives for equal logits."""
        inputs = self.inputs(function, Feed.LOGITS)
        value = self._called(function, _Term(np.zeros_like(inputs.value), ""), self.targets(function)[0]).value
        return math.nan if value is None else value

    def refusal_of_indices(self, function: Function) -> str:
        """What a function says to class indices that it cannot take; empty where it takes them, or is not given any."""
        if self.given is not Target.INDICES or Setup.MULTICLASS in function.setups:
            return ""
        if function.id not in self._refusals:
            pick = self.pick(function)
            y = _Term(self.case.targets[pick.rows], "")
            error = self._called(function, self.inputs(function, function.feed), y).error
            self._refusals[function.id] = str(error or "")
        return self._refusals[function.id]

    def _called(self, function: Function, inputs: _Term, targets: _Term) -> _Outcome:
        options, settings = self.options(function)
        code = function.call(inputs.code, targets.code, options.reduction, **settings)
        try:
            losses = np.asarray(function.compute(inputs.value, targets.value, options))
        except _REFUSALS as error:
            return _Outcome(code, None, error)
        if losses.ndim:
            position = int(self.kept[: self.row].sum()) if self.pick(function).code else self.row
            losses, code = losses[position], f"{code}[{position}]"
        if losses.ndim:
            losses, code = losses.sum(), f"{code}.sum()"
        value = float(losses)
        if function.in_nats and self.case.unit is Unit.BITS:
            value, code = value * Unit.BITS.per_nat, f"{code} / math.log(2)"
        return _Outcome(code, value)


def _activated(z: _Term, feed: Feed, words: Vocabulary) -> _Term:
    if feed is Feed.LOGITS:
        return z
    return _Term(_ACTIVATIONS[feed](z.value), _written(getattr(words, feed.name.lower()), z.code))


def _stacked(first: _Term, second: _Term, words: Vocabulary) -> _Term:
    return _Term(np.stack([first.value, second.value], axis=1), words.stack.format(first.code, second.code))


def _column(term: _Term) -> _Term:
    return _Term(term.value[:, np.newaxis], _written("{}[:, None]", term.code))


def _written(template: str, code: str) -> str:
    """Write code into a template, in brackets where the template goes on with a method or an index."""
    return template.format(_atom(code) if template.startswith("{") else code)


def _atom(code: str) -> str:
    """Put code with an operator outside of all brackets in brackets of its own."""
    depth = 0
    for character in code:
        depth += (character in "([") - (character in ")]")
        if character == " " and depth == 0:
            return f"({code})"
    return code


# --------------------------------------------------------------------------------------------------- the probe


@dataclasses.dataclass(frozen=True)
class _Tie:
    """How a cell compares on generic logits: with the loss, and with the same function fed as it is meant.

    ``factor`` times its value is the loss (None: it is not, by any rule known), ``rule`` says why it is not 1.
    """

    factor: float | None
    rule: str
    twin: bool


def _probe(case: Case, row: int) -> Case:
    """The case with generic logits; where that still has no loss to compare with, with generic targets too."""
    logits = 2.3 * np.sin(1.0 + 2.0 * np.arange(case.logits.size)).reshape(case.logits.shape)
    probe = dataclasses.replace(case, logits=logits, temperature=1.0, unit=Unit.NATS)
    breakdown = evaluate(probe)
    loss = breakdown.per_example[row] if probe.reduction is Reduction.NONE else breakdown.loss
    if math.isfinite(float(np.asarray(loss))) and loss != 0.0:
        return probe
    targets = np.zeros_like(case.targets) if case.has_index_targets else case.targets
    return dataclasses.replace(probe, targets=targets, weight=None, pos_weight=None, ignore_index=IGNORE_INDEX)


@functools.lru_cache(maxsize=64)
def _ties(probe: Case, row: int) -> Mapping[tuple[str, Feed], _Tie]:
    """Compare every cell on a probe. Kept, for a probe does not change while logits do."""
    sheet = _Sheet(probe, row)
    rules = _rules(sheet)
    ties = {}
    for function in FUNCTIONS:
        values = {feed: sheet.run(function, feed).value for feed in Feed}
        meant = values[function.expects(probe.setup)]
        for feed, value in values.items():
            rule, factor = next(
                ((rule, factor) for rule, factor in rules if value is not None and _close(value * factor, sheet.loss)),
                ("", None),
            )
            ties[function.id, feed] = _Tie(factor, rule, twin=_close(value, meant) and math.isfinite(value or 0.0))
    return ties


def _rules(sheet: _Sheet) -> list[tuple[str, float]]:
    """The rules by which a right value is a multiple of the loss of the case."""
    case, divisor = sheet.case, sheet.breakdown.divisor
    rules = [("", 1.0)]
    if case.reduction is not Reduction.MEAN:
        if case.setup is Setup.MULTILABEL:
            rules.append((f"averages over the {case.classes} labels first", float(case.classes)))
    elif case.weight is not None and case.setup is not Setup.MULTILABEL:
        rows = int(case.kept.sum())
        by_row = sheet.row_weights()
        total = divisor if by_row is None else float(by_row.sum())
        rules.append((f"divides by the {rows} rows, not by the weights, {number(total)}", rows / divisor))
        rules.append((f"divides by the weights, {number(total)}, not by the {rows} rows", total / divisor))
    return rules


def _close(value: float | None, other: float | None, absolute: float = 0.0) -> bool:
    if value is None or other is None:
        return False
    if math.isnan(value) and math.isnan(other):
        return True
    return math.isclose(value, other, rel_tol=_SAME, abs_tol=absolute)


# ------------------------------------------------------------------------------------------------- the verdicts

_OTHER_LOSSES = {Family.MARGIN, Family.DISTANCE, Family.FOCAL}

# How each kind of function works, by family and by what it takes.
_WORKS = {
    (Family.SOFTMAX, Feed.LOGITS): "takes logits and applies log-softmax itself",
    (Family.SOFTMAX, Feed.LOG_SOFTMAX): "takes log-probabilities and flips the sign of the label's",
    (Family.SOFTMAX, Feed.SOFTMAX): "takes probabilities and applies the logarithm itself",
    (Family.SIGMOID, Feed.LOGITS): "takes logits and applies the sigmoid itself",
    (Family.SIGMOID, Feed.SIGMOID): "takes the probability of a yes and applies the logarithm itself",
    (Family.DIVERGENCE, Feed.LOG_SOFTMAX): "takes log-probabilities, and distributions as targets",
    (Family.MARGIN, Feed.LOGITS): "takes scores and asks for a margin of 1",
    (Family.DISTANCE, Feed.LOGITS): "takes distances",
    (Family.FOCAL, Feed.LOGITS): "takes logits and turns the loss down where the answer is already right",
}

# What goes wrong, by family, what the function takes and what it is fed: a phrase and a sentence.
_FED_WRONG = {
    (Family.SOFTMAX, Feed.LOGITS, Feed.SOFTMAX): (
        "softmax twice: can never go below {floor}",
        "{title} applies a softmax itself, and that of probabilities gives no class more than e / (e + {rest}) = "
        "{top}, so the loss never goes below {floor}, however good the model.",
    ),
    (Family.SOFTMAX, Feed.LOGITS, Feed.SIGMOID): (
        "a softmax of sigmoids: can never go below {floor}",
        "{title} applies a softmax itself, and that of numbers in [0, 1] gives no class more than e / (e + {rest}) = "
        "{top}: however good the model, the loss never goes below {floor}.",
    ),
    (Family.SOFTMAX, Feed.LOGITS, Feed.LOG_SOFTMAX): (
        "not the loss of this case",
        "{title} applies log-softmax itself; a second time changes nothing, but this is not the loss of the case.",
    ),
    (Family.SOFTMAX, Feed.LOG_SOFTMAX, Feed.LOGITS): (
        "minus {mean_of} logits: falls without end",
        "{title} takes no logarithm, so this is minus {mean_of} logits, at the labels: it has no floor, and a model "
        "lowers it by making every logit larger.",
    ),
    (Family.SOFTMAX, Feed.LOG_SOFTMAX, Feed.SOFTMAX): (
        "{negative}minus {mean_of} probabilities",
        "{title} takes no logarithm, so this is minus {mean_of} probabilities, at the labels, instead of logarithms.",
    ),
    (Family.SOFTMAX, Feed.LOG_SOFTMAX, Feed.SIGMOID): (
        "{negative}minus {mean_of} sigmoids",
        "{title} takes no logarithm, so this is minus {mean_of} sigmoids, at the labels, which do not even compete.",
    ),
    (Family.SOFTMAX, Feed.SOFTMAX, Feed.LOGITS): (
        "logits read as probabilities",
        "{title} takes logits for probabilities{normalises}: a negative one counts as 0, and costs "
        "up to {cap} if it is the label's.",
    ),
    (Family.SOFTMAX, Feed.SOFTMAX, Feed.LOG_SOFTMAX): (
        "log-probabilities read as probabilities: upside down",
        "{title} takes log-probabilities for probabilities{normalises}: the less likely a class is, the larger its "
        "share, so the order is upside down.",
    ),
    (Family.SOFTMAX, Feed.SOFTMAX, Feed.SIGMOID): (
        "sigmoids read as probabilities: not a softmax",
        "{title} takes sigmoids for probabilities{normalises}: they do not sum to 1, and are not a softmax.",
    ),
    (Family.SIGMOID, Feed.LOGITS, Feed.SIGMOID): (
        "sigmoid twice: every{unweighted} term lies in [{low}, {high}]",
        "{title} applies a sigmoid itself, and that of numbers in [0, 1] lies between 0.5 and 0.7311: every"
        "{unweighted} term lies in [{low}, {high}], however good the model.",
    ),
    (Family.SIGMOID, Feed.LOGITS, Feed.SOFTMAX): (
        "a sigmoid of a softmax: every{unweighted} term lies in [{low}, {high}]",
        "{title} applies a sigmoid itself, and that of numbers in [0, 1] lies between 0.5 and 0.7311: every"
        "{unweighted} term lies in [{low}, {high}], however good the model.",
    ),
    (Family.SIGMOID, Feed.LOGITS, Feed.LOG_SOFTMAX): (
        "never above 0, so a label of 1 costs at least {half}",
        "{title} applies a sigmoid itself, and that of log-probabilities, which are never above 0, is at most one "
        "half: every{unweighted} label of 1 costs at least {half}.",
    ),
    (Family.SIGMOID, Feed.SIGMOID, Feed.LOGITS): (
        "logits read as probabilities: cut off at 0 and 1",
        "{title} takes logits for probabilities: what lies outside [0, 1] is cut off, and costs almost 0 or {cap}.",
    ),
    (Family.SIGMOID, Feed.SIGMOID, Feed.LOG_SOFTMAX): (
        "log-probabilities read as probabilities: cut off at 0",
        "{title} takes log-probabilities for probabilities: they are never above 0, so each is cut off there, and a "
        "label of 1 costs {cap}.",
    ),
    (Family.SIGMOID, Feed.SIGMOID, Feed.SOFTMAX): (
        "a softmax makes the {C} answers compete",
        "{title} asks yes or no of each class and averages over all {C}, but a softmax makes their answers compete: no "
        "two can be sure at once.",
    ),
    (Family.DIVERGENCE, Feed.LOG_SOFTMAX, Feed.LOGITS): (
        "logits where log-probabilities belong: no divergence",
        "{title} takes no logarithm and no softmax, so logits give no divergence: the number has no floor.",
    ),
    (Family.DIVERGENCE, Feed.LOG_SOFTMAX, Feed.SOFTMAX): (
        "{negative}probabilities where their logarithms belong",
        "{title} takes log-probabilities, and probabilities in their place make it negative, which no divergence is.",
    ),
    (Family.DIVERGENCE, Feed.LOG_SOFTMAX, Feed.SIGMOID): (
        "{negative}sigmoids where log-probabilities belong",
        "{title} takes log-probabilities, and sigmoids in their place make it negative, which no divergence is.",
    ),
    (Family.MARGIN, Feed.LOGITS, Feed.LOG_SOFTMAX): (
        "scores never above 0: a yes costs at least 1",
        "{title} takes scores on both sides of 0; log-probabilities are never above it, so a yes costs at least 1.",
    ),
    (Family.MARGIN, Feed.LOGITS, Feed.SOFTMAX): (
        "scores squeezed into [0, 1]: a margin of 1 takes certainty",
        "{title} takes scores of any size; between numbers in [0, 1] a margin of 1 takes a p of exactly 1, or cannot "
        "be had at all.",
    ),
    (Family.MARGIN, Feed.LOGITS, Feed.SIGMOID): (
        "scores squeezed into [0, 1]: a margin of 1 takes certainty",
        "{title} takes scores of any size; between numbers in [0, 1] a margin of 1 takes a p of exactly 1, or cannot "
        "be had at all.",
    ),
    (Family.DISTANCE, Feed.LOGITS, Feed.LOG_SOFTMAX): (
        "log-probabilities are no distance",
        "{title} takes distances, and log-probabilities are never above 0: a label of 1 makes the loss negative.",
    ),
    (Family.DISTANCE, Feed.LOGITS, Feed.SOFTMAX): (
        "upside down: a sure and right answer costs the most",
        "{title} takes distances, which are small where the label is 1: of probabilities it is lowest where the model "
        "is surely wrong.",
    ),
    (Family.DISTANCE, Feed.LOGITS, Feed.SIGMOID): (
        "upside down: a sure and right answer costs the most",
        "{title} takes distances, which are small where the label is 1: of probabilities it is lowest where the model "
        "is surely wrong.",
    ),
    (Family.FOCAL, Feed.LOGITS, Feed.LOG_SOFTMAX): (
        "log-probabilities where logits belong",
        "{title} applies a sigmoid itself, and that of log-probabilities, never above 0, is at most one half.",
    ),
    (Family.FOCAL, Feed.LOGITS, Feed.SOFTMAX): (
        "a sigmoid of a softmax: p lies in [0.5, 0.7311]",
        "{title} applies a sigmoid itself, and that of numbers in [0, 1] lies between 0.5 and 0.7311, however good the "
        "model.",
    ),
    (Family.FOCAL, Feed.LOGITS, Feed.SIGMOID): (
        "sigmoid twice: p lies in [0.5, 0.7311]",
        "{title} applies a sigmoid itself, and that of numbers in [0, 1] lies between 0.5 and 0.7311, however good the "
        "model.",
    ),
}

# What goes wrong in a set-up that a function is not made for, though it is fed what it takes.
_SET_WRONG = {
    (Family.SIGMOID, Setup.MULTICLASS): (
        "{C} yes-or-no losses, averaged: not a softmax",
        "{title} asks yes or no of each of the {C} classes by itself and averages the answers; that only one class is "
        "right it does not know.",
    ),
    (Family.SOFTMAX, Setup.MULTILABEL): (
        "one of {C}, where any of {C} may be right",
        "{title} shares one probability of 1 among the {C} labels, so they compete, and a row with k labels costs k "
        "times as much.",
    ),
    (Family.DIVERGENCE, Setup.MULTILABEL): (
        "one of {C}, where any of {C} may be right",
        "{title} takes each row for one distribution, but here each of the {C} labels is a yes or no of its own.",
    ),
}
_ONE_LOGIT = {
    Feed.SOFTMAX: ("a softmax of one logit is always 1", "A softmax over a single logit is 1, whatever the logit: "),
    Feed.LOG_SOFTMAX: ("a log-softmax of one logit is always 0", "A log-softmax over one logit is 0, whatever it is: "),
}


@dataclasses.dataclass(frozen=True)
class _Reason:
    """What to say of a cell: its verdict, a phrase, and a sentence."""

    verdict: Verdict
    phrase: str
    sentence: str


def _judged(sheet: _Sheet, function: Function, ties: Mapping[tuple[str, Feed], _Tie]) -> list[Cell]:
    """Judge the four cells of a function."""
    outcomes = {feed: sheet.run(function, feed) for feed in Feed}
    meant = outcomes[function.expects(sheet.case.setup)].value
    cells = []
    for feed, outcome in outcomes.items():
        if outcome.value is None:
            said = f"{function.title} raises {type(outcome.error).__name__}: {outcome.error}"
            cells.append(Cell(feed, None, Verdict.REFUSED, str(outcome.error), said, outcome.code, agrees=False))
            continue
        tie = ties[function.id, feed]
        tie = dataclasses.replace(tie, twin=tie.twin and _close(outcome.value, meant, absolute=1e-9))
        reason = _reason(sheet, function, feed, tie, outcome.value)
        agrees, phrase = _close(outcome.value, sheet.loss), reason.phrase
        if reason.verdict is Verdict.WRONG and (agrees or math.isnan(outcome.value)):
            phrase += "; here equal by chance" if agrees else "; here nan"
        cells.append(Cell(feed, outcome.value, reason.verdict, phrase, reason.sentence, outcome.code, agrees))
    return cells


def _reason(sheet: _Sheet, function: Function, feed: Feed, tie: _Tie, value: float) -> _Reason:
    as_meant = feed is function.expects(sheet.case.setup) or tie.twin
    if function.family in _OTHER_LOSSES:
        return _another_loss(sheet, function, value) if as_meant else _mistake(sheet, function, feed, tie, value)
    if tie.factor is not None:
        return _loss_itself(sheet, function, feed, tie, value)
    if as_meant and (sheet.binary or sheet.case.setup in function.setups):
        return _loss_without(sheet, function, feed, value)
    return _mistake(sheet, function, feed, tie, value)


def _works(function: Function) -> str:
    return f"{function.title} {_WORKS[function.family, function.feed]}"


def _loss_itself(sheet: _Sheet, function: Function, feed: Feed, tie: _Tie, value: float) -> _Reason:
    """The loss of the case, whatever the logits, but for a rule of the library or an accident of these logits."""
    setup, factor = sheet.case.setup, tie.factor or 1.0
    exact = _close(value * factor, sheet.loss)
    but = "; ".join(text for text in (tie.rule, "" if exact else _accident(sheet, function, feed, value)) if text)
    shown, loss = number(value), number(sheet.loss)
    if feed is function.expects(setup) and setup in function.setups:
        if but:
            sentence = (
                f"{_works(function)}, but here: {but}. So it gives {shown}, where the loss of this case is {loss}."
            )
            return _Reason(Verdict.RIGHT, but, sentence)
        return _Reason(Verdict.RIGHT, "the loss of this case", f"{_works(function)}: {shown} is the loss of this case.")
    if sheet.binary and function.binary is Layout.PAIR:
        columns = "1 − p and p" if feed is Feed.SIGMOID else "0 and z"
        phrase = f"as two columns, {columns}: the same number"
        why = f"{_works(function)} for several classes; yes and no are two of them, with the columns {columns}."
    elif sheet.binary:
        phrase = "as a row of one label: the same number"
        why = f"{_works(function)} for several labels; a yes or no is a row of one."
    elif feed is Feed.LOG_SOFTMAX and function.feed is Feed.LOGITS:
        phrase = "log-softmax twice changes nothing"
        why = f"{_works(function)}; the log-probabilities already sum to 1, so a second time changes nothing."
    elif function.family is Family.SIGMOID and setup is Setup.MULTICLASS:
        phrase = "two classes: the same number"
        why = f"{_works(function)}; with two classes the no of one is the yes of the other, so its mean is the same."
    else:
        phrase = "the same number"
        why = f"{_works(function)}; it is not meant to be fed {feed}, but for this case the number is always the same."
    return _Reason(Verdict.SAME, "; ".join(text for text in (phrase, but) if text), why)


def _accident(sheet: _Sheet, function: Function, feed: Feed, value: float) -> str:
    """Why a function that is right for generic logits gives another number for these."""
    inputs, library = sheet.inputs(function, feed).value, function.library
    finite = bool(np.isfinite(sheet.case.logits).all())
    clipped = function.clip > 0.0 and bool(((inputs < function.clip) | (inputs > 1.0 - function.clip)).any())
    cap = number(-math.log(function.clip) * sheet.case.unit.per_nat) if clipped else ""
    reasons = {
        "z / T is more than a float can hold": finite and not np.isfinite(sheet.scaled).all(),
        f"nothing counts, and 0 / 0 is {number(value)} in {library}": finite and math.isnan(sheet.loss),
        f"an infinite logit gives {number(value)} in {library}": math.isnan(sheet.loss),
        f"nan: 0 · ∞ is nan in {library}": math.isnan(value),
        f"it clips p, so no term is above {cap}": clipped,
        "p is rounded, and few digits of the loss are left": feed in {Feed.SOFTMAX, Feed.SIGMOID},
        f"exp overflows in {library}: infinite": math.isinf(value),
    }
    return next((reason for reason, holds in reasons.items() if holds), "the numbers are too large for a float")


def _loss_without(sheet: _Sheet, function: Function, feed: Feed, value: float) -> _Reason:
    """Fed as it is meant, yet not the loss of the case: something that the case sets is missing."""
    shown, loss = number(value), number(sheet.loss)
    lacking = sheet.lacking(function)
    _, kind = sheet.targets(function)
    if kind is None:
        phrase = "targets between 0 and 1 are cut to whole numbers"
        return _Reason(
            Verdict.WRONG, phrase, f"{function.title} takes class indices, and cuts a target between 0 and 1 to 0."
        )
    if lacking:
        phrase = "no " + ", no ".join(lacking)
        return _Reason(
            Verdict.OTHER,
            phrase,
            f"{_works(function)}, but it has {phrase}: it gives {shown}, where the loss of this case is {loss}.",
        )
    if function.family is Family.DIVERGENCE:
        gap = number(sheet.loss - value)
        return _Reason(
            Verdict.OTHER,
            f"the loss less the entropy of the target, {gap}",
            f"{_works(function)}: the divergence {shown} is the cross-entropy {loss} less the entropy of the targets, "
            f"{gap}, which no model can change.",
        )
    if kind is Target.SIGNS and not sheet.hard:
        return _Reason(
            Verdict.WRONG,
            "labels between −1 and 1 are not for it",
            f"{function.title} is made for labels of −1 and 1; between them it is not the loss of a soft target.",
        )
    if "sample_weight" in function.parameters and sheet.case.weight is not None:
        return _Reason(
            Verdict.OTHER,
            "it weighs rows, not classes",
            f"{_works(function)}, but a weight of its counts for a whole row, the smoothed part included: it gives "
            f"{shown}, where the loss of this case is {loss}.",
        )
    but = _accident(sheet, function, feed, value)
    sentence = f"{_works(function)}, but here: {but}. So it gives {shown}, where the loss of this case is {loss}."
    return _Reason(Verdict.RIGHT, but, sentence)


def _another_loss(sheet: _Sheet, function: Function, value: float) -> _Reason:
    """A margin or a focal loss, fed as it is meant."""
    shown = number(value)
    if function.family is Family.FOCAL:
        return _Reason(
            Verdict.OTHER,
            "another loss: turned down where the answer is right",
            f"{_works(function)}, with gamma 2 and alpha 0.25: {shown} is a focal loss, not a cross-entropy.",
        )
    phrase = "another loss: a margin, not a likelihood"
    sentence = f"{_works(function)} between right and wrong: {shown} has no unit, and is 0 once all margins are kept."
    if function.family is Family.DISTANCE:
        phrase = "another loss: of a distance, not a score"
        sentence = (
            f"{function.title} takes distances, which are small where the label is 1: of scores, {shown} means nothing."
        )
    elif (
        Layout.FLAT is not function.binary and value == 0.0 and sheet.inputs(function, Feed.LOGITS).value.shape[1] == 1
    ):
        phrase = "another loss: a margin to other labels, of which there are none"
    elif function.id == "sklearn.hinge_loss" and sheet.binary and (sheet.targets(function)[0].value == 1.0).all():
        phrase = "another loss: a margin; labels that are all 1 are read as −1"
        sentence = f"{function.title} takes the only label that occurs for the negative one: so {shown}, a wrong sign."
    return _Reason(Verdict.OTHER, phrase, sentence)


def _mistake(sheet: _Sheet, function: Function, feed: Feed, tie: _Tie, value: float) -> _Reason:
    """What goes wrong, in the words of the tables, with the numbers of the case."""
    setup = sheet.case.setup
    as_meant = feed is function.expects(setup) or tie.twin
    one_logit = sheet.inputs(function, feed).value.ndim == 1 or sheet.inputs(function, feed).value.shape[1] == 1
    if one_logit and feed in _ONE_LOGIT:
        phrase, sentence = _ONE_LOGIT[feed]
        sentence += "nothing of it reaches the loss."
    elif as_meant:
        phrase, sentence = _SET_WRONG[function.family, setup]
    else:
        phrase, sentence = _FED_WRONG[function.family, function.feed, feed]
    numbers = _numbers(sheet, function, value)
    sentence = sentence.format_map(numbers)
    refusal = sheet.refusal_of_indices(function)
    if refusal:
        sentence += f" The class indices themselves it refuses: {refusal}"
    return _Reason(Verdict.WRONG, phrase.format_map(numbers), sentence)


def _numbers(sheet: _Sheet, function: Function, value: float) -> dict[str, str]:
    """The numbers of a case that the tables of mistakes speak of."""
    classes, (options, _) = sheet.case.classes, sheet.options(function)
    floor = 0.0
    if (function.family, function.feed) == (Family.SOFTMAX, Feed.LOGITS) and classes > 1:
        highest = math.e / (math.e + classes - 1)  # what a softmax gives to 1 among zeros
        floor = -math.log(highest) * sheet.level(function) / math.log(classes)  # of as many terms, weighted alike
    weighted = any(weight is not None for weight in (options.weight, options.sample_weight, options.pos_weight))
    return sheet.numbers | {
        "title": function.title,
        "floor": number(floor),
        "cap": number(-math.log(function.clip) * sheet.case.unit.per_nat) if function.clip else "",
        "unweighted": " unweighted" if weighted else "",
        "negative": "negative: " if value < 0.0 else "",
        "normalises": ", divides each row by its sum and clips it" if function.library is Library.KERAS else "",
    }


# ---------------------------------------------------------------------------------------------------- the fixes


def _fixes(judged: Mapping[Function, list[Cell]], given: Target) -> dict[str, Cell]:
    """The call to write instead, by function and by library.

    One that is right: from logits where that is possible, and from the targets as they are.
    """
    fixes: dict[str, Cell] = {}
    functions = sorted(judged, key=lambda function: given not in function.targets)
    for agrees in (True, False):  # where none agrees, one that is right but for a rule of its library
        for feed, function in itertools.product(Feed, functions):
            for cell in judged[function]:
                if cell.feed is feed and cell.verdict is Verdict.RIGHT and cell.agrees is agrees:
                    fixes.setdefault(function.id, cell)
                    fixes.setdefault(function.library, cell)
    return fixes


def _explained(cell: Cell, fix: Cell | None) -> Cell:
    """Add to the explanation of a cell what to write instead."""
    if fix is None or cell is fix or (cell.verdict is Verdict.RIGHT and cell.agrees):
        return cell
    said = cell.explanation if cell.explanation.endswith((".", "!", "?")) else cell.explanation + "."
    advice = f"It is meant to be written {fix.call}."
    if fix.agrees and cell.verdict is not Verdict.SAME:
        advice = f"For the loss of this case, {number(fix.value or 0.0)}, write {fix.call}."
    return dataclasses.replace(cell, explanation=f"{said} {advice}")


# ------------------------------------------------------------------------------------------ which loss do I call?


@dataclasses.dataclass(frozen=True)
class Recommendation:
    """The line to write, and one sentence about it.

    ``code`` sets ``loss`` from ``targets`` and from ``logits``, ``log_p`` or ``p``, what a model gives that ends with
    ``ends_with``: another ending than the one asked about where that one cannot be used. ``as_class`` is the same line
    through PyTorch's class, or "". ``function`` is None where the library has none: then ``code`` spells the loss out,
    or is "" where the targets make no sense.
    """

    code: str
    as_class: str
    sentence: str
    function: Function | None
    ends_with: Feed


_OUTPUT = {Feed.LOGITS: "logits", Feed.LOG_SOFTMAX: "log_p", Feed.SOFTMAX: "p", Feed.SIGMOID: "p"}


@dataclasses.dataclass(frozen=True)
class _Change:
    """How what a model gives becomes what a function takes: words of the vocabulary, one after the other."""

    words: tuple[str, ...]
    cost: int  # how much one would rather not
    sentence: str


_BETTER = "better end the model with nothing and write {best}."
_AS_IT_IS = _Change((), 0, "{works}.")
_AS_PROBABILITIES = _Change((), 0, "{works}; more exact is to end the model with nothing and write {best}.")
_TAKEN_AS_IT_IS = {
    (Library.PYTORCH, Feed.SIGMOID): _AS_PROBABILITIES,
    (Library.KERAS, Feed.SIGMOID): _AS_PROBABILITIES,
    (Library.KERAS, Feed.SOFTMAX): _AS_PROBABILITIES,
}
_CHANGES = {
    (Feed.LOG_SOFTMAX, Feed.LOGITS): _Change(
        (), 1, "{works}; a second time changes nothing, so it takes log-probabilities too."
    ),
    (Feed.SOFTMAX, Feed.LOG_SOFTMAX): _Change(
        ("log",), 1, "This works, but a rounded p loses digits and the logarithm of 0 is infinite: " + _BETTER
    ),
    (Feed.SOFTMAX, Feed.LOGITS): _Change(
        ("log",), 2, "Logarithms of p are logits, but a rounded p loses digits and 0 becomes −∞: " + _BETTER
    ),
    (Feed.LOG_SOFTMAX, Feed.SOFTMAX): _Change(("exp",), 2, "{title} takes probabilities, so the logarithm is undone."),
    (Feed.LOGITS, Feed.SOFTMAX): _Change(("softmax",), 2, "{title} takes probabilities, so the softmax comes first."),
    (Feed.LOGITS, Feed.SIGMOID): _Change(("sigmoid",), 2, "{title} takes probabilities, so the sigmoid comes first."),
    (Feed.SIGMOID, Feed.LOGITS): _Change(
        ("logit",), 3, "{title} takes logits, so the sigmoid is undone, which loses digits: " + _BETTER
    ),
    (Feed.SIGMOID, Feed.SOFTMAX): _Change(
        ("logit", "softmax"), 4, "{title} takes the probabilities of a softmax, so the sigmoid is undone before it."
    ),
}

# The targets of a set-up: the forms as which a function may take them, and how they are written.
_WRITTEN_AS: Mapping[tuple[Setup, Target], tuple[tuple[Target, ...], str]] = {
    (Setup.MULTICLASS, Target.INDICES): ((Target.INDICES,), "targets"),
    (Setup.MULTICLASS, Target.DISTRIBUTIONS): ((Target.DISTRIBUTIONS,), "targets"),
    (Setup.MULTICLASS, Target.LABELS): ((Target.DISTRIBUTIONS, Target.LABELS), "{floating}"),
    (Setup.MULTICLASS, Target.SIGNS): ((Target.DISTRIBUTIONS, Target.LABELS), "(targets + 1) / 2"),
    (Setup.MULTICLASS, Target.INDEX_LISTS): ((Target.INDICES,), "targets[:, 0]"),
    (Setup.BINARY, Target.INDICES): ((Target.LABELS,), "{floating}"),
    (Setup.BINARY, Target.DISTRIBUTIONS): ((Target.LABELS,), "targets[:, 1]"),
    (Setup.BINARY, Target.LABELS): ((Target.LABELS,), "targets"),
    (Setup.BINARY, Target.SIGNS): ((Target.LABELS,), "(targets + 1) / 2"),
    (Setup.MULTILABEL, Target.INDICES): ((Target.LABELS,), "{one_hot}"),
    (Setup.MULTILABEL, Target.DISTRIBUTIONS): ((Target.LABELS,), "targets"),
    (Setup.MULTILABEL, Target.LABELS): ((Target.LABELS,), "targets"),
    (Setup.MULTILABEL, Target.SIGNS): ((Target.LABELS,), "(targets + 1) / 2"),
    (Setup.MULTILABEL, Target.INDEX_LISTS): ((Target.LABELS,), "{k_hot}"),
}
# The same for a yes or no with two outputs, which is one of two classes.
_WRITTEN_AS_PAIR: Mapping[Target, tuple[tuple[Target, ...], str]] = {
    Target.INDICES: ((Target.INDICES,), "targets"),
    Target.DISTRIBUTIONS: ((Target.DISTRIBUTIONS,), "targets"),
    Target.LABELS: ((Target.INDICES,), "{integer}"),
    Target.SIGNS: ((Target.INDICES,), "{integer_signs}"),
}
# Cross-entropy in NumPy and SciPy: log p as it follows from each output, and logits for a yes or no.
_SPELLED_LOG_P = {
    Feed.LOGITS: "log_softmax(logits, axis=1)",
    Feed.LOG_SOFTMAX: "log_p",
    Feed.SOFTMAX: "np.log(p)",
    Feed.SIGMOID: "log_softmax(logit(p), axis=1)",
}
_SPELLED_LOGITS = {Feed.LOGITS: "logits", Feed.SIGMOID: "logit(p)"}


def recommend(
    library: Library | str, setup: Setup | str, ends_with: Feed | str, targets: Target | str | None = None
) -> Recommendation:
    """Return which loss to call: one line of code and one sentence.

    ``targets`` is their form: by default class indices for one of several classes, otherwise 0/1 labels. With a softmax
    a binary model has two outputs (N, 2), otherwise one (N,). The line takes the plain mean, without options.
    Raises ValueError for a word that is none of theirs. Source: ``explorer.dialects.catalogue``.
    """
    library, setup, ends_with = Library(library), Setup(setup), Feed(ends_with)
    kind = Target(targets or (Target.INDICES if setup is Setup.MULTICLASS else Target.LABELS))
    has_softmax = ends_with in {Feed.SOFTMAX, Feed.LOG_SOFTMAX}
    if setup is Setup.MULTILABEL and has_softmax:
        without = recommend(library, setup, Feed.LOGITS, kind)
        why = f"No loss can undo a {ends_with.ending} over labels that may all be right: leave it off, and write this."
        return dataclasses.replace(without, sentence=why)
    two_outputs = setup is Setup.BINARY and has_softmax
    written = _WRITTEN_AS_PAIR.get(kind) if two_outputs else _WRITTEN_AS.get((setup, kind))
    if written is None:
        why = "Index lists name the right labels of a row, and a yes or no has none to name: use labels of 0 and 1."
        return Recommendation("", "", why, None, ends_with)
    kinds, template = written
    y = _targets_code(library, template, _OUTPUT[ends_with])
    read_as = Setup.MULTICLASS if two_outputs else setup
    if library is Library.SKLEARN and kind is Target.DISTRIBUTIONS:
        why = f"{library} takes labels, not distributions, so NumPy and SciPy spell the loss out."
        return Recommendation(f"loss = {_spelled_out(read_as, ends_with, y)}", "", why, None, ends_with)
    flattened = library is Library.SKLEARN and setup is Setup.MULTILABEL
    if flattened:
        read_as = Setup.BINARY
    function, change = _function_for(library, read_as, ends_with, kinds)
    inputs = _OUTPUT[ends_with]
    for word in change.words:
        inputs = _written(getattr(VOCABULARY[library], word), inputs)
    if flattened:
        inputs, y = f"{inputs}.ravel()", f"{_atom(y)}.ravel()"
    as_class = f"loss = {function.as_class}()({inputs}, {y})" if library is Library.PYTORCH else ""
    best = "" if ends_with is Feed.LOGITS else recommend(library, setup, Feed.LOGITS, kind).code.removeprefix("loss = ")
    sentence = change.sentence.format(title=function.title, works=_works(function), best=best)
    if flattened:
        sentence = f"{function.title} has no several labels a row: flattened, each of them is a yes or no of its own."
    elif two_outputs:
        sentence = (
            f"With a {ends_with.ending} a yes or no has two outputs and is one of two classes; with one output and no "
            f"{ends_with.ending} it is {best}."
        )
    return Recommendation(f"loss = {function.call(inputs, y)}", as_class, sentence, function, ends_with)


def _function_for(
    library: Library, setup: Setup, ends_with: Feed, kinds: tuple[Target, ...]
) -> tuple[Function, _Change]:
    """The cross-entropy of a library that takes these targets and is nearest to what the model gives."""

    def change(function: Function) -> _Change | None:
        takes = function.expects(setup)
        return (
            _TAKEN_AS_IT_IS.get((library, takes), _AS_IT_IS) if takes is ends_with else _CHANGES.get((ends_with, takes))
        )

    candidates = [
        (function, how)
        for function in FUNCTIONS
        if function.library is library
        and function.family in {Family.SOFTMAX, Family.SIGMOID}
        and setup in function.setups
        and set(kinds) & set(function.targets)
        and (how := change(function))
    ]
    return min(candidates, key=lambda candidate: candidate[1].cost)


def _targets_code(library: Library, template: str, output: str) -> str:
    """Write targets in the form that a function takes; ``output`` knows the number of classes."""
    words, classes = VOCABULARY[library], f"{output}.shape[1]"
    counted = _written(words.row_sums, words.one_hot.format("targets + 1", f"{classes} + 1"))
    return template.format(
        floating=_written(words.floating, "targets"),
        integer=_written(words.integer, "targets"),
        integer_signs=_written(words.integer, "(targets + 1) / 2"),
        one_hot=words.one_hot.format("targets", classes),
        k_hot=f"{counted}[:, 1:]",  # -1, which fills a list up, becomes a class 0 that is dropped
    )


def _spelled_out(setup: Setup, ends_with: Feed, y: str) -> str:
    if setup is Setup.MULTICLASS:
        return f"-({y} * {_SPELLED_LOG_P[ends_with]}).sum(axis=1).mean()"
    z = _SPELLED_LOGITS[ends_with]
    return f"-({y} * log_expit({z}) + (1 - {y}) * log_expit(-{z})).mean()"


# ----------------------------------------------------------------------------------------------- equivalents


@dataclasses.dataclass(frozen=True)
class Equivalents:
    """Functions of several libraries for one thing: ``functions`` has a library only where it has one."""

    title: str
    functions: Mapping[Library, tuple[Function, ...]]
    note: str


_RELATED = {
    Family.SOFTMAX: "One number, for the same targets and without weights.",
    Family.SIGMOID: "One number, for the same labels and without weights.",
    Family.DIVERGENCE: "The cross-entropy less the entropy of the targets, and the same for class labels.",
    Family.MARGIN: "Related, not equal: PyTorch adds up all wrong classes and divides by C, Keras asks each class by "
    "itself, scikit-learn takes the best wrong class.",
    Family.DISTANCE: "For pairs and their distance; not for class scores.",
    Family.FOCAL: "Sigmoid cross-entropy, turned down where the answer is already right.",
}


def equivalents() -> tuple[Equivalents, ...]:
    """Return the functions of the catalogue, those for one thing together.

    Cross-entropies stand apart by whether they start from logits or from what a softmax or sigmoid gave.
    Source: ``explorer.dialects.catalogue``.
    """
    rows = []
    for family, note in _RELATED.items():
        activation = "sigmoid" if family is Family.SIGMOID else "softmax"
        parts: dict[str, bool | None] = {"": None}
        if family in {Family.SOFTMAX, Family.SIGMOID}:
            parts = {", from logits": True, f", after the {activation}": False}
        for suffix, from_logits in parts.items():
            found = {
                library: tuple(
                    function
                    for function in FUNCTIONS
                    if function.library is library
                    and _is_for(function, family)
                    and from_logits in {None, function.feed is Feed.LOGITS}
                )
                for library in Library
            }
            rows.append(Equivalents(family + suffix, {library: some for library, some in found.items() if some}, note))
    return tuple(rows)


def _is_for(function: Function, family: Family) -> bool:
    """Whether a function is of a family; one for several classes and for yes or no is of both cross-entropies."""
    both = function.family is Family.SOFTMAX and Setup.BINARY in function.setups
    return function.family is family or (both and family is Family.SIGMOID)
