"""What each encoder is told. Keyframes lie where we force them and nowhere else; constant quality, with a cap on rate.

The encoder's buffer starts full in every run, so `bufsize` is as small as `maxrate` (SEGMENTS, section 2).
"""

from collections.abc import Callable, Sequence
from typing import Any

from app.media.facts import VideoFacts
from app.media.ladder import Rung
from app.media.rendition import Rendition

_NEVER = 1000  # pictures, at least, before an encoder would set a keyframe of its own


def timescale(video: VideoFacts) -> int:
    """Ticks a second of our files: the source's, or a multiple of it that is at least 1000."""
    return video.tb_den * -(-1000 // video.tb_den)


def picture_encoder(rendition: Rendition, cells: Sequence[int]) -> dict[str, Any]:
    rung, video = rendition.rung, rendition.facts.video
    assert video
    return {
        "fps_mode": "passthrough",
        "enc_time_base": f"{video.tb_num}/{video.tb_den}",
        **_SOFTWARE[rung.codec](rung, max(_NEVER, round(rung.fps) * 10)),
        "force_key_frames": ",".join(str(4 * cell) for cell in cells),
        "video_track_timescale": timescale(video),
        "movflags": "+frag_keyframe+empty_moov+default_base_moof+frag_discont+negative_cts_offsets",
    }


def encoder_of(codec: str) -> str:
    """The encoder that software makes a codec with, as ffmpeg calls it."""
    return _ENCODERS[codec]


def _h264(rung: Rung, never: int) -> dict[str, Any]:
    return {
        "c:v": "libx264",
        "preset": rung.preset,
        "profile:v": "high",
        "level": rung.level,
        "crf": rung.crf,
        "maxrate": rung.maxrate,
        "bufsize": rung.maxrate,
        "x264-params": f"keyint={never}:min-keyint={never // 2}",
        "forced-idr": 1,
    }


def _hevc(rung: Rung, never: int) -> dict[str, Any]:
    """`info=0`: else the init part tells of threads and differs from run to run. Level as told, or the codec string would lie."""
    level = rung.level.replace(".", "")
    return {
        "c:v": "libx265",
        "preset": rung.preset,
        "profile:v": "main",
        "crf": rung.crf,
        "maxrate": rung.maxrate,
        "bufsize": rung.maxrate,
        "x265-params": f"keyint={never}:min-keyint={never // 2}:open-gop=0:info=0:level-idc={level}:high-tier=0:log-level=error",
        "forced-idr": 1,
        "tag:v": "hvc1",
    }


def _vp9(rung: Rung, never: int) -> dict[str, Any]:
    return {
        "c:v": "libvpx-vp9",
        "deadline": "good",
        "cpu-used": 5,
        "row-mt": 1,
        "crf": rung.crf,
        "b:v": rung.maxrate,  # with -crf this is the most, not the aim
        "g": never,
    }


def _av1(rung: Rung, never: int) -> dict[str, Any]:
    return {
        "c:v": "libsvtav1",
        "preset": 9,
        "crf": rung.crf,
        "maxrate": rung.maxrate,
        "bufsize": rung.maxrate,
        "g": never,
        "svtav1-params": f"level={rung.level.replace('.', '')}",
    }


_SOFTWARE: dict[str, Callable[[Rung, int], dict[str, Any]]] = {"h264": _h264, "hevc": _hevc, "vp9": _vp9, "av1": _av1}
_ENCODERS = {"h264": "libx264", "hevc": "libx265", "vp9": "libvpx-vp9", "av1": "libsvtav1"}
