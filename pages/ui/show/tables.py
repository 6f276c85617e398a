"""Small tables of numbers as HTML: Streamlit's own are drawn on a canvas, which can neither be coloured nor read."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np
import streamlit as st

from gramlib.errors import GramlabError
from gramlib.vectors import inner_product
from pages.ui.numbers import number
from pages.ui.text import t

_HEAD, _TAIL = 8, 4


def _cell(text: str, kind: str = "", tag: str = "td") -> str:
    return f"<{tag} class='{kind}'>{html.escape(text)}</{tag}>" if kind else f"<{tag}>{html.escape(text)}</{tag}>"


def _show(head: str, rows: Sequence[str]) -> None:
    st.html(
        f"<div class='gramlab scroll'><table class='gramlab'><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def sign(value: float) -> str:
    """The style class of a number by its sign."""
    return "positive" if value > 0 else "negative" if value < 0 else ""


def _sum_so_far(a: np.ndarray, b: np.ndarray) -> float:
    try:
        return inner_product(a, b)
    except GramlabError:  # too large for a float, though the whole sum need not be
        return np.inf


def running_sum(a: np.ndarray, b: np.ndarray, names: tuple[str, str]) -> None:
    """aᵢ, bᵢ, aᵢbᵢ and the sum so far, without rounding on the way; of long vectors the head and the tail."""
    with np.errstate(over="ignore", under="ignore"):
        products = a * b
    n = len(a)
    shown = range(n) if n <= _HEAD + _TAIL + 1 else [*range(_HEAD), *range(n - _TAIL, n)]
    rows = []
    for i in shown:
        if i == n - _TAIL and len(shown) < n:
            note = html.escape(t("vectors.skipped", count=number(n - _HEAD - _TAIL)))
            rows.append(f"<tr class='skipped'><td colspan='5'>{note}</td></tr>")
        rows.append(
            f"<tr{' class=total' if i == n - 1 else ''}>"
            + _cell(str(i + 1))
            + _cell(number(a[i]), "first")
            + _cell(number(b[i]), "second")
            + _cell(number(products[i]), sign(products[i]))
            + _cell(number(_sum_so_far(a[: i + 1], b[: i + 1]), 6))
            + "</tr>"
        )
    head = (
        _cell(t("vectors.table_index"), tag="th")
        + _cell(names[0], "first", "th")
        + _cell(names[1], "second", "th")
        + _cell(t("vectors.table_product"), tag="th")
        + _cell(t("vectors.table_sum"), tag="th")
    )
    _show(head, rows)


def matrix(values: np.ndarray, row_names: Sequence[str], column_names: Sequence[str] | None = None) -> None:
    """A small matrix with names of its rows and, if given, its columns."""
    head = _cell("", tag="th") + "".join(_cell(name, tag="th") for name in column_names or [""] * values.shape[1])
    rows = [
        "<tr>" + _cell(name, "words", "th") + "".join(_cell(number(value)) for value in row) + "</tr>"
        for name, row in zip(row_names, values, strict=True)
    ]
    _show(head, rows)


def facts(rows: Sequence[tuple[str, str]]) -> None:
    """Two columns: what, and how much."""
    _show("", [f"<tr>{_cell(what, 'words')}{_cell(how_much)}</tr>" for what, how_much in rows])


def words(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns of words under their names."""
    _show(
        "".join(_cell(name, "words", "th") for name in head),
        ["<tr>" + "".join(_cell(text, "words") for text in row) + "</tr>" for row in rows],
    )


def big_value(what: str, value: float, verdict: str, vanished: bool = False) -> None:
    """The one number of a page, and what it says.

    vanished   it is not 0, but smaller than a float can be
    """
    equals = "≈" if vanished else "="
    shown = f"<b class='{sign(value)}'>{number(value, 6)}</b>"
    st.html(f"<div class='gramlab value'><small>{html.escape(what)} {equals}</small> {shown}</div>")
    with st.container(key="verdict"):
        st.markdown(verdict)
