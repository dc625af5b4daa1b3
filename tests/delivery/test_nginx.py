"""A real nginx with the example of packaging/, before a real server: it sends what the rule gives, and keeps nothing for others."""

import base64
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.media_files import clip
from tests.serving import CHECKOUT, PASSWORD, Serving, free_port

PROGRAM = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
TUS = {"Tus-Resumable": "1.0.0"}

pytestmark = [pytest.mark.slow, pytest.mark.skipif(PROGRAM is None, reason="no nginx on this machine")]


class Proxied:
    """`anna` and `nobody` are browsers at nginx; `direct` asks Homereel itself."""

    def __init__(self, server: Serving, port: int, folder: Path, anna: httpx.Client, nobody: httpx.Client) -> None:
        self.server, self.folder, self.anna, self.nobody = server, folder, anna, nobody
        base = f"http://127.0.0.1:{port}"
        anna.base_url = nobody.base_url = httpx.URL(base)
        anna.headers["origin"] = base
        anna.timeout = httpx.Timeout(30)
        self.anna.post("/api/v1/session", json={"username": "anna", "password": PASSWORD}).raise_for_status()
        self.film = clip("h264.mp4").read_bytes()
        self.video = self._upload()

    def _upload(self) -> str:
        metadata = "filename " + base64.b64encode("Léa 100%.mp4".encode()).decode() + ",privacy " + base64.b64encode(b"private").decode()
        made = self.anna.post("/api/v1/uploads", headers=TUS | {"Upload-Length": str(len(self.film)), "Upload-Metadata": metadata})
        sent = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        self.anna.patch(made.headers["location"], content=self.film, headers=TUS | sent).raise_for_status()
        video = str(made.headers["homereel-video"])
        until = time.monotonic() + 60
        while not self.anna.get(f"/api/v1/videos/{video}").json().get("thumbnail"):
            assert time.monotonic() < until
            time.sleep(0.1)
        return video

    def address(self, name: str = "original") -> str:
        return f"/media/{self.video}/{name}"

    def privacy(self, value: str) -> None:
        self.anna.patch(f"/api/v1/videos/{self.video}", json={"privacy": value}).raise_for_status()

    @property
    def log(self) -> str:
        """What nginx sent, and by which way."""
        time.sleep(0.1)
        return (self.folder / "access.log").read_text()


