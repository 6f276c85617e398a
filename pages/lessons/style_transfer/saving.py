"""What is worth keeping: the picture, the way to it and the recipe as files, and the picture made large."""

from __future__ import annotations

import io
import json
import unicodedata
from functools import partial
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import streamlit as st

from gramlib.animation import to_gif
from pages.lessons.style_transfer import kept, larger, program, session, wire
from pages.lessons.style_transfer.kept import Kept
from pages.lessons.style_transfer.session import Values
from pages.lessons.style_transfer.state import State
from pages.ui.callbacks import undivided
from pages.ui.pictures import names, picture
from pages.ui.text import plain_text, t

if TYPE_CHECKING:
    from gramlib.jobs import Job

# of a part of a file's name, in UTF-8: with two paintings the name stays below 143, which every file system takes
MOST_BYTES = 36
# how the files of a transfer are called, in the words of the page that showed it last: after a reload an uploaded
# picture has no name any more
_NAMED: WeakKeyDictionary[Job, str] = WeakKeyDictionary()


def in_file_name(text: str) -> str:
    """A text as a part of a file's name on every system: letters and digits of any script, a hyphen for all between.

    A name of such parts has no dot, no blank at its ends, nothing that writes from right to left unseen. A name that
    Windows keeps for itself, such as CON, is none any more once it is joined to another part.

    >>> in_file_name('The Great Wave: Hokusai'), in_file_name('../a\\\\b?.c'), in_file_name('神奈川冲浪里（葛饰北斋）')
    ('The-Great-Wave-Hokusai', 'a-b-c', '神奈川冲浪里-葛饰北斋')
    """
    letters = unicodedata.normalize("NFC", text)
    kept = (letter if unicodedata.category(letter)[0] in "LNM" else " " for letter in letters)
    return "-".join("".join(kept).split()).encode()[:MOST_BYTES].decode(errors="ignore").strip("-")


def stem(values: Values) -> str:
    """What the files of a transfer are called: the photo, and the painting or the two."""
    parts = []
    for name in (values["content"], *session.styles(values)):
        shown = picture(name)
        text = (shown.path.rpartition(".")[0] or shown.path) if shown.is_own else shown.title
        parts.append(in_file_name(text) or in_file_name(plain_text("style_transfer.files.nameless")))
    return "_".join(parts)


def _stem_of(job: Job) -> str:
    values = session.kept(job).values
    if {values["content"], *session.styles(values)} <= set(names()):
        _NAMED[job] = stem(values)
    return _NAMED.get(job) or in_file_name(plain_text("style_transfer.files.nameless"))


def png(job: Job, beside: Kept) -> bytes:
    """The newest picture; before the first step the one that it begins with, in the same size."""
    from gramlib.images import to_image

    step, before = job.step, beside.before.image
    picture = to_image(step.image) if step is not None else (beside.begun or before).resize(before.size)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def buttons(state: State, job: Job | None) -> None:
    """At the picture: save it, and make it large. Both places are always there."""
    beside = session.kept(job) if job else None
    size = max(beside.before.image.size) if beside else 0  # of every step, the first that is still to come included
    st.download_button(
        t("style_transfer.save", size=size) if size else t("style_transfer.save_nothing"),
        partial(png, job, beside) if job and beside else b"",
        f"{_stem_of(job)}_{size}px.png" if job else "gramlab.png",
        "image/png",
        help=t("style_transfer.save_help"),
        on_click="ignore",
        disabled=job is None,
        icon=":material/download:",
        key="save.picture",
    )
    _make_large(state, job, beside)


def _make_large(state: State, job: Job | None, beside: Kept | None) -> None:
    step = job.step if job and job.state not in session.MOVING else None
    sizes = larger.sizes_above(step) if step else []
    with st.popover(
        t("style_transfer.larger.title"),
        help=None if sizes else t(f"style_transfer.larger.{'large_already' if step else 'help'}"),
        disabled=not sizes,
        key=f"larger.{job.id if job else ''}",  # closed when another transfer takes the place
        on_change="rerun",  # how long it takes is known anew when it is opened
    ):
        if job is None or beside is None or step is None:
            return
        st.caption(t("style_transfer.larger.note").replace("\n", "  \n"))  # a line each
        content = beside.images[beside.values["content"]]
        has_room = {size: larger.has_room(content, size) for size in sizes}
        for size in sizes:
            width, height = larger.size_at(content, size)
            left = larger.company(job, content, size).left
            time = {} if left is None else {"time": duration(left)}  # of a single step there is nothing to go by
            st.button(
                t(f"style_transfer.larger.size{'' if time else '_alone'}", width=width, height=height, **time),
                on_click=undivided(session.go_larger),
                args=(state, size),
                disabled=not has_room[size],
                width="stretch",
                key=f"larger.{size}",
            )
        if not all(has_room.values()):
            st.caption(t("style_transfer.larger.full"))
        if others := larger.company(job, content, sizes[0]).others:
            st.caption(t("style_transfer.larger.company", count=others))


def duration(seconds: float) -> str:
    """A time to come in words, no more exact than it can be known; live/canvas.js has the same for the way."""
    count = max(5, wire.about(seconds) or 0)
    if count < 120:
        return t("style_transfer.live.seconds", count=count)
    return t("style_transfer.live.minutes", count=f"{count / 60:g}")


def take_away(state: State, job: Job | None) -> None:
    """The picture, the way to it, and the recipe, as files."""
    step = job.step if job else None
    if job is None or step is None:
        st.caption(t("style_transfer.files.none"))
    else:
        name = f"{_stem_of(job)}_{max(step.image.shape[-2:])}px"
        with st.container(horizontal=True, gap="small"):
            # made when they are asked for: the picture of that moment, and no work for who takes nothing
            for kind, make, mime in (
                ("png", partial(png, job, session.kept(job)), "image/png"),
                ("gif", lambda: to_gif([jpeg for _, jpeg in kept.frames_of(job)]), "image/gif"),
            ):
                st.download_button(
                    t(f"style_transfer.files.{kind}"),
                    make,
                    f"{name}.{kind}",
                    mime,
                    on_click="ignore",
                    key=f"save.{kind}",
                )
    recipe = program.recipe(state)
    if job is not None and (made := session.kept(job).larger):
        recipe["went_on"] = {"longest_side": made.size, "from_step": made.since, "until_step": made.until}
    st.download_button(
        t("style_transfer.files.json"),
        json.dumps(recipe, indent=2, ensure_ascii=False),
        f"{stem(state)}.json",
        "application/json",
        on_click="ignore",
        key="save.json",
    )
    st.caption(t("style_transfer.files.note"))
