"""Lesson 1: two vectors, their inner product, and the angle between them."""

from __future__ import annotations

import numpy as np
import streamlit as st

from gramlib.errors import GramlabError
from gramlib.vectors import RELATION_TOLERANCE, Relation, angle, cosine, inner_product, norm, parse_vector, relation
from pages.ui import formulas, frame, plots, tables
from pages.ui.files import take_rows
from pages.ui.numbers import angle_text, number, vector_text
from pages.ui.state import Parameter, open_page
from pages.ui.text import fault, group, t
from pages.ui.vector_canvas import committed, vector_canvas

NAMES = ("a", "b")
SHORT_ENOUGH = 1500  # characters of a vector that a link carries everywhere


def read_vector(text: str) -> str:
    parse_vector(text)
    return text


def write_vector(text: str) -> str | None:
    return text if len(text) <= SHORT_ENOUGH else None


def take_canvas() -> None:
    if points := committed("vectors.canvas", 2):
        state.set(a=vector_text(points[0]), b=vector_text(points[1]))


def take_file(rows: np.ndarray) -> None:
    state.set(a=vector_text(rows[0]), b=vector_text(rows[1]))


state = open_page("vectors", *(Parameter(n, d, read_vector, write_vector) for n, d in (("a", "3, 1"), ("b", "1, 3"))))
frame.header("vectors")

picture, fields = st.columns([6, 5], gap="large")
vectors, faults = {}, []
with fields:
    for name in NAMES:
        st.text_input(t("vectors.field", name=name), help=t("vectors.field_help"), live="100ms", **state.widget(name))
        good = f"vectors.good.{name}"  # while a number is half typed, the picture stays as it was
        try:
            vectors[name] = parse_vector(state[name])
            st.session_state[good] = state[name]
        except GramlabError as error:
            st.error(fault(error))
            if good in st.session_state:
                vectors[name] = parse_vector(st.session_state[good])
try:
    a, b = vectors["a"], vectors["b"]
    value, kind = inner_product(a, b), relation(a, b)
    lengths = norm(a), norm(b)
except KeyError:  # said above, below its field
    a = None
except GramlabError as error:
    a = None
    fields.error(fault(error))

if a is not None:
    with fields:
        tables.big_value("a · b", number(value, 6), t(f"vectors.relation.{kind.name}"))
        if kind is not Relation.UNDEFINED:
            degrees, radians = angle(a, b, degrees=True), angle(a, b)
            st.markdown(t("vectors.angle_line", degrees=angle_text(degrees), radians=number(radians, 4)))
        if kind is Relation.RIGHT and value != 0:
            st.caption(t("vectors.tolerance", tolerance=number(len(a) * RELATION_TOLERANCE, 2)))
        formulas.inner_product_sum(a, b, value, (r"\mathbf a", r"\mathbf b"))
        if kind is not Relation.UNDEFINED:
            formulas.cosine_quotient(value, *lengths, cosine(a, b))
    with picture:
        if len(a) == 2:
            vector_canvas(
                [tuple(a), tuple(b)], names=NAMES, key="vectors.canvas", words=group("canvas"), on_change=take_canvas
            )
        elif len(a) == 3:
            st.plotly_chart(plots.space([a, b], NAMES), key="vectors.space", config=plots.TURNING)
            st.caption(t("vectors.space"))
        else:
            st.plotly_chart(plots.bars(a, b, NAMES), key="vectors.bars", config=plots.STILL)
            st.caption(
                t(
                    "vectors.bars" if len(a) <= plots.MOST_BARS else "vectors.first_bars",
                    n=len(a),
                    shown=plots.MOST_BARS,
                )
            )
    tables.running_sum(a, b, NAMES)

frame.prediction("vectors", "predict", ["both", "number", "neither"], right="number")
with st.expander(t("vectors.why_sign")):
    st.markdown(t("vectors.why_sign_text"))
take_rows(t("vectors.file"), t("vectors.file_help"), take_file, exactly=2, key="vectors.file")
frame.try_this(
    "vectors",
    {
        "orthogonal": lambda: state.set(a="3, 1", b="-1, 3"),
        "opposite": lambda: state.set(a="2, 1", b="-2, -1"),
        "many": lambda: state.set(a="1, 2, 0, -1, 3, 1", b="2, 0, 1, -2, 1, -1"),
    },
)
code = f"""import numpy as np

a = np.array([{state["a"] if a is None else vector_text(a)}])
b = np.array([{state["b"] if a is None else vector_text(b)}])
print(a @ b)
print(np.linalg.norm(a), np.linalg.norm(b))
print(np.degrees(np.arccos(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))))
"""
frame.footer("vectors", state, code)
