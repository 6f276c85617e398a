"""The upper half of lesson 5: the strip of layers, and the matrix of the chosen one beside what its cell is made of."""

from __future__ import annotations

import streamlit as st

from pages.lessons.vgg_layers import labs
from pages.lessons.vgg_layers.depths import depths
from pages.lessons.vgg_layers.state import State
from pages.lessons.vgg_layers.strip import layer_strip
from pages.ui import frame
from pages.ui.compute import networks
from pages.ui.compute.passes import LayerPass
from pages.ui.drawn import Drawing
from pages.ui.memory import Memory
from pages.ui.numbers import number
from pages.ui.pictures import Picture
from pages.ui.text import joined, t
from pages.ui.timed import again

_GROWTH = 0.25  # s between two looks at a strip that grows
_AHEAD = 0.4  # s at most for which the rest of the page waits until another picture's matrix is drawn
_DRAWN = 0.05  # s after which the browser is asked whether it has drawn
_SHOWN = Memory("vgg_layers.shown", "")  # the name of the picture that the page was last shown with
_SETS = ("layer", "pair", "channel", "reading", "scale", "order", "shared")


def layers_and_matrix(
    state: State, picture: Picture, seen: LayerPass, layer: str, shapes: dict[str, tuple[int, int, int]]
) -> None:
    """Show them, and again by themselves: as the layers come in, and before all else when a layer, a reading or a pair
    is chosen.

    picture  the one that the layers are of
    layer    the one that the page is about
    shapes   {name: (C, H, W)} of all that the picture reaches
    """
    growing, is_other = not seen.done, _SHOWN.value not in ("", picture.name)
    _SHOWN.value = picture.name
    show = again(_show, state, _GROWTH if growing else None, _SETS)
    show(state, picture, seen, layer, shapes, growing, state.link(), Drawing() if is_other else None)


def _show(
    state: State,
    picture: Picture,
    seen: LayerPass,
    layer: str,
    shapes: dict[str, tuple[int, int, int]],
    growing: bool,
    link: dict[str, str],
    drawing: Drawing | None,
) -> None:
    """What is given is what the whole page was last shown with; drawing is the first matrix of another picture."""
    chosen = state.layer if state.layer in shapes else layer
    is_changed = state.link() != link
    if growing and seen.done:
        st.rerun()  # the strip grows no more
    try:
        _draw(state, picture, seen, chosen, shapes, drawing)
    except networks.NetworkFailed as error:
        frame.refuse(error)
    if is_changed:
        again(_whole_page_next, state, _DRAWN, _SETS)([])


def _draw(
    state: State,
    picture: Picture,
    seen: LayerPass,
    layer: str,
    shapes: dict[str, tuple[int, int, int]],
    drawing: Drawing | None,
) -> None:
    with st.container(key="layer-progress"):  # its height is kept: nothing jumps when the bar has gone
        progress = st.empty()

    def tell(fraction: float) -> None:
        progress.progress(fraction, t("vgg_layers.computing"))

    seen.wait_for(layer, tell)
    with st.container(key="layer-strip"):
        layer_strip(seen, shapes, layer, lambda name: state.set(layer=name, pair=None, channel=None))
    frame.step("matrix")
    large, beside = st.columns([3, 2], gap="large")
    with large:
        labs.matrix(state, seen, layer, tell, drawing.name if drawing else "")
    if drawing:
        drawing.wait_for(_AHEAD)
    with beside:
        labs.meeting(state, picture, seen, layer)
        depths(picture)
        labs.facts(seen, layer, shapes[layer])
    if seen.done:
        took = t("vgg_layers.took", seconds=number(seen.seconds, 2), device=networks.device_name())
        progress.caption(joined(t("vgg_layers.strip_note"), took))
    else:
        tell(seen.fraction)


def _whole_page_next(is_sent: list[bool]) -> None:
    """Have the browser ask for the whole page, once it has drawn what is there so far.

    Streamlit's front end draws together what arrives together, and the rest of a long page would hold back the answer.
    So nothing more is sent until the browser, whose one thread has drawn meanwhile, has this run a second time.

    is_sent   an empty list
    """
    if is_sent:
        st.rerun()
    is_sent.append(True)
