"""What machines ask: health, figures, the queue, the description of the API (SECURITY AZ-10)."""

import json

import pytest
from litestar.testing import TestClient

from app.accounts import service as accounts
from app.accounts.roles import KEEPER
from app.accounts.tokens import create_token
from app.http.viewer import Role
from app.jobs import Job, JobState
from app.media.ffmpegs import Choice
from app.settings import Origins
from app.site import Site, set_value
from app.videos.models import Original, Video
from tests.search.conftest import Add, add

__all__ = ["add"]


@pytest.fixture
def keeper_token(site: Site) -> str:
    """A token of the owner with every scope."""
    with site.write() as session:
        set_value(session, "claimed_at", site.now())
        user = accounts.create_user(session, by=KEEPER, name="keeper", role=Role.OWNER, password_hash="x", now=site.now())
        return create_token(session, user, name="t", scopes=["read", "upload", "manage", "admin"], now=site.clock())[1]


@pytest.fixture
def member_token(site: Site, keeper_token: str) -> str:
    with site.write() as session:
        user = accounts.create_user(session, by=KEEPER, name="member", role=Role.MEMBER, password_hash="x", now=site.now())
        return create_token(session, user, name="t", scopes=["read"], now=site.clock())[1]


def bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


CLOSED = ["/metrics", "/api/v1/jobs", "/admin", "/admin/jobs", "/admin/machine"]


def test_what_is_for_administrators_is_closed_to_others(client: TestClient, member_token: str) -> None:
    for path in CLOSED:
        assert client.get(path, follow_redirects=False).status_code in (401, 303)
        assert client.get(path, headers=bearing(member_token)).status_code in (403, 404)


def test_anonymous_hears_bare_health_and_no_version(client: TestClient, site: Site, keeper_token: str) -> None:
    assert client.get("/health/live").json() == {"status": "live"}
    assert client.get("/health/ready").json() == {"status": "not ready"}  # no worker waits for jobs
    site.queue.start()
    try:
        assert client.get("/health/ready").json() == {"status": "ready"}
    finally:
        site.queue.stop(2)
    told = client.get("/api/v1/server").json()
    assert told["version"] is None
    assert told["tus"]["endpoint"] == "/api/v1/uploads"
    assert told["tus"]["version"] == "1.0.0"
    assert client.get("/api/v1/server", headers=bearing(keeper_token)).json()["version"]


def test_not_ready_without_ffmpeg(client: TestClient, site: Site) -> None:
    site.provide(Choice(None, (), "none"))
    site.queue.start()
    try:
        assert client.get("/health/ready").status_code == 503
    finally:
        site.queue.stop(2)


def test_figures_are_in_the_format_of_prometheus(client: TestClient, site: Site, keeper_token: str, add: Add) -> None:
    add("Snow")
    text = client.get("/metrics", headers=bearing(keeper_token))
    assert text.headers["content-type"].startswith("text/plain; version=0.0.4")
    values = {}
    for line in text.text.splitlines():
        if not line.startswith("#"):
            name, value = line.rsplit(" ", 1)
            values[name] = float(value)
    assert values['homereel_videos{state="ready"}'] == 1
    assert values["homereel_disk_free_bytes"] > 0
    assert values["homereel_search_index_ready"] == 0


def put_job(site: Site, subject: str, **values: object) -> str:
    with site.write() as session:
        job = Job(kind="make_renditions", subject=subject, created_at=site.now(), **values)
        session.add(job)
        return job.id


def test_jobs_are_listed_in_pages_with_the_video_they_are_about(client: TestClient, site: Site, keeper_token: str, add: Add) -> None:
    video = add("Snow")
    ids = [put_job(site, video.id, state=JobState.RUNNING, progress=0.5, eta_seconds=60.0, attempt=1) for _ in range(3)]
    first = client.get("/api/v1/jobs?limit=2", headers=bearing(keeper_token)).json()
    assert [job["id"] for job in first["items"]] == ids[:0:-1]
    assert first["items"][0] == {
        "id": ids[2], "kind": "make_renditions", "video": video.public_id, "state": "running", "attempt": 1,
        "progress": 0.5, "eta_seconds": 60.0, "reason": "",
    }  # fmt: skip
    second = client.get("/api/v1/jobs", params={"limit": 2, "cursor": first["next"]}, headers=bearing(keeper_token)).json()
    assert [job["id"] for job in second["items"]] == ids[:1]
    assert second["next"] is None
    assert client.get("/api/v1/jobs?state=failed", headers=bearing(keeper_token)).json()["items"] == []
    assert client.get("/api/v1/jobs?state=nonsense", headers=bearing(keeper_token)).status_code == 400
    assert client.get("/api/v1/jobs?cursor=nonsense", headers=bearing(keeper_token)).status_code == 400


@pytest.mark.parametrize("state", ["failed", "needs_attention"])
def test_a_failed_job_is_tried_again_and_its_video_with_it(client: TestClient, site: Site, keeper_token: str, add: Add, state: str) -> None:
    video = add("Snow", state=state, playable=state != "failed", reason="It broke.")
    with site.write() as session:
        original = Original(path="x", size=1, created_at=site.now())
        session.add(original)
        session.flush()
        row = session.get(Video, video.id)
        assert row is not None
        row.original_id = original.id
    job = put_job(site, video.id, state=JobState.FAILED, reason="It broke.")
    answer = client.post(f"/api/v1/jobs/{job}/retry", headers=bearing(keeper_token))
    assert (answer.status_code, answer.json()["state"], answer.json()["video"]) == (200, "waiting", video.public_id)
    with site.read() as session:
        row = session.get(Video, video.id)
        assert row is not None
        assert row.state == "queued"
    assert client.post(f"/api/v1/jobs/{job}/retry", headers=bearing(keeper_token)).status_code == 409
    assert client.post(f"/api/v1/jobs/{job}/cancel", headers=bearing(keeper_token)).json()["state"] == "cancelled"
    assert client.post(f"/api/v1/jobs/{job}/cancel", headers=bearing(keeper_token)).status_code == 409
    assert client.post("/api/v1/jobs/nonsense/retry", headers=bearing(keeper_token)).status_code == 404


