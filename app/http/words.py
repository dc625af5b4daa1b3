"""Times, lengths and sizes as people say them, in the language of the page. Pure: the moment of asking is an argument."""

from datetime import datetime, timedelta
from math import ceil

from babel import Locale
from babel.dates import format_date, format_skeleton, format_timedelta
from babel.numbers import format_decimal
from babel.units import format_unit

from app.i18n import _, current_language

_UNITS = ("byte", "kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte")


def when(moment: datetime | str, now: datetime) -> str:
    """“5 minutes ago”, “yesterday”, “Sunday”, “last week”, “23 May”, “23 May 2019”: days are those of `now`'s zone."""
    then = _in_zone_of(moment, now)
    days = (now.date() - then.date()).days
    ago = now - then
    if days < 0 or ago < timedelta(minutes=1):
        return day(then, now) if days < 0 else _("just now")
    if days == 0:
        return format_timedelta(-ago, threshold=1.0, add_direction=True, locale=_locale())
    if days == 1:
        return _("yesterday")
    if days < 7:
        return format_date(then, "EEEE", locale=_locale())
    return _("last week") if days < 14 else _date(then, now, "MMMMd", "long")


def day(moment: datetime | str, now: datetime) -> str:
    """“Saturday 23 May”, and with its year where that is another one."""
    return _date(_in_zone_of(moment, now), now, "MMMMEEEEd", "full")


def greeting(now: datetime) -> str:
    if 5 <= now.hour < 12:
        return _("Good morning")
    return _("Good afternoon") if 12 <= now.hour < 18 else _("Good evening")


def clock(seconds: float) -> str:
    """“0:07”, “12:40”, “1:12:40”."""
    whole = int(max(0.0, seconds))
    hours, rest = divmod(whole, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def length(seconds: float) -> str:
    """“40 s”, “12 min”, “1 h 12 min”: about as long as it says, and never nothing."""
    if seconds < 59.5:
        return _("{seconds} s").format(seconds=max(1, round(seconds)))
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return _("{minutes} min").format(minutes=minutes)
    return (_("{hours} h {minutes} min") if minutes else _("{hours} h")).format(hours=hours, minutes=minutes)


def left(seconds: float) -> str:
    """“11 min left”: what is still to be seen, or to be waited. Minutes are rounded up, so that nobody waits longer than was said."""
    whole = seconds if seconds < 60 else ceil(seconds / 60) * 60
    return _("{length} left").format(length=length(whole))


def size(count: int) -> str:
    """“4.1 GB”, by thousands, as disks are sold."""
    value, unit = float(count), 0
    while value >= 999.5 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    shown = round(value, 1) if unit > 0 and value < 9.95 else round(value)
    return format_unit(shown, f"digital-{_UNITS[unit]}", length="short" if unit else "long", locale=_locale())


def number(value: float) -> str:
    return format_decimal(value, locale=_locale())


def _in_zone_of(moment: datetime | str, now: datetime) -> datetime:
    return (datetime.fromisoformat(moment) if isinstance(moment, str) else moment).astimezone(now.tzinfo)


def _date(then: datetime, now: datetime, this_year: str, other_year: str) -> str:
    if then.year != now.year:
        return format_date(then, other_year, locale=_locale())
    return format_skeleton(this_year, then.replace(tzinfo=None), locale=_locale())


def _locale() -> Locale:
    """English is written as Europe and most of the world write it: the day before the month."""
    tag = current_language()
    return Locale.parse("en_GB" if tag == "en" else tag, sep="-" if "-" in tag else "_")
