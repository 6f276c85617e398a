"""A quarter that cannot be read is said, and tried again; nobody else is stopped by it."""

from __future__ import annotations

import pytest

from pages.lessons.style_distance import experiment
from pages.ui.compute import networks
from tests.pages.conftest import everything_said, faultless

pytestmark = pytest.mark.slow


def test_a_tile_that_fails_once_is_said_and_tried_again(open_link, words, monkeypatch):
    small = experiment.Experiment({"paintings": ["great_wave"], "photos": ["cat"]})
    read, tries = experiment._read, []

    def fail_once(tile):
        tries.append(tile)
        if len(tries) == 2:
            raise MemoryError
        return read(tile)

    monkeypatch.setattr(experiment, "_read", fail_once)
    monkeypatch.setattr(experiment, "_experiment", lambda: small)
    app = open_link("style_distance", lang="zh", pictures="cat,brick")
    app.button(key="style_distance.try.retrieval").click()
    faultless(app.run())
    app.button(key="retrieval.start").click()
    for _ in range(20):
        app = faultless(app.run())
        if app.error:
            break
        networks.jobs().compute(lambda: None).result()  # behind all that was asked for
    assert [error.value for error in app.error] == [words("zh")["errors.memory_full"]]
    again = app.button(key="retrieval.start")
    assert again.label == words("zh")["network.again"]
    again.click()
    for _ in range(40):
        app = faultless(app.run())
        assert not app.error
        if small.is_over:
            break
        networks.jobs().compute(lambda: None).result()
    assert len(tries) == small.count + 1
    assert words("zh")["retrieval.unit"] in everything_said(faultless(app.run()))


def test_the_masks_have_names():
    import numpy as np

    findings = experiment.Findings(
        {"style": np.array([True, True, False, True])}, np.array([True, True, False, False]), 2
    )
    assert findings.share("style", "paintings") == 100
    assert findings.share("style", "photos") == 50
    with pytest.raises(KeyError):
        findings.share("style", "drawings")
