"""The only writer of uploads. A session comes in; nothing here commits. `now` and `until` are moments as rows keep them.

add_upload(session, *, video, length, metadata_header, now, until) -> Upload
note_received(session, upload_id, received, *, until)     so many bytes are flushed
set_length(session, upload_id, length)                    what was deferred at creation
begin_placing(session, upload_id, target) -> Upload       all bytes are here: the place they go to, once and for all
end_placing(session, upload, *, size, fingerprint, now)   the file stands there: → done, VideoUploaded
drop_upload(session, upload_id) -> bool                   given up: row and unfinished video go
expire(session, upload_id)                                given up by time: the video goes, the row says so for a while
"""

from sqlmodel import Session

from app.errors import BadRequest, Conflict, Gone
from app.i18n import N_
from app.ingest.models import Upload, UploadState
from app.videos import service as videos
from app.videos.models import Original, Video

GONE = N_("This upload was given up, because nothing came for too long. Please start it anew.")


def add_upload(
    session: Session,
    *,
    video: Video,
    told: Video | None = None,
    length: int | None,
    metadata_header: str = "",
    source: str = "",
    now: str,
    until: str,
) -> Upload:
    """`told`: the video that its sender hears of, where that is not the one it becomes."""
    upload = Upload(
        owner_id=video.owner_id,
        video_id=video.id,
        video_public_id=(told or video).public_id,
        length=length,
        metadata_header=metadata_header,
        source=source,
        created_at=now,
        expires_at=until,
    )
    session.add(upload)
    session.flush()
    return upload


def note_received(session: Session, upload_id: str, received: int, *, until: str) -> None:
    upload = session.get(Upload, upload_id)
    if upload is not None and upload.state == UploadState.OPEN:
        upload.received, upload.expires_at = received, until


def set_length(session: Session, upload_id: str, length: int) -> None:
    """Say how long the file is. Said once, it stays (tus, Upload-Defer-Length)."""
    upload = open_upload(session, upload_id)
    if upload.length is not None and upload.length != length:
        raise BadRequest(N_("The length of an upload cannot be changed."))
    if length < upload.received:
        raise BadRequest(N_("More bytes than that have arrived already."))
    upload.length = length


def begin_placing(session: Session, upload_id: str, target: str) -> Upload:
    """From here on the file may stand at `target`. A place that was chosen before a crash stays."""
    upload = session.get(Upload, upload_id)
    if upload is None or upload.state == UploadState.EXPIRED:
        raise Gone(GONE)
    if upload.state == UploadState.OPEN:
        if upload.length is None or upload.received != upload.length:
            raise Conflict(N_("Part of the file is still to come."))
        upload.state, upload.target = UploadState.PLACING, target
    return upload


def end_placing(session: Session, upload: Upload, *, size: int, fingerprint: str, now: str) -> Original | None:
    """The file stands at its place. None if that was written down before, or the video was deleted meanwhile."""
    row = session.get(Upload, upload.id)
    if row is None or row.state != UploadState.PLACING:
        return None
    row.state = UploadState.DONE
    if session.get(Video, row.video_id) is None:
        return None
    original = videos.add_original(session, path=row.target, size=size, fingerprint=fingerprint, now=now)
    videos.uploaded(session, row.video_id, original.id)
    return original


def drop_upload(session: Session, upload_id: str) -> bool:
    """False if it is not there, or arrived after all."""
    upload = session.get(Upload, upload_id)
    if upload is None or upload.state in (UploadState.PLACING, UploadState.DONE):
        return False
    videos.abandon_upload(session, upload.video_id)
    session.delete(upload)
    return True


def expire(session: Session, upload_id: str) -> None:
    upload = session.get(Upload, upload_id)
    if upload is not None and upload.state == UploadState.OPEN:
        upload.state = UploadState.EXPIRED
        videos.abandon_upload(session, upload.video_id)


def open_upload(session: Session, upload_id: str) -> Upload:
    """The upload, if bytes may still come."""
    upload = session.get(Upload, upload_id)
    if upload is None or upload.state == UploadState.EXPIRED:
        raise Gone(GONE)
    return upload
