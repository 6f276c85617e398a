"""Where the curves bend for a reason: marks of another scale, another style, other knobs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from gramlib.images import open_image, to_tensor
from gramlib.record import LONGEST_HISTORY, MOST_MARKS, Mark, Record, changes
from gramlib.transfer import Change, Step, TransferSettings, transfer
from gramlib.vgg import VGG

IMAGES = Path(__file__).parents[2] / "assets" / "images"
FINE, COARSE = (32, 48), (16, 24)
PLAIN = TransferSettings()


def step(iteration, settings=PLAIN, worked_at=FINE):
    return Step(iteration, 1.0, {"relu1_1": 1.0}, torch.zeros(1, 3, *FINE), 0.1, {}, {}, worked_at, 0, settings)


def test_nothing_to_mark():
    record = Record()
    assert record.marks == []
    for iteration in range(1, 5):
        record.keep(step(iteration))
    # as many steps as one likes, begun from whatever
    record.keep(step(5, replace(PLAIN, steps=7, scales=1, start="noise", seed=3)))
    assert record.marks == []
    assert record.history[0] == (1, 1.0, {"relu1_1": 1.0}), "an entry is not the triple it was"


def test_another_scale_other_knobs_and_another_style_are_marked_at_their_first_step():
    record = Record()
    for iteration in (1, 2):
        record.keep(step(iteration, worked_at=COARSE))
    record.keep(step(3))
    record.keep(step(4))
    louder = replace(PLAIN, style_weight=200, content_layers={"relu3_2": 1})
    record.judge_anew()
    record.keep(step(5, louder))
    record.keep(step(6, louder))
    record.judge_anew(new_style=True)
    record.keep(step(7, louder))
    record.judge_anew(new_style=True)
    record.keep(step(8, PLAIN))
    assert record.marks == [
        Mark(3, ("scale",), FINE),
        Mark(5, ("style_weight", "content_layers"), FINE),
        Mark(7, ("style",), FINE),
        Mark(8, ("style", "style_weight", "content_layers"), FINE),
    ]


def test_marks_and_the_first_step_hold_what_they_were_made_with():
    record = Record()
    record.keep(step(1, worked_at=COARSE))
    louder = replace(PLAIN, style_weight=200)
    record.keep(step(2, louder))
    assert [(mark.changed, mark.settings) for mark in record.marks] == [(("scale", "style_weight"), louder)]
    assert (record.first.iteration, record.first.settings, record.first.image) == (1, PLAIN, None)
    # a mark stands for the steps from it on
    assert changes(record.marks[0], step(3, PLAIN)) == ("style_weight",)
    assert changes(record.marks[0], step(3, louder)) == ()
    assert changes(record.first, step(3, louder)) == ("scale", "style_weight")


def test_a_way_that_is_left_takes_its_marks_along():
    record = Record()
    for iteration in range(1, 5):
        record.keep(step(iteration, worked_at=COARSE if iteration < 3 else FINE), b"jpeg")
    louder = replace(PLAIN, style_weight=200)
    record.keep(step(5, louder), b"jpeg")
    assert [mark.iteration for mark in record.marks] == [3, 5]
    frame = record.nearest(4)
    record.rewind(frame, replace(frame.step, image=torch.zeros(1, 3, *FINE)))
    assert [mark.iteration for mark in record.marks] == [3]
    # looked at anew by the knobs of now: there the curve has a corner, at that very step
    record.keep(step(4, louder), again=True)
    record.keep(step(5, louder))
    assert record.marks == [Mark(3, ("scale",), FINE), Mark(4, ("style_weight",), FINE)]


def test_marks_are_not_thinned_and_yet_bounded():
    record = Record()
    for iteration in range(1, 4 * LONGEST_HISTORY):
        record.keep(step(iteration, replace(PLAIN, style_weight=iteration % 2)))
    assert len(record.marks) == MOST_MARKS
    assert record.marks[-1].iteration == 4 * LONGEST_HISTORY - 1
    assert len(record.history) <= LONGEST_HISTORY + 1


@pytest.mark.slow
def test_a_real_transfer_tells_enough():
    network = VGG(device="cpu")
    content, style = (
        to_tensor(open_image(IMAGES / name), 192) for name in ("photos/cat.jpg", "paintings/great_wave.jpg")
    )
    settings = TransferSettings(
        content_layers={"relu2_1": 1},
        style_layers={"relu1_1": 1, "relu2_1": 1},
        total_variation_weight=2,
        steps=8,
        scales=2,
    )
    steps, record = transfer(content, style, settings, network), Record()
    for _ in range(4):
        record.keep(next(steps))
    louder = replace(settings, style_weight=60)
    record.keep(steps.send(Change(louder)))
    assert record.newest.settings == louder
    assert record.marks == [Mark(3, ("scale",), (128, 192)), Mark(5, ("style_weight",), (128, 192))]
    # the formula of the page, with the numbers of this moment
    losses = record.newest.losses
    total = losses["content"] + 60 * (losses["relu1_1"] + losses["relu2_1"]) / 2 + 2 * losses["total_variation"]
    assert record.newest.total == pytest.approx(total, rel=1e-5)
