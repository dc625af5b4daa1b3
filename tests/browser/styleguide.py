"""A page of all components in their states, from our templates with made-up data: served without a site behind it.

For the tests of the components, and for looking: `python -m tests.browser.styleguide PORT`, then /components.
"""

import mimetypes
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from jinja2 import ChoiceLoader, FileSystemLoader

from app.gateway.headers import CSP
from app.http.pages import modules_digest, static_bytes, static_folder
from app.main import environment

LONG = "Sourdough, day three: the one where it finally rises after all, and nobody is awake to see it"
KEEPER = {"anonymous": False, "name": "marta", "display_name": "Marta", "can_upload": True, "is_admin": True}
SHELL = {"viewer": KEEPER, "site_name": "Homereel", "theme": "", "lang": "en", "dir": "ltr", "path": "/components", "partial": False}
CHECKS = [
    {"ok": True, "title": "Room", "text": "for about 1 900 hours of phone video", "measured": "1.8 TB free"},
    {"ok": None, "title": "One disk only.", "text": "A copy elsewhere would survive a broken drive", "measured": "Set up later"},
    {"ok": False, "title": "ffmpeg", "text": "could not be started", "measured": ""},
]


def film(number: int, title: str, **changed: Any) -> dict[str, Any]:
    """A video as `ui/card.html` wants it."""
    made = {
        "public_id": f"sample{number:06d}",
        "title": title,
        "url": f"/w/sample{number:06d}",
        "settings_url": f"/studio/v/sample{number:06d}",
        "thumbnail": f"/picture/{number}",
        "duration_text": "31:15",
        "channel": {"name": "Family films", "handle": f"family-{number}", "url": None},
        "when_text": "Sunday",
        "privacy": "members",
        "state": "ready",
        "playable": True,
        "missing": False,
        "can_edit": True,
    }
    return made | dict.fromkeys(("progress", "reason", "percent", "eta_text", "is_new", "left_text")) | changed


def shelf() -> list[dict[str, Any]]:
    ends = "The file ends early, at 2:14 of 3:30. What is there plays."
    return [
        film(0, "Oma’s 80th birthday", progress=0.27, left_text="34 min left"),
        film(1, "School play – The Tempest", is_new=True),
        film(2, "How to bleed a radiator", privacy="private"),
        film(3, "عيد ميلاد جدتي", progress=0.97),
        film(4, LONG, state="processing", playable=False, percent=62.0, eta_text="4 min left"),
        film(5, "Bees in May", state="needs_attention", reason=ends),
        film(6, "One night over the garden", state="queued", playable=False, thumbnail=None),
        film(7, "Spring concert", state="processing", percent=38.0),
    ]


def picture(number: int) -> bytes:
    """A drawn still: two hills under a sun, in a colour of its own."""
    hue = number * 45
    shapes = f'<rect width="320" height="180" fill="hsl({hue} 45% 40%)"/><circle cx="240" cy="60" r="34" fill="hsl({hue} 80% 75%)"/>'
    hills = f'<path d="M0 130q80-70 160-10t160-20v80H0z" fill="hsl({hue} 40% 24%)"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180">{shapes}{hills}</svg>'.encode()


def components(query: dict[str, str]) -> bytes:
    """`?theme=black&dir=rtl` and the like change the shell's context."""
    env = environment()
    env.loader = ChoiceLoader([env.loader, FileSystemLoader(Path(__file__).parent)])  # type: ignore[list-item]
    look = {name: query[name] for name in ("theme", "dir", "lang") if name in query}
    return env.get_template("components.html").render(SHELL | look, v=shelf(), checks=CHECKS).encode()


def answer(path: str, query: dict[str, str]) -> tuple[int, str, bytes]:
    if path == "/components":
        return 200, "text/html; charset=utf-8", components(query)
    if path.startswith("/picture/"):
        return 200, "image/svg+xml", picture(int(path.removeprefix("/picture/")))
    name = path.removeprefix("/static/").replace(f"js-{modules_digest()}/", "js/")
    if name == "app.css" or (path.startswith("/static/") and (static_folder() / name).is_file()):
        return 200, mimetypes.guess_type(name)[0] or "application/octet-stream", static_bytes(name)
    return 404, "text/plain", b"nothing here"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *said: object) -> None:
        pass

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        status, kind, body = answer(url.path, dict(parse_qsl(url.query)))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", CSP)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving() -> Iterator[int]:
    """The port it answers at, on this machine alone."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
