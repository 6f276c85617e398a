"""Uploads: bounded, given up by Streamlit once they are read, said something of; their programs open them alike."""

from __future__ import annotations

import inspect
import io

import numpy as np
import pytest
import streamlit as st
from PIL import Image

from gramlib.jobs import JobPool
from pages.ui import albums, browsers, pictures
from pages.ui.state import PageState
from tests.pages.conftest import everything_said, faultless, folder_of, run_program

KEY = "upload.vgg_layers.picture"


@pytest.fixture
def session(monkeypatch):
    session: dict = {"language": "en"}
    monkeypatch.setattr(st, "session_state", session)
    return session


def file_of(image: Image.Image, kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


class Page(PageState):
    lesson = "vgg_layers"
    picture = pictures.picture_parameter("cat", travels=True)
    other = pictures.picture_parameter("grass")


def keep(colour: tuple[int, int, int], size: tuple[int, int] = (100, 100), name: str = "picture") -> str:
    state = Page()
    pictures._keep(state, name, "here", "a.png", file_of(Image.new("RGB", size, colour)))
    return state[name]


@pytest.fixture
def no_albums(monkeypatch):
    """No album, and the pages that are open: the ids of their sessions."""
    monkeypatch.setattr(albums, "_ALBUMS", {})
    opened: set[str] = set()
    monkeypatch.setattr(albums, "_is_connected", opened.__contains__)
    return opened


def visit(session, mark: str, monkeypatch) -> None:
    """A new session in the browser with this mark."""
    session.clear()
    session["language"] = "en"
    monkeypatch.setattr(browsers, "mark", lambda: mark)


def test_pictures_are_bounded_in_each_album_and_in_all(session, no_albums, monkeypatch):
    monkeypatch.setattr(albums, "MOST_BYTES", 17 * 40_000)
    visit(session, "first", monkeypatch)
    for level in range(12):  # the oldest make way
        assert keep((level, 0, 0)).startswith("own-")
    assert len(pictures.uploads()) == 8
    visit(session, "second", monkeypatch)
    for level in range(8):
        keep((0, level, 0))
    albums.album_of("first", "a page that is open")
    no_albums.add("a page that is open")
    visit(session, "third", monkeypatch)
    keep((0, 0, 1))
    keep((0, 0, 2))  # the second has left, and makes room
    visit(session, "second", monkeypatch)
    assert not pictures.uploads()
    visit(session, "third", monkeypatch)
    assert len(pictures.uploads()) == 2
    albums.album_of("third", "another one")
    no_albums.add("another one")
    monkeypatch.setattr(albums, "MOST_BYTES", 10 * 40_000)
    visit(session, "fourth", monkeypatch)
    assert keep((0, 1, 1)) == "cat"
    assert pictures._FAULT.value[1].code == "uploads_full"


def test_an_album_outlives_a_reload_and_is_closed_when_its_pages_have_been_for_long(session, no_albums, monkeypatch):
    pool = inspect.signature(JobPool).parameters["forgotten_after"].default
    assert pool == albums.KEPT_FOR, "as long as a transfer"
    visit(session, "mine", monkeypatch)
    name = keep((1, 2, 3))
    album = albums.album_of("mine", "open")
    no_albums.add("open")
    albums.close_the_left(album.touched + 10 * albums.KEPT_FOR)  # it is looked at
    visit(session, "another's", monkeypatch)
    assert name not in pictures.names()
    visit(session, "mine", monkeypatch)
    assert name in pictures.names()
    assert pictures.photo() == (1, name)
    no_albums.clear()
    albums.close_the_left(album.touched + albums.KEPT_FOR - 1)
    assert name in pictures.names()
    albums.close_the_left(album.touched + albums.KEPT_FOR)
    assert name not in pictures.names()
    assert pictures.photo() is None
    assert keep((1, 2, 3)) == name, "who comes back begins a new album"


def test_what_is_added_beside_a_lessons_picture_does_not_travel(session, no_albums, monkeypatch):
    visit(session, "mine", monkeypatch)
    keep((5, 5, 5), name="other")
    assert pictures.photo() is None
    first, second = keep((1, 1, 1)), keep((2, 2, 2))
    assert pictures.photo() == (2, second)
    state = Page()
    state.picture = first  # chosen again from the list
    pictures._chosen(state, "picture")
    assert pictures.photo() == (3, first)
    state.picture = "grass"
    pictures._chosen(state, "picture")
    assert pictures.photo() == (3, first), "a picture of ours is looked at here alone"


def test_a_large_picture_is_kept_small(session, no_albums, monkeypatch):
    visit(session, "mine", monkeypatch)
    name = keep((9, 9, 9), (3000, 100))
    assert pictures.picture(name).image.size == (1024, 34)
    assert pictures.to_size(pictures.picture(name).image, 256) == (256, 8)


@pytest.mark.slow
def test_streamlit_gives_the_file_up(open_link):
    app = open_link("vgg_layers", lang="en", size="128", layer="relu1_1")
    app.file_uploader(key=KEY).set_value(("a.png", file_of(Image.new("RGB", (40, 30), "red")), "image/png"))
    faultless(app.run())
    chosen = app.selectbox(key="vgg_layers.picture").value
    assert chosen.startswith("own-")
    app.segmented_control(key="vgg_layers.lab").set_value("spectrum")
    faultless(app.run())  # the file is gone, the picture stays
    assert app.selectbox(key="vgg_layers.picture").value == chosen
    app.file_uploader(key=KEY).set_value(("b.png", file_of(Image.new("RGB", (40, 30), "blue")), "image/png"))
    faultless(app.run())
    assert app.selectbox(key="vgg_layers.picture").value not in ("cat", chosen)


def red_square_on_nothing() -> bytes:
    image = Image.new("RGBA", (90, 60), (0, 0, 0, 0))
    image.paste((255, 0, 0, 255), (20, 10, 60, 50))
    return file_of(image)


def ramp_of_16_bits() -> bytes:
    return file_of(Image.fromarray(np.linspace(0, 65535, 120 * 80).astype(np.uint16).reshape(80, 120)))


def turned_photo() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    levels = np.random.default_rng(0).integers(0, 256, (60, 40, 3), dtype=np.uint8)
    Image.fromarray(levels).resize((1600, 2400)).save(file, "JPEG", exif=exif)
    return file.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("make", [red_square_on_nothing, ramp_of_16_bits, turned_photo])
def test_the_folder_holds_the_picture_and_prints_the_norm_and_trace_of_the_page(open_link, words, tmp_path, make):
    from pages.ui.numbers import number

    name = "it's *a* [b](c) $5.png"
    app = open_link("vgg_layers", lang="en", size="128", layer="relu2_1")
    app.file_uploader(key=KEY).set_value((name, make(), "image/png"))
    faultless(app.run())
    said = everything_said(app)
    folder = folder_of(app, tmp_path)
    assert (folder / "it's -a- [b](c) $5.png").exists()
    norm, trace = (number(float(value)) for value in run_program(folder).split()[-2:])
    assert words("en")["vgg_layers.facts"].format(norm=norm, trace=trace) in said
    (folder / "it's -a- [b](c) $5.png").write_bytes(make())  # the file as the person has it is opened alike
    assert number(float(run_program(folder).split()[-2])) == norm


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_there_is_to_say_of_a_picture_is_said(open_link, words, language):
    app = open_link("vgg_layers", lang=language, size="128", layer="relu1_1")
    drawing = Image.new("RGBA", (40, 30), (255, 255, 255, 0))
    drawing.paste((255, 255, 255, 255), (5, 5, 9, 9))
    app.file_uploader(key=KEY).set_value(("a.png", file_of(drawing), "image/png"))
    said = words(language)
    assert said["remarks.white_on_white"] in everything_said(faultless(app.run()))
    ramp = np.linspace(0, 4095, 40 * 30).astype(np.uint16).reshape(30, 40)
    app.file_uploader(key=KEY).set_value(("b.png", file_of(Image.fromarray(ramp)), "image/png"))
    assert said["remarks.white_chosen"].format(white="4095") in everything_said(faultless(app.run()))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "reached"),
    [((3000, 100), "relu4_3"), ((12_000, 80), "relu2_2"), ((2, 1024), "relu1_2"), ((20_000, 40), "relu1_2")],
)
def test_a_stripe_is_shown_at_the_deepest_layer_that_it_reaches(open_link, words, tmp_path, size, reached):
    from pages.ui.numbers import number

    app = open_link("vgg_layers", lang="zh", layer="relu5_1")
    stripe = Image.linear_gradient("L").resize(size).convert("RGB")
    app.file_uploader(key=KEY).set_value(("a.png", file_of(stripe), "image/png"))
    faultless(app.run())
    (warning,) = app.warning
    said = words("zh")
    assert warning.value.endswith(said["vgg_layers.shown_instead"].format(layer=reached))
    assert f"relu5_1 {said['errors.image_too_small'].partition('{layer} ')[2].partition('{')[0]}" in warning.value
    norm, trace = (number(float(value)) for value in run_program(folder_of(app, tmp_path)).split()[-2:])
    assert said["vgg_layers.facts"].format(norm=norm, trace=trace) in everything_said(app)
    for lab in ("sheet", "spectrum", "compare", "take_away", "pairs"):
        app.segmented_control(key="vgg_layers.lab").set_value(lab)
        faultless(app.run())
    for lesson, key in (("style_distance", "source"), ("style_transfer", "content")):
        other = open_link(lesson, lang="zh")
        other.file_uploader(key=f"upload.{lesson}.{key}").set_value(("a.png", file_of(stripe), "image/png"))
        faultless(other.run())
        if lesson == "style_distance":
            other.button(key="crop.add").click()
            faultless(other.run())
        assert any(reached in warning.value for warning in other.warning), lesson
