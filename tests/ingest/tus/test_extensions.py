"""Every MUST and SHOULD of the extensions of tus 1.0.0 that are spoken here. https://tus.io/protocols/resumable-upload"""

import base64
import hashlib
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from litestar.testing import TestClient

from app.site import Site
from app.videos.models import State
from tests.conftest import HOST
from tests.ingest.tus_client import (
    TUS,
    UPLOADS,
    address,
    ask,
    begin,
    metadata,
    offset_of,
    send,
    stored_file,
    upload_row,
    video_count,
    video_of,
)

Client = TestClient[Any]


# -- creation


def test_creation_answers_201_with_an_absolute_location_and_the_video(anna: Client, site: Site) -> None:
    reply = begin(anna, 10, title="Lea's first steps", privacy="private", filename="IMG_2041.MOV")
    video = video_of(site, reply.headers["homereel-video"])

    assert reply.status_code == 201
    assert reply.content == b""
    assert reply.headers["location"].startswith(f"{HOST}{UPLOADS}/")
    assert video is not None
    assert (video.title, video.privacy, video.state, video.filename) == ("Lea's first steps", "private", State.UPLOADING, "IMG_2041.MOV")


def test_a_title_comes_from_the_name_where_none_is_given(anna: Client, site: Site) -> None:
    video = video_of(site, begin(anna, 10, filename="Lea_first_steps.mp4").headers["homereel-video"])

    assert video is not None
    assert (video.title, video.privacy) == ("Lea first steps", "members")


def test_the_location_has_the_scheme_the_browser_used(anna: Client) -> None:
    anna.headers["origin"] = "https://homereel.lan"  # a proxy that ends TLS speaks plain HTTP to us

    assert begin(anna, 10).headers["location"].startswith("https://homereel.lan/api/v1/uploads/")


def test_the_location_never_names_a_host_that_is_not_ours(anna: Client) -> None:
    anna.cookies.clear()
    reply = anna.post(UPLOADS, headers=TUS | {"Origin": "https://evil.example", "Upload-Length": "1"})

    assert "evil" not in str(reply.headers)


@pytest.mark.parametrize(
    "headers",
    [{"Upload-Length": None}, {"Upload-Length": "-1"}, {"Upload-Length": "x"}, {"Upload-Length": "1.5"}, {"Upload-Length": "9" * 40},
     {"Upload-Defer-Length": "1"}, {"Upload-Length": None, "Upload-Defer-Length": "2"}],
)  # fmt: skip
def test_creation_needs_a_length_or_its_deferral(anna: Client, headers: dict[str, str | None]) -> None:
    assert begin(anna, 10, headers=headers).status_code == 400


def test_a_deferred_length_is_said_by_head_until_it_is_known(anna: Client) -> None:
    where = begin(anna, None, headers={"Upload-Length": None, "Upload-Defer-Length": "1"}).headers["location"]
    send(anna, where, 0, b"0123")
    unknown = ask(anna, where)
    assert unknown.headers["upload-defer-length"] == "1"
    assert "upload-length" not in unknown.headers

    assert send(anna, where, 4, b"456", upload_length="10").status_code == 204
    assert ask(anna, where).headers["upload-length"] == "10"
    assert send(anna, where, 7, b"7", upload_length="11").status_code == 400
    assert send(anna, where, 7, b"789").headers["upload-offset"] == "10"


def test_a_length_shorter_than_what_is_here_is_refused(anna: Client) -> None:
    where = begin(anna, None, headers={"Upload-Length": None, "Upload-Defer-Length": "1"}).headers["location"]
    send(anna, where, 0, b"0123")

    assert send(anna, where, 4, b"", upload_length="3").status_code == 400


def test_head_gives_the_metadata_back_as_it_came(anna: Client) -> None:
    said = metadata(filename="Ä.mp4", filetype="video/mp4", odd="") + ",flag"
    where = begin(anna, 10, headers={"Upload-Metadata": said}).headers["location"]

    assert ask(anna, where).headers["upload-metadata"] == said


@pytest.mark.parametrize("said", ["filename YQ==,filename Yg==", "filename !!!", "filename YQ"])
def test_metadata_that_breaks_its_rules_is_400(anna: Client, said: str) -> None:
    assert begin(anna, 10, headers={"Upload-Metadata": said}).status_code == 400


def test_a_file_larger_than_allowed_is_413(anna: Client, site: Site) -> None:
    reply = begin(anna, site.settings.upload_max + 1)

    assert reply.status_code == 413
    assert "largest that may be uploaded" in reply.json()["detail"]


