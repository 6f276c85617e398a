"""Lesson 2: k vectors, the Gram matrix of all their inner products, its laws and what it forgets."""

from __future__ import annotations

from functools import partial

import streamlit as st

from gramlib.errors import GramlabError
from gramlib.gram import gram_matrix
from pages.lessons.gram import labs
from pages.lessons.gram.editor import COUNTS, DEFAULT, begin_with, edit, names_of, take_array
from pages.ui import frame
from pages.ui.canvases.matrix.canvas import chosen, matrix_canvas
from pages.ui.files import take_rows
from pages.ui.numbers import read_rows, without_noise, write_rows
from pages.ui.show import formulas
from pages.ui.state import Parameter, one_of, open_page, pair
from pages.ui.text import fault, group, labels, t

READINGS = {
    "inner": {},
    "cosines": {"unit": True},
    "covariance": {"center": True},
    "correlation": {"center": True, "unit": True},
}
EXAMPLES = {
    "orthonormal": {"vectors": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))},
    "flat": {"vectors": ((2.0, 1.0, 0.0), (0.0, 1.0, 2.0), (2.0, 2.0, 2.0)), "cell": (0, 2)},
    "opposed": {"vectors": ((3.0, 0.0, 2.0, 0.0), (0.0, 2.0, 0.0, 3.0)), "cell": (0, 1)},
}

state = open_page(
    "gram",
    Parameter("vectors", DEFAULT, read_rows(*COUNTS), write_rows),
    Parameter("reading", "inner", one_of(*READINGS)),
    Parameter("cell", (0, 1), pair, "{0[0]},{0[1]}".format),
    Parameter("hand", ((1.0, 2.0), (2.0, 1.0)), labs.read_matrix, write_rows),
)
frame.header("gram")

left, right = st.columns([5, 6], gap="large")
with left:
    vectors = edit(state)
names = names_of(len(vectors))
with right:
    st.segmented_control(
        t("gram.reading_label"),
        list(READINGS),
        format_func=labels("gram.reading", READINGS),
        required=True,
        wrap=True,
        **state.widget("reading"),
    )
    st.markdown(t(f"gram.formula.{state['reading']}"))
    gram, shown, cell = None, None, tuple(min(index, len(vectors) - 1) for index in state["cell"])
    try:
        gram = gram_matrix(vectors)
        shown = without_noise(gram_matrix(vectors, **READINGS[state["reading"]]))
        shown = shown / vectors.shape[1] if state["reading"] == "covariance" else shown
    except GramlabError as error:  # too large, or a vector without a direction under this reading
        st.error(fault(error))
    if shown is not None:
        matrix_canvas(
            shown,
            key="gram.matrix",
            words=group("matrix"),
            row_names=names,
            cell=cell,
            on_change=lambda: state.set(cell=chosen("gram.matrix", len(vectors)) or state["cell"]),
        )
        formulas.gram_cell(state["reading"], vectors, cell, float(shown[cell]))
        i, j = cell
        st.caption(t("gram.diagonal_note") if i == j else t("gram.cell_note", i=i + 1, j=j + 1))
    elif gram is None:
        frame.way_back("gram", partial(begin_with, state, vectors=DEFAULT))

frame.prediction("gram", "predict", ["all", "diagonal", "none"], right="none")
if gram is not None:
    st.subheader(t("gram.laws"), anchor=False)
    if state["reading"] != "inner":
        st.caption(t("gram.laws_of_inner"))
    rooms = {
        "symmetry": lambda: labs.symmetry(vectors, gram, cell),
        "eigenvalues": lambda: labs.eigenvalues(vectors, gram),
        "rank": lambda: labs.rank(vectors, cell, names),
        "volume": lambda: labs.volume(vectors, cell, names),
        "forgets": lambda: labs.forgets(vectors, gram, names),
        "rebuild": lambda: labs.rebuild(vectors, gram, names),
        "hand": lambda: labs.by_hand(state),
    }
    frame.choose_lab("gram", rooms)
take_rows(t("gram.file"), t("gram.file_help"), lambda rows: take_array(state, rows), key="gram.file")
frame.try_this("gram", {name: partial(begin_with, state, **values) for name, values in EXAMPLES.items()})
frame.footer("gram", state, labs.code(vectors, state["reading"]))
