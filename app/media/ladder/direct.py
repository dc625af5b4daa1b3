"""Whether a browser may play the original itself."""

import msgspec

from app.media.facts import Facts

_MP4_VIDEO = ("h264", "hevc", "av1", "vp9")
_MP4_AUDIO = ("aac", "mp3", "ac3", "eac3", "flac", "opus", "alac")
_WEBM_VIDEO = ("vp8", "vp9", "av1")
_WEBM_AUDIO = ("opus", "vorbis")
_SURE_AUDIO = ("", "aac", "mp3")


class DirectPlay(msgspec.Struct, frozen=True):
    """`mime` is for `canPlayType`; `surely` when every browser we know of plays it."""

    mime: str
    surely: bool


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
