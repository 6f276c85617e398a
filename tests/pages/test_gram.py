"""Lesson 2: the matrix of the vectors in the table, and the numbers of its laws."""

from __future__ import annotations

import numpy as np

from tests.pages.conftest import everything_said, faultless


def test_the_chosen_cell_is_written_out(open_link):
    app = open_link("gram", lang="en", vectors="3,1;1,2;-2,1")
    app.session_state["gram.matrix"] = {"choice": {"cell": [0, 2], "sequence": 5}}
    said = everything_said(faultless(app.run()))
    assert r"\textcolor{#1c6cb5}{3}\cdot\textcolor{#c8590a}{(-2)}" in said
    assert r"\textcolor{#5e3c99}{-5}" in said


def test_a_zero_vector_and_one_vector_alone(open_link):
    for vectors in ("0,0;1,2", "3,4", "0"):
        open_link("gram", lang="zh", vectors=vectors)


def test_the_code_prints_the_matrix(open_link, capsys):
    app = open_link("gram", lang="en", vectors="3,1;1,2;-2,1")
    exec(app.code[0].value, {})
    V = np.array([[3, 1], [1, 2], [-2, 1]])
    assert str(V @ V.T * 1.0) in capsys.readouterr().out
