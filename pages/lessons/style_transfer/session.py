"""A session's transfer: from the controls of the page to a job of the pool, and back from the job to the controls.

One truth: what a job is asked to do stands in Kept.values. Each run of a page sends what was changed on this page, and
takes over what another tab of the same browser has changed; then controls and job are the same.

A callback is no transaction. When a job ends or pauses, the browser hears it at once and asks for a run, and Streamlit
breaks off the callback that is still at work where it next touches the session. So the old job is stopped last, when
the session knows the new one: the other way round, every tenth "Start again" only stopped.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Protocol

import streamlit as st
from PIL import Image

from gramlib.errors import GramlabError
from pages.lessons.style_transfer import kept as keeping
from pages.lessons.style_transfer import references
from pages.lessons.style_transfer.kept import NO_TRUNK, Kept, Trunk
from pages.lessons.style_transfer.state import ASKED, FROM_THE_START, ON_THE_WAY, STYLE_LAYERS, State
from pages.ui.compute import networks
from pages.ui.memory import Memory
from pages.ui.pictures import Picture, names, picture, reduced, to_size
from pages.ui.text import fault, t

if TYPE_CHECKING:
    from gramlib.jobs import Job
    from gramlib.transfer import Change, Steps, TransferSettings

MOVING = ("queued", "running", "abandoned")
UNDER_WAY = (*MOVING, "paused")
# of the job that this page shows: its id, and what it was asked when this page last looked
_SEEN: Memory[tuple[str, dict[str, Any]]] = Memory("transfer.seen", ("", {}))
_MARK: Memory[str] = Memory("transfer.mark", "")


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
        start=values["start"],
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
    start: Image.Image | None = None,
    at: tuple[int, bytes] | None = None,
) -> Callable[..., Steps]:
    """What makes a job's steps on the pool's worker, from pictures that were opened here: uploads belong to a session.

    start   the picture to start from, for the start "picture"
    at      the step to begin at instead, and its picture as JPEG
    """

    def steps(change: Change | None = None) -> Steps:
        from gramlib.images import open_image, to_tensor
        from gramlib.transfer import Change, transfer

        if at is not None and (change is None or change.picture is None):
            iteration, jpeg = at
            change = replace(change or Change(), picture=to_tensor(open_image(jpeg)), iteration=iteration, look=True)
        return transfer(
            to_tensor(content, size),
            references.as_style(style, size),
            chosen,
            networks.network(pooling=pooling),
            start=None if start is None else to_tensor(start, size),
            change=change,
        )

    return steps


def way(
    content: Image.Image, style: Sequence[Image.Image], size: int, at: tuple[int, bytes] | None = None
) -> Callable[[TransferSettings, int], list[tuple[int, int]]]:
    """What tells the pool how many steps of which size a job of `maker` has before it; arguments as there."""
    from gramlib.transfer import ahead

    # (height, width); the pool asks under its lock, so the network is had before
    sizes = [to_size(image, size)[::-1] for image in (content, *style)]
    stretches = ahead(networks.network(), *sizes)
    begun = 0 if at is None else at[0]
    return lambda settings, iteration: stretches(settings, max(begun, iteration))


def current_job(state: State) -> Job | None:
    """The job of this page, also after a reload; None where it is forgotten, or another browser's.

    A link from the address bar names the job. Whoever gets such a link from somebody else shall not steer their job.
    """
    return _own(state.job)


def _own(job_id: str | None) -> Job | None:
    job = networks.jobs().get(job_id or "")
    return job if job is not None and keeping.kept(job) is not None and keeping.owns(_browser(), job) else None


def kept(job: Job) -> Kept:
    """What the app keeps beside a job of this page."""
    found = keeping.kept(job)
    assert found is not None  # the page shows no others
    return found


def untold_mark() -> str:
    """The mark that this browser does not know by itself, to be told with what it asks; empty where it has a cookie."""
    return "" if keeping.BROWSER in st.context.cookies else _browser()


def _browser() -> str:
    """What tells this browser from another: the cookie that app.py gives it, or else a mark of this session alone."""
    mark = st.context.cookies.get(keeping.BROWSER)
    if isinstance(mark, str):
        return mark
    if not _MARK.is_known:
        _MARK.value = secrets.token_urlsafe(16)
    return _MARK.value


def begin(
    make_steps: Callable[..., Steps],
    chosen: TransferSettings,
    ahead: Callable[[TransferSettings, int], list[tuple[int, int]]] | None = None,
) -> Job:
    """Start a job that belongs to this browser: nobody else may look at it or steer it. Raises GramlabError if full.

    ahead   see `way`
    """
    mark = _browser()
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
    """Go on from a saved step of the job, with what the controls say; the way from there on is kept as it is."""
    job = current_job(state)
    jpeg = dict(keeping.frames_of(job)).get(iteration) if job else None
    if job is None or jpeg is None:  # thinned out meanwhile
        return
    before = kept(job).values
    changed = tuple(name for name in ("content", "pooling") if state[name] != before[name])
    changed += ("style",) if styles(state) != styles(before) else ()
    if _launch(state, (iteration, jpeg), keeping.trunk_to(job, iteration, changed)) is not None:
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


def _launch(state: State, at: tuple[int, bytes] | None = None, trunk: Trunk = NO_TRUNK) -> Job | None:
    """Begin a job in the place of this page's, and return that; None where there was none, or nothing is asked for."""
    values = {name: state[name] for name in ASKED}
    try:
        chosen = settings(values)
    except GramlabError:
        return None  # `steer` says what is wrong at every run
    before = current_job(state)
    if (older := left_by(before)) is not None:
        older.stop()  # one that can be returned to is enough
    content, size = picture(state.content).image, state.size
    style = [picture(name).image for name in styles(values)]
    make_steps = maker(
        content,
        style,
        size,
        chosen,
        pooling=state.pooling,
        start=picture(state.start_picture).image if chosen.start == "picture" else None,
        at=at,
    )
    job = begin(make_steps, chosen, way(content, style, size, at))
    shown = Picture(state.content, reduced(content, size))
    sources = references.sources(content, style, picture(references.other(state.content)).image, size)
    keeping.keep(job, Kept(shown, sources, values, before.id if before else None, trunk))
    try:
        state.job = job.id
        _note(state, job)
    except BaseException:  # broken off: nobody would ever see it
        job.stop()
        raise
    return before


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
    return any(state[name] != asked[name] for name in FROM_THE_START if name != "from" or state.start == "picture")


