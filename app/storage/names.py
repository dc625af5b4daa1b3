"""A person's name for a thing is data, not a path (SECURITY UP-2): cleaned for showing, and made into a slug for our folders."""

import re
import unicodedata

DISPLAY_BYTES = 255
SLUG_BYTES = 120
SUFFIX_LETTERS = 8

# Right-to-left marks, overrides and isolates: with them "gpj.exe" reads as "exe.jpg".
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BREAKS = frozenset("\t\n\v\f\r\x85\u2028\u2029")
_APOSTROPHES = frozenset("'’‘ʼ`´")
_PORTS = frozenset(f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³")
_RESERVED = _PORTS | {"con", "prn", "aux", "nul", "conin$", "conout$"}  # Windows opens a device for these, whatever the ending
_SUFFIX = re.compile(rf"\.([A-Za-z0-9]{{1,{SUFFIX_LETTERS}}})$")
_WINDOWS_PATH = re.compile(r"^[A-Za-z]:\\")


def display_name(raw: str, *, fallback: str = "video") -> str:
    """The name as people may see it: NFC, without control and bidi characters, one line, at most 255 bytes."""
    shown = "".join(_shown(char) for char in unicodedata.normalize("NFC", raw))
    return cut_to_bytes(" ".join(shown.split()), DISPLAY_BYTES) or fallback


def file_name(raw: str, *, fallback: str = "video") -> str:
    """The last part of a name that a browser or a disk gave us, as people may see it; folders before it are dropped."""
    parts = re.split(r"[/\\]" if _WINDOWS_PATH.match(raw) else "/", raw)
    return display_name(next((part for part in reversed(parts) if part.strip(" .")), ""), fallback=fallback)


def suffix_of(name: str) -> str:
    """`mp4` of `Film.MP4`; empty where the end of the name is none. A hint only: content decides what a file is."""
    found = _SUFFIX.search(name.strip())
    return found[1].lower() if found else ""


def title_from(name: str) -> str:
    """The title that a file gets until a person writes one. What a camera wrote (`IMG_2041`) is left as it is."""
    shown = file_name(name)
    found = _SUFFIX.search(shown)
    stem = shown[: found.start()].strip() if found and found.start() else shown
    return stem if _from_camera(stem) else display_name(stem.replace("_", " "))


def slug(name: str, *, fallback: str = "video") -> str:
    """The name for a file or folder of ours: NFC letters, digits, space, `-_.`, at most 120 bytes, fit for every file system."""
    kept = "".join(_kept(char) for char in unicodedata.normalize("NFC", name) if char not in _APOSTROPHES)
    trimmed = _fitting(" ".join(kept.split())) or fallback
    return _fitting(f"_{trimmed}") if trimmed.split(".")[0].strip().lower() in _RESERVED else trimmed


def cut_to_bytes(text: str, limit: int) -> str:
    """The longest beginning that fits, never half a character, nor a letter without the marks it carries."""
    if len(text.encode()) <= limit:
        return text
    cut = text.encode()[:limit].decode(errors="ignore")
    while cut and unicodedata.combining(text[len(cut)]):
        cut = cut[:-1]
    return cut.rstrip(" \u200d")


def _shown(char: str) -> str:
    if char in _BREAKS:
        return " "
    if char in _BIDI or unicodedata.category(char) == "Cc":
        return ""
    # Bytes of a file name that are no UTF-8 arrive as lone surrogates, which no reply could carry.
    return "\ufffd" if unicodedata.category(char) == "Cs" else char


def _kept(char: str) -> str:
    if char in "-_.":
        return char
    kind = unicodedata.category(char)
    return char if kind[0] in "LM" or kind == "Nd" else " "


def _fitting(text: str) -> str:
    return _trimmed(cut_to_bytes(_trimmed(text), SLUG_BYTES))


def _trimmed(text: str) -> str:
    """Without leading dots (hidden) and dashes (read as an option), leading marks without a letter, trailing dots (Windows)."""
    start = next((i for i, char in enumerate(text) if char not in " .-" and not unicodedata.category(char).startswith("M")), len(text))
    return text[start:].rstrip(" .")


def _from_camera(stem: str) -> bool:
    """`IMG_2041`, `PXL_20260704_101500`, `DJI_0001`: capitals, underscores and digits only."""
    return bool(re.fullmatch(r"[A-Z]{2,5}[A-Z0-9]*(_[A-Z0-9~.]+)+", stem))
