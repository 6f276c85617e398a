"""The glossary: twenty terms, each with a line and a link that its lesson can be opened with."""

from __future__ import annotations

import importlib
from urllib.parse import parse_qsl

from pages.ui.frame import LESSONS
from tests.pages.conftest import everything_said


def test_twenty_terms_each_in_one_line_with_one_link(open_link, words):
    app = open_link("glossary", lang="en")
    said, links = everything_said(app), app.get("page_link")
    lines = {key: text for key, text in words("en").items() if key.startswith("glossary.terms.")}
    assert len(links) == 20
    assert len(lines) == 40
    assert all(text in said for key, text in lines.items() if key.endswith(".line"))
    labels = [link.proto.label for link in links]
    words_of = [text for key, text in lines.items() if key.endswith(".word")]
    assert all(f"**{word}**" in label for word, label in zip(words_of, labels, strict=True))
    for link in links:
        lesson = link.proto.page
        assert lesson in LESSONS
        room = importlib.import_module(f"pages.lessons.{lesson}.state")
        for name, value in parse_qsl(link.proto.query_string):
            assert room.State.parameters()[name].read(value) == value, "the lesson could not be opened so"
