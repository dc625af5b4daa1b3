"""What lies in the trash costs no work, and goes on where it stopped when it is taken out."""

from app.videos import service
from tests.conftest import settle
from tests.processing.conftest import Films


def test_nothing_is_made_of_a_film_in_the_trash_until_it_comes_back(films: Films) -> None:
    video = films.open("h264.mp4")
    films.site.bus.drain()  # pictures, checksum and renditions are asked for
    with films.site.write() as session:
        service.trash(session, video.id, now=films.site.now())
    settle(films.site)

    assert not list(films.folder(video).rglob("*.m4s"))
    assert films.jobs()["make_renditions"] == "cancelled"
    assert films.video(video.id).state == "processing"

    with films.site.write() as session:
        service.restore(session, video.id)
    settle(films.site)

    assert films.video(video.id).state == "ready"
    assert all(row.packed for row in films.renditions(video))
