"""R-10: SIGTERM drains within 10 s, exit code 0; a second SIGTERM: 1 s."""

import signal
import socket
import sqlite3
import threading
import time

import httpx
import pytest

from tests.reliability import aftermath
from tests.reliability.conftest import MakeServer
from tests.reliability.films import film_of
from tests.reliability.uploader import Uploader
from tests.serving import Serving

MB = 1 << 20


@pytest.fixture(scope="module")
def busy(claimed_server: MakeServer) -> tuple[Serving, Uploader]:
    """A server with a film of 24 MB in it."""
    server = claimed_server().start()
    film = Uploader(server, "film.mp4", film_of(24 * MB), chunk=8 * MB)
    film.go_on()
    aftermath.until_playable(server, film.video)
    return server, film


def raw(server: Serving, head: str, *headers: str) -> socket.socket:
    """A request whose answer is read, or not, by the test."""
    cookie = "; ".join(f"{name}={value}" for name, value in server.client.cookies.items())
    lines = [head, f"Host: 127.0.0.1:{server.port}", f"Origin: {server.origin}", f"Cookie: {cookie}", *headers, "", ""]
    made = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    made.sendall("\r\n".join(lines).encode())
    return made


def stalled_reader(server: Serving, film: Uploader) -> socket.socket:
    """Asks for a large film, reads its head and then nothing."""
    made = raw(server, f"GET /media/{film.video}/original HTTP/1.1")
    assert b"200 OK" in made.recv(200)
    return made


def begun_upload(server: Serving) -> tuple[Uploader, socket.socket]:
    """Half of a file has been sent; the other half is still to come."""
    upload = Uploader(server, "half.mp4", film_of(4 * MB))
    upload._create()
    headers = ["Tus-Resumable: 1.0.0", "Upload-Offset: 0", "Content-Type: application/offset+octet-stream", f"Content-Length: {4 * MB}"]
    made = raw(server, f"PATCH {httpx.URL(upload.where).path} HTTP/1.1", *headers)
    made.sendall(upload.content[: 2 * MB + 777])
    time.sleep(0.5)
    return upload, made


class Listener(threading.Thread):
    """A page that listens to the site's news."""

    def __init__(self, server: Serving) -> None:
        super().__init__(daemon=True)
        self._socket = raw(server, "GET /x/events HTTP/1.1")
        assert b"200 OK" in self._socket.recv(1000)
        self.ended = 0.0
        self.start()

    def run(self) -> None:
        try:
            while self._socket.recv(1000):
                pass
        except OSError:
            pass
        self.ended = time.monotonic()
        self._socket.close()


def tidy(server: Serving) -> None:
    """Nothing is left to recover: no work says that it runs, the log is folded in, no child lives."""
    connection = sqlite3.connect(server.data / "site.db")
    assert connection.execute("SELECT kind FROM jobs WHERE state = 'running'").fetchall() == []
    connection.close()
    log = server.data / "site.db-wal"
    assert not log.exists() or log.stat().st_size == 0
    aftermath.until_childless(server.data)


@pytest.mark.slow
def test_it_ends_in_time_whatever_is_open(busy: tuple[Serving, Uploader]) -> None:
    server, film = busy
    listener = Listener(server)
    stalled = stalled_reader(server, film)
    upload, sending = begun_upload(server)
    server.client.get("/api/v1/session")  # a connection that is kept alive

    began = time.monotonic()
    server.signal(signal.SIGTERM)
    code = server.wait(15)
    took = time.monotonic() - began

    assert code == 0
    assert took <= 10.0
    listener.join(5)
    assert listener.ended
    assert listener.ended - began < 3, "listeners are told at once"
    answer = sending.recv(2000)
    for each in (stalled, sending):
        each.close()
    tidy(server)

    server.start()
    offset = upload._offset()
    assert 0 <= offset <= 2 * MB + 777
    if b" 204 " in answer:  # it was told how far it came, and that holds
        assert f"upload-offset: {offset}".encode() in answer.lower()
    upload.go_on()
    aftermath.until_playable(server, upload.video)
    assert aftermath.sha256(aftermath.original(server, upload.video)) == aftermath.sha256(upload.content)


@pytest.mark.slow
def test_with_nothing_open_it_ends_quickly(busy: tuple[Serving, Uploader]) -> None:
    server, _ = busy
    if not server.running:
        server.start()
    server.client.close()
    server.client = httpx.Client(base_url=server.origin, headers={"origin": server.origin}, cookies=server.client.cookies, timeout=30)
    began = time.monotonic()

    assert server.terminate() == 0

    assert time.monotonic() - began < 5
    tidy(server)


@pytest.mark.slow
def test_a_second_sigterm_ends_it_within_a_second(busy: tuple[Serving, Uploader]) -> None:
    server, film = busy
    server.start()
    stalled = stalled_reader(server, film)
    server.signal(signal.SIGTERM)
    time.sleep(0.5)
    assert server.running  # it waits for the reader
    began = time.monotonic()
    server.signal(signal.SIGTERM)

    assert server.wait(5) == 0

    assert time.monotonic() - began <= 1.5
    stalled.close()
    aftermath.until_childless(server.data)


@pytest.mark.slow
def test_work_is_put_back_and_goes_on_after_the_start(busy: tuple[Serving, Uploader]) -> None:
    server, _ = busy
    server.start()
    upload = Uploader(server, "worked on.mp4", film_of(5 * MB))
    upload.go_on()
    aftermath.until_playable(server, upload.video)

    assert server.terminate() == 0

    tidy(server)
    connection = sqlite3.connect(server.data / "site.db")
    assert connection.execute("SELECT max(crashes) FROM jobs").fetchone() == (0,)
    connection.close()
    server.start()
    assert aftermath.until_ended(server, upload.video) == "ready"
    assert server.terminate() == 0
