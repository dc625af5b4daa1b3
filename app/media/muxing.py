"""One MP4 of pictures and sound, by copying packed renditions: laid out before the first byte is sent, so that its length is
known and any range of it can be had. Nothing is encoded, and nothing is written to a disk.

Fragmented MP4 (ISO/IEC 14496-12): one header that knows all tracks, an index (`sidx`), then the fragments of all tracks in turn. They
keep their length: only numbers inside change. Pictures of ours have negative composition offsets, which some players and FFmpeg
show too late (SEGMENTS, pitfall 1): here all offsets are raised by the same shift, and an edit list takes the shift off again.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.media.boxes import box, children

_SEQUENCE, _TRACK = 20, 44  # where numbers of ours lie in a moof: after mfhd's head, after tfhd's (boxes.py writes them so)
_SIDX_MOST = 0xFFFF


@dataclass(frozen=True)
class Fragment:
    """A fragment in its packed file, and what its moof says."""

    cell: int
    offset: int
    length: int
    head: int  # bytes of the moof
    begin: int  # in the track's time scale
    lowest: int  # the smallest composition offset, at most 0


@dataclass(frozen=True)
class Track:
    """One packed rendition: its init part and its fragments."""

    init: bytes
    fragments: tuple[Fragment, ...]
    language: str = ""  # ISO 639-2


def read_fragment(cell: int, offset: int, length: int, moof: bytes) -> Fragment:
    """Of the first bytes of a fragment, its whole moof among them."""
    found = dict(_deep(moof))
    tfdt, trun = found[b"tfdt"], found[b"trun"]
    begin = int.from_bytes(tfdt[4:12] if tfdt[0] else tfdt[4:8])
    offsets = [struct.unpack_from(">i", trun, at)[0] for at in _offset_places(trun)]
    return Fragment(cell, offset, length, int.from_bytes(moof[:4]), begin, min([0, *offsets]))


def _deep(moof: bytes) -> Iterator[tuple[bytes, bytes]]:
    body = next(body for kind, body in children(moof[: int.from_bytes(moof[:4])]) if kind == b"moof")
    for kind, inner in children(body):
        yield from children(inner) if kind == b"traf" else [(kind, inner)]


def _offset_places(trun: bytes) -> range:
    """Where in a trun's body the composition offsets stand; none in one of sound."""
    flags, count = int.from_bytes(trun[1:4]), int.from_bytes(trun[4:8])
    if not flags & 0x800:
        return range(0)
    start = 8 + 4 * bool(flags & 1) + 4 * bool(flags & 4)
    step = 4 * (flags >> 8 & 0xF).bit_count()
    return range(start + step - 4, start + step * count, step)


def shift_of(track: Track) -> int:
    """What must be added to the composition offsets so that none is negative."""
    return max((-fragment.lowest for fragment in track.fragments), default=0)


def rewritten(moof: bytes, *, number: int, track: int, shift: int) -> bytes:
    """The same moof as the `number`th fragment of this track, offsets raised."""
    out = bytearray(moof)
    struct.pack_into(">I", out, _SEQUENCE, number)
    struct.pack_into(">I", out, _TRACK, track)
    if shift:
        at = moof.index(b"trun") + 4
        for place in _offset_places(moof[at:]):
            struct.pack_into(">i", out, at + place, struct.unpack_from(">i", out, at + place)[0] + shift)
    return bytes(out)


def in_turn(tracks: Sequence[Track]) -> list[tuple[int, Fragment]]:
    """(track number from 1, fragment) of all tracks, cell after cell, pictures first."""
    return sorted(
        ((number, each) for number, track in enumerate(tracks, 1) for each in track.fragments), key=lambda one: (one[1].cell, one[0])
    )


