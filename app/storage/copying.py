"""Copies of long files: shared blocks where the file system can, inside the kernel where it cannot, by hand elsewhere."""

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from app.errors import Conflict
from app.i18n import N_

PIECE = 8 << 20
_FICLONE = 0x40049409  # linux/fs.h: share the blocks of another file until either is written
_NOT_HERE = frozenset({errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTTY, errno.EBADF, errno.EPERM, errno.ETXTBSY})


def copy_file(source: Path, target: Path, *, told: Callable[[int], object] = lambda _: None) -> None:
    """Copy to a name that is not there yet and flush it; `told` hears how many bytes are done and may raise to stop.

    A source that changes meanwhile is a Conflict. Whatever goes wrong, no half copy is left.
    """
    with open(source, "rb", opener=_no_link) as reader, target.open("xb") as writer:
        try:
            before = os.fstat(reader.fileno())
            for done in _copied(reader, writer, before.st_size):
                told(done)
            os.utime(writer.fileno(), ns=(before.st_atime_ns, before.st_mtime_ns))
            os.fsync(writer.fileno())
            after = source.stat()
            if (after.st_size, after.st_mtime_ns, after.st_ino) != (before.st_size, before.st_mtime_ns, before.st_ino):
                raise Conflict(N_("The file changed while it was copied."))
            if os.fstat(writer.fileno()).st_size != before.st_size:
                raise OSError(errno.EIO, os.strerror(errno.EIO), str(source))
        except BaseException:
            target.unlink(missing_ok=True)
            raise


def _no_link(path: str, flags: int) -> int:
    """What was a file when it was looked at must not be a link by now."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0))


def _copied(reader: BinaryIO, writer: BinaryIO, size: int) -> Iterator[int]:
    """Do the copy, telling after each step how many bytes stand."""
    if _shared(reader, writer):
        yield size
        return
    done = 0
    while done < size:
        step = _kernel_step(reader, writer, done) or _step_by_hand(reader, writer, done)
        if not step:
            return
        done += step
        yield done


def _shared(reader: BinaryIO, writer: BinaryIO) -> bool:
    try:
        import fcntl

        fcntl.ioctl(writer.fileno(), _FICLONE, reader.fileno())
    except (ImportError, OSError):
        return False
    return True


def _kernel_step(reader: BinaryIO, writer: BinaryIO, start: int) -> int:
    """Bytes copied inside the kernel, 0 where it will not."""
    if not hasattr(os, "copy_file_range"):
        return 0
    try:
        return os.copy_file_range(reader.fileno(), writer.fileno(), PIECE, start, start)
    except OSError as error:
        if error.errno in _NOT_HERE:
            return 0
        raise


def _step_by_hand(reader: BinaryIO, writer: BinaryIO, start: int) -> int:
    reader.seek(start)
    piece = reader.read(PIECE)
    writer.seek(start)
    writer.write(piece)
    writer.flush()
    return len(piece)
