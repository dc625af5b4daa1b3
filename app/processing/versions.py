"""Renditions are dropped to make room and made again: the original is never touched."""

import shutil
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import structlog

from app.errors import Conflict, Missing
from app.i18n import N_
from app.media.packing import packed_path, table_path
from app.media.rendition import Rendition
from app.media.runs import RunManager
from app.processing.films import Film, film_of
from app.processing.finishing import throw_away
from app.queue import JobHandle, task
from app.site import Site, rfc3339
from app.videos.models import Original
from app.videos.versions import Kept, dropped_names, kept_renditions, least_wanted, note_dropped, with_leftovers

log = structlog.get_logger(__name__)
_SPARED = timedelta(days=1)  # what was watched or published since then is not dropped by itself: somebody may be in the middle of it


def wanted_renditions(site: Site, film: Film) -> list[Rendition]:
    """Those that are made behind those who watch: all but the dropped."""
    with site.read() as session:
        gone = dropped_names(session, film.original_id)
    return [rendition for rendition in film.renditions() if rendition.rung.name not in gone]


def drop_version(site: Site, original_id: str, name: str) -> int:
    """Take one away and say how many bytes that frees. It plays on: what somebody watches of it is made anew.

    Missing for one there is not; Conflict while the original is not there, as nothing could be made again.
    """
    with site.read() as session:
        original = session.get(Original, original_id)
    if original is None:
        raise Missing
    if original.missing:
        raise Conflict(N_("The original file is not there, so this version could not be made again. It stays."))
    film = film_of(site, original)
    rendition = film.rendition(name)
    with site.write() as session:
        freed = note_dropped(session, original_id, [name])
    throw_away(site.part(RunManager), rendition)
    log.info("a rendition was dropped", original=original_id, name=name, bytes=freed)
    return freed


def to_be_dropped(site: Site, *, too_many: int | None = None) -> list[Kept]:
    """What would go: by the budget of the settings, or to free so many bytes."""
    with site.read() as session:
        budget = int(site.value(session, "renditions_max"))
        if too_many is None and not budget:
            return []  # nothing is read where nothing is limited
        kept = kept_renditions(session)
    if too_many is None:
        too_many = sum(each.size for each in kept) - budget
    return least_wanted(kept, too_many=too_many, before=rfc3339(site.clock() - _SPARED)) if too_many > 0 else []


@task(retries=1, retry_delay=300)
def keep_to_budget(site: Site, job: JobHandle, _subject: str) -> None:
    """Drop what is least wanted until the renditions fit, and clear away what no plan speaks of any more."""
    for each in to_be_dropped(site):
        job.check()
        with suppress(Conflict, Missing):
            drop_version(site, each.original_id, each.name)
    _clear(site, job)


def _clear(site: Site, job: JobHandle) -> None:
    with site.read() as session:
        changed = [session.get(Original, original_id) for original_id in with_leftovers(session)]
    for original in changed:
        job.check()
        if original is not None:
            with site.read() as session:
                gone = dropped_names(session, original.id)
            clear_retired(film_of(site, original), gone)


def free_room(site: Site, count: int) -> int:
    """Drop so many bytes of what is least wanted; how many it came to."""
    freed = 0
    for each in to_be_dropped(site, too_many=count):
        with suppress(Conflict, Missing):
            freed += drop_version(site, each.original_id, each.name)
    return freed


def clear_retired(film: Film, dropped: set[str]) -> None:
    """Files of rungs that the plan no longer lists, and pieces made for somebody of those that were dropped, once a day old: whoever
    had a list of them has been served."""
    names = {rung.name for rung in film.plan.retired} | dropped
    for name in names:
        for path in (table_path(film.folder, name), packed_path(film.folder, name)):
            if name not in dropped and _old(path):
                path.unlink(missing_ok=True)
        if _old(film.folder / name):
            shutil.rmtree(film.folder / name, ignore_errors=True)


def _old(path: Path) -> bool:
    try:
        return path.stat().st_mtime < time.time() - _SPARED.total_seconds()
    except OSError:
        return False
