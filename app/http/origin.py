"""Cross-site requests are refused by where they come from (SECURITY AU-7); no token and no extra cookie is needed.

On plain HTTP, Chromium sends `Origin` with every unsafe request and never `Sec-Fetch-Site`, so `Origin` decides first.
"""

from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection

from app.errors import NotAllowed
from app.i18n import N_

_DOORS = ("/login", "/setup", "/api/v1/session", "/api/v1/setup")  # what they give is a cookie, so they need none to be worth an attack
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def cross_site(*, method: str, host: str, origin: str | None, fetch_site: str | None, has_cookie: bool) -> bool:
    """Whether a page of another site made this request. One with neither header comes from no browser and passes."""
    if method in SAFE or not has_cookie:
        return False
    if origin is not None:
        return urlsplit(origin).netloc.lower() != host.lower()
    return fetch_site not in (None, "same-origin", "none")


def refuse_cross_site(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    method = connection.scope.get("method")
    if method is None:  # a WebSocket; none changes anything yet
        return
    headers = connection.headers
    if cross_site(
        method=str(method),
        host=headers.get("host", ""),
        origin=headers.get("origin"),
        fetch_site=headers.get("sec-fetch-site"),
        has_cookie="cookie" in headers or connection.scope["path"].startswith(_DOORS),
    ):
        raise NotAllowed(N_("This request came from another site, so nothing was changed. Open Homereel itself and try again."))
