"""A table of numbers that a person edits, kept in step with values that also change elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

Rows = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class _Editor:
    """Streamlit's editor remembers edits on top of the data it was first given, so that has to stay the same object
    of its key; values that come from elsewhere start a new editor under a new key."""

    revision: int
    given: Rows
    shown: Rows


def edit_rows(values: Rows, *, key: str, row_names: Sequence[str], column_names: Sequence[str]) -> Rows:
    """Show the rows for editing and return them as they are now."""
    memory = f"{key}.editor"
    editor: _Editor | None = st.session_state.get(memory)
    if editor is None or values != editor.shown or f"{key}.{editor.revision}" not in st.session_state:
        editor = _Editor(editor.revision + 1 if editor else 0, values, values)
    columns: dict[str, list] = {"": list(row_names)}
    columns |= {name: [row[c] for row in editor.given] for c, name in enumerate(column_names)}
    edited = st.data_editor(
        columns,
        key=f"{key}.{editor.revision}",
        hide_index=True,
        num_rows="fixed",
        disabled=[""],
        column_config={
            "": st.column_config.TextColumn(pinned=True, width=48),
            **{name: st.column_config.NumberColumn(required=True, width=70) for name in column_names},
        },
        width="content",
    )
    shown = tuple(tuple(float(edited[name][r]) for name in column_names) for r in range(len(values)))
    st.session_state[memory] = _Editor(editor.revision, editor.given, shown)
    return shown
