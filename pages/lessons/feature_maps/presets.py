"""Small feature maps to begin lesson 4 with."""

from __future__ import annotations

import numpy as np

from pages.ui.numbers import plain

Maps = tuple[tuple[tuple[float, ...], ...], ...]

SMALLEST, LARGEST = 2, 4  # of C, H and W: what can be worked through on paper
LARGEST_NUMBER = 1e6

PRESETS: dict[str, Maps] = {
    "plain": (((2.0, 0.0), (2.0, 0.0)), ((1.0, 0.0), (3.0, 0.0)), ((0.0, 2.0), (0.0, 1.0))),
    "stripes": (
        ((1.0, 0.0, 1.0, 0.0), (1.0, 0.0, 1.0, 0.0), (1.0, 0.0, 1.0, 0.0)),
        ((0.0, 1.0, 0.0, 1.0), (0.0, 1.0, 0.0, 1.0), (0.0, 1.0, 0.0, 1.0)),
    ),
    "checker": (
        ((1.0, 0.0, 1.0, 0.0), (0.0, 1.0, 0.0, 1.0), (1.0, 0.0, 1.0, 0.0)),
        ((0.0, 1.0, 0.0, 1.0), (1.0, 0.0, 1.0, 0.0), (0.0, 1.0, 0.0, 1.0)),
    ),
    "blob": (
        ((0.0, 1.0, 0.0), (1.0, 3.0, 1.0), (0.0, 1.0, 0.0)),
        ((0.0, 1.0, 1.0), (0.0, 2.0, 1.0), (0.0, 0.0, 0.0)),
        ((3.0, 1.0, 3.0), (1.0, 0.0, 1.0), (3.0, 1.0, 3.0)),
    ),
    # relu2_1 of assets/images/paintings/great_wave.jpg at 128 px: channels 71, 2, 94, rows 16-19, columns 28-31,
    # counted from 0, to one decimal; a test computes them again
    "layer": (
        ((0.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0), (0.2, 0.2, 0.6, 0.7), (1.2, 1.1, 1.1, 1.0)),
        ((1.8, 6.4, 7.5, 3.9), (0.0, 0.0, 1.2, 0.0), (0.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0)),
        ((0.2, 3.2, 3.6, 2.2), (0.1, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0)),
    ),
}


def read_maps(text: str) -> Maps:
    """A reader of links: "2,0;2,0|1,0;3,0", channels apart by |, rows by ;, numbers by a comma."""
    maps = tuple(
        tuple(tuple(float(number) for number in row.split(",")) for row in channel.split(";"))
        for channel in text.split("|")
    )
    array = np.array(maps)  # raises ValueError where the rows differ in length
    in_range = array.ndim == 3 and all(SMALLEST <= side <= LARGEST for side in array.shape)
    if not in_range or not np.all(np.abs(array) <= LARGEST_NUMBER):  # also refuses nan
        raise ValueError(text)
    return maps


def write_maps(maps: Maps) -> str:
    return "|".join(";".join(",".join(plain(number) for number in row) for row in channel) for channel in maps)
