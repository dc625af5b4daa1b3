"""The only writer of the library's tables. A session comes in; nothing here commits. `now` is `site.now()`.

    begin_upload(session, *, owner_id, channel_id, title, privacy, filename, now) -> Video          state uploading
    abandon_upload(session, video_id)                                     an upload that will not be finished: the row goes
    add_original(session, *, path, size, fingerprint="", in_place=False, now) -> Original            the file stands at its place
    uploaded(session, video_id, original_id)                              → queued, VideoUploaded
    share_original(session, *, video_id, original_id, now) -> Original | None        same content: use that file; returns the orphan
    set_digest(session, original_id, digest) · mark_missing(session, original_id) · mark_found(session, original_id, *, path=None)
    twin_of(session, original_id) -> Original | None                      same digest, fit to stand for it
    is_used(session, original_id) -> bool
    forget_original(session, original_id) -> bool                         after VideoPurged, once the files are gone

    begin_processing(session, video_id) -> Video | None                   None: gone, in the trash, or done
    set_facts(session, original_id, facts: Facts)                         duration, size, date for every video of the file
    mark_playable(session, video_id, *, now)                              VideoPlayable once, published_at once
    finish_processing(session, video_id)                                  → ready
    remake(session, video_id)                                             ready → processing: with other settings
    waiting_space · needs_attention · fail (session, video_id, reason)    `reason` is a sentence for people
    retry(session, video_id)                                              → queued, VideoUploaded
    tell_damage(session, video_id, loss)                                  → needs_attention, unless its owner accepted just that
    accept_damaged(session, video_id, *, by, now)                         the owner says: keep what is there
    set_plan(session, original_id, plan: JSON) · set_loudness(session, original_id, loudness: JSON)
    keep_renditions(session, original_id, names)                          rows of others go
    note_rendition(session, *, original_id, name, kind, segments, height=0, codec="") -> Rendition
    rendition_progress(session, *, original_id, name, ready, packed, size=0)

    edit(session, video_id, VideoEdit(...), *, edits) -> Video · trash(session, video_id, *, now) · restore(session, video_id)
    purge(session, video_id) · purge_expired(session, now: datetime, days) -> int
    make_channel(session, *, owner_id, name, now) -> Channel · first_channel(session, owner_id) -> Channel | None
    give_first_channel(session, user: User)
    edits_of(session, user_id) -> frozenset[str] · add_editor · remove_editor (session, *, channel_id, user_id)
    save_position(session, *, profile_id, video_id, seconds, now) · forget_position · clear_history(session, profile_id)

What is said of one video's processing is said of every video that shares its file.
"""

from sqlmodel import Session

from app.errors import Conflict
from app.events import record
from app.i18n import N_
from app.storage.names import file_name, title_from
from app.videos import fields
from app.videos.channels import add_editor, editable_channel, edits_of, first_channel, give_first_channel, make_channel, remove_editor
from app.videos.editing import VideoEdit, edit, present, purge, purge_expired, remove, restore, trash
from app.videos.events import VideoChanged, VideoPlayable, VideoUploaded
from app.videos.models import By, Original, State, Video
from app.videos.originals import (
    IN_WORK,
    add_original,
    family,
    forget_original,
    is_used,
    keep_renditions,
    mark_found,
    mark_missing,
    note_rendition,
    rendition_progress,
    set_digest,
    set_facts,
    set_loudness,
    set_plan,
    share_original,
    twin_of,
)
from app.videos.positions import clear_history, forget_position, save_position

__all__ = [
    "VideoEdit",
    "abandon_upload",
    "accept_damaged",
    "add_editor",
    "add_original",
    "begin_processing",
    "begin_upload",
    "clear_history",
    "edit",
    "edits_of",
    "fail",
    "finish_processing",
    "first_channel",
    "forget_original",
    "forget_position",
    "give_first_channel",
    "is_used",
    "keep_renditions",
    "make_channel",
    "mark_found",
    "mark_missing",
    "mark_playable",
    "needs_attention",
    "note_rendition",
    "present",
    "purge",
    "purge_expired",
    "remake",
    "remove_editor",
    "rendition_progress",
    "restore",
    "rests",
    "retry",
    "save_position",
    "set_digest",
    "set_facts",
    "set_loudness",
    "set_plan",
    "share_original",
    "tell_damage",
    "trash",
    "twin_of",
    "uploaded",
    "waiting_space",
]


