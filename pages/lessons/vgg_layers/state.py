"""What lesson 5 can be opened with, and its experiments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gramlib.channels import READINGS
from pages.ui.compute import networks
from pages.ui.parameters import Parameter, no_pair, option, read_place, switch, whole, write_place
from pages.ui.pictures import picture_parameter
from pages.ui.show.channels import SCALES
from pages.ui.state import PageState

ORDERS = ("as_is", "energy", "likeness")
LABS = ("pairs", "sheet", "spectrum", "compare", "take_away")
EXPERIMENTS: Mapping[str, Mapping[str, Any]] = {
    "deep": {"picture": "great_wave", "layer": "relu5_1"},
    "likeness": {"reading": "cosine", "order": "likeness"},
    "untrained": {"network": "vgg16-random", "reading": "cosine", "order": "likeness"},
}


class State(PageState):
    lesson = "vgg_layers"
    picture = picture_parameter("great_wave", travels=True)
    layer = option(*networks.LAYERS["vgg19"], default="relu3_1")
    # without a pair or a channel of the person's own, the picture's strongest are shown
    pair = no_pair()
    channel: Parameter[int | None] = Parameter(None, read_place, write_place)
    reading = option(*READINGS)
    scale = option(*SCALES, default="sqrt")
    order = option(*ORDERS, default="energy")
    shared = switch()
    network = option(*networks.ARCHITECTURES)
    pooling = option(*networks.POOLINGS)
    size = Parameter(256, whole(128, 512))
    other = picture_parameter("poppies")
    lab = option(*LABS)
