"""The HTTP server, embedded: granian in our own event loop. The one module that knows granian; uvicorn would be the way back."""

import asyncio
import errno
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import structlog
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from app.children import stop_all
from app.errors import StartError
from app.i18n import N_
from app.site import Site

log = structlog.get_logger(__name__)
THREADS = 40  # requests that are worked on at once; Python's own six on two processors would let a few slow ones hold up everybody


def free_port(host: str, port: int) -> int:
    """The port to listen on; 0 picks one. StartError if somebody else has it.

    Asked without SO_REUSEPORT, which granian sets: two servers would otherwise share a port without a word.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise _cannot_listen(host, port, error) from error
        return int(probe.getsockname()[1])


def _cannot_listen(host: str, port: int, error: OSError) -> StartError:
    if error.errno == errno.EADDRINUSE:
        return StartError(
            N_("Port {port} is in use by another program. Stop that one, or choose another port: homereel serve --port {other}."),
            port=port, other=port + 1,
        )  # fmt: skip
    if error.errno == errno.EACCES:
        return StartError(N_("Port {port} needs more rights than this user has. Choose one above 1023: --port 8080."), port=port)
    if error.errno == errno.EADDRNOTAVAIL:
        return StartError(N_("This machine has no address {host}. Use --host 0.0.0.0 for all of its own."), host=host)
    return StartError(N_("Cannot listen on {host}:{port}: {why}."), host=host, port=port, why=error.strerror or str(error))


class HttpServer:
    """Serves one ASGI application until `stop`."""

    def __init__(self, app: Any, host: str, port: int) -> None:
        logging.getLogger("_granian").setLevel(logging.ERROR)
        self._server = Server(
            app,
            address=host,
            port=port,
            interface=Interfaces.ASGINL,  # start and stop are ours, in order (main.run)
            backlog=2048,  # with its 128 the 129th idle connection hangs the site
            backpressure=4096,
            http1_settings=HTTP1Settings(header_read_timeout=10_000, keep_alive=True),
            websockets=True,
            log_enabled=False,
        )

    async def serve(self, ready: Callable[[], None]) -> None:
        """Run until stopped. `ready` is called once the socket listens."""
        task = asyncio.create_task(self._server.serve())
        await asyncio.sleep(0)
        ready()
        await task

    def stop(self) -> None:
        """Take no new connections and let what is open end. Never returns by itself while a stream is open: end those first."""
        self._server.stop()  # type: ignore[no-untyped-call]


async def serve(server: HttpServer, stop: "Stopping", ready: Callable[[], None]) -> None:
    """Serve until somebody asks to stop."""
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="request"))
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows: Ctrl-C arrives as KeyboardInterrupt
            loop.add_signal_handler(number, stop.asked)
    serving = asyncio.ensure_future(server.serve(ready))
    await stop.wait(serving)


class Stopping:
    """The ordered end: streams are told, requests end, parts stop, and at the deadline the process leaves all the same."""

    def __init__(self, site: Site, server: HttpServer) -> None:
        self._site, self._server = site, server
        self._event = asyncio.Event()
        self._asked = 0

    def asked(self) -> None:
        self._asked += 1
        seconds = self._site.settings.stop_seconds if self._asked == 1 else 1.0
        log.info("stopping", seconds=seconds)
        timer = threading.Timer(max(0.5, seconds - 0.5), self.leave)
        timer.daemon = True
        timer.start()
        self._event.set()

    async def wait(self, serving: "asyncio.Future[None]") -> None:
        """Until somebody asks to stop, or the server fails by itself; then end what is open."""
        asking: asyncio.Future[Any] = asyncio.ensure_future(self._event.wait())
        await asyncio.wait([asking, serving], return_when=asyncio.FIRST_COMPLETED)
        asking.cancel()
        if serving.done():
            serving.result()  # raises what went wrong
            return
        for end in self._site.on_stopping:
            end()
        self._server.stop()
        await asyncio.wait({serving}, timeout=self._site.settings.stop_seconds / 2)

    def _checkpoint(self) -> None:
        with suppress(Exception):
            self._site.database.checkpoint()

    def leave(self) -> None:
        """Out, with what is committed safe on disk. Requests that still hang are cut."""
        folding = threading.Thread(target=self._checkpoint, name="checkpoint", daemon=True)
        folding.start()
        folding.join(timeout=0.4)  # somebody may be in the middle of a transaction; what is committed is safe in the log
        logging.shutdown()
        stop_all()  # where the system does not do it for us; their work is taken up at the next start
        os._exit(0)
