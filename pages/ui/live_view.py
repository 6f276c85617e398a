"""The live picture of a job and the Gram matrices on their way, both asked by the browser from app.py's routes."""

from __future__ import annotations

import base64
import functools
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st
from PIL import Image

from pages.ui.colours import colours

_FILES = Path(__file__).parents[2] / "assets" / "components"


def _component(name: str) -> Callable[..., Any]:
    files = {kind: (_FILES / f"{name}.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js")}
    return st.components.v2.component(f"gramlab.{name}", **files)


_live_view = _component("live_view")
_gram_walk = _component("gram_walk")


def live_view(
    job_id: str | None,
    before: Image.Image,
    *,
    state: str,
    words: Mapping[str, str],
    key: str,
    on_rewind: Callable[[int], None] | None = None,
    compact: bool = False,
) -> None:
    """Show the newest picture of a job, with what was there before it and a way back along its saved frames.

    before      the picture that is changed; shown alone while there is no job
    state       of the job as this run knows it; the page runs again when the browser hears of another one
    words       alt, before, now, compare, scrub, rewind, full, looking, idle, progress, progress_halved, state_…
    on_rewind   told the iteration of the frame that a person wants to go on from, before the page runs again
    compact     the picture and its step, and nothing to touch
    """

    def rewind() -> None:
        asked = getattr(st.session_state.get(key), "rewind", None)
        if on_rewind and isinstance(asked, int):  # from a browser, so it is checked
            on_rewind(asked)

    _live_view(
        key=key,
        data={
            "job": job_id or "",
            "state": state,
            "before": _data_url(before),
            "width": before.width,
            "height": before.height,
            "words": dict(words),
            "compact": compact,
        },
        on_rewind_change=rewind,
        on_moved_change=_ignore,
    )


def gram_walk(
    job_id: str | None, *, state: str, layers: Sequence[str], content: bool, words: Mapping[str, str], key: str
) -> None:
    """Show for each style layer the Gram matrix of the picture, that of the painting, and how far they are apart.

    layers    the style layers, for the rows that stand there before the first step
    content   whether there is a row for the content as well
    words     now, painting, difference, curve, content, content_note
    """
    _gram_walk(
        key=key,
        data={
            "job": job_id or "",
            "state": state,
            "layers": list(layers),
            "content": content,
            "words": dict(words),
            "colours": colours().as_dict(),
        },
    )


def _data_url(image: Image.Image) -> str:
    return _encoded(image.tobytes(), image.size)


@functools.lru_cache(maxsize=64)
def _encoded(pixels: bytes, size: tuple[int, int]) -> str:
    file = io.BytesIO()
    Image.frombytes("RGB", size, pixels).save(file, "JPEG", quality=88)
    return "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode()


def _ignore() -> None:
    pass
