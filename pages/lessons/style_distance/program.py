"""The program of lesson 5: it prints the matrix that the page shows."""

from __future__ import annotations

from collections.abc import Sequence

from gramlib.retrieval import LAYERS
from pages.lessons.style_distance.crops import Part
from pages.lessons.style_distance.measured import SIZE
from pages.ui.pictures import Picture

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


def distance_code(pictures: Sequence[Picture], kind: str, layer: str, weights: Sequence[float]) -> str:
    """A program that prints the distances of these pictures, by one layer or by the weighted mean of all."""
    kind = "gram" if kind == "mmd" else kind  # one and the same
    summary, distance = _CALLS[kind]
    of_library, of_distances = _IMPORTS[kind]
    also = f"\nfrom gramlib.distances import {of_distances}" if of_distances else ""
    wanted = dict(zip(LAYERS, weights, strict=True)) if layer == "mean" else {layer: 1.0}
    wanted = {name: weight for name, weight in wanted.items() if weight}
    rows = ",\n    ".join(f"({each.opening}, {each.box if isinstance(each, Part) else None})" for each in pictures)
    return f"""from gramlib import {of_library}{also}

weights = {wanted}
network = VGG()


def style(image, box):
    image = image.crop(box)  # left, top, right, bottom in pixels; None is all of it
    features = network.features(to_tensor(image, max_side={SIZE}), weights)
    return {{layer: {summary}(features[layer]) for layer in weights}}


def distance(a, b):
    total = sum(weight * {distance}(a[layer], b[layer]) for layer, weight in weights.items())
    return total / sum(weights.values())


pictures = [
    {rows},
]
styles = [style(image, box) for image, box in pictures]
for a in styles:
    print([round(distance(a, b), 3) for b in styles])
"""
