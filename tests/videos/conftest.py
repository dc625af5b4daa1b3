"""What tests of the library share."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from litestar.testing import TestClient

from app.accounts.first_run import CLAIMED
from app.accounts.models import User
from app.accounts.sessions import start_session
from app.http.viewer import Role
from app.main import build_asgi
from app.site import Site, set_value
from tests.conftest import HOST
from tests.videos.library import Library


@pytest.fixture
def library(site: Site) -> Library:
    return Library(site)


@pytest.fixture
def heard(site: Site) -> Callable[[], list[object]]:
    """Every fact that was told since the last call."""
    facts: list[object] = []
    site.bus.subscribe(object, lambda _site, fact: facts.append(fact))

    def take() -> list[object]:
        site.bus.drain()
        taken, facts[:] = list(facts), []
        return taken

    return take


@pytest.fixture
def signed_in(site: Site, library: Library) -> Iterator[Callable[..., TestClient]]:
    """A browser of this person, or of nobody (None), on a claimed site."""
    with site.write() as session:
        set_value(session, CLAIMED, site.now())
    app, clients = build_asgi(site), ExitStack()

    def browser(name: str | None, role: Role = Role.CREATOR) -> TestClient:
        client = clients.enter_context(TestClient(app, base_url=HOST, raise_server_exceptions=False))
        client.headers["origin"] = HOST
        if name is not None:
            person = library.person(name, role)
            with site.write() as session:
                user = session.get(User, person.user_id)
                assert user is not None
                client.cookies.set("homereel", start_session(session, user, device="test", now=site.clock(), days=30))
        return client

    with clients:
        yield browser
