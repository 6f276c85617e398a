"""Lesson 3: the program that is handed out prints VGG's own number; every size of photo, every link is taken."""

from __future__ import annotations

import contextlib
import io

import numpy as np
import pytest
from PIL import Image

from pages.lessons.filters.state import PRESETS, SIZE
from pages.ui.canvases.filter.canvas import OWN
from tests.pages.conftest import everything_said, faultless


def printed(code: str) -> list[float]:
    """The numbers that a program prints: the sums of the three colours, the total, the total after the ReLU."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, "program", "exec"), {})
    return [float(word) for word in out.getvalue().replace("[", " ").replace("]", " ").split()]


def network_says(name: str) -> np.ndarray:
    from gramlib import VGG, open_image, to_tensor
    from pages.ui.pictures import samples

    return VGG().features(to_tensor(open_image(samples()[name]), SIZE), ["relu1_1"])["relu1_1"].cpu().numpy()


@pytest.mark.slow
def test_the_program_prints_the_networks_own_number(open_link):
    channels = network_says("cat")
    _, height, width = channels.shape
    for channel, row, column in ((48, 40, 100), (7, 0, 0), (7, height - 1, width - 1)):
        app = open_link("filters", lang="en", picture="cat", filter=str(channel), place=f"{row + 1},{column + 1}")
        *sums, total, number = printed(app.code[0].value)
        assert number == max(0, total) == pytest.approx(channels[channel - 1, row, column], abs=2e-5)
        assert len(sums) == 3


def test_a_filter_of_ones_own_opens_from_the_link_and_is_in_the_program(open_link):
    own = [0.5] + [0.0] * 26 + [-3.0]
    link = {"picture": "brick", "filter": "0", "own": ",".join(map(str, own)), "place": "10,10"}
    app = open_link("filters", lang="zh", **link)
    assert not app.warning
    assert app.session_state["filters.own"] == tuple(own)
    assert dict(app.query_params) == link | {"lang": "zh", "own": "0.5" + ",0" * 26 + ",-3"}
    *_, total, number = printed(app.code[0].value)
    assert total < 0
    assert number == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("filter", "65"),
        ("own", "1,2"),
        ("own", ",".join(["nan"] * 28)),
        ("own", ",".join(["1e9"] * 28)),
        ("place", "-1,2"),
    ],
)
def test_what_a_link_cannot_mean_is_said(open_link, name, value):
    app = open_link("filters", lang="en", **{name: value})
    assert len(app.warning) == 1
    assert dict(app.query_params) == {"lang": "en"}


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1, 1), (300, 1), (40, 900)])
def test_a_photo_of_any_size_is_taken(open_link, words, size):
    file = io.BytesIO()
    Image.new("RGB", size, (200, 30, 90)).save(file, "PNG")
    app = open_link("filters", lang="en")
    app.file_uploader(key="upload.filters.picture").set_value(("own.png", file.getvalue(), "image/png"))
    faultless(app.run())
    assert not app.error
    assert printed(app.code[0].value)
    said = words("en")["filters.not_reached"].partition("{")[0]
    assert (said in everything_said(app)) == (min(size) * min(1, SIZE / max(size)) < 4)  # relu3_1 needs four


def test_the_presets_do_what_their_names_say():
    from gramlib.filters import filtered

    weights = {name: np.reshape(numbers[:27], (3, 3, 3)) for name, numbers in PRESETS.items()}
    assert {numbers[27] for numbers in PRESETS.values()} == {0.0}
    dark_then_bright = np.repeat([[-1.0, -1.0, 1.0, 1.0]], 4, axis=0)[None].repeat(3, axis=0)
    inner = np.s_[1:3, 1:3]
    assert (filtered(dark_then_bright, weights["upright"])[inner] > 1).all()
    assert not filtered(dark_then_bright, weights["level"])[inner].any()
    assert (filtered(dark_then_bright.transpose(0, 2, 1), weights["level"])[inner] > 1).all()
    assert filtered(np.ones((3, 3, 3)), weights["blur"])[1, 1] == pytest.approx(1, abs=0.01)
    assert filtered(np.array([1.0, 0, 0])[:, None, None].repeat(3, 1).repeat(3, 2), weights["red"])[1, 1] > 1
    assert not weights["nothing"].any()


def test_the_layers_are_the_networks(open_link):
    from gramlib import VGG
    from pages.lessons.filters.upwards import layers_of

    network = VGG()
    for height, width in ((171, 256), (31, 7), (1, 1)):
        reached = network.reached(height, width)
        for layer in layers_of(height, width):
            shape = network.shape(layer.name, height, width) if layer.name in reached else None
            assert layer.shape == shape


@pytest.mark.parametrize("choice", [[7, [0.0] * 28, [1, 2], True], [OWN, [1.5] * 28, [0, 0], False]])
def test_what_the_browser_says_is_heard(monkeypatch, choice):
    import streamlit as st

    from pages.ui.canvases.filter.canvas import heard

    def said(value):
        monkeypatch.setattr(st, "session_state", {"k": {"choice": {"value": value, "sequence": 1}}})
        return heard("k", 64, 3, 4)

    assert said(choice).said() == choice
    wrong = [[65, *choice[1:]], [choice[0], [0.0] * 27, *choice[2:]], [*choice[:2], [3, 0], True], [*choice[:3], 1]]
    for value in (*wrong, choice[:3], None, "7", {"filter": 7}, [[], [], [], True]):
        assert said(value) is None


@pytest.mark.slow
def test_the_photos_own_places_are_shown_when_they_are_asked_for(open_link):
    app = open_link("filters", lang="en", picture="cat", layer="relu1_2", first="58")
    assert len(app.get("image")) == 1
    app.toggle(key="filters.mine").set_value(True)
    faultless(app.run())
    assert len(app.get("image")) == 2
    again = open_link("filters", lang="en", layer="relu1_2", first="300")  # that layer has 64
    assert len(again.warning) == 1
    assert again.slider(key="filters.first").value == 1
