"""How long a reader of lesson 1 waits, while somebody else hands in the worst that a person can hand in.

Once with a browser each, which on one machine take from one another what they need to draw; and once without, so that
it is the server alone that keeps the reader waiting.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect

from tests.bench.watching import TYPED, WATCH, wait_for_change
from tests.browser.conftest import settled
from tests.load.crowd import UPLOADED
from tests.load.people import Person

TURNS, ANSWERS = 3, 10  # how often each is handed in, and how often the reader types meanwhile
FILES = "[data-testid=stFileUploaderDropzoneInput]"


def zeros() -> bytes:
    """8000×8000, 0.5 MB as NPZ: refused from its header."""
    file = io.BytesIO()
    np.savez_compressed(file, np.zeros((8000, 8000)))
    return file.getvalue()


def lines() -> bytes:
    """4.9 million of them, refused before they are parsed."""
    return b"1\n" * 4_900_000


def table(rows: int) -> bytes:
    """So many vectors of 10 000 numbers; 105 are 10 MB."""
    numbers = np.random.default_rng(0).normal(size=10_000)
    return b"\n".join([",".join(f"{number:.6f}" for number in numbers).encode()] * rows)


def quotes() -> bytes:
    """Half a million quoted numbers with decimal commas, as many as may be, in lines nearly as long: no table."""
    return ('"1,5";' * 62_500 + "\n").encode() * 8


def photo() -> bytes:
    """A JPEG of 48 megapixels."""
    coarse = np.random.default_rng(0).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(coarse).resize((8000, 6000), Image.Resampling.BILINEAR).save(file, "JPEG", quality=80)
    return file.getvalue()


# what it is, where it is handed in, what it is called, what makes it, what the page says then
WORST: tuple[tuple[str, str, str, Callable[[], bytes], str], ...] = (
    ("an NPZ of 8000×8000 zeros", "gram", "zeros.npz", zeros, "The file holds k = 8000"),
    ("4.9 million lines", "gram", "lines.txt", lines, "rows or lines arrived"),
    ("a CSV of 105×10 000, 10 MB", "gram", "table.csv", lambda: table(105), "From your file: k = 105"),
    ("500 000 numbers in quotes, no table", "gram", "quotes.txt", quotes, "Row 1 of the file"),
    ("1×10 000, rebuilt", "gram", "row.csv", lambda: table(1), "From your file: k = 1"),
    ("a JPEG of 48 megapixels", "vgg_layers", "mega48.jpg", photo, "mega48"),
)


def _open(page: Page, server: str, lesson: str) -> None:
    """The lesson with its place for files open."""
    page.goto(f"{server}/{lesson}?lang=en" + ("&lab=rebuild" if lesson == "gram" else ""))
    if lesson == "gram":
        page.get_by_role("paragraph").filter(has_text="Or a file with one vector a row").click()
    else:
        page.get_by_text("Computed in").wait_for()
        page.get_by_test_id("stPopoverButton").first.click()
    page.locator(FILES).first.wait_for(state="attached")
    settled(page)


def _answers(reader: Page) -> Iterator[float]:
    field = reader.get_by_role("textbox", name="Vector a")
    for _ in range(ANSWERS):
        number = reader.evaluate("window.__number = (window.__number ?? 1) + 1")
        reader.evaluate("window.__changes = []")
        field.fill(f"{number}, 1")
        yield wait_for_change(reader) - reader.evaluate("window.__typed")
        reader.wait_for_timeout(100)


def _answers_of_the_server(server: str, lesson: str, name: str, data: bytes) -> Iterator[float]:
    """The same without browsers: for as long as the other one's page is not there, and some answers more."""
    reader, other = Person(server), Person(server)
    reader.open("vectors")
    other.open(lesson, "lang=en&lab=rebuild")
    key = "gram.file" if lesson == "gram" else UPLOADED
    handing = threading.Thread(target=other.upload, args=(key, name, data, "application/octet-stream"))
    handing.start()
    count = 0
    while handing.is_alive() or count < ANSWERS:
        count += 1
        yield 1000 * reader.type("vectors.a", f"{count}, 1")
    for person in (reader, other):
        person.leave()


def measure(page: Page, server: str) -> Iterator[tuple[str, str, list[float]]]:
    page.goto(f"{server}/vectors?lang=en")
    page.get_by_role("textbox", name="Vector a").wait_for()
    page.wait_for_timeout(3000)  # the network loads behind
    page.evaluate(WATCH, ".gramlab.value")
    page.evaluate(TYPED)
    list(_answers(page))
    yield "a reader of lesson 1 waits, nobody else there", "ms", [wait for _ in range(2) for wait in _answers(page)]
    browser = page.context.browser
    assert browser is not None
    for what, lesson, name, make, told in WORST:
        data, waits = make(), []
        for _ in range(TURNS):
            context = browser.new_context()
            other = context.new_page()
            _open(other, server, lesson)
            other.locator(FILES).first.set_input_files(
                {"name": name, "mimeType": "application/octet-stream", "buffer": data}
            )
            waits += _answers(page)
            expect(other.get_by_text(told).locator("visible=true").first).to_be_visible(timeout=60_000)
            settled(other)
            context.close()
        yield f"… while somebody hands in {what}", "ms", waits
        waits = [wait for _ in range(TURNS) for wait in _answers_of_the_server(server, lesson, name, data)]
        yield f"… of the server alone, {what}", "ms", waits
