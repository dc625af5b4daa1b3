"""Jobs as rows: what is to be done, how far it is, how it ended; and the register of tasks. `queue.py` runs them."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import ColumnElement
from sqlmodel import Field, Session, SQLModel, col, or_, select

from app.ids import new_id

CRASHES_BEFORE_PARKED = 3
_STANDING = timedelta(seconds=3)  # a worker that is free takes a job sooner


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    PARKED = "parked"
    CANCELLED = "cancelled"


OPEN = (JobState.WAITING, JobState.RUNNING)


class Job(SQLModel, table=True):
    __tablename__ = "jobs"

    id: str = Field(default_factory=new_id, primary_key=True)
    kind: str = Field(index=True)
    subject: str = Field(index=True)  # id of the row that the work is about
    state: str = Field(default=JobState.WAITING, index=True)
    attempt: int = 0
    crashes: int = 0  # attempts that took the whole process with them
    not_before: str = ""
    lease_until: str = ""
    progress: float = 0.0
    eta_seconds: float | None = None
    doing: str = ""  # what is being done now, a sentence template
    reason: str = ""
    created_at: str
    started_at: str = ""
    finished_at: str = ""


@dataclass(frozen=True)
class JobChanged:
    """A job moved on. Transient: told to whoever looks now, never kept."""

    job_id: str
    kind: str
    subject: str
    state: str
    progress: float
    eta_seconds: float | None
    reason: str


class Cancelled(Exception):
    """Raised inside a task when its job was cancelled or the site stops."""


class Again(Exception):
    """Raised by a task that cannot go on yet: put it back and try in `seconds`, without counting an attempt."""

    def __init__(self, seconds: float, reason: str) -> None:
        super().__init__(reason)
        self.seconds = seconds
        self.reason = reason


@dataclass(frozen=True)
class Task:
    """A kind of work. `run(site, job, subject)` re-reads its rows, may run twice, and is given ids only."""

    kind: str
    run: Callable[[Any, "JobHandle", str], None]
    retries: int
    retry_delay: float
    heavy: bool
    later: bool = False  # done when no other work of its queue waits


_tasks: dict[str, Task] = {}


def task(
    *, retries: int = 1, retry_delay: float = 30, heavy: bool = False, later: bool = False
) -> Callable[[Callable[[Any, "JobHandle", str], None]], Task]:
    """Make a function `(site, job, subject)` a task. Heavy work (encoding) and light work wait in different queues, and what may
    come `later` behind all else in its own."""

    def register(run: Callable[[Any, "JobHandle", str], None]) -> Task:
        made = Task(run.__name__, run, retries, retry_delay, heavy, later)
        assert made.kind not in _tasks or _tasks[made.kind].run.__module__ == run.__module__, f"two tasks are named {made.kind}"
        _tasks[made.kind] = made
        return made

    return register


class Notes(Protocol):
    """Where a running job writes how far it is."""

    def note(self, job: Job) -> None: ...

    def others_wait(self, job: Job) -> bool: ...


class JobHandle:
    """What a running task may say about itself, and hear: progress, and whether to stop."""

    def __init__(self, queue: "Notes", job: Job, stop: threading.Event) -> None:
        self.id = job.id
        self.attempt = job.attempt
        self.stop = stop  # set when the job is cancelled or the site stops; long waits look at it
        self._queue = queue
        self._job = job
        self._told = 0.0

    def check(self) -> None:
        """Raise Cancelled if the work should end now."""
        if self.stop.is_set():
            raise Cancelled

    def others_wait(self) -> bool:
        """Whether work about something else, which is not for later, waits for a worker such as this. Asks the database: not too often."""
        return self._queue.others_wait(self._job)

    def progress(self, share: float, *, eta_seconds: float | None = None, doing: str | None = None) -> None:
        """Say how far the work is (0 to 1). Written at most twice a second, so it may be called often."""
        self.check()
        now = time.monotonic()
        if now - self._told < 0.5 and share < 1:
            return
        self._told = now
        self._job.progress, self._job.eta_seconds = min(1.0, max(0.0, share)), eta_seconds
        if doing is not None:
            self._job.doing = doing
        self._queue.note(self._job)


@dataclass(frozen=True)
class JobFailed:
    """A job used up its attempts. `detail` is for the operator alone."""

    job_id: str
    kind: str
    subject: str
    reason: str
    detail: str = ""


def find_task(kind: str) -> Task | None:
    return _tasks.get(kind)


def due_jobs(session: Session, *, limit: int = 500) -> list[tuple[str, Task]]:
    """Ids of the jobs that wait and whose time has come: oldest first, what is for later last. Each sort is looked for by itself,
    so that thousands of heavy ones hide none."""
    found: list[tuple[str, Task]] = []
    for later, heavy in ((False, False), (False, True), (True, False), (True, True)):
        kinds = [task.kind for task in _tasks.values() if task.heavy is heavy and task.later is later]
        waiting = select(Job.id, Job.kind).where(Job.state == JobState.WAITING, col(Job.kind).in_(kinds), _is_due())
        found += [(job_id, _tasks[kind]) for job_id, kind in session.exec(waiting.order_by(col(Job.id)).limit(limit))]
    return sorted(found, key=lambda each: (each[1].later, each[0]))


def others_waiting(session: Session, job: Job) -> bool:
    """Whether heavy work about something else has waited for some seconds, though it is not for later."""
    kinds = [task.kind for task in _tasks.values() if task.heavy and not task.later]
    since = moment(-_STANDING)
    waiting = select(Job.id).where(Job.state == JobState.WAITING, col(Job.kind).in_(kinds), _is_due())
    return session.exec(waiting.where(Job.subject != job.subject, col(Job.created_at) < since).limit(1)).first() is not None


def _is_due() -> ColumnElement[bool]:
    return or_(col(Job.not_before) == "", col(Job.not_before) <= moment())


def note_job(session: Session, task: Task, subject: str) -> str:
    """The id of the job; the same work for the same subject is never noted twice while it waits."""
    waiting = session.exec(select(Job).where(Job.kind == task.kind, Job.subject == subject, Job.state == JobState.WAITING)).first()
    if waiting is not None:
        return waiting.id
    job = Job(kind=task.kind, subject=subject, created_at=moment())
    session.add(job)
    return job.id


def moment(plus: timedelta = timedelta()) -> str:
    """Now, or so much later, as kept in rows."""
    return (datetime.now(UTC) + plus).isoformat(timespec="milliseconds")
