"""Bytes from the network into the file of an upload, with flat memory, one writer at a time."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

import structlog

from app.errors import BadRequest, Locked, TooLarge, Unavailable
from app.i18n import N_
from app.ingest.incoming import Incoming

BLOCK = 1 << 20  # bytes gathered before a worker thread writes them: two of these are all the memory an upload takes
SILENT = 3.0  # seconds without a byte after which another request may take over: the old one's network is probably gone
IDLE = 60.0  # seconds without a byte after which a request is ended
_THREADS = 8

log = structlog.get_logger(__name__)
T = TypeVar("T")
Receive = Callable[[], Awaitable[object]]


class Hold:
    """One request's right to write to an upload."""

    def __init__(self) -> None:
        self.heard_at = time.monotonic()
        self.released = asyncio.Event()
        self.pump: asyncio.Future[None] | None = None
        self.interrupted = ""  # why it was made to end early, a sentence

    @property
    def silent_for(self) -> float:
        return time.monotonic() - self.heard_at

    def interrupt(self, why: str) -> None:
        self.interrupted = self.interrupted or why
        if self.pump is not None:
            self.pump.cancel()


class Receiver:
    """Who is writing to which upload now. Lives in the event loop; files are written by its own threads."""

    def __init__(self) -> None:
        self._holds: dict[str, Hold] = {}
        self.threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="upload")
        self.flushers = ThreadPoolExecutor(_THREADS, thread_name_prefix="upload-flush")  # apart: writers wait for them
        self.stopping = False

    async def take(self, upload_id: str, *, by_force: bool = False) -> Hold:
        """The right to write, until `release`. Locked while another request is at it and its bytes keep coming."""
        holder = self._holds.get(upload_id)
        if holder is not None and (by_force or holder.silent_for >= SILENT):
            await self._end(upload_id, holder)
            holder = self._holds.get(upload_id)
        if holder is not None:
            raise Locked(N_("This file is being sent already, perhaps from another window."))
        if self.stopping:
            raise _stopping()
        self._holds[upload_id] = hold = Hold()
        return hold

    def release(self, upload_id: str, hold: Hold) -> None:
        self._holds.pop(upload_id, None)
        hold.released.set()

    async def settle(self, upload_id: str) -> None:
        """Make a request whose network is gone let go, so that the offset is told as it really is."""
        holder = self._holds.get(upload_id)
        if holder is not None and holder.silent_for >= SILENT:
            await self._end(upload_id, holder)

    async def _end(self, upload_id: str, holder: Hold) -> None:
        log.info("a silent upload request gives way", upload=upload_id)
        holder.interrupt(N_("This file is being sent again by a later request."))
        with suppress(TimeoutError):
            await asyncio.wait_for(holder.released.wait(), timeout=10)

    def stop(self) -> None:
        """The site stops: what has arrived is flushed and written down, then the client is told to come back."""
        self.stopping = True
        for hold in self._holds.values():
            hold.interrupt(N_("Homereel is being restarted. The upload goes on by itself."))

    def close(self) -> None:
        self.threads.shutdown(wait=True)
        self.flushers.shutdown(wait=True)

    def in_thread(self, call: Callable[..., T], *given: object) -> "asyncio.Future[T]":
        """Call it in a thread of ours. Cancelling who waits for it does not end it, so wait through `finished`."""
        return asyncio.get_running_loop().run_in_executor(self.threads, call, *given)

    async def pour(self, receive: Receive, into: Incoming, hold: Hold, *, limit: int | None) -> bool:
        """Bring a request's body into the file. True if it came to its end; False if it was cut off.

        `limit` is how many bytes of it may be taken. Whatever is raised, what was written is still in the file.
        """
        if hold.interrupted:
            return False
        hold.pump = asyncio.ensure_future(_pump(self, receive, into, hold, limit))
        watch = asyncio.ensure_future(_watch(hold))
        try:
            await hold.pump
        except asyncio.CancelledError:
            if not hold.interrupted:
                raise
        except _Cut:
            return False
        finally:
            watch.cancel()
        return not hold.interrupted


class _Cut(Exception):
    """The connection ended before the request did."""


async def _pump(receiver: Receiver, receive: Receive, into: Incoming, hold: Hold, limit: int | None) -> None:
    gathered: list[bytes] = []
    size = total = 0
    writing: asyncio.Future[None] | None = None
    try:
        while True:
            body, more = _read(await receive())
            hold.heard_at = time.monotonic()
            total += len(body)
            if limit is not None and total > limit:
                raise TooLarge(N_("There are more bytes than were announced for this file."))
            gathered.append(body)
            size += len(body)
            if size >= BLOCK or not more:
                if writing is not None:
                    await asyncio.shield(writing)
                writing = receiver.in_thread(into.append, _handed_over(gathered))
                size = 0
            if not more:
                return
    except (_Cut, asyncio.CancelledError):
        if writing is not None:
            await finished(writing)
        await finished(receiver.in_thread(into.append, _handed_over(gathered)))
        writing = None
        raise
    finally:
        if writing is not None:
            await finished(writing)


async def finished(work: "asyncio.Future[T]") -> T:
    """Wait for work in a thread to end even if this task is told to: a file may not be touched by two."""
    while not work.done():
        with suppress(asyncio.CancelledError):
            await asyncio.shield(work)
    return work.result()


def _handed_over(gathered: list[bytes]) -> Sequence[bytes]:
    pieces = tuple(gathered)
    gathered.clear()
    return pieces


def _read(message: object) -> tuple[bytes, bool]:
    assert isinstance(message, dict)
    if message["type"] == "http.disconnect":
        raise _Cut
    if message["type"] != "http.request":
        raise BadRequest(N_("The request cannot be understood."))
    return message.get("body", b""), bool(message.get("more_body"))


async def _watch(hold: Hold) -> None:
    """End a request that sends nothing any more."""
    while True:
        await asyncio.sleep(5)
        if hold.silent_for > IDLE:
            hold.interrupt(N_("Nothing arrived for a minute, so the connection was closed. The upload can go on from here."))
            return


def _stopping() -> Unavailable:
    return Unavailable(N_("Homereel is being restarted. The upload goes on by itself."))
