"""What Gramlab is: a photo that becomes a painting, the way there in seven pictures, and the doors to its lessons."""

from __future__ import annotations

import streamlit as st

from pages.lessons.home.chain import PHOTO, STYLE, figures, painted
from pages.ui.canvases.curtain.canvas import curtain
from pages.ui.colours import colours
from pages.ui.frame import LESSONS
from pages.ui.pictures import data_url, picture
from pages.ui.text import group, joined, t

st.html(STYLE)
with st.container(key="welcome"):
    said, shown = st.columns([6, 5], gap="large", vertical_alignment="center")
    with said:
        st.title(t("home.title"), anchor=False)
        st.markdown(t("home.lead"))
        with st.container(horizontal=True, vertical_alignment="center", key="begin-row"):
            begin = st.button(t("home.begin"), type="primary", icon=":material/arrow_forward:", key="begin")
            st.caption(t("home.time"))
        if begin:
            st.switch_page(f"{LESSONS[0]}.py")
        st.markdown(t("home.afterwards"))
    with shown:
        behind, size = painted()
        before = data_url(PHOTO, picture(PHOTO).image, max(size))
        curtain(before, behind, size, words=group("home.curtain"), key="curtain")
        st.caption(t("home.curtain_note"))

with st.container(key="chain"):
    for number, (column, lesson) in enumerate(zip(st.columns(len(LESSONS), gap="small"), LESSONS, strict=True), 1):
        with column.container(border=True, height="stretch", key=f"door-{number}"):
            st.html(f"<img class='gramlab figure' alt='' src='{figures(colours())[lesson]}'>")
            st.page_link(f"{lesson}.py", label=f"**{number} · {t(f'{lesson}.title')}**")
            st.markdown(t(f"{lesson}.door"))
st.caption(joined(t("home.chain"), t("home.offline")))

with st.container(horizontal=True, vertical_alignment="center", key="for-teachers"):
    st.page_link("teaching.py", label=t("teaching.title"), icon=":material/print:", width="content")
    st.caption(t("teaching.door"))
