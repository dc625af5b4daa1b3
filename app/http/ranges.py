"""Files to browsers, whole or in ranges, several times faster than the frameworks' own (PERFORMANCE.md, where the limits are).

A chunk that the page cache holds is read on the event loop (`RWF_NOWAIT`: never waits for a disk), any other in a worker thread.
"""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import structlog
from litestar import Response
from litestar.response.base import ASGIResponse

from app.errors import Missing
from app.http.conditions import Decision, Stamp, decide
from app.http.open_files import OpenFile, Part
from app.http.sending import Pace, Sending, Unhurried

if TYPE_CHECKING:
    from litestar.connection import Request

log = structlog.get_logger(__name__)
HandOver = Callable[[Path, Decision, int], Mapping[str, str] | None]


class FileRange(Response[None]):
    """A file, or the part of one from `start` on, as a reply to GET or HEAD with conditions and ranges.

    A path is opened here, so make it in a worker thread; a `Part` was opened before. `headers` must say how it may be cached.
    `download_name` makes the browser save it under that name (RFC 6266) rather than show it. `pace` is asked before each chunk.
    `hand_over(path, decision, size)` gives the headers that make a proxy send the file instead, or None.
    """

    pace: Pace
    hand_over: HandOver | None = None

    def __init__(
        self,
        what: Path | Part,
        *,
        media_type: str = "",
        headers: Mapping[str, str] | None = None,
        download_name: str | None = None,
        start: int = 0,
        length: int | None = None,
    ) -> None:
        self.part = what if isinstance(what, Part) else Part(OpenFile(what), media_type, start, length)
        size = self.part.file.stat.st_size
        self.start = self.part.start
        self.length = size - self.start if self.part.length is None else self.part.length
        if self.start < 0 or self.length < 0 or self.start + self.length > size:
            log.error("file.too-short", path=str(self.part.file.path), start=self.start, length=length, size=size)
            raise Missing
        self.pace = Unhurried()
        super().__init__(None, media_type=self.part.media_type, headers=dict(headers or {}))
        if download_name is not None:
            self.headers["Content-Disposition"] = disposition(download_name)

    @property
    def whole(self) -> bool:
        return self.length == self.part.file.stat.st_size

    @property
    def stamp(self) -> Stamp:
        seen = self.part.file.stat
        part = "" if self.whole else f"-{self.start:x}+{self.length:x}"
        exact = f'"{seen.st_size:x}-{seen.st_mtime_ns:x}-{seen.st_ino:x}{part}"'
        return Stamp(nginx_tag(seen) if self.whole and self.hand_over else exact, int(seen.st_mtime), int(time.time()))

    def to_asgi_response(self, app: Any, request: "Request[Any, Any, Any]", **given: Any) -> ASGIResponse:  # noqa: ARG002
        asked = {name.lower(): value for name, value in request.headers.items()}
        stamp = self.stamp
        decision = decide(asked, size=self.length, stamp=stamp)
        more: Mapping[str, str] = given.get("headers") or {}
        reply: dict[str, Any] = {
            "cookies": [*self.cookies, *(given.get("cookies") or ())],
            "background": self.background or given.get("background"),
            "is_head_response": request.method == "HEAD",
        }
        if self.hand_over and self.whole and (handed := self.hand_over(self.part.file.path, decision, self.length)):
            return ASGIResponse(headers={**more, **self.headers, **handed}, media_type=self.part.media_type, **reply)
        headers = {**more, **self.headers}
        return Sending(self.part, self.length, decision=decision, stamp=stamp, pace=self.pace, headers=headers, **reply)


def nginx_tag(seen: Any) -> str:
    """The tag that nginx gives a file, so that it and we speak of the same bytes (ngx_http_set_etag)."""
    return f'"{int(seen.st_mtime):x}-{seen.st_size:x}"'


def disposition(name: str) -> str:
    """`Content-Disposition` that saves under this name: plain ASCII for old clients, RFC 8187 for the others."""
    plain = "".join(char if " " <= char <= "~" and char not in '"\\%' else "_" for char in name)
    exact = quote(name.encode(errors="replace"), safe="!#$&+-.^_`|~")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}"
