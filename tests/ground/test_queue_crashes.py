"""Jobs after a crash: brought back, set aside at the third, taken back while the site runs."""

from collections.abc import Callable
from datetime import timedelta

from app.jobs import moment
from app.queue import Job, JobFailed, JobHandle, JobState
from app.site import Site
from tests.conftest import settle
from tests.ground.errands import Work, crashed, errand, heavy_errand, row


def test_what_ran_when_the_process_was_killed_runs_again(site: Site) -> None:
    job_id = site.queue.add(errand, "v1")
    crashed(site, job_id)

    site.queue.recover()
    settle(site)

    assert (row(site, job_id).state, row(site, job_id).crashes) == (JobState.DONE, 1)


def test_a_job_that_ends_the_process_three_times_is_set_aside_and_others_go_on(site: Site) -> None:
    told: list[JobFailed] = []
    site.bus.subscribe(JobFailed, lambda site, fact: told.append(fact))
    poison, other = site.queue.add(errand, "poison"), site.queue.add(errand, "other")
    for crashes in (1, 2, 3):
        crashed(site, poison)
        site.queue.recover()
        assert row(site, poison).crashes == crashes
    settle(site)

    assert row(site, poison).state == JobState.PARKED
    assert "set aside" in row(site, poison).reason
    assert [fact.subject for fact in told] == ["poison"]
    assert row(site, other).state == JobState.DONE

    with site.write() as session:
        assert site.queue.retry(session, poison)
    settle(site)
    assert (row(site, poison).state, row(site, poison).crashes) == (JobState.DONE, 0)


def test_power_cuts_in_a_long_job_do_not_set_it_aside(site: Site) -> None:
    job_id = site.queue.add(heavy_errand, "hours of film")
    for _ in range(5):
        crashed(site, job_id)
        with site.write() as session:
            job = session.get(Job, job_id)
            assert job is not None
            job.started_at = moment(timedelta(minutes=-20))
        site.queue.recover()

    assert (row(site, job_id).state, row(site, job_id).crashes) == (JobState.WAITING, 0)


def test_rows_that_nobody_runs_are_taken_back_while_the_site_runs(site: Site, doing: Callable[[Work], None]) -> None:
    """Their end could not be written, on a full disk say. Nobody is to start the site anew for it."""
    lost = site.queue.add(errand, "lost")
    crashed(site, lost)
    seen: list[str] = []

    def look(site: Site, job: JobHandle, subject: str) -> None:
        site.queue._take_back_lost()
        seen.append(row(site, job.id).state)

    doing(look)
    site.queue.add(errand, "alive")
    settle(site)

    assert seen[0] == JobState.RUNNING, "what runs is left alone"
    assert (row(site, lost).state, row(site, lost).crashes, row(site, lost).attempt) == (JobState.DONE, 0, 1)
