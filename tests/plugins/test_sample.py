"""A whole plugin, from its folder to its table, route and task; beside it one that is broken."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar.testing import TestClient
from sqlmodel import text

from app import plugin_api
from app.accounts import service as accounts
from app.accounts.roles import KEEPER
from app.accounts.tokens import create_token
from app.events import record
from app.http.viewer import Role
from app.main import build_asgi, build_site
from app.ops.plugins import Plugins
from app.settings import Settings
from app.site import Site, set_value
from app.videos.events import VideoPurged
from tests.conftest import HOST, settle
from tests.search.conftest import Add, add

__all__ = ["add"]
SAMPLE = Path(__file__).parent / "guestbook"
CARELESS = """
from app.plugin_api import get, hookimpl

@get("/plugins/careless/x", sync_to_thread=False)
def x() -> str:
    return "x"

@hookimpl
def add_routes():
    return [x]
"""


@pytest.fixture
def site(data: Path) -> Iterator[Site]:
    """A site whose data folder holds the sample, a broken plugin, and one whose route is open to all."""
    plugins = data / "plugins"
    plugins.mkdir(exist_ok=True)
    (plugins / "guestbook").symlink_to(SAMPLE)
    (plugins / "broken").mkdir()
    (plugins / "broken" / "__init__.py").write_text("import a_module_that_is_nowhere\n")
    (plugins / "careless.py").write_text(CARELESS)
    made = build_site(Settings(data=data))
    with made.write() as session:
        set_value(session, "claimed_at", made.now())
    yield made
    made.database.close()


@pytest.fixture
def client(site: Site) -> Iterator[TestClient]:
    with site.write() as session:
        user = accounts.create_user(session, by=KEEPER, name="ben", role=Role.MEMBER, password_hash="x", now=site.now())
        token = create_token(session, user, name="t", scopes=["read", "manage"], now=site.clock())[1]
    with TestClient(build_asgi(site), base_url=HOST, raise_server_exceptions=False) as made:
        made.headers["authorization"] = f"Bearer {token}"
        yield made


def lines(site: Site) -> list[str]:
    with site.read() as session:
        return list(session.execute(text("SELECT text FROM guestbook_lines")).scalars())


def test_a_plugin_has_a_table_a_route_and_a_task(site: Site, client: TestClient, add: Add) -> None:
    video = add("Snow", channel="anna")
    address = f"/plugins/guestbook/{video.public_id}"
    assert client.get(address).json() == []
    assert client.post(address, json={"text": "lovely"}).status_code == 201
    assert lines(site) == ["lovely"]
    settle(site)
    assert client.get(address).json() == [{"name": "ben", "text": "LOVELY"}]
    with site.write() as session:
        record(session, VideoPurged(video.id, ""))
    settle(site)
    assert lines(site) == []


def test_its_routes_obey_the_rule_and_the_origin(site: Site, client: TestClient, add: Add) -> None:
    hidden = add("Diary", channel="anna", privacy="private")
    assert client.get(f"/plugins/guestbook/{hidden.public_id}").status_code == 404
    assert client.get("/plugins/guestbook/about/x", headers={"authorization": ""}, follow_redirects=False).status_code in (303, 401)
    video = add("Snow", channel="anna", privacy="public")
    crossed = client.post(
        f"/plugins/guestbook/{video.public_id}", json={"text": "x"}, headers={"cookie": "a=b", "origin": "https://evil.example"}
    )
    assert crossed.status_code == 403
    assert lines(site) == []


def test_a_broken_plugin_does_no_harm_and_is_listed(site: Site, client: TestClient) -> None:
    assert {plugin.name: plugin.state for plugin in site.part(Plugins).all} == {"broken": "broken", "careless": "broken", "guestbook": "on"}
    assert client.get("/plugins/careless/x").status_code == 404
    assert client.get("/plugins/guestbook/about/it").json() == {"about": "it"}


def test_its_migrations_are_its_own_and_happen_once(site: Site) -> None:
    with site.read() as session:
        applied = session.execute(text("SELECT name FROM _sqlite_migrations WHERE migration_set = 'plugin:guestbook'")).scalars().all()
    assert applied == ["m0001_lines"]
    site.database.close()
    again = build_site(site.settings)
    again.database.close()


def test_its_hooks_are_asked(site: Site) -> None:
    refusal = site.hooks.hook.allow_upload(owner_id="x", filename="my guestbook.mp4", size=1)
    assert refusal == plugin_api.Refusal("No guestbooks here.")
    assert site.hooks.hook.allow_upload(owner_id="x", filename="film.mp4", size=1) is None
    stopped = sys.modules["homereel_plugins.guestbook"].STOPPED
    site.hooks.hook.on_stop(site=site)
    assert stopped[-1] == "guestbook"


def test_everything_that_is_promised_to_plugins_is_there() -> None:
    assert [name for name in plugin_api.__all__ if not hasattr(plugin_api, name)] == []
    assert SAMPLE.joinpath("__init__.py").read_text().count("from app.") == 1
