"""What works on this machine and what does not, each with the line that mends it. Needs no running site and changes nothing."""

import importlib
import importlib.metadata
import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from app.db import FIXED, driver, sqlite_is_sound, sqlite_version
from app.http.words import size
from app.i18n import _
from app.media.ffmpegs import Choice
from app.ops.lock import is_held
from app.settings import Settings
from app.storage.space import Reserve, room_at

_WATCHES = Path("/proc/sys/fs/inotify/max_user_watches")
_FEW_WATCHES = 8192
_LITTLE_MEMORY = 1_000_000_000
_NETWORK_DISKS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs"})


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `ok` is None where it works but is worth a look. `mend` is the line that mends it."""

    name: str
    ok: bool | None
    title: str
    text: str
    mend: str = ""
    measured: str = ""


def examine(settings: Settings, choice: Choice, *, load: bool = False) -> list[Finding]:
    """Everything, in the order of a start. `load` also loads what a server leaves to its children, which takes memory for good."""
    found = [_python(), _sqlite(), _folder(settings.data), _database(settings.data / "site.db"), _space(settings), _disk(settings)]
    return [*_user(), *found, _ffmpeg(choice), _probing(load), _search(load), _memory(), *_watching()]


def _python() -> Finding:
    return Finding("python", True, "Python", _("New enough, or none of this would run."), measured=platform.python_version())


def _user() -> Iterator[Finding]:
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        why = _("Homereel runs as root: a fault in it could change anything on this machine.")
        yield Finding("user", None, _("User"), why, _("Start it as a user of its own, to whom the data folder belongs."), "root")


def _sqlite() -> Finding:
    version, text = sqlite_version(), driver.sqlite_version
    if sqlite_is_sound(version):
        return Finding("sqlite", True, "SQLite", _("Free of the bug that can damage a database."), measured=text)
    needed = ".".join(str(part) for part in FIXED)
    why = _("This version has a bug that can, rarely, damage a database. The site runs all the same.")
    return Finding(
        "sqlite", None, "SQLite", why, _("pip install pysqlite3, or a Python with SQLite {version}").format(version=needed), text
    )


def _folder(data: Path) -> Finding:
    here = data
    while not here.exists() and here != here.parent:
        here = here.parent
    title = _("Data folder")
    if not _writable(here):
        return Finding("data", False, title, _("{path} cannot be written.").format(path=here), f"sudo chown -R $(id -un) {here}")
    if here != data:
        return Finding("data", True, title, _("{path} will be made at the first start.").format(path=data))
    state = _("A site is running from {path}.") if is_held(data) else _("{path} can be written.")
    return Finding("data", True, title, state.format(path=data))


def _writable(folder: Path) -> bool:
    probe = folder / ".homereel-write-test"
    try:
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True


def _database(path: Path) -> Finding:
    title = _("Database")
    if not path.exists():
        return Finding("database", True, title, _("There is none yet."))
    try:
        connection = driver.connect(f"file:{path}?mode=ro", uri=True, timeout=5)
        try:
            verdict = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        finally:
            connection.close()
    except driver.DatabaseError as error:
        verdict = str(error)
    if verdict == "ok":
        return Finding("database", True, title, _("It reads back whole."), measured=size(path.stat().st_size))
    return Finding(
        "database", False, title, _("It is damaged: {why}.").format(why=verdict), _("Put a backup back: see the folder backups.")
    )


def _space(settings: Settings) -> Finding:
    folder = settings.media or settings.data
    room = room_at(folder)
    kept = Reserve.set_to(settings.reserve).of(room.total)
    measured = _("{free} of {total} free").format(free=size(room.free), total=size(room.total))
    title = _("Room for films")
    if room.free < kept:
        why = _("Less is free than the {reserve} that are always kept, so uploads and imports are refused.").format(reserve=size(kept))
        return Finding("space", False, title, why, _("Free some space, or set “reserve” lower."), measured)
    if room.free < 2 * kept:
        why = _("It is getting full: {reserve} are always kept free.").format(reserve=size(kept))
        return Finding("space", None, title, why, _("Free some space."), measured)
    return Finding("space", True, title, _("{reserve} are always kept free.").format(reserve=size(kept)), measured=measured)


def _disk(settings: Settings) -> Finding:
    """SQLite's locks and its log need a disk of the machine itself."""
    kind = filesystem_of(settings.data)
    if kind in _NETWORK_DISKS:
        why = _("The data folder is on a network disk ({kind}), where a database is not safe.").format(kind=kind)
        return Finding("disk", None, _("Disk"), why, _("Keep the data folder here and only the films there: set “media”."), kind)
    return Finding("disk", True, _("Disk"), _("The data folder is on a disk of this machine."), measured=kind)


def filesystem_of(path: Path) -> str:
    """What kind of disk a path is on, as the system calls it; "" if it does not say."""
    mounts = sorted(psutil.disk_partitions(all=True), key=lambda mount: len(mount.mountpoint), reverse=True)
    return next((mount.fstype for mount in mounts if path.is_relative_to(mount.mountpoint)), "")


def _ffmpeg(choice: Choice) -> Finding:
    if choice.chosen is None:
        return Finding("ffmpeg", False, "ffmpeg", choice.reason, "pip install imageio-ffmpeg")
    if warning := choice.chosen.warning:
        return Finding("ffmpeg", None, "ffmpeg", f"{choice.reason} {warning}", _("Update ffmpeg, or leave the setting “ffmpeg” empty."))
    return Finding("ffmpeg", True, "ffmpeg", choice.reason)


def _probing(load: bool) -> Finding:
    return _package("av", load, _("Examining films"), _("Films can be examined before they are shown."))


def _search(load: bool) -> Finding:
    return _package("tantivy", load, _("Search index"), _("Search knows stems, accents and slips."))


def _package(name: str, load: bool, title: str, text: str) -> Finding:
    try:
        if load:
            importlib.import_module(name)
        version = importlib.metadata.version(name)
    except ImportError as error:  # also where it is not installed
        return Finding(name, False, title, str(error), f"pip install {name}")
    return Finding(name, True, title, text, measured=f"{name} {version}")


def _memory() -> Finding:
    memory = psutil.virtual_memory()
    measured = _("{free} of {total} free").format(free=size(memory.available), total=size(memory.total))
    if memory.total < _LITTLE_MEMORY:
        why = _("This is little: films in 4K may fail to be converted.")
        return Finding("memory", None, _("Memory"), why, _("Set “runs” and “heavy_workers” to 1."), measured)
    return Finding("memory", True, _("Memory"), _("Enough to convert films."), measured=measured)


def _watching() -> Iterator[Finding]:
    try:
        limit = int(_WATCHES.read_text())
    except (OSError, ValueError):  # not Linux
        return
    if limit < _FEW_WATCHES:
        why = _("This system lets programs watch few folders; others are looked at in turns.")
        yield Finding("watching", None, _("Watched folders"), why, "sudo sysctl fs.inotify.max_user_watches=65536", str(limit))
    else:
        text = _("New files are noticed as they come.")
        yield Finding("watching", True, _("Watched folders"), text, measured=_("{count} folders at most").format(count=limit))
