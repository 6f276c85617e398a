"""The frame of every lesson: what you will know, a prediction, things to try, the code, the link, the way on."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from gramlib.errors import GramlabError
from pages.ui import browsers, folders, log
from pages.ui.callbacks import undivided
from pages.ui.compute import networks
from pages.ui.effects import LAB, note
from pages.ui.folders import Program
from pages.ui.links import link_box
from pages.ui.state import PageState, answer_to, on_projector
from pages.ui.text import fault, joined, labels, numbered, plain_text, t

LONGEST_COLOURED = 5000  # characters
LESSONS = ("vectors", "gram", "filters", "feature_maps", "vgg_layers", "style_distance", "style_transfer")
PAGES = ("home", *LESSONS, "glossary", "teaching")


def header(lesson: str) -> None:
    """Title and the one sentence that says what you will know."""
    st.title(f"{LESSONS.index(lesson) + 1} · {t(f'{lesson}.title')}", anchor=False)
    st.markdown(t(f"{lesson}.promise"))


def step(name: str) -> None:
    """Here a step of the lesson begins, which lasts until the next: what a class looks at, at one time.

    The first begins with the page. A clicker goes from one to the next, see canvases/browser/steps.js.
    """
    st.html(f'<div class="gramlab step" data-step="{name}"></div>')


def prediction(lesson: str, name: str, options: Sequence[str], right: str) -> bool:
    """A question to answer before the answer shows; returns whether it has been answered.

    options   keys under `<lesson>.<name>`; `right` is the one that is true, `<lesson>.<name>.why` says why, and
              `<lesson>.<name>.wrong.<option>` why each other one is not
    """
    words = f"{lesson}.{name}"
    with st.container(border=True, key=f"ask-{lesson}-{name}"):
        answer = st.radio(
            t(f"{words}.question"),
            options,
            index=None,
            format_func=labels(words, options),
            horizontal=True,
            **answer_to(lesson, name).widget(),
        )
        # each verdict on a line of its own: in Chinese no space follows, and Markdown reads no bold type from **对。**
        if answer == right:
            st.markdown(f"**{t('frame.right')}**  \n{t(f'{words}.why')}")
        elif answer is not None:
            st.markdown(f"**{t('frame.not_quite')}**  \n{t(f'{words}.wrong.{answer}')}\n\n{t(f'{words}.why')}")
        elif on_projector():  # a class has been asked, and nobody presses anything
            with st.container(key=f"reveal-{lesson}-{name}"):
                st.button(
                    t("frame.reveal"),
                    key=f"{words}.reveal",
                    icon=":material/visibility:",
                    on_click=undivided(answer_to(lesson, name).set),
                    args=(right,),
                )
    return answer is not None


def way_back(lesson: str, reset: Callable[[], None]) -> None:
    """In the place of a picture that cannot be drawn: that it is so, and a button to what can."""
    st.info(t(f"{lesson}.nothing_to_show"))
    st.button(t("frame.way_back"), key=f"{lesson}.way_back", on_click=undivided(reset), icon=":material/restart_alt:")


def choose_lab(state: PageState, labs: Mapping[str, Callable[[], None]]) -> None:
    """One laboratory of several, chosen by its name in state["lab"]; only the one that is seen is computed."""
    with st.container(key=f"turns-{state.lesson}"):  # for a clicker, one after the other
        st.segmented_control(
            t(f"{state.lesson}.laws"),
            list(labs),
            format_func=labels(f"{state.lesson}.tab", labs),
            required=True,
            wrap=True,
            label_visibility="collapsed",
            **state.widget("lab"),
        )
    with st.container(border=True, key=LAB):
        try:
            labs[state["lab"]]()
        except GramlabError as error:  # numbers too large to calculate with, a picture too small, no network
            refuse(error)


def refuse(error: GramlabError) -> None:
    """Say what is wrong in place of what it stops; where it is a network, with a button to try again."""
    st.error(fault(error))
    if isinstance(error, networks.NetworkFailed):
        st.button(t("network.again"), key="network.again", icon=":material/refresh:", on_click=networks.warm_up)


def broken_off(error: Exception) -> bool:
    """Say what has broken a page off, and the number that it has in the log, in the place of Streamlit's own words."""
    log.fault("page_failed", error, who=browsers.mark())
    with st.container(key="broken-off"):
        st.error(fault(error) if isinstance(error, GramlabError) else joined(t("shell.fault"), *numbered(error)))
    return True


