"""Every MUST and SHOULD of tus 1.0.0; names of tests say the section. https://tus.io/protocols/resumable-upload"""

import base64
import hashlib
import shutil
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlmodel import func, select

from app.http.viewer import Role
from app.main import build_asgi, build_site
from app.settings import Settings
from app.site import Site
from app.videos.models import State, Video
from tests.conftest import HOST, AsUser
from tests.ingest.tus_client import (
    TUS,
    UPLOADS,
    address,
    ask,
    begin,
    files_in,
    metadata,
    offset_of,
    send,
    stored_file,
    upload_row,
    video_of,
)

Client = TestClient[Any]


@pytest.fixture(scope="module")
def site(claimed_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One site for all of these: each test has uploads of its own."""
    data = tmp_path_factory.mktemp("tus") / "data"
    shutil.copytree(claimed_data, data)
    made = build_site(Settings(data=data))
    yield made
    made.database.close()


@pytest.fixture(scope="module")
def asgi(site: Site) -> Litestar:
    return build_asgi(site)


# -- core protocol


def test_head_tells_offset_and_length_and_is_never_cached(anna: Client) -> None:
    where = address(anna, 10)
    send(anna, where, 0, b"0123")
    reply = ask(anna, where)

    assert reply.status_code == 200
    assert reply.headers["upload-offset"] == "4"
    assert reply.headers["upload-length"] == "10"
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["tus-resumable"] == "1.0.0"
    assert reply.content == b""


def test_head_tells_offset_zero_before_the_first_byte(anna: Client) -> None:
    assert offset_of(anna, address(anna, 10)) == 0


@pytest.mark.parametrize("method", ["HEAD", "PATCH", "DELETE", "POST"])
def test_an_unknown_upload_is_404_and_tells_no_offset(anna: Client, method: str) -> None:
    headers = TUS | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream", "X-HTTP-Method-Override": "PATCH"}
    reply = anna.request(method, f"{UPLOADS}/Ab3dEf6hJk9m", headers=headers)

    assert reply.status_code == 404
    assert "upload-offset" not in reply.headers
    assert reply.headers["tus-resumable"] == "1.0.0"


def test_patch_takes_bytes_and_tells_the_new_offset(anna: Client) -> None:
    where = address(anna, 10)
    reply = send(anna, where, 0, b"0123")

    assert reply.status_code == 204
    assert reply.headers["upload-offset"] == "4"
    assert reply.headers["tus-resumable"] == "1.0.0"
    assert send(anna, where, 4, b"456").headers["upload-offset"] == "7"


@pytest.mark.parametrize("kind", ["application/octet-stream", "video/mp4", "", None])
def test_patch_of_another_content_type_is_415(anna: Client, kind: str | None) -> None:
    where = address(anna, 10)

    assert send(anna, where, 0, b"0123", content_type=kind).status_code == 415
    assert offset_of(anna, where) == 0


@pytest.mark.parametrize("offset", [0, 3, 5, 9])
def test_patch_at_another_offset_is_409_and_changes_nothing(anna: Client, offset: int) -> None:
    where = address(anna, 10)
    send(anna, where, 0, b"0123")
    reply = send(anna, where, offset, b"x")

    assert reply.status_code == 409
    assert "at byte 4" in reply.json()["detail"]
    assert offset_of(anna, where) == 4


@pytest.mark.parametrize("offset", ["-1", "a", "", "1.0", "٣", "9" * 30, None])
def test_an_offset_that_is_no_number_is_400(anna: Client, offset: str | None) -> None:
    where = address(anna, 10)
    given = {} if offset is None else {"Upload-Offset": offset.encode()}
    reply = anna.patch(
        where,
        content=b"x",
        headers={**TUS, "Content-Type": "application/offset+octet-stream", **given},
    )
    assert reply.status_code == 400


def test_an_empty_patch_changes_nothing(anna: Client) -> None:
    where = address(anna, 10)
    reply = send(anna, where, 0, b"")

    assert (reply.status_code, reply.headers["upload-offset"]) == (204, "0")


@pytest.mark.parametrize("spoken", ["0.2.2", "2.0.0", "", None])
def test_another_version_of_tus_is_412_and_not_processed(anna: Client, site: Site, spoken: str | None) -> None:
    where = address(anna, 10)
    before = files_in(site.paths.incoming)
    replies = [
        begin(anna, 10, headers={"Tus-Resumable": spoken}),
        send(anna, where, 0, b"0123", tus_resumable=spoken),
        anna.head(where, headers={} if spoken is None else {"Tus-Resumable": spoken}),
        anna.delete(where, headers={} if spoken is None else {"Tus-Resumable": spoken}),
    ]

    assert [reply.status_code for reply in replies] == [412] * 4
    assert all(reply.headers["tus-version"] == "1.0.0" for reply in replies)
    assert offset_of(anna, where) == 0
    assert files_in(site.paths.incoming) == before


def test_options_tells_what_is_spoken_to_anyone(client: Client) -> None:
    reply = client.options(UPLOADS)

    assert reply.status_code == 204
    assert reply.headers["tus-version"] == "1.0.0"
    assert set(reply.headers["tus-extension"].split(",")) == {
        "creation", "creation-with-upload", "creation-defer-length", "termination", "checksum", "expiration",
    }  # fmt: skip
    assert int(reply.headers["tus-max-size"]) > 10**9
    assert "sha1" in reply.headers["tus-checksum-algorithm"].split(",")


@pytest.mark.parametrize("real", ["POST", "PATCH"])
def test_the_method_override_header_counts(anna: Client, real: str) -> None:
    where = address(anna, 10)
    headers = TUS | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream", "X-HTTP-Method-Override": "PATCH"}

    assert anna.request(real, where, content=b"0123", headers=headers).headers["upload-offset"] == "4"
    assert anna.request(real, where, headers=headers | {"X-HTTP-Method-Override": "DELETE"}).status_code == 204
    assert ask(anna, where).status_code == 404


def test_a_post_without_override_means_nothing(anna: Client) -> None:
    where = address(anna, 10)
    for override in ({}, {"X-HTTP-Method-Override": "GET"}):
        assert anna.post(where, headers=TUS | override).status_code == 400


def test_an_unsafe_request_of_another_site_is_refused(anna: Client) -> None:
    where = address(anna, 10)
    anna.headers["origin"] = "https://evil.example"

    assert begin(anna, 10).status_code == 403
    assert send(anna, where, 0, b"x").status_code == 403
    assert anna.delete(where, headers=TUS).status_code == 403


# -- creation


def test_creation_answers_201_with_an_absolute_location_and_the_video(anna: Client, site: Site) -> None:
    reply = begin(anna, 10, title="Lea's first steps", privacy="private", filename="IMG_2041.MOV")
    video = video_of(site, reply.headers["homereel-video"])

    assert reply.status_code == 201
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


def video_count(site: Site) -> int:
    with site.read() as session:
        return session.exec(select(func.count()).select_from(Video)).one()
