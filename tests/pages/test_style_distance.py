"""Lesson 6: the distances on the page are the library's; parts, links, the experiment, and what cannot be used."""

from __future__ import annotations

import ast
import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.pages.conftest import everything_said, faultless, folder_of, run_program

pytestmark = pytest.mark.slow

SMALL = "cat,brick,grass"
PART = "great_wave@0-10-40-50"


def run_code(app, folder: Path) -> np.ndarray:
    """Run the program of the page in its folder, and return the matrix that it prints."""
    return np.array([ast.literal_eval(line) for line in run_program(folder_of(app, folder)).splitlines()])


def test_the_distances_are_the_librarys(open_link):
    from gramlib import VGG, feature_gram, open_image, style_distance, to_tensor
    from pages.ui.numbers import number
    from pages.ui.pictures import samples

    names = SMALL.split(",")
    network = VGG()
    grams = [
        feature_gram(network.features(to_tensor(open_image(samples()[name]), 256), ["relu3_1"])["relu3_1"])
        for name in names
    ]
    said = everything_said(open_link("style_distance", lang="en", pictures=SMALL, layer="relu3_1"))
    nearest = min(style_distance(grams[0], other) for other in grams[1:])
    assert number(nearest) in said


def test_the_content_distance_is_its_definition(open_link):
    from gramlib import VGG, open_image, to_tensor
    from pages.ui.numbers import number
    from pages.ui.pictures import samples

    network = VGG()
    maps = []
    for name in ("cat", "brick"):
        square = open_image(samples()[name]).resize((224, 224), Image.Resampling.LANCZOS)
        maps.append(network.features(to_tensor(square), ["relu4_2"])["relu4_2"].double())
    expected = float((maps[0] - maps[1]).norm() / (maps[0].norm() + maps[1].norm()))
    said = everything_said(open_link("style_distance", lang="en", pictures="cat,brick"))
    assert f"Brick wall · {number(expected)}" in said


def test_one_picture_alone_is_too_few(open_link, words):
    app = open_link("style_distance", lang="zh", pictures="cat,brick")
    app.multiselect(key="style_distance.pictures").set_value(["cat"])
    faultless(app.run())
    assert app.info[0].value == words("zh")["style_distance.too_few"]


@pytest.mark.parametrize("distance", ["gram", "mmd", "wasserstein", "sliced"])
def test_the_code_prints_the_matrix_of_the_page(open_link, tmp_path, distance):
    from pages.ui.numbers import number

    app = open_link(
        "style_distance", lang="en", pictures=f"{PART},cat,brick", distance=distance, weights="1,0,0.5,0,0.25"
    )
    assert not app.error
    assert not app.warning
    printed = run_code(app, tmp_path)
    np.testing.assert_array_equal(printed, printed.T)
    others = printed + 9 * np.eye(3)
    said = everything_said(app)
    for row in range(3):
        assert number(others[row].min()) in said


def test_a_kernel_and_a_gram_matrix_measure_the_same(open_link):
    shown = [
        everything_said(open_link("style_distance", lang="en", pictures=SMALL, distance=kind))
        for kind in ("gram", "mmd")
    ]
    tables = [said[said.index("<table") : said.index("</table>")] for said in shown]
    assert tables[0] == tables[1]


def test_the_link_opens_what_is_seen(open_link):
    link = {
        "lang": "zh",
        "pictures": f"{PART},cat,great_wave",
        "layer": "relu2_1",
        "weights": "0,0.25,1,1,0.05",
        "distance": "sliced",
        "map": "content",
        "pair": "2,3",
        "open": "relu4_1",
        "source": "poppies",
        "frame": "0-0-100-100",
    }
    app = open_link("style_distance", **link)
    assert not app.warning
    written = app.code[1].value
    for name, value in link.items():
        assert f"{name}={value.replace('@', '%40')}" in written
    assert app.session_state["style_distance.pictures"] == [PART, "cat", "great_wave"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pictures", "great_wave@60-0-50-50,cat"),  # beyond the border
        ("pictures", "great_wave@0-0-5-50,cat"),  # too narrow
        ("pictures", "great_wave@0-0-50,cat"),
        ("pictures", "no_such_picture@0-0-50-50,cat"),
        ("pictures", f"{PART},{PART}"),
        ("pictures", ",".join(f"cat@{left}-0-20-20" for left in range(9))),
        ("weights", "0,0,0,0,0"),
        ("weights", "1,1,1"),
        ("weights", "1,1,1,1,2"),
        ("weights", "1,1,1,1,nan"),
        ("distance", "manhattan"),
        ("frame", "0-0-0-0"),
        ("frame", "a-b-c-d"),
    ],
)
def test_what_a_link_cannot_mean_is_refused_in_words(open_link, words, name, value):
    app = open_link("style_distance", lang="zh", **({"pictures": SMALL} | {name: value}))
    assert len(app.warning) == 1
    assert words("zh")["link.refused"].partition("{")[0] in app.warning[0].value
    assert not app.error


