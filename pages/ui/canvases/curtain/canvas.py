"""Two pictures of one shape, and a curtain between them to be drawn by mouse, touch or keys. Python hears nothing."""

from __future__ import annotations

from collections.abc import Mapping

from pages.ui.canvases import component

# every word that is shown or spoken
WORDS = ("label", "before", "after", "alt_before", "alt_after")

_curtain = component.register("curtain")


def curtain(before: str, after: str, size: tuple[int, int], *, words: Mapping[str, str], key: str) -> None:
    """At first the curtain draws back by itself, once, to show that it can; where motion is not wanted it stands half.

    before, after   addresses of the picture on the curtain, to its left, and of the one behind
    size            width and height of both, for their shape
    words           the texts named in WORDS, in the person's language
    """
    width, height = size
    _curtain(
        key=key,
        data={
            "before": before,
            "after": after,
            "width": width,
            "height": height,
            "words": {word: words[word] for word in WORDS},
        },
    )
