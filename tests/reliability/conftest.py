"""Real servers, prepared and checked afterwards."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.accounts.cookies import PLAIN
from app.main import build_site
from app.settings import Settings
from tests.conftest import token_of
from tests.serving import Serving

MakeServer = Callable[..., Serving]


@pytest.fixture(scope="module")
def claimed_server(claimed_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeServer]:
    """`claimed_server()`: a server on a claimed site, not started yet; its client is signed in as the owner."""
    made: list[Serving] = []

    def prepare(**more: object) -> Serving:
        data = tmp_path_factory.mktemp("real") / "data"
        shutil.copytree(claimed_data, data)
        return prepared(data, made, **more)

    yield prepare
    for server in made:
        server.close()


def prepared(data: Path, made: list[Serving], **more: object) -> Serving:
    server = Serving(data, **more)  # type: ignore[arg-type]
    made.append(server)
    site = build_site(Settings(data=data))
    server.client.cookies.set(PLAIN, token_of(site, "anna"))
    site.database.close()
    return server
