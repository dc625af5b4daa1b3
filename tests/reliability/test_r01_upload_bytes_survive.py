"""R-01: An acknowledged upload byte survives kill -9 at any instant."""

from collections.abc import Iterator
from itertools import count

import httpx
import pytest

from tests.reliability import aftermath
from tests.reliability.conftest import MakeServer
from tests.reliability.crash_points import SETS, counting, killing, needs_strace, spread
from tests.reliability.films import film_of
from tests.reliability.uploader import ServerGoneError, Uploader
from tests.serving import Serving

MB = 1 << 20
SIZE = 4 * MB
POINTS = 5  # of each set of calls, in CI

pytestmark = [needs_strace, pytest.mark.timeout(1500)]


@pytest.fixture(scope="module")
def server(claimed_server: MakeServer) -> Iterator[Serving]:
    server = claimed_server().start()
    yield server
    if not server.running:  # a test failed
        server.start()
    for public_id in uploaded:
        assert aftermath.until_ended(server, public_id) == "ready", aftermath.video(server, public_id)
    server.terminate()
    aftermath.sound_database(server.data)


@pytest.fixture(scope="module")
def counts(server: Serving, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """How many calls of each set the whole scenario makes, when nothing goes wrong."""
    with counting(server.pid, tmp_path_factory.mktemp("strace") / "calls") as most:
        upload = Uploader(server, "counted.mp4", film_of(SIZE))
        upload.go_on()
        aftermath.until_playable(server, upload.video)
        assert aftermath.until_ended(server, upload.video) == "ready"
    uploaded.append(upload.video)
    assert set(most) == set(SETS), most
    return dict(most)


uploaded: list[str] = []
different = count()  # no two films are of one size: copies are found by it


def killed_at(server: Serving, calls: str, number: int) -> bool:
    """The whole scenario with one kill in it; True if it came to that. Everything promised must hold."""
    upload = Uploader(server, f"{calls} {number}.mp4", film_of(SIZE + 1 + next(different)))
    with killing(server.pid, SETS[calls], number):
        survived = _whole(server, upload)
    if not survived:
        assert server.wait(10) != 0
        aftermath.until_childless(server.data)
        server.start()
        upload.go_on()
        aftermath.until_playable(server, upload.video)
        aftermath.until_ended(server, upload.video)  # or the next kill counts against this film's work, too
    _check(server, upload)
    return not survived


def _whole(server: Serving, upload: Uploader) -> bool:
    try:
        upload.go_on()
        aftermath.until_ended(server, upload.video)
    except (ServerGoneError, httpx.TransportError):
        return False
    return server.running


def _check(server: Serving, upload: Uploader) -> None:
    assert upload.lies == []
    assert aftermath.sha256(aftermath.original(server, upload.video)) == aftermath.sha256(upload.content)
    copies = aftermath.copies(server.data, len(upload.content))
    assert len(copies) == 1
    listed = server.client.get("/api/v1/videos?limit=100").json()["items"]
    titles = [video["title"] for video in listed if video["state"] != "uploading"]  # one whose creation was never answered ends by itself
    assert titles.count(upload.name.removesuffix(".mp4")) == 1, titles
    uploaded.append(upload.video)


@pytest.mark.slow
@pytest.mark.parametrize("calls", SETS)
def test_bytes_survive_a_kill_at_points_over_the_whole_upload(server: Serving, counts: dict[str, int], calls: str) -> None:
    kills = [killed_at(server, calls, number) for number in spread(counts[calls], POINTS)]

    assert sum(kills) >= min(2, len(kills)), f"of {len(kills)} points, {sum(kills)} came to a kill"


@pytest.mark.sweep
@pytest.mark.timeout(0)
@pytest.mark.parametrize("calls", SETS)
def test_bytes_survive_a_kill_at_every_point(server: Serving, calls: str) -> None:
    number = 1
    while killed_at(server, calls, number):
        number += 1
