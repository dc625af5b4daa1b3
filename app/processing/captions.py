"""The subtitles inside a film become captions that browsers show, once it plays."""

import shutil
from pathlib import Path

from app.i18n import N_
from app.media.captions.embedded import FOLDER, extract_captions
from app.media.runs import RunManager
from app.processing.films import folder_of
from app.processing.telling import film_for
from app.queue import JobHandle, task
from app.site import Site
from app.videos.captions import note_embedded
from app.videos.events import VideoPurged
from app.videos.models import Caption


@task(retries=1, retry_delay=60)
def read_captions(site: Site, job: JobHandle, video_id: str) -> None:
    """All of them in one reading of the file; a film without any costs nothing."""
    film = film_for(site, video_id)
    if film is None or not film.facts.subtitles:
        return
    job.progress(0, doing=N_("Reading the subtitles inside the file"))
    tracks = extract_captions(site.part(RunManager).tool, film.source, film.facts, folder=film.folder, stop=job.stop)
    job.check()
    with site.write() as session:
        note_embedded(session, film.original_id, tracks)


def caption_path(site: Site, caption: Caption) -> Path:
    """Where its file lies."""
    folder = site.paths.captions / caption.video_id if caption.video_id else folder_of(site, caption.original_id or "") / FOLDER
    return folder / caption.file


def drop_captions(site: Site, fact: VideoPurged) -> None:
    """What was brought for a video, or lay beside it, goes with it."""
    for folder in (site.paths.captions, site.paths.sidecars):
        shutil.rmtree(folder / fact.video_id, ignore_errors=True)
