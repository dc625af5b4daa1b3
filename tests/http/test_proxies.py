"""NET-3: a forwarded address is believed as far as those who wrote it are trusted, and no further."""

from typing import Any

import pytest

from app.http.proxies import BY_PROXY, client_address, networks, see_through

TRUSTED = networks(["127.0.0.1", "10.1.0.0/16", "::1"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", "1.2.3.4", "203.0.113.9"),  # nobody's proxy: what it says counts for nothing
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "6.6.6.6, 203.0.113.9", "203.0.113.9"),  # the left one was written by the visitor
        ("127.0.0.1", "203.0.113.9, 10.1.2.3", "203.0.113.9"),  # two proxies of ours
        ("127.0.0.1", "6.6.6.6, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
        ("127.0.0.1", "10.9.9.9", "10.9.9.9"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "rubbish", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9, rubbish", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9:4711", "203.0.113.9"),
        ("127.0.0.1", '"[2001:db8::5]:4711"', "2001:db8::5"),
        ("::ffff:127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", ", ".join(["127.0.0.1"] * 5000), "127.0.0.1"),
    ],
)
def test_the_client_is_the_nearest_that_is_no_proxy(peer: str, forwarded: str, client: str) -> None:
    assert client_address(peer, forwarded, TRUSTED) == client


def scope(peer: str, forwarded: str) -> dict[str, Any]:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    return {"client": (peer, 5), "headers": headers, "state": {}}


def test_without_a_named_proxy_nothing_is_believed() -> None:
    asked = scope("127.0.0.1", "203.0.113.9")
    see_through(asked, ())
    assert asked == scope("127.0.0.1", "203.0.113.9")


def test_only_what_a_proxy_passed_on_is_known_as_such() -> None:
    passed, direct, stranger = scope("127.0.0.1", "203.0.113.9"), scope("127.0.0.1", ""), scope("203.0.113.9", "127.0.0.1")
    for asked in (passed, direct, stranger):
        see_through(asked, TRUSTED)

    assert passed["client"] == ("203.0.113.9", 0)
    assert passed["state"] == {BY_PROXY: True}
    assert direct["state"] == stranger["state"] == {}
    assert stranger["client"] == ("203.0.113.9", 5)
