"""R-26: No user ever sees “database is locked”; those who wait for a write hold up nobody who reads."""

import threading
import time

import httpx
import pytest

from app.db import driver
from tests.reliability.conftest import MakeServer


@pytest.mark.slow
def test_requests_that_wait_for_the_database_hold_up_nobody_else(claimed_server: MakeServer) -> None:
    server = claimed_server().start()
    cookies, answers = dict(server.client.cookies), []

    def write() -> None:
        reply = httpx.patch(
            f"{server.origin}/api/v1/account", json={"theme": "dark"}, cookies=cookies, headers={"origin": server.origin}, timeout=30
        )
        answers.append(reply.status_code)

    other = driver.connect(str(server.data / "site.db"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writers = [threading.Thread(target=write) for _ in range(12)]
    for thread in writers:
        thread.start()
    time.sleep(0.5)
    took = []
    for _ in range(10):
        began = time.monotonic()
        assert server.client.get("/api/v1/videos").status_code == 200
        took.append(time.monotonic() - began)
    assert answers == [], "the writers wait"
    other.execute("ROLLBACK")
    other.close()
    for thread in writers:
        thread.join(30)

    assert max(took) < 1.0, took
    assert set(answers) == {200}
    assert "locked" not in server.said
