"""The renditions of a film, made behind those who watch."""

import time
from collections.abc import Sequence

import msgspec

from app.media.runs import EndsShort, Rank, Rendition, Report, RunManager
from app.processing.budget import Budget
from app.processing.films import Film, folder_of
from app.processing.finishing import pack_checked, tell_gaps
from app.processing.plans import refine_plan
from app.processing.progress import Telling, rendition_done, require_room_for
from app.processing.telling import film_for, tell_loss, told_to
from app.processing.versions import keep_to_budget, wanted_renditions
from app.queue import Again, Cancelled, JobHandle, task
from app.site import Site
from app.videos import service
from app.videos.events import VideoTrashed
from app.videos.models import Video

_OTHERS_LOOK = 5.0  # seconds


@task(retries=2, retry_delay=30, heavy=True)
def make_renditions(site: Site, job: JobHandle, video_id: str) -> None:
    """Make what is missing of every rendition, behind those who watch; pack what is whole.

    All of them come from one decode, which takes a fifth less of the processor than the one that people begin with by itself and
    then the rest. Once another film waits, that one is made whole by itself and the rest comes later: new films first.
    """
    _make(site, job, video_id)


@task(retries=2, retry_delay=30, heavy=True, later=True)
def make_remaining_renditions(site: Site, job: JobHandle, video_id: str) -> None:
    """What `make_renditions` left for when no other film waits; it gives way to one that comes meanwhile."""
    _make(site, job, video_id, later=True)


def _make(site: Site, job: JobHandle, video_id: str, *, later: bool = False) -> None:
    film = film_for(site, video_id)
    with site.read() as session:
        rests = service.rests(session, video_id)
    if film is None or rests:  # taken out of the trash, it is opened anew and asks for this again
        return
    runs = site.part(RunManager)
    runs.allow(film.folder)
    with told_to(site, video_id):
        require_room_for(site, film)
        with site.write() as session:
            service.begin_processing(session, video_id)  # it may have waited for room
        film = refine_plan(site, film, stop=job.stop)
        try:
            made = _fill(site, job, film, later=later)
        except EndsShort as short:
            _cut(site, video_id, film, short.at)
            return
        tell_gaps(site, video_id, film)
        for rendition in made:
            pack_checked(runs, rendition)
            rendition_done(site, film, rendition)
            job.check()
        if len(made) < len(wanted_renditions(site, film)):
            site.queue.add(make_remaining_renditions, video_id)
            return
        with site.write() as session:
            video = session.get(Video, video_id)
            if video is not None and video.state == "processing":
                service.finish_processing(session, video_id)
        site.queue.add(keep_to_budget, "renditions")


class _OthersWait(Exception):
    pass


def _fill(site: Site, job: JobHandle, film: Film, *, later: bool) -> Sequence[Rendition]:
    """The renditions that are whole now: all, or the first where other films wait."""
    telling = Telling(site, job, film)
    # the sound that people begin with goes first: it is quick
    everything = sorted(wanted_renditions(site, film), key=lambda each: each.rung not in film.first or each.rung.kind != "audio")
    try:
        _fill_whole(site, job, everything, telling, rank=Rank.REST if later else Rank.NEW, give_way=True)
    except _OthersWait as others:
        if later:
            raise Again(0, "") from others
        everything = [each for each in everything if each.rung in film.first]
        _fill_whole(site, job, everything, telling, rank=Rank.NEW, give_way=False)
    return everything


def _fill_whole(site: Site, job: JobHandle, renditions: Sequence[Rendition], telling: Telling, *, rank: Rank, give_way: bool) -> None:
    runs, budget, looked = site.part(RunManager), Budget(telling.film), time.monotonic()

    def progress(report: Report) -> None:
        nonlocal looked
        budget.check()
        telling.tell(report)
        if give_way and time.monotonic() - looked > _OTHERS_LOOK:
            looked = time.monotonic()
            if job.others_wait():
                raise _OthersWait

    if give_way and job.others_wait():
        raise _OthersWait
    if not runs.fill(renditions, rank=rank, progress=progress, stop=job.stop):
        raise Cancelled


def rest(site: Site, fact: VideoTrashed) -> None:
    """Nothing more is made of what lies in the trash; what was made stays for its return."""
    with site.write() as session:
        if service.rests(session, fact.video_id):
            site.queue.cancel_subject(session, fact.video_id)
            video = session.get(Video, fact.video_id)
            original_id = video.original_id if video else None
        else:
            original_id = None
    if original_id is not None:
        site.part(RunManager).stop(folder_of(site, original_id))


def _cut(site: Site, video_id: str, film: Film, at: float) -> None:
    """The film ends before its file says so: lists end there too, the owner is told, and what is there is made."""
    stated = film.facts.stated or film.facts.duration
    facts = msgspec.structs.replace(film.facts, cut_at=at, duration=at, stated=stated)
    with site.write() as session:
        service.set_facts(session, film.original_id, facts)
    tell_loss(site, video_id, facts)
    site.queue.add(make_renditions, video_id)
