"""What each encoder is told."""

from collections.abc import Sequence
from typing import Any

from app.media.facts import VideoFacts
from app.media.rendition import Rendition


def timescale(video: VideoFacts) -> int:
    """Ticks a second of our files: the source's, or a multiple of it that is at least 1000."""
    return video.tb_den * -(-1000 // video.tb_den)


def picture_encoder(rendition: Rendition, cells: Sequence[int]) -> dict[str, Any]:
    rung, video = rendition.rung, rendition.facts.video
    assert video
    keyint = max(1000, round(rung.fps) * 10)
    return {
        "fps_mode": "passthrough",
        "enc_time_base": f"{video.tb_num}/{video.tb_den}",
        "c:v": "libx264",
        "preset": rung.preset,
        "profile:v": "high",
        "level": rung.level,
        "crf": rung.crf,
        "maxrate": rung.maxrate,
        "bufsize": rung.maxrate,
        "x264-params": f"keyint={keyint}:min-keyint={keyint // 2}",
        "forced-idr": 1,
        "force_key_frames": ",".join(str(4 * cell) for cell in cells),
        "video_track_timescale": timescale(video),
        "movflags": "+frag_keyframe+empty_moov+default_base_moof+frag_discont+negative_cts_offsets",
    }
