"""Numbers, sentences and formulas as a person reads them, and outside names that stay plain text everywhere."""

import dataclasses
import html
import math
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import HOSTILE, cases

from explorer import Case, Reduction, Setup, evaluate, explain
from explorer.presets import PRESETS

INF, NAN = math.inf, math.nan
M, B, L = "multiclass", "binary", "multilabel"
CAT = Case(M, [2, 1, 0.1], 0, ["cat", "dog", "fox"])

# ------------------------------------------------------------------------------------------------------- numbers

NUMBERS = {
    # value: number, signed, typed
    0.0: ("0.0000", "0.0000", "0"),
    0.4170300162778335: ("0.4170", "+0.4170", "0.4170300162778335"),
    -0.3409988611140320: ("−0.3410", "−0.3410", "−0.340998861114032"),
    1.0: ("1.0000", "+1.0000", "1"),
    -1.0: ("−1.0000", "−1.0000", "−1"),
    23.026: ("23.0260", "+23.0260", "23.026"),
    123.4567: ("123.457", "+123.457", "123.4567"),
    1234.567: ("1234.57", "+1234.57", "1234.567"),
    12345.678: ("12345.7", "+12345.7", "12345.678"),
    1e6: ("1.00e6", "+1.00e6", "1000000"),
    1e9: ("1.00e9", "+1.00e9", "1000000000"),
    -1e300: ("−1.00e300", "−1.00e300", "−1e300"),
    0.001: ("0.0010", "+0.0010", "0.001"),
    0.0009: ("9.00e−4", "+9.00e−4", "0.0009"),
    4.122307240628762e-09: ("4.12e−9", "+4.12e−9", "4.122307240628762e−9"),
    -5e-324: ("−4.94e−324", "−4.94e−324", "−5e−324"),
    INF: ("∞", "+∞", "∞"),
    -INF: ("−∞", "−∞", "−∞"),
}


@pytest.mark.parametrize(("value", "texts"), NUMBERS.items(), ids=map(str, NUMBERS))
def test_number(value: float, texts: tuple[str, str, str]) -> None:
    assert (explain.number(value), explain.signed(value), explain.typed(value)) == texts
    assert explain.number(np.float64(value)) == texts[0]


def test_number_of_what_is_no_key() -> None:
    assert explain.number(-0.0) == explain.signed(-0.0) == "0.0000"
    assert explain.typed(-0.0) == "−0"
    assert explain.number(NAN) == explain.signed(NAN) == explain.typed(NAN) == "nan"


@settings(max_examples=300)
@given(st.floats(-1e308, 1e308))
@example(999999.99)
@example(0.00099999)
def test_a_number_is_right_to_its_digits_and_short(value: float) -> None:
    text = explain.number(value)
    assert float(text.replace(explain.MINUS, "-")) == pytest.approx(value, rel=6e-3, abs=5.1e-5)
    assert len(text) <= 10
    assert (float(text.replace(explain.MINUS, "-")) == 0.0) == (value == 0.0)  # only nothing reads as nothing


PERCENT = {
    0.0: "0.0 %",
    5e-324: "< 0.1 %",
    0.0004: "< 0.1 %",
    0.0005: "0.1 %",
    0.0986: "9.9 %",
    0.659: "65.9 %",
    0.9994: "99.9 %",
    0.9995: "> 99.9 %",
    1.0 - 1e-16: "> 99.9 %",
    1.0: "100.0 %",
}


@pytest.mark.parametrize(("p", "text"), PERCENT.items(), ids=map(str, PERCENT))
def test_percent(p: float, text: str) -> None:
    assert explain.percent(p) == text


@given(st.floats(0.0, 1.0, exclude_min=True, exclude_max=True))
@example(float(np.nextafter(0.9995, 0.0)))
@example(float(np.nextafter(0.0005, 0.0)))
def test_percent_never_shows_a_false_certainty(p: float) -> None:
    assert explain.percent(p) not in {"0.0 %", "100.0 %"}


