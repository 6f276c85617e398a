"""Lesson 5: the Gram matrix on the page is the library's; what cannot be opened or had is said."""

from __future__ import annotations

import io
import re
import urllib.error
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from tests.pages.conftest import everything_said, faultless, folder_of, run_program

pytestmark = pytest.mark.slow


def upload(app, name: str, data: bytes):
    app.file_uploader(key="upload.vgg_layers.picture").set_value((name, data, "application/octet-stream"))
    return faultless(app.run())


def test_an_upload_becomes_the_librarys_gram_matrix(open_link, words):
    from gramlib import VGG, feature_gram, to_tensor

    image = Image.fromarray(np.random.default_rng(3).integers(0, 256, (90, 120, 3), dtype=np.uint8))
    file = io.BytesIO()
    image.save(file, "PNG")
    app = upload(open_link("vgg_layers", lang="en", layer="relu2_1"), "noise.png", file.getvalue())
    gram = feature_gram(VGG().features(to_tensor(image, 256), ["relu2_1"])["relu2_1"]).cpu().numpy()
    from pages.ui.numbers import number

    facts = words("en")["vgg_layers.facts"]
    assert facts.format(norm=number(np.linalg.norm(gram)), trace=number(np.trace(gram))) in everything_said(app)
    assert app.selectbox(key="vgg_layers.picture").value.startswith("own-")


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.jpg", b"not a picture", "image_unreadable"),
        ("a.png", b"", "image_empty"),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image_format"),
        ("a.heic", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "image_format"),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_no_picture_is_said_in_words(open_link, words, name, data, code, language):
    app = upload(open_link("vgg_layers", lang=language), name, data)
    assert len(app.error) == 1
    sentence = re.escape(words(language)[f"errors.{code}"])
    assert re.fullmatch(re.sub(r"\\{\w+\\}", ".+", sentence), app.error[0].value)


def test_the_rest_waits_until_another_picture_is_drawn_and_for_nothing_else(open_link, monkeypatch):
    from pages.ui.drawn import Drawing

    waits = []
    monkeypatch.setattr(Drawing, "wait_for", lambda self, at_most: waits.append((self.name, at_most)))
    app = open_link("vgg_layers", lang="en", picture="cat", size="128")
    faultless(app.run())
    assert waits == [], "a page that opens waits for nothing, nor one that stays"
    app.selectbox(key="vgg_layers.picture").set_value("grass")
    faultless(app.run())
    assert len(waits) == 1
    assert 0 < waits[0][1] < 1
    faultless(app.run())
    assert len(waits) == 1
    app.selectbox(key="vgg_layers.picture").set_value("cat")  # computed before
    faultless(app.run())
    assert len({name for name, _ in waits}) == len(waits) == 2


def test_one_pixel_is_too_small_and_said(open_link, words):
    file = io.BytesIO()
    Image.new("RGB", (1, 1)).save(file, "PNG")
    app = upload(open_link("vgg_layers", lang="zh"), "one.png", file.getvalue())
    assert words("zh")["errors.image_too_small"].partition("{")[0] in app.warning[0].value


def test_without_a_connection_vgg19_is_refused_once_and_vgg16_shown(open_link, words, monkeypatch, tmp_path):
    import torch

    from pages.ui.compute import networks

    tries = []

    def offline(*arguments, **_):
        tries.append(arguments)
        raise urllib.error.URLError(OSError(-2, "Name or service not known"))

    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setattr(torch.hub, "download_url_to_file", offline)
    monkeypatch.setattr(networks, "_networks", dict(networks._networks))
    app = open_link("vgg_layers", lang="zh", network="vgg19", layer="relu3_4", size="128")
    said = words("zh")
    assert len(app.error) == 1
    sentence = said["errors.weights_not_fetched"].partition("{")[0]
    assert sentence in app.error[0].value
    assert said["network.unavailable"] in app.error[0].value
    assert app.info[0].value == said["vgg_layers.no_such_layer"].format(layer="relu3_4", instead="relu3_3")
    assert "relu3_3" in everything_said(app)

    # it stays said, and the next touch of the page does not go to the network again
    app.segmented_control(key="vgg_layers.lab").set_value("spectrum")
    faultless(app.run())
    assert len(tries) == 1
    assert sentence in app.error[0].value
    # choosing it once more is a new try
    app.selectbox(key="vgg_layers.network").set_value("vgg19")
    faultless(app.run())
    assert len(tries) == 2
    app.selectbox(key="vgg_layers.network").set_value("vgg16-random")
    faultless(app.run())
    assert not app.error


