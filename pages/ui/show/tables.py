"""Small tables of numbers as HTML: Streamlit's own are drawn on a canvas, which can neither be coloured nor read."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np
import streamlit as st

from gramlib.errors import GramlabError
from gramlib.vectors import inner_product
from pages.ui.numbers import number
from pages.ui.show.parts import emphasized, negative_or_positive, part, whole
from pages.ui.text import t

_HEAD, _TAIL = 8, 4


def _cell(text: str, kind: str = "", tag: str = "td") -> str:
    return f"<{tag} class='{kind}'>{html.escape(text)}</{tag}>" if kind else f"<{tag}>{html.escape(text)}</{tag}>"


def _show(head: str, rows: Sequence[str], follows: str = "") -> None:
    table = f"<table class='gramlab'><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    st.html(whole(table, "scroll", follows))


def sign(value: float) -> str:
    """The style class of a number by its sign."""
    return "positive" if value > 0 else "negative" if value < 0 else ""


def _sum_so_far(a: np.ndarray, b: np.ndarray) -> float:
    try:
        return inner_product(a, b)
    except GramlabError:  # too large for a float, though the whole sum need not be
        return np.inf


def running_sum(a: np.ndarray, b: np.ndarray, names: tuple[str, str], follows: str = "") -> None:
    """aᵢ, bᵢ, aᵢbᵢ and the sum so far, without rounding on the way; of long vectors the head and the tail.

    follows   the key of the canvas in which a hand moves the two vectors
    """
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
            + part(f"a{i}", number(a[i]), "first", "td")
            + part(f"b{i}", number(b[i]), "second", "td")
            + part(f"product{i}", number(products[i]), sign(products[i]), "td")
            + part(f"sum{i}", number(_sum_so_far(a[: i + 1], b[: i + 1]), 6), tag="td")
            + "</tr>"
        )
    head = (
        _cell(t("vectors.table_index"), tag="th")
        + _cell(names[0], "first", "th")
        + _cell(names[1], "second", "th")
        + _cell(t("vectors.table_product"), tag="th")
        + _cell(t("vectors.table_sum"), tag="th")
    )
    _show(head, rows, follows)


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


def big_value(what: str, value: float, verdict: str, vanished: bool = False, follows: str = "") -> None:
    """The one number of a page, and what it says.

    vanished   it is not 0, but smaller than a float can be
    follows    the key of the canvas in which a hand changes it
    """
    equals = "≈" if vanished else "="
    shown = part("value", number(value, 6), negative_or_positive(value), "b")
    with st.container(key="cover-value"):
        st.html(whole(f"<small>{html.escape(what)} {equals}</small> {shown}", "value", follows))
    said = f"<span data-part='relation'>{emphasized(verdict)}</span>"
    with st.container(key="cover-verdict"):
        st.html(whole(said, "verdict", follows, tag="p"))


def line(name: str, text: str, follows: str = "") -> None:
    """A line of words and numbers that a hand changes.

    name   what it shows, for the canvas in which the hand is
    """
    st.html(whole(f"<span data-part='{name}'>{html.escape(text)}</span>", "line", follows, tag="p"))
