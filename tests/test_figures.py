"""Every figure is valid Plotly and strict JSON, draws infinity as such, and shows outside names as plain text."""

import json
import math
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import HOSTILE, cases

from explorer import Breakdown, Case, Setup, evaluate, figures, palette
from explorer.numerics import cross_entropy, entropy
from explorer.presets import PRESETS

INF, NAN = math.inf, math.nan
M, B, L = "multiclass", "binary", "multilabel"
CAT = Case(M, [2, 1, 0.1], 0, ["cat", "dog", "fox"])
CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, math.sqrt(0.75)]])
FIGURES: dict[str, Callable[[Breakdown, int], figures.Figure]] = {
    "sources": figures.sources,
    "curve": figures.curve,
    "gradient": figures.gradient,
    "simplex": figures.simplex,
}


def drawn(case: Case, row: int) -> dict[str, figures.Figure]:
    """Every figure that there is of one example."""
    b = evaluate(case)
    three = case.setup is Setup.MULTICLASS and case.classes == 3
    return {name: draw(b, row) for name, draw in FIGURES.items() if three or name != "simplex"}


def strings(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list | tuple):
        for child in part.values() if isinstance(part, dict) else part:
            yield from strings(child)


def is_sound(figure: figures.Figure) -> None:
    assert json.loads(json.dumps(figure, allow_nan=False)) == figure
    for text in strings(figure):
        # Tags of our own are bold; of an outside name neither tags, entities, templates nor TeX are left.
        bare = text.replace("<b>", "").replace("</b>", "")
        assert not re.search(r"[<>$]|%\{|&(?!(amp|lt|gt|#36|#123);)", bare), text
    for axis in ("xaxis", "yaxis"):
        low, high = figure["layout"][axis]["range"]
        assert math.isfinite(low)
        assert math.isfinite(high)
        assert low != high


EXTREMES = {
    "a masked class": Case(M, [2, 1, -INF], 0),
    "a masked label": Case(M, [2, 1, -INF], 2),
    "a masked label in bits": Case(M, [2, 1, -INF], 2, unit="bits"),
    "+inf": Case(M, [INF, 0, 0], 0),
    "all -inf": Case(M, [-INF] * 3, 0),
    "nan": Case(M, [NAN, 0, 0], 0),
    "a loss of 1e9": Case(M, [1e9, 0, 0], 1),
    "the largest loss": Case(M, [1.7e308, 0, 0], 1),
    "a loss beyond the range": Case(M, [1.7e308, -1.7e308, 0], 1),
    "a soft target": Case(M, [2, 1, 0.1], [0.7, 0.2, 0.1]),
    "a soft target in a corner": Case(M, [2, 1, 0.1], [0.999, 0.001, 0]),
    "ignored": Case(M, [[2, 1, 0.1]] * 2, [-100, 0]),
    "everything ignored": Case(M, [[2, 1, 0.1]] * 2, [-100, -100]),
    "one class": Case(M, [5.0], 0),
    "twenty classes": Case(M, np.linspace(-5, 5, 20), 3),
    "twenty alike": Case(M, np.zeros(20), 3),
    "cold": Case(M, [2, 1, 0.1], 0, temperature=1e-300),
    "hot": Case(M, [2, 1, 0.1], 0, temperature=1e300),
    "no weight": Case(M, [2, 1, 0.1], 0, weight=0),
    "binary, certain and wrong": Case(B, INF, 0),
    "binary, nan": Case(B, NAN, 0),
    "multi-label, certain and wrong": Case(L, [INF, 0, NAN], [0, 1, 1]),
    "one label": Case(L, [0.5], [1]),
    "twenty labels": Case(L, np.linspace(-5, 5, 20), [1, 0] * 10),
}


@pytest.mark.parametrize("case", EXTREMES.values(), ids=EXTREMES)
def test_an_extreme_case_in_every_figure(case: Case) -> None:
    for figure in drawn(case, 0).values():
        is_sound(figure)
        go.Figure(figure)  # raises for anything that Plotly does not know


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.title)
def test_every_row_of_every_preset_in_every_figure(preset: Any) -> None:
    for row in range(preset.case.examples):
        for figure in drawn(preset.case, row).values():
            is_sound(figure)
            go.Figure(figure)


@settings(max_examples=150)
@given(cases(), st.data())
def test_any_case_in_every_figure(case: Case, data: st.DataObject) -> None:
    for figure in drawn(case, data.draw(st.integers(0, case.examples - 1))).values():
        is_sound(figure)


