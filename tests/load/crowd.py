"""What people do all day: read, paint, hand in pictures, begin again, lose the connection."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections.abc import Iterator

from tests.bench.watching import photo
from tests.load.people import Frame, Gone, Person

PAGES = ("", "vectors", "gram", "filters", "feature_maps", "vgg_layers", "style_distance", "style_transfer")
UPLOADED = "upload.vgg_layers.picture"
ASKED_EVERY = 0.1  # seconds from one picture to the next at least, as live/canvas.js


class Diary:
    """What happened to everybody, from all their threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.waits: dict[str, list[float]] = {}
        self.counts: dict[str, int] = {}
        self.faults: list[str] = []

    def waited(self, what: str, seconds: float) -> None:
        with self._lock:
            self.waits.setdefault(what, []).append(seconds)
            self.counts[what] = self.counts.get(what, 0) + 1

    def count(self, what: str, by: int = 1) -> None:
        with self._lock:
            self.counts[what] = self.counts.get(what, 0) + by

    def fault(self, who: str, error: object) -> None:
        with self._lock:
            self.faults.append(f"{who}: {type(error).__name__} {error}"[:300])


class Reader(threading.Thread):
    """Opens one page after the other, and stays on each for a while.

    stays     seconds on a page, at least and at most
    uploads   hands in a picture of their own at every so-manieth visit of lesson 5; 0 for never
    cuts      loses the connection every so many pages; 0 for never
    """

    def __init__(
        self,
        address: str,
        diary: Diary,
        over: threading.Event,
        seed: int,
        stays: tuple[float, float] = (2.0, 5.0),
        uploads: int = 0,
        cuts: int = 0,
    ) -> None:
        super().__init__(name=f"reader {seed}", daemon=True)
        self._address, self._diary, self._over = address, diary, over
        self._random = random.Random(seed)
        self._seed, self._stays, self._uploads, self._cuts = seed, stays, uploads, cuts
        self._visits = 0

    def run(self) -> None:
        person: Person | None = None
        for turn in _until(self._over, self._seed):
            try:
                if person is None:
                    person = Person(self._address)
                page = PAGES[turn % len(PAGES)]
                self._diary.waited(page or "home", person.open(page))
                if page == "vgg_layers" and self._uploads and self._visits % self._uploads == 0:
                    data = photo(self._random.randrange(12))
                    self._diary.waited("upload", person.upload(UPLOADED, f"{self._seed}.jpg", data))
                self._visits += page == "vgg_layers"
                if person.alerts:
                    self._diary.fault(self.name, f"said on {page or 'home'}: {person.alerts}")
                if self._cuts and turn % self._cuts == 0:
                    person.cut()
                    self._diary.count("lost connections")
                    person.connect(again=True)
                    continue
            except Exception as error:
                self._diary.fault(self.name, error)
                if person is not None:
                    with contextlib.suppress(Exception):
                        person.leave()
                person = None
            stay = self._random.uniform(*self._stays)
            self._over.wait(stay)
        if person is not None:
            person.leave()


class Painter(threading.Thread):
    """Starts a transfer and looks at it as a browser does; when it is over, or every so often, begins again.

    query     of lesson 7
    again     seconds after which the transfer is begun again; None to let it end
    cuts      loses the connection every so many pictures; 0 for never
    steps     how many steps have been seen
    first     seconds from the first press to the first changed picture, once that has come
    picture   the newest, as a JPEG file
    """

    def __init__(
        self,
        address: str,
        diary: Diary,
        over: threading.Event,
        seed: int,
        query: str = "lang=en&size=256",
        again: float | None = None,
        cuts: int = 0,
    ) -> None:
        super().__init__(name=f"painter {seed}", daemon=True)
        self._address, self._diary, self._over = address, diary, over
        self._query, self._again, self._cuts = query, again, cuts
        self.steps = 0
        self.first: float | None = None
        self.picture = b""
        self.begun: float | None = None

    def run(self) -> None:
        person: Person | None = None
        for _ in _until(self._over):
            try:
                if person is None:
                    person = Person(self._address)
                    self._diary.waited("style_transfer", person.open("style_transfer", self._query))
                self._paint(person)
            except Exception as error:
                if not isinstance(error, Gone) or not self._over.is_set():
                    self._diary.fault(self.name, error)
                if person is not None:
                    with contextlib.suppress(Exception):
                        person.leave()
                person = None
                self._over.wait(1.0)
        if person is not None:
            with contextlib.suppress(Exception):
                person.press("stop")
            person.leave()

    def _paint(self, person: Person) -> None:
        pressed = time.monotonic()
        self.begun = self.begun or pressed
        self._diary.waited("start", person.press("start"))
        if person.job is None:
            raise RuntimeError(f"no transfer began: {person.alerts}")
        seen: Frame | None = None
        pictures = 0
        while not self._over.is_set():
            asked, before = time.monotonic(), int(seen.status["iteration"]) if seen else 0  # type: ignore[call-overload]
            seen = person.frame(person.job, seen)
            now = int(seen.status["iteration"])  # type: ignore[call-overload]
            self.steps += max(0, now - before)
            if now and self.first is None:
                self.first = time.monotonic() - self.begun
            pictures += bool(seen.jpeg)
            self.picture = seen.jpeg or self.picture
            if seen.status["state"] in ("finished", "stopped", "failed"):
                self._diary.count(f"transfers {seen.status['state']}")
                return
            if self._again is not None and time.monotonic() - pressed > self._again:
                self._diary.count("begun again")
                return
            if self._cuts and seen.jpeg and pictures % self._cuts == 0:
                person.cut()
                self._diary.count("lost connections")
                person.connect(again=True)
                person.open("style_transfer", person.query)
            person.rest(max(0.0, ASKED_EVERY - (time.monotonic() - asked)))


def _until(over: threading.Event, start: int = 0) -> Iterator[int]:
    turn = start
    while not over.is_set():
        yield turn
        turn += 1
