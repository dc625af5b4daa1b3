"""Captions of a video as rows: those inside its file, and those somebody brought. A session comes in; nothing here commits."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete
from sqlmodel import Session, col, or_, select

from app.events import record
from app.media.captions.embedded import caption_name
from app.media.facts import SubtitleFacts
from app.media.languages import tag
from app.videos.events import VideoChanged
from app.videos.models import Caption, Video


def note_embedded(session: Session, original_id: str, tracks: Sequence[SubtitleFacts]) -> None:
    """Those inside the file, as they were found: what was noted before is replaced, and keeps its address."""
    known = {row.file: row for row in session.exec(select(Caption).where(Caption.original_id == original_id))}
    found = {caption_name(track): track for track in tracks}
    for name, row in known.items():
        if name not in found:
            session.delete(row)
    for name, track in found.items():
        row = known.get(name) or Caption(original_id=original_id, file=name)
        row.language, row.label = tag(track.language), track.title
        row.kind = "captions" if track.for_deaf else "subtitles"
        row.forced, row.chosen = track.forced, track.default
        session.add(row)
    for video_id in session.exec(select(Video.id).where(Video.original_id == original_id)):
        record(session, VideoChanged(video_id))


def add_caption(
    session: Session,
    video_id: str,
    *,
    file: str,
    language: str,
    label: str = "",
    kind: str = "subtitles",
    forced: bool = False,
    chosen: bool = False,
) -> Caption:
    """Note one that stands in the folder of the video's captions; one of the same file name is replaced."""
    session.exec(delete(Caption).where(col(Caption.video_id) == video_id, col(Caption.file) == file))
    row = Caption(video_id=video_id, file=file, language=tag(language), label=label, kind=kind, forced=forced, chosen=chosen)
    session.add(row)
    record(session, VideoChanged(video_id))
    return row


def captions_of(session: Session, videos: Sequence[Video]) -> Mapping[str, Sequence[Caption]]:
    """By video id: what was brought comes before what was inside the file."""
    ids, originals = [video.id for video in videos], [video.original_id for video in videos if video.original_id]
    found = session.exec(
        select(Caption).where(or_(col(Caption.video_id).in_(ids), col(Caption.original_id).in_(originals))).order_by(col(Caption.id))
    ).all()
    return {
        video.id: [
            *(row for row in found if row.video_id == video.id),
            *(row for row in found if row.original_id is not None and row.original_id == video.original_id),
        ]
        for video in videos
    }


def find_caption(session: Session, video: Video, public_id: str) -> Caption | None:
    """One that belongs to this video."""
    row = session.exec(select(Caption).where(Caption.public_id == public_id)).first()
    mine = row is not None and (row.video_id == video.id or (row.original_id is not None and row.original_id == video.original_id))
    return row if mine else None
