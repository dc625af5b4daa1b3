"""Room on a disk: what is free, what is kept back for the machine, and what a full disk says (RELIABILITY R-12, R-15)."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import structlog

from app.errors import NoSpace, TooLarge, Unavailable
from app.i18n import N_

GB = 1_000_000_000
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
BROKEN = frozenset({errno.EIO, errno.EROFS, errno.ENODEV, errno.ENXIO, errno.ESTALE, errno.ENOTCONN, errno.ETIMEDOUT, errno.EHOSTDOWN})

log = structlog.get_logger()


@dataclass(frozen=True)
class Reserve:
    """What is never filled by uploads, imports and renditions: the larger of the two."""

    floor: int = 2 * GB
    share: float = 0.05

    def of(self, total: int) -> int:
        return max(self.floor, int(total * self.share))

    @classmethod
    def set_to(cls, count: int) -> Self:
        """As the setting `reserve` says it: bytes, or -1 for the usual."""
        return cls() if count < 0 else cls(floor=count, share=0)


@dataclass(frozen=True)
class Room:
    total: int
    free: int


def room_at(path: Path) -> Room:
    """The disk that `path` is on, or would be on once it is made."""
    here = path
    while not here.exists() and here != here.parent:
        here = here.parent
    usage = shutil.disk_usage(here)
    return Room(usage.total, usage.free)


def missing_room(room: Room, *, needed: int, promised: int, reserve: Reserve) -> int:
    """Bytes that would have to be freed first; 0 where it fits. `promised` is what running uploads have still to bring."""
    return max(0, needed + promised + reserve.of(room.total) - room.free)


def require_room(path: Path, needed: int, *, reserve: Reserve, promised: int = 0) -> None:
    """Raise NoSpace, saying what is full and what it would take, unless `needed` more bytes fit beside the reserve."""
    room = room_at(path)
    if short := missing_room(room, needed=needed, promised=promised, reserve=reserve):
        log.warning("disk.too-full", path=str(path), free=room.free, needed=needed, promised=promised, short=short)
        raise NoSpace(
            N_("The disk that holds the videos is too full: this needs {needed} and {free} are free. Another {short} must be freed first."),
            needed=human_size(needed),
            free=human_size(room.free),
            short=human_size(short),
        )


def require_quota(*, limit: int | None, used: int, promised: int, needed: int) -> None:
    """Raise TooLarge unless `needed` more bytes fit into what a person may store. `limit` None: as much as they like."""
    if limit is not None and used + promised + needed > limit:
        raise TooLarge(
            N_("Your storage is full: this needs {needed}, and {left} of your {limit} are left."),
            needed=human_size(needed),
            left=human_size(max(0, limit - used - promised)),
            limit=human_size(limit),
        )


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn what a disk answers when it is full or broken into sentences; anything else passes."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            log.warning("disk.full", path=str(path), error=str(error))
            raise NoSpace(
                N_("The disk that holds the videos is full ({free} free). It goes on from here once there is room."), free=_free(path)
            ) from error
        if error.errno in BROKEN:
            log.error("disk.broken", path=str(path), error=str(error))
            raise Unavailable(N_("The disk that holds the videos does not answer as it should. Please try again later.")) from error
        raise


def human_size(count: int) -> str:
    """`4.2 GB`, in the decimal units that disks are sold in."""
    size = float(count)
    for unit in ("bytes", "kB", "MB", "GB", "TB"):
        if size < 1000 or unit == "TB":
            break
        size /= 1000
    return f"{size:.0f} {unit}" if size >= 100 or unit == "bytes" else f"{size:.1f} {unit}"


def _free(path: Path) -> str:
    try:
        return human_size(room_at(path).free)
    except OSError:
        return "?"
