"""A place to drop a file of vectors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from gramlib.errors import GramlabError
from gramlib.files import read_file
from gramlib.reading import Note
from pages.ui.callbacks import undivided
from pages.ui.memory import Memory
from pages.ui.text import fault, remark


def take_rows(
    label: str, note: str, take: Callable[[np.ndarray], None], *, key: str, exactly: int | None = None
) -> None:
    """A place to drop a file of vectors; `take` gets them before the page runs again.

    exactly   how many vectors are needed, if not any number
    """
    failed: Memory[GramlabError | None] = Memory(f"{key}.fault", None)
    noted: Memory[tuple[Note, ...]] = Memory(f"{key}.notes", ())

    def read() -> None:
        failed.forget()
        noted.forget()
        upload = Memory[Any](key, None).value
        if upload is None:
            return
        try:
            found = read_file(upload.name, upload.getvalue())
            if exactly is not None and len(found.numbers) != exactly:
                message = f"The file holds {len(found.numbers)} vectors; {exactly} are needed, one a row."
                raise GramlabError("file_count", message, count=len(found.numbers), needed=exactly)
        except GramlabError as error:
            failed.value = error
        else:
            noted.value = found.notes
            take(found.numbers)

    with st.expander(label, icon=":material/upload_file:"):
        st.file_uploader(label, key=key, on_change=undivided(read), label_visibility="collapsed")
        st.caption(note)
        if failed.value is not None:
            st.error(fault(failed.value))
        for each in noted.value:
            st.caption(remark(each))
