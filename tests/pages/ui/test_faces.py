"""The faces in the box are where VGG-16 is really strongest in the bundled pictures."""

from __future__ import annotations

import numpy as np
import pytest

from gramlib.filters import CHANNELS
from pages.ui.compute import networks
from pages.ui.pictures import picture, samples
from pages.ui.show.faces import SIZE, _index, face, own_face, patches

LAYERS = networks.LAYERS["vgg16"]


def test_every_channel_of_every_layer_has_a_place_of_at_most_nine_pictures():
    assert [str(name) for name in _index()["names"]] == list(samples())
    for layer in LAYERS:
        places = _index()[layer]
        assert places.shape == (CHANNELS[int(layer[4]) - 1], 9, 3)
        for channel in range(0, len(places), 37):
            found = patches(layer, channel)
            assert len({name for name, _, _ in found}) == len(found) <= 9
            for name, row, column in found:
                width, height = picture(name).image.size
                scale = SIZE / max(width, height) / 2 ** (int(layer[4]) - 1)
                assert row < height * scale + 1
                assert column < width * scale + 1


@pytest.mark.slow
def test_a_place_of_a_face_is_the_strongest_of_its_picture():
    from gramlib import VGG, to_tensor

    layers = ("relu1_2", "relu2_2")
    features = VGG().features(to_tensor(picture("cat").image, SIZE), layers)
    for layer in layers:
        for channel, maps in enumerate(features[layer].cpu().numpy()):
            for name, row, column in patches(layer, channel):
                if name == "cat":
                    assert maps[row, column] == pytest.approx(maps[1:-1, 1:-1].max(), rel=1e-4)


def test_a_face_is_made_of_the_pictures_own_pixels(monkeypatch):
    import streamlit as st

    monkeypatch.setattr(st, "session_state", {})
    from gramlib.images import to_levels

    name, row, column = patches("relu1_1", 6)[0]
    first = np.asarray(face("relu1_1", 6))[:44, :44]
    expected = to_levels(picture(name).image, SIZE)[row - 1 : row + 2, column - 1 : column + 2]
    np.testing.assert_array_equal(first[7::15, 7::15], expected)  # in the middle of each enlarged pixel
    empty = np.asarray(own_face(picture("cat"), "relu1_1", np.zeros((170, 256))))
    assert len(np.unique(empty.reshape(-1, 3), axis=0)) == 1  # nothing excites it
