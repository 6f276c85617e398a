"""The picture of a link."""

from __future__ import annotations

import re

from pages.ui.links import qr_code
from pages.ui.state import LONGEST_LINK


def test_the_longest_link_has_a_picture_with_the_margin_that_cameras_need():
    for length in (30, LONGEST_LINK):
        drawn = qr_code("http://192.168.7.20:8501/".ljust(length, "x"))
        width, height = (int(side) for side in re.search(r'width="(\d+)" height="(\d+)"', drawn).groups())
        assert width == height
        # ISO/IEC 18004: 17 + 4 · version modules a side, and four on every side left white
        assert width % 8 == 0
        assert (width // 8 - 8 - 17) % 4 == 0
        assert 1 <= (width // 8 - 8 - 17) // 4 <= 40
        assert "#fff" in drawn, "white also where the page is dark"
