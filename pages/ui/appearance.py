"""The stylesheet around Streamlit's theme."""

from __future__ import annotations

import functools
from pathlib import Path

import streamlit as st

from pages.ui.colours import LIGHT, colours

_HERE = Path(__file__).parent


@functools.cache
def _stylesheet(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def apply_appearance(projector: bool = False) -> None:
    """Put the colours of the theme into the page.

    projector   as a class sees it from the back of a room
    """
    theme = colours()
    ground = "#fff" if theme == LIGHT else theme.paper  # what is printed on
    named = theme.as_dict() | {"ground": ground}
    variables = "".join(f"--gramlab-{name}:{value};" for name, value in named.items())
    sheets = "".join(map(_stylesheet, ["page.css", "readable.css", *["projector.css"] * projector, "print.css"]))
    st.html(f"<style>:root{{{variables}}}{sheets}</style>")
