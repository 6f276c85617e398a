"""The frame of every lesson: what is asked for is drawn before the rest of the page arrives."""

from __future__ import annotations

from types import SimpleNamespace

import streamlit as st

from pages.ui import frame


def test_only_another_subject_is_given_a_head_start(monkeypatch):
    pauses, session = [], {}
    monkeypatch.setattr(frame, "time", SimpleNamespace(sleep=pauses.append))
    monkeypatch.setattr(st, "session_state", session)
    for subject in ("relu1_1", "relu1_1", "relu5_1", "relu5_1", "relu1_1"):
        frame.show_first("vgg_layers", subject)
    assert pauses == [frame.HEAD_START] * 2
