"""Jobs are rows: claimed once, tried again, put back; what comes after a crash is in test_queue_crashes.py."""

import errno
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlmodel import select

from app.errors import MediaError, NoSpace, Unavailable
from app.jobs import JobChanged, due_jobs, moment
from app.queue import Again, Cancelled, Job, JobFailed, JobHandle, JobState
from app.site import Site
from tests.conftest import settle
from tests.ground.errands import Work, crashed, errand, failing, heavy_errand, now_due, row


def test_a_job_is_done_once_and_says_so(site: Site, doing: Callable[[Work], None]) -> None:
    done: list[str] = []
    doing(lambda site, job, subject: done.append(subject))

    job_id = site.queue.add(errand, "v1")
    assert row(site, job_id).state == JobState.WAITING
    settle(site)

    assert done == ["v1"]
    job = row(site, job_id)
    assert (job.state, job.attempt, job.progress, job.reason) == (JobState.DONE, 1, 1.0, "")
    assert job.started_at <= job.finished_at


def test_the_same_work_for_the_same_thing_is_noted_once_while_it_waits(site: Site) -> None:
    first = site.queue.add(errand, "v1")

    assert site.queue.add(errand, "v1") == first
    assert site.queue.add(errand, "v2") != first
    assert site.queue.add(heavy_errand, "v1") != first
    settle(site)
    assert site.queue.add(errand, "v1") != first


def test_work_that_is_asked_for_while_it_runs_is_done_again_afterwards(site: Site, doing: Callable[[Work], None]) -> None:
    done: list[str] = []

    def work(site: Site, job: JobHandle, subject: str) -> None:
        done.append(job.id)
        if len(done) == 1:
            site.queue.add(errand, subject)

    doing(work)
    site.queue.add(errand, "v1")
    settle(site)

    assert len(set(done)) == 2


def test_a_job_in_a_transaction_lives_and_dies_with_it(site: Site) -> None:
    with pytest.raises(ZeroDivisionError), site.write() as session:
        site.queue.add(errand, "v1", session=session)
        raise ZeroDivisionError
    with site.read() as session:
        assert session.exec(select(Job).where(Job.kind == "errand")).all() == []

    with site.write() as session:
        job_id = site.queue.add(errand, "v1", session=session)
    settle(site)
    assert row(site, job_id).state == JobState.DONE


