"""The first pages of a site, as its keeper meets them, and what they are for everybody else (SECURITY AU-1)."""

import re
import shutil
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from structlog.testing import capture_logs

from app.accounts.first_run import FirstRun
from app.accounts.service import find_user
from app.http.viewer import Role
from app.main import build_asgi, build_site
from app.settings import Origins, Settings
from app.site import Site
from app.videos.channels import first_channel
from tests.conftest import AsUser, browser
from tests.serving import PASSWORD

LATER = ["/setup/site", "/setup/folders", "/setup/done"]


@pytest.fixture
def code(site: Site) -> str:
    made = site.part(FirstRun).prepare()
    assert made is not None
    return made


def heading(text: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", text)
    assert found is not None, text[:500]
    return found[1]


def claim(client: TestClient, code: str, **change: str) -> str:
    """Where making the owner leads."""
    reply = client.post("/setup/owner", data={"code": code, "username": "anna", "password": PASSWORD, **change}, follow_redirects=False)
    assert reply.status_code == 303, reply.text
    return reply.headers["location"]


def test_a_keeper_goes_through_the_wizard_with_five_forms_and_no_scripts(site: Site, client: TestClient, code: str) -> None:
    assert heading(client.get("/setup").text) == "Welcome home"
    owner = client.post("/setup", data={"code": code.lower()})
    assert heading(owner.text) == "Who keeps this house?"
    assert f'name="code" value="{code.lower()}"' in owner.text

    assert claim(client, code) == "/setup/site"
    assert 'value="Homereel"' in client.get("/setup/site").text
    named = client.post("/setup/site", data={"site_name": "The Lindners", "privacy": "members"})
    assert heading(named.text) == "Where the films live"
    for told in (str(site.paths.originals), str(site.paths.inbox), "config.toml", "free", "Writing works"):
        assert told in named.text
    done = client.post("/setup/folders")
    assert heading(done.text) == "The door is open"
    assert "<svg" in done.text
    assert "http://localhost:8080" in done.text

    left = client.post("/setup/done", data={"then": "upload"}, follow_redirects=False)
    assert left.headers["location"] == "/upload"
    with site.read() as session:
        assert site.value(session, "site_name") == "The Lindners"
        assert site.value(session, "default_privacy") == "members"


def test_the_link_printed_at_start_leads_past_the_question_for_the_code(site: Site, client: TestClient, code: str) -> None:
    assert heading(client.get("/setup", params={"code": code}).text) == "Who keeps this house?"

    wrong = client.get("/setup", params={"code": "AAAA-AAAA"})
    assert wrong.status_code == 403
    assert heading(wrong.text) == "Welcome home"


@pytest.mark.parametrize("address", ["/setup", "/setup/owner"])
def test_without_the_code_no_page_claims_the_site(site: Site, client: TestClient, code: str, address: str) -> None:
    reply = client.post(address, data={"code": "AAAA-AAAA", "username": "evil", "password": PASSWORD})

    assert reply.status_code == 403
    assert "not the setup code" in reply.text
    assert site.part(FirstRun).open()


def test_what_was_wrong_with_the_owner_is_said_beside_the_field_and_the_password_is_in_no_page(
    site: Site, client: TestClient, code: str
) -> None:
    short = client.post("/setup/owner", data={"code": code, "username": "anna", "password": "sesame7"})

    assert short.status_code == 422
    assert "at least 8 characters" in short.text
    assert 'value="anna"' in short.text
    assert "sesame7" not in short.text
    assert site.part(FirstRun).open()


def test_once_claimed_the_first_steps_are_gone_for_everybody_for_ever(site: Site, client: TestClient, asgi: Litestar, code: str) -> None:
    claim(client, code)
    missing = browser(asgi).get("/no/such/page")

    for one in (client, browser(asgi)):
        for reply in (
            one.get("/setup"),
            one.get("/setup", params={"code": code}),
            one.post("/setup", data={"code": code}),
            one.post("/setup/owner", data={"code": code, "username": "evil", "password": PASSWORD}),
            one.post("/api/v1/setup", json={"code": code, "site_name": "x", "username": "evil", "password": PASSWORD}),
        ):
            assert reply.status_code == 404, reply.request.url
    assert heading(browser(asgi).get("/setup").text) == heading(missing.text)


def test_the_later_steps_are_the_new_owners_alone_until_they_are_done(site: Site, client: TestClient, asgi: Litestar, code: str) -> None:
    claim(client, code)
    for address in LATER:
        assert client.get(address).status_code == 200
        assert browser(asgi).get(address).status_code == 404

    client.post("/setup/done", data={"then": "//evil.example"}, follow_redirects=False)

    for address in LATER:
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404


def test_an_administrator_does_not_get_into_the_wizard(as_user: AsUser) -> None:
    for address in LATER:
        assert as_user("ben", Role.ADMIN).get(address).status_code == 404


def test_a_site_needs_a_name(site: Site, client: TestClient, code: str) -> None:
    claim(client, code)

    reply = client.post("/setup/site", data={"site_name": "  ", "privacy": "public"})

    assert reply.status_code == 422
    assert "Give the site a name" in reply.text
    assert re.search(r'value="public" checked', reply.text)


def test_what_is_set_outside_is_shown_with_its_place_and_left_alone(site: Site, client: TestClient, code: str) -> None:
    site.origins = Origins({"site_name": "config.toml", "default_privacy": "environment"})
    claim(client, code)

    assert "config.toml" in client.get("/setup/site").text
    client.post("/setup/site", data={"site_name": "Another", "privacy": "public"})

    with site.read() as session:
        assert site.value(session, "site_name") == "Homereel"
        assert site.value(session, "default_privacy") == "members"


def test_the_api_claims_the_site_as_the_contract_says(site: Site, client: TestClient, code: str) -> None:
    told = {"code": code, "site_name": "The Lindners", "username": "anna", "password": PASSWORD}
    for key in ("code", "password"):
        refused = client.post("/api/v1/setup", json=told | {key: "AAAA"})
        assert refused.status_code == {"code": 403, "password": 422}[key]
        assert refused.headers["content-type"] == "application/problem+json"

    reply = client.post("/api/v1/setup", json=told)

    assert reply.status_code == 201
    assert reply.json()["role"] == "owner"
    me = client.get("/api/v1/session").json()
    assert me == reply.json()
    with site.read() as session:
        assert site.value(session, "site_name") == "The Lindners"
    assert client.post("/api/v1/setup", json=told).status_code == 404


def test_the_owner_can_add_videos_from_the_first_moment(site: Site, client: TestClient, code: str) -> None:
    claim(client, code)

    with site.read() as session:
        user = find_user(session, "anna")
        assert user is not None
        assert first_channel(session, user.id) is not None


def test_another_site_cannot_claim_ours_through_the_keepers_browser(site: Site, client: TestClient, code: str) -> None:
    told = {"code": code, "username": "evil", "password": PASSWORD}

    assert client.post("/setup/owner", data=told, headers={"origin": "https://evil.example"}).status_code == 403
    assert client.post("/api/v1/setup", json=told | {"site_name": "x"}, headers={"origin": "https://evil.example"}).status_code == 403
    assert site.part(FirstRun).open()


def test_neither_code_nor_password_gets_into_the_log(site: Site, client: TestClient, code: str) -> None:
    with capture_logs() as lines:
        client.get("/setup", params={"code": code})
        claim(client, code)

    assert code not in str(lines)
    assert PASSWORD not in str(lines)


def test_a_site_for_this_machine_alone_shows_nothing_to_scan(blank_data: Path, tmp_path: Path) -> None:
    shutil.copytree(blank_data, tmp_path / "alone")
    alone = build_site(Settings(data=tmp_path / "alone", host="127.0.0.1"))
    with browser(build_asgi(alone)) as client:
        claim(client, alone.part(FirstRun).prepare() or "")
        done = client.get("/setup/done").text
    alone.database.close()

    assert "this machine alone" in done
    assert 'class="code"' not in done
