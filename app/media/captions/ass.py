"""Advanced SubStation Alpha and its elder SSA: the dialogue lines alone; styles, drawings and positions are dropped.

Format as in the SSA v4 specification and libass; overrides stand in braces, `\\N` breaks a line.
"""

import re
from collections.abc import Iterator

from app.media.captions.cues import Cue, cue_text

_OVERRIDE = re.compile(r"\{([^{}]*)\}")
_SWITCH = re.compile(r"\\([biu])(\d+)|\\p(\d+)|\\(r)")
_FIELDS = ("layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})[.:](\d{1,3})")


def parse_ass(text: str) -> Iterator[Cue]:
    fields: tuple[str, ...] = _FIELDS
    inside = False
    for line in text.splitlines():
        key, _, rest = line.partition(":")
        key = key.strip().lower()
        if line.startswith("["):
            inside = line.strip().lower() == "[events]"
        elif inside and key == "format":
            fields = tuple(name.strip().lower() for name in rest.split(","))
        elif inside and key == "dialogue" and "text" in fields:
            values = dict(zip(fields, rest.split(",", len(fields) - 1), strict=False))
            start, end = _seconds(values.get("start", "")), _seconds(values.get("end", ""))
            if start is not None and end is not None:
                yield Cue(start, end, event_text(values.get("text", "")))


def event_text(text: str) -> str:
    """Cue text from the text field of an event; "" for a drawing."""
    out: list[str] = []
    place, drawing = 0, False
    for found in _OVERRIDE.finditer(text):
        out.append("" if drawing else text[place : found.start()])
        place = found.end()
        for switch in _SWITCH.finditer(found[1]):
            if switch[3] is not None:
                drawing = switch[3] != "0"
            elif switch[4]:
                out.append("</b></i></u>")
            else:
                out.append(f"</{switch[1]}>" if switch[2] == "0" else f"<{switch[1]}>")
    out.append("" if drawing else text[place:])
    return cue_text("".join(out).replace("\\N", "\n").replace("\\n", "\n").replace("\\h", "\u00a0"))


def _seconds(stamp: str) -> float | None:
    found = _CLOCK.fullmatch(stamp.strip())
    if found is None:
        return None
    return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3]) + float(f"0.{found[4]}")
