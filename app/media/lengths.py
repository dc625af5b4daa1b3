"""How long a film is, how long its file says it is, and whether it was cut off. Pure, but for what the container states."""

from dataclasses import dataclass
from typing import Any

from app.media.facts import AudioFacts, VideoFacts
from app.media.packets import Counted

# Demuxers whose length is a statement of the file. That of the others (AAC, MP3 without a table) is guessed from the rate.
_STATING = ("mov", "matroska", "flac", "avi", "asf", "aiff", "caf", "w64")
_SPARE_TROUBLED = 0.7  # seconds
_UNKNOWN_SIZE = (0, 0xFFFFFFFF)


@dataclass(frozen=True)
class Length:
    """In seconds. `stated` is what the file says where it was cut off, else 0."""

    seconds: float
    stated: float = 0.0

    @property
    def cut(self) -> bool:
        return self.stated > 0


def film_length(container: Any, *, video: VideoFacts, audio: tuple[AudioFacts, ...], counted: Counted, zero: float) -> Length:
    """Of pictures and the first sound. A film cut off in the middle still states its whole length."""
    pictures = counted.index.end * video.tb_num / video.tb_den - zero
    stated = (container.duration or 0) / 1_000_000
    sounds = max((track.end for track in audio), default=0.0)
    # The sound of an honest film may go on for a while after its pictures.
    spare = _SPARE_TROUBLED if counted.troubled else max(2.0, stated * 0.02)
    short = bool(counted.index.whole and stated and pictures + spare < stated and sounds >= pictures)
    if counted.cut or short:
        return Length(pictures, max(stated, pictures + 0.001))
    return Length(max([pictures, *(track.end for track in audio[:1])]))


def sound_length(demuxer: str, said: float, counted: float, head: bytes, size: int) -> Length:
    """Of a file without pictures: what its packets come to, against what it says."""
    stated = _stated(demuxer, said, counted, head, size)
    if stated and counted + max(1.0, stated * 0.02) < stated:
        return Length(counted, stated)
    return Length(said if stated else counted)


def _stated(demuxer: str, said: float, counted: float, head: bytes, size: int) -> float:
    """0 where the file states nothing."""
    if demuxer == "wav":  # what is not there is left out of its length already; but its first box says how large it was
        whole = int.from_bytes(head[4:8], "little")
        return said if whole in _UNKNOWN_SIZE or not head.startswith(b"RIFF") else counted * max(1.0, (whole + 8) / size)
    if demuxer == "mp3":
        return said if any(mark in head for mark in (b"Xing", b"Info", b"VBRI")) else 0.0
    return said if any(name in demuxer for name in _STATING) else 0.0
