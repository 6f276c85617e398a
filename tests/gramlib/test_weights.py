"""Weights: the file in the box, the seeded ones, torchvision's with and without a network, and the file's script."""

from __future__ import annotations

import importlib.util
import os
import pickle
import threading
import urllib.error
from pathlib import Path

import numpy as np
import pytest
import torch
from torchvision.models import VGG19_Weights, vgg16, vgg19

from gramlib import weights
from gramlib.errors import GramlabError, WeightsUnavailable
from gramlib.weights import load_weights


@pytest.fixture(scope="module")
def build():
    path = Path(weights.EMBEDDED).parent / "build.py"
    specification = importlib.util.spec_from_file_location("build_weights", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_embedded_weights_are_the_published_ones():
    state = load_weights("vgg16")
    assert len(state) == 26
    assert {value.dtype for value in state.values()} == {torch.float32}
    assert state["0.bias"][:4].tolist() == pytest.approx([0.4034, 0.3778, 0.4644, -0.3228], abs=2e-4)
    published = [[-0.5537, 0.1427, 0.5290], [-0.5831, 0.3566, 0.7657], [-0.6902, -0.0480, 0.4841]]
    np.testing.assert_allclose(state["0.weight"][0, 0], published, atol=3e-4)


def test_a_missing_file_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(weights, "EMBEDDED", tmp_path / "gone.pth")
    with pytest.raises(WeightsUnavailable, match=r"gone\.pth") as raised:
        load_weights("vgg16")
    assert raised.value.code == "weights_missing"
    assert set(raised.value.values) == {"path", "reason"}


def test_a_changed_file_is_not_even_read(monkeypatch, tmp_path):
    content = bytearray(weights.EMBEDDED.read_bytes())
    content[len(content) // 2] ^= 1
    changed = tmp_path / "changed.pth"
    changed.write_bytes(content)
    monkeypatch.setattr(weights, "EMBEDDED", changed)
    monkeypatch.setattr(torch, "load", lambda *_, **__: pytest.fail("loaded before it was checked"))
    with pytest.raises(WeightsUnavailable, match=weights.EMBEDDED_SHA256) as raised:
        load_weights("vgg16")
    assert raised.value.code == "weights_changed"
    assert raised.value.values["got"] != raised.value.values["expected"] == weights.EMBEDDED_SHA256


def test_random_weights_are_he_s_and_the_same_every_time():
    before = torch.get_rng_state()
    first, second, trained = load_weights("vgg16-random"), load_weights("vgg16-random"), load_weights("vgg16")
    assert torch.equal(before, torch.get_rng_state())
    assert {name: value.shape for name, value in first.items()} == {n: v.shape for n, v in trained.items()}
    for name, value in first.items():
        assert torch.equal(value, second[name])
        if name.endswith("bias"):
            assert not value.any()
        else:
            expected = (2 / (value.shape[1] * 9)) ** 0.5
            assert value.std().item() == pytest.approx(expected, rel=0.05)
            assert abs(value.mean().item()) < expected / 10
    assert first["28.weight"].std().item() != pytest.approx(trained["28.weight"].std().item(), rel=0.1)


@pytest.mark.parametrize(("architecture", "build"), [("vgg16", vgg16), ("vgg16-random", vgg16), ("vgg19", vgg19)])
def test_empty_features_are_torchvisions(architecture, build):
    with torch.device("meta"):
        known = build(weights=None, init_weights=False).features
    assert str(weights.empty_features(architecture)) == str(known)


def test_empty_features_cost_nothing():
    before = torch.get_rng_state()
    assert all(parameter.is_meta for parameter in weights.empty_features("vgg19").parameters())
    assert torch.equal(before, torch.get_rng_state())


def test_an_unknown_architecture_gets_the_choices():
    with pytest.raises(GramlabError, match="vgg16, vgg19, vgg16-random") as raised:
        load_weights("resnet")
    assert (raised.value.code, raised.value.values["got"]) == ("architecture_unknown", "resnet")


@pytest.fixture
def cache(monkeypatch, tmp_path):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    return tmp_path / "checkpoints"


FAULTS = {
    "no name server": urllib.error.URLError(OSError(-2, "Name or service not known")),
    "refused": ConnectionRefusedError(111, "Connection refused"),
    "time": TimeoutError("timed out"),
    "server": urllib.error.HTTPError("http://example.invalid", 503, "Service Unavailable", None, None),
    "disk": OSError(28, "No space left on device"),
    "cut short": RuntimeError('invalid hash value (expected "dcbb9e9d", got "e3b0c442")'),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_vgg19_without_a_network_says_so(monkeypatch, cache, fault):
    def fail(*_, **__):
        raise FAULTS[fault]

    monkeypatch.setattr(torch.hub, "download_url_to_file", fail)
    with pytest.raises(WeightsUnavailable, match="VGG-19 could not be fetched") as raised:
        load_weights("vgg19")
    assert raised.value.code == "weights_not_fetched"
    assert raised.value.values["reason"]


def test_vgg19_that_stalls_is_given_up(monkeypatch, cache):
    go_on = threading.Event()
    monkeypatch.setattr(weights, "UNREACHED_AFTER", 0.2)

    def hang(*_, **__):
        go_on.wait(30)
        raise OSError("it waited to the end")

    monkeypatch.setattr(torch.hub, "download_url_to_file", hang)
    try:
        with pytest.raises(WeightsUnavailable, match="nothing arrived"):
            load_weights("vgg19")
    finally:
        go_on.set()


def test_vgg19_is_fetched_checked_and_kept_by_torchvision(monkeypatch, cache):
    cache.mkdir()
    (cache / "vgg19-dcbb9e9d.pth.0123.partial").write_bytes(bytes(9000))  # left over by a fetch that was killed
    monkeypatch.setattr(weights, "VGG19_BYTES", 2000)
    half_seen, fractions, arguments = threading.Event(), [], []

    def download(url, destination, hash_prefix=None, progress=True):
        arguments.append((url, hash_prefix, progress))
        part = Path(destination + ".4567.partial")
        part.write_bytes(bytes(1000))
        assert half_seen.wait(10)
        full = {"features.0.weight": torch.ones(2, 3, dtype=torch.float16), "classifier.0.bias": torch.ones(4)}
        torch.save(full, part)
        os.replace(part, destination)

    def progress(fraction):
        fractions.append(fraction)
        half_seen.set()

    monkeypatch.setattr(torch.hub, "download_url_to_file", download)
    state = load_weights("vgg19", progress)
    assert list(state) == ["0.weight"]
    assert state["0.weight"].dtype == torch.float32
    assert fractions[0] == 0.5
    assert all(0 <= fraction <= 1 for fraction in fractions)
    assert arguments == [(VGG19_Weights.IMAGENET1K_V1.url, "dcbb9e9d", False)]
    load_weights("vgg19")
    assert len(arguments) == 1, "fetched again although it was kept"


class Shell:
    def __reduce__(self):
        return os.system, ("echo this must never run",)


@pytest.mark.parametrize("evil", [Shell(), [np.float64, Shell()], pickle.Unpickler, eval])
def test_the_script_unpickles_nothing_but_arrays(build, evil):
    with pytest.raises(pickle.UnpicklingError, match="no array"):
        build.convert(pickle.dumps({"VGG16_0": evil}))


def old_numpy(content):
    # as NumPy 1 wrote it, and as the source has it
    return pickle.dumps(content, protocol=3).replace(b"numpy._core.multiarray", b"numpy.core.multiarray")


def test_the_script_transposes_and_casts(build):
    rng = np.random.default_rng(0)
    layers = {
        f"Conv_{k}": {"kernel": rng.normal(size=(3, 3, 2, 4)).astype("f4"), "bias": rng.normal(size=4).astype("f4")}
        for k in range(13)
    }
    state = build.convert(old_numpy({"VGG16_0": layers}))
    assert list(state) == list(load_weights("vgg16-random"))
    for number, index in enumerate(build.FEATURES):
        kernel, weight = layers[f"Conv_{number}"]["kernel"], state[f"{index}.weight"]
        assert weight.shape == (4, 2, 3, 3)
        assert weight.dtype == torch.float16
        for row, column, source, target in [(0, 1, 1, 3), (2, 0, 0, 2)]:
            assert weight[target, source, row, column].item() == np.float16(kernel[row, column, source, target])
        np.testing.assert_array_equal(state[f"{index}.bias"], layers[f"Conv_{number}"]["bias"].astype(np.float16))


def test_the_script_sees_every_difference(build):
    state = {"a": torch.tensor([0.0, 1.0], dtype=torch.float16), "b": torch.ones(2)}
    assert build.differences(state, {name: value.clone() for name, value in state.items()}) == []
    negative_zero = torch.tensor([-0.0, 1.0], dtype=torch.float16)
    assert build.differences(state, {"a": negative_zero, "b": torch.ones(2)}) == ["a"]
    assert build.differences(state, {"a": state["a"], "b": torch.ones(2, 1), "c": torch.ones(1)}) == ["b", "c"]
    assert build.differences(state, {}) == ["a", "b"]


def test_the_script_refuses_another_source(build):
    with pytest.raises(SystemExit, match="is needed"):
        build.checked(b"something else", build.SOURCE_SHA256, build.SOURCE)
