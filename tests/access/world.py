"""One site with every kind of person and every kind of video, and its table of routes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from litestar import Litestar
from litestar.handlers import BaseRouteHandler
from litestar.testing import TestClient
from sqlmodel import select

from app.accounts.cookies import PLAIN
from app.accounts.models import User
from app.accounts.roles import KEEPER
from app.accounts.service import disable, find_user
from app.accounts.tokens import create_token
from app.http.viewer import Role, Scope
from app.jobs import Job
from app.main import build_asgi
from app.processing.captions import caption_path
from app.site import Site
from app.videos import service
from app.videos.chapters import Chapter, to_json
from app.videos.models import Caption, Original, Rendition, Video
from tests.conftest import HOST, browser, token_of
from tests.media_files import clip

MISSING = "zzzzzzzzzzzz"  # a public id that no video has
VISITORS = (
    "anonymous", "member", "creator", "other creator", "co-editor", "moderator", "admin", "owner", "disabled",
    "token to read", "token to upload", "token to manage", "member's token to read", "admin's token",
)  # fmt: skip
KINDS = ("public", "members", "unlisted", "private", "processing", "blocked", "trashed")


@dataclass(frozen=True)
class Visitor:
    """Somebody who asks, as the rule sees them. `headers` is how they say who they are."""

    name: str
    headers: dict[str, str] = field(compare=False)
    role: Role | None = None
    edits: bool = False  # the channel that the videos are in
    scopes: frozenset[Scope] | None = None

    @property
    def anonymous(self) -> bool:
        return self.role is None

    def has(self, scope: Scope) -> bool:
        return self.scopes is None or scope in self.scopes


@dataclass(frozen=True)
class Route:
    method: str
    path: str  # with {placeholders}
    policy: str

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def of_a_video(self) -> bool:
        return "{public_id:" in self.path

    @property
    def safe(self) -> bool:
        return self.method in ("GET", "HEAD", "OPTIONS")


def routes_of(app: Litestar) -> list[Route]:
    """Every route there is; a new one is in it by itself."""
    return sorted({Route(method, path, policy) for method, path, policy in _each(app)}, key=lambda route: route.name)


def _each(app: Litestar) -> Iterator[tuple[str, str, str]]:
    for route in app.routes:
        handlers: list[BaseRouteHandler] = getattr(route, "route_handlers", None) or [route.route_handler]  # type: ignore[union-attr]
        for handler in handlers:
            if "create_options_handler" in str(handler):
                continue
            for method in getattr(handler, "http_methods", ("WEBSOCKET",)):
                policy = handler.opt.get("policy")
                yield str(method), route.path, policy.name if policy else ""


class World:
    """`ask(visitor, route, video)` makes one request, and undoes what it changed."""

    def __init__(self, site: Site) -> None:
        self.site, self.app = site, build_asgi(site)
        self.routes = routes_of(self.app)
        self.channel, self.original = self._film()
        self.videos = {kind: self._video(kind) for kind in KINDS}
        self.visitors = {visitor.name: visitor for visitor in self._visitors()}
        self._kept = {kind: self._row(kind) for kind in KINDS}
        self._client = browser(self.app)

    def __enter__(self) -> "World":
        self._client.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._client.__exit__(None, None, None)

    @property
    def client(self) -> TestClient[Litestar]:
        return self._client

    def ask(self, visitor: Visitor, route: Route, kind: str = "") -> Any:
        """`kind` is of KINDS, or "" for a video that is not there."""
        address = self.address(route, self.videos.get(kind, MISSING))
        self._client.cookies.clear()
        api = "/api/" in route.path
        headers = {"accept-encoding": "identity", "accept": "application/json" if api else "text/html"} | visitor.headers
        body = b"{}" if api and not route.safe else None
        if body:
            headers["content-type"] = "application/json"
        reply = self._client.request(route.method, address, headers=headers, content=body, follow_redirects=False)
        if kind and not route.safe:
            self._restore(kind)
        return reply

    def address(self, route: Route, public_id: str = MISSING) -> str:
        values = {
            "public_id:str": public_id, "rung:str": self.rung, "path:path": "/app.css", "handle:str": "anna", "user_id:str": MISSING,
            "device_id:str": MISSING, "token_id:str": MISSING, "job_id:str": MISSING, "upload_id:str": MISSING, "folder_id:str": MISSING,
            "entry_id:str": MISSING, "name:str": self._name(route),
        }  # fmt: skip
        path = route.path
        for placeholder, value in values.items():
            path = path.replace("{" + placeholder + "}", value.lstrip("/"))
        assert "{" not in path, f"{route.name}: say in tests/access/world.py what stands for its placeholder"
        return path

    def _name(self, route: Route) -> str:
        """A name that there is, where such a route needs one."""
        if "/renditions/" in route.path or "/versions/" in route.path:
            return self.rung
        if "/captions/" in route.path:
            return f"{self.caption}.vtt"
        return "init.mp4" if "{rung:" in route.path else "master.m3u8"

    # -- making it

    def _film(self) -> tuple[str, str]:
        """A creator's channel, and a small film of hers that is examined and can be played."""
        vera = self._person("vera", Role.CREATOR)
        with self.site.write() as session:
            channel = service.first_channel(session, vera.id)
            assert channel is not None
            film = clip("h264.mp4")
            original = service.add_original(session, path=str(film), size=film.stat().st_size, in_place=True, now=self.site.now())
            video = service.begin_upload(
                session, owner_id=vera.id, channel_id=channel.id, title="public", privacy="public", filename="x.mp4", now=self.site.now()
            )
            service.uploaded(session, video.id, original.id)
            self._first = video.public_id
        self.site.bus.drain()
        with self.site.read() as session:
            for job_id in session.exec(select(Job.id).where(Job.kind == "open_film")):
                self.site.queue._run(job_id)
        with self.site.read() as session:
            self.rung = session.exec(select(Rendition.name).where(Rendition.original_id == original.id)).all()[0]
        self._words(original.id)
        return channel.id, original.id

    def _words(self, original_id: str) -> None:
        """Captions inside the film, and chapters."""
        with self.site.write() as session:
            row = Caption(original_id=original_id, file="2.vtt")
            session.add(row)
            self.caption = row.public_id
            path = caption_path(self.site, row)
            first = session.exec(select(Video).where(Video.public_id == self._first)).one()
            first.chapters = to_json([Chapter(0, "One"), Chapter(5, "Two")])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("WEBVTT\n")

    def _video(self, kind: str) -> str:
        with self.site.write() as session:
            first = session.exec(select(Video).where(Video.public_id == self._first)).one()
            if kind == "public":
                video = first
            else:
                told = first.model_dump(exclude={"id", "public_id"})
                video = Video(**(told | {"title": kind}))
                session.add(video)
            video.privacy = kind if kind in ("members", "unlisted", "private") else "public"
            video.state, video.playable = ("processing", False) if kind == "processing" else ("ready", True)
            video.blocked, video.trashed = kind == "blocked", kind == "trashed"
            video.trashed_at = self.site.now() if video.trashed else ""
            return video.public_id

    def _row(self, kind: str) -> dict[str, Any]:
        with self.site.read() as session:
            return session.exec(select(Video).where(Video.public_id == self.videos[kind])).one().model_dump()

    def _restore(self, kind: str) -> None:
        with self.site.write() as session:
            if session.get(Original, self.original) is None:
                raise AssertionError("an original went")
            session.merge(Video(**self._kept[kind]))

    def _person(self, name: str, role: Role) -> User:
        token_of(self.site, name, role)
        with self.site.read() as session:
            user = find_user(session, name)
            assert user is not None
            return user

    def _visitors(self) -> Iterator[Visitor]:
        yield Visitor("anonymous", {})
        yield self._signed_in("member", "mia", Role.MEMBER)
        yield self._signed_in("creator", "vera", Role.CREATOR, edits=True)
        yield self._signed_in("other creator", "otto", Role.CREATOR)
        yield self._signed_in("co-editor", "cora", Role.CREATOR, edits=True)
        yield self._signed_in("moderator", "mo", Role.MODERATOR)
        yield self._signed_in("admin", "ada", Role.ADMIN)
        yield self._signed_in("owner", "anna", Role.OWNER)
        yield self._disabled()
        for scope in (Scope.READ, Scope.UPLOAD, Scope.MANAGE):
            yield self._token(f"token to {scope}", "vera", scope, Role.CREATOR, edits=True)
        yield self._token("member's token to read", "mia", Scope.READ, Role.MEMBER)
        yield self._token("admin's token", "ada", Scope.ADMIN, Role.ADMIN)

    def _signed_in(self, kind: str, name: str, role: Role, *, edits: bool = False) -> Visitor:
        token = token_of(self.site, name, role)
        if kind == "co-editor":
            with self.site.write() as session:
                service.add_editor(session, channel_id=self.channel, user_id=self._id(name))
        return Visitor(kind, {"cookie": f"{PLAIN}={token}", "origin": HOST}, role, edits)

    def _id(self, name: str) -> str:
        with self.site.read() as session:
            user = find_user(session, name)
            assert user is not None
            return user.id

    def _disabled(self) -> Visitor:
        """Somebody whose account was switched off while their browser was open."""
        token = token_of(self.site, "dora", Role.CREATOR)
        with self.site.write() as session:
            user = find_user(session, "dora")
            assert user is not None
            disable(session, user, by=KEEPER)
        return Visitor("disabled", {"cookie": f"{PLAIN}={token}", "origin": HOST})

    def _token(self, kind: str, name: str, scope: Scope, role: Role, *, edits: bool = False) -> Visitor:
        with self.site.write() as session:
            user = find_user(session, name)
            assert user is not None
            _, secret = create_token(session, user, name=kind, scopes=[scope], now=self.site.clock())
        return Visitor(kind, {"authorization": f"Bearer {secret}"}, role, edits, frozenset({scope}))
