"""R-22: A damaged database is never replaced by an empty one."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from app.db import driver
from app.errors import StartError
from app.main import build_site
from app.settings import Settings
from tests.reliability.aftermath import sha256

Damage = Callable[[Path], object]
PAGE = 4096


def flip(page: int) -> Damage:
    """Chance bytes all over the head of one page."""

    def damage(path: Path) -> None:
        with path.open("r+b") as file:
            file.seek(page * PAGE + (16 if page == 0 else 0))
            file.write(random.Random(page).randbytes(200))

    return damage


def cut_to(share: float) -> Damage:
    return lambda path: os.truncate(path, int(path.stat().st_size * share))


def fill(what: bytes) -> Damage:
    return lambda path: path.write_bytes(what * (path.stat().st_size // len(what)))


DAMAGE: dict[str, Damage] = {
    "emptied": lambda path: path.write_bytes(b""),
    "missing": lambda path: path.unlink(),
    "one byte": lambda path: path.write_bytes(b"S"),
    "zeroes": fill(b"\0"),
    "text": fill(b"this is no database at all\n"),
    "a picture": lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(5000)),
    "half": cut_to(0.5),
    "a tenth": cut_to(0.1),
    "nearly whole": cut_to(0.97),
    "not a whole page": lambda path: os.truncate(path, path.stat().st_size - 100),
    "header": lambda path: path.write_bytes(b"SQLite format 4\0" + path.read_bytes()[16:]),
    "page size": lambda path: path.write_bytes(path.read_bytes()[:16] + b"\x00\x07" + path.read_bytes()[18:]),
    "schema page": flip(0),
    **{f"page {page}": flip(page) for page in range(1, 8)},
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


def contents(data: Path) -> dict[str, str]:
    """Hash of the database and of its log; looking at a database makes an empty log, which holds nothing."""
    kept = [
        path
        for path in data.glob("site.db*")
        if not path.name.endswith("-shm") and not (path.name.endswith("-wal") and not path.stat().st_size)
    ]
    return {path.name: sha256(path.read_bytes()) if path.is_file() else "folder" for path in kept}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_database_is_refused_and_left_as_it_is(claimed_data: Path, data: Path, claimed: None, kind: str) -> None:
    DAMAGE[kind](data / "site.db")
    before = contents(data)

    with pytest.raises(StartError) as refused:
        build_site(Settings(data=data))

    assert str(data / "site.db") in str(refused.value)
    assert "Nothing was changed" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert contents(data) == before
    assert list((data / "backups").iterdir()) == []


@pytest.fixture
def claimed() -> None:
    """Ask for a claimed data folder, and open nothing on it."""


def test_a_lost_log_leaves_the_site_claimed(data: Path, claimed: None) -> None:
    (data / "site.db-wal").unlink(missing_ok=True)
    (data / "site.db-shm").unlink(missing_ok=True)

    site = build_site(Settings(data=data))

    from app.accounts.first_run import unclaimed

    assert not unclaimed(site)
    site.database.close()


def test_a_database_that_another_program_holds_is_not_called_damaged(data: Path, claimed: None) -> None:
    other = driver.connect(str(data / "site.db"), isolation_level=None)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(StartError, match="Another program has the database"):
            build_site(Settings(data=data))
    finally:
        other.close()


def test_a_first_start_that_was_cut_off_begins_again(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "originals" / ".incoming").mkdir(parents=True)
    (data / "site.db").write_bytes(b"")  # made by SQLite, before the first page was written

    site = build_site(Settings(data=data))

    assert (data / "secrets").is_dir()
    site.database.close()


@pytest.mark.parametrize("sign", ["secrets", "originals/annas-films/2026"])
def test_a_folder_that_held_a_site_gets_no_new_database(tmp_path: Path, sign: str) -> None:
    data = tmp_path / "data"
    (data / sign).mkdir(parents=True)

    with pytest.raises(StartError, match="is missing, although this folder holds a site"):
        build_site(Settings(data=data))

    assert not (data / "site.db").exists()
