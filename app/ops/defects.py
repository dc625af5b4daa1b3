"""Where database, disk and search index disagree. Only looks: what would be done about each is said, and done by `repairs`."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, col, select, text

from app.errors import Unavailable
from app.i18n import N_, _
from app.ingest.models import Upload, UploadState
from app.ingest.volume import ABSENT
from app.jobs import OPEN, Job
from app.media.packing import packed_path, packed_table
from app.media.stills import SMALL, still_name, storyboard_is_whole
from app.processing.films import folder_of, source_of
from app.processing.sidecars import ours_beside
from app.search.keeper import Keeper
from app.site import Site, fact
from app.storage.marker import NAME as MARKER
from app.storage.marker import Volume, volume_at
from app.videos.models import Original, Rendition, Video
from app.videos.originals import IN_WORK
from app.videos.shown import OWN


@dataclass(frozen=True)
class Defect:
    """One thing that does not fit. `kind` says what mends it, `subject` is an id or a path; without a plan nothing can be done here."""

    kind: str
    subject: str
    text: str
    plan: str = ""


def find_defects(site: Site) -> list[Defect]:
    """Everything, database first. Unavailable if the disk of the films is not there: then nothing can be said about it (R-17)."""
    with site.read() as session:
        found = list(_database(session))
        _require_volume(site, session)
    looks: Sequence[Callable[[Site, Session], Iterator[Defect]]] = (
        _originals, _stray_files, _stray_incoming, _uploads, _stray_renditions, _renditions, _pictures, _storyboards, _unfinished,
    )  # fmt: skip
    for look in looks:
        with site.read() as session:  # the database as it is by now: on a running site films come and go meanwhile
            found += look(site, session)
    return [*found, *_index(site)]


def _database(session: Session) -> Iterator[Defect]:
    for (verdict,) in session.execute(text("PRAGMA integrity_check(20)")):
        if verdict != "ok":
            yield Defect("database", "site.db", _("The database is damaged: {why}").format(why=verdict), "")
    for table, row, parent, _key in session.execute(text("PRAGMA foreign_key_check")):
        what = _("Row {row} of “{table}” refers to one of “{parent}” that is not there.").format(row=row, table=table, parent=parent)
        yield Defect("database", f"{table}/{row}", what, "")


def _require_volume(site: Site, session: Session) -> None:
    known = fact(session, "volume_id")
    if known is not None and volume_at(site.paths.originals, known) is not Volume.OURS:
        raise Unavailable(ABSENT)


def _originals(site: Site, session: Session) -> Iterator[Defect]:
    """Rows against their files."""
    used = set(session.exec(select(Video.original_id).where(col(Video.original_id).is_not(None))))
    used |= set(session.exec(select(Video.previous_id).where(col(Video.previous_id).is_not(None))))  # what one can go back to
    leaving = set(session.exec(select(Job.subject).where(Job.kind == "drop_original", col(Job.state).in_(OPEN))))
    for row in session.exec(select(Original)):
        path = source_of(site, row)
        here = path.is_file()
        if row.id not in used and row.id not in leaving:
            yield Defect("unused", row.id, _("No video uses {path}.").format(path=path), _("Move it to the quarantine and forget it."))
        elif not here and not row.missing:
            yield Defect("gone", row.id, _("{path} is not there.").format(path=path), _("Mark its videos as missing; nothing is deleted."))
        elif here and row.missing:
            yield Defect("back", row.id, _("{path} is marked as missing and is there.").format(path=path), _("Take the mark away."))
        elif here and path.stat().st_size != row.size:
            what = _("{path} has {found} bytes instead of {size}.").format(path=path, found=path.stat().st_size, size=row.size)
            yield Defect("size", row.id, what, "")


def _stray_files(site: Site, session: Session) -> Iterator[Defect]:
    """Files among the originals that no row speaks of, nor an upload that is just being placed. A row stands before its file does, so
    the files are listed first."""
    files = sorted(site.paths.originals.rglob("*"))
    known = set(session.exec(select(Original.path).where(col(Original.in_place).is_(False))))
    known |= set(session.exec(select(Upload.target).where(Upload.state == UploadState.PLACING)))
    ours = {beside for film in known for beside in ours_beside(site.paths.originals / film)} if site.settings.write_sidecars else set()
    written = {path.relative_to(site.paths.originals).as_posix() for path in ours}
    for path in files:
        if path.is_dir() or site.paths.incoming in path.parents or path == site.paths.originals / MARKER:
            continue
        if path.relative_to(site.paths.originals).as_posix() not in known | written:
            yield Defect("stray", str(path), _("No row speaks of {path}.").format(path=path), _("Move it to the quarantine."))


def _stray_incoming(site: Site, session: Session) -> Iterator[Defect]:
    files = sorted(_children(site.paths.incoming))
    known = set(session.exec(select(Upload.public_id).where(Upload.state != UploadState.DONE)))
    for path in files:
        if path.name not in known:
            yield Defect("stray", str(path), _("No upload speaks of {path}.").format(path=path), _("Move it to the quarantine."))


def _uploads(site: Site, session: Session) -> Iterator[Defect]:
    """Unfinished uploads whose bytes are gone, and videos that wait for an upload that there is not."""
    for upload in session.exec(select(Upload).where(Upload.state == UploadState.OPEN, Upload.received > 0)):
        path = site.paths.incoming / upload.public_id
        if not path.is_file() or path.stat().st_size < upload.received:
            what = _("The upload {id} lost bytes: {path} is not whole.").format(id=upload.public_id, path=path)
            yield Defect("upload", upload.id, what, _("Give it up, so that it is sent anew."))
    coming = set(session.exec(select(Upload.video_id).where(col(Upload.state).in_([UploadState.OPEN, UploadState.PLACING]))))
    for video in session.exec(select(Video).where(col(Video.original_id).is_(None))):
        if video.id not in coming:
            what = _("The video “{title}” has no file, and none is on its way.").format(title=video.title)
            yield Defect("empty", video.id, what, _("Take it out of the list."))


def _stray_renditions(site: Site, session: Session) -> Iterator[Defect]:
    folders = sorted(_children(site.paths.renditions))
    known = set(session.exec(select(Original.id)))
    for path in folders:
        if path.name not in known and not path.name.startswith("."):
            what = _("{path} belongs to no film.").format(path=path)
            yield Defect("leftover", str(path), what, _("Delete it: it can always be made again."))


def _renditions(site: Site, session: Session) -> Iterator[Defect]:
    for row in session.exec(select(Rendition).where(col(Rendition.packed).is_(True))):
        folder = folder_of(site, row.original_id)
        if packed_table(folder, row.name) is None or not packed_path(folder, row.name).is_file():
            what = _("The version {name} in {path} is not there.").format(name=row.name, path=folder)
            yield Defect("version", row.id, what, _("Make it again."))


def _pictures(site: Site, session: Session) -> Iterator[Defect]:
    being_made = set(session.exec(select(Job.subject).where(Job.kind == "make_pictures", col(Job.state).in_(OPEN))))
    for video in session.exec(select(Video).where(Video.thumbnail != "", col(Video.original_id).is_not(None))):
        if video.picture == OWN and not (site.paths.pictures / video.id / SMALL).is_file():
            what = _("The picture that was chosen for “{title}” is not there.").format(title=video.title)
            yield Defect("chosen", video.id, what, _("Show one of the film instead."))
        elif video.picture.isdigit() or not video.picture:
            name = still_name(SMALL, int(video.picture or 1))
            if video.id not in being_made and not (folder_of(site, video.original_id or "") / name).is_file():
                yield Defect(
                    "picture", video.id, _("The picture of “{title}” is not there.").format(title=video.title), _("Make it again.")
                )


def _storyboards(site: Site, session: Session) -> Iterator[Defect]:
    """The small pictures of the seek bar; of those that were made once, all must be there."""
    being_made = set(session.exec(select(Job.subject).where(Job.kind == "make_storyboard", col(Job.state).in_(OPEN))))
    with_board = select(Video).where(Video.original_id == Original.id, Original.storyboard != "")
    whole: dict[str, bool] = {}
    for video in session.exec(with_board):
        key = video.original_id or ""
        whole.setdefault(key, storyboard_is_whole(folder_of(site, key)))
        if not whole[key] and video.id not in being_made:
            whole[key] = True  # one video of the file speaks for all
            what = _("Pictures for the seek bar of “{title}” are not there.").format(title=video.title)
            yield Defect("storyboard", video.id, what, _("Make them again."))


def _unfinished(_site: Site, session: Session) -> Iterator[Defect]:
    """Videos that wait for work that nobody noted (RELIABILITY R-06). Work is noted for one video of a file, for all of them."""
    at_work = set(session.exec(select(Job.subject).where(col(Job.state).in_(OPEN))))
    told = set(session.execute(text("SELECT json_extract(payload, '$.video_id') FROM outbox")).scalars())
    waiting = session.exec(
        select(Video).where(col(Video.state).in_(IN_WORK), col(Video.trashed).is_(False), col(Video.original_id).is_not(None))
    )
    films: dict[str, list[Video]] = {}
    for video in waiting:
        films.setdefault(video.original_id or "", []).append(video)
    for original_id, videos in films.items():
        if not {original_id, *(video.id for video in videos)} & (at_work | told):
            what = _("“{title}” waits for work that nobody noted.").format(title=videos[0].title)
            yield Defect("forgotten", videos[0].id, what, _("Take the work up again."))


def _index(site: Site) -> Iterator[Defect]:
    differences = site.part(Keeper).compare()
    if differences is None:
        yield Defect("index", "", _("The search index is missing or damaged."), _("Make it anew."))
        return
    words = (
        (differences.missing, N_("Search does not know video {id}.")),
        (differences.stale, N_("Search knows an old text of video {id}.")),
        (differences.extra, N_("Search still knows video {id}, which is gone.")),
    )
    for ids, what in words:
        for video_id in ids:
            yield Defect("entry", video_id, _(what).format(id=video_id), _("Read it anew."))


def _children(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []
