"""Contact sheets for choosing the default recipe by looking: pairs downwards, variants across, and their figures.

Not part of `make test` or `make bench`; it takes minutes, on one thread:

    nice -n 19 python -m tests.bench.recipe FOLDER [--side 256] [--steps 60] [--pairs 4] [--variants max average …]

A run that FOLDER already holds is not made again: stop it, add variants, look in between. `sheet-….png` shows what was
asked for; the table that is printed gives for each picture

    grain          mean distance of a number of the picture from the mean of the 3 × 3 around it, of 1; the photo's and
                   the painting's, at the size they are used at, stand above the table
    content, style losses as gramlib.style has them, by the network with max pooling whatever the run used: one judge
                   for all, so that recipes compare. It favours those that were lowered by it …
    average        … so here is the style loss by average pooling as well

and at the end the mean of all pairs. Losses of different networks do not compare.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from PIL import Image, ImageDraw
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, pad

from gramlib.gram import feature_gram
from gramlib.images import open_image, to_image, to_tensor
from gramlib.settings import TransferSettings
from gramlib.style import content_loss, style_loss
from gramlib.transfer import transfer
from gramlib.vgg import VGG

IMAGES = Path(__file__).parents[2] / "assets" / "images"
# a face, the default pair, a wide sky, flat colours; and four more
PAIRS = (
    ("astronaut", "village_street_in_auvers"),
    ("neuschwanstein", "great_wave"),
    ("mont_st_michel", "harvesters"),
    ("cat", "composition_viii"),
    ("colosseum", "summertime"),
    ("great_wall", "inokashira_snow"),
    ("machu_picchu", "poppies"),
    ("cat", "spring"),
)
# style-transfer-pytorch's weights of the layers; its losses are scaled otherwise, so that only their order compares
FALLING = {"relu1_1": 256, "relu2_1": 64, "relu3_1": 16, "relu4_1": 4, "relu5_1": 1}
GENTLE = {"relu1_1": 2, "relu2_1": 2, "relu3_1": 1, "relu4_1": 1, "relu5_1": 0.5}
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "max": ("max", {}),
    "max-5": ("max", {"total_variation_weight": 5}),
    "max-20": ("max", {"total_variation_weight": 20}),
    "max-30": ("max", {"total_variation_weight": 30}),
    "max-100": ("max", {"total_variation_weight": 100}),
    "max-30-style10": ("max", {"total_variation_weight": 30, "style_weight": 10}),
    "max-30-style40": ("max", {"total_variation_weight": 30, "style_weight": 40}),
    "max-30-falling": ("max", {"total_variation_weight": 30, "style_layers": FALLING}),
    "max-30-gentle": ("max", {"total_variation_weight": 30, "style_layers": GENTLE}),
    "max-30-relu3_2": ("max", {"total_variation_weight": 30, "content_layers": {"relu3_2": 1}}),
    "average": ("average", {}),
    "average-5": ("average", {"total_variation_weight": 5}),
    "average-20": ("average", {"total_variation_weight": 20}),
    "doubled-20": ("doubled", {"total_variation_weight": 20}),  # each average times 2, as style-transfer-pytorch has it
    "average-20-falling": ("average", {"total_variation_weight": 20, "style_layers": FALLING}),
    "average-20-gentle": ("average", {"total_variation_weight": 20, "style_layers": GENTLE}),
    "average-20-style10": ("average", {"total_variation_weight": 20, "style_weight": 10}),
    "average-20-style40": ("average", {"total_variation_weight": 20, "style_weight": 40}),
    "average-20-relu3_2": ("average", {"total_variation_weight": 20, "content_layers": {"relu3_2": 1}}),
    "average-20-noise": ("average", {"total_variation_weight": 20, "start": "noise"}),
}
MARGIN, LINE = 6, 14


class Doubled(nn.Module):
    def forward(self, features: Tensor) -> Tensor:
        return 2 * avg_pool2d(features, 2)


def network(pooling: str) -> VGG:
    found = VGG(pooling="average" if pooling == "doubled" else pooling, device="cpu")
    if pooling == "doubled":
        for index, module in enumerate(found._features):
            if isinstance(module, nn.AvgPool2d):
                found._features[index] = Doubled()
    return found


def grain(image: Tensor) -> float:
    """Return the mean distance of each number from the mean of the 3 × 3 around it, (1, 3, H, W) in [0, 1]."""
    return (image - avg_pool2d(pad(image, (1, 1, 1, 1), "replicate"), 3, 1)).abs().mean().item()


def losses(image: Tensor, content: Tensor, style: Tensor, by: VGG) -> tuple[float, float]:
    """Return the content and the style loss of a picture by the first recipe's layers."""
    settings = TransferSettings()
    layers = [name for name, _ in settings.style_layers]
    with torch.no_grad():
        F, P, S = (by.features(each, [*layers, "relu4_2"]) for each in (image, content, style))
    G, A = ({layer: feature_gram(features[layer]) for layer in layers} for features in (F, S))
    return content_loss(F["relu4_2"], P["relu4_2"]).item(), style_loss(G, A).item()


