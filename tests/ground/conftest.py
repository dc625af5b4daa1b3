"""What tests of the queue share."""

from collections.abc import Callable, Iterator

import pytest

from tests.ground.errands import Work, set_work


@pytest.fixture
def doing() -> Iterator[Callable[[Work], None]]:
    """Say what the errand does."""
    yield set_work
    set_work(lambda site, job, subject: None)
