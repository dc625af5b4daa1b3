"""Pictures that people choose for a video: one they send, or a moment of the film. Kept apart from all that can be made again."""

import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.errors import Conflict, TooMany
from app.i18n import N_
from app.media.cutting.keep import to_source
from app.media.publish import publish
from app.media.stills import LARGE, SMALL, take_moment, take_picture
from app.processing.telling import film_for
from app.site import Site
from app.videos.models import Video
from app.videos.pictures import use_own_picture
from app.videos.shown import keep_of

_AT_ONCE = threading.BoundedSemaphore(2)  # decoders of pictures, however many people send some
_PATIENCE = 20.0


def keep_picture(site: Site, video_id: str, data: bytes) -> None:
    """Let this picture stand for the video. Raises Invalid if it is none."""

    def draw(folder: Path) -> None:
        sent = folder / "sent"
        sent.write_bytes(data)
        take_picture(sent, folder=folder)

    _keep(site, video_id, draw)


def keep_moment(site: Site, video_id: str, at: float) -> None:
    """Let the frame of this moment, in seconds of what is shown, stand for the video."""
    film = film_for(site, video_id)
    with site.read() as session:
        video = session.get(Video, video_id)
    if video is not None and (keep := keep_of(video)):
        at = to_source(keep, at)
    if film is None:
        raise Conflict(N_("This video is not ready yet."))
    _keep(site, video_id, lambda folder: take_moment(film.source, film.facts, min(max(at, 0.0), film.facts.duration), folder=folder))


def _keep(site: Site, video_id: str, draw: Callable[[Path], object]) -> None:
    with _turn(), tempfile.TemporaryDirectory(dir=site.paths.scratch, prefix="picture-") as scratch:
        draw(Path(scratch))
        target = site.paths.pictures / video_id
        target.mkdir(exist_ok=True)
        for name in (LARGE, SMALL):
            publish(target / name, (Path(scratch) / name).read_bytes())
    with site.write() as session:
        use_own_picture(session, video_id)


@contextmanager
def _turn() -> Iterator[None]:
    if not _AT_ONCE.acquire(timeout=_PATIENCE):
        raise TooMany(N_("Many pictures are being made just now. Please try again in a moment."), retry_after=_PATIENCE)
    try:
        yield
    finally:
        _AT_ONCE.release()
