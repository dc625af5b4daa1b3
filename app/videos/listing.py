"""Lists in pages: an opaque cursor says where the next one begins, so that new videos never shift what was already shown."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import ColumnElement, func, tuple_
from sqlmodel import col

from app.errors import BadRequest
from app.i18n import N_
from app.videos.models import Video

T = TypeVar("T")
LIMIT = 24
MOST = 100


class Sort(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    TITLE = "title"


@dataclass(frozen=True)
class Slice(Generic[T]):
    """A page of a list. `next` is the cursor of the one after it, None at the end."""

    items: Sequence[T]
    next: str | None


def encode(*place: str) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def decode(cursor: str, length: int) -> tuple[str, ...]:
    try:
        place = msgspec.json.decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=tuple[str, ...])
    except (ValueError, binascii.Error):  # msgspec's errors are ValueErrors
        place = ()
    if len(place) != length:
        raise BadRequest(N_("This list cannot go on from there. Begin with its first page."))
    return place


def ordered(statement: Any, sort: Sort, cursor: str | None, limit: int) -> Any:
    """One more than asked for is read: whether there is a next page."""
    keys = _keys(sort)
    if cursor:
        place = decode(cursor, len(keys))
        here, there = tuple_(*keys), tuple_(*place)
        statement = statement.where(here < there if sort is Sort.NEWEST else here > there)
    return statement.order_by(*(key.desc() if sort is Sort.NEWEST else key for key in keys)).limit(limit + 1)


def sliced(rows: Sequence[T], limit: int, videos: Sequence[Video], sort: Sort) -> Slice[T]:
    """`videos` are those of `rows`, in order."""
    if len(rows) <= limit:
        return Slice(rows, None)
    last = videos[limit - 1]
    return Slice(rows[:limit], encode(*((_lower(last.title), last.id) if sort is Sort.TITLE else (last.id,))))


def _keys(sort: Sort) -> list[ColumnElement[Any]]:
    by_id: ColumnElement[Any] = Video.__table__.c.id  # type: ignore[attr-defined]
    return [func.lower(col(Video.title)), by_id] if sort is Sort.TITLE else [by_id]


def _lower(title: str) -> str:
    """As SQLite's lower() does it: the letters of ASCII alone."""
    return "".join(char.lower() if char.isascii() else char for char in title)
