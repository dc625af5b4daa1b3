"""Ask a child for pictures. The server itself never decodes a byte of a film or of a picture that somebody sent."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from app.children import Finished, Limits, Sandbox, run, start
from app.errors import Invalid, MediaError
from app.i18n import N_
from app.media.facts import Facts, VideoFacts
from app.media.index import Index
from app.media.stills.places import at_keys, key_times, still_places
from app.media.stills.storyboard import targets

_FILM = "app.media.stills.film_child"
_SOON = Limits(wall=60, cpu=60, memory=6 << 30, file_size=64 << 20, nice=5)
_BEHIND = Limits(wall=1800, cpu=900, memory=6 << 30, file_size=64 << 20, nice=15, idle_disk=True)
_PICTURE = Limits(wall=20, cpu=15, memory=1 << 30, file_size=16 << 20, nice=5)
_NONE = N_("No still could be taken from this video.")
_REFUSED = {
    "too large": N_("This picture is too large: 32 MB are the most."),
    "too many pixels": N_("This picture has too many pixels: 40 million are the most."),
    "no picture": N_("This is no picture that can be used. JPEG, PNG, WebP and AVIF can."),
}
log = logging.getLogger(__name__)


class Chosen(msgspec.Struct, frozen=True):
    at: float  # seconds
    width: int  # of the large one
    height: int


class _Reply(msgspec.Struct):
    stills: tuple[Chosen, ...] | None = None
    pictures: int = 0
    sparse: bool = False
    share: float | None = None
    refused: str = ""
    width: int = 0
    height: int = 0


def make_stills(source: Path, facts: Facts, index: Index, *, folder: Path) -> tuple[Chosen, ...]:
    """Write up to `STILLS` suggestions into `folder`, the best first; the cover of a file of sound, if it has one.

    None at all for sound without a cover. Raises MediaError when no frame can be decoded.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if facts.video is None:
        return _stills(_ask("cover", source, folder, {}), needed=False)
    places = still_places(facts.duration, key_times(index, facts.video, facts.zero))
    return _stills(_ask("stills", source, folder, _order(facts, facts.video) | {"places": places}))


def take_moment(source: Path, facts: Facts, at: float, *, folder: Path) -> Chosen:
    """Write the frame of this moment into `folder`, as the first suggestion is."""
    if facts.video is None:
        raise Invalid(N_("There is no picture in this file, only sound."))
    folder.mkdir(parents=True, exist_ok=True)
    return _stills(_ask("moment", source, folder, _order(facts, facts.video) | {"at": at}))[0]


def take_picture(source: Path, *, folder: Path) -> Chosen:
    """Decode a picture that somebody sent, and write it anew into `folder`. Raises Invalid with a sentence for them."""
    folder.mkdir(parents=True, exist_ok=True)
    words = [str(source.absolute()), str(folder.absolute())]
    done = run(words, folder=folder, limits=_PICTURE, sandbox=_enclosed(source, folder), module="app.media.stills.picture_child")
    reply = _last(done.stdout)
    if reply is None or not reply.width:
        code = reply.refused if reply else "no picture"
        log.warning("a picture was refused (%s), code %s: %s", code, done.code, done.stderr[-2000:])
        raise Invalid(_REFUSED.get(code, _REFUSED["no picture"]))
    return Chosen(0.0, reply.width, reply.height)


def make_storyboard(source: Path, facts: Facts, index: Index, *, folder: Path, progress: Callable[[float], None]) -> bool:
    """Write the storyboard into `folder`, behind everything else. Whether its pictures are sparse (see Storyboard).

    Raises MediaError when there is nothing to show, and whatever `progress` raises.
    """
    assert facts.video is not None
    folder.mkdir(parents=True, exist_ok=True)
    order = _order(facts, facts.video) | {"places": at_keys(targets(facts.duration), key_times(index, facts.video, facts.zero))}
    words = ["storyboard", str(source.absolute()), str(folder.absolute()), msgspec.json.encode(order).decode()]
    reply = None
    with start(words, folder=folder, limits=_BEHIND, sandbox=_enclosed(source, folder), module=_FILM) as child:
        while line := child.stdout.readline(1 << 20):
            reply = _last(line)
            if reply is not None and reply.share is not None:
                progress(reply.share)
        code = child.wait()
    if reply is None or not reply.pictures:
        log.warning("no storyboard, code %s: %s", code, child.stderr()[-2000:])
        raise MediaError(N_("No pictures for the seek bar could be taken from this video."))
    return reply.sparse


def _order(facts: Facts, video: VideoFacts) -> dict[str, Any]:
    return {
        "stream": video.stream,
        "zero": facts.zero,
        "duration": facts.duration,
        "width": video.width,
        "height": video.height,
        "interlaced": video.interlaced,
        "transfer": video.transfer,
        "primaries": video.primaries,
    }


def _ask(what: str, source: Path, folder: Path, order: dict[str, Any]) -> Finished:
    words = [what, str(source.absolute()), str(folder.absolute()), msgspec.json.encode(order).decode()]
    return run(words, folder=folder, limits=_SOON, sandbox=_enclosed(source, folder), module=_FILM)


def _enclosed(source: Path, folder: Path) -> Sandbox:
    return Sandbox(read=(source,), write=(folder,))


def _stills(done: Finished, *, needed: bool = True) -> tuple[Chosen, ...]:
    reply = _last(done.stdout)
    if reply is None or reply.stills is None or (needed and not reply.stills):
        log.warning("no still, code %s: %s", done.code, done.stderr[-2000:])
        raise MediaError(_NONE)
    return reply.stills


def _last(output: bytes) -> _Reply | None:
    lines = output.splitlines()
    try:
        return msgspec.json.decode(lines[-1], type=_Reply) if lines else None
    except msgspec.DecodeError:
        return None