def test_bytes_may_come_with_the_creation(anna: Client) -> None:
    reply = begin(anna, 10, body=b"0123", headers={"Content-Type": "application/offset+octet-stream"})

    assert (reply.status_code, reply.headers["upload-offset"]) == (201, "4")
    assert offset_of(anna, reply.headers["location"]) == 4


def test_a_whole_file_may_come_with_the_creation(anna: Client, site: Site) -> None:
    reply = begin(anna, 10, body=b"0123456789", headers={"Content-Type": "application/offset+octet-stream"})

    assert (reply.status_code, reply.headers["upload-offset"]) == (201, "10")
    assert stored_file(site, reply.headers["homereel-video"]).read_bytes() == b"0123456789"


def test_bytes_of_another_type_with_the_creation_are_415(anna: Client, site: Site) -> None:
    before = video_count(site)
    assert begin(anna, 10, body=b"0123", headers={"Content-Type": "video/mp4"}).status_code == 415
    assert video_count(site) == before


# -- expiration


def test_every_answer_about_an_unfinished_upload_says_when_it_expires(anna: Client) -> None:
    created = begin(anna, 10)
    where = created.headers["location"]
    for reply in (created, ask(anna, where), send(anna, where, 0, b"0123")):
        assert parsedate_to_datetime(reply.headers["upload-expires"]) > datetime.now(UTC) + timedelta(hours=24)


# -- checksum


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [
        ("sha1", hashlib.sha1(b"0123").digest()), ("sha256", hashlib.sha256(b"0123").digest()), ("md5", hashlib.md5(b"0123").digest()),
        ("crc32", zlib.crc32(b"0123").to_bytes(4, "big")),
    ],
)  # fmt: skip
def test_a_right_checksum_is_taken(anna: Client, algorithm: str, digest: bytes) -> None:
    where = address(anna, 10)
    reply = send(anna, where, 0, b"0123", upload_checksum=f"{algorithm} {base64.b64encode(digest).decode()}")

    assert (reply.status_code, reply.headers["upload-offset"]) == (204, "4")


def test_a_wrong_checksum_is_460_and_the_bytes_are_forgotten(anna: Client, site: Site) -> None:
    where = address(anna, 10)
    send(anna, where, 0, b"01")
    reply = send(anna, where, 2, b"2345", upload_checksum=f"sha1 {base64.b64encode(hashlib.sha1(b'other').digest()).decode()}")

    assert reply.status_code == 460
    assert offset_of(anna, where) == 2
    assert (site.paths.incoming / upload_row(site, where).public_id).read_bytes() == b"01"
    assert send(anna, where, 2, b"23456789").status_code == 204


def test_a_wrong_checksum_of_the_last_bytes_finishes_nothing(anna: Client, site: Site) -> None:
    where = address(anna, 4)

    assert send(anna, where, 0, b"0123", upload_checksum=f"sha1 {base64.b64encode(bytes(20)).decode()}").status_code == 460
    assert upload_row(site, where).state == "open"


@pytest.mark.parametrize("header", ["sha3 AAAA", "sha1 !!", "sha1", ""])
def test_a_checksum_that_cannot_be_understood_is_refused(anna: Client, header: str) -> None:
    where = address(anna, 10)

    assert send(anna, where, 0, b"0123", upload_checksum=header).status_code in (400, 460)
    assert offset_of(anna, where) == 0


# -- termination


def test_delete_ends_an_upload_and_everything_of_it(anna: Client, site: Site) -> None:
    reply = begin(anna, 10)
    where = reply.headers["location"]
    send(anna, where, 0, b"0123")
    gathered = site.paths.incoming / where.rsplit("/", 1)[1]
    assert gathered.read_bytes() == b"0123"

    assert anna.delete(where, headers=TUS).status_code == 204
    assert ask(anna, where).status_code == 404
    assert send(anna, where, 4, b"4").status_code == 404
    assert not gathered.exists()
    assert video_of(site, reply.headers["homereel-video"]) is None


def test_delete_of_a_finished_upload_deletes_no_video(anna: Client, site: Site) -> None:
    reply = begin(anna, 4, body=b"0123", headers={"Content-Type": "application/offset+octet-stream"})

    assert anna.delete(reply.headers["location"], headers=TUS).status_code == 409
    assert stored_file(site, reply.headers["homereel-video"]).exists()
