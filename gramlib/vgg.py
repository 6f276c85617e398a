"""The network whose feature maps the Gram matrices are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import torch
from torch import Tensor, nn

from gramlib.errors import GramlabError
from gramlib.filters import DEVIATION, MEAN
from gramlib.weights import ARCHITECTURES, empty_features, load_weights, unknown_architecture
from gramlib.winograd import Convolution


class VGG:
    """The convolutions of VGG-16 or VGG-19 (Simonyan, Zisserman 2015), frozen, as torchvision has them.

    Layers are named as in Gatys, Ecker, Bethge (2016): relu3_1 is the first rectified convolution after two poolings.

    architecture   "vgg16" | "vgg19" | "vgg16-random"; see load_weights
    pooling        "max", as trained, or "average", which Gatys, Ecker, Bethge (2016) found to look slightly better
    padding        of the first layer: "zeros", as trained, or "replicate", which repeats the edge's pixels
    device         where it runs; None takes CUDA, else Apple's MPS, else the CPU. A GPU that fails a small convolution,
                   being too old for this PyTorch or full, is not taken: `passed_over` then holds its name, else None.
                   On NVIDIA's it computes in full float32, and so does the whole process from then on: with the short
                   TF32 of PyTorch's default (10 bits instead of 23) features are up to 2·10⁻³ off on an H100 and Gram
                   matrices 7·10⁻⁴, more than the digits shown; without, 5·10⁻⁶ and 2·10⁻⁶
    progress       told the fraction fetched when the weights come over the network
    raises         GramlabError for an unknown architecture, pooling or padding, WeightsUnavailable when there are none

    The borders are padded with zeros, as in training; a picture's edge therefore looks to it like an edge to black.
    It is the default because features are compared with torchvision's, and because a transfer hardly shows it. Three
    photos with three paintings, 176 px, 30 steps, zeros and "replicate" side by side: the outermost two pixels of the
    pictures differ in lightness by at most 0.006 of the range 0 … 1 (and are as detailed, within 0.003); of textures
    made from noise, where nothing holds the border, they are 0.02 to 0.03 too light with zeros, 0.01 to 0.02 with
    "replicate".
    Deviation from the paper: its weights were rescaled to a mean activation of 1, these are torchvision's own.
    """

    def __init__(
        self,
        architecture: str = "vgg16",
        pooling: str = "max",
        *,
        padding: str = "zeros",
        device: str | torch.device | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> None:
        if architecture not in ARCHITECTURES:
            raise unknown_architecture(architecture)
        if pooling not in ("max", "average"):
            raise GramlabError(
                "pooling_unknown",
                f"There is no pooling called {pooling!r}; choose max or average.",
                got=pooling,
                choices="max, average",
            )
        if padding not in ("zeros", "replicate"):
            raise GramlabError(
                "padding_unknown",
                f"There is no padding called {padding!r}; choose zeros or replicate.",
                got=padding,
                choices="zeros, replicate",
            )
        self.architecture = architecture
        self.pooling = pooling
        self.padding = padding
        self.device, self.passed_over = (torch.device(device), None) if device is not None else _best_device()
        if self.device.type == "cuda":
            torch.backends.cudnn.allow_tf32 = False
        features = empty_features(architecture)
        features.load_state_dict(load_weights(architecture, progress), assign=True)
        for index, module in enumerate(features):
            if isinstance(module, nn.Conv2d) and index == 0:
                module.padding_mode = "replicate" if padding == "replicate" else "zeros"
            elif isinstance(module, nn.ReLU):
                module.inplace = False  # as fast, and nothing that was handed out is ever written into
            elif isinstance(module, nn.MaxPool2d) and pooling == "average":
                features[index] = nn.AvgPool2d(module.kernel_size, module.stride)
        features.eval().requires_grad_(False)
        self._layers = _name_layers(features)
        # channels_last: a quarter faster, forward and backward, on a CPU
        self._features = features.to(self.device).to(memory_format=torch.channels_last)
        if self.device.type == "cpu":
            for index, module in enumerate(features):
                if isinstance(module, nn.Conv2d) and index > 0:
                    features[index] = Convolution(module)
        self._mean = torch.tensor(MEAN, device=self.device).view(1, 3, 1, 1)
        self._deviation = torch.tensor(DEVIATION, device=self.device).view(1, 3, 1, 1)

    def __repr__(self) -> str:
        return f"VGG({self.architecture!r}, pooling={self.pooling!r}, device={str(self.device)!r})"

    @property
    def layers(self) -> tuple[str, ...]:
        """Every name that `features` knows, from the shallowest: relu1_1, relu1_2, relu2_1, …"""
        return tuple(self._layers)

    def features(self, image: Tensor, layers: Iterable[str]) -> dict[str, Tensor]:
        """Return what each layer sees in the image, as {name: (C, H, W)} in the order asked for.

        Differentiable with respect to the image, and computed no deeper than the deepest layer asked for.

        image     (1, 3, H, W) or (3, H, W), RGB in [0, 1], any size from smallest_side(layer) on, any device. Values a
                  little outside [0, 1] are computed as they stand: an optimiser may step there.
        layers    names from `self.layers`
        returns   float32 on `self.device`; F of the papers, before it is flattened to (C, HW)
        raises    GramlabError for another shape, a value that is not finite, an unknown layer, an image too small
        """
        asked = tuple(layers)
        found = dict(self.walk(image, asked))
        return {name: found[name] for name in asked}

    def walk(self, image: Tensor, layers: Iterable[str]) -> Iterator[tuple[str, Tensor]]:
        """Yield each layer, from the shallowest, as soon as it is computed: the same as `features`, in its own time.

        image, layers, raises   as for `features`; raised when the first layer is asked for
        yields                  (name, (C, H, W) float32 on `self.device`); a layer that is named twice comes once
        """
        asked = tuple(layers)
        image = as_picture(image)
        self.check(asked, *image.shape[-2:])
        image = image.to(self.device, torch.float32)
        if not image.isfinite().all():
            raise GramlabError("image_not_finite", "The image contains a value that is not a finite number.")
        wanted = {self._layers[name][0]: name for name in asked}
        hidden = ((image - self._mean) / self._deviation).contiguous(memory_format=torch.channels_last)
        for index in range(max(wanted, default=-1) + 1):
            hidden = self._features[index](hidden)
            if index in wanted:
                yield wanted[index], hidden[0]

    def smallest_side(self, layer: str) -> int:
        """Return how many pixels an image needs on each side to leave at least one position at this layer."""
        self.check((layer,))
        return 1 << self._layers[layer][1]

    def depth(self, layer: str) -> int:
        """Return how many modules of torchvision's `features` lead to this layer: network[:depth] ends with it."""
        self.check((layer,))
        return self._layers[layer][0] + 1

    def shape(self, layer: str, height: int, width: int) -> tuple[int, int, int]:
        """Return the (C, H, W) of a layer for an image of that many pixels, without computing it."""
        self.check((layer,), height, width)
        _, pools, channels = self._layers[layer]
        return channels, height >> pools, width >> pools

    def reached(self, height: int, width: int) -> tuple[str, ...]:
        """Return the layers that an image of that many pixels reaches: those with at least one position left."""
        return tuple(name for name, (_, pools, _) in self._layers.items() if min(height, width) >= 1 << pools)

    def check(self, layers: Iterable[str], height: int | None = None, width: int | None = None) -> None:
        """Raise GramlabError unless every layer exists and, if a size is given, an image of that size reaches it."""
        for layer in layers:
            if layer not in self._layers:
                choices = ", ".join(self._layers)
                raise GramlabError(
                    "layer_unknown",
                    f"{self.architecture} has no layer called {layer!r}; choose from {choices}.",
                    got=layer,
                    architecture=self.architecture,
                    choices=choices,
                )
            needed = 1 << self._layers[layer][1]
            if height is not None and width is not None and min(height, width) < needed:
                raise GramlabError(
                    "image_too_small",
                    f"The image is {width}×{height} pixels; {layer} needs at least {needed} on each side.",
                    width=width,
                    height=height,
                    layer=layer,
                    needed=needed,
                )


