"""Lets a proxy in front send the file itself, once the rule has said yes: X-Accel-Redirect (nginx), X-Sendfile (Apache, lighttpd)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from litestar.connection import Request

from app.http.conditions import Decision
from app.http.proxies import BY_PROXY
from app.http.ranges import HandOver
from app.site import Site

PREFIX = "/homereel-files/"  # of nginx's internal location; packaging/nginx.conf.example
LARGEST = 16 << 20  # bytes: what a proxy has begun nobody can stop, so long replies stay here (SECURITY AZ-4)


def hand_over(site: Site, request: Request[Any, Any, Any]) -> HandOver | None:
    """How this reply is handed over; None where it is not: only what came by a proxy that is trusted may be (SECURITY NET-3)."""
    if site.settings.sendfile == "off" or not request.scope["state"].get(BY_PROXY):
        return None
    way, media = site.settings.sendfile, site.paths.media
    return lambda path, decision, size: sendfile_headers(way, media, path, decision, size)


def sendfile_headers(way: str, media: Path, path: Path, decision: Decision, size: int) -> Mapping[str, str] | None:
    """None where we answer ourselves. nginx gives a file the tag that we give it, so both may answer for the same one;
    what tags others give we do not know, so they answer always."""
    if way == "x-sendfile":
        return {"X-Sendfile": quote(str(path))}
    asked = sum(span.length for span in decision.spans) or size
    if not path.is_relative_to(media) or decision.status not in (200, 206) or asked > LARGEST:
        return None
    return {"X-Accel-Redirect": PREFIX + quote(path.relative_to(media).as_posix())}
