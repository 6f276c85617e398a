"""The stylesheet around Streamlit's theme, and what is said to the browser beside it."""

from __future__ import annotations

import functools
from pathlib import Path

import streamlit as st

from pages.ui.colours import colours
from pages.ui.text import group, t, words

_FILES = Path(__file__).parents[2] / "assets" / "components"
_browser = st.components.v2.component(
    "gramlab.browser", js=(_FILES / "browser.js").read_text(encoding="utf-8"), isolate_styles=True
)


@functools.cache
def _stylesheet(name: str) -> str:
    return (_FILES / name).read_text(encoding="utf-8")


def apply_appearance(projector: bool = False) -> None:
    """Put the colours of the theme, and our words in place of the uploader's English ones, into the page.

    projector   as a class sees it from the back of a room
    """
    variables = "".join(f"--gramlab-{name}:{value};" for name, value in colours().as_dict().items())
    uploader = "".join(f'--gramlab-upload-{name}:"{t(f"upload.{name}")}";' for name in ("browse", "limit"))
    sheets = _stylesheet("page.css") + (_stylesheet("projector.css") if projector else "")
    st.html(f"<style>:root{{{variables}{uploader}}}{sheets}</style>")


def tell_browser() -> None:
    """Keep one entry of the history for each page, ask for a new run when the theme changes, and translate the labels
    that Streamlit has in English only. It takes no room."""
    spoken = {words("en")[f"browser.{name}"]: text for name, text in group("browser").items()}
    with st.container(key="browser"):
        _browser(
            key="browser.component",
            data={"theme": st.context.theme.type, "words": spoken},
            on_theme_change=lambda: None,  # the run that follows is all that is needed
        )
