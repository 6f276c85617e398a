"""Every page opens in both languages; the language stays in the link and across pages; a bad link is said."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
import streamlit as st

from pages.ui.compute import passes
from pages.ui.frame import LESSONS, PAGES
from pages.ui.text import as_written
from tests.pages.conftest import everything_said, faultless


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_opens_in_both_languages(open_link, words, page, language):
    app = open_link(page, lang=language)
    assert words(language)[f"{page}.title"] in app.title[0].value
    assert not app.error
    assert not app.warning
    assert app.query_params["lang"] == language


@pytest.mark.parametrize("page", PAGES)
def test_what_had_to_be_computed_leaves_no_gap_when_it_is_there(open_link, monkeypatch, page):
    """One element more or less in the second run, and the browser makes anew all that is below: the focus is lost."""

    def places(block):
        return {place: places(each) for place, each in getattr(block, "children", {}).items()}

    st.cache_resource.clear()
    monkeypatch.setattr(passes, "store", passes.Store(passes.MOST_BYTES))
    app = open_link(page, lang="en")
    before = places(app.main)
    assert places(faultless(app.run()).main) == before


def test_language_switch_keeps_what_was_typed(open_link, words):
    app = open_link("vectors", lang="en", a="5, 2")
    app.segmented_control(key="language").set_value("zh")
    faultless(app.run())
    assert words("zh")["vectors.title"] in app.title[0].value
    assert app.text_input(key="vectors.a").value == "5, 2"
    assert app.query_params["lang"] == "zh"
    assert app.query_params["a"] == "5, 2"


def test_what_is_pressed_before_the_first_run_is_over_counts(open_link, words, monkeypatch):
    """It breaks the run off, so that the link is not written yet, and comes with the link that was opened."""
    from pages.ui import state

    monkeypatch.setattr(state, "write_link", lambda: None)
    app = open_link("vectors", lang="zh", a="5, 2", b="x", projector="on")
    refused = [warning.value for warning in app.warning]
    assert len(refused) == 1
    app.segmented_control(key="language").set_value("en")
    app.toggle(key="projector").set_value(False)
    app.text_input(key="vectors.a").set_value("1, 2")
    faultless(app.run())
    assert words("en")["vectors.title"] in app.title[0].value
    assert app.text_input(key="vectors.a").value == "1, 2"
    assert not app.toggle(key="projector").value
    assert len(app.warning) == 1  # and what was wrong is still said


def test_language_and_values_stay_across_pages(open_link, words):
    app = open_link("vectors", lang="zh", a="5, 2")
    app.query_params.clear()  # as Streamlit does when a page is chosen in the navigation
    app.switch_page("feature_maps.py")
    faultless(app.run())
    assert words("zh")["feature_maps.title"] in app.title[0].value
    app.query_params.clear()
    app.switch_page("vectors.py")
    faultless(app.run())
    assert app.text_input(key="vectors.a").value == "5, 2"


@pytest.mark.parametrize(
    ("page", "name", "value"),
    [
        ("vectors", "lang", "fr"),
        ("vectors", "a", "1, two"),
        ("vectors", "b", "nan"),
        ("gram", "vectors", "1,2;3"),
        ("gram", "vectors", "1,inf"),
        ("gram", "hand", "1,2"),
        ("feature_maps", "maps", "1,2;3,4"),
        ("feature_maps", "normalize", "wh"),
        ("vgg_layers", "picture", "no_such_picture"),
        ("vgg_layers", "layer", "relu9_9"),
        ("vgg_layers", "size", "4096"),
        ("style_distance", "pictures", "great_wave,great_wave"),
        ("style_distance", "layer", "conv1"),
        ("style_transfer", "style_weight", "-1"),
        ("style_transfer", "seed", "many"),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_link_that_cannot_be_used_is_said_and_falls_back(open_link, words, page, name, value, language):
    app = open_link(page, **({name: value} if name == "lang" else {"lang": language, name: value}))
    spoken = "en" if name == "lang" else language
    named = words(spoken)[f"link.names.{'every' if name == 'lang' else page}.{name}"]
    expected = words(spoken)["link.refused"].format(name=named, value=value)
    assert [warning.value for warning in app.warning] == [expected]
    assert value not in str(app.query_params.get(name, "")) or name == "lang"


def test_home_counts_the_lessons(words):
    assert len(LESSONS) == 7
    assert "Seven lessons" in words("en")["home.lead"]
    assert "七课" in words("zh")["home.lead"]


def test_home_has_a_door_to_every_lesson(open_link, words):
    said = everything_said(open_link("home", lang="zh"))
    assert all(words("zh")[f"{lesson}.door"] in said for lesson in LESSONS)


def test_home_begins_with_the_first_lesson_and_shows_what_each_is_about(open_link, words):
    app = open_link("home", lang="en")
    said = everything_said(app)
    assert said.count("src='data:image/svg+xml") == len(LESSONS)
    app.button(key="begin").click()
    assert words("en")["vectors.promise"] in everything_said(faultless(app.run()))


@pytest.mark.slow
def test_the_projector_stays_in_the_link_and_across_pages(open_link):
    app = open_link("vectors", lang="zh")
    assert "projector" not in app.query_params
    app.toggle(key="projector").set_value(True)
    faultless(app.run())
    assert app.query_params["projector"] == "on"
    app.query_params.clear()
    app.switch_page("gram.py")
    faultless(app.run())
    assert app.query_params["projector"] == "on"
    again = open_link("gram", **app.query_params)
    assert again.toggle(key="projector").value
    again.toggle(key="projector").set_value(False)
    faultless(again.run())
    assert "projector" not in again.query_params


def test_a_link_that_says_neither_on_nor_off_is_refused(open_link, words):
    app = open_link("vectors", lang="en", projector="yes")
    assert [warning.value for warning in app.warning] == [
        words("en")["link.refused"].format(name=words("en")["link.names.every.projector"], value="yes")
    ]
    assert not app.toggle(key="projector").value


@pytest.mark.parametrize("page", LESSONS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_parameter_has_a_name_and_nothing_at_its_default_is_left_out(open_link, words, page, language):
    app = open_link(page, lang=language)
    state = app.session_state["link.opened"]
    assert state.parameters()
    assert [name for name in state.parameters() if f"link.names.{page}.{name}" not in words(language)] == []
    said = words(language)["link.too_long"].partition("{")[0]
    assert not [caption.value for caption in app.caption if said in caption.value]


@pytest.mark.parametrize(
    ("page", "values", "name", "value"),
    [
        ("gram", {}, "cell", "9,9"),
        ("gram", {"vectors": "1,2"}, "cell", "1,2"),
        ("feature_maps", {}, "cell", "6,1"),
        ("vgg_layers", {"picture": "cat", "size": "128", "layer": "relu1_1"}, "pair", "100,3"),
        ("vgg_layers", {"picture": "cat", "size": "128", "layer": "relu1_1"}, "channel", "65"),
        ("style_distance", {"pictures": "cat,brick"}, "pair", "1,3"),
    ],
)
def test_what_the_page_cannot_show_beside_the_rest_is_said_and_leaves_the_link(
    open_link, words, page, values, name, value
):
    app = open_link(page, lang="zh", **values, **{name: value})
    said = words("zh")["link.refused"].format(name=words("zh")[f"link.names.{page}.{name}"], value=value)
    assert [warning.value for warning in app.warning] == ([said] if value != "1,2" else [])
    assert name not in app.query_params
    faultless(app.run())  # a page may run anew by itself: what was said stays …
    assert [warning.value for warning in app.warning] == ([said] if value != "1,2" else [])
    app.button(key=next(key for key in _experiments(app))).click()
    faultless(app.run())  # … until something is changed
    assert not app.warning


def _experiments(app) -> list[str]:
    return [button.key for button in app.button if button.key and ".try." in button.key]


def test_a_link_stays_short_and_says_what_it_left_out(open_link, words):
    long, short = ", ".join(["1.234567"] * 140), ", ".join(["2"] * 140)
    app = open_link("vectors", lang="zh", a=long, b=short)
    assert len(urlencode(dict(app.query_params), doseq=True)) < 2000
    app.text_input(key="vectors.b").set_value(long + "1")
    faultless(app.run())
    assert len(urlencode(dict(app.query_params), doseq=True)) < 2000
    (code,) = (each.value for each in app.code if "lang=zh" in each.value)
    assert len(code) < 2000
    left_out = [name for name in ("a", "b") if name not in app.query_params]
    assert left_out == ["b"]
    expected = words("zh")["link.too_long"].format(names=words("zh")["link.names.vectors.b"])
    assert expected in [caption.value for caption in app.caption]


HOSTILE = (
    "[x](https://example.org) ![](https://example.org/p.png) **b** $1 or $2 :red[r] `c` ~~d~~ <b> https://example.org"
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "name"), [("vectors", "a"), ("gram", "hand"), ("vgg_layers", "layer"), ("home", "lang")]
)
def test_what_a_link_says_is_text(open_link, page, name):
    (warning,) = open_link(page, **{name: HOSTILE[:60]}).warning
    assert as_written(HOSTILE[:60]) in warning.value
    assert not re.search(r"(?<!\\)(?<!:small)[\[*$<`]", warning.value)
