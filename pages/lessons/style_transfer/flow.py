"""The laboratory of the whole flow: from the pictures through the network to the losses, and back to the pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.lessons.style_transfer import kept, session
from pages.ui.canvases.downhill.canvas import downhill_view
from pages.ui.pictures import picture
from pages.ui.text import group, t

if TYPE_CHECKING:
    from gramlib.jobs import Job
    from pages.lessons.style_transfer.state import State


def downhill(state: State, job: Job | None) -> None:
    """How the pixels know where to go: the flow, alive; the pulls of style and content; one pixel followed."""
    st.markdown(t("style_transfer.downhill_says"))
    downhill_view(
        job.id if job else None,
        state=job.state if job else "",
        photo=kept.shown(job) or picture(state.content),
        paintings=[picture(name) for name in session.styles(state)],
        words=group("style_transfer.downhill"),
        key="style_transfer.downhill",
        mark=session.untold_mark(),
    )
    st.markdown(t("style_transfer.downhill_methods"))
