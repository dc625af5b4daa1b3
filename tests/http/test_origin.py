"""AU-7: no page of another site changes anything, by whatever way it asks; walked over the whole table of routes."""

import hashlib

import pytest
from litestar.testing import TestClient
from sqlalchemy import text

from app.accounts.cookies import PLAIN
from app.http.origin import cross_site
from app.http.viewer import Role
from app.main import build_asgi
from app.site import Site
from tests.access.world import MISSING, routes_of
from tests.conftest import HOST, browser, token_of

EVIL = "https://evil.example"
BODIES: list[dict[str, object]] = [{"data": {"username": "evil", "title": "evil"}}, {"json": {}}, {"files": {"file": ("x.mp4", b"x")}}]


@pytest.mark.parametrize(
    ("method", "origin", "fetch_site", "cookie", "refused"),
    [
        ("POST", EVIL, None, True, True),
        ("POST", "null", None, True, True),
        ("POST", "http://homereel.lan:8081", None, True, True),
        ("POST", "http://homereel.lan.evil.example", None, True, True),
        ("POST", "", None, True, True),
        ("POST", EVIL, "same-origin", True, True),
        ("DELETE", EVIL, None, True, True),
        ("PATCH", None, "cross-site", True, True),
        ("POST", None, "same-site", True, True),
        ("POST", HOST, None, True, False),
        ("POST", "http://HOMEREEL.lan", None, True, False),
        ("POST", HOST, "cross-site", True, False),
        ("POST", None, "same-origin", True, False),
        ("POST", None, "none", True, False),
        ("POST", None, None, True, False),  # no browser
        ("POST", EVIL, None, False, False),  # nothing that a browser adds by itself
        ("GET", EVIL, "cross-site", True, False),
        ("HEAD", EVIL, None, True, False),
    ],
)
def test_where_a_request_comes_from_decides(method: str, origin: str | None, fetch_site: str | None, cookie: bool, refused: bool) -> None:
    assert cross_site(method=method, host="homereel.lan", origin=origin, fetch_site=fetch_site, has_cookie=cookie) is refused


def fingerprint(site: Site) -> str:
    """Of everything in the database, but for when a device was seen."""
    digest = hashlib.sha256()
    with site.read() as session:
        tables = [row[0] for row in session.execute(text("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"))]
        for table in tables:
            for row in session.execute(text(f'SELECT * FROM "{table}"')).mappings():
                told = {key: value for key, value in row.items() if key not in ("seen_at", "expires_at")}
                digest.update(repr((table, sorted(told.items(), key=str))).encode())
    return digest.hexdigest()


def test_no_unsafe_route_does_anything_for_a_page_of_another_site(claimed: Site) -> None:
    """With the owner's own cookie: whatever she may do, another site's page may not do in her name."""
    app = build_asgi(claimed)
    token = token_of(claimed, "anna", Role.OWNER)
    before = fingerprint(claimed)
    walked = 0
    with browser(app) as client:
        client.cookies.set(PLAIN, token)
        for route in routes_of(app):
            if route.safe:
                continue
            address = _address(route.path)
            for body in BODIES:
                reply = client.request(route.method, address, headers={"origin": EVIL}, follow_redirects=False, **body)
                assert reply.status_code == 403, (route.name, body, reply.status_code, reply.text[:200])
                assert "set-cookie" not in reply.headers
                walked += 1
    assert walked > 100
    assert fingerprint(claimed) == before


def _address(path: str) -> str:
    while "{" in path:
        head, _, rest = path.partition("{")
        path = head + MISSING + rest.partition("}")[2]
    return path


def test_json_that_pretends_to_be_text_is_refused(claimed: Site, client: TestClient) -> None:
    client.cookies.set(PLAIN, token_of(claimed, "anna"))

    person = b'{"username": "evil", "password": "three words more", "role": "admin"}'
    reply = client.post("/api/v1/users", content=person, headers={"content-type": "text/plain"})

    assert reply.status_code == 415


def test_the_doors_refuse_other_sites_also_without_a_cookie(claimed: Site, client: TestClient) -> None:
    """Signing somebody in as somebody else is an attack, too."""
    for path in ("/login", "/api/v1/session", "/setup"):
        assert client.post(path, json={}, headers={"origin": EVIL}).status_code == 403


def test_a_program_without_origin_passes(claimed: Site, client: TestClient) -> None:
    client.cookies.set(PLAIN, token_of(claimed, "anna"))
    del client.headers["origin"]

    assert client.patch("/api/v1/account", json={"theme": "dark"}).is_success
