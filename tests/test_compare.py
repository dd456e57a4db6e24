"""The three readings are the core's, and every compared number is what its name says."""

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as some
from strategies import cases

from explorer import Breakdown, Case, Setup, evaluate, share
from explorer.compare import Reading, comparisons, readings
from explorer.edits import with_setup
from explorer.equivalence import Name
from explorer.explain import number
from explorer.presets import PRESETS

INF, NAN = math.inf, math.nan
DEMO = share.from_query(share.DEFAULT_QUERY)[0]
X = np.array([[2, 1, 0.1], [0.5, 2.5, -1], [1, -1, 3], [0, 0, 0]])
MANY_HOT = np.array([[1, 1, 0], [0, 1, 1], [0, 0, 0], [1, 1, 1]])
TITLES = (
    "A softmax over two logits is one sigmoid",
    "Four names of the two-class loss",
    "Binary cross-entropy over a one-hot label is another loss",
    "Softmax cross-entropy over several labels is wrong",
    "Three reductions of a multi-label loss",
)
each_preset = pytest.mark.parametrize("case", [preset.case for preset in PRESETS], ids=[p.title for p in PRESETS])
any_case = given(case=cases())


OVER_LN_2 = " / ln\N{NO-BREAK SPACE}2"


def names_of(case: Case, row: int = 0) -> dict[str, Name]:
    """Every compared number by its call; no two calls are alike."""
    names = [name for comparison in comparisons(case, row) for name in comparison.names]
    assert len({name.call for name in names}) == len(names)
    return {name.call: name for name in names}


def sentences(case: Case, row: int = 0) -> dict[str, str]:
    return {comparison.title: comparison.sentence for comparison in comparisons(case, row)}


# ------------------------------------------------------------------------------------------------- the readings


def board_logits(case: Case) -> Any:
    """The logits (N, K) as the board counts them: a binary case has two, of which the first is 0."""
    binary = case.setup is Setup.BINARY
    return np.stack([np.zeros_like(case.logits), case.logits], axis=1) if binary else case.logits


def read(case: Case, reading: Reading) -> Any:
    """The logits (N, own) that a reading's sources point at."""
    z = board_logits(case)
    with np.errstate(invalid="ignore", over="ignore"):
        columns = [
            z[:, plus] if minus is None else np.zeros(len(z)) if plus == minus else z[:, plus] - z[:, minus]
            for plus, minus in reading.sources
        ]
    return np.stack(columns, axis=1)


def assert_readings(case: Case) -> None:
    for reading, setup in zip(readings(case), Setup, strict=True):
        own = reading.breakdown.case
        assert own == with_setup(case, setup)
        expected = evaluate(own)
        for field in dataclasses.fields(Breakdown):
            if field.name != "case":
                found = getattr(reading.breakdown, field.name)
                np.testing.assert_array_equal(found, getattr(expected, field.name), err_msg=field.name)
        np.testing.assert_array_equal(read(case, reading), own.logits.reshape(case.examples, -1), err_msg=setup)
        assert reading.breakdown.gradient.reshape(case.examples, -1).shape[1] == len(reading.sources)
        assert reading.title
        assert reading.question.endswith("?")
        assert reading.meaning.endswith(".")


@each_preset
def test_a_reading_is_the_case_under_its_set_up(case: Case) -> None:
    assert_readings(case)


@any_case
def test_any_case_has_its_three_readings(case: Case) -> None:
    assert_readings(case)


@given(case=cases(logits=some.floats(-1e6, 1e6)))
def test_one_of_k_shares_what_any_of_k_does_not(case: Case) -> None:
    one_of, yes_no, any_of = (reading.breakdown.probabilities for reading in readings(case))
    np.testing.assert_allclose(one_of.sum(axis=1), 1.0, rtol=1e-14)
    np.testing.assert_allclose(yes_no.sum(axis=1), 1.0, rtol=1e-15)
    z = board_logits(case)
    with np.errstate(over="ignore"):
        np.testing.assert_allclose(any_of, 1.0 / (1.0 + np.exp(-z / case.temperature)), rtol=1e-12, atol=1e-300)


