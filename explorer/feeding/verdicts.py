"""What every function makes of a case, however it is fed, and what to think of it."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from explorer.case import Case, Setup
from explorer.dialects.catalogue import FUNCTIONS, Family, Feed, Function, Layout, Library, Target
from explorer.explain import number, typed
from explorer.feeding.probe import Rule, Tie, probe_of, rules, ties_on
from explorer.feeding.sheet import Outcome, Sheet
from explorer.feeding.wording import FED_WRONG, ONE_LOGIT, OTHER_LOSSES, SET_WRONG, works
from explorer.numerics import is_same


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
    sheet = Sheet(case, row)
    ties = ties_on(probe_of(case, row), row)
    with np.errstate(all="ignore"):  # what overflows or has no value is the point of showing it
        judged = {function: _judged(sheet, function, ties) for function in FUNCTIONS}
    fixes = _fixes(judged, sheet.given)
    return tuple(
        Row(
            function,
            tuple(_cell(judgement, fixes.get(function.id) or fixes.get(function.library)) for judgement in judgements),
            meant=case.setup in function.setups,
        )
        for function, judgements in judged.items()
    )


# ------------------------------------------------------------------------------------------------- the verdicts


class _Reason(NamedTuple):
    """What to say: a verdict, a phrase, and a sentence."""

    verdict: Verdict
    phrase: str
    sentence: str


class _Judgement(NamedTuple):
    """A cell before it is known what to write instead."""

    feed: Feed
    outcome: Outcome
    reason: _Reason
    agrees: bool


def _judged(sheet: Sheet, function: Function, ties: Mapping[tuple[str, Feed], Tie]) -> list[_Judgement]:
    """Judge a function, fed in the four ways."""
    outcomes = {feed: sheet.run(function, feed) for feed in Feed}
    expected = function.expects(sheet.case.setup)
    judged = []
    for feed, outcome in outcomes.items():
        tie, value = ties[function.id, feed], outcome.value
        if value is None:
            said = f"{function.title} raises {type(outcome.error).__name__}: {outcome.error}"
            judged.append(_Judgement(feed, outcome, _Reason(Verdict.REFUSED, str(outcome.error), said), agrees=False))
            continue
        is_twin = tie.twin and is_same(value, outcomes[expected].value, absolute=1e-9)
        reason = _reason(sheet, function, feed, tie, value, as_meant=feed is expected or is_twin)
        agrees = is_same(value, sheet.loss)
        here = _here(sheet, value, agrees=agrees) if reason.verdict in {Verdict.WRONG, Verdict.OTHER} else ""
        reason = reason._replace(phrase=f"{reason.phrase}; {here}") if here else reason
        judged.append(_Judgement(feed, outcome, reason, agrees))
    return judged


def _here(sheet: Sheet, value: float, *, agrees: bool) -> str:
    """What to add of a number that a mistake, or another loss, gives for these logits."""
    if agrees and sheet.is_ignored:
        return "an ignored example costs 0 anyway"
    if math.isnan(value):
        return "nan either way" if agrees else "here nan"
    if agrees:
        return "here equal by chance"
    return "here infinite" if math.isinf(value) else ""


def _reason(sheet: Sheet, function: Function, feed: Feed, tie: Tie, value: float, *, as_meant: bool) -> _Reason:
    """Choose what to say of a value; ``as_meant``: it is fed what it expects, or something that comes to the same."""
    if function.family in OTHER_LOSSES and as_meant:
        return _another_loss(sheet, function, value)
    if function.family in OTHER_LOSSES:
        return _mistake(sheet, function, feed, value, as_meant=False)
    if tie.rule is not None:
        return _loss_itself(sheet, function, feed, rules(sheet)[tie.rule], value)
    if as_meant and (sheet.binary or sheet.case.setup in function.setups):
        return _loss_without(sheet, function, feed, value)
    return _mistake(sheet, function, feed, value, as_meant=as_meant)


def _loss_itself(sheet: Sheet, function: Function, feed: Feed, rule: Rule, value: float) -> _Reason:
    """The loss of the case, whatever the logits, but for a rule of the library or an accident of these logits."""
    setup = sheet.case.setup
    accident = "" if is_same(value * rule.factor, sheet.loss) else _accident(sheet, function, feed, value)
    but = "; ".join(text for text in (rule.text, accident) if text)
    if feed is function.expects(setup) and setup in function.setups:
        return _loss_but(sheet, function, value, rule.text, accident) if but else _loss_exactly(function, value)
    if sheet.binary and function.binary is Layout.PAIR:
        columns = "1 − p and p" if feed is Feed.SIGMOID else "0 and z"
        phrase = f"as two columns, {columns}: the same number"
        why = f"{works(function)}, for several classes; yes and no are two of them, with the columns {columns}."
    elif sheet.binary:
        phrase = "as a row of one label: the same number"
        why = f"{works(function)}, for several labels; a yes or no is a row of one."
    elif feed is Feed.LOG_SOFTMAX and function.feed is Feed.LOGITS:
        phrase = "log-softmax twice changes nothing"
        why = f"{works(function)}; the exponentials of log-probabilities sum to 1 already, so nothing changes."
    elif function.family is Family.SIGMOID and setup is Setup.MULTICLASS:
        phrase = "two classes: the same number"
        why = f"{works(function)}; with two classes the no of one is the yes of the other, so their mean is the same."
    else:
        phrase = "the same number"
        why = f"{works(function)}; it is not meant to be fed {feed}, but for this case the number is always the same."
    if but:
        phrase, why = f"{phrase}, but {but}", f"{why[:-1]}, but {but}."
    return _Reason(Verdict.SAME, phrase, why)


def _loss_exactly(function: Function, value: float) -> _Reason:
    sentence = f"{works(function)}: {number(value)} is the loss of this case."
    return _Reason(Verdict.RIGHT, "the loss of this case", sentence)


def _loss_but(sheet: Sheet, function: Function, value: float, rule: str, accident: str) -> _Reason:
    """The loss of the case, but for a rule, an accident, or both."""
    but = ", and ".join(text for text in (rule, accident and f"here {accident}") if text)
    sentence = f"{works(function)}, but {but}: it gives {number(value)}, where the loss is {number(sheet.loss)}."
    return _Reason(Verdict.RIGHT, "; ".join(text for text in (rule, accident) if text), sentence)


def _accident(sheet: Sheet, function: Function, feed: Feed, value: float) -> str:
    """Why a function that is right for generic logits gives another number for these."""
    inputs, library = sheet.inputs(function, feed).value, function.library
    finite = bool(np.isfinite(sheet.case.logits).all())
    clip, per_nat = function.clip, sheet.case.unit.per_nat
    too_low, too_high = bool((inputs < clip).any()), bool((inputs > 1.0 - clip).any()) and clip > 0.0
    reasons = {
        "z / T is more than a float can hold": finite and not np.isfinite(sheet.scaled).all(),
        f"nothing counts, and 0 / 0 is {typed(value)} in {library}": finite and math.isnan(sheet.loss),
        f"an infinite logit gives {typed(value)} in {library}": math.isnan(sheet.loss),
        f"{'0 / 0' if finite else '0 · ∞'} is nan in {library}": math.isnan(value),
        f"it clips p, so no term is above {number(-math.log(clip or 1.0) * per_nat)}": too_low and value < sheet.loss,
        f"it clips p, so no term is below {number(-math.log1p(-clip) * per_nat)}": too_high and value > sheet.loss,
        "p is rounded, and few digits of the loss are left": feed in {Feed.SOFTMAX, Feed.SIGMOID},
        f"exp overflows in {library}": math.isinf(value),
    }
    return next((reason for reason, holds in reasons.items() if holds), "the numbers are too large for a float")


def _loss_without(sheet: Sheet, function: Function, feed: Feed, value: float) -> _Reason:
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
            f"{works(function)}, but it has {phrase}: it gives {shown}, where the loss is {loss}.",
        )
    if function.family is Family.DIVERGENCE:
        gap = number(sheet.loss - value)
        return _Reason(
            Verdict.OTHER,
            f"the loss less the entropy of the target, {gap}",
            f"{works(function)}: the divergence {shown} is the cross-entropy {loss} less the entropy of the targets, "
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
            f"{works(function)}, but a weight of its counts for a whole row, the smoothed part included: it gives "
            f"{shown}, where the loss is {loss}.",
        )
    expected = function.expects(sheet.case.setup)
    reason = _loss_but(sheet, function, value, "", _accident(sheet, function, expected, value))
    return reason if feed is expected else reason._replace(verdict=Verdict.SAME)


def _another_loss(sheet: Sheet, function: Function, value: float) -> _Reason:
    """A margin or a focal loss, fed as it is meant."""
    shown = number(value)
    if function.family is Family.FOCAL:
        return _Reason(
            Verdict.OTHER,
            "another loss: turned down where the answer is right",
            f"{works(function)}, with gamma 2 and alpha 0.25: {shown} is a focal loss, not a cross-entropy.",
        )
    phrase = "another loss: a margin, not a likelihood"
    sentence = f"{works(function)} between right and wrong: {shown} has no unit, and is 0 once all margins are kept."
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


def _mistake(sheet: Sheet, function: Function, feed: Feed, value: float, *, as_meant: bool) -> _Reason:
    """What goes wrong, in the words of the tables, with the numbers of the case."""
    inputs = sheet.inputs(function, feed).value
    if feed in ONE_LOGIT and (inputs.ndim == 1 or inputs.shape[1] == 1):
        phrase, sentence = ONE_LOGIT[feed]
    elif as_meant:
        phrase, sentence = SET_WRONG[function.family, sheet.case.setup]
    else:
        phrase, sentence = FED_WRONG[function.family, function.feed, feed]
    numbers = _numbers(sheet, function, value)
    sentence = sentence.format_map(numbers)
    refusal = sheet.refusal_of_indices(function)
    if refusal:
        sentence += f" The class indices themselves it refuses: {refusal}"
    return _Reason(Verdict.WRONG, phrase.format_map(numbers), sentence)


def _numbers(sheet: Sheet, function: Function, value: float) -> dict[str, str]:
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


def _fixes(judged: Mapping[Function, list[_Judgement]], given: Target) -> dict[str, _Judgement]:
    """The call to write instead, by function and by library.

    One that is right: from logits where that is possible, and from the targets as they are.
    """
    fixes: dict[str, _Judgement] = {}
    functions = sorted(judged, key=lambda function: given not in function.targets)
    for agrees in (True, False):  # where none agrees, one that is right but for a rule of its library
        for feed, function in itertools.product(Feed, functions):
            for judgement in judged[function]:
                right = judgement.reason.verdict is Verdict.RIGHT and judgement.agrees is agrees
                if right and judgement.feed is feed:
                    fixes.setdefault(function.id, judgement)
                    fixes.setdefault(function.library, judgement)
    return fixes


def _cell(judgement: _Judgement, fix: _Judgement | None) -> Cell:
    """Add to a judgement what to write instead."""
    feed, outcome, (verdict, phrase, explanation), agrees = judgement
    if fix and fix is not judgement and not (verdict is Verdict.RIGHT and agrees):
        advice = f"The usual way is {fix.outcome.code}."
        if fix.agrees and verdict is not Verdict.SAME:
            advice = f"For the loss of this case, {number(fix.outcome.value or 0.0)}, write {fix.outcome.code}."
        explanation += f"{'' if explanation.endswith('.') else '.'} {advice}"
    return Cell(feed, outcome.value, verdict, phrase, explanation, outcome.code, agrees)
