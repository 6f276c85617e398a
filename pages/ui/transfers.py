"""The controls of a style transfer, the job that a session has running, and its progress."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import plotly.graph_objects as go
import streamlit as st
from PIL import Image

from gramlib.errors import GramlabError
from pages.ui import networks
from pages.ui.channels import reduced
from pages.ui.colours import colours
from pages.ui.numbers import number
from pages.ui.pictures import Picture
from pages.ui.state import PageState
from pages.ui.text import fault, labels, t

if TYPE_CHECKING:
    from gramlib.jobs import Job
    from gramlib.transfer import Step, TransferSettings

STARTS = ("content", "noise", "style")
MOVING = ("queued", "running", "abandoned")
_JOB, _POSTER = "transfer.job", "transfer.poster"
_WEIGHTS = {
    "style_weight": (0.0, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0),
    "content_weight": (0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0),
    "smoothness": (0.0, 1.0, 3.0, 10.0, 30.0, 100.0),
}


def weight(name: str) -> Callable[[str], float]:
    """A reader of one of the weights that the slider `name` has."""

    def read(text: str) -> float:
        if float(text) not in _WEIGHTS[name]:
            raise ValueError(text)
        return float(text)

    return read


def show_weights(state: PageState) -> None:
    """The three weights that also reach a running transfer."""
    for name, options in _WEIGHTS.items():
        st.select_slider(
            t(f"style_transfer.{name}"),
            options,
            format_func=number,
            help=t(f"style_transfer.{name}_help"),
            **state.widget(name),
        )


def show_more_settings(state: PageState) -> None:
    """What counts from the next start."""
    st.slider(t("style_transfer.size"), 128, 512, step=64, **state.widget("size"))
    st.slider(t("style_transfer.steps"), 10, 500, step=10, **state.widget("steps"))
    st.segmented_control(
        t("style_transfer.start_from"),
        STARTS,
        format_func=labels("style_transfer.from", STARTS),
        required=True,
        wrap=True,
        **state.widget("start"),
    )
    st.segmented_control(
        t("style_transfer.optimizer"),
        ["lbfgs", "adam"],
        format_func={"lbfgs": "L-BFGS", "adam": "Adam"}.__getitem__,
        required=True,
        wrap=True,
        **state.widget("optimizer"),
    )
    st.number_input(t("style_transfer.seed"), 0, 9999, **state.widget("seed"))


def settings(state: PageState) -> TransferSettings:
    """The page's knobs as the engine takes them; raises GramlabError when nothing pulls at the picture."""
    from gramlib.transfer import TransferSettings

    return TransferSettings(
        optimizer=state["optimizer"],
        steps=state["steps"],
        content_weight=state["content_weight"],
        style_weight=state["style_weight"],
        total_variation_weight=state["smoothness"],
        start=state["start"],
        seed=state["seed"],
    )


def current_job() -> Job | None:
    """The job that this session has started, unless it is forgotten."""
    return networks.jobs().get(st.session_state.get(_JOB, ""))


def was_started() -> bool:
    return _JOB in st.session_state


def poster() -> Image.Image | None:
    """The content picture that the job was started with."""
    return st.session_state.get(_POSTER) if current_job() else None


def start(state: PageState, content: Picture, style: Picture) -> None:
    """Start a job with the page's settings, and stop the one before it."""
    try:
        chosen = settings(state)
    except GramlabError:
        return  # `steer` shows what is wrong at every run
    if (before := current_job()) is not None:
        before.stop()
    size = state["size"]

    def steps() -> Iterator[Step]:
        from gramlib.images import to_tensor
        from gramlib.transfer import transfer

        pictures = (to_tensor(picture.image, size) for picture in (content, style))
        return transfer(*pictures, chosen, networks.network())

    st.session_state[_JOB] = networks.jobs().start(steps, chosen).id
    st.session_state[_POSTER] = reduced(content.image, size)


