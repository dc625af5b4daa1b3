"""Whatever a device does, the video is right: every fault ends in cells made by software, and is counted against the device."""

import io
from pathlib import Path

import pytest

from app.media.boxes import Fragment, read_fragments
from app.media.hardware import planner
from app.media.hardware.belonging import owner
from app.media.hardware.machine import look
from app.media.hardware.trust import Trust, examine
from app.media.rendition import Rendition
from app.media.runs import EndsShort
from tests.media.conftest import Film
from tests.media.hardware.conftest import House
from tests.media.hardware.fakes import FAULTS, SAID, fake_ffmpeg
from tests.media.joined import differences, joined, numbers, pictures, source_times, times


def made(house: House, rendition: Rendition) -> None:
    for number in numbers(rendition):
        house.manager.segment(rendition, number, timeout=60)
    house.planner.settle()


def is_whole(rendition: Rendition) -> bool:
    """Every frame of the source at its time, each of them showing what it should."""
    film, scale = joined(rendition), 12800
    assert [time / scale for time in times(film)] == pytest.approx(source_times(rendition), abs=0.001)
    off = differences(pictures(film), pictures(str(rendition.source)))
    assert max(off) < 12
    return len(off) == len(source_times(rendition))


ALL = [pytest.param(fault, marks=() if fault in ("refuses", "hangs", "dies") else pytest.mark.slow) for fault in FAULTS]


@pytest.mark.parametrize("fault", ALL)
def test_a_device_that_fails_ends_in_a_right_video_by_software(
    house: House, film: Film, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(planner, "_PATIENCE", 1.5)
    house.opened(fault)
    rendition = film("h264.mp4")[1][0]
    made(house, rendition)

    assert is_whole(rendition)
    assert house.trust.failures("nvenc") == 1
    assert owner(rendition.home) == ("nvenc" if fault in ("dies", "noise", "shifted") else "software")


@pytest.mark.slow
@pytest.mark.parametrize("family", SAID)
def test_each_family_that_refuses_as_measured_is_made_good_by_software(house: House, film: Film, family: str) -> None:
    house.opened("refuses", family=family)
    rendition = film("h264.mp4")[1][0]
    house.manager.segment(rendition, 0, timeout=60)
    house.planner.settle()

    assert house.trust.failures(family) == 1
    assert owner(rendition.home) == "software"


@pytest.mark.parametrize("kind", ["works", "slow"])
def test_a_device_that_works_makes_the_video_and_is_blamed_for_nothing(house: House, film: Film, kind: str) -> None:
    house.opened(kind)
    rendition = film("h264.mp4")[1][0]
    made(house, rendition)

    assert is_whole(rendition)
    assert (owner(rendition.home), house.trust.failures("nvenc")) == ("nvenc", 0)


def test_after_a_device_died_software_goes_on_under_the_same_init_part(house: House, film: Film) -> None:
    house.opened("dies")
    rendition = film("h264.mp4")[1][0]
    made(house, rendition)

    init = rendition.init_path.read_bytes()
    assert [7 in kinds(init, rendition.segment_path(number).read_bytes()) for number in numbers(rendition)] == [False, False, True]


def kinds(init: bytes, segment: bytes) -> list[int]:
    """The kinds of NAL units of a segment's first picture."""
    fragment = list(read_fragments(io.BytesIO(init + segment)))[1]
    assert isinstance(fragment, Fragment)
    data, at, found = fragment.samples[0].data, 0, []
    while at < len(data):
        found.append(data[at + 4] & 31)
        at += 4 + int.from_bytes(data[at : at + 4])
    return found


def test_a_damaged_film_is_not_held_against_the_device(house: House, film: Film, tmp_path: Path) -> None:
    """The second half is zeros, as on a bad disk: software makes no more of it than the device did."""
    house.opened("works")
    facts, renditions = film("h264.mp4")
    data = renditions[0].source.read_bytes()
    rotten = tmp_path / "rotten.mp4"
    rotten.write_bytes(data[: len(data) // 2] + bytes(len(data) - len(data) // 2))
    rendition = Rendition(rotten, tmp_path / "rotten", facts, renditions[0].rung, renditions[0].index)
    with pytest.raises(EndsShort):
        made(house, rendition)
    house.planner.settle()

    assert owner(rendition.home) == "nvenc"
    assert house.trust.failures("nvenc") == 0


def test_three_failures_put_a_family_out_of_use_until_a_check_finds_it_well(house: House, film: Film) -> None:
    house.opened("refuses")
    renditions = [film(name)[1][0] for name in ("h264.mp4", "24fps.mp4", "30fps.mp4", "50fps.mp4")]
    for rendition in renditions[:3]:
        house.manager.segment(rendition, 0, timeout=60)
    house.planner.settle()

    report = house.trust.report
    assert report
    assert report.working == ()
    assert "libcuda.so.1" in report.off["nvenc"]
    assert house.trust.device_for(renditions[3]) is None
    assert Trust(house.able, wanted="auto", kept=house.folder / "hardware.json").device_for(renditions[3]) is None  # also after a new start

    fake_ffmpeg(house.folder, "works")
    house.trust.check()
    assert house.trust.device_for(renditions[3])
    house.manager.segment(renditions[3], 0, timeout=60)
    assert owner(renditions[3].home) == "nvenc"
    assert house.told == ["changed", "changed"]


def test_nothing_is_asked_of_hardware_that_is_switched_off_or_not_the_one_named(house: House, film: Film) -> None:
    rendition = film("h264.mp4")[1][0]
    for wanted, used in (("off", False), ("vaapi", False), ("nvenc", True), ("auto", True)):
        house.opened("works", wanted=wanted)
        assert bool(house.trust.device_for(rendition)) is used


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("refuses", "failed"), ("silent", "nothing"), ("garbage", "garbage"), ("shifted", "times"),
        ("green", "picture"), ("crashes", "failed"), ("works", ""),
    ],
)  # fmt: skip
def test_the_trial_finds_what_is_wrong(house: House, mode: str, kind: str) -> None:
    house.opened(mode)
    report = examine(house.able, look())

    found = report.families[0].troubles.get("h264")
    assert (found.kind if found else "") == kind
    assert report.working == (("nvenc",) if mode == "works" else ())
