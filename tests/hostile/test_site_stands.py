"""Hostile files uploaded to a real site: each video ends in a clear state, what plays plays, nothing else was read or written."""

import shutil
from pathlib import Path
from typing import Any

import m3u8
import pytest
from litestar.testing import TestClient
from sqlmodel import select

from app.site import Site
from app.videos.models import Video
from tests.conftest import AsUser, settle
from tests.hostile.conftest import Build, leaks
from tests.hostile.files import CANARY, HOSTILE
from tests.ingest.tus_client import address, send, video_of

FAST = ("hls-behind-noise.mp4", "avi-with-playlist.avi", "attachment.mkv", "tags.mp4")
SLOW = tuple(name for name, made in HOSTILE.items() if name not in FAST and made.layer != "magic" and not name.startswith("sparse"))
CLEAR = {"refused": ("failed", False), "attention": ("needs_attention", True), "plays": ("ready", True)}


@pytest.fixture
def anna(as_user: AsUser) -> TestClient[Any]:
    return as_user("anna")


@pytest.mark.parametrize("name", FAST)
def test_an_uploaded_film_ends_in_a_clear_state(claimed: Site, anna: TestClient[Any], hostile: Build, tmp_path: Path, name: str) -> None:
    check(claimed, anna, hostile(name), tmp_path, name)


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW)
def test_every_other_hostile_film_does_too(claimed: Site, anna: TestClient[Any], hostile: Build, tmp_path: Path, name: str) -> None:
    check(claimed, anna, hostile(name), tmp_path, name)


def check(site: Site, anna: TestClient[Any], film: Path, tmp_path: Path, name: str) -> None:
    before = {path.name for path in tmp_path.iterdir()}
    video = uploaded(site, anna, film)
    film.unlink()

    # What passes the probe may still turn out to be damaged, or not to be made at all, when it is made.
    allowed = HOSTILE[name].ends + (("attention", "refused") if HOSTILE[name].ends != ("refused",) else ())
    assert (video.state, video.playable) in {CLEAR[end] for end in allowed}
    assert bool(video.reason) == (video.state != "ready")
    shown = anna.get(f"/api/v1/videos/{video.public_id}").text + anna.get(f"/w/{video.public_id}").text
    assert CANARY not in shown
    assert "<script>alert(1)" not in shown
    assert "\x1b" not in shown
    if video.playable:
        assert CANARY.encode() not in played(anna, video)
    originals = site.paths.originals
    shutil.rmtree(originals)  # the file itself may name the canary, or even hold its name
    assert leaks(site.paths.data) == []
    assert {path.name for path in tmp_path.iterdir()} == before
    assert not list(tmp_path.rglob("escaped.txt"))


def uploaded(site: Site, anna: TestClient[Any], film: Path) -> Video:
    data = film.read_bytes()
    where = address(anna, len(data), filename=film.name)
    if data:
        reply = send(anna, where, 0, data)
        assert reply.status_code in (200, 204), reply.text
    settle(site)
    with site.read() as session:
        video = session.exec(select(Video)).one()
    found = video_of(site, video.public_id)
    assert found is not None
    return found


def played(anna: TestClient[Any], video: Video) -> bytes:
    """All that a player gets of it."""
    master = m3u8.loads(_got(anna, f"/media/{video.public_id}/master.m3u8").decode())
    lists = [each.uri for each in master.playlists] + [each.uri for each in master.media if each.uri and each.type == "AUDIO"]
    assert lists
    whole = b""
    for uri in lists:
        text = _got(anna, uri)
        found = m3u8.loads(text.decode())
        assert found.is_endlist
        assert found.segments
        for part in [*found.segment_map, *found.segments[:50]]:
            whole += _got(anna, part.uri, byterange=part.byterange)
    return whole


def _got(anna: TestClient[Any], uri: str, *, byterange: str | None = None) -> bytes:
    headers = {}
    if byterange:
        length, _, start = byterange.partition("@")
        headers["range"] = f"bytes={start}-{int(start) + int(length) - 1}"
    reply = anna.get(uri, headers=headers)
    assert reply.status_code in (200, 206), (uri, reply.text[:200])
    return bytes(reply.content)