@given(setup=some.sampled_from(["multiclass", "multilabel"]), index=some.integers(0, 2), by=some.floats(0.5, 3.0))
def test_one_logit_moves_every_row_of_a_softmax_and_only_its_own_of_the_sigmoids(
    setup: str, index: int, by: float
) -> None:
    target = 0 if setup == "multiclass" else [1, 0, 1]
    moved = np.where(np.arange(3) == index, DEMO.logits[0] + by, DEMO.logits[0])
    before, after = (
        [reading.breakdown.probabilities[0] for reading in readings(Case(setup, logits, target))]
        for logits in (DEMO.logits[0], moved)
    )
    others = np.arange(3) != index
    assert (after[0][others] < before[0][others]).all()
    assert after[0][index] > before[0][index]
    np.testing.assert_array_equal(after[2][others], before[2][others])
    assert after[2][index] > before[2][index]
    assert (after[1] != before[1]).all() if index == 0 else (after[1] == before[1]).all()


PAIRS = cases(setups=[Setup.MULTICLASS], logits=some.floats(-300, 300)).filter(lambda case: case.classes == 2)


@given(case=PAIRS | cases(setups=[Setup.BINARY], logits=some.floats(-300, 300)))
def test_a_softmax_over_two_is_a_sigmoid_of_the_difference(case: Case) -> None:
    assume(case.temperature > 0.01)
    case = dataclasses.replace(case, weight=None)
    if case.setup is Setup.BINARY:
        case = dataclasses.replace(case, pos_weight=None, label_smoothing=0.0)
    one_of, yes_no, _ = readings(case)
    z = board_logits(case)
    assert yes_no.sources == ((1, 0),)
    with np.errstate(over="ignore"):
        p = 1.0 / (1.0 + np.exp((z[:, 0] - z[:, 1]) / case.temperature))
    np.testing.assert_allclose(one_of.breakdown.probabilities[:, 1], p, rtol=1e-9, atol=1e-300)
    np.testing.assert_allclose(yes_no.breakdown.probabilities[:, 1], p, rtol=1e-9, atol=1e-300)
    if case.setup is Setup.BINARY or case.kept.all():  # an ignored row says nothing: half a yes, under one sigmoid
        np.testing.assert_allclose(one_of.breakdown.loss, yes_no.breakdown.loss, rtol=1e-9, atol=1e-300)
        first = one_of.breakdown.gradient[:, 1]
        np.testing.assert_allclose(first, yes_no.breakdown.gradient, rtol=1e-9, atol=1e-12)


# link: what stands in the titles, questions and meanings, in this order
WORDS: dict[str, list[str]] = {
    share.DEFAULT_QUERY: [
        "Which one of 3",
        "names one class",
        "cat, yes or no",
        "0 for not cat",
        "one logit",
        "Which of",
    ],
    "z=2,1&q=0.5,0.5": ["Which one of 2", "shares 1", "positive, or negative", "the difference", "2 sigmoids"],
    "z=2,1&y=0&names=ham,spam": ["Is it spam, or ham?", "1 for spam, 0 for ham", "2 sigmoids", "Which of them"],
    "setup=binary&z=2&y=1&names=ham,spam": ["Which one of 2", "Is it spam, or ham?", "the two logits", "2 sigmoids"],
    "setup=multilabel&z=2,1&y=1,1&names=a,b": ["Which one of 2", "shares 1", "Is it a, yes or no?", "no other."],
    "setup=multilabel&z=2&y=1&names=a": ["Which one of 2", "names one", "Is it a, yes", "1 sigmoid", "Is it there?"],
    "z=2&y=0&names=a": ["Which one of 1 is it?", "always 1", "Is it a, yes", "1 sigmoid", "Is it there?"],
}


@pytest.mark.parametrize(("link", "said"), WORDS.items(), ids=list(WORDS))
def test_the_words_fit_the_case(link: str, said: list[str]) -> None:
    found = readings(share.from_query(link)[0])
    texts = " ".join(f"{reading.title} {reading.question} {reading.meaning}" for reading in found)
    positions = [texts.find(part) for part in said]
    assert -1 not in positions, texts
    assert positions == sorted(positions)


