"""What a file holds, in short: a quick fingerprint to look for twins, and a digest of every byte to be sure of them."""

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

EDGE = 1 << 20
PIECE = 1 << 20
LONG = 2 << 30


class Stopped(Exception):
    """The reading was called off before the end."""


def fingerprint(path: Path) -> str:
    """Size and SHA-256 of the first and the last MiB: cheap at any size, and what a browser can work out before it uploads."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        edges = hashlib.sha256(file.read(EDGE))
        file.seek(max(0, size - EDGE))
        edges.update(file.read(EDGE))
    return f"{size}-{edges.hexdigest()}"


def whole_digest(
    path: Path, *, stopped: Callable[[], bool] = lambda: False, told: Callable[[int], object] = lambda _: None, busy_share: float = 1.0
) -> str:
    """BLAKE2b-256 of every byte. Reads `busy_share` of the time and rests for the remainder, so that players come first.

    What is read of a long file is dropped from the page cache: a film of 40 GB must not push out what people are watching.
    """
    digest = hashlib.blake2b(digest_size=32)
    with path.open("rb", buffering=0) as file:
        forget = os.fstat(file.fileno()).st_size > LONG
        done = 0
        while True:
            began = time.monotonic()
            piece = file.read(PIECE)
            if not piece:
                return digest.hexdigest()
            digest.update(piece)
            if forget and hasattr(os, "posix_fadvise"):
                os.posix_fadvise(file.fileno(), done, len(piece), os.POSIX_FADV_DONTNEED)
            done += len(piece)
            told(done)
            if stopped():
                raise Stopped
            if busy_share < 1:
                time.sleep((time.monotonic() - began) * (1 / busy_share - 1))
