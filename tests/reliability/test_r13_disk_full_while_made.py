"""R-13: Disk full during transcode: it waits for space, nothing is half published, what was begun is removed, and it goes on by itself."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.media_files import make
from tests.reliability import aftermath
from tests.reliability.small_disk import SmallDisk, needs_mount, on_small_disk
from tests.reliability.uploader import Uploader
from tests.reliability.watcher import Watcher

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), needs_mount]
AGAIN = 60.0  # seconds


@pytest.fixture
def disk(claimed_data: Path, tmp_path: Path) -> Iterator[SmallDisk]:
    """Only the renditions lie on it: the site can always write down that it waits."""
    yield from on_small_disk(claimed_data, tmp_path, megabytes=96, place="renditions")


def cells(disk: SmallDisk, rung: str = "*") -> list[Path]:
    return sorted((disk.seen / "renditions").glob(f"*/{rung}/*.m4s"))


def test_it_waits_whichever_size_is_being_made_and_goes_on_by_itself(disk: SmallDisk, tmp_path: Path) -> None:
    film = make("-stream_loop 4 -i three-rungs.mkv -c copy OUT", tmp_path / "film.mkv")
    upload = Uploader(disk.server, "film.mkv", film.read_bytes())
    upload.go_on()
    video = upload.video
    for rung, count in (("v240", 1), ("v480", 2), ("v720", 3)):
        aftermath.until(lambda of=rung, most=count: len(cells(disk, of)) >= most, 120, f"{rung} is being made")
        disk.fill()
        aftermath.until(lambda: state(disk, video) == "waiting_space", 60, "it says that it waits")
        assert "full" in aftermath.video(disk.server, video)["reason"]
        aftermath.until_childless(disk.data, 5)
        assert [str(path) for path in (disk.seen / "renditions").rglob(".*") if path.name != ".filler"] == []
        made = cells(disk)

        disk.free()
        freed = time.monotonic()

        aftermath.until(lambda before=made: len(cells(disk)) > len(before), AGAIN, "it goes on")
        assert set(made) <= set(cells(disk)), "what was there is made once"
        assert time.monotonic() - freed < AGAIN
    assert aftermath.until_ended(disk.server, video, 240) == "ready"
    assert aftermath.video(disk.server, video)["reason"] == ""
    with Watcher(disk.server, tmp_path) as watcher:
        aftermath.until(lambda: watcher.rounds > 0 or bool(watcher.wrong), 60, "all of it was looked at")
    assert watcher.wrong == []
    assert len(watcher.seen) == 4


def state(disk: SmallDisk, video: str) -> str:
    return str(aftermath.video(disk.server, video)["state"])
