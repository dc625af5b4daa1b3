"""OPS-2: every error is a sentence, as a page, a fragment or problem JSON; nothing of our insides is in it."""

import errno
from collections.abc import Iterator
from typing import Any

import pytest
from litestar import get
from litestar.testing import TestClient

import app.main
from app.errors import Conflict, HomereelError, Invalid, NoSpace, SignInNeeded, TooMany, Unavailable
from app.http.policy import anyone
from app.i18n import N_
from app.main import build_asgi
from app.site import Site
from tests.conftest import browser

WAYS = {
    "page": {"accept": "text/html"},
    "fragment": {"hx-request": "true", "hx-request-type": "partial"},
    "json": {"accept": "application/json"},
}
INSIDES = ("Traceback", "/home/", "/work/", "sqlite3.", "sqlalchemy", "SELECT", 'File "', "ZeroDivisionError")

RAISED: dict[str, tuple[Exception, int, str]] = {
    "ours": (Conflict(N_("A video that is “{state}” cannot become “{to}”."), state="ready", to="queued"), 409, "cannot become"),
    "no space": (NoSpace(N_("The disk is full.")), 507, "The disk is full."),
    "busy": (Unavailable(N_("The site is busy. Try again in a moment.")), 503, "busy"),
    "full disk": (OSError(errno.ENOSPC, "No space left on device", "/home/anna/x"), 507, "disk is full"),
    "broken disk": (OSError(errno.EIO, "Input/output error", "/home/anna/x"), 503, "does not answer"),
    "another fault of the disk": (OSError(errno.EACCES, "Permission denied", "/home/anna/x"), 500, "Something went wrong inside"),
    "a fault of ours": (ZeroDivisionError("SELECT secret FROM /home/anna"), 500, "Something went wrong inside"),
}


@pytest.fixture
def faulty(claimed: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient[Any]]:
    """The site with one more page, which fails as it is told."""

    @get("/fail/{name:str}", policy=anyone, sync_to_thread=False)
    def fail(name: str) -> str:
        raise RAISED[name][0]

    known = app.main.handlers
    monkeypatch.setattr(app.main, "handlers", lambda: [*known(), fail])
    with browser(build_asgi(claimed)) as client:
        yield client


@pytest.mark.parametrize("name", RAISED)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_error_is_a_sentence(faulty: TestClient[Any], name: str, way: str) -> None:
    _, status, sentence = RAISED[name]
    headers = {
        "page": {"accept": "text/html"},
        "fragment": {"hx-request": "true", "hx-request-type": "partial"},
        "json": {"accept": "application/json"},
    }
    reply = faulty.get(f"/fail/{name}", headers=headers[way])

    assert reply.status_code == status
    assert sentence in reply.text
    assert not [inside for inside in INSIDES if inside in reply.text]
    number = reply.headers["x-request-id"]
    if way == "json":
        assert reply.headers["content-type"].startswith("application/problem+json")
        assert reply.json()["status"] == status
        assert reply.json()["instance"] == f"urn:homereel:request:{number}"
    elif way == "page":
        assert "<html" in reply.text
        assert number in reply.text
    else:
        assert "<html" not in reply.text
        assert reply.headers["hx-retarget"] == "#toasts"


@pytest.mark.parametrize(
    "path",
    [
        "/nothing", "/w/x", "/media/%00/original", "/static/..%2f..%2fapp/main.py", "/c/%ff", "/search?q=" + "x" * 5000,
        "/api/v1/videos?limit=x", "/api/v1/videos?cursor=%00", "/api/v1/search?q=%22(", "/w/" + "x" * 2000, "/api/v1/nothing",
        "/%2e%2e/etc/passwd", "/api/v1/videos?limit=-1",
    ],
)  # fmt: skip
def test_odd_addresses_get_a_plain_answer(claimed: Site, client: TestClient[Any], path: str) -> None:
    for accept in ("text/html", "application/json"):
        reply = client.get(path, headers={"accept": accept}, follow_redirects=False)
        assert reply.status_code < 500, (path, reply.status_code)
        assert not [inside for inside in INSIDES if inside in reply.text]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"username": 5}', b"\xff\xfe", b'{"username": "' + b"x" * 100_000 + b'"}', b"[" * 50_000]
)
def test_odd_bodies_get_a_plain_answer(claimed: Site, client: TestClient[Any], body: bytes) -> None:
    reply = client.post("/api/v1/session", content=body, headers={"content-type": "application/json"})

    assert 400 <= reply.status_code < 500
    assert reply.headers["content-type"].startswith("application/problem+json")
    assert reply.json()["detail"]
    assert not [inside for inside in INSIDES if inside in reply.text]


def test_a_body_that_is_too_large_is_refused(claimed: Site, client: TestClient[Any]) -> None:
    reply = client.post("/api/v1/session", content=b"x" * 1_100_000, headers={"content-type": "application/json"})

    assert reply.status_code == 413
    assert reply.json()["title"]


def test_a_wrong_method_says_so(claimed: Site, client: TestClient[Any]) -> None:
    reply = client.delete("/api/v1/search", headers={"accept": "application/json"})

    assert reply.status_code == 405
    assert "does not take that kind of request" in reply.json()["detail"]


def test_who_must_sign_in_is_led_there_and_back(claimed: Site, client: TestClient[Any]) -> None:
    page = client.get("/studio?show=all", follow_redirects=False)
    assert (page.status_code, page.headers["location"]) == (303, "/login?next=/studio%3Fshow%3Dall")
    fragment = client.get("/studio", headers={"hx-request": "true"}, follow_redirects=False)
    assert fragment.headers["hx-redirect"] == "/login?next=/studio"
    program = client.get("/api/v1/jobs", follow_redirects=False)
    assert (program.status_code, program.headers["www-authenticate"]) == (401, "Bearer")


def test_errors_hold_a_template_and_its_values() -> None:
    error = Conflict(N_("A video that is “{state}” cannot become “{to}”."), state="ready", to="{to}")
    assert str(error) == "A video that is “ready” cannot become “{to}”."
    assert error.template == "A video that is “{state}” cannot become “{to}”."
    assert str(HomereelError("100 % {sure}")) == "100 % {sure}"
    assert str(SignInNeeded()) == "Please sign in first."
    assert Invalid("x", fields={"a": "b"}).fields == {"a": "b"}
    assert TooMany("x", retry_after=3).retry_after == 3
