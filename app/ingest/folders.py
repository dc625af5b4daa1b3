"""The watcher of all watched folders: one thread that is woken by events and turns to one folder after another.

`step` is one turn of it, so that tests hand in their own clock and never wait.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog
from sqlmodel import col, select

from app.ingest.folder_looks import on_network
from app.ingest.folder_service import place_of
from app.ingest.folder_tending import PAUSE, Tended
from app.ingest.models import WatchedFolder
from app.ingest.watch import Watch
from app.site import Site

SETTLED, SETTLED_ON_NETWORK = 5.0, 10.0  # seconds between two equal looks
TURN, IDLE = 1.0, 10.0  # seconds between turns while something is waited for, and while nothing is

log = structlog.get_logger(__name__)


class Folders:
    """All watched folders of a site. `steady` is a clock that never jumps."""

    def __init__(self, site: Site, *, steady: Callable[[], float] = time.monotonic, events: bool = True) -> None:
        self._site, self._steady, self._events = site, steady, events
        self._tended: dict[str, Tended] = {}
        self._watches: dict[str, Watch] = {}
        self._changed = True
        self._wake, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="folders", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends after the file that is just brought in, or leaves it: what is half done is made good at the next start."""
        self._over.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout=3)
        for key in list(self._watches):
            self._end_watch(key)

    def changed(self) -> None:
        """Rows of folders changed: read them anew."""
        self._changed = True
        self._wake.set()

    def sweep_now(self, folder_id: str | None = None) -> None:
        """Look at everything in it, and forget that it was not well."""
        for key, each in list(self._tended.items()):
            if folder_id in (None, key):
                each.sweep_at = each.paused_until = 0.0
        self._wake.set()

    def waiting(self, folder_id: str) -> list[str]:
        """Names of files that are not stable yet, or whose turn has not come."""
        each = self._tended.get(folder_id)
        return [path.as_posix() for path in each.settling.waiting] if each else []

    def step(self) -> int:
        """One turn; how many files were dealt with."""
        if self._changed:
            self._changed = False
            self._read_rows()
        count = 0
        for key, each in list(self._tended.items()):
            if self._over.is_set():
                break
            try:
                count += each.tend()
                self._mind_watch(key, each)
            except Exception:
                log.exception("a watched folder could not be tended", folder=each.row.public_id)
                each.paused_until = self._steady() + PAUSE
        return count

    def _read_rows(self) -> None:
        with self._site.read() as session:
            rows = {row.id: row for row in session.exec(select(WatchedFolder).where(col(WatchedFolder.enabled).is_(True)))}
        for key in [key for key in self._tended if key not in rows]:
            del self._tended[key]
            self._end_watch(key)
        for key, row in rows.items():
            before = self._tended.get(key)
            if before is None or before.row.polling != row.polling:
                self._end_watch(key)
                self._begin(row)
            else:
                before.row, before.sweep_at = row, 0.0

    def _begin(self, row: WatchedFolder) -> None:
        wait = SETTLED_ON_NETWORK if on_network(place_of(self._site, row)) else SETTLED
        self._tended[row.id] = each = Tended(self._site, row, wait=wait, steady=self._steady, over=self._over)
        self._mind_watch(row.id, each)

    def _mind_watch(self, key: str, each: Tended) -> None:
        """Events are heard while the folder is well; a disk that comes back is watched anew, and looked at whole."""
        if each.row.fault or not self._events:
            self._end_watch(key)
            return
        if key in self._watches or not each.top.is_dir():
            return
        polling = each.row.polling or on_network(each.top) or self._site.settings.watch_polling
        watch = Watch(each.top, lambda path: self._told(each, path), polling=polling)
        try:
            watch.start()
        except OSError as error:
            log.warning("a folder cannot be watched; it is swept instead", folder=each.row.public_id, error=str(error))
        self._watches[key] = watch
        each.sweep_at = 0.0

    def _end_watch(self, key: str) -> None:
        if (watch := self._watches.pop(key, None)) is not None:
            watch.stop()

    def _told(self, each: Tended, path: Path | None) -> None:
        each.told(path)
        self._wake.set()

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                self.step()
            except Exception:
                log.exception("the watched folders could not be tended")
            self._wake.wait(TURN if any(each.settling for each in self._tended.values()) else IDLE)
            self._wake.clear()
            self._over.wait(0.05)  # a thousand events at once are one turn