def test_a_part_is_cut_and_added(open_link, words):
    app = open_link("style_distance", lang="en", pictures="cat,brick", source="great_wave", frame="0-10-40-50")
    app.button(key="crop.add").click()
    app = faultless(app.run())
    assert app.session_state["style_distance.pictures"] == ["cat", "brick", PART]
    assert "Part 1 of The Great Wave" in everything_said(app)
    button = app.button(key="crop.add")
    assert button.disabled, "the same part twice would be 0 apart from itself"
    assert words("en")["crop.there"] in everything_said(app)


def test_a_ninth_picture_finds_no_room(open_link, words):
    eight = ",".join(f"cat@{left}-0-60-60" for left in range(8))
    app = open_link("style_distance", lang="en", pictures=eight)
    assert app.button(key="crop.add").disabled
    assert words("en")["crop.full"] in everything_said(app)


def test_a_picture_of_ones_own_is_among_them_at_once_and_if_too_small_is_named(open_link, words):
    app = open_link("style_distance", lang="zh", pictures="cat,brick")
    file = io.BytesIO()
    Image.new("RGB", (12, 40), "red").save(file, "PNG")
    app.file_uploader(key="upload.style_distance.source").set_value(("dot.png", file.getvalue(), "image/png"))
    app = faultless(app.run())
    assert app.session_state["style_distance.pictures"][2:] == [app.session_state["style_distance.source"]]  # by itself
    assert len(app.warning) == 1
    assert "dot.png" in app.warning[0].value
    assert words("zh")["errors.image_too_small"].partition("{")[0] in app.warning[0].value
    assert "<table" in everything_said(app)
    app.multiselect(key="style_distance.pictures").set_value(["cat", "brick"])  # and taken away it stays away
    app = faultless(app.run())
    assert app.session_state["style_distance.pictures"] == ["cat", "brick"]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("lab", ["pair", "retrieval", "others"])
def test_every_laboratory_opens(open_link, lab, language):
    app = open_link("style_distance", lang=language, pictures=SMALL)
    app.segmented_control(key="style_distance.lab").set_value(lab)
    faultless(app.run())
    assert not app.error


def test_the_two_numbers_of_the_proof_agree(open_link):
    app = open_link("style_distance", lang="en", pictures="cat,brick", open="relu2_1")
    app.segmented_control(key="style_distance.lab").set_value("others")
    said = everything_said(faultless(app.run()))
    rows = [row for row in said.split("<tr>") if "pairs of pos" in row or "‖², from" in row]
    written = [row.rpartition("<td>")[2].partition("<")[0] for row in rows]
    digits = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
    kernel, difference = (float(value.replace("×10", "e").translate(digits)) for value in written)
    assert kernel > 0
    assert kernel == pytest.approx(difference, rel=1e-6)


def test_a_telling_pair_opens_on_both_pictures(open_link, words):
    from pages.lessons.style_distance.measured import grams
    from pages.ui.numbers import number
    from pages.ui.pictures import picture

    app = open_link("style_distance", lang="en", pictures="cat,brick", open="relu2_1")
    button = [each for each in app.button if str(each.key).startswith("style_distance.telling.")][2]
    i, j = (int(part) for part in button.key.split(".")[-2:])
    a, b = (grams(picture(name))["relu2_1"] for name in ("cat", "brick"))
    off = np.abs(a - b) - np.diag(np.diag(np.abs(a - b)))
    assert abs(a[i, j] - b[i, j]) == pytest.approx(np.sort(off[np.triu_indices(len(a))])[-3])
    button.click()
    app = faultless(app.run())
    captions = [caption for image in app.get("image") for caption in image.captions]
    for gram in (a, b):
        assert any(
            f"channels {i + 1} and {j + 1} fire together, G = {number(float(gram[i, j]))}" in each for each in captions
        )