def test_one_label_is_set_against_nothing() -> None:
    one_of, yes_no, any_of = readings(Case("multilabel", [[1.5]], [[1]]))
    assert (one_of.sources, yes_no.sources, any_of.sources) == (((0, 0), (0, None)), ((0, None),), ((0, None),))
    np.testing.assert_array_equal(one_of.breakdown.case.logits, [[0.0, 1.5]])
    assert one_of.breakdown.loss == yes_no.breakdown.loss == any_of.breakdown.loss


# ------------------------------------------------------------------------------------------- the comparisons: values


def softplus(z: Any) -> Any:
    """log(1 + exp(z)): what a no costs at the logit z, and a yes at -z."""
    return np.log(1.0 + np.exp(z))


def bce(z: Any, y: Any) -> Any:
    """What each label costs, from the definition."""
    return np.where(np.asarray(y) == 1, softplus(-np.asarray(z)), softplus(np.asarray(z)))


Z = X[0]
LSE = math.log(np.exp(Z).sum())
P = np.exp(Z - LSE)
# call: the number by a formula of its own, its digits, and whether it is the first one of its table
ON_THE_DEMO: dict[str, tuple[float, str, bool]] = {
    "softmax([2, 1])[1]": (1 / (1 + math.e), "0.2689", True),
    "sigmoid(1 − 2)": (1 / (1 + math.e), "0.2689", True),
    "binary_cross_entropy_with_logits(z, y)": (math.log(1 + math.exp(-1)), "0.3133", True),
    "log_loss(y, sigmoid(z))": (math.log(1 + math.exp(-1)), "0.3133", True),
    "soft_margin_loss(z, 2y − 1)": (math.log(1 + math.exp(-1)), "0.3133", True),
    "cross_entropy([0, z], y)": (math.log(1 + math.exp(-1)), "0.3133", True),
    "cross_entropy(z, y)": (LSE - 2, "0.4170", True),
    "binary_cross_entropy(softmax(z), one_hot)": (
        -np.log([P[0], 1 - P[1], 1 - P[2]]).mean(), "0.2661", False),
    "binary_cross_entropy_with_logits(z, one_hot)": (
        softplus(np.array([-2, 1, 0.1])).mean(), "0.7282", False),
    "binary_cross_entropy_with_logits(z, k_hot)": (softplus(np.array([-2, -1, 0.1])).mean(), "0.3949", True),
    "cross_entropy(z, k_hot)": (2 * LSE - 3, "1.8341", False),
    "cross_entropy(z, k_hot / k)": (LSE - 1.5, "0.9170", False),
    "BCEWithLogitsLoss()": (softplus(np.array([-2, 1, 0.1])).mean(), "0.7282", True),
    "BinaryCrossentropy(from_logits=True)": (softplus(np.array([-2, 1, 0.1])).mean(), "0.7282", True),
    "MultiLabelSoftMarginLoss()": (softplus(np.array([-2, 1, 0.1])).mean(), "0.7282", True),
    "MultiLabelSoftMarginLoss(reduction='sum')": (softplus(np.array([-2, 1, 0.1])).mean(), "0.7282", True),
    "sigmoid_binary_cross_entropy(z, y).sum(-1).mean()": (softplus(np.array([-2, 1, 0.1])).sum(), "2.1846", False),
    "BCEWithLogitsLoss(reduction='sum')": (softplus(np.array([-2, 1, 0.1])).sum(), "2.1846", False),
}  # fmt: skip


def test_every_number_on_the_demo() -> None:
    assert [comparison.title for comparison in comparisons(DEMO, 0)] == list(TITLES)
    names = names_of(DEMO)
    assert list(names) == list(ON_THE_DEMO)
    for call, (value, digits, agrees) in ON_THE_DEMO.items():
        assert names[call].value == pytest.approx(value, rel=1e-14), call
        assert number(value) == digits, call
        assert names[call].agrees is agrees, call
        assert bool(names[call].note) is not agrees, call


def test_labels_are_compared_as_classes_are() -> None:
    assert comparisons(with_setup(DEMO, Setup.MULTILABEL), 0) == comparisons(DEMO, 0)


@pytest.mark.parametrize("setup", list(Setup))
def test_two_classes_cost_the_same_whichever_way_they_come(setup: Setup) -> None:
    names = names_of(with_setup(Case("multiclass", [2, 1], 0), setup))
    calls = [*list(ON_THE_DEMO)[2:6], "cross_entropy(z, y)", "binary_cross_entropy(softmax(z), one_hot)"]
    assert [names[call].value for call in calls] == pytest.approx([math.log(1 + math.exp(-1))] * 6, rel=1e-14)


