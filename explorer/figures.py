"""A breakdown as Plotly figures: plain dicts in Plotly's own schema, cheap to build, validated by the tests.

Colours of text, grid and background are left to the page's theme. Names are escaped; they may hold anything.
An infinite value is drawn as infinite: a hatched bar to the edge, or a triangle at the edge with its number.
"""

from __future__ import annotations

import functools
import html
from typing import Any

import numpy as np

from explorer.breakdown import Breakdown
from explorer.case import Setup
from explorer.explain import gradient_sentences, number, plotly_text, shortened, signed
from explorer.numerics import Array, cross_entropy
from explorer.palette import DIVERGENCE, ENTROPY, NEUTRAL, colours

Figure = dict[str, Any]

_CLEAR = "rgba(0,0,0,0)"
_HIGHEST_LABEL = 1.03  # as a share of the chart
_LETTER = 0.021  # ... of its width, at the usual size of a chart
_MOST_LABELS = 6  # more names than this on a chart hide each other; the rest show on hover
_CURVE_RIGHT = 1.06  # where the chart of the curve ends
_SMALLEST_P = 1e-6  # ... and where the curve begins
_CURVE_P = np.geomspace(_SMALLEST_P, 1.0, 80).round(7)  # in equal ratios no chord is seen to be straight
_CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(0.75)]])
_CONTOUR_STEPS = np.array([0.05, 0.2, 0.5, 1.0, 2.0])  # nats above the lowest loss
_RAYS = np.linspace(0.0, 2.0 * np.pi, 121)


def _figure(traces: list[dict[str, Any]], height: int, margin: dict[str, int] | None = None, **layout: Any) -> Figure:
    """Put traces into a figure that is cheap to redraw: fixed margins, and texts as traces, not as annotations."""
    return {
        "data": traces,
        "layout": {
            "height": height,
            "margin": margin or {"l": 8, "r": 8, "t": 8, "b": 8},
            "paper_bgcolor": _CLEAR,
            "plot_bgcolor": _CLEAR,
            "showlegend": False,
            "hovermode": "closest",
            "dragmode": False,
            **layout,
        },
    }


def _axis(**settings: Any) -> dict[str, Any]:
    return {"fixedrange": True, "zeroline": False, "showgrid": False, "automargin": False, **settings}


def _texts(texts: list[str], x: list[float], y: list[float], where: list[str], size: int = 12) -> dict[str, Any]:
    """Texts at points of the chart; an annotation each would take several times as long to draw."""
    return {
        "type": "scatter",
        "mode": "text",
        "text": texts,
        "x": x,
        "y": y,
        "textposition": where,
        "textfont": {"size": size},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def sources(breakdown: Breakdown, row: int) -> Figure:
    """Draw where the loss of one example comes from: H(q) and KL(q || p) stacked, the floor marked.

    Unweighted, in the case's unit. An infinite divergence is hatched to the edge; with nan there is no bar.
    """
    entropy, kl = float(breakdown.entropy[row]), float(breakdown.kl[row])
    total = float(breakdown.cross_entropy[row])
    outcomes = 2 if breakdown.case.setup is not Setup.MULTICLASS else breakdown.case.classes
    terms = breakdown.case.classes if breakdown.case.setup is Setup.MULTILABEL else 1
    uniform = terms * np.log(outcomes) * breakdown.case.unit.per_nat
    edge = 1.3 * min(max(total if np.isfinite(total) else 0.0, entropy, uniform), 1e308)
    shown = 0.0 if np.isnan(kl) else max(0.0, min(kl, edge - entropy))
    infinite = np.isinf(kl)
    bars = [
        _bar([entropy], [0.0], ENTROPY, f"entropy H(q) = {number(entropy)}"),
        _bar([shown], [0.0], DIVERGENCE, f"divergence KL(q‖p) = {number(kl)}", "/" if infinite else ""),
    ]
    marks = [(uniform, f"uniform guess {number(uniform)}")]
    if entropy > 0.0:
        marks.append((entropy, f"floor H(q) {number(entropy)}"))
    split = f"H(q) {number(entropy)} + KL(q‖p) {number(kl)} = <b>{number(total)}</b>"
    return _figure(
        [
            *bars,
            *_marks(marks, entropy + shown, edge),
            _texts([split], [0.0], [0.9], ["middle right"], 14),
        ],
        150 + 18 * len(marks),
        barmode="stack",
        bargap=0.0,
        xaxis=_axis(range=[0, edge or 1.0], visible=False),
        yaxis=_axis(range=[-0.6 - 0.4 * len(marks), 1.15], visible=False),
    )


def _marks(marks: list[tuple[float, str]], end: float, edge: float) -> list[dict[str, Any]]:
    """Mark places on a bar that ends at ``end`` of ``edge``: a line each, broken where the bar is, and below it a text.

    The text of the right one stands higher and may reach over its line: so no line of one goes through the other.
    """
    marks = sorted(marks, reverse=True)
    if marks[-1][0] > 0.6 * edge:  # no room between the left one and the edge
        marks.reverse()
    points, starts = [], []
    for place, (x, text) in enumerate(marks):
        bottom = -0.6 - 0.4 * place
        points += [[x, 0.6], [x, 0.35], [np.nan] * 2, [x, -0.35]] if x < end else [[x, 0.6]]
        points += [[x, bottom], [np.nan] * 2]
        others = [other for other, _ in marks[place + 1 :] if other < x]
        starts.append(max(0.0, min(x, edge * (1.0 - _LETTER * len(text))), *(other + 0.02 * edge for other in others)))
    below = [-0.74 - 0.4 * place for place in range(len(marks))]
    notes = _texts([text for _, text in marks], starts, below, ["middle right"] * len(marks))
    return [_path(np.array(points), NEUTRAL, 1.5, "dot"), notes]


def _bar(
    x: list[float],
    y: list[float],
    colour: str | list[str],
    hover: str | list[str],
    pattern: str = "",
    thickness: float = 0.66,
) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "x": x,
        "y": y,
        "width": thickness,
        "marker": {"color": colour, "pattern": {"shape": pattern}},
        "hovertext": hover,
        "hoverinfo": "text",
    }


