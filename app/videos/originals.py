"""Originals: the files behind videos. Two videos of the same content share one, and with it everything made from it."""

from collections.abc import Sequence

from sqlalchemy import delete, or_
from sqlmodel import Session, col, select

from app.errors import Missing
from app.events import record
from app.i18n import N_
from app.media.facts import Facts
from app.videos import fields
from app.videos.events import OriginalLeft, VideoChanged, VideoPlayable, VideoUploaded
from app.videos.models import By, Caption, Original, Rendition, State, Video
from app.videos.recorded import recorded_by_name
from app.videos.shown import duration_of, fitting_picture, stills_of
from app.videos.times import utc

IN_WORK = (State.QUEUED, State.PROCESSING, State.WAITING_SPACE)
_SHARED = ("state", "reason", "playable", "duration", "width", "height", "thumbnail")


def add_original(session: Session, *, path: str, size: int, fingerprint: str = "", in_place: bool = False, now: str) -> Original:
    """Write down a file that already stands whole at its place (storage's commit rule)."""
    original = Original(path=path, size=size, fingerprint=fingerprint, in_place=in_place, created_at=now)
    session.add(original)
    session.flush()
    return original


def family(session: Session, video: Video) -> list[Video]:
    """Every video of the same file, this one among them: what is learnt of the file holds for all."""
    if video.original_id is None:
        return [video]
    return list(session.exec(select(Video).where(Video.original_id == video.original_id).order_by(col(Video.id))))


def share_original(session: Session, *, video_id: str, original_id: str, now: str) -> Original | None:
    """Let a video, and all that share its file, use a file of the same content that is here already.

    Returns the original it had, which is nobody's now: delete its file, then `forget_original`.
    """
    video, shared = session.get(Video, video_id), session.get(Original, original_id)
    if video is None or shared is None:
        raise Missing(N_("There is nothing to share any more."))
    if video.original_id == original_id:
        return None
    before, sibling = video.original_id, _furthest(session, original_id)
    for each in family(session, video):
        each.original_id = original_id
        if sibling is None or sibling.state in (State.FAILED, State.UPLOADING):
            each.state, each.reason = State.QUEUED, ""
            record(session, VideoUploaded(each.id))
        else:
            _take_after(session, each, sibling, now)
    session.flush()
    return session.get(Original, before) if before and not is_used(session, before) else None


def twin_of(session: Session, original_id: str) -> Original | None:
    """Another file of the same content, the oldest first, that may stand for this one.

    A file in someone's own folder never stands for one of ours: they may delete it. Nor does one that no video uses any more: it is
    about to be deleted.
    """
    original = session.get(Original, original_id)
    if original is None or not original.digest:
        return None
    others = select(Original).where(
        Original.digest == original.digest,
        Original.size == original.size,
        Original.id != original.id,
        col(Original.missing).is_(False),
        select(Video.id).where(Video.original_id == Original.id).exists(),
    )
    if not original.in_place:
        others = others.where(col(Original.in_place).is_(False))
    return session.exec(others.order_by(col(Original.id))).first()


def is_used(session: Session, original_id: str) -> bool:
    """Whether any video, in the trash or not, has this file, or can go back to it."""
    has = or_(col(Video.original_id) == original_id, col(Video.previous_id) == original_id)
    return session.exec(select(Video.id).where(has)).first() is not None


def leave_previous(session: Session, video: Video) -> None:
    """Give up the file that a video had before it was replaced."""
    before, video.previous_id, video.previous_cut, video.replaced_at = video.previous_id, None, "", ""
    session.flush()
    if before and not is_used(session, before):
        record(session, OriginalLeft(before))


def forget_previous_until(session: Session, limit: str) -> int:
    """Give up all that were replaced before this moment."""
    found = session.exec(select(Video).where(col(Video.previous_id).is_not(None), Video.replaced_at < limit)).all()
    for video in found:
        leave_previous(session, video)
    return len(found)


def set_facts(session: Session, original_id: str, facts: Facts) -> None:
    """Keep what a probe found, for every video of the file."""
    original = session.get(Original, original_id)
    if original is None:
        return
    original.facts = facts.to_json()
    for video in session.exec(select(Video).where(Video.original_id == original_id)):
        video.duration = duration_of(video, facts)
        video.width = facts.video.width if facts.video else None
        video.height = facts.video.height if facts.video else None
        _believe_file(video, facts)
        record(session, VideoChanged(video.id))


