"""What the browser is told of a running transfer: numbers and bytes, checked against a slow reading of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields, replace
from types import SimpleNamespace

import numpy as np
import pytest

from gramlib.outlook import Company
from gramlib.record import UNMARKED, Mark
from gramlib.run import Moved
from gramlib.settings import TransferSettings
from pages.lessons.style_transfer import wire
from pages.ui.text import words


@dataclass
class Fake:
    """A job as wire.py sees it."""

    step: object = None
    sequence: int = 7
    state: str = "running"
    place: int = 0
    settings: object = field(default_factory=lambda: SimpleNamespace(steps=50))
    frames: list = field(default_factory=list)
    history: list = field(default_factory=list)
    marks: list = field(default_factory=list)
    company: object = None
    moved: object = None


def gram(size: int, seed: int) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(size, 3 * size))
    return (rows @ rows.T / (3 * size)).astype(np.float32)


@pytest.fixture
def job() -> Fake:
    targets = {"relu1_1": gram(64, 0), "relu2_1": gram(5, 1)}
    grams = {"relu1_1": gram(64, 2), "relu2_1": gram(5, 3)}
    losses = {"content": 0.04, "relu1_1": 0.25, "relu2_1": 0.0}
    settings = TransferSettings(style_layers={"relu1_1": 2, "relu2_1": 1}, style_weight=50, total_variation_weight=0)
    step = SimpleNamespace(
        iteration=3, total=25.04, seconds=1.234, halvings=1, losses=losses, targets=targets, grams=grams
    )
    step.settings = settings
    history = [(k, 1.0, {"content": 0.01 * k, "relu1_1": 1 / k, "relu2_1": 0.0}) for k in (1, 2, 3)]
    return Fake(step, frames=[(1, b"a"), (3, b"b")], history=history)


def unpacked(message: bytes) -> tuple[dict, list[np.ndarray]]:
    length = int.from_bytes(message[:4], "little")
    head, at, matrices = json.loads(message[4 : 4 + length]), 4 + length, []
    for layer in head["layers"]:
        for _ in range(3):
            count = layer["size"] ** 2
            matrices.append(np.frombuffer(message[at : at + count], np.uint8).reshape(layer["size"], -1))
            at += count
    assert at == len(message)
    return head, matrices


def test_status(job):
    said = wire.status(job)
    assert said["frames"] == [1, 3]
    assert (said["iteration"], said["steps"], said["seconds"], said["halvings"]) == (3, 50, 1.23, 1)
    assert json.dumps(said).isascii()
    assert wire.status(Fake(state="queued", place=4))["iteration"] == 0


def test_the_company_is_said_in_round_numbers(job):
    def said(company):
        status = wire.status(replace(job, company=company))
        return status["others"], status["begins"], status["left"]

    assert said(None) == (0, None, None)
    assert said(Company(3)) == (3, None, None)
    assert said(Company(3, 0.0, 124.0)) == (3, 0, 120)


def test_that_it_goes_on_elsewhere_is_said_in_words_that_there_are(job):
    assert wire.status(job)["moved"] is None
    for to in ("elsewhere", "here"):
        said = wire.status(replace(job, moved=Moved(to, 37, 0.0)))["moved"]
        assert said == {"to": to, "step": 37}
        for language in ("en", "zh"):
            assert "{step}" in words(language)[f"style_transfer.live.moved_{said['to']}"]


@pytest.mark.parametrize("seconds", [3, 7.4, 12, 27.5, 29.9, 31, 44, 89, 114.9, 115, 149, 151, 3000])
def test_a_round_number_is_never_an_eighth_off(seconds):
    assert wire.about(seconds) == (0 if seconds < 5 else pytest.approx(seconds, rel=1 / 8 + 0.01))
    assert wire.about(seconds) % (1 if seconds < 20 else 5 if seconds < 115 else 30 if seconds < 300 else 60) == 0


def test_no_matrices_before_the_first_step():
    assert wire.grams(Fake()) is None


def test_the_matrices_are_those_of_the_strongest_channels(job):
    head, matrices = unpacked(wire.grams(job))
    assert [(layer["name"], layer["size"]) for layer in head["layers"]] == [("relu1_1", 48), ("relu2_1", 5)]
    for place, name in enumerate(("relu1_1", "relu2_1")):
        A, G = job.step.targets[name], job.step.grams[name]
        strongest = sorted(range(len(A)), key=lambda channel: -A[channel, channel])[:48]
        limit = max(abs(A[i, j]) for i in strongest for j in strongest)
        for matrix, byte in zip((G, A, G - A), matrices[3 * place : 3 * place + 3], strict=True):
            for i in (0, 2, 4):
                for j in (0, 1, 3):
                    value = matrix[strongest[i], strongest[j]] / limit
                    root = np.sign(value) * min(1, abs(value)) ** 0.5
                    assert abs(byte[i, j] - (128 + 127 * root)) <= 0.51


def test_distances_and_curves_are_the_roots_of_the_losses(job):
    head, _ = unpacked(wire.grams(job))
    assert [layer["distance"] for layer in head["layers"]] == ["0.5", "0"]
    assert head["content"] == "0.2"
    assert head["iterations"] == [1, 2, 3]
    assert head["curves"]["relu1_1"] == [1.0, 0.707, 0.577]


def test_long_curves_are_thinned_and_end_with_the_newest(job):
    job.history = [(k, 1.0, {"relu1_1": 1.0}) for k in range(1, 514)]
    head, _ = unpacked(wire.grams(job))
    assert len(head["iterations"]) <= wire.POINTS + 1
    assert (head["iterations"][0], head["iterations"][-1]) == (1, 513)
    assert len(head["curves"]["relu1_1"]) == len(head["iterations"])


def test_marks_say_what_has_changed_and_to_what(job):
    louder = TransferSettings(style_weight=200, content_layers={"relu3_2": 1})
    both = Mark(30, ("style_weight", "content_layers"), (64, 96), louder)
    marks = [Mark(1, (), (32, 48)), Mark(26, ("scale",), (64, 96)), both]
    head, _ = unpacked(wire.grams(job, marks=marks, references=[{"from": 1, "other": 1.23456, "blurred": None}]))
    scale, knobs = head["marks"]  # the beginning is no mark of a change
    assert (scale["iteration"], scale["changed"]) == (26, ["scale"])
    assert scale["values"] == {"height": 64, "width": 96}
    assert knobs["values"] == {"height": 64, "width": 96, "style_weight": 200, "layer": "relu3_2"}
    assert head["references"] == [{"from": 1, "other": 1.23, "blurred": None}]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_everything_that_can_be_marked_has_words(language):
    knobs = {knob.name for knob in fields(TransferSettings)} - {*UNMARKED}
    for name in {*knobs, "scale", "style", "content", "pooling"}:
        assert words(language)[f"style_transfer.table.mark_{name}"]


def test_the_moment_is_what_the_total_is_made_of(job):
    moment = unpacked(wire.grams(job))[0]["moment"]
    weights = [weight for _, weight, _ in moment["layers"]]
    mean = sum(weight * loss for _, weight, loss in moment["layers"]) / sum(weights)
    total = moment["content_weight"] * moment["content"] + moment["style_weight"] * mean
    assert total == pytest.approx(0.04 + 50 * (2 * 0.25 + 0) / 3)
    assert (moment["total"], moment["smoothness"]) == (25.04, None)


def test_a_layer_that_came_later_has_gaps_before(job):
    job.history = [(1, 1.0, {"relu1_1": 1.0}), (2, 1.0, {"relu1_1": 0.5, "relu2_1": 0.25})]
    head, _ = unpacked(wire.grams(job))
    assert head["curves"]["relu2_1"] == [None, 0.5]
