"""One colour, one meaning, in every lesson, formula, chart and canvas.

Violet and green are the two ends of one scale, for what two vectors or channels make together: a product, a sum of
products, a cell, an eigenvalue. From zero up it is violet, below zero green, in a table, a formula or a canvas alike.
The strength of a channel that is shown alone, neither first nor second, lies on that scale, too.

The two schemes are safe for colour-blind eyes: blue and orange differ on the axis that nearly everyone sees, violet
and green as in ColorBrewer's PRGn. Colour never stands alone: a sign, a name or a position says the same.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import streamlit as st


@dataclass(frozen=True)
class Colours:
    paper: str  # the background, and the number zero
    raised: str
    ink: str
    faint: str  # grid lines, borders
    quiet: str  # words of second rank
    first: str  # the first vector, channel i
    second: str  # the second vector, channel j
    product: str  # what the two make together, from zero up
    negative: str  # the same, below zero
    content: str
    style: str

    @property
    def diverging(self) -> list[tuple[float, str]]:
        """Plotly scale from -1 to 1 with zero on the paper's colour."""
        return [(0.0, self.negative), (0.5, self.paper), (1.0, self.product)]

    @property
    def sequential(self) -> list[tuple[float, str]]:
        """Plotly scale from 0 to 1: the upper half of the diverging one."""
        return [(0.0, self.paper), (1.0, self.product)]

    def of_product(self, value: float) -> str:
        """The colour of a number that two make together."""
        return self.negative if value < 0 else self.product

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


LIGHT = Colours(
    paper="#fbfaf7",
    raised="#f1efe8",
    ink="#23252b",
    faint="#d9d5ca",
    quiet="#6a6c74",
    first="#1c6cb5",
    second="#b04d06",
    product="#5e3c99",
    negative="#1b7837",
    content="#4f6c5e",
    style="#9b2242",
)
DARK = Colours(
    paper="#1a1e25",
    raised="#252b35",
    ink="#e8e6e0",
    faint="#3a424f",
    quiet="#a2a7b1",
    first="#6cb2f7",
    second="#f5a55a",
    product="#b79df0",
    negative="#7cc98b",
    content="#a5bfb0",
    style="#ea8ba5",
)


def colours() -> Colours:
    """The scheme of the theme that the person is looking at."""
    return DARK if st.context.theme.type == "dark" else LIGHT
