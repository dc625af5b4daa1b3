"""Facts made up for tests of pure planning."""

from array import array
from typing import Any

import msgspec

from app.media.facts import AudioFacts, Facts, VideoFacts
from app.media.index import Index

VIDEO = VideoFacts(
    stream=0,
    codec="h264",
    codec_string="avc1.640028",
    profile="High",
    width=1920,
    height=1080,
    coded_width=1920,
    coded_height=1080,
    pix_fmt="yuv420p",
    bits=8,
    fps=25.0,
    frames=250,
    tb_num=1,
    tb_den=12800,
    zero=0,
)
AUDIO = AudioFacts(stream=1, codec="aac", codec_string="mp4a.40.2", channels=2, rate=48_000, start=0.0, end=10.0)
MP4 = "mov,mp4,m4a,3gp,3g2,mj2"


def facts(*, video: dict[str, Any] | None = None, audio: tuple[dict[str, Any], ...] = ({},), **changes: Any) -> Facts:
    picture = None if video is None else msgspec.structs.replace(VIDEO, **video)
    sounds = tuple(msgspec.structs.replace(AUDIO, **track) for track in audio)
    whole = Facts(container=MP4, size=1, duration=10.0, zero=0.0, bit_rate=9_000_000, video=picture, audio=sounds)
    return msgspec.structs.replace(whole, **changes)


def index(times: list[int], end: int) -> Index:
    return Index(array("q", times), array("q", times[:1]), end)
