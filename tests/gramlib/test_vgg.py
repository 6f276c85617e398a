"""The network against torchvision's own, run the plain way on real pictures."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torchvision.models import vgg16, vgg19

import gramlib.vgg
from gramlib.errors import GramlabError
from gramlib.gram import feature_gram
from gramlib.images import open_image, to_tensor
from gramlib.vgg import VGG
from gramlib.weights import EMBEDDED, empty_features, load_weights

IMAGES = EMBEDDED.parent.parent / "images"
PICTURES = {
    "odd": ("photos/neuschwanstein.jpg", 97),
    "even": ("paintings/great_wave.jpg", 64),
    "upright": ("paintings/spring.jpg", 131),
}
MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
DEVIATION = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)


def picture(name):
    path, side = PICTURES[name]
    return to_tensor(open_image(IMAGES / path), side)


def plain(build, state, pooling="max"):
    """torchvision's network, with nothing changed but what the test is about."""
    with torch.device("meta"):
        modules = build(weights=None).features
    modules.load_state_dict(state, assign=True)
    modules.eval()
    for index, module in enumerate(modules):
        if isinstance(module, nn.ReLU):
            module.inplace = False
        elif isinstance(module, nn.MaxPool2d) and pooling == "average":
            modules[index] = nn.AvgPool2d(2, 2)
    return modules


def walk(modules, image):
    """{name: features} of every rectifier, counted by hand."""
    hidden, found, block, number = (image - MEAN) / DEVIATION, {}, 1, 0
    for module in modules:
        hidden = module(hidden)
        if isinstance(module, nn.ReLU):
            number += 1
            found[f"relu{block}_{number}"] = hidden[0]
        elif not isinstance(module, nn.Conv2d):
            block, number = block + 1, 0
    return found


def assert_same(got, expected):
    assert got.shape == expected.shape
    assert (got - expected).abs().max() <= 2e-5 * expected.abs().max()


@pytest.fixture(scope="module")
def network():
    return VGG(device="cpu")


@pytest.mark.slow
@pytest.mark.parametrize("pooling", ["max", "average"])
def test_every_layer_is_torchvision_s(pooling):
    network = VGG(pooling=pooling, device="cpu")
    modules = plain(vgg16, load_weights("vgg16"), pooling)
    for name in PICTURES:
        image = picture(name)
        with torch.no_grad():
            expected = walk(modules, image)
        got = network.features(image, network.layers)
        assert tuple(got) == network.layers == tuple(expected)
        assert len(got) == 13
        for layer in network.layers:
            assert_same(got[layer], expected[layer])
            assert network.shape(layer, *image.shape[-2:]) == got[layer].shape
            rows = expected[layer].flatten(1)
            assert_same(feature_gram(got[layer]), rows @ rows.T / rows.shape[1])
    with torch.no_grad():
        cut = modules[: network.depth("relu3_2")]((image - MEAN) / DEVIATION)[0]
    assert_same(got["relu3_2"], cut)


def test_the_edge_is_repeated_for_the_first_layer_alone():
    modules, image = plain(vgg16, load_weights("vgg16")), picture("odd")
    modules[0].padding = (0, 0)
    normal = (image - MEAN) / DEVIATION
    with torch.no_grad():
        hidden = nn.functional.pad(normal, (1, 1, 1, 1), mode="replicate")
        expected = walk(modules, hidden * DEVIATION + MEAN)
    network = VGG(padding="replicate", device="cpu")
    got = network.features(image, network.layers)
    for layer in network.layers:
        assert_same(got[layer], expected[layer])
    assert network.padding == "replicate"
    # a flat picture has no edge for it, and one all around for the network as trained
    flat = torch.full((1, 3, 16, 16), 0.8)
    for padding, least, most in (("replicate", 0.0, 1e-5), ("zeros", 0.1, 100.0)):
        features = VGG(padding=padding, device="cpu").features(flat, ["relu1_1"])["relu1_1"]
        assert least <= (features - features[:, 8:9, 8:9]).abs().max() <= most


def test_another_padding_is_refused():
    with pytest.raises(GramlabError, match="'reflect'") as raised:
        VGG(padding="reflect")
    assert raised.value.code == "padding_unknown"


