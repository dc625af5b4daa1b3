"""A description as markup: everything escaped, addresses and moments made into links (SECURITY WEB-2). No Markdown yet."""

import re

from markupsafe import Markup, escape

# An address ends before the punctuation of the sentence it stands in.
_PARTS = re.compile(
    r"(?P<link>https?://[^\s<>\"'`]*[^\s<>\"'`.,;:!?)\]}…])"
    r"|(?<![\d:.])(?P<moment>(?:\d{1,2}:)?[0-5]?\d:[0-5]\d)(?![\d:]|\.\d)",
    re.IGNORECASE,
)
_MOMENT = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?", re.IGNORECASE)


def linked(text: str, *, duration: float | None = None) -> Markup:
    """Lines stay lines (CSS shows them). A time after the film's end is a time of day, not a moment."""
    done = Markup()
    end = 0
    for found in _PARTS.finditer(text):
        done += escape(text[end : found.start()]) + (_link(found["link"]) if found["link"] else _moment(found["moment"], duration))
        end = found.end()
    return done + escape(text[end:])


def seconds_of(moment: str) -> float | None:
    """“760”, “12:40”, “1:02:03”, “1h2m3s”: seconds; None if it is none of these."""
    parts = moment.strip().split(":")
    if 1 < len(parts) <= 3 and all(part.isascii() and part.isdigit() for part in parts):
        return float(sum(int(part) * 60**place for place, part in enumerate(reversed(parts))))
    found = _MOMENT.fullmatch(moment.strip())
    if found is None or not any(found.groups()) or len(moment) > 20:
        return None
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def _link(address: str) -> Markup:
    shown = address if len(address) <= 80 else f"{address[:77]}…"
    return Markup('<a class="link" href="{}" rel="nofollow ugc noopener" target="_blank">{}</a>').format(address, shown)


def _moment(written: str, duration: float | None) -> Markup:
    seconds = seconds_of(written)
    if seconds is None or (duration is not None and seconds > duration):
        return escape(written)
    return Markup('<a class="moment" href="?t={}" data-moment="{}">{}</a>').format(int(seconds), int(seconds), written)
