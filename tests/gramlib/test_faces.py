"""Where a channel is strongest: worked out by hand, and never nearer to each other than asked."""

from __future__ import annotations

import numpy as np

from gramlib.faces import strongest_places


def test_the_strongest_come_first_and_shut_out_their_neighbours():
    channel = np.zeros((7, 9))
    channel[2, 2], channel[2, 3], channel[5, 6], channel[0, 0] = 5, 4, 3, 9  # the last one at the border
    places, values = strongest_places(channel[None], 3, apart=1)
    assert places[0].tolist() == [[2, 2], [5, 6], [-1, -1]]
    assert values[0].tolist() == [5, 3, -1]
    places, _ = strongest_places(channel[None], 3)
    assert places[0].tolist() == [[2, 2], [2, 3], [5, 6]]


def test_where_there_is_nothing_but_border_it_counts():
    places, values = strongest_places(np.array([[[1.0, 2.0], [3.0, 0.0]], [[0.0, 0.0], [0.0, -1.0]]]), 2)
    assert places.tolist() == [[[1, 0], [0, 1]], [[-1, -1], [-1, -1]]]
    assert values.tolist() == [[3, 2], [-1, -1]]


def test_no_two_places_of_any_channel_are_too_near():
    channels = np.random.default_rng(2).random((20, 12, 15))
    places, values = strongest_places(channels, 6, apart=2)
    assert (np.diff(values, axis=1) <= 0).all()
    for each, found, channel in zip(places, values, channels, strict=True):
        assert [channel[tuple(place)] for place in each] == found.tolist()
        gaps = np.abs(each[:, None] - each[None]).max(axis=-1)
        assert gaps[~np.eye(6, dtype=bool)].min() > 2
