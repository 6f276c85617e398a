"""Lesson 2: k vectors and the Gram matrix of all their inner products."""

from __future__ import annotations

import numpy as np
import streamlit as st

from gramlib.errors import GramlabError
from gramlib.gram import gram_matrix, properties
from pages.ui import formulas, frame, tables
from pages.ui.editor import Rows, edit_rows
from pages.ui.matrix_canvas import matrix_canvas
from pages.ui.numbers import number, read_rows, write_rows
from pages.ui.state import Parameter, open_page
from pages.ui.text import fault, group, t

MOST_VECTORS, MOST_NUMBERS = 16, 64
DEFAULT: Rows = ((3.0, 1.0), (1.0, 2.0), (-2.0, 1.0))


def resize() -> None:
    """Keep the numbers that still fit, and fill the rest with zeros."""
    old, new = (
        np.array(state["vectors"]),
        np.zeros([st.session_state[f"gram.{side}"] for side in ("count", "dimension")]),
    )
    kept = tuple(slice(min(a, b)) for a, b in zip(old.shape, new.shape, strict=True))
    new[kept] = old[kept]
    state["vectors"] = tuple(map(tuple, new.tolist()))


state = open_page("gram", Parameter("vectors", DEFAULT, read_rows(MOST_VECTORS, MOST_NUMBERS), write_rows))
frame.header("gram")

table, matrix = st.columns([5, 6], gap="large")
k, n = np.shape(state["vectors"])
names = [f"v{chr(0x2080 + i) if i < 10 else '₁' + chr(0x2080 + i - 10)}" for i in range(1, k + 1)]
with table:
    for column, side, size, most in zip(
        st.columns(2), ("count", "dimension"), (k, n), (MOST_VECTORS, MOST_NUMBERS), strict=True
    ):
        st.session_state[f"gram.{side}"] = size
        column.number_input(t(f"gram.{side}"), 1, most, key=f"gram.{side}", on_change=resize)
    st.markdown(f"**{t('gram.table')}**")
    state["vectors"] = edit_rows(
        state["vectors"], key="gram.table", row_names=names, column_names=[str(position + 1) for position in range(n)]
    )
    st.caption(t("gram.table_note"))

vectors = np.array(state["vectors"])
try:
    gram = gram_matrix(vectors)
except GramlabError as error:
    matrix.error(fault(error))
else:
    with matrix:
        st.markdown(f"**{t('gram.matrix')}**")
        i, j = matrix_canvas(gram, key="gram.matrix", words=group("matrix"), row_names=names, cell=(0, min(1, k - 1)))
    formulas.inner_product_sum(
        vectors[i], vectors[j], float(gram[i, j]), (rf"\mathbf v_{{{i + 1}}}", rf"\mathbf v_{{{j + 1}}}")
    )
    st.caption(t("gram.diagonal_note") if i == j else t("gram.cell_note", i=i + 1, j=j + 1))
    st.subheader(t("gram.law.title"), anchor=False)
    facts = properties(gram)
    tables.facts(
        [
            (t("gram.law.diagonal"), " · ".join(number(value) for value in np.diag(gram))),
            (t("gram.law.eigenvalues"), " · ".join(number(value) for value in facts.eigenvalues)),
            (t("gram.law.rank"), f"{facts.rank}"),
            (t("gram.law.volume"), number(facts.volume)),
        ]
    )

code = f"""import numpy as np

V = np.array({vectors.tolist()})
G = V @ V.T
print(G)
print(np.linalg.eigvalsh(G)[::-1])
"""
frame.footer("gram", state, code)