def curve(breakdown: Breakdown, row: int) -> Figure:
    """Draw -log p against p with a point for each class; multi-label: p of what each label says.

    In the case's unit. What lies above the top of the chart is a triangle at its edge, with its number.
    """
    case = breakdown.case
    nll = breakdown.nll[row]
    unit = case.unit.per_nat
    p = np.exp(-nll / unit)
    labelled = breakdown.target_distribution[row] > 0.0 if case.setup is Setup.MULTICLASS else np.ones(len(nll), bool)
    if case.setup is Setup.BINARY:
        labelled = breakdown.target_distribution[row] == breakdown.target_distribution[row].max()
    finite = nll[np.isfinite(nll)]
    top = float(np.clip(1.2 * float(finite.max(initial=0.0)), 3.5 * unit, 9.0 * unit))
    above = nll > top
    heights = np.where(above, 0.97 * top, nll)
    names = [plotly_text(name) for name in case.names]
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": _gaps(p),
        "y": _gaps(heights),
        "marker": {
            "color": list(colours(len(nll))),
            "size": [14 if on else 9 for on in labelled],
            "symbol": ["triangle-up" if up else "circle" for up in above],
            "line": {"width": 1.5, "color": "white"},
        },
        "hovertext": [f"{name}: p = {number(x)}, loss {number(y)}" for name, x, y in zip(names, p, nll, strict=True)],
        "hoverinfo": "text",
        "cliponaxis": False,
    }
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": _CURVE_P.tolist(),
        "y": (0.0 - np.log(_CURVE_P) * unit).tolist(),
        "line": {"color": NEUTRAL, "width": 2},
        "hoverinfo": "skip",
    }
    return _figure(
        [line, points, _point_labels(case.names, p, heights, nll, top, unit, labelled)],
        250,
        {"l": 26, "r": 10, "t": 8, "b": 26},
        xaxis=_axis(
            range=[-0.02, _CURVE_RIGHT],
            tickvals=[0, 0.25, 0.5, 0.75, 1],
            ticktext=["p = 0", "0.25", "0.5", "0.75", "p = 1"],
        ),
        yaxis=_axis(range=[-0.04 * top, top], showgrid=True, nticks=5),
    )


