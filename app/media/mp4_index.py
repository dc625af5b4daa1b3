"""The times of an MP4's frames from its own tables, without reading the film: 2 hours in some 50 ms instead of seconds.

Only plain files: one edit at most that hides no frame, no fragments. For anything else the answer is None, and the packets
are counted one by one. The caller compares the first packets with what the demuxer says before it trusts us.
"""

import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, chain, repeat
from pathlib import Path
from typing import BinaryIO

from app.media.allowed import MAX_FRAMES, Refused

_MOST_MOOV = 256 << 20
_CONTAINERS = (b"trak", b"mdia", b"minf", b"stbl", b"edts")

Boxes = dict[bytes, bytes]


@dataclass(frozen=True)
class Table:
    """In decoding order. `whole` frames lie within the file; fewer than len(pts) when it was cut off."""

    pts: "array[int]"
    keys: "array[int]"
    end: int
    whole: int


def read_table(path: Path, track_id: int) -> Table | None:
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            moov = _find_moov(file, size)
        if moov is None or b"mvex" in dict(_boxes(moov)):
            return None
        return _table(moov, track_id, size)
    except (struct.error, ValueError, KeyError, IndexError, OverflowError, RecursionError):
        return None  # an odd or hostile table; the demuxer decides


def stated_frames(path: Path) -> int:
    """How many frames its tables of pictures list, before anybody takes memory for so many. 0 for what is no plain MP4."""
    try:
        with path.open("rb") as file:
            moov = _find_moov(file, file.seek(0, 2))
        tracks = [_flatten(body) for kind, body in _boxes(moov or b"") if kind == b"trak"]
    except (struct.error, ValueError, OverflowError, RecursionError):
        return 0
    pictures = [track for track in tracks if track.get(b"hdlr", b"")[8:12] == b"vide"]
    return sum(int.from_bytes(track.get(b"stsz", b"")[8:12]) for track in pictures)


def _find_moov(file: BinaryIO, size: int) -> bytes | None:
    at = 0
    while at + 8 <= size:
        file.seek(at)
        length, kind = struct.unpack(">I4s", file.read(8))
        head = 8
        if length == 1:
            length, head = struct.unpack(">Q", file.read(8))[0], 16
        length = length or size - at
        if kind == b"moov":
            return file.read(length - head) if length <= _MOST_MOOV else None
        if length < head:
            return None
        at += length
    return None


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if length < 8:
            return
        yield kind, data[at + 8 : at + length]
        at += length


def _flatten(data: bytes) -> Boxes:
    found: Boxes = {}
    for kind, body in _boxes(data):
        found |= _flatten(body) if kind in _CONTAINERS else {kind: body}
    return found


def _table(moov: bytes, track_id: int, size: int) -> Table | None:
    movie_scale = _scale(dict(_boxes(moov))[b"mvhd"])
    for kind, body in _boxes(moov):
        track = _flatten(body) if kind == b"trak" else {}
        if kind == b"trak" and _track_id(track[b"tkhd"]) == track_id:
            return _track_table(track, movie_scale, size)
    return None


def _track_table(track: Boxes, movie_scale: int, size: int) -> Table | None:
    steps = _spread(track[b"stts"])
    count = len(steps)
    dts = array("q", accumulate(chain((0,), steps[:-1])))
    offsets = _spread(track[b"ctts"], signed=True) if b"ctts" in track else array("q", bytes(8 * count))
    if len(offsets) < count or not count:
        return None
    pts = array("q", (time + offset for time, offset in zip(dts, offsets, strict=False)))
    shift = _edit_shift(track.get(b"elst"), movie_scale, _scale(track[b"mdhd"]), pts)
    if shift is None:
        return None
    shown = array("q", (time + shift for time in pts))
    keys = array("q", (shown[number - 1] for number in _numbers(track[b"stss"], 8))) if b"stss" in track else shown
    last = max(range(count), key=shown.__getitem__)
    return Table(shown, keys, shown[last] + steps[last], _whole_frames(track, count, size))


def _edit_shift(elst: bytes | None, movie_scale: int, scale: int, pts: "array[int]") -> int | None:
    """What the edit list adds to each time; None when it hides frames or has several parts."""
    if elst is None:
        return 0
    wide = elst[0] == 1
    count = int.from_bytes(elst[4:8])
    edits = list(struct.iter_unpack(">QqI" if wide else ">IiI", elst[8 : 8 + count * (20 if wide else 12)]))
    delay = 0
    while edits and edits[0][1] == -1:
        delay += edits.pop(0)[0] * scale // movie_scale
    if len(edits) != 1 or edits[0][2] != 1 << 16:
        return None
    length, begin, _ = edits[0]
    hides = min(pts) < begin or (length and max(pts) >= begin + length * scale // movie_scale)
    return None if hides else delay - begin


def _whole_frames(track: Boxes, count: int, size: int) -> int:
    """How many frames, in decoding order, lie within the file."""
    chunks = _numbers(track[b"co64"], 8, wide=True) if b"co64" in track else _numbers(track[b"stco"], 8)
    fixed = int.from_bytes(track[b"stsz"][4:8])
    sizes = array("I", [fixed]) * count if fixed else _numbers(track[b"stsz"], 12)
    per_chunk = _per_chunk(track[b"stsc"], len(chunks))
    if chunks and chunks[-1] + sum(sizes[-per_chunk[-1] :]) <= size and max(chunks) == chunks[-1]:
        return count
    frame = 0
    for offset, held in zip(chunks, per_chunk, strict=True):
        for length in sizes[frame : frame + held]:
            offset += length
            if offset > size:
                return frame
            frame += 1
    return frame


def _per_chunk(stsc: bytes, chunks: int) -> list[int]:
    entries = list(struct.iter_unpack(">III", stsc[8 : 8 + 12 * int.from_bytes(stsc[4:8])]))
    firsts = [first for first, _, _ in entries[1:]] + [chunks + 1]
    if max(firsts) > chunks + 1:
        raise ValueError("a table of chunks that there are not")
    return list(chain.from_iterable(repeat(held, after - first) for (first, held, _), after in zip(entries, firsts, strict=True)))


def _spread(body: bytes, *, signed: bool = False) -> "array[int]":
    """Run-length pairs (count, value) to one value a frame."""
    pairs = struct.iter_unpack(">Ii" if signed else ">II", body[8 : 8 + 8 * int.from_bytes(body[4:8])])
    spread = array("q")
    for count, value in pairs:
        if len(spread) + count > MAX_FRAMES:
            raise Refused("too many frames")
        spread.extend(repeat(value, count))
    return spread


def _numbers(body: bytes, head: int, *, wide: bool = False) -> "array[int]":
    numbers = array("Q" if wide else "I")
    width = numbers.itemsize
    numbers.frombytes(body[head : head + width * int.from_bytes(body[head - 4 : head])])
    numbers.byteswap()
    return numbers


def _scale(header: bytes) -> int:
    """The time scale in an mvhd or mdhd."""
    return int.from_bytes(header[20:24] if header[0] == 1 else header[12:16])


def _track_id(tkhd: bytes) -> int:
    return int.from_bytes(tkhd[20:24] if tkhd[0] == 1 else tkhd[12:16])
