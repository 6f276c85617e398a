"""Lesson 6: start, watch, steer, stop; and settings that pull at nothing are said."""

from __future__ import annotations

import time

import pytest

from tests.pages.conftest import everything_said, faultless

pytestmark = pytest.mark.slow


def wait_for(condition, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_start_steer_and_stop(open_link, words):
    from pages.ui import networks

    app = open_link("style_transfer", lang="en", size="128", steps="500")
    app.button(key="start").click()
    faultless(app.run())
    job = networks.jobs().get(app.session_state["transfer.job"])
    wait_for(lambda: job.step is not None and job.step.iteration >= 3)

    app.select_slider(key="style_transfer.style_weight").set_value(100.0)
    faultless(app.run())
    assert job.settings.style_weight == 100.0

    app.button(key="stop").click()
    faultless(app.run())
    assert job.state == "stopped"
    assert words("en")["style_transfer.state.stopped"] in "".join(bar.text for bar in app.get("progress"))
    first, now = (job.history[index][2]["relu3_1"] for index in (0, -1))
    assert now < first


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_pulls(open_link, words, language):
    app = open_link("style_transfer", lang=language, style_weight="0", content_weight="0")
    assert [error.value for error in app.error] == [words(language)["errors.setting_nothing"]]


def test_the_code_is_a_program(open_link):
    app = open_link("style_transfer", lang="en", steps="10")
    compile(app.code[0].value, "code", "exec")
    assert "steps=10" in everything_said(app)


def test_the_page_starts_with_the_recipe_of_the_library(open_link):
    from gramlib import TransferSettings
    from pages.ui import networks

    app = open_link("style_transfer", lang="en", size="128")
    app.button(key="start").click()
    faultless(app.run())
    job = networks.jobs().get(app.session_state["transfer.job"])
    job.stop()
    assert job.settings == TransferSettings()
