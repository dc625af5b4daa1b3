"""What the streams of an opened file are, in the probe's child. Reads PyAV's objects, gives our values."""

from fractions import Fraction
from typing import Any

from av.stream import Disposition

from app.media.allowed import DECODERS, MAX_CHANNELS, MAX_RATE, TEXT_SUBTITLES
from app.media.codec_strings import codec_string
from app.media.facts import AttachmentFacts, AudioFacts, ChapterFacts, SubtitleFacts, VideoFacts
from app.media.index import Index

_TRANSFERS = {
    1: "bt709",
    4: "gamma22",
    6: "smpte170m",
    8: "linear",
    13: "iec61966-2-1",
    14: "bt2020-10",
    16: "smpte2084",
    18: "arib-std-b67",
}
_PRIMARIES = {1: "bt709", 5: "bt470bg", 6: "smpte170m", 9: "bt2020", 11: "smpte431", 12: "smpte432"}
_MATRICES = {1: "bt709", 5: "bt470bg", 6: "smpte170m", 9: "bt2020nc", 10: "bt2020c"}
_USUAL_PACKETS = {"aac": 1024, "mp3": 1152, "mp2": 1152, "ac3": 1536, "opus": 960}
_COARSE = 1000  # ticks a second: Matroska's stamps say a packet's place to half a millisecond only


def picture_streams(container: Any) -> list[Any]:
    """Moving pictures that we may decode; a cover is none."""
    return [stream for stream in container.streams.video if _playable(stream) and Disposition.attached_pic not in stream.disposition]


def sound_streams(container: Any) -> list[Any]:
    return [stream for stream in container.streams.audio if _playable(stream) and _sane(stream.codec_context)]


def _sane(context: Any) -> bool:
    return bool(0 < context.sample_rate <= MAX_RATE and 0 < context.channels <= MAX_CHANNELS)


def _playable(stream: Any) -> bool:
    context = stream.codec_context
    return context is not None and context.codec.name in DECODERS


def describe_video(stream: Any, frame: Any, index: Index) -> VideoFacts:
    context = stream.codec_context
    rotation = int(frame.rotation) % 360
    sar = stream.sample_aspect_ratio or Fraction(1)
    width, height = shown_size(frame.width, frame.height, sar, rotation)
    tb = stream.time_base
    bits = frame.format.components[0].bits
    return VideoFacts(
        stream=stream.index,
        codec=context.codec.canonical_name,
        codec_string=codec_string(context.codec.canonical_name, context.extradata or b"", bits=bits, profile=_vp9_profile(frame, bits)),
        profile=context.profile or "",
        width=width,
        height=height,
        coded_width=frame.width,
        coded_height=frame.height,
        pix_fmt=frame.format.name,
        bits=bits,
        fps=_rate(stream, index),
        frames=len(index.frames) if index.whole else 0,
        tb_num=tb.numerator,
        tb_den=tb.denominator,
        zero=index.frames[0],
        rotation=rotation,
        sar_num=sar.numerator,
        sar_den=sar.denominator,
        interlaced=bool(frame.interlaced_frame),
        transfer=_TRANSFERS.get(int(context.color_trc or 0), ""),
        primaries=_PRIMARIES.get(int(context.color_primaries or 0), ""),
        matrix=_MATRICES.get(int(context.colorspace or 0), ""),
        bit_rate=stream.codec_context.bit_rate or 0,
    )


def _rate(stream: Any, index: Index) -> float:
    """What the file states, if the frames agree; else what was counted."""
    seconds = float(((index.end if index.whole else index.known) - index.frames[0]) * stream.time_base)
    counted = len(index.frames) / seconds if seconds > 0 else 0.0
    stated = float(stream.average_rate or 0)
    return round(stated if abs(stated - counted) <= 0.02 * counted else counted, 3)


def shown_size(width: int, height: int, sar: Fraction, rotation: int) -> tuple[int, int]:
    """With square pixels (never making the picture lower than it was), then turned."""
    wide = max(2, round(width * sar)) if sar > 0 else width
    return (height, wide) if rotation % 180 == 90 else (wide, height)


