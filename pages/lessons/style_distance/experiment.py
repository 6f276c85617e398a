"""The retrieval experiment of lesson 5, run once for everybody, a tile at a time, while somebody is looking."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from PIL import Image

from gramlib.retrieval import LAYERS, Reading, found_own, measure, read_tile, tiles
from pages.ui.colours import colours
from pages.ui.compute import networks
from pages.ui.memory import Memory
from pages.ui.numbers import number
from pages.ui.pictures import picture, samples
from pages.ui.show import plots, tables
from pages.ui.text import t

KINDS = ("paintings", "photos")
_ASIDE = ("colour", "content")  # measures that read no Gram matrix
_AHEAD = 3  # tiles asked for at a time: the pool stays free for others, and stops soon after the last looker has left


@dataclass(frozen=True)
class Findings:
    """For each measure, whether each tile found its own picture; and of each tile, whether it is of a painting."""

    own: Mapping[str, np.ndarray]
    of_painting: np.ndarray
    per_picture: int

    def share(self, name: str, kind: str | None = None) -> float:
        """In per cent, of all tiles or of those of one kind."""
        wanted = {None: np.full(len(self.of_painting), True), "paintings": self.of_painting}
        return float(100 * self.own[name][wanted.get(kind, ~self.of_painting)].mean())

    @property
    def chance(self) -> float:
        """What drawing another tile at random would find, in per cent."""
        return 100 * (self.per_picture - 1) / (len(self.of_painting) - 1)

    @property
    def measures(self) -> list[str]:
        return [*LAYERS, "style", "content", "colour"]


class Experiment:
    """What is known so far. `advance` may be called by many sessions; each tile is read once."""

    def __init__(self, names: Mapping[str, list[str]]) -> None:
        self._tiles = [
            (name, kind == "paintings", tile)
            for kind in KINDS
            for name in names[kind]
            for tile in tiles(picture(name).image)
        ]
        self._lock = threading.Lock()
        self._asked: list[Future[Reading]] = []
        self._measured: Future[Findings] | None = None

    @property
    def count(self) -> int:
        return len(self._tiles)

    @property
    def done(self) -> int:
        return sum(future.done() for future in list(self._asked))

    @property
    def is_over(self) -> bool:
        return self._measured is not None and self._measured.done()

    def advance(self) -> Findings | None:
        """Ask the pool for the next few tiles, or, after the last, for the comparison; return it once it is there."""
        with self._lock:
            if self._measured is None:
                waiting = len(self._asked) - self.done
                for _, _, tile in self._tiles[len(self._asked) : len(self._asked) + _AHEAD - waiting]:
                    self._asked.append(networks.jobs().compute(_read, tile))
                if self.done == self.count:
                    self._measured = networks.jobs().compute(self._compare)
            elif self._measured.done():
                self._asked.clear()  # a quarter of a gigabyte, and all has been said
                return self._measured.result()
        return None

    def _compare(self) -> Findings:
        distances = measure([future.result() for future in self._asked])
        owners = [name for name, _, _ in self._tiles]
        own = {name: found_own(matrix, owners) for name, matrix in distances.items()}
        of_painting = np.array([painting for _, painting, _ in self._tiles])
        return Findings(own, of_painting, owners.count(owners[0]))


def _read(tile: Image.Image) -> Reading:
    import torch

    with torch.inference_mode():
        return read_tile(tile, networks.network(), networks.network("vgg16-random"))


@st.cache_resource(show_spinner=False)
def _experiment() -> Experiment:
    return Experiment({kind: [name for name, path in samples().items() if path.parent.name == kind] for kind in KINDS})


def show() -> None:
    """The question, a button, progress while it runs, and what was found."""
    st.markdown(t("retrieval.question"))
    experiment = _experiment()
    started = Memory("retrieval.started", False)

    def start() -> None:
        started.value = True

    # what one person has had computed is there for all
    findings = experiment.advance() if started.value or experiment.is_over else None
    if findings is not None:
        _show_findings(findings)
    elif started.value:
        _progress(experiment)
    else:
        st.button(
            t("retrieval.start", count=experiment.count),
            key="retrieval.start",
            type="primary",
            icon=":material/play_arrow:",
            on_click=start,
        )
        st.caption(t("retrieval.start_note"))


@st.fragment(run_every=0.4)
def _progress(experiment: Experiment) -> None:
    findings = experiment.advance()
    if findings is not None:
        st.rerun()
    st.progress(
        min(experiment.done / experiment.count, 1.0),
        t("retrieval.progress", done=min(experiment.done + 1, experiment.count), count=experiment.count),
    )
    st.caption(t("retrieval.progress_note"))


def _show_findings(findings: Findings) -> None:
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.plotly_chart(_chart(findings), key="retrieval.chart", config=plots.STILL)
        st.caption(t("retrieval.chance", chance=number(findings.chance, 2), others=findings.per_picture - 1))
    with right:
        names = [*findings.measures, "untrained.style"]
        table = np.array([[findings.share(name, kind) for kind in (None, *KINDS)] for name in names])
        columns = [t("retrieval.all"), *(t(f"retrieval.{kind}") for kind in KINDS)]
        tables.matrix(np.rint(table), [_name(name) for name in names], columns)
        st.caption(t("retrieval.unit"))
    for sentence in sentences(findings):
        st.markdown(f"- {sentence}")
    st.caption(t("retrieval.caution", count=len(findings.of_painting)))


def sentences(findings: Findings) -> list[str]:
    """What the numbers say, in words that they choose."""
    share = {name: findings.share(name) for name in findings.own}
    best = max(LAYERS, key=share.__getitem__)
    percent = {name: number(round(value)) for name, value in share.items()}
    said = [t("retrieval.says.best", layer=best, best=percent[best], mean=percent["style"])]
    depth = share[LAYERS[-1]] - share[LAYERS[0]]
    said.append(
        t(f"retrieval.says.{'deep' if depth > 5 else 'shallow' if depth < -5 else 'level'}", **_ends(percent)),
    )
    gain = share["style"] - share["untrained.style"]
    said.append(
        t(
            f"retrieval.says.{'trained' if gain > 5 else 'not_trained'}",
            style=percent["style"],
            untrained=percent["untrained.style"],
            colour=percent["colour"],
        )
    )
    far = share["style"] - share["content"]
    key = "content_low" if share["content"] < 2 * findings.chance else "content_less" if far > 5 else "content_equal"
    said.append(t(f"retrieval.says.{key}", style=percent["style"], content=percent["content"]))
    return said


def _ends(percent: Mapping[str, str]) -> dict[str, str]:
    return {"first": percent[LAYERS[0]], "last": percent[LAYERS[-1]]}


def _name(measure: str) -> str:
    return measure if measure in LAYERS else t(f"retrieval.measures.{measure.replace('.', '_')}")


def _chart(findings: Findings) -> go.Figure:
    """One bar for each measure and kind of picture; beside the layers a mark where the untrained network stands."""
    scheme = colours()
    names = findings.measures
    titles = [_name(name) for name in names]
    figure = go.Figure()
    for kind, opacity in zip(KINDS, (1.0, 0.5), strict=True):
        figure.add_bar(
            x=titles,
            y=[findings.share(name, kind) for name in names],
            name=t(f"retrieval.{kind}"),
            marker_color=[
                scheme.content if name == "content" else scheme.quiet if name in _ASIDE else scheme.style
                for name in names
            ],
            opacity=opacity,
        )
    read = [name for name in names if name not in _ASIDE]
    figure.add_scatter(
        x=[_name(name) for name in read],
        y=[findings.share(f"untrained.{name}") for name in read],
        mode="markers",
        name=t("retrieval.measures.untrained"),
        marker={"symbol": "line-ew", "size": 34, "line": {"width": 3, "color": scheme.ink}},
    )
    figure.add_hline(y=findings.chance, line={"color": scheme.quiet, "dash": "dot"})
    figure.update_layout(
        height=340,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        barmode="group",
        legend={"orientation": "h", "y": 1.12},
        yaxis={"range": [0, 105], "ticksuffix": " %"},
    )
    return figure
