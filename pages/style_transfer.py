"""Lesson 7: style transfer, live: one Gram matrix becomes another while the picture changes."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.lessons.style_transfer import at_once, controls, curves, flow, labs, saving, session, stage, translate, wire
from pages.lessons.style_transfer.program import program
from pages.lessons.style_transfer.state import EXPERIMENTS, STYLE_LAYERS, State
from pages.ui import frame
from pages.ui.callbacks import undivided
from pages.ui.canvases.live.canvas import live_view
from pages.ui.canvases.walk.canvas import gram_walk
from pages.ui.compute import networks
from pages.ui.pictures import picture
from pages.ui.state import open_page
from pages.ui.text import group, joined, plain_text, t

state = open_page(State())
with stage.stage():
    with stage.place("head"):
        frame.header("style_transfer")
    networks.wait_until_loaded()
    job = session.current_job(state)
    session.steer(state, job)
    with stage.place("pictures"):
        stage.choose(state, "content")
        stage.choose(state, "style")
    with stage.place("buttons"):
        controls.buttons(state, job)
    with stage.place("picture"):
        live_view(
            job.id if job else None,
            session.kept(job).before if job else picture(state.content),
            session.kept(job).size if job else state.size,
            state=job.state if job else "",
            words=group("style_transfer.live"),
            key="style_transfer.live",
            asked=session.kept(job).count if job else 0,
            goes_on=job is not None and session.kept(job).begun is not None,
            mark=session.untold_mark(),
            on_rewind=undivided(partial(session.go_on_from, state)),
            note=plain_text("style_transfer.waits") if session.waits(state, job) else "",
            reached=wire.reached(job) if job else None,
        )
        if job:
            session.say_fault(job)
        elif state.job:
            st.caption(t("style_transfer.gone"))
    with stage.place("weights"):
        for name in ("style_weight", "content_weight"):
            with st.container(key=f"stage-{name}"):
                controls.weight(state, name)
    with stage.place("walk"):
        gram_walk(
            job.id if job else None,
            state=job.state if job else "",
            layers=[layer for layer in STYLE_LAYERS if state[layer]] + state.more,
            content=True,
            words=curves.words(state, job),
            key="style_transfer.walk",
            mark=session.untold_mark(),
        )

frame.step("walk")
about, knobs = st.columns([3, 2], gap="large")
with about:
    st.header(t("style_transfer.walk"), anchor=False)
    st.markdown(t("style_transfer.style_is", layer=state.content_layer))
    st.markdown(t("style_transfer.pixels_go"))
    st.caption(t("style_transfer.walk_note"))
    frame.prediction("style_transfer", "predict", ["style", "content", "both"], right="content")
with knobs:
    controls.presets(state)
    for name in ("mixture", "layers", "canvas", "engine"):
        with st.expander(t(f"style_transfer.more.{name}")):
            getattr(controls, name)(state)
    st.caption(joined(t("style_transfer.changes"), t("network.runs_on", device=networks.maker_name())))

frame.step("laws")
st.header(t("style_transfer.laws"), anchor=False)
frame.choose_lab(
    state,
    {
        "ladder": lambda: labs.ladder(state),
        "downhill": lambda: flow.downhill(state, job),
        "closed_form": lambda: at_once.at_once(state),
        "translate": lambda: translate.translate(state),
        "take_away": lambda: saving.take_away(state, job),
    },
)
frame.try_this(state, EXPERIMENTS, partial(session.start, state), partial(session.follow, state))
frame.footer(state, program(state))
