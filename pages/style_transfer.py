"""Lesson 6: style transfer, live: one Gram matrix becomes another while the picture changes."""

from __future__ import annotations

import streamlit as st

from pages.ui import frame, networks, transfer_controls, transfer_labs, transfers
from pages.ui.channels import reduced
from pages.ui.live_view import gram_walk, live_view
from pages.ui.pictures import choose_picture, picture
from pages.ui.state import open_page
from pages.ui.text import group, t
from pages.ui.transfer_code import program

state = open_page("style_transfer", *transfers.PARAMETERS)
frame.header("style_transfer")
networks.wait_until_loaded()

job = transfers.current_job(state)
transfers.steer(job, state)
view, controls = st.columns([3, 2], gap="large")
with view:
    transfer_controls.buttons(job, state)
    live_view(
        job.id if job else None,
        transfers.kept(job).before if job else reduced(picture(state["content"]).image, state["size"]),
        state=job.state if job else "",
        words=group("style_transfer.live"),
        key="style_transfer.live",
        on_rewind=lambda iteration: job.rewind(iteration) if job else None,
    )
    if job:
        transfers.say_fault(job)
    elif state["job"]:
        st.caption(t("style_transfer.gone"))
    frame.prediction("style_transfer", "predict", ["style", "content", "both"], right="content")
with controls:
    for column, name in zip(st.columns(2), ("content", "style"), strict=True):
        with column:
            chosen = choose_picture(state, name, t(f"style_transfer.{name}"))
            st.image(chosen.image, width="stretch", alt=chosen.title)
    transfer_controls.presets(state)
    transfer_controls.weight(state, "style_weight")
    transfer_controls.weight(state, "content_weight")
walk, knobs = st.columns([3, 2], gap="large")
with walk:
    st.subheader(t("style_transfer.walk"), anchor=False)
    st.caption(t("style_transfer.walk_note"))
    gram_walk(
        job.id if job else None,
        state=job.state if job else "",
        layers=[layer for layer in transfers.STYLE_LAYERS if state[layer]] + state["more"],
        content=True,
        words=group("style_transfer.table"),
        key="style_transfer.walk",
    )
with knobs:
    for name in ("mixture", "layers", "canvas", "engine"):
        with st.expander(t(f"style_transfer.more.{name}")):
            getattr(transfer_controls, name)(state)
    st.caption(f"{t('style_transfer.changes')} {t('network.runs_on', device=networks.device_name())}")

st.subheader(t("style_transfer.laws"), anchor=False)
frame.choose_lab(
    "style_transfer",
    {
        "ladder": lambda: transfer_labs.ladder(state),
        "take_away": lambda: transfer_labs.take_away(job, state),
    },
)
frame.try_this(
    "style_transfer",
    {
        "texture": lambda: transfer_labs.try_texture(state),
        "colours": lambda: transfer_labs.try_colours(state),
        "one_layer": lambda: transfer_labs.try_one_layer(state),
    },
)
frame.footer("style_transfer", state, program(state))
