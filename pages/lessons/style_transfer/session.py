"""A session's transfer: from the controls of the page to a job of the pool, and back from the job to the controls.

One truth: what a job is asked to do stands in Kept.values. Each run of a page sends what was changed on this page, and
takes over what another tab of the same browser has changed; then controls and job are the same.

A callback is no transaction. When a job ends or pauses, the browser hears it at once and asks for a run, and Streamlit
breaks off the callback that is still at work where it next touches the session. So the old job is stopped last, when
the session knows the new one: the other way round, every tenth "Start again" only stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import streamlit as st
from PIL import Image

from gramlib.errors import GramlabError
from gramlib.painting import Painter, Painting
from pages.lessons.style_transfer import closed_form, larger, references
from pages.lessons.style_transfer import kept as keeping
from pages.lessons.style_transfer.kept import Kept, Larger
from pages.lessons.style_transfer.state import ASKED, FROM_THE_START, ON_THE_WAY, ONLY_FOR, STYLE_LAYERS, State
from pages.ui import browsers
from pages.ui.compute import networks
from pages.ui.memory import Memory
from pages.ui.pictures import Picture, names, picture, reduced, to_size
from pages.ui.text import fault, joined, numbered, t

if TYPE_CHECKING:
    from torch import Tensor

    from gramlib.jobs import Job
    from gramlib.transfer import Change, Steps, TransferSettings

MOVING = ("queued", "running", "abandoned")
UNDER_WAY = (*MOVING, "paused")
# of the job that this page shows: its id, and what it was asked when this page last looked
_SEEN: Memory[tuple[str, dict[str, Any]]] = Memory("transfer.seen", ("", {}))


# the engine knows no closed form: it is given the picture
_BEGINS_AS = {"closed_form": "picture"}


class Values(Protocol):
    """A page's State, or what is kept of one."""

    def __getitem__(self, name: str, /) -> Any: ...


def settings(values: Values) -> TransferSettings:
    """The page's knobs as the engine takes them; raises GramlabError when nothing pulls at the picture."""
    from gramlib.transfer import TransferSettings

    style_layers = [(layer, values[layer]) for layer in STYLE_LAYERS if values[layer]]
    return TransferSettings(
        optimizer=values["optimizer"],
        steps=values["steps"],
        scales=values["scales"],
        learning_rate=values["learning_rate"],
        content_weight=values["content_weight"],
        style_weight=values["style_weight"],
        total_variation_weight=values["smoothness"],
        content_layers=(values["content_layer"],),
        style_layers=(*style_layers, *values["more"]),
        statistic=values["statistic"],
        style_mix=values["mix"] if values["mix"] else 0.5,
        colour=values["colour"],
        start=_BEGINS_AS.get(values["start"], values["start"]),
        seed=values["seed"],
    )


def styles(values: Values) -> list[str]:
    """The names of the style pictures: one, or two that are mixed."""
    return [values["style"], values["second"]] if values["mix"] else [values["style"]]


def maker(
    content: Image.Image,
    style: Sequence[Image.Image],
    size: int,
    chosen: TransferSettings,
    *,
    pooling: str = "max",
    start: Callable[[], Tensor] | None = None,
    at: tuple[int, bytes] | None = None,
) -> Painter:
    """What makes a job's steps, here or on a worker, from pictures that were opened here: uploads belong to a session.

    start   what gives the picture to start from, for the start "picture"; called on the pool's own thread
    at      the step to begin at instead, and its picture as JPEG
    """

    def painting(change: Change | None) -> Painting:
        from gramlib.images import open_image, to_tensor
        from gramlib.transfer import Change

        if at is not None and (change is None or change.picture is None):
            iteration, jpeg = at
            change = replace(change or Change(), picture=to_tensor(open_image(jpeg)), iteration=iteration, look=True)
        return Painting(
            to_tensor(content, size),
            references.as_style(style, size),
            chosen,
            start=None if start is None else start(),
            change=change,
            pooling=pooling,
        )

    return Painter(painting, networks.network)


def way(
    content: Image.Image, style: Sequence[Image.Image], size: int, begun: int = 0
) -> Callable[[TransferSettings, int], list[tuple[int, int]]]:
    """What tells the pool how many steps of which size a job of `maker` has before it, after `begun` of them."""
    from gramlib.transfer import ahead

    # (height, width); the pool asks under its lock, so the network is had before
    sizes = [to_size(image, size)[::-1] for image in (content, *style)]
    stretches = ahead(networks.network(), *sizes)
    return lambda settings, iteration: stretches(settings, max(begun, iteration))


def current_job(state: State) -> Job | None:
    """The job of this page, also after a reload; None where it is forgotten, or another browser's.

    A link from the address bar names the job. Whoever gets such a link from somebody else shall not steer their job.
    """
    return _own(state.job)


def _own(job_id: str | None) -> Job | None:
    job = networks.jobs().get(job_id or "")
    return job if job is not None and keeping.kept(job) is not None and keeping.owns(browsers.mark(), job) else None


