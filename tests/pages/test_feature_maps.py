"""Lesson 4: the numbers of the map, laid flat and multiplied."""

from __future__ import annotations

import re

import numpy as np
import pytest

from tests.pages.conftest import everything_said, faultless

MAPS = "1,2;3,4|0,1;0,-1"


def test_a_larger_map_keeps_the_numbers_that_fit(open_link):
    app = open_link("feature_maps", lang="en", maps=MAPS)
    app.number_input(key="feature_maps.width").set_value(3)
    faultless(app.run())
    assert app.query_params["maps"] == "1,2,0;3,4,0|0,1,0;0,-1,0"


def test_the_code_prints_the_matrix(open_link, capsys):
    app = open_link("feature_maps", lang="en", maps=MAPS, normalize="hw")
    exec(app.code[0].value, {})
    F = np.array([[1, 2, 3, 4], [0, 1, 0, -1.0]])
    assert str(F @ F.T / 4) in capsys.readouterr().out


LABS = ["real", "covariance"]


def choose(app, lab: str):
    app.segmented_control(key="feature_maps.lab").set_value(lab)
    return faultless(app.run())


@pytest.mark.parametrize("lab", LABS)
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("source", ["colours", pytest.param("relu2_2", marks=pytest.mark.slow)])
def test_every_laboratory_opens(open_link, lab, language, source):
    app = choose(open_link("feature_maps", lang=language, source=source, picture="cat"), lab)
    assert not app.error


CHANGES = {"together": 0, "mirror": 0, "roll": 0, "mix": 0, "apart": None, "image": 0}
QUESTIONS = {change: "pixels" if change == "image" else change for change in CHANGES}


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_the_measured_change_comes_only_after_a_guess(open_link, words, change):
    app = open_link("feature_maps", lang="en", source="colours", picture="cat")
    app.segmented_control(key="feature_maps.change").set_value(change)
    faultless(app.run())
    beginning = words("en")["feature_maps.measured"].partition("{")[0]
    assert beginning not in everything_said(app)
    app.radio(key=f"choice.feature_maps.guess_{QUESTIONS[change]}").set_value("same")
    said = everything_said(faultless(app.run()))
    mixed = words("en")["feature_maps.mixed_rounding"] in said
    assert mixed == (change == "mix" and "×10⁻¹" in said), "of a mixture the products are others"
    measured = said.split(beginning)[1].split("**")[0]
    right = words("en")["frame.right"] in said
    assert right == (CHANGES[change] == 0)
    assert (measured == "0" or "×10⁻¹" in measured) == right


@pytest.mark.slow
def test_shuffling_the_picture_changes_what_the_network_sees(open_link, words):
    app = open_link("feature_maps", lang="en", source="relu2_2", picture="cat")
    app.segmented_control(key="feature_maps.change").set_value("image")
    faultless(app.run())
    app.radio(key="choice.feature_maps.guess_image").set_value("changes")
    said = everything_said(faultless(app.run()))
    assert words("en")["frame.right"] in said
    measured = said.split(words("en")["feature_maps.measured"].partition("{")[0])[1].split("**")[0]
    assert float(measured) > 0.1


@pytest.mark.slow
def test_a_pair_is_shown_whose_covariance_has_the_other_sign(open_link):
    app = choose(open_link("feature_maps", lang="en", source="relu3_1", picture="great_wave"), "covariance")
    said = everything_said(app)
    assert "their covariance **−" in said


@pytest.mark.slow
def test_the_numbers_of_a_real_layer_are_those_of_a_real_layer():
    from gramlib import VGG, open_image, to_tensor
    from pages.lessons.feature_maps.presets import PRESETS
    from pages.ui.pictures import samples

    image = to_tensor(open_image(samples()["great_wave"]), 128)
    maps = VGG().features(image, ["relu2_1"])["relu2_1"].cpu().numpy()
    window = maps[[71, 2, 94], 16:20, 28:32].astype(float)
    np.testing.assert_allclose(PRESETS["layer"], window, atol=0.0501)


def test_stripes_and_checks_have_the_same_gram():
    from gramlib import feature_gram
    from pages.lessons.feature_maps.keeps import TWINS

    np.testing.assert_array_equal(feature_gram(TWINS["stripes"]), feature_gram(TWINS["checker"]))
    assert not np.array_equal(TWINS["stripes"], TWINS["checker"])


@pytest.mark.slow
def test_stripes_and_checks_differ_once_a_channel_sees_neighbours(open_link, words):
    english = words("en")
    app = open_link("feature_maps", lang="en")
    app.segmented_control(key="feature_maps.change").set_value("twins")
    faultless(app.run())
    beginning = english["feature_maps.measured"].partition("{")[0]
    assert beginning not in everything_said(app)
    app.radio(key="choice.feature_maps.guess_twins").set_value("same")
    said = everything_said(faultless(app.run()))
    assert english["frame.right"] in said
    assert english["feature_maps.measured"].format(change="0") in said
    app.toggle(key="feature_maps.neighbours").set_value(True)
    said = everything_said(faultless(app.run()))
    assert float(said.split(beginning)[1].split("**")[0]) > 0.1


def test_what_the_mean_takes_away_is_worked_out(open_link):
    said = everything_said(choose(open_link("feature_maps", lang="en", source="colours", picture="cat"), "covariance"))
    line = next(part for part in said.split("\n") if "mathrm{Cov}" in part)
    colour = r"\\textcolor\{#\w+\}\{\(?(-?[\d.]+)\)?\}"
    gram, first, second, value = map(float, re.findall(colour, line))
    assert gram - first * second == pytest.approx(value, abs=0.002)


def test_where_no_channels_oppose_each_other_a_layer_is_offered(open_link, words):
    app = choose(open_link("feature_maps", lang="en", source="colours", picture="great_wave"), "covariance")
    assert words("en")["feature_maps.none_opposed"].partition("{")[0] in everything_said(app)
    assert app.button(key="feature_maps.look_at").label.startswith("Look at relu3_1")


@pytest.mark.slow
def test_smaller_maps_and_larger_again(open_link):
    # case: nothing typed into C, H or W loses a number
    app = open_link("feature_maps", lang="en")
    maps = app.session_state["feature_maps.maps"]
    for side, size in (("channels", 2), ("height", 4), ("channels", 3), ("height", 2)):
        app.number_input(key=f"feature_maps.{side}").set_value(size)
        faultless(app.run())
    assert app.session_state["feature_maps.maps"] == maps


def test_a_colour_is_bright_where_the_photo_is_bright(open_link):
    # case: the sun of a photo was the darkest place of its red channel
    from pages.lessons.feature_maps.source import Read
    from pages.lessons.feature_maps.state import COLOURS
    from pages.ui.pictures import picture

    found = Read(picture("cat"), COLOURS, np.zeros((3, 2, 2)), ["red", "green", "blue"], 3)
    dark, bright = (np.asarray(found.shown(1, np.full((1, 1), level)))[0, 0].tolist() for level in (0.0, 1.0))
    assert (dark, bright) == ([0, 0, 0], [0, 255, 0])


@pytest.mark.slow
def test_the_two_patterns_with_one_matrix_are_said_to_have_it(open_link, words):
    for preset in ("stripes", "checker"):
        app = open_link("feature_maps", lang="en")
        app.button(key=f"feature_maps.preset.{preset}").click()
        assert words("en")["feature_maps.same_gram"] in everything_said(faultless(app.run()))
