"""A place to drop a file of vectors."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from gramlib.errors import GramlabError
from gramlib.files import read_file
from pages.ui.text import fault, remark


def take_rows(
    label: str, note: str, take: Callable[[np.ndarray], None], *, key: str, exactly: int | None = None
) -> None:
    """A place to drop a file of vectors; `take` gets them before the page runs again.

    exactly   how many vectors are needed, if not any number
    """
    failed, noted = f"{key}.fault", f"{key}.notes"

    def read() -> None:
        for said in (failed, noted):
            st.session_state.pop(said, None)
        upload = st.session_state[key]
        if upload is None:
            return
        try:
            found = read_file(upload.name, upload.getvalue())
            if exactly is not None and len(found.numbers) != exactly:
                message = f"The file holds {len(found.numbers)} vectors; {exactly} are needed, one a row."
                raise GramlabError("file_count", message, count=len(found.numbers), needed=exactly)
        except GramlabError as error:
            st.session_state[failed] = error
        else:
            st.session_state[noted] = found.notes
            take(found.numbers)

    with st.expander(label, icon=":material/upload_file:"):
        st.file_uploader(label, key=key, on_change=read, label_visibility="collapsed")
        st.caption(note)
        if failed in st.session_state:
            st.error(fault(st.session_state[failed]))
        for each in st.session_state.get(noted, ()):
            st.caption(remark(each))
