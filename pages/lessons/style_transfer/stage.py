"""Where things stand on the page, so that what must be seen together is on one screen; the rules are in stage*.css."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.lessons.style_transfer import controls
from pages.lessons.style_transfer.state import State
from pages.ui.pictures import choose_picture
from pages.ui.state import on_projector
from pages.ui.text import t


def stage() -> DeltaGenerator:
    """What holds the places; each of them is a `place` in it."""
    for sheet in ["stage.css", *["stage_high.css"] * (not on_projector())]:
        st.html(Path(__file__).with_name(sheet))
    return st.container(key="stage")


def place(name: str) -> DeltaGenerator:
    """A place of the stage: head, pictures, buttons, picture, weights, walk."""
    return st.container(key=f"stage-{name}")


def choose(state: State, name: str) -> None:
    """One of the two pictures, in one row: what it is, its title, a place for one's own, and itself, small."""
    with st.container(key=f"stage-choose-{name}"):
        chosen = choose_picture(state, name, t(f"style_transfer.{name}"))
        st.image(chosen.image, width="stretch", alt=chosen.title)
        controls.say_reach(state, chosen)
