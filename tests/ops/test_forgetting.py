import time

from sqlmodel import col, select

from app.jobs import Job, JobState
from app.ops.forgetting import Forgetting, forget_jobs
from app.site import Site


def fill(site: Site) -> None:
    with site.write() as session:
        for number in range(12):
            state = JobState.FAILED if number == 0 else JobState.WAITING if number == 1 else JobState.DONE
            session.add(Job(id=f"{number:015d}", kind="x", subject=str(number), state=state, created_at=site.now()))


def left(site: Site) -> list[str]:
    with site.read() as session:
        return [job.subject for job in session.exec(select(Job).order_by(col(Job.id)))]


def test_the_latest_that_are_over_stay_and_trouble_stays_for_ever(site: Site) -> None:
    fill(site)
    with site.write() as session:
        assert forget_jobs(session, keep=3) == 7
    assert left(site) == ["0", "1", "9", "10", "11"]
    with site.write() as session:
        assert forget_jobs(session, keep=3) == 0
        assert forget_jobs(session) == 0


def test_it_looks_by_itself_and_ends_when_told(site: Site) -> None:
    fill(site)
    made = Forgetting(site, keep=3, first=0.01, every=0.01)
    made.start()
    deadline = time.monotonic() + 10
    while len(left(site)) > 5 and time.monotonic() < deadline:
        time.sleep(0.01)
    made.stop()
    assert left(site) == ["0", "1", "9", "10", "11"]
