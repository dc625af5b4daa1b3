"""Hostile files, built anew for each test beside a canary that nothing may read."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hostile.files import CANARY, build

Build = Callable[[str], Path]


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    path = tmp_path / "secret" / "canary.txt"
    path.parent.mkdir()
    path.write_text(CANARY)
    return path


@pytest.fixture
def hostile(tmp_path: Path, canary: Path) -> Build:
    """`hostile("dref.mov")`: the path of such a file."""
    folder = tmp_path / "hostile"
    folder.mkdir()
    return lambda name: build(name, folder, canary)


def leaks(folder: Path) -> list[str]:
    """Files below that hold the canary's song."""
    song = CANARY.encode()
    return [path.name for path in folder.rglob("*") if path.is_file() and song in path.read_bytes()]


def outside(tmp_path: Path) -> set[str]:
    """What lies beside the folders that may be written to."""
    return {path.name for path in tmp_path.iterdir()}
