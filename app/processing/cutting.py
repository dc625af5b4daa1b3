"""What follows when a film is shown in part: its picture, and the few frames at the cuts, made before somebody waits for them."""

import tempfile
from pathlib import Path

from sqlmodel import col, select

from app.media.cutting.keep import Keep, to_source
from app.media.cutting.pieces import drop_others, piece
from app.media.cutting.plan import plan
from app.media.index import load_index
from app.media.publish import publish
from app.media.runs import RunManager, Stopped
from app.media.stills import LARGE, SMALL, take_moment
from app.processing.films import Film
from app.processing.telling import film_for
from app.queue import Cancelled, JobHandle, task
from app.site import Site
from app.videos.cutting import show_cut_picture
from app.videos.models import Video
from app.videos.shown import CUT_PICTURE, keep_of

_BEST = 0.3  # of what is shown: not a fade at its beginning


@task(retries=1, retry_delay=10)
def make_cut_picture(site: Site, job: JobHandle, video_id: str) -> None:  # noqa: ARG001
    """A picture from a piece that is kept, where all that were there show something else."""
    film, video = film_for(site, video_id), _video(site, video_id)
    keep = keep_of(video) if video else None
    if film is None or video is None or keep is None or video.picture != CUT_PICTURE or film.facts.video is None:
        return
    with tempfile.TemporaryDirectory(dir=site.paths.scratch, prefix="picture-") as scratch:
        take_moment(film.source, film.facts, to_source(keep, _BEST * (video.duration or 0)), folder=Path(scratch))
        target = site.paths.pictures / video_id
        target.mkdir(parents=True, exist_ok=True)
        for name in (LARGE, SMALL):
            publish(target / f"{video.edition}-{name}", (Path(scratch) / name).read_bytes())
    with site.write() as session:
        show_cut_picture(session, video_id, video.edition)


@task(retries=1, retry_delay=30, heavy=True)
def make_cut(site: Site, job: JobHandle, video_id: str) -> None:
    """The frames at the cuts, of every rung, behind those who watch; what no cut of the file needs any more is deleted."""
    film = film_for(site, video_id)
    if film is None or film.facts.video is None:
        return
    index = load_index(film.folder)
    wanted = list(dict.fromkeys(each for keep in _keeps(site, film) for each in plan(film.facts, index, keep).pieces))
    drop_others(film.folder, wanted)
    pictures = [rendition for rendition in film.renditions() if rendition.rung.kind == "video"]
    runs = site.part(RunManager)
    try:
        for number, each in enumerate(wanted):
            job.progress(number / len(wanted))
            if not runs.fill([piece(rendition, *each) for rendition in pictures], stop=job.stop):
                raise Cancelled
    except Stopped as stopped:
        raise Cancelled from stopped


def _video(site: Site, video_id: str) -> Video | None:
    with site.read() as session:
        return session.get(Video, video_id)


def _keeps(site: Site, film: Film) -> list[Keep]:
    """Of every video of the file."""
    with site.read() as session:
        videos = session.exec(select(Video).where(Video.original_id == film.original_id, col(Video.cut) != "")).all()
    return [keep for keep in map(keep_of, videos) if keep]
