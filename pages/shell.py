"""The frame of every page: language, navigation, appearance."""

from __future__ import annotations

import streamlit as st

from pages.ui import callbacks, state
from pages.ui.appearance import apply_appearance
from pages.ui.canvases.browser.canvas import tell_browser
from pages.ui.compute import networks
from pages.ui.effects import last_effect
from pages.ui.frame import LESSONS, refuse
from pages.ui.places import IMAGES
from pages.ui.text import t

ICON = str(IMAGES / "icon.png")

refused = {"lang": state.read_language(), "projector": state.read_projector()}
projector = state.on_projector()
apply_appearance(projector)

home = st.Page("home.py", title=t("home.title"), url_path="home", default=True)
lessons = [
    # on a projector there is room for their numbers only, above the page
    st.Page(f"{lesson}.py", title=f"{number}" + ("" if projector else f" · {t(f'{lesson}.title')}"), url_path=lesson)
    for number, lesson in enumerate(LESSONS, start=1)
]
teaching = st.Page("teaching.py", title=t("teaching.title"), url_path="teaching")
glossary = st.Page("glossary.py", title=t("glossary.short" if projector else "glossary.title"), url_path="glossary")
page = st.navigation([home, *lessons, glossary, teaching], position="top" if projector else "sidebar")
title = t(f"{page.url_path or 'home'}.title")
st.set_page_config(
    page_title=title if page is home else t("shell.tab", title=title),
    page_icon=ICON,  # a file of ours: Streamlit would fetch a named icon from the network
    layout="wide",
)

with st.container(key="language-bar", horizontal=True, vertical_alignment="center", width="content"):
    state.projector_switch()
    state.language_switch()
    here = "" if page is home else page.url_path
    tell_browser(here, ["", *LESSONS], projector, last_effect(page.url_path))
state.say_refused_of_every_page(refused)
callbacks.say_refused()

state.close_page()
try:
    page.run()
except networks.NetworkFailed as error:  # the page has shown what needs no network; the others go on
    refuse(error)
state.write_link()
networks.page_is_shown()
