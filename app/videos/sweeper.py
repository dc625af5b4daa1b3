"""Empties the trash of what has lain there for its time, about every hour, as long as the site runs."""

import threading

import structlog

from app.site import Site
from app.videos.service import purge_expired

log = structlog.get_logger(__name__)


class TrashSweeper:
    """`start` and `stop` are main's. The first look comes a little after the start, which has better things to do."""

    def __init__(self, site: Site, *, first: float = 60.0, every: float = 3600.0) -> None:
        self._site, self._first, self._every = site, first, every
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="trash", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=2)

    def _run(self) -> None:
        wait = self._first
        while not self._stopping.wait(wait):
            wait = self._every
            try:
                with self._site.write() as session:
                    count = purge_expired(session, self._site.clock(), self._site.settings.trash_days)
            except Exception:
                log.exception("the trash could not be emptied")
                continue
            if count:
                log.info("the trash was emptied of what had lain there for its time", videos=count)
