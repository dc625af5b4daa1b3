"""One checkout is set up once; tests that need one that is ready take a copy, which also shows that a checkout can be moved."""

import shutil
from pathlib import Path

import pytest

from tests.launcher.checkout import Checkout, fill, make_checkout


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("packages") / "shelf")


@pytest.fixture
def fresh(tmp_path: Path, shelf: Path) -> Checkout:
    """Never started. The space in its name is meant."""
    return make_checkout(tmp_path / "my films", shelf)


@pytest.fixture(scope="session")
def master(tmp_path_factory: pytest.TempPathFactory, shelf: Path) -> Checkout:
    checkout = make_checkout(tmp_path_factory.mktemp("master") / "home reel", shelf)
    assert checkout.start().code == 0
    return checkout


@pytest.fixture
def ready(tmp_path: Path, master: Checkout) -> Checkout:
    """Started before, and moved since."""
    shutil.copytree(master.folder, tmp_path / "home reel", symlinks=True)
    return Checkout(tmp_path / "home reel", master.shelf)
