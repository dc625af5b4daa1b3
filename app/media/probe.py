"""Ask a child what a file is. The server itself never parses a byte of it."""

import logging
from pathlib import Path

import msgspec

from app.children import Limits, run
from app.errors import MediaError
from app.i18n import N_
from app.media.facts import Facts

PROBE_LIMITS = Limits(wall=120, cpu=120, memory=4 << 30, file_size=1 << 30)
_log = logging.getLogger(__name__)

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


def probe(source: Path, *, folder: Path, limits: Limits = PROBE_LIMITS) -> Facts:
    """Examine `source`; write its packet index into `folder` (see index.py). Raises MediaError with a sentence for the uploader."""
    folder.mkdir(parents=True, exist_ok=True)
    done = run([str(source.absolute()), str(folder.absolute())], folder=folder, limits=limits, module="app.media.probe_child")
    if done.timed_out or done.code in (-24, -9):  # SIGXCPU, SIGKILL
        raise MediaError(N_("Examining this video took too long; it is probably damaged."))
    try:
        reply = msgspec.json.decode(done.stdout, type=_Reply)
    except msgspec.DecodeError as error:
        _log.warning("probe failed with code %s: %s", done.code, done.stderr[-2000:])
        raise MediaError(N_("This video could not be examined; it is probably damaged.")) from error
    if reply.facts is None:
        raise MediaError(_REFUSALS.get(reply.refused, _REFUSALS["unreadable"]))
    return reply.facts
