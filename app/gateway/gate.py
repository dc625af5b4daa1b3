"""The outermost door: only hosts that are ours, one request id, one log line, the headers that every answer carries."""

import html
import time
from typing import Any
from urllib.parse import parse_qsl, urlencode

import structlog
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app.accounts.first_run import unclaimed
from app.gateway.headers import security_headers
from app.http.hosts import is_ours, known_hosts
from app.http.proxies import networks, see_through
from app.i18n import _
from app.ids import new_public_id
from app.site import Site

log = structlog.get_logger("request")
_SECRET = frozenset({"token", "code", "password"})
_BEFORE_CLAIM = ("/setup", "/static/", "/health/", "/api/", "/favicon.ico", "/robots.txt", "/plugins/")
_QUIET = ("/static/", "/health/", "/media/")


class Gate:
    """ASGI around the application. Also sees what no route answers."""

    def __init__(self, inner: ASGIApp, site: Site) -> None:
        self._inner, self._site = inner, site
        self._hosts = known_hosts(site.settings.hosts, site.settings.base_url)
        self._proxies = networks(site.settings.proxies)
        self._secure = site.settings.base_url.startswith("https://")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if str(scope["type"]) != "http":
            await self._inner(scope, receive, send)
            return
        see_through(scope, self._proxies)
        request_id = new_public_id()[:8]
        scope["state"]["request_id"] = request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=request_id)
        began, status = time.perf_counter(), 0

        async def sealed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                present = {name.decode().lower(): value.decode("latin-1") for name, value in message["headers"]}
                extra = [*security_headers(present, secure=self._secure), (b"x-request-id", request_id.encode())]
                message["headers"] = [*message["headers"], *extra]
            await send(message)

        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
        try:
            if not is_ours(host, self._hosts):
                await _misdirected(host, sealed)
            elif not scope["path"].startswith(_BEFORE_CLAIM) and unclaimed(self._site):
                await _to_setup(sealed)
            else:
                await self._inner(scope, receive, sealed)
        finally:
            self._note(scope, status, time.perf_counter() - began)

    def _note(self, scope: Any, status: int, seconds: float) -> None:
        if status < 400 and scope["path"].startswith(_QUIET):
            return
        client = scope.get("client")
        log.info("request", method=scope["method"], path=scope["path"], query=redacted(scope["query_string"].decode("latin-1")),
                 status=status, ms=round(seconds * 1000, 1), client=client[0] if client else "")  # fmt: skip


def redacted(query: str) -> str:
    """A query string as the log may hold it (SECURITY OPS-3)."""
    if not query:
        return ""
    return urlencode([(key, "…" if key.lower() in _SECRET else value) for key, value in parse_qsl(query, keep_blank_values=True)])


async def _to_setup(send: Send) -> None:
    """While nobody keeps the site, every page leads to its set-up."""
    await send({"type": "http.response.start", "status": 303, "headers": [(b"location", b"/setup"), (b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _misdirected(host: str, send: Send) -> None:
    """421, as a page: it names the setting to add, for the keeper who reads it."""
    name = html.escape(host[:200])
    title = _("This site does not answer to that name")
    body = _("Homereel was asked for “{name}”. If that is one of its names, the keeper can add it to the setting “hosts”.").format(
        name=name
    )
    example = f'hosts = ["{html.escape(host[:200].rsplit(":", 1)[0])}"]'
    document = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><main><h1>{title}</h1><p>{body}</p><pre>{example}</pre></main></html>"
    ).encode()
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(document)).encode())]
    await send({"type": "http.response.start", "status": 421, "headers": headers})
    await send({"type": "http.response.body", "body": document, "more_body": False})
