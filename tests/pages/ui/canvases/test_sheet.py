"""The sheet's bytes are the channels; a page's wish and a person's choice do not undo each other."""

from __future__ import annotations

import numpy as np

from pages.ui.canvases.sheet import canvas as channel_sheet


def test_each_channel_has_its_own_scale_and_a_silent_one_is_empty():
    channels = np.array([[[0, 1], [2, 4]], [[0, 0], [0, 0]], [[0, 100], [0, 50]]], dtype=np.float16)
    expected = [[[0, 64], [128, 255]], [[0, 0], [0, 0]], [[0, 255], [0, 128]]]
    np.testing.assert_array_equal(channel_sheet._levels(channels), expected)


def test_too_many_numbers_are_made_fewer(monkeypatch):
    monkeypatch.setattr(channel_sheet, "_MOST", 2 * 3 * 2)
    channels = np.zeros((2, 5, 4), dtype=np.float16)  # 40 numbers for 12 places: squares of 2
    channels[0, :2, :2], channels[1, 4] = [[1, 3], [2, 2]], 8
    levels = channel_sheet._levels(channels)
    assert levels.shape == (2, 3, 2)
    np.testing.assert_array_equal(levels[0], [[255, 0], [0, 0], [0, 0]])
    np.testing.assert_array_equal(levels[1], [[0, 0], [0, 0], [255, 255]])
