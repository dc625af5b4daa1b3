"""The child that opens a stranger's file: prints one JSON line, writes the packet index, ends.

It prints a code, never a sentence: the parent has the sentences, and believes nothing else that a child might say.
"""

import codecs
import contextlib
import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

import av
import msgspec
from av.stream import Discard

from app.media import allowed
from app.media.facts import AudioFacts, Facts, VideoFacts
from app.media.index import NAME, Index, pack_index
from app.media.packets import read_beginning, read_index
from app.media.streams import describe_audio, describe_rest, describe_video, picture_streams, sound_streams
from app.media.tags import camera, place, recorded_at

_OPTIONS = {"protocol_whitelist": "file", "format_whitelist": allowed.CONTAINER_LIST, "codec_whitelist": allowed.DECODER_LIST}
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_PICTURE_BRANDS = (b"heic", b"heix", b"mif1", b"avif", b"msf1")


class Refused(Exception):
    pass


def main() -> None:
    path, folder = Path(sys.argv[1]), Path(sys.argv[2])
    try:
        with path.open("rb") as file:
            look_at_beginning(file.read(4096))
        if "look" in sys.argv[3:]:
            tell(examine(path, folder, first_look=True))
            if hasattr(os, "nice"):
                os.nice(10)  # somebody may be watching by now
        tell(examine(path, folder))
    except Refused as refusal:
        say({"refused": refusal.args[0]})


def tell(facts: Facts | None) -> None:
    if facts:
        say({"facts": facts})


def say(reply: dict[str, Any]) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(reply) + b"\n")
    sys.stdout.buffer.flush()


def examine(path: Path, folder: Path, *, first_look: bool = False) -> Facts | None:
    """Facts, and the index in the folder. A first look gives None where counting everything is quick anyway."""
    with open_film(path) as container:
        found = describe(container, path, first_look=first_look)
    if found is None:
        return None
    facts, index = found
    aside = folder / f"{NAME}.new"
    aside.write_bytes(pack_index(index))
    aside.replace(folder / NAME)
    return facts


def open_film(path: Path) -> Any:
    try:
        return av.open(f"file:{path}", options=_OPTIONS, metadata_errors="replace")
    except (av.FFmpegError, ValueError) as error:
        raise Refused("unreadable") from error


def look_at_beginning(head: bytes) -> None:
    if not head:
        raise Refused("empty")
    if head.startswith(_PICTURES) or (head[4:8] == b"ftyp" and head[8:12] in _PICTURE_BRANDS) or head[8:12] == b"WEBP":
        raise Refused("picture")
    with contextlib.suppress(UnicodeDecodeError):
        text = codecs.getincrementaldecoder("utf-8")().decode(head)  # a letter may be cut in two at the end
        if all(letter.isprintable() or letter.isspace() for letter in text):
            raise Refused("text")


def describe(container: Any, path: Path, *, first_look: bool) -> tuple[Facts, Index] | None:
    if len(container.streams) > allowed.MAX_STREAMS:
        raise Refused("too many streams")
    pictures, sounds = picture_streams(container), sound_streams(container)
    if not pictures and not sounds:
        raise Refused("nothing playable")
    index, cut, video = Index(), False, None
    if pictures:
        counted = count(container, pictures[0], path, first_look=first_look)
        if counted is None:
            return None
        index, cut = counted
        video = look_at_video(pictures[0], path, index)
    elif first_look:
        return None
    zero = video.zero * video.tb_num / video.tb_den if video else (sounds[0].start_time or 0) * float(sounds[0].time_base)
    audio = tuple(describe_audio(container, stream, zero) for stream in sounds)
    return whole_facts(container, path, video=video, audio=audio, index=index, zero=zero, cut=cut), index


def count(container: Any, stream: Any, path: Path, *, first_look: bool) -> tuple[Index, bool] | None:
    if first_look and "mp4" in container.format.name:
        return None
    for other in container.streams:
        if other.index != stream.index:
            other.discard = Discard.all
    if first_look:
        beginning = read_beginning(container, stream)
        return (beginning, False) if beginning else None
    return read_index(container, stream, path)


def look_at_video(stream: Any, path: Path, index: Index) -> VideoFacts:
    if stream.codec_context.width * stream.codec_context.height > allowed.MAX_PIXELS:
        raise Refused("too many pixels")
    if not index.frames:
        raise Refused("nothing playable")
    video = describe_video(stream, first_frame(path, stream.index), index)
    if video.fps > allowed.MAX_FPS:
        raise Refused("too many frames")
    return video


@cache
def first_frame(path: Path, number: int) -> Any:
    """Decode one picture: it tells more than the container does, and shows that there is one.

    In a file opened for this alone: seeking back to the start of an MPEG-TS would lose its first frames.
    """
    with open_film(path) as container, contextlib.suppress(av.FFmpegError):
        for frame in container.decode(container.streams[number]):
            return frame
    raise Refused("nothing playable")


def whole_facts(
    container: Any, path: Path, *, video: VideoFacts | None, audio: tuple[AudioFacts, ...], index: Index, zero: float, cut: bool
) -> Facts:
    size = path.stat().st_size
    pictures_end = index.end * video.tb_num / video.tb_den - zero if video else 0.0
    stated = (container.duration or 0) / 1_000_000
    # A film cut off in the middle still states its whole length.
    cut = cut or bool(
        index.whole
        and video
        and stated
        and pictures_end + max(2.0, stated * 0.02) < stated
        and max((a.end for a in audio), default=0) >= pictures_end
    )
    duration = pictures_end if cut and video else max([pictures_end, *(track.end for track in audio[:1])])
    if not 0 < duration < allowed.MAX_HOURS * 3600:
        raise Refused("too long" if duration > 0 else "nothing playable")
    subtitles, attachments, chapters = describe_rest(container)
    metadata = {key.lower(): value for part in (*container.streams, container) for key, value in part.metadata.items()}
    return Facts(
        container=container.format.name,
        size=size,
        duration=round(duration, 6),
        zero=zero,
        bit_rate=round(size * 8 / duration),
        video=video,
        audio=audio,
        subtitles=subtitles,
        attachments=attachments,
        chapters=chapters,
        recorded_at=recorded_at(metadata),
        title=container.metadata.get("title", "")[:200],
        place=place(metadata),
        camera=camera(metadata),
        cut_at=round(duration, 3) if cut else None,
        complete=index.whole,
    )
