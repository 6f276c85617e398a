"""Lesson 3: from a feature map [C, H, W] to its Gram matrix, by hand."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from gramlib.gram import feature_gram, flatten_features
from pages.ui import frame, tables
from pages.ui.formulas import feature_gram_sum
from pages.ui.matrix_canvas import matrix_canvas
from pages.ui.number_table import committed, number_table
from pages.ui.numbers import plain
from pages.ui.state import Parameter, one_of, open_page
from pages.ui.text import group, labels, t

NORMALIZATIONS = ("none", "hw", "chw")
DEFAULT = (((2.0, 0.0), (2.0, 0.0)), ((1.0, 0.0), (3.0, 0.0)), ((0.0, 2.0), (0.0, 1.0)))


def read_maps(text: str) -> tuple:
    """ "2,0;2,0|1,0;3,0" → channels | rows ; numbers , in C, H, W of 2 to 4."""
    maps = tuple(
        tuple(tuple(float(number) for number in row.split(",")) for row in channel.split(";"))
        for channel in text.split("|")
    )
    array = np.array(maps)  # raises ValueError where the rows differ in length
    if array.ndim != 3 or not all(2 <= side <= 4 for side in array.shape) or not np.isfinite(array).all():
        raise ValueError(text)
    return maps


def write_maps(maps: tuple) -> str:
    return "|".join(";".join(",".join(plain(number) for number in row) for row in channel) for channel in maps)


def take_channel(channel: int) -> None:
    rows = committed(f"feature_maps.channel{channel}", np.shape(state["maps"])[1:])
    if rows is not None:
        state["maps"] = (*state["maps"][:channel], rows, *state["maps"][channel + 1 :])


def resize() -> None:
    """Keep the numbers that still fit, and fill the rest with zeros."""
    shape = [st.session_state[f"feature_maps.{side}"] for side in ("channels", "height", "width")]
    old, new = np.array(state["maps"]), np.zeros(shape)
    kept = tuple(slice(min(a, b)) for a, b in zip(old.shape, shape, strict=True))
    new[kept] = old[kept]
    state["maps"] = tuple(tuple(map(tuple, channel)) for channel in new.tolist())


state = open_page(
    "feature_maps",
    Parameter("maps", DEFAULT, read_maps, write_maps),
    Parameter("normalize", "none", one_of(*NORMALIZATIONS)),
)
frame.header("feature_maps")

shape = np.shape(state["maps"])
for column, side, size in zip(st.columns(3), ("channels", "height", "width"), shape, strict=True):
    st.session_state[f"feature_maps.{side}"] = size
    column.number_input(t(f"feature_maps.{side}"), 2, 4, key=f"feature_maps.{side}", on_change=resize)

st.subheader(t("feature_maps.maps"), anchor=False)
for channel, column in enumerate(st.columns(shape[0])):
    with column:
        st.markdown(t("feature_maps.channel", number=channel + 1))
        number_table(
            state["maps"][channel],
            key=f"feature_maps.channel{channel}",
            row_names=[str(row) for row in range(1, shape[1] + 1)],
            column_names=[str(position) for position in range(1, shape[2] + 1)],
            words=group("table"),
            on_change=partial(take_channel, channel),
        )
st.caption(t("feature_maps.maps_note"))

maps = np.array(state["maps"])
flat = flatten_features(maps)
names = [f"{channel + 1}" for channel in range(shape[0])]
st.subheader(t("feature_maps.flat"), anchor=False)
st.caption(t("feature_maps.flat_note", positions=flat.shape[1], channels=shape[0]))
tables.matrix(flat, [t("feature_maps.channel", number=name) for name in names])

st.subheader(t("feature_maps.product"), anchor=False)
st.caption(t("feature_maps.product_note"))
normalize = st.segmented_control(
    t("feature_maps.normalize"),
    NORMALIZATIONS,
    format_func=labels("feature_maps.normalization", NORMALIZATIONS),
    required=True,
    wrap=True,
    **state.widget("normalize"),
)
gram = feature_gram(maps, normalize=normalize)
i, j = matrix_canvas(gram, key="feature_maps.gram", words=group("matrix"), row_names=names, cell=(0, 1), width=360) or (
    0,
    1,
)
i, j = min(i, shape[0] - 1), min(j, shape[0] - 1)
divisor = {"none": 1, "hw": flat.shape[1], "chw": maps.size}[normalize]
feature_gram_sum((i, j), flat[i], flat[j], divisor, float(gram[i, j]))

code = f"""import numpy as np

maps = np.array({maps.tolist()})  # [C, H, W]
C, H, W = maps.shape
F = maps.reshape(C, H * W)
G = F @ F.T / {divisor}
print(G)
"""
frame.footer("feature_maps", state, code)
