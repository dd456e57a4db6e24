"""What is brought to the detective: texts become arrays, a link and back, and a sentence where they cannot."""

import dataclasses
import re

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from explorer import InvalidCase, detective, evaluate, evidence, share
from explorer.dialects import pytorch
from explorer.evidence import FIELDS, Evidence, Kind
from explorer.threads import THREADS

X = "[[2.0, 1.0, 0.1],\n [0.5, 2.5, -1.0],\n [1.0, -1.0, 3.0],\n [0.0, 0.0, 0.0]]"
Y = "[0, 1, 1, 2]"
SOFTMAX_TWICE = Evidence(X, Y, "1.010286")
ARRAYS = [name for name, field in FIELDS.items() if field.kind is Kind.ARRAY]


def read(given: Evidence) -> dict:
    return {name: evidence.read_field(name, getattr(given, name)) for name in FIELDS}


def reported(given: Evidence) -> detective.Report:
    """What the page reports: suspects are found without the loss that was seen, which is then held against them."""
    return evidence.report(given, evidence.suspects(given))


def assert_same(one: Evidence, other: Evidence) -> None:
    """Both hold the same numbers, to the last bit, in the same shapes."""
    for (name, value), (_, same) in zip(read(one).items(), read(other).items(), strict=True):
        np.testing.assert_array_equal(value, same, err_msg=name, strict=value is not None)
        if value is not None:
            np.testing.assert_array_equal(np.signbit(value), np.signbit(same), err_msg=name)


# ------------------------------------------------------------------------------------------------- a link and back

SHAPES = hnp.array_shapes(min_dims=1, max_dims=4, max_side=4)
PASTED = hnp.arrays(np.float64, SHAPES, elements=st.floats()).map(lambda array: str(array.tolist()))
PLAIN = st.floats(-1e12, 1e12)
LOGGED = st.one_of(
    st.builds("{:.{}f}".format, PLAIN, st.integers(0, 12)),
    st.builds("loss: {:.{}e}".format, PLAIN, st.integers(0, 12)),
    st.floats().map(repr),
    st.just(""),
)
TYPED = st.one_of(st.just(""), st.floats().map(share.number_text))
INDICES = st.one_of(st.just(""), st.integers(-(2**53), 2**53).map(str))
TEXTS = {Kind.ARRAY: st.just("") | PASTED, Kind.LOGGED: LOGGED, Kind.TYPED: TYPED, Kind.WHOLE: INDICES}
EVIDENCE = st.builds(Evidence, **{name: TEXTS[field.kind] for name, field in FIELDS.items()})


@settings(max_examples=200)
@given(EVIDENCE)
@example(Evidence("[5e-324, 1.7976931348623157e+308, 0.30000000000000004, -0.0, nan, -inf]", "[[0.0]]", "-0.0"))
@example(Evidence(observed="5.960464477539063e-08", more_observed="0.5514"))
@example(Evidence("[[1.0], [2.0]]", "[[[1.0, 2.0]]]", "1e-300", ignore_index="-1"))
def test_every_number_comes_back_exactly(given: Evidence) -> None:
    query = evidence.to_query(given)
    back, notices = evidence.from_query(query)
    assert notices == []
    assert_same(back, given)
    assert evidence.to_query(back) == query
    assert share.join(share.split(query)) == query  # as a browser decodes and encodes it
    assert re.fullmatch(r"[A-Za-z0-9_.~=&,;%-]*", query)  # nothing that a chat program would cut


LINKS = {
    "x=2,1,0.1;0.5,2.5,-1;1,-1,3;0,0,0&t=0,1,1,2&seen=1.010286": SOFTMAX_TWICE,
    "x=2,1,0.1;&t=0": Evidence("tensor([[2.0000, 1.0000, 0.1000]], device='cuda:0')", "tensor([0])"),
    "x=2,1,0.1&t=0": Evidence("2 1 0.1", "tensor(0)"),
    "x=0.1;0.9&t=1;0": Evidence("[[0.1], [0.9]]", "[[1], [0]]"),
    "x=%5B%5B%5B1,2%5D,%5B3,4%5D%5D%5D": Evidence("[[[1, 2], [3, 4]]]"),
    "x=1,nan,-inf": Evidence("[1, nan, -inf]"),
    "w=1,2,0.5&pw=3&smoothing=0.1&ignore=-1": Evidence("", "", "", "1 2 0.5", "3.0", " 0.1 ", "-1"),
    "x2=1,2;&t2=0&seen2=1.30": Evidence(more_inputs="[[1, 2]]", more_targets="[0]", more_observed="loss 1.30"),
    "x=1,2;3,4": Evidence(b"1,2\n3,4\n"),
    "": Evidence(),
}


