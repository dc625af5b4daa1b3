"""What is lost of a damaged film, as a sentence for its owner. Pure."""

from collections.abc import Sequence

from app.i18n import _, ntranslate
from app.media.facts import Facts
from app.media.gaps import Gap


def loss(facts: Facts) -> str:
    """What is missing, and what to do; "" for a film that is whole."""
    parts = [part for part in (_end(facts), _middle(facts.gaps)) if part]
    if not parts:
        return ""
    return " ".join([*parts, _("The rest plays. If you have a better copy, upload that; else keep this one as it is.")])


def _end(facts: Facts) -> str:
    if facts.cut_at is None:
        return ""
    missing, at = facts.stated - facts.cut_at, clock(facts.cut_at)
    if missing < 1:
        return _("The end is missing: the file was cut off at {at}.").format(at=at)
    return _("The last {length} are missing: the file ends at {at} although it says that it lasts {whole}.").format(
        length=in_words(missing), at=at, whole=clock(facts.stated)
    )


def _middle(gaps: Sequence[Gap]) -> str:
    if not gaps:
        return ""
    longest = max(gaps, key=lambda gap: gap[1] - gap[0])
    length, at = in_words(sum(end - start for start, end in gaps)), clock(longest[0])
    if len(gaps) == 1:
        return _("The picture cannot be read for {length} around {at}; it stands still there.").format(length=length, at=at)
    return _("The picture cannot be read for {length}, in {count} places, the longest of them around {at}; it stands still there.").format(
        length=length, count=len(gaps), at=at
    )


def in_words(seconds: float) -> str:
    """ "1 second", "3 minutes 12 seconds", "2 hours 5 minutes": no more than two parts."""
    whole = max(1, round(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    parts = [
        ntranslate("{count} hour", "{count} hours", hours).format(count=hours) if hours else "",
        ntranslate("{count} minute", "{count} minutes", minutes).format(count=minutes) if minutes else "",
        ntranslate("{count} second", "{count} seconds", rest).format(count=rest) if rest and not hours else "",
    ]
    return " ".join(part for part in parts if part)


def clock(seconds: float) -> str:
    """ "4:05", "1:02:03"."""
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
