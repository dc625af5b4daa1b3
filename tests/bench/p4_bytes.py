"""P4: bytes per second of 2 MB ranges, each request access-checked, against nginx sendfile on the same file."""

import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import Row
from tests.bench.place import Place, h264_ten_minutes, place

RANGE = 2 << 20
READERS = 4
SECONDS = 6.0


def rows() -> Iterator[Row]:
    film = h264_ten_minutes()
    with place() as site:
        video, _ = site.upload(film)
        site.wait_playable(video)
        _settled(site, video)
        cookie = "; ".join(f"{c.name}={c.value}" for c in site.http.cookies.jar)
        size = film.stat().st_size
        ours = _rate(site.port, f"/media/{video}/original", size, cookie)
        with _nginx(film) as port:
            theirs = _rate(port, "/film.mp4", size, "")
    note = f"{READERS} connections, ranges of 2 MiB, client on the same two cores"
    yield Row(
        "P4 media bytes, from Python", goal="≥ 0.5 × nginx", peer=theirs / 1e6, ours=ours / 1e6, unit="MB/s", better="more", note=note
    )


def _settled(site: Place, video: str) -> None:
    """Until the background has nothing left to do, so that both sides have the machine to themselves."""
    until = time.perf_counter() + 900
    while site.video(video)["state"] != "ready" and time.perf_counter() < until:
        time.sleep(1)


def _rate(port: int, path: str, size: int, cookie: str) -> float:
    counts = [0] * READERS
    stop = time.perf_counter() + SECONDS

    def read(place: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            buffer = bytearray(1 << 20)
            start = place * RANGE * 7
            while time.perf_counter() < stop:
                start = (start + RANGE) % (size - RANGE)
                request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nRange: bytes={start}-{start + RANGE - 1}\r\nCookie: {cookie}\r\n\r\n"
                connection.sendall(request.encode())
                counts[place] += _answer(connection, buffer)

    threads = [threading.Thread(target=read, args=(place,)) for place in range(READERS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - began)


def _answer(connection: socket.socket, buffer: bytearray) -> int:
    """Read one 206 with its 2 MiB; its body's length."""
    head = b""
    while b"\r\n\r\n" not in head:
        piece = connection.recv(65536)
        assert piece, "the server hung up"
        head += piece
    assert head.startswith(b"HTTP/1.1 206"), head[:200]
    got = len(head) - head.index(b"\r\n\r\n") - 4
    while got < RANGE:
        got += connection.recv_into(buffer, min(len(buffer), RANGE - got))
    return got


@contextmanager
def _nginx(film: Path) -> Iterator[int]:
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    folder = Path(tempfile.mkdtemp(prefix="homereel-nginx-"))
    (folder / "www").mkdir()
    (folder / "www" / "film.mp4").hardlink_to(film)
    folder.chmod(0o755)
    (folder / "www").chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    (folder / "nginx.conf").write_text(
        f"user root;\nworker_processes 2;\npid {folder}/pid;\nerror_log {folder}/error.log;\ndaemon off;\nevents {{}}\n"
        f"http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;\n"
        f"client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;\n"
        f"fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n"
        f"server {{ listen 127.0.0.1:{port}; root {folder}/www; }} }}\n"
    )
    process = subprocess.Popen([program, "-c", str(folder / "nginx.conf"), "-p", str(folder)])
    time.sleep(0.7)
    try:
        yield port
    finally:
        process.terminate()
        process.wait(timeout=10)
        shutil.rmtree(folder, ignore_errors=True)
