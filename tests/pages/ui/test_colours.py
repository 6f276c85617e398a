"""The theme of Streamlit and our own colours are the same; and all can be told apart and read."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from pages.ui.colours import DARK, LIGHT

CONFIG = Path(__file__).parents[3] / ".streamlit" / "config.toml"


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("name", "scheme"), [("light", LIGHT), ("dark", DARK)])
def test_the_theme_has_our_colours(name, scheme):
    theme = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"][name]
    assert theme["backgroundColor"] == scheme.paper
    assert theme["secondaryBackgroundColor"] == scheme.raised
    assert theme["textColor"] == scheme.ink
    assert theme["primaryColor"] == scheme.product
    assert theme["borderColor"] == scheme.faint


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["ink", "quiet", "first", "second", "product", "negative", "content", "style"])
def test_every_colour_can_be_read_on_paper_and_on_what_is_raised(scheme, name):
    assert contrast(getattr(scheme, name), scheme.paper) >= 4.5
    assert contrast(getattr(scheme, name), scheme.raised) >= 4.5
