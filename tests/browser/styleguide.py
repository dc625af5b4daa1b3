"""Renders our templates with made-up data, without a site behind them: for looking at, and for the tests of the components.

`python tests/browser/styleguide.py PORT` serves them on loopback.
"""

import hashlib
import mimetypes
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

WEB = Path(__file__).resolve().parents[2] / "web"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "connect-src 'self'; worker-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "object-src 'none'; frame-src 'self'; frame-ancestors 'none'"
)


def stylesheet() -> bytes:
    css = WEB / "static" / "css"
    return b"\n".join((css / name).read_bytes() for name in (css / "order.txt").read_text().split())


def asset(path: str) -> str:
    if path.startswith("js/"):
        return f"/static/js-now/{path.removeprefix('js/')}"
    file = WEB / "static" / path
    content = stylesheet() if path == "app.css" else file.read_bytes()
    return f"/static/{path}?v={hashlib.sha256(content).hexdigest()[:10]}"


def environment() -> Environment:
    """As strict as the site's own."""
    env = Environment(
        loader=FileSystemLoader([WEB / "templates", Path(__file__).parent]),
        autoescape=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.install_gettext_callables(lambda text: text, lambda one, many, count: one if count == 1 else many, newstyle=True)  # type: ignore[attr-defined]
    env.globals["asset"] = asset
    return env


Answer = tuple[int, str, bytes]
Extra = Callable[[BaseHTTPRequestHandler, str], Answer | str | None]  # an answer, nothing, or a word: it has answered by itself


def handler(pages: Callable[[str, dict[str, str]], str | None], extra: Extra | None = None) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            pass

        def answer(self) -> None:
            url = urlsplit(self.path)
            found = extra(self, url.path) if extra else None
            if isinstance(found, str):
                return
            if found is None:
                found = static(url.path) or page(url.path, {k: v[0] for k, v in parse_qs(url.query).items()})
            status, kind, body = found
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", CSP if kind.startswith("text/html") else "default-src 'none'; sandbox")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_POST = do_HEAD = do_PATCH = do_PUT = do_DELETE = answer  # noqa: N815

    def page(path: str, query: dict[str, str]) -> Answer:
        html = pages(path, query)
        return (200, "text/html; charset=utf-8", html.encode()) if html is not None else (404, "text/plain", b"nothing here")

    def static(path: str) -> Answer | None:
        if path == "/static/app.css":
            return 200, "text/css; charset=utf-8", stylesheet()
        if not path.startswith("/static/"):
            return None
        file = (WEB / "static" / path.replace("/js-now/", "/js/").removeprefix("/static/")).resolve()
        if not file.is_relative_to(WEB) or not file.is_file():
            return 404, "text/plain", b"no such file"
        return 200, mimetypes.guess_type(file.name)[0] or "application/octet-stream", file.read_bytes()

    return Handler


if __name__ == "__main__":
    from samples import render

    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), handler(render))
    server.serve_forever()