# The factors by which the reductions of 4 examples of 3 labels differ: of the mean over all twelve.
FACTORS = {
    "BCEWithLogitsLoss()": 1,
    "BinaryCrossentropy(from_logits=True)": 1,
    "MultiLabelSoftMarginLoss()": 1,
    "MultiLabelSoftMarginLoss(reduction='sum')": 4,
    "sigmoid_binary_cross_entropy(z, y).sum(-1).mean()": 3,
    "BCEWithLogitsLoss(reduction='sum')": 12,
}


@pytest.mark.parametrize("row", range(4))
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_the_reductions_of_a_batch(reduction: str, row: int) -> None:
    case = Case("multilabel", X, MANY_HOT, reduction=reduction)
    *_, last = comparisons(case, row)
    assert last.sentence.startswith("4 examples of 3 labels: 12 binary losses.")
    assert {name.call for name in last.names} == set(FACTORS)
    mean = bce(X, MANY_HOT).mean()
    for name in last.names:
        factor = FACTORS[name.call]
        assert name.value == pytest.approx(factor * mean, rel=1e-13), name.call
        assert name.agrees is (factor == 1)
    assert [name.note for name in last.names if not name.agrees] == [
        "3 times less than the sum of BCE",
        "3 times the mean over labels",
        "12 times the mean",
    ]


@pytest.mark.parametrize(
    ("link", "start"),
    [
        ("setup=multilabel&z=1&y=1", "1 example of 1 label: 1 binary loss."),
        ("setup=multilabel&z=1,2&y=1,0", "1 example of 2 labels: 2 binary losses."),
        ("setup=binary&z=1,2,3&y=1,0,1", "3 examples of 2 labels: 6 binary losses."),
        ("z=1,2,3;3,2,1&y=0,0", "2 examples of 3 labels: 6 binary losses."),
    ],
)
def test_what_is_reduced_is_counted(link: str, start: str) -> None:
    assert sentences(share.from_query(link)[0])[TITLES[4]].startswith(start)


@pytest.mark.parametrize("row", range(4))
@pytest.mark.parametrize("y", [0, 1, 2])
def test_one_example_of_a_batch(row: int, y: int) -> None:
    z, labels = X[row], np.full(4, y)
    names = names_of(Case("multiclass", X, labels), row)
    difference, yes = z[1] - z[0], int(y == 1)
    for call in list(ON_THE_DEMO)[2:6]:
        assert names[call].value == pytest.approx(float(bce(difference, yes)), rel=1e-13), call
    p = np.exp(z) / np.exp(z).sum()
    assert names["cross_entropy(z, y)"].value == pytest.approx(-math.log(p[y]), rel=1e-13)
    one_hot = np.eye(3)[y]
    over_softmax = -np.log(np.where(one_hot == 1, p, 1 - p)).mean()
    assert names["binary_cross_entropy(softmax(z), one_hot)"].value == pytest.approx(over_softmax, rel=1e-13)
    over_sigmoids = bce(z, one_hot).mean()
    assert names["binary_cross_entropy_with_logits(z, one_hot)"].value == pytest.approx(over_sigmoids, rel=1e-13)


@pytest.mark.parametrize("y", [0, 1])
def test_with_two_classes_bce_over_a_softmax_is_the_cross_entropy(y: int) -> None:
    names = names_of(Case("multiclass", [0.5, -1.5], y))
    own = names["cross_entropy(z, y)"].value
    assert own == pytest.approx(float(bce(-2.0, y)), rel=1e-14)
    assert names["binary_cross_entropy(softmax(z), one_hot)"].value == pytest.approx(own, rel=1e-14)
    assert names["binary_cross_entropy(softmax(z), one_hot)"].agrees
    assert not names["binary_cross_entropy_with_logits(z, one_hot)"].agrees


