"""The pictures of a film: what cards and the player show before it plays, and what the seek bar shows while it does."""

import shutil
import threading
from pathlib import Path

import msgspec

from app.i18n import N_, _
from app.media import stills
from app.media.facts import Facts
from app.media.index import Index, load_index
from app.media.packing import packed_path, packed_table
from app.media.stills import SMALL, load_storyboard, make_stills, still_name
from app.processing.films import Film
from app.processing.telling import film_for
from app.queue import Again, JobChanged, JobHandle, JobState, task
from app.site import Site
from app.videos.events import VideoPurged
from app.videos.pictures import set_stills, set_storyboard

_one = threading.Lock()
_AGAIN = 10.0  # seconds


@task(retries=1, retry_delay=10)
def make_pictures(site: Site, job: JobHandle, video_id: str) -> None:
    """Stills for cards and the player to choose from, within seconds of play."""
    film = film_for(site, video_id)
    if film is None:
        return
    made = make_stills(film.source, film.facts, load_index(film.folder), folder=film.folder)
    job.check()
    if made:
        with site.write() as session:
            set_stills(session, video_id, [still.at for still in made])
    for number in range(len(made) + 1, 4):
        (film.folder / still_name(SMALL, number)).unlink(missing_ok=True)


@task(retries=1, retry_delay=60)
def make_storyboard(site: Site, job: JobHandle, video_id: str) -> None:
    """Small pictures of all of it for the seek bar, behind everybody who watches.

    It takes seconds, so it does not wait for the renditions of other films; but one at a time, as uploads are opened by the same workers.
    """
    film = film_for(site, video_id)
    if film is None or film.facts.video is None:
        return
    if not _one.acquire(blocking=False):
        raise Again(_AGAIN, _("Another film has its turn."))
    try:
        _make_storyboard(site, job, film)
    finally:
        _one.release()


def _make_storyboard(site: Site, job: JobHandle, film: Film) -> None:
    job.progress(0, doing=N_("Taking pictures for the seek bar"))
    sparse = stills.make_storyboard(film.source, film.facts, load_index(film.folder), folder=film.folder, progress=job.progress)
    if sparse and (rung := _lowest(film)) is not None:
        stills.make_storyboard(rung, _of_rung(film.facts), Index(), folder=film.folder, progress=job.progress)
    with site.write() as session:
        set_storyboard(session, film.original_id)


def _lowest(film: Film) -> Path | None:
    """A rendition that is all there: it has a key frame every four seconds, whatever the source has."""
    packed = (rung.name for rung in film.pictures if packed_table(film.folder, rung.name) is not None)
    return next((packed_path(film.folder, name) for name in packed), None)


def _of_rung(facts: Facts) -> Facts:
    """The same film as our own renditions have it: upright, progressive, in ordinary colours, beginning at zero."""
    assert facts.video is not None
    video = msgspec.structs.replace(facts.video, stream=0, interlaced=False, transfer="", primaries="")
    return msgspec.structs.replace(facts, zero=0.0, video=video)


def after_renditions(site: Site, fact: JobChanged) -> None:
    """Where key frames are rare, the seek bar's pictures are taken from what was just made."""
    if fact.kind not in ("make_renditions", "make_remaining_renditions") or fact.state != JobState.DONE:
        return
    film = film_for(site, fact.subject)
    board = load_storyboard(film.folder) if film else None
    if board is not None and board.sparse:
        site.queue.add(make_storyboard, fact.subject)


def drop_pictures(site: Site, fact: VideoPurged) -> None:
    """What people chose for a video goes with it."""
    shutil.rmtree(site.paths.pictures / fact.video_id, ignore_errors=True)
