"""SECURITY AU-4: guessing is limited by what no header, name or address within one network can change."""

import random
from collections.abc import Callable

import pytest

from app.accounts.throttle import PER_ACCOUNT, PER_SOURCE, WINDOW, Throttle
from app.errors import TooMany


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def guess(throttle: Throttle, account: str, source: str, right: bool = False) -> bool:
    """Whether the guess was looked at."""
    try:
        with throttle.guess(account=account, source=source) as was_right:
            if right:
                was_right()
    except TooMany:
        return False
    return True


def one_network(number: int) -> str:
    return f"2001:db8:1:2::{number:x}"


@pytest.mark.parametrize("source", [lambda number: "203.0.113.7", one_network], ids=["one address", "one IPv6 network"])
def test_of_a_thousand_guesses_over_many_names_twenty_are_looked_at(source: Callable[[int], str]) -> None:
    throttle, dice = Throttle(Clock()), random.Random(7)

    evaluated = sum(guess(throttle, f"name {dice.randrange(500)}", source(dice.randrange(65536))) for _ in range(1000))

    assert evaluated <= PER_SOURCE == 20


def test_an_address_written_another_way_is_the_same() -> None:
    throttle = Throttle(Clock())
    for n in range(PER_SOURCE):
        guess(throttle, f"name {n}", ("203.0.113.7", "::ffff:203.0.113.7", "::ffff:cb00:7107")[n % 3])

    assert not guess(throttle, "anna", "203.0.113.7")


def test_one_account_is_protected_from_guesses_out_of_many_places() -> None:
    throttle = Throttle(Clock())

    assert sum(guess(throttle, "anna", f"203.0.113.{n}") for n in range(200)) == PER_ACCOUNT


def test_many_networks_of_one_provider_customer_share_a_limit() -> None:
    throttle = Throttle(Clock())

    assert sum(guess(throttle, f"name {n}", f"2001:db8:1:{n:x}::1") for n in range(1000)) <= 60


def test_what_was_right_is_not_counted_and_forgives_nothing_else() -> None:
    throttle = Throttle(Clock())
    for n in range(PER_SOURCE):
        assert guess(throttle, "anna", "203.0.113.7", right=True)
        assert guess(throttle, f"name {n}", "203.0.113.7")

    assert not guess(throttle, "anna", "203.0.113.7", right=True)


def test_an_error_while_a_guess_is_looked_at_is_no_guess_for_free() -> None:
    throttle = Throttle(Clock())

    def failing() -> None:
        with throttle.guess(account="anna", source="203.0.113.7"):
            raise OSError

    for _ in range(PER_ACCOUNT):
        with pytest.raises(OSError):
            failing()
    with pytest.raises(TooMany):
        failing()


def test_after_ten_minutes_one_may_try_again_and_is_told_when() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    for _ in range(PER_ACCOUNT):
        guess(throttle, "anna", "203.0.113.7")
    clock.now += 100

    with pytest.raises(TooMany, match="Wait 9 min") as refused, throttle.guess(account="anna", source="203.0.113.8"):
        pass
    assert refused.value.retry_after == WINDOW - 100

    clock.now += WINDOW - 100
    assert guess(throttle, "anna", "203.0.113.8")


def test_others_are_not_hindered() -> None:
    throttle = Throttle(Clock())
    for n in range(50):
        guess(throttle, f"name {n}", "203.0.113.7")

    assert guess(throttle, "anna", "203.0.113.8")


def test_a_flood_of_names_takes_no_more_memory_than_was_set() -> None:
    throttle = Throttle(Clock(), keys=100)

    for n in range(5000):
        guess(throttle, f"name {n}", f"10.{n // 65536}.{n // 256 % 256}.{n % 256}")

    assert len(throttle) <= 100
