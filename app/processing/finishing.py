"""The last look at what was made of a film, before it is packed and called ready (SECURITY MED-6)."""

from contextlib import suppress

import msgspec
import structlog

from app.errors import Unavailable
from app.i18n import N_
from app.media.checks import packed_whole, shortcoming
from app.media.gaps import joined, read_gaps
from app.media.homes import wipe_home
from app.media.packing import pack, packed_path, packed_table, table_path
from app.media.rendition import Rendition
from app.media.runs import RunManager
from app.processing.films import Film
from app.processing.telling import tell_loss
from app.site import Site
from app.videos import service

log = structlog.get_logger(__name__)


def pack_checked(runs: RunManager, rendition: Rendition) -> None:
    """Pack what is whole. What is not is thrown away, to be made once more: Unavailable, so that the job comes back."""
    if packed_table(rendition.folder, rendition.rung.name) is not None:
        return
    wrong = shortcoming(runs.tool, rendition)
    if not wrong and not packed_whole(rendition, pack(rendition)):
        wrong = "the packed file is not what its table says"
    if wrong:
        log.error("a rendition did not come out right", home=str(rendition.home), why=wrong)
        throw_away(runs, rendition)
        raise Unavailable(N_("A version of this video did not come out right and is made once more."))


def throw_away(runs: RunManager, rendition: Rendition) -> None:
    """All of one rendition, so that nothing of it is ever served again. The table goes first: without it the rest is nothing."""
    runs.stop(rendition.folder)
    for path in (table_path(rendition.folder, rendition.rung.name), packed_path(rendition.folder, rendition.rung.name)):
        with suppress(FileNotFoundError):
            path.unlink()
    wipe_home(rendition.home)
    runs.allow(rendition.folder)


def tell_gaps(site: Site, video_id: str, film: Film) -> None:
    """What the runs could not read of the film's middle is written down, and its owner told."""
    gaps = joined((*film.facts.gaps, *read_gaps(film.folder)))
    if not gaps:
        return
    facts = msgspec.structs.replace(film.facts, gaps=gaps)
    with site.write() as session:
        service.set_facts(session, film.original_id, facts)
    tell_loss(site, video_id, facts)
