"""A file of ours is visible only when whole: written aside in the same folder, fsynced, renamed, and the folder fsynced."""

import contextlib
import os
import threading
from pathlib import Path

ASIDE = ".new"


def publish(path: Path, data: bytes) -> None:
    aside = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}{ASIDE}")
    try:
        with aside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    if os.name != "posix":  # Windows has no such thing
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(folder: Path) -> None:
    """Remove what a killed writer left aside."""
    for left in folder.glob(f".*{ASIDE}"):
        with contextlib.suppress(OSError):
            left.unlink()
