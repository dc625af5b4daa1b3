"""The work behind an upload, each piece safe to run twice: short transaction, long work with none, short transaction.

`open_film` is what a viewer waits for; pictures, checksum and the remaining renditions come after play is possible.
"""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import msgspec
import structlog

from app.errors import MediaError, NoSpace
from app.i18n import _
from app.ids import new_public_id
from app.media.facts import Facts
from app.media.ladder import direct
from app.media.packing import pack, packed_table
from app.media.probe import probe
from app.media.runs import EndsShort, RunManager, Stopped
from app.media.thumbnails import make_thumbnails
from app.processing.films import Film, film_of, folder_of, source_of
from app.processing.progress import note_renditions, rendition_done, require_room_for
from app.queue import Again, Cancelled, JobFailed, JobHandle, task
from app.site import Site
from app.storage.digests import Stopped as DigestStopped
from app.storage.digests import whole_digest
from app.storage.originals import delete
from app.videos import service
from app.videos.events import VideoTrashed
from app.videos.models import Original, Video

log = structlog.get_logger(__name__)
SPACE_AGAIN = 20.0  # seconds between looks whether there is room again


@task(retries=1, retry_delay=5)
def open_film(site: Site, job: JobHandle, video_id: str) -> None:
    """Examine the file and make it playable: directly where every browser can, else with its first segments."""
    with site.write() as session:
        video = service.begin_processing(session, video_id)
        original = session.get(Original, video.original_id) if video else None
    if video is None or original is None:  # gone, or done by an earlier run
        return
    source, folder = source_of(site, original), folder_of(site, original.id)
    with _told_to(site, video_id):
        facts = probe(source, folder=folder, first_look=lambda facts: _open(site, job, video_id, original.id, facts))
        _open(site, job, video_id, original.id, facts)
        if facts.cut_at is not None:
            with site.write() as session:
                service.needs_attention(session, video_id, ends_early(facts))
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
        film = film_of(site, original)
        note_renditions(session, film)
    job.check()
    straight = direct(facts)
    if not (straight and straight.surely):
        site.part(RunManager).warm([film.rendition(rung.name) for rung in film.first])
    with site.write() as session:
        service.mark_playable(session, video_id, now=site.now())


def ends_early(facts: Facts) -> str:
    at = facts.cut_at or facts.duration
    return _("The file ends early, at {at}. What is there plays.").format(at=f"{int(at // 60)}:{int(at % 60):02}")


@contextmanager
def _told_to(site: Site, video_id: str) -> Iterator[None]:
    """What goes wrong with a film is said on the film; a fault of the disk waits and tries again."""
    try:
        yield
    except Stopped as stopped:
        raise Cancelled from stopped
    except (NoSpace, OSError) as error:
        if not isinstance(error, NoSpace) and error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        why = str(error) if isinstance(error, NoSpace) else _("The disk is full. This goes on by itself when there is room again.")
        with suppress(NoSpace), site.write() as session:  # the database may be on the same disk
            if service.begin_processing(session, video_id):  # not if the film waits for its owner, or is done
                service.waiting_space(session, video_id, why)
        raise Again(SPACE_AGAIN, why) from error
    except MediaError as error:
        with site.write() as session:
            video = session.get(Video, video_id)
            say = service.needs_attention if video is not None and video.playable else service.fail
            say(session, video_id, str(error))
        raise


def given_up(site: Site, fact: JobFailed) -> None:
    """Work on a film ended for good without a word on the film: say it there, so that nobody waits for ever."""
    if fact.kind not in (open_film.kind, "make_renditions"):
        return
    with site.write() as session:
        video = service.begin_processing(session, fact.subject)  # None if the film says already how it ended
        if video is not None:
            say = service.needs_attention if video.playable else service.fail
            say(session, video.id, fact.reason)


@task(retries=1, retry_delay=10)
def make_pictures(site: Site, job: JobHandle, video_id: str) -> None:
    """A good frame for cards and the player, within seconds of play."""
    film = _film_for(site, video_id)
    if film is None:
        return
    shown = make_thumbnails(film.source, film.facts, folder=film.folder)
    job.check()
    if shown is not None:
        with site.write() as session:
            service.set_thumbnail(session, video_id, new_public_id()[:6])


@task(retries=2, retry_delay=30, heavy=True)
def make_renditions(site: Site, job: JobHandle, video_id: str) -> None:
    """Make what is missing of every rendition, lowest first, behind those who watch; pack what is whole."""
    film = _film_for(site, video_id)
    with site.read() as session:
        rests = service.rests(session, video_id)
    if film is None or rests:  # taken out of the trash, it is opened anew and asks for this again
        return
    with _told_to(site, video_id):
        require_room_for(site, film)
        with site.write() as session:
            service.begin_processing(session, video_id)  # it may have waited for room
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


@task(retries=3, retry_delay=60, heavy=True)
def settle_original(site: Site, job: JobHandle, video_id: str) -> None:
    """Checksum the file, in the queue of long work: of a film of 40 GB that takes minutes, and who uploads meanwhile must not wait for it.

    The same content twice: both videos use one file, and nobody is told of a video they may not see."""
    with site.read() as session:
        video = session.get(Video, video_id)
        original = session.get(Original, video.original_id) if video and video.original_id else None
    if original is None or original.digest:
        return
    try:
        digest = whole_digest(source_of(site, original), stopped=job.stop.is_set, busy_share=0.5)
    except DigestStopped as stopped:
        raise Cancelled from stopped
    with site.write() as session:
        service.set_digest(session, original.id, digest)
        twin = service.twin_of(session, original.id)
        orphan = service.share_original(session, video_id=video_id, original_id=twin.id, now=site.now()) if twin else None
    if orphan is not None:
        drop_files(site, orphan)


def drop_files(site: Site, original: Original) -> None:
    """Delete what nobody uses any more: renditions first, the file last, then the row. What is in place is not ours to delete."""
    folder = folder_of(site, original.id)
    site.part(RunManager).stop(folder)
    shutil.rmtree(folder, ignore_errors=True)
    if not original.in_place:
        delete(source_of(site, original))
    with site.write() as session:
        service.forget_original(session, original.id)


@task(retries=5, retry_delay=60)
def drop_original(site: Site, job: JobHandle, original_id: str) -> None:  # noqa: ARG001
    """After a video was deleted for good and nobody shares its file."""
    with site.read() as session:
        original = session.get(Original, original_id)
        used = service.is_used(session, original_id)
    if original is not None and not used:
        drop_files(site, original)


def _film_for(site: Site, video_id: str) -> Film | None:
    with site.read() as session:
        video = session.get(Video, video_id)
        original = session.get(Original, video.original_id) if video and video.original_id else None
        if video is None or original is None or not original.facts or video.state == "failed":
            return None
        return film_of(site, original)
