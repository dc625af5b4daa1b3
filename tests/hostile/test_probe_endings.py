"""How an examination ends that does not end well: the file's fault, or somebody else's."""

import signal
import threading
import time
from pathlib import Path

import psutil
import pytest

from app.errors import MediaError, Unavailable
from app.media import allowed, kinds
from app.media import probe as probing
from app.media.probe import ending, limits_for, probe
from tests.media_files import clip
from tests.serving import CHECKOUT

ENDINGS = [
    (0, False, 1.0, "well"),
    (-signal.SIGKILL, True, 60.0, "late"),
    (-signal.SIGXCPU, False, 60.0, "late"),
    (-signal.SIGKILL, False, 60.0, "late"),
    (-signal.SIGKILL, False, 0.5, "killed"),
    (-signal.SIGTERM, False, 0.5, "killed"),
    (-signal.SIGSEGV, False, 0.5, "crashed"),
    (-signal.SIGABRT, False, 0.5, "crashed"),
    (1, False, 0.5, "crashed"),
]


@pytest.mark.parametrize(("code", "timed_out", "took", "how"), ENDINGS)
def test_an_ending_is_told_by_its_code(code: int, timed_out: bool, took: float, how: str) -> None:
    assert ending(code, timed_out=timed_out, took=took, cpu=60) == how


def test_an_examination_that_somebody_killed_may_be_tried_again(tmp_path: Path, slow_child: None) -> None:
    """As the system does that runs short of memory."""
    killer = threading.Thread(target=_kill_the_child_of, args=(tmp_path,))
    killer.start()
    try:
        with pytest.raises(Unavailable, match="cut short by the system"):
            probe(clip("h264.mp4"), folder=tmp_path / "out")
    finally:
        killer.join()


def test_a_parser_that_crashes_three_times_is_the_files_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _use(monkeypatch, "crashing_child")

    with pytest.raises(MediaError, match="breaks down on this file"):
        probe(clip("h264.mp4"), folder=tmp_path)

    assert (tmp_path / "tries").read_text() == "xxx"


def test_a_tiny_file_gets_a_minute_and_a_large_one_the_time_to_be_read(tmp_path: Path) -> None:
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(50 << 30)

    assert limits_for(clip("h264.mp4")).wall == 60
    assert 3600 < (limits_for(large).wall or 0) < 4 * 3600


def test_what_would_take_days_is_refused_and_what_people_film_is_not() -> None:
    hour, full_hd, uhd = 3600 * 30, 1920 * 1080, 3840 * 2160

    assert not allowed.too_much_work(pixels=full_hd, frames=48 * hour, size=20 << 30)
    assert not allowed.too_much_work(pixels=uhd, frames=24 * hour, size=10 << 30)
    assert not allowed.too_much_work(pixels=full_hd, frames=3 * hour, size=1 << 20)
    assert allowed.too_much_work(pixels=uhd, frames=24 * hour, size=1 << 20)
    assert allowed.too_much_work(pixels=40_000_000, frames=48 * hour, size=100 << 30)


def test_hours_of_silence_in_some_kilobytes_are_refused() -> None:
    assert allowed.too_empty(seconds=40 * 3600, size=20_000, sound=True)
    assert not allowed.too_empty(seconds=40 * 3600, size=20_000, sound=False)
    assert not allowed.too_empty(seconds=10 * 3600, size=10 * 3600 * 750, sound=True)


KINDS = [
    (b"", "empty"),
    (b"\xef\xbb\xbf  <!DOCTYPE HTML>", "page"),
    (b"PK\x03\x04....", "archive"),
    (b"\0\0\0\x18ftypheic", "picture"),
    (b"\0\0\0\x18ftypisom", ""),
    (b"\x1aE\xdf\xa3\x01", ""),
    ("Liebes Tagebuch, schön war's".encode()[:17], "text"),
]


@pytest.mark.parametrize(("head", "kind"), KINDS)
def test_the_first_bytes_give_impostors_away(head: bytes, kind: str) -> None:
    assert kinds.impostor(head) == kind


def test_a_beginning_of_one_kind_and_a_rest_of_another_is_refused() -> None:
    assert kinds.disagrees(b"\x1aE\xdf\xa3", "mp3")
    assert kinds.disagrees(b"\0\0\0\x18ftypisom", "mpegts")
    assert not kinds.disagrees(b"\0\0\0\x18ftypisom", "mov,mp4,m4a,3gp,3g2,mj2")
    assert not kinds.disagrees(b"\x47\x40", "mpegts")


@pytest.fixture
def slow_child(monkeypatch: pytest.MonkeyPatch) -> None:
    _use(monkeypatch, "slow_child")


def _use(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    enclosed = probing.Sandbox
    monkeypatch.setattr(probing, "_CHILD", f"tests.hostile.{module}")
    monkeypatch.setattr(probing, "Sandbox", lambda read, write: enclosed(read=(*read, CHECKOUT), write=write))


def _kill_the_child_of(folder: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for process in psutil.Process().children(recursive=True):
            try:
                if (folder / "out" / "begun").exists() and str(folder) in " ".join(process.cmdline()):
                    process.kill()
                    return
            except psutil.Error:
                continue
        time.sleep(0.02)
