"""What happens to videos, past tense. Ids only: whoever hears of it reads the row anew."""

from dataclasses import dataclass

from app.events import event


@event
@dataclass(frozen=True)
class VideoUploaded:
    """All bytes are here and safe; processing may begin."""

    video_id: str


@event
@dataclass(frozen=True)
class VideoPlayable:
    """Pressing play works from now on."""

    video_id: str


@event
@dataclass(frozen=True)
class VideoChanged:
    """Title, description, privacy, state or anything else that lists and the index show."""

    video_id: str


@event
@dataclass(frozen=True)
class VideoCut:
    """Other pieces of the film are shown from now on, or all of it."""

    video_id: str


@event
@dataclass(frozen=True)
class VideoReplaced:
    """Another file is behind the video from now on; it plays, and everything else is to be made of it."""

    video_id: str


@event
@dataclass(frozen=True)
class OriginalLeft:
    """A file that no video uses any more, nor can go back to."""

    original_id: str


@event
@dataclass(frozen=True)
class VideoTrashed:
    video_id: str


@event
@dataclass(frozen=True)
class VideoPurged:
    """Deleted for good: row gone. Files of `original_id` go too when no other video shares them ("" if one does)."""

    video_id: str
    original_id: str