def test_percent_of_nan() -> None:
    assert explain.percent(NAN) == "nan"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.417, "0.4170"),
        (-0.341, "-0.3410"),
        (4.12e-9, r"4.12\times 10^{-9}"),
        (-1e300, r"-1.00\times 10^{300}"),
        (INF, r"\infty"),
        (-INF, r"-\infty"),
        (NAN, r"\mathrm{nan}"),
    ],
)
def test_latex_number(value: float, text: str) -> None:
    assert explain.latex_number(value) == text


# --------------------------------------------------------------------------------------------------------- names

LATEX = {
    "cat": r"\text{cat}",
    "$x$": r"\text{\$x\$}",
    r"\input{file}": r"\text{\textbackslash{}input\{file\}}",
    r"a\\b": r"\text{a\textbackslash{}\textbackslash{}b}",
    "}{": r"\text{\}\{}",
    "100 %": r"\text{100 \%}",
    "a_b^c": r"\text{a\_b\textasciicircum{}c}",
    "~#&": r"\text{\textasciitilde{}\#\&}",
    "a name of more than sixteen": r"\text{a name o…sixteen}",
    "🦊 שועל": r"\text{🦊 שועל}",
}
PLOTLY = {
    "cat": "cat",
    "<b>bold</b>": "&lt;b&gt;bold&lt;/b&gt;",
    '<a href="javascript:alert(1)">': '&lt;a href="javascript:alert(1)"&gt;',
    "%{x}": "%&#123;x}",
    "$x$": "&#36;x&#36;",
    "&lt;": "&amp;lt;",
    "AT&T": "AT&amp;T",
}
HTML = {
    "cat": "cat",
    "<b>": "&lt;b&gt;",
    "\"a\" & 'b'": "&quot;a&quot; &amp; &#x27;b&#x27;",
    "<script>alert(1)</script>": "&lt;script&gt;alert(1)&lt;/script&gt;",
}


@pytest.mark.parametrize(("text", "escaped"), LATEX.items(), ids=list(LATEX))
def test_latex_text(text: str, escaped: str) -> None:
    assert explain.latex_text(text) == escaped


@pytest.mark.parametrize(("text", "escaped"), PLOTLY.items(), ids=list(PLOTLY))
def test_plotly_text(text: str, escaped: str) -> None:
    assert explain.plotly_text(text) == escaped


@pytest.mark.parametrize(("text", "escaped"), HTML.items(), ids=list(HTML))
def test_html_text(text: str, escaped: str) -> None:
    assert explain.html_text(text) == escaped


ANY_NAME = st.sampled_from(HOSTILE) | st.text() | st.text("\\{}$&#%_^~<>\"'`a", max_size=20)
LITERAL = r"[^\\{}$&#%_^~]|\\textbackslash\{\}|\\textascii(?:circum|tilde)\{\}|\\[{}$&#%_]"


@settings(max_examples=300)
@given(ANY_NAME)
def test_a_name_is_only_a_name(text: str) -> None:
    latex = explain.latex_text(text, longest=max(len(text), 1))
    assert re.fullmatch(rf"\\text\{{(?:{LITERAL})*\}}", latex, re.DOTALL)
    letters = re.findall(LITERAL, latex.removeprefix(r"\text{").removesuffix("}"), re.DOTALL)
    assert len(letters) == len(text)
    assert len(re.findall(LITERAL, explain.latex_text(text)[6:-1], re.DOTALL)) <= 16
    assert html.unescape(explain.plotly_text(text)) == html.unescape(explain.html_text(text)) == text
    assert not re.search(r"[<>{$]|&(?!(amp|lt|gt|#36|#123);)", explain.plotly_text(text))
    assert not re.search(r"[<>\"']|&(?!(amp|lt|gt|quot|#x27);)", explain.html_text(text))


# ------------------------------------------------------------------------------------------------------ formulas

