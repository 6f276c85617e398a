"""The frame of every lesson: what you will know, a prediction, things to try, the code, the link, the way on."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping, Sequence

import streamlit as st

from gramlib.errors import GramlabError
from pages.ui.state import PageState, address, choice
from pages.ui.text import fault, labels, t

LONGEST_COLOURED = 5000  # characters
HEAD_START = 0.12  # seconds
LESSONS = ("vectors", "gram", "feature_maps", "vgg_layers", "style_distance", "style_transfer")


def header(lesson: str) -> None:
    """Title and the one sentence that says what you will know."""
    st.title(f"{LESSONS.index(lesson) + 1} · {t(f'{lesson}.title')}", anchor=False)
    st.markdown(t(f"{lesson}.promise"))


def show_first(lesson: str, subject: Hashable) -> None:
    """Let the browser draw what the page has so far before the rest is sent, where `subject` is another than before.

    Streamlit's front end draws together what arrives together, and the rest of a long page would hold back the answer.
    """
    key = f"{lesson}.shown_first"
    before = st.session_state.get(key)
    st.session_state[key] = subject
    if before is not None and before != subject:
        time.sleep(HEAD_START)


def prediction(lesson: str, name: str, options: Sequence[str], right: str) -> bool:
    """A question to answer before the answer shows; returns whether it has been answered.

    options   keys under `<lesson>.<name>`; `right` is the one that is true, `<lesson>.<name>.why` says why
    """
    words = f"{lesson}.{name}"
    with st.container(border=True):
        answer = st.radio(
            t(f"{words}.question"),
            options,
            index=None,
            format_func=labels(words, options),
            horizontal=True,
            **choice(words),
        )
        if answer is not None:
            verdict = "frame.right" if answer == right else "frame.not_quite"
            st.markdown(f"**{t(verdict)}** {t(f'{words}.why')}")
    return answer is not None


def choose_lab(lesson: str, labs: Mapping[str, Callable[[], None]]) -> None:
    """One laboratory of several, chosen by name; only the one that is seen is computed."""
    tie = choice(f"{lesson}.lab")
    st.session_state.setdefault(tie["key"], next(iter(labs)))
    st.segmented_control(
        t(f"{lesson}.laws"),
        list(labs),
        format_func=labels(f"{lesson}.tab", labs),
        required=True,
        wrap=True,
        label_visibility="collapsed",
        **tie,
    )
    with st.container(border=True):
        try:
            labs[st.session_state[tie["key"]]]()
        except GramlabError as error:  # numbers too large to calculate with, a picture too small
            st.error(fault(error))


def open_lab(lesson: str, lab: str) -> None:
    """Choose a laboratory, as a callback of a button."""
    st.session_state[choice(f"{lesson}.lab")["key"]] = lab


def try_this(lesson: str, experiments: Mapping[str, Callable[[], None]]) -> None:
    """Experiments that set the controls for you; each is a button and a sentence on what to look at."""
    st.subheader(t("frame.try_this"), anchor=False)
    columns = st.columns(len(experiments))
    for column, (name, experiment) in zip(columns, experiments.items(), strict=True):
        with column:
            st.button(
                t(f"{lesson}.try.{name}"), key=f"{lesson}.try.{name}", on_click=experiment, width="stretch", wrap=True
            )
            st.caption(t(f"{lesson}.try.{name}_why"))


def footer(lesson: str, state: PageState, code: str | None) -> None:
    """The code that makes what is on the screen, if there is something, the link to this state, and the way on."""
    if code is not None:
        with st.expander(t("frame.in_code"), icon=":material/code:"):
            st.caption(t("frame.in_code_note"))
            # a browser takes half a minute to colour a vector of 10 000 numbers
            st.code(code, language="python" if len(code) < LONGEST_COLOURED else None)
    with st.expander(t("frame.link"), icon=":material/link:"):
        st.caption(t("frame.link_note"))
        query = "&".join(f"{name}={_escape(value)}" for name, value in state.link().items())
        st.code(f"{address()}?{query}", language=None, wrap_lines=True)
        if left_out := state.left_out():
            st.caption(t("link.too_long", names=", ".join(left_out)))
    position = LESSONS.index(lesson) + 1
    if position < len(LESSONS):
        following = LESSONS[position]
        st.markdown(t(f"{lesson}.onward"))
        st.page_link(
            f"{following}.py", label=t("frame.next", title=t(f"{following}.title")), icon=":material/arrow_forward:"
        )


def _escape(value: str) -> str:
    from urllib.parse import quote

    return quote(value, safe=",;. ").replace(" ", "+")