def test_every_route_of_the_api_is_described(client: TestClient) -> None:
    described = client.get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    known = {(method.upper(), path) for path, item in described["paths"].items() for method in item}
    missing = []
    for route in client.app.routes:
        if route.path_format.startswith("/api/v1"):
            path = "/" + route.path_format.strip("/")
            methods = {method for handler in getattr(route, "route_handlers", []) for method in handler.http_methods} - {"OPTIONS"}
            missing += [(method, path) for method in methods if (method, path) not in known]
    assert missing == []


def test_errors_are_described_as_they_are(client: TestClient) -> None:
    described = client.get("/api/v1/openapi.json").json()
    for item in described["paths"].values():
        for operation in item.values():
            assert operation["responses"]["default"] == {"$ref": "#/components/responses/Problem"}
            assert not [status for status in operation["responses"] if status.startswith(("4", "5"))]
    text = json.dumps(described)
    for name in described["components"]["schemas"]:
        assert f"#/components/schemas/{name}" in text


def test_the_documentation_is_a_page_of_ours(client: TestClient, site: Site, keeper_token: str) -> None:
    page = client.get("/api/docs")
    assert page.status_code == 200
    assert "/api/v1/videos/{public_id}" in page.text
    assert 'id="schema-VideoOut"' in page.text
    assert 'src="http' not in page.text
    assert "<script>" not in page.text


PAGES = ["/admin", "/admin/machine", "/admin/jobs", "/admin/jobs?show=waiting", "/admin/jobs?show=trouble", "/admin/jobs?show=done"]


def test_the_keepers_pages_are_whole(client: TestClient, site: Site, keeper_token: str, add: Add) -> None:
    video = add("Snow <b>bold</b>", channel="ben", privacy="private")
    put_job(site, video.id, state=JobState.RUNNING, progress=0.25, eta_seconds=90.0)
    put_job(site, video.id, state=JobState.FAILED, reason="The file ends early.")
    for path in PAGES:
        answer = client.get(path, headers=bearing(keeper_token))
        assert answer.status_code == 200
        assert "<b>bold</b>" not in answer.text
        assert f"/w/{video.public_id}" not in answer.text  # named, and not linked: it is private and somebody else's


def test_settings_are_shown_with_their_origin_and_change_where_they_may(client: TestClient, site: Site, keeper_token: str) -> None:
    site.origins = Origins({"default_privacy": "config.toml"})
    saved = client.post("/admin/settings", data={"site_name": " The Lindners "}, headers=bearing(keeper_token), follow_redirects=False)
    assert saved.status_code == 303
    page = client.get("/admin/machine", headers=bearing(keeper_token)).text
    assert "The Lindners" in page
    assert "Set in config.toml" in page
    for wrong, status in [
        ({"default_privacy": "public"}, 403),
        ({"site_name": "\u200b \u0007"}, 422),
        ({"port": "1"}, 400),
        ({"ffmpeg": "/bin/sh"}, 400),
    ]:
        assert client.post("/admin/settings", data=wrong, headers=bearing(keeper_token)).status_code == status
    with site.read() as session:
        assert (site.value(session, "site_name"), site.value(session, "default_privacy")) == ("The Lindners", "members")


def test_what_was_typed_wrong_is_said_beside_it_and_stays(client: TestClient, site: Site, keeper_token: str) -> None:
    again = client.post("/admin/settings", data={"site_name": "x" * 61, "default_privacy": "private"}, headers=bearing(keeper_token))
    assert again.status_code == 422
    assert "longer than 60 characters" in again.text
    assert "x" * 61 in again.text
    with site.read() as session:
        assert site.value(session, "default_privacy") == "members"


def test_settings_are_read_and_changed_by_the_api(client: TestClient, site: Site, keeper_token: str, member_token: str) -> None:
    address = "/api/v1/settings"
    assert client.get(address).status_code == 401
    assert client.patch(address, json={"site_name": "Mine"}, headers=bearing(member_token)).status_code == 403

    told = client.patch(address, json={"site_name": " Oma’s  films ", "default_privacy": "private"}, headers=bearing(keeper_token)).json()
    found = {each["key"]: each for each in told["items"]}
    assert (found["site_name"]["value"], found["site_name"]["origin"]) == ("Oma’s films", "admin pages")
    assert found["default_privacy"]["value"] == "private"
    assert client.get("/api/v1/server").json()["name"] == "Oma’s films"

    site.origins = Origins({"site_name": "environment"})
    assert client.patch(address, json={"site_name": "Other"}, headers=bearing(keeper_token)).status_code == 403
    assert client.patch(address, json={"default_privacy": "everybody"}, headers=bearing(keeper_token)).json()["errors"]
    assert client.patch(address, json={"ffmpeg": "/bin/sh"}, headers=bearing(keeper_token)).status_code == 400
    locked = {each["key"]: each["locked"] for each in client.get(address, headers=bearing(keeper_token)).json()["items"]}
    assert locked["site_name"]
    assert not locked["default_privacy"]
