"""What a style weight of one program is in another: the table of README as a translator."""

from __future__ import annotations

import numpy as np
import streamlit as st

from gramlib.recipes import PROGRAMS, translated_weight
from pages.lessons.style_transfer.state import STYLE_LAYERS, State
from pages.ui.compute import networks
from pages.ui.compute.passes import layer_pass
from pages.ui.compute.waiting import bar
from pages.ui.numbers import number
from pages.ui.pictures import picture
from pages.ui.show import tables
from pages.ui.text import labels, t

_SAME = 1 + 1e-9  # of the largest and the smallest weight, where one does for all layers


def translate(state: State) -> None:
    """Choose two programs and a weight; read it layer by layer in the other."""
    st.markdown(t("style_transfer.translate.why"))
    of, weight, to = st.columns(3)
    with of:
        _choose(state, "weight_of")
    with weight:
        st.number_input(t("style_transfer.translate.weight"), 0.0, 1e12, format="%g", **state.widget("weight"))
    with to:
        _choose(state, "weight_in")
    programs = (state.weight_of, state.weight_in)
    needs_painting = "gramlab" in programs
    norms = _norms(state) if needs_painting else dict.fromkeys(STYLE_LAYERS, 1.0)
    channels = {layer: networks.network().shape(layer, 256, 256)[0] for layer in norms}
    found = {layer: translated_weight(state.weight, *programs, channels[layer], norms[layer]) for layer in norms}
    names = {key: t(f"style_transfer.translate.programs.{key}") for key in programs}
    head = [t("style_transfer.translate.layer"), t("style_transfer.translate.channels")]
    rows = [[layer, str(channels[layer])] for layer in found]
    if needs_painting:
        head.append("‖A‖")
        rows = [[*row, number(norms[row[0]])] for row in rows]
    tables.words([*head, names[state.weight_in]], [[*row, number(found[row[0]])] for row in rows])
    low, high = min(found.values()), max(found.values())
    said = "one" if high <= low * _SAME else "several"
    st.markdown(t(f"style_transfer.translate.{said}", low=number(low), high=number(high), to=names[state.weight_in]))
    if needs_painting:
        st.caption(t("style_transfer.translate.painting", painting=picture(state.style).title))
    st.markdown(t("style_transfer.translate.content"))


def _choose(state: State, name: str) -> None:
    st.selectbox(
        t(f"style_transfer.translate.{name}"),
        PROGRAMS,
        format_func=labels("style_transfer.translate.programs", PROGRAMS),
        **state.widget(name),
    )


def _norms(state: State) -> dict[str, float]:
    """The lengths ‖A‖ of the painting's matrices; of a painting too small for a deep layer, the others'."""
    seen = layer_pass(picture(state.style))
    with bar() as tell:
        seen.wait_for(None, lambda fraction: tell(fraction, t("vgg_layers.computing")))
    lengths = {layer: float(np.linalg.norm(seen.grams[layer])) for layer in STYLE_LAYERS if layer in seen.grams}
    return {layer: length for layer, length in lengths.items() if length > 0}
