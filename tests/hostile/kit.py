"""Small tools to write containers wrongly: MP4 boxes, EBML elements, an SPS bit by bit."""

import struct
from collections.abc import Callable
from functools import cache

from tests.media_files import clip

Patch = Callable[[bytes], bytes]


def box(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body


def full(kind: bytes, body: bytes, version: int = 0) -> bytes:
    return box(kind, bytes([version, 0, 0, 0]) + body)


@cache
def film() -> bytes:
    """An ordinary MP4 whose tables stand at its end, so that they may grow: H.264 and AAC, ten seconds."""
    return clip("24fps.mp4").read_bytes()


def boxes(data: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 0
    while at + 8 <= len(data):
        length = struct.unpack_from(">I", data, at)[0]
        found.append((data[at + 4 : at + 8], data[at + 8 : at + length]))
        at += length
    return found


def patched(data: bytes, path: str, patch: Patch, *, every: bool = False) -> bytes:
    """The file with the body of one box changed: `patched(film(), "moov/trak/mdia/mdhd", ...)`. The first of each kind; or every one."""
    kind, _, rest = path.partition("/")
    out, done = [], False
    for name, body in boxes(data):
        if name == kind.encode() and (every or not done):
            done = True
            body = patched(body, rest, patch, every=every) if rest else patch(body)
        out.append(box(name, body))
    return b"".join(out)


def without(data: bytes, path: str) -> bytes:
    parent, _, kind = path.rpartition("/")
    return patched(data, parent, lambda body: b"".join(box(name, part) for name, part in boxes(body) if name != kind.encode()))


def table(kind: str, body: bytes) -> Patch:
    """Put a whole table of the first track's sample table (a box without its version and flags) in place of what is there."""

    def replace(_: bytes) -> bytes:
        return bytes(4) + body

    return lambda data: patched(data, f"moov/trak/mdia/minf/stbl/{kind}", replace)


# -- EBML (RFC 8794) and Matroska (RFC 9559)


def el(name: int, *parts: bytes, unknown: bool = False) -> bytes:
    body = b"".join(parts)
    size = b"\x01" + b"\xff" * 7 if unknown else b"\x08" + struct.pack(">I", len(body)) if len(body) < 1 << 32 else b""
    return name.to_bytes((name.bit_length() + 7) // 8) + size + body


def num(name: int, value: int) -> bytes:
    return el(name, value.to_bytes(max(1, (value.bit_length() + 7) // 8)))


def matroska(*segment: bytes) -> bytes:
    return el(0x1A45DFA3, el(0x4282, b"matroska"), num(0x4287, 4), num(0x4285, 2)) + el(0x18538067, *segment)


def track(number: int, codec: bytes, kind: int, *more: bytes) -> bytes:
    return el(0xAE, num(0xD7, number), num(0x73C5, number), num(0x83, kind), el(0x86, codec), *more)


def picture(width: int, height: int) -> bytes:
    return el(0xE0, num(0xB0, width), num(0xBA, height))


def info(seconds: float) -> bytes:
    return el(0x1549A966, num(0x2AD7B1, 1_000_000), el(0x4489, struct.pack(">d", seconds * 1000)), el(0x4D80, b"x"), el(0x5741, b"x"))


def cluster(at: int, *blocks: bytes) -> bytes:
    return el(0x1F43B675, num(0xE7, at), *blocks)


def block(number: int, data: bytes, *, at: int = 0, key: bool = True) -> bytes:
    return el(0xA3, bytes([0x80 | number]) + struct.pack(">h", at) + (b"\x80" if key else b"\0") + data)


# -- pictures whose header lies


def vp8_keyframe(width: int, height: int) -> bytes:
    """RFC 6386, 9.1: a keyframe header, and a body of zeros."""
    return bytes([0x10, 0x02, 0x00, 0x9D, 0x01, 0x2A]) + struct.pack("<HH", width, height) + bytes(200)


class Bits:
    """Writes Exp-Golomb numbers (H.264, 9.1)."""

    def __init__(self) -> None:
        self.text = ""

    def u(self, value: int, width: int) -> "Bits":
        self.text += f"{value:0{width}b}"
        return self

    def ue(self, value: int) -> "Bits":
        code = f"{value + 1:b}"
        self.text += "0" * (len(code) - 1) + code
        return self

    def bytes(self) -> bytes:
        text = self.text + "1"
        text += "0" * (-len(text) % 8)
        return int(text, 2).to_bytes(len(text) // 8)


def sps(width: int, height: int) -> bytes:
    """A baseline sequence parameter set of that size (H.264, 7.3.2.1.1)."""
    bits = Bits().u(66, 8).u(0, 8).u(52, 8).ue(0).ue(0).ue(2).ue(1).u(0, 1)
    bits.ue(width // 16 - 1).ue(height // 16 - 1).u(1, 1).u(1, 1).u(0, 1).u(0, 1)
    return b"\x67" + bits.bytes()


def avc_config(width: int, height: int) -> bytes:
    one, pps = sps(width, height), b"\x68\xce\x38\x80"
    return b"\x01\x42\x00\x34\xff\xe1" + struct.pack(">H", len(one)) + one + b"\x01" + struct.pack(">H", len(pps)) + pps
