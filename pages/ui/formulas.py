"""Formulas with the person's numbers in them, each number in the colour it has everywhere else."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.ui.colours import colours
from pages.ui.numbers import factor, latex, without_noise

_TERMS = 6


def _coloured(colour: str, body: str) -> str:
    return rf"\textcolor{{{colour}}}{{{body}}}"


def inner_product_sum(a: np.ndarray, b: np.ndarray, value: float, names: tuple[str, str]) -> None:
    """a·b = a₁b₁ + … = value."""
    scheme = colours()
    n = len(a)
    shown = range(n) if n <= _TERMS else [*range(_TERMS - 2), n - 1]
    terms = [_coloured(scheme.first, factor(a[i])) + r"\cdot" + _coloured(scheme.second, factor(b[i])) for i in shown]
    if n > _TERMS:
        terms.insert(-1, r"\cdots")
    left = _coloured(scheme.first, names[0]) + r"\cdot" + _coloured(scheme.second, names[1])
    st.latex(left + "=" + "+".join(terms) + "=" + _coloured(scheme.product, latex(value, 6)))


def cosine_quotient(value: float, norm_a: float, norm_b: float, cosine: float) -> None:
    """cos θ = a·b / (‖a‖ ‖b‖)."""
    scheme = colours()
    a, b = _coloured(scheme.first, r"\mathbf a"), _coloured(scheme.second, r"\mathbf b")
    below = _coloured(scheme.first, latex(norm_a)) + r"\cdot" + _coloured(scheme.second, latex(norm_b))
    st.latex(
        rf"\cos\theta=\frac{{{a}\cdot {b}}}{{\lVert {a}\rVert\,\lVert {b}\rVert}}"
        rf"=\frac{{{_coloured(scheme.product, latex(value))}}}{{{below}}}={latex(cosine, 4)}"
    )


def feature_gram_sum(rows: tuple[int, int], f_i: np.ndarray, f_j: np.ndarray, divisor: int, value: float) -> None:
    """G_ij = (1/N) (F_i1·F_j1 + …)."""
    scheme = colours()
    n = len(f_i)
    shown = range(n) if n <= 9 else [*range(7), n - 1]
    terms = [
        _coloured(scheme.first, factor(f_i[p])) + r"\cdot" + _coloured(scheme.second, factor(f_j[p])) for p in shown
    ]
    if n > 9:
        terms.insert(-1, r"\cdots")
    body = "+".join(terms)
    if divisor > 1:
        body = rf"\tfrac{{1}}{{{divisor}}}\left({body}\right)"
    i, j = rows[0] + 1, rows[1] + 1
    st.latex(rf"G_{{{i}{j}}}={body}={_coloured(scheme.product, latex(value, 6))}")


def quadratic_form(combination: np.ndarray, value: float) -> None:
    """xᵀGx = ‖Σ xᵢvᵢ‖² = ‖(…)‖² = value."""
    entries = [latex(entry) for entry in without_noise(combination)[:4]] + [r"\dots"] * (len(combination) > 4)
    shown = r",\,".join(entries)
    st.latex(
        r"x^\top G x=\Bigl\lVert\sum_i x_i\mathbf v_i\Bigr\rVert^2="
        rf"\lVert({shown})\rVert^2={_coloured(colours().product, latex(value))}\;\ge 0"
    )


def root_of_determinant(k: int, volume: float) -> None:
    """√det G = volume."""
    st.latex(rf"\sqrt{{\det G_{{{k}\times{k}}}}}={_coloured(colours().product, latex(volume))}")
