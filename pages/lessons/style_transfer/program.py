"""A transfer as a program to read and run, and as a recipe to keep."""

from __future__ import annotations

from typing import Any

from pages.lessons.style_transfer import session
from pages.ui.compute import networks
from pages.ui.pictures import picture, to_size
from pages.ui.state import PageState

# what the short program in PyTorch does not do; with one of these the program calls gramlib
_PLAIN = {
    "statistic": "gram",
    "colour": "style",
    "optimizer": "lbfgs",
    "smoothness": 0.0,
    "mix": 0.0,
}


def recipe(state: PageState) -> dict[str, Any]:
    """Every knob by its name in TransferSettings, with the names of the pictures."""
    from dataclasses import asdict

    from gramlib.errors import GramlabError

    try:
        chosen: dict[str, Any] = asdict(session.settings(state))
    except GramlabError:  # nothing pulls; the page says so
        chosen = {}
    pictures = {"content": picture(state["content"]).path, "style": picture(state["style"]).path}
    if state["mix"]:
        pictures["second_style"] = picture(state["second"]).path
    if state["start"] == "picture":
        pictures["start_picture"] = picture(state["from"]).path
    return {**pictures, "longest_side": state["size"], "network": "vgg16", "pooling": state["pooling"], **chosen}


def program(state: PageState) -> str:
    """A program that makes this very picture: in PyTorch alone where the recipe is simple, else with gramlib."""
    plain = all(state[knob] == value for knob, value in _PLAIN.items()) and state["start"] in ("content", "noise")
    pulls = state["content_weight"] or state["style_weight"]
    layers = _style_layers(state)
    uploads = any(picture(state[name]).is_own for name in ("content", "style"))
    return _in_pytorch(state, layers) if plain and pulls and layers and not uploads else _with_gramlib(state)


def _style_layers(state: PageState) -> dict[str, float]:
    weights = {layer: state[layer] for layer in session.STYLE_LAYERS if state[layer]}
    return weights | dict.fromkeys(state["more"], 1.0)


def _in_pytorch(state: PageState, layers: dict[str, float]) -> str:
    from gramlib.transfer import plan

    content, style = picture(state["content"]), picture(state["style"])
    sizes = [to_size(chosen.image, state["size"]) for chosen in (content, style)]
    halvings = plan(session.settings(state), networks.network(), *((height, width) for width, height in sizes))
    share = {_module(layer): round(weight / sum(layers.values()), 6) for layer, weight in layers.items()}
    at = _module(state["content_layer"])
    average = "" if state["pooling"] == "max" else _AVERAGE
    noise = f"0.4 + 0.2 * torch.rand(content.shape, generator=torch.Generator().manual_seed({state['seed']}))"
    return f"""import numpy as np, torch
from PIL import Image
from torch.nn.functional import interpolate
from torchvision.models import vgg16

network = vgg16(init_weights=False).features.requires_grad_(False)
weights = torch.load("assets/weights/vgg16_features_fp16.pth")
network.load_state_dict({{name: weight.float() for name, weight in weights.items()}})
{average}mean, deviation = torch.tensor([[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]])[:, None, :, None, None]
pixels = lambda path, size: np.array(Image.open(path).convert("RGB").resize(size, Image.Resampling.LANCZOS))
load = lambda path, size: torch.from_numpy(pixels(path, size)).permute(2, 0, 1)[None].contiguous() / 255
halve = lambda x, k: interpolate(x, [round(n / 2**k) for n in x.shape[2:]], mode="bilinear", antialias=True) if k else x
def features(x):  # what leaves each module of the network, [C, HW]
    x = (x - mean) / deviation
    return [(x := module(x))[0].flatten(1) for module in network[:{max(*share, at) + 1}]]

gram = lambda F: F @ F.T / F.shape[1]
relative = lambda now, target: (now - target).square().sum() / target.square().sum()
content = load({content.path!r}, {sizes[0]})
style = load({style.path!r}, {sizes[1]})
start, change, first = {"content" if state["start"] == "content" else noise}, torch.zeros(1, 3, 1, 1), 0.02
share = {share}  # of each style layer, by its place in the network
for halved, steps in {halvings}:  # coarse to fine: the change is carried up
    P, A = features(halve(content, halved))[{at}], {{k: gram(features(halve(style, halved))[k]) for k in share}}
    x = (halve(start, halved) + interpolate(change, halve(start, halved).shape[2:], mode="bilinear")).clamp(0, 1)
    optimizer = torch.optim.LBFGS([x], max_iter=1, history_size=10, tolerance_grad=0, tolerance_change=0)
    def loss(scale=1):
        F = features(x.requires_grad_())
        total = {state["content_weight"]} * relative(F[{at}], P)
        total = total + {state["style_weight"]} * sum(share[k] * relative(gram(F[k]), A[k]) for k in share)
        (x.grad,) = torch.autograd.grad(scale * total, x)
        return scale * total
    loss()
    scale = first / x.grad.abs().mean()  # the first step moves a pixel by so much in the mean
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = 1 if step else first * x.numel()
        before = x.detach().clone()
        optimizer.step(lambda: loss(scale))
        x.data.clamp_(0, 1)
    change = x.detach() - halve(start, halved)
    first = max(0.001, min(0.02, (x.detach() - before).abs().mean().item() / 4))
print(loss().item())
Image.fromarray((x.data[0].permute(1, 2, 0) * 255).round().byte().numpy()).save("picture.png")
"""


_AVERAGE = """network = torch.nn.Sequential(*(
    torch.nn.AvgPool2d(2, 2) if isinstance(module, torch.nn.MaxPool2d) else module for module in network
))
"""


def _module(layer: str) -> int:
    """The place of a layer among torchvision's modules."""
    return networks.network().depth(layer) - 1


def _with_gramlib(state: PageState) -> str:
    size, mix = state["size"], bool(state["mix"])

    def tensor(name: str) -> str:
        return f"to_tensor({picture(state[name]).opening}, {size})"

    style = f"({tensor('style')}, {tensor('second')})" if mix else tensor("style")
    begin = f", start={tensor('from')}" if state["start"] == "picture" else ""
    layers = _style_layers(state)
    return f"""from gramlib import VGG, TransferSettings, open_image, to_image, to_tensor, transfer

content = {tensor("content")}
style = {style}
settings = TransferSettings(
    content_weight={state["content_weight"]},
    style_weight={state["style_weight"]},
    total_variation_weight={state["smoothness"]},
    content_layers=({state["content_layer"]!r},),
    style_layers={layers},
    statistic={state["statistic"]!r},
    style_mix={state["mix"] if mix else 0.5},
    colour={state["colour"]!r},
    steps={state["steps"]},
    scales={state["scales"]},
    optimizer={state["optimizer"]!r},
    learning_rate={state["learning_rate"]},
    start={state["start"]!r},
    seed={state["seed"]},
)
for step in transfer(content, style, settings, VGG(pooling={state["pooling"]!r}){begin}):
    print(step.iteration, step.total)
to_image(step.image).save("picture.png")
"""
