"""The live picture of a job, polled by the browser from app.py's preview route."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import streamlit as st
from PIL import Image

_FILES = Path(__file__).parents[2] / "assets" / "components"
_preview = st.components.v2.component(
    "gramlab.preview",
    **{kind: (_FILES / f"preview.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js")},
)


def preview(job_id: str | None, poster: Image.Image, *, running: bool, alt: str, key: str) -> None:
    """Show the newest picture of a job, or the poster while there is none.

    running   whether new pictures are to be expected; a job at rest is asked once
    """
    file = io.BytesIO()
    poster.save(file, "JPEG", quality=85)
    _preview(
        key=key,
        data={
            "source": f"api/preview/{job_id}.jpg" if job_id else "",
            "poster": "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode(),
            "running": running,
            "alt": alt,
            "width": poster.width,
            "height": poster.height,
        },
    )
