"""Lesson 6: style transfer, live."""

from __future__ import annotations

import streamlit as st

from pages.ui import frame, networks, transfers
from pages.ui.channels import reduced
from pages.ui.numbers import plain
from pages.ui.pictures import choose_picture, picture_parameter
from pages.ui.preview import preview
from pages.ui.state import Parameter, one_of, open_page, whole
from pages.ui.text import t

state = open_page(
    "style_transfer",
    picture_parameter("content", "neuschwanstein"),
    picture_parameter("style", "great_wave"),
    Parameter("style_weight", 20.0, transfers.weight("style_weight"), plain),
    Parameter("content_weight", 1.0, transfers.weight("content_weight"), plain),
    Parameter("smoothness", 0.0, transfers.weight("smoothness"), plain),
    Parameter("size", 256, whole(128, 512)),
    Parameter("steps", 100, whole(10, 500)),
    Parameter("start", "content", one_of(*transfers.STARTS)),
    Parameter("optimizer", "lbfgs", one_of("lbfgs", "adam")),
    Parameter("seed", 0, whole(0, 9999)),
)
frame.header("style_transfer")
networks.wait_until_loaded()

controls, view = st.columns([2, 3], gap="large")
with controls:
    content_column, style_column = st.columns(2)
    with content_column:
        content = choose_picture(state, "content", t("style_transfer.content"))
        st.image(content.image, width="stretch", alt=content.title)
    with style_column:
        style = choose_picture(state, "style", t("style_transfer.style"))
        st.image(style.image, width="stretch", alt=style.title)
    transfers.show_weights(state)
    with st.expander(t("style_transfer.more")):
        transfers.show_more_settings(state)
    st.caption(f"{t('style_transfer.changes')} {t('network.runs_on', device=networks.device_name())}")

job = transfers.current_job()
with view:
    transfers.steer(job, state)
    with st.container(horizontal=True):
        st.button(
            t("style_transfer.start"),
            type="primary",
            on_click=transfers.start,
            args=(state, content, style),
            key="start",
        )
        moving = job is not None and job.state in transfers.MOVING
        if job is not None and job.state == "paused":
            st.button(t("style_transfer.resume"), on_click=job.resume, key="resume")
        else:
            st.button(t("style_transfer.pause"), on_click=job.pause if job else None, disabled=not moving, key="pause")
        unfinished = moving or (job is not None and job.state == "paused")
        st.button(t("style_transfer.stop"), on_click=job.stop if job else None, disabled=not unfinished, key="stop")
    preview(
        job.id if job else None,
        transfers.poster() or reduced(content.image, state["size"]),
        running=moving,
        alt=t("style_transfer.preview_alt"),
        key="style_transfer.preview",
    )
    if job is None:
        st.caption(t("style_transfer.gone" if transfers.was_started() else "style_transfer.idle"))
    else:
        st.fragment(transfers.show_progress, run_every=0.5 if moving else None)(job.id)

frame.footer("style_transfer", state, transfers.code(state, content, style))
