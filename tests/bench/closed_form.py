"""A picture at once: how long the closed form takes and how good it is, on pairs that the decoder was not trained on.

python -m tests.bench.closed_form FOLDER    puts a contact sheet into FOLDER
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Page

from tests.bench.recipe import PAIRS, losses, picture, sheet

if TYPE_CHECKING:
    from torch import Tensor

    from gramlib.repainting import Repainted

SIDE, SEEN = 256, 6  # the first pairs of those that recipes are compared by
FROM_PHOTO = 30  # evaluations from the photo, whose loss is the mark


def measure(_page: Page, _server: str) -> Iterator[tuple[str, str, list[float]]]:
    from gramlib import VGG, TransferSettings, transfer
    from gramlib.decoder import LAYERS, load_decoder
    from gramlib.repainting import recolour, repaint

    network, decoder = VGG(), load_decoder()
    pairs = [(picture(photo, SIDE), picture(painting, SIDE)) for photo, painting in PAIRS[:SEEN]]
    repaint(*_lists(pairs[0]), network, decoder, deepest=LAYERS[-1])
    for deepest in ("colour", *LAYERS):
        seconds, content, style = [], [], []
        for pair in pairs:
            make = partial(recolour, *_lists(pair))
            if deepest != "colour":
                make = partial(repaint, *_lists(pair), network, decoder, deepest=deepest)
            made, took = _timed(make)
            seconds.append(took)
            of_content, of_style = losses(made.picture, *pair, network)
            content.append(of_content)
            style.append(of_style)
        if deepest != "colour":
            alone = partial(repaint, network=network, decoder=decoder, deepest=deepest, measured=False)
            picture_alone = [_timed(partial(alone, *_lists(pair)))[1] for pair in pairs]
            yield f"at once, {SIDE} px, {deepest}: two pictures → picture", "ms", picture_alone
        yield f"at once, {SIDE} px, {deepest}: two pictures → picture and distances", "ms", seconds
        yield f"at once, {deepest}: content loss", "", [*content, sum(content) / len(content)]
        yield f"at once, {deepest}: style loss", "", [*style, sum(style) / len(style)]
    steps = []
    for content_, style_ in pairs[:3]:
        usual = TransferSettings(steps=FROM_PHOTO, scales=1)
        *_, last = transfer(content_, style_, usual, network)
        begun_at = repaint(content_, [style_], network, decoder).picture
        onwards = transfer(
            content_, style_, TransferSettings(steps=FROM_PHOTO, scales=1, start="picture"), network, start=begun_at
        )
        steps.append(float(next((step.iteration for step in onwards if step.total <= last.total), FROM_PHOTO)))
    yield f"steps from there to the loss of {FROM_PHOTO} from the photo", "", steps


def _timed(make: Callable[[], Repainted]) -> tuple[Repainted, float]:
    begun = time.perf_counter()
    return make(), 1000 * (time.perf_counter() - begun)


def _lists(pair: tuple[Tensor, Tensor]) -> tuple[Tensor, list[Tensor]]:
    return pair[0], [pair[1]]


def main() -> None:
    from gramlib import VGG, to_image
    from gramlib.decoder import LAYERS, load_decoder
    from gramlib.repainting import recolour, repaint

    folder, network, decoder = Path(sys.argv[1]), VGG(), load_decoder()
    rows = []
    for photo, painting in PAIRS:
        pair = picture(photo, SIDE), picture(painting, SIDE)
        row = [*pair, recolour(*_lists(pair)).picture]
        row += [repaint(*_lists(pair), network, decoder, deepest=layer).picture for layer in LAYERS]
        row.append(repaint(*_lists(pair), network, decoder, full=False).picture)
        rows.append([to_image(each) for each in row])
    names = ["photo", "painting", "colours", *LAYERS, "relu3_1, mean and deviation"]
    folder.mkdir(parents=True, exist_ok=True)
    sheet(rows, names).save(folder / "at_once.png")


if __name__ == "__main__":
    main()