FORMULAS = {
    "the first screen": (
        CAT,
        r"\ell &= -\ln\, p_{\text{cat}} = -\ln \frac{e^{2}}{e^{2} + e^{1} + e^{0.1}}",
        r"&= -\ln\, 0.6590 = 0.4170",
    ),
    "in bits, at a temperature": (
        Case(M, [-2, 0], 1, temperature=0.5, unit="bits"),
        r"\ell &= -\log_2\, p_{\text{class 1}}",
        r"&= -\log_2 \frac{e^{0/0.5}}{e^{-2/0.5} + e^{0/0.5}}",
        r"&= -\log_2\, 0.9820 = 0.0262",
    ),
    "a masked label": (
        Case(M, [2, -INF], 1),
        r"\ell &= -\ln\, p_{\text{class 1}} = -\ln \frac{e^{-\infty}}{e^{2} + e^{-\infty}}",
        r"&= -\ln\, 0.0000 = \infty",
    ),
    "many classes": (
        Case(M, [0.0] * 8, 7),
        r"\ell &= -\ln\, p_{\text{class 7}}",
        r"&= -\ln \frac{e^{0}}{e^{0} + e^{0} + e^{0} + \cdots + e^{0}}",
        r"&= -\ln\, 0.1250 = 2.0794",
    ),
    "a soft target": (
        Case(M, [2, 1, 0.1], [0.7, 0.3, 0]),
        r"\ell &= -\sum_c q_c \,\ln\, p_c",
        r"&= 0.7000 \cdot 0.4170 + 0.3000 \cdot 1.4170",
        r"&= 0.7170",
    ),
    "a soft target over three classes": (
        Case(M, [2, 1, 0.1], [0.7, 0.2, 0.1]),
        r"\ell &= -\sum_c q_c \,\ln\, p_c",
        r"&= 0.7000 \cdot 0.4170 + 0.2000 \cdot 1.4170",
        r"&\quad + 0.1000 \cdot 2.3170",
        r"&= 0.8070",
    ),
    "a soft target with weights": (
        Case(M, [0, 0], [0.5, 0.5], weight=[1, 3]),
        r"\ell &= -\sum_c w_c\, q_c \,\ln\, p_c",
        r"&= 1\cdot 0.5000 \cdot 0.6931",
        r"&\quad + 3\cdot 0.5000 \cdot 0.6931",
        r"&= 1.3863",
    ),
    "a weighted batch": (
        Case(M, [[0, 0], [0, 0]], [0, 1], weight=[1, 3]),
        r"\ell &= -1\cdot \ln\, p_{\text{class 0}} = -1\cdot \ln \frac{e^{0}}{e^{0} + e^{0}}",
        r"&= -1\cdot \ln\, 0.5000 = 0.6931",
        r"L &= \frac{2.7726}{4.0000} = 0.6931",
    ),
    "a summed batch": (
        Case(M, [[0, 0], [0, 0]], [0, 1], reduction="sum"),
        r"\ell &= -\ln\, p_{\text{class 0}} = -\ln \frac{e^{0}}{e^{0} + e^{0}}",
        r"&= -\ln\, 0.5000 = 0.6931",
        r"L &= \sum_i \ell_i = 1.3863",
    ),
    "an ignored row": (
        Case(M, [[0, 0], [0, 0]], [-100, 1]),
        r"\ell &= 0 \quad\text{the label is ignore\_index,}",
        r"&\quad\text{so this example does not count}",
        r"L &= \frac{0.6931}{1.0000} = 0.6931",
    ),
    "binary": (
        Case(B, 1.5, 1),
        r"p &= \sigma(1.5) = \frac{1}{1 + e^{-(1.5)}} = 0.8176",
        r"\ell &= -\big[y \,\ln\, p + (1-y) \,\ln(1-p)\big]",
        r"&= -\ln\, 0.8176 = 0.2014",
    ),
    "binary: no": (
        Case(B, -1.5, 0, weight=2, pos_weight=3, reduction="none"),
        r"p &= \sigma(-1.5) = \frac{1}{1 + e^{-(-1.5)}} = 0.1824",
        r"\ell &= -2\cdot \big[3\cdot y \,\ln\, p + (1-y) \,\ln(1-p)\big]",
        r"&= -2\cdot \ln\, 0.8176 = 0.4028",
    ),
    "binary: half": (
        Case(B, 0, 0.5, weight=2, pos_weight=3),
        r"p &= \sigma(0) = \frac{1}{1 + e^{-(0)}} = 0.5000",
        r"\ell &= -2\cdot \big[3\cdot y \,\ln\, p + (1-y) \,\ln(1-p)\big]",
        r"&= 2\cdot \big(3\cdot 0.5000 \cdot 0.6931",
        r"&\quad + 0.5000 \cdot 0.6931\big)",
        r"&= 2.7726",
    ),
    "multi-label": (
        Case(L, [0, 0], [1, 0]),
        r"\ell &= -\sum_k \big[y_k \,\ln\, \sigma(z_k)",
        r"&\quad + (1-y_k) \,\ln(1-\sigma(z_k))\big]",
        r"&= 0.6931 + 0.6931 = 1.3863",
        r"L &= \frac{1.3863}{2.0000} = 0.6931",
    ),
    "multi-label with every option": (
        Case(L, [0, 0], [1, 0], weight=[1, 2], pos_weight=3, temperature=2, reduction="sum"),
        r"\ell &= -\sum_k w_k \,\big[w^+_k \,y_k \,\ln\, \sigma(z_k/2)",
        r"&\quad + (1-y_k) \,\ln(1-\sigma(z_k/2))\big]",
        r"&= 2.0794 + 1.3863 = 3.4657",
    ),
}


