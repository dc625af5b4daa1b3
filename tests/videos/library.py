"""People and videos for tests, made through the services on a real database."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from httpx import Response
from litestar.testing import TestClient

from app.accounts.cookies import PLAIN
from app.accounts.models import Profile, User
from app.http.viewer import Role, Viewer
from app.site import Site, rfc3339
from app.videos import service
from app.videos.models import Channel, Video

T0 = datetime(2026, 5, 24, 18, 0, tzinfo=UTC)
NOW = rfc3339(T0)


@dataclass
class Person:
    user_id: str
    profile_id: str
    channel_id: str
    role: Role

    def viewer(self, site: Site) -> Viewer:
        with site.read() as session:
            edits = service.edits_of(session, self.user_id)
        return Viewer(user_id=self.user_id, profile_id=self.profile_id, name="x", role=self.role, edits=edits)


@dataclass
class Library:
    """Makes people and videos in states that tests ask for."""

    site: Site
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, name: str, role: Role = Role.CREATOR) -> Person:
        if name not in self.people:
            with self.site.write() as session:
                user = User(name=name, folded=name.casefold(), role=role, created_at=NOW)
                session.add(user)
                session.flush()
                profile = Profile(user_id=user.id, name=name, created_at=NOW)
                session.add(profile)
                channel = "" if role is Role.MEMBER else service.make_channel(session, owner_id=user.id, name=f"{name}’s films", now=NOW).id
                self.people[name] = Person(user.id, profile.id, channel, role)
        return self.people[name]

    def uploading(self, owner: str = "anna", *, title: str = "A day out", privacy: str = "members", now: str = NOW) -> Video:
        person = self.person(owner)
        with self.site.write() as session:
            return service.begin_upload(
                session, owner_id=person.user_id, channel_id=person.channel_id, title=title, privacy=privacy, filename="day.mp4", now=now
            )

    def queued(self, owner: str = "anna", *, path: str | None = None, **kept: str) -> Video:
        video = self.uploading(owner, **kept)
        with self.site.write() as session:
            original = service.add_original(session, path=path or f"films/2026/{video.public_id}.mp4", size=1000, now=kept.get("now", NOW))
            service.uploaded(session, video.id, original.id)
        return self.again(video)

    def playable(self, owner: str = "anna", *, duration: float = 100.0, **kept: str) -> Video:
        video = self.queued(owner, **kept)
        with self.site.write() as session:
            service.begin_processing(session, video.id)
            service.mark_playable(session, video.id, now=kept.get("now", NOW))
            row = service.present(session, video.id)
            row.duration, row.width, row.height = duration, 1920, 1080
        return self.again(video)

    def ready(self, owner: str = "anna", *, duration: float = 100.0, **kept: str) -> Video:
        video = self.playable(owner, duration=duration, **kept)
        with self.site.write() as session:
            service.finish_processing(session, video.id)
        return self.again(video)

    def trashed(self, owner: str = "anna", *, now: str = NOW) -> Video:
        video = self.ready(owner)
        with self.site.write() as session:
            service.trash(session, video.id, now=now)
        return self.again(video)

    def again(self, video: Video) -> Video:
        """The row as it is now."""
        with self.site.read() as session:
            return service.present(session, video.id)

    def is_there(self, video: Video) -> bool:
        with self.site.read() as session:
            return session.get(Video, video.id) is not None

    def channel(self, channel_id: str) -> Channel:
        with self.site.read() as session:
            found = session.get(Channel, channel_id)
            assert found is not None
            return found


class Browser:
    """One person's browser among several on the same site. Redirects are shown, not followed."""

    def __init__(self, client: TestClient, cookie: str = "") -> None:
        self._client, self._cookie = client, cookie

    def request(self, method: str, path: str, *, headers: dict[str, str] | None = None, **sent: Any) -> Response:
        own = {"cookie": f"{PLAIN}={self._cookie}"} if self._cookie else {}
        answer = self._client.request(method, path, headers=own | (headers or {}), follow_redirects=False, **sent)
        self._client.cookies.clear()
        return answer

    def get(self, path: str, **sent: Any) -> Response:
        return self.request("GET", path, **sent)

    def post(self, path: str, **sent: Any) -> Response:
        return self.request("POST", path, **sent)

    def put(self, path: str, **sent: Any) -> Response:
        return self.request("PUT", path, **sent)

    def patch(self, path: str, **sent: Any) -> Response:
        return self.request("PATCH", path, **sent)

    def delete(self, path: str, **sent: Any) -> Response:
        return self.request("DELETE", path, **sent)
