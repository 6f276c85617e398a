"""What a program needs beside it: a folder to download, in which it runs in an empty place, as a notebook too.

In the folder everything lies where it lies in this repository, so the program there is the one on the page. The folder
is made when it is asked for, on a route of its own and on the disk: thirty of them in memory would be a gigabyte.
"""

from __future__ import annotations

import io
import json
import re
import secrets
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import quote

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from pages.ui import albums, log, pictures
from pages.ui.browsers import BROWSER
from pages.ui.memory import Memory
from pages.ui.own_routes import API, below, route
from pages.ui.pictures import Picture
from pages.ui.places import DECODER, ROOT, WEIGHTS
from pages.ui.text import language_of, plain_text, words

PROGRAM, NOTEBOOK, READ_ME = "program.py", "program.ipynb", "README.txt"
_KEYS: Memory[dict[str, str]] = Memory("folders.keys", {})  # of this session's folders, by lesson
_OF_GRAMLIB = ("numpy", "pillow", "torch", "torchvision")
_CHUNK = 1 << 18  # bytes
_FOLDER = f"{API}/folder"
# the names of modules that are installed under another
_INSTALLED_AS = {"PIL": "pillow"}


@dataclass(frozen=True)
class Program:
    """A program that a page hands out.

    pictures     those that it opens, each under its `file`
    weights      whether it reads the weights of VGG-16
    decoder      whether it reads those of the decoder
    tables       further files that it reads, by name: what makes their text
    fetches      whether it fetches the weights of VGG-19
    comes_near   whether what it prints is near the page's numbers, and not the same to the digits that are shown
    """

    text: str
    pictures: tuple[Picture, ...] = ()
    weights: bool = False
    decoder: bool = False
    tables: Mapping[str, Callable[[], str]] = field(default_factory=dict)
    fetches: bool = False
    comes_near: bool = False

    @property
    def runs_alone(self) -> bool:
        """Whether it needs nothing but what can be installed."""
        return not (self.pictures or self.weights or self.tables or "gramlib" in modules(self.text))


@dataclass(frozen=True)
class Folder:
    """A program with all that it needs, in the words of the page that hands it out; made where no session is.

    pictures   by the name of the file that each becomes
    """

    name: str
    program: Program
    title: str
    read_me: str
    pictures: Mapping[str, Picture] = field(default_factory=dict)


def modules(text: str) -> set[str]:
    """The modules, by their first name, that a program imports, one a line; ours import nothing of Python's own."""
    return set(re.findall(r"^(?:from|import) (\w+)", text, re.MULTILINE))


def packages(text: str) -> list[str]:
    """What has to be installed for a program, by the names that pip knows."""
    found = modules(text)
    named = {_INSTALLED_AS.get(name, name) for name in found - {"gramlib"}}
    return sorted(named | set(_OF_GRAMLIB if "gramlib" in found else ()))


def notebook(title: str, text: str) -> str:
    """A program as a notebook of Jupyter: a heading, what it needs, and a cell for each of its paragraphs.

    The format is nbformat's 4.5.
    """
    paragraphs = re.split(r"\n{2,}(?=\S)", text.strip())
    heading = f"# {title}\n\n`%pip install {' '.join(packages(text))}`"
    cells: list[dict[str, object]] = [
        {"cell_type": "markdown", "id": "heading", "metadata": {}, "source": heading},
    ]
    for place, paragraph in enumerate(paragraphs, start=1):
        cells.append({"cell_type": "code", "id": f"cell-{place}", "metadata": {}, "source": paragraph.rstrip("\n")})
        cells[-1] |= {"execution_count": None, "outputs": []}
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    whole = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def write(folder: Folder, file: IO[bytes]) -> None:
    """Write a folder as a ZIP archive."""
    program = folder.program
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:

        def add(name: str, content: str | bytes) -> None:
            archive.writestr(f"{folder.name}/{name}", content)

        def copy(path: Path, how: int = zipfile.ZIP_DEFLATED) -> None:
            archive.write(path, f"{folder.name}/{path.relative_to(ROOT).as_posix()}", how)

        add(PROGRAM, program.text)
        add(NOTEBOOK, notebook(folder.title, program.text))
        add(READ_ME, folder.read_me)
        for name, make in program.tables.items():
            add(name, make())
        for name, picture in folder.pictures.items():
            if picture.is_own:
                add(name, _png(picture))
            else:
                copy(ROOT / name, zipfile.ZIP_STORED)
        if program.weights:
            copy(WEIGHTS, zipfile.ZIP_STORED)  # half-precision numbers hardly get smaller
        if program.decoder:
            copy(DECODER, zipfile.ZIP_STORED)
        if "gramlib" in modules(program.text):
            for path in sorted((ROOT / "gramlib").glob("*.py*")):
                if path.is_file():
                    copy(path)
        copy(ROOT / "LICENSE")


def _png(picture: Picture) -> bytes:
    """A person's own picture as it is kept here, without loss."""
    file = io.BytesIO()
    picture.image.save(file, "PNG")
    return file.getvalue()


def hand_out(lesson: str, number: int, program: Program) -> str:
    """Keep a program's folder ready as long as this browser's pages are open; returns the address that it has."""
    wanted = packages(program.text)
    folder = Folder(
        f"gramlab-{number}",
        program,
        f"{number} · {plain_text(f'{lesson}.title')}",
        plain_text("folder.read_me", packages=" ".join(wanted), program=PROGRAM, notebook=NOTEBOOK)
        + (plain_text("folder.fetches") if program.fetches else ""),
        {picture.file: picture for picture in program.pictures},
    )
    key = _KEYS.value.get(lesson)
    if key is None:
        key = secrets.token_urlsafe(12)
        _KEYS.value = {**_KEYS.value, lesson: key}
    albums.hand_out(pictures.album(), key, folder)
    return below(st.get_option("server.baseUrlPath"), f"{_FOLDER}/{key}/{quote(folder.name)}.zip")


async def folder(request: Request) -> Response:
    """The folder with the key of the address, as a ZIP archive; 404 where there is none, or none any more.

    It is whole before it is sent: 507 where the disk has no room for it.
    """
    found = albums.handed_out(request.path_params["key"])
    if not isinstance(found, Folder):
        return _sorry(request, 404, "gone")
    try:
        file = await run_in_threadpool(_archive, found)
    except OSError as error:
        number = log.fault("folder_not_written", error, who=request.cookies.get(BROWSER))
        return _sorry(request, 507, "no_room", number=number)
    headers = {"Content-Disposition": f'attachment; filename="{found.name}.zip"'}
    return StreamingResponse(_chunks(file), media_type="application/zip", headers=headers)


def _sorry(request: Request, status: int, why: str, **values: object) -> Response:
    text = words(language_of(request.headers.get("accept-language")))[f"folder.{why}"]
    return PlainTextResponse(text.format(**values), status)


def _archive(found: Folder) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115, closed by _chunks
    try:
        write(found, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk


def routes(base: str) -> list[Route]:
    """The route below `base`, see own_routes.py."""
    return [route(base, f"{_FOLDER}/{{key}}/{{name}}.zip", folder)]
