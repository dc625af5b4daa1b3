"""What a file is by its first bytes: most impostors are told apart before any parser sees them. Pure.

Names and Content-Types are hints that anybody can write; they are never asked (SECURITY UP-4).
"""

import codecs
from contextlib import suppress

HEAD = 4096  # bytes that are looked at

_STARTS = (
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"BM", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
    (b"8BPS", "picture"),
    (b"%PDF-", "document"),
    (b"{\\rtf", "document"),
    (b"\xd0\xcf\x11\xe0", "document"),
    (b"PK\x03\x04", "archive"),
    (b"PK\x05\x06", "archive"),
    (b"Rar!\x1a\x07", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ\x00", "archive"),
    (b"(\xb5/\xfd", "archive"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\xfe\xed\xfa", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"SQLite format 3\x00", "document"),
)
_WORDS = (
    (b"#!", "program"),
    (b"<!doctype", "page"),
    (b"<html", "page"),
    (b"<head", "page"),
    (b"<script", "page"),
    (b"<svg", "page"),
    (b"<?xml", "page"),
    (b"<mpd", "playlist"),
    (b"<smil", "playlist"),
    (b"<asx", "playlist"),
    (b"#extm3u", "playlist"),
    (b"ffconcat", "playlist"),
    (b"[playlist]", "playlist"),
    (b"v=0\r\n", "playlist"),
    (b"v=0\no=", "playlist"),
)
_PICTURE_BRANDS = (b"heic", b"heix", b"mif1", b"avif", b"msf1")
# (place, bytes, what the demuxer's name must hold)
_FILMS = (
    (0, b"\x1aE\xdf\xa3", "matroska"),
    (4, b"ftyp", "mov"),
    (4, b"moov", "mov"),
    (8, b"AVI ", "avi"),
    (8, b"WAVE", "wav"),
    (0, b"OggS", "ogg"),
    (0, b"FLV\x01", "flv"),
    (0, b"fLaC", "flac"),
    (0, b"0&\xb2u\x8ef\xcf\x11", "asf"),
    (0, b".RMF", "rm"),
)


def impostor(head: bytes) -> str:
    """What it is when it is certainly no film, as a word: picture, page, playlist, text ...; "" when it may be one."""
    if not head:
        return "empty"
    if (head[4:8] == b"ftyp" and head[8:12] in _PICTURE_BRANDS) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return "picture"
    words = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    known = next((kind for start, kind in _STARTS if head.startswith(start)), "")
    return known or next((kind for start, kind in _WORDS if words.startswith(start)), "") or ("text" if _is_text(head) else "")


def disagrees(head: bytes, demuxer: str) -> bool:
    """Whether the first bytes promise another container than the one that the demuxer found: two files in one."""
    promised = next((name for at, mark, name in _FILMS if head[at : at + len(mark)] == mark), "")
    return bool(promised) and promised not in demuxer


def is_blank(head: bytes) -> bool:
    """Nothing but zeros: space was set aside for the file, but its content never came."""
    return not head.strip(b"\x00")


def _is_text(head: bytes) -> bool:
    with suppress(UnicodeDecodeError):
        text = codecs.getincrementaldecoder("utf-8")().decode(head)  # a letter may be cut in two at the end
        return all(letter.isprintable() or letter.isspace() for letter in text)
    return False
