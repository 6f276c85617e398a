"""Twenty words of the field, each in one line, with the place of the lessons where it can be touched."""

from __future__ import annotations

import streamlit as st

from pages.ui.frame import LESSONS
from pages.ui.text import t

# the lesson that shows it, and what of it is to be open there
TERMS: dict[str, tuple[str, dict[str, str]]] = {
    "vector": ("vectors", {}),
    "inner_product": ("vectors", {}),
    "length": ("vectors", {}),
    "angle": ("vectors", {}),
    "gram": ("gram", {}),
    "semidefinite": ("gram", {"lab": "eigenvalues"}),
    "covariance": ("feature_maps", {"lab": "covariance"}),
    "filter": ("filters", {}),
    "channel": ("filters", {}),
    "relu": ("filters", {}),
    "pooling": ("filters", {}),
    "receptive_field": ("filters", {}),
    "vgg": ("filters", {}),
    "layer": ("filters", {"layer": "relu3_1"}),
    "feature_map": ("feature_maps", {}),
    "style": ("feature_maps", {"change": "together"}),
    "content": ("style_distance", {"map": "content"}),
    "distance": ("style_distance", {"map": "style"}),
    "loss": ("style_transfer", {}),
    "gradient": ("style_transfer", {"lab": "downhill"}),
}

st.title(t("glossary.title"), anchor=False)
st.markdown(t("glossary.lead"))
for name, (lesson, opened) in TERMS.items():
    there = t("glossary.there", number=LESSONS.index(lesson) + 1)
    with st.container(key=f"term-{name}", gap=None):
        word = f"**{t(f'glossary.terms.{name}.word')}** · {there}"
        st.page_link(f"{lesson}.py", label=word, icon=":material/arrow_forward:", query_params=opened)
        st.markdown(t(f"glossary.terms.{name}.line"))
