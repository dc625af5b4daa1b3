"""One film that is examined and playable, for all that only read it; its segments are made as they are asked for."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlmodel import select

from app.accounts.cookies import PLAIN
from app.accounts.service import find_user
from app.accounts.tokens import create_token
from app.http.viewer import Scope
from app.main import build_asgi, build_site
from app.media.runs import RunManager
from app.settings import Settings
from app.site import Site
from app.videos.models import Video
from tests.conftest import browser, token_of
from tests.processing.conftest import Films


class Guest:
    """Somebody at the one browser: signed in by a cookie, or not."""

    def __init__(self, client: TestClient, token: str = "") -> None:
        self._client, self._cookie = client, {"cookie": f"{PLAIN}={token}"} if token else {}

    def get(self, address: str, headers: dict[str, str] | None = None) -> Any:
        self._client.cookies.clear()
        return self._client.get(address, headers=self._cookie | (headers or {}))


class Cinema:
    """A site with a film, a browser signed in as its owner, and one that nobody is signed in with."""

    def __init__(self, site: Site, owner: Guest, nobody: Guest) -> None:
        self.site, self.owner, self.nobody = site, owner, nobody
        self.films = Films(site)
        self.film = self.films.open("hevc10.mkv", privacy="members")
        with site.write() as session:
            user = find_user(session, "anna")
            assert user is not None
            _, self.bearer = create_token(session, user, name="reader", scopes=[Scope.READ], now=site.clock())

    def media(self, name: str, query: str = "") -> str:
        return f"/media/{self.film.public_id}/{name}{query}"

    def make(self, privacy: str) -> None:
        with self.site.write() as session:
            session.exec(select(Video).where(Video.id == self.film.id)).one().privacy = privacy

    def token(self) -> str:
        """As a program gets it that asks with a bearer token."""
        reply = self.nobody.get(f"/api/v1/videos/{self.film.public_id}", headers={"authorization": f"Bearer {self.bearer}"})
        return str(reply.json()["sources"]["hls"].partition("token=")[2])


@pytest.fixture(scope="module")
def cinema(claimed_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cinema]:
    data = tmp_path_factory.mktemp("cinema") / "data"
    shutil.copytree(claimed_data, data)
    site = build_site(Settings(data=data))
    app = build_asgi(site)
    with browser(app) as client:
        yield Cinema(site, Guest(client, token_of(site, "anna")), Guest(client))
    site.part(RunManager).close()
    site.database.close()
