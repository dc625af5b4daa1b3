"""People by the API, and what must hold over all of its routes (SECURITY AU-2, AU-7, AU-11, AZ-7)."""

import re
from itertools import chain, combinations

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlmodel import select

from app.accounts.models import ApiToken, SignIn, User
from app.accounts.routes import handlers
from app.http.viewer import Role, Scope
from app.site import Site
from tests.conftest import AsUser
from tests.serving import PASSWORD

SAFE = {"GET", "HEAD", "OPTIONS"}


def routes(*, unsafe: bool) -> list[tuple[str, str]]:
    """Method and address of every route about people, with something in place of what varies."""
    found = {(method, re.sub(r"\{[^}]+\}", "something", path)) for each in handlers for path in each.paths for method in each.http_methods}
    return sorted((method, address) for method, address in found if (method not in SAFE) == unsafe)


def everything(site: Site) -> list[str]:
    """All that is kept of people, as text."""
    with site.read() as session:
        return sorted(
            str(row.model_dump(exclude={"seen_at", "expires_at"}))
            for table in (User, SignIn, ApiToken)
            for row in session.exec(select(table))
        )


def test_no_state_change_can_be_made_from_another_site(claimed: Site, as_user: AsUser) -> None:
    anna = as_user("anna")
    before, tried = everything(claimed), routes(unsafe=True)
    assert len(tried) > 25

    for method, address in tried:
        for headers in ({"origin": "https://evil.example"}, {"origin": "null"}, {"origin": "http://homereel.lan.evil.example"}):
            for body in ({"json": {"role": "member"}}, {"data": {"role": "member"}}, {"files": {"a": b"b"}}):
                assert anna.request(method, address, headers=headers, **body).status_code == 403, (method, address)  # type: ignore[arg-type]
        del anna.headers["origin"]
        assert anna.request(method, address, headers={"sec-fetch-site": "cross-site"}).status_code == 403, (method, address)
        anna.headers["origin"] = "http://homereel.lan"

    assert everything(claimed) == before


def test_json_that_says_it_is_text_is_refused(claimed: Site, as_user: AsUser) -> None:
    anna = as_user("anna")
    body = b'{"username": "evil", "password": "three words together"}'

    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        assert anna.post("/api/v1/users", content=body, headers={"content-type": kind}).status_code == 415
    assert anna.post("/api/v1/users", content=body, headers={"content-type": "application/json; charset=utf-8"}).status_code == 201


def test_looking_changes_nothing(claimed: Site, as_user: AsUser) -> None:
    anna = as_user("anna")
    before, tried = everything(claimed), routes(unsafe=False)
    assert len(tried) > 10

    for method, address in tried:
        anna.request(method, address)

    assert everything(claimed) == before


def test_no_answer_ever_holds_a_hash_or_the_token_of_a_session(claimed: Site, as_user: AsUser, client: TestClient) -> None:
    anna, ben = as_user("anna"), as_user("ben")
    token = anna.post("/api/v1/tokens", json={"name": "script", "scopes": ["read"]}).json()
    with claimed.read() as session:
        secret = [row for one in session.exec(select(SignIn)) for row in (one.token_hash, one.id)]
        secret += [one.token_hash for one in session.exec(select(ApiToken))] + [one.id for one in session.exec(select(User))]
        ids = [one.public_id for one in session.exec(select(User))]
    answers = [anna.request(method, address).text for method, address in routes(unsafe=False)]
    answers += [anna.get(f"/api/v1/users/{one}").text for one in ids] + [anna.get(f"/admin/people/{one}").text for one in ids]
    answers += [
        anna.patch("/api/v1/account", json={}).text,
        client.post("/api/v1/session", json={"username": "anna", "password": PASSWORD}).text,
    ]

    for one in (*secret, "$argon2", anna.cookies["homereel"], ben.cookies["homereel"], token["secret"]):
        assert not [answer[:100] for answer in answers if one in answer], one
    assert token["token"]["id"] in "".join(answers)


