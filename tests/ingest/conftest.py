from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from app.http.viewer import Role
from app.ingest.models import Mode
from app.site import Site
from tests.conftest import AsUser
from tests.ingest.folder_kit import Kit, MakeKit


@pytest.fixture
def anna(as_user: AsUser) -> TestClient[Any]:
    """The owner of the site, signed in."""
    return as_user("anna")


@pytest.fixture
def ben(as_user: AsUser) -> TestClient[Any]:
    """Somebody else who may add videos."""
    return as_user("ben", Role.CREATOR)


@pytest.fixture
def watched(claimed: Site, tmp_path: Path) -> MakeKit:
    def make(mode: Mode = Mode.COPY, name: str = "films") -> Kit:
        return Kit(claimed, tmp_path / name, mode)

    return make
