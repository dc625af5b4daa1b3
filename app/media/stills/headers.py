"""What a picture file says of itself, read from its first bytes, nothing decoded (SECURITY UP-6). Content decides, names do not."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Declared:
    kind: str  # as Pillow names it
    width: int
    height: int

    @property
    def pixels(self) -> int:
        return self.width * self.height


def declared(data: bytes) -> Declared | None:
    """None for everything that is not a JPEG, PNG, WebP or AVIF with a size."""
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR":
            return Declared("PNG", *struct.unpack(">II", data[16:24]))
        if data.startswith(b"\xff\xd8\xff"):
            return _jpeg(data)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _webp(data)
        if data[4:8] == b"ftyp" and b"avif" in data[8 : min(int.from_bytes(data[:4], "big"), 200)]:
            return _avif(data)
    except (struct.error, IndexError):
        pass
    return None


def _jpeg(data: bytes) -> Declared | None:
    """The frame header, ISO/IEC 10918-1 B.2.2; segments before it are stepped over."""
    place = 2
    while data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:  # a fill byte
            place += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return Declared("JPEG", width, height)
        elif marker in (0xD8, 0xD9, 0xDA):
            return None
        else:
            place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return None


def _webp(data: bytes) -> Declared | None:
    """RFC 9649: lossy, lossless or extended."""
    kind = data[12:16]
    if kind == b"VP8X":
        return Declared("WEBP", 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little"))
    if kind == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        return Declared("WEBP", 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", data[26:30])
        return Declared("WEBP", width & 0x3FFF, height & 0x3FFF)
    return None


def _avif(data: bytes) -> Declared | None:
    """The largest `ispe` of all items in the file, be it the picture, a tile or a depth map."""
    sizes = list(_extents(data[: 1 << 20]))
    if not sizes:
        return None
    return Declared("AVIF", max(width for width, _ in sizes), max(height for _, height in sizes))


def _extents(data: bytes) -> Iterator[tuple[int, int]]:
    place = data.find(b"ispe")
    while place >= 0:
        yield struct.unpack(">II", data[place + 8 : place + 16])
        place = data.find(b"ispe", place + 4)