@pytest.mark.parametrize("lab", ["pairs", "sheet", "spectrum", "compare", "take_away"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_laboratory_opens(open_link, lab, language):
    app = open_link("vgg_layers", lang=language, picture="cat", size="128")
    app.segmented_control(key="vgg_layers.lab").set_value(lab)
    faultless(app.run())
    assert not app.error


@pytest.mark.parametrize("reading", ["gram", "cosine", "covariance", "correlation"])
@pytest.mark.parametrize("order", ["as_is", "energy", "likeness"])
def test_every_reading_and_order_opens(open_link, reading, order):
    app = open_link("vgg_layers", lang="en", picture="cat", size="128", reading=reading, order=order, scale="log")
    assert not app.error


def test_an_opened_cell_shows_the_librarys_numbers(open_link, words):
    from gramlib import VGG, feature_gram, open_image, to_tensor
    from pages.ui.numbers import number
    from pages.ui.pictures import samples

    maps = VGG().features(to_tensor(open_image(samples()["cat"]), 128), ["relu2_2"])["relu2_2"]
    gram = feature_gram(maps).cpu().numpy()
    said = everything_said(open_link("vgg_layers", lang="en", picture="cat", size="128", layer="relu2_2", pair="8,31"))
    assert words("en")["vgg_layers.cell"].format(i=8, j=31, value=number(gram[7, 30])) in said
    assert f"<td>{number(gram[30, 30])}</td>" in said


def test_a_telling_pair_opens_its_cell(open_link, words):
    app = open_link("vgg_layers", lang="en", picture="cat", size="128")
    button = app.button(key="vgg_layers.opposed.0")
    i, j = button.label.partition(":")[0].split(" and ")
    button.click()
    said = everything_said(faultless(app.run()))
    assert words("en")["vgg_layers.cell"].partition(":")[0].format(i=i, j=j) in said


def test_a_pair_of_ones_own_stays_with_another_picture_and_the_strongest_do_not(open_link, words):
    heading = words("en")["vgg_layers.cell"].partition(":")[0]

    def opened(app):
        return next(each.value for each in app.header if each.value.startswith(heading.partition("{")[0]))

    app = open_link("vgg_layers", lang="en", picture="cat", size="128")
    strongest = opened(app)
    assert "pair" not in app.query_params
    app.selectbox(key="vgg_layers.picture").set_value("grass")
    faultless(app.run())
    assert opened(app).partition(":")[0] != strongest.partition(":")[0]

    app = open_link("vgg_layers", lang="en", picture="cat", size="128", pair="8,31")
    app.selectbox(key="vgg_layers.picture").set_value("grass")
    faultless(app.run())
    assert opened(app).startswith(heading.format(i=8, j=31))
    # the channels of another network are other detectors
    app.selectbox(key="vgg_layers.network").set_value("vgg16-random")
    faultless(app.run())
    assert not opened(app).startswith(heading.format(i=8, j=31))


def test_the_whole_state_is_in_the_link(open_link):
    link = {"layer": "relu4_2", "pair": "3,5", "channel": "9", "shared": "1", "scale": "log", "size": "128"}
    app = open_link("vgg_layers", lang="zh", picture="cat", **link)
    for name, value in link.items():
        assert app.query_params[name] == value, name
    app.toggle(key="vgg_layers.shared").set_value(False)
    faultless(app.run())
    assert "shared" not in app.query_params


@pytest.mark.parametrize(
    ("network", "pooling", "reading"),
    [
        ("vgg16", "max", "gram"),
        ("vgg16", "average", "correlation"),
        ("vgg16-random", "max", "cosine"),
        ("vgg16-random", "average", "covariance"),
    ],
)
def test_the_folders_program_prints_the_numbers_of_the_page(open_link, words, tmp_path, network, pooling, reading):
    from pages.ui.compute.passes import Recipe, layer_pass
    from pages.ui.numbers import number
    from pages.ui.pictures import picture

    link = {"layer": "relu4_1", "size": "128", "pair": "3,5", "reading": reading}
    app = open_link("vgg_layers", lang="en", picture="cat", network=network, pooling=pooling, **link)
    cell, facts = run_program(folder_of(app, tmp_path)).splitlines()
    norm, trace = (number(float(value)) for value in facts.split()[-2:])
    assert words("en")["vgg_layers.facts"].format(norm=norm, trace=trace) in everything_said(app)
    from pages.lessons.vgg_layers import readings

    shown = readings.matrix(layer_pass(picture("cat"), Recipe(network, pooling, 128)), "relu4_1", reading)
    assert float(cell) == pytest.approx(float(shown[2, 4]), rel=1e-3)


def test_the_code_for_vgg19_is_torchvisions_own(capsys, monkeypatch):
    """Its weights are not here: with others in their place, the program still prints what gramlib finds with them."""
    import torch
    import torchvision.models

    from gramlib import VGG, feature_gram, open_image, to_tensor
    from gramlib.weights import empty_features
    from pages.lessons.vgg_layers.program import gram_code
    from pages.ui.compute.passes import Recipe
    from pages.ui.pictures import picture, samples
    from pages.ui.places import ROOT

    generator = torch.Generator().manual_seed(0)
    state = {
        name: torch.randn(value.shape, generator=generator) / value[0].numel() ** 0.5
        for name, value in empty_features("vgg19").state_dict().items()
    }
    monkeypatch.setattr("gramlib.vgg.load_weights", lambda *_: state)
    network = VGG("vgg19", device="cpu")
    expected = feature_gram(network.features(to_tensor(open_image(samples()["cat"]), 128), ["relu3_4"])["relu3_4"])

    def build(weights):
        assert weights == "IMAGENET1K_V1"
        features = empty_features("vgg19")
        features.load_state_dict(state, assign=True)
        return torch.nn.ModuleDict({"features": features})

    monkeypatch.setattr(torchvision.models, "vgg19", lambda weights: SimpleNamespace(**build(weights)))
    monkeypatch.chdir(ROOT)
    exec(gram_code(picture("cat"), Recipe("vgg19", size=128), "relu3_4", network.depth("relu3_4")).text, {})
    norm = float(capsys.readouterr().out.rsplit(" ", 2)[1])
    assert norm == pytest.approx(float(expected.norm()), rel=1e-4)


def test_what_is_taken_away_is_the_matrix():
    import torch

    from gramlib import VGG, feature_gram
    from pages.lessons.vgg_layers import labs, readings
    from pages.ui.colours import LIGHT
    from pages.ui.compute.passes import LayerPass, Recipe
    from pages.ui.show import channels

    levels = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    network = VGG()
    seen = LayerPass(network, Image.fromarray(levels), Recipe(size=64, layers=("relu1_1", "relu2_1")))
    saved = np.load(io.BytesIO(labs.archive(seen)))
    image = torch.from_numpy(levels).permute(2, 0, 1)[None] / 255
    for layer in ("relu1_1", "relu2_1"):
        gram = feature_gram(network.features(image, [layer])[layer]).cpu().numpy()
        np.testing.assert_allclose(saved[layer], gram, rtol=1e-5, atol=1e-6)
    matrix = readings.matrix(seen, "relu2_1", "correlation")
    read = np.loadtxt(io.BytesIO(labs.table(matrix)), delimiter=",")
    np.testing.assert_allclose(read, matrix, rtol=1e-7)

    # as a picture: nothing is paper, the limit and what is beyond it the full colour, each sign in its own
    signed = np.array([[0.0, 2.0], [-2.0, 5.0]])
    picture = Image.open(io.BytesIO(labs.png(channels.signed_picture(signed, "sqrt", 2.0, LIGHT))))
    assert picture.format == "PNG"
    corners = [picture.getpixel((x * (picture.width - 1), y * (picture.height - 1))) for y in (0, 1) for x in (0, 1)]
    colours = [LIGHT.paper, LIGHT.product, LIGHT.negative, LIGHT.product]
    assert ["#{:02x}{:02x}{:02x}".format(*corner) for corner in corners] == colours


def test_channels_lie_over_the_picture_where_they_are_strong():
    from pages.ui.colours import LIGHT
    from pages.ui.pictures import Picture
    from pages.ui.show import channels

    picture = Picture("white", Image.new("RGB", (80, 40), "white"))
    first, second = np.zeros((2, 4)), np.zeros((2, 4))
    first[0, :2], second[0, 1:3] = 3, 7
    panels = channels.pair_over_picture(picture, first, second)
    strong = {0: [0, 1], 1: [1, 2], 2: [1]}  # the product only where both are
    for place, (panel, colour) in enumerate(zip(panels, (LIGHT.first, LIGHT.second, LIGHT.product), strict=True)):
        assert panel.size == (80, 40)
        found = [k for k in range(4) if "#{:02x}{:02x}{:02x}".format(*panel.getpixel((20 * k + 10, 10))) == colour]
        assert found == strong[place]
        assert len(set(panel.getpixel((10, 30)))) == 1  # grey


def test_what_each_depth_holds_is_shown_of_the_picture_or_of_another(open_link, words):
    from pages.ui.pictures import title

    for name, key, shown in (("poppies", "depths", "poppies"), ("cat", "depths_instead", "great_wave")):
        app = open_link("vgg_layers", lang="en", picture=name, size="128")
        assert words("en")[f"vgg_layers.{key}"].format(picture=title(shown)) in everything_said(app)
        captions = [caption for image in app.get("image") for caption in image.captions]
        assert {"relu1_1", *(f"+ relu{rung}_1" for rung in range(2, 6))} <= set(captions)
