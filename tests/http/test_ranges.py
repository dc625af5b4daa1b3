"""The range responder against RFC 9110, over a real file; numbers in names are its sections."""

import os
import re
import time
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import HttpMethod, Litestar, get, route
from litestar.exceptions import LitestarException
from litestar.testing import TestClient

from app.errors import Missing
from app.http.conditions import Span, parse_ranges
from app.http.open_files import CHUNK
from app.http.ranges import FileRange, disposition

SIZE = 3 * CHUNK + 12_345
CONTENT = os.urandom(SIZE)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("films") / "film.mp4"
    path.write_bytes(CONTENT)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    return path


@pytest.fixture(scope="module")
def client(film: Path) -> Iterator[TestClient[Litestar]]:
    @route("/film", http_method=[HttpMethod.GET, HttpMethod.HEAD], sync_to_thread=True)
    def whole() -> FileRange:
        return FileRange(film, media_type="video/mp4", headers={"Cache-Control": "private, no-cache"})

    @get("/part", sync_to_thread=True)
    def part() -> FileRange:
        return FileRange(film, media_type="video/mp4", start=1000, length=500)

    @get("/save", sync_to_thread=True)
    def save() -> FileRange:
        return FileRange(film, media_type="video/mp4", download_name='Léa "1"\r\n.mp4')

    with TestClient(Litestar([whole, part, save], openapi_config=None)) as made:
        yield made


def test_the_whole_film_comes_with_what_caches_and_players_need(client: TestClient[Litestar]) -> None:
    reply = client.get("/film")

    assert reply.status_code == 200
    assert reply.content == CONTENT
    assert reply.headers["content-type"] == "video/mp4"
    assert reply.headers["accept-ranges"] == "bytes"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["cache-control"] == "private, no-cache"
    assert reply.headers["last-modified"] == formatdate(1_700_000_000, usegmt=True)
    assert re.fullmatch(r'"[0-9a-f]+-[0-9a-f]+-[0-9a-f]+"', reply.headers["etag"])
    assert "set-cookie" not in reply.headers


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-0", 0, 1), ("bytes=0-499", 0, 500), (f"bytes=500-{SIZE}", 500, SIZE), ("bytes=500-", 500, SIZE),
        ("bytes=-500", SIZE - 500, SIZE),
        (f"bytes=-{SIZE * 2}", 0, SIZE), (f"bytes={SIZE - 1}-", SIZE - 1, SIZE), ("bytes= 1-2", 1, 3), ("Bytes=1-2", 1, 3),
        (f"bytes={CHUNK - 1}-{CHUNK}", CHUNK - 1, CHUNK + 1), ("bytes=1-2,,", 1, 3), ("bytes=0-9999999999999999999", 0, SIZE),
        ("bytes=0-99,50-149", 0, 150), (f"bytes=0-9,{SIZE}-", 0, 10),
    ],
)  # fmt: skip
def test_one_range_14_1_2(client: TestClient[Litestar], asked: str, start: int, stop: int) -> None:
    reply = client.get("/film", headers={"Range": asked})

    assert reply.status_code == 206
    assert reply.headers["content-range"] == f"bytes {start}-{stop - 1}/{SIZE}"
    assert reply.headers["content-length"] == str(stop - start)
    assert reply.content == CONTENT[start:stop]


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=-0", f"bytes={SIZE}-{SIZE + 1},-0"])
def test_a_range_that_is_not_there_15_5_17(client: TestClient[Litestar], asked: str) -> None:
    reply = client.get("/film", headers={"Range": asked})

    assert reply.status_code == 416
    assert reply.headers["content-range"] == f"bytes */{SIZE}"
    assert reply.content == b""


@pytest.mark.parametrize(
    "asked",
    ["bytes", "bytes=", "bytes=a-b", "bytes=5-4", "bytes=-", "bytes=1", "bytes=1-2-3", "bytes=٣-٤", "lines=1-2", "bytes=0x1-2",
     "bytes=1-2;3-4",
     "bytes=0-1,2-3,4-5,6-7,8-9", "bytes=" + "0-," * 20_000, "bytes=--1", "bytes=1-2, x"],
)  # fmt: skip
def test_a_range_that_means_nothing_is_no_range_14_2(client: TestClient[Litestar], asked: str) -> None:
    reply = client.get("/film", headers={"Range": asked.encode()})

    assert reply.status_code == 200
    assert len(reply.content) == SIZE


