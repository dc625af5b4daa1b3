"""What the index knows of a video, read from the database."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from functools import cached_property

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from app.videos.models import Channel, Video

PAGE = 500


@dataclass(frozen=True)
class Entry:
    """One video. The first columns are those that the access rule can be held against inside the index."""

    id: str
    channel_id: str
    privacy: str
    playable: bool
    blocked: bool
    title: str
    description: str
    tags: str
    channel: str

    @cached_property
    def stamp(self) -> str:
        """Changes when anything here does: tells an entry that is out of date without comparing texts."""
        return hashlib.blake2b(repr(astuple(self)).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def entries(session: Session, ids: Sequence[str]) -> list[Entry]:
    """Those of these videos that belong into the index: the trash does not."""
    return [_entry(video, channel) for video, channel in session.exec(_rows().where(col(Video.id).in_(ids)))]


def all_entries(session: Session) -> Iterator[Entry]:
    """Every video that belongs into the index, in pages, oldest first."""
    after = ""
    while page := session.exec(_rows().where(col(Video.id) > after).order_by(col(Video.id)).limit(PAGE)).all():
        for video, channel in page:
            yield _entry(video, channel)
        after = page[-1][0].id
        session.expunge_all()


def _rows() -> Select[Video, Channel]:
    return select(Video, Channel).join(Channel, col(Channel.id) == col(Video.channel_id)).where(col(Video.trashed).is_(False))


def _entry(video: Video, channel: Channel) -> Entry:
    return Entry(
        id=video.id,
        channel_id=video.channel_id,
        privacy=video.privacy,
        playable=video.playable,
        blocked=video.blocked,
        title=video.title,
        description=video.description,
        tags=video.tags,
        channel=f"{channel.name}\n{channel.handle}",
    )
