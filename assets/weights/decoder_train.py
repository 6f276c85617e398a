"""Train the decoder: features that the closed form has given a painting's Gram matrices become a picture.

    python assets/weights/decoder_pictures.py FOLDER
    python assets/weights/decoder_train.py FOLDER [--iterations 12000] [--write FILE]

The goal is the one that a transfer goes on from it with (TransferSettings), for pictures 256 px large: content loss +
20 · style loss + 30 · total variation, by VGG-16 itself. What it sees is drawn from --seed; on a GPU the last digits
differ from run to run, as its sums do. `decoder_log.txt` beside this file is what it printed.

Of each batch some are to give back the photo itself (strength 0), some come from mean and deviation alone, and now and
then only the first one, two or three layers are given: so that the laboratory's knobs have a decoder that knows them.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).parents[2]))
from gramlib.closed_form import LEAST_VARIANCE
from gramlib.decoder import LAYERS, Decoder
from gramlib.filters import DEVIATION, MEAN
from gramlib.settings import TransferSettings
from gramlib.style import total_variation
from gramlib.weights import empty_features, load_weights

LIST = Path(__file__).parent / "decoder_pictures.txt"
SIZE, BATCH = 256, 8
RATE, LAST_RATE = 1e-3, 1e-5
STYLE_LAYERS = tuple(dict(TransferSettings().style_layers))
CONTENT_LAYER = "relu4_2"
INDEX = {1: "relu1_1", 6: "relu2_1", 11: "relu3_1", 18: "relu4_1", 20: "relu4_2", 25: "relu5_1"}
ROUNDS = 26  # of the iteration for roots: enough for eigenvalues from 10⁻⁷ of the largest on


class Network(nn.Module):
    """VGG-16 for a whole batch; gramlib.vgg.VGG takes one picture at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.features = empty_features("vgg16")[:26]
        weights = {name: value for name, value in load_weights("vgg16").items() if int(name.split(".")[0]) < 26}
        self.features.load_state_dict(weights, assign=True)
        for module in self.features:
            if isinstance(module, nn.ReLU):
                module.inplace = False
        self.requires_grad_(False)
        self.register_buffer("mean", torch.tensor(MEAN).view(1, 3, 1, 1))
        self.register_buffer("deviation", torch.tensor(DEVIATION).view(1, 3, 1, 1))

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        hidden = ((pictures - self.mean) / self.deviation).contiguous(memory_format=torch.channels_last)
        found = {}
        for index, module in enumerate(self.features):
            hidden = module(hidden)
            if index in INDEX:
                found[INDEX[index]] = hidden
        return found


def gram(features: Tensor) -> Tensor:
    """Return F Fᵀ / HW, (N, C, C), summed in full float32."""
    flat = features.float().flatten(2)
    return flat @ flat.mT / flat.shape[2]


def roots(matrices: Tensor) -> tuple[Tensor, Tensor]:
    """Return A^½ and A^−½ by the coupled Newton-Schulz iteration (Higham 2008, eq. 6.35): products alone, on a GPU."""
    size = matrices.diagonal(dim1=1, dim2=2).sum(1)[:, None, None]
    identity = torch.eye(matrices.shape[1], device=matrices.device, dtype=matrices.dtype).expand_as(matrices)
    root, inverse = matrices / size, identity
    for _ in range(ROUNDS):
        turn = (3 * identity - inverse @ root) / 2
        root, inverse = root @ turn, turn @ inverse
    return root * size.sqrt(), inverse / size.sqrt()


def matched(features: Tensor, target: Tensor, full: Tensor) -> Tensor:
    """gramlib.closed_form.matched for a batch; `full` (N,) says for which the whole covariance."""
    flat, wanted = features.flatten(2).double(), target.flatten(2).double()
    mean, wanted_mean = flat.mean(2, keepdim=True), wanted.mean(2, keepdim=True)
    flat, wanted = flat - mean, wanted - wanted_mean
    own, other = flat @ flat.mT / flat.shape[2], wanted @ wanted.mT / wanted.shape[2]
    variance, goal = own.diagonal(dim1=1, dim2=2), other.diagonal(dim1=1, dim2=2)
    least = LEAST_VARIANCE * variance.mean(1, keepdim=True)
    scale = torch.where(variance > least, (goal / variance.clamp_min(1e-30)).sqrt(), 0.0)
    own = own + torch.diag_embed(least.clamp_min(1e-12).expand_as(variance))
    root, inverse = roots(own)
    inner, _ = roots(root @ other @ root + 1e-9 * torch.diag_embed(variance.mean(1, keepdim=True).expand_as(variance)))
    moved = torch.where(full[:, None, None], inverse @ inner @ (inverse @ flat), scale[:, :, None] * flat)
    return (moved + wanted_mean).float().view_as(features)


def pictures(folder: Path, kind: str, device: str) -> list[Tensor]:
    files = sorted((folder / kind).glob("*.jpg"))
    return [torch.from_numpy(np.array(Image.open(file))).permute(2, 0, 1).to(device) for file in files]


