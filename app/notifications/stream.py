"""The stream of news: one connection per tab, served on the event loop, fed from whatever thread something happens in.

Nothing is kept for those who are away: a page that comes back reads what it shows anew. A listener that does not read
loses news rather than memory. A session that ended hears nothing more, at once where it was ended here (SECURITY AU-2).
"""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from app.errors import HomereelError, TooMany, Unavailable
from app.http.viewer import Viewer
from app.i18n import N_
from app.notifications.news import Told, about_job, about_videos
from app.site import Site
from app.videos.addresses import MediaAddresses

log = structlog.get_logger(__name__)
PING = 25.0  # seconds of silence after which a comment shows proxies that the line is alive
CHECK = 8.0  # seconds after which a listener's rights are looked at anew
QUEUE = 200  # pieces of news that wait for one listener
LISTENERS = 1000
OF_ONE_PERSON = 30
_END = None


@dataclass(eq=False)
class _Listener:
    viewer: Viewer
    loop: asyncio.AbstractEventLoop
    queue: "asyncio.Queue[bytes | None]" = field(default_factory=lambda: asyncio.Queue(QUEUE))

    def give(self, what: bytes | None) -> None:
        """From any thread."""
        with suppress(RuntimeError):  # its loop is closed: the server has stopped
            self.loop.call_soon_threadsafe(self._put, what)

    def _put(self, what: bytes | None) -> None:
        if what is _END:
            while not self.queue.empty():
                self.queue.get_nowait()
        if not self.queue.full():
            self.queue.put_nowait(what)


class Stream:
    """Everybody who listens on one site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._listeners: set[_Listener] = set()
        self._lock = threading.Lock()
        self._closed = False

    @property
    def count(self) -> int:
        return len(self._listeners)

    def close(self) -> None:
        """End every stream now, and take no more: the server cannot stop while one is open."""
        self._closed = True
        for listener in self._all():
            listener.give(_END)

    def end_sessions(self, session_ids: tuple[str, ...]) -> None:
        """These were signed out."""
        for listener in self._all():
            if listener.viewer.session_id in session_ids:
                listener.give(_END)

    def tell_of(self, subject: str) -> None:
        """A video changed, or work on it or its original went on."""
        if self._listeners:
            with self._site.read() as session:
                told = about_videos(session, subject, self._site.part(MediaAddresses))  # type: ignore[type-abstract]
            self._tell(told)

    def tell_of_job(self, job_id: str) -> None:
        if any(listener.viewer.is_admin for listener in self._all()):
            with self._site.read() as session:
                told = about_job(session, job_id)
            self._tell([told] if told else [])

    def join(self, viewer: Viewer) -> _Listener:
        """A place in the stream, or a refusal. On the event loop; taken and left by `listen`."""
        if self._closed:
            raise Unavailable(N_("The site is just stopping."))
        with self._lock:
            own = sum(listener.viewer.user_id == viewer.user_id for listener in self._listeners)
            if len(self._listeners) >= LISTENERS or own >= OF_ONE_PERSON:
                raise TooMany(N_("Too many pages are open at once to keep all of them up to date."), retry_after=60)
        return _Listener(viewer, asyncio.get_running_loop())

    async def listen(self, listener: _Listener, identify: Callable[[], Viewer]) -> AsyncIterator[bytes]:
        """What this listener is to hear, until the session ends, the site stops or the reader goes away."""
        with self._lock:
            self._listeners.add(listener)
        try:
            yield b"retry: 3000\n: welcome\n\n"
            spoke = checked = time.monotonic()
            while not self._closed:
                what = await _next(listener.queue, until=min(spoke + PING, checked + CHECK))
                if what is _END:
                    return
                now = time.monotonic()
                if now >= checked + CHECK:
                    if not await self._still_there(listener, identify):
                        return
                    checked = now
                if what or now >= spoke + PING:
                    yield what or b": still here\n\n"
                    spoke = now
        finally:
            with self._lock:
                self._listeners.discard(listener)

    async def _still_there(self, listener: _Listener, identify: Callable[[], Viewer]) -> bool:
        try:
            viewer = await asyncio.to_thread(identify)
        except HomereelError:  # a token that was revoked
            return False
        same = (viewer.user_id, viewer.session_id) == (listener.viewer.user_id, listener.viewer.session_id)
        listener.viewer = viewer
        return same

    def _tell(self, told: list[Told]) -> None:
        for listener in self._all():
            for each in told:
                if each.is_for(listener.viewer):
                    listener.give(each.text(listener.viewer))

    def _all(self) -> list[_Listener]:
        with self._lock:
            return list(self._listeners)


async def _next(queue: "asyncio.Queue[bytes | None]", *, until: float) -> bytes | None:
    """The next piece, or b"" if none came in time."""
    try:
        return await asyncio.wait_for(queue.get(), max(0.0, until - time.monotonic()))
    except TimeoutError:
        return b""
