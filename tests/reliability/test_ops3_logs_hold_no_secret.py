"""OPS-3: what is written at the terminal and to the log holds no password, cookie, token or key; the events of security are in it."""

import re

import httpx
import pytest

from tests.reliability import aftermath
from tests.reliability.conftest import MakeServer
from tests.reliability.films import film_of
from tests.reliability.uploader import Uploader
from tests.serving import PASSWORD

WRONG = "sentinel-of-a-wrong-password"
NEW = "sentinel of a new password"


@pytest.mark.slow
def test_after_a_day_of_a_site_no_secret_is_in_its_log(claimed_server: MakeServer) -> None:
    server = claimed_server(environment={"HOMEREEL_LOG": "json"}).start()
    client, secrets = server.client, [PASSWORD, WRONG, NEW]
    secrets += [str(cookie.value) for cookie in client.cookies.jar]
    assert client.post("/api/v1/session", json={"username": "anna", "password": WRONG}).status_code in (401, 403, 422)
    client.post(f"/login?password={WRONG}", data={"username": "anna", "password": WRONG})
    client.cookies.clear()
    server.sign_in()
    secrets += [str(cookie.value) for cookie in client.cookies.jar]
    assert client.post("/api/v1/users", json={"username": "ben", "password": NEW, "role": "creator"}).is_success
    made = client.post("/api/v1/tokens", json={"name": "script", "scopes": ["read", "upload", "manage", "admin"]})
    assert made.is_success, made.text
    token = next(value for value in made.json().values() if isinstance(value, str) and value.startswith("homereel_"))
    upload = Uploader(server, "film.mp4", film_of(1 << 20))
    upload.go_on()
    aftermath.until_playable(server, upload.video)
    told = _by_token(server.origin, token, f"/api/v1/videos/{upload.video}")
    media = re.findall(r"token=([^&\"]+)", str(told))
    secrets += [token, *media]
    assert media
    for address in (f"/media/{upload.video}/original?token={media[0]}x", f"/nothing?token={token}&code={WRONG}", "/api/v1/jobs?key=x"):
        client.get(address)
    _by_token(server.origin, token + "x", "/api/v1/videos")

    assert server.terminate() == 0

    said = server.said
    assert [secret for secret in secrets if secret and secret in said] == []
    assert "$argon2" not in said
    key = (server.data / "secrets" / "media.key").read_bytes()
    assert key.hex() not in said
    assert '"status": 401' in said or '"status":401' in said
    assert "stopped" in said


def _by_token(origin: str, token: str, path: str) -> object:
    reply = httpx.get(origin + path, headers={"authorization": f"Bearer {token}"})
    return reply.json()
