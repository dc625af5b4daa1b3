"""How far renditions are, in rows that people can see; and whether there is room for them."""

from collections.abc import Sequence

from sqlmodel import Session

from app.media.grid import Segment, segments
from app.media.packing import packed_path, packed_table
from app.media.rendition import Rendition
from app.processing.films import Film
from app.site import Site
from app.storage.space import Reserve, require_room
from app.videos import service


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
