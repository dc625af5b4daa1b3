"""A packed picture rendition and packed sound as one MP4 that exists only while it is sent."""

import os
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

from app.errors import Missing
from app.http.open_files import OpenFile
from app.media.ladder import Rung
from app.media.muxing import Fragment, Track, header, in_turn, read_fragment, rewritten, shift_of
from app.media.packing import packed_path, packed_table
from app.processing.films import Film

_HEAD = 8 << 10  # bytes in which most moofs are whole


@dataclass(frozen=True)
class Look:
    """What a file's `stat` says, of one that is not there."""

    st_size: int
    st_mtime: float
    st_mtime_ns: int
    st_ino: int


class MuxedFile:
    """Read like an open file. Its length and every byte follow from the packed files alone."""

    def __init__(self, files: tuple[OpenFile, ...], tracks: tuple[Track, ...], *, seconds: float) -> None:
        self.path = files[0].path
        self._files, self._shifts = files, [shift_of(track) for track in tracks]
        self._header = header(tracks, seconds=seconds)
        self._order = in_turn(tracks)
        self._ends = list(accumulate((fragment.length for _, fragment in self._order), initial=len(self._header)))
        newest = max(file.stat.st_mtime_ns for file in files)
        self.stat = Look(self._ends[-1], newest // 10**9, newest, sum(file.stat.st_ino for file in files))

    def at_once(self, start: int, length: int) -> bytes:  # noqa: ARG002 - put together in a thread
        return b""

    def after_waiting(self, start: int, length: int) -> bytes:
        out = bytearray(self._header[start : start + length])
        at = bisect_right(self._ends, start + len(out)) - 1
        while len(out) < length and at < len(self._order):
            begin = start + len(out) - self._ends[at]
            piece = self._piece(at, begin, min(length - len(out), self._order[at][1].length - begin))
            if not piece:
                break
            out += piece
            at += 1 if start + len(out) >= self._ends[at + 1] else 0
        return bytes(out)

    def _piece(self, place: int, begin: int, length: int) -> bytes:
        """Bytes of one fragment, from `begin` of it on, as they are in this file."""
        track, fragment = self._order[place]
        file = self._files[track - 1]
        if begin >= fragment.head:
            return file.after_waiting(fragment.offset + begin, length)
        moof = file.after_waiting(fragment.offset, fragment.head)
        return rewritten(moof, number=place + 1, track=track, shift=self._shifts[track - 1])[begin : begin + length]


def muxed(film: Film, picture: Rung, sounds: tuple[Rung, ...]) -> MuxedFile:
    """Missing while any of them is not packed."""
    rungs = (picture, *sounds)
    files = tuple(OpenFile(packed_path(film.folder, rung.name)) for rung in rungs)
    tracks = tuple(_track(film.folder, rung.name, rung.language, file.stat.st_mtime_ns) for rung, file in zip(rungs, files, strict=True))
    return MuxedFile(files, tracks, seconds=film.facts.duration)


@lru_cache(maxsize=16)
def _track(folder: Path, name: str, language: str, stamp: int) -> Track:  # noqa: ARG001 - the stamp is part of the cache's key
    table = packed_table(folder, name)
    if table is None:
        raise Missing
    file = OpenFile(packed_path(folder, name))
    return Track(os.pread(file.descriptor, table.init, 0), tuple(_fragment(file, *place) for place in table.places), language)


def _fragment(file: OpenFile, cell: int, offset: int, length: int) -> Fragment:
    head = file.after_waiting(offset, min(length, _HEAD))
    size = int.from_bytes(head[:4])
    if size > len(head):
        head = file.after_waiting(offset, size)
    return read_fragment(cell, offset, length, head)
