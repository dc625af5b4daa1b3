"""When every segment of a rendition exists they become one CMAF file, served by byte ranges: few files, kind to backups."""

from pathlib import Path

import msgspec

from app.media.runs import Rendition


class Table(msgspec.Struct, frozen=True):
    """Where everything lies in the packed file: the init part is [0, init); `places` holds (number, offset, length)."""

    init: int
    places: tuple[tuple[int, int, int], ...]


def pack(rendition: Rendition) -> Table:
    """Join all segments to `<rung>.mp4` beside `<rung>.json` (the table), whole or not at all, then drop the single files."""
    raise NotImplementedError


def packed_path(folder: Path, rung_name: str) -> Path:
    return folder / f"{rung_name}.mp4"


def packed_table(folder: Path, rung_name: str) -> Table | None:
    """The table, or None while the rendition is not packed."""
    raise NotImplementedError