def _believe_file(video: Video, facts: Facts) -> None:
    """What the file says of itself, and its name where it says nothing; neither is said over a sidecar or a person."""
    if video.recorded_by not in (By.SIDECAR, By.PERSON):
        inside = utc(facts.recorded_at)
        video.recorded_at = inside or utc(recorded_by_name(video.filename))
        video.recorded_by = (By.FILE if inside else By.NAME) if video.recorded_at else ""
    if video.title_by == By.NAME and fields.clean_line(facts.title):
        video.title, video.title_by = fields.title(facts.title[: fields.TITLE_LETTERS]), By.FILE


def set_digest(session: Session, original_id: str, digest: str) -> None:
    if original := session.get(Original, original_id):
        original.digest = digest


def mark_missing(session: Session, original_id: str, *, missing: bool = True) -> None:
    """The file is not where it was (or is there again). Nothing else changes: rows, positions and titles stay."""
    original = session.get(Original, original_id)
    if original is None or original.missing == missing:
        return
    original.missing = missing
    for video_id in session.exec(select(Video.id).where(Video.original_id == original_id)):
        record(session, VideoChanged(video_id))


def mark_found(session: Session, original_id: str, *, path: str | None = None) -> None:
    """The file is there again, perhaps under another path (it was moved by its owner)."""
    original = session.get(Original, original_id)
    if original is not None and path is not None:
        original.path = path
    mark_missing(session, original_id, missing=False)


def forget_original(session: Session, original_id: str) -> bool:
    """Drop the row once its files are gone. False, and nothing done, if a video uses it after all."""
    if is_used(session, original_id):
        return False
    session.exec(delete(Rendition).where(col(Rendition.original_id) == original_id))
    session.exec(delete(Caption).where(col(Caption.original_id) == original_id))
    session.exec(delete(Original).where(col(Original.id) == original_id))
    return True


def set_plan(session: Session, original_id: str, plan: str) -> None:
    """Keep which renditions the file gets, as JSON."""
    original = session.get(Original, original_id)
    if original is not None and original.plan != plan:
        original.plan = plan
        for video_id in session.exec(select(Video.id).where(Video.original_id == original_id)):
            record(session, VideoChanged(video_id))


def set_loudness(session: Session, original_id: str, loudness: str) -> None:
    """Keep how loud the file's tracks are, as JSON."""
    original = session.get(Original, original_id)
    if original is not None:
        original.loudness = loudness


def keep_renditions(session: Session, original_id: str, names: Sequence[str]) -> None:
    """Drop the rows of rungs that are no longer planned."""
    session.exec(delete(Rendition).where(col(Rendition.original_id) == original_id, col(Rendition.name).not_in(names)))


def note_rendition(
    session: Session, *, original_id: str, name: str, kind: str, segments: int, height: int = 0, codec: str = ""
) -> Rendition:
    """The row of a rung, made if it is new. What was counted before stays."""
    row = session.exec(select(Rendition).where(Rendition.original_id == original_id, Rendition.name == name)).first()
    if row is None:
        row = Rendition(original_id=original_id, name=name, kind=kind, segments=segments)
        session.add(row)
    row.kind, row.height, row.codec, row.segments = kind, height, codec, segments
    session.flush()
    return row


def rendition_progress(session: Session, *, original_id: str, name: str, ready: int, packed: bool, size: int = 0) -> None:
    """How much of a rung is on disk now."""
    row = session.exec(select(Rendition).where(Rendition.original_id == original_id, Rendition.name == name)).first()
    if row is not None:
        row.ready, row.packed, row.size = ready, packed, size


def _furthest(session: Session, original_id: str) -> Video | None:
    found = session.exec(select(Video).where(Video.original_id == original_id).order_by(col(Video.playable).desc(), col(Video.id)))
    return found.first()


def _take_after(session: Session, video: Video, sibling: Video, now: str) -> None:
    for name in _SHARED:
        if name != "thumbnail" or not video.picture:  # a picture that people chose stays theirs
            setattr(video, name, getattr(sibling, name))
    original = session.get(Original, video.original_id)
    if original is not None and original.facts:
        facts = Facts.from_json(original.facts)
        _believe_file(video, facts)
        video.duration, video.picture = duration_of(video, facts), fitting_picture(video, stills_of(original))  # each video's own cut
    if video.playable and not video.published_at:
        video.published_at = now
        record(session, VideoPlayable(video.id))
    record(session, VideoChanged(video.id))