@pytest.mark.parametrize(("query", "given"), LINKS.items(), ids=[*list(LINKS)[:-1], "nothing"])
def test_a_link_is_short_and_readable(query: str, given: Evidence) -> None:
    assert evidence.to_query(given) == query
    assert evidence.from_query(query)[1] == []


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("0.5514", "0.5514"),
        ("0.5500", "0.5500"),
        ("7", "7"),
        ("-0.4665", "-0.4665"),
        ("5.514e-01", "0.5514"),
        ("1.50e-05", "0.0000150"),
        ("1e3", "1000"),
        ("0,5514", "0.5514"),
        ("epoch 3: loss=0.5500 acc=0.91", "0.5500"),
        ("tensor(0.5514, grad_fn=<NllLossBackward0>)", "0.5514"),
        ("nan", "nan"),
        ("-inf", "-inf"),
        ("inf", "inf"),
        ("9.86e-305", "9.86e-305"),
        ("1e300", "1e300"),
        ("0.0000", "0.0000"),
        ("0e-99999", "0"),
    ],
)
def test_the_loss_keeps_the_decimals_that_it_was_given(typed: str, shown: str) -> None:
    assert evidence.as_seen(typed) == shown
    assert evidence.to_query(Evidence(observed=typed)) == f"seen={shown}"
    assert evidence.from_query(f"seen={shown}")[0].observed == shown


# ------------------------------------------------------------------------------------------------- hostile links

PARTS = st.sampled_from([*(field.part for field in FIELDS.values()), "size", "row", "setup", "<b>"])
VALUES = st.text() | st.text("0123456789.,;[]() -+eEnaif\n\t_:=\u2212\u221e", max_size=40)


@settings(max_examples=300)
@given(st.lists(st.tuples(PARTS, VALUES), max_size=12).map(share.join) | st.text())
@example("x=;&t=;;&w=1,&pw=,&seen=,")
@example("x=%0D&t=;%20;%09")
@example("x=" + "[" * 5000)
@example("x=" + ";" * 5000)
@example("smoothing=nan&ignore=nan&x=1,2&t=0&seen=1")
@example("ignore=1e400&x=1,2&t=0&seen=1")
def test_any_link_opens(query: str) -> None:
    """What can be read is used, and each other field has one sentence."""
    given, notices = evidence.from_query(query)
    assert all(isinstance(notice, str) for notice in notices)
    problems = evidence.problems_of(given)
    for name, sentence in problems.items():
        assert_is_one_sentence_about(name, sentence)
        with pytest.raises(InvalidCase) as refused:
            evidence.to_query(dataclasses.replace(Evidence(), **{name: getattr(given, name)}))
        assert refused.value.part == name
    mended = dataclasses.replace(given, **dict.fromkeys(problems, ""))
    assert_same(evidence.from_query(evidence.to_query(mended))[0], mended)


SAID_OF = {"observed": "observed value", "more_observed": "observed value"}  # of either batch; it stands beside it


