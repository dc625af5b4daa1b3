"""Every answer carries its headers, whatever answered; requests have a number; the log is told what it may hold."""

import pytest
from litestar.testing import TestClient

from app.gateway.gate import redacted
from app.gateway.headers import CSP
from app.main import build_asgi, build_site
from app.settings import Settings
from app.site import Site
from tests.access.world import MISSING, routes_of
from tests.conftest import AsUser, browser


def walked(client: TestClient) -> list[tuple[str, object]]:
    """An answer of every route that can be asked without changing anything."""
    found = []
    for route in routes_of(client.app):
        if route.safe and route.path != "/x/events":
            path = route.path
            while "{" in path:
                head, _, rest = path.partition("{")
                path = head + MISSING + rest.partition("}")[2]
            found.append((route.name, client.request(route.method, path, follow_redirects=False)))
    return found


def test_every_route_answers_with_the_headers_of_the_house(claimed: Site, as_user: AsUser) -> None:
    replies = walked(as_user("anna"))
    assert len(replies) > 40
    for name, reply in replies:
        headers = reply.headers  # type: ignore[attr-defined]
        assert headers["x-content-type-options"] == "nosniff", name
        assert headers["referrer-policy"] in ("strict-origin-when-cross-origin", "no-referrer"), name
        assert headers["permissions-policy"], name
        assert headers["cross-origin-resource-policy"] == "same-origin", name
        assert headers["x-request-id"], name
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'"), name
        assert "unsafe-inline" not in policy.replace("style-src 'self' 'unsafe-inline'", ""), name
        assert "unsafe-eval" not in policy, name
        if headers.get("content-type", "").startswith("text/html"):
            assert policy == CSP, name
        assert "access-control-allow-origin" not in headers, name


def test_nothing_private_is_kept_by_anyone(claimed: Site, as_user: AsUser) -> None:
    shared = ("/static/", "/favicon.ico", "/robots.txt", "/media/", "/api/v1/openapi.json")
    for name, reply in walked(as_user("anna")):
        kept = reply.headers["cache-control"]  # type: ignore[attr-defined]
        if not any(part in name for part in shared):
            assert "no-store" in kept, (name, kept)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://homereel.lan"])
def test_no_origin_is_ever_let_in_by_name(claimed: Site, as_user: AsUser, origin: str) -> None:
    anna = as_user("anna")
    for path in ("/", "/api/v1/videos", "/static/app.css", "/nothing"):
        for reply in (anna.get(path, headers={"origin": origin}), anna.options(path, headers={"origin": origin})):
            assert not [header for header in reply.headers if header.startswith("access-control-")]


def test_over_https_browsers_are_told_to_stay_there(data, tmp_path) -> None:  # type: ignore[no-untyped-def]
    site = build_site(Settings(data=data, base_url="https://video.example.org"))
    with browser(build_asgi(site)) as client:
        headers = client.get("/robots.txt", headers={"host": "video.example.org"}).headers
    site.database.close()

    assert headers["strict-transport-security"] == "max-age=31536000"
    assert headers["cross-origin-opener-policy"] == "same-origin"


def test_every_request_has_a_number_of_its_own(client: TestClient) -> None:
    numbers = {client.get("/robots.txt").headers["x-request-id"] for _ in range(20)}
    assert len(numbers) == 20


def test_while_nobody_keeps_the_site_every_page_leads_to_its_set_up(client: TestClient) -> None:
    for path in ("/", "/w/zzzzzzzzzzzz", "/admin", "/media/zzzzzzzzzzzz/original", "/login"):
        reply = client.get(path, follow_redirects=False)
        assert (reply.status_code, reply.headers["location"]) == (303, "/setup")
    assert client.get("/setup").status_code == 200
    assert client.get("/robots.txt").status_code == 200


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", ""),
        ("q=cat&token=abc", "q=cat&token=%E2%80%A6"),
        ("code=1&password=2&TOKEN=3", "code=%E2%80%A6&password=%E2%80%A6&TOKEN=%E2%80%A6"),
        ("token=a&token=b", "token=%E2%80%A6&token=%E2%80%A6"),
        ("q=a%0Ab", "q=a%0Ab"),
    ],
)
def test_the_log_gets_no_secret_of_an_address(query: str, said: str) -> None:
    assert redacted(query) == said
