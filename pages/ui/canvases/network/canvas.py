"""A network as it is built, layer by layer, and the square of a photo that one number of the chosen layer sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from gramlib.filters import Field
from pages.ui.canvases import checks, component
from pages.ui.colours import colours

_canvas = component.register("network")


@dataclass(frozen=True)
class Layer:
    """One layer.

    name     relu3_1; its block is the digit after the four letters
    spoken   the name spelled out
    shape    (C, H, W), what it makes of the photo; None where the photo is too small to reach it
    field    what one of its numbers sees
    """

    name: str
    spoken: str
    shape: tuple[int, int, int] | None
    field: Field


def network_canvas(
    layers: Sequence[Layer],
    chosen: str,
    place: tuple[int, int],
    *,
    image: str,
    size: tuple[int, int],
    title: str,
    words: Mapping[str, str],
    key: str,
    on_change: Callable[[], None],
) -> None:
    """Show the layers, from the shallowest, and the photo.

    chosen      the name of one that the photo reaches
    place       row and column of the photo's pixel that is looked at
    image       the photo's URL; size, its width and height as the network takes it
    words       [filters.network] of the texts
    on_change   called when a person has chosen, before the page runs again; read it with `heard`
    """
    about = {
        "key": key,
        "layers": [asdict(layer) for layer in layers],
        "image": image,
        "width": size[0],
        "height": size[1],
        "title": title,
        "words": dict(words),
        "colours": colours().as_dict(),
        "wish": component.wish(key, [chosen, list(place)]),
    }
    _canvas(key=key, data=about, on_choice_change=on_change)


def heard(key: str, layers: Sequence[str], size: tuple[int, int]) -> tuple[str, tuple[int, int]] | None:
    """The layer and the place that a person has just chosen, in the canvas's on_change; None where there are none such.

    layers   the names of those that can be chosen
    """
    layer, place = checks.one_of(layers), checks.cell(size[1], size[0])

    def check(value: Any) -> list[Any] | None:
        if not isinstance(value, list) or len(value) != 2:
            return None
        name, cell = layer(value[0]), place(value[1])
        return None if name is None or cell is None else [name, list(cell)]

    said = component.heard(key, check)
    return None if said is None else (said[0], (said[1][0], said[1][1]))
