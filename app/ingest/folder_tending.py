"""One watched folder: files wait until they are stable, sweeps find what events missed, ripe files are brought in one after another."""

import threading
from collections.abc import Callable
from pathlib import Path, PurePath

import structlog
from sqlmodel import col, select

from app.i18n import translate
from app.ingest.events import FolderChanged
from app.ingest.folder_import import TryLater, import_file, mark_gone, skip_files
from app.ingest.folder_looks import Seen, being_written, filesystem_of, look, siblings, stored, unstored, walk
from app.ingest.folder_names import being_fetched, is_temporary
from app.ingest.folder_service import note_sweep, place_of
from app.ingest.folder_settling import Settling
from app.ingest.folder_sweep import ANOTHER_DISK, NOT_THERE, UNREADABLE, Known, Plan, all_gone, plan_sweep, reason_to_skip
from app.ingest.models import EntryState, FolderEntry, Mode, WatchedFolder
from app.site import Site

DEBOUNCE = 3.0  # seconds after an event that asks for a sweep
PAUSE = 60.0  # seconds before a folder whose disk, or ours, takes nothing is tried again

log = structlog.get_logger(__name__)


class Tended:
    """`steady` is a clock that never jumps; `over` ends long work between two files."""

    def __init__(self, site: Site, row: WatchedFolder, *, wait: float, steady: Callable[[], float], over: threading.Event) -> None:
        self.row = row
        self.settling = Settling(wait)
        self.sweep_at = self.paused_until = 0.0
        self._site, self._steady, self._over = site, steady, over
        self._gone: frozenset[str] = frozenset()
        self._told: set[Path] = set()
        self._sweep_asked = False
        self._lock = threading.Lock()

    @property
    def top(self) -> Path:
        return place_of(self._site, self.row)

    @property
    def _patterns(self) -> tuple[str, ...]:
        return tuple(self.row.ignore.splitlines())

    def told(self, path: Path | None) -> None:
        """By an event, from another thread. None: only a look at everything will do."""
        with self._lock:
            if path is None:
                self._sweep_asked = True
            else:
                self._told.add(path)

    def tend(self) -> int:
        """One turn; how many files were dealt with."""
        now = self._steady()
        if now < self.paused_until:
            return 0
        self._hear(now)
        if now >= self.sweep_at:
            self.sweep_at = now + self._site.settings.sweep_minutes * 60
            self._sweep(now)
        try:
            return self._bring_ripe() + self._bring_again()
        except TryLater as later:
            self._say(str(later))
            self.paused_until = now + PAUSE
            self.sweep_at = min(self.sweep_at, self.paused_until)  # a sweep that finds all well clears what was said
            return 0

    def _hear(self, now: float) -> None:
        with self._lock:
            told, self._told = self._told, set()
            asked, self._sweep_asked = self._sweep_asked, False
        if asked:
            self.sweep_at = min(self.sweep_at, now + DEBOUNCE)
        for path in told:
            if path.is_relative_to(self.top):
                self._consider(path.relative_to(self.top), now)

    def _consider(self, path: PurePath, now: float) -> None:
        """Something was said of this file: wait for it unless it is to be left alone."""
        if any(part.startswith(".") for part in path.parts[:-1]) or is_temporary(path.name):
            return
        seen = look(self.top / path)
        if seen is None or reason_to_skip(path, seen, self._patterns):
            self.settling.done(path)
            if seen is not None and seen.size:
                self.sweep_at = min(self.sweep_at, now + DEBOUNCE)  # listed by the next sweep
            return
        self.settling.look(path, seen, now)

    # -- sweeping

    def _sweep(self, now: float) -> None:
        try:
            if self.row.inbox:
                self.top.mkdir(exist_ok=True)
            found: dict[PurePath, Seen] = {path.relative_to(self.top): seen for path, seen in walk(self.top)}
            disk = filesystem_of(self.top)
        except FileNotFoundError:
            self._say(translate(NOT_THERE))
            return
        except OSError as error:
            self._say(translate(UNREADABLE).format(why=error.strerror or error))
            return
        known = self._known()
        plan = plan_sweep(
            found,
            known,
            in_place=self.row.mode == Mode.IN_PLACE,
            ignore=self._patterns,
            same_disk=not self.row.filesystem or self.row.filesystem == disk,
            gone_before=self._gone,
        )
        self._gone = all_gone(known, found)
        self._carry_out(plan, found, now)
        self._say(translate(plan.fault).format(**plan.values), disk="" if plan.fault == ANOTHER_DISK else disk)

    def _carry_out(self, plan: Plan, found: dict[PurePath, Seen], now: float) -> None:
        for path in plan.look_at:
            self.settling.look(path, found[path], now)
        skip_files(self._site, self.row, plan.skip)
        mark_gone(self._site, plan.gone, plan.back)

    def _known(self) -> dict[PurePath, Known]:
        columns = (FolderEntry.path, FolderEntry.id, FolderEntry.size, FolderEntry.modified_ns, FolderEntry.state, FolderEntry.original_id)
        with self._site.read() as session:
            rows = session.execute(select(*columns).where(FolderEntry.folder_id == self.row.id)).all()  # type: ignore[call-overload]
        return {unstored(row[0]): Known(row[1], row[2], row[3], row[4], row[5]) for row in rows}

    def _say(self, fault: str, *, disk: str = "") -> None:
        with self._site.write() as session:
            note_sweep(session, self.row.id, fault=fault, filesystem=disk, now=self._site.now())
        if fault and fault != self.row.fault:
            log.warning("a watched folder is not well", folder=self.row.public_id, fault=fault)
        self.row.fault, self.row.filesystem = fault, disk or self.row.filesystem
        self._site.bus.announce(FolderChanged(self.row.id))

    # -- bringing in

    def _bring_ripe(self) -> int:
        count = 0
        for path in self.settling.waiting:
            if self._over.is_set():
                break
            file = self.top / path
            seen = look(file)
            if not self.settling.look(path, seen, self._steady()) or seen is None:
                continue
            if being_fetched(path.name, siblings(file.parent)) or being_written(file):
                self.settling.begin_anew(path, seen, self._steady())
                continue
            count += self._bring(path, seen)
        return count

    def _bring(self, path: PurePath, seen: Seen) -> int:
        state = import_file(self._site, self.row, path, seen)
        if state is None:
            self.settling.done(path)
            self._consider(path, self._steady())
            return 0
        self.settling.done(path)
        self._site.bus.announce(FolderChanged(self.row.id))
        return 1

    def _bring_again(self) -> int:
        """Files that failed and whose time, or person, has come."""
        due = select(FolderEntry.path).where(
            FolderEntry.folder_id == self.row.id,
            FolderEntry.state == EntryState.FAILED,
            FolderEntry.retry_at != "",
            col(FolderEntry.retry_at) <= self._site.now(),
        )
        with self._site.read() as session:
            paths = session.exec(due).all()
        count = 0
        for path in map(unstored, paths):
            seen = look(self.top / path)
            if seen is not None and not self._over.is_set():
                count += self._bring(path, seen)
            elif seen is None:
                self._forget(path)
        return count

    def _forget(self, path: PurePath) -> None:
        """A file that failed and is gone needs no row."""
        with self._site.write() as session:
            row = session.exec(select(FolderEntry).where(FolderEntry.folder_id == self.row.id, FolderEntry.path == stored(path))).first()
            if row is not None and row.state == EntryState.FAILED:
                session.delete(row)
