"""Files to browsers, whole or in ranges, several times faster than the frameworks' own (PERFORMANCE.md, where the limits are).

A chunk that the page cache holds is read on the event loop (`RWF_NOWAIT`: never waits for a disk), any other in a worker thread.
"""

import asyncio
import errno
import os
import secrets
import stat
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import structlog
from litestar import Response
from litestar.response.base import ASGIResponse

from app.errors import Missing, Unavailable
from app.http.conditions import Decision, Span, Stamp, decide
from app.i18n import N_

if TYPE_CHECKING:
    from litestar.connection import Request
    from litestar.types import Receive, Scope, Send

CHUNK = 512 << 10
_WHOLE_BY_SERVER = 256 << 10  # from this size on the server sends a whole file itself, where it can
_NOWAIT = getattr(os, "RWF_NOWAIT", None)
_READING = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)  # a pipe never waits

log = structlog.get_logger(__name__)


class OpenFile:
    """A file held open from the first look at it until the last byte is sent, so that both speak of the same bytes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.descriptor = -1
        try:
            self.descriptor = os.open(path, _READING)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise Missing from error
        except OSError as error:
            log.error("file.unreadable", path=str(path), error=str(error))
            raise Unavailable(N_("The disk that holds this file does not answer as it should. Please try again later.")) from error
        self.stat = os.fstat(self.descriptor)
        if not stat.S_ISREG(self.stat.st_mode):
            raise Missing

    def __del__(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)

    def at_once(self, start: int, length: int) -> bytes:
        """What the page cache holds of it from there on; nothing where a disk would have to be asked."""
        if _NOWAIT is None:
            return b""
        buffer = bytearray(length)
        try:
            count = os.preadv(self.descriptor, [buffer], start, _NOWAIT)
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.EOPNOTSUPP, errno.EINVAL):
                return b""
            raise
        return bytes(memoryview(buffer)[:count])

    def after_waiting(self, start: int, length: int) -> bytes:
        return os.pread(self.descriptor, length, start)


class FileRange(Response[None]):
    """A file, or the part of one from `start` on, as a reply to GET or HEAD with conditions and ranges.

    Made in the handler's worker thread, which is where the file is opened. `headers` must say how it may be cached.
    `download_name` makes the browser save it under that name (RFC 6266) rather than show it.
    """

    def __init__(
        self,
        path: Path,
        *,
        media_type: str,
        headers: Mapping[str, str] | None = None,
        download_name: str | None = None,
        start: int = 0,
        length: int | None = None,
    ) -> None:
        self.file = OpenFile(path)
        self.start = start
        self.length = self.file.stat.st_size - start if length is None else length
        if start < 0 or self.length < 0 or start + self.length > self.file.stat.st_size:
            log.error("file.too-short", path=str(path), start=start, length=length, size=self.file.stat.st_size)
            raise Missing
        super().__init__(None, media_type=media_type, headers=dict(headers or {}))
        if download_name is not None:
            self.headers["Content-Disposition"] = disposition(download_name)

    @property
    def stamp(self) -> Stamp:
        seen = self.file.stat
        part = f"-{self.start:x}+{self.length:x}" if self.length != seen.st_size else ""
        return Stamp(f'"{seen.st_size:x}-{seen.st_mtime_ns:x}-{seen.st_ino:x}{part}"', int(seen.st_mtime), int(time.time()))

    def to_asgi_response(self, app: Any, request: "Request[Any, Any, Any]", **given: Any) -> ASGIResponse:  # noqa: ARG002
        asked = {name.lower(): value for name, value in request.headers.items()}
        decision = decide(asked, size=self.length, stamp=self.stamp)
        more: Mapping[str, str] = given.get("headers") or {}
        return _Sending(
            self,
            decision,
            headers={**more, **self.headers},
            cookies=[*self.cookies, *(given.get("cookies") or ())],
            background=self.background or given.get("background"),
            is_head_response=request.method == "HEAD",
            media_type=self.media_type,
        )


class _Sending(ASGIResponse):
    """One reply on its way out."""

    _should_set_content_length = False

    def __init__(self, whole: FileRange, decision: Decision, *, headers: Mapping[str, str], media_type: Any, **given: Any) -> None:
        self.whole, self.spans = whole, decision.spans or (Span(0, whole.length),)
        self.boundary = secrets.token_hex(12) if len(self.spans) > 1 else ""
        self.plain_type = str(media_type)
        own = {
            "etag": whole.stamp.etag,
            "last-modified": whole.stamp.date,
            "accept-ranges": "bytes",
            "x-content-type-options": "nosniff",
            **_describing(decision, whole.length),
        }
        if decision.status in (200, 206):
            own["content-type"] = f"multipart/byteranges; boundary={self.boundary}" if self.boundary else self.plain_type
            own["content-length"] = str(sum(len(head) + span.length for head, span in self._pieces()))
        elif decision.status != 304:
            own["content-type"] = self.plain_type
        kept = {name.lower(): value for name, value in headers.items() if name.lower() not in ("content-type", "content-length")}
        super().__init__(status_code=decision.status, headers={**kept, **own}, media_type=self.plain_type, **given)
        self.has_body = decision.status in (200, 206) and not self.is_head_response

    def _pieces(self) -> Iterator[tuple[bytes, Span]]:
        """What goes out, as text to send and bytes of the file to send after it."""
        if not self.boundary:
            yield b"", self.spans[0]
            return
        for number, span in enumerate(self.spans):
            gap = "\r\n" if number else ""
            head = f"{gap}--{self.boundary}\r\nContent-Type: {self.plain_type}\r\nContent-Range: {_range(span, self.whole.length)}\r\n\r\n"
            yield head.encode(), span
        yield f"\r\n--{self.boundary}--\r\n".encode(), Span(0, 0)

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        await self.start_response(send)
        if not self.has_body:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        elif self._server_may_send(scope):
            await send({"type": "http.response.pathsend", "path": str(self.whole.file.path)})  # type: ignore[arg-type]
        else:
            await self._send_while_wanted(receive, send)
        await self.after_response()

    def _server_may_send(self, scope: "Scope") -> bool:
        whole = self.status_code == 200 and self.whole.length == self.whole.file.stat.st_size
        return whole and self.whole.length >= _WHOLE_BY_SERVER and "http.response.pathsend" in (scope.get("extensions") or {})

    async def _send_while_wanted(self, receive: "Receive", send: "Send") -> None:
        """Send, and stop reading as soon as nobody listens any more: a seek leaves a request behind each time."""
        if sum(span.length for span in self.spans) <= CHUNK:
            await self._send_pieces(send, None)
            return
        gone = asyncio.ensure_future(_gone(receive))
        try:
            await self._send_pieces(send, gone)
        finally:
            gone.cancel()

    async def _send_pieces(self, send: "Send", gone: "asyncio.Future[None] | None") -> None:
        for head, span in self._pieces():
            if head:
                await send({"type": "http.response.body", "body": head, "more_body": True})
            position, stop = self.whole.start + span.start, self.whole.start + span.stop
            while position < stop:
                chunk = await self._read(position, min(CHUNK, stop - position))
                if gone is not None and gone.done():
                    return
                position += len(chunk)
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _read(self, start: int, length: int) -> bytes:
        file = self.whole.file
        chunk = file.at_once(start, length) or await asyncio.to_thread(file.after_waiting, start, length)
        if not chunk:  # cut off since we looked: the length that was promised cannot be kept, so the connection must break
            log.error("file.shrank", path=str(file.path), at=start)
            raise OSError(errno.EIO, "the file shrank while it was sent")
        return chunk


async def _gone(receive: "Receive") -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _describing(decision: Decision, size: int) -> dict[str, str]:
    if decision.status == 416:
        return {"content-range": f"bytes */{size}", "content-length": "0"}
    if decision.status == 206 and len(decision.spans) == 1:
        return {"content-range": _range(decision.spans[0], size)}
    return {"content-length": "0"} if decision.status == 412 else {}


def _range(span: Span, size: int) -> str:
    return f"bytes {span.start}-{span.stop - 1}/{size}"


def disposition(name: str) -> str:
    """`Content-Disposition` that saves under this name: plain ASCII for old clients, RFC 8187 for the others."""
    plain = "".join(char if " " <= char <= "~" and char not in '"\\%' else "_" for char in name)
    exact = quote(name.encode(errors="replace"), safe="!#$&+-.^_`|~")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}"
