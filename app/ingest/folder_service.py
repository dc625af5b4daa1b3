"""The only writer of watched folders and of what was seen in them. A session comes in; nothing here commits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session, col, delete, select

from app.errors import Invalid, Missing
from app.i18n import N_
from app.ids import new_public_id
from app.ingest.folder_looks import Seen
from app.ingest.models import EntryState, FolderEntry, Mode, WatchedFolder
from app.site import Site, rfc3339
from app.videos.channels import editable_channel, edits_of, first_channel
from app.videos.fields import privacy as known_privacy

RETRIES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(minutes=60))
INBOX_PRIVACY = "members"
INBOX = "inbox"  # the path of its row: data folders move, and it with them


@dataclass(frozen=True)
class FolderWish:
    """How a folder is to be watched."""

    path: Path
    owner_id: str
    channel_id: str
    privacy: str
    mode: Mode
    polling: bool = False
    ignore: tuple[str, ...] = ()
    enabled: bool = True


def ensure_inbox(site: Site, owner_id: str) -> None:
    """The folder that every claimed site has: what is dropped into it becomes a video of the owner's first channel."""
    with site.write() as session:
        if session.exec(select(WatchedFolder.id).where(col(WatchedFolder.inbox).is_(True))).first() is not None:
            return
        channel = first_channel(session, owner_id)
        if channel is None:
            return
        inbox = WatchedFolder(
            path=str(site.paths.inbox), owner_id=owner_id, channel_id=channel.id, privacy=INBOX_PRIVACY, created_at=site.now()
        )
        inbox.inbox = True
        session.add(inbox)


def place_of(site: Site, folder: WatchedFolder) -> Path:
    return site.paths.inbox if folder.inbox else Path(folder.path)


def add_folder(session: Session, site: Site, wish: FolderWish) -> WatchedFolder:
    """Its place was found good before: `refuse_place`."""
    folder = WatchedFolder(path=str(wish.path), owner_id=wish.owner_id, channel_id="", privacy="", created_at=site.now())
    _apply(session, folder, wish)
    session.add(folder)
    session.flush()
    return folder


def change_folder(session: Session, public_id: str, wish: FolderWish) -> WatchedFolder:
    """Everything but its place may change."""
    folder = find_folder(session, public_id)
    if folder.inbox and wish.mode is not Mode.MOVE:
        raise Invalid(N_("What is dropped into the inbox is always moved."), fields={"mode": N_("The inbox is always moved.")})
    _apply(session, folder, wish)
    return folder


def _apply(session: Session, folder: WatchedFolder, wish: FolderWish) -> None:
    channel = editable_channel(session, wish.channel_id, edits_of(session, wish.owner_id))
    folder.owner_id, folder.channel_id, folder.privacy = wish.owner_id, channel.id, known_privacy(wish.privacy)
    folder.mode, folder.polling, folder.enabled = wish.mode, wish.polling, wish.enabled
    folder.ignore = "\n".join(pattern.strip() for pattern in wish.ignore if pattern.strip())


def refuse_place(site: Site, path: Path) -> None:
    """A folder must be there, be no part of ours (a loop that feeds itself), and not be watched twice.

    Outside any transaction: a network disk that does not answer must hold up nobody else.
    """
    with site.read() as session:
        watched = session.exec(select(WatchedFolder.path).where(col(WatchedFolder.inbox).is_(False))).all()
    if not path.is_absolute() or not path.is_dir():
        raise Invalid(N_("There is no such folder on this machine."), fields={"path": N_("There is no such folder on this machine.")})
    here = path.resolve()
    for own in (site.paths.data.resolve(), site.paths.media.resolve()):
        if here.is_relative_to(own) or own.is_relative_to(here):
            raise Invalid(N_("Homereel keeps its own files there. Choose another folder."), fields={"path": N_("Choose another folder.")})
    for other in watched:
        there = Path(other).resolve()
        if here.is_relative_to(there) or there.is_relative_to(here):
            raise Invalid(N_("This folder, or one around or inside it, is watched already."), fields={"path": N_("It is watched already.")})


def remove_folder(session: Session, public_id: str) -> None:
    """Watch it no more. Its videos stay, and so do its files."""
    folder = find_folder(session, public_id)
    if folder.inbox:
        raise Invalid(N_("Every site has its inbox. It can be switched off instead."))
    session.exec(delete(FolderEntry).where(col(FolderEntry.folder_id) == folder.id))
    session.delete(folder)


def find_folder(session: Session, public_id: str) -> WatchedFolder:
    folder = session.exec(select(WatchedFolder).where(WatchedFolder.public_id == public_id)).first()
    if folder is None:
        raise Missing(N_("There is no such watched folder."))
    return folder


def find_entry(session: Session, public_id: str) -> FolderEntry:
    entry = session.exec(select(FolderEntry).where(FolderEntry.public_id == public_id)).first()
    if entry is None:
        raise Missing(N_("Nothing is known of this file any more."))
    return entry


def ask_again(session: Session, public_id: str, *, now: str) -> FolderEntry:
    """A person wants it tried again now, however often it failed."""
    entry = find_entry(session, public_id)
    if entry.state not in (EntryState.FAILED, EntryState.SKIPPED):
        raise Invalid(N_("Nothing went wrong with this file."))
    entry.state, entry.attempts, entry.retry_at = EntryState.FAILED, 0, now
    return entry


def note_entry(session: Session, folder_id: str, path: str, seen: Seen, *, now: str) -> FolderEntry:
    """The row of a file, made if it is new, as the file is now."""
    entry = session.exec(select(FolderEntry).where(FolderEntry.folder_id == folder_id, FolderEntry.path == path)).first()
    if entry is None:
        entry = FolderEntry(
            folder_id=folder_id, path=path, size=0, modified_ns=0, state=EntryState.FAILED, seen_at=now, public_id=new_public_id()
        )
        session.add(entry)
    entry.size, entry.modified_ns, entry.inode, entry.seen_at = seen.size, seen.modified_ns, seen.inode, now
    return entry


def settle_entry(entry: FolderEntry, state: EntryState, *, reason: str = "", video_id: str = "", original_id: str = "") -> None:
    entry.state, entry.reason, entry.attempts, entry.retry_at = state, reason, 0, ""
    entry.video_id, entry.original_id = video_id or entry.video_id, original_id or entry.original_id


def fail_entry(entry: FolderEntry, reason: str, *, now: datetime) -> None:
    """Three more tries, ever later; after that a person has to ask."""
    entry.state, entry.reason = EntryState.FAILED, reason
    entry.retry_at = rfc3339(now + RETRIES[entry.attempts]) if entry.attempts < len(RETRIES) else ""
    entry.attempts += 1


def note_sweep(session: Session, folder_id: str, *, fault: str, filesystem: str = "", now: str = "") -> None:
    folder = session.get(WatchedFolder, folder_id)
    if folder is not None:
        folder.fault = fault
        folder.filesystem = filesystem or folder.filesystem
        folder.swept_at = now or folder.swept_at
