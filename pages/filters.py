"""Lesson 3: one filter at one place of a photo is an inner product; slid, a channel; layer upon layer, a network."""

from __future__ import annotations

import streamlit as st

from gramlib.filters import first_filters
from gramlib.images import to_levels
from pages.lessons.filters.program import program
from pages.lessons.filters.state import EXPERIMENTS, PRESETS, SIZE, State, numbers_of, placed
from pages.lessons.filters.upwards import show_faces, upwards
from pages.ui import frame
from pages.ui.canvases.filter.canvas import Chosen, filter_canvas, heard
from pages.ui.pictures import choose_picture
from pages.ui.state import open_page
from pages.ui.text import group, plain_text, t

state = open_page(State())
frame.header("filters")
with st.container(key="one-row-of-source", horizontal=True, vertical_alignment="bottom"):
    picture = choose_picture(state, "picture", t("filters.picture"))
levels = to_levels(picture.image, SIZE)
height, width, _ = levels.shape
place = placed(state, height, width)
filters, biases = first_filters()


def take() -> None:
    if (chosen := heard("filters.hand", len(filters), height, width)) is not None:
        state.set(filter=chosen.filter, own=chosen.own, place=chosen.place, before=chosen.before)


filter_canvas(
    levels,
    filters,
    biases,
    Chosen(state.filter, state.own, place, state.before),
    {plain_text(f"filters.presets.{name}"): numbers for name, numbers in PRESETS.items()},
    title=picture.title,
    words=group("filters.canvas"),
    key="filters.hand",
    on_change=take,
)
st.caption(t("filters.standardized"))
st.markdown(t("filters.inner_product"))
frame.prediction("filters", "predict", ["colour", "zero", "brightness"], right="zero")

frame.step("upwards")
st.header(t("filters.upwards"), anchor=False)
st.markdown(t("filters.what_vgg_is"))
layer = upwards(state, picture, height, width, place)
st.markdown(t("filters.from_below"))
frame.step("faces")
st.header(t("filters.faces", layer=layer), anchor=False)
st.markdown(t("filters.faces_note"))
show_faces(state, picture, layer)
frame.try_this(state, EXPERIMENTS)
frame.footer(state, program(levels, place, *numbers_of(state)))
