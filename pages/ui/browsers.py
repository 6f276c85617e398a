"""Which browser a page is open in: what tells one from another, so that a reload finds what was left."""

from __future__ import annotations

import secrets

import streamlit as st

from pages.ui.memory import Memory

BROWSER = "gramlab_browser"  # the name of the cookie that app.py gives each browser
_MARK: Memory[str] = Memory("browser.mark", "")


def has_cookie() -> bool:
    """Whether the browser tells its mark by itself, whatever it asks."""
    return BROWSER in st.context.cookies


def mark() -> str:
    """The mark of this browser; of one that keeps no cookies, a mark of this session alone."""
    found = st.context.cookies.get(BROWSER)
    if isinstance(found, str):
        return found
    if not _MARK.is_known:
        _MARK.value = secrets.token_urlsafe(16)
    return _MARK.value
