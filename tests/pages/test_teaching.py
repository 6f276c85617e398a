"""The teacher's page: every sheet in both languages, plans that fill their time, links that open what they say."""

from __future__ import annotations

import html
import re

import pytest

from pages.lessons.teaching.plan import MOMENTS, PLANS
from pages.lessons.teaching.sheets import WORKSHEETS
from pages.lessons.teaching.state import MINUTES, SHEETS
from pages.ui.frame import LESSONS
from tests.pages.conftest import NETWORKED, everything_said, faultless


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_sheet_opens(open_link, language):
    app = open_link("teaching", lang=language)
    for sheet in SHEETS:
        app.segmented_control(key="teaching.sheet").set_value(sheet)
        faultless(app.run())
        assert not app.error
        assert not app.warning
        assert len(app.header) == (2 if sheet in WORKSHEETS else 1)
        assert app.query_params.get("sheet", SHEETS[0]) == sheet


def test_answers_can_be_left_out_and_the_link_says_so(open_link, words):
    app = open_link("teaching", lang="en", sheet="gram", answers="0")
    task = words("en")["teaching.tasks.gram.turned.ask"][:40]
    assert task in everything_said(app)
    assert len(app.header) == 1
    app.toggle(key="teaching.answers").set_value(True)
    assert faultless(app.run()).header[1].value == words("en")["teaching.answers_of"].format(number=2)


@pytest.mark.parametrize("sheet", MINUTES)
def test_a_plan_fills_its_time(sheet):
    assert sum(PLANS[sheet].values()) == MINUTES[sheet]
    assert set(PLANS[sheet]) <= set(MOMENTS)


def test_the_longest_plan_has_all_there_is_and_every_lesson():
    assert set(PLANS["plan_90"]) == set(MOMENTS)
    assert {moment.page for moment in MOMENTS.values()} == {*LESSONS, "teaching"}
    assert list(WORKSHEETS) == list(LESSONS)


def test_the_plan_holds_the_links_of_its_moments(open_link, monkeypatch):
    import streamlit as st

    app = open_link("teaching", lang="zh", sheet="plan_90")
    monkeypatch.setattr(st, "session_state", {"language": "zh"})
    found = [html.unescape(link) for link in re.findall(r"href='([^']*)'", everything_said(app))]
    assert found == [MOMENTS[name].address for name in PLANS["plan_90"]]
    assert all("lang=zh" in link for link in found)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.slow] if moment.page in NETWORKED else [])
        for name, moment in MOMENTS.items()
    ],
)
def test_a_link_of_the_plan_opens_the_very_state(open_link, monkeypatch, name):
    import streamlit as st

    moment = MOMENTS[name]
    with monkeypatch.context() as patch:
        patch.setattr(st, "session_state", {"language": "en"})
        link = moment.link
    app = open_link(moment.page, **link)
    assert not app.warning
    assert bool(app.error) == (name == "any")  # no vectors have that matrix, and the page says so
    assert {key: app.session_state[f"{moment.page}.{key}"] for key in moment.values} == dict(moment.values)
    assert dict(app.query_params) == link
