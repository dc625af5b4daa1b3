"""Answers from the database while there is no index: slower, and only what is written exactly so."""

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from app.search.index import Hit
from app.search.query import Query
from app.videos.access import Rule
from app.videos.models import Channel, Video

_COLUMNS = (col(Video.title), col(Video.description), col(Video.tags), col(Channel.name), col(Channel.handle))


def find_in_database(session: Session, query: Query, rule: Rule, limit: int) -> list[Hit]:
    """Newest first; every word and phrase has to be somewhere."""
    if query.empty:
        return []
    wanted = and_(*(_somewhere(part) for part in (*query.words, *query.phrases)))
    rows = select(Video.id).join(Channel, col(Channel.id) == col(Video.channel_id)).where(rule.sql(), wanted)
    return [Hit(video_id, 0.0) for video_id in session.exec(rows.order_by(col(Video.id).desc()).limit(limit))]


def _somewhere(text: str) -> ColumnElement[bool]:
    return or_(*(column.icontains(text, autoescape=True) for column in _COLUMNS))
