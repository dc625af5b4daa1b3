"""Keeps the index: opens it, follows the database, and makes it anew when it is missing, old or damaged.

Until it is whole, and whenever it fails, `find` says so by None and the caller asks the database. A crash between the
database's commit and the index's is healed at the next start: without the file `closed`, every stamp is compared (R-24).
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from sqlalchemy import func
from sqlmodel import col, select

from app.errors import HomereelError
from app.ids import new_id
from app.search.differences import Differences, compared
from app.search.entries import PAGE, Entry, all_entries, entries
from app.search.generations import Generations
from app.search.index import Hit, Index, IndexFault
from app.search.query import Query
from app.site import Site
from app.videos.models import Video

log = structlog.get_logger(__name__)
BATCH = 0.5  # seconds in which changes gather before they are committed together
_AGAIN = 600.0  # seconds after which a missing index is asked for again


class Keeper:
    """The index of one site. `ask` requests a rebuild as a job; it is called again as long as there is no index."""

    def __init__(self, site: Site, ask: Callable[[], object]) -> None:
        self._site, self._ask = site, ask
        self._places = Generations(site.paths.index)
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
            self._places.leave_open()
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
            folder = self._places.current()
            return None if isinstance(folder, str) else self._differences(Index(folder))
        except IndexFault:
            return None

    def _differences(self, index: Index) -> Differences:
        with self._site.read() as session:
            return compared(index.stamps(), {entry.id: entry.stamp for entry in all_entries(session)})

    def open(self) -> bool:
        """Open what is there, and bring it up to date if the last run did not close it. False: it has to be made anew."""
        with self._one_rebuild:  # a job may have begun to make it anew already
            return self._open()

    def _open(self) -> bool:
        folder = self._places.current()
        if isinstance(folder, str):
            log.info("the search index is made anew", why=folder)
            return False
        try:
            self._index = Index(folder)
            if not self._places.was_closed() and (found := self.differences()):
                self._dirty.update(found.all)
            self._apply()
        except (IndexFault, OSError) as error:
            self._give_up(self._index, str(error))
        self._sweep()
        return self._index is not None

    def rebuild(self, tell: Callable[[float], object] = lambda _share: None) -> int:
        """Make the index anew beside the old one, then take its place. Returns how many videos it holds."""
        with self._one_rebuild:
            return self._rebuild(new_id(), tell)

    def _rebuild(self, generation: str, tell: Callable[[float], object]) -> int:
        with self._lock:
            self._during_rebuild = set()
        try:
            index = Index(self._places.place(generation), fresh=True)
            count = self._fill(index, tell)
            self._places.take_over(generation)
            with self._lock:
                self._index = index
                self._dirty |= self._during_rebuild
        except BaseException:
            self._places.drop(generation)
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
                self._request()
            while not self._stopping.is_set():
                if not self._wake.wait(_AGAIN) and self._index is None:
                    self._request()
                self._stopping.wait(BATCH)
                self._wake.clear()
                self._follow()
            self._follow()
            if self._index is not None and not self._dirty:
                self._places.close()
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
        """What changed is taken off the list before it is read: a change after that is on the list again."""
        with self._lock:
            index, ids = self._index, list(self._dirty)
            if index is None or not ids:
                return
            self._dirty.clear()
        try:
            with self._site.read() as session:
                found = [entry for start in range(0, len(ids), PAGE) for entry in entries(session, ids[start : start + PAGE])]
            index.put(found, gone=set(ids) - {entry.id for entry in found})
        except BaseException:
            with self._lock:
                self._dirty.update(ids)
            raise

    def _give_up(self, index: Index | None, why: str) -> None:
        with self._lock:
            if index is not self._index:
                return
            self._index = None
        log.error("the search index failed and will be made anew; the database answers meanwhile", why=why)
        self._request()

    def _request(self) -> None:
        try:
            self._ask()
        except HomereelError as error:  # the disk is full, say: asked again later
            log.warning("the search index cannot be made anew now", why=str(error))

    def _sweep(self) -> None:
        self._places.sweep(self._index.folder if self._index else None)
