"""Jobs as administrators see them, and what they may do about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import Struct
from sqlmodel import Session, col, func, or_, select

from app.errors import Conflict, Missing
from app.http.viewer import Viewer
from app.http.words import left
from app.i18n import N_, _, translate
from app.jobs import Job, JobState
from app.site import Site
from app.videos import service
from app.videos.access import Act, clauses
from app.videos.addresses import MediaAddresses
from app.videos.listing import Slice, decode, encode
from app.videos.models import State, Video

TROUBLE = (JobState.FAILED, JobState.PARKED)
SHOWN: Mapping[str, Sequence[JobState]] = {
    "running": (JobState.RUNNING,),
    "waiting": (JobState.WAITING,),
    "trouble": TROUBLE,
    "done": (JobState.DONE, JobState.CANCELLED),
}
# What each kind of work does, as people say it. A kind that is not here is shown by its name.
WORK = {
    "open_film": N_("Examining it and making its first seconds"),
    "make_pictures": N_("Choosing a picture"),
    "make_storyboard": N_("Taking pictures for the seek bar"),
    "make_renditions": N_("Making it play everywhere"),
    "make_remaining_renditions": N_("Making its other sizes"),
    "settle_original": N_("Checking every byte"),
    "measure_sound": N_("Measuring how loud it is"),
    "read_captions": N_("Reading the subtitles inside it"),
    "write_sidecars": N_("Writing down beside it what is known of it"),
    "keep_to_budget": N_("Making room"),
    "make_cut": N_("Making the pieces beside the cuts"),
    "make_cut_picture": N_("Choosing a picture that is not cut out"),
    "drop_original": N_("Deleting its files"),
    "rebuild_index": N_("Putting the search in order"),
    "bring_in": N_("Bringing it in from its folder"),
}


class JobOut(Struct, frozen=True):
    """A job. `video` is a public id, or null where the work is about something else."""

    id: str
    kind: str
    video: str | None
    state: str
    attempt: int
    progress: float
    eta_seconds: float | None
    reason: str


class JobsOut(Struct, frozen=True):
    items: Sequence[JobOut]
    next: str | None


@dataclass(frozen=True)
class JobRow:
    job: Job
    video: Video | None


def list_jobs(session: Session, *, states: Sequence[str] | None, cursor: str | None, limit: int) -> Slice[JobRow]:
    """Latest first; each with the video that its subject is, or whose original it is."""
    statement = select(Job).order_by(col(Job.id).desc()).limit(limit + 1)
    if states:
        statement = statement.where(col(Job.state).in_(states))
    if cursor:
        statement = statement.where(col(Job.id) < decode(cursor, 1)[0])
    jobs = session.exec(statement).all()
    videos = _videos(session, [job.subject for job in jobs])
    rows = [JobRow(job, videos.get(job.subject)) for job in jobs[:limit]]
    return Slice(rows, encode(rows[-1].job.id) if len(jobs) > limit else None)


def counts(session: Session) -> dict[str, int]:
    """How many jobs run, wait and are in trouble."""
    found = dict(session.exec(select(Job.state, func.count()).group_by(col(Job.state))).all())
    return {name: sum(found.get(state, 0) for state in states) for name, states in SHOWN.items()}


def job_out(row: JobRow) -> JobOut:
    job = row.job
    video = row.video.public_id if row.video else None
    reason = translate(job.reason) if job.reason else ""
    return JobOut(job.id, job.kind, video, job.state, job.attempt, round(job.progress, 3), job.eta_seconds, reason)


def job_line(row: JobRow, viewer: Viewer, addresses: MediaAddresses) -> dict[str, Any]:
    """A line of the page. A video that this administrator may not watch is named, and neither shown nor linked (ARCHITECTURE)."""
    job, video = row.job, row.video
    what = translate(WORK[job.kind]) if job.kind in WORK else job.kind
    may_watch = video is not None and clauses(viewer, Act.WATCH).allows(video)
    return {
        "id": job.id,
        "title": video.title if video else what,
        "url": f"/w/{video.public_id}" if video and may_watch else None,
        "thumbnail": addresses.thumbnail(video) if video and may_watch else None,
        "what": translate(job.doing) if job.doing else what if video else "",
        "state": job.state,
        "percent": round(100 * job.progress) if job.state == JobState.RUNNING else None,
        "eta_text": left(job.eta_seconds) if job.eta_seconds is not None and job.state == JobState.RUNNING else None,
        "reason": translate(job.reason) if job.reason else None,
    }


def sentence(found: Mapping[str, int]) -> str:
    """How things are, in one."""
    if found["trouble"]:
        return _("Something needs a look. Everything else goes on.")
    if found["running"] or found["waiting"]:
        return _("Everything made so far can be watched. {running} running, {waiting} waiting.").format(
            running=found["running"], waiting=found["waiting"]
        )
    return _("Everything is done.")


def retry_job(site: Site, session: Session, job_id: str) -> None:
    """Try again, from the beginning where the film itself was given up."""
    job = find_job(session, job_id)
    video = session.get(Video, job.subject)
    put_back = site.queue.retry(session, job_id)
    if not put_back:
        raise Conflict(N_("This job is not one to try again: it waits, runs, or is done."))
    if video is not None and video.state in (State.FAILED, State.NEEDS_ATTENTION) and video.original_id is not None:
        service.retry(session, video.id)


def cancel_job(site: Site, session: Session, job_id: str) -> None:
    find_job(session, job_id)
    if not site.queue.cancel(session, job_id):
        raise Conflict(N_("This job has ended already."))


def find_job(session: Session, job_id: str) -> Job:
    job = session.get(Job, job_id)
    if job is None:
        raise Missing(N_("There is no such job. Old ones are forgotten after a while."))
    return job


def find_row(session: Session, job_id: str) -> JobRow:
    job = find_job(session, job_id)
    return JobRow(job, _videos(session, [job.subject]).get(job.subject))


def _videos(session: Session, subjects: Sequence[str]) -> dict[str, Video]:
    found: dict[str, Video] = {}
    for video in session.exec(select(Video).where(or_(col(Video.id).in_(subjects), col(Video.original_id).in_(subjects)))):
        for key in (video.id, video.original_id or ""):
            if key in subjects:
                found.setdefault(key, video)
    return found