def test_three_parts_of_one_painting_are_closer_than_three_photos_of_buildings(open_link):
    """What the prediction calls right, with the pictures that the experiment sets."""
    from pages.lessons.style_distance import crops
    from pages.lessons.style_distance.measured import matrices

    app = open_link("style_distance", lang="en", pictures="cat,brick")
    app.button(key="style_distance.try.parts").click()
    app = faultless(app.run())
    by_layer = matrices(crops.opened(app.session_state["style_distance.pictures"]), "gram")
    mean = np.mean(list(by_layer.values()), axis=0)
    within = np.triu_indices(3, k=1)
    parts, photos = mean[:3, :3][within], mean[3:, 3:][within]
    assert parts.max() < photos.min()
    assert parts.max() < mean[:3, 3:].min(), "and no part is nearer to a photo than to another part"


def test_the_first_example_shows_the_point_and_the_next_the_doubt(open_link, words):
    """Each half is nearest to its own other half; the Great Wave to Van Gogh, and not to Hokusai's other print."""
    from gramlib.retrieval import nearest
    from pages.lessons.style_distance import crops
    from pages.lessons.style_distance.measured import matrices
    from pages.lessons.style_distance.state import DOUBT, HALVES

    def nearest_of(names):
        return nearest(np.mean(list(matrices(crops.opened(names), "gram").values()), axis=0)).tolist()

    said = {name: words("en")[f"style_distance.example.{name}"] for name in ("halves", "doubt")}
    app = open_link("style_distance", lang="en")
    assert nearest_of(HALVES) == [1, 0, 3, 2, 5, 4]
    assert said["halves"] in everything_said(app)
    app.button(key="style_distance.try.doubt").click()
    faultless(app.run())
    assert nearest_of(DOUBT)[0] == DOUBT.index("village_street_in_auvers")
    assert said["doubt"] in everything_said(app)
    app.session_state["style_distance.layer"] = "relu1_1"
    assert not any(text in everything_said(faultless(app.run())) for text in said.values())


@pytest.mark.parametrize("name", ["layers", "retrieval"])
def test_what_is_to_be_tried_opens(open_link, name):
    app = open_link("style_distance", lang="zh", pictures="cat,brick")
    app.button(key=f"style_distance.try.{name}").click()
    app = faultless(app.run())
    lab = {"layers": "pair", "retrieval": "retrieval"}[name]
    assert app.session_state["style_distance.lab"] == lab
    assert not app.error


def test_what_comes_from_the_browser_is_checked(monkeypatch):
    import streamlit as st

    from pages.ui.canvases.crop.canvas import committed
    from pages.ui.canvases.map.canvas import moved_weights

    def arrives(part, value):
        monkeypatch.setattr(st, "session_state", {"key": {part: value}})

    for frame in ([0, 0, 100, 100], [10, 20, 30, 40]):
        arrives("committed", {"value": frame, "sequence": 1})
        assert committed("key") == tuple(frame)
    for frame in ([0, 0, 101, 10], [0, 0, 10], ["a", 0, 10, 10], [0.5, 0, 10, 10], [-1, 0, 20, 20], []):
        arrives("committed", {"value": frame})
        assert committed("key") is None
    arrives("moved", {"value": [0, 0.5, 1], "sequence": 1})
    assert moved_weights("key", 3) == (0, 0.5, 1)
    for weights in ([0, 0, 0], [1, 1], [2, 0, 0], ["1", 0, 0], None, [float("nan"), 1, 1]):
        arrives("moved", {"value": weights})
        assert moved_weights("key", 3) is None


def test_parts_are_counted_and_cut_where_the_link_says():
    from pages.lessons.style_distance import crops
    from pages.ui.pictures import picture

    image = picture("cat").image
    names = ["cat@0-0-50-50", "cat", "cat@50-50-50-50"]
    first, whole, second = crops.opened(names)
    assert (first.number, second.number) == (1, 2)
    assert whole.image.size == image.size
    np.testing.assert_array_equal(np.asarray(second.image), np.asarray(image.crop(second.box)))
    assert first.box == (0, 0, 226, 150)  # of 451×300
    assert crops.part_name("cat", (0, 0, 100, 100)) == "cat"


