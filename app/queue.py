"""Jobs are rows; huey only nudges. The one module that knows huey.

huey deletes a message as it hands it out, so a message is never the truth: a worker claims the row, keeps its lease alive,
and writes down how it ended. At start every row that is not finished is nudged again.
"""

import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import structlog
from huey import SqliteHuey
from huey.consumer import Consumer
from sqlalchemy import or_, select, update
from sqlmodel import Field, Session, SQLModel

from app.db import Database
from app.errors import HomereelError
from app.events import Bus
from app.i18n import N_, translate
from app.ids import new_id

log = structlog.get_logger(__name__)
LEASE = timedelta(seconds=60)
_HEARTBEAT = 10.0
CRASHES_BEFORE_PARKED = 3


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


class Cancelled(Exception):  # noqa: N818 - a signal, not an error
    """Raised inside a task when its job was cancelled or the site stops."""


class Again(Exception):  # noqa: N818
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


_tasks: dict[str, Task] = {}


def task(*, retries: int = 1, retry_delay: float = 30, heavy: bool = False) -> Callable[[Callable[[Any, "JobHandle", str], None]], Task]:
    """Make a function `(site, job, subject)` a task. Heavy work (encoding) and light work wait in different queues."""

    def register(run: Callable[[Any, "JobHandle", str], None]) -> Task:
        made = Task(run.__name__, run, retries, retry_delay, heavy)
        assert made.kind not in _tasks or _tasks[made.kind].run.__module__ == run.__module__, f"two tasks are named {made.kind}"
        _tasks[made.kind] = made
        return made

    return register


class JobHandle:
    """What a running task may say about itself, and hear: progress, and whether to stop."""

    def __init__(self, queue: "Queue", job: Job, stop: threading.Event) -> None:
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


