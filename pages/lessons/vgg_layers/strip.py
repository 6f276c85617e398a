"""Every layer of the network at a glance: a thumbnail of its Gram matrix, its shape and energy; a press chooses it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gramlib.channels import order_by_energy
from pages.ui.canvases.strip.canvas import Place, strip
from pages.ui.compute.passes import LayerPass
from pages.ui.numbers import number
from pages.ui.text import t

THUMBNAIL = 64  # cells on a side; every layer has a multiple of 64 channels


def layer_strip(
    seen: LayerPass, shapes: dict[str, tuple[int, int, int]], layer: str, choose: Callable[[str], None]
) -> None:
    """Show the layers from the shallowest to the deepest; those that are not there yet are empty places.

    shapes   {name: (C, H, W)}
    layer    the one that is chosen; `choose` is called with another before the page runs again
    """
    places = [_place(seen, name, shape) for name, shape in shapes.items()]
    strip(places, THUMBNAIL, layer, choose, key="vgg_layers.strip")


def _place(seen: LayerPass, name: str, shape: tuple[int, int, int]) -> Place:
    count, height, width = shape
    gram = seen.grams.get(name)
    energy = "…" if gram is None else number(float(np.trace(gram)), 2)
    return Place(
        name,
        [str(count), f"{height}×{width}", f"Σ {energy}"],
        t("vgg_layers.strip_label", layer=name, channels=count, height=height, width=width, energy=energy),
        None if gram is None else seen.keep((name, "thumbnail"), lambda: thumbnail(gram)),
    )


def thumbnail(gram: np.ndarray) -> np.ndarray:
    """The matrix in order of energy, (64, 64) uint8; the root, so that more than the largest cells can be seen."""
    order = order_by_energy(gram)
    cells, each = min(THUMBNAIL, len(gram)), max(1, len(gram) // THUMBNAIL)
    root = np.sqrt(np.maximum(gram[np.ix_(order, order)], 0))
    root = root.reshape(cells, each, cells, each).mean(axis=(1, 3))
    # one channel that outshines all others must not leave the rest white
    limit = float(np.quantile(root, 0.995)) or float(root.max()) or 1.0
    levels: np.ndarray = np.rint(255 * np.minimum(root / limit, 1)).astype(np.uint8)
    return levels