# --------------------------------------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    "name", [*HOSTILE, "<b>x", "&lt;b&gt;", "<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "$$$$$$$$$$$$$$$$$$$$$$"]
)
@pytest.mark.parametrize("setup", Setup)
def test_a_hostile_name_is_only_a_name(name: str, setup: Setup) -> None:
    targets = {Setup.MULTICLASS: 0, Setup.BINARY: 1, Setup.MULTILABEL: [1, 0, 1]}[setup]
    logits = 1.0 if setup is Setup.BINARY else [2.0, 1.0, 0.1]
    names = [name, f"not {name}"] if setup is Setup.BINARY else [name, "other", f"{name}."]
    for figure in drawn(Case(setup, logits, targets, names), 0).values():
        is_sound(figure)


# ------------------------------------------------------------------------------------------------------- sources


def bars(figure: figures.Figure) -> list[dict[str, Any]]:
    return [trace for trace in figure["data"] if trace["type"] == "bar"]


def written(figure: figures.Figure) -> str:
    return "\n".join(strings([trace.get("text", "") for trace in figure["data"]]))


@pytest.mark.parametrize("unit", ["nats", "bits"])
def test_sources_are_stacked_to_the_loss(unit: str) -> None:
    case = Case(M, [2, 1, 0.1], [0.7, 0.2, 0.1], unit=unit)
    b, figure = evaluate(case), figures.sources(evaluate(case), 0)
    entropy_bar, kl_bar = bars(figure)
    assert entropy_bar["x"] == [b.entropy[0]]
    assert kl_bar["x"] == [b.kl[0]]
    assert figure["layout"]["barmode"] == "stack"
    assert figure["layout"]["xaxis"]["range"][1] > b.cross_entropy[0]
    text = written(figure)
    for words in ("H(q)", "KL(q‖p)", "uniform guess", "floor"):
        assert words in text


SOURCES = {
    # case: the length of the divergence's bar as a share of the chart, and its pattern
    "finite": (CAT, 0.417030 / (1.3 * math.log(3.0)), ""),
    "infinite": (Case(M, [2, 1, -INF], 2), 1.0, "/"),
    "infinite above a floor": (Case(M, [2, 1, -INF], [0.5, 0, 0.5]), 1.0 - 1.0 / 1.3 * math.log(2) / math.log(3), "/"),
    "nan": (Case(M, [NAN, 1, 0], 0), 0.0, ""),
    "nothing": (Case(M, [5.0], 0), 0.0, ""),
}


@pytest.mark.parametrize(("case", "share", "pattern"), SOURCES.values(), ids=SOURCES)
def test_an_infinite_divergence_is_hatched_to_the_edge(case: Case, share: float, pattern: str) -> None:
    figure = figures.sources(evaluate(case), 0)
    bar = bars(figure)[1]
    assert bar["marker"]["pattern"]["shape"] == pattern
    assert bar["x"][0] / figure["layout"]["xaxis"]["range"][1] == pytest.approx(share, abs=1e-6)
    assert ("∞" in written(figure)) == bool(pattern)


# --------------------------------------------------------------------------------------------------------- curve


def points(figure: figures.Figure) -> dict[str, Any]:
    return next(trace for trace in figure["data"] if trace["mode"] == "markers")


