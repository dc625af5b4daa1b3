"""A small file that says whose a folder is, so that an empty mount point or another disk is never taken for ours (RELIABILITY R-17)."""

import os
from enum import StrEnum
from pathlib import Path

from app.storage.originals import flush_folder, make_folders

NAME = ".homereel"


class Volume(StrEnum):
    OURS = "ours"
    ABSENT = "absent"  # no folder, or one without the marker: perhaps a disk that is not plugged in
    FOREIGN = "foreign"  # the marker of another site


def mark(folder: Path, site_id: str) -> None:
    """Write the marker. Only for a folder that is known to be ours: one just made, or one that the keeper pointed at."""
    make_folders(folder)
    hidden = folder / f"{NAME}.new"
    with hidden.open("w", encoding="utf-8") as file:
        file.write(f"{site_id}\nThis folder belongs to a Homereel site. Without this file the site leaves it alone.\n")
        file.flush()
        os.fsync(file.fileno())
    hidden.replace(folder / NAME)
    flush_folder(folder)


def volume_at(folder: Path, site_id: str) -> Volume:
    try:
        found = (folder / NAME).read_text(encoding="utf-8", errors="replace").partition("\n")[0].strip()
    except OSError:
        return Volume.ABSENT
    return Volume.OURS if found == site_id else Volume.FOREIGN
