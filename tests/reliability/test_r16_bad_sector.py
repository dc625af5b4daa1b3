"""R-16: A bad sector hurts one video: the others play, who keeps the site is told, and `homereel check --read` names it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.media_files import clip
from tests.reliability import aftermath
from tests.reliability.conftest import MakeServer
from tests.reliability.crash_points import attached_with_faults, needs_strace
from tests.reliability.films import film_of
from tests.reliability.uploader import Uploader
from tests.serving import CHECKOUT, Serving

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), needs_strace]
MB = 1 << 20
READING = "read,readv,pread64,preadv,preadv2,sendfile,copy_file_range"


@pytest.fixture
def server(claimed_server: MakeServer) -> Iterator[Serving]:
    made = claimed_server().start()
    yield made
    made.close()


def uploaded(server: Serving, name: str, content: bytes) -> str:
    upload = Uploader(server, name, content)
    upload.go_on()
    return upload.video


def check(server: Serving, *options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "app", "check", *options, "--data", str(server.data)]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=120, check=False)


def file_of(server: Serving, name: str) -> Path:
    (found,) = (server.data / "originals").rglob(f"{name} *")
    return found


def plays(server: Serving, video: str) -> bool:
    """Whether its bytes come whole, asked on a connection of its own."""
    try:
        reply = httpx.get(f"{server.origin}/media/{video}/original", cookies=dict(server.client.cookies))
    except httpx.TransportError:  # cut off in the middle: what was promised could not be kept
        return False
    return reply.status_code == 200


def test_a_film_that_can_be_read_no_more_is_named_and_the_others_play(server: Serving) -> None:
    videos = {name: uploaded(server, f"{name}.mp4", film_of(2 * MB + len(name))) for name in ("sound", "spoiled", "third")}
    for video in videos.values():
        assert aftermath.until_ended(server, video) == "ready"
    hurt = file_of(server, "spoiled")

    with attached_with_faults(server.pid, READING, "error=EIO", path=hurt):
        assert not plays(server, videos["spoiled"])
        assert plays(server, videos["sound"])
        assert plays(server, videos["third"])
        assert server.client.get("/api/v1/videos").status_code == 200
        assert server.client.get(f"/w/{videos['spoiled']}").status_code == 200
        found = check(server, "--read")

    assert found.returncode == 1, found.stdout + found.stderr
    named = [line for line in found.stdout.splitlines() if line.startswith("✗")]
    assert len(named) == 1, found.stdout
    assert str(hurt) in named[0]
    assert "spoiled" in named[0]
    assert plays(server, videos["spoiled"])
    after = check(server, "--read")
    assert after.returncode == 0, after.stdout
    assert server.terminate() == 0


def test_bytes_that_changed_by_themselves_are_named(server: Serving) -> None:
    video = uploaded(server, "film.mp4", film_of(2 * MB))
    assert aftermath.until_ended(server, video) == "ready"
    aftermath.until(lambda: settled(server, video), 60, "its checksum is known")
    path = file_of(server, "film")
    with path.open("r+b") as file:
        file.seek(-1000, 2)
        byte = file.read(1)
        file.seek(-1000, 2)
        file.write(bytes([byte[0] ^ 1]))

    assert check(server).returncode == 0  # size and place are right
    found = check(server, "--read")

    assert found.returncode == 1
    assert re.search(rf"^✗ .*{re.escape(str(path))} has changed", found.stdout, re.MULTILINE), found.stdout


def settled(server: Serving, video: str) -> bool:
    jobs = server.client.get("/api/v1/jobs?limit=100").json()["items"]
    return any(job["kind"] == "settle_original" and job["video"] == video and job["state"] == "done" for job in jobs)


def test_a_film_that_meets_a_bad_sector_while_it_is_made_says_so_and_the_others_are_made(server: Serving) -> None:
    server.client.get("/")
    films = {name: uploaded(server, f"{name}.mkv", clip("hevc10.mkv").read_bytes() + bytes(len(name))) for name in ("spoiled", "sound")}
    hurt = file_of(server, "spoiled")
    with attached_with_faults(server.pid, READING, "error=EIO:when=8+", path=hurt, children=True):
        states = {name: aftermath.until_ended(server, video, 200) for name, video in films.items()}

    told = aftermath.video(server, films["spoiled"])
    assert states["sound"] == "ready"
    assert states["spoiled"] in ("failed", "needs_attention"), told
    assert told["reason"]
