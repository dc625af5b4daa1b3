"""Coming in and going out (SECURITY AU-2 to AU-5)."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient
from sqlmodel import select
from structlog.testing import capture_logs

from app.accounts import service
from app.accounts.models import SignIn, User
from app.accounts.passwords import Passwords
from app.accounts.roles import KEEPER
from app.accounts.sign_in import WRONG
from app.http.viewer import Role
from app.main import build_asgi, build_site
from app.settings import Settings
from app.site import Site
from tests.conftest import HOST, AsUser, browser
from tests.serving import PASSWORD


def enter(client: TestClient, name: str = "anna", password: str = PASSWORD, **fields: str) -> Response:
    return client.post("/login", data={"username": name, "password": password, **fields}, follow_redirects=False)


def inside(client: TestClient) -> bool:
    return client.get("/api/v1/session").status_code == 200


def test_with_name_and_password_one_comes_in_and_goes_on(claimed: Site, client: TestClient) -> None:
    reply = enter(client, " ANNA ", next="/settings?x=1")

    assert (reply.status_code, reply.headers["location"]) == (303, "/settings?x=1")
    assert inside(client)


@pytest.mark.parametrize("elsewhere", ["//evil.example", "/\\evil", "https:evil"])
def test_nobody_is_led_elsewhere_by_the_door(claimed: Site, client: TestClient, elsewhere: str) -> None:
    assert 'value="/"' in client.get("/login", params={"next": elsewhere}).text
    assert enter(client, next=elsewhere).headers["location"] == "/"
    assert client.get("/login", params={"next": elsewhere}, follow_redirects=False).headers["location"] == "/"


def test_what_was_wrong_is_said_on_the_page_with_the_name_kept_and_the_password_not(claimed: Site, client: TestClient) -> None:
    reply = enter(client, "an<na", "a wrong password", next="/settings")

    assert reply.status_code == 422
    assert WRONG in reply.text
    assert 'value="an&lt;na"' in reply.text
    assert 'value="/settings"' in reply.text
    assert "a wrong password" not in reply.text
    assert not inside(client)


def test_going_out_kills_the_cookie_whoever_holds_it(claimed: Site, client: TestClient, asgi: Litestar) -> None:
    enter(client)
    thief = browser(asgi)
    thief.cookies.set("homereel", client.cookies["homereel"])
    assert inside(thief)

    reply = client.post("/logout", follow_redirects=False)

    assert reply.status_code == 303
    assert "max-age=0" in reply.headers["set-cookie"].lower()
    assert not inside(thief)


def test_signing_in_again_makes_a_new_session_and_ends_the_old(claimed: Site, client: TestClient) -> None:
    enter(client)
    old = dict(client.cookies)

    enter(client)

    assert dict(client.cookies) != old
    with claimed.read() as session:
        assert len(session.exec(select(SignIn)).all()) == 1


def test_a_session_that_somebody_chose_beforehand_is_never_taken_up(claimed: Site, client: TestClient) -> None:
    given = enter(client).headers["set-cookie"]
    client.post("/logout")

    again = client.post(
        "/login", data={"username": "anna", "password": PASSWORD}, headers={"cookie": given.split(";")[0]}, follow_redirects=False
    )

    assert again.headers["set-cookie"].split(";")[0] != given.split(";")[0]
    client.cookies.clear()
    assert client.get("/api/v1/session", headers={"cookie": given.split(";")[0]}).status_code == 401


def test_the_same_by_the_api(claimed: Site, client: TestClient) -> None:
    wrong = client.post("/api/v1/session", json={"username": "anna", "password": "wrong"})
    assert (wrong.status_code, wrong.json()["detail"]) == (401, WRONG)

    right = client.post("/api/v1/session", json={"username": "anna", "password": PASSWORD})
    assert right.status_code == 201
    assert right.json() == client.get("/api/v1/session").json()
    assert right.json()["role"] == "owner"

    assert client.delete("/api/v1/session").status_code == 204
    assert client.get("/api/v1/session").status_code == 401


@pytest.fixture
def at_both(claimed_data: Path, tmp_path: Path) -> Iterator[Site]:
    """A site with an https address, as seen from outside and from the house."""
    shutil.copytree(claimed_data, tmp_path / "both")
    site = build_site(Settings(data=tmp_path / "both", base_url="https://video.example.org"))
    yield site
    site.database.close()


def test_on_plain_http_the_cookie_is_for_this_site_alone_and_no_script_reads_it(claimed: Site, client: TestClient) -> None:
    cookie = enter(client).headers["set-cookie"]

    assert cookie.startswith("homereel=")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert "domain" not in cookie.lower()


def test_at_an_https_address_the_cookie_is_secure_and_of_this_host(at_both: Site) -> None:
    outside = TestClient(build_asgi(at_both), base_url="http://video.example.org")
    outside.headers["origin"] = "https://video.example.org"  # a proxy ends TLS and keeps the Host

    cookie = enter(outside).headers["set-cookie"]

    assert cookie.startswith("__Host-homereel=")
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(cookie.split("; "))
    token = cookie.split(";")[0].split("=")[1]
    assert outside.get("/api/v1/session", headers={"cookie": f"__Host-homereel={token}"}).status_code == 200
    assert outside.get("/api/v1/session", headers={"cookie": f"homereel={token}"}).status_code == 401


def test_a_site_with_an_https_address_can_be_used_in_the_house_too(at_both: Site) -> None:
    at_home = TestClient(build_asgi(at_both), base_url="http://192.168.1.5:8080")
    at_home.headers["origin"] = "http://192.168.1.5:8080"

    assert enter(at_home).headers["set-cookie"].startswith("homereel=")
    assert inside(at_home)


def test_of_many_guesses_with_every_header_and_name_at_most_twenty_are_looked_at(
    claimed: Site, as_user: AsUser, client: TestClient
) -> None:
    owner, dice = as_user("anna"), random.Random(7)
    passwords = claimed.part(Passwords)
    before, statuses = passwords.hashings, []

    for n in range(150):
        address = f"10.{dice.randrange(256)}.{dice.randrange(256)}.{dice.randrange(256)}"
        headers = {"x-forwarded-for": address, "x-real-ip": address, "forwarded": f"for={address}", "cf-connecting-ip": address}
        told = {"username": dice.choice(["anna", "ANNA", f"nobody {n}"]), "password": f"guess {n}"}
        statuses.append(client.post("/api/v1/session", json=told, headers=headers | {"user-agent": f"guesser {n}"}).status_code)

    assert passwords.hashings - before <= 20
    assert statuses.count(429) >= 130
    refused = enter(client)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 601
    assert "Wait 10 min" in refused.text
    assert inside(owner)


def test_accounts_that_do_not_exist_look_and_cost_the_same(claimed: Site, client: TestClient) -> None:
    passwords = claimed.part(Passwords)

    def ask(name: str) -> tuple[int, str, dict[str, str], int]:
        before = passwords.hashings
        reply = client.post("/api/v1/session", json={"username": name, "password": "a wrong password"})
        headers = {key: value for key, value in reply.headers.items() if key != "x-request-id"}
        return reply.status_code, reply.json()["detail"], headers, passwords.hashings - before

    assert ask("anna") == ask("nobody")
    page, other = enter(client, "anna", "wrong"), enter(client, "bnna", "wrong")
    assert page.status_code == other.status_code
    assert page.text.replace("anna", "bnna") == other.text


def test_a_huge_password_is_refused_with_a_sentence_and_no_work(claimed: Site, client: TestClient) -> None:
    before = claimed.part(Passwords).hashings

    reply = enter(client, "anna", "x" * 900_000)

    assert reply.status_code == 422
    assert "256 characters" in reply.text
    assert claimed.part(Passwords).hashings == before


def switch_off(site: Site, name: str) -> None:
    with site.write() as session:
        user = service.find_user(session, name)
        assert user is not None
        service.disable(session, user, by=KEEPER)


def ben_with_a_password(site: Site) -> User:
    password_hash = site.part(Passwords).new_hash(PASSWORD)
    with site.write() as session:
        return service.create_user(session, by=KEEPER, name="ben", role=Role.MEMBER, password_hash=password_hash, now=site.now())


def test_an_account_that_is_switched_off_is_dead_at_once_and_told_so_only_to_who_knows_the_password(
    claimed: Site, client: TestClient
) -> None:
    ben_with_a_password(claimed)
    enter(client, "ben")

    switch_off(claimed, "ben")

    assert not inside(client)
    assert WRONG in enter(client, "ben", "a wrong password").text
    right = enter(client, "ben")
    assert right.status_code == 403
    assert "switched off" in right.text


def test_a_hash_of_older_parameters_is_made_anew_when_its_owner_signs_in(claimed: Site, client: TestClient) -> None:
    old = Passwords(time_cost=1, memory_kib=64).new_hash(PASSWORD)
    with claimed.write() as session:
        user = service.find_user(session, "anna")
        assert user is not None
        user.password_hash = old

    assert enter(client).status_code == 303

    with claimed.read() as session:
        user = service.find_user(session, "anna")
        assert user is not None
        assert not claimed.part(Passwords).outdated(user.password_hash)


def test_nothing_secret_gets_into_the_log(claimed: Site, client: TestClient) -> None:
    with capture_logs() as lines:
        enter(client, "anna", "wrong sentinel-1")
        enter(client)
        token = client.cookies["homereel"]
        client.post("/settings/password", data={"old": PASSWORD, "password": "sentinel-2 and more"})

    said = str(lines)
    assert len(lines) >= 6  # who came in, who did not, what was changed
    assert "sentinel" not in said
    assert PASSWORD not in said
    assert token not in said


def test_the_page_of_another_site_cannot_sign_anybody_in(claimed: Site, client: TestClient) -> None:
    reply = client.post("/login", data={"username": "anna", "password": PASSWORD}, headers={"origin": "https://evil.example"})

    assert reply.status_code == 403
    assert "set-cookie" not in reply.headers
    assert HOST not in reply.headers.get("access-control-allow-origin", "")
