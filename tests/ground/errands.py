"""Work for the queue to do in tests: what an errand does is said by each test."""

from collections.abc import Callable
from datetime import timedelta

from app.jobs import moment
from app.queue import Job, JobHandle, JobState, task
from app.site import Site

Work = Callable[[Site, JobHandle, str], None]
_work: Work = lambda site, job, subject: None  # noqa: E731 - what the task does in this test


@task(retries=2, retry_delay=30)
def errand(site: Site, job: JobHandle, subject: str) -> None:
    _work(site, job, subject)


@task(retries=0, heavy=True)
def heavy_errand(site: Site, job: JobHandle, subject: str) -> None:
    _work(site, job, subject)


def set_work(work: Work) -> None:
    global _work
    _work = work


def failing(*errors: Exception) -> Work:
    """Fails with these, one a time, then goes well."""
    left = list(errors)

    def work(_site: Site, _job: JobHandle, _subject: str) -> None:
        if left:
            raise left.pop(0)

    return work


def row(site: Site, job_id: str) -> Job:
    with site.read() as session:
        found = session.get(Job, job_id)
        assert found is not None
        return found


def now_due(site: Site, job_id: str) -> None:
    """As if the time had passed for which it was put off."""
    with site.write() as session:
        found = session.get(Job, job_id)
        assert found is not None
        found.not_before = ""


def crashed(site: Site, job_id: str) -> None:
    """As a kill leaves the row."""
    with site.write() as session:
        job = session.get(Job, job_id)
        assert job is not None
        job.state, job.attempt, job.lease_until = JobState.RUNNING, job.attempt + 1, moment(timedelta(seconds=60))
