"""The state of a page, all its parameters together, and the link that holds it.

A lesson's State names them as attributes. Each is one entry of the session, kept across pages, and one query parameter,
left out of the link when it has its default. What of a link cannot be read falls back to the default, with a notice.
What an experiment shows follows from the parameters alone, so `begin` sets all of them.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlencode

import streamlit as st

from pages.ui.addresses import for_the_room
from pages.ui.memory import Memory, remembered
from pages.ui.parameters import LeftBehind, Parameter
from pages.ui.text import LANGUAGE, LANGUAGES, t

OwnState = TypeVar("OwnState", bound="PageState")

_PROJECTOR = Memory("projector", False)
_WRITTEN: Memory[list[dict[str, str]]] = Memory("link.written", [])
_OPENED: Memory[PageState | None] = Memory("link.opened", None)
# who reads a link → the last one that it has taken its values from
_TAKEN: Memory[dict[str, dict[str, str]]] = Memory("link.taken", {})
# what the link has said and no page can use, as (page, parameter, value, the sentence); and the link written then
_REFUSED: Memory[list[tuple[str, str, str, str]]] = Memory("link.refused", [])
_REFUSED_AT: Memory[dict[str, str] | None] = Memory("link.refused_at", None)
_ANSWERS = "choice."
_LINKS = 32  # that are remembered
_QUOTED = 60  # characters of a value that is refused
LONGEST_LINK = 2000  # characters, which every browser, messenger and proxy lets through


class PageState:
    """The parameters of one page. A lesson derives its own: class State(PageState), with `lesson` and a Parameter each.

    state.size reads and sets one; state["size"] does where the name is known only when the page runs.
    """

    lesson: ClassVar[str]

    @classmethod
    @functools.cache
    def parameters(cls) -> Mapping[str, Parameter[Any]]:
        """By name, in the order in which they are written."""
        found = (each for owner in reversed(cls.__mro__) for each in vars(owner).values())
        return MappingProxyType({each.name: each for each in found if isinstance(each, Parameter)})

    def __init__(self) -> None:
        self._from_link: dict[str, str] = {}  # what the link of this run has set

    def key(self, name: str) -> str:
        return f"{self.lesson}.{name}"

    def widget(self, name: str) -> dict[str, Any]:
        """What ties a widget to the parameter: st.slider(…, **state.widget("size"))."""
        return self.parameters()[name].memory(self).widget()

    def __getitem__(self, name: str) -> Any:
        return self.parameters()[name].memory(self).value

    def __setitem__(self, name: str, value: Any) -> None:
        self.parameters()[name].memory(self).value = value

    def set(self, **values: Any) -> None:
        """Set several parameters at once, as a callback of a button."""
        for name, value in values.items():
            self[name] = value

    def begin(self, **values: Any) -> None:
        """Set these, and everything else to its default: what was pressed or tried before leaves no trace.

        The picture that a person has chosen to look at stays, unless another one is among the values; that one is lent:
        the next experiment that needs none of its own finds the person's again. A running transfer is not touched.
        """
        parameters = self._not_personal()
        if unknown := values.keys() - parameters.keys():
            raise KeyError(*unknown)
        theirs = {name: self._theirs(name) for name, parameter in parameters.items() if parameter.lasting}
        self.set(**{name: parameter.default for name, parameter in parameters.items()} | theirs | values)
        self._lent().value = {name: (theirs[name], values[name]) for name in theirs.keys() & values.keys()}

    def borrowed(self, name: str) -> Any:
        """What a person had chosen in the place of what an experiment has lent; None where there is no such thing."""
        theirs = self._theirs(name)
        return None if theirs in (self[name], self.parameters()[name].default) else theirs

    def give_back(self, name: str) -> None:
        self[name] = self._theirs(name)

    def take_brought(self, *, anew: bool = False, said: bool = False) -> None:
        """Show the photo that a person brings along from another lesson, once for each that they choose.

        anew   also if this page has shown it before
        said   the link says what is to be shown instead
        """
        for name in self._travelling():
            brought = self.parameters()[name].brought(self._theirs(name))
            if brought is not None:
                taken = Memory(self.key(f"brought.{name}"), 0)
                if (anew or brought[0] > taken.value) and not said:
                    self[name] = brought[1]
                taken.value = brought[0]

    def reset(self) -> None:
        """Everything as it was when the page was first opened, the pictures and the answers as well.

        The photo that a person brings along stays: with it the page was opened.
        """
        self.set(**{name: parameter.default for name, parameter in self._not_personal().items()})
        self._lent().forget()
        self.take_brought(anew=True)
        for answer in remembered(f"{_ANSWERS}{self.lesson}."):
            answer.forget()

    def link(self, personal: bool = False) -> dict[str, str]:
        """The query parameters of this very state; for the address bar with what is personal.

        Where the whole would be too long, the longest are left out: see `left_out`. The address bar of somebody who
        brings along a photo names the picture that is not it, so that a reload shows what was chosen here.
        """
        brings = [name for name in self._travelling() if self.parameters()[name].brought(self[name]) is not None]
        return _link_of_every_page() | self._written(personal, brings if personal else ())[0]

    def handed_on(self) -> dict[str, str]:
        """The link for others. It names the picture even where it is the usual one: they may bring along their own."""
        return _link_of_every_page() | self._written(False, self._travelling())[0]

    @classmethod
    def link_with(cls, **values: Any) -> dict[str, str]:
        """The query parameters that open the page with these values and all else as usual, whatever it shows now."""
        parameters = cls.parameters()
        written = {name: parameters[name].write(value) for name, value in values.items()}
        usual = {name for name, value in values.items() if value == parameters[name].default}
        if too_long := [name for name, text in written.items() if text is None]:
            raise ValueError(f"too long for a link: {too_long}")
        return _link_of_every_page() | {name: text or "" for name, text in written.items() if name not in usual}

    def left_out(self) -> list[str]:
        """What a person calls the parameters whose values are too long for the link."""
        return [parameter_name(self.lesson, name) for name in self._written(False, self._travelling())[1]]

    def _written(self, personal: bool, always: Collection[str] = ()) -> tuple[dict[str, str], list[str]]:
        """What the link says of this page, and the parameters that it has no room for; `always` named those."""
        texts = {
            name: parameter.write(self[name])
            for name, parameter in self.parameters().items()
            if (self[name] != parameter.default or name in always) and (personal or not parameter.personal)
        }
        written = {name: text for name, text in texts.items() if text is not None}
        room = LONGEST_LINK - len(address()) - len(urlencode(_link_of_every_page())) - 2
        while len(urlencode(written)) > room:
            del written[max(written, key=lambda name: len(written[name]))]
        return written, [name for name in texts if name not in written]

    def require(self, name: str, fits: bool) -> None:
        """Give a value that cannot be shown beside the others its default; if the link has set it, with a word."""
        default = self.parameters()[name].default
        if fits or self[name] == default:
            return
        if name in self._from_link:
            _refuse(self.lesson, name, self._from_link.pop(name))
        self[name] = default

    def _travelling(self) -> list[str]:
        return [name for name, parameter in self.parameters().items() if parameter.travels]

    def _theirs(self, name: str) -> Any:
        """What a person has chosen, also while an experiment has put another picture in its place."""
        theirs, lent = self._lent().value.get(name, (None, None))
        return theirs if theirs is not None and lent == self[name] else self[name]

    def _not_personal(self) -> dict[str, Parameter[Any]]:
        return {name: parameter for name, parameter in self.parameters().items() if not parameter.personal}

    def _lent(self) -> Memory[dict[str, tuple[Any, Any]]]:
        """The pictures that an experiment has put in the place of the person's: {name: (the person's, the lent)}."""
        return Memory(self.key("lent"), {})

    def _read(self, link: Mapping[str, str]) -> dict[str, str]:
        """Take the values of a link; returns what it names that cannot be shown, and the sentence that says so."""
        refused = {}
        for name, parameter in self.parameters().items():
            memory = parameter.memory(self)
            if name in link:
                try:
                    memory.value = parameter.read(link[name])
                    self._from_link[name] = link[name]
                except LeftBehind as left:
                    refused[name] = "left_behind" if left.instead is None else "left_behind_of_several"
                    memory.value = parameter.default if left.instead is None else left.instead
                except (ValueError, OverflowError):
                    refused[name] = "refused"
                    memory.value = parameter.default
            elif not memory.is_known:
                memory.value = parameter.default
        return refused


def answer_to(lesson: str, name: str) -> Memory[str | None]:
    """What a person has answered to a question of a lesson; it does not belong into the link."""
    return Memory(f"{_ANSWERS}{lesson}.{name}", None)


def open_page(state: OwnState) -> OwnState:
    """The page's state, filled from the link if it is new, else from the session."""
    link = st.query_params.to_dict()
    if is_new := _is_new(link, state.lesson):
        for name, sentence in state._read(link).items():
            _refuse(state.lesson, name, link[name], sentence)
    else:
        state._read({})
    state.take_brought(said=is_new and not link.keys().isdisjoint(state.parameters()))
    if not is_new:
        _repeat_refused(state)
    _OPENED.value = state
    return state


