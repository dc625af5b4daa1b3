"""R-06: No job is lost. R-08: no child outlives the server. R-11: ready soon after a crash."""

import random
import stat
import time
from pathlib import Path

import httpx
import pytest

from tests.media_files import clip, ffmpeg
from tests.reliability import aftermath
from tests.reliability.conftest import MakeServer
from tests.reliability.films import film_of
from tests.reliability.uploader import Uploader
from tests.reliability.watcher import Watcher
from tests.serving import Serving

MB = 1 << 20
ENDED = ("ready", "failed", "needs_attention")
MAKING = ("make_renditions", "make_remaining_renditions")
KILLER = """#!/bin/sh
case "$*" in *poison*) kill -KILL $$;; esac
exec {ffmpeg} "$@"
"""


@pytest.fixture(scope="module")
def server(claimed_server: MakeServer) -> Serving:
    return claimed_server().start()


def uploaded(server: Serving, name: str, content: bytes) -> str:
    upload = Uploader(server, name, content)
    upload.go_on()
    return upload.video


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_no_child_outlives_the_server_by_two_seconds(server: Serving) -> None:
    video = uploaded(server, "hevc.mkv", clip("hevc10.mkv").read_bytes())
    aftermath.until(lambda: any("ffmpeg" in child for child in aftermath.children_on(server.data)), 60, "ffmpeg works")

    server.kill9()

    aftermath.until_childless(server.data, 2)
    began = time.monotonic()
    server.start()
    assert httpx.get(f"{server.origin}/health/live").status_code == 200
    aftermath.until(lambda: httpx.get(f"{server.origin}/health/ready").status_code == 200, 30, "the site is ready again")
    assert time.monotonic() - began < 30
    assert aftermath.until_ended(server, video) == "ready"


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_videos_that_are_killed_five_times_each_end_well_or_say_why(server: Serving) -> None:
    chance = random.Random(6)
    videos = [
        uploaded(server, "one.mp4", film_of(2 * MB)),
        uploaded(server, "two.mkv", clip("hevc10.mkv").read_bytes() + b"\0" * 77),
        uploaded(server, "text.mp4", b"Dear diary, today I saw a film.\n" * 30),
    ]
    for _ in range(5):
        time.sleep(chance.uniform(0.05, 1.5))
        server.kill9()
        aftermath.until_childless(server.data, 2)
        server.start()

    states = [aftermath.until_ended(server, video, 120) for video in videos]

    assert states[2] == "failed"
    assert aftermath.video(server, videos[2])["reason"]
    for video, state in zip(videos[:2], states, strict=False):
        told = aftermath.video(server, video)
        if state != "ready":  # set aside after the third crash, which is said and can be tried again
            assert "three times" in told["reason"]
            assert server.client.post(f"/api/v1/videos/{video}/retry").is_success
            aftermath.until(lambda of=video: aftermath.video(server, of)["state"] == "ready", 120, "it is ready in the end")
        assert aftermath.video(server, video)["playable"]
    jobs = server.client.get("/api/v1/jobs?limit=100").json()["items"]
    assert max(job["attempt"] for job in jobs) <= 3 + 5
    assert not [job for job in jobs if job["state"] in ("waiting", "running") and job["kind"] == "open_film"]


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("number", [0, *(pytest.param(number, marks=pytest.mark.sweep) for number in range(1, 20))])
def test_a_film_in_three_sizes_that_is_killed_five_times_while_it_is_made_ends_and_is_never_broken(
    server: Serving, tmp_path: Path, number: int
) -> None:
    chance = random.Random(60 + number)
    with Watcher(server, tmp_path) as watcher:
        video = uploaded(server, f"three {number}.mkv", clip("three-rungs.mkv").read_bytes() + number.to_bytes(8, "little"))
        for _ in range(5):
            aftermath.until(lambda: at_work(server, video) or ended(server, video), 90, "it is worked on")
            time.sleep(chance.uniform(0, 2.5))
            server.kill9()
            aftermath.until_childless(server.data, 2)
            server.start(seconds=90)
        state = aftermath.until_ended(server, video, 120)
        if state != "ready":
            assert "three times" in aftermath.video(server, video)["reason"]
            assert server.client.post(f"/api/v1/videos/{video}/retry").is_success
            assert aftermath.until_ended(server, video, 240) == "ready"
        rounds = watcher.rounds
        aftermath.until(lambda: watcher.rounds > rounds + 1, 90, "the watcher has seen how it ended")

    assert watcher.wrong == []
    assert len({address for name, state, address in watcher.seen if (name, state) == (video, "ready")}) == 4  # three pictures, one sound
    assert max(int(str(job["attempt"])) for job in jobs(server) if job["video"] == video) <= 3 + 5


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_film_that_ends_the_whole_program_three_times_is_set_aside_and_the_others_go_on(server: Serving) -> None:
    poison = uploaded(server, "poison.mkv", clip("hours.mkv").read_bytes())
    others = [uploaded(server, "other.mkv", clip("hevc10.mkv").read_bytes() + b"beside"), uploaded(server, "small.mp4", film_of(MB))]
    for video in (poison, *others):
        aftermath.until_playable(server, video, 120)
    for _ in range(3):
        aftermath.until(lambda: at_work(server, poison), 60, "it is worked on again")
        server.kill9()  # what such a film does by itself
        server.start(seconds=90)

    assert aftermath.until_ended(server, poison, 60) == "needs_attention"
    assert "three times" in aftermath.video(server, poison)["reason"]
    assert aftermath.video(server, poison)["playable"]
    assert {job["state"] for job in jobs(server) if job["video"] == poison and job["kind"] in MAKING} == {"parked"}
    assert [aftermath.until_ended(server, video, 120) for video in others] == ["ready", "ready"]
    assert not at_work(server, poison)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_film_that_ends_its_ffmpeg_every_time_fails_with_a_reason_and_the_others_are_made(
    claimed_server: MakeServer, tmp_path: Path
) -> None:
    program = tmp_path / "ffmpeg"
    program.write_text(KILLER.format(ffmpeg=ffmpeg()))
    program.chmod(program.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    server = claimed_server(environment={"HOMEREEL_FFMPEG": str(program)}).start()
    poison = uploaded(server, "poison.mkv", clip("hevc10.mkv").read_bytes() + b"poison")
    other = uploaded(server, "other.mkv", clip("hevc10.mkv").read_bytes())

    assert aftermath.until_ended(server, other, 120) == "ready"
    assert aftermath.until_ended(server, poison, 120) == "failed"
    told = aftermath.video(server, poison)
    assert "ended ffmpeg again and again" in told["reason"]
    assert not told["playable"]
    assert max(int(str(job["attempt"])) for job in jobs(server) if job["video"] == poison) <= 3
    aftermath.until_childless(server.data, 5)


def jobs(server: Serving) -> list[dict[str, object]]:
    found: list[dict[str, object]] = server.client.get("/api/v1/jobs?limit=100").json()["items"]
    return found


def at_work(server: Serving, video: str) -> bool:
    return any(job["video"] == video and job["kind"] in MAKING and job["state"] == "running" for job in jobs(server))


def ended(server: Serving, video: str) -> bool:
    return aftermath.video(server, video)["state"] in ENDED
