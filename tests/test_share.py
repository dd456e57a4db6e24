"""A case as a link and back: exact for every valid case, and a notice for everything else, whatever the text."""

import math
import re

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import cases

from explorer import Case, InvalidCase, evaluate, share
from explorer.share import View

INF, NAN = math.inf, math.nan

# ------------------------------------------------------------------------------------------------- any valid case


@settings(max_examples=500)
@given(cases())
def test_every_case_comes_back_exactly(case: Case) -> None:
    query = share.to_query(case)
    assert share.from_query(query) == (case, [])
    assert share.from_query("?" + query) == (case, [])
    assert re.fullmatch(r"[A-Za-z0-9_.~=&,;%-]+", query)  # nothing that a chat program would cut
    passed_on = share.join(share.split(query))  # as a browser and Streamlit decode and encode it
    assert passed_on == query
    assert share.from_query(share.join(reversed(share.split(query)))) == (case, [])  # in any order


@given(cases(most_classes=20), st.integers(0, 3), st.booleans())
@settings(max_examples=30)
def test_what_the_page_adds_does_not_disturb_the_case(case: Case, row: int, large: bool) -> None:
    row = min(row, case.examples - 1)
    query = share.to_query(case) + share.view_to_query(View(row, large))
    assert share.from_query(query) == (case, [])
    assert share.view_from_query(query, case.examples) == (View(row, large), [])


@pytest.mark.parametrize(
    "logits", [[NAN, -NAN], [INF, -INF], [-0.0, 0.0], [5e-324, 1.7976931348623157e308], [0.1 + 0.2, 1 / 3]], ids=str
)
def test_unusual_floats_come_back(logits: list[float]) -> None:
    case = Case("multiclass", logits, 0)
    back = share.from_query(share.to_query(case))[0]
    assert back == case
    np.testing.assert_array_equal(np.signbit(back.logits), np.signbit(case.logits))


# ------------------------------------------------------------------------------------------------- links by hand

CAT = Case("multiclass", [2, 1, 0.1], 0, ["cat", "dog", "fox"])
BATCH = [[2, 1, 0.1], [0, 0, 3]]