def picture(name: str, side: int) -> Tensor:
    (file,) = IMAGES.glob(f"*/{name}.jpg")
    return to_tensor(open_image(file), side)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--pairs", type=int, default=4)
    parser.add_argument("--variants", nargs="+", default=["max", "max-20", "average", "average-20"])
    asked = parser.parse_args()
    torch.set_num_threads(1)
    asked.folder.mkdir(parents=True, exist_ok=True)
    networks: dict[str, VGG] = {}
    rows: list[list[Image.Image]] = []
    measured: dict[str, list[dict[str, float]]] = {name: [] for name in asked.variants}
    for photo, painting in PAIRS[: asked.pairs]:
        content, style = picture(photo, asked.side), picture(painting, asked.side)
        print(f"{photo} {painting}: grain {grain(content):.4f} and {grain(style):.4f}", flush=True)
        row = [to_image(content), to_image(style)]
        for name in asked.variants:
            pooling, knobs = VARIANTS[name]
            for needed in (pooling, "max", "average"):
                if needed not in networks:
                    networks[needed] = network(needed)
            file = asked.folder / f"{photo}-{painting}-{asked.side}-{asked.steps}-{name}.png"
            if not file.exists():
                # smoothness named in the variant, or none: whatever the default has become since
                settings = replace(TransferSettings(steps=asked.steps), **{"total_variation_weight": 0, **knobs})
                started = time.process_time()
                *_, step = transfer(content, style, settings, networks[pooling])
                of_content, of_style = losses(step.image, content, style, networks["max"])
                figures = {
                    "grain": grain(step.image),
                    "content": of_content,
                    "style": of_style,
                    "average": losses(step.image, content, style, networks["average"])[1],
                    "seconds": time.process_time() - started,
                }
                file.with_suffix(".json").write_text(json.dumps(figures), encoding="utf-8")
                to_image(step.image).save(file)
            figures = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
            print(f"  {name:<22}" + "".join(f" {key} {value:8.4f}" for key, value in figures.items()), flush=True)
            row.append(open_image(file))
            measured[name].append(figures)
        rows.append(row)
        sheet(rows, ["photo", "painting", *asked.variants]).save(asked.folder / f"sheet-{asked.side}.png")
    print(f"mean of {len(rows)} pairs")
    for name, each in measured.items():
        means = {key: sum(figures[key] for figures in each) / len(each) for key in each[0]}
        print(f"  {name:<22}" + "".join(f" {key} {value:8.4f}" for key, value in means.items()))


def sheet(rows: list[list[Image.Image]], names: list[str]) -> Image.Image:
    """Return all pictures on one white sheet, a row for each pair, a name above each column."""
    widths = [max(row[column].width for row in rows) + MARGIN for column in range(len(names))]
    heights = [max(image.height for image in row) + MARGIN for row in rows]
    whole = Image.new("RGB", (sum(widths), LINE + sum(heights)), "white")
    for column, name in enumerate(names):
        ImageDraw.Draw(whole).text((sum(widths[:column]), 0), name, fill="black")
        for row, images in enumerate(rows):
            whole.paste(images[column], (sum(widths[:column]), LINE + sum(heights[:row])))
    return whole


if __name__ == "__main__":
    main()
