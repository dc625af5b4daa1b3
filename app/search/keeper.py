"""Keeps the index: opens it, follows the database, and makes it anew when it is missing, old or damaged.

Until it is whole, and whenever it fails, `find` says so by None and the caller asks the database. A crash between the
database's commit and the index's is healed at the next start: without the file `closed`, every stamp is compared (R-24).
"""

import json
import os
import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import func
from sqlmodel import col, select

from app.errors import HomereelError
from app.ids import new_id
from app.search.entries import PAGE, Entry, all_entries, entries
from app.search.index import SCHEMA, Hit, Index, IndexFault
from app.search.query import Query
from app.search.segments import fault
from app.site import Site
from app.videos.models import Video

log = structlog.get_logger(__name__)
BATCH = 0.5  # seconds in which changes gather before they are committed together
_AGAIN = 600.0  # seconds after which a missing index is asked for again


@dataclass(frozen=True)
class Differences:
    """Ids by which index and database disagree: to be put in, put in anew, taken out."""

    missing: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.missing, *self.stale, *self.extra)


class Keeper:
    """The index of one site. `ask` requests a rebuild as a job; it is called again as long as there is no index."""

    def __init__(self, site: Site, ask: Callable[[], object]) -> None:
        self._site, self._ask = site, ask
        self._folder = site.paths.index
        self._index: Index | None = None
        self._lock, self._one_rebuild = threading.Lock(), threading.RLock()
        self._dirty: set[str] = set()
        self._during_rebuild: set[str] | None = None
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def state(self) -> str:
        """ready, rebuilding, or missing."""
        return "ready" if self._index else "missing" if self._during_rebuild is None else "rebuilding"

    def start(self) -> None:
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="search-index", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Commit what is known to have changed. To be stopped after the events are."""
        self._stopping.set()
        self._wake.set()
        if self._thread:
            self._thread.join(timeout=5)
            self._thread = None

    def changed(self, video_id: str) -> None:
        """Look at this video again soon."""
        with self._lock:
            self._dirty.add(video_id)
            if self._during_rebuild is not None:
                self._during_rebuild.add(video_id)
        if self._thread is None:  # a command without a running site: the next start compares
            with suppress(OSError):
                self._closed.unlink()
        self._wake.set()

    def find(self, query: Query, allowed: Sequence[Mapping[str, frozenset[Any]]], limit: int) -> list[Hit] | None:
        """Best first, or None while there is no index that can be trusted."""
        index = self._index
        if index is None:
            return None
        try:
            return index.find(query, allowed, limit)
        except IndexFault as error:
            self._give_up(index, str(error))
            return None

    def differences(self) -> Differences | None:
        """How index and database disagree; None without an index."""
        return None if self._index is None else self._differences(self._index)

    def compare(self) -> Differences | None:
        """The same for a check, also where no site runs: then of the index as it lies there, touching nothing."""
        try:
            if self._index is not None or self._thread is not None:
                return self.differences()
            folder = self._folder_of_current()
            return None if isinstance(folder, str) else self._differences(Index(folder))
        except IndexFault:
            return None

    def _differences(self, index: Index) -> Differences:
        known = index.stamps()
        with self._site.read() as session:
            true = {entry.id: entry.stamp for entry in all_entries(session)}
        return Differences(
            missing=tuple(sorted(true.keys() - known.keys())),
            stale=tuple(sorted(key for key in true.keys() & known.keys() if true[key] != known[key])),
            extra=tuple(sorted(known.keys() - true.keys())),
        )

    def open(self) -> bool:
        """Open what is there, and bring it up to date if the last run did not close it. False: it has to be made anew."""
        with self._one_rebuild:  # a job may have begun to make it anew already
            return self._open()

    def _open(self) -> bool:
        folder = self._folder_of_current()
        if isinstance(folder, str):
            log.info("the search index is made anew", why=folder)
            return False
        try:
            self._index = Index(folder)
            was_closed = self._closed.exists()
            self._closed.unlink(missing_ok=True)
            if not was_closed and (found := self.differences()):
                self._dirty.update(found.all)
            self._apply()
        except (IndexFault, OSError) as error:
            self._give_up(self._index, str(error))
        self._sweep()
        return self._index is not None

    def _folder_of_current(self) -> Path | str:
        """Where the index lies, or why it cannot be used."""
        if not (self._folder / "current").exists():
            return "there is none"
        try:
            current = json.loads((self._folder / "current").read_bytes())
            folder = self._folder / str(current["generation"])
            why = fault(folder) if current["schema"] == SCHEMA else "made by another version"
        except (OSError, ValueError, KeyError, TypeError) as error:
            why = f"{type(error).__name__}: {error}"
        return why or folder

    def rebuild(self, tell: Callable[[float], object] = lambda _share: None) -> int:
        """Make the index anew beside the old one, then take its place. Returns how many videos it holds."""
        with self._one_rebuild:
            return self._rebuild(new_id(), tell)

    def _rebuild(self, generation: str, tell: Callable[[float], object]) -> int:
        with self._lock:
            self._during_rebuild = set()
        try:
            index = Index(self._folder / generation, fresh=True)
            count = self._fill(index, tell)
            _write_durably(self._folder / "current", json.dumps({"schema": SCHEMA, "generation": generation}))
            with self._lock:
                self._index = index
                self._dirty |= self._during_rebuild
        except BaseException:
            shutil.rmtree(self._folder / generation, ignore_errors=True)
            raise
        finally:
            self._during_rebuild = None
        self._sweep()
        self._wake.set()
        return count

    def _fill(self, index: Index, tell: Callable[[float], object]) -> int:
        batch: list[Entry] = []
        count = 0
        with self._site.read() as session:
            total = session.exec(select(func.count(col(Video.id)))).one()
            for entry in all_entries(session):
                batch.append(entry)
                count += 1
                if len(batch) == PAGE * 10:
                    index.put(batch)
                    batch.clear()
                    tell(count / max(total, 1))
        index.put(batch)
        return count

    def _run(self) -> None:
        try:
            if not self.open():
                self._ask()
            while not self._stopping.is_set():
                if not self._wake.wait(_AGAIN) and self._index is None:
                    self._ask()
                self._stopping.wait(BATCH)
                self._wake.clear()
                self._follow()
            self._follow()
            if self._index is not None and not self._dirty:
                _write_durably(self._closed, "")
        except Exception:
            log.exception("the search index is no longer followed")
            self._index = None

    def _follow(self) -> None:
        try:
            self._apply()
        except IndexFault as error:
            self._give_up(self._index, str(error))
        except HomereelError as error:  # the disk is full, say: what changed stays noted
            log.warning("the search index could not follow", why=str(error))
            self._stopping.wait(5)

    def _apply(self) -> None:
        with self._lock:
            index, ids = self._index, list(self._dirty)
        if index is None or not ids:
            return
        with self._site.read() as session:
            found = [entry for start in range(0, len(ids), PAGE) for entry in entries(session, ids[start : start + PAGE])]
        with self._lock:
            self._dirty.difference_update(ids)
        try:
            index.put(found, gone=set(ids) - {entry.id for entry in found})
        except IndexFault:
            with self._lock:
                self._dirty.update(ids)
            raise

    def _give_up(self, index: Index | None, why: str) -> None:
        with self._lock:
            if index is not self._index:
                return
            self._index = None
        log.error("the search index failed and will be made anew; the database answers meanwhile", why=why)
        self._ask()

    def _sweep(self) -> None:
        """Remove generations that are no longer used."""
        current = self._index
        for path in self._folder.iterdir():
            if path.is_dir() and (current is None or path != current.folder):
                shutil.rmtree(path, ignore_errors=True)

    @property
    def _closed(self) -> Path:
        return self._folder / "closed"


def _write_durably(path: Path, text: str) -> None:
    """All of it or nothing, also after a power cut."""
    beside = path.with_suffix(".new")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    with suppress(OSError):  # Windows cannot open a folder
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