def test_two_workers_that_get_the_same_message_do_the_work_once(site: Site, doing: Callable[[Work], None]) -> None:
    done: list[str] = []
    doing(lambda site, job, subject: (done.append(subject), time.sleep(0.05)))
    job_id = site.queue.add(errand, "v1")

    threads = [threading.Thread(target=site.queue._run, args=(job_id,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert done == ["v1"]
    assert row(site, job_id).attempt == 1


def test_what_fails_is_tried_again_after_a_while_and_then_given_up(site: Site, doing: Callable[[Work], None]) -> None:
    told: list[JobFailed] = []
    site.bus.subscribe(JobFailed, lambda site, fact: told.append(fact))
    doing(failing(*[Unavailable("The disk sleeps.")] * 9))
    job_id = site.queue.add(errand, "v1")

    for attempt in (1, 2):
        settle(site)
        job = row(site, job_id)
        assert (job.state, job.attempt, job.reason) == (JobState.WAITING, attempt, "The disk sleeps.")
        assert moment(timedelta(seconds=20)) < job.not_before < moment(timedelta(seconds=31))
        now_due(site, job_id)
    settle(site)

    job = row(site, job_id)
    assert (job.state, job.attempt, job.reason) == (JobState.FAILED, 3, "The disk sleeps.")
    assert [(fact.job_id, fact.kind, fact.subject, fact.reason) for fact in told] == [(job_id, "errand", "v1", "The disk sleeps.")]


def test_a_damaged_film_is_not_tried_again(site: Site, doing: Callable[[Work], None]) -> None:
    doing(failing(MediaError("It is cut off.")))
    job_id = site.queue.add(errand, "v1")

    settle(site)

    assert (row(site, job_id).state, row(site, job_id).attempt) == (JobState.FAILED, 1)


def test_a_fault_of_ours_is_told_without_its_insides(site: Site, doing: Callable[[Work], None]) -> None:
    told: list[JobFailed] = []
    site.bus.subscribe(JobFailed, lambda site, fact: told.append(fact))
    doing(failing(ZeroDivisionError("in /home/anna/secret.py")))
    job_id = site.queue.add(heavy_errand, "v1")

    settle(site)

    assert "secret" not in row(site, job_id).reason
    assert "Something went wrong inside Homereel" in row(site, job_id).reason
    assert "ZeroDivisionError" in told[0].detail


@pytest.mark.parametrize(
    "full", [NoSpace("The disk is full."), OSError(errno.ENOSPC, "No space left on device"), OSError(errno.EDQUOT, "quota")]
)
def test_a_full_disk_makes_work_wait_and_counts_as_no_attempt(site: Site, doing: Callable[[Work], None], full: Exception) -> None:
    doing(failing(*[full] * 5))
    job_id = site.queue.add(heavy_errand, "v1")

    for _ in range(5):
        settle(site)
        job = row(site, job_id)
        assert (job.state, job.attempt) == (JobState.WAITING, 0)
        assert "disk is full" in job.reason
        now_due(site, job_id)
    settle(site)

    assert (row(site, job_id).state, row(site, job_id).reason) == (JobState.DONE, "")


def test_work_that_cannot_go_on_yet_is_put_off(site: Site, doing: Callable[[Work], None]) -> None:
    doing(failing(Again(60, "The folder is not there.")))
    job_id = site.queue.add(heavy_errand, "v1")

    settle(site)

    job = row(site, job_id)
    assert (job.state, job.attempt, job.reason) == (JobState.WAITING, 0, "The folder is not there.")
    assert moment(timedelta(seconds=50)) < job.not_before < moment(timedelta(seconds=61))


def test_a_job_that_waits_is_cancelled_at_once(site: Site) -> None:
    job_id = site.queue.add(errand, "v1")

    with site.write() as session:
        assert site.queue.cancel(session, job_id)
    settle(site)

    assert (row(site, job_id).state, row(site, job_id).attempt) == (JobState.CANCELLED, 0)
    with site.write() as session:
        assert not site.queue.cancel(session, job_id)


def test_a_job_that_runs_is_cancelled_as_soon_as_it_looks(site: Site, doing: Callable[[Work], None]) -> None:
    begun, seen = threading.Event(), threading.Event()

    def work(site: Site, job: JobHandle, subject: str) -> None:
        begun.set()
        assert job.stop.wait(5)
        seen.set()
        job.check()

    doing(work)
    job_id = site.queue.add(errand, "v1")
    worker = threading.Thread(target=site.queue._run, args=(job_id,))
    worker.start()
    assert begun.wait(5)
    with site.write() as session:
        site.queue.cancel_subject(session, "v1")
    worker.join(5)

    assert seen.is_set()
    assert row(site, job_id).state == JobState.CANCELLED


def test_a_cancelled_or_failed_job_can_be_put_back(site: Site, doing: Callable[[Work], None]) -> None:
    doing(failing(MediaError("It is cut off.")))
    job_id = site.queue.add(errand, "v1")
    settle(site)

    with site.write() as session:
        assert site.queue.retry(session, job_id)
    settle(site)

    assert (row(site, job_id).state, row(site, job_id).attempt) == (JobState.DONE, 1)
    with site.write() as session:
        assert not site.queue.retry(session, job_id)


def test_progress_is_written_and_told(site: Site, doing: Callable[[Work], None]) -> None:
    told: list[JobChanged] = []
    site.bus.subscribe(JobChanged, lambda site, fact: told.append(fact))

    def work(site: Site, job: JobHandle, subject: str) -> None:
        for share in (-1.0, 0.1, 0.2, 0.3):
            job.progress(share, eta_seconds=12, doing="Looking")
        job._told = 0
        job.progress(0.5, eta_seconds=3, doing="Making")
        kept = row(site, job.id)
        assert (kept.progress, kept.eta_seconds, kept.doing) == (0.5, 3, "Making")

    doing(work)
    job_id = site.queue.add(heavy_errand, "v1")
    settle(site)

    assert row(site, job_id).state == JobState.DONE
    assert [(fact.state, fact.progress) for fact in told] == [("running", 0), ("running", 0), ("running", 0.5), ("done", 1)]


@pytest.fixture
def running(site: Site) -> Iterator[Site]:
    site.queue.start()
    yield site
    site.queue.stop(5)


def until(holds: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_workers_take_what_is_added_in_every_way(running: Site, doing: Callable[[Work], None]) -> None:
    ids = [running.queue.add(errand, "a"), running.queue.add(heavy_errand, "b")]
    with running.write() as session:
        ids.append(running.queue.add(errand, "c", session=session))  # nobody nudges: the row is found

    until(lambda: all(row(running, job_id).state == JobState.DONE for job_id in ids))


def test_at_start_everything_open_is_done_however_it_was_left(site: Site) -> None:
    waits, ran = site.queue.add(errand, "waits"), site.queue.add(heavy_errand, "ran")
    crashed(site, ran)

    site.queue.start()
    try:
        until(lambda: {row(site, waits).state, row(site, ran).state} == {JobState.DONE})
    finally:
        site.queue.stop(5)


def test_stopping_puts_running_work_back_without_counting_it(site: Site, doing: Callable[[Work], None]) -> None:
    begun = threading.Event()

    def work(site: Site, job: JobHandle, subject: str) -> None:
        begun.set()
        job.stop.wait(10)
        raise Cancelled

    doing(work)
    site.queue.start()
    job_id = site.queue.add(heavy_errand, "v1")
    assert begun.wait(10)
    began = time.monotonic()
    site.queue.stop(5)

    assert time.monotonic() - began < 4
    assert (row(site, job_id).state, row(site, job_id).attempt, row(site, job_id).crashes) == (JobState.WAITING, 0, 0)


def test_a_long_job_keeps_no_short_one_waiting(running: Site, doing: Callable[[Work], None]) -> None:
    go_on = threading.Event()
    doing(lambda site, job, subject: go_on.wait(10) if subject == "long" else None)
    long = running.queue.add(heavy_errand, "long")
    until(lambda: row(running, long).state == JobState.RUNNING)

    short = running.queue.add(errand, "short")
    until(lambda: row(running, short).state == JobState.DONE)

    assert row(running, long).state == JobState.RUNNING
    go_on.set()
    until(lambda: row(running, long).state == JobState.DONE)


def test_thousands_of_long_jobs_hide_no_short_one(site: Site) -> None:
    with site.write() as session:
        for number in range(20):
            site.queue.add(heavy_errand, f"film {number}", session=session)
        short = site.queue.add(errand, "waited for", session=session)
    with site.read() as session:
        assert short in dict(due_jobs(session, limit=20))
