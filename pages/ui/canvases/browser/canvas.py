"""What is said to the browser itself: one entry of the history for each page, the theme, the language, words for
screen readers."""

from __future__ import annotations

import streamlit as st

from pages.ui.canvases import component
from pages.ui.text import group, language, words

_browser = component.register("browser")


def tell_browser() -> None:
    """Keep one entry of the history for each page, ask for a new run when the theme changes, say in which language the
    page is, and translate the labels that Streamlit has in English only. It takes no room."""
    spoken = {words("en")[f"browser.{name}"]: text for name, text in group("browser").items()}
    with st.container(key="browser"):
        _browser(
            key="browser.component",
            data={"theme": st.context.theme.type, "words": spoken, "language": language()},
            on_theme_change=lambda: None,  # the run that follows is all that is needed
        )