def header(tracks: Sequence[Track], *, seconds: float) -> bytes:
    """ftyp, moov and sidx for these tracks, the first of which is the pictures'."""
    moovs = [dict(children(_child(track.init, b"moov"))) for track in tracks]
    mvhd = bytearray(moovs[0][b"mvhd"])
    struct.pack_into(">I", mvhd, len(mvhd) - 4, len(tracks) + 1)  # next_track_ID
    scale = int.from_bytes(mvhd[20:24] if mvhd[0] else mvhd[12:16])
    traks = b"".join(_trak(moov[b"trak"], number, track) for number, (moov, track) in enumerate(zip(moovs, tracks, strict=True), 1))
    mehd = box(b"mehd", b"\0\0\0\0" + struct.pack(">I", min(round(seconds * scale), 0xFFFFFFFF)))
    trexes = b"".join(box(b"trex", _numbered(_child(moov[b"mvex"], b"trex"), 4, number)) for number, moov in enumerate(moovs, 1))
    moov = box(b"moov", box(b"mvhd", bytes(mvhd)) + traks + box(b"mvex", mehd + trexes))
    return box(b"ftyp", b"iso6\0\0\2\0iso6iso5mp41") + moov + _sidx(tracks, seconds)


def _trak(trak: bytes, number: int, track: Track) -> bytes:
    parts: list[bytes] = []
    for kind, body in children(trak):
        if kind == b"tkhd":
            parts.append(box(kind, _numbered(body, 20 if body[0] else 12, number)))
            parts.append(_edit(shift_of(track)))
        elif kind == b"mdia":
            parts.append(box(kind, _spoken(body, track.language)))
        elif kind != b"edts":
            parts.append(box(kind, body))
    return box(b"trak", b"".join(parts))


def _edit(shift: int) -> bytes:
    """Begin `shift` ticks in; a duration of 0 stands for all there is (14496-12, 8.6.6)."""
    return box(b"edts", box(b"elst", b"\0\0\0\0" + struct.pack(">IIiHH", 1, 0, shift, 1, 0))) if shift else b""


def _spoken(mdia: bytes, language: str) -> bytes:
    """With the track's language: three letters of five bits (14496-12, 8.4.2.3)."""
    if len(language) != 3 or not (language.isascii() and language.isalpha()):
        return mdia
    packed = 0
    for letter in language.lower():
        packed = packed << 5 | ord(letter) - 0x60
    return b"".join(box(kind, _short(body, 32 if body[0] else 20, packed) if kind == b"mdhd" else body) for kind, body in children(mdia))


def _sidx(tracks: Sequence[Track], seconds: float) -> bytes:
    """Where each cell of pictures begins, for players that seek (14496-12, 8.16.3); what lies between goes with the cell before."""
    pictures = tracks[0].fragments
    if not 0 < len(pictures) <= _SIDX_MOST or pictures[0].cell > min(track.fragments[0].cell for track in tracks if track.fragments):
        return b""
    sizes: list[int] = []
    for number, fragment in in_turn(tracks):
        if number == 1:
            sizes.append(0)
        sizes[-1] += fragment.length
    scale = time_scale(tracks[0].init)
    ends = [*(fragment.begin for fragment in pictures[1:]), max(round(seconds * scale), pictures[-1].begin + 1)]
    rows = b"".join(
        struct.pack(">III", size, end - fragment.begin, 0x90000000) for size, fragment, end in zip(sizes, pictures, ends, strict=True)
    )
    start = struct.pack(">IIQQ", 1, scale, pictures[0].begin + shift_of(tracks[0]), 0)
    return box(b"sidx", b"\1\0\0\0" + start + struct.pack(">HH", 0, len(pictures)) + rows)


def time_scale(init: bytes) -> int:
    mdhd = _child(_child(_child(_child(init, b"moov"), b"trak"), b"mdia"), b"mdhd")
    return int.from_bytes(mdhd[20:24] if mdhd[0] else mdhd[12:16])


def _child(data: bytes, wanted: bytes) -> bytes:
    return next(body for kind, body in children(data) if kind == wanted)


def _numbered(body: bytes, at: int, number: int) -> bytes:
    return body[:at] + struct.pack(">I", number) + body[at + 4 :]


def _short(body: bytes, at: int, number: int) -> bytes:
    return body[:at] + struct.pack(">H", number) + body[at + 2 :]
