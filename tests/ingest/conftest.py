from typing import Any

import pytest
from litestar.testing import TestClient

from app.http.viewer import Role
from tests.conftest import AsUser


@pytest.fixture
def anna(as_user: AsUser) -> TestClient[Any]:
    """The owner of the site, signed in."""
    return as_user("anna")


@pytest.fixture
def ben(as_user: AsUser) -> TestClient[Any]:
    """Somebody else who may add videos."""
    return as_user("ben", Role.CREATOR)
