"""New films first; how far each is can be seen while it is made."""

import threading

import pytest
from sqlmodel import select

from app.media.runs import Report, RunManager, Stopped
from app.processing.films import film_of
from app.processing.progress import Telling
from app.queue import Job, JobHandle
from app.videos import service
from app.videos.models import Video
from tests.conftest import settle
from tests.processing.conftest import Films

PAST = "2020-01-01T00:00:00.000+00:00"


def waits_long(films: Films, video: Video, kind: str) -> str:
    """The id of the job, which has waited for years."""
    with films.site.write() as session:
        job = session.exec(select(Job).where(Job.kind == kind, Job.subject == video.id, Job.state == "waiting")).one()
        job.created_at = PAST
        return job.id


def test_while_another_film_waits_what_people_begin_with_is_made_first_and_the_rest_later(films: Films) -> None:
    first, second = films.open("720p.mp4"), films.open("h264.mp4")
    films.site.bus.drain()
    for kind in ("settle_original", "measure_sound"):
        films.run(kind)
    mine, theirs = (waits_long(films, video, "make_renditions") for video in (first, second))

    films.site.queue._run(mine)

    begun_with = {rung.name for rung in film_of(films.site, films.original(first)).first}
    assert {row.name for row in films.renditions(first) if row.packed} == begun_with < {row.name for row in films.renditions(first)}
    assert films.video(first.id).state == "processing"
    remaining = waits_long(films, first, "make_remaining_renditions")
    films.site.queue._run(remaining)  # it gives way: the other still waits
    assert waits_long(films, first, "make_remaining_renditions") == remaining
    assert [job_id for job_id, _ in films.site.queue._due()].index(theirs) < [job_id for job_id, _ in films.site.queue._due()].index(
        remaining
    )

    settle(films.site)
    assert {films.video(video.id).state for video in (first, second)} == {"ready"}
    assert all(row.packed for row in films.renditions(first))


class Notes:
    def note(self, job: Job) -> None:
        """Nobody looks."""

    def others_wait(self, job: Job) -> bool:
        return False


def test_rows_count_segments_while_they_are_made(films: Films) -> None:
    video = films.open("h264.mp4")
    film = film_of(films.site, films.original(video))
    job = JobHandle(Notes(), Job(kind="make_renditions", subject=video.id, created_at=PAST), threading.Event())
    rendition = film.rendition(film.first[0].name)
    before = {row.name: row.ready for row in films.renditions(video)}

    films.site.part(RunManager).segment(rendition, 1)
    Telling(films.site, job, film).tell(Report(0.1))

    row = next(row for row in films.renditions(video) if row.name == rendition.rung.name)
    assert before[row.name] == 0
    assert 1 <= row.ready <= row.segments
    assert not row.packed


def test_a_film_in_the_trash_is_worked_on_by_nobody_until_it_comes_back(films: Films) -> None:
    video = films.open("h264.mp4")
    film = film_of(films.site, films.original(video))
    rendition = film.rendition(film.first[0].name)
    with films.site.write() as session:
        service.trash(session, video.id, now=films.site.now())
    films.site.bus.drain()

    with pytest.raises(Stopped):
        films.site.part(RunManager).segment(rendition, 2)

    with films.site.write() as session:
        service.restore(session, video.id)
    settle(films.site)
    assert films.video(video.id).state == "ready"
