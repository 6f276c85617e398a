"""Parts of a page that a canvas writes anew in every frame while a hand moves something in it.

What stands around them is named after the canvas whose hand they follow, and each part after what it shows; the names
are those that canvases/vectors/follow.js gives to its numbers. When the hand has let go, the page writes them again.
"""

from __future__ import annotations

import html
import re


def part(name: str, text: str, kind: str = "", tag: str = "span") -> str:
    """A text under its name; `kind` is its class in page.css."""
    classes = f" class='{kind}'" if kind else ""
    return f"<{tag}{classes} data-part='{name}'>{html.escape(text)}</{tag}>"


def whole(body: str, kind: str, follows: str = "", role: str = "", tag: str = "div") -> str:
    """What is around the parts.

    follows   the key of the canvas, or nothing where none can move them
    """
    named = f" data-follows='{follows}'" if follows else ""
    spoken = f" role='{role}'" if role else ""
    return f"<{tag} class='gramlab {kind}'{spoken}{named}>{body}</{tag}>"


def emphasized(text: str) -> str:
    """Our own text as HTML, with what stands between two pairs of asterisks emphasized."""
    return re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", html.escape(text, quote=False))


def negative_or_positive(value: float) -> str:
    """The class of a product in a formula; that of 0 is violet, as the products are."""
    return "negative" if value < 0 else "positive"
