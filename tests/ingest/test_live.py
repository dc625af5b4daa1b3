"""Uploads to a real server: clients of others, the power button, SIGTERM, many at once, cut connections, flat memory."""

import hashlib
import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from tusclient.client import TusClient

from tests.ingest.tus_client import TUS, UPLOADS, metadata
from tests.serving import Serving

MB = 1 << 20


@pytest.fixture(scope="module")
def claimed_server(claimed_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """One for all of these: it is killed and started again as they go."""
    data = tmp_path_factory.mktemp("live") / "data"
    shutil.copytree(claimed_data, data)
    made = Serving(data)
    try:
        made.start()
        made.sign_in()
        yield made
    finally:
        made.close()


def begin(server: Serving, length: int, name: str = "film.mp4") -> tuple[str, str]:
    reply = server.client.post(UPLOADS, headers=TUS | {"Upload-Length": str(length), "Upload-Metadata": metadata(filename=name)})
    assert reply.status_code == 201, reply.text
    return reply.headers["location"], reply.headers["homereel-video"]


def patch(server: Serving, where: str, offset: int, body: Any, **more: Any) -> httpx.Response:
    headers = TUS | {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    return server.client.patch(where, content=body, headers=headers, **more)


def offset_of(server: Serving, where: str) -> int:
    reply = server.client.head(where, headers=TUS)
    assert reply.status_code == 200, reply.status_code
    return int(reply.headers["upload-offset"])


def arrived(server: Serving, public_id: str) -> Path:
    """The original of a video, once its bytes are all here."""
    found = [path for path in (server.data / "originals").rglob(f"*{public_id}*") if ".incoming" not in path.parts]
    assert len(found) == 1
    return found[0]


def raw_patch(server: Serving, where: str, offset: int, length: int) -> socket.socket:
    """A PATCH whose body the test sends byte by byte, or not at all."""
    path = httpx.URL(where).path
    cookie = "; ".join(f"{name}={value}" for name, value in server.client.cookies.items())
    lines = [
        f"PATCH {path} HTTP/1.1", f"Host: 127.0.0.1:{server.port}", f"Origin: {server.origin}", f"Cookie: {cookie}", "Tus-Resumable: 1.0.0",
        f"Upload-Offset: {offset}", "Content-Type: application/offset+octet-stream", f"Content-Length: {length}", "", "",
    ]  # fmt: skip
    made = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    made.sendall("\r\n".join(lines).encode())
    return made


def test_tuspy_uploads_a_file(claimed_server: Serving) -> None:
    content = os.urandom(5 * MB + 123)
    headers = {"Origin": claimed_server.origin, "Cookie": "; ".join(f"{k}={v}" for k, v in claimed_server.client.cookies.items())}
    uploader = TusClient(claimed_server.origin + UPLOADS, headers=headers).uploader(
        file_stream=BytesIO(content), chunk_size=MB, metadata={"filename": "tuspy.mp4"}, upload_checksum=True
    )
    uploader.upload()

    (found,) = (claimed_server.data / "originals").rglob("tuspy*.mp4")
    assert found.read_bytes() == content


def test_kill_9_in_the_middle_of_a_request_loses_nothing_acknowledged(claimed_server: Serving) -> None:
    """Among them one in the middle of a request that was long enough to be written down on its way."""
    server = claimed_server
    content = os.urandom(80 * MB)
    where, public_id = begin(server, len(content))
    acknowledged = int(patch(server, where, 0, content[: 3 * MB]).headers["upload-offset"])
    connection = raw_patch(server, where, acknowledged, len(content) - acknowledged)
    connection.sendall(content[acknowledged : 70 * MB])
    time.sleep(0.5)
    server.kill9()
    connection.close()
    server.start()

    resumed = offset_of(server, where)
    assert resumed >= 32 * MB
    assert patch(server, where, resumed, content[resumed:]).status_code == 204
    assert arrived(server, public_id).read_bytes() == content


def test_kill_9_right_after_the_last_acknowledgement_loses_nothing(claimed_server: Serving) -> None:
    server = claimed_server
    content = os.urandom(MB)
    where, public_id = begin(server, len(content))
    assert patch(server, where, 0, content).status_code == 204
    server.kill9()
    server.start()

    assert arrived(server, public_id).read_bytes() == content
    assert offset_of(server, where) == MB
    assert list((server.data / "originals" / ".incoming").iterdir()) == []


def test_sigterm_keeps_what_has_arrived(claimed_server: Serving) -> None:
    server = claimed_server
    content = os.urandom(20 * MB)
    where, public_id = begin(server, len(content))
    connection = raw_patch(server, where, 0, len(content))
    connection.sendall(content[: 5 * MB])
    time.sleep(0.5)
    began = time.monotonic()
    code = server.terminate()
    answer = connection.recv(1000)
    connection.close()

    assert code == 0
    assert time.monotonic() - began < 10
    assert answer == b"" or b" 503 " in answer
    server.start()
    assert offset_of(server, where) == 5 * MB
    assert patch(server, where, 5 * MB, content[5 * MB :]).status_code == 204
    assert arrived(server, public_id).read_bytes() == content


def test_a_cut_connection_keeps_every_byte_that_came(claimed_server: Serving) -> None:
    where, _ = begin(claimed_server, 10 * MB)
    connection = raw_patch(claimed_server, where, 0, 10 * MB)
    connection.sendall(b"x" * (3 * MB + 7))
    time.sleep(0.3)
    connection.close()

    deadline = time.monotonic() + 5
    while (here := offset_of(claimed_server, where)) != 3 * MB + 7 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert here == 3 * MB + 7


def test_one_writer_wins_and_a_silent_one_gives_way(claimed_server: Serving) -> None:
    where, public_id = begin(claimed_server, 2 * MB)
    first = raw_patch(claimed_server, where, 0, 2 * MB)
    first.sendall(b"x" * MB)
    time.sleep(0.3)

    assert patch(claimed_server, where, 0, b"y" * 2 * MB).status_code == 423
    time.sleep(3.2)
    assert offset_of(claimed_server, where) == MB
    assert patch(claimed_server, where, MB, b"x" * MB).status_code == 204
    first.close()
    assert arrived(claimed_server, public_id).read_bytes() == b"x" * 2 * MB


def test_many_uploads_at_once_stay_apart(claimed_server: Serving) -> None:
    server, failures = claimed_server, []

    def one(number: int) -> None:
        content = bytes([number]) * (2 * MB + number)
        where, public_id = begin(server, len(content), f"{number}.mp4")
        codes = {patch(server, where, start, content[start : start + MB]).status_code for start in range(0, len(content), MB)}
        if codes != {204} or arrived(server, public_id).read_bytes() != content:
            failures.append(number)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_the_same_bytes_from_two_clients_at_once_are_taken_once(claimed_server: Serving) -> None:
    content = os.urandom(8 * MB)
    where, public_id = begin(claimed_server, len(content))
    codes: list[int] = []
    threads = [threading.Thread(target=lambda: codes.append(patch(claimed_server, where, 0, content).status_code)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert codes.count(204) == 1
    assert set(codes) <= {204, 409, 413, 423}
    assert arrived(claimed_server, public_id).read_bytes() == content


def test_memory_stays_flat_while_a_long_file_passes(claimed_server: Serving) -> None:
    size, digest = 300 * MB, hashlib.sha256()
    where, public_id = begin(claimed_server, size)
    patch(claimed_server, where, 0, b"x")
    digest.update(b"x")
    process = psutil.Process(claimed_server.pid)
    before, peak, over = process.memory_info().rss, [0], threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            peak[0] = max(peak[0], process.memory_info().rss)

    def body() -> Iterator[bytes]:
        left, block = size - 1, os.urandom(MB)
        while left:
            piece = block[: min(left, MB)]
            digest.update(piece)
            left -= len(piece)
            yield piece

    watcher = threading.Thread(target=watch)
    watcher.start()
    assert patch(claimed_server, where, 1, body(), timeout=120).status_code == 204
    over.set()
    watcher.join()

    assert peak[0] - before < 32 * MB
    with arrived(claimed_server, public_id).open("rb") as file:
        assert hashlib.file_digest(file, "sha256").digest() == digest.digest()
