"""RELIABILITY R-18, killed at any instant: a real server, real events, real kills."""

import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ingest.folder_kit import film
from tests.serving import Serving

FILES = 60


@pytest.fixture
def killable(claimed_data: Path, tmp_path: Path) -> Iterator[Serving]:
    shutil.copytree(claimed_data, tmp_path / "data")
    made = Serving(tmp_path / "data")
    try:
        made.start()
        made.sign_in()
        yield made
    finally:
        made.close()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_kills_while_files_are_moved_in_lose_none_and_double_none(killable: Serving) -> None:
    server, inbox = killable, killable.data / "inbox"
    contents = {film(inbox / f"{number}.mp4", size=100_000 + number).read_bytes() for number in range(FILES)}
    for _ in range(6):
        time.sleep(5.2 + random.random())
        server.kill9()
        server.start()
    deadline = time.monotonic() + 120
    while any(inbox.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.5)
    time.sleep(1)

    originals = [path for path in (server.data / "originals").rglob("*.mp4") if ".incoming" not in path.parts]
    assert len(originals) == FILES
    assert {path.read_bytes() for path in originals} == contents
    assert list((server.data / "originals" / ".incoming").iterdir()) == []
    videos = server.client.get("/api/v1/videos", params={"limit": 100, "channel": "anna"}).json()["items"]
    assert len({video["id"] for video in videos}) == len(videos)
    with_files = {path.stem.rsplit("[", 1)[1].rstrip("]") for path in originals}
    assert {video["id"] for video in videos} <= with_files
