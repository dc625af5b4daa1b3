"""Static files: small, text compressed once, named by their hash so that a browser may keep them for ever."""

import gzip
import mimetypes
from functools import lru_cache
from typing import Any

from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Response

from app.errors import Missing
from app.http.pages import digest, modules_digest, static_bytes, static_folder
from app.http.policy import machine

mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("text/javascript", ".mjs")
mimetypes.add_type("image/webp", ".webp")
mimetypes.add_type("font/woff2", ".woff2")
_COMPRESSIBLE = ("text/", "application/json", "image/svg+xml")


@get("/static/{path:path}", policy=machine, sync_to_thread=True, include_in_schema=False)
def static_file(request: Request[Any, Any, Any], path: FromPath[str]) -> Response[bytes]:
    return _answer(request, path.lstrip("/"))


@get("/favicon.ico", policy=machine, sync_to_thread=True, include_in_schema=False)
def favicon(request: Request[Any, Any, Any]) -> Response[bytes]:
    return _answer(request, "img/logo-small.svg")


@get("/robots.txt", policy=machine, sync_to_thread=False, include_in_schema=False)
def robots() -> Response[bytes]:
    """A home is in no search engine."""
    return Response(b"User-agent: *\nDisallow: /\n", media_type="text/plain")


def _answer(request: Request[Any, Any, Any], path: str) -> Response[bytes]:
    version, _, rest = path.partition("/")
    if version.startswith("js-"):
        path = f"js/{rest}"
    if not _known(path):
        raise Missing
    fixed = version == f"js-{modules_digest()}" or request.query_params.get("v") == digest(path)
    etag = f'"{digest(path)}"'
    kept = "public, max-age=31536000, immutable" if fixed else "public, no-cache"
    headers = {"ETag": etag, "Cache-Control": kept, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == etag:
        return Response(b"", status_code=304, headers=headers, media_type="text/plain")
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    if kind.startswith(_COMPRESSIBLE) and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(_squeezed(path), headers=headers | {"Content-Encoding": "gzip"}, media_type=kind)
    return Response(static_bytes(path), headers=headers, media_type=kind)


def _known(path: str) -> bool:
    if path == "app.css":
        return True
    folder = static_folder().resolve()
    try:
        target = (folder / path).resolve()
        return target.is_relative_to(folder) and target.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


@lru_cache(maxsize=128)
def _squeezed(path: str) -> bytes:
    return gzip.compress(static_bytes(path), 9, mtime=0)


handlers = [static_file, favicon, robots]
