"""Formulas with the person's numbers in them, each number in the colour it has everywhere else."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.ui.colours import colours
from pages.ui.numbers import factor, latex, without_noise

_TERMS = 4  # what half a page holds in one line


def _coloured(colour: str, body: str) -> str:
    return rf"\textcolor{{{colour}}}{{{body}}}"


def _terms(a: np.ndarray, b: np.ndarray) -> str:
    """a₁·b₁ + a₂·b₂ + …, of long vectors the first and the last."""
    n = len(a)
    shown = range(n) if n <= _TERMS else [*range(_TERMS - 2), n - 1]
    terms = [
        _coloured(colours().first, factor(a[p])) + r"\cdot" + _coloured(colours().second, factor(b[p])) for p in shown
    ]
    if n > _TERMS:
        terms.insert(-1, r"\cdots")
    return "+".join(terms)


def _show(left: str, body: str, value: str, long: bool) -> None:
    """left = body = value; the value on a line of its own where the line would lose it on half a page."""
    if long:
        st.latex(rf"\begin{{aligned}}{left}&={body}\\&={value}\end{{aligned}}")
    else:
        st.latex(f"{left}={body}={value}")


def _is_long(a: np.ndarray, b: np.ndarray) -> bool:
    written = [factor(value) for value in (*a[: _TERMS - 1], *b[: _TERMS - 1])]
    return len("".join(written)) + 3 * min(len(a), _TERMS) > 21


def inner_product_sum(a: np.ndarray, b: np.ndarray, value: float, names: tuple[str, str]) -> None:
    """a·b = a₁b₁ + … = value."""
    left = _coloured(colours().first, names[0]) + r"\cdot" + _coloured(colours().second, names[1])
    _show(left, _terms(a, b), _coloured(colours().product, latex(value, 6)), _is_long(a, b))


def cosine_quotient(value: float, norm_a: float, norm_b: float, cosine: float) -> None:
    """cos θ = a·b / (‖a‖ ‖b‖)."""
    scheme = colours()
    a, b = _coloured(scheme.first, r"\mathbf a"), _coloured(scheme.second, r"\mathbf b")
    below = _coloured(scheme.first, latex(norm_a)) + r"\cdot" + _coloured(scheme.second, latex(norm_b))
    st.latex(
        rf"\cos\theta=\frac{{{a}\cdot {b}}}{{\lVert {a}\rVert\,\lVert {b}\rVert}}"
        rf"=\frac{{{_coloured(scheme.product, latex(value))}}}{{{below}}}={latex(cosine, 4)}"
    )


def quadratic_form(combination: np.ndarray, value: float) -> None:
    """xᵀGx = ‖Σ xᵢvᵢ‖² = value, with the mixture Σ xᵢvᵢ written out."""
    entries = [latex(entry) for entry in without_noise(combination)[:4]] + [r"\dots"] * (len(combination) > 4)
    shown = r",\,".join(entries)
    st.latex(rf"x^\top G\,x=\lVert({shown})\rVert^2={_coloured(colours().product, latex(value))}\ge 0")


def root_of_determinant(k: int, volume: float) -> None:
    """√det G = volume."""
    st.latex(rf"\sqrt{{\det G_{{{k}\times{k}}}}}={_coloured(colours().product, latex(volume))}")


def gram_cell(reading: str, vectors: np.ndarray, cell: tuple[int, int], value: float) -> None:
    """The sum behind a cell of the Gram matrix, for each of its four readings."""
    i, j = cell
    pair = vectors[[i, j]]
    if reading in ("covariance", "correlation"):
        pair = without_noise(pair - pair.mean(axis=1, keepdims=True))
    a, b = pair
    terms = _terms(a, b)
    if reading == "covariance":
        body = rf"\tfrac{{1}}{{{len(a)}}}\left({terms}\right)"
    elif reading == "inner":
        body = terms
    else:
        lengths = _coloured(colours().first, latex(float(np.linalg.norm(a)))) + r"\cdot"
        body = rf"\frac{{{terms}}}{{{lengths}{_coloured(colours().second, latex(float(np.linalg.norm(b))))}}}"
    left = rf"G_{{{i + 1}\,{j + 1}}}"
    _show(left, body, _coloured(colours().product, latex(value, 6)), reading != "inner" or _is_long(a, b))