def test_several_ranges_come_as_parts_14_6(client: TestClient[Litestar]) -> None:
    reply = client.get("/film", headers={"Range": f"bytes=600000-600009, 0-4,-3,{SIZE + 5}-"})

    assert reply.status_code == 206
    assert "content-range" not in reply.headers
    boundary = re.fullmatch(r"multipart/byteranges; boundary=(\w+)", reply.headers["content-type"])
    assert boundary is not None
    parts = reply.content.split(b"--" + boundary[1].encode())
    assert parts[0] == b""
    assert parts[-1] == b"--\r\n"
    spans = [(600_000, 600_010), (0, 5), (SIZE - 3, SIZE)]
    assert parts[1:-1] == [
        f"\r\nContent-Type: video/mp4\r\nContent-Range: bytes {a}-{b - 1}/{SIZE}\r\n\r\n".encode() + CONTENT[a:b] + b"\r\n"
        for a, b in spans
    ]
    assert int(reply.headers["content-length"]) == len(reply.content)


@pytest.mark.parametrize("asked", [None, "bytes=5-9", f"bytes={SIZE}-"])
def test_head_says_what_get_would_9_3_2(client: TestClient[Litestar], asked: str | None) -> None:
    headers = {"Range": asked} if asked else {}
    by_get, by_head = client.get("/film", headers=headers), client.head("/film", headers=headers)

    assert by_head.content == b""
    assert (by_head.status_code, by_head.headers) == (by_get.status_code, by_get.headers)


def test_unchanged_bytes_are_not_sent_again_13_1(client: TestClient[Litestar]) -> None:
    known = client.head("/film").headers
    unchanged = [
        {"If-None-Match": known["etag"]}, {"If-None-Match": f'"x", W/{known["etag"]}'}, {"If-None-Match": "*"},
        {"If-Modified-Since": known["last-modified"]}, {"If-None-Match": known["etag"], "Range": "bytes=0-1"},
    ]  # fmt: skip
    for headers in unchanged:
        reply = client.get("/film", headers=headers)
        assert (reply.status_code, reply.content) == (304, b""), headers
        assert reply.headers["etag"] == known["etag"]
        assert "content-type" not in reply.headers
    for headers in [
        {"If-None-Match": '"other"'},
        {"If-Modified-Since": formatdate(1_600_000_000, usegmt=True)},
        {"If-None-Match": '"other"', "If-Modified-Since": known["last-modified"]},  # 13.2.2: the tag alone counts
        {"If-Modified-Since": "yesterday"},
    ]:
        assert client.get("/film", headers=headers).status_code == 200, headers


def test_changed_bytes_are_refused_to_those_who_counted_on_the_old_13_1_1(client: TestClient[Litestar]) -> None:
    known = client.head("/film").headers
    for headers, status in [
        ({"If-Match": known["etag"]}, 200),
        ({"If-Match": "*"}, 200),
        ({"If-Match": '"other"'}, 412),
        ({"If-Match": f"W/{known['etag']}"}, 412),
        ({"If-Unmodified-Since": formatdate(1_600_000_000, usegmt=True)}, 412),
        ({"If-Unmodified-Since": known["last-modified"]}, 200),
    ]:
        assert client.get("/film", headers=headers).status_code == status, headers


def test_a_range_of_other_bytes_is_never_given_13_1_5(client: TestClient[Litestar]) -> None:
    known = client.head("/film").headers
    for condition, status in [
        (known["etag"], 206), (known["last-modified"], 206), ('"other"', 200), (f"W/{known['etag']}", 200),
        (formatdate(1_699_999_999, usegmt=True), 200), (formatdate(1_700_000_001, usegmt=True), 200), ("rubbish", 200),
    ]:  # fmt: skip
        reply = client.get("/film", headers={"Range": "bytes=0-9", "If-Range": condition})
        assert reply.status_code == status, condition


def test_a_fresh_date_is_too_weak_for_a_range(tmp_path: Path) -> None:
    (tmp_path / "new.mp4").write_bytes(b"0123456789")

    @get("/new", sync_to_thread=True)
    def new() -> FileRange:
        return FileRange(tmp_path / "new.mp4", media_type="video/mp4")

    with TestClient(Litestar([new], openapi_config=None)) as client:
        date = client.get("/new").headers["last-modified"]
        assert client.get("/new", headers={"Range": "bytes=0-1", "If-Range": date}).status_code == 200


