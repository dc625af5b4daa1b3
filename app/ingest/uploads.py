"""An upload from its announcement to its place among the originals. Blocking (worker threads), each step with short transactions."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import structlog
from sqlmodel import Session, col, select

from app.errors import Conflict, Missing, Unavailable
from app.http.viewer import Viewer
from app.i18n import N_
from app.ingest import limits, service
from app.ingest.models import Upload, UploadState
from app.ingest.volume import ABSENT, require_volume
from app.site import Site, rfc3339
from app.storage.digests import fingerprint
from app.storage.originals import delete, original_path, place
from app.storage.space import disk_errors
from app.videos import service as videos
from app.videos.access import Act, clauses
from app.videos.channels import edits_of, first_channel
from app.videos.models import Channel, Original, Video
from app.videos.policies import NO_VIDEO
from app.videos.replacing import begin_replacement

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Announced:
    """What someone says of a file before its first byte. `channel` is a handle; empty texts mean: as usual here."""

    filename: str
    length: int | None  # None: not known yet
    filetype: str = ""
    title: str = ""
    channel: str = ""
    privacy: str = ""
    metadata_header: str = ""
    replaces: str = ""  # public id of the video whose file this is to be from now on
    source: str = ""  # as in Upload: not empty where nobody can go on with it after a crash


def announce(site: Site, viewer: Viewer, said: Announced, *, room: int | None = None) -> Upload:
    """Make the video and the upload, or say why not. `room`: bytes to make sure of where the length is not known."""
    limits.refuse_kind(said.filename, said.filetype)
    limits.refuse_length(site, said.length)
    needed = said.length if said.length is not None else room or 0
    limits.refuse_by_hooks(site, owner_id=viewer.user_id, filename=said.filename, size=needed)
    require_volume(site)
    with site.write() as session:
        limits.require_all(site, session, owner_id=viewer.user_id, needed=needed)
        replaced = _replaced(session, viewer, said.replaces) if said.replaces else None
        video = _begin_replacing(site, session, viewer, said, replaced) if replaced else _begin(site, session, viewer, said)
        return service.add_upload(
            session,
            video=video,
            told=replaced or video,
            length=said.length,
            metadata_header=said.metadata_header,
            source=said.source,
            now=site.now(),
            until=expiry(site),
        )


def _begin(site: Site, session: Session, viewer: Viewer, said: Announced) -> Video:
    return videos.begin_upload(
        session,
        owner_id=viewer.user_id,
        channel_id=_channel(session, said.channel, viewer.user_id),
        title=said.title,
        privacy=said.privacy or str(site.value(session, "default_privacy")),
        filename=said.filename,
        now=site.now(),
    )


def _begin_replacing(site: Site, session: Session, viewer: Viewer, said: Announced, replaced: Video) -> Video:
    return begin_replacement(session, replaced.id, owner_id=viewer.user_id, filename=said.filename, now=site.now())


def _replaced(session: Session, viewer: Viewer, public_id: str) -> Video:
    """The video that the file is for: one that this person may change (SECURITY AZ-6); for others it is not there."""
    found = session.exec(select(Video).where(Video.public_id == public_id, clauses(viewer, Act.EDIT).sql())).first()
    if found is None:
        raise Missing(NO_VIDEO)
    return found


def _channel(session: Session, handle: str, owner_id: str) -> str:
    if not handle:
        channel = first_channel(session, owner_id)
    else:
        named = select(Channel).where(Channel.handle == handle.removeprefix("@"), col(Channel.id).in_(edits_of(session, owner_id)))
        channel = session.exec(named).first()
    if channel is None:
        raise Missing(N_("You have no such channel."))
    return channel.id


def incoming_path(site: Site, upload: Upload) -> Path:
    """Where the bytes gather: the name is ours alone."""
    return site.paths.incoming / upload.public_id


def expiry(site: Site) -> str:
    return rfc3339(site.clock() + timedelta(hours=site.settings.upload_expiry_hours))


def http_date(moment: str) -> str:
    """As in headers (RFC 9110, 5.6.7)."""
    return format_datetime(datetime.fromisoformat(moment).astimezone(UTC), usegmt=True)


def note(site: Site, upload_id: str, received: int) -> None:
    with site.write() as session:
        service.note_received(session, upload_id, received, until=expiry(site))


def look(site: Site, upload_id: str) -> Upload:
    """The upload as it is now, its offset honest: never more than the disk really holds."""
    with site.read() as session:
        upload = service.open_upload(session, upload_id)
    if upload.state != UploadState.OPEN:
        return upload
    require_volume(site)
    held = _size(incoming_path(site, upload))
    if held < upload.received:
        log.error("an upload lost bytes that were flushed", upload=upload.public_id, written=upload.received, held=held)
        note(site, upload.id, held)
        upload.received = held
    return upload


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def complete(upload: Upload) -> bool:
    return upload.length is not None and upload.received == upload.length


def finish(site: Site, upload_id: str, *, received: int | None = None) -> Upload:
    """Put a file that is all here among the originals and hand it to processing. Safe to run again after any crash.

    `received`: bytes that were flushed and not written down yet.
    """
    target = _target(site, upload_id)
    with site.write() as session:
        if received is not None:
            service.note_received(session, upload_id, received, until=expiry(site))
        upload = service.begin_placing(session, upload_id, target)
    if upload.state == UploadState.DONE:
        return upload
    require_volume(site)
    incoming, standing = incoming_path(site, upload), site.paths.originals / upload.target
    with disk_errors(site.paths.originals):
        if incoming.exists():
            place(incoming, standing)
        if not standing.exists():
            raise Unavailable(ABSENT)
        mark = fingerprint(standing)
    with site.write() as session:
        original = service.end_placing(session, upload, size=upload.received, fingerprint=mark, now=site.now())
    if original is None and not _owned(site, upload.target):
        delete(standing)  # the video was deleted while the last bytes came
    log.info("upload arrived", upload=upload.public_id, video=upload.video_public_id, bytes=upload.received)
    upload.state = UploadState.DONE  # the row has been since end_placing
    return upload


def _target(site: Site, upload_id: str) -> str:
    with site.read() as session:
        upload = session.get(Upload, upload_id)
        video = session.get(Video, upload.video_id) if upload else None
        if upload is None or video is None:
            raise Missing(N_("This video was deleted while it was uploaded."))
        channel = session.get(Channel, video.channel_id)
    return original_path(
        channel=channel.name if channel else "",
        year=site.clock().year,
        title=video.title,
        public_id=video.public_id,
        name=video.filename,
    ).as_posix()


def _owned(site: Site, target: str) -> bool:
    with site.read() as session:
        return session.exec(select(Original.id).where(Original.path == target, col(Original.in_place).is_(False))).first() is not None


def give_up(site: Site, upload_id: str) -> None:
    """End an upload that its owner does not want any more: the row first, so that nothing points at a file that is gone."""
    with site.write() as session:
        upload = session.get(Upload, upload_id)
        if upload is None:
            return
        if not service.drop_upload(session, upload_id):
            raise Conflict(N_("This file has arrived whole already. Delete the video instead."))
    delete(incoming_path(site, upload))


def set_length(site: Site, upload_id: str, length: int) -> Upload:
    """For a client that only now knows how long its file is. The same refusals as at the beginning."""
    limits.refuse_length(site, length)
    with site.write() as session:
        upload = service.open_upload(session, upload_id)
        if upload.length is None:
            limits.require_all(site, session, owner_id=upload.owner_id, needed=length - upload.received)
        service.set_length(session, upload_id, length)
        return upload
