"""Which names in a watched folder are films, and which are left alone and why. Pure."""

import fnmatch
import re
from collections.abc import Iterable
from pathlib import PurePath

from app.i18n import N_
from app.ingest.limits import SUFFIXES
from app.storage.names import suffix_of

TINY = 100_000  # bytes: smaller files are icons, stubs and leftovers

_TEMPORARY = re.compile(
    r"\.(part|partial|tmp|temp|crdownload|download|opdownload|filepart|!qb|!ut|aria2|unfinished|incomplete)$"
    r"|^~\$|^~.*\.tmp$|^\.syncthing\.|^\.~tmp~|^\.nfs[0-9a-f]+$",
    re.IGNORECASE,
)
_SIBLINGS = (".part", ".partial", ".tmp", ".crdownload", ".!qb", ".!ut", ".aria2", ".download", ".filepart")
_OTHERS = frozenset(
    {"@eadir", "#recycle", "#snapshot", ".stfolder", ".stversions", "$recycle.bin", "system volume information", "lost+found"}
)

DOTFILE = N_("Its name begins with a dot.")
SYSTEM = N_("It belongs to the system that keeps this folder.")
NO_FILM = N_("By its name it is no film.")
SAMPLE = N_("By its name it is a sample.")
SMALL = N_("It is smaller than 100 kB.")
EMPTY = N_("It is empty.")
IGNORED = N_("A pattern of this folder says to leave it alone.")
LINK = N_("It is a link, and links are not followed.")
SPECIAL = N_("It is no ordinary file.")


def is_temporary(name: str) -> bool:
    """The name of something that another program is still writing: not even listed, since it will be called otherwise."""
    return _TEMPORARY.search(name) is not None


def being_fetched(name: str, beside: frozenset[str]) -> bool:
    """Whether a file beside it says that this one is not whole: `film.mkv.part`, `.film.mkv.Xa91bQ` (rsync). `beside` in lower case."""
    lower = name.lower()
    if any(lower + end in beside for end in _SIBLINGS) or f".syncthing.{lower}.tmp" in beside:
        return True
    start = f".{lower}."
    return any(other.startswith(start) and len(other) == len(start) + 6 for other in beside if other[0] == ".")


def folder_is_left_alone(name: str) -> bool:
    return name.startswith(".") or name.lower() in _OTHERS


def why_skipped(path: PurePath, size: int, ignore: Iterable[str] = ()) -> str:
    """The sentence that says why this file is left alone; "" if it is to be brought in. `path` is relative to the folder."""
    name = path.name
    if name.startswith("."):
        return DOTFILE
    if name.lower() in ("thumbs.db", "desktop.ini"):
        return SYSTEM
    if is_ignored(path, ignore):
        return IGNORED
    if suffix_of(name) not in SUFFIXES:
        return NO_FILM
    if len(path.parts) > 1 and re.search(r"(^|[-._ ])sample$", path.stem, re.IGNORECASE):
        return SAMPLE
    if size == 0:
        return EMPTY
    return SMALL if size < TINY else ""


def is_ignored(path: PurePath, patterns: Iterable[str]) -> bool:
    names = (path.name.lower(), path.as_posix().lower())
    return any(fnmatch.fnmatchcase(name, pattern.strip().lower()) for pattern in patterns if pattern.strip() for name in names)
