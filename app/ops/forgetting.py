"""Jobs that are over are forgotten in the end, so that a site is as quick after years as on its first day (RELIABILITY R-28)."""

import threading

import structlog
from sqlalchemy import CursorResult, delete
from sqlmodel import Session, col, select

from app.jobs import Job, JobState
from app.site import Site

log = structlog.get_logger(__name__)
KEPT = 5000
_OVER = (JobState.DONE, JobState.CANCELLED)  # what is in trouble stays until somebody has looked


def forget_jobs(session: Session, *, keep: int = KEPT) -> int:
    """Drop all but the latest that are over, and say how many that were. By number, not by age: a wrong clock forgets nothing."""
    over = col(Job.state).in_(_OVER)
    oldest = session.exec(select(Job.id).where(over).order_by(col(Job.id).desc()).offset(keep - 1).limit(1)).first()
    if oldest is None:
        return 0
    dropped = session.execute(delete(Job).where(over, col(Job.id) < oldest))
    assert isinstance(dropped, CursorResult)
    return dropped.rowcount


class Forgetting:
    """Looks every six hours. `start` and `stop` are main's."""

    def __init__(self, site: Site, *, keep: int = KEPT, first: float = 300.0, every: float = 21600.0) -> None:
        self._site, self._keep, self._first, self._every = site, keep, first, every
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="forgetting", daemon=True)

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
                    forget_jobs(session, keep=self._keep)
            except Exception:
                log.exception("old jobs could not be forgotten")
