"""What tests of the library share."""

from collections.abc import Callable, Iterator

import pytest

from app.accounts.first_run import CLAIMED
from app.accounts.models import User
from app.accounts.sessions import start_session
from app.http.viewer import Role
from app.main import build_asgi
from app.site import Site, set_value
from tests.conftest import browser
from tests.videos.library import Browser, Library


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
def signed_in(site: Site, library: Library) -> Iterator[Callable[..., Browser]]:
    """A browser of this person, or of nobody (None), on a claimed site."""
    with site.write() as session:
        set_value(session, CLAIMED, site.now())

    def cookie_of(name: str, role: Role) -> str:
        person = library.person(name, role)
        with site.write() as session:
            user = session.get(User, person.user_id)
            assert user is not None
            return start_session(session, user, device="test", now=site.clock(), days=30)

    with browser(build_asgi(site)) as client:
        yield lambda name, role=Role.CREATOR: Browser(client, cookie_of(name, role) if name else "")
