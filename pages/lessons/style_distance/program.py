"""The program of lesson 6: it prints the matrix that the page shows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gramlib.retrieval import LAYERS
from pages.lessons.style_distance.crops import Part
from pages.ui.compute.passes import STYLE
from pages.ui.folders import Program
from pages.ui.pictures import Picture
from pages.ui.programs import fill, literal
from pages.ui.text import group

_DISTANCES = Path(__file__).parent / "programs" / "distances.py.txt"
_IMPORTS = {
    "gram": ("VGG, feature_gram, open_image, style_distance, to_tensor", ""),
    "wasserstein": ("VGG, open_image, to_tensor", "gaussian_of, wasserstein_distance"),
    "sliced": ("VGG, open_image, to_tensor", "projections_of, sliced_distance"),
}
_CALLS = {
    "gram": ("feature_gram", "style_distance"),
    "wasserstein": ("gaussian_of", "wasserstein_distance"),
    "sliced": ("projections_of", "sliced_distance"),
}


def distance_code(pictures: Sequence[Picture], kind: str, layer: str, weights: Sequence[float]) -> Program:
    """A program that prints the distances of these pictures, by one layer or by the weighted mean of all."""
    kind = "gram" if kind == "mmd" else kind  # one and the same
    summary, distance = _CALLS[kind]
    of_library, of_distances = _IMPORTS[kind]
    wanted = dict(zip(LAYERS, weights, strict=True)) if layer == "mean" else {layer: 1.0}
    rows = (f"({each.opening}, {each.box if isinstance(each, Part) else None})" for each in pictures)
    text = fill(
        _DISTANCES,
        group("style_distance.program"),
        of_library=of_library,
        from_distances=f"from gramlib.distances import {of_distances}" if of_distances else "",
        weights=literal({name: weight for name, weight in wanted.items() if weight}),
        size=str(STYLE.size),
        summary=summary,
        distance=distance,
        pictures="\n".join(f"    {row}," for row in rows),
    )
    wholes = tuple(each.whole if isinstance(each, Part) else each for each in pictures)
    return Program(text, wholes, weights=True)
