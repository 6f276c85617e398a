"""A picture that comes without a file is taken, or it is said what is wrong with it, where the person looks."""

from __future__ import annotations

import base64
import io

import pytest
import streamlit as st
from PIL import Image

from gramlib.errors import GramlabError
from pages.ui import pictures
from pages.ui.canvases.source import canvas as module
from pages.ui.state import PageState


@pytest.fixture
def session(monkeypatch):
    session: dict = {"language": "en"}
    monkeypatch.setattr(st, "session_state", session)
    return session


def heard(session, monkeypatch, value):
    """What `take` is called with when the browser sends this."""
    callbacks, taken = [], []
    monkeypatch.setattr(module, "_source", lambda **settings: callbacks.append(settings["on_picture_change"]))
    take = lambda *found: taken.append(found)  # noqa: E731
    module.picture_source("paste", key="k", name="pasted-1.png", longest=1024, take=take)
    session["k"] = {"picture": value}
    callbacks[0]()
    return taken


def test_bytes_arrive_as_they_were_sent(session, monkeypatch):
    sent = {"name": "x", "data": base64.b64encode(b"\x00\xffpicture").decode(), "open": True}
    assert heard(session, monkeypatch, sent) == [("pasted-1.png", b"\x00\xffpicture", True)]


def test_too_much_is_refused_by_python_too(session, monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 30)
    for sent in ({"fault": "upload_too_large", "open": False}, {"data": "A" * 60}):
        ((_, fault, is_open),) = heard(session, monkeypatch, sent)
        assert isinstance(fault, GramlabError)
        assert fault.code == "upload_too_large"
        assert not is_open


@pytest.mark.parametrize("sent", [None, {}, {"data": 7}, {"data": None, "fault": "other"}, "text"])
def test_what_no_browser_sends_is_ignored(session, monkeypatch, sent):
    assert heard(session, monkeypatch, sent) == []


def test_no_base64_is_an_empty_file(session, monkeypatch):
    assert heard(session, monkeypatch, {"data": "???"}) == [("pasted-1.png", b"", False)]


class Page(PageState):
    lesson = "page"
    picture = pictures.picture_parameter("cat")


def test_a_picture_is_kept_chosen_and_numbered(session):
    file = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(file, "PNG")
    assert pictures._numbered("pasted", "png") == "pasted-1.png"
    state = Page()
    pictures._keep(state, "picture", "here", "pasted-1.png", file.getvalue())
    assert pictures.picture(state["picture"]).image.size == (30, 20)
    assert pictures.title(state["picture"]) == "pasted-1.png (yours)"
    assert pictures._numbered("pasted", "png") == "pasted-2.png"
    # a picture that is none leaves the chosen one, and the fault stands where it was asked for
    pictures._keep(state, "picture", "here", "pasted-2.png", b"nothing of the kind")
    assert state["picture"].startswith("own-")
    place, fault = pictures._FAULT.value
    assert (place, fault.code) == ("here", "image_unreadable")