@pytest.mark.parametrize(("case", "lines"), [(case, lines) for case, *lines in FORMULAS.values()], ids=FORMULAS)
def test_formula(case: Case, lines: list[str]) -> None:
    expected = r"\begin{aligned}" + r"\\[4pt]".join(lines) + r"\end{aligned}"
    assert explain.formula(evaluate(case), 0) == expected


# fmt: off
COMMANDS = {
    "begin", "end", "ell", "ln", "log", "sigma", "sum", "frac", "cdot", "cdots", "times", "infty", "mathrm", "text",
    "big", "quad", "textbackslash", "textasciicircum", "textasciitilde", *"\\,{}$&#%_",
}
# fmt: on


def is_sound(latex: str) -> None:
    """Braces, environments, brackets and alignment are in order, and no command is there that we did not write."""
    tokens = re.findall(r"\\(?:[A-Za-z]+|.)|.", latex, re.DOTALL)
    depth = 0
    for token in tokens:
        depth += {"{": 1, "}": -1}.get(token, 0)
        assert depth >= 0
        assert not token.startswith("\\") or token[1:] in COMMANDS, token
        assert token not in {"$", "#", "%", "~"}, token  # only ever escaped
    assert depth == 0
    brackets = latex.count(r"\big[") + latex.count(r"\big(")
    assert brackets == latex.count(r"\big]") + latex.count(r"\big)") == latex.count(r"\big") / 2
    assert latex.startswith(r"\begin{aligned}")
    assert latex.endswith(r"\end{aligned}")
    assert tokens.count(r"\begin") == tokens.count(r"\end") == 1
    assert tokens.count("&") == tokens.count("\\\\") + 1  # one alignment point a line
    assert "\n" not in latex


def shows_its_loss(case: Case, row: int) -> None:
    b = evaluate(case)
    latex = explain.formula(b, row)
    is_sound(latex)
    if case.kept[row]:
        assert f"= {explain.latex_number(b.per_example[row])}" in latex
    if case.reduction is not Reduction.NONE and case.examples > 1:
        assert latex.endswith(f"= {explain.latex_number(b.loss)}" + r"\end{aligned}")


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.title)
def test_the_formula_of_every_preset(preset: Any) -> None:
    for row in range(preset.case.examples):
        shows_its_loss(preset.case, row)


