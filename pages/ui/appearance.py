"""The stylesheet around Streamlit's theme."""

from __future__ import annotations

import functools
from pathlib import Path

import streamlit as st

from pages.ui.colours import colours
from pages.ui.text import t

_STYLESHEET = Path(__file__).parents[2] / "assets" / "components" / "page.css"


@functools.cache
def _stylesheet() -> str:
    return _STYLESHEET.read_text(encoding="utf-8")


def apply_appearance() -> None:
    """Put the colours of the theme, and our words in place of the uploader's English ones, into the page."""
    variables = "".join(f"--gramlab-{name}:{value};" for name, value in colours().as_dict().items())
    words = "".join(f'--gramlab-upload-{name}:"{t(f"upload.{name}")}";' for name in ("browse", "limit"))
    st.html(f"<style>:root{{{variables}{words}}}{_stylesheet()}</style>")
