"""How another file for a video is doing, for those who edit it."""

from dataclasses import dataclass
from datetime import timedelta

from msgspec import Struct
from sqlmodel import Session

from app.http import words
from app.videos.cards import Looking
from app.videos.models import State, Video
from app.videos.replacing import replacement_of
from app.videos.rows import Reading
from app.videos.times import moment


class ReplacementOut(Struct, frozen=True):
    """`state` as a video's, "" when no file is on its way; `can_go_back` until the file before is given up."""

    state: str
    reason: str
    progress: float | None
    filename: str
    can_go_back: bool
    previous_until: str | None


@dataclass(frozen=True)
class Replacing:
    """As pages show it."""

    state: str
    reason: str
    percent: float | None
    filename: str
    waits: bool  # for a decision: it plays, but something is wrong with it
    failed: bool
    can_go_back: bool
    until_text: str


def replacement_out(session: Session, looking: Looking, video: Video) -> ReplacementOut:
    draft, percent = _draft(session, looking, video)
    until = moment(video.replaced_at) + timedelta(days=looking.trash_days) if video.previous_id and video.replaced_at else None
    return ReplacementOut(
        state=draft.state if draft else "",
        reason=draft.reason if draft else "",
        progress=percent / 100 if percent is not None else None,
        filename=draft.filename if draft else "",
        can_go_back=video.previous_id is not None,
        previous_until=until.isoformat() if until else None,
    )


def replacing(session: Session, looking: Looking, video: Video) -> Replacing:
    draft, percent = _draft(session, looking, video)
    until = moment(video.replaced_at) + timedelta(days=looking.trash_days) if video.previous_id and video.replaced_at else None
    return Replacing(
        state=draft.state if draft else "",
        reason=draft.reason if draft else "",
        percent=percent,
        filename=draft.filename if draft else "",
        waits=draft is not None and draft.state == State.NEEDS_ATTENTION,
        failed=draft is not None and draft.state == State.FAILED,
        can_go_back=video.previous_id is not None,
        until_text=words.day(until, looking.now) if until else "",
    )


def _draft(session: Session, looking: Looking, video: Video) -> tuple[Video | None, float | None]:
    draft = replacement_of(session, video.id)
    row = Reading(session, looking.viewer).one(draft.id) if draft else None
    return draft, row.work.percent if row and row.work else None
