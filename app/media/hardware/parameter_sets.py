"""Parameter sets of H.264 and HEVC: what a decoder must know of an encoder before its first picture.

A rendition has one init part, and with it the sets of the encoder that made its first cell. When another encoder takes over (software
after a device failed), the sets of that one travel in its cells, before the picture of each keyframe (ISO/IEC 14496-15, 4.2: a decoder
that meets them there uses them from then on). The init part goes unchanged to those who have it already. Tried in Chromium with an H.264
init and cells of another profile and entropy coder, in order and out of order: without the sets its decoder gives up at the first
foreign cell; with them it plays on, also when the next cell is again of the first encoder, because Chromium repeats those of the
init part at each keyframe. The same was seen with the sample entry named avc3; avc1 is what everything else reads.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from app.media.boxes import Fragment, Sample, children

_VIDEO_ENTRY = 78  # bytes of a visual sample entry before its own boxes
_NOT_SYNC = 0x00010000


@dataclass(frozen=True)
class Init:
    """Of an init part what matters to a decoder. `sets` are NAL units, each with its length before it."""

    entry: bytes
    size: bytes
    timescale: int
    sets: bytes


def read_init(init: bytes) -> Init | None:
    """None for what holds no picture track as ffmpeg writes it."""
    try:
        media = _inside(_inside(_inside(init, b"moov"), b"trak"), b"mdia")
        header = _inside(media, b"mdhd")
        timescale = struct.unpack_from(">I", header, 20 if header[0] == 1 else 12)[0]
        kind, entry = next(children(_inside(_inside(_inside(media, b"minf"), b"stbl"), b"stsd")[8:]))
        return Init(kind, entry[24:28], timescale, _sets(entry))
    except (StopIteration, struct.error, IndexError):
        return None


def fits(published: bytes, made: bytes) -> bool:
    """Whether cells of one init part may follow the other, given that their parameter sets travel with them."""
    ours, theirs = read_init(published), read_init(made)
    return (
        ours is not None and theirs is not None and (ours.entry, ours.size, ours.timescale) == (theirs.entry, theirs.size, theirs.timescale)
    )


def with_sets(fragment: Fragment, sets: bytes) -> Fragment:
    """The fragment with parameter sets before the picture of each keyframe."""
    return Fragment(
        tuple(sample if sample.flags & _NOT_SYNC else Sample(sets + sample.data, sample.pts, sample.flags) for sample in fragment.samples)
    )


def sound_pictures(fragment: Fragment, codec: str) -> bool:
    """Whether each sample is a row of whole NAL units, the first with a keyframe: what comes from a device is not taken on trust.
    AV1 is another kind of stream, of which only the size is looked at."""
    if codec not in ("h264", "hevc"):
        return all(sample.data for sample in fragment.samples)
    kinds = [_kinds(sample.data, codec) for sample in fragment.samples]
    keys = {5} if codec == "h264" else {19, 20}
    return bool(kinds) and all(kinds) and not keys.isdisjoint(kinds[0])


def _kinds(data: bytes, codec: str) -> set[int]:
    """The kinds of its NAL units; empty when their lengths do not add up."""
    at, kinds = 0, set()
    while at + 4 < len(data):
        length = int.from_bytes(data[at : at + 4])
        kinds.add(data[at + 4] & 31 if codec == "h264" else data[at + 4] >> 1 & 63)
        at += 4 + length
    return kinds if at == len(data) else set()


def _inside(data: bytes, wanted: bytes) -> bytes:
    return next(body for kind, body in children(data) if kind == wanted)


def _sets(entry: bytes) -> bytes:
    boxes = dict(children(entry[_VIDEO_ENTRY:]))
    if b"avcC" in boxes:
        found = _avc(boxes[b"avcC"])
    elif b"hvcC" in boxes:
        found = _hevc(boxes[b"hvcC"])
    else:
        return b""
    return b"".join(struct.pack(">I", len(unit)) + unit for unit in found)


def _avc(record: bytes) -> Iterator[bytes]:
    """AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1): sequence sets, then picture sets."""
    at = 5
    for mask in (0x1F, 0xFF):
        count = record[at] & mask
        at += 1
        for _ in range(count):
            (length,) = struct.unpack_from(">H", record, at)
            yield record[at + 2 : at + 2 + length]
            at += 2 + length


def _hevc(record: bytes) -> Iterator[bytes]:
    """HEVCDecoderConfigurationRecord (8.3.3.1): arrays of sets, one a kind; SEI messages are left where they are."""
    at = 23
    for _ in range(record[22]):
        kind = record[at] & 63
        (count,) = struct.unpack_from(">H", record, at + 1)
        at += 3
        for _ in range(count):
            (length,) = struct.unpack_from(">H", record, at)
            if kind in (32, 33, 34):
                yield record[at + 2 : at + 2 + length]
            at += 2 + length
