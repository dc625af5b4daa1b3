"""The chapters of a video: those that somebody gave it, else those of its file."""

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from app.media.captions.cues import Cue, cue_text, to_vtt
from app.media.facts import Facts
from app.videos.fields import clean_line
from app.videos.models import Video

MOST = 500
_LETTERS = 200


class Chapter(msgspec.Struct, frozen=True):
    start: float  # seconds
    title: str


def chapters_of(video: Video, facts: Facts | None) -> list[Chapter]:
    """In order, within the film; nothing where a film has fewer than two, as one chapter is none."""
    if video.chapters:
        return msgspec.json.decode(video.chapters, type=list[Chapter])
    return tidy([Chapter(each.start, each.title) for each in facts.chapters], facts.duration) if facts else []


def tidy(chapters: Sequence[Chapter], duration: float | None) -> list[Chapter]:
    """Sorted, cleaned, none twice at one place; those without a title are numbered by whoever shows them."""
    kept: dict[float, Chapter] = {}
    for each in sorted(chapters, key=lambda chapter: chapter.start)[:MOST]:
        if each.start >= 0 and (duration is None or each.start < duration):
            kept.setdefault(round(each.start, 3), Chapter(round(each.start, 3), clean_line(each.title)[:_LETTERS]))
    return list(kept.values()) if len(kept) > 1 else []


def to_json(chapters: Sequence[Chapter]) -> str:
    return msgspec.json.encode(chapters).decode() if chapters else ""


def chapters_vtt(chapters: Sequence[Chapter], duration: float) -> str:
    """WebVTT of kind chapters: each lasts until the next begins."""
    ends = [*(later.start for _, later in pairwise(chapters)), duration]
    named = [(each, each.title or str(number)) for number, each in enumerate(chapters, 1)]
    return to_vtt([Cue(each.start, max(end, each.start + 0.001), cue_text(title)) for (each, title), end in zip(named, ends, strict=True)])
