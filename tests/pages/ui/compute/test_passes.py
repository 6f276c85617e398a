"""A pass is there layer by layer and holds what the library computes; the store keeps within its room."""

from __future__ import annotations

import threading
from concurrent.futures import Future

import numpy as np
import pytest
import torch
from PIL import Image

from gramlib.errors import GramlabError
from pages.ui.compute import networks
from pages.ui.compute import passes as module
from pages.ui.compute.passes import CONTENT, STYLE, LayerPass, Recipe, Store, Work, layer_pass, results
from pages.ui.pictures import Picture


class Slow:
    """A network of two layers, the second of which comes when it is let go."""

    layers = ("first", "second")

    def __init__(self, fault: Exception | None = None) -> None:
        self.go, self.fault, self.walks = threading.Event(), fault, 0
        self.maps = {name: torch.rand(64 * k, 3, 5) + 0.1 * k for k, name in enumerate(self.layers, start=1)}

    def smallest_side(self, layer):
        return 1

    def walk(self, image, layers):
        self.walks += 1
        yield "first", self.maps["first"]
        assert self.go.wait(60)
        if self.fault:
            raise self.fault
        yield "second", self.maps["second"]


class ByHand:
    """A pool whose calls are run when the test says so."""

    def __init__(self) -> None:
        self.calls: list[tuple[Future, object]] = []

    def compute(self, make):
        self.calls.append((future := Future(), make))
        return future

    def run(self):
        calls, self.calls = self.calls, []
        for future, make in calls:
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(make())
                except Exception as error:
                    future.set_exception(error)


@pytest.fixture
def pool(monkeypatch):
    pool = ByHand()
    monkeypatch.setattr(networks, "jobs", lambda: pool)
    return pool


def a_pass(network: Slow) -> LayerPass:
    return LayerPass(network, Image.new("RGB", (5, 3)), Recipe(size=5))


def picture(name: str) -> Picture:
    return Picture(name, Image.new("RGB", (40, 30), (hash(name) % 256, 90, 200)))


# ---------------------------------------------------------------------------------------------------------- one pass


def test_a_layer_is_there_before_the_next_is_computed():
    network = Slow()
    seen = a_pass(network)
    seen.wait_for("first")
    assert list(seen.grams) == ["first"]
    assert seen.fraction == 0.5
    assert not seen.done
    told = []

    def tell(fraction):
        told.append(fraction)
        network.go.set()

    seen.wait_for(None, tell)
    assert told[0] == 0.5
    assert seen.fraction == 1
    assert seen.done


def test_it_holds_what_the_library_computes():
    network = Slow()
    network.go.set()
    seen = a_pass(network)
    seen.wait_for()
    for name, maps in network.maps.items():
        rows = maps.flatten(1).double().numpy()
        np.testing.assert_allclose(seen.grams[name], rows @ rows.T / 15, rtol=1e-5)
        np.testing.assert_allclose(seen.means[name], rows.mean(axis=1), rtol=1e-5)
        np.testing.assert_allclose(seen.channels[name], maps.numpy(), rtol=1e-3)


def test_what_goes_wrong_reaches_who_waits_and_the_next_begins_anew():
    network = Slow(GramlabError("image_not_finite", "nan"))
    seen = a_pass(network)
    network.go.set()
    with pytest.raises(GramlabError, match="nan"):
        seen.wait_for()
    assert seen.failed
    assert not seen.done
    network.fault = None
    seen.wait_for()
    assert seen.done
    assert not seen.failed


@pytest.mark.parametrize(
    "text", ["[enforce fail at alloc_cpu.cpp] can't allocate memory: you tried", "CUDA out of memory."]
)
def test_too_little_memory_is_a_fault_with_words(text):
    network = Slow(RuntimeError(text))
    network.go.set()
    with pytest.raises(networks.NetworkFailed) as raised:
        a_pass(network).wait_for()
    assert raised.value.code == "memory_short"


@pytest.mark.slow
def test_a_square_pass_is_the_content_of_the_library():
    from gramlib.retrieval import CONTENT_LAYER, content_features

    image = Image.effect_noise((90, 40), 80).convert("RGB")
    network = networks.network()
    seen = LayerPass(network, image, CONTENT)
    seen.compute()
    assert list(seen.channels) == [CONTENT_LAYER]
    expected = content_features(network, image).cpu().numpy()
    np.testing.assert_allclose(seen.channels[CONTENT_LAYER], expected, rtol=1e-3, atol=1e-4)


# ------------------------------------------------------------------------------------------------------------- work


