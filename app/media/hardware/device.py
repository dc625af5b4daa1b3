"""A hardware encoder that was tried on this machine, as a value: what it may be asked to do."""

import msgspec

from app.media.facts import VideoFacts
from app.media.rendition import Rendition

_FINEST = 90_000  # ticks a second: Intel's libraries count in these, whatever they are given
_FINEST_V4L2 = 1_000_000


class Device(msgspec.Struct, frozen=True):
    """`ways` says for each codec how its rate is kept ("quality", "capped", "fixed"; see `commands/device_encoders.py`).

    `skills` are sources whose pictures stay on the device from decoder to encoder ("h264", "hevc10" …), and "interlaced" and "hdr".
    `filters` are the build's own, by which the way is laid. `node` is the file of the device, where the family has one.
    """

    family: str
    ways: dict[str, str]
    skills: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    node: str = ""
    system: str = "linux"

    def makes(self, rendition: Rendition) -> bool:
        """Whether it can be asked for this rendition at all."""
        video = rendition.facts.video
        return video is not None and rendition.rung.codec in self.ways and self.keeps_time(video)

    def keeps_time(self, video: VideoFacts) -> bool:
        """Some count time in units of their own: finer stamps would come back changed."""
        finest = {"qsv": _FINEST, "v4l2m2m": _FINEST_V4L2}.get(self.family)
        return finest is None or video.tb_den <= finest * video.tb_num

    def keeps(self, video: VideoFacts) -> bool:
        """Whether the pictures stay on the device from the decoder on."""
        if skill(video) not in self.skills or video.rotation:
            return False
        return "interlaced" in self.skills or not video.interlaced

    def darkens(self, video: VideoFacts) -> bool:
        """Whether the device brings HDR to what ordinary screens show; otherwise the pictures make a detour for that."""
        return video.hdr and self.keeps(video) and "hdr" in self.skills


def skill(video: VideoFacts) -> str:
    """What a decoder in hardware must be able to do for this source; "" where none that we know of does."""
    plain = video.pix_fmt in ("yuv420p", "yuv420p10le")  # yuvj420p is full range, which no device's scaler brings to ours
    if not plain or video.codec not in ("h264", "hevc", "vp9", "av1") or (video.codec == "h264" and video.bits > 8):
        return ""
    return video.codec if video.bits == 8 else f"{video.codec}{video.bits}"
