"""What administrators see of watched folders."""

from msgspec import Struct
from sqlmodel import Session, col, func, select

from app.accounts.models import User
from app.ingest.folder_looks import unstored
from app.ingest.folder_service import place_of
from app.ingest.folders import Folders
from app.ingest.models import EntryState, FolderEntry, WatchedFolder
from app.site import Site
from app.videos.models import Channel, Video

LISTED = 200


class EntryOut(Struct, frozen=True):
    """A file that failed, was left alone, was here already, or is missing: everything but what simply went well."""

    id: str
    path: str
    state: str
    reason: str
    size: int
    attempts: int
    retry_at: str | None
    video: str | None
    seen_at: str


class FolderOut(Struct, frozen=True):
    id: str
    path: str
    owner: str
    channel: str
    privacy: str
    mode: str
    polling: bool
    ignore: list[str]
    inbox: bool
    enabled: bool
    fault: str | None
    swept_at: str | None
    waiting: int
    counts: dict[str, int]
    entries: list[EntryOut]


class FolderList(Struct, frozen=True):
    items: list[FolderOut]
    next: None = None


def folder_list(site: Site) -> FolderList:
    with site.read() as session:
        rows = session.exec(select(WatchedFolder).order_by(col(WatchedFolder.inbox).desc(), col(WatchedFolder.id))).all()
        return FolderList([_out(site, session, row) for row in rows])


def folder_out(site: Site, public_id: str) -> FolderOut:
    with site.read() as session:
        return _out(site, session, session.exec(select(WatchedFolder).where(WatchedFolder.public_id == public_id)).one())


def _out(site: Site, session: Session, row: WatchedFolder) -> FolderOut:
    owner, channel = session.get(User, row.owner_id), session.get(Channel, row.channel_id)
    counted = session.exec(
        select(FolderEntry.state, func.count()).where(FolderEntry.folder_id == row.id).group_by(col(FolderEntry.state))
    ).all()
    return FolderOut(
        id=row.public_id,
        path=shown(str(place_of(site, row))),
        owner=owner.name if owner else "",
        channel=channel.handle if channel else "",
        privacy=row.privacy,
        mode=row.mode,
        polling=row.polling,
        ignore=row.ignore.splitlines(),
        inbox=row.inbox,
        enabled=row.enabled,
        fault=row.fault or None,
        swept_at=row.swept_at or None,
        waiting=len(site.part(Folders).waiting(row.id)),
        counts=dict(counted),
        entries=_entries(session, row.id),
    )


def _entries(session: Session, folder_id: str) -> list[EntryOut]:
    """Failures first, then the newest."""
    noteworthy = select(FolderEntry).where(FolderEntry.folder_id == folder_id, FolderEntry.reason != "").limit(LISTED)
    rows = session.exec(noteworthy.order_by(col(FolderEntry.state) != EntryState.FAILED, col(FolderEntry.seen_at).desc())).all()
    videos = select(Video.id, Video.public_id).where(col(Video.id).in_([row.video_id for row in rows if row.video_id]))
    addresses = dict(session.exec(videos).all())
    return [
        EntryOut(
            id=row.public_id,
            path=shown(row.path),
            state=row.state,
            reason=row.reason,
            size=row.size,
            attempts=row.attempts,
            retry_at=row.retry_at or None,
            video=addresses.get(row.video_id),
            seen_at=row.seen_at,
        )
        for row in rows
    ]


def shown(path: str) -> str:
    """A path as people may see it: what is no text in it is shown as such."""
    return str(unstored(path)).encode("utf-8", "replace").decode()
