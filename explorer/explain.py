"""Words and formulas for the numbers: formats, sentences, LaTeX, and names made safe for where they are shown.

Names come from outside. They reach a page through ``plotly_text``, ``latex_text`` or ``html_text``, or as plain text;
never through Markdown, whose links and emoji no escaping switches off for good.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterator

import numpy as np

from explorer.breakdown import Breakdown
from explorer.case import IGNORE_INDEX, Case, Reduction, Setup, Unit
from explorer.spelling import number_text

MINUS = "\u2212"
INFINITY = "\u221e"
_TERMS_IN_FORMULA = 5
_LONGEST_LINE = 17.0  # of a formula, in ems: what its column has room for in large type


def number(value: float) -> str:
    """Write a number as a person reads it: four decimals, fewer for large ones, powers of ten beyond; inf as ∞."""
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return INFINITY if value > 0 else MINUS + INFINITY
    size = abs(value)
    if size != 0.0 and (size < 1e-3 or size >= 1e6):
        mantissa, exponent = f"{value:.2e}".split("e")
        text = f"{mantissa}e{int(exponent)}"
    else:
        decimals = 4 if size < 100.0 else 3 if size < 1e3 else 2 if size < 1e4 else 1
        text = f"{value:.{decimals}f}"
        if float(text) == 0.0:
            text = text.lstrip("-")
    return text.replace("-", MINUS)


def signed(value: float) -> str:
    """Write a number with its sign, plus included."""
    text = number(value)
    return text if text.startswith(MINUS) or value == 0.0 or math.isnan(value) else "+" + text


def typed(value: float) -> str:
    """Write a number as it would be typed, in the shortest form that reads back exactly, with a true minus sign."""
    return number_text(value).replace("-", MINUS).replace("inf", INFINITY)


def percent(p: float) -> str:
    """Write a probability as a percentage that never rounds to a false certainty."""
    if math.isnan(p):
        return "nan"
    if 0.0 < p < 0.0005:
        return "< 0.1 %"
    if 0.9995 <= p < 1.0:
        return "> 99.9 %"
    return f"{100.0 * p:.1f} %"


def html_text(text: str) -> str:
    """Escape outside text for HTML."""
    return html.escape(text, quote=True)


def plotly_text(text: str) -> str:
    """Escape outside text for Plotly, which reads a few HTML tags, entities, %{...} in templates and $...$ as TeX."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("$", "&#36;").replace("{", "&#123;")


def shortened(name: str, longest: int) -> str:
    """Cut a name in the middle to ``longest`` characters: names that begin alike stay apart.

    Before it is escaped, for a cut through an escape shows.
    """
    if len(name) <= longest:
        return name
    end = (longest - 1) // 2
    return f"{name[: longest - 1 - end]}…{name[len(name) - end :]}"


_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}


def latex_text(text: str, longest: int = 16) -> str:
    """Return outside text as \\text{...} for KaTeX, shortened to what fits a formula."""
    return r"\text{" + "".join(_LATEX.get(character, character) for character in shortened(text, longest)) + "}"


def latex_number(value: float) -> str:
    """Write a number for KaTeX, in the digits of ``number``."""
    text = number(value).replace(MINUS, "-").replace(INFINITY, r"\infty")
    mantissa, e, exponent = text.partition("e")
    if text == "nan":
        return r"\mathrm{nan}"
    return rf"{mantissa}\times 10^{{{exponent}}}" if e else text


def _latex_typed(value: float) -> str:
    text = number_text(value)
    if "inf" in text or "nan" in text:
        return latex_number(value)
    mantissa, e, exponent = text.partition("e")
    return rf"{mantissa}\times 10^{{{exponent}}}" if e else text


_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[^ &]", re.DOTALL)
# fmt: off
_EMS = {
    "=": 1.33, "+": 1.22, "-": 0.78, ".": 0.28, "(": 0.39, ")": 0.39, "/": 0.5, r"\cdot": 0.72, r"\cdots": 1.5,
    r"\ln": 0.95, r"\log": 1.4, r"\sum": 1.6, r"\times": 1.22, r"\infty": 1.0, r"\ell": 0.42, r"\sigma": 0.57,
    r"\,": 0.17, r"\quad": 1.0, r"\big": 0.0, r"\text": 0.0, r"\mathrm": 0.0,
}
# fmt: on


def _ems(tokens: Iterator[str]) -> float:
    """About how wide KaTeX sets a formula, or what is left of a group of it: in ems, its spaces included."""
    width = 0.0
    for token in tokens:
        if token == "}":
            break
        if token == "{":
            width += _ems(tokens)
        elif token in "^_":
            first = next(tokens)
            width += 0.7 * (_ems(tokens) if first == "{" else _EMS.get(first, 0.5))
        elif token == r"\frac":
            next(tokens)
            above = _ems(tokens)
            next(tokens)
            width += 0.24 + max(above, _ems(tokens))
        else:
            width += _EMS.get(token, 0.5)
    return width


