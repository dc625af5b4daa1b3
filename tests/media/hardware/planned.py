"""Runs planned for devices that this machine has not got."""

from pathlib import Path
from typing import Any

from app.media.commands.device import device_runs
from app.media.hardware.device import Device
from app.media.hardware.families import BY_NAME, DEVICE_FILTERS
from app.media.ladder import Rung
from app.media.rendition import Rendition
from tests.media.plans import facts, index

SKILLS = ("h264", "hevc", "hevc10", "vp9", "av1", "av110", "interlaced", "hdr")
HDR = {"codec": "hevc", "bits": 10, "pix_fmt": "yuv420p10le", "transfer": "smpte2084"}
INTERLACED = {"interlaced": True}
PLAIN: dict[str, Any] = {}


def device(family: str, way: str = "", *, skills: tuple[str, ...] = SKILLS, without: tuple[str, ...] = (), system: str = "") -> Device:
    known = BY_NAME[family]
    node = "/dev/dri/renderD128" if "vaapi" in (family, known.decoder) else ""
    skilled = skills if known.decoder and known.scale else ()
    skilled = tuple(each for each in skilled if (each != "interlaced" or known.deinterlace) and (each != "hdr" or known.tonemap))
    ways = dict.fromkeys(("h264", "hevc", "av1"), way or known.rates[0])
    filters = tuple(name for name in DEVICE_FILTERS if name not in without)
    return Device(family, ways, skilled, filters, node, system or known.systems[0])


def rendition(source: dict[str, Any], codec: str = "h264", height: int = 480) -> Rendition:
    film = facts(video=source)
    rung = Rung(
        f"v{height}", "video", "", 1_500_000, height=height, width=height * 16 // 9 // 2 * 2, fps=25.0, crf=23, level="3.1", codec=codec
    )
    return Rendition(Path("/films/a.mp4"), Path("/out"), film, rung, index(list(range(0, 128_000, 512)), 128_000))


def planned(use: Device, source: dict[str, Any], codec: str = "h264") -> list[str]:
    return device_runs(Path("ffmpeg"), [rendition(source, codec)], (0, 1), use, filters=("zscale", "tonemap"))


def told(words: list[str]) -> str:
    """What is this family's: how the device is opened, the filters, and the encoder; what every run has is left out."""
    start, graph = words.index("-i"), words.index("-filter_complex")
    opened = [word for at in range(1, start) if words[at].startswith(("-hwaccel", "-init_hw", "-filter_hw")) for word in words[at : at + 2]]
    common = {"-map", "-fps_mode", "-enc_time_base", "-force_key_frames", "-video_track_timescale", "-movflags", "-map_metadata", "-fflags",
        "-avoid_negative_ts", "-f", "-g", "-bf"}  # fmt: skip
    rest = words[graph + 2 : -1]
    own = [word for at in range(0, len(rest), 2) if rest[at] not in common for word in rest[at : at + 2]]
    return " ".join([*opened, "|", chain(words[graph + 1]), "|", *own])


def chain(graph: str) -> str:
    """The filters, without the names of their ends."""
    import re

    return " ".join(re.sub(r"\[[^\]]*\]", "", part) for part in graph.split(";"))
