"""Moments as people type them where a picture more or less counts: “1:02:03.5”, “62,25”, “2:05.120”."""

import re

_TYPED = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6}(?:[.,]\d{1,6})?)")


def typed_moment(text: str) -> float | None:
    """Seconds; None if it is no moment."""
    found = _TYPED.fullmatch(text.strip().translate(_DIGITS))
    if found is None:
        return None
    hours, minutes, seconds = found.groups()
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds.replace(",", "."))


_DIGITS = {ord("٠") + digit: str(digit) for digit in range(10)} | {ord("۰") + digit: str(digit) for digit in range(10)}


def shown_moment(seconds: float) -> str:
    """“1:02:03.500”, “2:05.000”."""
    whole = round(seconds * 1000)
    minutes, rest = divmod(whole, 60_000)
    tail = f"{rest // 1000:02}.{rest % 1000:03}"
    return f"{minutes // 60}:{minutes % 60:02}:{tail}" if minutes >= 60 else f"{minutes}:{tail}"
