"""Parts of pictures: a frame to cut them with, and names by which they stand beside whole pictures, in links too."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from PIL import Image

from pages.ui import pictures
from pages.ui.canvases.crop.canvas import Frame, committed, crop_frame, within
from pages.ui.memory import Memory
from pages.ui.parameters import LeftBehind, Parameter
from pages.ui.pictures import Picture, data_url
from pages.ui.state import PageState
from pages.ui.text import group, plain_text, t

ROOM = 8
WHOLE = (0, 0, 100, 100)
_AT = "@"  # "great_wave@10-20-50-40": the picture, then left, top, width and height in per cent
_SHOWN = 640  # pixels of the picture that is cut
_SOURCE: Memory[str | None] = Memory("crops.source", None)  # that was last there to be cut from


@dataclass(frozen=True)
class Part(Picture):
    """A part of a picture; `number` counts the parts of one picture on a page."""

    number: int = 1

    @property
    def title(self) -> str:
        return plain_text("crop.title", picture=short_title(self.whole), number=self.number)

    @property
    def whole(self) -> Picture:
        return pictures.picture(self.name.partition(_AT)[0])

    @property
    def box(self) -> Frame:
        """Left, top, right, bottom in pixels of the whole picture."""
        return _pixels(self.whole.image, read_frame(self.name.partition(_AT)[2]))

    @property
    def path(self) -> str:
        return self.whole.path

    @property
    def file(self) -> str:
        return self.whole.file

    @property
    def opening(self) -> str:
        return self.whole.opening


def short_title(picture: Picture) -> str:
    """The title without the painter, for the side of a matrix: "The Great Wave", 《神奈川冲浪里》."""
    if isinstance(picture, Part) or picture.name not in pictures.samples():
        return picture.title
    return re.split(r"(?<=》)|, ", picture.title)[0]


def _pixels(image: Image.Image, frame: Frame) -> Frame:
    left, top, width, height = frame
    across, down = image.width / 100, image.height / 100
    return (
        round(left * across),
        round(top * down),
        max(round((left + width) * across), round(left * across) + 1),
        max(round((top + height) * down), round(top * down) + 1),
    )


def read_frame(text: str) -> Frame:
    """A reader of links: "10-20-50-40", whole per cents, a frame within the picture."""
    left, top, width, height = (int(number) for number in text.split("-"))
    if not within(frame := (left, top, width, height)):
        raise ValueError(text)
    return frame


def write_frame(frame: Frame) -> str:
    return "-".join(str(number) for number in frame)


def part_name(name: str, frame: Frame) -> str:
    """The name of a part; the whole picture keeps its own."""
    return name if tuple(frame) == WHOLE else f"{name}{_AT}{write_frame(frame)}"


def _known(name: str) -> str:
    whole, at, frame = name.partition(_AT)
    if whole not in pictures.names():
        raise ValueError(name)
    return part_name(whole, read_frame(frame)) if at else whole


def _several(text: str) -> list[str]:
    asked = text.split(",")
    here = [name for name in asked if not pictures.is_own(name) or name.partition(_AT)[0] in pictures.names()]
    found = [_known(name) for name in here]
    if len(set(found)) != len(found) or len(found) > ROOM:
        raise ValueError(text)
    if here != asked:
        raise LeftBehind(found or None)
    return found


class PicturesParameter(Parameter[list[str]]):
    """The parameter of a page that holds up to eight pictures and parts of pictures."""

    def brought(self, value: list[str]) -> tuple[int, list[str]] | None:
        if (photo := pictures.photo()) is None:
            return None
        count, name = photo
        return count, value if name in value else [*value, name][-ROOM:]


def pictures_and_parts_parameter(default: list[str]) -> Parameter[list[str]]:
    """The parameter of a page that holds up to eight pictures and parts of pictures, a person's own among them."""
    return PicturesParameter(default, _several, ",".join, lasting=True, travels=True)


def opened(names: Sequence[str]) -> list[Picture]:
    """The pictures and parts with these names; parts of one picture are counted in their order."""
    found: list[Picture] = []
    counts: dict[str, int] = {}
    for name in names:
        whole = pictures.picture(name.partition(_AT)[0])
        if _AT not in name:
            found.append(whole)
            continue
        counts[whole.name] = counts.get(whole.name, 0) + 1
        image = whole.image.crop(_pixels(whole.image, read_frame(name.partition(_AT)[2])))
        found.append(Part(name, image, counts[whole.name]))
    return found


def choose(state: PageState, name: str, label: str) -> list[Picture]:
    """A list to choose up to eight pictures from, in which parts already cut stand, too."""
    _take_in(state, name)
    chosen = [each for each in state[name] if each.partition(_AT)[0] in pictures.names()]
    if chosen != state[name]:  # the oldest upload made way
        state[name] = chosen
    parts = [each for each in opened(chosen) if isinstance(each, Part)]
    titles = {part.name: part.title for part in parts} | {each: pictures.title(each) for each in pictures.names()}
    st.multiselect(label, list(titles), format_func=_titles(titles), max_selections=ROOM, **state.widget(name))
    pictures.give_back(state, name)
    return opened(state[name])


def _take_in(state: PageState, name: str) -> None:
    """A picture of the person's own is among the pictures as soon as it is there, whole."""
    source, is_new = state["source"], state["source"] != _SOURCE.value
    _SOURCE.value = source
    if is_new and source in pictures.names() and pictures.picture(source).is_own and len(state[name]) < ROOM:
        state[name] = list(dict.fromkeys([*state[name], source]))


def _titles(titles: Mapping[str, str]) -> Callable[[str], str]:
    # a part that has just been taken away is still asked for once
    return lambda name: titles.get(name, name)


def cut(state: PageState, name: str) -> None:
    """Choose a picture, draw a frame on it, and add what is in it to the pictures of the state called `name`."""
    source = pictures.choose_picture(state, "source", t("crop.source"))

    def take() -> None:
        if (frame := committed("crop_frame")) is not None:
            state["frame"] = frame

    image = data_url(source.name, source.image, _SHOWN)
    crop_frame(source.name, image, state["frame"], key="crop_frame", words=group("crop.frame"), on_change=take)
    wanted = part_name(source.name, state["frame"])
    full, there = len(state[name]) >= ROOM, wanted in state[name]
    st.button(
        t("crop.add_whole" if wanted == source.name else "crop.add"),
        key="crop.add",
        icon=":material/add:",
        type="primary",
        width="stretch",
        disabled=full or there,
        on_click=lambda: state.set(**{name: [*dict.fromkeys([*state[name], wanted])]}),
    )
    st.caption(t("crop.full" if full else "crop.there" if there else "crop.note"))