def test_work_is_begun_once_for_all_who_ask(pool):
    work, made = Work(), []
    with work.asked(lambda: made.append(1)), work.asked(lambda: made.append(2)):
        assert not work.done
        pool.run()
    assert work.done
    with work.asked(lambda: made.append(3)):
        pass
    assert made == [1]


def test_what_nobody_waits_for_any_more_is_withdrawn_and_begun_anew_when_asked_for(pool):
    work, made = Work(), []
    with work.asked(lambda: made.append(1)):
        with work.asked(lambda: made.append(2)):
            pass
        assert work.begun, "one of two has left"
    assert not work.begun
    pool.run()
    assert made == []
    with work.asked(lambda: made.append(3)):
        pool.run()
    assert made == [3]


def test_what_has_failed_is_begun_anew(pool):
    work = Work()
    with work.asked(lambda: 1 / 0):
        pool.run()
    assert isinstance(work.error, ZeroDivisionError)
    assert not work.done
    with work.asked(lambda: 7):
        pool.run()
    assert work.result() == 7
    assert work.error is None


def test_of_several_all_are_asked_for_before_the_first_is_waited_for(pool):
    first, second = Work(), Work()
    shares = []

    def tell(share):
        shares.append(share)
        pool.run()

    assert results([(first, lambda: 1), (second, lambda: 2)], tell) == [1, 2]
    assert shares == [0]


# ------------------------------------------------------------------------------------------------------------ store


@pytest.mark.slow
def test_the_one_asked_for_last_stays_when_there_is_no_room(monkeypatch):
    monkeypatch.setattr(module, "store", Store(10**9))
    pictures, recipe = [picture(f"p{k}") for k in range(3)], Recipe(size=64)
    first, second = (layer_pass(each, recipe) for each in pictures[:2])
    for seen in (first, second):
        seen.wait_for()
    assert "relu5_1" in first.layers
    assert layer_pass(pictures[0], recipe) is first  # now the second is the one not asked for the longest time
    module.store.room = 2.5 * first.bytes()
    third = layer_pass(pictures[2], recipe)
    third.wait_for()
    assert layer_pass(pictures[0], recipe) is first
    assert layer_pass(pictures[2], recipe) is third
    assert layer_pass(pictures[1], recipe) is not second
    assert module.store.bytes() <= module.store.room


def test_all_that_is_kept_counts_and_the_one_asked_for_stays_even_if_it_is_too_large(pool):
    network, store = Slow(), Store(10**9)
    network.go.set()
    one, other = picture("one"), picture("other")
    seen = store.find(one, Recipe(size=8), network)
    pool.run()
    before = store.bytes()
    kept = seen.keep("matrix", lambda: np.zeros(1000))
    with seen.work("summary").asked(lambda: {"first": [np.zeros(500)]}):
        pool.run()
    assert store.bytes() == before + kept.nbytes + 4000
    store.room = 1
    assert store.find(one, Recipe(size=8), network) is seen
    store.find(other, Recipe(size=8), network)
    assert store.find(one, Recipe(size=8), network) is not seen


def test_what_is_still_computed_is_not_thrown_away(pool):
    network, store = Slow(), Store(1)
    seen = store.find(picture("one"), Recipe(size=8), network)
    store.find(picture("other"), Recipe(size=8), network)
    assert store.find(picture("one"), Recipe(size=8), network) is seen


def test_a_failed_pass_is_dropped_and_tried_again(pool):
    network, store = Slow(ValueError("no")), Store(10**9)
    network.go.set()
    failed = store.find(picture("one"), Recipe(size=8), network)
    pool.run()
    assert failed.failed
    network.fault = None
    again = store.find(picture("one"), Recipe(size=8), network)
    assert again is not failed
    pool.run()
    assert again.done
    assert store.walks == 1


def test_what_lesson_5_will_need_is_read_behind_what_others_need(pool):
    network, store = Slow(), Store(10**9)
    network.go.set()
    store.find(picture("one"), STYLE, network)
    store.find(picture("other"), Recipe(size=8), network)
    assert len(pool.calls) == 2, "only what was asked for"
    pool.run()
    for thread in threading.enumerate():
        if thread.name == "passes-ahead":
            thread.join(10)
    assert len(pool.calls) == 1
    content = store.find(picture("one"), CONTENT, network)
    assert len(pool.calls) == 1, "it is on its way"
    assert content.layers == CONTENT.layers


@pytest.mark.slow
def test_a_small_picture_has_the_layers_it_reaches():
    seen = layer_pass(Picture("small", Image.new("RGB", (9, 5), "red")), Recipe())
    seen.wait_for()
    assert seen.layers[-1] == "relu3_3"
