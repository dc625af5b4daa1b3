"""SECURITY UP-1: whose an upload is, how much may come, and what becomes of the last byte."""

from datetime import UTC, datetime
from typing import Any

import pytest
from litestar.testing import TestClient

from app.http.viewer import Role
from app.site import Site
from app.videos.models import State
from tests.conftest import AsUser
from tests.ingest.tus_client import (
    TUS,
    address,
    ask,
    begin,
    offset_of,
    send,
    stored_file,
    upload_row,
    video_count,
    video_of,
)

Client = TestClient[Any]


# -- whose it is, and how much


def test_an_upload_is_there_for_nobody_else(anna: Client, ben: Client, client: Client, as_user: AsUser) -> None:
    where = address(anna, 10)
    for other in (ben, client, as_user("mia", Role.MEMBER)):
        assert ask(other, where).status_code == 404
        assert send(other, where, 0, b"x").status_code == 404
        assert other.delete(where, headers=TUS).status_code == 404
    assert offset_of(anna, where) == 0


def test_only_who_may_add_videos_may_begin(client: Client, as_user: AsUser) -> None:
    assert begin(client, 10).status_code == 401
    assert begin(as_user("mia", Role.MEMBER), 10).status_code == 403


def test_nobody_uploads_into_a_channel_of_others(anna: Client, ben: Client, site: Site) -> None:
    own = video_of(site, begin(ben, 10).headers["homereel-video"])
    assert own is not None

    assert begin(ben, 10, channel="anna").status_code == 404
    assert begin(ben, 10, channel="ben").status_code == 201


def test_an_unknown_privacy_is_refused(anna: Client, site: Site) -> None:
    before = video_count(site)
    assert begin(anna, 10, privacy="everyone").status_code == 422
    assert video_count(site) == before


@pytest.mark.parametrize("more", [b"0123456789x", b"x" * 3_000_000])
def test_never_more_than_was_announced(anna: Client, site: Site, more: bytes) -> None:
    where = address(anna, 10)

    def chunked() -> Any:
        yield more[:5]
        yield more[5:]

    assert send(anna, where, 0, more).status_code == 413
    headers = TUS | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    assert anna.patch(where, content=chunked(), headers=headers).status_code == 413
    assert offset_of(anna, where) == 0
    assert upload_row(site, where).state == "open"


def test_the_last_byte_makes_a_video_of_it_at_once(anna: Client, site: Site) -> None:
    reply = begin(anna, 10, title="Beach", filename="a.MOV")
    where, public_id = reply.headers["location"], reply.headers["homereel-video"]
    send(anna, where, 0, b"0123")
    last = send(anna, where, 4, b"456789")
    video = video_of(site, public_id)

    assert (last.status_code, last.headers["upload-offset"], last.headers["homereel-video"]) == (204, "10", public_id)
    assert video is not None
    assert video.state == State.QUEUED
    year = datetime.now(UTC).year
    assert stored_file(site, public_id).relative_to(site.paths.originals).as_posix() == f"anna/{year}/Beach [{public_id}].mov"
    assert stored_file(site, public_id).read_bytes() == b"0123456789"
    assert not (site.paths.incoming / where.rsplit("/", 1)[1]).exists()
    assert offset_of(anna, where) == 10
    assert send(anna, where, 10, b"").status_code == 204
    assert send(anna, where, 10, b"x").status_code == 413


def test_an_empty_file_is_refused_in_words(anna: Client, site: Site) -> None:
    before = video_count(site)
    reply = begin(anna, 0)

    assert reply.status_code == 422
    assert "empty" in reply.json()["detail"]
    assert video_count(site) == before


@pytest.mark.parametrize(("name", "kind", "status"), [
    ("cat.jpg", "image/jpeg", 422), ("notes.txt", "text/plain", 422), ("film.ts", "text/vnd.trolltech.linguist", 201), ("film", "", 201),
    ("film.xyz", "application/octet-stream", 201), ("song.mp3", "audio/mpeg", 201),
])  # fmt: skip
def test_what_says_itself_that_it_is_no_film_is_refused(anna: Client, name: str, kind: str, status: int) -> None:
    assert begin(anna, 10, filename=name, filetype=kind).status_code == status