def try_this(
    state: PageState,
    experiments: Mapping[str, Mapping[str, Any]],
    begun: Callable[[], None] | None = None,
    reset: Callable[[], None] | None = None,
    seen_at: str | Mapping[str, str] = "",
) -> None:
    """Experiments that set the page for you, each a button and a sentence on what to look at; and the way back.

    When one has been set, the browser brings what it shows into view and says there what has changed.

    experiments   for each the parameters that it needs; all others get their defaults, see PageState.begin
    begun         called when one has been set, before the page runs again
    reset         likewise, when everything has been reset
    seen_at       the key of what shows the effect of one that opens no laboratory, if that is not the head of the page;
                  or by experiment
    """

    def begin(name: str, values: Mapping[str, Any]) -> None:
        before = {each: state[each] for each in state.parameters()}
        state.begin(**values)
        place = seen_at if isinstance(seen_at, str) else seen_at.get(name, "")
        note(state, name, before, LAB if LAB in values else place)
        if begun:
            begun()

    def begin_anew() -> None:
        state.reset()
        if reset:
            reset()

    step("try")
    with st.container(horizontal=True, vertical_alignment="center", key="experiments"):
        st.header(t("frame.try_this"), anchor=False, width="content")
        st.button(
            t("frame.reset"),
            icon=":material/restart_alt:",
            type="tertiary",
            help=t("frame.reset_help"),
            on_click=undivided(begin_anew),
            key=f"{state.lesson}.reset",
        )
    for column, (name, values) in zip(st.columns(len(experiments)), experiments.items(), strict=True):
        with column:
            key = f"{state.lesson}.try.{name}"
            st.button(t(key), key=key, on_click=undivided(begin), args=(name, values), width="stretch", wrap=True)
            st.caption(t(f"{key}_why"))


def footer(state: PageState, code: str | Program | None) -> None:
    """The code that makes what is on the screen, if there is something, the link to this state, and the way on."""
    if code is not None:
        with st.expander(t("frame.in_code"), icon=":material/code:"):
            _in_code(state.lesson, Program(code) if isinstance(code, str) else code)
    with st.expander(t("frame.link"), icon=":material/link:"):
        link_box(state)
    position = LESSONS.index(state.lesson) + 1
    if position < len(LESSONS):
        following = LESSONS[position]
        st.markdown(t(f"{state.lesson}.onward"))
        st.page_link(
            f"{following}.py", label=t("frame.next", title=t(f"{following}.title")), icon=":material/arrow_forward:"
        )


def _in_code(lesson: str, program: Program) -> None:
    """The program, and the way to run it: as it stands, or in the folder that holds what it reads."""
    packages = ", ".join(folders.packages(program.text))
    if program.runs_alone:
        st.caption(t("frame.in_code_alone", packages=packages))
    else:
        prints = t("frame.in_code_near" if program.comes_near else "frame.in_code_same")
        st.caption(joined(t("frame.in_code_folder", packages=packages), prints))
    # a browser takes half a minute to colour a vector of 10 000 numbers
    st.code(program.text, language="python" if len(program.text) < LONGEST_COLOURED else None)
    number = LESSONS.index(lesson) + 1
    if program.runs_alone:
        st.download_button(
            t("frame.notebook"),
            partial(folders.notebook, f"{number} · {plain_text(f'{lesson}.title')}", program.text),
            f"gramlab-{number}.ipynb",
            "application/x-ipynb+json",
            on_click="ignore",
            icon=":material/download:",
            key=f"{lesson}.notebook",
        )
    else:
        offered = html.escape(folders.hand_out(lesson, number, program))
        st.html(f'<a class="gramlab take" href="{offered}">{html.escape(plain_text("frame.folder"))}</a>')
