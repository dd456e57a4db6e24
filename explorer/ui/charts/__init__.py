"""Plotly figures on the page: drawn as plain SVG in place, and opened in Plotly itself when one is enlarged.

Each figure is the same dict for both. Plotly takes 6 to 10 ms to redraw a chart, however small, and 25 to 30 ms
through ``st.plotly_chart``, which rebuilds every changed chart from nothing: four of them are most of the wait after a
drag, and their library is 4.8 MB for each phone in a classroom. The drawing here knows just what ``explorer.figures``
uses, and takes about a millisecond.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import streamlit as st

from explorer.figures import Figure
from explorer.ui.component import component

_charts = component("explorer_charts", "charts/charts.js")


@dataclasses.dataclass(frozen=True)
class Chart:
    """A figure under its title, which is its accessible name too, with a sentence of plain text below it."""

    title: str
    figure: Figure
    note: str = ""


def chart_data(charts: list[Chart]) -> list[dict[str, Any]]:
    """Return charts as the relay's place "charts" takes them."""
    return [vars(chart) for chart in charts]


def show_charts(on_enlarge: Callable[[], None]) -> int | None:
    """Mount the charts, the relay's place "charts"; return the number of the one that was just clicked to enlarge."""
    index = _charts(key="charts", on_enlarge_change=on_enlarge).enlarge
    return index if isinstance(index, int) else None


def show_enlarged(chart: Chart) -> None:
    """Open Plotly's own chart over the page: zoom, read off, save as a picture."""
    st.dialog(chart.title, width="large")(_draw_enlarged)(chart)


def _draw_enlarged(chart: Chart) -> None:
    scale = 1.6
    layout = {**chart.figure["layout"], "height": 2 * chart.figure["layout"]["height"], "font": {"size": 12 * scale}}
    layout["margin"] = {side: scale * space for side, space in layout["margin"].items()}
    for axis in ("xaxis", "yaxis"):  # whose small type the page's theme for Plotly sets
        layout[axis] = {**layout[axis], "tickfont": {"size": 12 * scale}}
    traces = [
        {**trace, "textfont": {"size": scale * trace.get("textfont", {"size": 12})["size"]}}
        if "text" in trace
        else trace
        for trace in chart.figure["data"]
    ]
    st.plotly_chart({"data": traces, "layout": layout}, key="enlarged", config={"displaylogo": False}, alt=chart.title)