def address() -> str:
    """The page's own address as others in the room have to write it, without what the link says."""
    return for_the_room((st.context.url or "").split("?")[0])


def parameter_name(page: str, name: str) -> str:
    """What a person calls a parameter, in their language; that of every page stands under `every`."""
    return t(f"link.names.{page}.{name}")


def _refuse(page: str, name: str, value: str, sentence: str = "refused") -> None:
    """Say that the link holds what cannot be used."""
    _REFUSED.value = [*_REFUSED.value, (page, name, value, sentence)]
    _say_refused(page, name, value, sentence)


def _say_refused(page: str, name: str, value: str, sentence: str) -> None:
    shown = value if len(value) <= _QUOTED else f"{value[:_QUOTED]}…"
    st.warning(t(f"link.{sentence}", name=parameter_name(page, name), value=shown))


def _repeat_refused(state: PageState) -> None:
    """Say it again as long as nothing has been changed since: a page may run anew by itself, just after it opened."""
    if _REFUSED_AT.value in (None, state.link(personal=True)):  # None: the run that has said it was broken off
        for refused in _REFUSED.value:
            _say_refused(*refused)
    else:
        _REFUSED.forget()


def write_link() -> None:
    """Put the state of the page that has just run into the address bar."""
    state = _OPENED.value
    link = state.link(personal=True) if state else _link_of_every_page()
    if _REFUSED_AT.value is None and _REFUSED.value:
        _REFUSED_AT.value = link
    # noted before it is sent: to send may end this run, and the browser then comes back with a link that we have
    # written and do not know, in which a job is named that has long been followed by another
    _WRITTEN.value = [*(written for written in _WRITTEN.value if written != link), link][-_LINKS:]
    if link != st.query_params.to_dict():
        st.query_params.from_dict(link)


