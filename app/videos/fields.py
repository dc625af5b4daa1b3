"""What people may write about a video, as pure checks: text comes out as it is kept, or Invalid says what to change (SECURITY UP-2)."""

import unicodedata

from app.errors import Invalid
from app.i18n import N_
from app.videos.models import Privacy
from app.videos.times import utc

TITLE_LETTERS = 200
DESCRIPTION_LETTERS = 10_000
TAG_LETTERS = 50
TAGS = 30
NAME_LETTERS = 60

# Marks, overrides and isolates that turn the direction of text: with them "gpj.exe" reads as "exe.jpg".
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BREAKS = frozenset("\n\r\v\f\x85\u2028\u2029")


def clean_lines(raw: str) -> str:
    """NFC, lines kept, control and bidi characters gone, at most two breaks in a row."""
    text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n"))
    lines = "".join(_kept(char) for char in text).split("\n")
    kept: list[str] = []
    for line in (line.rstrip() for line in lines):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip()


def clean_line(raw: str) -> str:
    """The same on one line, with single spaces."""
    return " ".join(clean_lines(raw).split())


def title(raw: str) -> str:
    text = clean_line(raw)
    if not _shows(text):
        raise _invalid("title", N_("A video needs a title."))
    if _letters(text) > TITLE_LETTERS:
        raise _invalid("title", N_("A title can have at most {limit} characters; this one has {count}."), text, TITLE_LETTERS)
    return text


def description(raw: str) -> str:
    text = clean_lines(raw)
    if _letters(text) > DESCRIPTION_LETTERS:
        raise _invalid(
            "description", N_("A description can have at most {limit} characters; this one has {count}."), text, DESCRIPTION_LETTERS
        )
    return text


def tags(raw: list[str]) -> str:
    """One a line, as kept in the row; the same word twice is one tag, however it is written."""
    kept: dict[str, str] = {}
    for each in raw:
        text = clean_line(each).lstrip("#").strip()
        if _letters(text) > TAG_LETTERS:
            raise _invalid("tags", N_("A tag can have at most {limit} characters; this one has {count}."), text, TAG_LETTERS)
        if _shows(text):
            kept.setdefault(text.casefold(), text)
    if len(kept) > TAGS:
        raise Invalid(N_("A video can have at most {limit} tags."), fields={"tags": N_("Take some away.")}, limit=TAGS)
    return "\n".join(kept.values())


def recorded_at(raw: str) -> str:
    """A moment or a date, as rows keep it; "" where nobody knows."""
    text = raw.strip()
    kept = utc(text)
    if text and not kept:
        raise _invalid("recorded_at", N_("Write the date as year, month and day, such as 2024-05-18."))
    return kept


def privacy(raw: str) -> Privacy:
    try:
        return Privacy(raw)
    except ValueError:
        raise _invalid("privacy", N_("Choose who may watch: public, members, unlisted or private.")) from None


def channel_name(raw: str) -> str:
    text = clean_line(raw)
    if not _shows(text):
        raise _invalid("name", N_("A channel needs a name."))
    if _letters(text) > NAME_LETTERS:
        raise _invalid("name", N_("A name can have at most {limit} characters; this one has {count}."), text, NAME_LETTERS)
    return text


def handle(name: str) -> str:
    """The part of a channel's address: `oma-s-films` of "Oma’s Films". "channel" where no plain letter is left."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(char if char.isascii() and char.isalnum() else " " for char in plain if not unicodedata.combining(char))
    return "-".join(kept.split())[:40].strip("-") or "channel"


def _kept(char: str) -> str:
    if char in _BREAKS:
        return "\n"
    if char == "\t":
        return " "
    return "" if char in _BIDI or unicodedata.category(char) in ("Cc", "Cs", "Co", "Cn") else char


def _letters(text: str) -> int:
    """As a person counts them: accents and joiners belong to their letter."""
    return sum(1 for char in text if unicodedata.category(char) not in ("Mn", "Me", "Cf"))


def _shows(text: str) -> bool:
    return any(unicodedata.category(char)[0] in "LNPS" for char in text)


def _invalid(field: str, template: str, text: str = "", limit: int = 0) -> Invalid:
    error = Invalid(template, limit=limit, count=_letters(text)) if limit else Invalid(template)
    error.fields[field] = str(error)
    return error