def test_every_route_of_the_api_is_described(asgi: Litestar) -> None:
    for path, item in (asgi.openapi_schema.paths or {}).items():
        for method in ("get", "post", "patch", "delete"):
            operation = getattr(item, method)
            if operation and operation.tags and operation.tags[0] in ("Account", "People", "Setup"):
                assert operation.summary, path
                assert operation.description, path
    described = set(asgi.openapi_schema.paths or {})
    api = {
        route.path
        for route in asgi.routes
        if route.path.startswith(("/api/v1/users", "/api/v1/tokens", "/api/v1/session", "/api/v1/account"))
    }
    assert {re.sub(r":str", "", path) for path in api} <= described


def bearer(client: TestClient, secret: str) -> dict[str, str]:
    client.cookies.clear()
    return {"authorization": f"Bearer {secret}"}


def test_of_all_sets_of_scopes_none_lets_a_token_make_or_widen_a_token(claimed: Site, as_user: AsUser, client: TestClient) -> None:
    anna = as_user("anna")
    for scopes in chain.from_iterable(combinations(sorted(Scope), size) for size in range(1, 5)):
        made = anna.post("/api/v1/tokens", json={"name": "script", "scopes": list(scopes)}).json()
        headers = bearer(client, made["secret"])
        assert client.post("/api/v1/tokens", json={"name": "more", "scopes": ["read"]}, headers=headers).status_code == 403
        assert client.get("/api/v1/tokens", headers=headers).status_code == 403
        assert client.patch(f"/api/v1/tokens/{made['token']['id']}", json={"scopes": ["admin"]}, headers=headers).status_code == 405
        assert client.delete("/api/v1/session", headers=headers).status_code == 403
        assert client.post("/api/v1/account/password", json={"old": PASSWORD, "new": PASSWORD}, headers=headers).status_code == 403
    assert len(anna.get("/api/v1/tokens").json()["items"]) == 15


def test_a_request_with_a_token_is_not_helped_by_a_cookie(claimed: Site, as_user: AsUser) -> None:
    anna = as_user("anna")
    made = anna.post("/api/v1/tokens", json={"name": "script", "scopes": ["read"]}).json()

    assert anna.get("/api/v1/users", headers={"authorization": f"Bearer {made['secret']}"}).status_code == 403
    assert anna.get("/api/v1/users", headers={"authorization": "Bearer wrong"}).status_code == 401
    assert anna.get("/api/v1/users", headers={"authorization": "Basic YTpi"}).status_code == 200  # a proxy's, not ours


def test_people_are_made_shown_and_changed(claimed: Site, as_user: AsUser, client: TestClient) -> None:
    anna = as_user("anna")

    made = anna.post("/api/v1/users", json={"username": "ben", "password": PASSWORD, "role": "creator", "display_name": "Uncle Ben"})

    assert made.status_code == 201
    assert {key: made.json()[key] for key in ("name", "display_name", "role", "disabled")} == {
        "name": "ben",
        "display_name": "Uncle Ben",
        "role": "creator",
        "disabled": False,
    }
    at = f"/api/v1/users/{made.json()['id']}"
    assert [one["name"] for one in anna.get("/api/v1/users").json()["items"]] == ["anna", "ben"]
    assert client.post("/api/v1/session", json={"username": "ben", "password": PASSWORD}).status_code == 201
    assert anna.patch(at, json={"disabled": True}).json()["disabled"] is True
    assert client.get("/api/v1/session").status_code == 401
    assert anna.patch(at, json={"disabled": False, "role": "member"}).json()["role"] == "member"
    assert anna.post(f"{at}/password", json={"password": "another three words"}).status_code == 204
    assert client.post("/api/v1/session", json={"username": "ben", "password": "another three words"}).status_code == 201
    assert anna.get(at).json()["role"] == "member"


