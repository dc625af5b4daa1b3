"""Every MUST and SHOULD of the core protocol of tus 1.0.0. https://tus.io/protocols/resumable-upload"""

from typing import Any

import pytest
from litestar.testing import TestClient

from app.site import Site
from tests.ingest.tus_client import (
    TUS,
    UPLOADS,
    address,
    ask,
    begin,
    files_in,
    offset_of,
    send,
)

Client = TestClient[Any]


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
