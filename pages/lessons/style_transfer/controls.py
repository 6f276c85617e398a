"""The knobs of a transfer, each with what its two ends mean, and the buttons that drive it."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from gramlib.errors import GramlabError
from pages.lessons.style_transfer import saving, session
from pages.lessons.style_transfer.state import (
    COLOURS,
    LAYER_WEIGHTS,
    LEARNING_RATES,
    MORE_LAYERS,
    OPTIMIZERS,
    PRESETS,
    STARTS,
    STATISTICS,
    STYLE_LAYERS,
    WEIGHTS,
    State,
)
from pages.ui.callbacks import undivided
from pages.ui.compute import networks
from pages.ui.numbers import number
from pages.ui.pictures import Picture, choose_picture, high_enough, to_size
from pages.ui.text import labels, t

if TYPE_CHECKING:
    from gramlib.jobs import Job


def buttons(state: State, job: Job | None) -> None:
    """Start, pause, one step, stop, back, save, make large: all places are always there, and none moves."""
    moving = job is not None and job.state in session.MOVING
    paused = job is not None and job.state == "paused"
    with st.container(horizontal=True, gap="small"):
        st.button(
            t("style_transfer.start" if job is None else "style_transfer.start_again"),
            type="primary",
            on_click=undivided(session.start),
            args=(state,),
            key="start",
        )
        if job is not None and paused:
            st.button(t("style_transfer.resume"), on_click=job.resume, key="resume")
        else:
            st.button(t("style_transfer.pause"), on_click=job.pause if job else None, disabled=not moving, key="pause")
        st.button(
            t("style_transfer.advance"), on_click=job.advance if job else None, disabled=not paused, key="advance"
        )
        st.button(
            t("style_transfer.stop"), on_click=job.stop if job else None, disabled=not (moving or paused), key="stop"
        )
        st.button(
            t("style_transfer.back"),
            help=t("style_transfer.back_help"),
            on_click=undivided(session.go_back),
            args=(state,),
            disabled=session.left_by(job) is None,
            key="back",
        )
        saving.buttons(state, job)


def presets(state: State) -> None:
    """Three balances of style and content, each with the whole recipe around it."""

    def begin(values: Mapping[str, Any]) -> None:
        state.begin(lab=state.lab, ladder=state.ladder, **values)
        session.follow(state)

    with st.container(horizontal=True, gap="small"):
        for name, values in PRESETS.items():
            usual = state.content_weight == State.content_weight.default
            chosen = usual and all(state[knob] == value for knob, value in values.items())
            st.button(
                t(f"style_transfer.preset.{name}"),
                type="primary" if chosen else "secondary",
                on_click=undivided(begin),
                args=(values,),
                key=f"preset.{name}",
            )


def weight(state: State, name: str) -> None:
    """One of the weights, with a sentence at each of its ends."""
    st.select_slider(
        t(f"style_transfer.{name}"),
        WEIGHTS[name],
        format_func=number,
        help=t(f"style_transfer.{name}_help"),
        **state.widget(name),
    )
    _ends(f"style_transfer.{name}")


def _ends(words: str) -> None:
    low, high = (html.escape(t(f"{words}_{end}")) for end in ("low", "high"))
    st.html(f"<div class='gramlab ends'><span>{low}</span><span>{high}</span></div>")


def mixture(state: State) -> None:
    """A second style, and how much of it."""
    picture = choose_picture(state, "second", t("style_transfer.second"))
    st.image(high_enough(picture.image, 120), width=120, alt=picture.title)
    st.slider(t("style_transfer.mix"), 0.0, 1.0, step=0.05, **state.widget("mix"))
    _ends("style_transfer.mix")


def layers(state: State) -> None:
    """Which layers the style is taken from, and the one that holds the content."""
    st.caption(t("style_transfer.layers_note"))
    for layer in STYLE_LAYERS:
        st.select_slider(layer, LAYER_WEIGHTS, format_func=number, **state.widget(layer))
    st.multiselect(
        t("style_transfer.more_layers"),
        MORE_LAYERS,
        placeholder=t("style_transfer.more_none"),
        **state.widget("more"),
    )
    st.selectbox(t("style_transfer.content_layer"), networks.LAYERS["vgg16"], **state.widget("content_layer"))
    _options(state, "statistic", STATISTICS)


def canvas(state: State) -> None:
    """What counts from the next start: size, colours, where it begins."""
    job = session.current_job(state)
    st.slider(t("style_transfer.size"), 128, 512, step=64, **state.widget("size"))
    if job is not None and session.kept(job).larger:
        st.caption(t("style_transfer.larger.begun_at", size=session.kept(job).size))
    _options(state, "start", STARTS, "start_from")
    if state.start == "picture":
        choose_picture(state, "from", t("style_transfer.from_picture"))
    st.number_input(t("style_transfer.seed"), 0, 9999, **state.widget("seed"))
    _options(state, "colour", COLOURS)
    st.caption(t(f"style_transfer.colours.{state.colour}_note"))


def engine(state: State) -> None:
    """How the pixels are moved."""
    weight(state, "smoothness")
    job = session.current_job(state)
    st.slider(t("style_transfer.steps"), 10, 500, step=10, **state.widget("steps"))
    if job is not None and (larger := session.kept(job).larger):
        st.caption(t("style_transfer.larger.until", step=larger.until))
    st.slider(t("style_transfer.scales"), 1, 4, help=t("style_transfer.scales_help"), **state.widget("scales"))
    _options(state, "optimizer", OPTIMIZERS)
    if state.optimizer == "adam":
        st.select_slider(
            t("style_transfer.learning_rate"),
            LEARNING_RATES,
            format_func=number,
            **state.widget("learning_rate"),
        )
    _options(state, "pooling", networks.POOLINGS)


def _options(state: State, name: str, options: tuple[str, ...], title: str | None = None) -> None:
    st.segmented_control(
        t(f"style_transfer.{title or name}"),
        options,
        format_func=labels(f"style_transfer.{name}s", options),
        required=True,
        wrap=True,
        **state.widget(name),
    )


def say_reach(state: State, picture: Picture) -> None:
    """Say so where a picture, at the size it is worked on, is too narrow for one of the layers that are matched."""
    width, height = to_size(picture.image, state.size)
    style = [layer for layer in STYLE_LAYERS if state[layer]]
    try:
        networks.network().check([state.content_layer, *style, *state.more], height, width)
    except GramlabError as error:
        st.warning(networks.too_small(error))
