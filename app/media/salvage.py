"""The cells of a damaged film: what can still be read of each, and a standing picture where nothing can.

A decoder passes over what it cannot read and goes on at the next keyframe, so frames are missing in the middle. The film goes
on past them: a picture from just before (the keyframe of the last good cell) stands until the next good one. Which frames were
lost is noted (see gaps.py) and told.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from app.media.boxes import Fragment, Sample, picture_fragment
from app.media.cells import MismatchError
from app.media.commands import timescale
from app.media.gaps import note_gap
from app.media.grid import cell_frames, cell_of, next_frame, segments
from app.media.rendition import Rendition


def salvaged_cells(rendition: Rendition, fragments: Iterable[Fragment], cells: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    """Like `whole_cells`, of a source whose frames do not all come.

    MismatchError where the pictures end for good (with `ends`), where none come at all, or where frames come that the source has not.
    """
    groups = _by_cell(rendition, fragments)
    upcoming = next(groups, None)
    still: Sample | None = None
    for cell in cells:
        came: tuple[Sample, ...] = ()
        if upcoming and upcoming[0] == cell:
            came, upcoming = upcoming[1], next(groups, None)
        if upcoming is None and _ends_with(rendition, cells):
            _raise_if_short(rendition, cell, came)
        standing = still or (came[0] if came else upcoming[1][0] if upcoming else None)
        if standing is None:
            raise MismatchError(cell)
        yield cell, _filled(rendition, cell, came, standing)
        still = came[0] if came else still


def _by_cell(rendition: Rendition, fragments: Iterable[Fragment]) -> Iterator[tuple[int, tuple[Sample, ...]]]:
    """The fragments with those of one cell together: after a hole the encoder may force two keyframes in a row."""
    held: tuple[int, tuple[Sample, ...]] | None = None
    for fragment in fragments:
        cell = _cell_at(rendition, fragment.times[0])
        if held and held[0] == cell:
            held = (cell, held[1] + fragment.samples)
            continue
        if held:
            yield held
        held = (cell, fragment.samples)
    if held:
        yield held


def _cell_at(rendition: Rendition, time: int) -> int:
    video = rendition.facts.video
    assert video
    return cell_of(video, video.zero + time // _scale(rendition))


def _scale(rendition: Rendition) -> int:
    """Our ticks in one of the source's."""
    video = rendition.facts.video
    assert video
    return timescale(video) // video.tb_den * video.tb_num


def _ends_with(rendition: Rendition, cells: Sequence[int]) -> bool:
    """Whether these cells reach to the end of the film."""
    return cells[-1] == segments(rendition.facts, rendition.index, rendition.rung)[-1].number


def _raise_if_short(rendition: Rendition, cell: int, came: Sequence[Sample]) -> None:
    """Nothing comes after these: the film ends with the last of them."""
    frames = cell_frames(rendition.facts, rendition.index, cell)
    video = rendition.facts.video
    assert video
    last = max((sample.pts for sample in came), default=-1)
    after = [tick for tick in frames if (tick - video.zero) * _scale(rendition) > last]
    if after:
        raise MismatchError(cell, ends=after[0])


def _filled(rendition: Rendition, cell: int, came: tuple[Sample, ...], standing: Sample) -> bytes:
    video, scale = rendition.facts.video, _scale(rendition)
    assert video
    wanted = [(tick - video.zero) * scale for tick in cell_frames(rendition.facts, rendition.index, cell)]
    got = {sample.pts for sample in came}
    if not got <= set(wanted):
        raise MismatchError(cell)
    if wanted[0] not in got:
        came = (replace(standing, pts=wanted[0]), *came)
    end = (next_frame(rendition.facts, rendition.index, cell) - video.zero) * scale
    _note(rendition, wanted, got, end)
    return picture_fragment(cell, came, end)


def _note(rendition: Rendition, wanted: Sequence[int], got: set[int], end: int) -> None:
    """Each stretch of lost frames, in seconds of the film."""
    video = rendition.facts.video
    assert video
    ticks = timescale(video)
    start: int | None = None
    for time in [*wanted, end]:
        if time not in got and time != end:
            start = time if start is None else start
        elif start is not None:
            note_gap(rendition.folder, start / ticks, time / ticks)
            start = None
