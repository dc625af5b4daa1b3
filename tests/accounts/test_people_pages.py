"""/admin/people: who is in the house."""

import re

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from app.accounts.people_pages import make_up_password
from app.accounts.service import find_user
from app.http.viewer import Role
from app.site import Site
from tests.accounts.people import secret_in
from tests.conftest import AsUser, browser, token_of
from tests.serving import PASSWORD


def page_of(site: Site, name: str) -> str:
    with site.read() as session:
        user = find_user(session, name)
        assert user is not None
        return f"/admin/people/{user.public_id}"


@pytest.mark.parametrize("role", [Role.MEMBER, Role.CREATOR, Role.MODERATOR])
def test_for_everybody_else_there_is_no_such_page(as_user: AsUser, role: Role) -> None:
    assert as_user("ben", role).get("/admin/people").status_code == 404
    assert as_user("ben", role).post("/admin/people", data={"username": "evil"}).status_code == 404


def test_somebody_is_let_in_with_a_password_that_is_made_up_and_shown_once(claimed: Site, as_user: AsUser, client: TestClient) -> None:
    anna = as_user("anna")

    made = anna.post("/admin/people", data={"username": "Grandma Rose", "role": "member"})

    assert "Grandma Rose can sign in now." in made.text
    password = secret_in(made.text)
    assert password not in anna.get("/admin/people").text
    assert client.post("/api/v1/session", json={"username": "grandma rose", "password": password}).status_code == 201


def test_passwords_that_are_made_up_are_easy_to_read_and_never_the_same() -> None:
    made = {make_up_password() for _ in range(200)}

    assert len(made) == 200
    assert all(re.fullmatch(r"([a-z]{4} ){4}[a-z]{4}", one) for one in made)


@pytest.mark.parametrize(
    ("form", "field"),
    [({"username": ""}, "username"), ({"username": "ANNA"}, "username"), ({"username": "ben", "password": "short"}, "password")],
)
def test_what_makes_no_account_is_said_beside_the_field(as_user: AsUser, form: dict[str, str], field: str) -> None:
    reply = as_user("anna").post("/admin/people", data=form)

    assert reply.status_code == 422
    assert f'id="e-{field}"' in reply.text


def test_a_role_given_on_the_page_takes_hold_and_signs_the_person_out(claimed: Site, as_user: AsUser) -> None:
    anna, ben = as_user("anna"), as_user("ben")

    saved = anna.post(f"{page_of(claimed, 'ben')}/role", data={"role": "creator"})

    assert "The role is saved." in saved.text
    assert ben.get("/api/v1/session").status_code == 401
    assert as_user("ben").get("/api/v1/session").json()["role"] == "creator"
    claimed.bus.drain()
    assert len(as_user("ben").get("/api/v1/session").json()["id"]) == 12


def test_an_account_is_switched_off_and_on_again(claimed: Site, as_user: AsUser) -> None:
    anna, ben = as_user("anna"), as_user("ben")
    at = page_of(claimed, "ben")

    off = anna.post(f"{at}/off")
    assert "switched off" in off.text
    assert ben.get("/api/v1/session").status_code == 401
    assert "Switched off" in anna.get("/admin/people").text

    anna.post(f"{at}/on")
    assert as_user("ben").get("/api/v1/session").status_code == 200


def test_a_lost_device_is_signed_out_and_a_forgotten_password_set(claimed: Site, as_user: AsUser, client: TestClient) -> None:
    anna, ben = as_user("anna"), as_user("ben")
    at = page_of(claimed, "ben")

    assert "Signed out everywhere." in anna.post(f"{at}/sign-out").text
    assert ben.get("/api/v1/session").status_code == 401

    password = secret_in(anna.post(f"{at}/password").text)
    assert client.post("/api/v1/session", json={"username": "ben", "password": password}).status_code == 201
    assert anna.post(f"{at}/password", data={"password": "short"}).status_code == 422


def test_the_last_owner_stays_and_is_told_why(claimed: Site, as_user: AsUser) -> None:
    anna = as_user("anna")
    at = page_of(claimed, "anna")

    demoted = anna.post(f"{at}/role", data={"role": "member"})
    assert demoted.status_code == 409
    assert "last owner" in demoted.text
    assert anna.post(f"{at}/off").status_code == 409
    assert anna.get("/api/v1/session").json()["role"] == "owner"


def test_an_administrator_sees_owners_and_cannot_touch_them(claimed: Site, as_user: AsUser) -> None:
    admin = as_user("ben", Role.ADMIN)
    at = page_of(claimed, "anna")

    assert "Only an owner can change" in admin.get(at).text
    for act, form in (("role", {"role": "member"}), ("off", {}), ("sign-out", {}), ("password", {"password": PASSWORD})):
        assert admin.post(f"{at}/{act}", data=form).status_code == 403, act
    assert admin.post("/admin/people", data={"username": "carl", "role": "owner"}).status_code == 403
    assert admin.post(f"{page_of(claimed, 'ben')}/role", data={"role": "owner"}).status_code == 403


def test_people_whom_nobody_knows_are_missing(as_user: AsUser, asgi: Litestar, claimed: Site) -> None:
    anna = as_user("anna")

    assert anna.get("/admin/people/nobody").status_code == 404
    assert anna.post("/admin/people/nobody/off").status_code == 404
    stranger = browser(asgi).get(page_of(claimed, "anna"), follow_redirects=False)
    assert stranger.headers["location"].startswith("/login?next=")
    assert token_of(claimed, "anna")
