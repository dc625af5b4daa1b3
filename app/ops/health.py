"""Whether this site can serve: asked every few seconds by machines, so each look is short."""

import structlog

from app.db import ping
from app.errors import HomereelError
from app.media.ffmpegs import Choice
from app.site import Site
from app.storage.space import room_at

log = structlog.get_logger(__name__)
_NEARLY_NOTHING = 50_000_000  # bytes free, below which nothing can be saved any more


def faults(site: Site) -> list[str]:
    """Names of what keeps the site from working: db, disk, ffmpeg, queue. Empty: ready."""
    found = []
    try:
        ping(site.database)
    except (HomereelError, OSError) as error:
        log.error("the database does not answer", why=str(error))
        found.append("db")
    try:
        if min(room_at(site.paths.data).free, room_at(site.paths.media).free) < _NEARLY_NOTHING:
            found.append("disk")
    except OSError:
        found.append("disk")
    if site.part(Choice).chosen is None:
        found.append("ffmpeg")
    if not site.queue.running:
        found.append("queue")
    return found
