"""What a page is told about a video or a job, and who may be told: the one rule decides here too."""

from dataclasses import dataclass, replace

import msgspec
from sqlalchemy import or_
from sqlmodel import Session, col, select

from app.http.viewer import Viewer
from app.i18n import translate
from app.jobs import Job, JobState
from app.videos.access import Act, clauses
from app.videos.addresses import MediaAddresses
from app.videos.models import Video


@dataclass(frozen=True)
class VideoNews:
    """A video as it is now. `id` is the public one."""

    id: str
    state: str
    playable: bool
    percent: int | None
    eta_seconds: float | None
    reason: str
    thumbnail: str | None


@dataclass(frozen=True)
class JobNews:
    """A job as it is now, for administrators. `video` is a public id, or None where the work is about something else."""

    id: str
    kind: str
    video: str | None
    state: str
    progress: float
    eta_seconds: float | None
    reason: str


@dataclass(frozen=True)
class Told:
    """One piece of news, and the video that the rule is asked about (None: for administrators)."""

    name: str
    news: VideoNews | JobNews
    video: Video | None = None

    def is_for(self, viewer: Viewer) -> bool:
        """Never more than the viewer would meet in a list: an unlisted video's address is its secret."""
        if self.video is None:
            return viewer.is_admin
        return clauses(viewer, Act.LIST).allows(self.video) or clauses(viewer, Act.EDIT).allows(self.video)

    def text(self, viewer: Viewer) -> bytes:
        """As the stream carries it. Why something went wrong is for those who can do something about it."""
        news = self.news
        if isinstance(news, VideoNews) and news.reason and self.video and not clauses(viewer, Act.EDIT).allows(self.video):
            news = replace(news, reason="")
        return b"event: " + self.name.encode() + b"\ndata: " + msgspec.json.encode(news) + b"\n\n"


def about_videos(session: Session, subject: str, addresses: MediaAddresses) -> list[Told]:
    """News of the video with this id, or of every video of the original with this id."""
    videos = session.exec(select(Video).where(or_(col(Video.id) == subject, col(Video.original_id) == subject))).all()
    return [Told("video", _video(video, _work_on(session, video), addresses), video) for video in videos]


def about_job(session: Session, job_id: str) -> Told | None:
    job = session.get(Job, job_id)
    if job is None:
        return None
    video = session.exec(select(Video.public_id).where(or_(col(Video.id) == job.subject, col(Video.original_id) == job.subject))).first()
    reason = translate(job.reason) if job.reason else ""
    return Told("job", JobNews(job.id, job.kind, video, job.state, round(job.progress, 3), job.eta_seconds, reason))


def _work_on(session: Session, video: Video) -> Job | None:
    subjects = [subject for subject in (video.id, video.original_id) if subject]
    running = select(Job).where(col(Job.subject).in_(subjects), Job.state == JobState.RUNNING)
    return session.exec(running.order_by(col(Job.id).desc())).first()


def _video(video: Video, job: Job | None, addresses: MediaAddresses) -> VideoNews:
    return VideoNews(
        id=video.public_id,
        state=video.state,
        playable=video.playable,
        percent=None if job is None else round(job.progress * 100),
        eta_seconds=None if job is None else job.eta_seconds,
        reason=translate(video.reason) if video.reason else "",
        thumbnail=addresses.thumbnail(video),
    )
