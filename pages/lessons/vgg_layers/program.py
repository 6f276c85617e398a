"""The program of lesson 4: it computes the matrix that the page shows."""

from __future__ import annotations

from pages.ui.compute.computed import Recipe
from pages.ui.pictures import Picture, to_size


def gram_code(picture: Picture, recipe: Recipe, layer: str, depth: int) -> str:
    """A program for torchvision that computes this very matrix; the first `depth` modules lead to the layer."""
    small = to_size(picture.image, recipe.size)
    gramlib = "from gramlib import open_image\n\n" if picture.is_own else ""
    opened = picture.opening if picture.is_own else f'Image.open({picture.path!r}).convert("RGB")'
    pooling = "" if recipe.pooling == "max" else _AVERAGE
    return f"""import numpy as np
import torch
from PIL import Image
{_NETWORK[recipe.architecture]}{pooling}
{gramlib}image = {opened}.resize({small}, Image.Resampling.LANCZOS)
x = torch.from_numpy(np.array(image)).permute(2, 0, 1)[None] / 255
mean, deviation = torch.tensor([[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]])[:, None, :, None, None]
with torch.inference_mode():
    F = network[:{depth}]((x - mean) / deviation)[0].flatten(1)  # {layer}: [C, HW]
G = F @ F.T / F.shape[1]
print(tuple(G.shape), float(G.norm()), float(G.trace()))
"""


_NETWORK = {
    "vgg16": """from torchvision.models import vgg16

network = vgg16(init_weights=False).features
weights = torch.load("assets/weights/vgg16_features_fp16.pth")
network.load_state_dict({name: weight.float() for name, weight in weights.items()})
""",
    "vgg16-random": """from torchvision.models import vgg16

from gramlib import load_weights

network = vgg16(init_weights=False).features
network.load_state_dict(load_weights("vgg16-random"))  # He's normal distribution, always the same numbers
""",
    "vgg19": """from torchvision.models import vgg19

network = vgg19(weights="IMAGENET1K_V1").features
""",
}
_AVERAGE = """for k, module in enumerate(network):
    if isinstance(module, torch.nn.MaxPool2d):
        network[k] = torch.nn.AvgPool2d(2, 2)
"""