def test_max_and_average_differ(network):
    image = picture("even")
    average = VGG(pooling="average", device="cpu")
    assert torch.equal(*(n.features(image, ["relu1_2"])["relu1_2"] for n in (network, average)))
    a, b = (n.features(image, ["relu2_1"])["relu2_1"] for n in (network, average))
    assert (a - b).abs().max() > 0.1


def test_vgg19_has_sixteen_layers(monkeypatch):
    generator = torch.Generator().manual_seed(0)
    state = {
        name: torch.randn(value.shape, generator=generator) / value[0].numel() ** 0.5
        for name, value in empty_features("vgg19").state_dict().items()
    }
    monkeypatch.setattr(gramlib.vgg, "load_weights", lambda *_: state)
    network = VGG("vgg19", device="cpu")
    image = picture("even")
    with torch.no_grad():
        expected = walk(plain(vgg19, state), image)
    got = network.features(image, network.layers)
    assert len(got) == 16
    assert tuple(expected) == network.layers
    assert network.layers[-1] == "relu5_4"
    for layer in network.layers:
        assert_same(got[layer], expected[layer])


def test_the_gradient_is_torchvision_s(network):
    ours, theirs = picture("odd").requires_grad_(), picture("odd").requires_grad_()
    modules = plain(vgg16, load_weights("vgg16"))
    (g,) = torch.autograd.grad(network.features(ours, ["relu3_2"])["relu3_2"].square().mean(), ours)
    (h,) = torch.autograd.grad(walk(modules, theirs)["relu3_2"].square().mean(), theirs)
    assert g.abs().max() > 0
    assert (g - h).abs().max() <= 1e-4 * h.abs().max()


def test_what_is_asked_for_is_what_comes_in_that_order(network):
    image = picture("even")
    together = network.features(image, ["relu4_2", "relu1_1", "relu2_2"])
    assert list(together) == ["relu4_2", "relu1_1", "relu2_2"]
    for layer, features in together.items():
        assert torch.equal(features, network.features(image, (layer,))[layer]), "a later layer wrote into it"
        assert not features.requires_grad
    assert network.features(image, []) == {}


def test_a_walk_yields_each_layer_as_soon_as_it_is_computed(network):
    image = picture("odd")
    asked = ("relu4_1", "relu1_1", "relu2_2", "relu1_1")
    expected = network.features(image, asked)
    reached = []
    handle = network._features[19].register_forward_hook(lambda *_: reached.append("relu4_2"))
    handles = [handle, network._features[2].register_forward_hook(lambda *_: reached.append("relu1_2"))]
    try:
        walk = network.walk(image, asked)
        name, first = next(walk)
        assert name == "relu1_1"
        assert not reached, "it went on before it was asked"
        rest = dict(walk)
    finally:
        for handle in handles:
            handle.remove()
    assert list(rest) == ["relu2_2", "relu4_1"], "from the shallowest, each once"
    assert reached == ["relu1_2"]
    for layer, features in ({name: first} | rest).items():
        assert torch.equal(features, expected[layer])
    with pytest.raises(GramlabError):
        next(network.walk(torch.rand(1, 3, 8, 8), ["relu5_1"]))


def test_no_deeper_than_the_deepest(network):
    class TooDeep(nn.Module):
        def forward(self, hidden):
            pytest.fail("computed a layer that nobody asked for")

    kept = network._features[19]  # the convolution of relu4_2
    try:
        network._features[19] = TooDeep()
        network.features(picture("even"), ["relu4_1", "relu1_1"])
        with pytest.raises(pytest.fail.Exception):
            network.features(picture("even"), ["relu4_2"])
    finally:
        network._features[19] = kept


def test_frozen_eval_channels_last(network):
    parameters = list(network._features.parameters())
    assert not network._features.training
    assert not any(parameter.requires_grad for parameter in parameters)
    assert {parameter.dtype for parameter in parameters} == {torch.float32}
    assert parameters[2].is_contiguous(memory_format=torch.channels_last)
    assert network.device == torch.device("cpu")


def test_a_picture_without_its_batch_and_in_float64(network):
    image = picture("even")
    expected = network.features(image, ["relu2_1"])["relu2_1"]
    assert torch.equal(network.features(image[0], ["relu2_1"])["relu2_1"], expected)
    assert torch.equal(network.features(image.double(), ["relu2_1"])["relu2_1"], expected)