def _in_lines(*pieces: str, result: str = "") -> list[str]:
    """Break a line of a formula before the pieces that do not fit; then the result has a line of its own too."""
    lines = [pieces[0]]
    for piece in pieces[1:]:
        if _ems(iter(_TOKEN.findall(lines[-1] + piece))) <= _LONGEST_LINE:
            lines[-1] += piece
        else:
            lines.append("&" + piece.lstrip() if piece.startswith(" =") else r"&\quad" + piece)
    if result and (len(lines) > 1 or _ems(iter(_TOKEN.findall(lines[0] + result))) > _LONGEST_LINE):
        return [*lines, "&" + result.lstrip()]
    return [*lines[:-1], lines[-1] + result]


def formula(breakdown: Breakdown, row: int) -> str:
    """Return the loss of one example, and its reduction, as LaTeX with the current numbers in it."""
    case = breakdown.case
    lines = {
        Setup.MULTICLASS: _multiclass_formula,
        Setup.BINARY: _binary_formula,
        Setup.MULTILABEL: _multilabel_formula,
    }[case.setup](breakdown, row)
    reduced = case.examples > 1 or breakdown.divisor != 1.0
    if reduced and case.reduction is not Reduction.NONE:
        divided = rf"\frac{{{latex_number(breakdown.numerator)}}}{{{latex_number(breakdown.divisor)}}}"
        total = r"\sum_i \ell_i = " if case.reduction is Reduction.SUM else divided + " = "
        lines.append(r"L &= " + total + latex_number(float(np.asarray(breakdown.loss))))
    return r"\begin{aligned}" + r"\\[4pt]".join(lines) + r"\end{aligned}"


def _log(case: Case) -> str:
    return r"\ln" if case.unit is Unit.NATS else r"\log_2"


def _over_temperature(case: Case, text: str) -> str:
    return text if case.temperature == 1.0 else f"{text}/{_latex_typed(case.temperature)}"


def _multiclass_formula(breakdown: Breakdown, row: int) -> list[str]:
    case, log = breakdown.case, _log(breakdown.case)
    q = breakdown.target_distribution[row]
    loss = latex_number(float(breakdown.per_example[row]))
    if not case.kept[row]:
        return [
            r"\ell &= 0 \quad\text{the label is ignore\_index,}",
            r"&\quad\text{so this example does not count}",
        ]
    labels = np.flatnonzero(q)
    if len(labels) == 1 and q[labels[0]] == 1.0:
        label = int(labels[0])
        powers = [f"e^{{{_over_temperature(case, _latex_typed(z))}}}" for z in case.logits[row]]
        name, weight = latex_text(case.names[label]), _weight_factor(case, label)
        fraction = rf"\frac{{{powers[label]}}}{{{''.join(_sum(powers))}}}"
        return [
            *_in_lines(rf"\ell &= -{weight}{log}\, p_{{{name}}}", rf" = -{weight}{log} {fraction}"),
            *_in_lines(
                rf"&= -{weight}{log}\, {latex_number(breakdown.probabilities[row, label])}", result=rf" = {loss}"
            ),
        ]
    terms = [
        rf"{_weight_factor(case, int(c))}{latex_number(q[c])} \cdot {latex_number(breakdown.nll[row, c])}"
        for c in labels
    ]
    first, *others = _sum(terms)
    weights = "w_c\\, " if case.weight is not None else ""
    return [
        rf"\ell &= -\sum_c {weights}q_c \,{log}\, p_c",
        *_in_lines("&= " + first, *others, result=rf" = {loss}"),
    ]


def _binary_formula(breakdown: Breakdown, row: int) -> list[str]:
    case, log = breakdown.case, _log(breakdown.case)
    z = _over_temperature(case, _latex_typed(case.logits[row]))
    y = float(breakdown.target_distribution[row, 1])
    weight = "" if case.weight is None else _latex_typed(float(case.weight[row])) + r"\cdot "
    positive = "" if case.pos_weight is None else _latex_typed(float(case.pos_weight[0])) + r"\cdot "
    loss = latex_number(breakdown.per_example[row])
    lines = [
        *_in_lines(
            rf"p &= \sigma({z})",
            rf" = \frac{{1}}{{1 + e^{{-({z})}}}}",
            result=f" = {latex_number(breakdown.probabilities[row, 1])}",
        ),
        *_in_lines(rf"\ell &= -{weight}\big[{positive}y \,{log}\, p", rf" + (1-y) \,{log}(1-p)\big]"),
    ]
    if y in {0.0, 1.0}:
        p = latex_number(breakdown.probabilities[row, int(y)])
        lines.extend(_in_lines(rf"&= -{weight}{positive if y else ''}{log}\, {p}", result=f" = {loss}"))
    else:
        no, yes = (latex_number(value) for value in breakdown.nll[row])
        terms = [rf"{positive}{latex_number(y)} \cdot {yes}", rf" + {latex_number(1.0 - y)} \cdot {no}"]
        if weight:
            terms = [rf"{weight}\big({terms[0]}", rf"{terms[1]}\big)"]
        lines.extend(_in_lines("&= " + terms[0], terms[1], result=f" = {loss}"))
    return lines


