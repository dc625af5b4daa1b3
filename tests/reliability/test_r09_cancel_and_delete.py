"""R-09: Cancel or delete during transcode stops the work within 5 s and leaves no file; also where a child ignores TERM."""

import os
import shutil
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.storage.marker import NAME as MARKER
from tests.media_files import clip, ffmpeg
from tests.reliability import aftermath
from tests.reliability.conftest import MakeServer
from tests.reliability.uploader import Uploader
from tests.serving import Serving

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
SOON = 5.0  # seconds
FILM = "hours.mkv"
STUBBORN = """#!/bin/sh
trap '' TERM INT HUP
/bin/sleep 300 > /dev/null 2>&1 < /dev/null &
{ffmpeg} "$@"
kill -KILL $!
"""
ENGINE = ("make_renditions", "make_remaining_renditions")


@pytest.fixture(params=["as it is", "that ignores TERM"])
def server(request: pytest.FixtureRequest, claimed_server: MakeServer, tmp_path: Path) -> Iterator[Serving]:
    """With ffmpeg itself, and with one that ignores TERM and has a child that does so, too."""
    more = {}
    if request.param == "that ignores TERM":
        program = tmp_path / "ffmpeg"
        program.write_text(STUBBORN.format(ffmpeg=ffmpeg()))
        program.chmod(program.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
        more = {"HOMEREEL_FFMPEG": str(program)}
    made = claimed_server(environment=more).start()
    yield made
    made.close()
    shutil.rmtree(made.data, ignore_errors=True)


def at_work(server: Serving) -> str:
    """A film that costs far longer than the test is being made; its public id."""
    upload = Uploader(server, FILM, clip(FILM).read_bytes() + os.urandom(16))
    upload.go_on()
    aftermath.until_playable(server, upload.video, 120)
    aftermath.until(lambda: running(server, upload.video) is not None and works(server), 60, "its renditions are being made")
    aftermath.until(lambda: len(list((server.data / "renditions").rglob("*.m4s"))) > 3, 60, "some of it is there")
    return upload.video


def running(server: Serving, video: str) -> str | None:
    jobs = server.client.get("/api/v1/jobs?limit=100").json()["items"]
    return next((job["id"] for job in jobs if job["video"] == video and job["kind"] in ENGINE and job["state"] == "running"), None)


def works(server: Serving) -> bool:
    return any("ffmpeg" in child or "sleep" in child for child in aftermath.children_on(server.data))


def half_written(data: Path) -> list[str]:
    """What is written aside before it is renamed."""
    return [str(path) for path in (data / "renditions").rglob(".*") if path.is_file()]


def test_a_job_that_is_cancelled_ends_its_children_at_once_and_the_film_plays_on(server: Serving) -> None:
    video = at_work(server)

    assert server.client.post(f"/api/v1/jobs/{running(server, video)}/cancel").is_success
    aftermath.until(lambda: not works(server), SOON, f"nothing works on it: {aftermath.children_on(server.data)}")

    made = sorted((server.data / "renditions").rglob("*.m4s"))
    time.sleep(2)
    assert sorted((server.data / "renditions").rglob("*.m4s")) == made
    assert half_written(server.data) == []
    assert running(server, video) is None
    assert aftermath.video(server, video)["playable"]


def test_a_film_that_is_deleted_while_it_is_made_leaves_nothing(server: Serving) -> None:
    others = aftermath.tree(server.data / "originals")
    video = at_work(server)

    assert server.client.delete(f"/api/v1/videos/{video}").status_code == 204
    aftermath.until(lambda: not works(server), SOON, f"nothing works on it: {aftermath.children_on(server.data)}")
    assert half_written(server.data) == []
    assert server.client.delete(f"/api/v1/videos/{video}?forever=true").status_code == 204
    aftermath.until(lambda: left(server.data, others) == [], SOON, "no file is left")

    time.sleep(2)
    assert left(server.data, others) == []
    assert server.client.get(f"/api/v1/videos/{video}").status_code == 404


def left(data: Path, others: dict[str, str]) -> list[str]:
    """Files of films, whole or not, that were not there before; the mark of the folder itself is none."""
    found = [path for name in ("renditions", "originals", "pictures") for path in (data / name).rglob("*") if path.is_file()]
    known = {data / "originals" / name for name in others} | {data / "originals" / MARKER}
    return [str(path) for path in found if path not in known]
