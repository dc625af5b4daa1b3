"""Grid, ladder, direct play, playlists, command lines: pure functions, compared as values."""

from array import array
from fractions import Fraction
from pathlib import Path
from typing import Any

import m3u8
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.media import allowed, commands, grid, playlists
from app.media.index import Index
from app.media.ladder import Rung, direct, ladder
from app.media.packing import Table
from app.media.rendition import Rendition
from tests.media.plans import VIDEO, facts, index

RATES = [(1, 24), (1001, 24000), (1, 25), (1001, 30000), (1, 50), (1001, 60000), (1, 1000), (1, 90000), (1, 12800)]


@given(rate=st.sampled_from(RATES), zero=st.integers(-(10**9), 10**9), ticks=st.integers(0, 10**9))
def test_every_tick_lies_in_the_cell_whose_ticks_it_is_among(rate: tuple[int, int], zero: int, ticks: int) -> None:
    video = msgspec.structs.replace(VIDEO, tb_num=rate[0], tb_den=rate[1], zero=zero)
    cell = grid.cell_of(video, zero + ticks)

    assert cell == Fraction(ticks * rate[0], rate[1]) // 4
    assert grid.first_tick(video, cell) <= zero + ticks < grid.first_tick(video, cell + 1)


@given(rate=st.sampled_from([44_100, 48_000]), cell=st.integers(0, 5000))
def test_sound_is_cut_at_whole_frames_at_or_after_the_grid(rate: int, cell: int) -> None:
    place = grid.first_sample(Rung("a0", "audio", "", 0, rate=rate), cell)

    assert place % 1024 == 0
    assert 0 <= place - 4 * cell * rate < 1024


