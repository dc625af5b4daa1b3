"""A real Chromium at http://homereel.lan: plain HTTP, as people come in. One browser and one house for all tests of this folder."""

import base64
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.styleguide import serving
from tests.media_files import clip
from tests.serving import Serving

CHROMIUM = "/usr/bin/chromium"
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run",
    "--host-resolver-rules=MAP homereel.lan 127.0.0.1, EXCLUDE localhost",
]  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Heard:
    """What a page complained about, and whom it asked."""

    complaints: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def listen(self, page: Page) -> None:
        page.on(
            "console",
            lambda said: self.complaints.append(f"{said.text} {said.location['url']}") if said.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.hosts.add(httpx.URL(request.url).host) if request.url.startswith("http") else None)


Open = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Open]:
    """`open_page(origin, cookies=…, width=390, color_scheme="dark")`: a page of a new profile; what it says is in `page.heard`."""
    contexts = []

    def make(origin: str, *, cookies: httpx.Cookies | None = None, width: int = 1440, height: int = 900, **options: Any) -> Page:
        context = chromium.new_context(base_url=origin, viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        for cookie in cookies.jar if cookies else ():
            context.add_cookies([{"name": cookie.name, "value": cookie.value or "", "domain": "homereel.lan", "path": "/"}])
        page = context.new_page()
        page.set_default_timeout(15000)
        page.heard = Heard()  # type: ignore[attr-defined]
        page.heard.listen(page)  # type: ignore[attr-defined]
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def guide() -> Iterator[str]:
    """Where the style guide is."""
    with serving() as port:
        yield f"http://homereel.lan:{port}"


@dataclass
class House:
    """A claimed site with a film that plays and one that cannot be read."""

    server: Serving
    film: str
    broken: str

    @property
    def origin(self) -> str:
        return f"http://homereel.lan:{self.server.port}"

    @property
    def api(self) -> httpx.Client:
        return self.server.client


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    server = Serving(tmp_path_factory.mktemp("house") / "data").start()
    try:
        server.claim()
        film = send(server.client, clip("h264.mp4"), "Oma’s 80th birthday")
        letter = tmp_path_factory.mktemp("letters") / "letter.mp4"
        letter.write_text("Dear Jonas,\n" * 200)
        broken = send(server.client, letter, "A letter")
        wait_for(server.client, film, lambda video: video["playable"])
        wait_for(server.client, broken, lambda video: video["state"] in ("failed", "needs_attention"))
        yield House(server, film, broken)
    finally:
        server.close()


@pytest.fixture
def at_home(house: House, open_page: Open) -> Callable[..., Page]:
    """`at_home("/studio", width=390)`: that page, the owner signed in."""

    def make(path: str = "/", **options: Any) -> Page:
        page = open_page(house.origin, cookies=house.api.cookies, **options)
        page.goto(path)
        return page

    return make


def send(api: httpx.Client, file: Path, title: str) -> str:
    """Uploads in one request; returns the public id."""
    metadata = {"filename": file.name, "title": title}
    written = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in metadata.items())
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(file.stat().st_size), "Upload-Metadata": written}
    reply = api.post("/api/v1/uploads", headers=headers | {"Content-Type": "application/offset+octet-stream"}, content=file.read_bytes())
    assert reply.status_code == 201, reply.text
    return str(reply.headers["Homereel-Video"])


def wait_for(api: httpx.Client, video: str, holds: Callable[[dict[str, Any]], bool], *, seconds: float = 60) -> dict[str, Any]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found: dict[str, Any] = api.get(f"/api/v1/videos/{video}").json()
        if holds(found):
            return found
        time.sleep(0.1)
    raise AssertionError(f"still so after {seconds} s: {found}")


def axe(page: Page) -> list[str]:
    """Serious and critical findings, as sentences."""
    page.evaluate(AXE)
    found = page.evaluate("(tags) => axe.run({runOnly: tags, resultTypes: ['violations']})", WCAG)
    bad = [one for one in found["violations"] if one["impact"] in ("serious", "critical")]
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in bad for node in one["nodes"]]


STICKS_OUT = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 5).map((one) => one.outerHTML.slice(0, 120))"""


def overflow(page: Page) -> list[str]:
    """What sticks out sideways, where the page would have to be scrolled for it."""
    return list(page.evaluate(STICKS_OUT))
