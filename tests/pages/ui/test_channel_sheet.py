"""The sheet's bytes are the channels; a page's wish and a person's choice do not undo each other."""

from __future__ import annotations

import json

import numpy as np
import streamlit as st

from pages.ui import channel_sheet, messages


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


def test_a_message_is_its_length_its_words_and_its_bytes():
    message = messages.packed({"wörter": [1, 2]}, b"\x00\xff")
    length = int.from_bytes(message[:4], "little")
    assert json.loads(message[4 : 4 + length]) == {"wörter": [1, 2]}
    assert message[4 + length :] == b"\x00\xff"


def test_only_the_pages_own_change_of_mind_is_a_new_wish(monkeypatch):
    session: dict = {}
    monkeypatch.setattr(st, "session_state", session)
    assert messages.wish("k", 4) == {"value": 4, "count": 0}
    session["k"] = {"choice": {"value": 7, "sequence": 1}}
    assert messages.heard("k") == 7
    assert messages.wish("k", 7) == {"value": 4, "count": 0}  # the browser has it already: nothing is sent
    assert messages.wish("k", 2) == {"value": 2, "count": 1}
    assert messages.wish("k", 2) == {"value": 2, "count": 1}
    session["k"] = {"choice": "nonsense"}
    assert messages.heard("k") is None
