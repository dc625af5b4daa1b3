"""The index, made anew while the site runs."""

from app.errors import Unavailable
from app.i18n import N_
from app.queue import JobHandle, task
from app.search.index import IndexFault
from app.search.keeper import Keeper
from app.site import Site


@task(retries=3, retry_delay=60)
def rebuild_index(site: Site, job: JobHandle, _subject: str) -> None:
    """Safe to run twice: each run fills a folder of its own."""
    try:
        site.part(Keeper).rebuild(lambda share: job.progress(share, doing=N_("Reading what is written about every video")))
    except (IndexFault, OSError) as error:
        raise Unavailable(
            N_("The search index could not be written ({why}). Until it can, the database answers, more slowly."), why=error
        ) from error
