"""One process at a time per data folder. The kernel lets go of the lock when the process ends, however it ends, so that
nothing ever has to be unlocked by hand (RELIABILITY R-36)."""

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import IO

from app.errors import StartError
from app.i18n import N_

NAME = ".lock"


class DataLock:
    """Held by whatever may change the data folder: a server, or a command that runs without one."""

    def __init__(self, data: Path) -> None:
        self.path = data / NAME
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Hold the folder, or StartError with the process that does."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = self.path.open("a+", encoding="ascii")
        except OSError as error:
            raise StartError(
                N_("The data folder {path} cannot be written ({why}). Give this user the right to, or name another folder with --data."),
                path=self.path.parent,
                why=error.strerror or str(error),
            ) from error
        if not _try_lock(file):
            file.seek(0)
            pid = file.read().strip() or "?"
            file.close()
            raise StartError(
                N_("Another Homereel (process {pid}) is using the data folder {path}. Stop it first, or name another folder with --data."),
                pid=pid,
                path=self.path.parent,
            )
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def drop(self) -> None:
        """Let go. The file stays: taking it away would let two processes hold two files of the same name."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> "DataLock":
        self.take()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.drop()


def is_held(data: Path) -> bool:
    """Whether some process holds the folder at this moment. Creates nothing."""
    try:
        file = (data / NAME).open("r+", encoding="ascii")
    except OSError:
        return False
    with file:
        return not _try_lock(file)


if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30  # Windows keeps others from reading what is locked: lock a byte far behind the number

    def _try_lock(file: IO[str]) -> bool:
        try:
            file.seek(_FAR)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            file.seek(0)
        return True

else:
    import fcntl

    def _try_lock(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
