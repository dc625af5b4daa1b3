"""Read a pipe to its end and keep little of it: a child that spews a gigabyte must do no harm."""

import threading
from typing import BinaryIO

_CHUNK = 1 << 16


class Drain:
    """Keeps the first `head` and the last `tail` bytes of a pipe, read by a thread of its own."""

    def __init__(self, pipe: BinaryIO, *, head: int = 4096, tail: int = 4096) -> None:
        self._pipe, self._head_size, self._tail_size = pipe, head, tail
        self._head = self._tail = b""
        self._thread = threading.Thread(target=self._read, name="drain", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with self._pipe:
            while chunk := self._pipe.read1(_CHUNK):  # type: ignore[attr-defined]
                room = self._head_size - len(self._head)
                self._head += chunk[: max(room, 0)]
                self._tail = (self._tail + chunk[max(room, 0) :])[-self._tail_size :] if self._tail_size else b""

    def bytes(self, timeout: float = 2.0) -> bytes:
        """What was kept, once the pipe is closed; after `timeout` what there is (a grandchild may hold the pipe)."""
        self._thread.join(timeout)
        return self._head + self._tail

    def text(self) -> str:
        return self.bytes().decode("utf-8", "replace")