def kept(job: Job) -> Kept:
    """What the app keeps beside a job of this page."""
    found = keeping.kept(job)
    assert found is not None  # the page shows no others
    return found


def untold_mark() -> str:
    """The mark that this browser does not know by itself, to be told with what it asks; empty where it has a cookie."""
    return "" if browsers.has_cookie() else browsers.mark()


def begin(
    make_steps: Callable[..., Steps],
    chosen: TransferSettings,
    ahead: Callable[[TransferSettings, int], list[tuple[int, int]]] | None = None,
) -> Job:
    """Start a job that belongs to this browser: nobody else may look at it or steer it. Raises GramlabError if full.

    ahead   see `way`
    """
    mark = browsers.mark()
    job = networks.jobs().start(make_steps, chosen, owner=mark, ahead=ahead)
    keeping.give(job, mark)
    return job


def left_by(job: Job | None) -> Job | None:
    """The transfer that this one has taken the place of, if it can be returned to."""
    left = _own(kept(job).left) if job else None
    return left if left is not None and left.step is not None else None


def start(state: State) -> None:
    """Start a job with what the controls say; the one before it ends, and can be returned to."""
    if (job := _launch(state)) is not None:
        job.stop()


def go_on_from(state: State, iteration: int) -> None:
    """Go on from a saved step of the job, with what the controls say; the way from there on is kept as it is.

    What counts from the start stays as this job was started.
    """
    from gramlib.job import from_jpeg

    job = current_job(state)
    jpeg = dict(keeping.frames_of(job)).get(iteration) if job else None
    if job is None or jpeg is None:  # thinned out meanwhile
        return
    at = kept(job).larger
    if at is not None and iteration < at.since:
        at = None  # a picture of before it was carried up
    _go_on(state, job, _Place(iteration, from_jpeg(jpeg), jpeg=jpeg, larger=at))


def go_larger(state: State, size: int) -> None:
    """Let the newest picture go on at a larger size; the transfer that it is of can be returned to."""
    job = current_job(state)
    step = job.step if job else None
    if job is None or step is None or size not in larger.sizes_above(step):
        return
    content = kept(job).images[kept(job).values["content"]]
    if larger.has_room(content, size):
        at = larger.planned(step, content, size)
        _go_on(state, job, _Place(step.iteration, step.image, seconds=step.seconds, larger=at))


def _go_on(state: State, job: Job, place: _Place) -> None:
    if _launch(state, place) is not None:
        job.pause()


def go_back(state: State) -> None:
    """Return to the transfer that was left, with what it was asked to do; the one that is shown now is left for it."""
    job = current_job(state)
    if job is not None and (left := left_by(job)) is not None:
        state.set(**kept(left).values)
        _note(state, left)
        state.job = left.id  # last of all that looks into the session's state: broken off before it, this begins again
        kept(left).left = job.id
        job.pause()


@dataclass(frozen=True)
class _Place:
    """Where a transfer goes on: after a step, from its picture (1, 3, H, W), which may be saved; and at which size."""

    iteration: int
    picture: Tensor
    seconds: float = 0.0
    jpeg: bytes | None = None
    larger: Larger | None = None


def _launch(state: State, place: _Place | None = None) -> Job | None:
    """Begin a job in the place of this page's, and return that; None where there was none, or nothing is asked for."""
    from gramlib.enlarging import enlarging

    before = current_job(state)
    if before is None and place is not None:
        return None
    values = _wanted(state, before) if before and place else {name: state[name] for name in ASKED}
    try:
        chosen = settings(values)
    except GramlabError:
        return None  # `steer` says what is wrong at every run
    if (older := left_by(before)) is not None:
        older.stop()  # one that can be returned to is enough
    beside = _beside(values, before, place)
    if beside.larger is not None:
        chosen = enlarging(chosen, beside.larger.until)
    job = begin(_makes(beside, chosen, place), chosen, _way(beside, place))
    keeping.keep(job, beside)
    try:
        state.job = job.id
        _note(state, job)
    except BaseException:  # broken off: nobody would ever see it
        job.stop()
        raise
    return before


def _beside(values: Mapping[str, Any], before: Job | None, place: _Place | None) -> Kept:
    """What is to be kept beside a job that takes the place of another one."""
    from gramlib.images import to_image

    left = before.id if before else None
    known = kept(before).images if before and place else {}
    named = [values["content"], *styles(values), *([values["from"]] if values["start"] == "picture" else [])]
    images = {name: known.get(name) or picture(name).image for name in named}
    content, size = images[values["content"]], place.larger.size if place and place.larger else values["size"]
    shown = larger.at(content, size) if place and place.larger else reduced(content, size)
    sources = references.sources(
        shown if place and place.larger else content,
        [images[name] for name in styles(values)],
        picture(references.other(values["content"])).image,
        size,
    )
    beside = Kept(Picture(values["content"], shown), sources, values, left, images=images)
    if before is not None and place is not None:
        # all else that counts from the start stays as it was started
        changed = ("style",) if styles(values) != styles(kept(before).values) else ()
        beside.trunk = keeping.trunk_to(before, place.iteration, changed)
        beside.begun, beside.larger = to_image(place.picture), place.larger
    return beside


