"""Every option that a plan names is one that the build knows, with a value in its range: held against builds' own tables."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.media.hardware.families import BY_NAME, encoder_name
from tests.media.hardware.planned import HDR, INTERLACED, PLAIN, device, planned
from tests.media.hardware.tables import FOLDER, OURS, Option, asked, parse
from tests.media_files import ffmpeg

# What ffmpeg itself takes, whatever the encoder.
GENERAL = {
    "-map", "-fps_mode", "-enc_time_base", "-c:v", "-g", "-bf", "-b:v", "-maxrate", "-bufsize", "-force_key_frames", "-tag:v",
    "-video_track_timescale", "-movflags", "-map_metadata", "-fflags", "-avoid_negative_ts", "-f", "-level", "-profile:v",
    "-global_quality", "-q:v", "-use_editlist",
}  # fmt: skip
MISSING_FILTERS = {"scale_vt", "yadif_videotoolbox", "tonemap_cuda"}  # Apple's, and of builds by Jellyfin: in none that is at hand


def builds() -> Iterator[tuple[str, str]]:
    yield "embedded", ffmpeg()
    if found := shutil.which("ffmpeg"):
        yield "system", found
    yield from ((path.stem, str(path)) for path in sorted(FOLDER.glob("*.txt")))


def tables(place: str) -> dict[str, dict[str, Option]]:
    return parse(Path(place).read_text() if place.endswith(".txt") else asked(place))


def strange_options(words: list[str], table: dict[str, Option]) -> list[str]:
    """Options of the encoder's part that this build would not take."""
    out = words[words.index("-map") : -1]
    strange = []
    for name, value in zip(out[::2], out[1::2], strict=True):
        own = table.get(name.removeprefix("-").removesuffix(":v"))
        if (own is None and name not in GENERAL) or (own is not None and not own.takes(value)):
            strange.append(f"{name} {value}")
    return strange


def strange_filters(words: list[str], known: dict[str, dict[str, Option]]) -> list[str]:
    """Filters of devices, or options of theirs, that this build does not have."""
    strange = []
    for part in words[words.index("-filter_complex") + 1].split(";"):
        name, _, options = part[part.index("]") + 1 : part.rindex("[")].partition("=")
        if not name.endswith(("_cuda", "_vaapi", "_qsv", "_vulkan", "_amf", "_vt", "placebo", "hwmap", "_videotoolbox")):
            continue
        table = known.get(name, {})
        for option in options.split(":"):
            key, named, value = option.partition("=")
            if named and (key not in table or not table[key].takes(value)):
                strange.append(f"{name}={option}")
        strange += [] if table else [name]
    return strange


@pytest.mark.parametrize(("build", "place"), list(builds()))
@pytest.mark.parametrize("codec", ["h264", "hevc", "av1"])
@pytest.mark.parametrize("family", BY_NAME)
def test_what_an_encoder_is_told_it_knows(build: str, place: str, family: str, codec: str) -> None:
    known = tables(place)
    name = encoder_name(family, codec)
    if name not in known and family != "v4l2m2m":  # which has no options of its own that we name
        assert family in ("videotoolbox", "rkmpp") or build != "embedded"
        return
    for way in BY_NAME[family].rates:
        assert strange_options(planned(device(family, way), PLAIN, codec), known.get(name, {})) == []


@pytest.mark.parametrize("source", [PLAIN, INTERLACED, HDR], ids=["plain", "interlaced", "hdr"])
@pytest.mark.parametrize("family", BY_NAME)
def test_the_filters_of_a_device_are_those_of_the_embedded_build(family: str, source: dict[str, object]) -> None:
    known = tables(ffmpeg())
    skills = ("h264", "hevc10", "interlaced", *(["hdr"] if BY_NAME[family].tonemap in known else []))
    strange = strange_filters(planned(device(family, skills=skills), source), known)

    assert [each for each in strange if each.partition("=")[0] not in MISSING_FILTERS] == []


def test_older_builds_lack_just_what_the_trial_then_leaves_out() -> None:
    known = tables(str(FOLDER / "debian-5.1.9.txt"))
    strange = {
        each
        for family in ("nvenc", "qsv", "vaapi", "vulkan")
        for source in (PLAIN, INTERLACED, HDR)
        for each in strange_filters(planned(device(family, without=("bwdif_cuda",)), source), known)
    }
    assert {each.partition("=")[0] for each in strange} == {"vpp_qsv", "tonemap_cuda", "bwdif_vulkan"}
    assert all(each.startswith(("vpp_qsv=tonemap", "vpp_qsv=out_color", "tonemap_cuda", "bwdif_vulkan")) for each in strange)


def test_a_value_out_of_range_or_an_unknown_word_is_noticed() -> None:
    table = tables(ffmpeg())["h264_nvenc"]
    words = planned(device("nvenc"), PLAIN)

    for name, wrong in (("-cq", "52"), ("-preset", "p99"), ("-rc", "qvbr")):
        words[words.index(name) + 1], kept = wrong, words[words.index(name) + 1]
        assert strange_options(words, table) == [f"{name} {wrong}"]
        words[words.index(name) + 1] = kept
    assert strange_options([*words[:-1], "-spatial_aq_of_old", "1", "pipe:1"], table) == ["-spatial_aq_of_old 1"]
    assert set(OURS) >= {"preset", "rc", "cq"}
