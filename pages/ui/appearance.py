"""The stylesheet around Streamlit's theme."""

from __future__ import annotations

import functools
from pathlib import Path

import streamlit as st

from pages.ui.colours import LIGHT, Colours, colours

_HERE = Path(__file__).parent


@functools.cache
def _stylesheet(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def apply_appearance(projector: bool = False) -> None:
    """Put the colours of the theme into the page.

    projector   as a class sees it from the back of a room
    """
    theme = colours()
    sheets = "".join(map(_stylesheet, ["page.css", "readable.css", *["projector.css"] * projector, "print.css"]))
    # paper is white whatever the screen is, and what is drawn in pixels for a dark one is turned round
    on_paper = "" if theme == LIGHT else f"{_named(LIGHT)}--gramlab-turned-round:invert(1) hue-rotate(180deg);"
    st.html(f"<style>:root{{{_named(theme)}}}@media print{{:root{{{on_paper}}}}}{sheets}</style>")


def _named(theme: Colours) -> str:
    return "".join(f"--gramlab-{name}:{value};" for name, value in theme.as_dict().items())
