"""The pictures of a film: what cards and the player show before it plays."""

from app.ids import new_public_id
from app.media.thumbnails import make_thumbnails
from app.processing.telling import film_for
from app.queue import JobHandle, task
from app.site import Site
from app.videos import service


@task(retries=1, retry_delay=10)
def make_pictures(site: Site, job: JobHandle, video_id: str) -> None:
    """A good frame for cards and the player, within seconds of play."""
    film = film_for(site, video_id)
    if film is None:
        return
    shown = make_thumbnails(film.source, film.facts, folder=film.folder)
    job.check()
    if shown is not None:
        with site.write() as session:
            service.set_thumbnail(session, video_id, new_public_id()[:6])
