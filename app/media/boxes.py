"""Fragmented MP4: reads what ffmpeg writes to its pipe, writes the fragments that we publish.

We write them anew because only we know the film: a frame's duration reaches to the next frame of the *source*, also across the
joint of two runs, and a cell of sound is one fragment instead of 190.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

_MOST_BOX = 512 << 20
_MOST_DURATION = (1 << 32) - 1
_SYNC_SAMPLE = 0x02000000


class BadBoxesError(ValueError):
    """What came through the pipe is no fragmented MP4."""


@dataclass(frozen=True)
class Sample:
    data: bytes
    pts: int
    flags: int


@dataclass(frozen=True)
class Fragment:
    samples: tuple[Sample, ...]  # in decoding order

    @property
    def times(self) -> list[int]:
        return sorted(sample.pts for sample in self.samples)


def read_fragments(pipe: BinaryIO) -> Iterator[bytes | Fragment]:
    """First the init part (ftyp and moov, as bytes), then fragment after fragment. A fragment that stops short is left out."""
    init = b""
    moof: bytes | None = None
    for kind, body in _read_boxes(pipe):
        if kind in (b"ftyp", b"moov"):
            init += box(kind, body)
            if kind == b"moov":
                yield init
        elif kind == b"moof":
            moof = body
        elif kind == b"mdat" and moof is not None:
            yield _fragment(moof, body)
            moof = None


def _read_boxes(pipe: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    while len(head := pipe.read(8)) == 8:
        length, kind = struct.unpack(">I4s", head)
        size = length - 8
        if length == 1:
            size = struct.unpack(">Q", pipe.read(8).rjust(8, b"\0"))[0] - 16
        if not 0 <= size <= _MOST_BOX:
            raise BadBoxesError(kind)
        body = pipe.read(size)
        if len(body) < size:
            return
        yield kind, body


def children(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if length < 8:
            raise BadBoxesError(kind)
        yield kind, data[at + 8 : at + length]
        at += length


def _fragment(moof: bytes, mdat: bytes) -> Fragment:
    try:
        track = next(body for kind, body in children(moof) if kind == b"traf")
        boxes = list(children(track))
        parts = dict(boxes)
        duration, size, flags = _track_defaults(parts[b"tfhd"])
        wide = parts[b"tfdt"][0] == 1
        time = struct.unpack_from(">q" if wide else ">I", parts[b"tfdt"], 4)[0]
        samples: list[Sample] = []
        at = 0
        for body in (body for kind, body in boxes if kind == b"trun"):
            for own_duration, own_size, own_flags, offset in _run_entries(body, duration, size, flags):
                samples.append(Sample(mdat[at : at + own_size], time + offset, own_flags))
                at += own_size
                time += own_duration
        return Fragment(tuple(samples))
    except (struct.error, KeyError, StopIteration) as error:
        raise BadBoxesError("moof") from error


def moof_span(segment: bytes) -> tuple[int, int]:
    """When one of our segments begins, in decoding time, and when its last frame ends; its data need not be there."""
    try:
        track = next(body for kind, body in children(next(body for kind, body in children(segment) if kind == b"moof")) if kind == b"traf")
        parts = dict(children(track))
        duration, size, flags = _track_defaults(parts[b"tfhd"])
        begin: int = struct.unpack_from(">q" if parts[b"tfdt"][0] == 1 else ">I", parts[b"tfdt"], 4)[0]
        return begin, begin + sum(entry[0] for entry in _run_entries(parts[b"trun"], duration, size, flags))
    except (struct.error, KeyError, StopIteration) as error:
        raise BadBoxesError("moof") from error


def _track_defaults(tfhd: bytes) -> tuple[int, int, int]:
    present = int.from_bytes(tfhd[1:4])
    at = 8 + (8 if present & 1 else 0) + (4 if present & 2 else 0)
    values = []
    for bit in (0x8, 0x10, 0x20):
        values.append(int.from_bytes(tfhd[at : at + 4]) if present & bit else 0)
        at += 4 if present & bit else 0
    return values[0], values[1], values[2]


def _run_entries(trun: bytes, duration: int, size: int, flags: int) -> Iterator[tuple[int, int, int, int]]:
    present = int.from_bytes(trun[1:4])
    count = int.from_bytes(trun[4:8])
    at = 8 + (4 if present & 1 else 0)
    first_flags = None
    if present & 4:
        first_flags = int.from_bytes(trun[at : at + 4])
        at += 4
    for number in range(count):
        entry = {0x100: duration, 0x200: size, 0x400: first_flags if number == 0 and first_flags is not None else flags, 0x800: 0}
        for bit in entry:
            if present & bit:
                entry[bit] = struct.unpack_from(">i" if bit == 0x800 else ">I", trun, at)[0]
                at += 4
        yield entry[0x100], entry[0x200], entry[0x400], entry[0x800]


def picture_fragment(number: int, samples: Sequence[Sample], end: int) -> bytes:
    """One cell of pictures. Decoding times are the sorted display times, so that cells join without gap or overlap;
    `end` is when the next frame of the film is shown."""
    times = sorted(sample.pts for sample in samples)
    steps = [min(after - before, _MOST_DURATION) for before, after in zip(times, [*times[1:], end], strict=True)]
    rows = b"".join(
        struct.pack(">IIIi", step, len(sample.data), sample.flags, sample.pts - time)
        for sample, time, step in zip(samples, times, steps, strict=True)
    )
    trun = _full(b"trun", 1, 0x000F01, struct.pack(">II", len(samples), 0) + rows)
    return _with_offset(number, _full(b"tfhd", 0, 0x020000, struct.pack(">I", 1)), times[0], trun, samples)


def sound_fragment(number: int, samples: Sequence[Sample], step: int) -> bytes:
    """One cell of sound: frames of `step` samples, one after another."""
    rows = b"".join(struct.pack(">I", len(sample.data)) for sample in samples)
    trun = _full(b"trun", 0, 0x000201, struct.pack(">II", len(samples), 0) + rows)
    tfhd = _full(b"tfhd", 0, 0x020028, struct.pack(">III", 1, step, _SYNC_SAMPLE))
    return _with_offset(number, tfhd, samples[0].pts, trun, samples)


def _with_offset(number: int, tfhd: bytes, time: int, trun: bytes, samples: Sequence[Sample]) -> bytes:
    mfhd = _full(b"mfhd", 0, 0, struct.pack(">I", number + 1))
    tfdt = _full(b"tfdt", 1, 0, struct.pack(">Q", time))
    length = 8 + len(mfhd) + 8 + len(tfhd) + len(tfdt) + len(trun)
    placed = trun[:16] + struct.pack(">I", length + 8) + trun[20:]  # where the data begins, counted from the moof
    moof = box(b"moof", mfhd + box(b"traf", tfhd + tfdt + placed))
    return moof + box(b"mdat", b"".join(sample.data for sample in samples))


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body


def _full(kind: bytes, version: int, flags: int, body: bytes) -> bytes:
    return box(kind, bytes([version]) + flags.to_bytes(3) + body)
