"""A file of this machine becomes a video: moved, copied, or left where it is. The original is only ever read, and removed (move)
only once its copy is flushed, in place and written down."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import structlog
from sqlmodel import Session, col, select

from app.errors import Conflict, HomereelError, Invalid, Missing
from app.i18n import N_
from app.ingest import limits, service, twins
from app.ingest.folder_looks import look, stored
from app.ingest.models import Mode, Upload, UploadState
from app.ingest.uploads import expiry, finish, give_up, incoming_path
from app.ingest.volume import require_volume
from app.processing.films import source_of
from app.site import Site
from app.storage.copying import copy_file
from app.storage.digests import fingerprint
from app.storage.space import disk_errors
from app.videos import service as videos
from app.videos.models import Original, Video

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Wanted:
    """Whose it becomes, and how."""

    owner_id: str
    channel_id: str
    privacy: str
    mode: Mode


@dataclass(frozen=True)
class Brought:
    """`already`: the same film was here, and this is its video."""

    video_id: str
    public_id: str
    original_id: str
    title: str
    already: bool = False
    left_behind: bool = False  # it should have been moved, but could not be removed where it was


def bring(site: Site, source: Path, wanted: Wanted, *, then: Callable[[Brought], None] | None = None) -> Brought:
    """Bring one file in. Raises in sentences; a file that changes meanwhile is a Conflict, and nothing is left of the try.

    `then` is called with a video that is new, before the file is taken out of its folder: a crash in between brings it here again.
    """
    before = look(source)
    if before is None or before.kind:
        raise Missing(N_("There is no such file."))
    if before.size == 0:
        raise Invalid(N_("This file is empty: there is nothing in it to watch."))
    limits.refuse_by_hooks(site, owner_id=wanted.owner_id, filename=source.name, size=before.size)
    twin = twins.twin_of_file(site, source)
    brought = _share(site, source, wanted, twin) if twin else None
    if brought is None:
        brought = _leave(site, source, wanted) if wanted.mode is Mode.IN_PLACE else _take(site, source, wanted, before.size)
    if then is not None and not brought.already:
        then(brought)
    if wanted.mode is Mode.MOVE:
        return _removed(site, source, brought)
    return brought


def _share(site: Site, source: Path, wanted: Wanted, twin: Original) -> Brought | None:
    """The same bytes are here: say so if the owner may know, else let a new video quietly use them."""
    with site.write() as session:
        if not videos.is_used(session, twin.id):  # deleted meanwhile, or about to be
            return None
        known = twins.visible_video(session, twins.owner_as_viewer(session, wanted.owner_id), twin.id)
        if known is not None:
            return Brought(known.id, known.public_id, twin.id, known.title, already=True)
        video = _begin(session, site, source, wanted)
        videos.share_original(session, video_id=video.id, original_id=twin.id, now=site.now())
        return Brought(video.id, video.public_id, twin.id, video.title)


def _leave(site: Site, source: Path, wanted: Wanted) -> Brought:
    """Index it where it is."""
    mark, path = fingerprint(source), str(source.absolute())
    try:
        path.encode()
    except UnicodeEncodeError:
        raise Invalid(N_("The name of this file is no valid text. Rename it, or let the folder be copied.")) from None
    size = source.stat().st_size
    with site.write() as session:
        video = _begin(session, site, source, wanted)
        original = videos.add_original(session, path=path, size=size, fingerprint=mark, in_place=True, now=site.now())
        videos.uploaded(session, video.id, original.id)
    return Brought(video.id, video.public_id, original.id, video.title)


def _take(site: Site, source: Path, wanted: Wanted, size: int) -> Brought:
    """Into the originals by the way of every upload, whose row makes good what a crash leaves half done."""
    require_volume(site)
    if begun := _begun_before(site, source):
        return begun
    limits.require_free(site, 0 if wanted.mode is Mode.MOVE and _same_volume(source, site.paths.incoming) else size)
    with site.write() as session:
        video = _begin(session, site, source, wanted)
        upload = service.add_upload(session, video=video, length=size, source=stored(source), now=site.now(), until=expiry(site))
    try:
        _gather(site, source, upload, by_link=wanted.mode is Mode.MOVE)
    except BaseException:
        give_up(site, upload.id)
        raise
    finish(site, upload.id, received=size)
    with site.read() as session:
        row = session.get(Video, video.id)
    return Brought(video.id, video.public_id, (row.original_id if row else "") or "", video.title)


def _begun_before(site: Site, source: Path) -> Brought | None:
    """An earlier try that a full disk cut off: ended if it had come far enough, else forgotten."""
    with site.read() as session:
        unfinished = col(Upload.state).in_([UploadState.OPEN, UploadState.PLACING])
        before = session.exec(select(Upload).where(Upload.source == stored(source), unfinished)).first()
    if before is None:
        return None
    if before.state == UploadState.OPEN:
        give_up(site, before.id)
        return None
    finish(site, before.id)
    with site.read() as session:
        video = session.get(Video, before.video_id)
    return Brought(video.id, video.public_id, video.original_id or "", video.title) if video else None


def _gather(site: Site, source: Path, upload: Upload, *, by_link: bool) -> None:
    target, before = incoming_path(site, upload), look(source)
    with disk_errors(site.paths.incoming):
        if not (by_link and _linked(source, target)):
            copy_file(source, target)
    after = look(source)
    still = before and after and (before.size, before.modified_ns) == (after.size, after.modified_ns)
    if not still or target.stat().st_size != upload.length:
        raise Conflict(N_("The file changed while it was brought in. It is looked at again."))


def _linked(source: Path, target: Path) -> bool:
    """A second name for the same bytes: no copy, and the first name stays until all is written down."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:  # another volume, a file system without links, a file of somebody else
        return False
    return True


def _begin(session: Session, site: Site, source: Path, wanted: Wanted) -> Video:
    return videos.begin_upload(
        session,
        owner_id=wanted.owner_id,
        channel_id=wanted.channel_id,
        title="",
        privacy=wanted.privacy,
        filename=source.name,
        now=site.now(),
    )


def _removed(site: Site, source: Path, brought: Brought) -> Brought:
    """Take the file out of its folder, now that its bytes are safe with us, and only then."""
    with site.read() as session:
        original = session.get(Original, brought.original_id)
    ours = source_of(site, original) if original is not None else None
    if ours is None or not ours.is_file() or ours == source or (original is not None and original.in_place):
        return replace(brought, left_behind=True)
    try:
        source.unlink()  # should a power cut undo it, the next look finds the same content and takes it out again
    except OSError as error:
        log.warning("a file could not be taken out of its folder", error=str(error))
        return replace(brought, left_behind=True)
    return brought


def _same_volume(one: Path, other: Path) -> bool:
    return one.stat().st_dev == other.stat().st_dev


def told(error: Exception) -> str:
    """What people are told of a file that could not be brought in."""
    if isinstance(error, HomereelError):
        return str(error)
    if isinstance(error, PermissionError):
        return str(Invalid(N_("This file may not be read by Homereel. Change its permissions, then try again.")))
    if isinstance(error, FileNotFoundError):
        return str(Missing(N_("There is no such file.")))
    return str(Invalid(N_("The disk could not read this file ({why})."), why=getattr(error, "strerror", None) or type(error).__name__))
