"""Whole real sites on their own disk. Fake only time, the network outside and hours of encoding."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlmodel import Session

from app.accounts.cookies import PLAIN
from app.accounts.first_run import FirstRun
from app.accounts.models import User
from app.accounts.roles import KEEPER
from app.accounts.service import create_user, find_user
from app.accounts.sessions import start_session
from app.http.viewer import Role
from app.main import build_asgi, build_site
from app.settings import Settings
from app.site import Site
from app.videos.channels import give_first_channel
from tests.serving import PASSWORD, Serving

HOST = "http://homereel.lan"


@pytest.fixture(scope="session")
def blank_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that was opened once: migrated and empty. Tests get copies, which is quicker than migrating."""
    data = tmp_path_factory.mktemp("blank") / "data"
    data.mkdir()
    build_site(Settings(data=data)).database.close()
    return data


@pytest.fixture(scope="session")
def claimed_data(blank_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, claimed by “anna” with PASSWORD."""
    data = tmp_path_factory.mktemp("claimed") / "data"
    shutil.copytree(blank_data, data)
    made = build_site(Settings(data=data))
    door = made.part(FirstRun)
    door.claim(code=door.prepare() or "", username="anna", password=PASSWORD, site_name="The Lindners", source="127.0.0.1")
    made.bus.drain()
    made.database.close()
    return data


@pytest.fixture
def data(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A data folder: of a claimed site where the test asks for `claimed`, of a new one elsewhere."""
    source = request.getfixturevalue("claimed_data" if "claimed" in request.fixturenames else "blank_data")
    target = tmp_path / "data"
    shutil.copytree(source, target)
    return target


@pytest.fixture
def site(data: Path) -> Iterator[Site]:
    """A real site on its own disk, its queue not started: `settle(site)` does the work that waits."""
    made = build_site(Settings(data=data))
    yield made
    made.database.close()


@pytest.fixture
def claimed(site: Site) -> Site:
    """`site`, claimed: its owner is “anna” with PASSWORD, her channel is there."""
    return site


def settle(site: Site) -> None:
    """Publish every event and do every job that waits, until nothing is left."""
    while site.bus.drain() + site.queue.run_waiting():
        pass


@pytest.fixture
def asgi(site: Site) -> Litestar:
    return build_asgi(site)


@pytest.fixture
def client(asgi: Litestar) -> Iterator[TestClient]:
    """A browser that nobody has signed in with, at the address people use."""
    with browser(asgi) as made:
        yield made


def browser(asgi: Litestar) -> TestClient:
    made = TestClient(asgi, base_url=HOST, raise_server_exceptions=False)
    made.headers["origin"] = HOST
    return made


AsUser = Callable[..., TestClient]


@pytest.fixture
def as_user(claimed: Site, asgi: Litestar) -> AsUser:
    """`as_user("ben", Role.CREATOR)`: a browser signed in as that person, who is made if there is nobody of that name."""

    def sign_in(name: str = "anna", role: Role = Role.MEMBER) -> TestClient:
        made = browser(asgi)  # not entered: Litestar's lifespan would run once for each, and leave things open
        made.cookies.set(PLAIN, token_of(claimed, name, role))
        return made

    return sign_in


def token_of(site: Site, name: str, role: Role = Role.MEMBER) -> str:
    """The cookie of a new device of theirs; the person is made first, without a password, if there is nobody of that name."""
    with site.write() as session:
        user = find_user(session, name) or _new(session, site, name, role)
        return start_session(session, user, device="Firefox on Linux", now=site.clock(), days=site.settings.session_days)


def _new(session: Session, site: Site, name: str, role: Role) -> User:
    user = create_user(session, by=KEEPER, name=name, role=role, password_hash="", now=site.now())
    give_first_channel(session, user)
    return user


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    """A real server on a new data folder, answering. `.claim()` it, `.restart()`, `.kill9()`, `.terminate()` it."""
    made = Serving(tmp_path / "data")
    try:
        yield made.start()
    finally:
        made.close()
