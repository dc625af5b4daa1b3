"""/settings: one's own account, by forms that need no script."""

import re

import pytest
from litestar.testing import TestClient

from app.http.viewer import Role
from app.site import Site
from tests.accounts.people import secret_in
from tests.conftest import AsUser, token_of
from tests.serving import PASSWORD

NEW = "another three words"


def handles(text: str) -> list[str]:
    return re.findall(r"/settings/devices/([0-9a-f]+)/sign-out", text)


def test_nobody_sees_it_without_signing_in(claimed: Site, client: TestClient) -> None:
    reply = client.get("/settings", follow_redirects=False)

    assert (reply.status_code, reply.headers["location"]) == (303, "/login?next=/settings")


def test_name_and_look_are_saved_and_shown(as_user: AsUser) -> None:
    ben = as_user("ben")

    saved = ben.post("/settings/account", data={"display_name": "Uncle Ben", "theme": "black"})

    assert "Saved." in saved.text
    assert 'value="Uncle Ben"' in saved.text
    assert 'data-theme="black"' in saved.text
    assert ben.get("/api/v1/session").json()["display_name"] == "Uncle Ben"


@pytest.mark.parametrize("form", [{"display_name": "x\u202ey"}, {"display_name": "x" * 41}, {"theme": "pink"}])
def test_what_cannot_be_saved_is_said_beside_the_field(as_user: AsUser, form: dict[str, str]) -> None:
    reply = as_user("ben").post("/settings/account", data=form)

    assert reply.status_code == 422
    assert f'id="e-{next(iter(form))}"' in reply.text


def test_a_new_password_needs_the_old_one_and_signs_out_every_other_device(claimed: Site, as_user: AsUser) -> None:
    here, elsewhere = as_user("anna"), as_user("anna")
    before = here.cookies["homereel"]

    wrong = here.post("/settings/password", data={"old": "not that", "password": NEW})
    assert wrong.status_code == 422
    assert 'id="e-old"' in wrong.text
    weak = here.post("/settings/password", data={"old": PASSWORD, "password": "password"})
    assert weak.status_code == 422
    assert 'id="e-password"' in weak.text
    assert elsewhere.get("/api/v1/session").status_code == 200

    changed = here.post("/settings/password", data={"old": PASSWORD, "password": NEW}, follow_redirects=False)

    assert changed.headers["location"] == "/settings?done=password"
    assert before not in changed.headers["set-cookie"]
    assert elsewhere.get("/api/v1/session").status_code == 401
    fresh = changed.headers["set-cookie"].split(";")[0]
    here.cookies.clear()
    assert here.get("/api/v1/session", headers={"cookie": fresh}).status_code == 200
    assert here.post("/api/v1/session", json={"username": "anna", "password": NEW}).status_code == 201


def test_devices_are_listed_and_can_be_signed_out_one_by_one(claimed: Site, as_user: AsUser) -> None:
    here, elsewhere = as_user("ben"), as_user("ben")
    page = here.get("/settings").text
    assert page.count("Firefox on Linux") == 2
    assert page.count("This one") == 1
    others = [device["id"] for device in elsewhere.get("/api/v1/devices").json()["items"] if device["current"]]

    reply = here.post(f"/settings/devices/{others[0]}/sign-out")

    assert "signed out" in reply.text
    assert len(handles(reply.text)) == 1
    assert elsewhere.get("/api/v1/session").status_code == 401
    gone = here.post(f"/settings/devices/{handles(reply.text)[0]}/sign-out", follow_redirects=False)
    assert gone.headers["location"] == "/login"
    assert here.get("/api/v1/session").status_code == 401


def test_a_token_is_shown_once_works_and_dies_when_it_is_deleted(claimed: Site, as_user: AsUser, client: TestClient) -> None:
    ben = as_user("ben")
    made = ben.post("/settings/tokens", data={"name": "backup script", "read": "true", "days": "30"})
    secret = secret_in(made.text)
    headers = {"authorization": f"Bearer {secret}"}

    assert client.get("/api/v1/session", headers=headers).json()["scopes"] == ["read"]
    again = ben.get("/settings").text
    assert secret not in again
    assert "backup script" in again
    deletes = re.findall(r'action="(/settings/tokens/[^"]+/delete)"', again)
    assert "is deleted" in ben.post(deletes[0]).text
    assert client.get("/api/v1/session", headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"read": "true"}, "name"),
        ({"name": "x", "read": "true", "days": "soon"}, "days"),
        ({"name": "x", "read": "true", "days": "0"}, "days"),
    ],
)
def test_what_makes_no_token_is_said_beside_the_field(as_user: AsUser, form: dict[str, str], field: str) -> None:
    reply = as_user("ben").post("/settings/tokens", data=form)

    assert reply.status_code == 422
    assert f'id="e-{field}"' in reply.text


def test_a_token_beyond_ones_role_is_refused_on_the_page(as_user: AsUser) -> None:
    ben = as_user("ben")

    assert "admin" not in re.findall(r'type="checkbox" name="(\w+)"', ben.get("/settings").text)
    reply = ben.post("/settings/tokens", data={"name": "x", "admin": "true"})
    assert reply.status_code == 403
    assert "Your role does not reach" in reply.text


def test_a_token_gets_onto_no_page_of_the_account(claimed: Site, as_user: AsUser, client: TestClient) -> None:
    anna = as_user("anna", Role.OWNER)
    made = anna.post("/api/v1/tokens", json={"name": "all", "scopes": ["admin", "manage", "read", "upload"]}).json()
    headers = {"authorization": f"Bearer {made['secret']}"}

    assert client.get("/settings", headers=headers).status_code == 403
    assert client.post("/settings/tokens", data={"name": "more", "read": "true"}, headers=headers).status_code == 403
    assert client.post("/settings/password", data={"old": PASSWORD, "password": NEW}, headers=headers).status_code == 403
    assert token_of(claimed, "anna")
