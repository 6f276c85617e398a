"""Run every measurement against a fresh server in the machine's browser, print a table, and keep it as one JSON file.

python -m tests.bench [--json FILE] [style_transfer …]     names of modules; all without
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import statistics
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.bench import (
    closed_form,
    comparison,
    engine,
    feature_maps,
    filters,
    footprint,
    gram,
    growth,
    passes,
    style_distance,
    style_transfer,
    vectors,
    vgg_layers,
    waiting,
    workers,
)
from tests.browser.conftest import launch, running_server

Measure = Callable[[Page, str], Iterator[tuple[str, str, list[float]]]]
MEASUREMENTS: tuple[Measure, ...] = (
    footprint.measure,
    vectors.measure,
    waiting.measure,
    gram.measure,
    filters.measure,
    feature_maps.measure,
    vgg_layers.measure,
    style_distance.measure,
    passes.measure,
    style_transfer.measure,
    engine.measure,
    closed_form.measure,
    growth.measure,
    workers.measure,
    comparison.measure,
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--json", type=Path, default=Path("build/bench.json"))
    asked = parser.parse_args()
    kept: dict[str, dict[str, str | list[float | None]]] = {}
    print(f"{'what':<76} {'unit':>4} {'min':>8} {'median':>8} {'max':>8} {'n':>4}")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright, running_server() as server:
        profile = launch(playwright, Path(folder))
        for measure in MEASUREMENTS:
            if asked.modules and measure.__module__.rpartition(".")[2] not in asked.modules:
                continue
            page = profile.browser.new_page(viewport={"width": 1280, "height": 900})
            for what, unit, figures in measure(page, server):
                low, middle, high = min(figures), statistics.median(figures), max(figures)
                print(f"{what:<76} {unit:>4} {low:8.2f} {middle:8.2f} {high:8.2f} {len(figures):4d}", flush=True)
                kept[what] = {"unit": unit, "figures": [each if math.isfinite(each) else None for each in figures]}
            page.close()
        profile.close()
    machine = {"processors": os.cpu_count(), "kind": platform.machine(), "python": platform.python_version()}
    asked.json.parent.mkdir(parents=True, exist_ok=True)
    asked.json.write_text(json.dumps({"machine": machine, "measured": kept}, indent=1), encoding="utf-8")


main()
