"""What Python and a component in the browser tell each other: bytes there, a choice back, a wish there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import streamlit as st

_FILES = Path(__file__).parents[2] / "assets" / "components"


def files_of(name: str) -> dict[str, str]:
    """The html, css and js of a component, as st.components.v2.component takes them."""
    return {kind: (_FILES / f"{name}.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js")}


def packed(about: dict[str, Any], payload: bytes) -> bytes:
    """The length of the JSON in four bytes, the JSON, the payload."""
    head = json.dumps(about).encode()
    return len(head).to_bytes(4, "little") + head + payload


def wish(key: str, value: Any) -> dict[str, Any]:
    """What the page wants chosen in the component `key`; counted up only when the page itself has changed its mind.

    A choice of the person's leaves the message as it was: Streamlit then does not send it again, and nothing flickers.
    """
    memory = st.session_state.setdefault(f"{key}.wish", {"known": value, "value": value, "count": 0})
    if value != memory["known"]:
        memory.update(known=value, value=value, count=memory["count"] + 1)
    return {"value": memory["value"], "count": memory["count"]}


def heard(key: str) -> Any:
    """The person's choice in the component `key`, in its on_choice_change; from a browser: to be checked."""
    match st.session_state.get(key):
        case {"choice": {"value": value}}:
            st.session_state.setdefault(f"{key}.wish", {"value": value, "count": 0})["known"] = value
            return value
    return None
