"""Pictures that come without a file: pasted, or taken with the camera, which is opened only when it is asked for.

Streamlit's uploader takes no pastes, and its camera speaks English only and cannot say what is wrong.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Literal

import streamlit as st

from gramlib.errors import GramlabError
from pages.ui.canvases import component
from pages.ui.text import group

MOST_BYTES = 20_000_000  # as maxUploadSize in .streamlit/config.toml, for what does not come by the uploader
_source = component.register("source")

Take = Callable[[str, bytes | GramlabError, bool], None]


def picture_source(kind: Literal["paste", "camera"], *, key: str, name: str, longest: int, take: Take) -> None:
    """Listen for a pasted picture, or offer the camera.

    key       holds the picture until the page runs; stands within the container that `take`'s place to upload is in
    name      the file's name that a picture gets
    longest   pixels of its longer side at most
    take      called with the name, the file's bytes or what is wrong, and whether the place to upload is open
    """

    def heard() -> None:
        match st.session_state.get(key):
            case {"picture": {"fault": "upload_too_large", **rest}}:
                take(name, _too_large(), bool(rest.get("open")))
            case {"picture": {"data": str(text), **rest}}:
                take(name, _decoded(text), bool(rest.get("open")))

    about = {"kind": kind, "name": name, "longest": longest, "most": MOST_BYTES, "words": group("camera")}
    _source(key=key, data=about, on_picture_change=heard)


def _decoded(text: str) -> bytes | GramlabError:
    if len(text) > MOST_BYTES * 4 // 3 + 4:
        return _too_large()
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""  # nothing that a browser sends; open_image says that it is empty


def _too_large() -> GramlabError:
    limit = MOST_BYTES // 1_000_000
    return GramlabError("upload_too_large", f"The picture is larger than {limit} MB.", limit=limit)
