"""Every layer of a network at a glance: a thumbnail of its Gram matrix, its shape and energy; one press chooses it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pages.ui.canvases import checks, component
from pages.ui.colours import colours
from pages.ui.compute.passes import THUMBNAIL, LayerPass
from pages.ui.numbers import number
from pages.ui.text import t

_KEYS = {True: "vgg_layers.strip", False: "vgg_layers.strip.growing"}  # one run of the page may show both
_strip = component.register("strip")


def layer_strip(
    seen: LayerPass, shapes: dict[str, tuple[int, int, int]], layer: str, choose: Callable[[str], None]
) -> bool:
    """Show the layers from the shallowest to the deepest; returns whether all of them are there.

    Those that are not are empty places. When all are computed it can be shown once more in the same run of the page.

    shapes   {name: (C, H, W)}
    layer    the one that is chosen; `choose` is called with another before the page runs again
    """
    complete = seen.done
    key, grams = _KEYS[complete], dict(seen.grams)  # a copy: the worker may be adding
    about = {
        "key": key,
        "side": THUMBNAIL,
        "layers": [_described(name, shape, grams.get(name)) for name, shape in shapes.items()],
        "colours": colours().as_dict(),
        "wish": component.wish(key, layer),
    }

    def take() -> None:
        if (chosen := component.heard(key, checks.one_of(shapes))) is not None:
            choose(chosen)

    thumbnails = b"".join(np.ascontiguousarray(seen.thumbnails[name]).tobytes() for name in shapes if name in grams)
    _strip(key=key, data=component.packed(about, thumbnails), on_choice_change=take)
    return complete


def _described(name: str, shape: tuple[int, int, int], gram: np.ndarray | None) -> dict[str, object]:
    count, height, width = shape
    energy = "…" if gram is None else number(float(np.trace(gram)), 2)
    return {
        "name": name,
        "there": gram is not None,
        "lines": [str(count), f"{height}×{width}", f"Σ {energy}"],
        "label": t("vgg_layers.strip_label", layer=name, channels=count, height=height, width=width, energy=energy),
    }