@pytest.mark.parametrize("unit", ["nats", "bits"])
def test_the_points_lie_on_the_curve(unit: str) -> None:
    case = Case(M, [2, 1, 0.1], 0, ["cat", "dog", "fox"], unit=unit)
    b, figure = evaluate(case), figures.curve(evaluate(case), 0)
    line = figure["data"][0]
    per_nat = case.unit.per_nat
    np.testing.assert_allclose(line["y"], -np.log(line["x"]) * per_nat, rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(points(figure)["x"], b.probabilities[0], rtol=1e-14)
    np.testing.assert_allclose(points(figure)["y"], b.nll[0], rtol=1e-14)
    assert points(figure)["marker"]["size"] == [14, 9, 9]  # the label stands out
    assert {"nats": "cat 0.4170", "bits": "cat 0.6016"}[unit] in written(figure)


CURVES = {
    # case: the symbol of each class
    "all on the chart": (CAT, ["circle"] * 3),
    "infinite": (Case(M, [2, 1, -INF], 0), ["circle", "circle", "triangle-up"]),
    "too far up": (Case(M, [0, 0, -50], 0), ["circle", "circle", "triangle-up"]),
    "binary": (Case(B, INF, 0), ["triangle-up", "circle"]),
    "multi-label": (Case(L, [INF, -INF], [0, 0]), ["triangle-up", "circle"]),
}


@pytest.mark.parametrize(("case", "symbols"), CURVES.values(), ids=CURVES)
def test_what_is_above_the_chart_is_a_triangle_at_its_edge(case: Case, symbols: list[str]) -> None:
    b, figure = evaluate(case), figures.curve(evaluate(case), 0)
    drawn_points = points(figure)
    assert drawn_points["marker"]["symbol"] == symbols
    bottom, top = figure["layout"]["yaxis"]["range"]
    for y, nll, symbol in zip(drawn_points["y"], b.nll[0], symbols, strict=True):
        assert bottom < y < top
        assert (y < nll) == (symbol == "triangle-up")
    assert ("∞" in "".join(drawn_points["hovertext"])) == bool(np.isinf(b.nll).any())


def test_nan_is_not_drawn() -> None:
    figure = figures.curve(evaluate(Case(M, [NAN, 1.0], 0)), 0)
    assert points(figure)["x"] == points(figure)["y"] == [None, None]
    assert all("nan" in text for text in points(figure)["hovertext"])


@pytest.mark.parametrize("label", range(20))
def test_the_label_has_its_text_among_many_classes(label: int) -> None:
    figure = figures.curve(evaluate(Case(M, np.linspace(-5, 5, 20), label)), 0)
    assert any(re.match(rf"  class {label}\b", text) for text in figure["data"][-1]["text"])


def test_points_that_share_a_place_share_a_label_that_is_true_of_each() -> None:
    b = evaluate(Case(M, [2, 1, 0.1, 0.3, 0.3], [0.1, 0.2, 0.3, 0.2, 0.2]))
    assert [f"{nll:.4f}" for nll in b.nll[0]] == ["0.6328", "1.6328", "2.5328", "2.3328", "2.3328"]
    labels = [text.strip() for text in figures.curve(b, 0)["data"][-1]["text"]]
    assert labels == ["class 0 0.6328", "class 1 1.6328", "class 2, class 3 +1 2.3328–2.5328"]


def test_labels_stand_in_the_order_of_their_points() -> None:
    for label in range(20):
        labels = figures.curve(evaluate(Case(M, np.linspace(-4, 4, 20), label)), 0)["data"][-1]
        lowest = [float(re.split(r"[ –]", text.strip())[-1]) for text in labels["text"]]
        assert np.argsort(lowest).tolist() == np.argsort(labels["y"]).tolist()


@settings(max_examples=300)
@given(
    st.lists(st.floats(-12, 12), min_size=2, max_size=20), st.sampled_from([M, L]), st.sampled_from(["nats", "bits"])
)
def test_labels_stay_within_the_chart_off_each_other_and_off_the_line(z: list[float], setup: str, unit: str) -> None:
    case = Case(setup, z, 0 if setup == M else [1] * len(z), unit=unit)
    figure = figures.curve(evaluate(case), 0)
    labels = figure["data"][-1]
    right, top = figure["layout"]["xaxis"]["range"][1], figure["layout"]["yaxis"]["range"][1]
    boxes: list[tuple[float, float, float]] = []
    for text, left, y in zip(labels["text"], labels["x"], labels["y"], strict=True):
        end = left + 0.02 * len(text.strip())
        assert 0.0 <= left < end <= right
        assert y <= 1.1 * top
        for other_left, other_right, other_y in boxes:
            assert left >= other_right or end <= other_left or abs(y - other_y) > 0.08 * top
        if y < top and not any(left < other_right and end > other_left for other_left, other_right, _ in boxes):
            assert y > -np.log(left + 0.02) * case.unit.per_nat + 0.03 * top  # the text begins right of where it is put
        boxes.append((left, end, y))


# ------------------------------------------------------------------------------------------------------ gradient

GRADIENTS = {
    "multi-class": (CAT, ["cat", "dog", "fox"]),
    "binary: its one logit": (Case(B, 1.5, 1, ["ham", "spam"]), ["spam"]),
    "multi-label": (Case(L, [1, 2], [0, 1], ["a", "b"]), ["a", "b"]),
    "a long name": (Case(M, [1, 2], 0, ["a name that goes on", "b"]), ["a name…es on", "b"]),
}


@pytest.mark.parametrize(("case", "names"), GRADIENTS.values(), ids=GRADIENTS)
def test_gradient(case: Case, names: list[str]) -> None:
    b, figure = evaluate(case), figures.gradient(evaluate(case), 0)
    (bar,) = bars(figure)
    assert bar["x"] == np.atleast_1d(b.gradient[0]).tolist()
    assert figure["layout"]["yaxis"]["ticktext"] == names
    all_colours = list(palette.colours(case.classes))
    assert bar["marker"]["color"] == (all_colours[1:] if case.setup is Setup.BINARY else all_colours)
    assert all("this logit" in text for text in bar["hovertext"])


def test_many_classes_have_low_rows_with_their_numbers_across_the_zero() -> None:
    b = evaluate(Case(M, np.linspace(-5, 5, 20), 3))
    figure = figures.gradient(b, 0)
    assert figure["layout"]["height"] <= 500
    words = figure["data"][1]
    assert words["x"] == [0.0] * 20
    assert [side == "middle left" for side in words["textposition"]] == (b.gradient[0] > 0.0).tolist()


def test_names_that_begin_alike_are_told_apart() -> None:
    names = [f"class with a long name {k}" for k in range(3)]
    b = evaluate(Case(M, [2, 1, 0.1], 0, names))
    assert len(set(figures.gradient(b, 0)["layout"]["yaxis"]["ticktext"])) == 3
    assert len({text.rsplit(maxsplit=1)[0] for text in figures.curve(b, 0)["data"][-1]["text"]}) == 3


# ------------------------------------------------------------------------------------------------------- simplex


def barycentric(x: list[float | None], y: list[float | None]) -> np.ndarray:
    xy = np.array([[np.nan if value is None else value for value in row] for row in (x, y)])
    return np.linalg.solve(np.vstack([CORNERS.T, np.ones(3)]), np.vstack([xy, np.ones(xy.shape[1])])).T


def loss_at(q: np.ndarray, p: np.ndarray) -> Any:
    with np.errstate(divide="ignore"):
        return cross_entropy(q, np.log(np.clip(p, 0.0, None)))


TARGETS = [[1, 0, 0], [0, 0, 1], [0.5, 0.5, 0], [0.7, 0.2, 0.1], [1 / 3, 1 / 3, 1 / 3], [0.98, 0.01, 0.01]]


@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_the_contours_lie_on_their_levels(target: list[float]) -> None:
    case = Case(M, [2, 1, 0.1], [q / sum(target) for q in target])
    b = evaluate(case)
    q = b.target_distribution[0]
    line = figures.simplex(b, 0)["data"][0]
    breaks = [place for place, x in enumerate(line["x"]) if x is None]
    contours = barycentric(line["x"], line["y"])[breaks[0] :]
    contours = contours[np.isfinite(contours).all(axis=1)]
    assert len(contours) > 100
    assert contours.min() > -2e-4  # inside the triangle, but for the rounding of a pixel's hundredth
    levels = entropy(q) + np.array([0.05, 0.2, 0.5, 1.0, 2.0])
    # Coordinates have four decimals: among the points that close to it are some on either side of the level.
    toward = 3.0 * np.eye(3) - 1.0
    around = 1e-4 * np.vstack([toward, -toward, toward - toward[[1, 2, 0]], toward[[1, 2, 0]] - toward]) / 3.0
    losses = loss_at(q, contours[:, None] + around)
    on = (losses.min(axis=1)[:, None] <= levels) & (levels <= losses.max(axis=1)[:, None])
    assert on.any(axis=1).all()
    inner = contours.min(axis=1) > 0.02  # the levels run together where the loss is steep
    assert (on[inner].sum(axis=1) == 1).all()
    assert on.any(axis=0).sum() >= 4  # not all of them need to fit into the triangle


def test_p_and_q_are_where_they_belong() -> None:
    b = evaluate(Case(M, [2, 1, 0.1], [0.7, 0.2, 0.1], ["cat", "dog", "fox"]))
    figure = figures.simplex(b, 0)
    marks = figure["data"][1]
    np.testing.assert_allclose(barycentric(marks["x"], marks["y"]), [b.probabilities[0], [0.7, 0.2, 0.1]], atol=1e-12)
    assert [re.sub(r"</?b>|\s", "", text) for text in marks["text"]] == ["p", "q"]
    names = figure["data"][2]
    assert names["text"] == ["cat", "dog", "fox"]
    at = np.column_stack([names["x"], names["y"]])
    assert (np.linalg.norm(at[:, None] - CORNERS, axis=2).argmin(axis=1) == [0, 1, 2]).all()


def test_without_a_prediction_there_is_only_the_triangle() -> None:
    for case in (Case(M, [NAN, 0, 0], 0), Case(M, [[1, 2, 3]], [-100])):
        figure = figures.simplex(evaluate(case), 0)
        np.testing.assert_allclose(
            np.column_stack([figure["data"][0]["x"], figure["data"][0]["y"]]), [*CORNERS, CORNERS[0]], atol=1e-4
        )
        assert [trace["mode"] for trace in figure["data"]] == ["lines", "text"]


@pytest.mark.parametrize(
    "case", [Case(M, [1, 2], 0), Case(M, [1, 2, 3, 4], 0), Case(B, 1, 1), Case(L, [1, 2, 3], [1, 0, 0])]
)
def test_a_simplex_has_three_classes(case: Case) -> None:
    with pytest.raises(ValueError, match="three classes"):
        figures.simplex(evaluate(case), 0)


# ------------------------------------------------------------------------------------------------------- palette


def test_each_of_twenty_classes_has_a_colour() -> None:
    colours = palette.colours(20)
    assert len(set(colours)) == 20
    assert all(re.fullmatch(r"#[0-9A-F]{6}", colour) for colour in colours)
    assert palette.colours(3) == colours[:3]
    assert palette.colours(21)[20] == colours[0]
