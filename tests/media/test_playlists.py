"""Playlists, read back by an independent parser and held to the rules of RFC 8216."""

from typing import Any

import m3u8
import msgspec
import pytest

from app.media import grid, playlists
from app.media.grid import Segment
from app.media.ladder import Choices, Rung, first_plan, ladder
from app.media.measured import Measured, from_table
from app.media.packing import Table
from app.media.playlists import Words
from tests.media.plans import facts, index
from tests.media.rules import faults

TRACKS = ({"language": "eng", "channels": 6}, {"stream": 2, "language": 'd"eu\n', "title": 'Di"rector'})


def plan(**changes: Any) -> tuple[Any, Any, tuple[Rung, ...]]:
    film = facts(video={"codec": "hevc", **changes}, audio=TRACKS)
    return film, index(list(range(0, 128_000, 512)), 128_000), ladder(film)


def test_the_master_names_every_rung_and_every_track() -> None:
    _, _, rungs = plan()
    text = playlists.master(rungs, first="v480", address=lambda name: f"/x/{name}?token=1")
    parsed = m3u8.loads(text)

    assert faults(text) == []
    assert [(item.uri, item.stream_info.resolution, item.stream_info.codecs) for item in parsed.playlists] == [
        ("/x/v480.m3u8?token=1", (854, 480), "avc1.64001E,mp4a.40.2"),
        ("/x/v240.m3u8?token=1", (426, 240), "avc1.640015,mp4a.40.2"),
        ("/x/v720.m3u8?token=1", (1280, 720), "avc1.64001F,mp4a.40.2"),
        ("/x/v1080.m3u8?token=1", (1920, 1080), "avc1.640028,mp4a.40.2"),
    ]
    assert {(item.stream_info.audio, item.stream_info.frame_rate, item.stream_info.video_range) for item in parsed.playlists} == {
        ("sound", 25.0, "SDR")
    }
    assert [(item.uri, item.name, item.language, item.default, item.autoselect, item.channels) for item in parsed.media] == [
        ("/x/a0.m3u8?token=1", "English", "en", "YES", "YES", "2"),
        ("/x/a1.m3u8?token=1", "Director", "deu", "NO", "YES", "2"),
        ("/x/s0.m3u8?token=1", "English 5.1", "en", "NO", "NO", "6"),
    ]
    assert parsed.playlists[0].stream_info.bandwidth == round(rungs[1].maxrate * 1.25) + 560_000
    assert parsed.playlists[0].stream_info.average_bandwidth is None


def test_further_sets_stand_behind_what_everybody_plays() -> None:
    film = facts(video={"codec": "hevc"})
    sets = first_plan(film, Choices(codecs=("h264", "hevc", "vp9", "av1")))
    text = playlists.master(sets.rungs, first=sets.first, address=str)

    assert faults(text) == []
    codecs = [item.stream_info.codecs.split(",")[0] for item in m3u8.loads(text).playlists]
    assert [codec[:4] for codec in codecs] == ["avc1"] * 4 + ["hvc1"] * 4 + ["vp09"] * 4 + ["av01"] * 4
    assert codecs[-1] == "av01.0.08M.08"


def test_measured_rates_are_written_where_they_are_known() -> None:
    _, _, rungs = plan()
    known = {
        "v480": Measured(900_000, 700_000),
        "a0": Measured(64_000, 60_000),
        "a1": Measured(70_000, 66_000),
        "s0": Measured(300_000, 200_000),
    }
    text = playlists.master(rungs, address=str, first="v480", measured=known)
    parsed = m3u8.loads(text)

    assert faults(text) == []
    assert [(item.stream_info.bandwidth, item.stream_info.average_bandwidth) for item in parsed.playlists[:2]] == [
        (1_200_000, 900_000),
        (round(rungs[0].maxrate * 1.25) + 300_000, None),
    ]


def test_rates_are_measured_from_the_table_of_a_packed_rendition() -> None:
    listed = (Segment(0, 0, 4.0), Segment(1, 4, 4.0), Segment(2, 8, 0.5))
    table = Table(700, ((0, 700, 100_000), (1, 100_700, 300_000), (2, 400_700, 60_000)))

    assert from_table(table, listed) == Measured(peak=600_000, average=round(460_000 * 8 / 8.5))
    assert from_table(Table(700, ()), listed) is None


