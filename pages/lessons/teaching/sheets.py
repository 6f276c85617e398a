"""The worksheets by the lesson that they belong to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pages.lessons.teaching.tasks import Task
from pages.lessons.teaching.worksheets import (
    feature_maps,
    filters,
    gram,
    style_distance,
    style_transfer,
    vectors,
    vgg_layers,
)

WORKSHEETS: Mapping[str, Callable[[], list[Task]]] = {
    "vectors": vectors.tasks,
    "gram": gram.tasks,
    "filters": filters.tasks,
    "feature_maps": feature_maps.tasks,
    "vgg_layers": vgg_layers.tasks,
    "style_distance": style_distance.tasks,
    "style_transfer": style_transfer.tasks,
}
