"""The lesson plans for 15, 45 and 90 minutes: what to show, to ask and to expect, each with a link into the very state.

A link is written by the lesson's own State, so that it says what the lesson reads. The numbers that are expected are
computed from the values that the link sets.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import numpy as np

from gramlib.filters import CHANNELS, receptive_field
from gramlib.gram import feature_gram, gram_matrix, properties
from gramlib.vectors import inner_product, parse_vector
from pages.lessons.feature_maps import state as feature_maps
from pages.lessons.filters import state as filters
from pages.lessons.gram import state as gram
from pages.lessons.style_distance import state as style_distance
from pages.lessons.style_transfer import state as style_transfer
from pages.lessons.teaching import state as teaching
from pages.lessons.vectors import state as vectors
from pages.lessons.vgg_layers import state as vgg_layers
from pages.ui.frame import LESSONS
from pages.ui.numbers import number, subscript
from pages.ui.state import PageState


@dataclass(frozen=True)
class Moment:
    """One thing that a class sees; its texts are teaching.moments.<name>.show, .ask and .expect.

    state, values   the page to open, and what its link sets
    """

    state: type[PageState]
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def page(self) -> str:
        return self.state.lesson

    @property
    def link(self) -> dict[str, str]:
        return self.state.link_with(**self.values)

    @property
    def address(self) -> str:
        """The address of the page, from this one."""
        return f"{self.page}?{urlencode(self.link)}"


MOMENTS: Mapping[str, Moment] = {
    "sign": Moment(vectors.State),
    "right": Moment(vectors.State, vectors.EXPERIMENTS["orthogonal"]),
    "six": Moment(vectors.State, vectors.EXPERIMENTS["many"]),
    "read": Moment(gram.State, {"cell": (0, 2)}),
    "forget": Moment(gram.State, {"lab": "forgets", "turn": 40}),
    "any": Moment(gram.State, {"lab": "hand"}),
    "exercise": Moment(teaching.State, {"sheet": "gram"}),
    "edges": Moment(filters.State, filters.EXPERIMENTS["edges"]),
    "field": Moment(filters.State, {"layer": "relu5_1"}),
    "flatten": Moment(feature_maps.State, {"normalize": "none"}),
    "shuffle": Moment(feature_maps.State, feature_maps.EXPERIMENTS["forget"]),
    "layers": Moment(vgg_layers.State),
    "parts": Moment(style_distance.State, style_distance.EXPERIMENTS["parts"]),
    "start": Moment(style_transfer.State),
    "ladder": Moment(style_transfer.State, {"lab": "ladder", "ladder": "texture"}),
    "talk": Moment(teaching.State, {"sheet": "summary"}),
}

# by the sheet: what, and for how many minutes
PLANS: Mapping[str, Mapping[str, int]] = {
    "plan_15": {"sign": 3, "read": 3, "shuffle": 3, "start": 5, "talk": 1},
    "plan_45": {
        "sign": 5,
        "right": 3,
        "read": 5,
        "forget": 4,
        "edges": 5,
        "flatten": 6,
        "shuffle": 4,
        "layers": 3,
        "parts": 4,
        "start": 6,
    },
    "plan_90": {
        "sign": 6,
        "right": 4,
        "six": 4,
        "read": 6,
        "forget": 5,
        "any": 5,
        "exercise": 10,
        "edges": 6,
        "field": 4,
        "flatten": 8,
        "shuffle": 5,
        "layers": 5,
        "parts": 6,
        "start": 8,
        "ladder": 5,
        "talk": 3,
    },
}


def expected(name: str) -> dict[str, str]:
    """The numbers in what a class is expected to find, from what the link shows it."""
    match name:
        case "sign" | "right" | "six":
            a, b = (parse_vector({**_usual(vectors.State), **MOMENTS[name].values}[each]) for each in vectors.NAMES)
            products = {"products": ", ".join(map(number, a * b))} if name == "right" else {}
            return {"value": number(inner_product(a, b))} | products
        case "read":
            i, j = MOMENTS[name].values["cell"]
            value = gram_matrix(_usual(gram.State)["vectors"])[i, j]
            pair = f"v{subscript(i + 1)} · v{subscript(j + 1)}"
            return {
                "value": number(value),
                "pair": pair,
                "cell": f"({i + 1}, {j + 1})",
                "mirror": f"({j + 1}, {i + 1})",
            }
        case "forget":
            return {"turn": number(MOMENTS[name].values["turn"])}
        case "any":
            hand = np.array(_usual(gram.State)["hand"])
            lengths = {"lengths": number(math.sqrt(hand[0, 0] * hand[1, 1])), "product": number(hand[0, 1])}
            return {"value": number(properties(hand).eigenvalues[-1])} | lengths
        case "exercise":
            return {"number": number(LESSONS.index(MOMENTS[name].values["sheet"]) + 1)}
        case "field":
            layer = MOMENTS[name].values["layer"]
            sizes = {"first": receptive_field("relu1_1").size, "last": receptive_field(layer).size}
            return {"layer": layer} | {end: number(size) for end, size in sizes.items()}
        case "flatten":
            found = feature_gram(
                np.array(_usual(feature_maps.State)["maps"]), normalize=MOMENTS[name].values["normalize"]
            )
            return {"together": number(found[0, 1]), "never": number(found[0, 2])}
        case "layers":
            layer = _usual(vgg_layers.State)["layer"]
            return {"layer": layer, "channels": number(CHANNELS[int(layer[4]) - 1])}
    return {}


def _usual(state: type[PageState]) -> dict[str, Any]:
    """What a page shows where its link says nothing."""
    return {name: parameter.default for name, parameter in state.parameters().items()}
