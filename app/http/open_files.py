"""Files held open while they are sent, read as the page cache allows, and kept open for a moment because players come back."""

import asyncio
import errno
import os
import stat
import sys
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import structlog

from app.errors import Missing, Unavailable
from app.i18n import N_

CHUNK = 512 << 10
_NOWAIT = getattr(os, "RWF_NOWAIT", None)
_READING = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)  # a pipe never waits
_SPARE_MOST = 8

log = structlog.get_logger(__name__)
_spare: list[bytearray] = []  # of CHUNK bytes each: making one costs as much as filling it


class OpenFile:
    """A file held open from the first look at it until the last byte is sent, so that both speak of the same bytes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.descriptor = -1
        try:
            self.descriptor = os.open(path, _READING)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise Missing from error
        except OSError as error:
            log.error("file.unreadable", path=str(path), error=str(error))
            raise Unavailable(N_("The disk that holds this file does not answer as it should. Please try again later.")) from error
        self.stat: Stat = (seen := os.fstat(self.descriptor))
        if not stat.S_ISREG(seen.st_mode):
            raise Missing

    def __del__(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)

    def at_once(self, start: int, length: int) -> bytes | bytearray:
        """What the page cache holds of it from there on; nothing where a disk would have to be asked. `recycle` it once sent."""
        if _NOWAIT is None:
            return b""
        buffer = _spare.pop() if length == CHUNK and _spare else bytearray(length)
        try:
            count = os.preadv(self.descriptor, [buffer], start, _NOWAIT)
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.EOPNOTSUPP, errno.EINVAL):
                return b""
            raise
        return buffer if count == length else bytes(memoryview(buffer)[:count])

    def after_waiting(self, start: int, length: int) -> bytes:
        return os.pread(self.descriptor, length, start)


def holders(buffer: bytes | bytearray) -> int:
    return sys.getrefcount(buffer)


def _alone() -> int:
    buffer = bytearray(1)
    return holders(buffer)


ALONE = _alone()  # what `holders` says, on this Python, of a buffer that nobody else has


def recycle(buffer: bytes | bytearray) -> None:
    """Keep a buffer for the next read. Only for one of which `holders` says ALONE: a server may still be sending it."""
    if isinstance(buffer, bytearray) and len(buffer) == CHUNK and len(_spare) < _SPARE_MOST:
        _spare.append(buffer)


class Stat(Protocol):
    @property
    def st_size(self) -> int: ...
    @property
    def st_mtime(self) -> float: ...
    @property
    def st_mtime_ns(self) -> int: ...
    @property
    def st_ino(self) -> int: ...


class Readable(Protocol):
    """An open file, or what is read like one."""

    path: Path

    @property
    def stat(self) -> Stat: ...

    def at_once(self, start: int, length: int) -> bytes | bytearray: ...

    def after_waiting(self, start: int, length: int) -> bytes: ...


@dataclass(frozen=True)
class Part:
    """What a reply is made from: a file, or `length` bytes of it from `start` on."""

    file: Readable
    media_type: str
    start: int = 0
    length: int | None = None


class Recent:
    """Parts that were just asked for, still open: the next range of the same film needs no thread. For the event loop alone.

    Let go of after `seconds`, so that a deleted film's space is free and its disk can be taken out.
    """

    def __init__(self, seconds: float = 2.0, most: int = 128) -> None:
        self._parts: dict[Hashable, Part] = {}
        self._seconds, self._most = seconds, most
        self._able = os.name != "nt"  # where an open file cannot be deleted

    def find(self, key: Hashable) -> Part | None:
        return self._parts.get(key)

    def keep(self, key: Hashable, part: Part) -> None:
        if self._able and key not in self._parts and len(self._parts) < self._most:
            self._parts[key] = part
            asyncio.get_running_loop().call_later(self._seconds, self._parts.pop, key, None)

    def forget(self) -> None:
        """Let go of everything now: a file was moved or deleted."""
        self._parts.clear()
