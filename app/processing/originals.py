"""The original itself: its checksum, and its end."""

import shutil

from app.media.runs import RunManager
from app.processing.films import folder_of, source_of
from app.processing.sidecars import drop_sidecars
from app.queue import Cancelled, JobHandle, task
from app.site import Site
from app.storage.digests import Stopped as DigestStopped
from app.storage.digests import whole_digest
from app.storage.originals import delete
from app.videos import service
from app.videos.models import Original, Video


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
        drop_sidecars(source_of(site, original))
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
