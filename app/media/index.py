"""The packet index: the time of every shown frame and of every keyframe, in ticks of the video's time base, in one small file.

A two-hour film has 170 000 frames; as packed differences they take some kilobytes and load in about 10 ms.
"""

import sys
import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

from app.errors import MediaError
from app.i18n import N_

NAME = "index.bin"
_MAGIC = b"HRIX1\n"
_ALL = (1 << 63) - 1
_HEAD = 32


@dataclass(frozen=True, eq=False)
class Index:
    """`frames` and `keys` are sorted; `end` is where the last frame stops being shown. All empty for a file without video.

    After a first look, only the frames up to `known` are listed, and `end` is what the file states.
    """

    frames: "array[int]" = field(default_factory=lambda: array("q"))
    keys: "array[int]" = field(default_factory=lambda: array("q"))
    end: int = 0
    known: int = _ALL

    @property
    def whole(self) -> bool:
        return self.known == _ALL

    def between(self, start: int, end: int) -> "array[int]":
        """The frames with start <= pts < end."""
        return self.frames[bisect_left(self.frames, start) : bisect_left(self.frames, end)]

    def key_before(self, tick: int, *, back: int = 0) -> int | None:
        """The last keyframe at or before this tick; `back` steps further back. None: start from the beginning of the file."""
        place = bisect_right(self.keys, tick) - 1 - back
        return self.keys[place] if place >= 0 else None


def pack_index(index: Index) -> bytes:
    head = array("q", [index.end, index.known, len(index.frames), len(index.keys)])
    body = zlib.compress(_differences(index.frames) + _differences(index.keys), 1)
    return _MAGIC + _little(head).tobytes() + body


def unpack_index(data: bytes) -> Index:
    try:
        if not data.startswith(_MAGIC):
            raise ValueError("not an index")
        end, known, frames, keys = _numbers(data[len(_MAGIC) : len(_MAGIC) + _HEAD])
        steps = _numbers(zlib.decompress(data[len(_MAGIC) + _HEAD :]))
        if len(steps) != frames + keys:
            raise ValueError("wrong length")
    except (ValueError, zlib.error) as error:
        raise MediaError(N_("The list of this video's frames is damaged; it has to be examined again.")) from error
    return Index(array("q", accumulate(steps[:frames])), array("q", accumulate(steps[frames:])), end, known)


def load_index(folder: Path) -> Index:
    """Read the index that a probe wrote into this folder. Kept in memory until the file changes."""
    path = folder / NAME
    try:
        stamp = path.stat().st_mtime_ns
    except FileNotFoundError as error:
        raise MediaError(N_("This video has not been examined yet.")) from error
    return _load(path, stamp)


@lru_cache(maxsize=32)
def _load(path: Path, stamp: int) -> Index:  # noqa: ARG001 - the stamp is part of the cache's key
    return unpack_index(path.read_bytes())


def _differences(values: "array[int]") -> bytes:
    return _little(array("q", _steps(values))).tobytes()


def _steps(values: "array[int]") -> Iterable[int]:
    before = 0
    for value in values:
        yield value - before
        before = value


def _numbers(data: bytes) -> "array[int]":
    values = array("q")
    values.frombytes(data)
    return _little(values)


def _little(values: "array[int]") -> "array[int]":
    if sys.byteorder == "big":
        values.byteswap()
    return values
