"""What a packed rendition really takes, for its line in the master playlist."""

from functools import lru_cache
from pathlib import Path

import msgspec

from app.media.grid import CELL, Segment, segments
from app.media.packing import Table, packed_table
from app.media.rendition import Rendition


class Measured(msgspec.Struct, frozen=True):
    """Bits a second: the most that one segment takes (RFC 8216, 4.3.4.2 counts those of half a target duration or more), and the mean."""

    peak: int
    average: int


def measure(rendition: Rendition) -> Measured | None:
    """None while it is not packed."""
    try:
        stamp = (rendition.folder / f"{rendition.rung.name}.json").stat().st_mtime_ns
    except OSError:
        return None
    return _measure(rendition.folder, rendition.rung.name, stamp, segments(rendition.facts, rendition.index, rendition.rung))


@lru_cache(maxsize=512)
def _measure(folder: Path, name: str, stamp: int, listed: tuple[Segment, ...]) -> Measured | None:  # noqa: ARG001 - the stamp is part of the key
    table = packed_table(folder, name)
    return from_table(table, listed) if table else None


def from_table(table: Table, listed: tuple[Segment, ...]) -> Measured | None:
    sizes = {number: length for number, _, length in table.places}
    known = [(part, sizes[part.number]) for part in listed if part.number in sizes]
    seconds = sum(part.duration for part, _ in known)
    if not seconds:
        return None
    average = sum(size for _, size in known) * 8 / seconds
    peak = max((size * 8 / part.duration for part, size in known if part.duration >= CELL / 2), default=average)
    return Measured(max(1, round(max(peak, average))), max(1, round(average)))
