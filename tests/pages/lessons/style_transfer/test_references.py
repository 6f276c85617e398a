"""What the content's curve is read by: for each stretch its own, asked of the pool once."""

from __future__ import annotations

import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest

from gramlib.jobs import JobPool
from gramlib.record import Mark
from gramlib.settings import TransferSettings
from pages.lessons.style_transfer import kept, references
from pages.ui.compute import networks
from pages.ui.pictures import samples

PLAIN = TransferSettings()
DEEPER = replace(PLAIN, content_layers={"relu5_2": 1})
COARSE, FINE = (32, 48), (64, 96)


@pytest.fixture
def asked(monkeypatch):
    """A pool, whose measurements are told and made up."""
    pool, told = JobPool(), []

    def measured(pictures, worked_at, layers, pooling, *, is_grey):
        assert threading.current_thread().name == "gramlib-jobs"
        told.append((worked_at, layers, pooling, is_grey))
        return {"itself": 0.0, "other": worked_at[0] / 100, "blurred": 0.25}

    monkeypatch.setattr(networks, "jobs", lambda: pool)
    monkeypatch.setattr(references, "_measured", measured)
    yield pool, told
    pool.close(timeout=10)


def shown(monkeypatch, settings, *marks):
    """A job with these marks, whose newest step was made with these settings."""
    job = SimpleNamespace(step=SimpleNamespace(settings=settings))
    beside = kept.Kept(None, kept.Sources(None, None, None), {"pooling": "max"})
    monkeypatch.setattr(kept, "kept", lambda job: beside)
    monkeypatch.setattr(kept, "marks_of", lambda job: list(marks))
    return job


def test_each_scale_has_its_own_and_each_is_measured_once(asked, monkeypatch):
    pool, told = asked
    job = shown(
        monkeypatch,
        PLAIN,
        Mark(1, (), COARSE, PLAIN),
        Mark(26, ("scale",), FINE, PLAIN),
        Mark(40, ("style_weight",), FINE, replace(PLAIN, style_weight=200)),
    )
    references.found(job)
    assert pool.idle(10)
    stretches = references.found(job)
    assert [stretch["from"] for stretch in stretches] == [1, 26, 40]
    assert [stretch["other"] for stretch in stretches] == pytest.approx([0.32**0.5, 0.64**0.5, 0.64**0.5])
    assert {stretch["blurred"] for stretch in stretches} == {0.5}
    assert [worked_at for worked_at, *_ in told] == [COARSE, FINE]


def test_only_stretches_that_are_measured_as_now(asked, monkeypatch):
    _, told = asked
    grey = replace(PLAIN, colour="luminance")
    marks = [Mark(1, (), FINE, PLAIN), Mark(9, ("content_layers",), FINE, DEEPER), Mark(20, ("colour",), FINE, grey)]
    first = references.found(shown(monkeypatch, DEEPER, *marks[:2]))
    assert [stretch["from"] for stretch in first] == [9]
    assert [stretch["from"] for stretch in references.found(shown(monkeypatch, grey, *marks))] == [20]
    nothing = replace(PLAIN, content_layers={"relu4_2": 0})
    assert references.found(shown(monkeypatch, nothing, Mark(1, (), FINE, nothing))) == []
    assert networks.jobs().idle(10)
    assert {(tuple(layers), is_grey) for _, layers, _, is_grey in told} >= {(("relu5_2",), False)}


@pytest.mark.slow
def test_the_photo_itself_is_nearer_than_blurred_and_that_nearer_than_another():
    from PIL import Image

    photo, unrelated = (Image.open(samples()[name]) for name in ("neuschwanstein", "cat"))
    pictures = references.sources(photo, [unrelated], unrelated, 128)
    for is_grey in (False, True):
        marks = references._measured(pictures, (43, 64), {"relu3_1": 1.0}, "max", is_grey=is_grey)
        assert marks["itself"] == 0 < marks["blurred"] < marks["other"]


def test_another_photo_is_another_one():
    assert all(references.other(name) not in (name,) and references.other(name) in samples() for name in samples())
