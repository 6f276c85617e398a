"""What each depth holds, seen: a picture made anew from noise, with the Gram matrices of one layer more each time."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.ui.pictures import Picture, title
from pages.ui.places import IMAGES
from pages.ui.state import on_projector
from pages.ui.text import t

_TEXTURES = IMAGES / "ladder" / "texture"
_INSTEAD = "great_wave"  # of a picture of the person's own none are made beforehand
_SIDE, _SIDE_ON_PROJECTOR = 96, 170  # px: three of them beside each other in the narrower half


def depths(picture: Picture) -> None:
    """Five textures of the picture, from grain to shapes; of another one where none have been made of this."""
    from gramlib.ladder import RUNGS, rung_layers  # with it torch, which is there by now

    name = picture.name if _file(picture.name, RUNGS[-1]).exists() else _INSTEAD
    said = "vgg_layers.depths" if name == picture.name else "vgg_layers.depths_instead"
    st.markdown(t(said, picture=title(name)))
    with st.container(key="depths", horizontal=True, gap="small"):
        for rung in RUNGS:
            deepest = rung_layers("texture", rung)[-1]
            caption = t("vgg_layers.depth_first" if rung == RUNGS[0] else "vgg_layers.depth_more", layer=deepest)
            st.image(
                str(_file(name, rung)),
                width=_SIDE_ON_PROJECTOR if on_projector() else _SIDE,
                caption=caption,
                alt=caption,
            )


def _file(name: str, rung: int) -> Path:
    return _TEXTURES / f"{name}-{rung}.jpg"