# link: which classes are said to be right at once, and below what a softmax cannot get
SEVERAL: dict[str, tuple[str, list[int], str]] = {
    share.DEFAULT_QUERY: ("cat and dog are both right", [1, 1, 0], "2 ln 2 = 1.3863"),
    share.DEFAULT_QUERY.replace("y=0", "y=2"): ("cat and fox are both right", [1, 0, 1], "2 ln 2 = 1.3863"),
    share.DEFAULT_QUERY + "&unit=bits": ("cat and dog are both right", [1, 1, 0], "2 log₂ 2 = 2.0000"),
    "z=2,-inf,nan&y=0&names=a,b,c": ("a and b are both right", [1, 1, 0], "2 ln 2"),
    "z=1,nan,2&y=1&names=a,b,c": ("b and c are both right", [0, 1, 1], "2 ln 2"),
    "z=2,1,0&q=0.1,0.2,0.7&names=a,b,c": ("a and c are both right", [1, 0, 1], "2 ln 2"),
    "z=2,1,0&q=0.4,0.3,0.3&names=a,b,c": ("a and b are both right", [1, 1, 0], "2 ln 2"),
    "z=2,1;0,3&y=-100,1&names=a,b": ("a and b are both right", [1, 1], "2 ln 2"),
    "z=5&y=0&names=a": ("not a and a are both right", [1, 1], "2 ln 2"),
    "setup=binary&z=5&y=0&names=ham,spam": ("ham and spam are both right", [1, 1], "2 ln 2"),
    "setup=multilabel&z=5&y=0&names=a": ("not a and a are both right", [1, 1], "2 ln 2"),
    "setup=multilabel&z=1,2,3&y=0,1,1&names=a,b,c": ("b and c are both right", [0, 1, 1], "2 ln 2"),
    "setup=multilabel&z=1,2,3&y=1,1,1&names=a,b,c": ("a, b and c are all right", [1, 1, 1], "3 ln 3 = 3.2958"),
    "setup=multilabel&z=1,2,3&y=0,0,0&names=a,b,c": ("a and c are both right", [1, 0, 1], "2 ln 2"),
    "setup=multilabel&z=1,2,3&y=0.6,0.4,0.9&names=a,b,c": ("a and c are both right", [1, 0, 1], "2 ln 2"),
}


@pytest.mark.parametrize(("link", "said", "k_hot", "floor"), [(link, *rest) for link, rest in SEVERAL.items()])
def test_which_labels_are_right_at_once(link: str, said: str, k_hot: list[int], floor: str) -> None:
    case, notices = share.from_query(link)
    assert notices == []
    sentence = sentences(case)[TITLES[3]]
    assert sentence.startswith(f"Say {said}: the target is [{', '.join(map(str, k_hot))}].")
    assert f"never go below {floor}" in sentence
    z = board_logits(case)[0] if case.classes > 1 else np.array([0.0, case.logits[0, 0]])
    names = {call.removesuffix(OVER_LN_2): name for call, name in names_of(case).items()}
    right = names["binary_cross_entropy_with_logits(z, k_hot)"].value
    wrong = names["cross_entropy(z, k_hot)"].value
    if not np.isfinite(z).all():
        assert right is not None
        return
    per_unit = case.unit.per_nat
    assert right == pytest.approx(bce(z, k_hot).mean() * per_unit, rel=1e-13)
    log_p = z - math.log(np.exp(z).sum())
    assert wrong == pytest.approx(-(log_p * k_hot).sum() * per_unit, rel=1e-13)
    assert names["cross_entropy(z, k_hot / k)"].value == pytest.approx(wrong / sum(k_hot), rel=1e-13)


@given(z=some.lists(some.floats(-20, 20), min_size=2, max_size=6), several=some.data())
def test_a_softmax_cannot_get_below_its_floor(z: list[float], several: Any) -> None:
    labels = several.draw(some.lists(some.booleans(), min_size=len(z), max_size=len(z)).filter(lambda on: sum(on) > 1))
    names = names_of(Case("multilabel", [z], [labels]))
    k = sum(labels)
    assert names["cross_entropy(z, k_hot)"].value >= k * math.log(k) * (1 - 1e-12)
    ideal = names_of(Case("multilabel", [np.where(labels, 0.0, -800.0)], [labels]))
    assert ideal["cross_entropy(z, k_hot)"].value == pytest.approx(k * math.log(k), rel=1e-14)


