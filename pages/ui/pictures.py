"""The pictures that a page can use: those in the box, and those that a person has uploaded in this session."""

from __future__ import annotations

import base64
import functools
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st
from PIL import Image
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from gramlib.errors import GramlabError
from gramlib.images import fitting, open_image, open_with_remarks
from pages.ui import albums, browsers
from pages.ui.albums import Album, Upload
from pages.ui.callbacks import undivided
from pages.ui.canvases.source.canvas import picture_source
from pages.ui.memory import Memory
from pages.ui.numbers import number
from pages.ui.parameters import LeftBehind, Parameter
from pages.ui.places import IMAGES, ROOT
from pages.ui.programs import literal, portable
from pages.ui.state import PageState
from pages.ui.text import fault, plain_text, t

_ALBUM: Memory[Album | None] = Memory("pictures.album", None)
# how often a photo has been chosen in this session to be the picture of every lesson, and which was the last
_PHOTO: Memory[tuple[int, str | None]] = Memory("pictures.photo", (0, None))
_FAULT: Memory[tuple[str, GramlabError] | None] = Memory("pictures.fault", None)  # and the place that it is said at
_LONGEST_SIDE = 1024  # no lesson uses more
_OWN = "own-"


@dataclass(frozen=True)
class Picture:
    """A picture and the name under which everything computed from it is kept: an upload's name holds its digest."""

    name: str
    image: Image.Image = field(compare=False)

    @property
    def title(self) -> str:
        return title(self.name)

    @property
    def path(self) -> str:
        """Where a program finds the file; an upload lies where the person has it."""
        if self.is_own:
            return uploads()[self.name].file_name
        return samples()[self.name].relative_to(ROOT).as_posix()

    @property
    def file(self) -> str:
        """Where a program finds it in its folder; an upload as it is kept, under a name that every system takes."""
        return _files()[self.name] if self.is_own else self.path

    @property
    def opening(self) -> str:
        """The expression of a program that opens the file as it was opened here, by gramlib's open_image."""
        return f"open_image({literal(self.file)}{f', {_LONGEST_SIDE}' if self.is_own else ''})"

    @property
    def is_own(self) -> bool:
        return self.name.startswith(_OWN)


@functools.cache
def samples() -> dict[str, Path]:
    """The pictures in the box by name: paintings first, then photos, then textures."""
    return {
        path.stem: path
        for folder in ("paintings", "photos", "textures")
        for path in sorted((IMAGES / folder).glob("*.jpg"))
    }


@functools.lru_cache(maxsize=32)
def _sample(name: str) -> Image.Image:
    return open_image(samples()[name])


def uploads() -> dict[str, Upload]:
    """The person's own pictures by name, the oldest first: of this browser, also after a reload."""
    return album().uploads


def album() -> Album:
    """The album of the browser that this page is open in."""
    found = _ALBUM.value
    if found is None or found.closed:
        context = get_script_run_ctx()
        found = _ALBUM.value = albums.album_of(browsers.mark(), context.session_id if context else None)
    return found


def _files() -> dict[str, str]:
    """The names of files for all uploads, each another."""
    found: dict[str, str] = {}
    for name, upload in uploads().items():
        stem = portable(upload.file_name.rpartition(".")[0] or upload.file_name)
        free = (f"{stem}{f'-{count}' if count > 1 else ''}.png" for count in range(1, albums.ROOM + 1))
        taken = {file.casefold() for file in found.values()}
        found[name] = next(file for file in free if file.casefold() not in taken)
    return found


def photo() -> tuple[int, str] | None:
    """The person's own picture that goes with them from lesson to lesson: a number that grows with each, and its name.

    Another page of the same browser that is open already keeps its own; one that is opened later begins with the last.
    """
    if not _PHOTO.is_known and album().photo is not None:
        _PHOTO.value = (1, album().photo)
    count, name = _PHOTO.value
    return (count, name) if name in uploads() else None


