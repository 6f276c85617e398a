"""What lesson 4 can be opened with, and its experiments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pages.lessons.feature_maps.presets import PRESETS, Maps, read_maps, write_maps
from pages.ui.canvases.flattening.canvas import STAGES
from pages.ui.parameters import Parameter, option, pair, switch, whole
from pages.ui.pictures import picture_parameter
from pages.ui.state import PageState

NORMALIZATIONS = ("none", "hw", "chw")
COLOURS = "colours"
SOURCES = (COLOURS, "relu1_2", "relu2_2", "relu3_1", "relu4_1")
LABS = ("real", "covariance")
CHANGES = ("together", "apart", "mirror", "roll", "mix", "image", "twins")
EXPERIMENTS: Mapping[str, Mapping[str, Any]] = {
    "stripes": {"maps": PRESETS["stripes"]},
    "layer": {"maps": PRESETS["layer"]},
    "forget": {"change": "together"},
}


class State(PageState):
    lesson = "feature_maps"
    maps: Parameter[Maps] = Parameter(PRESETS["plain"], read_maps, write_maps)
    step = Parameter(1, whole(1, STAGES))  # of the way from maps to matrix, where its time line rests
    normalize = option(*NORMALIZATIONS)
    picture = picture_parameter("great_wave", travels=True)
    source = option(*SOURCES)
    cell = pair(0, 1)
    lab = option(*LABS)
    change = option(*CHANGES)
    seed = Parameter(0, whole(0, 9999))
    neighbours = switch()
