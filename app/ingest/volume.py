"""Is the disk there that holds the originals? An empty mount point must not be taken for an empty library (RELIABILITY R-17)."""

from sqlmodel import col, select

from app.errors import Unavailable
from app.i18n import N_
from app.ids import new_public_id
from app.site import Site, fact, set_value
from app.storage.marker import Volume, mark, volume_at
from app.videos.models import Original

_FACT = "volume_id"
ABSENT = N_("The disk that holds the videos is not there. Nothing is lost: it goes on once the disk is back.")


def require_volume(site: Site) -> None:
    """Raise Unavailable unless the originals folder is the one this site has always had. A new site marks its own."""
    with site.read() as session:
        known = fact(session, _FACT)
    if known is None:
        known = _first_mark(site)
    if volume_at(site.paths.originals, known) is not Volume.OURS:
        raise Unavailable(ABSENT)


def _first_mark(site: Site) -> str:
    """Before there was a marker the folder is ours if it holds what the database speaks of, or if that speaks of nothing."""
    with site.write() as session:
        known = fact(session, _FACT)
        if known is not None:
            return str(known)
        sample = session.exec(select(Original.path).where(col(Original.in_place).is_(False)).limit(20)).all()
        if sample and not any((site.paths.originals / path).exists() for path in sample):
            raise Unavailable(ABSENT)
        made = new_public_id()
        mark(site.paths.originals, made)
        set_value(session, _FACT, made)
    return made
