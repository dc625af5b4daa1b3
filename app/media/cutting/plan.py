"""Which segments of a film its cut is made of, in integers of the stream's time base.

A segment of the grid whose frames are all kept is taken as it is. One that also shows what was cut out is not: its kept frames are made
anew as a piece of their own, which is why what was cut out can be withheld. A cut lies between two frames.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from app.media.cutting.keep import Keep, within
from app.media.facts import Facts, VideoFacts
from app.media.grid import CELL, cell_frames, cell_of, film_end
from app.media.index import Index

_SHORT = 1.0  # seconds: frames made anew are shown for at least so long, with some of the segment beside them if need be
_HOLE = 0.5  # seconds without a frame (a slide): the frame that is shown then begins the piece, later than it began in the film


@dataclass(frozen=True)
class Span:
    """One kept piece as it is shown. Seconds; `at` is the place in the cut where it begins."""

    start: float
    end: float
    at: float


@dataclass(frozen=True)
class Part:
    """One segment of the cut's pictures: either `cell` of the film, or the frames [first, end) made anew.

    `at` and `until` are ticks of the cut, counted from 0. `shift` brings a stored time (ticks from the film's, or the piece's, zero) there.
    """

    number: int
    cell: int | None
    first: int
    end: int
    shift: int
    at: int
    until: int

    @property
    def piece(self) -> tuple[int, int] | None:
        return (self.first, self.end) if self.cell is None else None


@dataclass(frozen=True)
class Plan:
    spans: tuple[Span, ...]
    parts: tuple[Part, ...] = ()  # none for a film that is sound only

    @property
    def duration(self) -> float:
        return sum(span.end - span.start for span in self.spans)

    @property
    def pieces(self) -> tuple[tuple[int, int], ...]:
        """What is made anew of the pictures, of every rung."""
        return tuple(dict.fromkeys(part.piece for part in self.parts if part.piece))


@lru_cache(maxsize=128)
def plan(facts: Facts, index: Index, keep: Keep) -> Plan:
    """The cut of a film whose frames are all listed."""
    keep = within(keep, facts.duration)
    if facts.video is None:
        return Plan(tuple(_sound_spans(keep)))
    spans: list[Span] = []
    parts: list[Part] = []
    at = 0
    for start, end in keep:
        ticks = _bounds(facts, index, start, end)
        if ticks.start >= ticks.end:
            continue  # after the last picture: only sound is left there
        seconds = facts.video.tb_num / facts.video.tb_den
        beyond = end if ticks.last else 0.0  # the sound goes on when the pictures are over
        begin = (ticks.start - facts.video.zero) * seconds
        spans.append(Span(begin, max((ticks.end - facts.video.zero) * seconds, beyond), at * seconds))
        parts += _parts(facts, index, ticks, at, len(parts))
        at += ticks.end - ticks.start
    return Plan(tuple(spans), tuple(parts))


def _sound_spans(keep: Keep) -> Iterator[Span]:
    at = 0.0
    for start, end in keep:
        yield Span(start, end, at)
        at += end - start


@dataclass(frozen=True)
class _Ticks:
    start: int  # shown from here on
    end: int
    lead: int | None  # the frame that is shown at `start`, if it began long before
    last: bool  # it ends with the pictures


def _bounds(facts: Facts, index: Index, start: float, end: float) -> _Ticks:
    video = facts.video
    assert video
    hole, stop = round(_HOLE * video.tb_den / video.tb_num), film_end(facts, index)
    begin, over = _tick(video, start), min(_tick(video, end), stop)
    place = bisect_left(index.frames, begin)
    first = index.frames[place] if place < len(index.frames) else stop
    lead = index.frames[place - 1] if place and first - begin > hole else None
    after = bisect_left(index.frames, over)
    following = index.frames[after] if after < len(index.frames) else stop
    until = min(following, stop) if following - over <= hole else over
    return _Ticks(begin if lead is not None else first, until, lead, last=over == stop)


def _tick(video: VideoFacts, seconds: float) -> int:
    return video.zero - int(-(seconds - 1e-6) * video.tb_den // video.tb_num)


@dataclass(frozen=True)
class _Group:
    """Frames that stand in one segment. `whole`: they are all of a cell, and nothing else is."""

    frames: tuple[int, ...]
    cell: int
    whole: bool


def _parts(facts: Facts, index: Index, ticks: _Ticks, at: int, number: int) -> list[Part]:
    video = facts.video
    assert video
    groups = _grouped(facts, index, ticks)
    shown = [max(group.frames[0], ticks.start) for group in groups]
    parts: list[Part] = []
    for group, begin, until in zip(groups, shown, [*shown[1:], ticks.end], strict=True):
        first, end = group.frames[0], max(group.frames[-1] + 1, min(until, group.frames[0] + _cell_ticks(video)))
        moved = (video.zero if group.whole else first) - ticks.start + at
        cell = group.cell if group.whole else None
        parts.append(Part(number + len(parts), cell, first, end, moved, begin - ticks.start + at, until - ticks.start + at))
    return parts


def _cell_ticks(video: VideoFacts) -> int:
    return CELL * video.tb_den // video.tb_num


def _grouped(facts: Facts, index: Index, ticks: _Ticks) -> list[_Group]:
    video = facts.video
    assert video
    frames = index.between(ticks.start, ticks.end)
    groups: list[_Group] = []
    place = 0
    while place < len(frames):
        cell = cell_of(video, frames[place])
        all_of_it = cell_frames(facts, index, cell)
        after = bisect_left(frames, all_of_it[-1] + 1, place)
        groups.append(_Group(tuple(frames[place:after]), cell, whole=after - place == len(all_of_it)))
        place = after
    groups = _not_too_short(video, groups, ticks)
    if ticks.lead is not None:  # alone: it may have begun long before
        groups.insert(0, _Group((ticks.lead,), cell_of(video, ticks.lead), whole=False))
    return groups


def _not_too_short(video: VideoFacts, groups: list[_Group], ticks: _Ticks) -> list[_Group]:
    """A handful of frames takes the segment beside it along; what is then too long for one is halved."""
    short = _SHORT * video.tb_den / video.tb_num
    if len(groups) > 1 and not groups[0].whole and groups[1].frames[0] - groups[0].frames[0] < short:
        groups = [_joined(groups[0], groups[1]), *groups[2:]]
    if len(groups) > 1 and not groups[-1].whole and ticks.end - groups[-1].frames[0] < short:
        groups = [*groups[:-2], _joined(groups[-2], groups[-1])]
    found: list[_Group] = []
    ends = [*(group.frames[0] for group in groups), ticks.end][1:]
    for group, until in zip(groups, ends, strict=True):
        found += [group] if group.whole else _halved(video, group, until)
    return found


def _joined(one: _Group, other: _Group) -> _Group:
    return _Group(one.frames + other.frames, one.cell, whole=False)


def _halved(video: VideoFacts, group: _Group, until: int) -> list[_Group]:
    frames = group.frames
    if len(frames) < 2 or until - frames[0] <= _cell_ticks(video):
        return [group]
    middle = min(max(bisect_left(frames, (frames[0] + until) // 2), 1), len(frames) - 1)
    first, second = replace(group, frames=frames[:middle]), replace(group, frames=frames[middle:])
    return [*_halved(video, first, frames[middle]), *_halved(video, second, until)]