def test_a_track_says_whom_it_is_for() -> None:
    tracks = (
        {"language": "eng"},
        {"stream": 2, "language": "eng", "traits": ("describes",)},
        {"stream": 3, "language": "eng", "traits": ("comments",)},
        {"stream": 4, "language": "eng", "title": "Without music", "default": True},
    )
    text = playlists.master(ladder(facts(video={}, audio=tracks)), address=str)

    assert faults(text) == []
    assert [(item.name, item.characteristics, item.autoselect) for item in m3u8.loads(text).media] == [
        ("English", None, "NO"),
        ("English 2", "public.accessibility.describes-video", "YES"),
        ("English 3", None, "NO"),
        ("Without music", None, "YES"),
    ]


def test_captions_are_a_group_of_every_variant() -> None:
    _, _, rungs = plan()
    words = [
        Words("Deutsch", "deu", "/x/c0.m3u8", default=True),
        Words("Deutsch für Gehörlose", "deu", "/x/c1.m3u8", traits=("public.accessibility.transcribes-spoken-dialog",)),
        Words("English", "eng", "/x/c2.m3u8", forced=True),
    ]
    text = playlists.master(rungs, address=str, words=words)
    parsed = m3u8.loads(text)

    assert faults(text) == []
    assert {item.stream_info.subtitles for item in parsed.playlists} == {"words"}
    assert [(item.name, item.language, item.default, item.forced) for item in parsed.media if item.type == "SUBTITLES"] == [
        ("Deutsch", "de", "YES", "NO"),
        ("Deutsch für Gehörlose", "de", "NO", "NO"),
        ("English", "en", "NO", "YES"),
    ]


def test_the_rules_see_what_is_wrong() -> None:
    _, _, rungs = plan()
    text = playlists.master(rungs, address=str)

    assert faults(text.replace('NAME="Director"', 'NAME="English"')) == ["4.3.4.1.1: two of one name in a group"]
    assert faults(text.replace("VIDEO-RANGE=SDR", "X=1"))
    assert faults(text.replace('GROUP-ID="sound"', 'GROUP-ID="other"'))
    assert faults(text.replace("avc1.64001E", "h264"))
    assert faults(text.replace("DEFAULT=NO,AUTOSELECT=YES", "DEFAULT=YES,AUTOSELECT=YES"))


def test_sound_alone_is_a_stream_of_its_own() -> None:
    text = playlists.master(ladder(facts()), address=str)
    parsed = m3u8.loads(text)

    assert faults(text) == []
    assert [(item.uri, item.stream_info.codecs) for item in parsed.playlists] == [("a0.m3u8", "mp4a.40.2")]
    assert list(parsed.media) == []


def test_pictures_alone_name_no_sound() -> None:
    text = playlists.master(ladder(facts(video={}, audio=())), address=str)

    assert faults(text) == []
    assert "AUDIO" not in text


def test_a_media_playlist_is_whole_from_the_start() -> None:
    film, packets, rungs = plan()
    parsed = m3u8.loads(playlists.media(rungs[1], grid.segments(film, packets, rungs[1]), address=lambda name: f"/x/{name}"))

    assert (parsed.is_endlist, parsed.playlist_type, parsed.target_duration) == (True, "vod", 4)
    assert [(part.uri, part.duration) for part in parsed.segments] == [
        ("/x/v480/0.m4s", 4.0),
        ("/x/v480/1.m4s", 4.0),
        ("/x/v480/2.m4s", 2.0),
    ]
    assert parsed.segments[0].init_section.uri == "/x/v480/init.mp4"


def test_a_packed_rendition_is_played_by_byte_ranges() -> None:
    film, packets, rungs = plan()
    table = Table(700, ((0, 700, 10), (1, 710, 20), (2, 730, 5)))
    parsed = m3u8.loads(playlists.media(rungs[1], grid.segments(film, packets, rungs[1]), address=str, table=table))

    assert [(part.uri, part.byterange) for part in parsed.segments] == [
        ("v480.mp4", "10@700"),
        ("v480.mp4", "20@710"),
        ("v480.mp4", "5@730"),
    ]
    assert parsed.segments[0].init_section.byterange == "700@0"


@pytest.mark.parametrize("title", ['a"b', "a\nb", "a\r\n#EXT-X-ENDLIST", "\x00\x1b[31m", "ünï 日本"])
def test_no_title_of_a_strangers_file_breaks_a_line(title: str) -> None:
    film = facts(video={}, audio=({"title": title, "language": title},))
    film = msgspec.structs.replace(film, title=title)

    assert faults(playlists.master(ladder(film), address=str)) == []
