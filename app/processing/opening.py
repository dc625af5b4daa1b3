"""Opening a film: examined, and playable. This is what a viewer waits for."""

import structlog

from app.media.checks import first_segments_decode
from app.media.facts import Facts
from app.media.ladder import direct
from app.media.probe import probe
from app.media.runs import RunManager
from app.processing.films import film_of, folder_of, source_of
from app.processing.pictures import make_pictures
from app.processing.plans import keep_plan
from app.processing.progress import note_renditions
from app.processing.rendering import make_renditions
from app.processing.telling import tell_loss, told_to
from app.queue import Cancelled, JobFailed, JobHandle, task
from app.site import Site
from app.videos import service
from app.videos.models import Original

log = structlog.get_logger(__name__)


@task(retries=2, retry_delay=5)
def open_film(site: Site, job: JobHandle, video_id: str) -> None:
    """Examine the file and make it playable: directly where every browser can, else with its first segments."""
    with site.write() as session:
        video = service.begin_processing(session, video_id)
        original = session.get(Original, video.original_id) if video else None
    if video is None or original is None:  # gone, or done by an earlier run
        return
    source, folder = source_of(site, original), folder_of(site, original.id)
    site.part(RunManager).allow(folder)  # it may come out of the trash
    with told_to(site, video_id):
        facts = probe(source, folder=folder, first_look=lambda facts: _open(site, job, video_id, original.id, facts))
        _open(site, job, video_id, original.id, facts)
        tell_loss(site, video_id, facts)
    if video.playable:  # tried anew after it could be played: that is not told twice, so what follows from it is asked for here
        site.queue.add(make_pictures, video_id)
        site.queue.add(make_renditions, video_id)
    log.info("film examined", video=video_id, container=facts.container, seconds=round(facts.duration, 1))


def _open(site: Site, job: JobHandle, video_id: str, original_id: str, facts: Facts) -> None:
    """Make it playable by these facts: by the first look at a long film, and again when all its frames are counted."""
    with site.write() as session:
        service.set_facts(session, original_id, facts)
        original = session.get(Original, original_id)
        if original is None:
            raise Cancelled
        keep_plan(site, session, original, facts)
        film = film_of(site, original)
        note_renditions(session, film)
    job.check()
    straight = direct(facts)
    if not (straight and straight.surely):
        runs, first = site.part(RunManager), [film.rendition(rung.name) for rung in film.first]
        runs.warm(first)
        first_segments_decode(runs.tool, first)
    with site.write() as session:
        service.mark_playable(session, video_id, now=site.now())


def given_up(site: Site, fact: JobFailed) -> None:
    """Work on a film ended for good without a word on the film: say it there, so that nobody waits for ever."""
    if fact.kind not in (open_film.kind, "make_renditions", "make_remaining_renditions"):
        return
    with site.write() as session:
        video = service.begin_processing(session, fact.subject)  # None if the film says already how it ended
        if video is not None:
            say = service.needs_attention if video.playable else service.fail
            say(session, video.id, fact.reason)
