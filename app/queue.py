"""Jobs are rows; huey only nudges. The one module that knows huey.

huey deletes a message as it hands it out, so a message is never the truth: a worker claims the row, keeps its lease alive,
and writes down how it ended. At start every row that is not finished is nudged again.
"""

import errno
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from huey import SqliteHuey
from huey.consumer import Consumer
from sqlmodel import Session, col, select, update

from app.db import Database
from app.errors import HomereelError, MediaError, NoSpace
from app.events import Bus, event, record
from app.i18n import N_, translate
from app.jobs import (
    CRASHES_BEFORE_PARKED,
    OPEN,
    Again,
    Cancelled,
    Job,
    JobChanged,
    JobFailed,
    JobHandle,
    JobState,
    Task,
    due_jobs,
    find_task,
    moment,
    note_job,
    others_waiting,
    task,
)  # fmt: skip

__all__ = ["Again", "Cancelled", "Job", "JobChanged", "JobFailed", "JobHandle", "JobState", "Queue", "Task", "task"]

log = structlog.get_logger(__name__)
LEASE = timedelta(seconds=60)
_HEARTBEAT = 10.0
_NO_POISON = timedelta(minutes=5)
_SPACE_AGAIN = 20.0  # seconds between looks whether a full disk has room again; that counts as no attempt
FULL = N_("The disk is full. This goes on by itself when there is room again.")
event(JobFailed)  # kept in the outbox: somebody must be told, also after a crash


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
            return note_job(session, task, subject)
        with self._database.write() as own:
            job_id = note_job(own, task, subject)
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
        job.state, job.finished_at, job.reason = JobState.CANCELLED, moment(), ""
        if stop := self._stops.get(job_id):
            stop.set()
        return True

    def cancel_subject(self, session: Session, subject: str) -> None:
        """End all work about one thing."""
        for job in session.exec(select(Job).where(Job.subject == subject, col(Job.state).in_(OPEN))):
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

    @property
    def running(self) -> bool:
        """Whether workers wait for jobs and the rows are looked at."""
        return bool(self._consumers) and self._ticker is not None and self._ticker.is_alive()

    def hold(self) -> None:
        """Begin nothing more, and tell running work to end; it is put back."""
        self._stopping.set()
        for stop in list(self._stops.values()):
            stop.set()

    def stop(self, seconds: float) -> None:
        """Hold, and wait so long for work to end."""
        self.hold()
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
            for job in session.exec(select(Job).where(Job.state == JobState.RUNNING)):
                job.crashes += 0 if _lived_long(job) else 1
                if job.crashes >= CRASHES_BEFORE_PARKED:
                    job.state, job.finished_at = JobState.PARKED, moment()
                    job.reason = translate(N_("This work ended the whole program three times, so it was set aside. Try again by hand."))
                    record(session, JobFailed(job.id, job.kind, job.subject, job.reason))
                    log.error("a job was parked", job=job.id, kind=job.kind, subject=job.subject)
                else:
                    job.state = JobState.WAITING

    def _take_back_lost(self) -> None:
        """Rows that say they run, though nobody here runs them: how they ended could not be written, on a full disk say."""
        with self._database.read() as session:
            lost = session.exec(select(Job.id).where(Job.state == JobState.RUNNING)).all()
        for job_id in lost:
            if job_id not in self._stops:
                with self._database.write() as session:
                    row = session.get(Job, job_id)
                    if row is not None and row.state == JobState.RUNNING:
                        row.state, row.attempt = JobState.WAITING, row.attempt - 1

    def run_waiting(self) -> int:
        """Do everything that waits and is due, now and in this thread (tests, and commands without a running site)."""
        count = 0
        while due := self._due():
            for job_id, _ in due:
                self._run(job_id)
                count += 1
        return count

    def _due(self) -> list[tuple[str, Task]]:
        with self._database.read() as session:
            return due_jobs(session)

    def _tick(self) -> None:
        """Nudge what is due: new rows of other transactions, retries, and messages that were lost."""
        nudged: dict[str, float] = {}
        looked = 0.0
        while not self._stopping.wait(0.5):
            try:
                now = time.monotonic()
                if now - looked > _HEARTBEAT:
                    looked = now
                    self._take_back_lost()
                nudged = {key: at for key, at in nudged.items() if now - at < 30}
                for job_id, task in self._due():
                    if job_id not in nudged and self._hueys[task.heavy].storage.queue_size() < 1000:
                        nudged[job_id] = now
                        self._send(task, job_id)
            except Exception:
                log.exception("the queue could not look for work")

    def _nudge(self, task: Task, job_id: str) -> None:
        if self._consumers and not self._stopping.is_set():
            self._send(task, job_id)

    def _send(self, task: Task, job_id: str) -> None:
        self._run_message[task.heavy](job_id, priority=0 if task.later else 1)

    def _run(self, job_id: str) -> None:
        """Claim the row, do the work, write down how it ended. A message for a row that is not waiting is ignored."""
        if self._stopping.is_set():
            return
        stop = threading.Event()
        try:
            job = self._claim(job_id, stop)
        except BaseException:
            self._stops.pop(job_id, None)
            raise
        if job is None:
            return
        made = find_task(job.kind)
        assert made is not None  # claimed
        structlog.contextvars.bind_contextvars(job=job.id, kind=job.kind)
        try:
            with self._lease(job):
                made.run(self.site, JobHandle(self, job, stop), job.subject)
            self._finish(job, JobState.DONE)
        except Cancelled:
            self._put_back(job) if self._stopping.is_set() else self._finish(job, JobState.CANCELLED)
        except Again as later:
            self._put_back(job, seconds=later.seconds, reason=later.reason)
        except Exception as error:  # noqa: BLE001 - the boundary; it is logged there
            self._went_wrong(job, made, error)
        finally:
            self._stops.pop(job.id, None)
            structlog.contextvars.unbind_contextvars("job", "kind")

    def _went_wrong(self, job: Job, made: Task, error: Exception) -> None:
        if isinstance(error, NoSpace) or (isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)):
            self._put_back(job, seconds=_SPACE_AGAIN, reason=str(error) if isinstance(error, NoSpace) else translate(FULL))
        elif isinstance(error, HomereelError):
            log.warning("a job failed", error=str(error))
            self._failed(job, made, str(error), final=isinstance(error, MediaError))  # a damaged film stays damaged
        else:
            log.error("a job failed", exc_info=error)
            trace = "".join(traceback.format_exception(error))
            self._failed(job, made, translate(N_("Something went wrong inside Homereel. The log has the details.")), trace)

    def _claim(self, job_id: str, stop: threading.Event) -> Job | None:
        with self._database.write() as session:
            job = session.get(Job, job_id)
            if job is None or job.state != JobState.WAITING or job.not_before > moment() or find_task(job.kind) is None:
                return None
            job.state, job.attempt, job.started_at, job.lease_until = JobState.RUNNING, job.attempt + 1, moment(), moment(LEASE)
            job.progress, job.reason, job.doing = 0.0, "", ""
            self._stops[job_id] = stop  # before the commit: whoever cancels a running job finds it
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
                .where(col(Job.id) == job.id, col(Job.state) == JobState.RUNNING)
                .values(progress=job.progress, eta_seconds=job.eta_seconds, doing=job.doing, lease_until=moment(LEASE))
            )
        self._tell(job)

    def others_wait(self, job: Job) -> bool:
        with self._database.read() as session:
            return others_waiting(session, job)

    def _finish(self, job: Job, state: JobState, reason: str = "", detail: str = "") -> None:
        with self._database.write() as session:
            row = session.get(Job, job.id)
            if row is not None and row.state == JobState.RUNNING:
                row.state, row.reason, row.finished_at, row.eta_seconds = state, reason, moment(), None
                row.progress = 1.0 if state == JobState.DONE else row.progress
                job = row
                if state == JobState.FAILED:
                    record(session, JobFailed(job.id, job.kind, job.subject, reason, detail))
        self._tell(job)
        self._bus.wake()

    def _put_back(self, job: Job, *, seconds: float = 0, reason: str = "") -> None:
        with self._database.write() as session:
            row = session.get(Job, job.id)
            if row is not None and row.state == JobState.RUNNING:
                row.state, row.attempt, row.reason = JobState.WAITING, row.attempt - 1, reason
                row.not_before = moment(timedelta(seconds=seconds)) if seconds else ""
                job = row
        self._tell(job)

    def _failed(self, job: Job, made: Task, reason: str, detail: str = "", *, final: bool = False) -> None:
        if final or job.attempt > made.retries:
            self._finish(job, JobState.FAILED, reason, detail)
            return
        with self._database.write() as session:
            row = session.get(Job, job.id)
            if row is not None and row.state == JobState.RUNNING:
                row.state, row.reason, row.not_before = JobState.WAITING, reason, moment(timedelta(seconds=made.retry_delay))
                job = row
        self._tell(job)

    def _tell(self, job: Job) -> None:
        self._bus.announce(JobChanged(job.id, job.kind, job.subject, job.state, job.progress, job.eta_seconds, job.reason))


def _lived_long(job: Job) -> bool:
    """Whether it had run for so long that it was hardly what ended the process: a power cut, more likely."""
    if not (job.started_at and job.lease_until):
        return False
    heard = datetime.fromisoformat(job.lease_until) - LEASE
    return heard - datetime.fromisoformat(job.started_at) > _NO_POISON


class _Consumer(Consumer):  # type: ignore[misc]
    """huey's consumer without signal handlers, which only the main thread may set and which are ours anyway."""

    def _set_signal_handlers(self) -> None:
        pass
