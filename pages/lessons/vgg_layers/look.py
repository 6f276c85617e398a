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
from pages.ui.numbers import number
from pages.ui.pictures import Picture
from pages.ui.text import joined, t
from pages.ui.timed import again

_GROWTH = 0.25  # s between two looks at a strip that grows
_AHEAD = 0.15  # s for which what a new picture's first layer shows may be ahead of the rest of the page
_DRAWN = 0.05  # s after which the browser is asked whether it has drawn
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
    growing = not seen.done
    show = again(_show, state, _GROWTH if growing else None, _SETS)
    show(state, picture, seen, layer, shapes, growing, state.link())
    if growing and not seen.failed:  # the browser draws together what arrives together: the rest would hold this back
        seen.wait_for(at_most=_AHEAD)


def _show(
    state: State,
    picture: Picture,
    seen: LayerPass,
    layer: str,
    shapes: dict[str, tuple[int, int, int]],
    growing: bool,
    link: dict[str, str],
) -> None:
    """What is given is what the whole page was last shown with."""
    chosen = state.layer if state.layer in shapes else layer
    is_changed = state.link() != link
    if growing and seen.done:
        st.rerun()  # the strip grows no more
    try:
        _draw(state, picture, seen, chosen, shapes)
    except networks.NetworkFailed as error:
        frame.refuse(error)
    if is_changed:
        again(_whole_page_next, state, _DRAWN, _SETS)([])


def _draw(state: State, picture: Picture, seen: LayerPass, layer: str, shapes: dict[str, tuple[int, int, int]]) -> None:
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
        labs.matrix(state, seen, layer, tell)
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
