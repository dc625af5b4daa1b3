"""One site for a whole file of tests: each test has uploads of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar

from app.main import build_asgi, build_site
from app.settings import Settings
from app.site import Site


@pytest.fixture(scope="module")
def site(claimed_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One site for all of these: each test has uploads of its own."""
    data = tmp_path_factory.mktemp("tus") / "data"
    shutil.copytree(claimed_data, data)
    made = build_site(Settings(data=data))
    yield made
    made.database.close()


@pytest.fixture(scope="module")
def asgi(site: Site) -> Litestar:
    return build_asgi(site)
