"""A button that opens the browser's own way to print; Streamlit has it in its menu only."""

from __future__ import annotations

from pages.ui.canvases import component

_printing = component.register("printing")


def print_button(label: str, *, key: str) -> None:
    """Print what is seen; page.css says what of it goes to paper."""
    _printing(key=key, data={"label": label}, width="content")