def _is_written_here(link: Mapping[str, str]) -> bool:
    """Whether a link was written by this session, so that it says nothing new: what the person has touched counts.

    Not the last one only: a browser that is quicker than the page still sends the link before.
    """
    return dict(link) in _WRITTEN.value


def _is_new(link: Mapping[str, str], reader: str) -> bool:
    """Whether a link has still something to say to a reader; then it is taken as read.

    A run may be broken off before it has written its own link, by somebody who presses early. What was pressed counts.
    """
    if _is_written_here(link) or _TAKEN.value.get(reader) == link:
        return False
    _TAKEN.value = {**_TAKEN.value, reader: dict(link)}
    return True


def _link_of_every_page() -> dict[str, str]:
    projector = {"projector": "on"} if on_projector() else {}
    return {"lang": LANGUAGE.value} | projector


def close_page() -> None:
    _OPENED.forget()


def say_refused_of_every_page(refused: Mapping[str, str | None]) -> None:
    """Say which words of the link, by parameter, no page can use."""
    if not _is_new(st.query_params.to_dict(), "refused"):
        return
    _REFUSED.forget()
    _REFUSED_AT.forget()
    for name, value in refused.items():
        if value is not None:
            _refuse("every", name, value)


def read_language() -> str | None:
    """Take the language from the link, else from the browser; returns a word in the link that is no language."""
    asked = st.query_params.get("lang")
    if asked in LANGUAGES:
        if _is_new(st.query_params.to_dict(), "language") or not LANGUAGE.is_known:
            LANGUAGE.value = asked
        return None
    if not LANGUAGE.is_known:
        LANGUAGE.value = "zh" if (st.context.locale or "").lower().startswith("zh") else "en"
    return asked


def read_projector() -> str | None:
    """Take from the link whether a class looks on; returns a word in the link that says neither on nor off."""
    asked = st.query_params.get("projector")
    if not _PROJECTOR.is_known:
        _PROJECTOR.value = False
    if asked is not None and _is_new(st.query_params.to_dict(), "projector"):
        _PROJECTOR.value = asked == "on"
    return asked if asked not in (None, "on", "off") else None


def on_projector() -> bool:
    """Whether a class looks on: large type, and what is folded is not there at all."""
    return _PROJECTOR.value


def projector_switch() -> None:
    """The widget that makes every page fit for a projector."""
    st.toggle(t("shell.projector"), **_PROJECTOR.widget())


def language_switch() -> None:
    """The widget that changes the language of every page."""
    st.segmented_control(
        t("shell.language"),
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        required=True,
        label_visibility="collapsed",
        **LANGUAGE.widget(),
        on_change=_keep_choices,
    )


def _keep_choices() -> None:
    # a selectbox with translated labels jumps to its first option at the next click after the labels have changed,
    # in a browser only; setting its value again prevents it
    state = _OPENED.value
    kept = [parameter.memory(state) for parameter in state.parameters().values()] if state else []
    for memory in [*kept, *remembered(_ANSWERS)]:
        memory.value = memory.value
