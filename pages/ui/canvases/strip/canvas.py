"""A strip of small square pictures with a name and a few lines below each; one press chooses one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pages.ui.canvases import checks, component
from pages.ui.colours import colours

_strip = component.register("strip")


@dataclass(frozen=True)
class Place:
    """One place of the strip.

    picture   (side, side) uint8, from the paper's colour to the full one; None leaves the place empty
    label     what is said of it in words
    """

    name: str
    lines: Sequence[str]
    label: str
    picture: np.ndarray | None


def strip(places: Sequence[Place], side: int, chosen: str, choose: Callable[[str], None], *, key: str) -> None:
    """Show the places in their order.

    side     pixels of each picture
    chosen   the name that is chosen; `choose` is called with another before the page runs again
    """
    about = {
        "key": key,
        "side": side,
        "layers": [
            {"name": each.name, "there": each.picture is not None, "lines": list(each.lines), "label": each.label}
            for each in places
        ],
        "colours": colours().as_dict(),
        "wish": component.wish(key, chosen),
    }

    def take() -> None:
        if (name := component.heard(key, checks.one_of({each.name for each in places}))) is not None:
            choose(name)

    pictures = b"".join(each.picture.tobytes() for each in places if each.picture is not None)
    _strip(key=key, data=component.packed(about, pictures), on_choice_change=take)