BY_HAND = {
    "": CAT,
    "?": CAT,
    "row=1&size=large": CAT,
    "setup=multiclass&z=2,1,0.1&y=0&names=cat,dog,fox": CAT,
    "?setup=multiclass&z=2,1,0.1&y=0&names=cat,dog,fox": CAT,
    "names=cat,dog,fox&y=0&z=2,1,0.1": CAT,
    "z=2%2C1%2C0.1&names=cat%2Cdog%2Cfox": CAT,
    "z= 2, 1 ,+0.1&names= cat , dog,fox": CAT,
    "z=+2,1.0,.1&names=cat,dog,fox": CAT,
    "z=2,1e0,1e-1&y=0.0&names=cat,dog,fox": CAT,
    "T=1&unit=nats&reduction=mean&smoothing=0&ignore=-100": CAT,
    "z=5": Case("multiclass", [5], 0),
    "z=1,2": Case("multiclass", [1, 2], 0),
    "z=1,2&y=1": Case("multiclass", [1, 2], 1),
    "z=\u22121,\u221e": Case("multiclass", [-1, INF], 0),
    "z=-inf,nan,Infinity": Case("multiclass", [-INF, NAN, INF], 0),
    "z=2,1,0.1&q=0.7,0.2,0.1": Case("multiclass", [2, 1, 0.1], [0.7, 0.2, 0.1]),
    "z=2,1,0.1&y=0.7,0.2,0.1": Case("multiclass", [2, 1, 0.1], [0.7, 0.2, 0.1]),
    "z=2,1,0.1;0,0,3&y=0,2": Case("multiclass", BATCH, [0, 2]),
    "z=2,1,0.1;0,0,3&y=0;2": Case("multiclass", BATCH, [0, 2]),
    "z=2,1,0.1;0,0,3&y=0,-100": Case("multiclass", BATCH, [0, -100]),
    "z=2,1,0.1;0,0,3&y=0,7&ignore=7": Case("multiclass", BATCH, [0, 7], ignore_index=7),
    "z=2,1,0.1;0,0,3": Case("multiclass", BATCH, [0, 0]),
    "z=2,1,0.1;0,0,3&q=1,0,0;0,.5,.5": Case("multiclass", BATCH, [[1, 0, 0], [0, 0.5, 0.5]]),
    "z=1,2&w=3": Case("multiclass", [1, 2], 0, weight=[3, 3]),
    "z=1,2&w=3,4&smoothing=.1&T=2&reduction=sum&unit=bits": Case(
        "multiclass", [1, 2], 0, None, [3, 4], None, -100, 0.1, 2.0, "sum", "bits"
    ),
    "setup=binary": Case("binary", 2, 1),
    "setup=binary&z=1.5": Case("binary", 1.5, 1),
    "setup=binary&z=1.5,-2&y=1,0": Case("binary", [1.5, -2], [1, 0]),
    "setup=binary&z=1.5;-2&y=1;0&w=1;2&pw=3": Case("binary", [1.5, -2], [1, 0], None, [1, 2], 3),
    "setup=binary&z=1.5&y=0.25&names=ham,spam": Case("binary", 1.5, 0.25, ["ham", "spam"]),
    "setup=multilabel": Case("multilabel", [2, 1, 0.1], [1, 1, 1], ["cat", "dog", "fox"]),
    "setup=multilabel&z=1,2&y=0,1": Case("multilabel", [1, 2], [0, 1]),
    "setup=multilabel&z=1,2;3,4&y=0,1;1,0&pw=1,2": Case(
        "multilabel", [[1, 2], [3, 4]], [[0, 1], [1, 0]], pos_weight=[1, 2]
    ),
    r"z=1,2&names=a\,b,c\\": Case("multiclass", [1, 2], 0, ["a,b", "c\\"]),
    "z=1,2&names=100%25,a%26b": Case("multiclass", [1, 2], 0, ["100%", "a&b"]),
    "z=1,2&names=red+wine,%F0%9F%8D%B7": Case("multiclass", [1, 2], 0, ["red wine", "🍷"]),
    "z=1,2&names=שועל,кот": Case("multiclass", [1, 2], 0, ["שועל", "кот"]),
}


@pytest.mark.parametrize(("query", "case"), BY_HAND.items(), ids=list(BY_HAND))
def test_a_link_by_hand(query: str, case: Case) -> None:
    assert share.from_query(query) == (case, [])


def test_the_table_of_parts_is_true() -> None:
    lines = re.findall(r"^\| ([\w, ]+?) +\| (?!meaning)", share.__doc__ or "", re.MULTILINE)
    listed = {part for line in lines for part in line.split(", ")}
    for part in listed:
        assert "means nothing here" not in "".join(share.from_query(f"{part}=1")[1]), part
    written = {part for case, _ in CANONICAL.values() for part, _ in share.split(share.to_query(case))}
    assert written == listed


CANONICAL = {
    "the first screen": (CAT, share.DEFAULT_QUERY),
    "soft": (Case("multiclass", [2, 1], [0.75, 0.25]), "setup=multiclass&z=2,1&q=0.75,0.25"),
    "names": (
        Case("multiclass", [2, 1], 0, ["a,b", "é & ü"]),
        "setup=multiclass&z=2,1&y=0&names=a%5C,b,%C3%A9%20%26%20%C3%BC",
    ),
    "binary": (Case("binary", [2, -1e-7], [1, 0]), "setup=binary&z=2,-1e-7&y=1,0"),
    "pos_weight": (Case("binary", 2, 1, pos_weight=3), "setup=binary&z=2&y=1&pw=3"),
    "multi-label": (Case("multilabel", [[2, 1], [0, INF]], [[1, 0], [0, 0]]), "setup=multilabel&z=2,1;0,inf&y=1,0;0,0"),
    "options": (
        Case("multiclass", [2, 1], 0, None, [1, 2], None, 7, 0.1, 0.5, "none", "bits"),
        "setup=multiclass&z=2,1&y=0&w=1,2&ignore=7&smoothing=0.1&T=0.5&reduction=none&unit=bits",
    ),
}


