"""Reads of the library for the API and for lists, each through the one rule, each in a fixed number of queries."""

from sqlalchemy import or_, select
from sqlmodel import Session, col

from app.http.viewer import Viewer
from app.videos.access import Act, clauses
from app.videos.listing import LIMIT, MOST, Slice, Sort, decode, encode, ordered, sliced
from app.videos.models import Channel, Original, Position, State, Video
from app.videos.rows import Reading, Row


def listed(
    session: Session,
    viewer: Viewer,
    *,
    sort: Sort = Sort.NEWEST,
    cursor: str | None = None,
    limit: int = LIMIT,
    channel: str | None = None,
    shelf: bool = False,
) -> Slice[Row]:
    """Videos that this viewer may meet in lists; of one channel (by handle), or only those fit for a shelf: they play, or soon will."""
    reading = Reading(session, viewer, renditions=True)
    statement = reading.select().where(clauses(viewer, Act.LIST).sql())
    if channel is not None:
        statement = statement.where(col(Channel.handle) == channel)
    if shelf:
        statement = statement.where(or_(col(Video.playable).is_(True), col(Video.state).in_((State.QUEUED, State.PROCESSING))))
    return _page(reading, statement, sort, cursor, limit)


def kept(
    session: Session, viewer: Viewer, *, trashed: bool, cursor: str | None = None, limit: int = LIMIT, states: frozenset[str] | None = None
) -> Slice[Row]:
    """Videos that this viewer may change, in every state; those in the trash apart."""
    reading = Reading(session, viewer, renditions=True)
    statement = reading.select().where(clauses(viewer, Act.EDIT).sql(), col(Video.trashed).is_(trashed))
    if states is not None:
        statement = statement.where(col(Video.state).in_(states))
    return _page(reading, statement, Sort.NEWEST, cursor, limit)


def video_row(session: Session, viewer: Viewer, video_id: str) -> Row | None:
    """One video with all that hangs on it. The caller's policy has let the viewer to it."""
    return Reading(session, viewer, renditions=True).one(video_id)


def history(session: Session, viewer: Viewer, *, cursor: str | None = None, limit: int = LIMIT, unfinished: bool = False) -> Slice[Row]:
    """What this profile watched, latest first, as far as it may still be watched. `unfinished`: what one may go on with."""
    limit = max(1, min(limit, MOST))
    reading = Reading(session, viewer, renditions=True)
    statement = reading.select().where(clauses(viewer, Act.WATCH).sql(), col(Position.profile_id) == viewer.profile_id)
    if unfinished:
        statement = statement.where(
            col(Position.finished).is_(False), Position.position >= 5, col(Video.playable).is_(True), col(Original.missing).is_(False)
        )
    if cursor:
        at, video_id = decode(cursor, 2)
        later = (col(Position.watched_at) == at) & (col(Video.id) < video_id)
        statement = statement.where((col(Position.watched_at) < at) | later)
    rows = reading.rows(statement.order_by(col(Position.watched_at).desc(), col(Video.id).desc()).limit(limit + 1))
    if len(rows) <= limit:
        return Slice(rows, None)
    last = rows[limit - 1]
    assert last.position is not None
    return Slice(rows[:limit], encode(last.position.watched_at, last.video.id))


def up_next(session: Session, viewer: Viewer, row: Row, limit: int = 8) -> list[Row]:
    """What else there is to watch: of the same channel first, newest first."""
    reading = Reading(session, viewer)
    rule = clauses(viewer, Act.LIST).sql()
    statement = reading.select().where(rule, col(Video.playable).is_(True), col(Video.id) != row.video.id).order_by(col(Video.id).desc())
    same = reading.rows(statement.where(col(Video.channel_id) == row.video.channel_id).limit(limit))
    others = statement.where(col(Video.channel_id) != row.video.channel_id).limit(limit - len(same))
    return [*same, *reading.rows(others)]


def editable_channels(session: Session, viewer: Viewer) -> list[Channel]:
    """Channels that this viewer may add videos to, the oldest first."""
    return list(session.scalars(select(Channel).where(col(Channel.id).in_(sorted(viewer.edits))).order_by(col(Channel.id))))


def _page(reading: Reading, statement: object, sort: Sort, cursor: str | None, limit: int) -> Slice[Row]:
    limit = max(1, min(limit, MOST))
    rows = reading.rows(ordered(statement, sort, cursor, limit))
    return sliced(rows, limit, [row.video for row in rows], sort)