def _multilabel_formula(breakdown: Breakdown, row: int) -> list[str]:
    case, log = breakdown.case, _log(breakdown.case)
    shares = [latex_number(value) for value in breakdown.share[row]]
    z = _over_temperature(case, "z_k")
    weight = "" if case.weight is None else r"w_k \,"
    positive = "" if case.pos_weight is None else r"w^+_k \,"
    first, *others = _sum(shares)
    return [
        *_in_lines(
            rf"\ell &= -\sum_k {weight}\big[{positive}y_k \,{log}\, \sigma({z})",
            rf" + (1-y_k) \,{log}(1-\sigma({z}))\big]",
        ),
        *_in_lines("&= " + first, *others, result=f" = {latex_number(breakdown.per_example[row])}"),
    ]


def _weight_factor(case: Case, label: int) -> str:
    return "" if case.weight is None else _latex_typed(float(case.weight[label])) + r"\cdot "


def _sum(terms: list[str]) -> list[str]:
    """The pieces of a sum, between which a line may be broken; of many terms not all."""
    if len(terms) > _TERMS_IN_FORMULA:
        terms = [*terms[: _TERMS_IN_FORMULA - 2], r"\cdots", terms[-1]]
    return [terms[0], *(f" + {term}" for term in terms[1:])]


def options_summary(case: Case) -> str:
    """Say which options are not at their defaults, in a line of plain text; empty where all are."""
    whole = {Reduction.SUM: "the losses are summed", Reduction.NONE: "each example has a loss of its own"}
    options = {
        f"temperature {typed(case.temperature)}": case.temperature != 1.0,
        f"label smoothing {typed(case.label_smoothing)}": case.label_smoothing != 0.0,
        f"{case.setup.weighed} weights": case.weight is not None,
        "pos_weight": case.pos_weight is not None,
        f"ignore_index {case.ignore_index}": case.ignore_index != IGNORE_INDEX,
        "targets as probabilities": case.setup is Setup.MULTICLASS and not case.has_index_targets,
        whole.get(case.reduction, ""): case.reduction is not Reduction.MEAN,
        f"in {case.unit}": case.unit is not Unit.NATS,
    }
    changed = "; ".join(text for text, is_changed in options.items() if is_changed)
    return f"Options: {changed}." if changed else ""


_NO_VALUE = {
    Setup.MULTICLASS: "a logit of +∞ or nan, or nothing but −∞, has no softmax: everything after it is nan",
    Setup.BINARY: "a logit of nan has no sigmoid: everything after it is nan",
    Setup.MULTILABEL: "a logit of nan has no sigmoid: its label and the loss are nan, other labels keep their values",
}


def no_value(setup: Setup) -> str:
    """Say which logits of a set-up give nan, and to what: plain text for a line of its own, or for after a colon."""
    return _NO_VALUE[setup]


def sources_sentence(breakdown: Breakdown, row: int) -> str:
    """Say where the loss of one example comes from: entropy, divergence, or both. Plain text."""
    entropy, kl = float(breakdown.entropy[row]), float(breakdown.kl[row])
    if not breakdown.case.kept[row]:
        return "This example is ignored: its label is ignore_index, so it adds nothing to the loss or the divisor."
    if math.isnan(kl):
        reason = no_value(breakdown.case.setup)
        return f"{reason[0].upper()}{reason[1:]}."
    if math.isinf(kl):
        return "The target gives weight to a class with probability 0, so the divergence and the loss are infinite."
    what = "Hard labels have" if breakdown.case.setup is Setup.MULTILABEL else "A one-hot label has"
    if entropy == 0.0:
        return f"{what} no entropy, so the cross-entropy is all divergence."
    if kl == 0.0:
        return "The prediction equals the target: nothing is left to learn, yet the cross-entropy is H(q), not 0."
    return "H(q) is the floor: no logits go below it. Only the divergence can be learned away."


def gradient_sentences(breakdown: Breakdown, row: int) -> list[str]:
    """Say for each logit of one example what its gradient asks for, as signed arithmetic. Plain text without names."""
    case = breakdown.case
    gradient, rounding = np.atleast_1d(breakdown.gradient[row], breakdown.gradient_rounding[row])
    p, q = breakdown.probabilities[row], breakdown.target_distribution[row]
    if case.setup is Setup.BINARY:
        p, q = p[1:], q[1:]
    plain = case.weight is None and case.pos_weight is None and case.temperature == 1.0 and breakdown.divisor == 1.0
    plain = plain and case.unit is Unit.NATS and bool(case.kept[row])
    sentences = []
    for k, slope in enumerate(gradient):
        verdict = _direction(float(slope), float(rounding[k]))
        sum_ = f"{number(p[k])} {MINUS} {number(q[k])} = " if plain else ""
        sentences.append(f"{sum_}{number(slope)}: {verdict}")
    return sentences


def _direction(slope: float, rounding: float) -> str:
    if math.isnan(slope):
        return "no direction"
    if slope < -rounding:
        return "raise this logit"
    return "lower this logit" if slope > rounding else "leave this logit"