def assert_is_one_sentence_about(name: str, sentence: str) -> None:
    assert sentence.startswith(f"The {SAID_OF.get(name, FIELDS[name].title)} ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 300


NOTICES = {
    "x=1,2&x=3,4": ["The link gives x twice; the first one counts."],
    "seen=1&seen=2": ["The link gives seen twice; the first one counts."],
    "z=1,2&seen=1": ["The link has a part 'z' that means nothing here; it was left out."],
    "<b>=1": ["The link has a part '<b>' that means nothing here; it was left out."],
    "size=large": [],
    "x=" + "1," * 20_000 + "1": ["The link has 40,003 characters; at most 32,000 are read, so it was left out."],
}


@pytest.mark.parametrize(("query", "notices"), NOTICES.items(), ids=[text[:20] for text in NOTICES])
def test_what_means_nothing_is_said(query: str, notices: list[str]) -> None:
    assert evidence.from_query(query)[1] == notices


def test_the_first_of_two_parts_counts() -> None:
    assert evidence.from_query("x=1,2&seen=1&x=3,4&seen=2")[0] == Evidence("[1, 2]", observed="1")


def test_of_many_stray_parts_a_few_are_named() -> None:
    _, notices = evidence.from_query("&".join(f"a{number}" for number in range(3000)))
    assert len(notices) == 11
    assert "'a9'" in notices[9]
    assert "2,990 more" in notices[10]


# ------------------------------------------------------------------------------------------------- what cannot be read

UNREADABLE = {
    Kind.ARRAY: ["abc", "[1, 2", "[[1, 2], [3]]", "...", "<b>1</b>", "\x00", "1,2;3,4"],
    Kind.LOGGED: ["abc", "1 2 3", "<b>", "\x00"],
    Kind.TYPED: ["abc", "1 2", "0,1", "<b>1</b>", "\x00"],
    Kind.WHOLE: ["abc", "1 2", "0.5", "nan", "inf", "1e300"],
}


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, field in FIELDS.items() for text in UNREADABLE[field.kind]]
)
def test_what_cannot_be_read_has_one_sentence_at_its_field(name: str, text: str) -> None:
    given = dataclasses.replace(SOFTMAX_TWICE, **{name: text})
    ((field, sentence),) = evidence.problems_of(given).items()
    assert field == name
    assert_is_one_sentence_about(name, sentence)
    for refused in (evidence.to_query, reported):
        with pytest.raises(InvalidCase) as error:
            refused(dataclasses.replace(given, more_targets=given.more_targets or "[0]"))
        if refused is evidence.to_query:
            assert (error.value.part, str(error.value)) == (name, sentence)


def test_each_field_that_cannot_be_read_is_named() -> None:
    given = Evidence(**dict.fromkeys(FIELDS, "?"))
    problems = evidence.problems_of(given)
    assert list(problems) == list(FIELDS)
    for name, sentence in problems.items():
        assert_is_one_sentence_about(name, sentence)


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("text", ["", " ", "\n\t "])
def test_an_empty_field_says_nothing(name: str, text: str) -> None:
    given = dataclasses.replace(Evidence(), **{name: text})
    assert evidence.read_field(name, text) is None
    assert evidence.problems_of(given) == {}
    assert evidence.to_query(given) == ""
    assert not given.complete
    assert not given.has_more


MORE = {"more_inputs": "[[1, 2, 0]]", "more_targets": "[0]", "more_observed": "0.8"}
# What is wrong: the fields, the one that is blamed, and what is said.
UNFITTING: dict[str, tuple[dict[str, str], str, str]] = {
    "a label out of range": ({"targets": "[0, 1, 1, 5]"}, "targets", "out of range"),
    "too few labels": ({"targets": "[0, 1]"}, "targets", "4 rows of 3 and the targets 2 numbers"),
    "labels of nan": ({"targets": "[0, 1, 1, nan]"}, "targets", "not finite"),
    "two weights for three": ({"weight": "[1, 2]"}, "weight", "weight has 2 numbers"),
    "a negative weight": ({"weight": "[1, 2, -1]"}, "weight", "not negative"),
    "two for pos_weight": ({"pos_weight": "1 2"}, "pos_weight", "pos_weight has 2 numbers"),
    "smoothing above 1": ({"label_smoothing": "2"}, "label_smoothing", "between 0 and 1"),
    "smoothing of nan": ({"label_smoothing": "nan"}, "label_smoothing", "between 0 and 1"),
    "a label out of range in the second batch": (
        {**MORE, "more_targets": "[5]"}, "more_targets", "In the second batch: The label 5 is out of range"),
    "too many labels in the second batch": (
        {**MORE, "more_targets": "[0, 1]"}, "more_targets", "In the second batch: The inputs are 1 row of 3 and"),
    "classes that the weights do not fit": (
        {**MORE, "weight": "[1, 2, 3]", "more_inputs": "[[1, 2]]"}, "weight", "In the second batch: weight has 3"),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "part", "sentence"), UNFITTING.values(), ids=UNFITTING)
