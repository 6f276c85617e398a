"""For teachers: lesson plans, a summary, a worksheet for each lesson with its answers; each is printed alone."""

from __future__ import annotations

import streamlit as st

from pages.lessons.teaching import paper
from pages.lessons.teaching.sheets import WORKSHEETS
from pages.lessons.teaching.state import SHEETS, State
from pages.ui.canvases.printing.canvas import print_button
from pages.ui.state import open_page
from pages.ui.text import plain_text, t

state = open_page(State())
with st.container(key="desk"):  # what is not printed
    st.title(t("teaching.title"), anchor=False)
    st.markdown(t("teaching.promise"))
    st.segmented_control(
        t("teaching.choose"),
        SHEETS,
        format_func={sheet: paper.name_of(sheet) for sheet in SHEETS}.__getitem__,
        required=True,
        wrap=True,
        **state.widget("sheet"),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        print_button(plain_text("teaching.print"), key="teaching.print")
        if state.sheet in WORKSHEETS:
            st.toggle(t("teaching.with_answers"), **state.widget("answers"))
paper.show(state.sheet, state.answers)
