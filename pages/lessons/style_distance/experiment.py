"""The retrieval experiment of lesson 6, run once for everybody, a tile at a time, while somebody is looking."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from PIL import Image

from gramlib.errors import GramlabError
from gramlib.retrieval import LAYERS, Reading, found_own, measure, read_tile, tiles
from pages.lessons.style_distance.state import State
from pages.ui.callbacks import undivided
from pages.ui.colours import colours
from pages.ui.compute import networks
from pages.ui.compute.passes import Work
from pages.ui.memory import Memory
from pages.ui.numbers import number
from pages.ui.pictures import picture, samples
from pages.ui.show import plots, tables
from pages.ui.text import fault, t
from pages.ui.timed import again

KINDS = ("paintings", "photos")
_STARTED: Memory[bool] = Memory("retrieval.started", False)
_FAULT: Memory[GramlabError | None] = Memory("retrieval.fault", None)
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
        masks = {
            None: np.full(len(self.of_painting), True),
            "paintings": self.of_painting,
            "photos": ~self.of_painting,
        }
        return float(100 * self.own[name][masks[kind]].mean())

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
        self._readings: list[Work[Reading]] = [Work() for _ in self._tiles]
        self._findings: Work[Findings] = Work()

    @property
    def count(self) -> int:
        return len(self._tiles)

    @property
    def done(self) -> int:
        return self.count if self._findings.begun else sum(reading.done for reading in self._readings)

    @property
    def is_over(self) -> bool:
        return self._findings.done

    def result(self) -> Findings:
        """What was found, once it is over."""
        return self._findings.result()

    def advance(self) -> None:
        """Ask the pool for the next few tiles, or, after the last, for the comparison.

        Raises what went wrong, once; the next call asks for the same again.
        """
        with self._lock:
            self._raise_once()
            if self._findings.begun:
                return
            if self.done == self.count:
                self._findings.begin(self._compare)
            on_their_way = sum(reading.begun for reading in self._readings) - self.done
            ahead = [place for place, reading in enumerate(self._readings) if not reading.begun]
            for place in ahead[: max(0, _AHEAD - on_their_way)]:
                self._readings[place].begin(partial(_read, self._tiles[place][2]))

    def _raise_once(self) -> None:
        if (error := self._findings.error) is not None:
            self._findings = Work()
            raise networks.as_fault(error)
        for place, reading in enumerate(self._readings):
            if (error := reading.error) is not None:
                self._readings[place] = Work()
                raise networks.as_fault(error)

    def _compare(self) -> Findings:
        distances = measure([reading.result() for reading in self._readings])
        owners = [name for name, _, _ in self._tiles]
        own = {name: found_own(matrix, owners) for name, matrix in distances.items()}
        of_painting = np.array([painting for _, painting, _ in self._tiles])
        self._readings = []  # a quarter of a gigabyte, and all has been said
        return Findings(own, of_painting, owners.count(owners[0]))


def _read(tile: Image.Image) -> Reading:
    import torch

    with torch.inference_mode():
        return read_tile(tile, networks.network(), networks.network("vgg16-random"))


@st.cache_resource(show_spinner=False)
def _experiment() -> Experiment:
    return Experiment({kind: [name for name, path in samples().items() if path.parent.name == kind] for kind in KINDS})


def show(state: State) -> None:
    """The question, a button, progress while it runs, and what was found."""
    st.markdown(t("retrieval.question"))
    experiment = _experiment()
    # what one person has had computed is there for all
    if experiment.is_over:
        _show_findings(experiment.result())
    elif _STARTED.value:
        again(_progress, state, 0.4, sets=("weights",))(experiment)
    else:
        if (error := _FAULT.value) is not None:
            st.error(fault(error))
        st.button(
            t("retrieval.start" if error is None else "network.again", count=experiment.count),
            key="retrieval.start",
            type="primary",
            icon=":material/play_arrow:",
            on_click=undivided(_start),
        )
        st.caption(t("retrieval.start_note"))


def _start() -> None:
    _STARTED.value = True
    _FAULT.forget()


def _progress(experiment: Experiment) -> None:
    """Asks for more as long as somebody looks; stops, and says why, where something has failed."""
    try:
        experiment.advance()
    except GramlabError as error:
        _FAULT.value = error
        _STARTED.value = False
        st.rerun()
    if experiment.is_over:
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
    percent = {name: number(round(value)) for name, value in share.items()}
    most = max(round(share[layer]) for layer in LAYERS)
    best = [layer for layer in LAYERS if round(share[layer]) == most]
    about = {"best": number(most), "mean": percent["style"]}
    said = [
        t("retrieval.says.best", layer=best[0], **about)
        if len(best) == 1
        else t("retrieval.says.best_ones", layers=t("retrieval.and").join(best), **about)
    ]
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
        height=plots.height_of(340),
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        barmode="group",
        legend={"orientation": "h", "y": 1.12},
        yaxis={"range": [0, 105], "ticksuffix": " %"},
    )
    return figure
