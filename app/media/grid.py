"""The grid: segment k of a rendition covers [4k, 4k+4) seconds of the film, counted in integers of the stream's time base."""

from dataclasses import dataclass

from app.media.facts import Facts
from app.media.index import Index
from app.media.ladder import Rung

CELL = 4  # seconds


@dataclass(frozen=True)
class Segment:
    number: int  # its cell; cells without a frame have no segment
    start: float
    duration: float  # real, for EXTINF


def segments(facts: Facts, index: Index, rung: Rung) -> tuple[Segment, ...]:
    """Every segment of a rendition, in order."""
    raise NotImplementedError
