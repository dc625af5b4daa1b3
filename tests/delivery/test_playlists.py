"""Manifests that independent readers read, segments made on demand and out of packed files, to the same bytes."""

import m3u8
import pytest

from tests.conftest import settle
from tests.delivery.conftest import Cinema


def playlist(cinema: Cinema, address: str) -> m3u8.M3U8:
    reply = cinema.owner.get(address)
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"].startswith("application/vnd.apple.mpegurl")
    return m3u8.loads(reply.text)


def lists(cinema: Cinema) -> list[str]:
    """Addresses of every rendition's playlist, as the master says them."""
    master = playlist(cinema, cinema.media("master.m3u8"))
    assert master.is_variant
    return [each.uri for each in master.playlists] + [each.uri for each in master.media if each.uri]


def all_bytes(cinema: Cinema, found: m3u8.M3U8) -> bytes:
    """Init part and segments of a playlist, as a player fetches them."""
    whole = b""
    for part in [*found.segment_map, *found.segments]:
        headers = {}
        if part.byterange:
            length, _, start = part.byterange.partition("@")
            headers["range"] = f"bytes={start}-{int(start) + int(length) - 1}"
        reply = cinema.owner.get(part.uri, headers=headers)
        assert reply.status_code in (200, 206), (part.uri, reply.text)
        whole += reply.content
    return whole


def test_the_master_names_every_rendition_with_its_codecs(cinema: Cinema) -> None:
    master = playlist(cinema, cinema.media("master.m3u8"))

    assert master.playlists
    for each in master.playlists:
        assert each.stream_info.bandwidth > 10_000
        assert each.stream_info.codecs
        assert each.stream_info.resolution
    sounds = [each for each in master.media if each.type == "AUDIO"]
    assert sounds
    assert {each.stream_info.audio for each in master.playlists} <= {each.group_id for each in sounds}


def test_playlists_are_complete_from_the_first_moment(cinema: Cinema) -> None:
    for address in lists(cinema):
        found = playlist(cinema, address)
        assert found.is_endlist
        assert found.playlist_type == "vod"
        assert sum(segment.duration for segment in found.segments) == pytest.approx(10, abs=0.3)
        assert max(segment.duration for segment in found.segments) <= found.target_duration + 0.5


def test_segments_are_made_when_asked_for_and_the_same_bytes_come_out_of_the_packed_file(cinema: Cinema) -> None:
    before = {address: playlist(cinema, address) for address in lists(cinema)}
    whole = {address: all_bytes(cinema, found) for address, found in before.items()}
    assert all(each[4:8] == b"ftyp" for each in whole.values())

    settle(cinema.site)
    assert all(row.packed for row in cinema.films.renditions(cinema.film))

    for address, found in before.items():
        assert all_bytes(cinema, playlist(cinema, address)) == whole[address], "as listed now"
        assert all_bytes(cinema, found) == whole[address], "as a player has it that read its list before"


NOT_THERE = [
    "x.m3u8", "x/init.mp4", "x/0.m4s", "master.m3u9", "..%2f..%2fsite.db", "{rung}/999999.m4s", "{rung}/-1.m4s", "{rung}/1.m4s.new",
    "{rung}/..%2findex.bin", "{rung}/1e3.m4s", "{rung}/١.m4s", "index.bin", "{rung}/index",
]  # fmt: skip


@pytest.mark.parametrize("name", NOT_THERE)
def test_what_is_not_there_is_missing(cinema: Cinema, name: str) -> None:
    rung = cinema.films.renditions(cinema.film)[0].name

    assert cinema.owner.get(cinema.media(name.replace("{rung}", rung))).status_code == 404


def test_the_original_comes_in_ranges(cinema: Cinema) -> None:
    whole = cinema.owner.get(cinema.media("original"))
    part = cinema.owner.get(cinema.media("original"), headers={"range": "bytes=100-199"})
    beyond = cinema.owner.get(cinema.media("original"), headers={"range": f"bytes={len(whole.content)}-"})

    assert whole.headers["accept-ranges"] == "bytes"
    assert (part.status_code, part.content) == (206, whole.content[100:200])
    assert beyond.status_code == 416


def test_a_download_carries_the_name_it_had(cinema: Cinema) -> None:
    reply = cinema.owner.get(cinema.media("download"))

    assert reply.headers["content-disposition"].startswith("attachment")
    assert "hevc10" in reply.headers["content-disposition"]
