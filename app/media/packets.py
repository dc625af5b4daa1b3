"""Counting a film's frames, in the probe's child: the times of all that are shown and of the keyframes among them."""

from array import array
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.media import mp4_index
from app.media.index import Index

_COMPARED = 24
_LOOK = 20  # seconds
_LONG = 120  # a film shorter than this is counted at once


def read_index(container: Any, stream: Any, path: Path) -> tuple[Index, bool]:
    """The index of a video stream, and whether the file was cut off within it."""
    if "mp4" in container.format.name and (listed := _from_tables(container, stream, path)):
        return listed
    found, hidden = _packets(container, stream)
    step = next((duration for _, _, duration in reversed(found) if duration), 1)
    end = max((pts + (duration or step) for pts, _, duration in found), default=0)
    # An edit list hides frames at both ends, and those behind the end are never told: then the count says nothing.
    return _listed(found, end), bool(stream.frames) and not hidden and len(found) < stream.frames * 0.98


def read_beginning(container: Any, stream: Any) -> Index | None:
    """The index of the first seconds of a long film, so that play can begin while the rest is counted."""
    second = round(1 / stream.time_base)
    found, _ = _packets(container, stream, most=_LOOK * second)
    if not found or not container.duration:
        return None
    last = max(pts for pts, _, _ in found) - 2 * second  # no frame is shown two seconds from its place in the file
    end = round(((container.start_time or 0) + container.duration) / 1_000_000 / stream.time_base)
    index = _listed([packet for packet in found if packet[0] <= last], end)
    return replace(index, known=index.frames[-1]) if index.frames and end - index.frames[0] > _LONG * second else None


def _packets(container: Any, stream: Any, *, most: int | None = None) -> tuple[list[tuple[int, bool, int]], int]:
    """(pts, key, duration) of what is shown, and how many frames an edit list hides before it.

    Shown is no frame before the first keyframe (a recording that began in the middle), and no damaged packet at the very
    end (a film that was cut off).
    """
    found: list[tuple[int, bool, int]] = []
    hidden, damaged = 0, False
    for packet in container.demux(stream):
        pts = packet.pts if packet.pts is not None else packet.dts
        if packet.is_discard:
            hidden += 1
        elif pts is not None:
            damaged = packet.is_corrupt
            found.append((pts, packet.is_keyframe, packet.duration or 0))
            if most is not None and pts - found[0][0] > most:
                break
    first = next((pts for pts, key, _ in found if key), None)
    shown = found[:-1] if damaged else found
    return (shown if hidden or first is None else [packet for packet in shown if packet[0] >= first]), hidden


def _from_tables(container: Any, stream: Any, path: Path) -> tuple[Index, bool] | None:
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
    return _sorted(frames, array("q", (key for key in table.keys if key <= last)), end), cut


def _listed(found: list[tuple[int, bool, int]], end: int) -> Index:
    return _sorted(array("q", (pts for pts, _, _ in found)), array("q", (pts for pts, key, _ in found if key)), end)


def _sorted(frames: "array[int]", keys: "array[int]", end: int) -> Index:
    return Index(array("q", sorted(frames)), array("q", sorted(keys)), end)
