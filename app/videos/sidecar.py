"""What a file beside the film says is written on the video, unless a person wrote there first."""

from collections.abc import Sequence

from sqlmodel import Session

from app.errors import Invalid
from app.events import record
from app.videos import fields
from app.videos.chapters import Chapter, tidy, to_json
from app.videos.events import VideoChanged
from app.videos.models import By, Video
from app.videos.times import utc


def tell(
    session: Session,
    video_id: str,
    *,
    title: str = "",
    description: str = "",
    tags: Sequence[str] = (),
    recorded_at: str = "",
    chapters: Sequence[Chapter] = (),
) -> None:
    """Words that are too long are cut, and tags that are none left out: a file cannot be asked to do better."""
    video = session.get(Video, video_id)
    if video is None:
        return
    if fields.clean_line(title) and video.title_by != By.PERSON:
        video.title, video.title_by = fields.title(fields.clean_line(title)[: fields.TITLE_LETTERS]), By.SIDECAR
    if not video.description:
        video.description = fields.clean_lines(description)[: fields.DESCRIPTION_LETTERS]
    if not video.tags:
        video.tags = _tags(tags)
    if utc(recorded_at) and video.recorded_by != By.PERSON:
        video.recorded_at, video.recorded_by = utc(recorded_at), By.SIDECAR
    if not video.chapters:
        video.chapters = to_json(tidy(chapters, None))
    record(session, VideoChanged(video.id))


def _tags(words: Sequence[str]) -> str:
    kept: list[str] = []
    for word in words:
        try:
            if fields.tags([word]):
                kept.append(word)
        except Invalid:  # longer than a tag can be
            continue
    return fields.tags(kept[: fields.TAGS])
