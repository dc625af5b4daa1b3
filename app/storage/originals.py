"""Where originals stand and how they get there: `originals/<channel>/<yyyy>/<title> [<public id>].<ext>`, never renamed later.

The order of every arrival (RELIABILITY, the commit rule): written beside its place on the same volume, flushed, renamed into place,
folders flushed; only then may a transaction speak of it.
"""

import errno
import os
from pathlib import Path

from app.errors import Conflict
from app.i18n import N_
from app.storage.copying import copy_file
from app.storage.names import slug, suffix_of

DEFAULT_SUFFIX = "video"


def original_path(*, channel: str, year: int, title: str, public_id: str, name: str) -> Path:
    """The place of an original, below the folder of originals. `name` is the user's name for the file: its ending is kept."""
    return Path(slug(channel, fallback="channel")) / f"{year:04}" / f"{slug(title)} [{public_id}].{suffix_of(name) or DEFAULT_SUFFIX}"


def place(incoming: Path, target: Path) -> None:
    """Make a finished file stand at `target`, whole or not at all, and never over another. Survives a power cut once it returns."""
    flush_file(incoming)
    make_folders(target.parent)
    if os.path.lexists(target):
        raise Conflict(N_("A file of this name is there already."))
    try:
        incoming.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _place_from_afar(incoming, target)
    flush_folder(target.parent)  # the old name may come back after a power cut; the new one is there for good


def _place_from_afar(incoming: Path, target: Path) -> None:
    """From another volume: a copy under a hidden name first, since a rename cannot cross."""
    hidden = target.with_name(f".{target.name}.part")
    hidden.unlink(missing_ok=True)
    copy_file(incoming, hidden)
    hidden.rename(target)
    flush_folder(target.parent)
    incoming.unlink()


def quarantine(path: Path, folder: Path) -> Path:
    """Set a file aside that no row speaks of. Nothing is ever deleted this way; the keeper looks and decides."""
    make_folders(folder)
    target = next(t for n in range(10_000) if not os.path.lexists(t := folder / (f"{n}-{path.name}" if n else path.name)))
    place(path, target)
    return target


def delete(path: Path) -> None:
    """Gone for good, also after a power cut. A file that is not there is gone already; its emptied year folder goes too."""
    path.unlink(missing_ok=True)
    if not path.parent.is_dir():
        return
    flush_folder(path.parent)
    if path.parent.name.isdigit() and not any(path.parent.iterdir()):
        path.parent.rmdir()
        flush_folder(path.parent.parent)


def make_folders(folder: Path) -> None:
    """Like mkdir -p, with every new name flushed: a folder that a power cut takes away takes its files with it."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(exist_ok=True)
        flush_folder(new.parent)


def flush_file(path: Path) -> None:
    """Also one that we may only read: fsync asks for no more, except on Windows."""
    with path.open("rb+" if os.name == "nt" else "rb") as file:
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows has no such thing: NTFS journals its names
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