def _makes(beside: Kept, chosen: TransferSettings, place: _Place | None) -> Callable[..., Steps]:
    """What makes the steps of a job that begins at its start, or at a place on its way."""
    values, images = beside.values, beside.images
    content, style = images[values["content"]], [images[name] for name in styles(values)]
    if place is not None and beside.larger is not None:
        return larger.maker(
            content,
            partial(references.as_style, style, beside.size),
            beside.larger,
            chosen,
            place.picture,
            pooling=values["pooling"],
            iteration=place.iteration,
            begun_seconds=place.seconds,
            has_photo=values["start"] in ("content", "content+noise"),
        )
    return maker(
        content,
        style,
        beside.size,
        chosen,
        pooling=values["pooling"],
        start=_begins(values, content, style, images.get(values["from"])),
        at=(place.iteration, place.jpeg) if place and place.jpeg else None,
    )


def _begins(
    values: Mapping[str, Any], content: Image.Image, style: Sequence[Image.Image], other: Image.Image | None
) -> Callable[[], Tensor] | None:
    """What gives the picture to start from, where that is neither the photo, nor the painting, nor noise."""
    if values["start"] == "closed_form":
        return partial(closed_form.begins, content, style, values["size"], values)
    if values["start"] == "picture" and other is not None:
        return partial(_as_tensor, other, values["size"])
    return None


def _as_tensor(image: Image.Image, size: int) -> Tensor:
    from gramlib.images import to_tensor

    return to_tensor(image, size)


def _way(beside: Kept, place: _Place | None) -> Callable[[TransferSettings, int], list[tuple[int, int]]]:
    """What tells the pool how many steps of which size such a job has before it."""
    images, at = beside.images, beside.larger
    if at is not None:
        return lambda settings, iteration: [(at.pixels, max(0, settings.steps - max(at.since, iteration)))]
    style = [images[name] for name in styles(beside.values)]
    return way(images[beside.values["content"]], style, beside.size, place.iteration if place else 0)


def follow(state: State) -> None:
    """Start anew where the controls have been set to something that a transfer under way cannot follow."""
    job = current_job(state)
    if waits(state, job):
        start(state)


def waits(state: State, job: Job | None) -> bool:
    """Whether the controls say something that a transfer under way cannot follow: it counts from the next start."""
    if job is None or job.state not in UNDER_WAY:
        return False
    asked = kept(job).values
    return any(state[name] != asked[name] for name in FROM_THE_START if ONLY_FOR.get(name, state.start) == state.start)


def steer(state: State, job: Job | None) -> None:
    """Send what was changed on this page to a transfer under way, and show here what another tab has changed.

    What cannot be used is said, and not sent.
    """
    try:
        settings(state)
        if job is not None and job.state in UNDER_WAY:
            _agree(state, job)
        elif job is not None and _SEEN.value[0] != job.id:
            _note(state, job)  # what is changed from here on is in force when it goes on from one of its steps
    except GramlabError as error:
        st.error(fault(error))


def _wanted(state: State, job: Job) -> dict[str, Any]:
    """What the job is asked to do, with what this page has changed of it."""
    job_id, seen = _SEEN.value
    mine = {name: state[name] for name in ON_THE_WAY if state[name] != seen[name]} if job_id == job.id else {}
    return {**kept(job).values, **mine}


def _agree(state: State, job: Job) -> None:
    beside = kept(job)
    with beside.lock:
        wanted = _wanted(state, job)
        for name in ON_THE_WAY:
            # an upload of another tab is not known here
            if state[name] != wanted[name] and (name not in ("style", "second") or wanted[name] in names()):
                state[name] = wanted[name]
        if wanted != beside.values:
            _send(job, beside, wanted)
            beside.ask(wanted)
        _note(state, job)


def _note(state: State, job: Job) -> None:
    _SEEN.value = (job.id, {name: state[name] for name in ON_THE_WAY})


def _send(job: Job, beside: Kept, wanted: Values) -> None:
    """Tell a job what it is asked to do from now on; what counts from the start stays as it was started."""
    chosen = settings(wanted)
    assert job.settings is not None
    stays = (*FROM_THE_START, "steps") if beside.larger else FROM_THE_START
    begun = {knob.name: getattr(job.settings, knob.name) for knob in fields(chosen) if knob.name in stays}
    style = None
    if styles(wanted) != styles(beside.values) and set(styles(wanted)) <= {*names(), *beside.images}:
        images = {name: beside.images.get(name) or picture(name).image for name in styles(wanted)}
        beside.images |= images
        style = references.as_style([*images.values()], beside.size)
    job.change(replace(chosen, **begun), style=style)


def say_fault(job: Job) -> None:
    """Why a job has ended before its time, in the person's language."""
    if job.error is not None:
        broken = joined(t("style_transfer.broken"), *numbered(job.error))
        st.error(fault(job.error) if isinstance(job.error, GramlabError) else broken)