def steer(state: State, job: Job | None) -> None:
    """Send what was changed on this page to a transfer under way, and show here what another tab has changed.

    What cannot be used is said, and not sent.
    """
    try:
        settings(state)
        if job is not None and job.state in UNDER_WAY:
            _agree(state, job)
    except GramlabError as error:
        st.error(fault(error))


def _agree(state: State, job: Job) -> None:
    beside = kept(job)
    with beside.lock:
        job_id, seen = _SEEN.value
        mine = {name: state[name] for name in ON_THE_WAY if state[name] != seen[name]} if job_id == job.id else {}
        wanted = {**beside.values, **mine}
        for name in ON_THE_WAY:
            # an upload of another tab is not known here
            if state[name] != wanted[name] and (name not in ("style", "second") or wanted[name] in names()):
                state[name] = wanted[name]
        if wanted != beside.values:
            _send(job, beside.values, wanted)
            beside.ask(wanted)
        _note(state, job)


def _note(state: State, job: Job) -> None:
    _SEEN.value = (job.id, {name: state[name] for name in ON_THE_WAY})


def _send(job: Job, before: Values, wanted: Values) -> None:
    """Tell a job what it is asked to do from now on; what counts from the start stays as it was started."""
    chosen = settings(wanted)
    assert job.settings is not None
    begun = {knob.name: getattr(job.settings, knob.name) for knob in fields(chosen) if knob.name in FROM_THE_START}
    style = None
    if styles(wanted) != styles(before) and set(styles(wanted)) <= set(names()):
        style = references.as_style([picture(name).image for name in styles(wanted)], wanted["size"])
    job.change(replace(chosen, **begun), style=style)


def say_fault(job: Job) -> None:
    """Why a job has ended before its time, in the person's language."""
    if job.error is not None:
        st.error(fault(job.error) if isinstance(job.error, GramlabError) else t("style_transfer.broken"))
