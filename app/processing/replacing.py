"""A file that came to take another's place does so once it plays, and everything is made of it."""

from sqlmodel import col, select

from app.jobs import OPEN, Job
from app.processing.opening import open_film
from app.queue import Again, JobHandle, task
from app.site import Site
from app.videos.events import VideoPlayable
from app.videos.models import Video
from app.videos.replacing import may_take_over, take_over

_SOON = 1.0  # seconds


def on_playable(site: Site, fact: VideoPlayable) -> None:
    with site.read() as session:
        draft = session.get(Video, fact.video_id)
    if draft is not None and draft.replaces:
        site.queue.add(switch_file, draft.id)


@task(retries=3, retry_delay=10)
def switch_file(site: Site, job: JobHandle, draft_id: str) -> None:  # noqa: ARG001
    """One transaction; before it the old file plays, after it the new one. Waits until the new one is examined to its end."""
    with site.read() as session:
        draft = session.get(Video, draft_id)
        opening = select(Job.id).where(Job.subject == draft_id, Job.kind == open_film.kind, col(Job.state).in_(OPEN))
        busy = session.exec(opening).first() is not None
    if draft is None or not draft.replaces:
        return
    if busy:
        raise Again(_SOON, "")
    if not may_take_over(draft):
        return  # what is wrong with it is said where it was sent
    with site.write() as session:
        video = take_over(session, draft_id, now=site.now())
        if video is not None:
            site.queue.cancel_subject(session, video.id)  # what was being made of the old file
            for other in session.exec(select(Job).where(Job.subject == draft_id, col(Job.state).in_(OPEN), Job.kind != switch_file.kind)):
                site.queue.cancel(session, other.id)  # it was asked for in the name of what is no more
