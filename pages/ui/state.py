"""What a page remembers, and the link that reopens it in exactly this state.

The only module that touches the session's state of a page and the query parameters. A page declares its parameters;
each is one entry of the session, kept across pages, and one query parameter, left out of the link when it has its
default. A link is input from outside: what cannot be read falls back to the default, with a notice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from pages.ui.text import LANGUAGES, t

_LANGUAGE, _PROJECTOR, _WRITTEN, _OPENED = "language", "projector", "link.written", "link.opened"
_CHOICE = "choice."
_REMEMBERED = 32  # links
_QUOTED = 60  # characters of a value that is refused
LONGEST_LINK = 2000  # characters, which every browser, messenger and proxy lets through


@dataclass(frozen=True)
class Parameter:
    """One thing that a page remembers.

    name      its name in the link; what a person calls it stands in the texts under link.names.<page>.<name>
    default   its value where neither link nor person has said anything
    read      text of the link → value; raises ValueError for what is not one
    write     value → text of the link, or None for a value too long for one
    personal  it stands in the address bar, so that a reload finds it, but not in the link that is handed on
    """

    name: str
    default: Any
    read: Callable[[str], Any] = str
    write: Callable[[Any], str | None] = str
    personal: bool = False


def one_of(*options: str) -> Callable[[str], str]:
    """A reader that takes these words and no others."""

    def read(text: str) -> str:
        if text not in options:
            raise ValueError(text)
        return text

    return read


def whole(low: int, high: int) -> Callable[[str], int]:
    """A reader of a whole number from low to high."""

    def read(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise ValueError(text)
        return value

    return read


def decimal(low: float, high: float) -> Callable[[str], float]:
    """A reader of a number from low to high."""

    def read(text: str) -> float:
        value = float(text)
        if not low <= value <= high:  # also refuses nan
            raise ValueError(text)
        return value

    return read


def pair(text: str) -> tuple[int, int]:
    """A reader of two whole numbers, such as a cell's row and column, counted from 0."""
    first, second = (whole(0, 511)(part) for part in text.split(","))
    return first, second


class PageState:
    """The parameters of one page, by name."""

    def __init__(self, page: str, parameters: Sequence[Parameter]) -> None:
        self._page = page
        self._parameters = {parameter.name: parameter for parameter in parameters}
        self._from_link: dict[str, str] = {}  # what the link of this run has set

    def key(self, name: str) -> str:
        return f"{self._page}.{name}"

    def widget(self, name: str) -> dict[str, Any]:
        """What ties a widget to the parameter: st.slider(…, **state.widget("size"))."""
        return {"key": self.key(name), "persist_state": "session"}

    def __getitem__(self, name: str) -> Any:
        return st.session_state[self.key(name)]

    def __setitem__(self, name: str, value: Any) -> None:
        st.session_state[self.key(name)] = value

    def link(self, personal: bool = False) -> dict[str, str]:
        """The query parameters of this very state; for the address bar with what is personal.

        Where the whole would be too long, the longest are left out: see `left_out`.
        """
        return _link_of_every_page() | self._written(personal)[0]

    def left_out(self) -> list[str]:
        """What a person calls the parameters whose values are too long for the link."""
        return [parameter_name(self._page, name) for name in self._written(False)[1]]

    def _written(self, personal: bool) -> tuple[dict[str, str], list[str]]:
        """What the link says of this page, and the parameters that it has no room for."""
        texts = {
            name: parameter.write(self[name])
            for name, parameter in self._parameters.items()
            if self[name] != parameter.default and (personal or not parameter.personal)
        }
        written = {name: text for name, text in texts.items() if text is not None}
        room = LONGEST_LINK - len(address()) - len(urlencode(_link_of_every_page())) - 2
        while len(urlencode(written)) > room:
            del written[max(written, key=lambda name: len(written[name]))]
        return written, [name for name in texts if name not in written]

    def require(self, name: str, fits: bool) -> None:
        """Give a value that cannot be shown beside the others its default; if the link has set it, with a word."""
        default = self._parameters[name].default
        if fits or self[name] == default:
            return
        if name in self._from_link:
            _say_refused(parameter_name(self._page, name), self._from_link.pop(name))
        self[name] = default

    def set(self, **values: Any) -> None:
        """Set several parameters at once, as a callback of a button."""
        for name, value in values.items():
            self[name] = value

    def _read(self, link: Mapping[str, str]) -> list[str]:
        refused = []
        for name, parameter in self._parameters.items():
            if name in link:
                try:
                    self[name] = parameter.read(link[name])
                    self._from_link[name] = link[name]
                except (ValueError, OverflowError):
                    refused.append(name)
                    self[name] = parameter.default
            elif self.key(name) not in st.session_state:
                self[name] = parameter.default
        return refused


