"""Ask a child what a file is. The server itself never parses a byte of it."""

import logging
from collections.abc import Callable
from pathlib import Path

import msgspec

from app.children import Limits, start
from app.errors import MediaError
from app.i18n import N_
from app.media.facts import Facts

_LONGEST = 16 << 20
PROBE_LIMITS = Limits(wall=120, cpu=120, memory=4 << 30, file_size=1 << 30)
log = logging.getLogger(__name__)

_REFUSALS = {
    "empty": N_("This file is empty."),
    "text": N_("This is a text file, not a video."),
    "picture": N_("This is a picture, not a video."),
    "unreadable": N_("This is not a video that can be read: it is damaged, was cut off while it was copied, or is no video at all."),
    "nothing playable": N_("There is no picture and no sound in this file that can be played."),
    "too many streams": N_("This file has too many tracks."),
    "too many pixels": N_("The picture of this video is too large to be handled."),
    "too many frames": N_("This video has too many pictures a second to be handled."),
    "too long": N_("This video is too long to be handled."),
}


class _Reply(msgspec.Struct):
    facts: Facts | None = None
    refused: str = ""


def probe(source: Path, *, folder: Path, limits: Limits = PROBE_LIMITS, first_look: Callable[[Facts], None] | None = None) -> Facts:
    """Examine `source`; write its packet index into `folder` (see index.py). Raises MediaError with a sentence for the uploader.

    A long film whose frames must be counted one by one takes seconds. `first_look` is then called before: with facts that are
    not `complete`, and an index of the first seconds, enough to list all segments and to make the first.
    """
    folder.mkdir(parents=True, exist_ok=True)
    words = [str(source.absolute()), str(folder.absolute()), *(["look"] if first_look else [])]
    reply: _Reply | None = None
    with start(words, folder=folder, limits=limits, module="app.media.probe_child") as child:
        while line := child.stdout.readline(_LONGEST):
            reply = _read(line)
            if reply and reply.facts and not reply.facts.complete and first_look:
                first_look(reply.facts)
        code = child.wait()
    if child.timed_out or code in (-24, -9):  # SIGXCPU, SIGKILL
        raise MediaError(N_("Examining this video took too long; it is probably damaged."))
    if reply is None or code != 0:
        log.warning("probe failed with code %s: %s", code, child.stderr()[-2000:])
        raise MediaError(N_("This video could not be examined; it is probably damaged."))
    if reply.facts is None or not reply.facts.complete:
        raise MediaError(_REFUSALS.get(reply.refused, _REFUSALS["unreadable"]))
    return reply.facts


def _read(line: bytes) -> _Reply | None:
    try:
        return msgspec.json.decode(line, type=_Reply)
    except msgspec.DecodeError:
        return None
