"""One ripe file of a watched folder is brought in, and its row says what became of it."""

from datetime import timedelta
from pathlib import Path, PurePath

import structlog
from sqlmodel import Session, col, select

from app.errors import Conflict, HomereelError, NoSpace, Unavailable
from app.events import record
from app.i18n import N_, translate
from app.ingest.bring import Brought, Wanted, bring, told
from app.ingest.events import OriginalOrphaned
from app.ingest.folder_looks import Seen, stored, unstored
from app.ingest.folder_names import IGNORED, is_ignored
from app.ingest.folder_service import fail_entry, note_entry, place_of, settle_entry
from app.ingest.models import EntryState, FolderEntry, Mode, WatchedFolder
from app.ingest.sidecars.beside import Beside
from app.ingest.sidecars.reading import find_beside, read_beside
from app.ingest.sidecars.rules import Rules, rules_for
from app.site import Site, rfc3339
from app.storage.digests import fingerprint
from app.videos import service as videos
from app.videos.channels import editable_channel
from app.videos.fields import privacy as privacy_field
from app.videos.models import Channel, Original, Video
from app.videos.sidecar import tell

STILL_WRITTEN = timedelta(hours=1)

log = structlog.get_logger(__name__)
ALREADY = N_("The same film is here already: “{title}”.")
LEFT = N_("It is in the library, but could not be taken out of the folder. Remove it by hand, or let Homereel write there.")


class TryLater(Exception):
    """Nothing is wrong with the file: its disk, or ours, does not take it now. Holds the sentence."""


def import_file(site: Site, folder: WatchedFolder, path: PurePath, seen: Seen) -> EntryState | None:
    """None if the file changed meanwhile and must settle again. Raises TryLater when no file would go now."""
    source = place_of(site, folder) / path
    try:
        if folder.mode == Mode.IN_PLACE and _followed(site, folder, path, seen, source):
            return EntryState.DONE
        rules = rules_for(place_of(site, folder), path)
        if is_ignored(path, rules.ignore):
            skip_files(site, folder, ((path, seen, IGNORED),))
            return EntryState.SKIPPED
        wanted = _wanted(site, folder, rules)
        found = find_beside(source)
        brought = bring(site, source, wanted, then=lambda new: _tell(site, new, source, found, rules, wanted.mode))
    except Conflict:
        return None
    except (NoSpace, Unavailable) as error:
        raise TryLater(str(error)) from error
    except FileNotFoundError:
        return None
    except (HomereelError, OSError) as error:
        return _failed(site, folder, path, seen, told(error))
    return _settled(site, folder, path, seen, brought)


def _wanted(site: Site, folder: WatchedFolder, rules: Rules) -> Wanted:
    """As the folder is set up, and as its own file says otherwise."""
    with site.read() as session:
        channel_id = folder.channel_id
        if rules.channel:
            found = session.exec(select(Channel.id).where(Channel.handle == rules.channel)).first()
            channel_id = editable_channel(session, found or "", videos.edits_of(session, folder.owner_id)).id
    privacy = privacy_field(rules.privacy) if rules.privacy else folder.privacy
    return Wanted(owner_id=folder.owner_id, channel_id=channel_id, privacy=privacy, mode=Mode(folder.mode))


def _tell(site: Site, brought: Brought, source: Path, found: Beside, rules: Rules, mode: Mode) -> None:
    read_beside(site, brought.video_id, source, found, mode=mode)
    if rules.tags:
        with site.write() as session:
            tell(session, brought.video_id, tags=rules.tags)


def _settled(site: Site, folder: WatchedFolder, path: PurePath, seen: Seen, brought: Brought) -> EntryState:
    """Write down what became of it."""
    with site.write() as session:
        replaced = _replaced(session, site, folder, path, seen)
        entry = note_entry(session, folder.id, stored(path), seen, now=site.now())
        video_id = brought.video_id
        if replaced is not None and not brought.already:
            video_id = _in_its_place(session, site, replaced, brought)
        state = EntryState.ALREADY if brought.already and video_id != entry.video_id else EntryState.DONE
        reason = translate(ALREADY).format(title=brought.title) if state is EntryState.ALREADY else ""
        settle_entry(entry, state, reason=reason or (translate(LEFT) if brought.left_behind else ""), video_id=video_id)
        entry.original_id = brought.original_id if folder.mode == Mode.IN_PLACE and state is EntryState.DONE else ""
    log.info("a file was brought in", folder=folder.public_id, video=brought.public_id, state=state)
    return state


