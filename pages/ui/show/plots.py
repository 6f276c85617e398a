"""Charts of a few vectors."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from pages.ui.colours import colours
from pages.ui.numbers import number, subscript
from pages.ui.state import on_projector
from pages.ui.text import plain_text, t

STILL = {"displayModeBar": False, "staticPlot": True}
TURNING = {"displayModeBar": False}  # its buttons are in English, and dragging needs none of them
MOST_BARS = 200  # pairs that a screen can show
_MARGIN = {"l": 10, "r": 10, "t": 10, "b": 10}


def height_of(pixels: int) -> int:
    """How high a chart is that is so high at home: on a projector its type is larger (pages/ui/projector.css)."""
    return round(1.5 * pixels) if on_projector() else pixels


def type_in_space() -> tuple[int, int]:
    """Pixels of the names and of the scales in a picture in space, which WebGL draws and no style sheet reaches.

    The scales are drawn as large as they are near: on a projector about twice as large.
    """
    return (34, 15) if on_projector() else (16, 11)


def turning(figure: go.Figure, *, key: str) -> None:
    """Show a figure in space, turned by hand or by keys; where the browser has no WebGL, a sentence in its place."""
    with st.container(key=f"in-space-{key}"):
        st.plotly_chart(figure, key=key, config=TURNING)
        # the keys are taken by canvases/browser/space.js
        label = html.escape(plain_text("plots.turning"), quote=True)
        st.html(f'<div class="gramlab turning" tabindex="0" role="application" aria-label="{label}"></div>')
    with st.container(key=f"no-webgl-{key}"):  # hidden by page.css, unless canvases/browser finds none
        st.info(t("plots.no_webgl"))


def bars(a: np.ndarray, b: np.ndarray, names: Sequence[str]) -> go.Figure:
    """Two vectors index by index; of very long ones as many as a screen can show."""
    shown = slice(0, MOST_BARS)
    index = np.arange(1, len(a) + 1)[shown]
    figure = go.Figure()
    for vector, name, colour in zip((a, b), names, (colours().first, colours().second), strict=True):
        figure.add_bar(x=index, y=vector[shown], name=name, marker_color=colour)
    figure.update_layout(
        height=height_of(380), margin=_MARGIN, barmode="group", bargap=0.25, legend={"orientation": "h"}
    )
    figure.update_xaxes(dtick=1 if len(a) <= 20 else None)
    return figure


def space(vectors: Sequence[np.ndarray], names: Sequence[str], pair: tuple[int, int] = (0, 1)) -> go.Figure:
    """Arrows in space, all axes on one scale; the two of the pair have the colours of first and second."""
    special = {pair[1]: colours().second, pair[0]: colours().first}
    names_size, scales_size = type_in_space()
    figure = go.Figure()
    for index, (vector, name) in enumerate(zip(vectors, names, strict=True)):
        colour = special.get(index, colours().ink)
        x, y, z = vector
        figure.add_scatter3d(
            x=[0, x], y=[0, y], z=[0, z], mode="lines", line={"width": 8, "color": colour}, name=name, hoverinfo="skip"
        )
        figure.add_scatter3d(
            x=[x],
            y=[y],
            z=[z],
            mode="markers+text",
            marker={"size": 6, "color": colour},
            text=[f"{name} ({', '.join(number(value) for value in vector)})"],
            textposition="top center",
            textfont={"size": names_size, "color": colour},
            showlegend=False,
            hoverinfo="text",
        )
    reach = max(1e-9, *(float(np.abs(vector).max()) for vector in vectors)) * 1.15
    axis: dict[str, Any] = {"range": [-reach, reach], "backgroundcolor": "rgba(0,0,0,0)", "gridcolor": colours().faint}
    axis |= {"tickfont": {"size": scales_size}, "title": {"font": {"size": names_size}}}
    figure.update_layout(
        height=height_of(440),
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        showlegend=False,
        uirevision="space",  # the view a person has turned stays when a number changes
        scene={
            **{f"{name}axis": axis for name in "xyz"},
            "aspectmode": "cube",
            "camera": {"eye": {"x": 1.15, "y": -1.15, "z": 0.75}},  # nearer than Plotly's own
        },
    )
    return figure


def eigenvalue_bars(values: np.ndarray) -> go.Figure:
    """Eigenvalues from the largest on, each with its number; a negative one in the colour of negative numbers."""
    shown = values[:64]
    few = len(shown) <= 16
    figure = go.Figure(
        go.Bar(
            x=[f"λ{subscript(index)}" for index in range(1, len(shown) + 1)],
            y=shown,
            text=[number(value) for value in shown] if few else None,
            textposition="outside",
            cliponaxis=False,
            marker_color=[colours().of_product(value) for value in shown],
        )
    )
    figure.update_layout(height=height_of(240), margin={"l": 10, "r": 10, "t": 28, "b": 10})
    figure.update_yaxes(zeroline=True, zerolinecolor=colours().quiet, zerolinewidth=2)
    return figure


def box(vectors: np.ndarray, names: Sequence[str]) -> go.Figure:
    """The parallelepiped that three vectors of space span."""
    figure = space(list(vectors), names)
    corners = np.array([[i & 1, i >> 1 & 1, i >> 2 & 1] for i in range(8)]) @ vectors
    edges = [(i, i | 1 << axis) for i in range(8) for axis in range(3) if not i >> axis & 1]
    path = [[point for a, b in edges for point in (*corners[[a, b], axis], None)] for axis in range(3)]
    figure.add_scatter3d(
        x=path[0], y=path[1], z=path[2], mode="lines", line={"color": colours().product, "width": 3}, hoverinfo="skip"
    )
    x, y, z = corners.T
    figure.add_mesh3d(x=x, y=y, z=z, alphahull=0, color=colours().product, opacity=0.12, hoverinfo="skip")
    middle = (corners.max(axis=0) + corners.min(axis=0)) / 2
    reach = float(np.ptp(corners, axis=0).max()) * 0.58 or 1.0
    figure.update_scenes(
        {f"{axis}axis_range": [centre - reach, centre + reach] for axis, centre in zip("xyz", middle, strict=True)}
    )
    return figure


def joint(first: np.ndarray, second: np.ndarray, names: tuple[int, int]) -> go.Figure:
    """How two channels are spread over the positions: how often both have these strengths, on a scale of logarithms."""
    counts, x, y = np.histogram2d(first.ravel(), second.ravel(), bins=28)
    scheme = colours()
    figure = go.Figure(
        go.Heatmap(
            z=np.log1p(counts.T),
            x=(x[1:] + x[:-1]) / 2,
            y=(y[1:] + y[:-1]) / 2,
            colorscale=scheme.sequential,
            showscale=False,
        )
    )
    figure.update_layout(height=height_of(300), margin=_MARGIN)
    figure.update_xaxes(title={"text": str(names[0]), "font": {"color": scheme.first}})
    figure.update_yaxes(title={"text": str(names[1]), "font": {"color": scheme.second}})
    return figure


def energy_curve(eigenvalues: np.ndarray, needed: int) -> go.Figure:
    """The share of the energy that the largest eigenvalues hold, with a mark where it reaches nine tenths."""
    shares = np.cumsum(np.maximum(eigenvalues, 0))
    shares = shares / (shares[-1] or 1.0)
    count = np.arange(1, len(shares) + 1)
    scheme = colours()
    figure = go.Figure(go.Scatter(x=count, y=shares, mode="lines", line={"color": scheme.product, "width": 3}))
    if needed:
        figure.add_scatter(
            x=[needed],
            y=[shares[needed - 1]],
            mode="markers+text",
            text=[f"{needed}"],
            textposition="bottom right",
            marker={"color": scheme.ink, "size": 10},
        )
    figure.update_layout(height=height_of(280), margin=_MARGIN, showlegend=False)
    figure.update_yaxes(range=[0, 1.03], tickformat=".0%")
    figure.update_xaxes(type="log", dtick="D1" if len(shares) <= 64 else 1)
    return figure
