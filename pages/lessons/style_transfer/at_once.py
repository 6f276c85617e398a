"""The laboratory of the closed form: the painting's Gram matrix by algebra alone, and a picture from it at once."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.lessons.style_transfer import session
from pages.lessons.style_transfer.closed_form import Made, made
from pages.lessons.style_transfer.state import CLOSED_LAYERS, MATCHES, State
from pages.ui.callbacks import undivided
from pages.ui.numbers import number
from pages.ui.show import tables
from pages.ui.text import labels, t

# what is done to the features of a place, for each of MATCHES
_RULES = {
    "covariance": r"f \;\mapsto\; T\,(f - \mu) + \mu_s \qquad T\,\Sigma\,T^{\top} = \Sigma_s",
    "deviation": r"f_i \;\mapsto\; \frac{\sigma_{s,i}}{\sigma_i}\,(f_i - \mu_i) + \mu_{s,i}",
}


def at_once(state: State) -> None:
    """Whiten and colour: in red, green and blue, then at the network's layers; before and after in numbers."""
    st.markdown(t("style_transfer.closed_form.says"))
    st.latex(_RULES[state.matches])
    for column, knob in zip(st.columns([3, 3, 2]), (_deepest, _matches, _strength), strict=True):
        with column:
            knob(state)
    colours, whole = made(state, session.styles(state))
    shown = ((colours, "colours", ""), (whole, "layers", state.deepest))
    for column, (each, kind, layer) in zip(st.columns(2), shown, strict=True):
        with column:
            caption = t(f"style_transfer.closed_form.{kind}", layer=layer)
            st.image(each.image, caption=caption, width="stretch", alt=caption)
    st.markdown(t("style_transfer.closed_form.distances"))
    head = [t(f"style_transfer.closed_form.{name}") for name in ("layer", "before", "between", "after")]
    tables.words(head, [*_rows(colours, t("style_transfer.closed_form.rgb")), *_rows(whole)])
    st.caption(t(f"style_transfer.closed_form.{state.matches}_note"))
    st.button(
        t("style_transfer.closed_form.go_on"), on_click=undivided(partial(_go_on, state)), key="closed_form.go_on"
    )
    st.caption(t("style_transfer.closed_form.go_on_note"))


def _rows(of: Made, name: str = "") -> list[list[str]]:
    return [
        [name or layer, number(of.before[layer]), number(of.between[layer]), number(of.after[layer])]
        for layer in of.before
    ]


def _deepest(state: State) -> None:
    st.segmented_control(
        t("style_transfer.closed_form.deepest"), CLOSED_LAYERS, required=True, wrap=True, **state.widget("deepest")
    )


def _matches(state: State) -> None:
    st.segmented_control(
        t("style_transfer.closed_form.matches"),
        MATCHES,
        format_func=labels("style_transfer.closed_form.kinds", MATCHES),
        required=True,
        wrap=True,
        **state.widget("matches"),
    )


def _strength(state: State) -> None:
    st.slider(t("style_transfer.closed_form.strength"), 0.0, 1.0, step=0.05, **state.widget("strength"))


def _go_on(state: State) -> None:
    """Start the transfer from this picture, at its own size from the first step on: nothing coarse is left to do."""
    state.set(start="closed_form", scales=1)
    session.start(state)
