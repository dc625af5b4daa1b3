"""Moments as rows keep them: RFC 3339, UTC, milliseconds."""

from datetime import UTC, datetime

from app.site import rfc3339

_DATE_LETTERS = 10


def moment(text: str) -> datetime:
    """A row's text as an aware moment."""
    return datetime.fromisoformat(text).astimezone(UTC)


def utc(text: str) -> str:
    """What a camera wrote, as rows keep it; "" if it says nothing that can be read. Without a zone it is this machine's own, as a family's
    camera and server mostly share theirs; a date alone is its noon, which is that day nearly everywhere."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return ""
    if len(text) == _DATE_LETTERS:
        found = found.replace(hour=12)
    return rfc3339(found)
