"""What tests of the library share."""

from collections.abc import Callable

import pytest

from app.site import Site
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