class Queue:
    """Adds jobs, runs them, and brings them back after a crash."""

    def __init__(self, database: Database, bus: Bus, path: Path, *, heavy: int, light: int) -> None:
        self._database, self._bus = database, bus
        self.site: Any = None
        self._workers = {True: heavy, False: light}
        self._hueys = {
            name: SqliteHuey(f"homereel-{'heavy' if name else 'light'}", filename=str(path), results=False) for name in (True, False)
        }
        self._run_message = {name: hue.task(name="run")(self._run) for name, hue in self._hueys.items()}
        self._consumers: list[_Consumer] = []
        self._stops: dict[str, threading.Event] = {}
        self._stopping = threading.Event()
        self._ticker: threading.Thread | None = None

    # -- adding

    def add(self, task: Task, subject: str, *, session: Session | None = None) -> str:
        """Note the work and nudge a worker. The same work for the same subject is never noted twice while it waits.

        With a session the row is part of that transaction; it is nudged within seconds after the commit.
        """
        if session is not None:
            return _note(session, task, subject)
        with self._database.write() as own:
            job_id = _note(own, task, subject)
        self._nudge(task, job_id)
        return job_id

    def retry(self, session: Session, job_id: str) -> bool:
        """Put a failed, parked or cancelled job back. False if there is none such."""
        job = session.get(Job, job_id)
        if job is None or job.state in (*OPEN, JobState.DONE):
            return False
        job.state, job.attempt, job.crashes, job.reason, job.not_before, job.progress = JobState.WAITING, 0, 0, "", "", 0.0
        return True

    def cancel(self, session: Session, job_id: str) -> bool:
        """End a job: a waiting one at once, a running one as soon as it looks (long work looks every second)."""
        job = session.get(Job, job_id)
        if job is None or job.state not in OPEN:
            return False
        job.state, job.finished_at, job.reason = JobState.CANCELLED, _now(), ""
        if stop := self._stops.get(job_id):
            stop.set()
        return True

    def cancel_subject(self, session: Session, subject: str) -> None:
        """End all work about one thing."""
        for job in session.scalars(select(Job).where(Job.subject == subject, Job.state.in_(OPEN))):  # type: ignore[attr-defined]
            self.cancel(session, job.id)

    # -- running

    def start(self) -> None:
        """Park what killed its worker too often, take back what was running, nudge everything open, begin."""
        self._stopping.clear()
        self.recover()
        for heavy, huey in self._hueys.items():
            huey.storage.flush_queue()  # the rows say what is to be done
            consumer = _Consumer(
                huey, workers=self._workers[heavy], periodic=False, initial_delay=0.02, max_delay=0.1, check_worker_health=False
            )
            consumer.start()
            self._consumers.append(consumer)
        self._ticker = threading.Thread(target=self._tick, name="queue", daemon=True)
        self._ticker.start()

    def stop(self, seconds: float) -> None:
        """Tell running work to end, put it back, and wait so long for it."""
        self._stopping.set()
        for stop in list(self._stops.values()):
            stop.set()
        for consumer in self._consumers:
            consumer.stop_flag.set()
        deadline = time.monotonic() + seconds
        for consumer in self._consumers:
            for _, thread in consumer.worker_threads:
                thread.join(timeout=max(0.05, deadline - time.monotonic()))
        self._consumers.clear()
        if self._ticker:
            self._ticker.join(timeout=2)

    def recover(self) -> None:
        """At start no work is running: rows that say so were cut off by a crash."""
        with self._database.write() as session:
            for job in session.scalars(select(Job).where(Job.state == JobState.RUNNING)):
                job.crashes += 1
                if job.crashes >= CRASHES_BEFORE_PARKED:
                    job.state, job.finished_at = JobState.PARKED, _now()
                    job.reason = N_("This work ended the whole program three times, so it was set aside. Try again by hand.")
                    log.error("a job was parked", job=job.id, kind=job.kind, subject=job.subject)
                else:
                    job.state = JobState.WAITING

    def run_waiting(self) -> int:
        """Do everything that waits and is due, now and in this thread (tests, and commands without a running site)."""
        count = 0
        while due := self._due():
            for job_id, _ in due:
                self._run(job_id)
                count += 1
        return count

    def _due(self) -> list[tuple[str, bool]]:
        with self._database.read() as session:
            rows = session.execute(
                select(Job.id, Job.kind)  # type: ignore[call-overload]
                .where(Job.state == JobState.WAITING, or_(Job.not_before == "", Job.not_before <= _now()))
                .order_by(Job.id)
                .limit(500)
            ).all()
        return [(row.id, _tasks[row.kind].heavy) for row in rows if row.kind in _tasks]

    def _tick(self) -> None:
        """Nudge what is due: new rows of other transactions, retries, and messages that were lost."""
        nudged: dict[str, float] = {}
        while not self._stopping.wait(0.5):
            try:
                now = time.monotonic()
                nudged = {key: at for key, at in nudged.items() if now - at < 30}
                for job_id, heavy in self._due():
                    if job_id not in nudged and self._hueys[heavy].storage.queue_size() < 1000:
                        nudged[job_id] = now
                        self._run_message[heavy](job_id)
            except Exception:
                log.exception("the queue could not look for work")

    def _nudge(self, task: Task, job_id: str) -> None:
        if self._consumers and not self._stopping.is_set():
            self._run_message[task.heavy](job_id)

    def _run(self, job_id: str) -> None:
        """Claim the row, do the work, write down how it ended. A message for a row that is not waiting is ignored."""
        if self._stopping.is_set():
            return
        job = self._claim(job_id)
        if job is None:
            return
        made = _tasks[job.kind]
        stop = self._stops.setdefault(job.id, threading.Event())
        structlog.contextvars.bind_contextvars(job=job.id, kind=job.kind)
        try:
            with self._lease(job):
                made.run(self.site, JobHandle(self, job, stop), job.subject)
            self._finish(job, JobState.DONE)
        except Cancelled:
            self._put_back(job) if self._stopping.is_set() else self._finish(job, JobState.CANCELLED)
        except Again as later:
            self._put_back(job, seconds=later.seconds, reason=later.reason)
        except HomereelError as error:
            log.warning("a job failed", error=str(error))
            self._failed(job, made, str(error))
        except Exception:
            log.exception("a job failed")
            self._failed(job, made, translate(N_("Something went wrong inside Homereel. The log has the details.")), traceback.format_exc())
        finally:
            self._stops.pop(job.id, None)
            structlog.contextvars.unbind_contextvars("job", "kind")

    def _claim(self, job_id: str) -> Job | None:
        with self._database.write() as session:
            job = session.get(Job, job_id)
            if job is None or job.state != JobState.WAITING or job.not_before > _now() or job.kind not in _tasks:
                return None
            job.state, job.attempt, job.started_at, job.lease_until = JobState.RUNNING, job.attempt + 1, _now(), _now(LEASE)
            job.progress, job.reason, job.doing = 0.0, "", ""
        self._tell(job)
        return job

    @contextmanager
    def _lease(self, job: Job) -> Iterator[None]:
        done = threading.Event()

        def keep() -> None:
            while not done.wait(_HEARTBEAT):
                try:
                    self.note(job)
                except Exception:
                    log.exception("a heartbeat failed")

        thread = threading.Thread(target=keep, name=f"lease-{job.id}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()

    def note(self, job: Job) -> None:
        """Write how far a running job is, and keep its lease alive."""
        with self._database.write() as session:
            session.execute(
                update(Job)
                .where(Job.id == job.id, Job.state == JobState.RUNNING)  # type: ignore[arg-type]
                .values(progress=job.progress, eta_seconds=job.eta_seconds, doing=job.doing, lease_until=_now(LEASE))
            )
        self._tell(job)

    def _finish(self, job: Job, state: JobState, reason: str = "") -> None:
        with self._database.write() as session:
            row = session.get(Job, job.id)
            if row is not None and row.state == JobState.RUNNING:
                row.state, row.reason, row.finished_at, row.eta_seconds = state, reason, _now(), None
                row.progress = 1.0 if state == JobState.DONE else row.progress
                job = row
        self._tell(job)

    def _put_back(self, job: Job, *, seconds: float = 0, reason: str = "") -> None:
        with self._database.write() as session:
            row = session.get(Job, job.id)
            if row is not None and row.state == JobState.RUNNING:
                row.state, row.attempt, row.reason = JobState.WAITING, row.attempt - 1, reason
                row.not_before = _now(timedelta(seconds=seconds)) if seconds else ""

    def _failed(self, job: Job, made: Task, reason: str, detail: str = "") -> None:
        if job.attempt > made.retries:
            self._finish(job, JobState.FAILED, reason)
            self._bus.announce(JobFailed(job.id, job.kind, job.subject, reason, detail))
            return
        with self._database.write() as session:
            row = session.get(Job, job.id)
            if row is not None and row.state == JobState.RUNNING:
                row.state, row.reason, row.not_before = JobState.WAITING, reason, _now(timedelta(seconds=made.retry_delay))

    def _tell(self, job: Job) -> None:
        self._bus.announce(JobChanged(job.id, job.kind, job.subject, job.state, job.progress, job.eta_seconds, job.reason))


@dataclass(frozen=True)
class JobFailed:
    """A job used up its attempts. `detail` is for the operator alone."""

    job_id: str
    kind: str
    subject: str
    reason: str
    detail: str = ""


class _Consumer(Consumer):  # type: ignore[misc]
    """huey's consumer without signal handlers, which only the main thread may set and which are ours anyway."""

    def _set_signal_handlers(self) -> None:
        pass


def _note(session: Session, task: Task, subject: str) -> str:
    waiting = session.scalars(select(Job).where(Job.kind == task.kind, Job.subject == subject, Job.state == JobState.WAITING)).first()
    if waiting is not None:
        return waiting.id
    job = Job(kind=task.kind, subject=subject, created_at=_now())
    session.add(job)
    return job.id


def _now(plus: timedelta = timedelta()) -> str:
    return (datetime.now(UTC) + plus).isoformat(timespec="milliseconds")
