"""A session's transfer: from the knobs of the page to a job of the pool, and from its reload back to the same job."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import streamlit as st

from gramlib.errors import GramlabError
from pages.ui.compute import networks
from pages.ui.numbers import plain
from pages.ui.pictures import Picture, picture, picture_parameter, reduced
from pages.ui.state import PageState, Parameter, decimal, one_of, whole
from pages.ui.text import fault, t

if TYPE_CHECKING:
    from torch import Tensor

    from gramlib.jobs import Job
    from gramlib.transfer import Change, Steps, TransferSettings

BROWSER = "gramlab_browser"  # the name of the cookie
MOVING = ("queued", "running", "abandoned")
STARTS = ("content", "noise", "style", "picture")
STATISTICS = ("gram", "covariance")
COLOURS = ("style", "luminance", "matched")
OPTIMIZERS = ("lbfgs", "adam")
STYLE_LAYERS = tuple(f"relu{block}_1" for block in range(1, 6))
MORE_LAYERS = tuple(layer for layer in networks.LAYERS["vgg16"] if layer not in STYLE_LAYERS)
WEIGHTS = {
    "style_weight": (0.0, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0),
    "content_weight": (0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0),
    "smoothness": (0.0, 1.0, 3.0, 10.0, 30.0, 100.0),
}
LAYER_WEIGHTS = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0)
LEARNING_RATES = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1)
_SENT = "transfer.sent"
_MARK = "transfer.mark"


def one_number_of(*options: float) -> Callable[[str], float]:
    """A reader of a number that must be one of these."""

    def read(text: str) -> float:
        if float(text) not in options:
            raise ValueError(text)
        return float(text)

    return read


def some_of(*options: str) -> Callable[[str], list[str]]:
    """A reader of words between commas, in the order of the options."""

    def read(text: str) -> list[str]:
        chosen = text.split(",")
        if not set(chosen) <= set(options):
            raise ValueError(text)
        return [option for option in options if option in chosen]

    return read


# every knob with the recipe that the library begins with; a test holds the two together
KNOBS = (
    Parameter("style_weight", 20.0, one_number_of(*WEIGHTS["style_weight"]), plain),
    Parameter("content_weight", 1.0, one_number_of(*WEIGHTS["content_weight"]), plain),
    Parameter("smoothness", 0.0, one_number_of(*WEIGHTS["smoothness"]), plain),
    Parameter("mix", 0.0, decimal(0, 1), plain),
    *(Parameter(layer, 1.0, one_number_of(*LAYER_WEIGHTS), plain) for layer in STYLE_LAYERS),
    Parameter("more", [], some_of(*MORE_LAYERS), ",".join),
    Parameter("content_layer", "relu4_2", one_of(*networks.LAYERS["vgg16"])),
    Parameter("statistic", "gram", one_of(*STATISTICS)),
    Parameter("size", 256, whole(128, 512)),
    Parameter("steps", 100, whole(10, 500)),
    Parameter("scales", 3, whole(1, 4)),
    Parameter("start", "content", one_of(*STARTS)),
    Parameter("colour", "style", one_of(*COLOURS)),
    Parameter("pooling", "max", one_of(*networks.POOLINGS)),
    Parameter("optimizer", "lbfgs", one_of(*OPTIMIZERS)),
    Parameter("learning_rate", 0.02, one_number_of(*LEARNING_RATES), plain),
    Parameter("seed", 0, whole(0, 9999)),
)
PARAMETERS = (
    picture_parameter("content", "neuschwanstein"),
    picture_parameter("style", "great_wave"),
    picture_parameter("second", "composition_viii"),
    picture_parameter("from", "poppies"),
    picture_parameter("ladder_style", "great_wave"),
    picture_parameter("ladder_content", "neuschwanstein"),
    *KNOBS,
    Parameter("job", None, lambda text: text[:64], lambda job: job or "", personal=True),
)


@dataclass(frozen=True)
class Kept:
    """What the app keeps beside a job, as long as the pool keeps the job.

    before    the content, at the size it is worked on
    style     the name of the style
    """

    before: Picture
    style: str


_KEPT: WeakKeyDictionary[Job, Kept] = WeakKeyDictionary()
_OWNERS: WeakKeyDictionary[Job, str] = WeakKeyDictionary()  # the mark of the browser that has started a job


def settings(state: PageState) -> TransferSettings:
    """The page's knobs as the engine takes them; raises GramlabError when nothing pulls at the picture."""
    from gramlib.transfer import TransferSettings

    style_layers = [(layer, state[layer]) for layer in STYLE_LAYERS if state[layer]]
    return TransferSettings(
        optimizer=state["optimizer"],
        steps=state["steps"],
        scales=state["scales"],
        learning_rate=state["learning_rate"],
        content_weight=state["content_weight"],
        style_weight=state["style_weight"],
        total_variation_weight=state["smoothness"],
        content_layers=(state["content_layer"],),
        style_layers=(*style_layers, *state["more"]),
        statistic=state["statistic"],
        style_mix=state["mix"] if state["mix"] else 0.5,
        colour=state["colour"],
        start=state["start"],
        seed=state["seed"],
    )