@pytest.mark.parametrize("field", ["owner_id", "is_admin", "password_hash", "created_at", "id", "folded", "quota", "state"])
def test_fields_that_nobody_may_set_change_nothing(claimed: Site, as_user: AsUser, field: str) -> None:
    anna, ben = as_user("anna"), as_user("ben")
    me = ben.get("/api/v1/session").json()["id"]
    before = everything(claimed)

    replies = [
        ben.patch("/api/v1/account", json={"display_name": "Ben", field: "admin"}),
        ben.patch("/api/v1/account", json={"role": "admin"}),
        ben.patch(f"/api/v1/users/{me}", json={"role": "admin"}),
        anna.patch(f"/api/v1/users/{me}", json={"display_name": "Ben", field: "x"}),
        anna.post("/api/v1/users", json={"username": "carl", "password": PASSWORD, field: "x"}),
    ]

    assert [reply.status_code for reply in replies] == [400, 400, 403, 400, 400]
    assert everything(claimed) == before


def test_a_token_looks_after_people_but_makes_no_more_power(claimed: Site, as_user: AsUser, client: TestClient) -> None:
    anna = as_user("anna")
    admin = as_user("carl", Role.ADMIN).get("/api/v1/session").json()["id"]
    headers = bearer(client, anna.post("/api/v1/tokens", json={"name": "hr", "scopes": ["admin"]}).json()["secret"])

    made = client.post("/api/v1/users", json={"username": "ben", "password": PASSWORD}, headers=headers)
    assert made.status_code == 201
    at = f"/api/v1/users/{made.json()['id']}"
    assert client.patch(at, json={"disabled": True}, headers=headers).status_code == 200
    for method, address, body in (
        ("POST", "/api/v1/users", {"username": "eve", "password": PASSWORD, "role": "admin"}),
        ("PATCH", at, {"role": "admin"}),
        ("POST", f"{at}/password", {"password": PASSWORD}),
        ("PATCH", f"/api/v1/users/{admin}", {"disabled": True}),
    ):
        assert client.request(method, address, json=body, headers=headers).status_code == 403, address


def test_one_sees_and_ends_only_ones_own_devices_and_tokens(claimed: Site, as_user: AsUser) -> None:
    anna, ben = as_user("anna"), as_user("ben")
    device = ben.get("/api/v1/devices").json()["items"][0]["id"]
    token = ben.post("/api/v1/tokens", json={"name": "script", "scopes": ["read"]}).json()["token"]["id"]

    for address in (f"/api/v1/devices/{device}", f"/api/v1/tokens/{token}"):
        assert anna.delete(address).status_code == 404
        assert ben.get("/api/v1/session").status_code == 200
    assert ben.delete(f"/api/v1/tokens/{token}").status_code == 204
    assert ben.get("/api/v1/tokens").json() == {"items": [], "next": None}
    assert ben.delete(f"/api/v1/devices/{device}").status_code == 204
    assert ben.get("/api/v1/session").status_code == 401


def test_ones_name_and_look_are_changed_and_what_is_left_out_stays(as_user: AsUser) -> None:
    ben = as_user("ben")

    assert ben.patch("/api/v1/account", json={"display_name": "Uncle Ben"}).json()["display_name"] == "Uncle Ben"
    changed = ben.patch("/api/v1/account", json={"theme": "dark"}).json()

    assert (changed["display_name"], changed["theme"]) == ("Uncle Ben", "dark")
    assert ben.get("/api/v1/session").json() == changed
    refused = ben.patch("/api/v1/account", json={"theme": "pink"})
    assert refused.status_code == 422
    assert list(refused.json()["errors"]) == ["theme"]


def test_a_new_password_by_the_api_gives_this_device_a_new_cookie(claimed: Site, as_user: AsUser) -> None:
    anna, elsewhere = as_user("anna"), as_user("anna")

    reply = anna.post("/api/v1/account/password", json={"old": PASSWORD, "new": "another three words"})

    assert reply.status_code == 204
    assert elsewhere.get("/api/v1/session").status_code == 401
    anna.cookies.clear()
    assert anna.get("/api/v1/session", headers={"cookie": reply.headers["set-cookie"].split(";")[0]}).status_code == 200
