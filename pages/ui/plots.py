"""Charts of a few vectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from pages.ui.colours import colours
from pages.ui.numbers import number

_MARGIN = {"l": 10, "r": 10, "t": 10, "b": 10}


def bars(a: np.ndarray, b: np.ndarray, names: Sequence[str]) -> go.Figure:
    """Two vectors index by index; of very long ones as many as a screen can show."""
    shown = slice(0, 200)
    index = np.arange(1, len(a) + 1)[shown]
    figure = go.Figure()
    for vector, name, colour in zip((a, b), names, (colours().first, colours().second), strict=True):
        figure.add_bar(x=index, y=vector[shown], name=name, marker_color=colour)
    figure.update_layout(height=380, margin=_MARGIN, barmode="group", bargap=0.25, legend={"orientation": "h"})
    figure.update_xaxes(dtick=1 if len(a) <= 20 else None)
    return figure


def space(vectors: Sequence[np.ndarray], names: Sequence[str]) -> go.Figure:
    """Arrows in space, all axes on one scale."""
    palette = [colours().first, colours().second]
    figure = go.Figure()
    for vector, name, colour in zip(vectors, names, palette, strict=True):
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
            showlegend=False,
            hoverinfo="text",
        )
    reach = max(1e-9, *(float(np.abs(vector).max()) for vector in vectors)) * 1.15
    axis = {"range": [-reach, reach], "backgroundcolor": "rgba(0,0,0,0)", "gridcolor": colours().faint}
    figure.update_layout(
        height=440,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        showlegend=False,
        uirevision="space",  # the view a person has turned stays when a number changes
        scene={"xaxis": axis, "yaxis": axis, "zaxis": axis, "aspectmode": "cube"},
    )
    return figure
