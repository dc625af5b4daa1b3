"""What uploads need beside requests: finished after a crash, given up after days of silence."""

import threading
import time
from datetime import datetime, timedelta

import structlog
from sqlmodel import col, delete, or_, select

from app.errors import HomereelError
from app.ingest import service
from app.ingest.models import Upload, UploadState
from app.ingest.uploads import finish, incoming_path
from app.site import Site, rfc3339
from app.storage.originals import delete as delete_file
from app.storage.originals import quarantine
from app.videos.models import Video

EVERY = 600.0  # seconds
_REMEMBERED = timedelta(days=7)  # how long an upload that is over still answers
_JUMP = timedelta(hours=1)

log = structlog.get_logger(__name__)


def finish_pending(site: Site) -> int:
    """Finish every upload whose last byte is here: a crash, or a full disk, came in between."""
    with site.read() as session:
        whole = or_(Upload.state == UploadState.PLACING, col(Upload.received) == col(Upload.length))
        found = session.exec(select(Upload).where(col(Upload.state).in_([UploadState.OPEN, UploadState.PLACING]), whole)).all()
    count = 0
    for upload in found:
        try:
            count += _finish(site, upload)
        except (HomereelError, OSError):
            log.exception("an upload could not be finished; it is tried again later", upload=upload.public_id)
    return count


def _finish(site: Site, upload: Upload) -> bool:
    with site.read() as session:
        wanted = session.get(Video, upload.video_id) is not None
    if wanted:
        finish(site, upload.id)
        return True
    with site.write() as session:  # its video was deleted before the file came to its place
        session.exec(delete(Upload).where(col(Upload.id) == upload.id))
    delete_file(incoming_path(site, upload))
    return False


def drop_cut_copies(site: Site) -> None:
    """At start: copies of files of this machine, and forms, that a crash cut off. Nobody can go on with them."""
    with site.read() as session:
        cut = session.exec(select(Upload).where(Upload.state == UploadState.OPEN, Upload.source != "")).all()
    for upload in cut:
        with site.write() as session:
            service.drop_upload(session, upload.id)
        delete_file(incoming_path(site, upload))


def set_strays_aside(site: Site) -> int:
    """At start: files among the unfinished that no upload speaks of go to quarantine; empty ones go.

    An upload's row stands before its file does, so the files are listed first: somebody may begin one meanwhile.
    """
    files = list(site.paths.incoming.iterdir()) if site.paths.incoming.is_dir() else []
    with site.read() as session:
        known = set(session.exec(select(Upload.public_id).where(Upload.state != UploadState.DONE)))
    count = 0
    for path in files:
        if path.name in known or not path.is_file() or path.is_symlink():
            continue
        if path.stat().st_size:
            log.warning("a stray file was set aside", file=path.name)
            quarantine(path, site.paths.quarantine)
        else:
            path.unlink()
        count += 1
    return count


def drop_of_video(site: Site, video_id: str) -> None:
    """The video was deleted for good while its file was still on its way."""
    with site.write() as session:
        found = session.exec(select(Upload).where(Upload.video_id == video_id, Upload.state == UploadState.OPEN)).all()
        for upload in found:
            session.delete(upload)
    for upload in found:
        delete_file(incoming_path(site, upload))


def give_up_silent(site: Site) -> int:
    """Give up uploads that nothing was heard of for as long as the settings say; forget old ones."""
    now = site.now()
    with site.read() as session:
        silent = session.exec(select(Upload).where(Upload.state == UploadState.OPEN, Upload.expires_at < now)).all()
    for upload in silent:
        with site.write() as session:
            service.expire(session, upload.id)
        delete_file(incoming_path(site, upload))
        log.info("an upload was given up", upload=upload.public_id)
    with site.write() as session:
        over = col(Upload.state).in_([UploadState.DONE, UploadState.EXPIRED])
        session.exec(delete(Upload).where(over, col(Upload.expires_at) < rfc3339(site.clock() - _REMEMBERED)))
    return len(silent)


class Upkeep:
    """Looks every ten minutes. After the wall clock jumped it gives nothing up until it has run evenly for a while (R-25)."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="upload-upkeep", daemon=True)
        self._seen: tuple[datetime, float] | None = None
        self._trusted_at = 0.0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join(timeout=5)

    def clock_is_even(self) -> bool:
        """Whether the wall clock went as the steady one did since the last look, and for a day before if it once did not."""
        wall, steady = self._site.clock(), time.monotonic()
        if self._seen is not None:
            drift = abs((wall - self._seen[0]).total_seconds() - (steady - self._seen[1]))
            if drift > _JUMP.total_seconds():
                log.warning("the clock jumped, so no upload is given up for a day", seconds=round(drift))
                self._trusted_at = steady + timedelta(days=1).total_seconds()
        self._seen = (wall, steady)
        return steady >= self._trusted_at

    def look(self) -> None:
        finish_pending(self._site)
        if self.clock_is_even():
            give_up_silent(self._site)

    def _run(self) -> None:
        try:
            set_strays_aside(self._site)
            finish_pending(self._site)
        except Exception:
            log.exception("uploads could not be looked through at start")
        self.clock_is_even()
        while not self._over.wait(EVERY):
            try:
                self.look()
            except Exception:
                log.exception("uploads could not be looked through")
