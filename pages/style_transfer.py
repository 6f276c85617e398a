"""Lesson 6: style transfer, live: one Gram matrix becomes another while the picture changes."""

from __future__ import annotations

import streamlit as st

from pages.lessons.style_transfer import controls, labs, session
from pages.lessons.style_transfer.program import program
from pages.ui import frame
from pages.ui.canvases.live.canvas import live_view
from pages.ui.canvases.walk.canvas import gram_walk
from pages.ui.compute import networks
from pages.ui.pictures import choose_picture, picture
from pages.ui.state import open_page
from pages.ui.text import group, t

state = open_page("style_transfer", *session.PARAMETERS)
frame.header("style_transfer")
networks.wait_until_loaded()

job = session.current_job(state)
session.steer(job, state)
view, beside = st.columns([3, 2], gap="large")
with view:
    controls.buttons(job, state)
    live_view(
        job.id if job else None,
        session.kept(job).before if job else picture(state["content"]),
        state["size"],
        state=job.state if job else "",
        words=group("style_transfer.live"),
        key="style_transfer.live",
        on_rewind=lambda iteration: job.rewind(iteration) if job else None,
    )
    if job:
        session.say_fault(job)
    elif state["job"]:
        st.caption(t("style_transfer.gone"))
    frame.prediction("style_transfer", "predict", ["style", "content", "both"], right="content")
with beside:
    for column, name in zip(st.columns(2), ("content", "style"), strict=True):
        with column:
            chosen = choose_picture(state, name, t(f"style_transfer.{name}"))
            st.image(chosen.image, width="stretch", alt=chosen.title)
            controls.say_reach(chosen, state)
    controls.presets(state)
    controls.weight(state, "style_weight")
    controls.weight(state, "content_weight")
walk, knobs = st.columns([3, 2], gap="large")
with walk:
    st.subheader(t("style_transfer.walk"), anchor=False)
    st.caption(t("style_transfer.walk_note"))
    gram_walk(
        job.id if job else None,
        state=job.state if job else "",
        layers=[layer for layer in session.STYLE_LAYERS if state[layer]] + state["more"],
        content=True,
        words=group("style_transfer.table"),
        key="style_transfer.walk",
    )
with knobs:
    for name in ("mixture", "layers", "canvas", "engine"):
        with st.expander(t(f"style_transfer.more.{name}")):
            getattr(controls, name)(state)
    st.caption(f"{t('style_transfer.changes')} {t('network.runs_on', device=networks.device_name())}")

st.subheader(t("style_transfer.laws"), anchor=False)
frame.choose_lab(
    "style_transfer",
    {
        "ladder": lambda: labs.ladder(state),
        "take_away": lambda: labs.take_away(job, state),
    },
)
frame.try_this(
    "style_transfer",
    {
        "texture": lambda: labs.try_texture(state),
        "colours": lambda: labs.try_colours(state),
        "one_layer": lambda: labs.try_one_layer(state),
    },
)
frame.footer("style_transfer", state, program(state))
