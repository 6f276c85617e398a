"""Lesson 1: two vectors, their inner product, and the angle between them."""

from __future__ import annotations

import numpy as np
import streamlit as st

from gramlib.errors import GramlabError
from gramlib.vectors import RELATION_TOLERANCE, Relation, angle, cosine, inner_product, norm, relation
from pages.lessons.vectors.fields import take_vectors, typed_vectors
from pages.lessons.vectors.program import program
from pages.lessons.vectors.state import EXPERIMENTS, NAMES, State
from pages.ui import frame
from pages.ui.canvases.vectors.canvas import committed, vector_canvas
from pages.ui.carried import TWO
from pages.ui.files import take_rows
from pages.ui.numbers import angle_text, number
from pages.ui.show import formulas, plots, tables
from pages.ui.state import open_page
from pages.ui.text import fault, group, plain_text, t

CANVAS = "vectors.canvas"
ROUND = {Relation.PARALLEL: 0.0, Relation.RIGHT: 90.0, Relation.OPPOSITE: 180.0}  # degrees, free of rounding

state = open_page(State())


def show_picture(a: np.ndarray, b: np.ndarray) -> None:
    if len(a) == 2:
        take = lambda: take_vectors(state, committed(CANVAS, 2) or (a, b))  # noqa: E731
        st.caption(t("vectors.drag"))
        vector_canvas(
            [tuple(a), tuple(b)],
            names=NAMES,
            key=CANVAS,
            words=group("canvas"),
            said=group("vectors.relation") | {"angle": plain_text("vectors.angle_line")},
            fields=[state.key(name) for name in NAMES],
            on_change=take,
        )
    elif len(a) == 3:
        plots.turning(plots.space([a, b], NAMES), key="vectors.space")
        st.caption(t("vectors.space"))
    else:
        st.plotly_chart(plots.bars(a, b, NAMES), key="vectors.bars", config=plots.STILL)
        said = "vectors.bars" if len(a) <= plots.MOST_BARS else "vectors.first_bars"
        said = "vectors.one_number" if len(a) == 1 else said
        st.caption(t(said, n=len(a), shown=plots.MOST_BARS))


def show_numbers(a: np.ndarray, b: np.ndarray) -> None:
    value, kind = inner_product(a, b), relation(a, b)
    follows = CANVAS if len(a) == 2 else ""
    has_angle = kind is not Relation.UNDEFINED
    vanished = has_angle and value == 0 and kind is not Relation.RIGHT
    tables.big_value("a · b", value, t(f"vectors.relation.{kind.name}"), vanished, follows)
    with st.container(key="cover-how"):
        degrees = ROUND.get(kind, angle(a, b, degrees=True)) if has_angle else 0.0
        said = plain_text("vectors.angle_line", degrees=angle_text(degrees), radians=number(np.radians(degrees), 4))
        if has_angle or follows:  # an arrow can be pulled out of the zero vector: then there is an angle
            tables.line("angle", said if has_angle else "", follows)
        if kind is Relation.RIGHT and value != 0:
            st.caption(t("vectors.tolerance", tolerance=number(len(a) * RELATION_TOLERANCE, 2)))
        if vanished:
            st.caption(t("vectors.vanished"))
        formulas.inner_product_sum(a, b, value, NAMES, vanished, follows)
        if has_angle or follows:
            formulas.cosine_quotient(value, norm(a), norm(b), cosine(a, b) if has_angle else None, vanished, follows)


frame.header("vectors")
picture, fields = st.columns([6, 5], gap="large")
with fields:
    vectors, current = typed_vectors(state)
    st.caption(t("vectors.field_help"))
    try:
        if complete := len(vectors) == len(NAMES):  # else it is said below its field
            show_numbers(*vectors)
    except GramlabError as error:  # different lengths, too large
        complete = False
        if current:  # of one that is half typed an older one is here, and its length says nothing
            st.error(fault(error))
with picture.container(key="stays"):  # in sight of all that is said of it
    if complete:
        show_picture(*vectors)
    else:
        frame.way_back("vectors", lambda: state.set(a=State.a.default, b=State.b.default))
with fields:
    if complete:
        TWO.value = (vectors[0], vectors[1])
        frame.step("recipe")
        st.markdown(t("vectors.recipe"))
        tables.running_sum(vectors[0], vectors[1], NAMES, CANVAS if len(vectors[0]) == 2 else "")
        frame.step("why")
        st.header(t("vectors.why_sign"), anchor=False)
        st.markdown(t("vectors.why_turn"))
        st.markdown(t("vectors.why_sign_text"))
        if len(vectors[0]) == 2:
            st.markdown(t("vectors.why_sign_seen"))
    frame.prediction("vectors", "predict", ["both", "number", "neither"], right="number")
take_rows(
    t("vectors.file"),
    t("vectors.file_help"),
    lambda rows: take_vectors(state, rows),
    exactly=2,
    key="vectors.file",
)
frame.try_this(state, EXPERIMENTS)
frame.footer(state, program(*vectors) if complete else None)