def as_picture(image: Tensor) -> Tensor:
    """Return a picture (1, 3, H, W) or (3, H, W) as (1, 3, H, W); raise GramlabError for anything else."""
    if not isinstance(image, Tensor) or not image.is_floating_point():
        got = str(image.dtype) if isinstance(image, Tensor) else type(image).__name__
        raise GramlabError(
            "image_kind", f"The image is a {got}: a tensor of floating-point numbers is needed.", got=got
        )
    picture = image.unsqueeze(0) if image.ndim == 3 else image
    if picture.ndim != 4 or picture.shape[:2] != (1, 3) or 0 in picture.shape:
        got = str(tuple(image.shape))
        raise GramlabError("image_shape", f"The image has the shape {got}: (1, 3, H, W) is needed.", got=got)
    return picture


def _best_device() -> tuple[torch.device, str | None]:
    """The device to run on, and the name of a GPU that is there and cannot compute."""
    passed_over = None
    for name, is_there in (("cuda", torch.cuda.is_available), ("mps", torch.backends.mps.is_available)):
        if is_there():
            try:
                _try_out(torch.device(name))
                return torch.device(name), None
            except RuntimeError:  # "no kernel image is available for execution on the device", "CUDA out of memory"
                passed_over = passed_over or _title(name)
    return torch.device("cpu"), passed_over


def _try_out(device: torch.device) -> None:
    """Compute a convolution as the networks do, and wait for it; raise RuntimeError where that cannot be done."""
    features = nn.functional.conv2d(torch.ones(1, 3, 8, 8, device=device), torch.ones(2, 3, 3, 3, device=device))
    features.sum().item()


def _title(name: str) -> str:
    try:
        return torch.cuda.get_device_name() if name == "cuda" else name.upper()
    except RuntimeError:
        return name.upper()


def _name_layers(features: nn.Sequential) -> dict[str, tuple[int, int, int]]:
    """Return {name: (index in `features`, poolings before it, channels)} of every rectified convolution."""
    layers, pools, convolutions, channels = {}, 0, 0, 0
    for index, module in enumerate(features):
        if isinstance(module, nn.Conv2d):
            convolutions, channels = convolutions + 1, module.out_channels
        elif isinstance(module, nn.ReLU):
            layers[f"relu{pools + 1}_{convolutions}"] = (index, pools, channels)
        else:
            pools, convolutions = pools + 1, 0
    return layers
