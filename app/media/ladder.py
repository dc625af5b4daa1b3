"""Which renditions a film gets, and whether a browser may play the original itself."""

import math

import msgspec

from app.media.facts import AudioFacts, Facts, VideoFacts


class Rung(msgspec.Struct, frozen=True):
    """One step of the ladder. `name` is also the name of its folder: letters and digits only."""

    name: str
    kind: str  # "video" or "audio"
    codec_string: str
    maxrate: int  # bits a second
    height: int = 0
    width: int = 0
    fps: float = 0.0
    crf: int = 0
    preset: str = "veryfast"
    level: str = ""
    stream: int = 0  # the source stream it is made from
    rate: int = 0  # audio: samples a second
    channels: int = 0
    language: str = ""
    title: str = ""
    default: bool = False


class DirectPlay(msgspec.Struct, frozen=True):
    """`mime` is for `canPlayType`; `surely` when every browser we know of plays it."""

    mime: str
    surely: bool


# H.264 levels: (name, most macroblocks a second, most macroblocks in a frame, most kbit/s at High profile)
_LEVELS = (
    ("2.1", 19_800, 792, 5_000),
    ("3.0", 40_500, 1_620, 12_500),
    ("3.1", 108_000, 3_600, 17_500),
    ("3.2", 216_000, 5_120, 25_000),
    ("4.0", 245_760, 8_192, 25_000),
    ("4.2", 522_240, 8_704, 62_500),
    ("5.1", 983_040, 36_864, 300_000),
    ("5.2", 2_073_600, 36_864, 300_000),
)
_LOW, _HIGH = 480, 1080
_MOST_AUDIO_TRACKS = 8


def ladder(facts: Facts) -> tuple[Rung, ...]:
    """Video rungs from lowest to highest, then one audio rung a track. Never above the source's size."""
    pictures = tuple(_picture_rung(facts.video, lines) for lines in _heights(facts.video)) if facts.video else ()
    tracks = facts.audio[:_MOST_AUDIO_TRACKS]
    first = next((number for number, track in enumerate(tracks) if track.default), 0)
    return pictures + tuple(_sound_rung(track, number, number == first) for number, track in enumerate(tracks))


def _heights(video: VideoFacts) -> list[int]:
    """Counted on the shorter side, so that a film shot upright is not made tiny."""
    source = min(video.width, video.height)
    high = min(source, _HIGH)
    return [_LOW, high] if high >= 1.4 * _LOW else [high]


def _picture_rung(video: VideoFacts, lines: int) -> Rung:
    short = min(video.width, video.height)
    width, height = (_even(side * lines / short, most=side) for side in (video.width, video.height))
    fps = min(max(video.fps, 1.0), 120.0)
    maxrate = _maxrate(width * height, round(fps))
    level, code = _level(width, height, round(fps), maxrate)
    return Rung(
        name=f"v{lines}",
        kind="video",
        codec_string=f"avc1.6400{code:02X}",
        maxrate=maxrate,
        height=height,
        width=width,
        fps=fps,
        crf=23,
        level=level,
        stream=video.stream,
    )


def _maxrate(pixels: int, fps: int) -> int:
    """About 1.5 Mbit/s for 480p, 6 for 1080p, half as much again for 60 pictures a second."""
    share = math.pow(pixels / (1920 * 1080), 0.75) * max(1.0, math.pow(fps / 30, 0.6))
    return round(6000 * share) * 1000


def _level(width: int, height: int, fps: int, maxrate: int) -> tuple[str, int]:
    blocks = -(-width // 16) * -(-height // 16)
    for name, most_rate, most_blocks, most_kbits in _LEVELS:
        if blocks <= most_blocks and blocks * fps <= most_rate and maxrate <= most_kbits * 1000:
            return name, round(float(name) * 10)
    return "6.2", 62


def _sound_rung(track: AudioFacts, number: int, default: bool) -> Rung:
    return Rung(
        name=f"a{number}",
        kind="audio",
        codec_string="mp4a.40.2",
        maxrate=160_000,
        stream=track.stream,
        rate=track.rate if track.rate in (44_100, 48_000) else 48_000,
        channels=2,
        language=track.language,
        title=track.title,
        default=default,
    )


def _even(length: float, *, most: int) -> int:
    return max(2, min(round(length / 2) * 2, most // 2 * 2))


_MP4_VIDEO = ("h264", "hevc", "av1", "vp9")
_MP4_AUDIO = ("aac", "mp3", "ac3", "eac3", "flac", "opus", "alac")
_WEBM_VIDEO = ("vp8", "vp9", "av1")
_WEBM_AUDIO = ("opus", "vorbis")
_SURE_AUDIO = ("", "aac", "mp3")


def direct(facts: Facts) -> DirectPlay | None:
    """What to ask a browser before it is given the original; None when no browser plays such a file."""
    if facts.cut_at is not None:
        return None  # it would stop in the middle without a word
    picture = facts.video.codec if facts.video else ""
    sound = facts.audio[0].codec if facts.audio else ""
    kind = _container(facts, picture, sound)
    strings = [part.codec_string for part in (facts.video, *facts.audio[:1]) if part]
    if not kind or not all(strings):
        return None
    plain = facts.video is None or (picture == "h264" and facts.video.bits == 8 and "420" in facts.video.pix_fmt)
    mime = f'{"video" if facts.video else "audio"}/{kind}; codecs="{", ".join(strings)}"'
    return DirectPlay(mime, surely=kind == "mp4" and plain and sound in _SURE_AUDIO)


def _container(facts: Facts, picture: str, sound: str) -> str:
    if "mp4" in facts.container and picture in ("", *_MP4_VIDEO) and sound in ("", *_MP4_AUDIO):
        return "mp4"
    if "webm" in facts.container and picture in ("", *_WEBM_VIDEO) and sound in ("", *_WEBM_AUDIO):
        return "webm"
    if facts.container == "mp3" and not picture:
        return "mpeg"
    return ""