@pytest.mark.parametrize(("case", "query"), CANONICAL.values(), ids=CANONICAL)
def test_a_link_is_short_and_readable(case: Case, query: str) -> None:
    assert share.to_query(case) == query


def test_what_no_link_can_carry() -> None:
    with pytest.raises(InvalidCase, match="21 classes"):
        share.to_query(Case("multiclass", [0.0] * 21, 0))
    with pytest.raises(InvalidCase, match="Use fewer rows"):
        share.to_query(Case("multiclass", np.full((4000, 3), 0.1), np.zeros(4000)))
    assert len(share.to_query(Case("multiclass", np.full((2000, 3), 0.1), np.zeros(2000)))) < share.MAX_QUERY


# ------------------------------------------------------------------------------------------------------ bad links

BAD = {
    # link: the parts that the notices name, and the link without what is wrong
    "setup=softmax&z=1,2&y=1": (["setup"], "z=1,2&y=1"),
    "setup=&z=1,2": (["setup"], "z=1,2"),
    "setup=Binary&z=1,2": (["setup"], "z=1,2"),
    "z=a,b&y=1&T=2": (["z"], "y=1&T=2"),
    "z=&y=1": (["z"], "y=1"),
    "z=1,,2": (["z"], "names=cat,dog,fox"),
    "z=1,2;3&y=1": (["z"], "y=1"),
    "z=1,2;": (["z"], "names=cat,dog,fox"),
    "z=0x10,1": (["z"], "names=cat,dog,fox"),
    "z=1_000,1": (["z"], "names=cat,dog,fox"),
    "z=١,٢": (["z"], "names=cat,dog,fox"),
    "z=1e,2": (["z"], "names=cat,dog,fox"),
    f"z={','.join('0' * 21)}&T=2": (["z"], "T=2"),
    "z=1,2&y=2": (["y"], "z=1,2"),
    "z=1,2&y=-1": (["y"], "z=1,2"),
    "z=1,2&y=0.5": (["y"], "z=1,2"),
    "z=1,2&y=cat": (["y"], "z=1,2"),
    "z=1,2&y=": (["y"], "z=1,2"),
    "z=1,2&y=0,1,1": (["y"], "z=1,2"),
    "z=1,2;3,4&y=0": (["y"], "z=1,2;3,4"),
    "z=1,2&q=0.5,0.4": (["q"], "z=1,2"),
    "z=1,2&q=1.5,-0.5&T=2": (["q"], "z=1,2&T=2"),
    "z=1,2&q=1,0;1": (["q"], "z=1,2"),
    "z=1,2&q=1": (["q"], "z=1,2"),
    "z=1,2&q=0.5,0.5&y=1": (["q"], "z=1,2&q=0.5,0.5"),
    "z=1,2&q=0.5,0.5&ignore=1": (["ignore"], "z=1,2&q=0.5,0.5"),
    "setup=binary&z=1&q=1": (["q"], "setup=binary&z=1"),
    "setup=binary&z=1,2&y=1,2": (["y"], "setup=binary&z=1,2"),
    "setup=binary&z=1,2&y=1": (["y"], "setup=binary&z=1,2"),
    "setup=multilabel&z=1,2&y=1": (["y"], "setup=multilabel&z=1,2"),
    "setup=multilabel&z=1,2&y=nan,1": (["y"], "setup=multilabel&z=1,2"),
    "z=1,2&names=cat": (["names"], "z=1,2"),
    "z=1,2&names=cat,cat": (["names"], "z=1,2"),
    "z=1,2&names=cat,": (["names"], "z=1,2"),
    "z=1,2&names=": (["names"], "z=1,2"),
    f"z=1,2&names=cat,{'d' * 61}": (["names"], "z=1,2"),
    "z=1,2&names=cat,d%00g": (["names"], "z=1,2"),
    "z=1,2&names=cat,d%0Ag": (["names"], "z=1,2"),
    "z=1,2&names=cat,%E2%80%AEgod": (["names"], "z=1,2"),
    "z=1,2&w=1,2,3": (["w"], "z=1,2"),
    "z=1,2&w=1,-2": (["w"], "z=1,2"),
    "z=1,2&w=1,inf": (["w"], "z=1,2"),
    "z=1,2&pw=2": (["pw"], "z=1,2"),
    "setup=binary&z=1&pw=1,2": (["pw"], "setup=binary&z=1"),
    "z=1,2&ignore=0.5": (["ignore"], "z=1,2"),
    "z=1,2&ignore=1e400": (["ignore"], "z=1,2"),
    "z=1,2&y=7&ignore=seven": (["ignore", "y"], "z=1,2"),
    "z=1,2&smoothing=2": (["smoothing"], "z=1,2"),
    "z=1,2&smoothing=nan": (["smoothing"], "z=1,2"),
    "z=1,2&T=0": (["T"], "z=1,2"),
    "z=1,2&T=inf": (["T"], "z=1,2"),
    "z=1,2&T=": (["T"], "z=1,2"),
    "z=1,2&reduction=avg": (["reduction"], "z=1,2"),
    "z=1,2&unit=bans": (["unit"], "z=1,2"),
    "z=1,2&colour=red": (["'colour'"], "z=1,2"),
    "z=1,2&Z=3,4": (["'Z'"], "z=1,2"),
    "colour=red": (["'colour'"], ""),
    "hello": (["'hello'"], ""),
    "z=1,2&z=3,4": (["z"], "z=1,2"),
    "z=1,2&<script>alert(1)</script>": (["'<script>alert(1)</script>'"], "z=1,2"),
    f"z=1,2&{'k' * 400}=1": ([f"'{'k' * 27}...'"], "z=1,2"),
    f"z=1,2&T={'9' * 400}e999": (["T"], "z=1,2"),
    "setup=no&z=1,2&y=9&names=cat&w=-1&pw=1&smoothing=-1&T=-1&reduction=no&unit=no&x=1": (
        ["setup", "y", "names", "w", "pw", "smoothing", "T", "reduction", "unit", "'x'"],
        "z=1,2",
    ),
}


