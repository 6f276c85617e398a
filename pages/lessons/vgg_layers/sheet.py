"""All channels of a layer, strongest first, and one of them over the picture."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pages.ui.canvases.sheet.canvas import contact_sheet
from pages.ui.compute.passes import LayerPass
from pages.ui.numbers import number
from pages.ui.pictures import Picture, data_url
from pages.ui.show.channels import grey_ground
from pages.ui.text import group


def channel_sheet(
    picture: Picture, seen: LayerPass, layer: str, order: np.ndarray, channel: int, choose: Callable[[int], None]
) -> None:
    """Show every channel of the layer, in this order, with its share of the layer's energy, the diagonal of G.

    channel   the one that is enlarged; `choose` is called with another before the page runs again
    """
    energies = np.diag(seen.grams[layer])[order].astype(float)
    shares = 100 * energies / (energies.sum() or 1.0)
    contact_sheet(
        seen.channels[layer][order],
        list(order),
        [number(float(share), 2) for share in shares],
        channel,
        choose,
        image=data_url(f"{picture.name}, grey", grey_ground(picture)),
        aspect=picture.image.size,
        words=group("channel_sheet"),
        key="vgg_layers.channel_sheet",
    )
