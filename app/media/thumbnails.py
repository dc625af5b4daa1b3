"""A still that says what a film is: a good frame, not black, not flat, chosen by a child from a few key frames."""

import logging
from pathlib import Path

import msgspec

from app.children import Limits, Sandbox, run
from app.errors import MediaError
from app.i18n import N_
from app.media.facts import Facts

SMALL = "thumbnail.webp"  # at most 640 wide
LARGE = "poster.webp"  # at most 1280 wide
_LIMITS = Limits(wall=60, cpu=60, memory=6 << 30, file_size=64 << 20, nice=5)
log = logging.getLogger(__name__)


class Chosen(msgspec.Struct):
    at: float
    width: int  # of the poster
    height: int


def make_thumbnails(source: Path, facts: Facts, *, folder: Path) -> Chosen | None:
    """Write SMALL and LARGE into `folder`; None when the film has no picture. Raises MediaError when no frame can be decoded."""
    video = facts.video
    if video is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    order = {"stream": video.stream, "zero": facts.zero, "duration": facts.duration, "width": video.width, "height": video.height}
    words = [str(source.absolute()), str(folder.absolute()), msgspec.json.encode(order).decode()]
    done = run(words, folder=folder, limits=_LIMITS, sandbox=Sandbox(read=(source,), write=(folder,)), module="app.media.thumbnail_child")
    try:
        return msgspec.json.decode(done.stdout, type=Chosen)
    except msgspec.DecodeError as error:
        log.warning("no thumbnail, code %s: %s", done.code, done.stderr[-2000:])
        raise MediaError(N_("No still could be taken from this video.")) from error
