"""Static files: named by their hash and kept for ever, compressed once, and nothing else of the disk."""

import gzip
from pathlib import Path

import pytest
from litestar.testing import TestClient

from app.http.pages import asset, digest, static_bytes


def test_an_address_with_the_hash_is_kept_for_ever_and_one_without_is_asked_anew(client: TestClient) -> None:
    kept, anew, stale = (client.get(path) for path in (asset("app.css"), "/static/app.css", "/static/app.css?v=000000000000"))

    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert anew.headers["cache-control"] == stale.headers["cache-control"] == "public, no-cache"
    assert kept.content == anew.content == static_bytes("app.css")
    assert kept.headers["content-type"].startswith("text/css")
    assert "set-cookie" not in kept.headers


def test_who_has_it_already_is_sent_nothing(client: TestClient) -> None:
    etag = f'"{digest("app.css")}"'
    reply = client.get("/static/app.css", headers={"if-none-match": etag})

    assert (reply.status_code, reply.content, reply.headers["etag"]) == (304, b"", etag)


def test_text_is_compressed_for_whom_it_may(client: TestClient) -> None:
    plain = client.get("/static/app.css", headers={"accept-encoding": "identity"})
    packed = client.get("/static/app.css", headers={"accept-encoding": "gzip, br"})

    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
    assert len(gzip.compress(plain.content, 9)) == pytest.approx(int(packed.headers["content-length"]), rel=0.05)


@pytest.mark.parametrize(
    "path",
    [
        "..%2ftemplates%2fbase.html", "%2e%2e/%2e%2e/pyproject.toml", "//etc/passwd", "/etc/passwd", "..\\x", "",
        "css", "css/", "app.css%00", "x" * 300, "x/" * 500, "nothing.js",
    ],
)  # fmt: skip
def test_nothing_else_of_the_disk_is_there(client: TestClient, path: str) -> None:
    reply = client.get(f"/static/{path}", follow_redirects=False)

    assert reply.status_code in (404, 400), reply.status_code
    assert b"root:" not in reply.content
    assert b"[project]" not in reply.content


def test_a_link_out_of_the_folder_is_not_followed(client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "static" / "link.txt").symlink_to(tmp_path / "secret.txt")
    monkeypatch.setattr("app.gateway.static.static_folder", lambda: tmp_path / "static")

    assert client.get("/static/link.txt").status_code == 404


def test_no_search_engine_is_let_in(client: TestClient) -> None:
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
    assert client.get("/favicon.ico").headers["content-type"].startswith("image/svg+xml")
