"""What sidecars say of a film, as plain values; one that is broken says nothing. They are a stranger's words: data only."""

import json
import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import msgspec

from app.errors import Invalid
from app.media.captions.cues import plain_text
from app.media.captions.reading import decoded, read_captions
from app.videos.chapters import Chapter

MAX_BYTES = 4_000_000
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")


class Said(msgspec.Struct, frozen=True):
    """Empty where nothing is said."""

    title: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    recorded_at: str = ""
    chapters: tuple[Chapter, ...] = ()

    def over(self, other: "Said") -> "Said":
        """This one, filled up with what the other says."""
        return Said(*(getattr(self, name) or getattr(other, name) for name in self.__struct_fields__))


def from_nfo(data: bytes) -> Said:
    """Kodi's and Jellyfin's. A document type is refused: nothing in it is needed, and entities can be bombs."""
    text = decoded(data[:MAX_BYTES])
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        return Said()
    try:
        root = ElementTree.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))  # noqa: S314 - no entities get this far
    except ElementTree.ParseError:
        return Said()
    tags = [each.text or "" for name in ("tag", "genre") for each in root.iter(name)]
    dates = [_day(root.findtext(name, "")) for name in ("aired", "premiered", "releasedate", "dateadded")]
    return Said(
        title=root.findtext("title", "").strip(),
        description=(root.findtext("plot", "") or root.findtext("outline", "")).strip(),
        tags=tuple(tag.strip() for tag in tags if tag.strip()),
        recorded_at=next((day for day in dates if day), ""),
    )


def from_info_json(data: bytes) -> Said:
    """yt-dlp's."""
    try:
        found = json.loads(data[:MAX_BYTES])
    except (ValueError, RecursionError):
        return Said()
    if not isinstance(found, dict):
        return Said()
    words = [*_list(found, "tags"), *_list(found, "categories")]
    return Said(
        title=_text(found, "title") or _text(found, "fulltitle"),
        description=_text(found, "description"),
        tags=tuple(word for word in words if isinstance(word, str) and word.strip()),
        recorded_at=_day(_text(found, "release_date") or _text(found, "upload_date")),
        chapters=tuple(_chapter(each) for each in _list(found, "chapters") if isinstance(each, dict)),
    )


def from_chapters(data: bytes, name: str) -> Said:
    """WebVTT, or ffmpeg's metadata file (ffmpeg-formats, section Metadata)."""
    if name.lower().endswith(".vtt"):
        try:
            return Said(chapters=tuple(Chapter(cue.start, plain_text(cue)) for cue in read_captions(data, ".vtt")))
        except Invalid:
            return Said()
    return Said(chapters=tuple(_from_ffmetadata(decoded(data[:MAX_BYTES]))))


def _from_ffmetadata(text: str) -> list[Chapter]:
    chapters: list[Chapter] = []
    for block in text.split("[CHAPTER]")[1:]:
        values = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
        base = re.fullmatch(r"(\d+)/(\d+)", values.get("TIMEBASE", "1/1000000000").strip())
        start = values.get("START", "").strip()
        if base and int(base[2]) and start.isascii() and start.isdigit():
            title = re.sub(r"\\(.)", r"\1", values.get("title", values.get("TITLE", "")))
            chapters.append(Chapter(int(start) * int(base[1]) / int(base[2]), title))
    return chapters


def _chapter(found: Mapping[str, Any]) -> Chapter:
    start = found.get("start_time")
    return Chapter(float(start) if isinstance(start, int | float) else -1.0, _text(found, "title"))


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    return value.strip() if isinstance(value, str) else ""


def _list(found: Mapping[str, Any], name: str) -> list[Any]:
    value = found.get(name)
    return value if isinstance(value, list) else []


def _day(text: str) -> str:
    found = _DAY.match(text.strip())
    return "-".join(found.groups()) if found else ""
