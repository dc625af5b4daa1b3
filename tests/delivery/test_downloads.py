"""Downloads: the file as it came, one packed rendition, pictures and sound in one MP4 put together while it is sent."""

import io
import re
from html import unescape
from pathlib import Path
from typing import Any

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.delivery.muxed import MuxedFile, muxed
from app.processing.films import film_of
from tests.conftest import settle
from tests.delivery.conftest import Cinema


@pytest.fixture(scope="module")
def packed(cinema: Cinema) -> Cinema:
    assert cinema.owner.get(cinema.media("download", "?quality=v240")).status_code in (404, 409), "before it is packed"
    settle(cinema.site)
    return cinema


@pytest.fixture(scope="module")
def virtual(packed: Cinema) -> MuxedFile:
    film = film_of(packed.site, packed.films.original(packed.film))
    return muxed(film, film.pictures[0], tuple(rung for rung in film.rungs if rung.kind == "audio"))


def rungs(cinema: Cinema) -> list[str]:
    return [row.name for row in cinema.films.renditions(cinema.film) if row.kind == "video"]


def times(data: bytes, kind: str) -> list[float]:
    with av.open(io.BytesIO(data)) as film:
        stream = next(each for each in film.streams if each.type == kind)
        return sorted(float(packet.pts * packet.time_base) for packet in film.demux(stream) if packet.pts is not None and packet.time_base)


def test_pictures_and_sound_come_as_one_film_in_step(packed: Cinema, tmp_path: Path) -> None:
    for rung in rungs(packed):
        reply = packed.owner.get(packed.media("download", f"?quality={rung}"))
        assert reply.status_code == 200, reply.text
        assert int(reply.headers["content-length"]) == len(reply.content)
        assert reply.headers["content-disposition"].startswith("attachment")
        assert "hevc10" in reply.headers["content-disposition"]
        shown, heard = times(reply.content, "video"), times(reply.content, "audio")
        assert shown[0] == pytest.approx(0, abs=0.001), "not late by the frames that are reordered"
        assert heard[0] == pytest.approx(0, abs=0.025)
        assert abs(shown[-1] - heard[-1]) < 0.2
        with av.open(io.BytesIO(reply.content)) as film:
            assert [stream.type for stream in film.streams][:2] == ["video", "audio"]
            decoded = [frame.time for frame in film.decode(video=0)]
        assert decoded == pytest.approx(shown, abs=0.001), "every frame decodes, in order, where its packet says"


def test_it_has_the_frames_of_the_packed_rendition_at_the_times_of_the_source(packed: Cinema) -> None:
    source = times(packed.owner.get(packed.media("original")).content, "video")
    made = times(packed.owner.get(packed.media("download", f"?quality={rungs(packed)[0]}")).content, "video")

    assert [time - source[0] for time in source] == pytest.approx(made, abs=0.001)


def test_a_player_seeks_in_it_by_its_index(packed: Cinema) -> None:
    data = packed.owner.get(packed.media("download", f"?quality={rungs(packed)[0]}")).content
    with av.open(io.BytesIO(data)) as film:
        film.seek(9 * av.time_base)
        frame: Any = next(film.decode(video=0))
    assert 3.9 <= frame.time <= 9.0, "FFmpeg goes one fragment further back; without an index it would begin anew"


def test_a_download_that_broke_off_goes_on_where_it_was(packed: Cinema) -> None:
    address = packed.media("download", f"?quality={rungs(packed)[0]}")
    whole = packed.owner.get(address)
    half = len(whole.content) // 2
    rest = packed.owner.get(address, headers={"range": f"bytes={half}-", "if-range": whole.headers["etag"]})

    assert rest.status_code == 206
    assert whole.content[:half] + rest.content == whole.content


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_range_of_it_is_that_part_of_the_whole(virtual: MuxedFile, data: st.DataObject) -> None:
    size = virtual.stat.st_size
    start = data.draw(st.integers(0, size - 1))
    length = data.draw(st.integers(1, 300_000))
    whole = read(virtual, 0, size)

    assert read(virtual, start, min(length, size - start)) == whole[start : start + length]


def read(virtual: MuxedFile, start: int, length: int) -> bytes:
    out = b""
    while len(out) < length:
        piece = virtual.after_waiting(start + len(out), length - len(out))
        assert piece
        out += piece
    return out


def test_a_packed_rendition_is_downloadable_as_it_is(packed: Cinema) -> None:
    rung = rungs(packed)[0]
    played, kept = packed.owner.get(packed.media(f"{rung}.mp4")), packed.owner.get(packed.media(f"{rung}.mp4", "?download"))

    assert "content-disposition" not in played.headers
    assert f"hevc10 {rung}.mp4" in kept.headers["content-disposition"]
    assert played.content == kept.content


def test_what_is_no_version_of_the_video_is_missing(packed: Cinema) -> None:
    for quality in ("x", "a0", "..", "v240/../x"):
        assert packed.owner.get(packed.media("download", f"?quality={quality}")).status_code == 404
    assert packed.nobody.get(packed.media("download", f"?quality={rungs(packed)[0]}")).status_code == 404


def test_the_watch_page_offers_what_is_packed_and_every_offer_is_good(packed: Cinema) -> None:
    page = packed.owner.get(f"/w/{packed.film.public_id}").text
    offered = [unescape(address) for address in re.findall(r'href="(/media/[^"]+quality=[^"]+)" download', page)]

    assert len(offered) == len(rungs(packed))
    for address in offered:
        assert packed.owner.get(address, headers={"range": "bytes=0-99"}).status_code == 206
