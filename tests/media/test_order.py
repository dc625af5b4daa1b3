"""Who goes first, decided from standings alone."""

import pytest

from app.media.order import Rank, Standing, gives_way, held, to_end

WAITED = Standing(Rank.VIEWER, waited_since=1.0)
IDLE = Standing(Rank.VIEWER)
SOON, NEW, REST = Standing(Rank.SOON), Standing(Rank.NEW), Standing(Rank.REST)


@pytest.mark.parametrize(
    ("standings", "cores", "expected"),
    [
        ([REST, NEW], 2, [False, False]),  # how many run side by side is for the manager to say
        ([REST, WAITED], 2, [True, False]),
        ([SOON, WAITED], 2, [True, False]),
        ([IDLE, WAITED], 2, [True, False]),
        ([WAITED, WAITED, NEW], 2, [False, False, True]),
        ([IDLE, REST], 2, [False, True]),
        ([SOON, IDLE], 2, [False, False]),
        ([Standing(Rank.REST, waited_since=1.0), IDLE], 2, [False, True]),  # somebody waits for what the background is just making
        ([WAITED, SOON, REST], 8, [False, False, True]),  # many cores: there is room beside
        ([WAITED, SOON, REST], 16, [False, False, False]),
        ([], 2, []),
    ],
)
def test_on_a_small_machine_everything_else_stands_still_while_somebody_waits(
    standings: list[Standing], cores: int, expected: list[bool]
) -> None:
    assert held(standings, cores=cores) == expected


def test_who_waits_for_a_run_that_is_about_to_begin_counts_as_well() -> None:
    assert held([SOON, NEW], cores=2) == [False, True]
    assert held([SOON, NEW], cores=2, waiting=True) == [True, True]


def test_the_background_rests_when_it_is_told_to_and_viewers_do_not() -> None:
    assert held([NEW, IDLE, WAITED, REST], cores=32, resting=True) == [True, False, False, True]


def test_the_run_that_nobody_waits_for_and_was_asked_for_longest_ago_makes_room() -> None:
    runs = [WAITED, Standing(Rank.VIEWER, asked_at=9.0), Standing(Rank.SOON, asked_at=5.0)]

    assert to_end(runs) == 2
    assert to_end([WAITED, WAITED]) is None


def test_who_waited_longer_has_the_place_after_this_cell() -> None:
    assert gives_way(None, [3.0])
    assert gives_way(5.0, [4.0, 7.0])
    assert not gives_way(3.0, [4.0])
    assert not gives_way(None, [])