def _point_labels(
    names: tuple[str, ...], p: Array, heights: Array, nll: Array, top: float, unit: float, labelled: Array
) -> dict[str, Any]:
    """Label the points, of many the target's and the likeliest; those that share a place share a label."""
    groups: list[list[int]] = []
    for k in np.lexsort((p, np.logical_not(labelled))):
        if np.isnan(p[k]):
            continue
        near = (g for g in groups if abs(p[k] - p[g[0]]) < 0.03 and abs(heights[k] - heights[g[0]]) < 0.08 * top)
        if group := next(near, None):
            group.append(int(k))
        else:
            groups.append([int(k)])
    groups = sorted(groups, key=lambda group: (not labelled[group[0]], -p[group[0]]))[:_MOST_LABELS]
    groups.sort(key=lambda group: heights[group[0]])  # the lower one first: what is lifted stays in this order
    first = [group[0] for group in groups]
    texts = []
    for group in groups:
        length = 18 if len(group) == 1 else 10
        listed = ", ".join(plotly_text(shortened(names[k], length)) for k in group[:2])
        numbers = dict.fromkeys(number(nll[k]) for k in sorted(group, key=lambda k: nll[k]))
        between = "–".join([*numbers][:: max(1, len(numbers) - 1)])
        texts.append(listed + (f" +{len(group) - 2}" if len(group) > 2 else "") + f" {between}")
    lefts, middles = _apart(p[first], heights[first] / top, [len(html.unescape(text)) for text in texts], top / unit)
    # The spaces keep the text clear of its point.
    return _texts([f"  {text}  " for text in texts], lefts, [y * top for y in middles], ["middle right"] * len(texts))


def _apart(p: Array, heights: Array, lengths: list[int], nats: float) -> tuple[list[float], list[float]]:
    """Return where each label begins and how high it stands: clear of the curve and of the labels before it.

    Heights are shares of the chart, which is ``nats`` high. A label begins at its point, or further left where there is
    no room for it; one that would leave the chart at its top goes below those that it would cover.
    """
    line = 0.085  # of the chart's height, at its usual size
    placed: list[tuple[float, float, float]] = []
    for x, height, length in zip(p.tolist(), heights.tolist(), lengths, strict=True):
        width = _LETTER * (length + 2)
        left = max(_SMALLEST_P, min(x, _CURVE_RIGHT - width))
        beside = [y for other, end, y in placed if left < end and left + width > other]
        start = height + 0.05 if left >= x else max(height + 0.1, -np.log(left) / nats + 0.05)
        y, step = start, 0.01
        while any(abs(y - other) < line for other in beside):
            y += step
            if y > _HIGHEST_LABEL and step > 0.0:
                y, step = start, -step
        placed.append((left, left + width, y))
    return [left for left, _, _ in placed], [y for _, _, y in placed]


def gradient(breakdown: Breakdown, row: int) -> Figure:
    """Draw the gradient of the loss by each logit of one example: signed bars, with what each asks for."""
    case = breakdown.case
    slopes = np.atleast_1d(breakdown.gradient[row])
    names = case.names[1:] if case.setup is Setup.BINARY else case.names
    palette = colours(case.classes)[1:] if case.setup is Setup.BINARY else colours(case.classes)
    finite = np.nan_to_num(slopes, nan=0.0, posinf=0.0, neginf=0.0)
    size = float(np.abs(finite).max(initial=0.0)) or 1.0
    places = list(range(len(slopes)))
    sentences = gradient_sentences(breakdown, row)
    if len(slopes) <= _MOST_LABELS:
        row_height, thickness, bars = 46, 0.42, [place + 0.16 for place in places]
        words = _texts(
            sentences, [-size] * len(places), [place - 0.29 for place in places], ["middle right"] * len(places)
        )
    else:  # no room for a sentence above each bar: its number beside it, across the zero
        row_height, thickness, bars = 22, 0.7, [float(place) for place in places]
        numbers = [f" {signed(float(slope))} " for slope in slopes]
        sides = ["middle left" if slope > 0.0 else "middle right" for slope in finite]
        words = _texts(numbers, [0.0] * len(places), bars, sides)
    short = [plotly_text(shortened(name, 12)) for name in names]
    hover = [f"{plotly_text(name)}: {sentence}" for name, sentence in zip(names, sentences, strict=True)]
    return _figure(
        [_bar(finite.tolist(), bars, list(palette), hover, thickness=thickness), words],
        row_height * len(slopes) + 40,
        {"l": 88, "r": 8, "t": 4, "b": 26},
        xaxis=_axis(range=[-size, size], nticks=5, showgrid=True, zeroline=True, zerolinecolor=NEUTRAL),
        yaxis=_axis(tickvals=places, ticktext=short, range=[len(slopes) - 0.5, -0.55]),
    )


