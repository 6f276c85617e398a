"""The laboratory of lesson 7: the ladder of layers."""

from __future__ import annotations

import streamlit as st

from pages.lessons.style_transfer import session
from pages.lessons.style_transfer.state import LADDERS, State
from pages.ui.callbacks import undivided
from pages.ui.canvases.live.canvas import live_view
from pages.ui.compute import networks
from pages.ui.memory import Memory
from pages.ui.pictures import Picture, choose_picture, reduced
from pages.ui.places import IMAGES
from pages.ui.text import group, labels, t

LADDER_SIZE = 128
_PRECOMPUTED = IMAGES / "ladder"
# what has been set climbing: the kind of ladder, the name of the picture, and a job for each rung
_CLIMBING: Memory[tuple[str, str, list[str]]] = Memory("transfer.ladder", ("", "", []))


def ladder(state: State) -> None:
    """What each depth keeps: texture from one layer more at each rung, or the photo from one layer deeper."""
    from gramlib.ladder import RUNGS, STEPS, rung_layers

    st.segmented_control(
        t("style_transfer.ladder.kind"),
        LADDERS,
        format_func=labels("style_transfer.ladder.kinds", LADDERS),
        required=True,
        wrap=True,
        label_visibility="collapsed",
        **state.widget("ladder"),
    )
    kind = state.ladder
    which = "style" if kind == "texture" else "content"
    picture = choose_picture(state, f"ladder_{which}", t(f"style_transfer.ladder.{which}"))
    st.caption(t(f"style_transfer.ladder.{kind}_note"))
    *climbs, ids = _CLIMBING.value
    live = climbs == [kind, picture.name]
    files = [_PRECOMPUTED / kind / f"{picture.name}-{rung}.jpg" for rung in RUNGS]
    columns = st.columns(len(RUNGS) + 1)
    model = t("style_transfer.ladder.model")
    columns[0].image(reduced(picture.image, LADDER_SIZE), caption=model, width="stretch", alt=model)
    for place, (rung, column, file) in enumerate(zip(RUNGS, columns[1:], files, strict=True)):
        layers = rung_layers(kind, rung)
        name = layers[0] if len(layers) == 1 else f"{layers[0]} … {layers[-1]}"
        with column:
            if live:
                _rung(ids[place], picture, name)
            elif file.exists():
                st.image(str(file), caption=name, width="stretch", alt=name)
            else:
                st.caption(name)
    made_before = not live and all(file.exists() for file in files)
    st.caption(
        t(f"style_transfer.ladder.{'made_before' if made_before else 'made_live'}", size=LADDER_SIZE, steps=STEPS)
    )
    with st.container(horizontal=True, gap="small"):
        st.button(t("style_transfer.ladder.make"), on_click=undivided(_climb), args=(kind, picture), key="ladder.make")
        if live:
            st.button(t("style_transfer.stop"), on_click=_halt, key="ladder.stop")


def _rung(job_id: str, picture: Picture, name: str) -> None:
    job = networks.jobs().get(job_id)
    live_view(
        job_id if job else None,
        picture,
        LADDER_SIZE,
        state=job.state if job else "",
        words=group("style_transfer.live"),
        key=f"ladder.{name}",
        mark=session.untold_mark(),
        compact=True,
    )
    st.caption(name)
    if job:
        session.say_fault(job)


def _climb(kind: str, picture: Picture) -> None:
    """Start a job for each rung, in place of those before."""
    from gramlib.ladder import RUNGS, ladder_settings

    _halt()
    jobs = []
    try:
        for rung in RUNGS:
            chosen = ladder_settings(kind, rung)
            steps = session.maker(picture.image, [picture.image], LADDER_SIZE, chosen)
            way = session.way(picture.image, [picture.image], LADDER_SIZE)
            jobs.append(session.begin(steps, chosen, way))
        _CLIMBING.value = (kind, picture.name, [job.id for job in jobs])
    except BaseException:  # broken off, or there is no room for all: nobody would ever see them
        for job in jobs:
            job.stop()
        raise


def _halt() -> None:
    for job_id in _CLIMBING.take()[2]:
        if (job := networks.jobs().get(job_id)) is not None:
            job.stop()
