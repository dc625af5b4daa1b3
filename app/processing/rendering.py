"""The renditions of a film, made behind those who watch."""

import msgspec

from app.media.runs import EndsShort, Report, RunManager
from app.processing.budget import Budget, OverBudget
from app.processing.films import Film
from app.processing.finishing import pack_checked, tell_gaps
from app.processing.plans import refine_plan
from app.processing.progress import rendition_done, require_room_for
from app.processing.telling import film_for, tell_loss, told_to
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
            whole = _fill(runs, film, job)
        except EndsShort as short:
            _cut(site, video_id, film, short.at)
            return
        tell_gaps(site, video_id, film)
        job.check()
        if not whole:
            raise Cancelled
        for rendition in film.renditions():
            pack_checked(runs, rendition)
            rendition_done(site, film, rendition)
            job.check()
        with site.write() as session:
            video = session.get(Video, video_id)
            if video is not None and video.state == "processing":
                service.finish_processing(session, video_id)


def _fill(runs: RunManager, film: Film, job: JobHandle) -> bool:
    budget = Budget(film)

    def progress(report: Report) -> None:
        budget.check()
        job.progress(report.share, eta_seconds=report.eta_seconds, doing=report.doing)

    try:
        return runs.fill(film.renditions(), progress=progress, stop=job.stop)
    except OverBudget:
        runs.stop(film.folder)
        runs.allow(film.folder)
        raise


def rest(site: Site, fact: VideoTrashed) -> None:
    """Nothing more is made of what lies in the trash; what was made stays for its return."""
    with site.write() as session:
        if service.rests(session, fact.video_id):
            site.queue.cancel_subject(session, fact.video_id)


def _cut(site: Site, video_id: str, film: Film, at: float) -> None:
    """The film ends before its file says so: lists end there too, the owner is told, and what is there is made."""
    stated = film.facts.stated or film.facts.duration
    facts = msgspec.structs.replace(film.facts, cut_at=at, duration=at, stated=stated)
    with site.write() as session:
        service.set_facts(session, film.original_id, facts)
    tell_loss(site, video_id, facts)
    site.queue.add(make_renditions, video_id)
