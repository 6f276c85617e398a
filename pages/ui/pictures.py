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

from gramlib.errors import GramlabError
from gramlib.images import open_image
from pages.ui.canvases.source.canvas import picture_source
from pages.ui.memory import Memory
from pages.ui.places import IMAGES, ROOT
from pages.ui.state import PageState, Parameter
from pages.ui.text import fault, t

_UPLOADS: Memory[dict[str, tuple[str, Image.Image]]] = Memory("pictures.uploads", {})
_FAULT: Memory[tuple[str, GramlabError] | None] = Memory("pictures.fault", None)  # and the place that it is said at
_ROOM = 8
_LONGEST_SIDE = 1024  # no lesson uses more, and thirty sessions keep eight uploads each
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
            return _UPLOADS.value[self.name][0]
        return samples()[self.name].relative_to(ROOT).as_posix()

    @property
    def is_own(self) -> bool:
        return self.name.startswith(_OWN)

    @property
    def reduction(self) -> str:
        """The line of a program that does to the file what was done here when it was uploaded."""
        return f"image.thumbnail(({_LONGEST_SIDE}, {_LONGEST_SIDE}))\n" if self.is_own else ""


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


def names() -> list[str]:
    """What can be chosen: the person's own pictures, newest first, then the samples."""
    return [*reversed(_UPLOADS.value), *samples()]


def title(name: str) -> str:
    if name.startswith(_OWN):
        return t("picture.own", name=_UPLOADS.value[name][0])
    return t(f"picture.sample.{name}")


def _titles() -> Callable[[str], str]:
    return {name: title(name) for name in names()}.__getitem__  # now, in the language of this run


def picture(name: str) -> Picture:
    return Picture(name, _UPLOADS.value[name][1] if name.startswith(_OWN) else _sample(name))


def _known(name: str) -> str:
    """A reader of links. An uploaded picture lives in one session only; another person's link cannot open it."""
    if name not in names():
        raise ValueError(name)
    return name


def picture_parameter(default: str, name: str = "") -> Parameter[str]:
    """The parameter of a page that holds one picture."""
    return Parameter(default, _known, name=name, lasting=True)


def choose_picture(state: PageState, name: str, label: str) -> Picture:
    """A list of the pictures, and a place to drop one's own."""
    if state[name] not in names():  # the oldest upload made way
        state[name] = next(iter(samples()))
    st.selectbox(label, names(), format_func=_titles(), **state.widget(name))
    _uploader(state, name)
    return picture(state[name])


def _uploader(state: PageState, name: str) -> None:
    """The person's own pictures: dropped, chosen, photographed, or pasted anywhere on the page."""
    key = f"upload.{state.key(name)}"

    def take(file_name: str, found: bytes | GramlabError, is_open: bool) -> None:
        # where the person looks: in the place to upload, or, where that is closed, below its button
        _keep(state, name, key if is_open else f"{key}.below", file_name, found)

    with st.container(key=f"picture-source-{state.key(name)}".replace(".", "-"), gap=None):
        with st.popover(t("picture.upload"), icon=":material/add_photo_alternate:", width="stretch"):
            st.file_uploader(t("picture.upload_help"), key=key, on_change=_take, args=(state, name, key))
            _show_fault(key)
            photo = _numbered(t("picture.photo"), "jpg")
            picture_source("camera", key=f"{key}.camera", name=photo, longest=_LONGEST_SIDE, take=take)
            st.caption(t("picture.paste_help"))
        _show_fault(f"{key}.below")
        pasted = _numbered(t("picture.pasted"), "png")
        picture_source("paste", key=f"{key}.paste", name=pasted, longest=_LONGEST_SIDE, take=take)


def _numbered(name: str, kind: str) -> str:
    """A file's name that no upload has yet."""
    taken = {file_name for file_name, _ in _UPLOADS.value.values()}
    return next(free for count in range(1, _ROOM + 2) if (free := f"{name}-{count}.{kind}") not in taken)


def _show_fault(place: str) -> None:
    if (found := _FAULT.value) is not None and found[0] == place:
        st.error(fault(found[1]))


def _take(state: PageState, name: str, key: str) -> None:
    """What has been dropped or chosen; nothing when it has been taken away again."""
    _FAULT.forget()
    if (upload := Memory[Any](key, None).value) is not None:
        _keep(state, name, key, upload.name, upload.getvalue())


def _keep(state: PageState, name: str, place: str, file_name: str, found: bytes | GramlabError) -> None:
    """Open a picture and choose it, or keep the fault to show it at the place where the person is looking."""
    _FAULT.forget()
    try:
        if isinstance(found, GramlabError):
            raise found
        image = open_image(found)
    except GramlabError as error:
        _FAULT.value = (place, error)
        return
    image.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    own = _OWN + hashlib.sha256(found).hexdigest()[:16]
    others = [(name, upload) for name, upload in _UPLOADS.value.items() if name != own]
    _UPLOADS.value = dict([*others, (own, (file_name, image))][-_ROOM:])
    state[name] = [*state[name], own][-_ROOM:] if isinstance(state[name], list) else own


def reduced(image: Image.Image, size: int) -> Image.Image:
    """The picture, made smaller where its longer side has more than `size` pixels."""
    small = image.copy()
    small.thumbnail((size, size))
    return small


def to_size(image: Image.Image, size: int) -> tuple[int, int]:
    """The width and height that to_tensor gives this picture."""
    longer = max(image.size)
    if longer <= size:
        return image.size
    width, height = (max(1, round(side * size / longer)) for side in image.size)
    return width, height


@st.cache_resource(max_entries=256, show_spinner=False)
def data_url(name: str, _image: Image.Image, size: int = _LONGEST_SIDE) -> str:
    """A JPEG of a picture inside a URL, for a component; the name stands for the picture in the cache."""
    file = io.BytesIO()
    reduced(_image, size).convert("RGB").save(file, "JPEG", quality=85)
    return "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode()
