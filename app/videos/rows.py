"""What lists and pages read of videos: a video, its channel, its file and where this profile stopped, in one query; the rest for all of a
page at once. The number of queries never grows with the number of videos.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select
from sqlmodel import Session, col

from app.http.viewer import Viewer
from app.jobs import OPEN, Job, JobState
from app.videos.captions import captions_of
from app.videos.models import Caption, Channel, Original, Position, Rendition, State, Video


@dataclass(frozen=True)
class Work:
    """What is being done on a video now."""

    percent: float | None  # None: it waits its turn
    eta_seconds: float | None = None


@dataclass(frozen=True)
class Row:
    video: Video
    channel: Channel
    original: Original | None
    position: Position | None
    renditions: Sequence[Rendition] = ()
    work: Work | None = None
    captions: Sequence[Caption] = ()


@dataclass(frozen=True)
class Reading:
    """How rows are read: for whom, and whether their renditions and captions are wanted."""

    session: Session
    viewer: Viewer
    renditions: bool = False

    def select(self) -> Any:
        """Videos with all that hangs on them; the caller adds the rule, the order and the limit."""
        mine = and_(col(Position.video_id) == col(Video.id), col(Position.profile_id) == self.viewer.profile_id)
        return (
            select(Video, Channel, Original, Position)
            .join(Channel, col(Channel.id) == col(Video.channel_id))
            .outerjoin(Original, col(Original.id) == col(Video.original_id))
            .outerjoin(Position, mine)
        )

    def rows(self, statement: Any) -> list[Row]:
        found = [(video, channel, original, position) for video, channel, original, position in self.session.execute(statement)]
        videos = [video for video, *_ in found]
        work = _work(self.session, [video for video in videos if video.state != State.READY])
        made = _renditions(self.session, [video.original_id for video in videos if video.original_id]) if self.renditions else {}
        said = captions_of(self.session, videos) if self.renditions and videos else {}
        return [
            Row(video, channel, original, position, made.get(video.original_id or "", ()), work.get(video.id), said.get(video.id, ()))
            for video, channel, original, position in found
        ]

    def one(self, video_id: str) -> Row | None:
        return next(iter(self.rows(self.select().where(col(Video.id) == video_id))), None)


def _renditions(session: Session, original_ids: Sequence[str]) -> Mapping[str, Sequence[Rendition]]:
    found: dict[str, list[Rendition]] = {}
    if original_ids:
        for row in session.scalars(
            select(Rendition)
            .where(col(Rendition.original_id).in_(original_ids))
            .order_by(col(Rendition.kind).desc(), col(Rendition.height))
        ):
            found.setdefault(row.original_id, []).append(row)
    return found


def _work(session: Session, unfinished: Sequence[Video]) -> Mapping[str, Work]:
    """Jobs that are open for these; of several, the one that runs."""
    if not unfinished:
        return {}
    jobs = select(Job).where(col(Job.subject).in_([video.id for video in unfinished]), col(Job.state).in_(OPEN)).order_by(col(Job.id))
    found: dict[str, Work] = {}
    for job in session.scalars(jobs):
        if job.state == JobState.RUNNING:
            found[job.subject] = Work(100 * job.progress, job.eta_seconds)
        else:
            found.setdefault(job.subject, Work(None))
    return found
