"""The numbers that a canvas prints are those that Python prints, to the last digit."""

from __future__ import annotations

import random

from playwright.sync_api import Browser

from pages.ui.canvases import component
from pages.ui.numbers import is_exact, number


def test_javascript_and_python_write_the_same(browser: Browser) -> None:
    rng = random.Random(0)
    values = [0.0, -0.0, 0.5, 2.5, 1.125, 12.25, -12.35, 0.0005, 999999.5, 1e6, 123456.0, 1e150, -1e-150, 0.125, 1.5e-4]
    values += [round(rng.uniform(-20, 20), 3) for _ in range(500)]
    values += [rng.uniform(-1, 1) * 10 ** rng.randint(-12, 12) for _ in range(500)]
    page = browser.new_page()
    script = component.script(component.HERE / "shared" / "numbers.js").replace("export ", "")
    write = "values.map((v) => [number(v), number(v, 6), equals(v)])"
    written = page.evaluate(f"(values) => {{ {script} return {write}; }}", values)
    page.close()
    assert written == [[number(v), number(v, 6), " = " if is_exact(v) else " ≈ "] for v in values]
