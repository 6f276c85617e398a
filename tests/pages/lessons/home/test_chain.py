"""The first page's figures are drawings that a browser can read, and its painted photo is one."""

from __future__ import annotations

import base64
from xml.etree import ElementTree

import pytest

from pages.lessons.home.chain import PAINTED, PAINTING, PHOTO, figures, painted
from pages.ui.colours import DARK, LIGHT
from pages.ui.frame import LESSONS
from pages.ui.pictures import picture, to_size


def texts_of(address: str) -> list[str | None]:
    body = base64.b64decode(address.removeprefix("data:image/svg+xml;base64,"))
    return [element.text for element in ElementTree.fromstring(body).iter("{http://www.w3.org/2000/svg}text")]


def test_every_lesson_has_a_figure_in_the_colours_of_the_theme():
    light, dark = figures(LIGHT), figures(DARK)
    assert [*light] == list(LESSONS)
    assert all(light[lesson] != dark[lesson] for lesson in LESSONS)
    assert texts_of(light["vectors"]) == ["a·b = 6"]
    assert texts_of(light["gram"]) == ["v₁", "v₂", "v₃", "10", "5", "−5", "5", "5", "0", "−5", "0", "5"]
    for lesson in LESSONS:
        texts_of(dark[lesson])  # well-formed


@pytest.mark.slow
def test_the_painted_photo_is_nearer_to_the_painting_than_the_photo_is():
    from gramlib import VGG, feature_gram, open_image, style_distance, to_tensor

    network, layers = VGG(device="cpu"), ("relu2_1", "relu3_1")

    def grams(image):
        return [feature_gram(maps) for maps in network.features(to_tensor(image, 128), layers).values()]

    photo, painting, made = (
        grams(each) for each in (picture(PHOTO).image, picture(PAINTING).image, open_image(PAINTED))
    )
    for layer in range(len(layers)):
        assert style_distance(made[layer], painting[layer]) < 0.5 * style_distance(photo[layer], painting[layer])
    assert painted()[1] == to_size(picture(PHOTO).image, 512)