def begin_upload(session: Session, *, owner_id: str, channel_id: str, title: str, privacy: str, filename: str, now: str) -> Video:
    """A video that is still on its way. Without a title it is called as its file is. The channel must be one the owner may use."""
    channel = editable_channel(session, channel_id, edits_of(session, owner_id))
    video = Video(
        owner_id=owner_id,
        channel_id=channel.id,
        title=fields.title(title if fields.clean_line(title) else title_from(filename)[: fields.TITLE_LETTERS]),
        title_by=By.PERSON if fields.clean_line(title) else By.NAME,
        filename=file_name(filename),
        privacy=fields.privacy(privacy),
        state=State.UPLOADING,
        created_at=now,
    )
    session.add(video)
    session.flush()
    return video


def abandon_upload(session: Session, video_id: str) -> bool:
    """Drop the row of an upload that was given up. False if it is gone already, or arrived after all."""
    video = session.get(Video, video_id)
    if video is None or video.original_id is not None:
        return False
    remove(session, video)
    return True


def uploaded(session: Session, video_id: str, original_id: str) -> None:
    """All bytes are here and safe; processing begins once the caller's transaction commits."""
    video = present(session, video_id)
    video.original_id = original_id
    video.move_to(State.QUEUED)
    record(session, VideoUploaded(video.id))
    record(session, VideoChanged(video.id))


def begin_processing(session: Session, video_id: str) -> Video | None:
    """Take a video up for work; None if it is gone, all its family is in the trash, or an earlier run has done it."""
    video = session.get(Video, video_id)
    if video is None or video.original_id is None or video.state not in IN_WORK:
        return None
    if rests(session, video_id):
        return None
    _move(session, video, State.PROCESSING)
    return video


def rests(session: Session, video_id: str) -> bool:
    """Whether every video of the file is in the trash (or gone): then nothing is made of it."""
    video = session.get(Video, video_id)
    return video is None or all(each.trashed for each in family(session, video))


def mark_playable(session: Session, video_id: str, *, now: str) -> None:
    """Pressing play works from now on, whatever is still to be made."""
    for each in family(session, present(session, video_id)):
        if not each.playable:
            each.playable = True
            each.published_at = each.published_at or now
            record(session, VideoPlayable(each.id))
            record(session, VideoChanged(each.id))


def finish_processing(session: Session, video_id: str) -> None:
    _move(session, present(session, video_id), State.READY)


def remake(session: Session, video_id: str) -> None:
    """Its renditions are to be made with other settings; it plays on meanwhile."""
    video = present(session, video_id)
    if not video.playable or video.trashed:
        raise Conflict(N_("This video is not ready yet."))
    if video.state == State.READY:
        _move(session, video, State.PROCESSING)


def waiting_space(session: Session, video_id: str, reason: str) -> None:
    _move(session, present(session, video_id), State.WAITING_SPACE, reason)


def needs_attention(session: Session, video_id: str, reason: str) -> None:
    """Something about the film is odd; its owner decides. What plays goes on playing."""
    _move(session, present(session, video_id), State.NEEDS_ATTENTION, reason)


def fail(session: Session, video_id: str, reason: str) -> None:
    _move(session, present(session, video_id), State.FAILED, reason)


def retry(session: Session, video_id: str) -> Video:
    """Begin again with what is on the disk."""
    video = present(session, video_id)
    if video.trashed:
        raise Conflict(N_("Bring the video back from the trash first."))
    if video.original_id is None:
        raise Conflict(N_("This file never arrived whole. Upload it again."))
    if video.state not in (State.FAILED, State.NEEDS_ATTENTION, State.WAITING_SPACE):
        raise Conflict(N_("Nothing went wrong with this video, so there is nothing to try again."))
    _move(session, video, State.QUEUED)
    record(session, VideoUploaded(video.id))
    return video


def tell_damage(session: Session, video_id: str, loss: str) -> None:
    """The file is damaged and plays as far as it can: its owner decides, once. Worse damage than they knew of is told anew."""
    video = present(session, video_id)
    original = session.get(Original, video.original_id) if video.original_id else None
    if original is None or original.accepted_damage != loss:
        needs_attention(session, video_id, loss)


def accept_damaged(session: Session, video_id: str, *, by: str, now: str) -> Video:
    """The owner (`by`, a user's id) has seen what is wrong and keeps the film as it is, for every video of the file."""
    video = present(session, video_id)
    if video.state != State.NEEDS_ATTENTION:
        raise Conflict(N_("Nothing is waiting for your decision here."))
    if original := session.get(Original, video.original_id) if video.original_id else None:
        original.accepted_by, original.accepted_at, original.accepted_damage = by, now, video.reason
    mark_playable(session, video_id, now=now)
    _move(session, video, State.READY)
    return video


def _move(session: Session, video: Video, state: State, reason: str = "") -> None:
    """Move every video of the file; those that went another way (still in the trash from an older state) follow."""
    video.move_to(state, reason)
    for each in family(session, video):
        each.state, each.reason = state, reason
        record(session, VideoChanged(each.id))