def crop(picture: Tensor, chance: np.random.Generator, least: float) -> Tensor:
    """Return a square of it, (3, SIZE, SIZE) in [0, 1], mirrored in half of the cases."""
    height, width = picture.shape[1:]
    side = int(min(height, width) * chance.uniform(least, 1))
    top, left = chance.integers(0, height - side + 1), chance.integers(0, width - side + 1)
    square = picture[None, :, top : top + side, left : left + side].float() / 255
    square = nn.functional.interpolate(square, size=SIZE, mode="bilinear", antialias=side > SIZE)[0]
    return square.flip(2) if chance.random() < 0.5 else square


def recoloured(picture: Tensor, chance: np.random.Generator) -> Tensor:
    """Return it with its colours exchanged in a third of the cases: there are few paintings and many palettes."""
    if chance.random() > 1 / 3:
        return picture
    picture = picture[torch.from_numpy(chance.permutation(3)).to(picture.device)]
    return 1 - picture if chance.random() < 0.2 else picture


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--iterations", type=int, default=12_000)
    parser.add_argument("--seed", type=int, default=2017)
    parser.add_argument("--write", type=Path, default=Path(__file__).parent / "decoder_fp16.pth")
    parser.add_argument("--batch", type=int, default=BATCH)
    options = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(options.seed)
    chance = np.random.default_rng(options.seed)
    torch.backends.cudnn.allow_tf32 = True  # the convolutions; Grams and roots are computed in full
    torch.backends.cudnn.benchmark = True
    recipe = TransferSettings()

    photos, styles = pictures(options.folder, "photos", device), pictures(options.folder, "styles", device)
    places = [line.split(" ", 1)[1] for line in LIST.read_text().splitlines() if line.startswith("styles")]
    figures = np.array(["/portraits/" in place for place in places])
    paintings, figures = np.flatnonzero(~figures), np.flatnonzero(figures)
    network, decoder = Network().to(device), Decoder().to(device).to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(decoder.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, RATE, options.iterations, pct_start=0.05, final_div_factor=RATE / 25 / LAST_RATE
    )
    print(f"{len(photos)} photos, {len(styles)} styles; {sum(p.numel() for p in decoder.parameters())} parameters")

    sums, began = torch.zeros(4, device=device), time.monotonic()
    for iteration in range(1, options.iterations + 1):
        drawn = []
        for _ in range(options.batch):
            kind = chance.random()  # half of the styles are paintings, the others figures and photographs
            source = styles[chance.choice(paintings if kind < 0.5 else figures)] if kind < 0.7 else None
            source = photos[chance.integers(len(photos))] if source is None else source
            drawn.append(recoloured(crop(source, chance, 0.5), chance))
        content = torch.stack([crop(photos[chance.integers(len(photos))], chance, 0.5) for _ in range(options.batch)])
        style = torch.stack(drawn)
        itself = torch.from_numpy(chance.random(options.batch) < 0.1).to(device)
        full = torch.from_numpy(chance.random(options.batch) < 0.75).to(device)
        depth = int(chance.choice([1, 2, 3, 4], p=[0.05, 0.08, 0.12, 0.75]))
        style = torch.where(itself[:, None, None, None], content, style)

        with torch.no_grad():
            F, S = network(content), network(style)
            given = {}
            for layer in LAYERS[:depth]:
                moved = matched(F[layer], S[layer], full)
                given[layer] = torch.where(itself[:, None, None, None], F[layer], moved)
            counted = STYLE_LAYERS if depth == len(LAYERS) else STYLE_LAYERS[:depth]
            A = {layer: gram(S[layer]) for layer in counted}
        picture = decoder(given)
        found = network(picture)
        P = F[CONTENT_LAYER]
        content_loss = ((found[CONTENT_LAYER] - P).square().sum((1, 2, 3)) / P.square().sum((1, 2, 3))).mean()
        each = [
            (gram(found[layer]) - A[layer]).square().sum((1, 2)) / A[layer].square().sum((1, 2)) for layer in counted
        ]
        # a flat style divides by next to nothing: one such picture shall not outshout the batch
        style_loss = torch.stack(each).mean(0).clamp_max(20).mean()
        smoothness = total_variation(picture)
        outside = (picture - picture.detach().clamp(0, 1)).square().mean()
        loss = (
            recipe.content_weight * content_loss
            + recipe.style_weight * style_loss
            + recipe.total_variation_weight * smoothness
            + 10 * outside
        )
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(decoder.parameters(), 5.0)
        optimizer.step()
        schedule.step()
        sums += torch.stack([loss, content_loss, style_loss, smoothness]).detach()
        every = max(1, options.iterations // 60)
        if iteration % every == 0 or iteration == options.iterations:
            mean = (sums / (iteration % every or every)).tolist()
            sums.zero_()
            line = f"{iteration:6} loss {mean[0]:.3f} content {mean[1]:.3f} style {mean[2]:.4f} variation {mean[3]:.5f}"
            print(f"{line}  {time.monotonic() - began:.0f} s", flush=True)
            torch.save({name: value.half().cpu() for name, value in decoder.state_dict().items()}, options.write)


if __name__ == "__main__":
    main()
