"""Run every measurement against a fresh server in the machine's browser and print a table."""

from __future__ import annotations

import statistics
import sys
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
    gram,
    passes,
    style_distance,
    style_transfer,
    vectors,
    vgg_layers,
    waiting,
)
from tests.browser.conftest import launch, running_server

Measure = Callable[[Page, str], Iterator[tuple[str, str, list[float]]]]
MEASUREMENTS: tuple[Measure, ...] = (
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
    comparison.measure,
)


def main() -> None:
    asked = sys.argv[1:]  # names of modules, such as style_transfer; all without
    print(f"{'what':<58} {'unit':>4} {'min':>8} {'median':>8} {'max':>8} {'n':>4}")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright, running_server() as server:
        profile = launch(playwright, Path(folder))
        for measure in MEASUREMENTS:
            if asked and measure.__module__.rpartition(".")[2] not in asked:
                continue
            page = profile.browser.new_page(viewport={"width": 1280, "height": 900})
            for what, unit, figures in measure(page, server):
                low, middle, high = min(figures), statistics.median(figures), max(figures)
                print(f"{what:<58} {unit:>4} {low:8.1f} {middle:8.1f} {high:8.1f} {len(figures):4d}", flush=True)
            page.close()
        profile.close()


main()
