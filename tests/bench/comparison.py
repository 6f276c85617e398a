"""How long it takes to a loss that the usual way of style transfer reaches: PyTorch's tutorial against our recipes.

The reference is the method of "Neural Transfer Using PyTorch" (A. Jacq), written out: one scale, channels first,
torch.optim.LBFGS as it comes (twenty evaluations a step, a hundred pairs remembered), the picture clamped at each
evaluation. Both lower the same objective with the same network from the same photo at the same size, and one evaluator
measures all pictures. What a run does besides computing (keeping pictures for the evaluator) is not counted.
"""

from __future__ import annotations

import itertools
import math
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Page

if TYPE_CHECKING:
    from torch import Tensor

    from gramlib.settings import TransferSettings

SIDE = 256
PAIRS = (("neuschwanstein", "great_wave"), ("astronaut", "village_street_in_auvers"), ("cat", "poppies"))
EVALUATIONS = (60, 150)  # of the reference, whose losses are the marks
LONGEST = 150  # steps of ours
RECIPES: Mapping[str, Mapping[str, Any]] = {
    "the first recipe": {},
    "one scale": {"scales": 1},
    "at once, then on": {"scales": 1, "start": "picture"},  # from the closed form, whose time counts
}

# of VGG-16 as far as relu5_1: channels, filters, poolings before it
CONVOLUTIONS = (
    *((3, 64, 0), (64, 64, 0), (64, 128, 1), (128, 128, 1), (128, 256, 2), (256, 256, 2), (256, 256, 2)),
    *((256, 512, 3), (512, 512, 3), (512, 512, 3), (512, 512, 4)),
)

Moment = tuple[float, "Tensor"]  # seconds since the start, the picture


def measure(_page: Page, _server: str) -> Iterator[tuple[str, str, list[float]]]:
    from gramlib import VGG, TransferSettings, open_image, to_tensor, transfer
    from gramlib.decoder import load_decoder
    from gramlib.objective import Objective
    from gramlib.repainting import repaint
    from pages.ui.pictures import samples

    network, reference, decoder = VGG(device="cpu"), Reference(), load_decoder()
    recipes = {name: TransferSettings(steps=LONGEST, **knobs) for name, knobs in RECIPES.items()}
    any_recipe = TransferSettings()
    theirs_took: dict[int, list[float]] = {count: [] for count in EVALUATIONS}
    ours_took: dict[tuple[str, int], list[float]] = {(name, count): [] for name in recipes for count in EVALUATIONS}
    products, steps_took, evaluations_took = [], [], []
    for content_name, style_name in PAIRS:
        content, style = (to_tensor(open_image(samples()[name]), SIDE) for name in (content_name, style_name))
        evaluator = Objective(content, (style,), network)

        def loss(picture: Tensor, evaluator: Objective = evaluator) -> float:
            return evaluator.at(picture, any_recipe).total

        theirs = reference.run(content, style, any_recipe, max(EVALUATIONS))
        evaluations_took.append(theirs[-1][0] / len(theirs))
        marks = {count: loss(theirs[count - 1][1]) for count in EVALUATIONS}
        for count in EVALUATIONS:
            theirs_took[count].append(theirs[count - 1][0])
        for name, settings in recipes.items():
            ours: list[Moment] = []
            begun, at_once = time.perf_counter(), None
            if settings.start == "picture":
                at_once = repaint(content, [style], network, decoder, measured=False).picture
            before = time.perf_counter() - begun if at_once is not None else 0.0
            for step in transfer(content, style, settings, network, start=at_once):
                if step.worked_at == tuple(content.shape[-2:]):
                    ours.append((before + step.seconds, step.image))
                    if step.total <= min(marks.values()):
                        break
            for count, mark in marks.items():
                ours_took[name, count].append(first_below(mark, ours, loss))
            full = [later[0] - earlier[0] for earlier, later in itertools.pairwise(ours)]
            steps_took.append(statistics.median(full))
        products.append(product_seconds(*content.shape[-2:]))
    for count in EVALUATIONS:
        yield f"the tutorial's method, {SIDE} px: {count} evaluations", "s", theirs_took[count]
        for name in recipes:
            took = ours_took[name, count]
            yield f"to its loss after {count}: {name}", "s", took
            ratios = [theirs / ours for theirs, ours in zip(theirs_took[count], took, strict=True)]
            yield f"to its loss after {count}: {name}, times as fast", "×", ratios
    yield f"an evaluation of the tutorial's method, {SIDE} px", "ms", [1000 * took for took in evaluations_took]
    yield f"a step of ours at the finest scale, {SIDE} px", "ms", [1000 * took for took in steps_took]
    share = [100 * min(products) / took for took in steps_took]
    yield "its multiplications as bare float32 matrix products, share of a step", "%", share


