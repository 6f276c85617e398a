"""Lesson 2: k vectors, the Gram matrix of all their inner products, its laws and what it forgets."""

from __future__ import annotations

from functools import partial

import streamlit as st

from gramlib.errors import GramlabError
from gramlib.gram import gram_matrix
from pages.lessons.gram import labs
from pages.lessons.gram.editor import back_to_table, begin_anew, begin_with_two, draw, names_of, take_array, write_out
from pages.lessons.gram.program import program
from pages.lessons.gram.state import CANVAS, EXPERIMENTS, LABS, READINGS, State, reading_of
from pages.ui import frame
from pages.ui.canvases.matrix.canvas import chosen, matrix_canvas
from pages.ui.files import take_rows
from pages.ui.numbers import without_noise
from pages.ui.parameters import within
from pages.ui.show import formulas
from pages.ui.state import open_page
from pages.ui.text import fault, group, labels, t

GENERAL = (
    r"V V^{\top}=G=\begin{pmatrix}"
    r"\mathbf v_1\cdot\mathbf v_1&\mathbf v_1\cdot\mathbf v_2&\cdots&\mathbf v_1\cdot\mathbf v_k\\"
    r"\mathbf v_2\cdot\mathbf v_1&\mathbf v_2\cdot\mathbf v_2&\cdots&\mathbf v_2\cdot\mathbf v_k\\"
    r"\vdots&\vdots&\ddots&\vdots\\"
    r"\mathbf v_k\cdot\mathbf v_1&\mathbf v_k\cdot\mathbf v_2&\cdots&\mathbf v_k\cdot\mathbf v_k"
    r"\end{pmatrix}"
)
ENTRY = r"G_{ij}=\sum_{p=1}^{n}v_{ip}\,v_{jp}"

state = open_page(State())
begin_with_two(state)
frame.header("gram")

left, right = st.columns([5, 6], gap="large")
with left:
    vectors = draw(state)
names = names_of(len(vectors))
with right.container(key="inner-products"):
    st.segmented_control(
        t("gram.reading_label"),
        list(READINGS),
        format_func=labels("gram.reading", READINGS),
        required=True,
        wrap=True,
        **state.widget("reading"),
    )
    gram, shown, cell = None, None, within(state.cell, len(vectors))
    try:
        gram = gram_matrix(vectors)
        shown = without_noise(gram_matrix(vectors, **READINGS[state.reading]))
        shown = shown / vectors.shape[1] if state.reading == "covariance" else shown
    except GramlabError as error:  # too large, or a vector without a direction under this reading
        st.error(fault(error))
    if shown is not None:
        matrix_canvas(
            shown,
            key="gram.matrix",
            words=group("matrix"),
            row_names=names,
            cell=cell,
            follows=CANVAS,
            reading=reading_of(state),
            on_change=lambda: state.set(cell=chosen("gram.matrix", len(vectors)) or state.cell),
        )
        st.markdown(t(f"gram.formula.{state.reading}"))
        with st.container(key="cover-cell"):
            formulas.gram_cell(state.reading, vectors, cell, float(shown[cell]), CANVAS)
        i, j = cell
        st.caption(t(f"gram.diagonal.{state.reading}") if i == j else t("gram.cell_note", i=i + 1, j=j + 1))
        if state.reading == "correlation" and vectors.shape[1] == 2:
            st.caption(t("gram.only_two_numbers"))
    elif gram is None:
        frame.way_back("gram", lambda: begin_anew(state))

frame.step("general")
numbers, general = st.columns([2, 3], gap="large")
with numbers:
    write_out(state)
with general:
    st.markdown(t("gram.general"))
    st.latex(GENERAL)
    st.latex(ENTRY)
st.markdown(t("gram.why"))
frame.prediction("gram", "predict", ["all", "diagonal", "none"], right="none")
if gram is not None:
    frame.step("laws")
    st.header(t("gram.laws"), anchor=False)
    if state.reading != "inner":
        st.caption(t("gram.laws_of_inner"))
    rooms: dict[str, labs.Show] = {
        "symmetry": lambda vectors, gram: labs.symmetry(vectors, gram, cell),
        "eigenvalues": lambda vectors, gram: labs.eigenvalues(state, vectors, gram),
        "rank": lambda vectors, _: labs.rank(state, vectors, cell, names),
        "volume": lambda vectors, _: labs.volume(vectors, cell, names),
        "rebuild": lambda vectors, gram: labs.rebuild(state, vectors, gram, names),
    }
    follow = {name: partial(labs.following, vectors, gram, show) for name, show in rooms.items()}
    forgets, by_hand = partial(labs.forgets, state, vectors, gram, names), partial(labs.by_hand, state)
    frame.choose_lab(state, {name: (follow | {"forgets": forgets, "hand": by_hand})[name] for name in LABS})
take_rows(t("gram.file"), t("gram.file_help"), lambda rows: take_array(state, rows), key="gram.file")
frame.try_this(state, EXPERIMENTS, back_to_table, back_to_table)
frame.footer(state, program(vectors, state.reading))
