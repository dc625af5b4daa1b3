"""The renditions of a film, made behind those who watch."""

import msgspec

from app.media.packing import pack, packed_table
from app.media.runs import EndsShort, RunManager
from app.processing.films import Film
from app.processing.plans import refine_plan
from app.processing.progress import rendition_done, require_room_for
from app.processing.telling import ends_early, film_for, told_to
from app.queue import Cancelled, JobHandle, task
from app.site import Site
from app.videos import service
from app.videos.events import VideoTrashed
from app.videos.models import Video


@task(retries=2, retry_delay=30, heavy=True)
def make_renditions(site: Site, job: JobHandle, video_id: str) -> None:
    """Make what is missing of every rendition, lowest first, behind those who watch; pack what is whole."""
    film = film_for(site, video_id)
    with site.read() as session:
        rests = service.rests(session, video_id)
    if film is None or rests:  # taken out of the trash, it is opened anew and asks for this again
        return
    with told_to(site, video_id):
        require_room_for(site, film)
        with site.write() as session:
            service.begin_processing(session, video_id)  # it may have waited for room
        film = refine_plan(site, film, stop=job.stop)
        runs = site.part(RunManager)
        try:
            whole = runs.fill(film.renditions(), progress=job.progress, stop=job.stop)
        except EndsShort as short:
            _cut(site, video_id, film, short.at)
            return
        job.check()
        if not whole:
            raise Cancelled
        for rendition in film.renditions():
            if packed_table(film.folder, rendition.rung.name) is None:
                pack(rendition)
            rendition_done(site, film, rendition)
            job.check()
        with site.write() as session:
            video = session.get(Video, video_id)
            if video is not None and video.state == "processing":
                service.finish_processing(session, video_id)


def rest(site: Site, fact: VideoTrashed) -> None:
    """Nothing more is made of what lies in the trash; what was made stays for its return."""
    with site.write() as session:
        if service.rests(session, fact.video_id):
            site.queue.cancel_subject(session, fact.video_id)


def _cut(site: Site, video_id: str, film: Film, at: float) -> None:
    """The film ends before its file says so: lists end there too, and the owner is told."""
    facts = msgspec.structs.replace(film.facts, cut_at=at, duration=at)
    with site.write() as session:
        service.set_facts(session, film.original_id, facts)
        service.needs_attention(session, video_id, ends_early(facts))
