"""Every knob: a default within its range, a line that says what it is, and words for what it refuses."""

from __future__ import annotations

import math
from dataclasses import fields

import numpy as np
import pytest

from gramlib.errors import GramlabError
from gramlib.settings import TransferSettings


def test_every_knob_has_a_default_in_its_range_and_a_line_in_the_docstring():
    assert TransferSettings() == TransferSettings()
    assert hash(TransferSettings()) == hash(TransferSettings())
    for knob in fields(TransferSettings):
        assert f"\n    {knob.name} " in TransferSettings.__doc__
        assert knob.metadata
    assert tuple(dict(TransferSettings().style_layers)) == ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
    assert TransferSettings().content_layers == (("relu4_2", 1.0),)


@pytest.mark.parametrize(
    ("knob", "value", "code"),
    [
        ("optimizer", "sgd", "setting_choice"),
        ("start", None, "setting_choice"),
        ("steps", 0, "setting_whole"),
        ("steps", 2.5, "setting_whole"),
        ("steps", True, "setting_whole"),
        ("steps", 10_001, "setting_whole"),
        ("seed", -1, "setting_whole"),
        ("scales", 0, "setting_whole"),
        ("scales", 5, "setting_whole"),
        ("scales", 1.5, "setting_whole"),
        ("statistic", "mean", "setting_choice"),
        ("colour", "content", "setting_choice"),
        ("start", "photo", "setting_choice"),
        ("style_mix", 1.01, "setting_range"),
        ("style_mix", "half", "setting_range"),
        ("learning_rate", 0, "setting_range"),
        ("content_weight", -1, "setting_range"),
        ("style_weight", math.nan, "setting_range"),
        ("style_weight", math.inf, "setting_range"),
        ("total_variation_weight", "1", "setting_range"),
        ("style_layers", {"relu1_1": -1}, "setting_range"),
        ("content_layers", {"relu1_1": None}, "setting_range"),
        ("style_layers", "relu1_1", "setting_layers"),
        ("style_layers", 3, "setting_layers"),
        ("style_layers", ((1, "relu1_1"),), "setting_layers"),
        ("style_layers", ("relu1_1", ("relu1_2",)), "setting_layers"),
    ],
)
def test_knobs_are_refused_by_name(knob, value, code):
    with pytest.raises(GramlabError, match=knob) as raised:
        TransferSettings(**{knob: value})
    assert raised.value.code == code
    assert raised.value.values["knob"].startswith(knob)
    assert raised.value.values["got"] in str(raised.value)


def test_settings_that_pull_nowhere_are_refused():
    for nothing in (
        {"content_weight": 0, "style_weight": 0},
        {"content_weight": 0, "style_layers": {}},
        {"content_layers": {"relu4_2": 0}, "style_weight": 0},
    ):
        with pytest.raises(GramlabError, match="Nothing pulls") as raised:
            TransferSettings(**nothing, total_variation_weight=0)
        assert raised.value.code == "setting_nothing"
        TransferSettings(**nothing, total_variation_weight=1)


def test_layers_in_every_form_are_the_same_settings():
    forms = {"relu1_1": 1, "relu2_1": 1.0}, [("relu1_1", 1), ["relu2_1", np.float32(1)]], ("relu1_1", "relu2_1")
    assert len({TransferSettings(style_layers=form) for form in forms}) == 1