def _make_photo(name: str) -> None:
    """Make one of the person's own the picture of every lesson that is opened from now on."""
    photo()  # of a reload, where this is the first time that it is asked for
    _PHOTO.value = (_PHOTO.value[0] + 1, name)
    album().photo = name


def names() -> list[str]:
    """What can be chosen: the person's own pictures, newest first, then the samples."""
    return [*reversed(uploads()), *samples()]


def title(name: str) -> str:
    """Its title as plain text: what shows it as Markdown puts it into a text of ours, or through as_written."""
    if name.startswith(_OWN):
        return plain_text("picture.own", name=uploads()[name].file_name)
    return plain_text(f"picture.sample.{name}")


def _titles() -> Callable[[str], str]:
    return {name: title(name) for name in names()}.__getitem__  # now, in the language of this run


def picture(name: str) -> Picture:
    return Picture(name, uploads()[name].image if name.startswith(_OWN) else _sample(name))


def is_own(name: str) -> bool:
    """Whether this is the name of a picture that somebody has added, or of a part of one."""
    return name.startswith(_OWN)


def _known(name: str) -> str:
    """A reader of links. An added picture lies in one browser's album; another person's link cannot open it."""
    if name not in names():
        raise LeftBehind() if is_own(name) else ValueError(name)
    return name


class PictureParameter(Parameter[str]):
    """The parameter of a page that holds one picture."""

    def brought(self, value: str) -> tuple[int, str] | None:
        return photo() if self.travels else None


def picture_parameter(default: str, name: str = "", *, travels: bool = False) -> Parameter[str]:
    """The parameter of a page that holds one picture; see Parameter.travels."""
    return PictureParameter(default, _known, name=name, lasting=True, travels=travels)


def choose_picture(state: PageState, name: str, label: str) -> Picture:
    """A list of the pictures, and a place to drop one's own."""
    if state[name] not in names():  # the oldest upload made way
        state[name] = next(iter(samples()))
    on_change = undivided(_chosen)
    st.selectbox(label, names(), format_func=_titles(), on_change=on_change, args=(state, name), **state.widget(name))
    give_back(state, name)
    _uploader(state, name)
    if state[name] in uploads():
        for remark in uploads()[state[name]].remarks:
            values = {key: number(value, 5) if type(value) is float else value for key, value in remark.values.items()}
            st.caption(t(f"remarks.{remark.code}", **values))
    return picture(state[name])


def _chosen(state: PageState, name: str) -> None:
    """One of the person's own, once chosen, is the picture of every lesson after."""
    if is_own(state[name]) and state.parameters()[name].travels:
        _make_photo(state[name])


def give_back(state: PageState, name: str) -> None:
    """Where an experiment has put another picture in the place of what the person had chosen: a way back to that."""
    theirs = state.borrowed(name)
    if theirs is not None and all(is_own(each) <= (each in uploads()) for each in _whole_names(theirs)):
        st.button(
            t("picture.give_back"),
            key=f"give-back.{state.key(name)}",
            icon=":material/undo:",
            type="tertiary",
            on_click=undivided(state.give_back),
            args=(name,),
        )


def _whole_names(value: str | list[str]) -> list[str]:
    """The names of the pictures in a parameter's value, of parts the whole picture's."""
    return [each.partition("@")[0] for each in (value if isinstance(value, list) else [value])]


def stays_behind(state: PageState) -> list[tuple[str, str | int]]:
    """What of a page's link is a picture of the person's own, which no link carries: (parameter, what another sees).

    That is the title of the picture that stands there instead, or how many of several are left without it.
    """
    found: list[tuple[str, str | int]] = []
    for name in state.handed_on():
        parameter = state.parameters().get(name)
        if parameter is None or not parameter.lasting:
            continue
        value, usual = state[name], parameter.default
        own = [each for each in _whole_names(value) if is_own(each)]
        if own and isinstance(value, list) and len(own) < len(value):
            found.append((name, len(value) - len(own)))
        elif own:
            found.append((name, "; ".join(title(each) for each in _whole_names(usual))))
    return found