@settings(max_examples=200)
@given(cases(), st.data())
def test_the_formula_of_any_case(case: Case, data: st.DataObject) -> None:
    shows_its_loss(case, data.draw(st.integers(0, case.examples - 1)))


@pytest.mark.parametrize(
    "name", [*HOSTILE, r"\input{x}", r"\href{javascript:alert(1)}{x}", "}}}", "$$", r"\\end{aligned}"]
)
def test_a_hostile_name_in_a_formula(name: str) -> None:
    shows_its_loss(Case(M, [1, 2], 0, [name, "other"]), 0)


# ----------------------------------------------------------------------------------------------------- sentences

OPTIONS = {
    "": CAT,
    "Options: temperature 2; label smoothing 0.1.": Case(M, [1, 2], 0, temperature=2, label_smoothing=0.1),
    "Options: class weights; ignore_index 7.": Case(M, [1, 2], 0, weight=2, ignore_index=7),
    "Options: targets as probabilities.": Case(M, [1, 2], [0.5, 0.5]),
    "Options: in bits.": Case(M, [1, 2], 0, unit="bits"),
    "Options: pos_weight; the losses are summed; in bits.": Case(B, 1, 1, pos_weight=2, reduction="sum", unit="bits"),
    "Options: example weights.": Case(B, 1, 1, weight=2),
    "Options: label weights; each example has a loss of its own.": Case(L, [1, 2], [1, 0], weight=2, reduction="none"),
}


@pytest.mark.parametrize(("text", "case"), OPTIONS.items(), ids=list(OPTIONS))
def test_options_summary(text: str, case: Case) -> None:
    assert explain.options_summary(case) == text


SOURCES = {
    "one-hot": (CAT, "A one-hot label has no entropy"),
    "binary": (Case(B, 1.5, 1), "A one-hot label has no entropy"),
    "hard labels": (Case(L, [1, 2], [1, 0]), "Hard labels have no entropy"),
    "soft": (Case(M, [2, 1, 0.1], [0.7, 0.2, 0.1]), "H(q) is the floor"),
    "smoothed": (Case(M, [2, 1, 0.1], 0, label_smoothing=0.1), "H(q) is the floor"),
    "soft and reached": (Case(M, np.log([0.7, 0.2, 0.1]), [0.7, 0.2, 0.1]), "The prediction equals the target"),
    "uniform": (Case(L, [0, 0], [0.5, 0.5]), "The prediction equals the target"),
    "ignored": (Case(M, [[1, 2], [1, 2]], [-100, 0]), "This example is ignored"),
    "masked label": (Case(M, [1, -INF], 1), "probability 0, so the divergence and the loss are infinite"),
    "+inf": (Case(M, [INF, 0], 1), "+∞ or nan"),
    "nan": (Case(B, NAN, 1), "A logit of nan has no sigmoid: everything after it is nan."),
    "nan of a label": (Case(L, [NAN, 1], [1, 0]), "A logit of nan has no sigmoid: its label and the loss are nan"),
    "a sigmoid of inf": (Case(B, INF, 1), "A one-hot label has no entropy"),
    "labels of inf": (Case(L, [INF, -INF], [1, 0]), "Hard labels have no entropy"),
    "all -inf": (Case(M, [-INF, -INF], 0), "nothing but −∞"),
}


@pytest.mark.parametrize(("case", "words"), SOURCES.values(), ids=SOURCES)
def test_sources_sentence(case: Case, words: str) -> None:
    sentence = explain.sources_sentence(evaluate(case), 0)
    assert words in sentence
    assert re.fullmatch(r"[A-Z].{30,120}\.", sentence)


