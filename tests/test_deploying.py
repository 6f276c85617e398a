"""What is deployed has the versions that are tested, and each of them is one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.server.conftest import copied

ROOT = Path(__file__).parents[1]
PINNED = re.compile(r"[\w-]+==[\w.]+|-r \S+")


FILES = [*ROOT.glob("*requirements*.txt"), *ROOT.glob("tests/requirements*.txt")]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_version_is_pinned(file):
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    assert [line for line in lines if not PINNED.fullmatch(line)] == []
    assert lines


def test_the_container_has_the_same_torch():
    needed = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    made = (ROOT / ".deploy" / "Containerfile").read_text(encoding="utf-8")
    for name in ("torch", "torchvision"):
        (version,) = re.findall(rf"\b{name}==(\S+)", made)
        assert f"{name}=={version}" in needed


def test_the_container_is_handed_what_it_copies_and_nothing_else():
    handed = (ROOT / ".deploy" / "Containerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    handed = [line.removeprefix("!") for line in handed if line.startswith("!")]
    assert {name for name in handed if not name.startswith("requirements")} == set(copied())
    assert all((ROOT / name).exists() for name in copied())
