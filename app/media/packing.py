"""When every segment of a rendition exists they become one CMAF file, served by byte ranges: few files, kind to backups."""

import os
import shutil
from pathlib import Path
from typing import BinaryIO

import msgspec

from app.errors import Conflict
from app.i18n import N_
from app.media.grid import segments
from app.media.homes import wipe_home
from app.media.publish import ASIDE, publish, sync_folder
from app.media.rendition import Rendition

_COPY = 1 << 20


class Table(msgspec.Struct, frozen=True):
    """Where everything lies in the packed file: the init part is [0, init); `places` holds (number, offset, length)."""

    init: int
    places: tuple[tuple[int, int, int], ...]

    def find(self, number: int) -> tuple[int, int] | None:
        """Offset and length of a segment."""
        return next((place[1:] for place in self.places if place[0] == number), None)


def pack(rendition: Rendition) -> Table:
    """Join all segments to `<rung>.mp4` beside `<rung>.json` (the table), whole or not at all, then drop the single files.

    Running it twice changes nothing. Raises Conflict while a segment is missing.
    """
    if table := packed_table(rendition.folder, rendition.rung.name):
        wipe_home(rendition.home)
        return table
    numbers = [segment.number for segment in segments(rendition.facts, rendition.index, rendition.rung)]
    if not rendition.init_path.exists() or not all(rendition.segment_path(number).exists() for number in numbers):
        raise Conflict(N_("Some parts of this version of the video are still missing."))
    path = packed_path(rendition.folder, rendition.rung.name)
    aside = path.with_name(f".{path.name}{ASIDE}")
    table = _join(rendition, numbers, aside)
    aside.replace(path)
    sync_folder(path.parent)
    publish(table_path(rendition.folder, rendition.rung.name), msgspec.json.encode(table))
    wipe_home(rendition.home)
    return table


def packed_path(folder: Path, rung_name: str) -> Path:
    return folder / f"{rung_name}.mp4"


def packed_table(folder: Path, rung_name: str) -> Table | None:
    """The table, or None while the rendition is not packed."""
    try:
        return msgspec.json.decode(table_path(folder, rung_name).read_bytes(), type=Table)
    except FileNotFoundError:
        return None


def table_path(folder: Path, rung_name: str) -> Path:
    return folder / f"{rung_name}.json"


def _join(rendition: Rendition, numbers: list[int], aside: Path) -> Table:
    places = []
    with aside.open("wb") as joined:
        init = _append(rendition.init_path, joined)
        at = init
        for number in numbers:
            length = _append(rendition.segment_path(number), joined)
            places.append((number, at, length))
            at += length
        joined.flush()
        os.fsync(joined.fileno())
    return Table(init, tuple(places))


def _append(part: Path, joined: BinaryIO) -> int:
    with part.open("rb") as file:
        shutil.copyfileobj(file, joined, _COPY)
    return part.stat().st_size