@pytest.mark.parametrize(
    ("query", "named", "rest"), [(query, *rest) for query, rest in BAD.items()], ids=range(len(BAD))
)
def test_a_bad_part_is_named_and_the_rest_kept(query: str, named: list[str], rest: str) -> None:
    case, notices = share.from_query(query)
    assert (case, []) == share.from_query(rest)
    assert len(notices) == len(named)
    for part in named:
        assert any(f" {part} " in notice for notice in notices), notices
    for notice in notices:
        assert re.fullmatch(r"[A-Z].{20,250}\.", notice)


def test_a_link_that_is_too_long() -> None:
    query = "z=" + ",".join(["0"] * 50_000)
    case, notices = share.from_query(query)
    assert case == CAT
    assert len(notices) == 1
    assert "100,001 characters" in notices[0]
    assert share.view_from_query(query, 1) == (View(), [])


# ----------------------------------------------------------------------------------------------- any text at all


def is_safe(text: str) -> None:
    case, notices = share.from_query(text)
    assert isinstance(case, Case)
    assert all(isinstance(notice, str) and notice.isprintable() and notice.endswith(".") for notice in notices)
    evaluate(case)
    query = share.to_query(case)
    assert share.from_query(query) == (case, [])
    view, problems = share.view_from_query(text, case.examples)
    assert 0 <= view.row < case.examples
    assert isinstance(view.large, bool)
    assert all(problem.isprintable() and problem.endswith(".") for problem in problems)


# fmt: off
KEYS = [
    "setup", "z", "y", "q", "names", "w", "pw", "ignore", "smoothing", "T", "reduction", "unit", "row", "size",
    "SETUP", "zz",
]
# fmt: on
PARTS = st.sampled_from(KEYS) | st.text(max_size=5)
VALUES = (
    st.sampled_from(
        ["multiclass", "binary", "multilabel", "1,2,3", "0", "nan", "inf,-inf", ";", ",", "1;2", "-0", "1e999"]
    )
    | st.text(max_size=20)
    | st.text("0123456789.,;-+einfa%&=\\ \0", max_size=20)
    | st.binary(max_size=8).map(lambda data: "".join(f"%{byte:02x}" for byte in data))
)
PIECES = st.sampled_from(
    ["%", "%f", "%ff", "%00", "&", "=", ";", ",", "\\", "-", "e", "nan", "\u2028", "\ud800", "🦊", "1e999"]
)


