"""A table of numbers to edit: vectors, the channels of a small feature map, a matrix typed by hand.

The page owns the numbers and gives them at every run; the browser sends all of them when one has changed, and takes
numbers from here only once its last commit was seen here: a late echo never overwrites what is being typed. What is not
a number is marked there and never sent. A page reads a commit in its callback, before anything is drawn:

    def take() -> None:
        st.session_state.rows = committed("table", shape=(3, 2)) or st.session_state.rows
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

from pages.ui.canvases import checks, component
from pages.ui.colours import colours

# every word that is shown or spoken, and its places: "table"; "cell" {row} {column}; "choose" {row}; "beyond" {count}
# numbers of a pasted block that the table has no room for; how a block was read, "decimal_comma" {text} {value} and
# "heading" {text}, or that it could not be, "brackets"; and what is wrong with a text, {row} {column} {text}, {sign}
WORDS = (
    *("table", "cell", "choose", "beyond", "brackets", "decimal_comma", "thousands", "heading"),
    *("empty", "not_a_number", "several", "division_by_zero", "range"),
)

Rows = tuple[tuple[float, ...], ...]

_table = component.register("table")


def number_table(
    rows: Sequence[Sequence[float]],
    *,
    key: str,
    row_names: Sequence[str],
    column_names: Sequence[str],
    words: Mapping[str, str],
    marked: tuple[int, int] | None = None,
    locked: bool = False,
    limits: tuple[int, int] | None = None,
    square: bool = False,
    highlight: Iterable[tuple[int, int]] = (),
    tint: Literal["signed"] | None = None,
    follows: str = "",
    on_change: Callable[[], None] | None = None,
    on_tap: Callable[[], None] | None = None,
) -> None:
    """Show rows of finite numbers, 1×1 to about 16×64, to be edited in place; both counts may change between runs.

    words       the texts named in WORDS, in the person's language
    marked      the row in the first and the row in the second colour; (i, i) is allowed
    locked      only for reading; tapping a name still chooses
    limits      the most rows and columns of a matrix that may be pasted at the first cell in place of the whole table;
                the commit then has another shape. Without it a pasted block fills the cells that are there
    square      such a matrix must have as many rows as columns
    highlight   cells, as (row, column), on a faint ground
    tint        "signed": positive and negative numbers in the two colours of the sign
    follows     the key of the vectors canvas that shows the rows: they change in the frame in which a hand moves one
    on_change   called after a commit, before the page runs again; read it with `committed`
    on_tap      called after the name of a row was chosen; read it with `tapped`. Without it names are only names
    """
    given = [[float(value) for value in row] for row in rows]
    if not row_names or not column_names or checks.numbers((len(row_names), len(column_names)))(given) is None:
        raise ValueError(f"Needed: finite numbers, all rows and columns named; got {rows, row_names, column_names}.")
    _table(
        key=key,
        data={
            "rows": given,
            "row_names": list(row_names),
            "column_names": list(column_names),
            "words": {word: words[word] for word in WORDS},
            "marked": list(marked or ()),
            "locked": locked,
            "limits": list(limits or ()),
            "square": square,
            "highlight": [list(cell) for cell in highlight],
            "tint": tint,
            "tappable": on_tap is not None,
            "follows": follows,
            "sequence": component.sequence(key),
            "colours": colours().as_dict(),
        },
        on_committed_change=on_change or (lambda: None),
        on_tapped_change=on_tap or (lambda: None),
    )


def committed(key: str, shape: tuple[int, int], limits: tuple[int, int] | None = None) -> Rows | None:
    """Return the rows last sent, or None unless they are finite numbers: they come from a browser.

    limits   as given to `number_table`: a matrix that was pasted in place of the whole table has any shape within them
    """
    whole = checks.table(*limits or (0, 0))

    def check(value: Any) -> Rows | None:
        # said by the browser, so that a late commit of another shape is not taken for one
        rows: Rows | None
        rows = whole(value.get("whole")) if isinstance(value, dict) else checks.numbers(shape)(value)
        return rows

    return component.committed(key, check)


def tapped(key: str, count: int) -> int | None:
    """Return which of `count` names of rows was chosen in this run, if any."""
    return component.said(key, "tapped", checks.index(count))
