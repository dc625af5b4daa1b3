"""Grid and command lines: pure functions, compared as values."""

from array import array
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.media import allowed, commands, grid
from app.media.commands.picture import picture_runs
from app.media.index import Index
from app.media.ladder import Rung, ladder
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


def plan(**changes: Any) -> tuple[Any, Any, tuple[Rung, ...]]:
    film = facts(video=changes, audio=({"language": "eng"}, {"stream": 2, "language": 'd"eu\n', "title": 'Di"rector'}))
    return film, index(list(range(0, 128_000, 512)), 128_000), ladder(film)


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


def test_a_run_nobody_waits_for_begins_early_but_never_before_the_film() -> None:
    film, packets, rungs = plan()
    rendition = Rendition(Path("/f.mp4"), Path("/out"), film, rungs[0], packets)

    def start(cell: int, *, lead: bool) -> str:
        made = picture_runs(Path("ff"), [rendition], [cell], lead=lead)
        return next(word.split("trim=")[1].split(";")[0].split("[")[0] for word in made if "trim=" in word)

    assert "start_pts=51200" in start(1, lead=False)
    assert "start_pts=25600" in start(1, lead=True)
    assert "start_pts=0" in start(0, lead=True)
