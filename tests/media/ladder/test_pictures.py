"""Which sizes of picture a film gets, from its facts and from a sample: planned rungs, compared as values."""

from typing import Any

import pytest

from app.media.facts import Facts
from app.media.ladder import Choices, first_plan, good_as_it_is, sampled_plan
from tests.media.plans import MP4, facts

Size = tuple[str, int, int]
M = 1_000_000


def film(
    width: int, height: int, rate: int = 8 * M, *, fps: float = 25.0, codec: str = "h264", container: str = "matroska,webm", **video: Any
) -> Facts:
    return facts(
        video={"width": width, "height": height, "fps": fps, "codec": codec, "bit_rate": rate, **video}, container=container, bit_rate=rate
    )


def sizes(found: Facts, sample: int = 0, choices: Choices | None = None) -> list[Size]:
    plan = first_plan(found, choices or Choices())
    plan = sampled_plan(plan, found, sample) if sample else plan
    return [(rung.name, rung.width, rung.height) for rung in plan.rungs if rung.kind == "video"]


def names(found: Facts, sample: int = 0, choices: Choices | None = None) -> list[str]:
    return [name for name, _, _ in sizes(found, sample, choices)]


V240, V480, V720, V1080 = ("v240", 426, 240), ("v480", 854, 480), ("v720", 1280, 720), ("v1080", 1920, 1080)
KINDS: dict[str, tuple[Facts, list[Size]]] = {
    "1080p": (film(1920, 1080), [V240, V480, V720, V1080]),
    "1440p: its neighbour below goes": (film(2560, 1440, 12 * M), [V240, V480, V720, ("v1440", 2560, 1440)]),
    "2160p60": (film(3840, 2160, 45 * M, fps=60.0, codec="hevc"), [V240, V480, V720, V1080, ("v2160", 3840, 2160)]),
    "4320p ends at the highest that was chosen": (film(7680, 4320, 90 * M), [V240, V480, V720, V1080, ("v2160", 3840, 2160)]),
    "720p": (film(1280, 720, 4 * M), [V240, V480, V720]),
    "cinemascope": (film(1920, 816), [("v240", 564, 240), ("v480", 1130, 480), ("v816", 1920, 816)]),
    "upright": (film(1080, 1920), [("v240", 240, 426), ("v480", 480, 854), ("v720", 720, 1280), ("v1080", 1080, 1920)]),
    "square": (film(1080, 1080), [("v240", 240, 240), ("v480", 480, 480), ("v720", 720, 720), ("v1080", 1080, 1080)]),
    "DVD, anamorphic, as shown": (
        film(1024, 576, 6 * M, codec="mpeg2video", coded_width=720, coded_height=576, sar_num=64, sar_den=45, interlaced=True),
        [("v240", 426, 240), ("v360", 640, 360), ("v576", 1024, 576)],
    ),
    "ProRes 4:2:2, 10 bits": (film(1920, 1080, 120 * M, codec="prores", pix_fmt="yuv422p10le", bits=10), [V240, V480, V720, V1080]),
    "odd size": (film(641, 361, 3 * M), [("v240", 426, 240), ("v361", 640, 360)]),
    "very small": (film(320, 180, 300_000), [("v180", 320, 180)]),
    "hardly a picture": (film(17, 3, 20_000), [("v3", 16, 2)]),
    "a low rate needs fewer": (film(1280, 720, 530_000), [V480, V720]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_sizes_come_from_the_source_and_never_rise_above_it(kind: str) -> None:
    found, expected = KINDS[kind]

    assert sizes(found) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_every_size_can_be_encoded_and_none_is_larger_than_the_source(kind: str) -> None:
    found, _ = KINDS[kind]
    assert found.video
    for rung in first_plan(found, Choices(codecs=("h264", "hevc", "vp9", "av1"))).rungs[:-1]:
        assert rung.width % 2 == rung.height % 2 == 0
        assert rung.width <= found.video.width
        assert rung.height <= found.video.height


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        (60_000, ["v480", "v1080"]),  # slides: nothing between saves anybody anything
        (300_000, ["v480", "v1080"]),
        (500_000, ["v240", "v480", "v720", "v1080"]),
        (1_500_000, ["v240", "v480", "v720", "v1080"]),
    ],
)
def test_a_sample_says_which_rungs_save_something(sample: int, expected: list[str]) -> None:
    assert names(film(1920, 1080, 8 * M, codec="hevc"), sample) == expected


