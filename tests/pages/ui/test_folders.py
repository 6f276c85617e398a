"""What is handed out runs where nothing else is: a lesson's folder, its notebook, the library as pip installs it."""

from __future__ import annotations

import contextlib
import io
import re
import subprocess
import sys
import zipfile

import nbformat
import numpy as np
import pytest
from PIL import Image
from starlette.requests import Request

from pages.ui import albums, folders
from pages.ui.folders import Folder, Program
from pages.ui.places import ROOT
from pages.ui.programs import portable
from tests.pages.conftest import faultless, folder_of, run_program
from tests.pages.lessons.style_transfer.test_routes import run

# first the folder's program with the folder's gramlib, then README's example with the installed one
IN_A_NEW_PYTHON = """
import os, runpy, sys

folder, installed, empty, example = sys.argv[1:]
os.chdir(folder)
sys.path.insert(0, folder)
runpy.run_path("program.py")
assert sys.modules["gramlib"].__file__.startswith(folder)
for name in [name for name in sys.modules if name.partition(".")[0] == "gramlib"]:
    del sys.modules[name]
os.chdir(empty)
sys.path[0] = installed
exec(example)
assert sys.modules["gramlib"].__file__.startswith(installed)
"""


def printed(code: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, "program", "exec"), {})
    return out.getvalue()


@pytest.mark.slow
def test_a_folder_and_the_installed_library_run_in_empty_places(open_link, tmp_path):
    """With a picture of one's own and every knob that only gramlib has; one new Python for both."""
    installed, empty = tmp_path / "installed", tmp_path / "empty"
    empty.mkdir()
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--no-build-isolation", "--target", str(installed), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, text=True, cwd=empty)
    assert {path.name for path in installed.iterdir()} == {"gramlib", "gramlib-0.1.0.dist-info"}
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)

    knobs = {"smoothness": "10", "mix": "0.25", "statistic": "covariance", "colour": "luminance", "optimizer": "adam"}
    app = open_link("style_transfer", lang="zh", size="128", steps="10", start="picture", **knobs)
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (90, 70, 3), dtype=np.uint8)).save(file, "PNG")
    app.file_uploader(key="upload.style_transfer.content").set_value(("我的.jpg", file.getvalue(), "image/jpeg"))
    faultless(app.run())
    folder = folder_of(app, tmp_path / "unpacked")
    assert (folder / "我的.png").exists()
    arguments = [str(folder), str(installed), str(empty), example]
    ran = subprocess.run(
        [sys.executable, "-I", "-c", IN_A_NEW_PYTHON, *arguments], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    *steps, distance = ran.stdout.splitlines()
    assert [int(step.split()[0]) for step in steps] == [*range(1, 11)]
    assert (folder / "picture.png").exists()
    assert float(distance) == pytest.approx(float(printed(example)), rel=1e-4)
    assert list(empty.iterdir()) == []


def test_a_program_that_reads_nothing_runs_alone_and_is_a_notebook(open_link):
    app = open_link("gram", lang="zh")
    code = app.code[0].value
    assert Program(code).runs_alone
    notebook = nbformat.reads(folders.notebook("2 · 格拉姆矩阵", code), as_version=4)
    nbformat.validate(notebook)
    heading, *cells = notebook.cells
    assert "2 · 格拉姆矩阵" in heading.source
    assert "%pip install numpy" in heading.source
    assert {cell.cell_type for cell in cells} == {"code"}
    assert printed("\n".join(cell.source for cell in cells)) == printed(code)
    assert re.search("#.*[\u4e00-\u9fff]", code), "its comments are Chinese"


def test_a_functions_paragraphs_stay_in_one_cell():
    code = "import numpy as np\n\n\ndef f(x):\n    y = x\n\n    return y\n\n\nprint(f(np.ones(2)))\n"
    cells = nbformat.reads(folders.notebook("f", code), as_version=4).cells
    sources = [cell.source for cell in cells[1:]]
    assert sources == ["import numpy as np", "def f(x):\n    y = x\n\n    return y", "print(f(np.ones(2)))"]


def test_vectors_of_a_file_come_with_the_program(open_link, tmp_path):
    from gramlib.gram import gram_matrix

    rows = np.random.default_rng(1).normal(size=(3, 700))
    file = io.BytesIO()
    np.save(file, rows)
    app = open_link("gram", lang="en")
    app.file_uploader(key="gram.file").set_value(("v.npy", file.getvalue(), "application/octet-stream"))
    faultless(app.run())
    folder = folder_of(app, tmp_path)
    assert {path.name for path in folder.iterdir()} == {
        "LICENSE",
        "README.txt",
        "program.ipynb",
        "program.py",
        "vectors.csv",
    }
    (folder / "README.txt").read_text(encoding="utf-8").index("pip install numpy\n")
    first = np.array(run_program(folder).partition("]")[0].strip(" [\n").split(), dtype=float)
    np.testing.assert_allclose(first, gram_matrix(rows)[0], rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("IMG_2041", "IMG_2041"),
        ("../../etc/passwd", "-..-etc-passwd"),
        ("C:\\a|b?", "C-a-b-"),
        ("NUL", "NUL-"),
        (" . ", "picture"),
        ("\u202egnp.exe\0", "gnp.exe"),
        ("图" * 60, "图" * 33),
    ],
)
def test_a_name_is_made_one_that_every_system_takes(name, expected):
    assert portable(name) == expected


def test_only_who_has_the_key_gets_the_folder(monkeypatch):
    monkeypatch.setattr(albums, "_ALBUMS", {})
    album = albums.album_of("mine", None)
    folder = Folder("gramlab-1", Program("print(1)\n"), "1", "install")
    albums.hand_out(album, "key", folder)

    def ask(key: str):
        answer = run(folders.folder(Request({"type": "http", "path_params": {"key": key, "name": "x"}, "headers": []})))
        return answer.status_code, answer

    async def body(answer):
        return b"".join([chunk async for chunk in answer.body_iterator])

    assert ask("another")[0] == 404
    status, answer = ask("key")
    assert status == 200
    content = run(body(answer))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.read("gramlab-1/program.py") == b"print(1)\n"
    for number in range(32):
        albums.hand_out(album, str(number), folder)
    assert ask("key")[0] == 404, "the oldest make way"


def test_two_files_of_one_name_lie_beside_each_other(monkeypatch):
    import streamlit as st

    from pages.ui import browsers, pictures

    monkeypatch.setattr(st, "session_state", {"language": "en"})
    monkeypatch.setattr(albums, "_ALBUMS", {})
    monkeypatch.setattr(browsers, "mark", lambda: "mine")
    for place, name in enumerate(("image.jpg", "IMAGE.png", "image.png")):
        upload = albums.Upload(name, Image.new("RGB", (place + 1, 1)))
        albums.keep(pictures.album(), f"own-{place}", upload)
    files = [pictures.picture(name).file for name in pictures.uploads()]
    assert files == ["image.png", "IMAGE-2.png", "image-3.png"]
    written = io.BytesIO()
    shown = {picture.file: picture for picture in map(pictures.picture, pictures.uploads())}
    folders.write(Folder("f", Program("print(1)\n"), "", "", shown), written)
    with zipfile.ZipFile(written) as archive:
        assert len(archive.namelist()) == len(set(archive.namelist()))
        assert {f"f/{file}" for file in files} <= set(archive.namelist())
