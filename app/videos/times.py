"""Moments as rows keep them: RFC 3339, UTC, milliseconds."""

from datetime import UTC, datetime

from app.site import rfc3339


def moment(text: str) -> datetime:
    """A row's text as an aware moment."""
    return datetime.fromisoformat(text).astimezone(UTC)


def utc(text: str) -> str:
    """What a camera wrote, as rows keep it; "" if it says nothing that can be read, or no zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return rfc3339(found) if found.tzinfo else ""
