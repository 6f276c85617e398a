"""Lesson 4: the Gram matrix on the page is the library's; what cannot be opened or had is said."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tests.pages.conftest import everything_said, faultless

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
    gram = feature_gram(VGG().features(to_tensor(image, 256), ["relu2_1"])["relu2_1"]).numpy()
    from pages.ui.numbers import number

    facts = words("en")["vgg_layers.facts"].partition(" · computed")[0]
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
    assert max(words(language)[f"errors.{code}"].replace("{format}", "{").split("{"), key=len) in app.error[0].value


def test_one_pixel_is_too_small_and_said(open_link, words):
    file = io.BytesIO()
    Image.new("RGB", (1, 1)).save(file, "PNG")
    app = upload(open_link("vgg_layers", lang="zh"), "one.png", file.getvalue())
    assert words("zh")["errors.image_too_small"].partition("{")[0] in app.warning[0].value


def test_without_a_connection_vgg19_is_refused_and_vgg16_shown(open_link, words, monkeypatch):
    from gramlib import WeightsUnavailable
    from pages.ui import networks

    prepare = networks.prepare

    def unavailable(architecture, pooling):
        if architecture == "vgg19":
            raise WeightsUnavailable("weights_not_fetched", "no network", reason="no network")
        return prepare(architecture, pooling)

    monkeypatch.setattr(networks, "prepare", unavailable)
    app = open_link("vgg_layers", lang="zh", network="vgg19", layer="relu3_4")
    assert words("zh")["errors.weights_not_fetched"] in app.error[0].value
    assert words("zh")["network.unavailable"] in app.error[0].value
    assert "relu3_1" in everything_said(app)


def test_the_code_prints_the_norm_of_the_page(open_link, capsys, monkeypatch):
    from pages.ui.networks import ROOT
    from pages.ui.numbers import number

    monkeypatch.chdir(ROOT)
    app = open_link("vgg_layers", lang="en", picture="cat", layer="relu4_1", size="128")
    exec(app.code[0].value, {})
    norm = float(capsys.readouterr().out.rsplit(" ", 2)[1])
    assert f"norm {number(norm)} " in everything_said(app)


@pytest.mark.parametrize("lab", ["pairs", "sheet", "spectrum", "compare", "take_away"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_laboratory_opens(open_link, lab, language):
    app = open_link("vgg_layers", lang=language, picture="cat", size="128")
    app.segmented_control(key="choice.vgg_layers.lab").set_value(lab)
    faultless(app.run())
    assert not app.error


def test_each_reading_is_numpys():
    from gramlib.gram import feature_gram
    from pages.ui.layer_labs import matrix_of

    features = np.random.default_rng(0).random((5, 4, 6))
    features[3] = 0  # a silent channel has neither cosine nor correlation
    rows, gram = features.reshape(5, -1), feature_gram(features)
    np.testing.assert_allclose(matrix_of("covariance", gram, features), np.cov(rows, bias=True), atol=1e-12)
    alive = [0, 1, 2, 4]
    cosines = rows @ rows.T / (np.outer(np.linalg.norm(rows, axis=1), np.linalg.norm(rows, axis=1)) + 1e-300)
    np.testing.assert_allclose(matrix_of("cosine", gram, features), cosines, atol=1e-12)
    found = matrix_of("correlation", gram, features)
    np.testing.assert_allclose(found[np.ix_(alive, alive)], np.corrcoef(rows[alive]), atol=1e-12)


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
    gram = feature_gram(maps).numpy()
    said = everything_said(open_link("vgg_layers", lang="en", picture="cat", size="128", layer="relu2_2", pair="7,30"))
    assert words("en")["vgg_layers.cell"].format(i=8, j=31, value=number(gram[7, 30])) in said
    assert f"<td>{number(gram[30, 30])}</td>" in said


def test_a_telling_pair_opens_its_cell(open_link, words):
    app = open_link("vgg_layers", lang="en", picture="cat", size="128")
    button = next(button for button in app.button if str(button.key).startswith("vgg_layers.opposed."))
    i, j = (int(part) for part in button.key.split(".")[-2:])
    button.click()
    said = everything_said(faultless(app.run()))
    assert words("en")["vgg_layers.cell"].partition(":")[0].format(i=i + 1, j=j + 1) in said


@pytest.mark.parametrize(("network", "pooling"), [("vgg16", "max"), ("vgg16", "average"), ("vgg16-random", "max")])
def test_the_code_prints_the_norm_of_every_network(open_link, capsys, monkeypatch, network, pooling):
    from pages.ui.networks import ROOT
    from pages.ui.numbers import number

    monkeypatch.chdir(ROOT)
    app = open_link("vgg_layers", lang="en", picture="cat", size="128", network=network, pooling=pooling)
    exec(app.code[0].value, {})
    norm = float(capsys.readouterr().out.rsplit(" ", 2)[1])
    assert f"norm {number(norm)} " in everything_said(app)


def test_what_is_taken_away_is_the_matrix():
    from pages.ui import computed, layer_labs

    rows = np.random.default_rng(0).random((3, 8))
    gram = rows @ rows.T / 8
    grams = computed.LayerGrams({"relu1_1": gram}, {"relu1_1": (2, 4)}, 0.1)
    saved = layer_labs.files_of(grams, gram)
    np.testing.assert_array_equal(np.load(io.BytesIO(saved["npz"]))["relu1_1"], gram)
    np.testing.assert_allclose(np.loadtxt(io.BytesIO(saved["csv"]), delimiter=","), gram, rtol=1e-7)
    assert Image.open(io.BytesIO(saved["png"])).format == "PNG"
