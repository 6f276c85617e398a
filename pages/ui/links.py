"""The link to what a page shows now, to copy, to open on another machine in the room, and to photograph."""

from __future__ import annotations

import io
from urllib.parse import quote, urlsplit

import segno
import streamlit as st

from pages.ui import pictures
from pages.ui.addresses import is_own
from pages.ui.state import PageState, address, parameter_name
from pages.ui.text import joined, plain_text, t


def link_box(state: PageState) -> None:
    """What the link says, what it leaves out, who can open it, and its picture."""
    link = link_to(state)
    if behind := pictures.stays_behind(state):
        instead = [_instead(state, *each, is_alone=len(behind) == 1) for each in behind]
        st.info(joined(t("frame.stays_behind"), *instead, t("frame.all_else")))
    else:
        st.caption(t("frame.link_note"))
    st.code(link, language=None, wrap_lines=True)
    if left_out := state.left_out():
        st.caption(t("link.too_long", names=", ".join(left_out)))
    if is_own(urlsplit(link).hostname):
        st.caption(t("link.here_only"))
        return
    st.caption(t("link.for_the_room"))
    if st.button(t("link.picture"), key=f"{state.lesson}.link.picture", icon=":material/qr_code_2:"):
        _in_large(link)


def _in_large(link: str) -> None:
    @st.dialog(plain_text("link.picture_title"), width="large")
    def picture() -> None:
        with st.container(key="link-picture"):
            st.image(qr_code(link), width="stretch", alt=plain_text("link.picture_alt", link=link))
        st.code(link, language=None, wrap_lines=True)

    picture()


def _instead(state: PageState, name: str, instead: str | int, *, is_alone: bool) -> str:
    """What another person sees in the place of a picture that no link carries."""
    kind = "sees_the_others" if isinstance(instead, int) else "sees_instead" if is_alone else "sees_in_place_of"
    return t(f"frame.{kind}", name=parameter_name(state.lesson, name), instead=instead)


def link_to(state: PageState) -> str:
    """The address of the page in the state that it has now."""
    query = "&".join(f"{name}={_escape(value)}" for name, value in state.handed_on().items())
    return f"{address()}?{query}"


def _escape(value: str) -> str:
    return quote(value, safe=",;. ").replace(" ", "+")


def qr_code(link: str) -> str:
    """The link as a QR code, an SVG: black on white on every ground, with the margin that cameras need."""
    file = io.BytesIO()
    segno.make_qr(link, error="l").save(file, kind="svg", scale=8, border=4, dark="#000", light="#fff")
    return file.getvalue().decode()
