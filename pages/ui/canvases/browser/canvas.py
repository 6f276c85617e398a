"""What is said to the browser itself: one entry of the history for each page, the theme, the language, and words in the
place of those that Streamlit has in English only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages.ui.canvases import component
from pages.ui.canvases.browser.phrases import instead
from pages.ui.text import group, language, plain_text

_browser = component.register("browser")


def tell_browser(here: str, pages: Sequence[str], projector: bool, effect: Mapping[str, Any] | None = None) -> None:
    """Keep one entry of the history for each page, ask for a new run when the theme changes, say in which language the
    page is, put our words into the place of Streamlit's, and listen to a clicker. It takes no room.

    here, pages   the path of this page, and of all of them in their order
    projector     whether a class looks on
    effect        of the last experiment, see pages/ui/effects.py: brought into view once, when its "count" is a new one
    """
    with st.container(key="browser"):
        _browser(
            key="browser.component",
            data={
                "theme": st.context.theme.type,
                "words": instead(language()),
                "language": plain_text("shell.tag"),
                "effect": effect,
                "way": {"here": here, "pages": list(pages)},
                "projector": projector,
                "keys": group("keys"),
            },
            on_theme_change=lambda: None,  # the run that follows is all that is needed
        )
