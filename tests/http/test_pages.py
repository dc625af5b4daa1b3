"""Around every page: who is looking, the site's name, the theme; static files under names that change with them."""

import re

from litestar.testing import TestClient

from app.http.pages import asset, digest, static_bytes, static_folder
from app.site import Site, set_value
from tests.conftest import AsUser


def test_a_page_names_the_site_as_its_keeper_does(claimed: Site, client: TestClient) -> None:
    assert "The Lindners" in client.get("/login").text

    with claimed.write() as session:
        set_value(session, "site_name", "Films & <friends>")

    said = client.get("/login").text
    assert "Films &amp; &lt;friends&gt;" in said
    assert "<friends>" not in said


def test_the_theme_is_the_cookies_or_the_profiles(claimed: Site, client: TestClient, as_user: AsUser) -> None:
    anna = as_user("anna")
    assert anna.patch("/api/v1/account", json={"theme": "dark"}).is_success
    assert 'data-theme="dark"' in anna.get("/").text
    anna.cookies.set("theme", "light")
    assert 'data-theme="light"' in anna.get("/").text
    client.cookies.set("theme", '"><script>')
    assert "<script>alert" not in client.get("/login").text
    assert 'data-theme=""' in client.get("/login").text or "data-theme" not in client.get("/login").text


def test_a_pages_files_carry_their_hash(claimed: Site, client: TestClient) -> None:
    links = re.findall(r'(?:href|src)="(/static/[^"#]+)', client.get("/login").text)

    assert len(links) > 3
    for link in links:
        assert re.search(r"[0-9a-f]{12}", link), link
        reply = client.get(link)
        assert (reply.status_code, reply.headers["cache-control"]) == (200, "public, max-age=31536000, immutable"), link


def test_the_one_stylesheet_is_all_of_them_in_order() -> None:
    names = (static_folder() / "css" / "order.txt").read_text().split()
    assert static_bytes("app.css") == b"\n".join((static_folder() / "css" / name).read_bytes() for name in names)
    assert {path.name for path in (static_folder() / "css").glob("*.css")} == set(names)
    assert asset("app.css") == f"/static/app.css?v={digest('app.css')}"
