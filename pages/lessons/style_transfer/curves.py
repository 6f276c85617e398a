"""What is said beside the curves: what the content's layer counts, and what its curve is read by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.lessons.style_transfer import kept, references
from pages.ui.compute import networks
from pages.ui.pictures import names, picture, title, to_size
from pages.ui.text import group, plain_text

if TYPE_CHECKING:
    from gramlib.jobs import Job
    from pages.lessons.style_transfer.state import State


def words(state: State, job: Job | None) -> dict[str, str]:
    """The texts of the table of curves, with this photo's numbers in them."""
    content, at = state.content, None
    if job is not None and (beside := kept.kept(job)) is not None:
        content, at = beside.before.name, beside.before.image.size
    # an upload may have made way for others meanwhile
    photo = picture(content if content in names() else state.content)
    width, height = at or to_size(photo.image, state.size)
    layer = state.content_layer
    known = networks.network().reached(height, width)
    note = ""
    if layer in known:  # else the page says that the picture is too small for it
        channels, rows, columns = networks.network().shape(layer, height, width)
        note = plain_text(
            "style_transfer.table.content_note", layer=layer, channels=channels, rows=rows, columns=columns
        )
    other = plain_text("style_transfer.table.reference_other", title=title(references.other(photo.name)))
    return group("style_transfer.table") | {"content_note": note, "reference_other": other}