def test_what_does_not_fit_together_is_said_of_one_field(fields: dict[str, str], part: str, sentence: str) -> None:
    given = dataclasses.replace(SOFTMAX_TWICE, **fields)
    assert evidence.problems_of(given) == {}  # each can be read
    with pytest.raises(InvalidCase, match=re.escape(sentence)) as refused:
        reported(given)
    assert refused.value.part == part


# ------------------------------------------------------------------------------------------------- what comes of it


@pytest.mark.parametrize("thread", THREADS, ids=lambda thread: thread.title)
def test_a_thread_as_evidence_gives_its_own_numbers(thread) -> None:
    given = evidence.of_thread(thread)
    for name in ("inputs", "targets", "weight", "label_smoothing"):
        numbers = getattr(thread, name)
        found = evidence.read_field(name, getattr(given, name))
        assert (found is None) is (numbers is None)
        if numbers is not None:
            np.testing.assert_array_equal(found, np.array(numbers), strict=True)
    assert evidence.as_seen(given.observed) == thread.observed
    assert_same(evidence.from_query(evidence.to_query(given))[0], given)
    report = reported(given)
    assert repr(list(report.findings)) == repr(thread.findings())  # as texts: nan is not nan
    assert report.findings[0].mistake == thread.mistakes[0]


def test_the_options_reach_the_detective() -> None:
    weighted = dataclasses.replace(SOFTMAX_TWICE, observed="1.737919", weight="1, 2, 0.5")
    assert reported(weighted).findings[0].mistake == "none"
    smoothed = dataclasses.replace(SOFTMAX_TWICE, observed="1.472938", label_smoothing="0.1")
    assert reported(smoothed).findings[0].mistake == "none"
    ignored = dataclasses.replace(SOFTMAX_TWICE, targets="[0, -1, 1, -1]", observed="2.279981", ignore_index="-1")
    assert reported(ignored).findings[0].mistake == "none"


def test_progress_is_told() -> None:
    told: list[float] = []
    evidence.suspects(dataclasses.replace(SOFTMAX_TWICE, **MORE), told.append)
    assert told == sorted(told)
    assert len(told) > 2
    assert told[-1] == pytest.approx(1.0)


@pytest.mark.parametrize("missing", MORE)
def test_a_second_batch_needs_all_its_parts(missing: str) -> None:
    given = dataclasses.replace(SOFTMAX_TWICE, **{**MORE, missing: " "})
    assert given.has_more
    with pytest.raises(InvalidCase, match="needs its output, its targets and its loss") as refused:
        reported(given)
    assert refused.value.part == "more_inputs"


def test_a_second_batch_narrows_the_findings() -> None:
    """With few digits several mistakes give the number; the same code on other rows gives another."""
    short = dataclasses.replace(SOFTMAX_TWICE, observed="1.0")
    alone = reported(short)
    both = reported(dataclasses.replace(short, more_inputs="[[1, 2, 0]]", more_targets="[0]", more_observed="1.2"))
    names = [{finding.mistake for finding in report.findings if finding.matches} for report in (alone, both)]
    assert "softmax_before_ce" in names[1]
    assert names[1] < names[0]
    assert both.chance < alone.chance


NP_X, NP_Y = np.array([[2.0, 1.0, 0.1], [0.5, 2.5, -1.0], [1.0, -1.0, 3.0], [0.0, 0.0, 0.0]]), np.array([0, 1, 1, 2])
BCE = pytorch.binary_cross_entropy_with_logits([2.0, -1.0, 0.5], [1.0, 0.0, 1.0])
RIGHT_CASES = {
    "logits": (SOFTMAX_TWICE, pytorch.cross_entropy(NP_X, NP_Y)),
    "probabilities": (Evidence("[[0.25, 0.75]]", "[0]", "1"), np.log(4.0)),
    "weights": (dataclasses.replace(SOFTMAX_TWICE, weight="1 2 0.5"), pytorch.cross_entropy(NP_X, NP_Y, [1, 2, 0.5])),
    "smoothing": (
        dataclasses.replace(SOFTMAX_TWICE, label_smoothing="0.1"),
        pytorch.cross_entropy(NP_X, NP_Y, label_smoothing=0.1),
    ),
    "an index to ignore": (
        dataclasses.replace(SOFTMAX_TWICE, ignore_index="1"),
        pytorch.cross_entropy(NP_X, NP_Y, ignore_index=1),
    ),
    "binary": (Evidence("[2, -1, 0.5]", "[1, 0, 1]", "1"), BCE),
    "labels": (Evidence("[[2, -1, 0.5]]", "[[1, 0, 1]]", "1"), BCE),
}