def _vp9_profile(frame: Any, bits: int) -> int:
    full_colour = "420" not in frame.format.name
    return (2 if bits > 8 else 0) + (1 if full_colour else 0)


def describe_audio(container: Any, stream: Any, zero: float) -> AudioFacts:
    context = stream.codec_context
    name = context.codec.canonical_name
    start = float((stream.start_time or 0) * stream.time_base)
    rate = context.sample_rate
    coarse = stream.time_base.denominator <= _COARSE
    return AudioFacts(
        stream=stream.index,
        codec=name,
        codec_string=codec_string(name, context.extradata or b""),
        channels=context.channels,
        rate=rate,
        start=round(start - zero, 6),
        end=round(_audio_end(container, stream, start) - zero, 6),
        language=_language(stream),
        title=plain_tag(stream.metadata, "title"),
        default=Disposition.default in stream.disposition,
        packet_samples=_USUAL_PACKETS.get(name, 0) if coarse else 0,
        first_sample=round(start * rate) - _pre_skip(name, context.extradata or b"") if coarse else 0,
        bit_rate=context.bit_rate or 0,
        traits=_traits(stream),
    )


def _traits(stream: Any) -> tuple[str, ...]:
    said = stream.disposition
    meant = {
        "describes": Disposition.visual_impaired | Disposition.descriptions,
        "comments": Disposition.comment,
        "clear": Disposition.hearing_impaired,
    }
    return tuple(trait for trait, flags in meant.items() if said & flags)


def _pre_skip(codec: str, extradata: bytes) -> int:
    """Opus: samples at the beginning that the decoder throws away, so that the first packet is shorter than the others."""
    return int.from_bytes(extradata[10:12], "little") if codec == "opus" and extradata.startswith(b"OpusHead") else 0


def _audio_end(container: Any, stream: Any, start: float) -> float:
    """What the file says; a little too much does no harm, as silence fills it."""
    if stream.duration:
        return start + float(stream.duration * stream.time_base)
    if tagged := clock_tag(stream.metadata):
        return tagged
    begin = (container.start_time or 0) / 1_000_000
    return begin + container.duration / 1_000_000 if container.duration else 0.0


def clock_tag(metadata: dict[str, str]) -> float:
    """Matroska's DURATION tag, "00:00:10.023000000", in seconds."""
    parts = metadata.get("DURATION", "").split(":")
    try:
        return int(parts[0]) * 3600 + int(parts[1]) * 60 + float(parts[2])
    except (ValueError, IndexError):
        return 0.0


def describe_rest(container: Any) -> tuple[tuple[SubtitleFacts, ...], tuple[AttachmentFacts, ...], tuple[ChapterFacts, ...]]:
    subtitles = tuple(
        SubtitleFacts(
            stream.index,
            stream.codec_context.name,
            stream.codec_context.name in TEXT_SUBTITLES,
            _language(stream),
            plain_tag(stream.metadata, "title"),
            forced=Disposition.forced in stream.disposition,
            default=Disposition.default in stream.disposition,
            for_deaf=Disposition.hearing_impaired in stream.disposition,
        )
        for stream in container.streams.subtitles
        if stream.codec_context is not None
    )
    attachments = tuple(
        AttachmentFacts(stream.index, plain_tag(stream.metadata, "filename"), plain_tag(stream.metadata, "mimetype"))
        for stream in container.streams
        if stream.type == "attachment"
    )
    chapters = tuple(
        ChapterFacts(float(item["start"] * item["time_base"]), float(item["end"] * item["time_base"]), plain_tag(item["metadata"], "title"))
        for item in container.chapters()[:1000]
    )
    return subtitles, attachments, chapters


def _language(stream: Any) -> str:
    language = plain_tag(stream.metadata, "language")
    return "" if language == "und" else language


def plain_tag(metadata: dict[str, str], name: str) -> str:
    """Text from a stranger's file: data only, not endless, and nothing in it that steers a terminal or turns a line around."""
    return "".join(letter if letter.isprintable() else " " for letter in metadata.get(name, "")[:200])
