"""R-08: running a job twice, or two at once, changes nothing."""

import threading

import pytest

from app.jobs import find_task
from app.queue import Job
from app.videos.models import Video
from tests.processing.conftest import Films
from tests.reliability.aftermath import tree

TASKS = ("open_film", "make_pictures", "settle_original", "make_renditions", "make_remaining_renditions")


def known(films: Films, video: Video) -> tuple[object, ...]:
    """All that is known and kept of a film."""
    row = films.video(video.id).model_dump(exclude={"thumbnail"})  # pictures that were made again have another version
    renditions = [each.model_dump() for each in films.renditions(video)]
    files = {name: digest for name, digest in tree(films.folder(video)).items() if not name.endswith((".json", ".webp"))}
    return row, renditions, films.original(video).model_dump(exclude={"storyboard"}), files


@pytest.fixture
def ready(films: Films) -> Video:
    return films.whole("h264.mp4")


@pytest.mark.parametrize("kind", TASKS)
def test_again_and_two_at_once(films: Films, ready: Video, kind: str) -> None:
    before = known(films, ready)
    task = find_task(kind)
    assert task is not None

    again = films.site.queue.add(task, ready.id)
    films.site.queue._run(again)
    with films.site.write() as session:
        others = [Job(kind=kind, subject=ready.id, created_at=films.site.now()) for _ in range(2)]
        session.add_all(others)
    threads = [threading.Thread(target=films.site.queue._run, args=(job.id,)) for job in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    with films.site.read() as session:
        assert {session.get(Job, job_id).state for job_id in (again, *(job.id for job in others))} == {"done"}  # type: ignore[union-attr]
    assert known(films, ready) == before
