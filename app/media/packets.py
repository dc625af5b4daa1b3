"""Counting a film's frames, in the probe's child: the times of all that are shown and of the keyframes among them."""

import logging
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import av
import av.logging

from app.media import mp4_index
from app.media.allowed import MAX_FRAMES, Refused
from app.media.gaps import Gap
from app.media.index import Index

_COMPARED = 24
_LOOK = 20  # seconds
_LONG = 120  # a film shorter than this is counted at once
_MOST_FAULTS = 50  # a demuxer that complains more often is not asked again
_HOLE = 1.0  # seconds
_MOST_HOLES = 100


@dataclass
class Packets:
    """What is shown, one entry a packet, in the order of the file. Three arrays: a film of 48 hours has ten million packets."""

    pts: "array[int]" = field(default_factory=lambda: array("q"))
    keys: "array[int]" = field(default_factory=lambda: array("b"))
    durations: "array[int]" = field(default_factory=lambda: array("q"))
    hidden: int = 0  # frames that an edit list hides before what is shown
    troubled: bool = False  # the demuxer complained

    def drop_last(self) -> None:
        for column in (self.pts, self.keys, self.durations):
            column.pop()

    def drop_before(self, time: int) -> None:
        kept = [number for number, pts in enumerate(self.pts) if pts >= time]
        if len(kept) < len(self.pts):
            self.pts, self.keys, self.durations = (array(c.typecode, (c[n] for n in kept)) for c in (self.pts, self.keys, self.durations))

    def end(self) -> int:
        """Where the last frame stops being shown."""
        step = next((duration for duration in reversed(self.durations) if duration), 1)
        return max((pts + (duration or step) for pts, duration in zip(self.pts, self.durations, strict=True)), default=0)

    def index(self, end: int) -> Index:
        times = array("q", sorted(self.pts))
        return Index(times, array("q", sorted(pts for pts, key in zip(self.pts, self.keys, strict=True) if key)), end)


@dataclass(frozen=True)
class Counted:
    """`cut`: the file was cut off within the pictures. `holes`: ticks from and to, where the demuxer had to pass over bytes.
    `troubled`: it complained of anything."""

    index: Index
    cut: bool = False
    holes: tuple[tuple[int, int], ...] = ()
    troubled: bool = False

    def gaps(self, tick: float) -> tuple[Gap, ...]:
        """The holes in seconds of the film."""
        return tuple(
            (round((start - self.index.frames[0]) * tick, 3), round((end - self.index.frames[0]) * tick, 3)) for start, end in self.holes
        )


def read_index(container: Any, stream: Any, path: Path) -> Counted:
    """The index of a video stream, and what is wrong with it."""
    if "mp4" in container.format.name and (listed := _from_tables(container, stream, path)):
        return listed
    found = _packets(container, stream)
    index = found.index(found.end())
    # An edit list hides frames at both ends, and those behind the end are never told: then the count says nothing.
    cut = bool(stream.frames) and not found.hidden and len(found.pts) < stream.frames * 0.98
    return Counted(index, cut, _holes(index, stream) if found.troubled else (), found.troubled)


def read_beginning(container: Any, stream: Any) -> Index | None:
    """The index of the first seconds of a long film, so that play can begin while the rest is counted."""
    second = round(1 / stream.time_base)
    found = _packets(container, stream, most=_LOOK * second)
    if not found.pts or not container.duration:
        return None
    last = max(found.pts) - 2 * second  # no frame is shown two seconds from its place in the file
    end = round(((container.start_time or 0) + container.duration) / 1_000_000 / stream.time_base)
    whole = found.index(end)
    index = replace(whole, frames=array("q", (pts for pts in whole.frames if pts <= last)))
    index = replace(index, keys=array("q", (pts for pts in whole.keys if pts <= last)))
    return replace(index, known=index.frames[-1]) if index.frames and end - index.frames[0] > _LONG * second else None


def last_sound(container: Any, stream: Any) -> float:
    """Where the last packet of a sound ends, in seconds on the file's clock."""
    found = _packets(container, stream)
    return float(found.end() * stream.time_base) if found.pts else 0.0


def _packets(container: Any, stream: Any, *, most: int | None = None) -> Packets:
    """Shown is no frame before the first keyframe (a recording that began in the middle), and no damaged packet at the very
    end (a film that was cut off)."""
    found, damaged = Packets(), False
    with _Complaints(container.format.name) as complaints:
        for packet in _demux(container, stream):
            pts = packet.pts if packet.pts is not None else packet.dts
            if packet.is_discard:
                found.hidden += 1
            elif pts is not None:
                damaged = packet.is_corrupt
                found.pts.append(pts)
                found.keys.append(packet.is_keyframe)
                found.durations.append(packet.duration or 0)
                if len(found.pts) > MAX_FRAMES:
                    raise Refused("too many frames")
                if most is not None and pts - found.pts[0] > most:
                    break
    found.troubled = complaints.heard > 0
    if damaged:
        found.drop_last()
    first = next((pts for pts, key in zip(found.pts, found.keys, strict=True) if key), None)
    if first is not None and not found.hidden:
        found.drop_before(first)
    return found


def _demux(container: Any, stream: Any) -> Iterator[Any]:
    """The packets of a stream; bytes that make no sense are passed over, as far as the demuxer can."""
    for _ in range(_MOST_FAULTS):
        try:
            yield from container.demux(stream)
        except MemoryError:
            raise
        except av.FFmpegError:
            continue
        return


class _Complaints(logging.Handler):
    """Counts what the demuxer says is wrong: it then goes on behind the damage without a word to us. What decoders say does not count."""

    def __init__(self, demuxer: str) -> None:
        super().__init__()
        self.heard = 0
        self._of = f"libav.{demuxer}"

    def emit(self, record: logging.LogRecord) -> None:
        self.heard += record.name == self._of

    def __enter__(self) -> "_Complaints":
        log = logging.getLogger("libav")
        log.propagate = False
        log.addHandler(self)
        av.logging.set_level(av.logging.ERROR)
        av.logging.set_skip_repeated(False)  # what the first look heard would not be heard again
        return self

    def __exit__(self, *_: object) -> None:
        av.logging.set_level(None)
        logging.getLogger("libav").removeHandler(self)


def _holes(index: Index, stream: Any) -> tuple[tuple[int, int], ...]:
    """Steps between frames that are far longer than the others."""
    frames = index.frames
    if len(frames) < 3:
        return ()
    usual = median(after - before for before, after in pairwise(frames[:1000]))
    least = max(_HOLE / stream.time_base, 10 * usual)
    found = [(before + round(usual), after) for before, after in pairwise(frames) if after - before > least]
    return tuple(found[:_MOST_HOLES])


def _from_tables(container: Any, stream: Any, path: Path) -> Counted | None:
    table = mp4_index.read_table(path, stream.id)
    if table is None or not table.whole:
        return None
    for number, packet in enumerate(container.demux(stream)):
        if number >= min(_COMPARED, table.whole):
            break
        if packet.pts != table.pts[number] or packet.is_discard:
            container.seek(0)
            return None
    cut = table.whole < len(table.pts)
    frames = table.pts[: table.whole]
    last = max(frames)
    end = last + (table.end - max(table.pts)) if cut else table.end
    keys = array("q", sorted(key for key in table.keys if key <= last))
    return Counted(Index(array("q", sorted(frames)), keys, end), cut)
