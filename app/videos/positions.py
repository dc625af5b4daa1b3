"""Where each profile stopped, which is also its history."""

import math

from sqlalchemy import delete
from sqlmodel import Session, col, select

from app.errors import Invalid
from app.i18n import N_
from app.videos.models import Position, Video

_SHORT = 120.0  # seconds: in a film shorter than this, its last half minute is too much of it to count as the end


def is_finished(seconds: float, duration: float | None) -> bool:
    """Nine tenths seen, or only the last half minute (the credits) left."""
    if not duration:
        return False
    return seconds >= 0.9 * duration or (duration >= _SHORT and duration - seconds <= 30)


def save_position(session: Session, *, profile_id: str, video_id: str, seconds: float, now: str) -> Position | None:
    """Remember where someone is. None if the video went away meanwhile."""
    if not math.isfinite(seconds) or seconds < 0:
        raise Invalid(
            N_("A position is a number of seconds from the start."), fields={"position": N_("Give a number that is not below 0.")}
        )
    video = session.get(Video, video_id)
    if video is None:
        return None
    row = session.get(Position, (profile_id, video_id))
    if row is None:
        row = Position(profile_id=profile_id, video_id=video_id, position=0.0, watched_at=now)
        session.add(row)
    row.position = min(seconds, video.duration) if video.duration else seconds
    row.finished, row.watched_at = is_finished(row.position, video.duration), now
    return row


def forget_position(session: Session, *, profile_id: str, video_id: str) -> None:
    """Take one video out of the history."""
    if row := session.get(Position, (profile_id, video_id)):
        session.delete(row)


def clear_history(session: Session, profile_id: str) -> int:
    """Forget everything that this profile watched, and say how many videos that were."""
    count = len(session.exec(select(Position.video_id).where(Position.profile_id == profile_id)).all())
    session.exec(delete(Position).where(col(Position.profile_id) == profile_id))
    return count