@given(steps=st.lists(st.integers(1, 200_000), min_size=1, max_size=60))
def test_segments_follow_one_another_whatever_the_frames_do(steps: list[int]) -> None:
    times = [sum(steps[:number]) for number in range(len(steps))]
    film = facts(video={"frames": len(times)}, duration=sum(steps) / 12800)
    listed = grid.segments(film, index(times, sum(steps)), ladder(film)[0])

    ends = [part.start + part.duration for part in listed]
    assert [part.start for part in listed[1:]] == pytest.approx(ends[:-1])
    assert ends[-1] == pytest.approx(sum(steps) / 12800)
    assert [part.number for part in listed] == sorted({time // (4 * 12800) for time in times})


@pytest.mark.parametrize(
    ("width", "height", "fps", "expected"),
    [
        (1920, 1080, 25.0, [("v480", 854, 480, "3.0"), ("v1080", 1920, 1080, "4.0")]),
        (3840, 2160, 60.0, [("v480", 854, 480, "3.1"), ("v1080", 1920, 1080, "4.2")]),
        (1080, 1920, 30.0, [("v480", 480, 854, "3.1"), ("v1080", 1080, 1920, "4.0")]),
        (1280, 720, 23.976, [("v480", 854, 480, "3.0"), ("v720", 1280, 720, "3.1")]),
        (640, 360, 25.0, [("v360", 640, 360, "3.0")]),
        (320, 180, 25.0, [("v180", 320, 180, "2.1")]),
        (17, 3, 25.0, [("v3", 16, 2, "2.1")]),
    ],
)
def test_the_ladder_never_rises_above_its_source(width: int, height: int, fps: float, expected: list[tuple[str, int, int, str]]) -> None:
    rungs = ladder(facts(video={"width": width, "height": height, "fps": fps}))

    assert [(rung.name, rung.width, rung.height, rung.level) for rung in rungs if rung.kind == "video"] == expected


def test_each_track_of_sound_is_a_rung_and_one_is_the_first_choice() -> None:
    rungs = ladder(facts(video={}, audio=({"language": "eng"}, {"stream": 2, "language": "deu", "default": True, "rate": 96_000})))

    sounds = [(rung.name, rung.stream, rung.rate, rung.language, rung.default) for rung in rungs if rung.kind == "audio"]
    assert sounds == [("a0", 1, 48_000, "eng", False), ("a1", 2, 48_000, "deu", True)]


@pytest.mark.parametrize(
    ("film", "mime", "surely"),
    [
        (facts(video={}), 'video/mp4; codecs="avc1.640028, mp4a.40.2"', True),
        (facts(video={"bits": 10, "pix_fmt": "yuv420p10le"}), 'video/mp4; codecs="avc1.640028, mp4a.40.2"', False),
        (facts(video={"codec": "hevc", "codec_string": "hvc1.2.4.L120.90"}), 'video/mp4; codecs="hvc1.2.4.L120.90, mp4a.40.2"', False),
        (facts(video={}, audio=()), 'video/mp4; codecs="avc1.640028"', True),
        (facts(), 'audio/mp4; codecs="mp4a.40.2"', True),
    ],
)
def test_what_a_browser_is_asked_before_it_gets_the_original(film: Any, mime: str, surely: bool) -> None:
    found = direct(film)

    assert found
    assert (found.mime, found.surely) == (mime, surely)


@pytest.mark.parametrize(
    "film",
    [
        facts(video={}, container="mpegts"),
        facts(video={}, container="matroska,webm"),
        facts(video={"codec": "mpeg4", "codec_string": ""}),
        facts(video={}, cut_at=5.0),
    ],
)
def test_some_originals_are_for_no_browser(film: Any) -> None:
    assert direct(film) is None


def plan(**changes: Any) -> tuple[Any, Any, tuple[Rung, ...]]:
    film = facts(video=changes, audio=({"language": "eng"}, {"stream": 2, "language": 'd"eu\n', "title": 'Di"rector'}))
    return film, index(list(range(0, 128_000, 512)), 128_000), ladder(film)


def test_the_master_playlist_names_every_rung_and_every_track() -> None:
    _, _, rungs = plan()
    parsed = m3u8.loads(playlists.master(rungs, address=lambda name: f"/x/{name}?token=1"))

    assert [(item.uri, item.stream_info.resolution, item.stream_info.frame_rate) for item in parsed.playlists] == [
        ("/x/v480.m3u8?token=1", (854, 480), 25.0),
        ("/x/v1080.m3u8?token=1", (1920, 1080), 25.0),
    ]
    assert {item.stream_info.codecs for item in parsed.playlists} == {"avc1.64001E,mp4a.40.2", "avc1.640028,mp4a.40.2"}
    assert [item.stream_info.audio for item in parsed.playlists] == ["sound", "sound"]
    assert [(item.uri, item.name, item.language, item.default) for item in parsed.media] == [
        ("/x/a0.m3u8?token=1", "English", "en", "YES"),
        ("/x/a1.m3u8?token=1", "Director", "deu", "NO"),
    ]
    assert parsed.playlists[0].stream_info.bandwidth == round(rungs[0].maxrate * 1.25) + 160_000


def test_measured_bandwidth_is_written_where_it_is_known() -> None:
    _, _, rungs = plan()
    parsed = m3u8.loads(playlists.master(rungs, address=str, measured={"v480": 900_000, "a0": 64_000, "a1": 70_000}))

    assert parsed.playlists[0].stream_info.bandwidth == 970_000


def test_sound_alone_is_a_stream_of_its_own() -> None:
    parsed = m3u8.loads(playlists.master(ladder(facts()), address=str))

    assert [(item.uri, item.stream_info.codecs) for item in parsed.playlists] == [("a0.m3u8", "mp4a.40.2")]
    assert list(parsed.media) == []


def test_a_media_playlist_is_whole_from_the_start() -> None:
    film, packets, rungs = plan()
    parsed = m3u8.loads(playlists.media(rungs[0], grid.segments(film, packets, rungs[0]), address=lambda name: f"/x/{name}"))

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
    parsed = m3u8.loads(playlists.media(rungs[0], grid.segments(film, packets, rungs[0]), address=str, table=table))

    assert [(part.uri, part.byterange) for part in parsed.segments] == [
        ("v480.mp4", "10@700"),
        ("v480.mp4", "20@710"),
        ("v480.mp4", "5@730"),
    ]
    assert parsed.segments[0].init_section.byterange == "700@0"


@pytest.mark.parametrize("kind", ["picture", "sound"])
def test_every_command_line_is_fenced_in(kind: str) -> None:
    film, packets, rungs = plan()
    film = msgspec.structs.replace(film, zero=1.4)
    rendition = Rendition(Path("/data/x y;'\"$(rm)/%d.mp4"), Path("/out"), film, rungs[0] if kind == "picture" else rungs[-1], packets)
    made = (
        commands.picture_run(Path("/bin/ff"), rendition, [1, 2])
        if kind == "picture"
        else commands.sound_run(Path("/bin/ff"), rendition, 1, 2)
    )

    source = made.index("-i")
    assert made[:4] == ["/bin/ff", "-v", "error", "-nostdin"]
    assert made[source + 1] == "file:/data/x y;'\"$(rm)/%d.mp4"
    for option, value in (
        ("protocol_whitelist", "file,pipe"),
        ("format_whitelist", allowed.CONTAINER_LIST),
        ("codec_whitelist", allowed.DECODER_LIST),
    ):
        assert made[made.index(f"-{option}") + 1] == value
        assert made.index(f"-{option}") < source
    assert {"-max_pixels", "-max_streams"} <= set(made[:source])
    assert made[-1] == "pipe:1"
    assert not {"hls", "concat", "concatf", "dash", "sdp"} & set(allowed.CONTAINER_LIST.split(","))


def test_a_run_starts_at_a_known_keyframe_and_further_back_when_told() -> None:
    film, _, rungs = plan()
    packets = Index(array("q", range(0, 128_000, 512)), array("q", [0, 25_600, 51_200]), 128_000)
    rendition = Rendition(Path("/f.mp4"), Path("/out"), film, rungs[0], packets)

    def seek(back: int) -> str:
        made = commands.picture_run(Path("ff"), rendition, [1], back=back)
        return made[made.index("-ss") + 1] if "-ss" in made else ""

    assert [seek(back) for back in (0, 1, 2, 99)] == ["4.000001", "2.000001", "", ""]
