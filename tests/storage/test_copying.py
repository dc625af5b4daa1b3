import errno
import os
from pathlib import Path

import pytest

from app.errors import Conflict
from app.storage import copying
from app.storage.copying import copy_file


@pytest.fixture(params=["as the system does", "in the kernel", "by hand"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every way of copying, whatever this file system can do by itself."""
    if request.param != "as the system does":
        monkeypatch.setattr(copying, "_shared", lambda *_: False)
    if request.param == "by hand":
        monkeypatch.setattr(copying, "_kernel_step", lambda *_: 0)
    return str(request.param)


def test_a_copy_is_the_same_file_with_the_same_time(tmp_path: Path, way: str) -> None:
    source = tmp_path / "a"
    source.write_bytes(os.urandom(20_000_001))
    os.utime(source, ns=(1, 1_600_000_000_123_456_789))
    told: list[int] = []

    copy_file(source, tmp_path / "b", told=told.append)

    assert (tmp_path / "b").read_bytes() == source.read_bytes()
    assert (tmp_path / "b").stat().st_mtime_ns == 1_600_000_000_123_456_789
    assert told[-1] == 20_000_001


def test_a_file_that_grows_meanwhile_is_no_copy(tmp_path: Path, way: str) -> None:
    source = tmp_path / "a"
    source.write_bytes(b"x" * 1000)

    def grow(done: int) -> None:
        with source.open("ab") as file:
            file.write(b"more")

    with pytest.raises(Conflict, match="changed"):
        copy_file(source, tmp_path / "b", told=grow)
    assert not (tmp_path / "b").exists()


def test_a_copy_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 1000)

    def stop(done: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    with pytest.raises(OSError, match="full"):
        copy_file(tmp_path / "a", tmp_path / "b", told=stop)
    assert not (tmp_path / "b").exists()


def test_a_copy_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "b").write_bytes(b"b")

    with pytest.raises(FileExistsError):
        copy_file(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"b"


def test_an_empty_file_can_be_copied(tmp_path: Path, way: str) -> None:
    (tmp_path / "a").touch()
    copy_file(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").stat().st_size == 0
