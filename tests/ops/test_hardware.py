"""The keeper sees which encoders in hardware work, what keeps the others, and can have them tried again."""

from pathlib import Path

import msgspec
import pytest

from app.media.ffmpegs import choose_ffmpeg
from app.media.hardware.machine import Machine
from app.media.hardware.trial import Tried, Trouble
from app.media.hardware.trust import Report, Trust
from app.ops.doctor import look
from app.ops.hardware import family_lines, hardware_findings, hardware_view
from app.settings import Settings

CUDA = Trouble("failed", 255, "[h264_nvenc @ 0x1] Cannot load libcuda.so.1")
MACHINE = Machine("linux", "homereel", makers=("nvidia",))
NVENC_FAILS = Tried("nvenc", troubles={"h264": CUDA})
VAAPI_WORKS = Tried("vaapi", {"h264": "quality", "hevc": "capped"}, ("h264",))


def report(*families: Tried, **off: str) -> Report:
    return Report("9.0 test", MACHINE.mark, 0.0, MACHINE, families, off)


def test_each_family_is_a_line_with_its_state_and_what_mends_it() -> None:
    lines = {line.name: line for line in family_lines(report(NVENC_FAILS, VAAPI_WORKS), "auto")}

    assert (lines["nvenc"].state, lines["nvenc"].mend) == ("fails", "sudo apt install nvidia-driver libnvidia-encode1")
    assert (lines["vaapi"].state, lines["vaapi"].text) == (
        "works",
        "Makes H.264, HEVC; pictures stay on the device from decoder to encoder.",
    )
    assert lines["rkmpp"].state == "lacking"
    assert "videotoolbox" not in lines  # no such thing on Linux
    assert next(family_lines(report(VAAPI_WORKS), "nvenc")).state == "lacking"


def test_a_family_that_was_struck_off_is_worth_a_look_and_says_what_it_said_last() -> None:
    found = hardware_findings(report(VAAPI_WORKS, vaapi="device lost\nmore"), "auto")

    assert [(each.name, each.ok) for each in found] == [("hardware:vaapi", None), ("hardware", True)]
    assert found[0].text.endswith("It said last: device lost")


@pytest.mark.parametrize(
    ("families", "wanted", "told"),
    [
        ((), "auto", [("hardware", True)]),
        ((NVENC_FAILS,), "auto", [("hardware:nvenc", None), ("hardware", True)]),
        ((NVENC_FAILS, VAAPI_WORKS), "auto", [("hardware:vaapi", True)]),  # one that works is enough
        ((VAAPI_WORKS,), "off", [("hardware", True)]),
    ],
)
def test_findings_tell_what_matters(families: tuple[Tried, ...], wanted: str, told: list[tuple[str, bool | None]]) -> None:
    assert [(each.name, each.ok) for each in hardware_findings(report(*families), wanted)] == told


def test_the_page_says_what_is_used_and_which_programs_there_are(tmp_path: Path) -> None:
    choice = choose_ffmpeg(None, cache=tmp_path / "ffmpeg.json")
    view = hardware_view(Trust(None, wanted="off", kept=tmp_path / "hardware.json"), choice)

    assert view.sentence == "Hardware is switched off by the setting “hardware”; software makes everything."
    assert [program.chosen for program in view.programs].count(True) == 1
    assert (view.checking, view.tried_at, view.lines) == (False, None, ())


def test_doctor_tries_the_hardware_of_this_machine_and_leaves_nothing_behind(tmp_path: Path) -> None:
    found = [each for each in look(Settings(data=tmp_path / "data")) if each.name.startswith("hardware")]

    assert found
    assert all(each.text.endswith((".", ")")) or each.mend for each in found)
    assert not (tmp_path / "data").exists()


def test_a_report_of_another_kind_is_as_good_as_none(tmp_path: Path) -> None:
    kept = tmp_path / "hardware.json"
    for text in ("", "[]", "{}", '[{"build": 1}]', msgspec.json.encode([report(VAAPI_WORKS)]).decode()):
        kept.write_text(text)
        assert Trust(None, wanted="auto", kept=kept).report is None
