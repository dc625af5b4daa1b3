"""A cue, what may stand in it, and WebVTT written anew from cues (W3C WebVTT, 2019). Nothing of a stranger's file is passed on as it is."""

import html
import re
from collections.abc import Iterable

import msgspec

from app.errors import Invalid
from app.i18n import N_

MAX_BYTES = 2_000_000
MAX_CUES = 20_000
_MAX_LETTERS = 2_000  # in one cue
_DAY = 100 * 3600.0
_TAG = re.compile(r"<(/?)([a-zA-Z]+)([^<>]*)>|<[^<>]*>")
_KEPT = ("b", "i", "u", "ruby", "rt")


class Cue(msgspec.Struct, frozen=True):
    """`text` is WebVTT cue text: escaped, with none but the tags b, i, u, ruby, rt and v."""

    start: float  # seconds of the film
    end: float
    text: str


def cue_text(markup: str) -> str:
    """Cue text from what SubRip and WebVTT files hold: some tags are kept and closed again, all else is shown as it is or dropped."""
    out: list[str] = []
    still_open: list[str] = []
    place = 0
    markup = markup[:_MAX_LETTERS].strip()
    for found in _TAG.finditer(markup):
        out.append(_plain(markup[place : found.start()]))
        place = found.end()
        closing, name, rest = found[1], (found[2] or "").lower(), found[3] or ""
        if name == "v" and not closing and (voice := _plain(rest.partition(" ")[2])):
            out.append(f"<v {voice}>")
        elif name in _KEPT and not closing:
            still_open.append(name)
            out.append(f"<{name}>")
        elif name in still_open:
            while (last := still_open.pop()) != name:
                out.append(f"</{last}>")
            out.append(f"</{name}>")
    out.append(_plain(markup[place:]))
    out += [f"</{name}>" for name in reversed(still_open)]
    lines = (line.strip() for line in "".join(out).splitlines())
    return "\n".join(line for line in lines if line)


def plain_text(cue: Cue) -> str:
    """The words alone."""
    return html.unescape(_TAG.sub("", cue.text))


def in_order(cues: Iterable[Cue]) -> list[Cue]:
    """Sorted, without those that say nothing or are nowhere. Raises Invalid when there are too many."""
    kept = [cue for cue in cues if cue.text and 0 <= cue.start < cue.end < _DAY]
    if len(kept) > MAX_CUES:
        raise Invalid(N_("These captions have more than {most} lines, which is more than we take."), most=MAX_CUES)
    return sorted(kept, key=lambda cue: (cue.start, cue.end))


def to_vtt(cues: Iterable[Cue]) -> str:
    """A whole WebVTT file."""
    blocks = [f"{clock(cue.start)} --> {clock(cue.end)}\n{cue.text}" for cue in cues]
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


def clock(seconds: float) -> str:
    """01:02:03.450"""
    milliseconds = round(seconds * 1000)
    return f"{milliseconds // 3_600_000:02}:{milliseconds // 60_000 % 60:02}:{milliseconds // 1000 % 60:02}.{milliseconds % 1000:03}"


def _plain(text: str) -> str:
    """Escaped once, whether or not it came escaped; without control characters, and no arrow that would look like a timing."""
    letters = "".join(letter for letter in html.unescape(text) if letter == "\n" or letter.isprintable())
    return html.escape(letters, quote=False).replace("-->", "--&gt;")
