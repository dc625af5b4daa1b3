"""The child that opens a stranger's file: prints one JSON line, writes the packet index, ends.

It prints a code, never a sentence: the parent has the sentences, and believes nothing else that a child might say.
"""

import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

import av
import msgspec
from av.stream import Discard

from app.media import allowed, kinds
from app.media.allowed import Refused
from app.media.facts import AudioFacts, Facts, VideoFacts
from app.media.gaps import Gap
from app.media.index import NAME, Index, pack_index
from app.media.lengths import Length, film_length, sound_length
from app.media.mp4_index import stated_frames
from app.media.packets import Counted, last_sound, read_beginning, read_index
from app.media.streams import describe_audio, describe_rest, describe_video, picture_streams, plain_tag, sound_streams
from app.media.tags import camera, place, recorded_at

_MOST_UNREADABLE = 250  # packets without a picture, before a stream is taken for one that cannot be read
_LONG_SOUND = 1200.0  # seconds; a shorter one is counted at once


def main() -> None:
    path, folder = Path(sys.argv[1]), Path(sys.argv[2])
    try:
        with path.open("rb") as file:
            head = file.read(kinds.HEAD)
        if found := kinds.impostor(head):
            raise Refused(found)
        if "look" in sys.argv[3:]:
            tell(examine(path, folder, head, first_look=True))
            if hasattr(os, "nice"):
                os.nice(10)  # somebody may be watching by now
        tell(examine(path, folder, head))
    except Refused as refusal:
        say({"refused": refusal.args[0]})
    except MemoryError:
        say({"refused": "too greedy"})


def tell(facts: Facts | None) -> None:
    if facts:
        say({"facts": facts})


def say(reply: dict[str, Any]) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(reply) + b"\n")
    sys.stdout.buffer.flush()


def examine(path: Path, folder: Path, head: bytes, *, first_look: bool = False) -> Facts | None:
    """Facts, and the index in the folder. A first look gives None where counting everything is quick anyway."""
    if stated_frames(path) > allowed.MAX_FRAMES:
        raise Refused("too many frames")
    with open_film(path, head) as container:
        if kinds.disagrees(head, container.format.name):
            raise Refused("mixed")
        found = describe(container, path, head, first_look=first_look)
    if found is None:
        return None
    facts, index = found
    aside = folder / f"{NAME}.new"
    aside.write_bytes(pack_index(index))
    aside.replace(folder / NAME)
    return facts


def open_film(path: Path, head: bytes = b"") -> Any:
    """With the lists shut: other containers, decoders and protocols do not exist for it (MED-1)."""
    options = {
        "protocol_whitelist": "file",
        "format_whitelist": allowed.CONTAINER_LIST,
        "codec_whitelist": allowed.DECODER_LIST,
        "max_pixels": str(allowed.MAX_PIXELS),
    }
    try:
        return av.open(f"file:{path}", options=options, metadata_errors="replace")
    except MemoryError:
        raise
    except (av.FFmpegError, ValueError) as error:
        raise Refused("blank" if head and kinds.is_blank(head) else "unreadable") from error


def describe(container: Any, path: Path, head: bytes, *, first_look: bool) -> tuple[Facts, Index] | None:
    if len(container.streams) > allowed.MAX_STREAMS:
        raise Refused("too many streams")
    pictures, sounds = picture_streams(container), sound_streams(container)
    if not pictures and not sounds:
        raise Refused("nothing playable")
    counted, video = Counted(Index()), None
    if pictures:
        look_at_size(pictures[0])
        found = count(container, pictures[0], path, first_look=first_look)
        if found is None:
            return None
        counted, video = found, look_at_video(pictures[0], path, found.index)
    zero = video.zero * video.tb_num / video.tb_den if video else (sounds[0].start_time or 0) * float(sounds[0].time_base)
    audio = tuple(describe_audio(container, stream, zero) for stream in sounds)
    if video:
        length = film_length(container, video=video, audio=audio, counted=counted, zero=zero)
    elif first_look:
        if audio[0].end < _LONG_SOUND:
            return None
        length = Length(audio[0].end)
    else:
        keep_only(container, sounds[0])
        length = sound_length(container.format.name, audio[0].end, last_sound(container, sounds[0]) - zero, head, path.stat().st_size)
    gaps = counted.gaps(video.tb_num / video.tb_den) if video else ()
    complete = counted.index.whole and (bool(video) or not first_look)
    return whole_facts(container, path, video=video, audio=audio, zero=zero, length=length, gaps=gaps, complete=complete), counted.index


def look_at_size(stream: Any) -> None:
    width, height = stream.codec_context.width, stream.codec_context.height
    if width * height > allowed.MAX_PIXELS or max(width, height) > allowed.MAX_SIDE:
        raise Refused("too many pixels")


def count(container: Any, stream: Any, path: Path, *, first_look: bool) -> Counted | None:
    if first_look and "mp4" in container.format.name:
        return None
    keep_only(container, stream)
    if first_look:
        beginning = read_beginning(container, stream)
        return Counted(beginning) if beginning else None
    return read_index(container, stream, path)


def keep_only(container: Any, stream: Any) -> None:
    for other in container.streams:
        if other.index != stream.index:
            other.discard = Discard.all


def look_at_video(stream: Any, path: Path, index: Index) -> VideoFacts:
    if not index.frames:
        raise Refused("nothing playable")
    frame = first_frame(path, stream.index)
    if frame.width * frame.height > allowed.MAX_PIXELS:
        raise Refused("too many pixels")
    video = describe_video(stream, frame, index)
    if video.fps > allowed.MAX_FPS and len(index.frames) > allowed.MAX_FPS:  # one picture for a thousandth of a second is none of these
        raise Refused("too many frames")
    if allowed.too_much_work(pixels=frame.width * frame.height, frames=len(index.frames), size=path.stat().st_size):
        raise Refused("too much work")
    return video


@cache
def first_frame(path: Path, number: int) -> Any:
    """Decode one picture: it tells more than the container does, and shows that there is one.

    In a file opened for this alone: seeking back to the start of an MPEG-TS would lose its first frames.
    """
    with open_film(path) as container:
        stream = container.streams[number]
        keep_only(container, stream)
        stream.codec_context.options = {"max_pixels": str(allowed.MAX_PIXELS), "threads": "1"}
        for tried, packet in enumerate(container.demux(stream)):
            if tried > _MOST_UNREADABLE:
                break
            try:
                frames = packet.decode()
            except MemoryError:
                raise
            except av.FFmpegError:
                continue  # a damaged beginning: the next keyframe may be good
            if frames:
                return frames[0]
    raise Refused("no picture")


def whole_facts(
    container: Any,
    path: Path,
    *,
    video: VideoFacts | None,
    audio: tuple[AudioFacts, ...],
    zero: float,
    length: Length,
    gaps: tuple[Gap, ...],
    complete: bool,
) -> Facts:
    size, duration = path.stat().st_size, length.seconds
    if not 0 < duration < allowed.MAX_HOURS * 3600:
        raise Refused("too long" if duration > 0 else "nothing playable")
    if allowed.too_empty(seconds=duration, size=size, sound=bool(audio)):
        raise Refused("too empty")
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
        title=plain_tag(container.metadata, "title"),
        place=place(metadata),
        camera=camera(metadata),
        cut_at=round(duration, 3) if length.cut else None,
        stated=round(length.stated, 3),
        gaps=gaps,
        complete=complete,
    )
