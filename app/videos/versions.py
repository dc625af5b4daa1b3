"""Which renditions are kept and which may go when room is wanted. Rows and a pure plan; nothing here touches a file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import func, or_, update
from sqlmodel import Session, col, select

from app.events import record
from app.videos.events import VideoChanged
from app.videos.models import Original, Position, Rendition, Video


@dataclass(frozen=True)
class Kept:
    """A packed rendition. `first`: with it, and with its sound, every play begins. `wanted_at`: last watched, else published."""

    original_id: str
    name: str
    kind: str
    size: int
    first: bool
    wanted_at: str


class _Start(msgspec.Struct):
    first: str = ""


def kept_renditions(session: Session) -> list[Kept]:
    """All that are packed and could be made again: the original is there."""
    watched = (
        select(Video.original_id, func.max(func.coalesce(Position.watched_at, "")), func.max(Video.published_at))
        .select_from(Video)
        .outerjoin(Position, col(Position.video_id) == col(Video.id))
        .where(col(Video.original_id).is_not(None))
        .group_by(col(Video.original_id))
    )
    times = {original_id: max(seen or "", published or "") for original_id, seen, published in session.exec(watched)}
    plans = dict(session.exec(select(Original.id, Original.plan).where(col(Original.missing).is_(False))).all())
    firsts = {row_id: msgspec.json.decode(plan, type=_Start).first if plan else "" for row_id, plan in plans.items()}
    return [
        Kept(
            row.original_id,
            row.name,
            row.kind,
            row.size,
            row.kind == "audio" or row.name == firsts[row.original_id],
            times.get(row.original_id, ""),
        )
        for row in session.exec(select(Rendition).where(col(Rendition.packed).is_(True), Rendition.size > 0))
        if row.original_id in plans
    ]


def least_wanted(kept: Iterable[Kept], *, too_many: int, before: str) -> list[Kept]:
    """What to drop so that `too_many` bytes are freed: films that nobody watched for longest give first, the largest rendition of each
    before the smaller; what a play begins with only when all else is gone. What was wanted since `before` stays."""
    order = sorted((each for each in kept if each.wanted_at < before), key=lambda each: (each.first, each.wanted_at, -each.size, each.name))
    chosen: list[Kept] = []
    freed = 0
    for each in order:
        if freed >= too_many:
            break
        chosen.append(each)
        freed += each.size
    return chosen


def note_dropped(session: Session, original_id: str, names: Sequence[str]) -> int:
    """Say that these are gone; returns how many bytes they took."""
    freed = 0
    for row in session.exec(select(Rendition).where(Rendition.original_id == original_id, col(Rendition.name).in_(names))):
        freed += row.size
        row.dropped, row.packed, row.ready, row.size = True, False, 0, 0
    _told(session, original_id)
    return freed


def want_again(session: Session, original_id: str, names: Sequence[str] | None = None) -> None:
    """Make them again behind those who watch; all of them without names."""
    chosen = update(Rendition).where(col(Rendition.original_id) == original_id)
    session.exec((chosen if names is None else chosen.where(col(Rendition.name).in_(names))).values(dropped=False))
    _told(session, original_id)


def dropped_names(session: Session, original_id: str) -> set[str]:
    return set(session.exec(select(Rendition.name).where(Rendition.original_id == original_id, col(Rendition.dropped).is_(True))))


def with_leftovers(session: Session) -> list[str]:
    """Originals with versions that are no longer listed, or were dropped: the few, of a large library, with anything to clear."""
    retired = func.json_array_length(Original.plan, "$.retired") > 0
    dropped = select(Rendition.original_id).where(col(Rendition.dropped).is_(True))
    return list(
        session.exec(select(Original.id).where(Original.plan != "", Original.facts != "", or_(retired, col(Original.id).in_(dropped))))
    )


def _told(session: Session, original_id: str) -> None:
    for video_id in session.exec(select(Video.id).where(Video.original_id == original_id)):
        record(session, VideoChanged(video_id))
