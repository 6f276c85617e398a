"""What Gramlab is, and the doors to its lessons."""

from __future__ import annotations

import streamlit as st

from pages.ui.frame import LESSONS
from pages.ui.text import joined, t

st.title(t("home.title"), anchor=False)
st.markdown(t("home.lead"))
st.caption(joined(t("home.chain"), t("home.offline")))

for start in range(0, len(LESSONS), 3):
    for column, lesson in zip(st.columns(3, gap="medium"), LESSONS[start : start + 3], strict=False):
        number = LESSONS.index(lesson) + 1
        with column.container(border=True, height="stretch", key=f"door-{number}"):
            st.page_link(f"{lesson}.py", label=f"**{number} · {t(f'{lesson}.title')}**")
            st.markdown(t(f"{lesson}.door"))

with st.container(horizontal=True, vertical_alignment="center", key="for-teachers"):
    st.page_link("teaching.py", label=t("teaching.title"), icon=":material/print:", width="content")
    st.caption(t("teaching.door"))