def configuration(folder: Path, port: int, server: Serving) -> str:
    """The example, on another port, without certificates, with every cache it could have."""
    example = (CHECKOUT / "packaging" / "nginx.conf.example").read_text()
    example = re.sub(r"server \{\s+listen 80;.*?\n\}\n", "", example, flags=re.DOTALL)
    example = re.sub(r"ssl_\w+ .*;", "", example).replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    example = example.replace("127.0.0.1:8080", f"127.0.0.1:{server.port}").replace("/var/lib/homereel/", f"{server.data}/")
    example = example.replace("proxy_cache off;", "proxy_cache all; proxy_cache_valid any 10m; proxy_cache_key $uri;")
    example = example.replace("proxy_buffering off;", "proxy_buffering on;")
    kept = "".join(f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return (
        f"worker_processes 1;\npid {folder}/pid;\nerror_log {folder}/error.log;\ndaemon off;\n{_user()}events {{}}\nhttp {{\n{kept}"
        f"log_format ways '$request_method $uri $status $upstream_http_x_accel_redirect';\naccess_log {folder}/access.log ways;\n"
        f"proxy_cache_path {folder}/cache keys_zone=all:1m;\n{example}\n}}\n"
    )


def _user() -> str:
    return "user root;\n" if os.geteuid() == 0 else ""


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    folder = tmp_path_factory.mktemp("nginx")
    server = Serving(folder / "data", environment={"HOMEREEL_PROXIES": "127.0.0.1", "HOMEREEL_SENDFILE": "nginx"})
    port = free_port()
    try:
        server.start()
        server.claim()
        (folder / "nginx.conf").write_text(configuration(folder, port, server))
        nginx = subprocess.Popen([str(PROGRAM), "-c", str(folder / "nginx.conf"), "-p", str(folder)])
        try:
            _answers(port)
            with httpx.Client() as anna, httpx.Client() as nobody:
                yield Proxied(server, port, folder, anna, nobody)
        finally:
            nginx.terminate()
            nginx.wait(timeout=10)
    finally:
        server.close()


def _answers(port: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            httpx.get(f"http://127.0.0.1:{port}/health/live")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return


def test_nginx_sends_the_file_and_what_homereel_said_of_it(proxied: Proxied) -> None:
    proxied.privacy("private")
    reply = proxied.anna.get(proxied.address())

    assert reply.status_code == 200
    assert reply.content == proxied.film
    assert " 200 /homereel-files/originals/" in proxied.log, "it was nginx that sent it"
    assert "x-accel-redirect" not in reply.headers
    assert reply.headers["cache-control"] == "private, no-cache"
    assert reply.headers["content-type"] == "video/mp4"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["accept-ranges"] == "bytes"
    assert "set-cookie" not in reply.headers


def test_ranges_and_tags_are_the_same_whoever_sends(proxied: Proxied) -> None:
    through = proxied.anna.get(proxied.address(), headers={"range": "bytes=100-199"})
    cookie = "; ".join(f"{name}={value}" for name, value in proxied.anna.cookies.items())
    direct = proxied.server.client.get(proxied.address(), headers={"range": "bytes=100-199", "cookie": cookie})

    assert (through.status_code, through.content) == (206, proxied.film[100:200])
    assert (direct.status_code, direct.content) == (206, proxied.film[100:200])
    assert through.headers["content-range"] == direct.headers["content-range"]
    for condition in (
        {"if-none-match": through.headers["etag"]},
        {"range": "bytes=5-9", "if-range": through.headers["etag"]},
        {"range": "bytes=99999999-"},
    ):
        assert (
            proxied.anna.get(proxied.address(), headers=condition).status_code
            == {0: 304, 1: 206, 2: 416}[["if-none-match", "if-range", "range"].index(list(condition)[-1])]
        )


def test_a_private_film_is_for_nobody_else_whatever_was_asked_before(proxied: Proxied) -> None:
    """WEB-7: also with a cache in nginx that would keep everything it may."""
    proxied.privacy("private")
    for name in ("original", "master.m3u8", "thumbnail.webp", "download"):
        for _ in range(2):
            assert proxied.anna.get(proxied.address(name)).status_code == 200, name
        assert proxied.nobody.get(proxied.address(name)).status_code == 404, name


def test_making_it_private_takes_hold_at_once(proxied: Proxied) -> None:
    proxied.privacy("public")
    assert proxied.nobody.get(proxied.address()).content == proxied.film
    assert proxied.nobody.get(proxied.address("master.m3u8")).status_code == 200

    proxied.privacy("private")
    assert proxied.nobody.get(proxied.address()).status_code == 404
    assert proxied.nobody.get(proxied.address("master.m3u8")).status_code == 404


def test_nobody_can_ask_for_the_files_themselves(proxied: Proxied) -> None:
    for path in (
        "/homereel-files/site.db",
        "/homereel-files/originals/",
        "/homereel-files/../site.db",
        "/homereel-files/secrets/media.key",
    ):
        assert proxied.anna.get(path).status_code == 404


def test_a_download_keeps_its_name(proxied: Proxied) -> None:
    reply = proxied.anna.get(proxied.address("download"))

    assert reply.content == proxied.film
    assert "filename*=UTF-8''L%C3%A9a%20100%25.mp4" in reply.headers["content-disposition"]


def test_who_forges_a_forwarded_address_is_still_handed_nothing(proxied: Proxied) -> None:
    proxied.privacy("private")
    forged = {"x-forwarded-for": "127.0.0.1", "x-accel-redirect": "/homereel-files/site.db"}

    assert proxied.nobody.get(proxied.address(), headers=forged).status_code == 404