def _styles(state: PageState) -> tuple[str, ...]:
    """The names of the style pictures: one, or two that are mixed."""
    return (state["style"], state["second"]) if state["mix"] else (state["style"],)


def _tensors(names: tuple[str, ...], size: int) -> Tensor | tuple[Tensor, Tensor]:
    from gramlib.images import to_tensor

    first, *second = (to_tensor(picture(name).image, size) for name in names)
    return (first, second[0]) if second else first


def current_job(state: PageState) -> Job | None:
    """The job of this page, also after a reload; None where it is forgotten, or another browser's.

    A link from the address bar names the job. Whoever gets such a link from somebody else shall not steer their job.
    """
    job = networks.jobs().get(state["job"] or "")
    if job is None or job not in _KEPT or not owns(_browser(), job):
        return None
    if st.session_state.get(_SENT, ("", None, None))[0] != job.id:  # taken back: what the link says is what it has
        st.session_state[_SENT] = (job.id, _knobs(state), _styles(state))
    return job


def kept(job: Job) -> Kept:
    """What the app keeps beside a job."""
    return _KEPT[job]


def own(*jobs: Job) -> None:
    """Make this browser the owner of these jobs: nobody else may look at them or steer them."""
    mark = _browser()
    for job in jobs:
        _OWNERS[job] = mark


def owns(mark: str | None, job: Job) -> bool:
    """Whether the browser with this mark is the owner of the job."""
    return mark is not None and _OWNERS.get(job) == mark


def untold_mark() -> str:
    """The mark that this browser does not know by itself, to be told with what it asks; empty where it has a cookie."""
    return "" if BROWSER in st.context.cookies else _browser()


def _browser() -> str:
    """What tells this browser from another: the cookie that app.py gives it, or else a mark of this session alone."""
    mark = st.context.cookies.get(BROWSER)
    return mark if isinstance(mark, str) else st.session_state.setdefault(_MARK, secrets.token_urlsafe(16))


def start(state: PageState) -> None:
    """Start a job with the page's pictures and knobs, and stop the one before it; broken off, it has done nothing."""
    try:
        chosen = settings(state)
    except GramlabError:
        return  # `steer` says what is wrong at every run
    before, knobs, mark = current_job(state), _knobs(state), _browser()
    content, styles, size, pooling = state["content"], _styles(state), state["size"], state["pooling"]
    # taken now: an upload belongs to this session, which the worker knows nothing of
    content_image, others = picture(content).image, [picture(name).image for name in styles]
    start_image = picture(state["from"]).image if chosen.start == "picture" else None

    def steps(change: Change | None = None) -> Steps:
        from gramlib.images import to_tensor
        from gramlib.transfer import transfer

        first, *second = (to_tensor(image, size) for image in others)
        return transfer(
            to_tensor(content_image, size),
            (first, second[0]) if second else first,
            chosen,
            networks.network(pooling=pooling),
            start=None if start_image is None else to_tensor(start_image, size),
            change=change,
        )

    job = networks.jobs().start(steps, chosen)
    _KEPT[job], _OWNERS[job] = Kept(Picture(content, reduced(content_image, size)), styles[0]), mark
    try:
        st.session_state[_SENT] = (job.id, knobs, styles)
        state["job"] = job.id
    except BaseException:
        job.stop()
        raise
    if before is not None:
        before.stop()  # last, because the browser hears of it at once and asks for a run of the page


_STEERING = (
    *WEIGHTS,
    *STYLE_LAYERS,
    "mix",
    "more",
    "content_layer",
    "statistic",
    "steps",
    "optimizer",
    "learning_rate",
)


def _knobs(state: PageState) -> dict[str, Any]:
    """The knobs that reach a running transfer; the others count from the next start."""
    return {name: state[name] for name in _STEERING}


def steer(job: Job | None, state: PageState) -> None:
    """Send what has changed to the running job; say so when it cannot be used."""
    from dataclasses import replace

    try:
        chosen = settings(state)
    except GramlabError as error:
        st.error(fault(error))
        return
    if job is None or job.settings is None:
        return
    _, knobs, styles = st.session_state[_SENT]
    now = (job.id, _knobs(state), _styles(state))
    if now[1:] == (knobs, styles):
        return
    st.session_state[_SENT] = now
    # what counts from the next start stays as it was when the job was started
    begun = {name: getattr(job.settings, name) for name in ("scales", "start", "seed", "colour")}
    job.change(replace(chosen, **begun), style=_tensors(now[2], state["size"]) if now[2] != styles else None)


def say_fault(job: Job) -> None:
    """Why a job has ended before its time, in the person's language."""
    if job.error is not None:
        st.error(fault(job.error) if isinstance(job.error, GramlabError) else t("style_transfer.broken"))
