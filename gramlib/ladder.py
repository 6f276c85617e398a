"""The ladder of Gatys, Ecker, Bethge (2016), figure 1: what each depth of the network keeps of a picture.

Downwards the style is taken from one layer more at each rung, and what appears is texture; upwards the content is read
from one layer deeper at each rung, and what appears is the photo, less and less exactly. Both begin with noise.
"""

from __future__ import annotations

from gramlib.errors import GramlabError
from gramlib.transfer import TransferSettings

KINDS = ("texture", "content")
RUNGS = (1, 2, 3, 4, 5)
STEPS = 150


def rung_layers(kind: str, rung: int) -> tuple[str, ...]:
    """Return the layers of a rung: relu1_1 … reluN_1 for "texture", reluN_2 alone for "content", as in the paper.

    kind     "texture" | "content"
    rung     N, 1 to 5
    raises   GramlabError for another kind or rung

    >>> rung_layers("texture", 2), rung_layers("content", 3)
    (('relu1_1', 'relu2_1'), ('relu3_2',))
    """
    for name, value, choices in (("kind", kind, KINDS), ("rung", rung, RUNGS)):
        if value not in choices:
            needed = ", ".join(map(str, choices))
            message = f"{name} is {value!r}: one of {needed} is needed."
            raise GramlabError("setting_choice", message, knob=name, got=repr(value), choices=needed)
    if kind == "texture":
        return tuple(f"relu{block}_1" for block in range(1, rung + 1))
    return (f"relu{rung}_2",)


def ladder_settings(kind: str, rung: int, steps: int = STEPS, seed: int = 0) -> TransferSettings:
    """Return the settings with which `transfer` makes a rung of the ladder from one picture, given as both.

    kind, rung   as in rung_layers
    steps        optimiser steps
    seed         of the noise that it begins with
    raises       GramlabError for another kind or rung

    Deviations from the paper: our relative losses, max pooling, and L-BFGS for a fixed number of steps.
    """
    layers = tuple((layer, 1.0) for layer in rung_layers(kind, rung))
    if kind == "texture":
        return TransferSettings(
            content_weight=0,
            content_layers=(),
            style_weight=1,
            style_layers=layers,
            total_variation_weight=0,
            start="noise",
            steps=steps,
            seed=seed,
        )
    return TransferSettings(
        content_weight=1,
        content_layers=layers,
        style_weight=0,
        style_layers=(),
        total_variation_weight=0,
        start="noise",
        steps=steps,
        seed=seed,
    )