def choice(name: str) -> dict[str, Any]:
    """What ties a widget to a choice that is remembered but does not belong into the link: an answer, a laboratory."""
    return {"key": _CHOICE + name, "persist_state": "session"}


def open_page(page: str, *parameters: Parameter) -> PageState:
    """The page's state: from the link if it is new, else from the session."""
    state = PageState(page, parameters)
    link = st.query_params.to_dict()
    for name in state._read({} if _is_written_here(link) else link):
        _say_refused(parameter_name(page, name), link[name])
    st.session_state[_OPENED] = state
    return state


def address() -> str:
    """The page's own address, without what the link says."""
    return (st.context.url or "").split("?")[0]


def parameter_name(page: str, name: str) -> str:
    """What a person calls a parameter, in their language; that of every page stands under `every`."""
    return t(f"link.names.{page}.{name}")


def _say_refused(name: str, value: str) -> None:
    st.warning(t("link.refused", name=name, value=value if len(value) <= _QUOTED else f"{value[:_QUOTED]}…"))


def write_link() -> None:
    """Put the state of the page that has just run into the address bar."""
    state = st.session_state.get(_OPENED)
    link = state.link(personal=True) if state else _link_of_every_page()
    if link != st.query_params.to_dict():
        st.query_params.from_dict(link)
    st.session_state[_WRITTEN] = [*st.session_state.get(_WRITTEN, []), link][-_REMEMBERED:]


def _is_written_here(link: Mapping[str, str]) -> bool:
    """Whether a link was written by this session, so that it says nothing new: what the person has touched counts.

    Not the last one only: a browser that is quicker than the page still sends the link before.
    """
    return dict(link) in st.session_state.get(_WRITTEN, [])


def _link_of_every_page() -> dict[str, str]:
    projector = {"projector": "on"} if on_projector() else {}
    return {"lang": st.session_state[_LANGUAGE]} | projector


def close_page() -> None:
    st.session_state.pop(_OPENED, None)


def say_refused_of_every_page(refused: Mapping[str, str | None]) -> None:
    """Say which words of the link, by parameter, no page can use."""
    for name, value in refused.items():
        if value is not None:
            _say_refused(parameter_name("every", name), value)


def read_language() -> str | None:
    """Take the language from the link, else from the browser; returns a word in the link that is no language."""
    asked = st.query_params.get("lang")
    if asked in LANGUAGES:
        if not _is_written_here(st.query_params.to_dict()) or _LANGUAGE not in st.session_state:
            st.session_state[_LANGUAGE] = asked
        return None
    if _LANGUAGE not in st.session_state:
        st.session_state[_LANGUAGE] = "zh" if (st.context.locale or "").lower().startswith("zh") else "en"
    return asked


def read_projector() -> str | None:
    """Take from the link whether a class looks on; returns a word in the link that says neither on nor off."""
    asked = st.query_params.get("projector")
    if _PROJECTOR not in st.session_state:
        st.session_state[_PROJECTOR] = False
    if asked is not None and not _is_written_here(st.query_params.to_dict()):
        st.session_state[_PROJECTOR] = asked == "on"
    return asked if asked not in (None, "on", "off") else None


def on_projector() -> bool:
    """Whether a class looks on: large type, and what is folded is not there at all."""
    return bool(st.session_state.get(_PROJECTOR))


def projector_switch() -> None:
    """The widget that makes every page fit for a projector."""
    st.toggle(t("shell.projector"), key=_PROJECTOR, persist_state="session")


def language_switch() -> None:
    """The widget that changes the language of every page."""
    st.segmented_control(
        t("shell.language"),
        list(LANGUAGES),
        key=_LANGUAGE,
        format_func=LANGUAGES.__getitem__,
        required=True,
        persist_state="session",
        label_visibility="collapsed",
        on_change=_keep_choices,
    )


def _keep_choices() -> None:
    # a selectbox with translated labels jumps to its first option at the next click after the labels have changed,
    # in a browser only; setting its value again prevents it
    state = st.session_state.get(_OPENED)
    kept = [state.key(name) for name in state._parameters] if state else []
    for key in [*kept, *(str(key) for key in st.session_state if str(key).startswith(_CHOICE))]:
        st.session_state[key] = st.session_state[key]
