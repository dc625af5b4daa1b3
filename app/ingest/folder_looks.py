"""What the disk says of a watched folder. Reads only, follows no link."""

import base64
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePath

import psutil

from app.ingest.folder_names import folder_is_left_alone

_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "glusterfs", "9p", "virtiofs", "vboxsf", "drvfs", "prl_fs", "ncpfs", "davfs"}
)
_ODD = "base64:"
_LINKS, _SPECIAL = "link", "special"


@dataclass(frozen=True)
class Seen:
    """A file as it is at one moment. Two equal looks some seconds apart mean that nobody writes to it."""

    size: int
    modified_ns: int
    changed_ns: int
    inode: str
    kind: str = ""  # "" for an ordinary file


def look(path: Path) -> Seen | None:
    """None if nothing is there."""
    try:
        found = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return _seen(found)


def _seen(found: os.stat_result) -> Seen:
    kind = "" if stat.S_ISREG(found.st_mode) else _LINKS if stat.S_ISLNK(found.st_mode) else _SPECIAL
    return Seen(found.st_size, found.st_mtime_ns, found.st_ctime_ns, f"{found.st_dev:x}:{found.st_ino:x}", kind)


def walk(top: Path) -> Iterator[tuple[Path, Seen]]:
    """Every file below, not in folders that are left alone. A folder that cannot be read raises: half a look is none."""
    waiting = [top]
    while waiting:
        with os.scandir(waiting.pop()) as inside:
            for each in inside:
                if each.is_dir(follow_symlinks=False):
                    if not folder_is_left_alone(each.name):
                        waiting.append(Path(each.path))
                    continue
                try:
                    yield Path(each.path), _seen(each.stat(follow_symlinks=False))
                except FileNotFoundError:  # gone while we looked
                    continue


def siblings(folder: Path) -> frozenset[str]:
    """Names in a folder, in lower case; listed anew only when one was added or taken away."""
    try:
        return _names(folder, folder.stat().st_mtime_ns)
    except OSError:
        return frozenset()


@lru_cache(maxsize=8)
def _names(folder: Path, _changed: int) -> frozenset[str]:
    return frozenset(each.name.lower() for each in folder.iterdir())


def filesystem_of(path: Path) -> str:
    """What tells the disk under a folder from another; stable over restarts where the file system has an id."""
    if hasattr(os, "statvfs"):
        found = os.statvfs(path)
        if found.f_fsid:
            return f"{found.f_fsid:x}"
    return f"dev{path.stat().st_dev:x}"


def on_network(path: Path) -> bool:
    """Whether events about changes made elsewhere will not come."""
    mounts = {part.mountpoint: part.fstype.lower() for part in psutil.disk_partitions(all=True)}
    for each in (path, *path.parents):
        if str(each) in mounts:
            kind = mounts[str(each)]
            return kind in _NETWORK or kind.startswith("fuse.")
    return False


def being_written(path: Path) -> bool:
    """Whether a program of this machine has the file open for writing, as far as the kernel tells us (Linux, our own files)."""
    try:
        import fcntl

        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except (ImportError, OSError):
        return False
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except (OSError, AttributeError):  # not our file, or a file system without leases
        return False
    finally:
        os.close(descriptor)
    return False


def stored(path: PurePath) -> str:
    """A path as a row can hold it: one whose name is no valid text is kept as Base64."""
    text = path.as_posix()
    try:
        text.encode()
    except UnicodeEncodeError:
        return _ODD + base64.urlsafe_b64encode(os.fsencode(text)).decode()
    return text


def unstored(text: str) -> PurePath:
    return PurePath(os.fsdecode(base64.urlsafe_b64decode(text.removeprefix(_ODD)))) if text.startswith(_ODD) else PurePath(text)
