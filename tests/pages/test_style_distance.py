"""Lesson 5: the distances on the page are the library's."""

from __future__ import annotations

import pytest

from tests.pages.conftest import everything_said, faultless

pytestmark = pytest.mark.slow


def test_the_distances_are_the_librarys(open_link):
    from gramlib import VGG, feature_gram, open_image, style_distance, to_tensor
    from pages.ui.numbers import number
    from pages.ui.pictures import samples

    names = ["cat", "brick", "grass"]
    network = VGG()
    grams = [
        feature_gram(network.features(to_tensor(open_image(samples()[name]), 256), ["relu3_1"])["relu3_1"])
        for name in names
    ]
    said = everything_said(open_link("style_distance", lang="en", pictures=",".join(names), layer="relu3_1"))
    nearest = min(style_distance(grams[0], other) for other in grams[1:])
    assert number(nearest) in said


def test_one_picture_alone_is_too_few(open_link, words):
    app = open_link("style_distance", lang="zh", pictures="cat,brick")
    app.multiselect(key="style_distance.pictures").set_value(["cat"])
    faultless(app.run())
    assert app.info[0].value == words("zh")["style_distance.too_few"]
