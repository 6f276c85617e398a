"""From features back to a picture: a small network that was taught what VGG-16's features look like.

It has one room for each of LAYERS. In each it takes that layer's features, adds what comes up from the layer below it,
and hands on a picture twice as large. Left out from below, the rooms that remain still give a picture: with relu1_1
alone the colours and the finest grain are all that the features decide.

    relu4_1 (512, H/8, W/8) ─ 256 ─┐×2
    relu3_1 (256, H/4, W/4) ───────┴─ 256 ─ 128 ─┐×2
    relu2_1 (128, H/2, W/2) ─────────────────────┴─ 128 ─ 64 ─┐×2
    relu1_1 (64, H, W) ───────────────────────────────────────┴─ 64 ─ 32 ─ 3: the picture

After the decoders of Li, Fang, Yang, Wang, Lu, Yang, "Universal Style Transfer via Feature Transforms" (2017), figure
1; they have one for each layer and go through them one after the other, encoding anew in between. How it was trained,
and on what: assets/weights/README.md.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from gramlib.box import in_the_box
from gramlib.errors import GramlabError, WeightsUnavailable

LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1")
CHANNELS = {"relu1_1": 64, "relu2_1": 128, "relu3_1": 256, "relu4_1": 512}
WEIGHTS = in_the_box("decoder_fp16.pth")
WEIGHTS_SHA256 = "e352b5f1831c0524f53d38394d6f3f7ae2c44ce286559d572039abb24864e4cd"


class Decoder(nn.Module):
    """The network, untrained; `load_decoder` gives the trained one."""

    def __init__(self) -> None:
        super().__init__()
        self.enter = nn.ModuleDict({layer: nn.Conv2d(CHANNELS[layer], CHANNELS[layer], 1) for layer in LAYERS[:-1]})
        self.enter[LAYERS[-1]] = _convolution(512, 256)
        self.think = nn.ModuleDict({layer: _convolution(CHANNELS[layer], CHANNELS[layer]) for layer in LAYERS[:-1]})
        self.leave = nn.ModuleDict({"relu3_1": _convolution(256, 128), "relu2_1": _convolution(128, 64)})
        self.leave["relu1_1"] = _convolution(64, 32)
        self.paint = _convolution(32, 3)

    def forward(self, features: Mapping[str, Tensor]) -> Tensor:
        """Return the picture that has these features.

        features   {layer: (N, C, H, W)} of the first one, two, three or four of LAYERS, as VGG-16 gives them for a
                   picture of any size
        returns    (N, 3, H, W) as the shallowest layer has it, not clipped to [0, 1]
        raises     GramlabError for other layers
        """
        depth = len(features)
        if depth == 0 or set(features) != set(LAYERS[:depth]):
            got = ", ".join(features)
            message = f"Features of {got or 'no layer'}: the first of {', '.join(LAYERS)} are needed."
            raise GramlabError("layer_unknown", message, architecture="Decoder", got=got, choices=", ".join(LAYERS))
        below: Tensor | None = None
        for layer in reversed(LAYERS[:depth]):
            here = self.enter[layer](features[layer])
            if layer == LAYERS[-1]:
                below = here
                continue
            if below is not None:  # a side that is odd was rounded down on the way
                here = here + interpolate(below.relu(), size=here.shape[-2:], mode="nearest")
            here = self.think[layer](here.relu()).relu()
            below = self.leave[layer](here)
        assert below is not None
        picture: Tensor = self.paint(below.relu())
        return picture


def _convolution(channels: int, gives: int) -> nn.Conv2d:
    # the edge's own numbers are repeated: zeros would darken it
    return nn.Conv2d(channels, gives, 3, padding=1, padding_mode="replicate")


def load_decoder(path: Path = WEIGHTS) -> Decoder:
    """Return the trained decoder, float32, on the CPU, ready for pictures and not for training.

    raises   WeightsUnavailable when its file is missing or another than belongs here
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = f"The decoder's weights {path} cannot be read: {reason}"
        raise WeightsUnavailable("weights_missing", message, path=str(path), reason=reason) from error
    if (got := hashlib.sha256(content).hexdigest()) != WEIGHTS_SHA256:
        message = f"The decoder's weights {path} have the SHA-256 {got}; {WEIGHTS_SHA256} is needed."
        raise WeightsUnavailable("weights_changed", message, path=str(path), got=got, expected=WEIGHTS_SHA256)
    state = torch.load(io.BytesIO(content), weights_only=True)
    decoder = Decoder()
    decoder.load_state_dict({name: value.float() for name, value in state.items()})
    return decoder.eval().requires_grad_(False).to(memory_format=torch.channels_last)
