"""Which files beside a film belong to it, by their names alone: what Kodi, Jellyfin, Plex and yt-dlp write. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from app.media.captions.reading import KINDS
from app.media.languages import tag

_PICTURES = (".jpg", ".jpeg", ".png", ".webp")
_CODE = re.compile(r"[a-z]{2,3}(?:[-_](?:[a-z]{4}|[a-z]{2}|\d{3})){0,2}", re.IGNORECASE)  # RFC 5646: language, script, region
_FORCED, _FOR_DEAF = ("forced", "foreign"), ("sdh", "cc", "hi")
_MANY = 64  # captions of one film


@dataclass(frozen=True)
class CaptionFile:
    name: str
    language: str  # BCP 47, "" where the name does not say
    label: str = ""
    kind: str = "subtitles"
    forced: bool = False
    chosen: bool = False


@dataclass(frozen=True)
class Beside:
    """Names in the film's folder; "" for what is not there."""

    nfo: str = ""
    info: str = ""
    description: str = ""
    chapters: str = ""
    picture: str = ""
    captions: tuple[CaptionFile, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        single = (self.nfo, self.info, self.description, self.chapters, self.picture)
        return (*(name for name in single if name), *(each.name for each in self.captions))


def beside(film: str, names: Iterable[str]) -> Beside:
    """`names` are all names in its folder, whatever their case."""
    stem = PurePath(film).stem
    rest = {name[len(stem) :].lower(): name for name in sorted(names) if name.lower().startswith(stem.lower()) and name != film}
    captions = [_caption(end, name) for end, name in rest.items() if end.startswith(".") and PurePath(name).suffix.lower() in KINDS]
    pictures = [f"{word}{ending}" for word in ("-thumb", "", "-poster") for ending in _PICTURES]
    return Beside(
        nfo=rest.get(".nfo", ""),
        info=rest.get(".info.json", ""),
        description=rest.get(".description", ""),
        chapters=rest.get(".chapters.vtt", "") or rest.get(".chapters.txt", ""),
        picture=next((rest[end] for end in pictures if end in rest), ""),
        captions=tuple(each for each in captions[:_MANY] if not each.name.lower().endswith(".chapters.vtt")),
    )


def _caption(end: str, name: str) -> CaptionFile:
    """`.en.forced.srt`: a language, and words in any order; what is neither is its label."""
    words = [word for word in name[-len(end) : -len(PurePath(name).suffix)].split(".") if word]
    lower = [word.lower() for word in words]
    language = next((word for word in words if _CODE.fullmatch(word) and word.lower() not in (*_FORCED, *_FOR_DEAF)), "")
    known = {language.lower(), "default", *_FORCED, *_FOR_DEAF}
    return CaptionFile(
        name,
        tag(language),
        label=" ".join(word for word in words if word.lower() not in known)[:100],
        kind="captions" if any(word in _FOR_DEAF for word in lower) else "subtitles",
        forced=any(word in _FORCED for word in lower),
        chosen="default" in lower,
    )
