"""Whether the folder for films will do: looked at when the site is set up, said in sentences with the figure beside."""

import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from app.http.words import number, size
from app.i18n import _
from app.storage.space import Reserve, room_at

_PHONE_HOUR = 8_000_000_000  # bytes of an hour of 1080p from a phone


@dataclass(frozen=True)
class StorageCheck:
    """`ok` None is a warning."""

    ok: bool | None
    title: str
    text: str
    measured: str


def storage_checks(folder: Path, reserve: Reserve) -> list[StorageCheck]:
    """Measures now: free space, and how long it takes until something small is safely written."""
    return [_room(folder, reserve), _writing(folder)]


def _room(folder: Path, reserve: Reserve) -> StorageCheck:
    room = room_at(folder)
    usable = max(0, room.free - reserve.of(room.total))
    hours = usable // _PHONE_HOUR
    measured = _("{size} free").format(size=size(room.free))
    if hours < 1:
        text = _("is short: Homereel leaves some for the machine itself. Free some, or choose another disk")
        return StorageCheck(False, _("Room"), text, measured)
    text = _("for about {hours} hours of phone video").format(hours=number(hours))
    return StorageCheck(True if hours >= 10 else None, _("Room"), text, measured)


def _writing(folder: Path) -> StorageCheck:
    probe = folder / f".homereel-{secrets.token_hex(4)}"
    began = time.perf_counter()
    try:
        with probe.open("xb", buffering=0) as file:
            file.write(b"homereel")
        probe.unlink()
    except OSError as error:
        text = _("Homereel cannot write here ({why}). Give its user the right to").format(why=error.strerror or "?")
        return StorageCheck(False, _("Writing does not work."), text, "")
    taken = _("{count} ms").format(count=max(1, round((time.perf_counter() - began) * 1000)))
    return StorageCheck(True, _("Writing works"), "", taken)