def test_random_weights_see_something_else(network):
    image = picture("even")
    a, b = (n.features(image, ["relu4_1"])["relu4_1"] for n in (network, VGG("vgg16-random", device="cpu")))
    assert a.shape == b.shape
    assert torch.corrcoef(torch.stack([a.flatten(), b.flatten()]))[0, 1].abs() < 0.5


@pytest.mark.parametrize(("layer", "side"), [("relu1_2", 1), ("relu2_1", 2), ("relu3_3", 4), ("relu5_1", 16)])
def test_the_smallest_side_is_the_smallest(network, layer, side):
    assert network.smallest_side(layer) == side
    assert network.features(torch.rand(1, 3, side, 40), [layer])[layer].shape[1] == 1
    if side > 1:
        with pytest.raises(GramlabError, match=f"at least {side}") as raised:
            network.features(torch.rand(1, 3, 40, side - 1), ["relu1_1", layer])
        assert raised.value.code == "image_too_small"
        assert raised.value.values == {"width": side - 1, "height": 40, "layer": layer, "needed": side}


@pytest.mark.parametrize("shape", [(2, 3, 8, 8), (1, 1, 8, 8), (4, 8, 8), (8, 8), (1, 3, 0, 8), (1, 1, 3, 8, 8), (0,)])
def test_wrong_shapes(network, shape):
    with pytest.raises(GramlabError, match="shape") as raised:
        network.features(torch.zeros(shape), ["relu1_1"])
    assert raised.value.code == "image_shape"
    assert raised.value.values["got"] == str(shape)


def test_wrong_kinds(network):
    for image in (torch.zeros(1, 3, 8, 8, dtype=torch.uint8), torch.zeros(1, 3, 8, 8).numpy(), None):
        with pytest.raises(GramlabError, match="floating-point") as raised:
            network.features(image, ["relu1_1"])
        assert raised.value.code == "image_kind"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_not_finite(network, value):
    image = picture("even")
    image[0, 1, 2, 3] = value
    with pytest.raises(GramlabError, match="finite") as raised:
        network.features(image, ["relu1_1"])
    assert raised.value.code == "image_not_finite"


def test_unknown_names(network):
    with pytest.raises(GramlabError, match=r"relu3_4.*relu1_1, relu1_2") as raised:
        network.features(picture("even"), ["relu1_1", "relu3_4"])
    assert raised.value.code == "layer_unknown"
    for ask in (lambda: network.smallest_side("conv1"), lambda: network.shape("conv1", 9, 9)):
        with pytest.raises(GramlabError, match="conv1"):
            ask()
    with pytest.raises(GramlabError, match="vgg16-random"):
        VGG("vgg11")
    with pytest.raises(GramlabError, match="max or average") as raised:
        VGG(pooling="mean")
    assert raised.value.code == "pooling_unknown"


@pytest.mark.parametrize(
    "error", ["CUDA error: no kernel image is available for execution on the device", "CUDA out of memory."]
)
def test_a_gpu_that_cannot_compute_is_passed_over_and_named(monkeypatch, error):
    def fail(device):
        raise RuntimeError(error)

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "GeForce GTX 680")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    monkeypatch.setattr("gramlib.vgg._try_out", fail)
    network = VGG("vgg16-random")
    assert network.device == torch.device("cpu")
    assert network.passed_over == "GeForce GTX 680"
    assert network.features(torch.zeros(3, 16, 16), ["relu1_1"])["relu1_1"].shape == (64, 16, 16)


def test_a_gpu_that_computes_is_taken_and_trying_it_out_raises_where_it_does_not(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr("gramlib.vgg._try_out", lambda device: None)
    assert gramlib.vgg._best_device() == (torch.device("cuda"), None)
    monkeypatch.undo()
    gramlib.vgg._try_out(torch.device("cpu"))
    with pytest.raises(RuntimeError):
        gramlib.vgg._try_out(torch.device("meta"))
    assert VGG("vgg16-random", device="cpu").passed_over is None


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU of NVIDIA's here")
def test_a_gpu_computes_what_the_cpu_computes(network):
    torch.backends.cudnn.allow_tf32 = True  # as PyTorch has it
    image = picture("even")
    on_cpu, on_gpu = (VGG(device=device).features(image, network.layers) for device in ("cpu", "cuda"))
    for layer, features in on_cpu.items():
        worst = (features - on_gpu[layer].cpu()).abs().max() / features.abs().max()
        assert worst < 5e-5, layer
