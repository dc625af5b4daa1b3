"""The one cookie (SECURITY AU-3). On plain HTTP in the house it cannot be `Secure`; at the site's https address it always is.

Which it is goes by the address that was asked for: at `https://video.example.org` (the `base_url`) only the `__Host-` cookie is
set and read, at `http://192.168.1.5:8080` only the plain one. Browsers never send one address's cookie to the other.
"""

from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from app.http.hosts import host_name
from app.settings import Settings

PLAIN = "homereel"
SECURE = "__Host-homereel"
_MAX_AGE = 400 * 86400  # the longest that browsers keep one; the session behind it ends when its own time is over

Connection = ASGIConnection[Any, Any, Any, Any]


def is_secure(connection: Connection, settings: Settings) -> bool:
    """Whether this request came by the site's https address."""
    base = urlsplit(settings.base_url)
    return connection.url.scheme in ("https", "wss") or (
        base.scheme == "https" and host_name(connection.headers.get("host", "")) == (base.hostname or "").lower()
    )


def token_in(connection: Connection, settings: Settings) -> str:
    return connection.cookies.get(SECURE if is_secure(connection, settings) else PLAIN, "")


def cookie_for(connection: Connection, settings: Settings, token: str) -> Cookie:
    return _cookie(is_secure(connection, settings), token, _MAX_AGE)


def no_cookie(connection: Connection, settings: Settings) -> Cookie:
    """Makes the browser forget."""
    return _cookie(is_secure(connection, settings), "", 0)


def _cookie(secure: bool, value: str, max_age: int) -> Cookie:
    return Cookie(key=SECURE if secure else PLAIN, value=value, path="/", max_age=max_age, secure=secure, httponly=True, samesite="lax")
