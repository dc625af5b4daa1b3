"""One reply of file bytes on its way out: chunk by chunk, no faster than it is taken, ended when it should end."""

import asyncio
import errno
import secrets
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import structlog
from litestar.response.base import ASGIResponse

from app.http.conditions import Decision, Span, Stamp
from app.http.open_files import ALONE, CHUNK, Part, holders, recycle

if TYPE_CHECKING:
    from litestar.types import Receive, Scope, Send

SMALLEST = 64 << 10  # what is read ahead of a reader who takes it slowly
_QUICK = 0.02  # seconds: a reader who took a chunk in less gets a larger one
STALLED = 60.0  # seconds in which a reader takes nothing, after which the connection ends (SECURITY DOS-1)

log = structlog.get_logger(__name__)


class Pace(Protocol):
    """Asked before each chunk."""

    largest: int  # bytes to send at once

    async def turn(self, length: int) -> bool:
        """Wait until these bytes may go. False: they may not any more, and the connection ends."""


class Unhurried:
    """As fast as it is taken, to the end."""

    largest = CHUNK

    async def turn(self, length: int) -> bool:  # noqa: ARG002
        return True


class Sending(ASGIResponse):
    _should_set_content_length = False

    def __init__(
        self, part: Part, length: int, *, decision: Decision, stamp: Stamp, pace: Pace, headers: Mapping[str, str], **given: Any
    ) -> None:
        self.part, self.pace, self.spans = part, pace, decision.spans or (Span(0, length),)
        self.size = length
        self.boundary = secrets.token_hex(12) if len(self.spans) > 1 else ""
        own = {
            "etag": stamp.etag,
            "last-modified": stamp.date,
            "accept-ranges": "bytes",
            "x-content-type-options": "nosniff",
            **_describing(decision, length),
        }
        if decision.status in (200, 206):
            own["content-type"] = f"multipart/byteranges; boundary={self.boundary}" if self.boundary else part.media_type
            own["content-length"] = str(sum(len(head) + span.length for head, span in self._pieces()))
        elif decision.status != 304:
            own["content-type"] = part.media_type
        kept = {name.lower(): value for name, value in headers.items() if name.lower() not in ("content-type", "content-length")}
        super().__init__(status_code=decision.status, headers={**kept, **own}, media_type=part.media_type, **given)
        self.has_body = decision.status in (200, 206) and not self.is_head_response

    def _pieces(self) -> Iterator[tuple[bytes, Span]]:
        """What goes out, as text to send and bytes of the file to send after it."""
        if not self.boundary:
            yield b"", self.spans[0]
            return
        for number, span in enumerate(self.spans):
            gap = "\r\n" if number else ""
            head = f"{gap}--{self.boundary}\r\nContent-Type: {self.part.media_type}\r\nContent-Range: {_range(span, self.size)}\r\n\r\n"
            yield head.encode(), span
        yield f"\r\n--{self.boundary}--\r\n".encode(), Span(0, 0)

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:  # noqa: ARG002
        await self.start_response(send)
        if not self.has_body:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        else:
            await self._send_while_wanted(receive, send)
        await self.after_response()

    async def _send_while_wanted(self, receive: "Receive", send: "Send") -> None:
        """Send, and stop reading as soon as nobody listens any more: a seek leaves a request behind each time."""
        small = sum(span.length for span in self.spans) <= CHUNK
        gone = None if small else asyncio.ensure_future(_gone(receive))
        try:
            await self._send_pieces(send, gone)
        except TimeoutError:
            log.info("file.stalled", path=str(self.part.file.path))
        finally:
            if gone is not None:
                gone.cancel()

    async def _send_pieces(self, send: "Send", gone: "asyncio.Future[None] | None") -> None:
        """Where it returns before the end, the length that was promised is not kept: the server breaks the connection."""
        chunk_size = min(2 * SMALLEST, self.pace.largest)
        for head, span in self._pieces():
            if head:
                await send({"type": "http.response.body", "body": head, "more_body": True})
            position, stop = self.part.start + span.start, self.part.start + span.stop
            while position < stop:
                length = min(chunk_size, stop - position)
                if not await self.pace.turn(length) or (gone is not None and gone.done()):
                    return
                chunk = await self._read(position, length)
                position += len(chunk)
                began = time.monotonic()
                async with asyncio.timeout(STALLED):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})  # type: ignore[misc, arg-type]
                if holders(chunk) == ALONE:
                    recycle(chunk)
                chunk_size = next_size(chunk_size, time.monotonic() - began, largest=self.pace.largest)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _read(self, start: int, length: int) -> bytes | bytearray:
        file = self.part.file
        chunk = file.at_once(start, length) or await asyncio.to_thread(file.after_waiting, start, length)
        if not chunk:  # cut off since we looked: the length that was promised cannot be kept, so the connection must break
            log.error("file.shrank", path=str(file.path), at=start)
            raise OSError(errno.EIO, "the file shrank while it was sent")
        return chunk


def next_size(size: int, seconds: float, *, largest: int = CHUNK) -> int:
    """How much to send next to a reader who took `size` bytes in this time: slow ones cost little memory, quick ones little work."""
    return min(largest, size * 2) if seconds < _QUICK else min(largest, SMALLEST)


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
