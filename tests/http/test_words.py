"""Times, lengths and sizes as people say them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.http import words
from app.i18n import use_language

NOW = datetime(2026, 5, 24, 20, 30, tzinfo=UTC)  # a Sunday


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (NOW - timedelta(seconds=20), "just now"),
        (NOW - timedelta(minutes=5), "5 minutes ago"),
        (NOW - timedelta(hours=3), "3 hours ago"),
        (NOW - timedelta(hours=21), "yesterday"),
        ("2026-05-22T23:00:00.000Z", "Friday"),
        ("2026-05-18T06:00:00.000Z", "Monday"),
        ("2026-05-17T06:00:00.000Z", "last week"),
        ("2026-05-10T06:00:00.000Z", "10 May"),
        ("2019-08-01T06:00:00.000Z", "1 August 2019"),
        (NOW + timedelta(seconds=30), "just now"),  # a clock that was a little ahead
        (NOW + timedelta(days=400), "Monday, 28 June 2027"),
    ],
)
def test_moments_are_said_as_people_say_them(moment: datetime | str, said: str) -> None:
    assert words.when(moment, NOW) == said


def test_yesterday_is_the_one_of_the_house_not_of_greenwich() -> None:
    auckland = NOW.astimezone(timezone(timedelta(hours=12)))  # 8:30 on Monday there
    assert words.when("2026-05-24T11:00:00.000Z", auckland) == "yesterday"
    assert words.when("2026-05-24T13:00:00.000Z", auckland) == "8 hours ago"


def test_a_day_is_named_with_its_year_only_if_it_is_another() -> None:
    assert words.day("2026-05-23T12:00:00.000Z", NOW) == "Saturday 23 May"
    assert words.day("1974-07-06T12:00:00.000Z", NOW) == "Saturday, 6 July 1974"


@pytest.mark.parametrize(
    ("hour", "said"), [(4, "Good evening"), (5, "Good morning"), (11, "Good morning"), (12, "Good afternoon"), (18, "Good evening")]
)
def test_the_house_greets_by_the_time_of_day(hour: int, said: str) -> None:
    assert words.greeting(NOW.replace(hour=hour)) == said


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0:00"), (7.9, "0:07"), (59.99, "0:59"), (760, "12:40"), (4360, "1:12:40"), (36000, "10:00:00"), (-3, "0:00")]
)
def test_clock(seconds: float, said: str) -> None:
    assert words.clock(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "1 s left"), (40, "40 s left"), (61, "2 min left"), (655, "11 min left"), (3600, "1 h left"), (4300, "1 h 12 min left")],
)
def test_what_is_left(seconds: float, said: str) -> None:
    assert words.left(seconds) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 bytes"), (999, "999 bytes"), (1000, "1 kB"), (1500, "1.5 kB"), (14_200_000, "14 MB"), (999_600_000, "1 GB"),
        (4_100_000_000, "4.1 GB"), (2_000_000_000_000_000_000, "2,000 PB"),
    ],
)  # fmt: skip
def test_sizes(count: int, said: str) -> None:
    assert words.size(count) == said


@pytest.fixture
def german() -> Iterator[None]:
    use_language("de")
    yield
    use_language("en")


@pytest.mark.usefixtures("german")
def test_another_language_has_its_own_way_of_writing() -> None:
    assert words.size(4_100_000_000) == "4,1\xa0GB"
    assert words.when("2026-05-22T23:00:00.000Z", NOW) == "Freitag"
