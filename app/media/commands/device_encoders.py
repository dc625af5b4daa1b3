"""What each encoder in hardware is told: keyframes where we force them and nowhere else, quality first, with a cap on rate.

Three ways to keep the rate, and the trial finds the first that a driver knows: "quality" (constant quality, capped), "capped"
(variable rate, whose aim is two thirds of the most), "fixed" (constant quantiser, uncapped: for drivers that have no other).
Frames are coded in the order they are shown (`bf 0`): several drivers put out odd times otherwise.
"""

from collections.abc import Callable, Sequence
from typing import Any

from app.media.commands.encoders import timescale
from app.media.hardware.device import Device
from app.media.hardware.families import encoder_name
from app.media.ladder import Rung
from app.media.rendition import Rendition

MOVFLAGS = "+frag_keyframe+empty_moov+default_base_moof+frag_discont+negative_cts_offsets"
_PROFILES = {"h264": "high", "hevc": "main"}


def device_encoder(device: Device, rendition: Rendition, cells: Sequence[int]) -> dict[str, Any]:
    rung, video = rendition.rung, rendition.facts.video
    assert video
    return {
        "fps_mode": "passthrough",
        "enc_time_base": f"{video.tb_num}/{video.tb_den}",
        "c:v": encoder_name(device.family, rung.codec),
        "g": max(1000, round(rung.fps) * 10),
        "bf": 0,
        **_profile(device.family, rung),
        **_TOLD[device.family](rung, device.ways[rung.codec]),
        **({"tag:v": "hvc1"} if rung.codec == "hevc" else {}),
        "force_key_frames": ",".join(str(4 * cell) for cell in cells),
        "video_track_timescale": timescale(video),
        **_init(device.family),
    }


def _init(family: str) -> dict[str, Any]:
    """Drivers of these give their parameter sets with the first picture, not before: the init part waits for it. Times stay the same
    (seen with 5.1 and 9), as long as no edit list is written."""
    if family in ("v4l2m2m", "rkmpp"):
        return {"movflags": f"{MOVFLAGS}+delay_moov", "use_editlist": 0}
    return {"movflags": MOVFLAGS}


def _profile(family: str, rung: Rung) -> dict[str, Any]:
    """Level as a number, which every family reads. V4L2's drivers take neither."""
    if family == "v4l2m2m" or rung.codec not in _PROFILES:
        return {}
    profile = {"profile:v": _PROFILES[rung.codec]}
    return profile | {"level": round(float(rung.level) * 10)} if rung.codec == "h264" else profile


def _rate(rung: Rung) -> dict[str, Any]:
    return {"b:v": rung.maxrate * 2 // 3, "maxrate": rung.maxrate, "bufsize": rung.maxrate}


def _cap(rung: Rung) -> dict[str, Any]:
    return {"maxrate": rung.maxrate, "bufsize": rung.maxrate}


def _on(rung: Rung, most: int) -> int:
    """The rung's quality on another scale: software's AV1 counts to 63, these encoders to `most`; H.264 and HEVC to 51 everywhere."""
    return round(rung.crf * most / 63) if rung.codec == "av1" else rung.crf


def _nvenc(rung: Rung, way: str) -> dict[str, Any]:  # noqa: ARG001 - it has one way
    return {
        "preset": "p5", "tune": "hq", "rc": "vbr", "cq": _on(rung, 63), "b:v": 0, **_cap(rung),
        "forced-idr": 1, "no-scenecut": 1,
    }  # fmt: skip


def _qsv(rung: Rung, way: str) -> dict[str, Any]:
    """With a quality and a rate Quick Sync chooses QVBR by itself, without a quality VBR."""
    quality = {"global_quality": max(1, _on(rung, 51))} if way == "quality" else {}
    return {"preset": "medium", **quality, **_rate(rung), "forced_idr": 1}


def _videotoolbox(rung: Rung, way: str) -> dict[str, Any]:
    """Quality counts from 1 to 100, best last; only Apple's own chips know it."""
    rate = {"q:v": max(1, 100 - 2 * rung.crf), **_cap(rung)} if way == "quality" else _rate(rung)
    return {"allow_sw": 0, "realtime": 0, **rate}


def _amf(rung: Rung, way: str) -> dict[str, Any]:
    rate = {"rc": "qvbr", "qvbr_quality_level": max(1, _on(rung, 51))} if way == "quality" else {"rc": "vbr_peak"}
    return {"usage": "transcoding", "quality": "balanced", **rate, **_rate(rung), "forced_idr": 1}


def _vaapi(rung: Rung, way: str) -> dict[str, Any]:
    """A forced keyframe is an IDR frame here by itself. The driver's own order of rows and headers is left as it is."""
    quality = {"global_quality": max(1, _on(rung, 255))}
    told: dict[str, dict[str, Any]] = {
        "quality": {"rc_mode": "QVBR", **quality, **_rate(rung)},
        "capped": {"rc_mode": "VBR", **_rate(rung)},
        "fixed": {"rc_mode": "CQP", **quality},
    }
    return told[way]


def _rkmpp(rung: Rung, way: str) -> dict[str, Any]:  # noqa: ARG001 - it has one way
    return {"rc_mode": "VBR", **_rate(rung)}


def _v4l2m2m(rung: Rung, way: str) -> dict[str, Any]:  # noqa: ARG001 - it has one way
    return {"b:v": rung.maxrate * 2 // 3}


def _vulkan(rung: Rung, way: str) -> dict[str, Any]:
    return {"rc_mode": "cqp", "qp": _on(rung, 255)} if way == "fixed" else {"rc_mode": "vbr", **_rate(rung)}


_TOLD: dict[str, Callable[[Rung, str], dict[str, Any]]] = {
    "nvenc": _nvenc,
    "qsv": _qsv,
    "videotoolbox": _videotoolbox,
    "amf": _amf,
    "vaapi": _vaapi,
    "rkmpp": _rkmpp,
    "v4l2m2m": _v4l2m2m,
    "vulkan": _vulkan,
}
