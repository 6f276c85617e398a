"""Formulas with the person's numbers in them, each number in the colour it has everywhere else."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.ui.colours import colours
from pages.ui.numbers import factor, is_exact, latex, without_noise

_TERMS = 4  # what half a page holds in one line
_QUOTIENT = 14  # digits of a quotient that a telephone holds in one line


def _coloured(colour: str, body: str) -> str:
    return rf"\textcolor{{{colour}}}{{{body}}}"


def _product(value: float, digits: int = 3) -> str:
    return _coloured(colours().of_product(value), latex(value, digits))


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


def _equals(*values: float) -> str:
    """The sign before what is written with these numbers: one of them may have been rounded."""
    return "=" if all(map(is_exact, values)) else r"\approx"


def _show(left: str, body: str, value: str, long: bool, equals: tuple[str, str] = ("=", "=")) -> None:
    """left = body = value; the value on a line of its own where the line would lose it on half a page."""
    first, second = equals
    if long:
        st.latex(rf"\begin{{aligned}}{left}&{first}{body}\\&{second}{value}\end{{aligned}}")
    else:
        st.latex(f"{left}{first}{body}{second}{value}")


def _is_long(a: np.ndarray, b: np.ndarray) -> bool:
    written = [factor(value) for value in (*a[: _TERMS - 1], *b[: _TERMS - 1])]
    return len("".join(written)) + 3 * min(len(a), _TERMS) > 21


def _shown(vector: np.ndarray) -> np.ndarray:
    """The entries that `_terms` writes."""
    return vector if len(vector) <= _TERMS else np.append(vector[: _TERMS - 2], vector[-1])


def inner_product_sum(
    a: np.ndarray, b: np.ndarray, value: float, names: tuple[str, str], vanished: bool = False
) -> None:
    """a·b = a₁b₁ + … = value; ≈ where a factor was rounded, or a value that is not 0 has vanished into it."""
    left = _coloured(colours().first, names[0]) + r"\cdot" + _coloured(colours().second, names[1])
    rounded = _equals(*_shown(a), *_shown(b))
    last = "=" if rounded == "=" and is_exact(value, 6) and not vanished else r"\approx"
    _show(left, _terms(a, b), _product(value, 6), _is_long(a, b), (rounded, last))


def cosine_quotient(value: float, norm_a: float, norm_b: float, cosine: float, vanished: bool = False) -> None:
    """cos θ = a·b / (‖a‖ ‖b‖); ≈ where a number was rounded."""
    scheme = colours()
    a, b = _coloured(scheme.first, r"\mathbf a"), _coloured(scheme.second, r"\mathbf b")
    below = _coloured(scheme.first, latex(norm_a)) + r"\cdot" + _coloured(scheme.second, latex(norm_b))
    rounded = r"\approx" if vanished else _equals(value, norm_a, norm_b)
    last = rounded if is_exact(cosine, 4) else r"\approx"
    left = rf"\cos\theta=\frac{{{a}\cdot {b}}}{{\lVert {a}\rVert\,\lVert {b}\rVert}}"
    long = len(latex(value) + latex(norm_a) + latex(norm_b) + latex(cosine, 4)) > _QUOTIENT
    _show(left, rf"\frac{{{_product(value)}}}{{{below}}}", latex(cosine, 4), long, (rounded, last))


def quadratic_form(combination: np.ndarray, value: float) -> None:
    """xᵀGx = ‖Σ xᵢvᵢ‖² = value, with the mixture Σ xᵢvᵢ written out."""
    entries = [latex(entry) for entry in without_noise(combination)[:4]] + [r"\dots"] * (len(combination) > 4)
    shown = r",\,".join(entries)
    equals = _equals(*without_noise(combination)[:4], value)
    st.latex(rf"x^\top G\,x=\lVert({shown})\rVert^2{equals}{_product(value)}\ge 0")


def root_of_determinant(k: int, volume: float) -> None:
    """√det G = volume."""
    st.latex(rf"\sqrt{{\det G_{{{k}\times{k}}}}}={_product(volume)}")


def gram_cell(reading: str, vectors: np.ndarray, cell: tuple[int, int], value: float) -> None:
    """The sum behind a cell of the Gram matrix, for each of its four readings."""
    i, j = cell
    pair = vectors[[i, j]]
    if reading in ("covariance", "correlation"):
        pair = without_noise(pair - pair.mean(axis=1, keepdims=True))
    a, b = pair
    terms = _terms(a, b)
    numbers = [*_shown(a), *_shown(b)]
    if reading == "covariance":
        body = rf"\tfrac{{1}}{{{len(a)}}}\left({terms}\right)"
    elif reading == "inner":
        body = terms
    else:
        norms = [float(np.linalg.norm(vector)) for vector in pair]
        numbers += norms
        lengths = _coloured(colours().first, latex(norms[0])) + r"\cdot" + _coloured(colours().second, latex(norms[1]))
        body = rf"\frac{{{terms}}}{{{lengths}}}"
    left = rf"G_{{{i + 1}\,{j + 1}}}"
    rounded = _equals(*numbers)
    last = rounded if is_exact(value, 6) else r"\approx"
    _show(left, body, _product(value, 6), reading != "inner" or _is_long(a, b), (rounded, last))


def covariance(gram: float, mean_a: float, mean_b: float, value: float) -> None:
    """Cov = G/N − the product of the means = value."""
    means = _coloured(colours().first, factor(mean_a)) + r"\cdot" + _coloured(colours().second, factor(mean_b))
    left = r"\mathrm{Cov}_{ij}=\tfrac{1}{N}G_{ij}-\bar F_i\,\bar F_j"
    rounded = _equals(gram, mean_a, mean_b)
    _show(left, rf"{_product(gram)}-{means}", _product(value), True, (rounded, rounded))
