"""Showing a film in part: what is kept of it is written down, its file never changes. A session comes in; nothing here commits."""

from collections.abc import Callable, Sequence

from sqlmodel import Session, select

from app.errors import Conflict
from app.events import record
from app.i18n import N_
from app.media.cutting.keep import Keep, checked, near_in_cut, to_source, written
from app.media.facts import Facts
from app.videos.editing import present
from app.videos.events import VideoChanged, VideoCut
from app.videos.models import Original, Position, Video
from app.videos.positions import is_finished
from app.videos.shown import CUT_PICTURE, duration_of, fitting_picture, keep_of, new_edition, stills_of


def cut_video(session: Session, video_id: str, pieces: Sequence[Sequence[float]]) -> Video:
    """Keep these pieces (seconds of the file) and show nothing else; all of it brings the whole film back. Invalid says what is wrong."""
    video = present(session, video_id)
    facts = facts_to_cut(session, video)
    return show(session, video, facts, checked(pieces, facts.duration))


def uncut_video(session: Session, video_id: str) -> Video:
    """Show the whole film again."""
    video = present(session, video_id)
    return show(session, video, facts_to_cut(session, video), None) if video.cut else video


def facts_to_cut(session: Session, video: Video) -> Facts:
    """Conflict while it is not known where each frame lies."""
    original = session.get(Original, video.original_id) if video.original_id else None
    facts = Facts.from_json(original.facts) if original is not None and original.facts else None
    if facts is None or not facts.complete or not video.playable:
        raise Conflict(N_("This video is still being examined. It can be cut as soon as that is done."))
    if video.trashed:
        raise Conflict(N_("Bring the video back from the trash first."))
    return facts


def show(session: Session, video: Video, facts: Facts, keep: Keep | None) -> Video:
    """Show these pieces of the video's file; where people stopped stays at the same picture."""
    before = keep_of(video)
    if keep == before:
        return video
    video.cut, video.edition = written(keep), new_edition()
    video.duration = duration_of(video, facts)
    fit_picture(session, video)

    def moved(position: float) -> float:
        source = to_source(before, position) if before else position
        return near_in_cut(keep, source) if keep else source

    move_positions(session, video, moved)
    record(session, VideoCut(video.id))
    record(session, VideoChanged(video.id))
    return video


def fit_picture(session: Session, video: Video) -> None:
    """A picture of what was cut out stands for the video no more."""
    stills = stills_of(session.get(Original, video.original_id) if video.original_id else None)
    picture = fitting_picture(video, stills)
    if picture == CUT_PICTURE:  # it is made anew: until then there is none
        video.picture, video.thumbnail = picture, ""
    elif picture != video.picture:
        video.picture, video.thumbnail = picture, new_edition()[:6]


def show_cut_picture(session: Session, video_id: str, edition: str) -> None:
    """The picture of this edition stands ready."""
    video = session.get(Video, video_id)
    if video is not None and video.edition == edition and video.picture == CUT_PICTURE:
        video.thumbnail = new_edition()[:6]
        record(session, VideoChanged(video.id))


def move_positions(session: Session, video: Video, moved: Callable[[float], float]) -> None:
    """Where people stopped, on the new clock. Who had seen it all has seen it all."""
    for row in session.exec(select(Position).where(Position.video_id == video.id)):
        row.position = round(min(max(moved(row.position), 0.0), video.duration or 0.0), 1)
        row.finished = row.finished or is_finished(row.position, video.duration)
