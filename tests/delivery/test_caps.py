"""A cap on what one viewer from outside gets: counted with a clock of our own."""

import pytest

from app.delivery.caps import BURST, Bucket, Caps, is_outside

RATE = 1_000_000.0


def served(bucket: Bucket, piece: int, seconds: float) -> int:
    """Bytes that leave within these seconds, to somebody who always wants more."""
    now, sent = bucket.at, 0
    end = now + seconds
    while True:
        now += bucket.take(piece, now=now)
        if now > end:
            return sent
        sent += piece


@pytest.mark.parametrize("seconds", [1, 10, 60])
def test_over_any_time_no_more_leaves_than_the_cap_and_its_burst(seconds: float) -> None:
    sent = served(Bucket(RATE, RATE * BURST, 100.0), 65536, seconds)

    assert sent <= RATE * (seconds + BURST)
    assert sent >= RATE * seconds * 0.9


def test_all_connections_of_one_viewer_share_it() -> None:
    caps = Caps(RATE)
    one, other = caps.of("mia", "203.0.113.5"), caps.of("mia", "198.51.100.7")
    assert one is other
    assert one is not None
    one.level = 0.0
    assert one.take(1_000_000, now=one.at) == pytest.approx(1.0)
    assert one.take(1_000_000, now=one.at) == pytest.approx(2.0), "the second waits behind the first"
    assert caps.of("ben", "203.0.113.5") is not one


def test_somebody_who_is_not_signed_in_is_known_by_their_house() -> None:
    caps = Caps(RATE)
    assert caps.of("", "2001:db8:1:2:3::4") is caps.of("", "2001:db8:1:2::9")
    assert caps.of("", "2001:db8:1:2:3::4") is not caps.of("", "2001:db8:1:3::4")


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::1", "192.168.1.5", "10.0.0.9", "172.20.1.1", "fe80::1%eth0", "fd00::5", "::ffff:192.168.1.5"]
)
def test_the_house_itself_is_never_capped(address: str) -> None:
    assert not is_outside(address)
    assert Caps(RATE).of("mia", address) is None


@pytest.mark.parametrize("address", ["8.8.8.8", "2a00:1450::1", "::ffff:8.8.8.8", "nonsense"])
def test_others_are(address: str) -> None:
    assert is_outside(address)
    assert Caps(RATE).of("mia", address) is not None
    assert Caps(0).of("mia", address) is None, "unless there is no cap"