@pytest.mark.parametrize(("given", "loss"), RIGHT_CASES.values(), ids=RIGHT_CASES)
def test_the_right_call_as_a_case(given: Evidence, loss: float) -> None:
    case = evidence.right_case(given)
    assert case is not None
    assert evaluate(case).loss == pytest.approx(loss, rel=1e-12)


@pytest.mark.parametrize("empty", ["inputs", "targets", "observed"])
def test_incomplete_evidence_has_no_case(empty: str) -> None:
    given = dataclasses.replace(SOFTMAX_TWICE, **{empty: " "})
    assert not given.complete
    assert evidence.right_case(given) is None


# ------------------------------------------------------------------------------------------------- files, and size

FILES = {
    "UTF-8": "utf-8",
    "UTF-8 with a mark": "utf-8-sig",
    "UTF-16": "utf-16",
}


@pytest.mark.parametrize("encoding", FILES.values(), ids=FILES)
def test_a_file_is_read_like_its_text(encoding: str) -> None:
    table = "cat,dog,fox\r\n2.0,1.0,0.1\r\n0.5,2.5,\u22121.0\r\n1.0,-1.0,3.0\r\n0,0,0\r\n".encode(encoding)
    labels = "label\n0\n1\n1\n2\n".encode(encoding)
    given = Evidence(table, labels, "1.010286")
    assert given.complete
    assert_same(given, SOFTMAX_TWICE)
    assert evidence.to_query(given) == evidence.to_query(SOFTMAX_TWICE)
    assert reported(given).findings == reported(SOFTMAX_TWICE).findings


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (b"PK\x03\x04 and the rest", "an Excel workbook"),
        (b"\x93NUMPY and the rest", "a NumPy file"),
        ("1,5;2".encode("latin-1") + b"\xe9", "it is not UTF-8 text"),
        (b"a photo\x00\x01", "NUL characters"),
        (b"name,colour\ncat,black\n", "'black' is not a number"),
    ],
)
@pytest.mark.parametrize("name", ["inputs", "targets"])
def test_a_file_that_is_no_table_says_why(name: str, file: bytes, why: str) -> None:
    ((field, sentence),) = evidence.problems_of(dataclasses.replace(SOFTMAX_TWICE, **{name: file})).items()
    assert field == name
    assert_is_one_sentence_about(name, sentence)
    assert why in sentence


def test_what_is_large_is_investigated_but_not_linked() -> None:
    rows = 40_000
    table = "\n".join(["2.00,1.00,0.10"] * rows).encode()
    given = Evidence(table, "0\n" * rows, "0.417030")
    assert given.is_large
    assert not SOFTMAX_TWICE.is_large
    with pytest.raises(InvalidCase, match="too long for a link") as refused:
        evidence.to_query(given)
    assert refused.value.part == ""
    assert evidence.right_case(given) is None
    assert reported(given).findings[0].mistake == "none"


def test_a_link_holds_a_case_of_some_thousand_numbers() -> None:
    fits = Evidence(str([[0.25, 0.75]] * 2000), str([0] * 2000), "1")
    assert len(evidence.to_query(fits)) <= share.MAX_QUERY
    assert not fits.is_large
    longer = Evidence(str([[0.25, 0.75]] * 4000), str([0] * 4000), "1")
    with pytest.raises(InvalidCase, match=r"a link of 48,\d{3} characters; at most 32,000") as refused:
        evidence.to_query(longer)
    assert refused.value.part == ""
