"""What is printed at start, and what phones scan."""

from pathlib import Path

import pytest

from app.http.addresses import addresses, lan_hosts
from app.settings import Settings

HOME = [
    ("lo", "127.0.0.1"),
    ("lo", "::1"),
    ("docker0", "172.17.0.1"),
    ("br-3fa", "172.18.0.1"),
    ("wlan0", "192.168.1.9"),
    ("eth0", "192.168.1.5"),
    ("eth0", "fe80::1%eth0"),
    ("eth0", "fd00::5"),
    ("eth1", "169.254.3.3"),
]


def test_only_addresses_that_others_at_home_reach_are_named_the_usual_one_first() -> None:
    assert lan_hosts(HOME, preferred="192.168.1.5") == ["192.168.1.5", "192.168.1.9"]


def test_where_there_is_no_ipv4_the_others_do() -> None:
    assert lan_hosts([("eth0", "fd00::5"), ("eth0", "fe80::1%eth0")]) == ["fd00::5"]


@pytest.mark.parametrize(
    ("settings", "port", "expected"),
    [
        ({"host": "127.0.0.1"}, None, ["http://localhost:8080"]),
        ({"host": "192.168.1.5"}, None, ["http://192.168.1.5:8080", "http://localhost:8080"]),
        ({"host": "192.168.1.5", "port": 80}, None, ["http://192.168.1.5", "http://localhost"]),
        ({"host": "fd00::5"}, None, ["http://[fd00::5]:8080", "http://localhost:8080"]),
        ({"host": "127.0.0.1", "port": 0}, 43210, ["http://localhost:43210"]),
        ({"host": "127.0.0.1", "base_url": "https://v.example.org/"}, None, ["https://v.example.org", "http://localhost:8080"]),
    ],
)
def test_every_address_the_site_answers_to_is_named(
    tmp_path: Path, settings: dict[str, object], port: int | None, expected: list[str]
) -> None:
    assert addresses(Settings(data=tmp_path, **settings), port) == expected  # type: ignore[arg-type]


def test_on_this_machine_nothing_but_addresses_comes_out(tmp_path: Path) -> None:
    found = addresses(Settings(data=tmp_path))

    assert found[-1] == "http://localhost:8080"
    assert all(each.startswith("http://") for each in found)
