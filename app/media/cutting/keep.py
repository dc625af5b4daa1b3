"""What is kept of a film, and where its moments went. Pure values; seconds of the source unless a name says `cut`."""

import math
from collections.abc import Sequence

import msgspec

from app.errors import Invalid
from app.i18n import N_
from app.media.facts import ChapterFacts

Keep = tuple[tuple[float, float], ...]

LEAST = 1.0  # seconds that must be left of a film
LEAST_PIECE = 0.5  # seconds of one piece: players look a quarter of a second around for the next segment
MOST_PIECES = 200
_SLACK = 0.05  # seconds: so near to an end, or to each other, is at it


class Cut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As a row keeps it. The version grows when what is written here means something else."""

    keep: Keep
    version: int = 1


def read_cut(text: str) -> Keep | None:
    """What a row says; None for a film that is shown whole."""
    return msgspec.json.decode(text, type=Cut).keep if text else None


def written(keep: Keep | None) -> str:
    return msgspec.json.encode(Cut(keep)).decode() if keep else ""


def checked(pieces: Sequence[Sequence[float]], duration: float) -> Keep | None:
    """What someone wants to keep, rounded to milliseconds; None if that is the whole film. Invalid says what to change."""
    if not pieces:
        raise _wrong(N_("Keep at least one piece of the film."))
    if len(pieces) > MOST_PIECES:
        raise _wrong(N_("A film can be kept in at most {most} pieces."), most=MOST_PIECES)
    found: list[tuple[float, float]] = []
    for number, piece in enumerate(pieces, 1):
        start, end = _bounds(piece, number, duration)
        if found and start < found[-1][1] - 0.0005:
            raise _wrong(N_("Piece {number} begins before the one above it has ended. Put the pieces in order."), number=number)
        if found and start - found[-1][1] < _SLACK:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    keep = tuple(found)
    if length(keep) < LEAST:
        raise _wrong(N_("At least one second of the film must be left."))
    return None if keep == ((0.0, round(duration, 3)),) else keep


def _bounds(piece: Sequence[float], number: int, duration: float) -> tuple[float, float]:
    if len(piece) != 2 or not all(math.isfinite(second) for second in piece):
        raise _wrong(N_("Say of piece {number} where it begins and where it ends, in seconds."), number=number)
    start, end = piece
    if start < 0 or end > duration + _SLACK:
        raise _wrong(N_("Piece {number} lies outside the film, which is {seconds:.3f} seconds long."), number=number, seconds=duration)
    start = 0.0 if start < _SLACK else round(start, 3)
    end = round(duration, 3) if end > duration - _SLACK else round(end, 3)
    if end - start < LEAST_PIECE - 0.0005:
        raise _wrong(N_("Piece {number} is shorter than half a second, or ends before it begins."), number=number)
    return start, end


def _wrong(template: str, **values: float) -> Invalid:
    error = Invalid(template, fields={}, **values)
    error.fields["keep"] = str(error)
    return error


def within(keep: Keep, duration: float) -> Keep:
    """As far as the film goes: it may turn out to be shorter than it said."""
    return tuple((start, min(end, duration)) for start, end in keep if start < duration)


def length(keep: Keep) -> float:
    return round(sum(end - start for start, end in keep), 3)


def to_cut(keep: Keep, seconds: float) -> float | None:
    """Where a moment of the source is shown; None if it was cut out."""
    before = 0.0
    for start, end in keep:
        if start <= seconds < end:
            return before + seconds - start
        before += end - start
    return None


def near_in_cut(keep: Keep, seconds: float) -> float:
    """The same, or the first moment after it that is shown, or the end."""
    before = 0.0
    for start, end in keep:
        if seconds < end:
            return before + max(0.0, seconds - start)
        before += end - start
    return before


def to_source(keep: Keep, cut_seconds: float) -> float:
    """Which moment of the source is shown then."""
    left = max(0.0, cut_seconds)
    for start, end in keep:
        if left < end - start:
            return start + left
        left -= end - start
    return keep[-1][1]


def chapters_in_cut(keep: Keep, chapters: Sequence[ChapterFacts]) -> tuple[ChapterFacts, ...]:
    """The chapters of which something is shown, with their times in the cut."""
    found = []
    for chapter in chapters:
        start, end = near_in_cut(keep, chapter.start), near_in_cut(keep, max(chapter.end, chapter.start))
        if end - start > 0.001:
            found.append(ChapterFacts(round(start, 3), round(end, 3), chapter.title))
    return tuple(found)
