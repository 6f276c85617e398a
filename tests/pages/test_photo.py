"""A photo, added once, is the picture of every lesson after: lent and given back, through a reload, never in a link."""

from __future__ import annotations

import io
import secrets

import pytest
from PIL import Image

from pages.ui import browsers
from tests.pages.conftest import everything_said, faultless


def added(app, lesson: str, name: str, colour: str) -> str:
    """The name under which a photo is kept that somebody adds in a lesson."""
    file = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((40, 32)).save(file, "PNG")
    data = file.getvalue() + colour.encode()  # what follows on a picture is not read
    app.file_uploader(key=f"upload.{lesson}.{name}").set_value((f"{colour}.png", data, "image/png"))
    faultless(app.run())
    return app.selectbox(key=f"{lesson}.{name}").value


def turn_to(app, lesson: str) -> None:
    app.query_params.clear()  # as Streamlit does when a page is chosen in the navigation
    app.switch_page(f"{lesson}.py")
    faultless(app.run())


@pytest.fixture
def mark(monkeypatch) -> str:
    """The mark of the browser that all pages of a test are opened in, nobody else's."""
    mark = secrets.token_hex(8)
    monkeypatch.setattr(browsers, "mark", lambda: mark)
    return mark


@pytest.mark.slow
def test_it_is_the_picture_of_the_lesson_after_and_comes_back_from_an_experiment(open_link, words, mark):
    app = open_link("filters", lang="en")
    photo = added(app, "filters", "picture", "red")
    turn_to(app, "feature_maps")
    assert app.selectbox(key="feature_maps.picture").value == photo
    app.selectbox(key="feature_maps.picture").set_value("cat")  # here only
    faultless(app.run())
    turn_to(app, "filters")
    assert app.selectbox(key="filters.picture").value == photo
    app.button(key="filters.try.colour").click()
    faultless(app.run())
    assert app.selectbox(key="filters.picture").value == "summertime"
    turn_to(app, "feature_maps")
    assert app.selectbox(key="feature_maps.picture").value == "cat"
    newest = added(app, "feature_maps", "picture", "blue")
    turn_to(app, "filters")
    assert app.selectbox(key="filters.picture").value == newest, "a newer one ends the loan"

    app.button(key="filters.try.colour").click()
    faultless(app.run())
    app.button(key="give-back.filters.picture").click()
    faultless(app.run())
    assert app.selectbox(key="filters.picture").value == newest
    assert not [button for button in app.button if button.key == "give-back.filters.picture"]
    app.button(key="filters.reset").click()
    faultless(app.run())
    assert app.selectbox(key="filters.picture").value == newest

    said = words("en")
    instead = said["frame.sees_instead"].format(instead="Neuschwanstein")
    assert app.info[-1].value == f"{said['frame.stays_behind']} {instead} {said['frame.all_else']}"
    app.selectbox(key="filters.picture").set_value("cat")
    faultless(app.run())
    assert said["frame.stays_behind"] not in everything_said(app)


@pytest.mark.slow
def test_a_reload_finds_it_and_another_browser_is_told(open_link, words, mark, monkeypatch):
    app = open_link("filters", lang="en")
    photo = added(app, "filters", "picture", "red")
    address = dict(app.query_params)
    again = open_link("filters", **address)
    assert again.selectbox(key="filters.picture").value == photo
    assert not again.warning
    assert open_link("feature_maps", lang="zh").selectbox(key="feature_maps.picture").value == photo
    # a link shows what it says: one that is handed on names its picture also where that is the usual one
    app.selectbox(key="filters.picture").set_value("neuschwanstein")
    faultless(app.run())
    assert "picture=neuschwanstein" in app.code[1].value
    again = open_link("filters", **dict(app.query_params))
    assert again.selectbox(key="filters.picture").value == "neuschwanstein"

    monkeypatch.setattr(browsers, "mark", lambda: "somebody else's")
    other = open_link("filters", **address)
    assert other.selectbox(key="filters.picture").value == "neuschwanstein"
    said = words("en")
    expected = said["link.left_behind"].format(name=said["link.names.filters.picture"])
    assert [warning.value for warning in other.warning] == [expected]


@pytest.mark.slow
def test_it_reaches_the_lessons_with_a_network(open_link, words, mark):
    app = open_link("vgg_layers", lang="en", size="128", layer="relu1_1")
    photo = added(app, "vgg_layers", "picture", "red")
    turn_to(app, "style_transfer")
    assert app.selectbox(key="style_transfer.content").value == photo
    assert app.selectbox(key="style_transfer.style").value == "great_wave"
    painting = added(app, "style_transfer", "style", "green")
    assert app.selectbox(key="style_transfer.content").value == photo != painting

    app.session_state["style_distance.pictures"] = ["cat", "brick"]
    turn_to(app, "style_distance")
    assert app.multiselect(key="style_distance.pictures").value == ["cat", "brick", photo]
    assert words("en")["frame.sees_the_others"].format(instead=2) in everything_said(app)
    app.multiselect(key="style_distance.pictures").set_value(["cat", "brick"])
    faultless(app.run())
    assert app.multiselect(key="style_distance.pictures").value == ["cat", "brick"], "once for each photo"


@pytest.mark.slow
def test_a_link_with_somebodys_own_among_others_opens_with_the_others(open_link, words):
    app = open_link("style_distance", lang="zh", pictures="cat,own-0123456789abcdef@0-0-50-50,brick")
    assert app.multiselect(key="style_distance.pictures").value == ["cat", "brick"]
    said = words("zh")
    expected = said["link.left_behind_of_several"].format(name=said["link.names.style_distance.pictures"])
    assert [warning.value for warning in app.warning] == [expected]
