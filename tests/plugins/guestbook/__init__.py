"""A sample: people leave a line under a video. A table, a page of JSON, a form, a task, and ears for events."""

from collections.abc import Sequence
from typing import Any

from app.plugin_api import (
    Column,
    FromPath,
    JobHandle,
    JSONBody,
    NamedDependency,
    PluginTable,
    Refusal,
    Site,
    Step,
    VideoPurged,
    VideoRef,
    Viewer,
    col,
    get,
    hookimpl,
    may_watch,
    new_id,
    post,
    reader,
    select,
    task,
)

STOPPED: list[str] = []


class Line(PluginTable, table=True):
    __tablename__ = "guestbook_lines"

    id: str = Column(default_factory=new_id, primary_key=True)
    video_id: str = Column(index=True)
    name: str
    text: str
    shouted: bool = False


def m0001_lines(db: Any) -> None:
    db["guestbook_lines"].create({"id": str, "video_id": str, "name": str, "text": str, "shouted": bool}, pk="id", not_null={"video_id"})
    db["guestbook_lines"].create_index(["video_id"])


@get("/plugins/guestbook/{public_id:str}", policy=may_watch, sync_to_thread=True)
def lines(site: NamedDependency[Site], video: NamedDependency[VideoRef]) -> list[dict[str, str]]:
    with site.read() as session:
        found = session.exec(select(Line).where(Line.video_id == video.id).order_by(col(Line.id))).all()
    return [{"name": line.name, "text": line.text} for line in found]


@post("/plugins/guestbook/{public_id:str}", policy=may_watch, sync_to_thread=True)
def write_line(
    site: NamedDependency[Site], viewer: NamedDependency[Viewer], video: NamedDependency[VideoRef], data: JSONBody[dict[str, str]]
) -> dict[str, str]:
    with site.write() as session:
        line = Line(video_id=video.id, name=viewer.name or "somebody", text=data["text"])
        session.add(line)
        site.queue.add(shout, line.id, session=session)
    return {"id": line.id}


@get("/plugins/guestbook/about/{what:str}", policy=reader, sync_to_thread=False)
def about(what: FromPath[str]) -> dict[str, str]:
    return {"about": what}


@task()
def shout(site: Site, _job: JobHandle, line_id: str) -> None:
    """Safe to run twice."""
    with site.write() as session:
        line = session.get(Line, line_id)
        if line is not None and not line.shouted:
            line.text, line.shouted = line.text.upper(), True


@hookimpl
def add_migrations() -> Sequence[Step]:
    return [m0001_lines]


@hookimpl
def add_routes() -> Sequence[Any]:
    return [lines, write_line, about]


@hookimpl
def allow_upload(filename: str) -> Refusal | None:
    return Refusal("No guestbooks here.") if "guestbook" in filename else None


@hookimpl
def on_event(site: Site, event: object) -> None:
    if isinstance(event, VideoPurged):
        with site.write() as session:
            for line in session.exec(select(Line).where(Line.video_id == event.video_id)):
                session.delete(line)


@hookimpl
def on_stop() -> None:
    STOPPED.append("guestbook")