def simplex(breakdown: Breakdown, row: int) -> Figure:
    """Draw p and q of one three-class example on the triangle of all distributions, with contours of the loss.

    The contours are the unweighted cross-entropy H(q, p), at fixed steps above its lowest value H(q).
    Raises ValueError where there are not three classes.
    """
    case = breakdown.case
    if case.setup is not Setup.MULTICLASS or case.classes != 3:
        raise ValueError("The simplex is drawn for three classes.")
    p, q = breakdown.probabilities[row], breakdown.target_distribution[row]
    names = [plotly_text(shortened(name, 14)) for name in case.names]
    p_finite = bool(np.isfinite(p).all()) and q.sum() > 0
    gap = np.full((1, 2), np.nan)
    lines = [_CORNERS, _CORNERS[:1]]
    if p_finite:
        lines.extend(part for points in _contours(*q.tolist()) for part in (gap, points))
    traces = [_path(np.vstack(lines), NEUTRAL, 1.2)]
    if p_finite:
        at = np.stack([p, q]) @ _CORNERS
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers+text",
                "x": at[:, 0].tolist(),
                "y": at[:, 1].tolist(),
                "line": {"color": DIVERGENCE, "width": 2, "dash": "dot"},
                "marker": {
                    "size": [13, 15],
                    "color": [DIVERGENCE, _CLEAR],
                    "line": {"width": 2.5, "color": [_CLEAR, ENTROPY]},
                },
                "text": [" <b>p</b>", "<b>q</b> "],
                "textposition": ["middle right", "middle left"],
                "hovertext": [
                    f"{what} = ({', '.join(number(v) for v in values)})" for what, values in (("p", p), ("q", q))
                ],
                "hoverinfo": "text",
                "cliponaxis": False,
            }
        )
    traces.append(
        _texts(names, [0.0, 1.0, 0.5], [-0.09, -0.09, 0.97], ["middle center", "middle center", "middle center"])
    )
    return _figure(
        traces,
        250,
        xaxis=_axis(visible=False, range=[-0.12, 1.12]),
        yaxis=_axis(visible=False, range=[-0.12, 1.0], scaleanchor="x"),
    )


def _gaps(values: Array) -> list[float | None]:
    """As JSON has them: what has no value is null, a gap in the line."""
    return [float(value) if np.isfinite(value) else None for value in values]


def _path(points: Array, colour: str, width: float, dash: str = "solid") -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": _gaps(points[:, 0].round(4)),
        "y": _gaps(points[:, 1].round(4)),
        "line": {"color": colour, "width": width, "dash": dash},
        "hoverinfo": "skip",
    }


@functools.lru_cache(maxsize=128)
def _contours(*target: float) -> tuple[Array, ...]:
    """Return each contour of H(q, p) as points (R, 2); where it leaves the triangle there is nan, a gap in the line.

    They depend on the target alone, so a drag of the logits computes them once. The loss rises along every ray from its
    lowest point p = q: bisection along each finds where it passes a level.
    """
    q = np.array(target)
    origin = q @ _CORNERS
    directions = np.stack([np.cos(_RAYS), np.sin(_RAYS)], axis=1)
    to_weights = np.linalg.inv(np.column_stack([_CORNERS, np.ones(3)]))
    steps = np.column_stack([directions, np.zeros(len(_RAYS))]) @ to_weights  # change of p along each ray
    start = np.append(origin, 1.0) @ to_weights
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = np.where(steps < -1e-12, -start / steps, np.inf).min(axis=1)  # how far the triangle goes
    reach = np.clip(reach, 0.0, 2.0)

    def loss(distance: Array) -> Array:
        inside = np.clip(start + distance[..., np.newaxis] * steps, 0.0, 1.0)
        with np.errstate(divide="ignore"):
            return cross_entropy(q, np.log(inside))

    levels = cross_entropy(q, np.log(np.where(q > 0, q, 1.0))) + _CONTOUR_STEPS
    low = np.zeros((len(levels), len(_RAYS)))
    high = np.broadcast_to(reach, low.shape).copy()
    reached = loss(high) >= levels[:, np.newaxis]
    for _ in range(30):
        middle = (low + high) / 2.0
        over = loss(middle) >= levels[:, np.newaxis]
        low, high = np.where(over, low, middle), np.where(over, middle, high)
    points = origin + high[..., np.newaxis] * directions
    points[~reached] = np.nan
    return tuple(line for line in points if np.isfinite(line).any())
