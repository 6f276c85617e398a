"""The pictures that a page can use: those in the box, and those that a person has uploaded in this session."""

from __future__ import annotations

import base64
import functools
import hashlib
import io
import threading
import weakref
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
from gramlib.images import Remark, fitting, open_image, open_with_remarks
from pages.ui.callbacks import undivided
from pages.ui.canvases.source.canvas import picture_source
from pages.ui.memory import Memory
from pages.ui.numbers import number
from pages.ui.places import IMAGES, ROOT
from pages.ui.programs import literal
from pages.ui.state import PageState, Parameter
from pages.ui.text import fault, plain_text, t

_UPLOADS: Memory[dict[str, Upload]] = Memory("pictures.uploads", {})
_FAULT: Memory[tuple[str, GramlabError] | None] = Memory("pictures.fault", None)  # and the place that it is said at
_ROOM = 8
_LONGEST_SIDE = 1024  # no lesson uses more
MOST_BYTES = 1_000_000_000  # of all uploads of all sessions: thirty sessions with eight of the largest
_OWN = "own-"


@dataclass(eq=False)
class Upload:
    """A picture of a person's own: the file's name, the picture made smaller, and what is to be said of it."""

    file_name: str
    image: Image.Image
    remarks: tuple[Remark, ...] = ()

    @property
    def bytes(self) -> int:
        return 4 * self.image.width * self.image.height  # as Pillow keeps RGB


# what all sessions keep; an upload leaves it with the last session that has it
_KEPT: weakref.WeakSet[Upload] = weakref.WeakSet()
_LOCK = threading.Lock()


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
            return _UPLOADS.value[self.name].file_name
        return samples()[self.name].relative_to(ROOT).as_posix()

    @property
    def opening(self) -> str:
        """The expression of a program that opens the file as it was opened here, by gramlib's open_image."""
        return f"open_image({literal(self.path)}{f', {_LONGEST_SIDE}' if self.is_own else ''})"

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


def names() -> list[str]:
    """What can be chosen: the person's own pictures, newest first, then the samples."""
    return [*reversed(_UPLOADS.value), *samples()]


def title(name: str) -> str:
    """Its title as plain text: what shows it as Markdown puts it into a text of ours, or through as_written."""
    if name.startswith(_OWN):
        return plain_text("picture.own", name=_UPLOADS.value[name].file_name)
    return plain_text(f"picture.sample.{name}")


def _titles() -> Callable[[str], str]:
    return {name: title(name) for name in names()}.__getitem__  # now, in the language of this run


def picture(name: str) -> Picture:
    return Picture(name, _UPLOADS.value[name].image if name.startswith(_OWN) else _sample(name))


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
    if state[name] in _UPLOADS.value:
        for remark in _UPLOADS.value[state[name]].remarks:
            values = {key: number(value, 5) if type(value) is float else value for key, value in remark.values.items()}
            st.caption(t(f"remarks.{remark.code}", **values))
    return picture(state[name])


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
    taken = {upload.file_name for upload in _UPLOADS.value.values()}
    return next(free for count in range(1, _ROOM + 2) if (free := f"{name}-{count}.{kind}") not in taken)


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
        _store(own, Upload(file_name, *open_with_remarks(found, _LONGEST_SIDE)))
    except GramlabError as error:
        _FAULT.value = (place, error)
        return
    state[name] = [*state[name], own][-_ROOM:] if isinstance(state[name], list) else own


def _store(own: str, upload: Upload) -> None:
    """Keep an upload in this session, in place of its oldest where there are too many."""
    with _LOCK:
        if sum(kept.bytes for kept in _KEPT) + upload.bytes > MOST_BYTES:
            limit = MOST_BYTES // 1_000_000
            raise GramlabError("uploads_full", f"All uploads together may take {limit} MB.", limit=limit)
        _KEPT.add(upload)
    others = [(name, other) for name, other in _UPLOADS.value.items() if name != own]
    _UPLOADS.value = dict([*others, (own, upload)][-_ROOM:])


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
