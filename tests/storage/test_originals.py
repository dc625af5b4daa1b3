"""Originals: readable places, whole or not there, never over one another."""

import os
from pathlib import Path

import pytest

from app.errors import Conflict
from app.storage.marker import Volume, mark, volume_at
from app.storage.originals import delete, original_path, place, quarantine


def file_of(path: Path, content: bytes = b"film") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_an_original_stands_under_a_name_people_can_read() -> None:
    made = original_path(channel="Family Lee", year=2026, title="Lea's first steps", public_id="Ab3dEf6hJk9m", name="IMG_2041.MOV")

    assert made == Path("Family Lee/2026/Leas first steps [Ab3dEf6hJk9m].mov")


@pytest.mark.parametrize("name", ["../../x", "CON", "a\nb", "😀" * 90, "\u202egpj.exe", "-rf /"])
def test_no_name_leaves_the_folder(name: str) -> None:
    made = original_path(channel=name, year=2026, title=name, public_id="Ab3dEf6hJk9m", name=name)

    assert len(made.parts) == 3
    assert not {"..", "."} & set(made.parts)
    assert len(made.name.encode()) <= 150


def test_a_placed_file_is_whole_and_its_old_name_gone(tmp_path: Path) -> None:
    incoming = file_of(tmp_path / ".incoming" / "u1", b"x" * 5000)
    target = tmp_path / "channel" / "2026" / "film [id].mp4"

    place(incoming, target)

    assert target.read_bytes() == b"x" * 5000
    assert not incoming.exists()


def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    incoming, target = file_of(tmp_path / "in", b"new"), file_of(tmp_path / "t" / "film.mp4", b"old")

    with pytest.raises(Conflict):
        place(incoming, target)

    assert (incoming.read_bytes(), target.read_bytes()) == (b"new", b"old")


def test_a_dangling_link_at_the_place_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "t" / "film.mp4"
    target.parent.mkdir()
    target.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(Conflict):
        place(file_of(tmp_path / "in"), target)

    assert not (tmp_path / "elsewhere").exists()


def test_a_file_crosses_volumes(tmp_path: Path) -> None:
    other = Path("/dev/shm")
    if not other.is_dir() or other.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("only one volume here")
    incoming = file_of(other / f"homereel-test-{os.getpid()}", os.urandom(3_000_000))
    content = incoming.read_bytes()

    place(incoming, tmp_path / "2026" / "film.mp4")

    assert (tmp_path / "2026" / "film.mp4").read_bytes() == content
    assert not incoming.exists()
    assert [p.name for p in (tmp_path / "2026").iterdir()] == ["film.mp4"]


def test_quarantine_keeps_every_file_of_one_name(tmp_path: Path) -> None:
    kept = [quarantine(file_of(tmp_path / "a" / "film.mp4", bytes([n])), tmp_path / "quarantine") for n in range(3)]

    assert [path.read_bytes() for path in kept] == [b"\0", b"\1", b"\2"]


def test_deleting_twice_is_no_fault_and_takes_the_empty_year(tmp_path: Path) -> None:
    film = file_of(tmp_path / "lee" / "2026" / "film.mp4")

    delete(film)
    delete(film)

    assert (tmp_path / "lee").is_dir()
    assert not film.parent.exists()


def test_a_folder_is_ours_only_by_its_marker(tmp_path: Path) -> None:
    ours = tmp_path / "originals"
    assert volume_at(ours, "site-1") is Volume.ABSENT
    mark(ours, "site-1")

    assert volume_at(ours, "site-1") is Volume.OURS
    assert volume_at(ours, "site-2") is Volume.FOREIGN
    (ours / ".homereel").unlink()
    assert volume_at(ours, "site-1") is Volume.ABSENT