def steer(job: Job | None, state: PageState) -> None:
    """Send changed weights to the running job; say so when they cannot be used."""
    try:
        chosen = settings(state)
    except GramlabError as error:
        st.error(fault(error))
        return
    if job is None or job.settings is None:
        return
    weights = {name: getattr(chosen, name) for name in ("content_weight", "style_weight", "total_variation_weight")}
    if (changed := replace(job.settings, **weights)) != job.settings:
        job.change(changed)


def show_progress(job_id: str) -> None:
    """Step, seconds and the falling losses; runs as a fragment while the job does."""
    job = networks.jobs().get(job_id)
    if job is None or (job.state not in MOVING and st.session_state.get("transfer.shown") != (job_id, job.state)):
        # once more as a whole: the buttons and the preview have to learn that nothing moves any more
        st.session_state["transfer.shown"] = (job_id, job.state if job else "gone")
        st.rerun()
    step = job.step
    steps = job.settings.steps
    st.progress(
        min(1.0, step.iteration / steps) if step else 0.0,
        t(
            "style_transfer.progress",
            step=step.iteration if step else 0,
            steps=steps,
            seconds=number(step.seconds, 2) if step else 0,
            state=t(f"style_transfer.state.{job.state}", place=job.place or 0),
        ),
    )
    if isinstance(job.error, GramlabError):
        st.error(fault(job.error))
    if step is None:
        return
    if job.history:
        first, now = (_style_loss(losses) for _, _, losses in (job.history[0], job.history[-1]))
        st.markdown(t("style_transfer.style_fell", first=number(first), now=number(now)))
    st.plotly_chart(_loss_curves(job), key="style_transfer.losses", config={"displayModeBar": False})
    st.caption(t("style_transfer.loss_note"))
    if job.state not in MOVING:
        _take_away(job, step)


def _style_loss(losses: dict[str, float]) -> float:
    layers = [loss for name, loss in losses.items() if name.startswith("relu")]
    return sum(layers) / len(layers)


def _loss_curves(job: Job) -> go.Figure:
    history = list(job.history)
    iterations = [iteration for iteration, _, _ in history]
    figure = go.Figure()
    names = [name for name in history[-1][2] if name != "total_variation"]
    for rank, name in enumerate(names):
        is_content = name == "content"
        figure.add_scatter(
            x=iterations,
            y=[losses.get(name) for _, _, losses in history],
            name=t("style_transfer.loss_content") if is_content else name,
            mode="lines",
            line={
                "color": colours().content if is_content else colours().style,
                "dash": "solid" if is_content else ("solid", "dash", "dot", "dashdot", "longdash")[(rank - 1) % 5],
                "width": 3 if is_content else 2,
            },
        )
    figure.update_layout(
        height=260,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        yaxis={"type": "log", "dtick": 1},
        xaxis_title=t("style_transfer.loss_step"),
        legend={"orientation": "v"},
        uirevision="losses",
    )
    return figure


def _take_away(job: Job, step: Step) -> None:
    from gramlib.images import to_image

    file = io.BytesIO()
    to_image(step.image).save(file, "PNG")
    st.download_button(
        t("style_transfer.save"), file.getvalue(), f"gramlab-{job.id[:6]}.png", "image/png", on_click="ignore"
    )


def code(state: PageState, content: Picture, style: Picture) -> str:
    """A program that makes this very picture."""
    return f"""from gramlib import VGG, TransferSettings, open_image, to_image, to_tensor
from gramlib.transfer import transfer

content = open_image({content.path!r})
style = open_image({style.path!r})
settings = TransferSettings(
    optimizer={state["optimizer"]!r},
    steps={state["steps"]},
    content_weight={state["content_weight"]},
    style_weight={state["style_weight"]},
    total_variation_weight={state["smoothness"]},
    start={state["start"]!r},
    seed={state["seed"]},
)
for step in transfer(to_tensor(content, {state["size"]}), to_tensor(style, {state["size"]}), settings, VGG()):
    print(step.iteration, step.total)
to_image(step.image).save("picture.png")
"""
