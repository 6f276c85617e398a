"""Inner products, Gram matrices, and how a Gram matrix holds the style of a picture.

The names below are the library. Each is imported from its module when it is first used, so that
`from gramlib import gram_matrix` never loads PyTorch.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gramlib.errors import GramlabError, WeightsUnavailable
    from gramlib.gram import (
        GramProperties,
        align,
        feature_gram,
        flatten_features,
        gram_matrix,
        properties,
        random_orthogonal,
        recover_vectors,
        rotation,
    )
    from gramlib.images import open_image, to_image, to_tensor
    from gramlib.jobs import Job, JobPool
    from gramlib.style import content_loss, style_distance, style_loss, total_variation
    from gramlib.transfer import Change, Step, TransferSettings, transfer
    from gramlib.vectors import Relation, angle, cosine, inner_product, norm, parse_vector, projection, relation
    from gramlib.vgg import VGG
    from gramlib.weights import load_weights

_MODULE_OF = {
    "Change": "transfer",
    "GramProperties": "gram",
    "GramlabError": "errors",
    "Job": "jobs",
    "JobPool": "jobs",
    "Relation": "vectors",
    "Step": "transfer",
    "TransferSettings": "transfer",
    "VGG": "vgg",
    "WeightsUnavailable": "errors",
    "align": "gram",
    "angle": "vectors",
    "content_loss": "style",
    "cosine": "vectors",
    "feature_gram": "gram",
    "flatten_features": "gram",
    "gram_matrix": "gram",
    "inner_product": "vectors",
    "load_weights": "weights",
    "norm": "vectors",
    "open_image": "images",
    "parse_vector": "vectors",
    "projection": "vectors",
    "properties": "gram",
    "random_orthogonal": "gram",
    "recover_vectors": "gram",
    "relation": "vectors",
    "rotation": "gram",
    "style_distance": "style",
    "style_loss": "style",
    "to_image": "images",
    "to_tensor": "images",
    "total_variation": "style",
    "transfer": "transfer",
}

__all__ = [
    "Change",
    "GramProperties",
    "GramlabError",
    "Job",
    "JobPool",
    "Relation",
    "Step",
    "TransferSettings",
    "VGG",
    "WeightsUnavailable",
    "align",
    "angle",
    "content_loss",
    "cosine",
    "feature_gram",
    "flatten_features",
    "gram_matrix",
    "inner_product",
    "load_weights",
    "norm",
    "open_image",
    "parse_vector",
    "projection",
    "properties",
    "random_orthogonal",
    "recover_vectors",
    "relation",
    "rotation",
    "style_distance",
    "style_loss",
    "to_image",
    "to_tensor",
    "total_variation",
    "transfer",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'gramlib' has no attribute '{name}'")
    module = importlib.import_module(f"gramlib.{_MODULE_OF[name]}")
    # `transfer` is a function and a module; importing the module has just set that name here, and it can be called
    return globals().get(name, getattr(module, name))


def __dir__() -> list[str]:
    return __all__
