"""The frame of every page: language, navigation, appearance."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.ui import state
from pages.ui.appearance import apply_appearance, tell_browser
from pages.ui.frame import LESSONS
from pages.ui.text import t

ICON = str(Path(__file__).parents[1] / "assets" / "images" / "icon.png")

refused = state.read_language()
# a file of ours: Streamlit would fetch a named icon from the network
st.set_page_config(page_title="Gramlab", page_icon=ICON, layout="wide")
apply_appearance()

home = st.Page("home.py", title=t("home.title"), url_path="home", default=True)
lessons = [
    st.Page(f"{lesson}.py", title=f"{number} · {t(f'{lesson}.title')}", url_path=lesson)
    for number, lesson in enumerate(LESSONS, start=1)
]
page = st.navigation([home, *lessons])

with st.container(key="language-bar", width="content"):
    state.language_switch()
    tell_browser()
if refused:
    st.warning(t("link.refused", name="lang", value=refused[:60]))

state.close_page()
page.run()
state.write_link()