# ------------------------------------------------------------------------------------------- the comparisons: options


@each_preset
def test_bits_are_nats_by_ln_2(case: Case) -> None:
    nats = names_of(dataclasses.replace(case, unit="nats"))
    bits = names_of(dataclasses.replace(case, unit="bits"))
    for call, (called, name) in zip(nats, bits.items(), strict=True):
        is_loss = name.source not in {"two logits", "one difference"}  # those are probabilities
        assert called == (call + OVER_LN_2 if is_loss else call)
        per_nat = 1 / math.log(2) if is_loss else 1.0
        if name.value is None:
            assert nats[call].value is None
        else:
            assert name.value == pytest.approx(nats[call].value * per_nat, rel=1e-15, abs=0, nan_ok=True), call
        assert (name.agrees, name.note.replace("log₂", "ln")) == (nats[call].agrees, nats[call].note)


@pytest.mark.parametrize("temperature", [0.5, 2.0, 8.0])  # powers of two: the division is exact
@each_preset
def test_the_temperature_divides_the_logits_first(case: Case, temperature: float) -> None:
    divided = dataclasses.replace(case, logits=case.logits / temperature, temperature=1.0)
    heated = dataclasses.replace(case, temperature=temperature)
    assert repr(comparisons(heated, 0)) == repr(comparisons(divided, 0))  # as texts, for nan is not nan


OPTIONS: dict[str, tuple[str, str]] = {
    "weights": (share.DEFAULT_QUERY, "&w=1,2,0.5"),
    "smoothing": (share.DEFAULT_QUERY, "&smoothing=0.3"),
    "a reduction": (share.DEFAULT_QUERY, "&reduction=sum"),
    "binary weights": ("setup=binary&z=2&y=1", "&w=3&pw=2"),
    "label weights": ("setup=multilabel&z=2,1&y=1,0", "&w=3,1&pw=2,2"),
}


@pytest.mark.parametrize(("link", "option"), OPTIONS.values(), ids=OPTIONS.keys())
def test_what_is_compared_is_the_plain_loss(link: str, option: str) -> None:
    plain, optioned = (share.from_query(query)[0] for query in (link, link + option))
    assert optioned != plain
    assert comparisons(optioned, 0) == comparisons(plain, 0)


# ---------------------------------------------------------------------------------- numbers that are hard to come by

# link: a call, its value there (None: refused), and a part of its note ("" where it agrees with the first)
HARD: list[tuple[str, str, float | None, str]] = [
    ("z=inf,1&y=0", "softmax([∞, 1])[1]", NAN, ""),
    ("z=inf,1&y=0", "sigmoid(1 − ∞)", 0.0, "a softmax over +∞ is nan"),
    ("z=-inf,1&y=0", "softmax([−∞, 1])[1]", 1.0, ""),
    ("z=-inf,1&y=0", "sigmoid(1 − (−∞))", 1.0, ""),
    ("z=-inf,-inf&y=0", "sigmoid(−∞ − (−∞))", NAN, ""),
    ("z=nan,1&y=0", "sigmoid(1 − nan)", NAN, ""),
    ("z=-2,-1.5&y=0", "sigmoid(−1.5 − (−2))", 1 / (1 + math.exp(-0.5)), ""),
    ("z=-0,1&y=0", "sigmoid(1 − (−0))", 1 / (1 + math.exp(-1)), ""),
    ("z=1e308,-1e308&y=1", "cross_entropy(z, y)", INF, ""),
    ("z=2,1,-inf&y=2", "cross_entropy(z, y)", INF, ""),
    ("z=inf,1&y=0", "cross_entropy(z, y)", NAN, ""),
    ("z=inf,1&y=0", "binary_cross_entropy(softmax(z), one_hot)", None, "must lie between 0 and 1"),
    ("z=inf,1&y=0", "binary_cross_entropy_with_logits(z, y)", NAN, ""),
    ("z=inf,1&y=0", "cross_entropy([0, z], y)", 0.0, "nan in PyTorch"),
    ("z=1,inf&y=0", "log_loss(y, sigmoid(z))", -math.log(2.0**-52), "clips it"),
    ("z=nan,1&y=0", "log_loss(y, sigmoid(z))", None, "must be finite"),
    ("z=0,800&y=0", "soft_margin_loss(z, 2y − 1)", INF, "exp overflows"),
    ("z=0,800&y=0", "binary_cross_entropy_with_logits(z, y)", 800.0, ""),
    ("z=0,800&y=0", "cross_entropy([0, z], y)", 800.0, ""),
    ("z=40,0&y=0", "cross_entropy(z, y)", math.exp(-40), ""),
    ("z=40,0&y=0", "log_loss(y, sigmoid(z))", 2.0**-52, "which rounds"),
    ("z=40,0&y=0", "binary_cross_entropy(softmax(z), one_hot)", math.exp(-40) / 2, "p rounds"),
    ("z=0,800&y=0", "binary_cross_entropy(softmax(z), one_hot)", 100.0, "clamped at −100"),
    ("setup=multilabel&z=inf,0&y=0,1", "BCEWithLogitsLoss()", INF, ""),
    ("setup=multilabel&z=-inf,0&y=0,1", "BCEWithLogitsLoss()", NAN, ""),
    ("setup=multilabel&z=-inf,0&y=0,1", "BinaryCrossentropy(from_logits=True)", NAN, ""),
    ("setup=binary&z=-inf&y=0", "BCEWithLogitsLoss()", NAN, ""),
]  # fmt: skip


