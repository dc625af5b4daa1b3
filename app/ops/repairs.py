"""Mending what `defects` found: files first, rows after, each step safe to run twice, so that a crash in between costs nothing.

Nothing that cannot be made again is deleted: it goes to the quarantine, where the keeper looks and decides. On a running site a film may
have come, or come back, since it was looked for: whatever takes a file away asks the database once more.
"""

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from sqlmodel import Session, col, select

from app.events import record
from app.ingest import service as ingest
from app.ingest.models import Upload, UploadState
from app.jobs import find_task
from app.media.runs import RunManager
from app.ops.defects import Defect
from app.processing.films import film_of, folder_of, source_of
from app.processing.finishing import throw_away
from app.search.keeper import Keeper
from app.site import Site
from app.storage.originals import quarantine
from app.videos import service
from app.videos.events import VideoUploaded
from app.videos.models import Original, Rendition, Video
from app.videos.pictures import forget_own_picture


def repair(site: Site, defect: Defect) -> bool:
    """Carry out the plan of one defect. False where there is none."""
    mend = _MENDS.get(defect.kind)
    if mend is None or not defect.plan:
        return False
    mend(site, defect.subject)
    return True


def _unused(site: Site, original_id: str) -> None:
    with site.read() as session:
        original = session.get(Original, original_id)
        if original is None or service.is_used(session, original_id):
            return
    path = source_of(site, original)
    if not original.in_place and path.is_file():
        quarantine(path, site.paths.quarantine)
    shutil.rmtree(folder_of(site, original_id), ignore_errors=True)
    with site.write() as session:
        service.forget_original(session, original_id)


def _gone(site: Site, original_id: str) -> None:
    with site.write() as session:
        service.mark_missing(session, original_id)


def _back(site: Site, original_id: str) -> None:
    with site.write() as session:
        service.mark_found(session, original_id)


def _stray(site: Site, name: str) -> None:
    path = Path(name)
    if os.path.lexists(path) and not _spoken_of(site, path):
        quarantine(path, site.paths.quarantine)


def _spoken_of(site: Site, path: Path) -> bool:
    """Whether a row has come to speak of this file: of an original, or of an upload on its way there."""
    place = path.relative_to(site.paths.originals).as_posix()
    with site.read() as session:
        if path.parent == site.paths.incoming:
            return (
                session.exec(select(Upload.id).where(Upload.public_id == path.name, Upload.state != UploadState.DONE)).first() is not None
            )
        original = session.exec(select(Original.id).where(Original.path == place, col(Original.in_place).is_(False))).first()
        coming = session.exec(select(Upload.id).where(Upload.target == place, Upload.state == UploadState.PLACING)).first()
    return original is not None or coming is not None


def _upload(site: Site, upload_id: str) -> None:
    with site.write() as session:
        ingest.expire(session, upload_id)


def _empty(site: Site, video_id: str) -> None:
    with site.write() as session:
        service.abandon_upload(session, video_id)


def _leftover(site: Site, name: str) -> None:
    with site.read() as session:
        wanted = session.get(Original, Path(name).name) is not None
    if not wanted:
        shutil.rmtree(name, ignore_errors=True)


def _version(site: Site, rendition_id: str) -> None:
    with site.write() as session:
        row = session.get(Rendition, rendition_id)
        if row is None:
            return
        service.rendition_progress(session, original_id=row.original_id, name=row.name, ready=0, packed=False)
        video_id = session.exec(select(Video.id).where(Video.original_id == row.original_id)).first()
        if video_id is not None:
            _note(site, session, "make_renditions", video_id)


def _spoiled(site: Site, rendition_id: str) -> None:
    with site.read() as session:
        row = session.get(Rendition, rendition_id)
        original = session.get(Original, row.original_id) if row else None
    if row is not None and original is not None:
        throw_away(site.part(RunManager), film_of(site, original).rendition(row.name))
        _version(site, rendition_id)


def _picture(site: Site, video_id: str) -> None:
    with site.write() as session:
        _note(site, session, "make_pictures", video_id)


def _storyboard(site: Site, video_id: str) -> None:
    with site.write() as session:
        _note(site, session, "make_storyboard", video_id)


def _chosen(site: Site, video_id: str) -> None:
    with site.write() as session:
        forget_own_picture(session, video_id)


def _forgotten(site: Site, video_id: str) -> None:
    with site.write() as session:
        video = session.get(Video, video_id)
        if video is None:
            return
        record(session, VideoUploaded(video_id))
        if video.playable:
            _note(site, session, "make_renditions", video_id)


def _entry(site: Site, video_id: str) -> None:
    site.part(Keeper).changed(video_id)


def _index(site: Site, _subject: str) -> None:
    site.part(Keeper).rebuild()


def _note(site: Site, session: Session, kind: str, subject: str) -> None:
    task = find_task(kind)
    assert task is not None, kind
    site.queue.add(task, subject, session=session)


_MENDS: Mapping[str, Callable[[Site, str], None]] = {
    "unused": _unused,
    "gone": _gone,
    "back": _back,
    "stray": _stray,
    "upload": _upload,
    "empty": _empty,
    "leftover": _leftover,
    "version": _version,
    "spoiled": _spoiled,
    "picture": _picture,
    "storyboard": _storyboard,
    "chosen": _chosen,
    "forgotten": _forgotten,
    "entry": _entry,
    "index": _index,
}