@pytest.mark.parametrize(
    ("rate", "sample", "expected"),
    [
        (8 * M, 0, ["v240", "v480", "v720"]),  # the original is the top rung
        (8 * M, 900_000, ["v240", "v480", "v720"]),
        (8 * M, 300_000, ["v480", "v1080"]),  # eight times what such pictures take: too heavy to be the only one of its size
        (20 * M, 0, ["v240", "v480", "v720", "v1080"]),  # too heavy for many a line
        (1_500_000, 0, ["v480", "v720"]),
    ],
)
def test_an_original_that_plays_everywhere_is_its_own_top_rung(rate: int, sample: int, expected: list[str]) -> None:
    assert names(film(1920, 1080, rate, container=MP4), sample) == expected


@pytest.mark.parametrize(
    ("changes", "good"),
    [
        ({}, True),
        ({"codec": "hevc"}, False),  # not every browser plays it
        ({"bits": 10, "pix_fmt": "yuv420p10le"}, False),
        ({"pix_fmt": "yuv444p"}, False),
        ({"container": "mpegts"}, False),
        ({"rate": 30 * M}, False),
    ],
)
def test_what_is_good_as_it_is(changes: dict[str, Any], good: bool) -> None:
    assert good_as_it_is(film(1920, 1080, **{"container": MP4, **changes})) is good


def test_there_is_always_something_for_players_that_cannot_take_the_original() -> None:
    assert names(film(320, 180, 100_000, container=MP4)) == ["v180"]
    assert names(film(854, 480, 1_200_000, container=MP4)) == ["v240", "v480"]


def test_a_keeper_may_keep_the_ladder_low() -> None:
    assert names(film(3840, 2160, 45 * M, codec="hevc"), choices=Choices(highest=1080)) == ["v240", "v480", "v720", "v1080"]
    assert names(film(3840, 2160, 20 * M, container=MP4), choices=Choices(highest=720)) == ["v240", "v480", "v720"]


def test_further_sets_have_the_same_sizes_and_take_less() -> None:
    rungs = first_plan(film(1280, 720, 4 * M), Choices(codecs=("av1", "hevc"))).rungs[:-1]

    assert [(rung.name, rung.codec) for rung in rungs] == [
        *(("v240", "h264"), ("v480", "h264"), ("v720", "h264")),
        *(("hevcp240", "hevc"), ("hevcp480", "hevc"), ("hevcp720", "hevc")),
        *(("av1p240", "av1"), ("av1p480", "av1"), ("av1p720", "av1")),
    ]
    assert [rung.maxrate for rung in rungs if rung.lines == 720] == [3_266_000, 2_123_000, 1_796_000]


def test_nothing_takes_more_than_its_source_has_to_say() -> None:
    top = [
        first_plan(film(1280, 720, rate, codec=codec), Choices()).rungs[-2].maxrate
        for rate, codec in ((500_000, "h264"), (500_000, "hevc"))
    ]

    assert top == [1_500_000, 2_400_000]


@pytest.mark.parametrize(("quality", "crf", "maxrate"), [("small", 26, 4_200_000), ("balanced", 23, 6_000_000), ("fine", 20, 9_000_000)])
def test_quality_is_a_choice(quality: str, crf: int, maxrate: int) -> None:
    rung = first_plan(film(1920, 1080, 20 * M), Choices(quality=quality)).rungs[-2]

    assert (rung.crf, rung.maxrate) == (crf, maxrate)


def test_sound_alone_and_pictures_alone() -> None:
    assert [rung.name for rung in first_plan(facts(), Choices()).rungs] == ["a0"]
    assert [rung.kind for rung in first_plan(facts(video={}, audio=()), Choices()).rungs] == ["video"] * 3
