"""Formulas with the person's numbers in them, each number in the colour it has everywhere else.

Those whose numbers a hand moves in a canvas are HTML with their parts named, and the canvas writes them anew in every
frame (canvases/vectors/follow.js); KaTeX would need a run of the page for that. The others are KaTeX.
"""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.ui.colours import colours
from pages.ui.numbers import factor, is_exact, latex, number, without_noise
from pages.ui.show.parts import negative_or_positive, part, whole

_TERMS = 4  # what half a page holds in one line


def _coloured(colour: str, body: str) -> str:
    return rf"\textcolor{{{colour}}}{{{body}}}"


def _product(value: float, digits: int = 3) -> str:
    return _coloured(colours().of_product(value), latex(value, digits))


def _equals(*values: float) -> str:
    """The sign before what is written with these numbers: one of them may have been rounded."""
    return "=" if all(map(is_exact, values)) else r"\approx"


def _sign(*values: float, exact: bool = True) -> str:
    """The same as a sign of its own; `exact`: whether all else that it stands for is."""
    return "=" if exact and all(map(is_exact, values)) else "≈"


def _factor(value: float) -> str:
    return f"({number(value)})" if value < 0 else number(value)


def _terms(a: np.ndarray, b: np.ndarray) -> str:
    """a₁·b₁ + a₂·b₂ + …, of long vectors the first and the last."""
    n = len(a)
    shown = range(n) if n <= _TERMS else [*range(_TERMS - 2), n - 1]
    terms = [
        f"{part(f'factor_a{p}', _factor(a[p]), 'first')}·{part(f'factor_b{p}', _factor(b[p]), 'second')}" for p in shown
    ]
    if n > _TERMS:
        terms.insert(-1, "⋯")
    return " + ".join(f"<span class='term'>{term}</span>" for term in terms)


def _shown(vector: np.ndarray) -> np.ndarray:
    """The entries that `_terms` writes."""
    return vector if len(vector) <= _TERMS else np.append(vector[: _TERMS - 2], vector[-1])


def _fraction(above: str, below: str) -> str:
    return f"<span class='fraction'><span>{above}</span><i>/</i><span>{below}</span></span>"


def _show(left: str, *sides: tuple[str, str, str], follows: str = "", absent: bool = False) -> None:
    """left = one = other; each side after the left one as the name of its sign, the sign, and what follows on it."""
    written = [f"<span class='side'>{part(name, sign)} {body}</span>" for name, sign, body in sides]
    kind = "formula absent" if absent else "formula"
    st.html(whole(f"<span class='side'>{left}</span>{''.join(written)}", kind, follows, role="math"))


def inner_product_sum(
    a: np.ndarray, b: np.ndarray, value: float, names: tuple[str, str], vanished: bool = False, follows: str = ""
) -> None:
    """a·b = a₁b₁ + … = value; ≈ where a factor was rounded, or a value that is not 0 has vanished into it.

    follows   the key of the canvas in which a hand moves the two vectors
    """
    numbers = [*_shown(a), *_shown(b)]
    exact = is_exact(value, 6) and not vanished
    _show(
        f"<b class='first'>{names[0]}</b> · <b class='second'>{names[1]}</b>",
        ("rounded", _sign(*numbers), _terms(a, b)),
        ("last", _sign(*numbers, exact=exact), part("value", number(value, 6), negative_or_positive(value))),
        follows=follows,
    )


def cosine_quotient(
    value: float,
    norm_a: float,
    norm_b: float,
    cosine: float | None,
    vanished: bool = False,
    follows: str = "",
) -> None:
    """cos θ = a·b / (‖a‖ ‖b‖); ≈ where a number was rounded.

    cosine    None where one of them has no direction: then the formula only keeps its place
    follows   the key of the canvas in which a hand moves the two vectors
    """
    a, b = "<b class='first'>a</b>", "<b class='second'>b</b>"
    below = f"{part('norm_a', number(norm_a), 'first')}·{part('norm_b', number(norm_b), 'second')}"
    numbers, exact = (value, norm_a, norm_b), not vanished
    above = part("product", number(value), negative_or_positive(value))
    _show(
        "cos <i>θ</i>",
        ("always", "=", _fraction(f"{a} · {b}", f"‖{a}‖ ‖{b}‖")),
        ("cosine_rounded", _sign(*numbers, exact=exact), _fraction(above, below)),
        (
            "cosine_last",
            _sign(*numbers, exact=exact and (cosine is None or is_exact(cosine, 4))),
            part("cosine", "—" if cosine is None else number(cosine, 4)),
        ),
        follows=follows,
        absent=cosine is None,
    )


def quadratic_form(combination: np.ndarray, value: float) -> None:
    """xᵀGx = ‖Σ xᵢvᵢ‖² = value, with the mixture Σ xᵢvᵢ written out."""
    entries = [latex(entry) for entry in without_noise(combination)[:4]] + [r"\dots"] * (len(combination) > 4)
    shown = r",\,".join(entries)
    equals = _equals(*without_noise(combination)[:4], value)
    st.latex(rf"x^\top G\,x=\lVert({shown})\rVert^2{equals}{_product(value)}\ge 0")


def root_of_determinant(k: int, volume: float) -> None:
    """√det G = volume."""
    st.latex(rf"\sqrt{{\det G_{{{k}\times{k}}}}}={_product(volume)}")


def gram_cell(reading: str, vectors: np.ndarray, cell: tuple[int, int], value: float, follows: str = "") -> None:
    """The sum behind a cell of the Gram matrix, for each of its four readings.

    follows   the key of the canvas in which a hand moves the vectors
    """
    i, j = cell
    pair = vectors[[i, j]]
    if reading in ("covariance", "correlation"):
        pair = without_noise(pair - pair.mean(axis=1, keepdims=True))
    a, b = pair
    terms = _terms(a, b)
    numbers = [*_shown(a), *_shown(b)]
    if reading == "covariance":
        body = f"{_fraction('1', str(len(a)))}({terms})"
    elif reading == "inner":
        body = terms
    else:
        norms = [float(np.linalg.norm(vector)) for vector in pair]
        numbers += norms
        body = _fraction(
            terms, f"{part('norm_a', number(norms[0]), 'first')}·{part('norm_b', number(norms[1]), 'second')}"
        )
    _show(
        f"<i>G</i><sub>{i + 1}&thinsp;{j + 1}</sub>",
        ("rounded", _sign(*numbers), body),
        (
            "last",
            _sign(*numbers, exact=is_exact(value, 6)),
            part("value", number(value, 6), negative_or_positive(value)),
        ),
        follows=follows,
    )


def covariance(gram: float, mean_a: float, mean_b: float, value: float) -> None:
    """Cov = G/N − the product of the means = value."""
    means = _coloured(colours().first, factor(mean_a)) + r"\cdot" + _coloured(colours().second, factor(mean_b))
    left = r"\mathrm{Cov}_{ij}=\tfrac{1}{N}G_{ij}-\bar F_i\,\bar F_j"
    equals = _equals(gram, mean_a, mean_b)
    body = rf"{_product(gram)}-{means}"
    # the value on a line of its own, which half a page would lose
    st.latex(rf"\begin{{aligned}}{left}&{equals}{body}\\&{equals}{_product(value)}\end{{aligned}}")
