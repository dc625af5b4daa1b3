"""The file of an upload while it grows. Flushed and written down every so often, and always before anyone is told of it.

The truth after a crash is what was written down: the file may be longer, by bytes that nobody promised to keep.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path

from app.ingest.tus import Hasher

CHECKPOINT = 32 << 20  # bytes between flushes of a long request: what kill -9 may cost
_flush = getattr(os, "fdatasync", os.fsync)
_OPEN = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)


class Incoming:
    """One request's bytes on their way into the file, from `start` on. Blocking: called from worker threads, one at a time.

    `note(received)` writes down how many bytes of the file are safe. With a hasher nothing is noted before `keep`.
    """

    def __init__(self, path: Path, start: int, *, note: Callable[[int], object], flushers: Executor, hasher: Hasher | None = None) -> None:
        self._file = os.open(path, _OPEN, 0o600)
        self.start = self.position = self.safe = start
        self._note, self._flushers, self.hasher = note, flushers, hasher
        self._flushing: Future[None] | None = None
        self._flush_from = start
        os.ftruncate(self._file, start)
        os.lseek(self._file, start, os.SEEK_SET)

    def append(self, pieces: Sequence[bytes]) -> None:
        for piece in pieces:
            view = memoryview(piece)
            while view:
                count = os.write(self._file, view)
                self.position += count
                view = view[count:]
            if self.hasher is not None:
                self.hasher.update(piece)
        if self.hasher is None and self.position - self._flush_from >= CHECKPOINT and (self._flushing is None or self._flushing.done()):
            self._checkpoint()

    def keep(self) -> int:
        """Flush what has arrived and write it down; how many bytes of the file are safe now."""
        self._wait()
        _flush(self._file)
        if self.position != self.safe:
            self._note(self.position)
            self.safe = self.position
        return self.safe

    def salvage(self) -> int:
        """After a fault of the disk: keep what it still takes, else go back to what is safe."""
        if self.hasher is None:
            try:
                return self.keep()
            except OSError:
                self._flushing = None
        return self.discard()

    def discard(self) -> int:
        """Forget what this request brought, apart from what was written down."""
        self._wait()
        os.ftruncate(self._file, self.safe)
        os.lseek(self._file, self.safe, os.SEEK_SET)
        self.position = self.safe
        return self.safe

    def close(self) -> None:
        os.close(self._file)

    def _checkpoint(self) -> None:
        """Flush beside the writing: the disk goes on, and so does the network."""
        if self._flushing is not None:
            self._flushing.result()
        self._flush_from = self.position
        self._flushing = self._flushers.submit(self._flush_to, self.position)

    def _flush_to(self, position: int) -> None:
        _flush(self._file)
        self._note(position)
        self.safe = position

    def _wait(self) -> None:
        flush, self._flushing = self._flushing, None
        if flush is not None:
            flush.result()
