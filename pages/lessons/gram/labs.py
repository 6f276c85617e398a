"""The laws of a Gram matrix by doing, and what it forgets: the laboratories of lesson 2."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from gramlib.errors import GramlabError
from gramlib.gram import (
    gram_matrix,
    properties,
    properties_of_vectors,
    recover_typed,
    recover_vectors,
)
from gramlib.turning import align, turned
from pages.lessons.gram.state import CANVAS, LARGEST_BY_HAND, State
from pages.ui import frame
from pages.ui.canvases.hand.canvas import hear_hand, heard, moved
from pages.ui.canvases.matrix.canvas import matrix_canvas
from pages.ui.canvases.table.canvas import committed, number_table
from pages.ui.canvases.vectors.canvas import MOST_VECTORS, Turning, vector_canvas
from pages.ui.memory import Memory
from pages.ui.numbers import number, without_noise
from pages.ui.show import formulas, plots, tables
from pages.ui.steppers import Resizing, stepper
from pages.ui.text import fault, group, t

SLIDERS = 4  # weights that can be dragged: the State has so many
_SIZES = Resizing("gram.hand.kept")
_HAND = "gram.hand_on_vectors"
_SEEN: Memory[float] = Memory(f"{_HAND}.seen", 0.0)  # of what the hand has told
_PAGE_RUNS = Memory(f"{_HAND}.page_runs", False)

Show = Callable[[np.ndarray, np.ndarray], None]


def following(vectors: np.ndarray, gram: np.ndarray, show: Show) -> None:
    """Show what depends on the vectors and their Gram matrix, and follow the hand that moves them in the plane."""
    if vectors.shape[1] != 2 or len(vectors) > MOST_VECTORS:  # nothing can be dragged
        show(vectors, gram)
        return
    _PAGE_RUNS.value = True
    _follow(vectors, gram, show)


@st.fragment
def _follow(vectors: np.ndarray, gram: np.ndarray, show: Show) -> None:
    """While a hand moves a vector, only this runs."""
    news, page_runs = heard(_HAND), _PAGE_RUNS.take()
    if not page_runs and news == _SEEN.value:
        st.rerun()  # a widget of the laboratory was moved: the link is to follow, too
    _SEEN.value = news
    if not page_runs and (now := moved(_HAND, len(vectors))):
        vectors = np.array(now)
        gram = gram_matrix(vectors)
    try:
        show(vectors, gram)
    except GramlabError as error:
        frame.refuse(error)
    hear_hand(_HAND, CANVAS)


def symmetry(vectors: np.ndarray, gram: np.ndarray, cell: tuple[int, int]) -> None:
    """The chosen cell beside its mirror, and the diagonal beside the squared lengths."""
    i, j = _two(cell, len(gram))
    if i != j:  # one vector alone has no two to swap
        st.markdown(t("gram.symmetry.mirror", i=i + 1, j=j + 1, value=number(gram[i, j]), mirror=number(gram[j, i])))
    st.markdown(t("gram.symmetry.diagonal"))
    squares = np.sum(vectors**2, axis=1)
    tables.matrix(
        np.array([np.diag(gram), squares]),
        [t("gram.symmetry.on_diagonal"), t("gram.symmetry.squared_length")],
        [str(index + 1) for index in range(len(gram))],
    )


def eigenvalues(state: State, vectors: np.ndarray, gram: np.ndarray) -> None:
    """The eigenvalues as bars, and why none is negative: xᵀGx is a squared length, for any x that one drags."""
    found = properties_of_vectors(vectors)
    left, right = st.columns(2, gap="large")
    with left:
        st.plotly_chart(plots.eigenvalue_bars(found.eigenvalues), key="gram.eigenvalues", config=plots.STILL)
        st.caption(t("gram.eigenvalues.bars"))
    with right:
        st.markdown(t("gram.eigenvalues.why"))
        used = min(len(gram), SLIDERS)
        x = np.zeros(len(gram))
        for index, column in enumerate(st.columns(used)):
            x[index] = column.slider(f"x{chr(0x2081 + index)}", -2.0, 2.0, step=0.1, **state.widget(f"x{index}"))
        formulas.quadratic_form(x @ vectors, float(x @ gram @ x))
        if len(gram) > SLIDERS:
            st.caption(t("gram.eigenvalues.first_only", count=SLIDERS))


def rank(state: State, vectors: np.ndarray, cell: tuple[int, int], names: Sequence[str]) -> None:
    """Turn one vector onto another: an eigenvalue reaches zero, and the rank falls."""
    if len(vectors) < 2:
        st.info(t("gram.rank.needs_two"))
        return
    i, j = _two(cell, len(vectors))
    k, n = vectors.shape
    st.markdown(t("gram.rank.whole", rank=properties_of_vectors(vectors).rank, k=k, n=n))
    st.markdown(t("gram.rank.pair", first=names[i], second=names[j]))
    said = t("gram.rank.slider", first=names[i], second=names[j])
    share = st.slider(said, 0, 100, step=5, format="%d %%", **state.widget("share"))
    pair = turned_onto(vectors[i], vectors[j], share / 100)
    found = properties_of_vectors(pair)
    left, right = st.columns(2, gap="large")
    with left:
        if vectors.shape[1] == 2:
            vector_canvas(
                pair.tolist(),
                names=[names[i], names[j]],
                key="gram.rank.canvas",
                words=group("canvas"),
                mode="family",
                ghosts=[vectors[j].tolist()],
                parallelogram=True,
                locked=True,
            )
            st.caption(t("gram.rank.turned", second=names[j]))
    with right if vectors.shape[1] == 2 else left:
        st.plotly_chart(plots.eigenvalue_bars(found.eigenvalues), key="gram.rank.bars", config=plots.STILL)
    with right:
        tables.facts(
            [
                (t("gram.rank.rank"), f"{found.rank}"),
                (t("gram.rank.smallest"), number(found.eigenvalues[-1])),
                (t("gram.rank.volume"), number(found.volume)),
            ]
        )
        st.caption(t("gram.rank.tolerance", tolerance=number(found.tolerance, 2)))


def turned_onto(first: np.ndarray, second: np.ndarray, share: float) -> np.ndarray:
    """The two vectors, the second turned by a share of its way onto the line of the first; its length stays."""
    length, along = float(np.linalg.norm(second)), float(np.linalg.norm(first))
    if not length or not along:
        return np.stack([first, second])
    # to the nearer of the line's two directions, so that the way is never longer than 90°
    target = first / along * (1 if first @ second >= 0 else -1)
    direction = (1 - share) * second / length + share * target
    return np.stack([first, direction * (length / np.linalg.norm(direction))])


def volume(vectors: np.ndarray, cell: tuple[int, int], names: Sequence[str]) -> None:
    """√det G as the area of a parallelogram, the volume of a box, or a number where nothing can be drawn."""
    k, n = vectors.shape
    formulas.root_of_determinant(k, properties_of_vectors(vectors).volume)
    if k == 1:
        st.markdown(t("gram.volume.one"))
    elif k == 2 and n == 2:
        _area(vectors, names)
        st.caption(t("gram.volume.area"))
    elif k == 3 and n == 3:
        plots.turning(plots.box(vectors, names), key="gram.volume.box")
        st.caption(t("gram.volume.box"))
    elif k > n:
        st.markdown(t("gram.volume.too_many", k=k, n=n))
        if n == 2:
            pair = list(_two(cell, k))
            st.markdown(t("gram.volume.pair", first=names[pair[0]], second=names[pair[1]]))
            formulas.root_of_determinant(2, properties_of_vectors(vectors[pair]).volume)
            _area(vectors[pair], [names[index] for index in pair])
    else:
        st.markdown(t("gram.volume.number", k=k, n=n))


def _two(cell: tuple[int, int], k: int) -> tuple[int, int]:
    """The two vectors of a cell; of a cell on the diagonal, that vector and the next."""
    return cell if cell[0] != cell[1] else (cell[0], (cell[0] + 1) % k)


def _area(pair: np.ndarray, names: Sequence[str]) -> None:
    vector_canvas(
        pair.tolist(),
        names=names,
        key="gram.volume",
        words=group("canvas"),
        mode="family",
        parallelogram=True,
        locked=True,
    )


def forgets(state: State, vectors: np.ndarray, gram: np.ndarray, names: Sequence[str]) -> None:
    """Turn or mirror all vectors together: they move, the matrix does not."""
    left, right = st.columns(2, gap="large")
    with left:
        degrees = st.slider(t("gram.forgets.turn"), 0, 360, step=5, format="%d°", **state.widget("turn"))
        mirrored = st.toggle(t("gram.forgets.mirror"), **state.widget("mirrored"))
        moved = turned(vectors, degrees, mirrored)
        if vectors.shape[1] == 2 and len(vectors) <= MOST_VECTORS:
            vector_canvas(
                without_noise(moved).tolist(),
                names=names,
                key="gram.turned",
                words=group("canvas"),
                chosen=(0, min(1, len(vectors) - 1)),
                mode="family",
                ghosts=vectors.tolist(),
                locked=True,
                follows=Turning(CANVAS, degrees, mirrored, state.key("turn")),
            )
            st.caption(t("gram.forgets.ghosts"))
        else:
            tables.matrix(without_noise(moved)[:16, :8], names[:16])
    with right:
        again = gram_matrix(moved)
        matrix_canvas(
            without_noise(again),
            key="gram.turned.matrix",
            words=group("matrix"),
            row_names=names,
            selectable=False,
            follows="gram.turned",
        )
        difference = float(np.abs(again - gram).max() / (np.abs(gram).max() or 1.0))
        st.markdown(t("gram.forgets.same", difference=number(difference, 2)))


def rebuild(state: State, vectors: np.ndarray, gram: np.ndarray, names: Sequence[str]) -> None:
    """Vectors from the matrix alone, beside the originals, then turned onto them."""
    n = vectors.shape[1]
    rank = properties(gram).rank
    rebuilt = recover_vectors(gram, dimension=max(n, rank))
    aligned, error = align(rebuilt, vectors)
    left, right = st.columns(2, gap="large")
    with right:
        show_aligned = st.toggle(t("gram.rebuild.align"), **state.widget("aligned"))
        shown = aligned if show_aligned else rebuilt
        distance = float(np.linalg.norm(rebuilt - vectors) / (np.linalg.norm(vectors) or 1.0))
        st.markdown(t("gram.rebuild.what" if distance > 1e-9 else "gram.rebuild.same"))
        st.markdown(t("gram.rebuild.error", before=number(distance, 2), after=number(error, 2)))
        if rank < (spanned := properties_of_vectors(vectors).rank):
            st.caption(t("gram.rebuild.lost", rank=rank, spanned=spanned))
    with left:
        if n == 2 and len(vectors) <= MOST_VECTORS:
            vector_canvas(
                vectors.tolist(),
                names=names,
                key="gram.rebuilt",
                words=group("canvas"),
                chosen=(0, min(1, len(vectors) - 1)),
                mode="family",
                ghosts=without_noise(shown).tolist(),
                locked=True,
            )
            st.caption(t("gram.rebuild.ghosts"))
        else:
            tables.matrix(without_noise(shown)[:16, :8], names[:16])


def by_hand(state: State) -> None:
    """A matrix typed by hand: has it vectors, or a negative eigenvalue?"""

    shape, limits = np.shape(state.hand), (LARGEST_BY_HAND, LARGEST_BY_HAND)

    def take() -> None:
        rows = committed("gram.hand.table", shape, limits=limits)
        if rows is not None and len(rows) == len(rows[0]):
            _SIZES.edited(state.hand, rows)
            state.hand = rows

    def resize(size: int) -> None:
        state.hand = _SIZES.resized(state.hand, (size, size), lambda shape: np.eye(shape[0]))

    st.markdown(t("gram.hand.what"))
    stepper(t("gram.hand.size"), 1, LARGEST_BY_HAND, len(state.hand), resize, key="gram.hand.size")
    names = [str(index + 1) for index in range(len(state.hand))]
    number_table(
        state.hand,
        key="gram.hand.table",
        row_names=names,
        column_names=names,
        words=group("table"),
        limits=limits,
        square=True,
        on_change=take,
        tint="signed",
    )
    matrix = np.array(state.hand)
    try:
        vectors, certain = recover_typed(matrix)
    except GramlabError as error:
        st.error(fault(error))
        if error.code == "gram_negative_eigenvalue":
            bars = plots.eigenvalue_bars(without_noise(properties(matrix).eigenvalues))
            st.plotly_chart(bars, key="gram.hand.bars", config=plots.STILL)
            st.markdown(t("gram.hand.none"))
    else:
        said = "gram.hand.found" if certain else "gram.hand.cannot_tell"
        st.markdown(t(said, n=vectors.shape[1]))
        tables.matrix(without_noise(vectors), names)