@pytest.mark.parametrize(("link", "call", "value", "note"), HARD)
def test_infinite_missing_and_refused_numbers(link: str, call: str, value: float | None, note: str) -> None:
    name = names_of(share.from_query(link)[0])[call]
    if value is None:
        assert name.value is None
        assert not name.agrees
    else:
        assert name.value == pytest.approx(value, rel=1e-12, abs=0, nan_ok=True)
    assert bool(name.note) is bool(note), name
    assert note in name.note


@pytest.mark.parametrize(
    ("link", "end"),
    [
        (share.DEFAULT_QUERY, "they differ by nothing."),
        ("z=-inf,0&y=0", "they differ by nothing."),
        ("z=inf,0&y=0", "With these logits a softmax has no value."),
        ("z=nan,0&y=0", "With these logits a softmax has no value."),
        ("z=-inf,-inf&y=0", "With these logits a softmax has no value."),
    ],
)
def test_the_difference_is_told(link: str, end: str) -> None:
    assert sentences(share.from_query(link)[0])[TITLES[0]].endswith(end)


@given(z=some.tuples(some.floats(-800, 800), some.floats(-800, 800)), temperature=some.sampled_from([1.0, 0.3, 7.0]))
def test_two_logits_and_their_difference_give_one_probability(z: tuple[float, float], temperature: float) -> None:
    case = Case("multiclass", z, 0, temperature=temperature)
    by_softmax, by_sigmoid = comparisons(case, 0)[0].names
    assert by_softmax.value == by_sigmoid.value
    with np.errstate(over="ignore"):
        assert by_softmax.value == pytest.approx(1 / (1 + np.exp((z[0] - z[1]) / temperature)), rel=1e-12, abs=1e-300)
    assert sentences(case)[TITLES[0]].endswith("they differ by nothing.")


# ------------------------------------------------------------------------------------------------- any case at all


def assert_comparisons(case: Case, row: int) -> None:
    found = comparisons(case, row)
    assert [comparison.title for comparison in found] == list(TITLES)
    for comparison in found:
        assert comparison.sentence.endswith(".")
        assert len(comparison.names) >= 2
        for name in comparison.names:
            assert name.call
            assert name.source
            assert (name.note == "") is name.agrees, name
            assert name.value is not None or not name.agrees
        first, *others = (name for name in comparison.names)
        for name in others:
            if name.agrees:
                assert first.value == pytest.approx(name.value, rel=1e-5, abs=0, nan_ok=True)
            elif name.value is not None and first.value is not None:
                assert first.value != name.value
                assert not (math.isnan(first.value) and math.isnan(name.value))


@each_preset
def test_every_row_of_every_example_case_can_be_compared(case: Case) -> None:
    for row in range(case.examples):
        assert_comparisons(case, row)


@given(case=cases(), data=some.data())
def test_no_case_breaks_the_comparisons(case: Case, data: Any) -> None:
    assert_comparisons(case, data.draw(some.integers(0, case.examples - 1)))