GRADIENTS = {
    "the first screen": (
        CAT,
        [
            "0.6590 − 1.0000 = −0.3410: raise this logit",
            "0.2424 − 0.0000 = 0.2424: lower this logit",
            "0.0986 − 0.0000 = 0.0986: lower this logit",
        ],
    ),
    "the prediction is right": (
        Case(M, [0, 0], [0.5, 0.5]),
        ["0.5000 − 0.5000 = 0.0000: leave this logit"] * 2,
    ),
    "confident and right": (
        Case(M, [30, 0], 0),
        [
            "1.0000 − 1.0000 = −9.36e−14: raise this logit",
            "9.36e−14 − 0.0000 = 9.36e−14: lower this logit",
        ],
    ),
    "even more so": (Case(B, 700, 1), ["1.0000 − 1.0000 = −9.86e−305: raise this logit"]),
    "certain": (Case(B, INF, 1), ["1.0000 − 1.0000 = 0.0000: leave this logit"]),
    "more than p − q": (Case(M, [0, 0], 0, temperature=2), ["−0.2500: raise this logit", "0.2500: lower this logit"]),
    "binary": (Case(B, 1.5, 1), ["0.8176 − 1.0000 = −0.1824: raise this logit"]),
    "one of two": (Case(B, [0, 1.5], [0, 1]), ["0.2500: lower this logit"]),
    "multi-label": (
        Case(L, [0, 0], [1, 0], reduction="sum"),
        ["0.5000 − 1.0000 = −0.5000: raise this logit", "0.5000 − 0.0000 = 0.5000: lower this logit"],
    ),
    "ignored": (Case(M, [[1, 2], [1, 2]], [-100, 0]), ["0.0000: leave this logit"] * 2),
    "nan": (Case(M, [NAN, 0], 0), ["nan − 1.0000 = nan: no direction", "nan − 0.0000 = nan: no direction"]),
}


@pytest.mark.parametrize(("case", "sentences"), GRADIENTS.values(), ids=GRADIENTS)
def test_gradient_sentences(case: Case, sentences: list[str]) -> None:
    assert explain.gradient_sentences(evaluate(case), 0) == sentences


@settings(max_examples=200)
@given(
    st.lists(st.floats(1e-9, 1.0), min_size=2, max_size=6), st.sampled_from([1.0, 1e-6, 2.7e8]), st.floats(0.1, 10.0)
)
@example([0.99, 0.01], 1.0, 1.0)
def test_what_rounding_leaves_asks_for_nothing(target: list[float], weight: float, temperature: float) -> None:
    """The logarithm of the target leaves nothing to learn; a millionth from it there is."""
    q = np.array(target) / np.sum(target)
    case = Case(M, temperature * np.log(q), q, weight=weight, temperature=temperature)
    b = evaluate(case)
    assert {sentence.split(": ")[1] for sentence in explain.gradient_sentences(b, 0)} == {"leave this logit"}
    assert explain.sources_sentence(b, 0).startswith("The prediction equals the target")
    off = evaluate(dataclasses.replace(case, logits=case.logits + np.eye(len(q))[0] * 1e-6 * temperature))
    assert explain.gradient_sentences(off, 0)[0].endswith("lower this logit")
    if q[0] * (1.0 - q[0]) > 1e-2:
        assert not explain.sources_sentence(off, 0).startswith("The prediction equals the target")


def test_a_prediction_near_the_target_does_not_equal_it() -> None:
    b = evaluate(Case(M, [3e-5, 0, 0], np.full(3, 1 / 3)))
    assert explain.sources_sentence(b, 0).startswith("H(q) is the floor")
    assert [sentence.split(": ")[1][:5] for sentence in explain.gradient_sentences(b, 0)] == ["lower", "raise", "raise"]


@settings(max_examples=100)
@given(cases(), st.data())
def test_the_sentences_of_any_case(case: Case, data: st.DataObject) -> None:
    row = data.draw(st.integers(0, case.examples - 1))
    b = evaluate(case)
    assert explain.sources_sentence(b, row).endswith(".")
    sentences = explain.gradient_sentences(b, row)
    assert len(sentences) == (1 if case.setup is Setup.BINARY else case.classes)
    number = r"(−?(\d+(\.\d+)?(e−?\d+)?|∞)|nan)"
    for sentence in sentences:
        assert re.fullmatch(
            rf"({number} − {number} = )?{number}: (raise|lower|leave) this logit|.*nan: no direction", sentence
        )
