"""How loud a film's tracks are, measured behind those who watch."""

import structlog

from app.media.loudness import measure_loudness, to_json
from app.media.runs import RunManager
from app.processing.plans import even_out
from app.processing.rendering import make_renditions
from app.processing.telling import film_for
from app.queue import JobHandle, task
from app.site import Site
from app.videos import service
from app.videos.models import Original

log = structlog.get_logger(__name__)


@task(retries=1, retry_delay=60, heavy=True)
def measure_sound(site: Site, job: JobHandle, video_id: str) -> None:
    """Once a file. What cannot be measured is played as it is."""
    film = film_for(site, video_id)
    if film is None or film.plan.choices.loudness == "off":
        return
    with site.read() as session:
        original = session.get(Original, film.original_id)
    if original is None or original.missing:
        return
    if not original.loudness:
        streams = sorted({rung.stream for rung in film.rungs if rung.kind == "audio"})
        measured = measure_loudness(site.part(RunManager).tool, film.source, film.facts, streams=streams, stop=job.stop)
        job.check()
        if not measured:
            log.info("the loudness of a film could not be measured", video=video_id)
            return
        with site.write() as session:
            service.set_loudness(session, film.original_id, to_json(measured))
    if even_out(site, film.original_id):
        site.queue.add(make_renditions, video_id)