def first_below(mark: float, moments: Sequence[Moment], loss: Callable[[Tensor], float]) -> float:
    """The seconds at which the loss is first no more than the mark, by bisection: it falls; infinite if it never is."""
    low, high = 0, len(moments)
    while low < high:
        middle = (low + high) // 2
        if loss(moments[middle][1]) <= mark:
            high = middle
        else:
            low = middle + 1
    return moments[low][0] if low < len(moments) else math.inf


def product_seconds(height: int, width: int) -> float:
    """Least seconds of the multiplications of one step as float32 matrix products: (HW, 9 C) with (9 C, K), twice.

    Of each convolution of VGG-16 as far as relu5_1, forward and back.
    """
    import torch

    total = 0.0
    for channels, filters, pools in CONVOLUTIONS:
        left = torch.randn((height >> pools) * (width >> pools), 9 * channels)
        right = torch.randn(9 * channels, filters)
        taken = []
        for _ in range(4):
            begun = time.perf_counter()
            torch.mm(left, right)
            taken.append(time.perf_counter() - begun)
        total += 2 * min(taken)
    return total


class Reference:
    """The tutorial's method."""

    def __init__(self) -> None:
        import torch

        from gramlib.filters import DEVIATION, MEAN
        from gramlib.weights import empty_features, load_weights

        features = empty_features("vgg16")
        features.load_state_dict(load_weights("vgg16"), assign=True)
        for module in features:
            if isinstance(module, torch.nn.ReLU):
                module.inplace = False
        self._features = features.eval().requires_grad_(False)
        self._mean, self._deviation = (torch.tensor(each).view(1, 3, 1, 1) for each in (MEAN, DEVIATION))
        self._indices: dict[str, int] = {}
        pools = convolutions = 0
        for index, module in enumerate(features):
            if isinstance(module, torch.nn.ReLU):
                convolutions += 1
                self._indices[f"relu{pools + 1}_{convolutions}"] = index
            elif isinstance(module, torch.nn.MaxPool2d):
                pools, convolutions = pools + 1, 0

    def _maps(self, image: Tensor, layers: Sequence[str]) -> dict[str, Tensor]:
        wanted = {self._indices[layer]: layer for layer in layers}
        hidden, found = (image - self._mean) / self._deviation, {}
        for index in range(max(wanted) + 1):
            hidden = self._features[index](hidden)
            if index in wanted:
                found[wanted[index]] = hidden[0]
        return found

    def run(self, content: Tensor, style: Tensor, settings: TransferSettings, evaluations: int) -> list[Moment]:
        """The moments of so many evaluations: each the picture that was evaluated."""
        import torch

        style_layers, content_layers = dict(settings.style_layers), dict(settings.content_layers)
        layers = [*style_layers, *content_layers]

        def gram(maps: Tensor) -> Tensor:
            flat = maps.flatten(1)
            return flat @ flat.T / flat.shape[1]

        with torch.no_grad():
            targets = {layer: gram(maps) for layer, maps in self._maps(style, list(style_layers)).items()}
            contents = self._maps(content, list(content_layers))
        picture = content.clone().requires_grad_()
        optimizer = torch.optim.LBFGS([picture])
        moments: list[Moment] = []
        begun, kept = time.perf_counter(), 0.0

        def closure() -> Tensor:
            nonlocal kept
            with torch.no_grad():
                picture.clamp_(0, 1)
            optimizer.zero_grad()
            maps = self._maps(picture, layers)
            style_losses = [
                weight * (gram(maps[layer]) - targets[layer]).square().sum() / targets[layer].square().sum()
                for layer, weight in style_layers.items()
            ]
            content_losses = [
                weight * (maps[layer] - contents[layer]).square().sum() / contents[layer].square().sum()
                for layer, weight in content_layers.items()
            ]
            right, below = picture.diff(dim=-1), picture.diff(dim=-2)
            rough = (right.square().sum() + below.square().sum()) / (right.numel() + below.numel())
            total = (
                settings.style_weight * sum(style_losses) / sum(style_layers.values())
                + settings.content_weight * sum(content_losses) / sum(content_layers.values())
                + settings.total_variation_weight * rough
            )
            total.backward()
            ended = time.perf_counter()
            moments.append((ended - begun - kept, picture.detach().clone()))
            kept += time.perf_counter() - ended
            return total

        while len(moments) < evaluations:
            optimizer.step(closure)
        return moments[:evaluations]
