"""P4: media bytes a second, each request asked about by the rule, against nginx sendfile on the same file; what 50 viewers wait."""

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
from tests.bench.place import FILMS, Place, film, place

RANGE = 2 << 20
READERS = 4
SECONDS = 5.0
ROUNDS = 3
VIEWERS = 50
EVERY = 0.5  # seconds between two requests of one viewer: eight times as often as a player asks
SMALL = 256 << 10  # bytes of a segment at 480p


def rows() -> Iterator[Row]:
    source = _heavy()
    size = source.stat().st_size
    with place(proxies="127.0.0.1", sendfile="nginx") as site:
        video, _ = site.upload(source)
        site.wait_playable(video)
        _settled(site, video)
        cookie = "; ".join(f"{c.name}={c.value}" for c in site.http.cookies.jar)
        path = f"/media/{video}/original"
        with nginx(source, site) as port:
            ours, handed, theirs = list[float](), list[float](), list[float]()
            for _ in range(ROUNDS):  # in turns: what else this machine does meets all alike
                theirs.append(_rate(port, "/film.mp4", size, ""))
                ours.append(_rate(site.port, path, size, cookie))
                handed.append(_rate(port, path, size, cookie))
            waited, nginx_waited = _waits(site.port, path, size, cookie), _waits(port, "/film.mp4", size, "")
    note = f"{READERS} connections, ranges of 2 MiB, client on the same cores, middle of {ROUNDS} rounds"
    peer = _middle(theirs)
    yield Row(
        "P4 media bytes, from Python",
        goal="≥ 0.5 × nginx",
        peer=peer / 1e6,
        ours=_middle(ours) / 1e6,
        unit="MB/s",
        better="more",
        note=note,
    )
    yield Row(
        "P4 media bytes, X-Accel", goal="≥ 0.95 × nginx", peer=peer / 1e6, ours=_middle(handed) / 1e6, unit="MB/s", better="more", note=note
    )
    yield Row(
        "P4 wait for a range, p99", goal="≤ 20 ms", peer=nginx_waited * 1000, ours=waited * 1000, unit="ms",
        note=f"{VIEWERS} viewers, each 256 KiB every {EVERY} s",
    )  # fmt: skip


def _heavy() -> Path:
    """A minute of few lines and many bytes: as many ranges as a long film, and a ladder that is soon made."""
    return film("heavy-1min.mp4", "-vf", "scale=640:360", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "3", "-g", "96",
                "-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart", loops=3)  # fmt: skip


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


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
                counts[place] += _fetch(connection, path, start, RANGE, cookie, buffer)

    began = time.perf_counter()
    _together(read, READERS)
    return sum(counts) / (time.perf_counter() - began)


def _waits(port: int, path: str, size: int, cookie: str) -> float:
    """Seconds that one in a hundred requests takes longer than, from first byte asked to last byte got."""
    waits = list[float]()

    def watch(place: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            buffer = bytearray(SMALL)
            for turn in range(20):
                time.sleep(EVERY * (place / VIEWERS if turn == 0 else 1))
                began = time.perf_counter()
                _fetch(connection, path, (place * 7 + turn) * SMALL % (size - SMALL), SMALL, cookie, buffer)
                waits.append(time.perf_counter() - began)

    _together(watch, VIEWERS)
    return sorted(waits)[int(len(waits) * 0.99)]


def _together(work: object, count: int) -> None:
    threads = [threading.Thread(target=work, args=(place,)) for place in range(count)]  # type: ignore[arg-type]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _fetch(connection: socket.socket, path: str, start: int, length: int, cookie: str, buffer: bytearray) -> int:
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nRange: bytes={start}-{start + length - 1}\r\nCookie: {cookie}\r\n\r\n"
    connection.sendall(request.encode())
    return _answer(connection, length, buffer)


def _answer(connection: socket.socket, length: int, buffer: bytearray) -> int:
    """Read one 206; its body's length."""
    head = b""
    while b"\r\n\r\n" not in head:
        piece = connection.recv(65536)
        assert piece, "the server hung up"
        head += piece
    assert head.startswith(b"HTTP/1.1 206"), head[:200]
    got = len(head) - head.index(b"\r\n\r\n") - 4
    while got < length:
        piece_length = connection.recv_into(buffer, min(len(buffer), length - got))
        assert piece_length, "the server hung up"
        got += piece_length
    return got


@contextmanager
def nginx(source: Path, site: Place) -> Iterator[int]:
    """nginx as packaging/nginx.conf.example sets it up before a site, and the same file under /film.mp4."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    folder = Path(tempfile.mkdtemp(prefix="homereel-nginx-", dir=FILMS))
    (folder / "film.mp4").hardlink_to(source)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    (folder / "nginx.conf").write_text(
        f"user root;\nworker_processes 2;\npid {folder}/pid;\nerror_log {folder}/error.log;\ndaemon off;\nevents {{}}\n"
        f"http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;\n"
        f"client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;\n"
        f"fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n"
        f"upstream homereel {{ server 127.0.0.1:{site.port}; keepalive 16; keepalive_requests 1000000; }}\n"
        f"server {{ listen 127.0.0.1:{port};\n"
        f"location = /film.mp4 {{ root {folder}; }}\n"
        f"location /homereel-files/ {{ internal; alias {site.data}/; }}\n"
        f"location / {{ proxy_pass http://homereel; proxy_http_version 1.1; proxy_set_header Connection ''; proxy_set_header Host $host;\n"
        f"proxy_set_header X-Forwarded-For $remote_addr; proxy_buffering off; }} }} }}\n"
    )
    process = subprocess.Popen([program, "-c", str(folder / "nginx.conf"), "-p", str(folder)])
    time.sleep(0.7)
    try:
        yield port
    finally:
        process.terminate()
        process.wait(timeout=10)
        shutil.rmtree(folder, ignore_errors=True)