def test_the_tag_changes_with_the_bytes(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"a")
    first = FileRange(film, media_type="video/mp4").stamp.etag
    film.unlink()
    film.write_bytes(b"b")
    assert FileRange(film, media_type="video/mp4").stamp.etag != first


def test_a_part_of_a_file_is_a_file_of_its_own(client: TestClient[Litestar]) -> None:
    assert client.get("/part").content == CONTENT[1000:1500]
    reply = client.get("/part", headers={"Range": "bytes=490-"})
    assert reply.content == CONTENT[1490:1500]
    assert reply.headers["content-range"] == "bytes 490-499/500"
    assert client.get("/part", headers={"Range": "bytes=500-"}).headers["content-range"] == "bytes */500"
    assert client.get("/part").headers["etag"] != client.get("/film").headers["etag"]


def test_a_part_that_is_not_in_the_file_is_missing(film: Path) -> None:
    with pytest.raises(Missing):
        FileRange(film, media_type="video/mp4", start=SIZE - 10, length=11)


@pytest.mark.parametrize("name", ["absent", ".", "film.mp4/x"])
def test_what_is_no_file_is_missing(film: Path, name: str) -> None:
    with pytest.raises(Missing):
        FileRange(film.parent / name, media_type="video/mp4")


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()

    @get("/empty", sync_to_thread=True)
    def empty() -> FileRange:
        return FileRange(tmp_path / "empty", media_type="video/mp4")

    with TestClient(Litestar([empty], openapi_config=None)) as client:
        assert client.get("/empty").content == b""
        assert client.get("/empty", headers={"Range": "bytes=0-"}).headers["content-range"] == "bytes */0"


def test_a_download_name_is_data_rfc_8187(client: TestClient[Litestar]) -> None:
    header = client.get("/save").headers["content-disposition"]

    assert header == "attachment; filename=\"L_a _1___.mp4\"; filename*=UTF-8''L%C3%A9a%20%221%22%0D%0A.mp4"


@given(st.text(max_size=80))
def test_no_name_breaks_out_of_its_header(name: str) -> None:
    assert re.fullmatch(r"attachment; filename=\"[ !#-\[\]-~]*\"; filename\*=UTF-8''[\w!#$&+.^`|~%-]*", disposition(name), re.ASCII)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=4), st.integers(0, 30))
def test_ranges_cover_what_was_asked_and_each_byte_once(pairs: list[tuple[int, int]], size: int) -> None:
    pairs = [(min(pair), max(pair)) for pair in pairs]
    spans = parse_ranges("bytes=" + ",".join(f"{a}-{b}" for a, b in pairs), size)

    assert spans is not None
    sent = [byte for span in spans for byte in range(span.start, span.stop)]
    assert len(sent) == len(set(sent))
    assert set(sent) == {byte for a, b in pairs for byte in range(a, b + 1) if byte < size}


@given(st.text(max_size=60))
def test_any_text_is_understood_or_ignored(header: str) -> None:
    for spans in (parse_ranges(header, 100), parse_ranges(f"bytes={header}", 100)):
        assert spans is None or all(isinstance(span, Span) and 0 <= span.start < span.stop <= 100 for span in spans)


@pytest.mark.parametrize("header", ["bytes=" + "1-2," * 16_000, "bytes=" + "9" * 64_000 + "-", "bytes=" + ",-" * 32_000, "=" * 64_000])
def test_a_header_of_64_kb_costs_next_to_nothing(header: str) -> None:
    began = time.perf_counter()
    parse_ranges(header, SIZE)
    assert time.perf_counter() - began < 0.005


def test_bytes_the_cache_does_not_hold_come_from_a_thread(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a disk that is slow, or a system without RWF_NOWAIT."""
    monkeypatch.setattr("app.http.open_files._NOWAIT", None)

    @get("/film", sync_to_thread=True)
    def whole() -> FileRange:
        return FileRange(film, media_type="video/mp4")

    with TestClient(Litestar([whole], openapi_config=None)) as client:
        assert client.get("/film").content == CONTENT


def test_a_file_cut_off_while_it_is_sent_is_never_passed_off_as_whole(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(bytes(CHUNK * 4))

    @get("/film", sync_to_thread=True)
    def whole() -> FileRange:
        reply = FileRange(film, media_type="video/mp4")
        os.truncate(film, CHUNK)
        return reply

    with TestClient(Litestar([whole], openapi_config=None)) as client, pytest.raises(LitestarException, match="after response started"):
        client.get("/film")
