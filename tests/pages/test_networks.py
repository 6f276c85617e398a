"""A network that cannot be loaded: said in words, with what to do and a button that tries again; all else goes on."""

from __future__ import annotations

import sys
import threading
from types import SimpleNamespace

import pytest

from tests.pages.conftest import everything_said, faultless

pytestmark = pytest.mark.slow


@pytest.fixture
def unloaded(monkeypatch):
    """The state of a server that has just been started."""
    from pages.ui.compute import networks

    monkeypatch.setattr(networks, "_default", networks.Loading())
    monkeypatch.setattr(networks, "_networks", {})
    return networks


def missing(patch, tmp_path):
    patch.setattr("gramlib.weights.EMBEDDED", tmp_path / "none.pth")


def cut_short(patch, tmp_path):
    from gramlib.weights import EMBEDDED

    with EMBEDDED.open("rb") as whole:
        (tmp_path / "short.pth").write_bytes(whole.read(1000))
    patch.setattr("gramlib.weights.EMBEDDED", tmp_path / "short.pth")


def changed(patch, tmp_path):
    patch.setattr("gramlib.weights.EMBEDDED_SHA256", "0" * 64)


def no_torch(patch, tmp_path):
    patch.setitem(sys.modules, "gramlib.vgg", None)  # ImportError


def raising(error):
    def loader(patch, tmp_path):
        def read(*_, **__):
            raise error

        patch.setattr("pages.ui.compute.networks._read", read)

    return loader


FAULTS = {
    "missing": (missing, "weights_missing"),
    "cut short": (cut_short, "weights_changed"),
    "changed": (changed, "weights_changed"),
    "no torch": (no_torch, "torch_missing"),
    "a library of torch": (raising(OSError("libcudart.so.12: cannot open shared object file")), "torch_missing"),
    "no memory": (raising(MemoryError()), "memory_short"),
    "no memory, as torch says it": (raising(RuntimeError("DefaultCPUAllocator: not enough memory")), "memory_short"),
    "anything else": (raising(ZeroDivisionError("division by zero")), "network_failed"),
}


@pytest.mark.parametrize("stage", ["ready", "failed"])
def test_what_ends_while_a_page_looks_is_not_told_as_a_stage(unloaded, monkeypatch, stage):
    loading, told, looks = unloaded.Loading(), [], iter([False, False, True])
    loading.error = unloaded.NetworkFailed("memory_full", "All is taken.")

    def wait(_):
        loading.reached("weights" if not told else stage, 0.5)  # its last stage comes before it is over
        return next(looks)

    monkeypatch.setattr(loading._over, "wait", wait)
    with pytest.raises(unloaded.NetworkFailed):
        loading.result(lambda fraction, stage: told.append(stage))
    assert told == ["weights"]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_is_said_and_trying_again_works(open_link, words, unloaded, tmp_path, fault, language):
    break_it, code = FAULTS[fault]
    with pytest.MonkeyPatch.context() as patch:
        break_it(patch, tmp_path)
        app = open_link("vgg_layers", lang=language, picture="cat", size="128")
        beginning = words(language)[f"errors.{code}"].partition("{")[0]
        assert [error.value[: len(beginning)] for error in app.error] == [beginning]
        assert words(language)["vgg_layers.promise"] in everything_said(app)
        again = app.button(key="network.again")
        assert again.label == words(language)["network.again"]
        again.click()
        assert len(faultless(app.run()).error) == 1, "it was tried, and failed again"
    app.button(key="network.again").click()
    app = faultless(app.run())
    assert not app.error
    assert words(language)["vgg_layers.laws"] in everything_said(app)


@pytest.mark.parametrize("page", ["style_distance", "style_transfer"])
def test_every_page_that_needs_the_network_says_it(open_link, words, unloaded, tmp_path, monkeypatch, page):
    missing(monkeypatch, tmp_path)
    app = open_link(page, lang="en")
    assert len(app.error) == 1
    assert app.button(key="network.again")


@pytest.mark.parametrize("page", ["home", "vectors", "gram", "filters", "feature_maps"])
def test_pages_that_need_no_network_go_on(open_link, words, unloaded, tmp_path, monkeypatch, page):
    missing(monkeypatch, tmp_path)
    unloaded.warm_up()
    with pytest.raises(unloaded.NetworkFailed):
        unloaded.state().result()
    assert unloaded.state().stage == "failed"
    app = open_link(page, lang="en")
    assert not app.error


def test_only_the_laboratory_that_needs_the_network_stops(open_link, words, unloaded, tmp_path, monkeypatch):
    missing(monkeypatch, tmp_path)
    app = open_link("feature_maps", lang="en", source="relu2_2")
    assert len(app.error) == 1
    assert app.button(key="network.again")
    assert app.code, "the page goes on below it"


def test_all_who_wait_for_one_network_wait_for_one_try(unloaded, monkeypatch):
    tries, reading, go, found = [], threading.Event(), threading.Event(), []

    def read(loading, architecture, pooling):
        tries.append(architecture)
        reading.set()
        assert go.wait(30)
        raise MemoryError

    def ask():
        try:
            unloaded.network("vgg19")
        except unloaded.NetworkFailed as error:
            found.append(error.code)

    monkeypatch.setattr(unloaded, "_read", read)
    first = threading.Thread(target=ask)
    first.start()
    assert reading.wait(30)
    loading, is_new = unloaded._asked("vgg19", "max")
    assert not is_new, "the second waits for the first one's"
    go.set()
    first.join(30)
    with pytest.raises(unloaded.NetworkFailed):
        loading.result()
    assert found == ["memory_short"]
    assert tries == ["vgg19"]
    assert unloaded._asked("vgg19", "max")[1], "what has failed is tried again"


def test_a_gpu_that_is_not_used_is_named(open_link, words, monkeypatch):
    from gramlib import VGG
    from pages.ui.compute import networks

    network = VGG(device="cpu")
    network.passed_over = "GeForce GTX 680"
    monkeypatch.setattr(networks, "network", lambda *_, **__: network)
    app = open_link("vgg_layers", lang="zh", picture="cat", size="128")
    assert networks.jobs().idle(60)
    assert "GeForce GTX 680" in everything_said(faultless(app.run()))


@pytest.mark.parametrize(
    ("workers", "said"), [(None, None), ([], None), (["a"], "1 computer"), (["a", "b"], "2 computers")]
)
def test_who_makes_transfers_is_named(words, monkeypatch, workers, said):
    from pages.ui.compute import networks

    engine = None if workers is None else {"workers": workers}
    monkeypatch.setattr(networks, "jobs", lambda: SimpleNamespace(engine=engine))
    assert (said or networks.network().device.type.upper()) in networks.maker_name()
