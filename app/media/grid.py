"""The grid: segment k of a rendition covers [4k, 4k+4) seconds of the film, counted in integers of the stream's time base.

Nothing here rounds twice: cells of pictures are ticks of the source, cells of sound are whole AAC frames.
"""

import math
from array import array
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

from app.media.facts import Facts, VideoFacts
from app.media.index import Index
from app.media.ladder import Rung

CELL = 4  # seconds
AAC_FRAME = 1024  # samples


@dataclass(frozen=True)
class Segment:
    number: int  # its cell; cells without a frame have no segment
    start: float
    duration: float  # real, for EXTINF


def cell_of(video: VideoFacts, tick: int) -> int:
    return (tick - video.zero) * video.tb_num // (CELL * video.tb_den)


def first_tick(video: VideoFacts, cell: int) -> int:
    """The first tick of a cell; the cell is half open."""
    return video.zero - (-CELL * cell * video.tb_den // video.tb_num)


def first_sample(rung: Rung, cell: int) -> int:
    """Where a cell of sound begins: a whole AAC frame, never before 4k."""
    return -(-CELL * cell * rung.rate // AAC_FRAME) * AAC_FRAME


def film_end(facts: Facts, index: Index) -> int:
    """The tick at which the pictures end: of the index, or before that where the film turned out to be cut off."""
    video = facts.video
    assert video
    if facts.cut_at is None:
        return index.end
    return min(index.end, video.zero + math.ceil((facts.cut_at - 1e-6) * video.tb_den / video.tb_num))


def is_known(facts: Facts, index: Index, rung: Rung, cell: int) -> bool:
    """Whether the frames of a cell are all listed; after a first look only those of the first cells are."""
    if rung.kind == "audio" or index.whole:
        return True
    assert facts.video
    return first_tick(facts.video, cell + 1) <= index.known


def cell_frames(facts: Facts, index: Index, cell: int) -> "array[int]":
    """The ticks of the frames that belong to a cell."""
    assert facts.video
    return index.between(first_tick(facts.video, cell), min(first_tick(facts.video, cell + 1), film_end(facts, index)))


def next_frame(facts: Facts, index: Index, cell: int) -> int:
    """The tick of the first frame after a cell, or the film's end: until then the cell's last frame is shown."""
    assert facts.video
    place = bisect_left(index.frames, first_tick(facts.video, cell + 1))
    end = film_end(facts, index)
    return min(index.frames[place], end) if place < len(index.frames) else end


def sound_end(facts: Facts, rung: Rung) -> int:
    """The sound ends with the film, in whole AAC frames: silence fills what is missing."""
    return -(-round(facts.duration * rung.rate) // AAC_FRAME) * AAC_FRAME


def segments(facts: Facts, index: Index, rung: Rung) -> tuple[Segment, ...]:
    """Every segment of a rendition, in order."""
    if rung.kind == "audio":
        return _sound_segments(facts, rung)
    listed = _picture_segments(facts, index)
    return listed if index.whole else _with_expected(facts, [part for part in listed if is_known(facts, index, rung, part.number)])


def _with_expected(facts: Facts, listed: list[Segment]) -> tuple[Segment, ...]:
    """After a first look: the known ones, then one for every cell that is to be expected."""
    at = listed[-1].start + listed[-1].duration if listed else 0.0
    for cell in range(listed[-1].number + 1 if listed else 0, facts.cell_count):
        end = min(CELL * (cell + 1), facts.duration)
        listed.append(Segment(cell, at, max(end - at, 0.001)))
        at = end
    return tuple(listed)


@lru_cache(maxsize=64)
def _sound_segments(facts: Facts, rung: Rung) -> tuple[Segment, ...]:
    end = sound_end(facts, rung)
    listed = []
    for cell in range(facts.cell_count):
        start, stop = first_sample(rung, cell), min(first_sample(rung, cell + 1), end)
        if start < stop:
            listed.append(Segment(cell, start / rung.rate, (stop - start) / rung.rate))
    return tuple(listed)


@lru_cache(maxsize=64)
def _picture_segments(facts: Facts, index: Index) -> tuple[Segment, ...]:
    video = facts.video
    assert video
    seconds = video.tb_num / video.tb_den
    film_stop = film_end(facts, index)
    shown = bisect_left(index.frames, film_stop)
    filled = []  # (cell, first tick)
    place = 0
    while place < shown:
        cell = cell_of(video, index.frames[place])
        filled.append((cell, index.frames[place]))
        place = bisect_left(index.frames, first_tick(video, cell + 1), place + 1)
    ends = [tick for _, tick in filled[1:]] + [film_stop]
    return tuple(
        Segment(cell, (tick - video.zero) * seconds, (end - tick) * seconds) for (cell, tick), end in zip(filled, ends, strict=True)
    )
