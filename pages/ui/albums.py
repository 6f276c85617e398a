"""The pictures that people have added: an album for each browser, which outlives a reload as a transfer does.

All albums together are bounded by one number, MOST_BYTES. An album goes when none of its browser's pages has been open
for as long as the pool keeps a transfer that nobody looks at; sooner where there is no room, the one that was left
first.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from PIL import Image
from streamlit.runtime import Runtime

from gramlib import memory
from gramlib.errors import GramlabError
from gramlib.images import Remark

# of all albums: of thirty people, each with eight of the largest
MOST_BYTES = memory.room(1_000_000_000, "GRAMLAB_UPLOADS_MB")
ROOM = 8  # pictures in an album
_MOST_HANDED_OUT = 32  # by the pages of one browser
KEPT_FOR = 600.0  # seconds after the last page is closed, as JobPool's forgotten_after
_LOOK_EVERY = 60.0  # seconds


@dataclass(eq=False)
class Upload:
    """A picture of a person's own: the file's name, the picture made smaller, and what is to be said of it."""

    file_name: str
    image: Image.Image
    remarks: tuple[Remark, ...] = ()

    @property
    def bytes(self) -> int:
        return 4 * self.image.width * self.image.height  # as Pillow keeps RGB


@dataclass(eq=False)
class Album:
    """What one browser's pages share.

    uploads    by name, the oldest first; another dictionary whenever something changes
    photo      the one that was chosen last to be the picture of every lesson
    sessions   the ids of the pages that have opened it
    touched    seconds on the clock, when one of them was last open
    handed_out what its pages offer for download, by a key that cannot be guessed, the oldest first
    closed     whether it has gone: whoever still holds it opens a new one
    """

    uploads: dict[str, Upload] = field(default_factory=dict)
    photo: str | None = None
    sessions: set[str] = field(default_factory=set)
    touched: float = 0.0
    handed_out: dict[str, object] = field(default_factory=dict)
    closed: bool = False

    @property
    def bytes(self) -> int:
        return sum(upload.bytes for upload in self.uploads.values())

    @property
    def is_open(self) -> bool:
        """Whether one of its pages is open in the browser at this moment."""
        return any(map(_is_connected, self.sessions))


_LOCK = threading.Lock()
_ALBUMS: dict[str, Album] = {}
_keeper: threading.Thread | None = None


def album_of(mark: str, session: str | None) -> Album:
    """The album of the browser with this mark, opened by a page now; the page's session, where there is one."""
    with _LOCK:
        album = _ALBUMS.setdefault(mark, Album())
        album.touched = time.monotonic()
        if session is not None:
            album.sessions.add(session)
        _watch()
    return album


def keep(album: Album, name: str, upload: Upload) -> None:
    """Put a picture into an album, in place of its oldest where there are too many; GramlabError where all are full."""
    with _LOCK:
        room = MOST_BYTES - upload.bytes
        for mark, other in sorted(_ALBUMS.items(), key=lambda each: each[1].touched):
            if sum(each.bytes for each in _ALBUMS.values()) <= room:
                break
            if other is not album and not other.is_open:
                _close(mark)
        if sum(each.bytes for each in _ALBUMS.values()) > room:
            limit = MOST_BYTES // 1_000_000
            raise GramlabError("uploads_full", f"All uploads together may take {limit} MB.", limit=limit)
        others = [(each, other) for each, other in album.uploads.items() if each != name]
        album.uploads = dict([*others, (name, upload)][-ROOM:])


def hand_out(album: Album, key: str, what: object) -> None:
    """Have something ready for download, in the place of what had this key."""
    with _LOCK:
        others = [(each, other) for each, other in album.handed_out.items() if each != key]
        album.handed_out = dict([*others, (key, what)][-_MOST_HANDED_OUT:])


def handed_out(key: str) -> object:
    """What a page has ready under this key; None where there is nothing."""
    with _LOCK:
        return next((album.handed_out[key] for album in _ALBUMS.values() if key in album.handed_out), None)


def taken() -> int:
    """The bytes that all pictures of all people take."""
    with _LOCK:
        return sum(album.bytes for album in _ALBUMS.values())


def close_the_left(now: float) -> None:
    """Close the albums whose pages have all been closed for long enough."""
    with _LOCK:
        for mark, album in list(_ALBUMS.items()):
            if album.is_open:
                album.touched = now
            elif now - album.touched >= KEPT_FOR:
                _close(mark)


def _close(mark: str) -> None:
    album = _ALBUMS.pop(mark)
    album.uploads, album.handed_out, album.photo, album.closed = {}, {}, None, True


def _watch() -> None:
    """Have somebody look now and then: else a picture would stay until the next visitor comes."""
    global _keeper
    if _keeper is None:
        _keeper = threading.Thread(target=_look_now_and_then, name="albums", daemon=True)
        _keeper.start()


def _look_now_and_then() -> None:
    while True:
        time.sleep(_LOOK_EVERY)
        close_the_left(time.monotonic())


def _is_connected(session: str) -> bool:
    return Runtime.exists() and Runtime.instance().is_active_session(session)
