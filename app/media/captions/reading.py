"""A caption file becomes cues, whatever its encoding. It never meets ffmpeg, which would guess what it is (SECURITY UP-8)."""

import re
from collections.abc import Iterator

from app.errors import Invalid
from app.i18n import N_
from app.media.captions.ass import parse_ass
from app.media.captions.cues import MAX_BYTES, Cue, cue_text, in_order

KINDS = (".srt", ".vtt", ".ass", ".ssa")
_STAMP = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
_TIMING = re.compile(rf"\s*{_STAMP}\s*-->\s*{_STAMP}")
_OVERRIDE = re.compile(r"\{\\[^{}]*\}")  # SubRip files borrow these from ASS
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def read_captions(data: bytes, suffix: str) -> list[Cue]:
    """Invalid, in a sentence, if this is no caption file of the kind that its ending says, or too large."""
    if len(data) > MAX_BYTES:
        raise Invalid(N_("This caption file is larger than 2 MB. It is probably no caption file."))
    if suffix.lower() not in KINDS:
        raise Invalid(N_("Captions can be SRT, WebVTT, ASS or SSA files."))
    text = decoded(data)
    cues = in_order(parse_ass(text) if suffix.lower() in (".ass", ".ssa") else _parse_blocks(text))
    if not cues:
        raise Invalid(N_("There is not one timed line in this caption file."))
    return cues


def decoded(data: bytes) -> str:
    """By its mark, else UTF-8 if it is valid, else the encoding of old Western Windows programs."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _parse_blocks(text: str) -> Iterator[Cue]:
    """SubRip and WebVTT alike: blocks apart by empty lines, each with a line of timing; what stands before it is a number or a name."""
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = block.split("\n")
        for number, line in enumerate(lines[:3]):
            if found := _TIMING.match(line):
                start, end = _seconds(found.groups()[:4]), _seconds(found.groups()[4:])
                yield Cue(start, end, cue_text(_OVERRIDE.sub("", "\n".join(lines[number + 1 :]))))
                break


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = parts
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0) + float(f"0.{fraction}")
