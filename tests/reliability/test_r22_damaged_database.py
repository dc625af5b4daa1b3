"""R-22: A damaged DB is never replaced by an empty one. The program as people run it; kinds of damage are in tests/ground."""

import subprocess
import sys
import time

import pytest

from tests.reliability import aftermath
from tests.reliability.conftest import MakeServer
from tests.serving import CHECKOUT, Serving


def refused(server: Serving) -> str:
    """What a start says that comes to nothing."""
    command = [sys.executable, "-m", "app", "serve", "--data", str(server.data), "--host", "127.0.0.1", "--port", str(server.port)]
    ended = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1, ended.stderr
    return ended.stderr.strip()


@pytest.mark.slow
def test_a_lost_log_never_opens_a_claimed_site_again(server: Serving) -> None:
    server.claim()
    time.sleep(1)  # a reaction folds the claim into the database
    server.kill9()
    for path in server.data.glob("site.db-*"):
        path.unlink()

    server.start()

    assert server.client.get("/setup").status_code == 404
    assert server.client.post("/api/v1/setup", json={"code": "AAAA-AAAA", "username": "evil", "password": "three words"}).status_code == 404
    server.sign_in()


@pytest.mark.slow
def test_a_damaged_database_is_one_sentence_and_stays_as_it_is(claimed_server: MakeServer) -> None:
    server = claimed_server()
    path = server.data / "site.db"
    whole = path.read_bytes()
    for damaged in (b"", whole[: len(whole) // 2], b"\0" * len(whole)):
        path.write_bytes(damaged)
        before = aftermath.tree(server.data / "originals")

        said = refused(server)

        assert said.count("\n") == 0
        assert str(path) in said
        assert "Nothing was changed" in said
        assert path.read_bytes() == damaged
        assert aftermath.tree(server.data / "originals") == before
    path.write_bytes(whole)
    server.start()
    assert server.client.get("/api/v1/session").status_code == 200
