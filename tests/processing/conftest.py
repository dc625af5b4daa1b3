"""Real films through the whole way: a file among the originals, the jobs that follow, the rows and files that come of it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import select

from app.accounts.service import find_user
from app.queue import Job
from app.site import Site
from app.videos import service
from app.videos.models import Original, Rendition, Video
from tests.conftest import settle
from tests.media_files import clip


class Films:
    """Brings films in as an upload does, and looks at what became of them."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def add(self, name: str, *, privacy: str = "members") -> str:
        """The id of a video whose file has just arrived."""
        return self.bring(clip(name), title=name, filename=name, privacy=privacy)

    def bring(self, source: Path, *, title: str = "", filename: str = "", privacy: str = "members") -> str:
        """The same with a film that only one test needs; without a title it is called as its file is."""
        name = filename or source.name
        with self.site.write() as session:
            owner = find_user(session, "anna")
            assert owner is not None
            channel = service.first_channel(session, owner.id)
            assert channel is not None
            now = self.site.now()
            video = service.begin_upload(
                session, owner_id=owner.id, channel_id=channel.id, title=title, privacy=privacy, filename=name, now=now
            )
            path = self.site.paths.originals / channel.handle / f"{video.public_id}{Path(name).suffix}"
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, path)
            original = service.add_original(
                session, path=str(path.relative_to(self.site.paths.originals)), size=path.stat().st_size, now=now
            )
            service.uploaded(session, video.id, original.id)
            return video.id

    def open(self, name: str, **kept: str) -> Video:
        """Examined and made playable, nothing more."""
        video_id = self.add(name, **kept)
        self.site.bus.drain()
        self.run("open_film")
        return self.video(video_id)

    def whole(self, name: str, **kept: str) -> Video:
        """With everything that follows."""
        video_id = self.add(name, **kept)
        settle(self.site)
        return self.video(video_id)

    def run(self, kind: str) -> None:
        with self.site.read() as session:
            waiting = session.exec(select(Job.id).where(Job.kind == kind, Job.state == "waiting")).all()
        for job_id in waiting:
            self.site.queue._run(job_id)

    def video(self, video_id: str) -> Video:
        with self.site.read() as session:
            found = session.get(Video, video_id)
            assert found is not None
            return found

    def original(self, video: Video) -> Original:
        with self.site.read() as session:
            found = session.get(Original, video.original_id)
            assert found is not None
            return found

    def renditions(self, video: Video) -> list[Rendition]:
        with self.site.read() as session:
            return list(session.exec(select(Rendition).where(Rendition.original_id == video.original_id).order_by(Rendition.name)))

    def folder(self, video: Video) -> Path:
        return self.site.paths.renditions / (video.original_id or "")

    def jobs(self) -> dict[str, str]:
        """Kind and state of every job."""
        with self.site.read() as session:
            return dict(session.exec(select(Job.kind, Job.state)).all())


MakeFilms = Callable[[Site], Films]


@pytest.fixture
def films(claimed: Site) -> Films:
    return Films(claimed)
