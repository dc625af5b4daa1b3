"""How far renditions are, in rows that people can see; and whether there is room for them."""

import time
from collections.abc import Sequence

from sqlmodel import Session

from app.media.filling import count_made
from app.media.grid import Segment, segments
from app.media.packing import packed_path, packed_table
from app.media.rendition import Rendition
from app.media.runs import Report
from app.processing.films import Film
from app.queue import JobHandle
from app.site import Site
from app.storage.space import Reserve, require_room
from app.videos import service

_COUNT_EVERY = 2.0  # seconds


def count_segments(rendition: Rendition) -> Sequence[Segment]:
    return segments(rendition.facts, rendition.index, rendition.rung)


def note_renditions(session: Session, film: Film) -> None:
    """A row for every rung, so that people see what is to come; none for those that are no longer planned."""
    service.keep_renditions(session, film.original_id, [rung.name for rung in film.rungs])
    for rendition in film.renditions():
        rung = rendition.rung
        count = len(count_segments(rendition))
        service.note_rendition(
            session,
            original_id=film.original_id,
            name=rung.name,
            kind=rung.kind,
            segments=count,
            height=rung.height,
            codec=rung.codec_string,
        )


class Telling:
    """Tells of a fill: the job's progress as often as it may, and how many segments of each rung can be played."""

    def __init__(self, site: Site, job: JobHandle, film: Film) -> None:
        self._site, self._job, self.film = site, job, film
        self._renditions = film.renditions()
        self._ready: dict[str, int] = {}
        self._at = float("-inf")

    def tell(self, report: Report) -> None:
        if time.monotonic() - self._at > _COUNT_EVERY:
            self._at = time.monotonic()
            self._count()
        self._job.progress(report.share, eta_seconds=report.eta_seconds, doing=report.doing)

    def _count(self) -> None:
        """One short write, and none while nothing new was made."""
        ready = {each.rung.name: count_made(each) for each in self._renditions if not packed_table(each.folder, each.rung.name)}
        changed = {name: count for name, count in ready.items() if count != self._ready.get(name, 0)}
        self._ready = ready
        if changed:
            with self._site.write() as session:
                for name, count in changed.items():
                    service.rendition_progress(session, original_id=self.film.original_id, name=name, ready=count, packed=False)


def rendition_done(site: Site, film: Film, rendition: Rendition) -> None:
    name = rendition.rung.name
    size = packed_path(film.folder, name).stat().st_size
    with site.write() as session:
        service.rendition_progress(
            session, original_id=film.original_id, name=name, ready=len(count_segments(rendition)), packed=True, size=size
        )


def require_room_for(site: Site, film: Film) -> None:
    """NoSpace if the renditions may not fit: at half their highest rate, and once more while the largest is packed.

    What is packed already needs no more room.
    """
    missing = [rung.maxrate for rung in film.rungs if packed_table(film.folder, rung.name) is None]
    needed = int(film.facts.duration * (sum(missing) + max(missing, default=0)) / 8 * 0.5)
    require_room(site.paths.renditions, needed, reserve=Reserve.set_to(site.settings.reserve))