# --- the experiment


@pytest.fixture
def findings():
    """Findings whose shares are told: of 20 tiles, the first half of paintings."""
    from gramlib.retrieval import LAYERS
    from pages.lessons.style_distance.experiment import Findings

    def made(**hits):
        names = [*LAYERS, "style", "content", "colour", *(f"untrained.{name}" for name in (*LAYERS, "style"))]
        own = {name: np.arange(20) < hits.get(name.replace(".", "_"), 10) for name in names}
        return Findings(own, np.arange(20) < 10, 4)

    return made


def test_the_sentences_follow_the_numbers(findings, words):
    from pages.lessons.style_distance.experiment import sentences

    patterns = {
        key.rpartition(".")[2]: re.sub(r"\\{[a-z]+\\}", ".*", re.escape(text))
        for key, text in words("en").items()
        if key.startswith("retrieval.says.")
    }

    def chosen(**hits):
        said = sentences(findings(**hits))
        return [next(key for key, pattern in patterns.items() if re.fullmatch(pattern, one)) for one in said]

    hits = {"style": 18, "relu1_1": 5, "relu5_1": 19, "untrained_style": 9, "content": 1}
    assert chosen(**hits) == ["best", "deep", "trained", "content_low"]
    hits = {"style": 18, "relu1_1": 19, "relu5_1": 5, "untrained_style": 18, "content": 12}
    assert chosen(**hits) == ["best", "shallow", "not_trained", "content_less"]
    hits = {"style": 18, "untrained_style": 9, "content": 18}
    assert chosen(**hits) == ["best_ones", "level", "trained", "content_equal"]
    shared = sentences(findings(relu4_1=19, relu5_1=19))[0]
    assert "**relu4_1 and relu5_1**: 95 in 100" in shared  # case: "the best is relu4_1 with 88", relu5_1 had 88 as well
    best = sentences(findings(relu4_1=20, style=14))[0]
    assert "**relu4_1**: 100 in 100" in best
    assert "finds 70" in best


def test_shares_and_chance_by_hand(findings):
    found = findings(style=15)
    assert found.share("style") == 75
    assert found.share("style", "paintings") == 100
    assert found.share("style", "photos") == 50
    assert found.chance == pytest.approx(100 * 3 / 19)


def test_the_experiment_reads_each_tile_once_for_everybody_and_compares(open_link, monkeypatch, words):
    from pages.lessons.style_distance import experiment
    from pages.ui.compute import networks

    small = experiment.Experiment({"paintings": ["great_wave"], "photos": ["cat"]})
    assert small.count == 8
    read = []
    slow_read = experiment._read
    monkeypatch.setattr(experiment, "_read", lambda tile: read.append(tile) or slow_read(tile))
    monkeypatch.setattr(experiment, "_experiment", lambda: small)
    networks.warm_up()
    networks.state().result()
    app = open_link("style_distance", lang="en", pictures="cat,brick")
    app.button(key="style_distance.try.retrieval").click()
    app = faultless(app.run())
    app.button(key="retrieval.start").click()
    app = faultless(app.run())
    asked = [reading for reading in small._readings if reading.begun]
    assert 0 < len(asked) <= 3, "it goes on only as long as somebody looks"
    for _ in range(200):
        if small.is_over:
            break
        networks.jobs().compute(lambda: None).result()  # behind all that was asked for
        app = faultless(app.run())
    app = faultless(app.run())
    assert len(read) == 8
    said = everything_said(app)
    found = small.result()
    assert all(0 <= found.share(name) <= 100 for name in found.own)
    assert found.share("style") >= 75, "a wave and a cat are not to be mistaken"
    for sentence in experiment.sentences(found):
        assert sentence in said
    other = open_link("style_distance", lang="en", pictures="cat,brick")
    other.button(key="style_distance.try.retrieval").click()
    assert words("en")["retrieval.unit"] in everything_said(faultless(other.run())), "what one has had computed all see"
