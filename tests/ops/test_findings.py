"""What is wrong with a machine is said with the line that mends it; a site starts all the same where it can."""

import shutil
from pathlib import Path

import pytest

from app.media.ffmpegs import Choice
from app.ops import findings
from app.ops.findings import Finding, examine
from app.settings import Settings
from app.storage.space import Room

NONE = Choice(None, (), "No ffmpeg that can do the work was found.")


def found(tmp_path: Path, name: str, **settings: object) -> Finding:
    return next(each for each in examine(Settings(data=tmp_path, **settings), NONE) if each.name == name)  # type: ignore[arg-type]


def test_an_sqlite_with_the_bug_is_a_warning_and_no_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(tmp_path, "sqlite").ok is True
    for version, ok in [
        ((3, 40, 1), None),
        ((3, 51, 2), None),
        ((3, 51, 3), True),
        ((3, 50, 7), True),
        ((3, 44, 6), True),
        ((3, 44, 5), None),
    ]:
        monkeypatch.setattr(findings, "sqlite_version", lambda version=version: version)
        assert found(tmp_path, "sqlite").ok is ok
    assert "pysqlite3" in found(tmp_path, "sqlite").mend


def test_without_ffmpeg_the_line_that_brings_one_is_named(tmp_path: Path) -> None:
    ill = found(tmp_path, "ffmpeg")
    assert (ill.ok, ill.mend) == (False, "pip install imageio-ffmpeg")


@pytest.mark.parametrize(("free", "ok"), [(40, True), (15, None), (5, False)])
def test_room_is_measured_against_what_is_kept_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, ok: bool | None) -> None:
    monkeypatch.setattr(findings, "room_at", lambda _path: Room(100 * 10**9, free * 10**9))
    assert found(tmp_path, "space", reserve=10 * 10**9).ok is ok


@pytest.mark.parametrize(("kind", "ok"), [("ext4", True), ("nfs4", None), ("cifs", None)])
def test_a_database_on_a_network_disk_is_warned_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, ok: bool | None) -> None:
    monkeypatch.setattr(findings, "filesystem_of", lambda _path: kind)
    assert found(tmp_path, "disk").ok is ok


def test_a_damaged_database_is_said_to_be_and_left_as_it_is(site: object, data: Path) -> None:
    assert found(data, "database").ok is True
    path = data / "site.db"
    whole = path.read_bytes()
    (data / "site.db-wal").unlink(missing_ok=True)
    path.write_bytes(whole[:4096] + bytes(len(whole) - 4096))
    before = path.read_bytes()
    assert found(data, "database").ok is False
    assert path.read_bytes() == before


def test_looking_leaves_nothing_behind(tmp_path: Path) -> None:
    shutil.rmtree(tmp_path)
    assert found(tmp_path, "data").ok is True
    assert not tmp_path.exists()
