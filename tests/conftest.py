"""Whole real sites on their own disk. Fake only time, the network outside and hours of encoding."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from litestar.testing import TestClient

from app.main import build_asgi, build_site
from app.settings import Settings
from app.site import Site

HOST = "http://homereel.lan"


@pytest.fixture(scope="session")
def blank_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that was opened once: migrated and empty. Tests get copies, which is quicker than migrating."""
    data = tmp_path_factory.mktemp("blank") / "data"
    data.mkdir()
    build_site(Settings(data=data)).database.close()
    return data


@pytest.fixture
def data(blank_data: Path, tmp_path: Path) -> Path:
    target = tmp_path / "data"
    shutil.copytree(blank_data, target)
    return target


@pytest.fixture
def site(data: Path) -> Iterator[Site]:
    """A real site on its own disk, its queue not started: `settle(site)` does the work that waits."""
    made = build_site(Settings(data=data))
    yield made
    made.database.close()


def settle(site: Site) -> None:
    """Publish every event and do every job that waits, until nothing is left."""
    while site.bus.drain() + site.queue.run_waiting():
        pass


@pytest.fixture
def client(site: Site) -> Iterator[TestClient]:
    """A browser that nobody has signed in with, at the address people use."""
    with TestClient(build_asgi(site), base_url=HOST, raise_server_exceptions=False) as made:
        made.headers["origin"] = HOST
        yield made


AsUser = Callable[..., TestClient]
