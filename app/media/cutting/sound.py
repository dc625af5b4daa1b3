"""The sound of a cut: frames of AAC that are made already, put one after another. Nothing is encoded.

Each piece begins with the frame that lies nearest to where its pictures begin, so that sound and picture stay within 12 ms of each other
over any number of cuts (half a frame of 1024 samples), and the end of a cut lies within one frame.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.media.cutting.plan import Plan, Span
from app.media.facts import Facts
from app.media.grid import AAC_FRAME, CELL, Segment, first_sample, sound_end
from app.media.ladder import Rung


@dataclass(frozen=True)
class Stretch:
    """`count` frames of the film's sound from `source` on, at `at` of the cut. All in AAC frames."""

    source: int
    count: int
    at: int


def stretches(facts: Facts, rung: Rung, plan: Plan) -> tuple[Stretch, ...]:
    found: list[Stretch] = []
    at, last = 0, sound_end(facts, rung) // AAC_FRAME
    for span in plan.spans:
        source = min(max(0, round(_frames(rung, span.start - span.at) + at)), last)
        count = min(round(_frames(rung, span.at + _shown(plan, span))) - at, last - source)
        if count > 0:
            found.append(Stretch(source, count, at))
            at += count
    return tuple(found)


def _frames(rung: Rung, seconds: float) -> float:
    return seconds * rung.rate / AAC_FRAME


def _shown(plan: Plan, span: Span) -> float:
    """How long it is shown: until the next begins."""
    later = [other.at for other in plan.spans if other.at > span.at]
    return (min(later) - span.at) if later else span.end - span.start


def sound_segments(facts: Facts, rung: Rung, plan: Plan) -> tuple[Segment, ...]:
    """On a grid of the cut's own: no matter where the cuts are, every segment but the last is four seconds."""
    listed, total = [], sum(stretch.count for stretch in stretches(facts, rung, plan))
    number = 0
    while (start := _first_frame(rung, number)) < total:
        stop = min(_first_frame(rung, number + 1), total)
        listed.append(Segment(number, start * AAC_FRAME / rung.rate, (stop - start) * AAC_FRAME / rung.rate))
        number += 1
    return tuple(listed)


def of_segment(facts: Facts, rung: Rung, plan: Plan, number: int) -> tuple[Stretch, ...]:
    """What a segment holds; nothing if there is no such segment."""
    begin, end = _first_frame(rung, number), _first_frame(rung, number + 1)
    found = []
    for stretch in stretches(facts, rung, plan):
        first, stop = max(begin, stretch.at), min(end, stretch.at + stretch.count)
        if first < stop:
            found.append(Stretch(stretch.source + first - stretch.at, stop - first, first))
    return tuple(found)


def by_cell(rung: Rung, stretch: Stretch) -> Iterator[tuple[int, int, int]]:
    """(cell of the film, first frame, frames): where the frames of a stretch are found."""
    source, left = stretch.source, stretch.count
    while left:
        cell = source * AAC_FRAME // (CELL * rung.rate)
        count = min(left, _first_frame(rung, cell + 1) - source)
        yield cell, source, count
        source, left = source + count, left - count


def _first_frame(rung: Rung, cell: int) -> int:
    return first_sample(rung, cell) // AAC_FRAME
