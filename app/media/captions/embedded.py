"""The subtitles inside a film: text becomes WebVTT, pictures of text are copied out as they are."""

from pathlib import Path
from threading import Event

import msgspec
import structlog

from app.children import Child, Limits, Sandbox, start
from app.errors import MediaError
from app.i18n import N_
from app.media.captions.cues import Cue, in_order, to_vtt
from app.media.commands import subtitle_copy
from app.media.facts import Facts, SubtitleFacts
from app.media.publish import publish
from app.media.run import Tool

log = structlog.get_logger(__name__)
FOLDER = "captions"
_READING = Limits(wall=3600, cpu=1800, memory=4 << 30, file_size=256 << 20, nice=10, idle_disk=True)
_MOST = 64 << 20  # bytes of cues that a child may send
_CHUNK = 1 << 20
# The ending of a file that holds one such track alone; what it is called elsewhere.
PICTURES = {"hdmv_pgs_subtitle": "sup", "pgssub": "sup", "dvd_subtitle": "mks", "dvdsub": "mks", "dvb_subtitle": "mks", "dvbsub": "mks"}


def caption_name(track: SubtitleFacts) -> str:
    """The name of its file in the film's folder; "" for a kind that we cannot offer."""
    if track.text:
        return f"{track.stream}.vtt"
    ending = PICTURES.get(track.codec, "")
    return f"{track.stream}.{ending}" if ending else ""


def extract_captions(tool: Tool, source: Path, facts: Facts, *, folder: Path, stop: Event) -> tuple[SubtitleFacts, ...]:
    """Write a file for every track that has something to show into `folder/captions`; the whole film is read once for each kind.

    Returns the tracks that have a file. Running it twice changes nothing. Raises MediaError, or stops without a word when told to.
    """
    home = folder / FOLDER
    if not any(caption_name(track) for track in facts.subtitles):
        return ()
    home.mkdir(parents=True, exist_ok=True)
    _write_text(source, facts, home, stop)
    _copy_pictures(tool, source, facts, home, stop)
    return tuple(track for track in facts.subtitles if (name := caption_name(track)) and (home / name).exists())


def _write_text(source: Path, facts: Facts, home: Path, stop: Event) -> None:
    tracks = [track for track in facts.subtitles if track.text and not (home / caption_name(track)).exists()]
    if not tracks:
        return
    order = {"streams": [track.stream for track in tracks], "zero": facts.zero}
    words = [str(source.absolute()), msgspec.json.encode(order).decode()]
    sandbox = Sandbox(read=(source,))
    with start(words, folder=home, limits=_READING, sandbox=sandbox, module="app.media.captions.embedded_child") as child:
        data = _output(child, stop)
    if stop.is_set():
        return
    try:
        found = msgspec.json.decode(data, type=dict[str, list[Cue]])
    except msgspec.DecodeError as error:
        log.warning("captions could not be read", code=child.wait(), said=child.stderr()[-1000:])
        raise MediaError(N_("The subtitles inside this file could not be read.")) from error
    for track in tracks:
        if cues := in_order(found.get(str(track.stream), [])):
            publish(home / caption_name(track), to_vtt(cues).encode())


def _copy_pictures(tool: Tool, source: Path, facts: Facts, home: Path, stop: Event) -> None:
    tracks = [track for track in facts.subtitles if not track.text and (name := caption_name(track)) and not (home / name).exists()]
    for track in tracks:
        if stop.is_set():
            return
        aside = home / f".new.{caption_name(track)}"
        command, sandbox = subtitle_copy(tool.path, source, track.stream, aside), Sandbox(read=(source,), write=(home,))
        with start(command, folder=home, limits=_READING, sandbox=sandbox) as child:
            _output(child, stop)
            code = child.wait() if not stop.is_set() else -1
        if code == 0 and aside.exists() and aside.stat().st_size > 0:
            with aside.open("rb") as file:
                publish(home / caption_name(track), file.read())
        aside.unlink(missing_ok=True)


def _output(child: Child, stop: Event) -> bytes:
    """All it says, unless it is told to stop, or says more than any captions can be."""
    kept = bytearray()
    while chunk := child.stdout.read(_CHUNK):
        kept += chunk
        if stop.is_set() or len(kept) > _MOST:
            child.kill()
            return b""
    return bytes(kept)
