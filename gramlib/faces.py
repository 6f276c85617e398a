"""Where a channel is strongest: the places that its face is made of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MARGIN = 1  # the outermost numbers see the border of zeros, which is no part of the picture


def strongest_places(channels: np.ndarray, count: int, apart: int = 0) -> tuple[NDArray[np.intp], np.ndarray]:
    """Return where each channel is strongest, the strongest place first.

    The outermost rows and columns are left out where others remain. Each place that is taken shuts out those less than
    or exactly `apart` rows and columns away, so that the next one shows something else.

    channels   (C, H, W)
    count      of the places, at least 1
    returns    places (C, count, 2), row and column, and what the channel is there, (C, count). Where no place is left,
               or the channel is nowhere above 0 any more, both rows and columns and values are -1

    >>> strongest_places(np.array([[[1.0, 0, 3, 2]]]), 2, apart=1)
    (array([[[0, 2], [0, 0]]]), array([[3., 1.]]))
    """
    total, height, width = channels.shape
    left = channels.astype(np.float64)
    for axis, side in ((1, height), (2, width)):
        if side > 2 * MARGIN + 2:
            edge = [slice(None)] * 3
            for rim in (slice(None, MARGIN), slice(side - MARGIN, None)):
                edge[axis] = rim
                left[tuple(edge)] = -1
    places, values = np.full((total, count, 2), -1), np.full((total, count), -1.0)
    rows, columns = np.arange(height), np.arange(width)
    for turn in range(count):
        best = left.reshape(total, -1).argmax(axis=1)
        row, column = np.unravel_index(best, (height, width))
        value = left[np.arange(total), row, column]
        found = value > 0
        places[found, turn] = np.stack([row, column], axis=1)[found]
        values[found, turn] = value[found]
        near_rows = np.abs(rows[None] - row[:, None]) <= apart
        near_columns = np.abs(columns[None] - column[:, None]) <= apart
        left[near_rows[:, :, None] & near_columns[:, None, :]] = -1
    return places, values