@settings(max_examples=150)
@given(st.text(st.characters()))
@example("\ud800")
@example("%")
@example("&&&===;;;,,,")
@example("z=%ff%fe&names=%ff,%fe,%fd")
@example("z=1;2;3;4&y=1")
@example("?" * 100)
def test_any_text_is_safe(text: str) -> None:
    is_safe(text)


@settings(max_examples=250)
@given(st.lists(st.tuples(PARTS, VALUES), max_size=8))
def test_any_parts_are_safe(parts: list[tuple[str, str]]) -> None:
    is_safe("&".join(f"{key}={value}" for key, value in parts))


@settings(max_examples=150)
@given(cases(), st.data())
def test_a_spoilt_link_is_safe(case: Case, data: st.DataObject) -> None:
    query = share.to_query(case)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(query)))
        end = min(len(query), start + data.draw(st.integers(0, 6)))
        query = query[:start] + data.draw(PIECES | st.text(max_size=4)) + query[end:]
    is_safe(query)


@pytest.mark.parametrize("piece", ["x", "&", "z=1&", "%", "%ff", "a=b&", ";", "z=1;", "🦊", "\0"])
@pytest.mark.parametrize("size", [31_000, 100_000])
def test_a_huge_link_is_safe(piece: str, size: int) -> None:
    text = piece * (size // len(piece))
    case, notices = share.from_query(text)
    assert isinstance(case, Case)
    assert all(len(notice) < 250 for notice in notices)
    assert len(notices) < 20


def test_of_many_stray_parts_a_few_are_named() -> None:
    case, notices = share.from_query("&".join(f"x{number}" for number in range(3000)) + "&z=1,2&y=2")
    assert case == Case("multiclass", [1, 2], 0)
    assert len(notices) == 12
    assert "'x9'" in notices[9]
    assert "2,990 more" in notices[10]
    assert "y was left at its default" in notices[11]


# ------------------------------------------------------------------------------------------------ row and size

VIEWS = {
    # what the link says, for three examples: the row from 0, large type, and which parts are bad
    "": (0, False, []),
    "row=1": (0, False, []),
    "row=3&size=large": (2, True, []),
    "size=normal": (0, False, []),
    "row=2&row=3": (1, False, []),
    "row=0": (0, False, ["row"]),
    "row=4": (0, False, ["row"]),
    "row=-1": (0, False, ["row"]),
    "row=": (0, False, ["row"]),
    "row=two&size=huge": (0, False, ["row", "size"]),
    "row=²": (0, False, ["row"]),
    "row=٢": (0, False, ["row"]),
    "row=1.0": (0, False, ["row"]),
    f"row={'9' * 5000}&size=large": (0, True, ["row"]),
    "size=": (0, False, ["size"]),
}


@pytest.mark.parametrize(("query", "row", "large", "named"), [(query, *rest) for query, rest in VIEWS.items()])
def test_view(query: str, row: int, large: bool, named: list[str]) -> None:
    view, notices = share.view_from_query(query, 3)
    assert view == View(row, large)
    assert [notice.split()[3] for notice in notices] == named


@pytest.mark.parametrize(
    ("view", "query"),
    [
        (View(), ""),
        (View(2), "&row=3"),
        (View(large=True), "&size=large"),
        (View(1, large=True), "&row=2&size=large"),
        (View(library="PyTorch", ends="logits"), "&library=PyTorch&ends=logits"),
        (View(library="a&b=c", cell="d e"), "&library=a%26b%3Dc&cell=d%20e"),
    ],
)
def test_view_to_query(view: View, query: str) -> None:
    assert share.view_to_query(view) == query
    assert share.view_from_query(query.lstrip("&"), 3) == (view, [])


@given(st.lists(st.tuples(st.text(min_size=1), st.text())))
def test_split_undoes_join(parts: list[tuple[str, str]]) -> None:
    assert share.split("?" + share.join(parts)) == parts


def test_join_leaves_lists_readable() -> None:
    assert share.join([("z", "1,2;3,4"), ("names", "a b,é")]) == "z=1,2;3,4&names=a%20b,%C3%A9"
