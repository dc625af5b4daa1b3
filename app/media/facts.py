"""What a probe found in a file: plain values that travel as JSON.

Times are seconds of the film, counted from `Facts.zero`, unless the name says ticks. A tick is one unit of a stream's own time base.
"""

from typing import Self

import msgspec

from app.media.tags import PlaceFacts


class VideoFacts(msgspec.Struct, frozen=True):
    stream: int  # its index in the file
    codec: str  # as ffmpeg names it
    codec_string: str  # RFC 6381, to ask a browser with; empty when we cannot tell
    profile: str
    width: int  # as shown: turned, and with square pixels
    height: int
    coded_width: int
    coded_height: int
    pix_fmt: str
    bits: int
    fps: float  # mean
    frames: int
    tb_num: int
    tb_den: int
    zero: int  # ticks: the first shown frame
    rotation: int = 0  # degrees, 0 90 180 270
    sar_num: int = 1
    sar_den: int = 1
    interlaced: bool = False
    transfer: str = ""  # as ffmpeg names it: bt709, smpte2084, arib-std-b67 ...
    primaries: str = ""
    matrix: str = ""
    bit_rate: int = 0

    @property
    def hdr(self) -> bool:
        return self.transfer in ("smpte2084", "arib-std-b67")


class AudioFacts(msgspec.Struct, frozen=True):
    stream: int
    codec: str
    codec_string: str
    channels: int
    rate: int  # samples a second, of the source
    start: float  # may be below 0: sound before the first frame is not played
    end: float
    language: str = ""
    title: str = ""
    default: bool = False
    packet_samples: int = 0  # samples in each packet, 0 when they differ
    first_sample: int = 0  # place of the first packet, in samples of the source's rate, by the file's own clock
    bit_rate: int = 0
    traits: tuple[str, ...] = ()  # "describes" what is seen, "comments", "clear" for the hard of hearing


class SubtitleFacts(msgspec.Struct, frozen=True):
    stream: int
    codec: str
    text: bool
    language: str = ""
    title: str = ""
    forced: bool = False
    default: bool = False
    for_deaf: bool = False  # captions: sounds are written out too


class AttachmentFacts(msgspec.Struct, frozen=True):
    stream: int
    name: str
    mime: str


class ChapterFacts(msgspec.Struct, frozen=True):
    start: float
    end: float
    title: str


class Facts(msgspec.Struct, frozen=True):
    """Everything the engine needs to know of a film; the frames themselves are listed in the index file beside the renditions."""

    container: str  # ffmpeg's name of the demuxer, such as "mov,mp4,m4a,3gp,3g2,mj2"
    size: int
    duration: float  # from zero to the end of the last frame or sound
    zero: float  # the film's zero on the file's own clock, in seconds
    bit_rate: int
    video: VideoFacts | None = None
    audio: tuple[AudioFacts, ...] = ()
    subtitles: tuple[SubtitleFacts, ...] = ()
    attachments: tuple[AttachmentFacts, ...] = ()
    chapters: tuple[ChapterFacts, ...] = ()
    recorded_at: str = ""  # RFC 3339, as the camera wrote it, or a date alone; empty when unknown
    title: str = ""
    place: PlaceFacts | None = None
    camera: str = ""  # make and model
    cut_at: float | None = None  # the file ends here although it states more
    stated: float = 0.0  # how long the file says it is, where it was cut off
    gaps: tuple[tuple[float, float], ...] = ()  # from and to: pictures that cannot be read
    complete: bool = True  # False: a first look; the index is still being counted

    @property
    def cell_count(self) -> int:
        return max(1, -int(-self.duration // 4))

    def to_json(self) -> str:
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        return msgspec.json.decode(text, type=cls)
