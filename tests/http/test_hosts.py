"""WEB-6: which names are ours. A page elsewhere that rebinds its own name to our address is told so."""

import pytest
from litestar.testing import TestClient

from app.http.hosts import host_name, is_ours, known_hosts

OURS = known_hosts(["video.example.org", " Films.Example.ORG. "], "https://base.example.net:8443/x")


@pytest.mark.parametrize(
    "header",
    [
        "homereel", "homereel.lan", "HOMEREEL.LAN", "homereel.lan.", "homereel.local:8080", "homereel.fritz.box", "homereel.home.arpa",
        "localhost", "localhost:1", "tests.localhost", "127.0.0.1", "127.0.0.1:8080", "192.168.1.5:8080", "[::1]", "[::1]:8080",
        "[fe80::1%25eth0]:80", "10.0.0.1", "video.example.org", "films.example.org:443", "base.example.net",
    ],
)  # fmt: skip
def test_these_are_ours(header: str) -> None:
    assert is_ours(header, OURS)


@pytest.mark.parametrize(
    "header",
    [
        "", "evil.example", "myxhomereel.lan", "homereel.lan.evil.example", "homereel.lan@evil.example", "evil.example@homereel.lan",
        "xhomereel.lan", "homereel.lan:port", "homereel.lan:99999", "homereel.lan/evil", "homereel.lan?x", "homereel.lan#x", "[::1",
        "::1]", "1.2.3", "127.0.0.1.evil.example", "localhost.evil.example", "evillocalhost", "example.org", "a b", "homereel.lan, evil",
        "\x00homereel.lan", "0x7f.1", "[homereel.lan]",
    ],
)  # fmt: skip
def test_these_are_not(header: str) -> None:
    assert not is_ours(header, OURS)


def test_a_name_is_read_without_what_stands_around_it() -> None:
    assert [host_name(header) for header in ("A.B:80", "[::1]:80", "a.b.", "a:b", "a/b")] == ["a.b", "::1", "a.b", None, None]


@pytest.mark.parametrize("path", ["/", "/static/app.css", "/api/v1/videos", "/health/live", "/media/x/original", "/nothing", "/setup"])
def test_a_request_for_another_name_is_misdirected_everywhere(client: TestClient, path: str) -> None:
    reply = client.get(path, headers={"host": "evil.example:8080"})

    assert reply.status_code == 421
    assert 'hosts = ["evil.example"]' in reply.text.replace("&quot;", '"')
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert "set-cookie" not in reply.headers


def test_what_is_shown_of_a_foreign_name_is_harmless(client: TestClient) -> None:
    reply = client.get("/", headers={"host": "<script>alert(1)</script>.example"})

    assert reply.status_code == 421
    assert "<script>" not in reply.text


def test_nothing_happens_behind_a_foreign_name(client: TestClient) -> None:
    reply = client.post("/api/v1/session", json={"username": "anna", "password": "x"}, headers={"host": "evil.example"})

    assert reply.status_code == 421
