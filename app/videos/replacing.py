"""Another file for a video: its address, title, views and comments stay. A session comes in; nothing here commits.

The new file comes as a video of its own that nobody can see (`replaces` names the one it is for), goes the whole way of an upload, and
takes over in one step once it plays: until then, and if it never does, the old file goes on. The file before is kept for as long as the
trash keeps things, so that one can go back to it.
"""

import msgspec
from sqlalchemy import Update, text, update
from sqlmodel import Session, col, select

from app.errors import Conflict
from app.events import record
from app.i18n import N_
from app.media.facts import Facts
from app.storage.names import file_name
from app.videos.channels import edits_of
from app.videos.cutting import move_positions
from app.videos.editing import present, remove
from app.videos.events import VideoChanged, VideoPurged, VideoReplaced, VideoUploaded
from app.videos.models import By, Caption, Original, State, Video
from app.videos.originals import leave_previous, set_facts
from app.videos.service import accept_damaged
from app.videos.shown import OWN, new_edition

NOT_YOURS = N_("Whoever sent this file may no longer change the video.")


class Previous(msgspec.Struct, frozen=True):
    """What goes back with the file before."""

    cut: str = ""
    filename: str = ""


def replacement_of(session: Session, video_id: str) -> Video | None:
    """The file that is on its way to take this one's place, or that could not."""
    return session.exec(select(Video).where(Video.replaces == video_id, text("videos.replaces != ''"))).first()


def begin_replacement(session: Session, video_id: str, *, owner_id: str, filename: str, now: str) -> Video:
    """The row of a file that is to come. One at a time; one that failed gives way."""
    video = present(session, video_id)
    if video.trashed:
        raise Conflict(N_("Bring the video back from the trash first."))
    if video.original_id is None:
        raise Conflict(N_("The file of this video is still on its way."))
    before = replacement_of(session, video_id)
    if before is not None and before.state in (State.FAILED, State.NEEDS_ATTENTION):
        remove(session, before)
    elif before is not None:
        raise Conflict(N_("Another file for this video is on its way already. Wait for it, or drop it."))
    draft = Video(
        owner_id=owner_id,
        channel_id=video.channel_id,
        title=video.title,
        title_by=By.PERSON,
        filename=file_name(filename),
        privacy=video.privacy,
        state=State.UPLOADING,
        replaces=video.id,
        created_at=now,
    )
    session.add(draft)
    session.flush()
    return draft


def drop_replacement(session: Session, video_id: str) -> None:
    """Do without it: the row goes, its file when nobody else has it."""
    draft = replacement_of(session, video_id)
    if draft is not None:
        remove(session, draft)
        record(session, VideoChanged(video_id))


def accept_replacement(session: Session, video_id: str, *, by: str, now: str) -> str:
    """Somebody has seen what is wrong with the file and wants it all the same; the id of its draft."""
    draft = replacement_of(session, video_id)
    if draft is None:
        raise Conflict(N_("Nothing is waiting for your decision here."))
    accept_damaged(session, draft.id, by=by, now=now)
    return draft.id


def may_take_over(draft: Video) -> bool:
    """Not while something about it waits for a decision."""
    return draft.playable and draft.original_id is not None and draft.state not in (State.FAILED, State.NEEDS_ATTENTION)


def take_over(session: Session, draft_id: str, *, now: str, edits: frozenset[str] | None = None) -> Video | None:
    """The step itself: the file of the draft is the video's from now on. None if that cannot be (any more).

    `edits`: channels that whoever sent the file may edit now; asked here if not given.
    """
    draft = session.get(Video, draft_id)
    if draft is None or not draft.replaces:
        return None
    video = session.get(Video, draft.replaces)
    if video is None:
        remove(session, draft)
        return None
    if video.channel_id not in (edits_of(session, draft.owner_id) if edits is None else edits):
        draft.state, draft.reason = State.FAILED, str(Conflict(NOT_YOURS))
        return None
    if not may_take_over(draft):
        return None
    leave_previous(session, video)
    _keep_previous(video, now=now)
    video.filename = draft.filename
    _take_file(session, video, draft)
    session.execute(_hand_over_captions(draft.id, video.id))
    session.delete(draft)
    record(session, VideoPurged(draft.id, ""))
    session.flush()
    return video


def go_back(session: Session, video_id: str, *, now: str) -> Video:
    """To the file before; what was there until now can be gone back to in turn."""
    video = present(session, video_id)
    original = session.get(Original, video.previous_id) if video.previous_id else None
    if original is None:
        raise Conflict(N_("There is no earlier file of this video any more."))
    previous = msgspec.json.decode(video.previous_cut or "{}", type=Previous)
    _keep_previous(video, now=now)
    video.original_id, video.cut, video.filename = original.id, previous.cut, previous.filename or video.filename
    _settle(session, video, original)
    if video.state != State.UPLOADING:
        video.state, video.reason = State.QUEUED, ""
        record(session, VideoUploaded(video.id))  # examined anew: what is there already is found
    return video


def forget_previous(session: Session, video_id: str) -> None:
    """Give up the file before, to free its room."""
    video = present(session, video_id)
    leave_previous(session, video)
    record(session, VideoChanged(video.id))


def _keep_previous(video: Video, *, now: str) -> None:
    video.previous_id, video.replaced_at = video.original_id, now
    video.previous_cut = msgspec.json.encode(Previous(video.cut, video.filename)).decode()


def _take_file(session: Session, video: Video, draft: Video) -> None:
    original = session.get(Original, draft.original_id) if draft.original_id else None
    assert original is not None
    video.original_id, video.cut, video.title_by = original.id, "", By.PERSON  # its title stays, whatever the file says
    video.state, video.reason, video.playable = draft.state, draft.reason, True
    video.published_at = video.published_at or draft.published_at
    if video.picture != OWN:
        video.picture, video.thumbnail = "", draft.thumbnail
    _settle(session, video, original)
    record(session, VideoReplaced(video.id))


def _settle(session: Session, video: Video, original: Original) -> None:
    """What is known of the file, for this video; where people stopped stays within it."""
    video.edition = new_edition()
    if video.picture.isdigit():
        video.picture = ""
    session.flush()
    if original.facts:
        set_facts(session, original.id, Facts.from_json(original.facts))
    move_positions(session, video, lambda position: position)
    record(session, VideoChanged(video.id))


def _hand_over_captions(draft_id: str, video_id: str) -> Update:
    return update(Caption).where(col(Caption.video_id) == draft_id).values(video_id=video_id)
