"""How fast it goes, and for how long."""

import pytest

from app.media.pace import Pace


def test_nothing_is_said_before_there_is_something_to_go_by() -> None:
    pace = Pace()
    pace.add(1.0, weight=10, film=4)

    assert (pace.speed, pace.eta(100)) == (0.0, None)


def test_speed_and_time_left_follow_from_the_last_minute() -> None:
    pace = Pace()
    for _ in range(100):
        pace.add(1.0, weight=1, film=0.5)
    for _ in range(60):
        pace.add(1.0, weight=10, film=3.0)

    assert pace.speed == pytest.approx(3.0, rel=0.05)
    assert pace.eta(1000) == pytest.approx(100, rel=0.05)
