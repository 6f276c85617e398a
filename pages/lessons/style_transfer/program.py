"""A transfer as a program to read and run, and as a recipe to keep."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pages.lessons.style_transfer import session
from pages.lessons.style_transfer.session import Values
from pages.lessons.style_transfer.state import CLOSED_FORM, STYLE_LAYERS
from pages.ui.compute import networks
from pages.ui.folders import Program
from pages.ui.pictures import picture, to_size
from pages.ui.programs import fill, literal
from pages.ui.text import group

_PROGRAMS = Path(__file__).parent / "programs"
# what the short program in PyTorch does not do; with one of these the program calls gramlib
_PLAIN = {
    "statistic": "gram",
    "colour": "style",
    "optimizer": "lbfgs",
    "mix": 0.0,
}


def recipe(state: Values) -> dict[str, Any]:
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
    if state["start"] == "closed_form":
        chosen["closed_form"] = {knob: state[knob] for knob in CLOSED_FORM}
    return {**pictures, "longest_side": state["size"], "network": "vgg16", "pooling": state["pooling"], **chosen}


def program(state: Values) -> Program:
    """A program that makes this very picture: in PyTorch alone where the recipe is simple, else with gramlib."""
    named = ("content", "style", *(["second"] if state["mix"] else []), *(["from"] if _begins(state) else []))
    pictures = tuple(picture(state[name]) for name in named)
    closed = state["start"] == "closed_form"
    return Program(_text(state), pictures, weights=True, decoder=closed, comes_near=True)


def _begins(state: Values) -> bool:
    """Whether the transfer begins with another picture."""
    return bool(state["start"] == "picture")


def _text(state: Values) -> str:
    plain = all(state[knob] == value for knob, value in _PLAIN.items()) and state["start"] in ("content", "noise")
    pulls = state["content_weight"] or state["style_weight"]
    layers = _style_layers(state)
    uploads = any(picture(state[name]).is_own for name in ("content", "style"))
    return _in_pytorch(state, layers) if plain and pulls and layers and not uploads else _with_gramlib(state)


def _style_layers(state: Values) -> dict[str, float]:
    weights = {layer: state[layer] for layer in STYLE_LAYERS if state[layer]}
    return weights | dict.fromkeys(state["more"], 1.0)


def _in_pytorch(state: Values, layers: dict[str, float]) -> str:
    from gramlib.transfer import plan

    content, style = picture(state["content"]), picture(state["style"])
    sizes = [to_size(chosen.image, state["size"]) for chosen in (content, style)]
    halvings = plan(session.settings(state), networks.network(), *((height, width) for width, height in sizes))
    share = {_module(layer): round(weight / sum(layers.values()), 6) for layer, weight in layers.items()}
    at = _module(state["content_layer"])
    noise = f"0.4 + 0.2 * torch.rand(content.shape, generator=torch.Generator().manual_seed({state['seed']}))"
    words = group("style_transfer.program")
    return fill(
        _PROGRAMS / "pytorch.py.txt",
        words,
        average="" if state["pooling"] == "max" else fill(_PROGRAMS / "average.py.txt", words).rstrip(),
        roughness=fill(_PROGRAMS / "roughness.py.txt", words).rstrip() if state["smoothness"] else "",
        add_roughness=f"total = total + {literal(state['smoothness'])} * rough(x)" if state["smoothness"] else "",
        content=f"{literal(content.file)}, {sizes[0]}",
        style=f"{literal(style.file)}, {sizes[1]}",
        start="content" if state["start"] == "content" else noise,
        share=literal(share),
        plan=literal(halvings),
        depth=str(max(*share, at) + 1),
        at=str(at),
        content_weight=literal(state["content_weight"]),
        style_weight=literal(state["style_weight"]),
    )


def _module(layer: str) -> int:
    """The place of a layer among torchvision's modules."""
    return networks.network().depth(layer) - 1


def _with_gramlib(state: Values) -> str:
    size, mixed, begun, closed = state["size"], bool(state["mix"]), _begins(state), state["start"] == "closed_form"

    def tensor(name: str) -> str:
        return f"to_tensor({picture(state[name]).opening}, {size})"

    names = ("content_weight", "style_weight", "smoothness", "statistic", "colour", "steps", "scales")
    return fill(
        _PROGRAMS / "gramlib.py.txt",
        group("style_transfer.program"),
        content=tensor("content"),
        style=tensor("style"),
        second=f"second = {tensor('second')}" if mixed else "",
        styles="(style, second)" if mixed else "style",
        imports=_CLOSED_FORM_IMPORTS if closed else "",
        begin=_closed_form(state) if closed else f"begin = {tensor('from')}" if begun else "",
        from_picture=", start=begin" if begun or closed else "",
        content_layers=literal((state["content_layer"],)),
        style_layers=literal(_style_layers(state)),
        mix=literal(state["mix"] if mixed else 0.5),
        **{name: literal(state[name]) for name in (*names, "optimizer", "learning_rate", "seed", "pooling")},
        start=literal("picture" if closed else state["start"]),
    )


_CLOSED_FORM_IMPORTS = """from gramlib.decoder import load_decoder
from gramlib.repainting import repaint"""


def _closed_form(state: Values) -> str:
    knobs = {
        "deepest": state["deepest"],
        "strength": state["strength"],
        "full": state["matches"] == "covariance",
        **({"mix": state["mix"]} if state["mix"] else {}),
    }
    asked = ", ".join(f"{name}={literal(value)}" for name, value in knobs.items())
    styles = "(style, second)" if state["mix"] else "(style,)"
    return f"begin = repaint(content, {styles}, VGG(), load_decoder(), {asked}).picture"
