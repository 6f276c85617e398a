"""What lesson 5 reads from a pass: each matrix in four ways, its channels in three orders; made once, kept with it."""

from __future__ import annotations

import numpy as np

from gramlib.channels import order_by_energy, order_by_likeness, read_gram, telling_pairs
from pages.ui.compute.passes import LayerPass

ORDERS = ("as_is", "energy", "likeness")
BOUNDED = ("cosine", "correlation")  # readings that end at 1


def matrix(seen: LayerPass, layer: str, reading: str) -> np.ndarray:
    """The matrix of a layer in one of the four readings, (C, C)."""
    gram = seen.grams[layer]
    if reading == "gram":
        return gram
    return seen.keep((layer, reading), lambda: read_gram(gram, seen.means[layer], reading).astype(np.float32))


def order(seen: LayerPass, layer: str, kind: str) -> np.ndarray:
    """The channels as they are, by energy or by likeness, (C,)."""
    orders = {"as_is": lambda gram: np.arange(len(gram)), "energy": order_by_energy, "likeness": order_by_likeness}
    return seen.keep((layer, kind), lambda: orders[kind](seen.grams[layer]))


def pairs(seen: LayerPass, layer: str, reading: str, count: int, lowest: bool = False) -> list[tuple[int, int]]:
    """The pairs of channels that tell the most in a reading."""
    key = (layer, "pairs", reading, count, lowest)
    return seen.keep(key, lambda: telling_pairs(matrix(seen, layer, reading), count, lowest=lowest))


def eigenvalues(seen: LayerPass, layer: str) -> np.ndarray:
    """Of the Gram matrix, the largest first, (C,)."""
    gram = seen.grams[layer]
    return seen.keep((layer, "eigenvalues"), lambda: np.linalg.eigvalsh(gram.astype(np.float64))[::-1].clip(min=0))


def limit(seen: LayerPass, reading: str) -> float:
    """The largest entry of any layer: what a colour scale shared by all layers ends at. 1 for cosines."""
    if reading in BOUNDED:
        return 1.0
    # by Cauchy and Schwarz the largest entry of such a matrix stands on its diagonal
    squares = (0 if reading == "gram" else seen.means[layer] ** 2 for layer in seen.layers)
    return max(
        float((np.diag(seen.grams[layer]) - square).max()) for layer, square in zip(seen.layers, squares, strict=True)
    )
