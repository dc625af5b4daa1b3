"""What owners and co-editors do with their videos: change what is written about them, trash them, bring them back, delete them for good."""

from datetime import datetime, timedelta

import structlog
from msgspec import UNSET, Struct, UnsetType
from sqlalchemy import delete, text
from sqlmodel import Session, col, select

from app.errors import Conflict, Missing
from app.events import record
from app.i18n import N_
from app.site import fact, rfc3339, set_value
from app.videos import fields
from app.videos.channels import editable_channel
from app.videos.events import VideoChanged, VideoPurged, VideoTrashed, VideoUploaded
from app.videos.models import By, Caption, Channel, Position, Video
from app.videos.originals import IN_WORK, family, forget_previous_until, leave_previous
from app.videos.times import moment

log = structlog.get_logger(__name__)
_CLOCK = "trash_clock"  # a fact: when the trash was last swept, and since when the clock has run evenly
_JUMP = timedelta(days=1)


class VideoEdit(Struct, forbid_unknown_fields=True):
    """What may be changed of a video. What is not named stays; nothing else can be named at all (SECURITY AZ-7)."""

    title: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    tags: list[str] | UnsetType = UNSET
    privacy: str | UnsetType = UNSET
    channel: str | UnsetType = UNSET  # a handle
    recorded_at: str | UnsetType = UNSET  # RFC 3339 or a date; "" for unknown


def edit(session: Session, video_id: str, change: VideoEdit, *, edits: frozenset[str]) -> Video:
    """Change what is written about a video, all of it or nothing. `edits`: channels that the editor may put it into."""
    video = present(session, video_id)
    values: dict[str, str] = {}
    if isinstance(change.title, str):
        values |= {"title": fields.title(change.title)}
        if values["title"] != video.title:
            values["title_by"] = By.PERSON
    if isinstance(change.description, str):
        values["description"] = fields.description(change.description)
    if isinstance(change.tags, list):
        values["tags"] = fields.tags(change.tags)
    if isinstance(change.privacy, str):
        values["privacy"] = fields.privacy(change.privacy)
    if isinstance(change.recorded_at, str):
        values |= {"recorded_at": fields.recorded_at(change.recorded_at), "recorded_by": By.PERSON}
    if isinstance(change.channel, str):
        values["channel_id"] = _channel_id(session, change.channel, edits)
    if any(getattr(video, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(video, name, value)
        record(session, VideoChanged(video.id))
    return video


def trash(session: Session, video_id: str, *, now: str) -> Video:
    """Out of sight for everybody at once, and gone for good some weeks later (`trash_days`). Twice is once."""
    video = present(session, video_id)
    if not video.trashed:
        video.trashed, video.trashed_at = True, now
        record(session, VideoTrashed(video.id))
        record(session, VideoChanged(video.id))
        _hand_on_work(session, video)
    return video


def restore(session: Session, video_id: str) -> Video:
    """Back from the trash, as it was; work that had stopped goes on."""
    video = present(session, video_id)
    if video.trashed:
        video.trashed, video.trashed_at = False, ""
        record(session, VideoChanged(video.id))
        if video.state in IN_WORK:
            record(session, VideoUploaded(video.id))
    return video


def purge(session: Session, video_id: str) -> None:
    """Delete for good what is in the trash. Files go when VideoPurged is heard, and only if no other video shares them."""
    video = present(session, video_id)
    if not video.trashed:
        raise Conflict(N_("Move the video to the trash first."))
    remove(session, video)


def purge_expired(session: Session, now: datetime, days: int) -> int:
    """Delete what has lain in the trash for so many days, and say how many videos that were.

    After the clock made a jump of more than a day it deletes nothing for a day of even running: a wrong clock must not cost
    a film (RELIABILITY R-25). To be called about every hour.
    """
    if not _clock_is_even(session, now):
        return 0
    limit = rfc3339(now - timedelta(days=days))
    expired = session.exec(select(Video).where(col(Video.trashed).is_(True), Video.trashed_at != "", Video.trashed_at < limit)).all()
    for video in expired:
        remove(session, video)
    forget_previous_until(session, limit)
    return len(expired)


def remove(session: Session, video: Video) -> None:
    """Delete the row and what hangs on it, and tell whether its file is still somebody's."""
    for draft in session.exec(select(Video).where(Video.replaces == video.id, text("videos.replaces != ''"))).all():
        remove(session, draft)
    leave_previous(session, video)
    others = [each for each in family(session, video) if each.id != video.id]
    session.exec(delete(Position).where(col(Position.video_id) == video.id))
    session.exec(delete(Caption).where(col(Caption.video_id) == video.id))
    if not video.trashed:
        _hand_on_work(session, video)
    session.delete(video)
    record(session, VideoPurged(video.id, "" if others else video.original_id or ""))
    session.flush()


def present(session: Session, video_id: str) -> Video:
    video = session.get(Video, video_id)
    if video is None:
        raise Missing(N_("This video has been deleted."))
    return video


def _hand_on_work(session: Session, video: Video) -> None:
    """Another video of the same file must not wait for work that was asked for in this one's name."""
    heir = next((each for each in family(session, video) if each.id != video.id and not each.trashed), None)
    if heir is not None and video.state in IN_WORK and heir.state in IN_WORK:
        record(session, VideoUploaded(heir.id))


def _channel_id(session: Session, handle: str, edits: frozenset[str]) -> str:
    found = session.exec(select(Channel.id).where(Channel.handle == handle)).first()
    return editable_channel(session, found or "", edits).id


def _clock_is_even(session: Session, now: datetime) -> bool:
    seen = fact(session, _CLOCK) or {}
    since = seen.get("even_since", rfc3339(now))
    if seen and abs(now - moment(seen["swept_at"])) > _JUMP:
        log.warning("the clock jumped, so the trash is not emptied for a day", before=seen["swept_at"], now=rfc3339(now))
        since = rfc3339(now)
    set_value(session, _CLOCK, {"swept_at": rfc3339(now), "even_since": since})
    return now - moment(since) >= _JUMP
