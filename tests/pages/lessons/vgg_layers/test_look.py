"""The whole page follows when the browser asks for it, not before: the first time nothing happens."""

from __future__ import annotations

import streamlit as st

from pages.lessons.vgg_layers import look


def test_the_whole_page_follows_the_second_time(monkeypatch):
    reruns = []
    monkeypatch.setattr(st, "rerun", lambda: reruns.append(1))
    run, is_sent = look._whole_page_next, []
    run(is_sent)
    assert reruns == []
    run(is_sent)
    assert reruns == [1]
