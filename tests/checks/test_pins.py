"""Every package that we need, or that those need, is pinned; none is older than the floor that security asks for (SECURITY OPS-4)."""

import re
import tomllib
from collections.abc import Iterator
from importlib import metadata

import imageio_ffmpeg
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from app.db import driver
from tests.checks.project import ROOT

FLOORS = {
    "litestar": "2.25",
    "granian": "2.8.7",
    "jinja2": "3.1.6",
    "pillow": "12",
    "argon2-cffi": "25.1",
    "httpx": "0.28.1",
    "h11": "0.16",
    "sqlalchemy": "2.0.40",
    "imageio-ffmpeg": "0.7",
    "av": "16",
}
EVERYTHING = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def pins() -> dict[str, Requirement]:
    lines = (ROOT / "packaging" / "constraints.txt").read_text().splitlines()
    found = [Requirement(bare) for line in lines if (bare := line.partition("#")[0].strip())]
    return {canonicalize_name(pin.name): pin for pin in found}


def needed(requirements: list[str]) -> Iterator[metadata.Distribution]:
    """The installed packages that these ask for, with all that those ask for, each once."""
    waiting, seen = [Requirement(line) for line in requirements], set[tuple[str, frozenset[str]]]()
    while waiting:
        wanted = waiting.pop()
        key = (canonicalize_name(wanted.name), frozenset(wanted.extras))
        if key in seen:
            continue
        seen.add(key)
        found = metadata.distribution(wanted.name)
        yield found
        for line in found.requires or ():
            inner = Requirement(line)
            if inner.marker is None or any(inner.marker.evaluate({"extra": extra}) for extra in ("", *wanted.extras)):
                waiting.append(inner)


def applying(requirements: list[str]) -> list[str]:
    """Those meant for this platform."""
    return [line for line in requirements if (marker := Requirement(line).marker) is None or marker.evaluate()]


@pytest.mark.parametrize("group", ["dependencies", "test"])
def test_every_package_is_pinned_to_what_is_installed(group: str) -> None:
    wanted = EVERYTHING["dependencies"] if group == "dependencies" else EVERYTHING["optional-dependencies"]["test"]
    pinned = pins()

    loose = {
        f"{found.name}=={found.version}"
        for found in needed(applying(wanted))
        if canonicalize_name(found.name) not in pinned or found.version not in pinned[canonicalize_name(found.name)].specifier
    }

    assert loose == set()


def test_what_only_the_tests_need_stands_apart() -> None:
    """A site installs, and counts, what stands before the line that says so."""
    ours, line, theirs = (ROOT / "packaging" / "constraints.txt").read_text().partition("# For the tests alone")

    assert line
    assert "litestar==" in ours
    assert "pytest==" in theirs


def test_pins_carry_no_addresses() -> None:
    assert not re.search(r"https?:|@|--", (ROOT / "packaging" / "constraints.txt").read_text())


@pytest.mark.parametrize(("name", "floor"), FLOORS.items())
def test_no_package_is_below_its_floor(name: str, floor: str) -> None:
    [pinned] = pins()[name].specifier

    assert Version(pinned.version) >= Version(floor)
    assert Version(metadata.version(name)) >= Version(floor)


def test_sqlite_is_free_of_the_wal_reset_bug() -> None:
    if driver.__name__ == "sqlite3":
        pytest.skip("this platform has no wheel with a newer SQLite; doctor and the admin page say so")

    assert driver.sqlite_version_info >= (3, 51, 3)


def test_ffmpeg_is_recent_enough() -> None:
    found = re.match(r"n?(\d+\.\d+)", imageio_ffmpeg.get_ffmpeg_version())

    assert found
    assert Version(found[1]) >= Version("7.1")
