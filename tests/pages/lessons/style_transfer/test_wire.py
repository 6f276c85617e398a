"""What the browser is told of a running transfer: numbers and bytes, checked against a slow reading of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
import pytest

from pages.lessons.style_transfer import wire


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


def gram(size: int, seed: int) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(size, 3 * size))
    return (rows @ rows.T / (3 * size)).astype(np.float32)


@pytest.fixture
def job() -> Fake:
    targets = {"relu1_1": gram(64, 0), "relu2_1": gram(5, 1)}
    grams = {"relu1_1": gram(64, 2), "relu2_1": gram(5, 3)}
    losses = {"content": 0.04, "relu1_1": 0.25, "relu2_1": 0.0}
    step = SimpleNamespace(iteration=3, seconds=1.234, halvings=1, losses=losses, targets=targets, grams=grams)
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


def test_a_layer_that_came_later_has_gaps_before(job):
    job.history = [(1, 1.0, {"relu1_1": 1.0}), (2, 1.0, {"relu1_1": 0.5, "relu2_1": 0.25})]
    head, _ = unpacked(wire.grams(job))
    assert head["curves"]["relu2_1"] == [None, 0.5]
