"""R-36: Two servers on one data folder: the second says so and exits; after kill -9 the next start needs no manual unlock."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.reliability.conftest import MakeServer
from tests.serving import CHECKOUT, Serving


def second_start(data: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "app", "serve", "--data", str(data), "--host", "127.0.0.1", "--port", "0"]
    return subprocess.Popen(
        command, cwd=CHECKOUT, env=os.environ, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )


def refused(started: "subprocess.Popen[str]", by: int, data: Path) -> bool:
    _, said = started.communicate(timeout=60)
    assert said.strip().count("\n") == 0, said
    return started.returncode == 1 and f"process {by}" in said and str(data) in said


def test_the_second_server_says_who_is_there_and_harms_nothing(claimed_server: MakeServer) -> None:
    server = claimed_server().start()
    before = server.client.get("/api/v1/session").json()

    assert refused(second_start(server.data), server.pid, server.data)

    assert server.client.get("/api/v1/session").json() == before
    server.kill9()
    server.start()  # nothing has to be unlocked by hand
    assert server.client.get("/api/v1/session").json() == before
    assert server.terminate() == 0


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_of_twenty_that_start_at_once_one_serves(tmp_path: Path) -> None:
    data = tmp_path / "data"
    started = [second_start(data) for _ in range(20)]
    try:
        deadline = time.monotonic() + 120
        while sum(each.poll() is None for each in started) > 1 and time.monotonic() < deadline:
            time.sleep(0.2)
        (winner,) = [each for each in started if each.poll() is None]
        assert all(refused(each, winner.pid, data) for each in started if each is not winner)
    finally:
        for each in started:
            if each.poll() is None:
                each.kill()
                each.communicate(timeout=10)
    again = Serving(data)
    try:
        again.start()
        assert again.claim().get("/api/v1/session").status_code == 200
    finally:
        again.close()
