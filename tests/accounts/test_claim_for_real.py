"""SECURITY AU-1 on a real server, which is stopped, killed and robbed in between."""

import re

import pytest

from tests.serving import PASSWORD, Serving


def codes(server: Serving) -> list[str]:
    return re.findall(r"Setup code: (\S+)", server.said)


def statuses(server: Serving, code: str) -> set[int]:
    told = {"code": code, "site_name": "x", "username": "evil", "password": PASSWORD}
    api = server.client
    return {
        api.get("/setup").status_code,
        api.get("/setup", params={"code": code}).status_code,
        api.post("/setup", data={"code": code}).status_code,
        api.post("/setup/owner", data=told).status_code,
        api.post("/api/v1/setup", json=told).status_code,
    }


@pytest.mark.timeout(180)
def test_the_code_stays_the_same_until_the_site_is_claimed_and_then_there_is_none_ever_again(server: Serving) -> None:
    server.restart()
    first, again = codes(server)
    assert first == again
    assert server.client.get("/", follow_redirects=False).headers["location"] == "/setup"

    server.claim()
    assert statuses(server, first) == {404}
    server.kill9()
    (server.data / "config.toml").unlink(missing_ok=True)
    server.start()

    assert statuses(server, first) == {404}
    assert len(codes(server)) == 2
    assert not (server.data / "secrets" / "setup-code").exists()
