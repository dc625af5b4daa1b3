"""A whole look at a watched folder against what is known of it, decided by pure functions: a missing disk changes nothing (R-17)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from app.i18n import N_
from app.ingest.folder_looks import Seen
from app.ingest.folder_names import LINK, SPECIAL, is_temporary, why_skipped
from app.ingest.models import EntryState

MANY = 0.1  # share of known films that may go at once before it is taken for an accident
FEW = 3  # that many may always go

NOT_THERE = N_("The folder is not there. Perhaps a disk is not plugged in. Nothing was changed.")
UNREADABLE = N_("The folder cannot be read ({why}). Nothing was changed.")
ANOTHER_DISK = N_("Another disk is there than before, without any of the known films. Nothing was changed.")
EMPTIED = N_("The folder is empty, although it held films. Perhaps a disk is not plugged in. Nothing was changed.")
MANY_GONE = N_("{gone} of {known} films are gone at once. If they are still gone at the next look, they are marked as missing.")


@dataclass(frozen=True)
class Known:
    """What a row says of a file."""

    id: str
    size: int
    modified_ns: int
    state: str
    original_id: str = ""


@dataclass(frozen=True)
class Plan:
    """What a sweep found to do. A `fault` is a reason to do nothing at all."""

    fault: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    look_at: tuple[PurePath, ...] = ()  # new or changed: to be waited for until they are stable
    skip: tuple[tuple[PurePath, Seen, str], ...] = ()  # to be listed with a reason
    gone: tuple[str, ...] = ()  # ids of entries whose film in place is not there
    back: tuple[str, ...] = ()  # ids of entries that were missing and are there again, unchanged


def plan_sweep(
    found: Mapping[PurePath, Seen],
    known: Mapping[PurePath, Known],
    *,
    in_place: bool,
    ignore: tuple[str, ...] = (),
    same_disk: bool = True,
    gone_before: frozenset[str] = frozenset(),
) -> Plan:
    """`gone_before`: entries that were found gone by the look before this one."""
    indexed = {path: entry for path, entry in known.items() if in_place and entry.original_id}
    here = {path for path in indexed if path in found}
    if indexed and not here and not found:
        return Plan(fault=EMPTIED)
    if indexed and not here and not same_disk:
        return Plan(fault=ANOTHER_DISK)
    look_at, skip, back = _sorted_out(found, known, ignore)
    gone = [indexed[path].id for path in indexed if path not in found and indexed[path].state != EntryState.MISSING]
    fault, values = "", {}
    if len(gone) > FEW and len(gone) > MANY * len(indexed) and not set(gone) <= gone_before:
        fault, values, gone = MANY_GONE, {"gone": len(gone), "known": len(indexed)}, []
    return Plan(fault=fault, values=values, look_at=tuple(look_at), skip=tuple(skip), gone=tuple(gone), back=tuple(back))


def _sorted_out(
    found: Mapping[PurePath, Seen], known: Mapping[PurePath, Known], ignore: tuple[str, ...]
) -> tuple[list[PurePath], list[tuple[PurePath, Seen, str]], list[str]]:
    look_at, skip, back = [], [], []
    for path, seen in found.items():
        entry = known.get(path)
        unchanged = entry is not None and (entry.size, entry.modified_ns) == (seen.size, seen.modified_ns)
        if entry is not None and unchanged:
            if entry.state == EntryState.MISSING:
                back.append(entry.id)
            if entry.state != EntryState.SKIPPED:
                continue
        if is_temporary(path.name):
            continue
        why = reason_to_skip(path, seen, ignore)
        if not why:
            look_at.append(path)
        elif not unchanged:
            skip.append((path, seen, why))
    return look_at, skip, back


def reason_to_skip(path: PurePath, seen: Seen, ignore: tuple[str, ...]) -> str:
    if seen.kind:
        return LINK if seen.kind == "link" else SPECIAL
    return why_skipped(path, seen.size, ignore)


def all_gone(known: Mapping[PurePath, Known], found: Mapping[PurePath, Seen]) -> frozenset[str]:
    return frozenset(entry.id for path, entry in known.items() if entry.original_id and path not in found)
