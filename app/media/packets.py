"""Counting a film's frames, in the probe's child: the times of all that are shown and of the keyframes among them."""

from array import array
from pathlib import Path
from typing import Any

from app.media import mp4_index
from app.media.index import Index

_COMPARED = 24


def read_index(container: Any, stream: Any, path: Path) -> tuple[Index, bool]:
    """The index of a video stream, and whether the file was cut off within it."""
    if "mp4" in container.format.name and (found := _from_tables(container, stream, path)):
        return found
    frames, keys = array("q"), array("q")
    end, step = 0, 1
    for packet in _packets(container, stream):
        frames.append(packet[0])
        if packet[1]:
            keys.append(packet[0])
        step = packet[2] or step
        end = max(end, packet[0] + step)
    return _sorted(frames, keys, end), bool(stream.frames) and len(frames) < stream.frames * 0.98


def _packets(container: Any, stream: Any) -> list[tuple[int, bool, int]]:
    """(pts, key, duration) of what is shown: no frame before the first keyframe (a recording that began in the middle),
    no damaged packet at the very end (a film that was cut off)."""
    found: list[tuple[int, bool, int]] = []
    hidden = damaged = False
    for packet in container.demux(stream):
        pts = packet.pts if packet.pts is not None else packet.dts
        if packet.is_discard:
            hidden = True
        elif pts is not None:
            damaged = packet.is_corrupt
            found.append((pts, packet.is_keyframe, packet.duration or 0))
    first = next((pts for pts, key, _ in found if key), None)
    shown = found[:-1] if damaged else found
    return shown if hidden or first is None else [packet for packet in shown if packet[0] >= first]


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


def _sorted(frames: "array[int]", keys: "array[int]", end: int) -> Index:
    return Index(array("q", sorted(frames)), array("q", sorted(keys)), end)