def _uploader(state: PageState, name: str) -> None:
    """The person's own pictures: dropped, chosen, photographed, or pasted anywhere on the page."""
    key = f"upload.{state.key(name)}"

    def take(file_name: str, found: bytes | GramlabError, is_open: bool) -> None:
        # where the person looks: in the place to upload, or, where that is closed, below its button
        _keep(state, name, key if is_open else f"{key}.below", file_name, found)

    with st.container(key=f"picture-source-{state.key(name)}".replace(".", "-"), gap=None):
        with st.popover(t("picture.upload"), icon=":material/add_photo_alternate:", width="stretch"):
            st.file_uploader(t("picture.upload_help"), key=key, on_change=undivided(_take), args=(state, name, key))
            _show_fault(key)
            photo = _numbered(t("picture.photo"), "jpg")
            picture_source("camera", key=f"{key}.camera", name=photo, longest=_LONGEST_SIDE, take=take)
            st.caption(t("picture.paste_help"))
        _show_fault(f"{key}.below")
        pasted = _numbered(t("picture.pasted"), "png")
        picture_source("paste", key=f"{key}.paste", name=pasted, longest=_LONGEST_SIDE, take=take)


def _numbered(name: str, kind: str) -> str:
    """A file's name that no upload has yet."""
    taken = {upload.file_name for upload in uploads().values()}
    return next(free for count in range(1, albums.ROOM + 2) if (free := f"{name}-{count}.{kind}") not in taken)


def _show_fault(place: str) -> None:
    if (found := _FAULT.value) is not None and found[0] == place:
        st.error(fault(found[1]))


def _take(state: PageState, name: str, key: str) -> None:
    """What has been dropped or chosen; nothing when it has been taken away again."""
    upload = Memory[Any](key, None).value
    if isinstance(upload, UploadedFile):
        _keep(state, name, key, upload.name, upload.getvalue())
        _forget_file(upload)
    elif upload is None:
        _FAULT.forget()


def _forget_file(upload: UploadedFile) -> None:
    """Let Streamlit give up the file: it would keep every one until its session ends."""
    context = get_script_run_ctx()
    if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, upload.file_id)


def _keep(state: PageState, name: str, place: str, file_name: str, found: bytes | GramlabError) -> None:
    """Open a picture and choose it, or keep the fault to show it at the place where the person is looking."""
    _FAULT.forget()
    try:
        if isinstance(found, GramlabError):
            raise found
        own = _OWN + hashlib.sha256(found).hexdigest()[:16]
        albums.keep(album(), own, Upload(file_name, *open_with_remarks(found, _LONGEST_SIDE)))
    except GramlabError as error:
        _FAULT.value = (place, error)
        return
    state[name] = own
    _chosen(state, name)


def reduced(image: Image.Image, size: int) -> Image.Image:
    """The picture, made smaller where its longer side has more than `size` pixels."""
    small = image.copy()
    small.thumbnail((size, size))
    return small


def high_enough(image: Image.Image, width: int) -> Image.Image:
    """The picture for st.image(…, width), which fails where a stripe would be less than a pixel high at this width."""
    vanishes = image.width > width and image.height * width < image.width
    return image.resize((width, 1)) if vanishes else image


def to_size(image: Image.Image, size: int) -> tuple[int, int]:
    """The width and height that to_tensor gives this picture."""
    return fitting(image.size, size)


@st.cache_resource(max_entries=256, show_spinner=False)
def data_url(name: str, _image: Image.Image, size: int = _LONGEST_SIDE) -> str:
    """A JPEG of a picture inside a URL, for a component; the name stands for the picture in the cache."""
    file = io.BytesIO()
    reduced(_image, size).convert("RGB").save(file, "JPEG", quality=85)
    return "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode()