def _replaced(session: Session, site: Site, folder: WatchedFolder, path: PurePath, seen: Seen) -> Video | None:
    """The video that this file was before it changed, if it is still that film.

    In place it is: what it was is gone. A copied file is only if it was written to since it came in, shortly after: cameras
    use their names again. A moved one never is: whatever comes later under its name is another film.
    """
    known = select(FolderEntry).where(FolderEntry.folder_id == folder.id, FolderEntry.path == stored(path))
    entry = session.exec(known.where(FolderEntry.state == EntryState.DONE)).first()
    if entry is None or not entry.video_id or folder.mode == Mode.MOVE:
        return None
    fresh = rfc3339(site.clock() - STILL_WRITTEN) <= entry.seen_at
    if folder.mode == Mode.COPY and not (fresh and entry.inode == seen.inode):
        return None
    return session.get(Video, entry.video_id)


def _in_its_place(session: Session, site: Site, video: Video, brought: Brought) -> str:
    """Give the changed film to the video it was before; what it was is nobody's any more."""
    if video.id == brought.video_id:
        return video.id
    orphan = videos.share_original(session, video_id=video.id, original_id=brought.original_id, now=site.now())
    videos.trash(session, brought.video_id, now=site.now())
    videos.purge(session, brought.video_id)
    if orphan is not None:
        record(session, OriginalOrphaned(orphan.id))
    return video.id


def _failed(site: Site, folder: WatchedFolder, path: PurePath, seen: Seen, reason: str) -> EntryState:
    with site.write() as session:
        fail_entry(note_entry(session, folder.id, stored(path), seen, now=site.now()), reason, now=site.clock())
    log.warning("a file could not be brought in", folder=folder.public_id, reason=reason)
    return EntryState.FAILED


def _followed(site: Site, folder: WatchedFolder, path: PurePath, seen: Seen, source: Path) -> bool:
    """A film that was moved or renamed within its folder keeps its video: only its path changes."""
    with site.read() as session:
        same_size = select(FolderEntry).where(
            FolderEntry.folder_id == folder.id,
            FolderEntry.size == seen.size,
            FolderEntry.original_id != "",
            FolderEntry.path != stored(path),
        )
        gone = [each for each in session.exec(same_size) if not (Path(folder.path) / unstored(each.path)).exists()]
        originals = {each.id: session.get(Original, each.original_id) for each in gone}
    if not gone:
        return False
    mark = fingerprint(source)
    moved = next((each for each in gone if (found := originals[each.id]) is not None and found.fingerprint == mark), None)
    if moved is None:
        return False
    with site.write() as session:
        row = session.get(FolderEntry, moved.id)
        stale = session.exec(select(FolderEntry).where(FolderEntry.folder_id == folder.id, FolderEntry.path == stored(path))).first()
        if row is None:
            return False
        if stale is not None:
            session.delete(stale)
            session.flush()
        row.path, row.modified_ns, row.inode, row.seen_at = stored(path), seen.modified_ns, seen.inode, site.now()
        settle_entry(row, EntryState.DONE)
        videos.mark_found(session, moved.original_id, path=str(source.absolute()))
    return True


def skip_files(site: Site, folder: WatchedFolder, skipped: tuple[tuple[PurePath, Seen, str], ...]) -> None:
    """List files that are left alone, with the reason."""
    if not skipped:
        return
    with site.write() as session:
        for path, seen, why in skipped:
            settle_entry(note_entry(session, folder.id, stored(path), seen, now=site.now()), EntryState.SKIPPED, reason=translate(why))


def mark_gone(site: Site, gone: tuple[str, ...], back: tuple[str, ...]) -> None:
    """Films in place that are not there, or there again. Nothing else of them changes, and nothing is deleted."""
    if not gone and not back:
        return
    with site.write() as session:
        for entry in session.exec(select(FolderEntry).where(col(FolderEntry.id).in_([*gone, *back]))):
            missing = entry.id in gone
            settle_entry(entry, EntryState.MISSING if missing else EntryState.DONE)
            if missing:
                videos.mark_missing(session, entry.original_id)
            else:
                videos.mark_found(session, entry.original_id)
